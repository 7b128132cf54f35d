"""rebuild_site, woken as the scheduler and RebuildQueue wake it."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from adapters.tables import Table
from newsroom import pages
from newsroom.drawing import stylesheet
from newsroom.rows import (
    SITE_KEY,
    Change,
    Doc,
    Key,
    address_key,
    article_key,
    author_key,
    links_pk,
    list_pk,
    months_pk,
    static_key,
    upload_key,
)
from newsroom.site import default_site
from rebuild_site import handler as rebuild_site
from tests.envelopes import NOTHING_FAILED, asked_for, editions, envelope, log_of, messages, names, waiting
from tests.paper import SITE_URL, Paper

ALWAYS = [*stylesheet.assets(default_site(SITE_URL)), *pages.FIXED]
STRANDS: list[dict[str, Any]] = [
    {"of": "everything", "mark": False, "segment": n, "after": None} for n in range(rebuild_site.SEGMENTS)
]


@dataclass
class Expected:
    """What an envelope leads to in a paper with nothing in it, and what it answers."""

    rendered: list[str] = field(default_factory=list)
    rebuilt: list[dict[str, Any]] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=lambda: NOTHING_FAILED)


EXPECTED = {
    "everything": Expected(ALWAYS, STRANDS),
    "nightly": Expected(ALWAYS, [{"of": "everything", "segment": strand["segment"]} for strand in STRANDS], answer={}),
    "not-a-piece": Expected(),
    "piece": Expected(),
}


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
    pk = list_pk(f"author/{author}")
    listed = zip(days, addresses, strict=True)
    Table("news").put_many({Key(pk, f"{day}T09:00:00#{author}"): entry(address) for day, address in listed})
    return addresses


@pytest.mark.parametrize("name", names("rebuild_site"))
def test_an_envelope_asks_for_exactly_its_pieces_and_marks_no_page_of_an_empty_paper(paper: Paper, name: str) -> None:
    answer = rebuild_site.handle(envelope("rebuild_site", name), None)

    assert Expected(asked_for(), waiting("REBUILD_QUEUE"), answer) == EXPECTED[name]
    assert editions() == {}


def test_the_assets_are_asked_for_first_and_are_those_of_the_settings_in_force(paper: Paper) -> None:
    green = {"accent": "#115522"}
    Table("news").transact([Change(SITE_KEY, green, was=0)])

    rebuild_site.handle(envelope("rebuild_site", "nightly"), None)

    asked = asked_for()
    assets = list(stylesheet.assets({**default_site(SITE_URL), **green}))  # type: ignore[typeddict-item]
    assert asked == [*assets, *pages.FIXED]


def fill_a_paper() -> set[str]:
    """Pages that were marked, and rows of every kind that call for a page nobody ever marked."""
    marked = {"/2026/11/korea/", "/", "/section/world/", "receipts/articles/korea.md.json"}
    Table("news").mark(sorted(marked))
    Table("news").put_many(
        {
            article_key("korea"): {}, address_key("/2026/11/korea/"): {}, address_key("/old/korea/"): {},
            upload_key("articles/late.md"): {}, author_key("jane-doe"): {}, Key(months_pk("tag/ice"), "2026-11"): {},
            Key(list_pk("tag/ice"), "2026-11-20T09:00:00#korea"): {}, Key(links_pk("/about/"), "article/korea"): {},
        }
    )  # fmt: skip
    return marked | {
        "/old/korea/", "receipts/articles/late.md.json", "/tag/ice/", "/tag/ice/2026/11/",
        "/author/jane-doe/", *pages.feeds("author/jane-doe"),
    }  # fmt: skip


def test_every_night_each_page_is_looked_at_once_and_none_is_marked(paper: Paper) -> None:
    expected = fill_a_paper()
    before = editions()

    rebuild_site.handle(envelope("rebuild_site", "nightly"), None)
    asked = asked_for()
    walk(*waiting("REBUILD_QUEUE"))
    asked += asked_for()

    assert set(asked) == expected | set(ALWAYS)
    assert sorted(asked[len(ALWAYS) :]) == sorted(expected)
    assert editions() == before


def test_after_a_change_of_the_settings_each_page_is_marked_and_the_stream_asks_for_it(paper: Paper) -> None:
    expected = fill_a_paper()
    before = editions()

    walk({"of": "everything", "mark": True})

    after = editions()
    assert set(after) == expected | set(ALWAYS)
    assert [path for path in after if after[path] <= before.get(path, 0)] == []
    assert asked_for() == []


def test_a_rebuild_walks_on_from_where_the_last_piece_ended_and_no_piece_is_larger_than_allowed(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = fill_a_paper()
    monkeypatch.setattr(rebuild_site, "PIECE", 2)
    sizes: list[int] = []
    sound = rebuild_site.of_keys
    monkeypatch.setattr(rebuild_site, "of_keys", lambda keys: sizes.append(len(keys)) or sound(keys))

    followed = walk({"of": "everything"})

    assert max(sizes) == 2
    assert [piece["after"] for piece in followed if piece["after"]] != []
    assert {piece["segment"] for piece in followed} == set(range(rebuild_site.SEGMENTS))
    assert set(asked_for()) == expected | set(ALWAYS)


def test_an_authors_piece_marks_that_authors_articles_and_months_and_no_others(paper: Paper) -> None:
    own = put_archive("jane-doe", "2026-10-31", "2026-11-01", "2026-11-02")
    put_archive("ada-holm", "2026-11-01")
    put_archive("jane-doe-the-second", "2026-11-01")

    assert rebuild_site.handle(envelope("rebuild_site", "piece"), None) == NOTHING_FAILED

    assert editions() == dict.fromkeys([*own, "/author/jane-doe/2026/10/", "/author/jane-doe/2026/11/"], 1)
    assert asked_for() == []


@pytest.mark.parametrize("articles", [4, 5])
def test_a_long_archive_is_marked_in_bounded_pieces(
    paper: Paper, monkeypatch: pytest.MonkeyPatch, articles: int
) -> None:
    own = put_archive("jane-doe", *(f"2026-11-0{day + 1}" for day in range(articles)))
    monkeypatch.setattr(rebuild_site, "PIECE", 2)

    followed = walk({"of": "author/jane-doe", "mark": True})

    reached = ["2026-11-02T09:00:00#jane-doe", "2026-11-04T09:00:00#jane-doe"]
    assert [piece["after"] for piece in followed] == [["LIST#author/jane-doe", sk] for sk in reached]
    assert set(editions()) == {*own, "/author/jane-doe/2026/11/"}


def test_a_piece_of_links_marks_whoever_links_there_at_their_present_address(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild_site, "PIECE", 2)
    texts = {article_key("korea"): "/2026/11/korea/", article_key("ferry"): "/2026/11/ferry/"}
    texts |= {static_key("contact"): "/contact/", article_key("silent"): "/2026/11/silent/"}
    linking = [("article", "korea"), ("article", "ferry"), ("page", "contact"), ("article", "never-written")]
    elsewhere = Key(links_pk("/about/us/"), "article/silent")
    Table("news").put_many(
        {key: entry(address) for key, address in texts.items()}
        | {Key(links_pk("/about/"), f"{kind}/{id}"): {"kind": kind, "id": id} for kind, id in linking}
        | {elsewhere: {"kind": "article", "id": "silent"}}
    )

    walk({"of": "links/about/", "mark": True})

    assert editions() == dict.fromkeys(["/2026/11/korea/", "/2026/11/ferry/", "/contact/"], 1)


def test_a_message_that_is_no_piece_is_logged_with_the_reason_and_acknowledged(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = log_of(rebuild_site, monkeypatch)
    put_archive("jane-doe", "2026-11-01")
    none = [
        envelope("rebuild_site", "not-a-piece")["Records"][0]["body"], "tonight, please", "null", "[]", "{}",
        {"of": "the usual"}, {"of": ""}, {"of": "author/jane-doe", "after": 7},
        {"of": "author/jane-doe", "after": ["LIST#author/jane-doe"]}, {"of": "author/jane-doe", "after": [1, 2]},
        {"of": "everything", "segment": "first"}, {"of": "everything", "segment": rebuild_site.SEGMENTS},
    ]  # fmt: skip

    assert wake(*none, {"of": "author/jane-doe"}) == NOTHING_FAILED

    assert len(log.error.call_args_list) == len(none)
    assert [said for said in log.error.call_args_list if not said.kwargs["reason"]] == []
    assert asked_for() == ["/2026/11/jane-doe-01/", "/author/jane-doe/2026/11/"]


def test_a_piece_that_fails_comes_again_and_its_neighbours_go_on(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    put_archive("jane-doe", "2026-11-01")
    sound = Table.query

    def query(table: Table, pk: str, **how: Any) -> Any:
        if pk == list_pk("author/ada-holm"):
            raise ValueError("a row nobody can read")  # which must not be taken for a message nobody can
        return sound(table, pk, **how)

    monkeypatch.setattr(Table, "query", query)

    assert wake({"of": "author/ada-holm"}, {"of": "author/jane-doe"}) == {
        "batchItemFailures": [{"itemIdentifier": "0"}]
    }
    assert asked_for() == ["/2026/11/jane-doe-01/", "/author/jane-doe/2026/11/"]
