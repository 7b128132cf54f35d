"""The pressroom: what it finds, in which order it looks, and which version of the templates may draw."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from adapters import clients
from adapters.table import Table
from newsroom import urls
from newsroom.errors import TransientError
from newsroom.rendering import static_assets, template_version
from newsroom.rows import RowWrite
from newsroom.site import default_site
from newsroom.table_keys import TEMPLATE_VERSION_KEY
from render_page import handler as render_page
from tests.envelopes import NOTHING_FAILED, messages, read_log
from tests.paper import SITE_URL, Paper, sample_files
from workflows import render_pages

ADDRESS = "/2026/11/korea/"
KOREA = "---\ntitle: Lunch is postponed\ndate: 2026-11-20\n---\nNobody was hungry.\n"
THEIRS = "the templates of a later deployment"


def put_by_hand(path: str, body: bytes = b"<p>Scribbled.</p>") -> None:
    clients.s3().put_object(Bucket="site", Key=urls.object_key(path), Body=body)


def verdicts(*paths: str) -> list[str]:
    return [sheet.verdict for sheet in render_page.page_renderer().compare([urls.parse_path(path) for path in paths])]


def put_in_force(paper: Paper, name: str, *before: str) -> None:
    """A row as release_articles of that imprint leaves it at this moment."""
    row = Table("news").get(TEMPLATE_VERSION_KEY)
    doc = {"imprint": name, "since": paper.now.isoformat(), "before": list(before)}
    Table("news").transact([RowWrite(TEMPLATE_VERSION_KEY, doc, expected_rev=row.rev if row else 0)])


def test_each_page_is_unchanged_or_changed_or_missing_or_orphaned(quick_paper: Paper) -> None:
    quick_paper.upload("articles/korea.md", KOREA)
    put_by_hand("/section/news/")
    put_by_hand("/nobody/knows/")
    clients.s3().delete_object(Bucket="site", Key="feed.xml")

    assert verdicts(ADDRESS, "/section/news/", "/feed.xml", "/nobody/knows/", "/never/was/") == [
        "unchanged", "changed", "missing", "orphaned", "unchanged",
    ]  # fmt: skip


def test_what_was_once_to_be_seen_never_again_leaves_its_place_empty(quick_paper: Paper) -> None:
    """Where nothing stood yet, an empty place would have no token that stops an older drawing which is late.

    So the rows that say a list, an author, a month or an address had something are never removed, and a
    discussion's pages become tombstones. A page that has not been placed yet is one whose object is gone here.
    """
    files = dict(sample_files())
    files["articles/korea.md"] = KOREA.replace("title:", "tags: [rice]\naliases: /old/korea/\nsection: Lunch\ntitle:")
    files["authors/unread.md"] = "---\nname: Nobody Yet\n---\nHas written nothing.\n"
    for key, text in files.items():
        quick_paper.upload(key, text)
    quick_paper.upload("site.yaml", "title: The Lantern\ncomments: {moderation: none, per_page: 1}\n")
    for number in range(2):
        quick_paper.comment("korea", f"Flood number {number}.")
    ever = {urls.path_of_key(key) for key in quick_paper.site() if not key.startswith("assets/")}
    wanted = {"/author/unread/", "/section/lunch/2026/11/", "/tag/rice/", "/old/korea/", "/comments/korea/2/"}
    assert wanted <= ever

    for key in files:
        quick_paper.delete(key)
    for key in quick_paper.site():
        clients.s3().delete_object(Bucket="site", Key=key)

    sheets = render_page.page_renderer().compare([urls.parse_path(path) for path in sorted(ever)])
    assert [sheet.page.path for sheet in sheets if sheet.rendered is None] == []


def test_comparing_writes_nothing(quick_paper: Paper) -> None:
    quick_paper.upload("articles/korea.md", KOREA)
    put_by_hand("/section/news/")
    before = quick_paper.site()
    quick_paper.calls.clear()

    verdicts(ADDRESS, "/section/news/", "/never/was/")

    assert quick_paper.site() == before
    assert quick_paper.calls["s3.PutObject"] == 0


def test_the_dress_is_there_before_the_first_page_that_wears_it(quick_paper: Paper) -> None:
    quick_paper.put("articles/korea.md", KOREA)
    quick_paper.look_at("articles/korea.md")

    assert render_page.handle(messages({"page": ADDRESS}), None) == NOTHING_FAILED

    assets = {path.removeprefix("/") for path in static_assets.assets(default_site(SITE_URL))}
    assert set(quick_paper.drawn[:-1]) == assets
    assert quick_paper.drawn[-1] == "2026/11/korea/index.html"


def test_a_function_that_a_deployment_has_just_overtaken_steps_aside(quick_paper: Paper) -> None:
    quick_paper.upload("articles/korea.md", KOREA)
    put_in_force(quick_paper, THEIRS, template_version.current())
    put_by_hand(ADDRESS)

    with pytest.raises(TransientError, match="steps aside"):
        verdicts(ADDRESS)
    Table("news").invalidate([ADDRESS])
    assert render_page.handle(messages({"page": ADDRESS}), None) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert quick_paper.page(ADDRESS) == "<p>Scribbled.</p>"


def test_a_new_version_need_not_wait_until_it_is_in_force(quick_paper: Paper) -> None:
    quick_paper.upload("articles/korea.md", KOREA)
    put_in_force(quick_paper, THEIRS, "one older still")

    assert verdicts(ADDRESS) == ["unchanged"]


def test_an_older_version_that_is_deployed_again_draws_after_a_while(quick_paper: Paper) -> None:
    quick_paper.upload("articles/korea.md", KOREA)
    put_in_force(quick_paper, THEIRS, template_version.current())
    quick_paper.now += template_version.LONGEST_INVOCATION

    assert verdicts(ADDRESS) == ["unchanged"]


def test_an_old_call_that_began_before_the_deployment_cannot_put_its_page_over_a_new_one(quick_paper: Paper) -> None:
    quick_paper.upload("articles/korea.md", KOREA)
    Table("news").invalidate([ADDRESS])
    (sheet,) = render_page.page_renderer().compare([urls.parse_path(ADDRESS)])
    put_in_force(quick_paper, THEIRS, template_version.current())
    put_by_hand(ADDRESS, b"drawn by the new version")

    assert render_page.page_renderer().write([sheet]) == [False]
    with pytest.raises(TransientError):
        render_page.page_renderer().compare([urls.parse_path(ADDRESS)])
    assert quick_paper.page(ADDRESS) == "drawn by the new version"


@pytest.fixture
def fresh_dress() -> Iterator[None]:
    """A process that has made no stylesheet yet, and makes it anew for whoever comes after."""
    static_assets.stylesheet.cache_clear()
    yield
    static_assets.stylesheet.cache_clear()


@pytest.mark.usefixtures("fresh_dress")
def test_what_release_articles_puts_in_force_has_every_page_looked_at_again(
    quick_paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick_paper.upload("articles/korea.md", KOREA)
    quick_paper.tick(quick_paper.now)
    assert Table("news").get(TEMPLATE_VERSION_KEY) is not None
    # Both stand for the files of a later deployment: this process has but its own.
    monkeypatch.setattr(template_version, "current", lambda: THEIRS)
    sound = static_assets._source
    monkeypatch.setattr(static_assets, "_source", lambda name: sound(name).replace("margin", "padding"))
    static_assets.stylesheet.cache_clear()
    render_pages.uploaded_assets.cache_clear()
    before = quick_paper.site()
    quick_paper.drawn.clear()

    quick_paper.tick(quick_paper.now + timedelta(minutes=1))

    row = Table("news").get(TEMPLATE_VERSION_KEY)
    assert row is not None
    assert row.doc["imprint"] == THEIRS
    assert len(row.doc["before"]) == 1
    wearing = {key for key, body in before.items() if b"/assets/style." in body}
    assert wearing <= set(quick_paper.drawn)
    assert quick_paper.drawn[0].startswith("assets/style.")
    assert len(quick_paper.drawn) == len(set(quick_paper.drawn))


def test_the_same_version_puts_itself_in_force_once(quick_paper: Paper) -> None:
    for _ in range(3):
        quick_paper.tick(quick_paper.now + timedelta(minutes=1))

    row = Table("news").get(TEMPLATE_VERSION_KEY)
    assert row is not None
    assert row.rev == 1


# ── Reading together ──

MONTHLY = "---\ntitle: {title}\ndate: {date}\ntags: [Ice]\n---\nNobody was hungry.\n"


def archive(paper: Paper, *days: str) -> None:
    for number, day in enumerate(days):
        paper.upload(f"articles/story-{number}.md", MONTHLY.format(title=f"Story {number}", date=day))


def months_of_ice(*months: str) -> list[urls.Page]:
    return [urls.parse_path(f"/tag/ice/{month.replace('-', '/')}/") for month in months]


def queries(paper: Paper, asked: list[urls.Page]) -> int:
    """How many it takes to compare these pages, which are all right."""
    paper.calls.clear()
    assert {sheet.verdict for sheet in render_page.page_renderer().compare(asked)} == {"unchanged"}
    return paper.calls["dynamodb.Query"]


def test_months_that_follow_each_other_in_a_list_are_read_with_one_query(quick_paper: Paper) -> None:
    archive(quick_paper, "2026-02-01", "2026-05-01", "2026-05-02", "2026-06-01", "2026-09-01")

    assert queries(quick_paper, months_of_ice("2026-05")) == 1
    # Nothing lies between February and May, nor between June and September. One more asks which months there are.
    assert queries(quick_paper, months_of_ice("2026-02", "2026-05", "2026-06", "2026-09")) == 2
    assert queries(quick_paper, months_of_ice("2026-02", "2026-09")) == 3


def test_a_month_that_comes_between_two_others_while_they_are_read_is_no_trouble(quick_paper: Paper) -> None:
    archive(quick_paper, "2026-02-01", "2026-05-01")
    march = lambda: archive(quick_paper, "2026-02-01", "2026-05-01", "2026-03-01")  # noqa: E731
    told = quick_paper.aws.after("Query", march, of="MONTHS#tag/ice").asked

    sheets = render_page.page_renderer().compare(months_of_ice("2026-02", "2026-05"))

    assert told
    assert [sheet.rendered and sheet.rendered.body.count(b"/2026/03/") for sheet in sheets] == [0, 0]


def test_neighbours_of_articles_that_follow_each_other_are_read_with_two_queries(quick_paper: Paper) -> None:
    days = [f"2026-05-{day:02}" for day in range(1, 7)]
    archive(quick_paper, *days)
    stories = [urls.parse_path(f"/2026/05/story-{number}/") for number in range(1, 5)]

    assert queries(quick_paper, stories) == 2
    assert queries(quick_paper, [stories[0], stories[3]]) == 2 + 2


def test_the_remarks_that_many_pages_answer_are_read_together(quick_paper: Paper) -> None:
    quick_paper.upload("articles/korea.md", KOREA)
    said = [
        quick_paper.comment("korea", f"Remark {number}.", email=f"ann-{number}@reader.example") for number in range(5)
    ]
    quick_paper.moderate("approve", *said)
    quick_paper.calls.clear()

    sheets = render_page.page_renderer().compare([urls.parse_path(urls.reply_path("korea", id)) for id in said])

    assert {sheet.verdict for sheet in sheets} == {"unchanged"}
    assert quick_paper.calls["dynamodb.GetItem"] == 0


OLD_PAGES = ["/google123.html", "/old/verification.HTM", "/index.php"]


@pytest.mark.parametrize("old", OLD_PAGES)
def test_an_alias_is_never_written_over_a_file_that_is_not_ours(quick_paper: Paper, old: str) -> None:
    put_by_hand(old)
    quick_paper.upload("articles/korea.md", KOREA.replace("title:", f"aliases: [{old}]\ntitle:"))
    assert quick_paper.receipt("articles/korea.md")["status"] == "published"
    assert quick_paper.page(old) == "<p>Scribbled.</p>"
    assert verdicts(old) == ["orphaned"]
    quick_paper.rebuild()
    assert quick_paper.page(old) == "<p>Scribbled.</p>"
    for action in (quick_paper.delete, lambda key: quick_paper.upload(key, KOREA)):
        action("articles/korea.md")
        assert quick_paper.page(old) == "<p>Scribbled.</p>"


ALIASES = "aliases: [/about.html, /google123.html, /2019/]"
WAYS = {
    "articles/korea.md": KOREA.replace("title:", f"{ALIASES}\ntitle:"),
    "pages/about.md": f"---\ntitle: About\n{ALIASES}\n---\nUs.\n",
}


@pytest.mark.parametrize(("key", "text"), WAYS.items(), ids=WAYS)
def test_the_receipt_names_an_alias_where_a_file_stands_that_is_not_ours(
    quick_paper: Paper, key: str, text: str
) -> None:
    put_by_hand("/google123.html")
    quick_paper.upload(key, text)

    receipt = quick_paper.receipt(key)
    assert receipt["status"] == "published"
    (warning,) = receipt["warnings"]
    assert (warning["field"], warning["line"]) == ("aliases", text.split("\n").index(ALIASES) + 1)
    assert "'/google123.html'" in warning["message"]
    assert "broadsheet rebuild" in warning["message"]

    clients.s3().delete_object(Bucket="site", Key="google123.html")
    quick_paper.rebuild()
    assert quick_paper.page("/google123.html")
    quick_paper.upload(key, text)
    assert quick_paper.receipt(key)["warnings"] == []


@pytest.mark.parametrize("old", OLD_PAGES)
def test_once_that_file_is_gone_the_alias_leads_on_and_stays_ours(quick_paper: Paper, old: str) -> None:
    put_by_hand(old)
    quick_paper.upload("articles/korea.md", KOREA.replace("title:", f"aliases: [{old}]\ntitle:"))
    clients.s3().delete_object(Bucket="site", Key=urls.object_key(old))
    quick_paper.rebuild()
    assert verdicts(old) == ["unchanged"]
    assert ADDRESS in (quick_paper.page(old) or "")
    quick_paper.upload("articles/korea.md", KOREA.replace("title:", f"slug: elsewhere\naliases: [{old}]\ntitle:"))
    assert "/2026/11/elsewhere/" in (quick_paper.page(old) or "")


def test_an_editor_is_told_by_the_log_where_a_file_stands_in_a_pages_way(quick_paper: Paper) -> None:
    put_by_hand("/google123.html")
    log = read_log()
    quick_paper.upload("articles/korea.md", KOREA.replace("title:", "aliases: [/google123.html]\ntitle:"))
    told = [f"{line['message']}: {line.get('page')}" for line in log.lines("WARNING")]
    assert "a file that the paper did not write is at the address of a page: /google123.html" in told
