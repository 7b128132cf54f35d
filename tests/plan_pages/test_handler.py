"""plan_pages, woken as the table's stream wakes it."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest

from adapters.table import Table
from newsroom import urls
from newsroom.table_keys import Key, comment_target_key, entries_partition, links_partition, thread_counter_key
from plan_pages import handler as plan_pages
from tests.envelopes import asked_for, editions, envelope, names, waiting
from tests.paper import Paper

ADDRESS = "/2026/11/korea/"
COMMENT = "5e0b8c1d2f3a4b5c6d7e8f90"
SK = "2026-11-23T09:30:00#korea"
MONTHS = {"/archive/2026/11/", "/section/world/2026/11/", "/author/jane-doe/2026/11/", "/tag/diplomacy/2026/11/"}
SECTION_FRONT = {"/section/world/", *urls.feed_paths("section/world")}
FRONTS = {
    "/", *urls.feed_paths(urls.WHOLE_SITE), *SECTION_FRONT,
    "/author/jane-doe/", *urls.feed_paths("author/jane-doe"), "/tag/diplomacy/",
}  # fmt: skip


@dataclass
class Expected:
    """What an envelope leads to in a paper with nothing in it."""

    marked: set[str] = field(default_factory=set)
    rendered: list[str] = field(default_factory=list)
    rebuilt: list[dict[str, Any]] = field(default_factory=list)


EXPECTED = {
    "article-inserted": Expected(
        marked={ADDRESS, "receipts/articles/korea.md.json", "/archive/", "/sitemap.xml", "/sitemaps/2026-11.xml",
                "/news-sitemap.xml", *FRONTS, *MONTHS}
    ),
    "article-modified": Expected(marked={ADDRESS, "/sitemaps/2026-11.xml", "/news-sitemap.xml", *FRONTS, *MONTHS}),
    "comment-approved": Expected(
        marked={"/comments/korea/2/", f"/comments/korea/reply/{COMMENT}/", "/comments/feed.xml",
                "/comments/korea/feed.xml"}
    ),
    "comments-closed": Expected(),
    "entry-removed": Expected(marked={"/section/world/2026/11/", *SECTION_FRONT}),
    "page-raised": Expected(rendered=[ADDRESS]),
    "site-changed": Expected(rebuilt=[{"of": "everything", "mark": True, "why": "site", "rebuild": "site-3"}]),
    "unknown-row": Expected(),
}  # fmt: skip


def entry(id: str) -> dict[str, Any]:
    return {"id": id, "address": f"/2026/11/{id}/", "headline": id.capitalize()}


def put_entries(list_name: str, *sks: str) -> None:
    Table("news").put_many({Key(entries_partition(list_name), sk): entry(sk.partition("#")[2]) for sk in sks})


@pytest.mark.parametrize("name", names("plan_pages"))
def test_an_envelope_marks_and_asks_for_exactly_what_it_makes_stale(paper: Paper, name: str) -> None:
    plan_pages.handle(envelope("plan_pages", name), None)

    found = Expected(set(editions()), asked_for(), waiting("REBUILD_QUEUE"))
    assert found == EXPECTED[name]


def test_a_page_that_many_changes_touch_is_marked_once_in_a_batch(paper: Paper) -> None:
    plan_pages.handle(envelope("plan_pages", "article-inserted"), None)

    assert set(editions().values()) == {1}


def test_marking_is_told_to_the_stream_and_only_then_are_renders_asked_for(paper: Paper) -> None:
    plan_pages.handle(envelope("plan_pages", "entry-removed"), None)
    assert asked_for() == []

    plan_pages.handle({"Records": paper.stream_records()}, None)

    assert set(asked_for()) == EXPECTED["entry-removed"].marked


@pytest.mark.parametrize(
    ("newest", "touched"),
    [("2026-11-23T10:00:00", False), ("2026-11-23T09:00:00", True)],
    ids=["below them all", "above them all"],
)
def test_an_entry_that_goes_touches_the_front_only_if_it_was_among_the_newest(
    paper: Paper, newest: str, touched: bool
) -> None:
    for list_name in (urls.WHOLE_SITE, "section/world"):
        put_entries(list_name, *(f"{newest}#n{number:02}" for number in range(urls.NEWEST)))

    plan_pages.handle(envelope("plan_pages", "entry-removed"), None)

    assert set(editions()) == {"/section/world/2026/11/"} | (SECTION_FRONT if touched else set())


def test_an_entry_that_is_old_news_in_the_paper_may_still_be_among_the_newest_of_its_section(paper: Paper) -> None:
    put_entries(urls.WHOLE_SITE, *(f"2026-11-23T10:00:00#n{number:02}" for number in range(urls.NEWEST)))
    put_entries("section/world", *(f"2026-11-23T10:00:00#n{number:02}" for number in range(urls.NEWEST - 1)))

    plan_pages.handle(envelope("plan_pages", "entry-removed"), None)

    assert set(editions()) == {"/section/world/2026/11/"} | SECTION_FRONT


def test_of_fresh_news_the_whole_papers_list_alone_is_asked_whether_fronts_show_it(paper: Paper) -> None:
    queries = paper.aws.watch("Query")

    plan_pages.handle(envelope("plan_pages", "article-inserted"), None)

    asked = [query["ExpressionAttributeValues"][":pk"]["S"] for query in queries.asked]
    assert {pk for pk in asked if pk.startswith("LIST#")} == {"LIST#all"}


@pytest.mark.parametrize("name", ["article-inserted", "article-modified"])
def test_the_two_neighbours_of_a_headline_are_marked_and_nobody_further_off(paper: Paper, name: str) -> None:
    put_entries(urls.WHOLE_SITE, "2026-11-01T00:00:00#early", "2026-11-02T00:00:00#older")
    put_entries(urls.WHOLE_SITE, "2026-11-29T00:00:00#newer", "2026-11-30T00:00:00#late")

    plan_pages.handle(envelope("plan_pages", name), None)

    assert set(editions()) == EXPECTED[name].marked | {"/2026/11/older/", "/2026/11/newer/"}


def test_whoever_links_to_an_address_is_left_to_the_rebuild_when_it_comes_to_life(paper: Paper) -> None:
    Table("news").put_many({Key(links_partition(ADDRESS), "article/lunch"): {"kind": "article", "id": "lunch"}})

    plan_pages.handle(envelope("plan_pages", "article-inserted"), None)

    assert waiting("REBUILD_QUEUE") == [{"of": "links/2026/11/korea/", "mark": True, "why": "", "rebuild": ""}]


def test_a_comment_touches_the_articles_present_address_wherever_that_is_by_now(paper: Paper) -> None:
    Table("news").put_many({comment_target_key("korea"): {"address": "/2026/11/moved/"}})

    plan_pages.handle(envelope("plan_pages", "comment-approved"), None)

    assert set(editions()) == EXPECTED["comment-approved"].marked | {"/2026/11/moved/"}


def test_a_discussion_is_left_to_the_rebuild_when_its_article_changes(paper: Paper) -> None:
    Table("news").put_many({thread_counter_key("korea"): {"approved": 51, "threads": 51, "pages": 2, "on_last": 1}})

    plan_pages.handle(envelope("plan_pages", "comments-closed"), None)

    assert waiting("REBUILD_QUEUE") == [{"of": "comments/korea", "mark": True, "why": "", "rebuild": ""}]


def test_a_rise_of_the_revision_alone_makes_no_page_stale(paper: Paper) -> None:
    event = envelope("plan_pages", "article-modified")
    for record in event["Records"]:
        record["dynamodb"]["NewImage"] = {**record["dynamodb"]["OldImage"], "rev": {"N": "9"}}

    plan_pages.handle(event, None)

    assert editions() == {}


def test_a_page_raised_twice_in_a_batch_is_asked_for_once(paper: Paper) -> None:
    event = envelope("plan_pages", "page-raised")
    event["Records"] += deepcopy(event["Records"])
    event["Records"][1]["dynamodb"]["OldImage"]["edition"]["N"] = "7"
    event["Records"][1]["dynamodb"]["NewImage"]["edition"]["N"] = "8"

    plan_pages.handle(event, None)

    assert asked_for() == [ADDRESS]


@pytest.mark.parametrize("edition", ["6", "10"])
def test_editions_are_compared_as_numbers_and_only_a_rise_asks_for_a_render(paper: Paper, edition: str) -> None:
    event = envelope("plan_pages", "page-raised")
    event["Records"][0]["dynamodb"]["NewImage"]["edition"]["N"] = edition

    plan_pages.handle(event, None)

    assert asked_for() == ([ADDRESS] if edition == "10" else [])


def test_the_row_of_a_page_that_is_taken_away_asks_for_nothing(paper: Paper) -> None:
    event = envelope("plan_pages", "page-raised")
    del event["Records"][0]["dynamodb"]["NewImage"]

    plan_pages.handle(event, None)

    assert asked_for() == []


def everything_at_once() -> dict[str, Any]:
    together = [envelope("plan_pages", name)["Records"] for name in ("article-inserted", "site-changed", "page-raised")]
    return {"Records": [record for records in together for record in records]}


def test_a_batch_whose_marking_fails_asks_for_nothing_and_comes_again_whole(paper: Paper) -> None:
    with (
        paper.aws.fail("TransactWriteItems", error=RuntimeError("no such luck")),
        pytest.raises(RuntimeError, match="no such luck"),
    ):
        plan_pages.handle(everything_at_once(), None)
    assert (asked_for(), waiting("REBUILD_QUEUE")) == ([], [])

    plan_pages.handle(everything_at_once(), None)

    assert set(editions()) == EXPECTED["article-inserted"].marked
    assert asked_for() == [ADDRESS]
    assert waiting("REBUILD_QUEUE") == [{"of": "everything", "mark": True, "why": "site", "rebuild": "site-3"}]


def test_a_batch_whose_asking_fails_comes_again_whole_too(paper: Paper) -> None:
    paper.aws.fail("SendMessageBatch", error=RuntimeError("no such luck"))

    with pytest.raises(RuntimeError, match="no such luck"):
        plan_pages.handle(everything_at_once(), None)
