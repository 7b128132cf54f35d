"""rebuild_site, woken as the scheduler and RebuildQueue wake it."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from adapters import clients
from adapters.table import Table
from newsroom import urls
from newsroom.invalidation import front_pages
from newsroom.messages import parse_upload_message
from newsroom.rebuilds import SEGMENTS
from newsroom.rendering import static_assets
from newsroom.rows import Doc
from newsroom.site import default_site, read_with_digest
from newsroom.table_keys import (
    Key,
    address_key,
    article_key,
    author_key,
    entries_partition,
    links_partition,
    months_partition,
    static_key,
    upload_key,
)
from newsroom.urls import Page
from rebuild_site import handler as rebuild_site
from tests.envelopes import NOTHING_FAILED, editions, envelope, messages, names, read_log, waiting
from tests.faults import CONFLICT
from tests.paper import SITE_URL, Paper
from tests.replaced import replace
from workflows.render_pages import PageRenderer, RenderResult

ALWAYS = [*static_assets.assets(default_site(SITE_URL)), *urls.FIXED]
STRANDS = ["fixed", *(f"{walk}-{part}" for walk in ("articles", "rows") for part in range(SEGMENTS)), "bucket"]


def asked_of(why: str, rebuild: str) -> list[dict[str, Any]]:
    """The first pieces of a rebuild of everything."""
    said = {"of": "everything", "mark": False, "why": why, "rebuild": rebuild, "paths": [], "number": 0, "after": None}
    return [{**said, "strand": strand} for strand in STRANDS]


EVERYTHING = envelope("rebuild_site", "everything")["Records"][0]["messageId"]
EXPECTED: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "everything": (asked_of("", f"asked-{EVERYTHING}"), NOTHING_FAILED),
    "nightly": (asked_of("nightly", "2026-11-23-nightly"), {}),
    "not-a-piece": ([], NOTHING_FAILED),
    "piece": ([], NOTHING_FAILED),
}
"""What an envelope asks for in a paper with nothing in it, and what it answers."""


def wake(*pieces: object) -> dict[str, Any]:
    return rebuild_site.handle(messages(*pieces), None)


def walk(*pieces: object) -> list[dict[str, Any]]:
    """Does these pieces and all that follow from them; returns those that followed, in order."""
    followed: list[dict[str, Any]] = []
    under_way = list(pieces)
    while under_way:
        assert wake(*under_way) == NOTHING_FAILED
        under_way = waiting("REBUILD_QUEUE")
        followed += under_way
        assert len(followed) < 100, "the rebuild does not come to an end"
    return followed


def entry(address: str) -> Doc:
    return {"address": address}


def put_archive(author: str, *days: str) -> list[str]:
    """An author's articles of these days, as 2026-11-01; returns their addresses."""
    addresses = [f"/{day[:4]}/{day[5:7]}/{author}-{day[8:]}/" for day in days]
    pk = entries_partition(f"author/{author}")
    listed = zip(days, addresses, strict=True)
    Table("news").put_many({Key(months_partition(f"author/{author}"), day[:7]): {} for day in days})
    Table("news").put_many({Key(pk, f"{day}T09:00:00#{author}"): entry(address) for day, address in listed})
    return addresses


@pytest.mark.parametrize("name", names("rebuild_site"))
def test_an_envelope_asks_for_exactly_its_pieces_and_marks_no_page_of_an_empty_paper(paper: Paper, name: str) -> None:
    answer = rebuild_site.handle(envelope("rebuild_site", name), None)

    assert (waiting("REBUILD_QUEUE"), answer) == EXPECTED[name]
    assert editions() == {}


def fill_a_paper() -> set[str]:
    """Pages that were marked, and rows of every kind that call for a page nobody ever marked."""
    marked = {"/2026/11/korea/", "/", "/section/world/", "receipts/articles/korea.md.json"}
    Table("news").invalidate(sorted(marked))
    Table("news").put_many(
        {
            article_key("korea"): {}, address_key("/2026/11/korea/"): {}, address_key("/old/korea/"): {},
            upload_key("articles/korea.md"): {}, upload_key("articles/late.md"): {}, author_key("jane-doe"): {},
            Key(months_partition("tag/ice"), "2026-11"): {},
            Key(entries_partition("tag/ice"), "2026-11-20T09:00:00#korea"): {},
            Key(links_partition("/about/"), "article/korea"): {},
        }
    )  # fmt: skip
    return marked | {
        "/old/korea/", "receipts/articles/late.md.json", "/tag/ice/", "/tag/ice/2026/11/",
        *urls.render_group("/author/jane-doe/"), *urls.render_group("/section/world/"),
    }  # fmt: skip


def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes every page that is to be drawn if it is not right, and draws none."""
    paths: list[str] = []

    def draw(pressroom: PageRenderer, asked: Sequence[Page], **how: Any) -> RenderResult:
        paths.extend(page.path for page in asked)
        return RenderResult()

    # The rows of these tests call for pages and hold nothing to draw, so that no call of AWS tells what was asked.
    monkeypatch.setattr(PageRenderer, "render", draw)
    return paths


def test_every_night_each_page_is_looked_at_once_and_none_is_marked(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = fill_a_paper()
    before, paths = editions(), looked_at(monkeypatch)

    rebuild_site.handle(envelope("rebuild_site", "nightly"), None)
    walk(*waiting("REBUILD_QUEUE"))

    assert sorted(paths) == sorted(expected | set(ALWAYS))
    assert editions() == before


def test_after_a_change_of_the_settings_each_page_is_marked_and_the_stream_asks_for_it(paper: Paper) -> None:
    expected = fill_a_paper()
    before = editions()

    walk({"of": "everything", "mark": True, "why": "site"})

    after = editions()
    assert set(after) == expected | set(ALWAYS)
    assert [path for path in after if after[path] <= before.get(path, 0)] == []
    assert paper.site() == {}
    assert report(paper, "asked-0")["marked"] >= len(after)  # a page marked on the way may be met again


def upload_row(key: str, **more: str) -> dict[Key, Doc]:
    return {upload_key(key): {"key": key, "kind": "article", "verdict": "accepted", **more}}


@pytest.mark.parametrize("mark", [True, False])
def test_uploads_that_were_read_with_other_settings_are_asked_for_and_no_others(paper: Paper, mark: bool) -> None:
    in_force = read_with_digest(default_site(SITE_URL))
    Table("news").put_many(
        upload_row("articles/korea.md", read_with=in_force) | upload_row("articles/ferry late.md", read_with="other")
        | upload_row("articles/refused.md", read_with="other", verdict="rejected")
        | upload_row("articles/gone.md", read_with="other", verdict="withdrawn")
        | upload_row("pages/about.md", read_with="other", kind="page")
        | upload_row("authors/ada.md", read_with="other", kind="author")
        | upload_row("site.yaml", read_with="other", kind="site")
        | upload_row("theme/style.css", read_with="other", kind="theme")
        | upload_row("articles/.DS_Store", read_with="other", kind="unknown")
    )  # fmt: skip

    walk({"of": "everything", "mark": mark, "rebuild": "test"})

    expected = {"articles/ferry late.md", "articles/refused.md", "pages/about.md", "authors/ada.md"}
    asked = [key for message in waiting("UPLOAD_QUEUE") for key in parse_upload_message(json.dumps(message))]
    assert sorted(asked) == sorted(expected)
    assert report(paper, "test")["read_again"] == len(expected)


def test_a_piece_that_comes_twice_asks_for_no_upload_twice(paper: Paper) -> None:
    Table("news").put_many(upload_row("articles/korea.md", read_with="other"))
    wake({"of": "everything", "mark": True, "rebuild": "test"})
    pieces = waiting("REBUILD_QUEUE")

    walk(*pieces, *pieces)

    assert len(waiting("UPLOAD_QUEUE")) == 1


def test_a_rebuild_of_a_part_asks_for_no_uploads(paper: Paper) -> None:
    Table("news").put_many(upload_row("articles/korea.md", read_with="other"))

    walk({"of": "section/world", "mark": True}, {"of": "author/jane-doe", "mark": True})

    assert waiting("UPLOAD_QUEUE") == []


def test_a_rebuild_walks_on_from_where_the_last_piece_ended_and_no_piece_is_larger_than_allowed(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = fill_a_paper()
    paths = looked_at(monkeypatch)
    replace(monkeypatch, "rows of a scan", 2)
    scans = paper.aws.watch("Scan")

    followed = walk({"of": "everything"})

    sizes = [len(answer["Items"]) for answer in scans.answers]
    assert max(sizes) == 2
    assert [piece["after"] for piece in followed if piece["after"]] != []
    assert {piece["strand"] for piece in followed} == set(STRANDS)
    assert expected | set(ALWAYS) <= set(paths)


def test_each_article_is_looked_at_once_in_the_order_of_the_archive_and_its_old_address_with_all_else(
    quick_paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "---\ntitle: Ice\ndate: {date}\nslug: {slug}\n---\nIce.\n"
    dates = {"c": "2026-03-02", "a": "2026-07-01", "b": "2026-07-01T10:00+00:00", "old": "2026-07-03"}
    for name, date in dates.items():
        quick_paper.upload(f"articles/{name}.md", text.format(date=date, slug=name))
    quick_paper.upload("articles/old.md", text.format(date=dates["old"], slug="new"))
    replace(monkeypatch, "rows of a list", 2)
    paths = looked_at(monkeypatch)

    walk({"of": "everything"})

    texts = [path for path in paths if urls.parse_path(path).kind == "text"]
    assert texts.count("/2026/07/old/") == 1
    assert [path for path in texts if path != "/2026/07/old/"] == [
        "/2026/03/c/", "/2026/07/a/", "/2026/07/b/", "/2026/07/new/",
    ]  # fmt: skip


def test_an_authors_piece_marks_that_authors_articles_and_months_and_no_others(paper: Paper) -> None:
    own = put_archive("jane-doe", "2026-10-31", "2026-11-01", "2026-11-02")
    put_archive("ada-holm", "2026-11-01")
    put_archive("jane-doe-the-second", "2026-11-01")

    assert rebuild_site.handle(envelope("rebuild_site", "piece"), None) == NOTHING_FAILED

    assert editions() == dict.fromkeys([*own, "/author/jane-doe/2026/10/", "/author/jane-doe/2026/11/"], 1)


def test_an_authors_piece_marks_the_months_nothing_of_theirs_is_left_in(paper: Paper) -> None:
    own = put_archive("jane-doe", "2026-11-01")
    Table("news").put_many({Key(months_partition("author/jane-doe"), "2026-09"): {}})

    assert rebuild_site.handle(envelope("rebuild_site", "piece"), None) == NOTHING_FAILED

    assert editions() == dict.fromkeys([*own, "/author/jane-doe/2026/09/", "/author/jane-doe/2026/11/"], 1)


@pytest.mark.parametrize("articles", [4, 5])
def test_a_long_archive_is_marked_in_bounded_pieces(
    paper: Paper, monkeypatch: pytest.MonkeyPatch, articles: int
) -> None:
    own = put_archive("jane-doe", *(f"2026-11-0{day + 1}" for day in range(articles)))
    replace(monkeypatch, "rows of a list", 2)

    followed = walk({"of": "author/jane-doe", "mark": True})

    reached = ["2026-11-02T09:00:00#jane-doe", "2026-11-04T09:00:00#jane-doe"]
    assert [piece["after"] for piece in followed] == [["LIST#author/jane-doe", sk] for sk in reached]
    assert set(editions()) == {*own, "/author/jane-doe/2026/11/"}


def test_a_piece_of_links_marks_whoever_links_there_at_their_present_address(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace(monkeypatch, "rows of a list", 2)
    texts = {article_key("korea"): "/2026/11/korea/", article_key("ferry"): "/2026/11/ferry/"}
    texts |= {static_key("contact"): "/contact/", article_key("silent"): "/2026/11/silent/"}
    linking = [("article", "korea"), ("article", "ferry"), ("page", "contact"), ("article", "never-written")]
    elsewhere = Key(links_partition("/about/us/"), "article/silent")
    Table("news").put_many(
        {key: {**entry(address), "status": "draft"} for key, address in texts.items()}
        | {Key(links_partition("/about/"), f"{kind}/{id}"): {"kind": kind, "id": id} for kind, id in linking}
        | {elsewhere: {"kind": "article", "id": "silent"}}
    )

    walk({"of": "links/about/", "mark": True})

    assert editions() == dict.fromkeys(["/2026/11/korea/", "/2026/11/ferry/", "/contact/"], 1)


@pytest.mark.parametrize("newer", [urls.NEWEST - 1, urls.NEWEST])
def test_a_piece_of_links_marks_the_feeds_that_carry_a_text_with_the_link(paper: Paper, newer: int) -> None:
    korea = {
        "id": "korea", "address": "/2026/11/korea/", "status": "published", "date": "2026-11-01T09:30:00+00:00",
        "section": {"slug": "world", "name": "World"}, "authors": [{"id": "jane-doe", "name": "Jane Doe"}],
        "tags": [{"slug": "ice", "name": "Ice"}],
    }  # fmt: skip
    link = {Key(links_partition("/about/"), "article/korea"): {"kind": "article", "id": "korea"}}
    sks = [f"2026-11-02T09:30:00#newer-{number:02}" for number in range(newer)]
    lists = {
        Key(entries_partition(name), sk): entry("/x/") for name in (urls.WHOLE_SITE, "section/world") for sk in sks
    }
    Table("news").put_many({article_key("korea"): korea, **link, **lists})

    walk({"of": "links/about/", "mark": True})

    author = ["/author/jane-doe/", *urls.feed_paths("author/jane-doe")]
    everywhere = ["/", *urls.feed_paths("all"), "/section/world/", *urls.feed_paths("section/world"), *author]
    assert set(editions()) == {"/2026/11/korea/", *(everywhere if newer < urls.NEWEST else author)}


def test_a_message_that_is_no_piece_is_logged_with_the_reason_and_acknowledged(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = read_log()
    put_archive("jane-doe", "2026-11-01")
    none = [
        envelope("rebuild_site", "not-a-piece")["Records"][0]["body"], "tonight, please", "null", "[]", "{}",
        {"of": "the usual"}, {"of": ""}, {"of": "author/jane-doe", "after": 7},
        {"of": "author/jane-doe", "after": [1, 2]},
        {"of": "everything", "strand": "rows-9", "number": 0}, {"of": "everything", "strand": "fixed"},
        {"of": "paths", "paths": ["about"]}, {"of": "paths", "paths": "/about/"},
    ]  # fmt: skip

    assert wake(*none, {"of": "author/jane-doe"}) == NOTHING_FAILED

    assert len(log.lines("ERROR")) == len(none)
    assert [said for said in log.lines("ERROR") if not said["reason"]] == []
    assert set(editions()) == {"/2026/11/jane-doe-01/", "/author/jane-doe/2026/11/"}


def test_a_piece_that_fails_comes_again_and_its_neighbours_go_on(paper: Paper) -> None:
    put_archive("jane-doe", "2026-11-01")
    unreadable = ValueError("a row nobody can read")  # which must not be taken for a message nobody can
    paper.aws.fail("Query", of=entries_partition("author/ada-holm"), error=unreadable)

    assert wake({"of": "author/ada-holm"}, {"of": "author/jane-doe"}) == {
        "batchItemFailures": [{"itemIdentifier": "0"}]
    }
    assert set(editions()) == {"/2026/11/jane-doe-01/", "/author/jane-doe/2026/11/"}


# ── What a rebuild finds, and tells ──

KOREA = "---\ntitle: Lunch is postponed\ndate: 2026-11-20\nsection: World\ntags: [Ice]\n---\nNobody was hungry.\n"


def report(paper: Paper, id: str) -> dict[str, Any]:
    """The report of a rebuild, as the upload bucket has it."""
    stored = clients.s3().get_object(Bucket="upload", Key=f"reports/rebuild-{id}.json")
    return json.loads(stored["Body"].read())  # type: ignore[no-any-return]


def place_by_hand(key: str) -> None:
    clients.s3().put_object(Bucket="site", Key=key, Body=b"<p>Scribbled.</p>", ContentType="text/html")


@pytest.fixture
def live(quick_paper: Paper) -> Paper:
    """A paper with two articles, every page of it in its place."""
    quick_paper.upload("articles/korea.md", KOREA)
    quick_paper.upload("articles/ferry.md", KOREA.replace("Lunch", "Ferry").replace("World", "Harbour"))
    quick_paper.rebuild()
    quick_paper.now += timedelta(days=1)
    quick_paper.drawn.clear()
    return quick_paper


def test_a_rebuild_of_a_sound_paper_writes_nothing_and_says_so(live: Paper) -> None:
    live.rebuild()

    told = report(live, "2026-11-24-nightly")
    assert [told[kind] for kind in ("rewritten", "missing", "strange", "failed", "marked")] == [0] * 5
    assert told["checked"] >= len(live.site())
    assert told["calls"] > told["checked"]
    assert (told["of"], told["why"]) == ("everything", "nightly")
    assert live.drawn == []


def test_a_rebuild_mends_a_damaged_site_and_names_each_page(live: Paper) -> None:
    sound = live.site()
    place_by_hand("section/world/index.html")
    place_by_hand("assets/spam.js")
    place_by_hand("tag/nobodys/index.html")
    place_by_hand("owner-verification.html")
    clients.s3().delete_object(Bucket="site", Key="feed.xml")
    clients.s3().delete_object(Bucket="site", Key="2026/11/korea/index.html")

    live.rebuild()

    told = report(live, "2026-11-24-nightly")
    assert told["paths"]["rewritten"] == ["/section/world/"]
    assert sorted(told["paths"]["missing"]) == ["/2026/11/korea/", "/feed.xml"]
    assert sorted(told["paths"]["strange"]) == ["/assets/spam.js", "/owner-verification.html", "/tag/nobodys/"]
    assert (told["rewritten"], told["missing"], told["strange"]) == (1, 2, 3)
    assert live.is_gone("/tag/nobodys/")
    assert live.page("/owner-verification.html") == "<p>Scribbled.</p>"
    assert {key: body for key, body in live.site().items() if key in sound} == sound


def test_a_page_that_has_become_a_tombstone_is_strange_but_once(live: Paper) -> None:
    place_by_hand("tag/nobodys/index.html")
    live.rebuild()
    live.now += timedelta(days=1)

    live.rebuild()

    assert report(live, "2026-11-25-nightly")["strange"] == 0


def test_every_piece_delivered_twice_is_counted_once(live: Paper) -> None:
    live.rebuild()
    once = report(live, "2026-11-24-nightly")
    live.now += timedelta(days=1)
    live.deliveries = 2
    clients.s3().delete_object(Bucket="site", Key="feed.xml")

    live.rebuild()

    twice = report(live, "2026-11-25-nightly")
    assert twice["checked"] == once["checked"]
    assert twice["missing"] == 1


def test_a_piece_whose_follower_was_lost_asks_for_it_again(live: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    replace(monkeypatch, "rows of a list", 5)
    rebuild_site.handle(messages({"of": "section/world", "rebuild": "r"}), None)
    (first,) = waiting("REBUILD_QUEUE")
    rebuild_site.handle(messages(first), None)
    report_of_it = report(live, "r")

    rebuild_site.handle(messages(first), None)

    assert report(live, "r") == report_of_it
    assert waiting("REBUILD_QUEUE") == []


def test_a_page_that_cannot_be_drawn_is_left_to_its_own_queue_and_named(live: Paper) -> None:
    before = editions()["/2026/11/korea/"]
    unreadable = ValueError("a row nobody can read")
    live.aws.fail("GetItem BatchGetItem", of=article_key("korea").pk, error=unreadable)
    walk({"of": "month/2026-11", "rebuild": "r"})

    told = report(live, "r")
    assert told["paths"]["failed"] == ["/2026/11/korea/"]
    assert told["checked"] == 4
    assert editions()["/2026/11/korea/"] == before + 1


@pytest.mark.parametrize(
    ("of", "paths", "looked"),
    [
        ("section/world", [], {*front_pages("section/world"), "/section/world/2026/11/", "/2026/11/korea/"}),
        ("month/2026-11", [], {"/archive/2026/11/", "/sitemaps/2026-11.xml", "/2026/11/korea/", "/2026/11/ferry/"}),
        ("month/2026-10", [], {"/archive/2026/10/", "/sitemaps/2026-10.xml"}),
        ("paths", ["/", "/feed.xml"], {"/", "/feed.xml"}),
    ],
)
def test_a_part_of_the_paper_can_be_rebuilt_alone(
    live: Paper, monkeypatch: pytest.MonkeyPatch, of: str, paths: list[str], looked: set[str]
) -> None:
    seen = looked_at(monkeypatch)

    walk({"of": of, "paths": paths, "rebuild": "r"})

    assert set(seen) == looked
    assert report(live, "r")["checked"] == len(looked)


def test_the_nights_drift_is_told_to_the_alarm(live: Paper, capsys: pytest.CaptureFixture[str]) -> None:
    clients.s3().delete_object(Bucket="site", Key="feed.xml")
    capsys.readouterr()

    live.rebuild()

    (metric,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "DriftFound" in line]
    assert metric["DriftFound"] == [1.0] or metric["DriftFound"] == 1.0
    assert metric["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Broadsheet"


def test_no_strand_is_asked_for_before_the_account_is_open(paper: Paper) -> None:
    event = messages({"of": "everything"})
    with paper.aws.fail("TransactWriteItems", **CONFLICT):  # somebody else was at the row
        assert rebuild_site.handle(event, None) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert waiting("REBUILD_QUEUE") == []

    assert rebuild_site.handle(messages({"of": "everything"}), None) == NOTHING_FAILED
    assert waiting("REBUILD_QUEUE")
