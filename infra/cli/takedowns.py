"""`broadsheet takedown` and `broadsheet restore`: keep an article off every page despite its file, and undo this.

A takedown reports success only after a check: it reads every page that could show the article from the site
bucket, and writes the result to a receipt.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Annotated, Any, TypedDict
from urllib.parse import quote

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.progress import Progress

from adapters import clock, queues
from adapters.objects import Bucket
from adapters.table import Table
from infra.cli import CannotDo, cloud
from infra.cli.cloud import Cloud
from infra.cli.leak_check import Leak, LeakPatterns
from infra.cli.terminal import (
    LOCAL,
    AsJson,
    Seconds,
    Stack,
    State,
    Yes,
    counted,
    out,
    print_json,
    printable,
    progress,
    say,
)
from infra.polling import Poll, poll_until
from newsroom import urls
from newsroom.article import Article, StoredArticle, Takedown, is_live
from newsroom.errors import TransientError
from newsroom.messages import upload_message
from newsroom.publishing.article_states import restore as restored
from newsroom.publishing.article_states import take_down
from newsroom.publishing.index_rows import article_of, article_writes
from newsroom.rows import Row
from newsroom.table_keys import article_key, upload_key

ATTEMPTS = 12  # to write an article that others keep changing
LARGEST = 64_000_000  # bytes of a page that are read
MOST_PATHS = 3_000  # allowed by CloudFront in one invalidation
MOST_SHOWN = 20  # leaks shown at a terminal; the receipt has all

Id = Annotated[str, typer.Argument(metavar="ID", help="The article's id, as its receipt has it.", show_default=False)]


class Checked(TypedDict):
    """One object of the site bucket. verdict: tombstone, absent, clean or unclean; `found` is empty unless unclean."""

    path: str
    verdict: str
    found: list[Leak]


class Invalidation(TypedDict):
    """A CloudFront invalidation. problem: the reason if it failed."""

    distribution: str
    paths: int
    id: str | None
    problem: str | None


class TakedownReport(TypedDict):
    """The result of a takedown, as it is stored. clean: the takedown is in force, and no page shows the article."""

    id: str
    key: str
    headline: str
    takedown: Takedown | None
    checked_at: str
    clean: bool
    invalidation: Invalidation | None
    objects: list[Checked]
    receipt: str


# ── The commands ──


def takedown(
    id: Id,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="The reason, stored with the article.")],
    yes: Yes = False,
    timeout: Seconds = 120,
    state: State = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Remove an article from every page, list and feed until it is restored.

    Exits with 1 unless every page that could have shown it was read again and is clean. The receipt, under
    reports/ in the upload bucket, names each page.
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
            say(f"Not every page was rendered again: there was no render for {timeout:g} seconds.")
        invalidation = invalidate_cache(newsroom.distribution, touched)
        task = bars.add_task("reading every page again", total=len(touched))
        checked = list(counted(check(newsroom.site_bucket, article, touched), bars, task))
    report = receipt(newsroom.upload_bucket, table, article, checked, invalidation)
    if as_json:
        print_json(report)
    else:
        print_report(report)
    if not report["clean"]:
        raise typer.Exit(1)


def restore(
    id: Id, *, timeout: Seconds = 120, state: State = LOCAL, stack: Stack = None, as_json: AsJson = False
) -> None:
    """End a takedown: the article's current file takes effect again."""
    from infra.cli import dry_run  # loads the newsroom's parsers

    newsroom = cloud.find(state, stack)
    table = Table(newsroom.news_table)
    was_down, key = release_uploads(table, id)
    before = revision(table, key)
    # Sent even if there is no takedown: an earlier run may have stopped between the two steps.
    queues.send(newsroom.queues["upload"], [upload_message(key)])
    if not poll_until(lambda: revision(table, key) != before, timeout):
        raise CannotDo(f"{id}: {key} was not processed within {timeout:g} seconds; see 'broadsheet status'", code=1)
    result = dry_run.receipt_of(dry_run.DryRunTable(newsroom.news_table), key, newsroom.site_url)
    if as_json:
        print_json({"id": id, "was_down": was_down, "receipt": result})
        return
    if not was_down:
        say(f"{id} was not taken down; its file was processed again nevertheless.")
    out(f"{id}  {result['status']}" + (f"  {result['url']}" if result["url"] else ""))
    for problem in result["problems"]:
        out(f"    {problem['message']}")


# ── The steps of the commands ──


def find_article(table: Table, id: str) -> tuple[Row[StoredArticle], Article]:
    """Return the current article and its row."""
    row = table.get(article_key(id)) if id else None
    article = article_of(row)
    if row is None or article is None:
        raise CannotDo(f"{id}: there is no article of this id; 'broadsheet receipts --json' names each", code=1)
    return row, article


def withdraw(table: Table, id: str, reason: str) -> tuple[Article, list[str], dict[str, int]]:
    """Write the takedown. Return the article before it, the addresses of every page that shows it or would show
    it if it were live, and the previous editions of the pages that are rendered again."""
    from infra.cli import dry_run  # loads the newsroom's parsers
    from newsroom.publishing.decision import UploadDecision

    for _ in range(ATTEMPTS):
        row, before = find_article(table, id)
        after = take_down(before, reason, clock.now())
        changes = article_writes(row, after)
        trial = dry_run.DryRunTable(table.name)
        changed = on_the_site(dry_run.apply(trial, UploadDecision("withdrawn", id, changes)).pages)
        touched = changed | set(before["addresses"])
        if not is_live(before):  # it may have been live until just now, so every page that would show it is checked
            down, _ = find_article(trial, id)
            live = article_writes(down, as_if_live(before))
            touched |= on_the_site(dry_run.apply(trial, UploadDecision("accepted", id, live)).pages)
        editions = table.editions(changed)
        # Written even if it is already down: a slow earlier restore must find another revision.
        if table.transact(changes, cause=f"takedown/{id}"):
            rendered_again = () if before["takedown"] else changed
            return before, sorted(touched), {path: editions.get(path, 0) for path in rendered_again}
    raise TransientError(f"article {id} kept changing while it was taken down")


def as_if_live(article: Article) -> Article:
    """Return the article with a place on every page that could show it."""
    return {**article, "status": "published", "ever_live": True, "takedown": None, "news_until": article["date"]}


def on_the_site(paths: Iterable[str]) -> set[str]:
    return {path for path in paths if path.startswith("/")}


def wait_until_rendered(newsroom: Cloud, table: Table, changed: dict[str, int], seconds: float, bars: Progress) -> bool:
    """Wait until each of these pages has been rendered in a later edition; return False after `seconds` without
    a render. Empty queues would not prove it, because the table's stream comes before them."""
    site, left, poll = Bucket(newsroom.site_bucket), dict(changed), Poll(seconds)
    task = bars.add_task("rendering pages", total=len(left))
    while left:
        editions = table.editions(left)
        marked = [path for path in left if editions.get(path, 0) > left[path]]
        done = [path for path in marked if _has_edition(site, path, editions[path])]
        for path in done:
            del left[path]
        bars.advance(task, len(done))
        if left and not poll.wait(progress=bool(done)):
            return False
    return True


def _has_edition(site: Bucket, path: str, edition: int) -> bool:
    """Return True if the object at a path has this edition or a later one, or if there is no object."""
    head = site.head(urls.object_key(path))
    return head is None or int(head.metadata.get("edition", 0)) >= edition


def check(site_bucket: str, article: Article, touched: Iterable[str]) -> Iterator[Checked]:
    """Read the current object of each page, and search it for the article."""
    site, patterns = Bucket(site_bucket), LeakPatterns.of(article)
    for path in touched:
        key = urls.object_key(path)
        head, stored = site.head(key), site.get(key, at_most=LARGEST)
        if head is None or stored is None:
            yield {"path": path, "verdict": "absent", "found": []}
            continue
        is_tombstone = "tombstone" in head.metadata
        leaks = patterns.in_(stored.body.decode(errors="replace"))
        if path in article["addresses"] and not is_tombstone:
            leaks.insert(0, {"what": "address", "near": "there is a page here, not a tombstone"})
        verdict = "tombstone" if is_tombstone else "clean"
        yield {"path": path, "verdict": "unclean" if leaks else verdict, "found": leaks}


def invalidate_cache(distribution: str, touched: list[str]) -> Invalidation | None:
    """Invalidate these pages in CloudFront; return None without a distribution. An error is reported but stops
    nothing, because a cached copy is a few seconds old at most."""
    if not distribution:
        return None
    # Its function maps the address to the object key before the cache; invalidating both is certain to work.
    both = {form for path in touched for form in (path, f"/{urls.object_key(path)}")}
    paths = sorted(quote(form) for form in both) if len(both) <= MOST_PATHS else ["/*"]
    invalidation: Invalidation = {"distribution": distribution, "paths": len(paths), "id": None, "problem": None}
    batch = {"Paths": {"Quantity": len(paths), "Items": paths}, "CallerReference": clock.now().isoformat()}
    try:
        client: Any = boto3.client("cloudfront")
        answer = client.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)
        invalidation["id"] = answer["Invalidation"]["Id"]
    except (BotoCoreError, ClientError) as problem:
        invalidation["problem"] = cloud.explain(problem)
    return invalidation


def receipt(
    bucket: str, table: Table, article: Article, checked: list[Checked], invalidation: Invalidation | None
) -> TakedownReport:
    """Write the results under reports/, and return them."""
    _, now_down = find_article(table, article["id"])
    moment = clock.now()
    report_key = f"reports/takedown-{article['id']}-{moment.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}.json"
    report: TakedownReport = {
        "id": article["id"],
        "key": article["key"],
        "headline": article["headline"],
        "takedown": now_down["takedown"],
        "checked_at": moment.isoformat(timespec="seconds"),
        "clean": now_down["takedown"] is not None and all(page["verdict"] != "unclean" for page in checked),
        "invalidation": invalidation,
        "objects": checked,
        "receipt": report_key,
    }
    body = json.dumps(report, ensure_ascii=False, indent=2) + "\n"
    Bucket(bucket).put(report_key, body.encode(), "application/json")
    return report


def print_report(report: TakedownReport) -> None:
    """Print the receipt in a few lines."""
    unclean = [page for page in report["objects"] if page["verdict"] == "unclean"]
    lines = [f"{page['path']}  {leak['what']}: {leak['near']}" for page in unclean for leak in page["found"]]
    for line in lines[:MOST_SHOWN]:
        out(line)
    if len(lines) > MOST_SHOWN:
        out(f"and {len(lines) - MOST_SHOWN} more: see the receipt")
    if report["invalidation"] and report["invalidation"]["problem"]:
        say(f"CloudFront was not asked to drop its copies: {report['invalidation']['problem']}")
    if report["takedown"] is None:
        say(f"{report['id']} was restored by somebody else in the meantime.")
    out(f"{report['id']}  taken down  {len(report['objects'])} objects checked, {len(unclean)} unclean")
    out(f"{report['receipt']} in the upload bucket names each; to bring it back: broadsheet restore {report['id']}")


def release_uploads(table: Table, id: str) -> tuple[bool, str]:
    """Clear the takedown; return True if there was one, and the key of the article's file."""
    for _ in range(ATTEMPTS):
        row, before = find_article(table, id)
        if table.transact(article_writes(row, restored(before))):  # even without a takedown: one may be in progress
            return before["takedown"] is not None, before["key"]
    raise TransientError(f"article {id} kept changing while it was restored")


def revision(table: Table, key: str) -> int:
    """Return the revision of a file's upload row."""
    row = table.get(upload_key(key))
    return row.rev if row else 0
