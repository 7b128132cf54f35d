"""`broadsheet takedown` and `broadsheet restore`: an article off every page whatever its file says, and back.

A takedown says what it has done only after it has looked: every page the article could be on is read again
from the site bucket, and what was found there stands in a receipt.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Annotated, Any, TypedDict
from urllib.parse import quote

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError

from adapters import clock, queues
from adapters.objects import Bucket
from adapters.table import Table
from infra.cli import CannotDo, cloud
from infra.cli.cloud import Cloud
from infra.cli.leak_check import Leak, LeakPatterns
from infra.cli.polling import Poll
from infra.cli.terminal import LOCAL, AsJson, Stack, State, counted, out, print_json, printable, progress, say
from newsroom import urls
from newsroom.article import Article
from newsroom.errors import TransientError
from newsroom.publishing.article_states import restore as restored
from newsroom.publishing.article_states import take_down
from newsroom.rows import Row, article_key, article_of, article_writes, is_live, upload_key
from newsroom.upload_messages import upload_message

ATTEMPTS = 12  # at an article somebody else keeps writing
LARGEST = 64_000_000  # bytes of a page that are read
MOST_PATHS = 3_000  # that CloudFront takes in one invalidation
MOST_TOLD = 20  # things found that a terminal is told of; the receipt has all

Id = Annotated[str, typer.Argument(metavar="ID", help="The article's id, as its receipt has it.", show_default=False)]
Seconds = Annotated[float, typer.Option("--timeout", min=0, metavar="SECONDS", help="Wait so long with no news.")]


class Checked(TypedDict):
    """One object of the site bucket. verdict: tombstone, absent, clean or unclean; `found` is empty but then."""

    path: str
    verdict: str
    found: list[Leak]


class Invalidation(TypedDict):
    """What CloudFront was asked to forget. problem: why it was not."""

    distribution: str
    paths: int
    id: str | None
    problem: str | None


# ── The commands ──


def takedown(
    id: Id,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why: kept with the article.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    timeout: Seconds = 120,
    state: State = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Take an article off every page, list and feed, and keep it off until it is restored.

    Ends with 1 unless every page it could have been on was read again and found clean. The receipt,
    under reports/ in the upload bucket, names each.
    """
    newsroom = cloud.find(state, stack)
    table = Table(newsroom.news_table)
    if not reason.strip():
        raise CannotDo("say why: --reason TEXT")
    _, article = find_article(table, id)
    if not yes:
        question = f"Take down '{article['headline']}' ({article['address']}) until it is restored?"
        typer.confirm(printable(question), abort=True, err=True)
    article, touched, changed = withdraw(table, id, reason.strip())
    with progress() as bars:
        if not wait_until_rendered(newsroom, table, changed, timeout, bars):
            say(f"Not every page was drawn anew: nothing was drawn for {timeout:g} seconds.")
        invalidation = invalidate_cache(newsroom.distribution, touched)
        task = bars.add_task("reading every page again", total=len(touched))
        checked = list(counted(check(newsroom.site_bucket, article, touched), bars, task))
    report = receipt(newsroom.upload_bucket, table, article, checked, invalidation)
    if as_json:
        print_json(report)
    else:
        tell(report)
    if not report["clean"]:
        raise typer.Exit(1)


def restore(
    id: Id, *, timeout: Seconds = 120, state: State = LOCAL, stack: Stack = None, as_json: AsJson = False
) -> None:
    """End a takedown: the article's file, as it is now, decides again."""
    from infra.cli import dry_run  # brings the newsroom's parsers with it

    newsroom = cloud.find(state, stack)
    table = Table(newsroom.news_table)
    was_down, key = release_uploads(table, id)
    before = revision(table, key)
    # Sent even if it was up already: the last time may have ended between the two.
    queues.send(newsroom.queues["upload"], [upload_message(key)])
    patience = Poll(timeout)
    while revision(table, key) == before:
        if not patience.lasts():
            raise CannotDo(f"{id}: nobody looked at {key} for {timeout:g} seconds; see 'broadsheet status'", code=1)
        patience.pause()
    became = dry_run.receipt_of(dry_run.DryRunTable(newsroom.news_table), key, newsroom.site_url)
    if as_json:
        print_json({"id": id, "was_down": was_down, "receipt": became})
        return
    if not was_down:
        say(f"{id} was not taken down; its file was looked at again all the same.")
    out(f"{id}  {became['status']}" + (f"  {became['url']}" if became["url"] else ""))
    for problem in became["problems"]:
        out(f"    {problem['message']}")


# ── What they do ──


def find_article(table: Table, id: str) -> tuple[Row, Article]:
    """An article and its row, as they are now."""
    row = table.get(article_key(id)) if id else None
    article = article_of(row)
    if row is None or article is None:
        raise CannotDo(f"{id}: there is no article of this id; 'broadsheet receipts --json' names each", code=1)
    return row, article


def withdraw(table: Table, id: str, reason: str) -> tuple[Article, list[str], dict[str, int]]:
    """Write the takedown. Returns the article as it was, the addresses of every page that shows it or would
    show it if it were live, and the editions that those have had which are drawn anew."""
    from infra.cli import dry_run  # brings the newsroom's parsers with it
    from newsroom.publishing.decision import UploadDecision

    for _ in range(ATTEMPTS):
        row, before = find_article(table, id)
        after = take_down(before, reason, clock.now())
        changes = article_writes(row, after)
        proof = dry_run.DryRunTable(table.name)
        changed = on_the_site(dry_run.apply(proof, UploadDecision("withdrawn", id, changes)).pages)
        touched = changed | set(before["addresses"])
        if not is_live(before):  # it may have been until a moment ago, so every page it would be on is looked at
            down, _ = find_article(proof, id)
            live = article_writes(down, as_if_live(before))
            touched |= on_the_site(dry_run.apply(proof, UploadDecision("accepted", id, live)).pages)
        editions = table.editions(changed)
        # Written even if it is down already: an earlier restoring that is late is to find another revision.
        if table.transact(changes, cause=f"takedown/{id}"):
            drawn_anew = () if before["takedown"] else changed
            return before, sorted(touched), {path: editions.get(path, 0) for path in drawn_anew}
    raise TransientError(f"article {id} kept changing while it was taken down")


def as_if_live(article: Article) -> Article:
    """The article with a place on every page it could be on."""
    return {**article, "status": "published", "ever_live": True, "takedown": None, "news_until": article["date"]}


def on_the_site(paths: Iterable[str]) -> set[str]:
    return {path for path in paths if path.startswith("/")}


def wait_until_rendered(newsroom: Cloud, table: Table, changed: dict[str, int], seconds: float, bars: Any) -> bool:
    """Wait until each of these pages has been drawn in a later edition than the one it had; False if nothing
    has been drawn for so many seconds. That the queues are empty would not say it: the table's stream comes
    before them."""
    site, left, patience = Bucket(newsroom.site_bucket), dict(changed), Poll(seconds)
    task = bars.add_task("drawing pages", total=len(left))
    while left:
        editions = table.editions(left)
        marked = [path for path in left if editions.get(path, 0) > left[path]]
        done = [path for path in marked if _stands(site, path, editions[path])]
        for path in done:
            del left[path]
        bars.advance(task, len(done))
        if done:
            patience.renew()
        elif not patience.lasts():
            return False
        if left:
            patience.pause()
    return True


def _stands(site: Bucket, path: str, edition: int) -> bool:
    """Whether what stands at a path is of this edition or a later one; where nothing ever was, nothing comes."""
    standing = site.head(urls.object_key(path))
    return standing is None or int(standing.metadata.get("edition", 0)) >= edition


def check(site_bucket: str, article: Article, touched: Iterable[str]) -> Iterator[Checked]:
    """Read each page as it stands now, and look for the article in it."""
    site, traces = Bucket(site_bucket), LeakPatterns.of(article)
    for path in touched:
        key = urls.object_key(path)
        standing, stored = site.head(key), site.get(key, at_most=LARGEST)
        if standing is None or stored is None:
            yield {"path": path, "verdict": "absent", "found": []}
            continue
        is_tombstone = "tombstone" in standing.metadata
        traced = traces.in_(stored.body.decode(errors="replace"))
        if path in article["addresses"] and not is_tombstone:
            traced.insert(0, {"what": "address", "near": "a page, and no tombstone, stands here"})
        verdict = "unclean" if traced else "tombstone" if is_tombstone else "clean"
        yield {"path": path, "verdict": verdict, "found": traced}


def invalidate_cache(distribution: str, touched: list[str]) -> Invalidation | None:
    """Have CloudFront forget these pages; None where there is none. What goes wrong is told and stops nothing,
    as every copy it keeps is a few seconds old at most."""
    if not distribution:
        return None
    # It keeps a page under the object's name, which its function makes of the address; by both it is surely found.
    ways = {way for path in touched for way in (path, f"/{urls.object_key(path)}")}
    paths = sorted(quote(way) for way in ways) if len(ways) <= MOST_PATHS else ["/*"]
    asked: Invalidation = {"distribution": distribution, "paths": len(paths), "id": None, "problem": None}
    batch = {"Paths": {"Quantity": len(paths), "Items": paths}, "CallerReference": clock.now().isoformat()}
    try:
        client: Any = boto3.client("cloudfront")
        answer = client.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)
        asked["id"] = answer["Invalidation"]["Id"]
    except (BotoCoreError, ClientError) as problem:
        asked["problem"] = cloud.explain(problem)
    return asked


def receipt(
    bucket: str, table: Table, article: Article, checked: list[Checked], invalidation: Invalidation | None
) -> dict[str, Any]:
    """Write what was found under reports/, and return it."""
    _, now_down = find_article(table, article["id"])
    moment = clock.now()
    place = f"reports/takedown-{article['id']}-{moment.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}.json"
    report = {
        "id": article["id"],
        "key": article["key"],
        "headline": article["headline"],
        "takedown": now_down["takedown"],
        "checked_at": moment.isoformat(timespec="seconds"),
        "clean": now_down["takedown"] is not None and all(each["verdict"] != "unclean" for each in checked),
        "invalidation": invalidation,
        "objects": checked,
        "receipt": place,
    }
    body = json.dumps(report, ensure_ascii=False, indent=2) + "\n"
    Bucket(bucket).put(place, body.encode(), "application/json")
    return report


def tell(report: dict[str, Any]) -> None:
    """The receipt in a few lines."""
    unclean = [each for each in report["objects"] if each["verdict"] == "unclean"]
    lines = [f"{each['path']}  {one['what']}: {one['near']}" for each in unclean for one in each["found"]]
    for line in lines[:MOST_TOLD]:
        out(line)
    if len(lines) > MOST_TOLD:
        out(f"and {len(lines) - MOST_TOLD} more: see the receipt")
    if report["invalidation"] and report["invalidation"]["problem"]:
        say(f"CloudFront was not told: {report['invalidation']['problem']}")
    if report["takedown"] is None:
        say(f"{report['id']} was restored by somebody else meanwhile.")
    out(f"{report['id']}  taken down  {len(report['objects'])} objects checked, {len(unclean)} unclean")
    out(f"{report['receipt']} in the upload bucket names each; to bring it back: broadsheet restore {report['id']}")


def release_uploads(table: Table, id: str) -> tuple[bool, str]:
    """Clear the takedown; whether there was one, and the key of the article's file."""
    for _ in range(ATTEMPTS):
        row, before = find_article(table, id)
        if table.transact(article_writes(row, restored(before))):  # even if it is up: a takedown may be late
            return before["takedown"] is not None, before["key"]
    raise TransientError(f"article {id} kept changing while it was restored")


def revision(table: Table, key: str) -> int:
    """How often a file has been looked at."""
    row = table.get(upload_key(key))
    return row.rev if row else 0
