"""render_page, woken as RenderQueue wakes it."""

from itertools import count
from typing import Any

import pytest

from adapters import clients
from adapters.table import Table
from newsroom import urls
from newsroom.rendering import static_assets
from newsroom.site import default_site
from newsroom.table_keys import Key, article_key
from render_page import handler as render_page
from tests.envelopes import NOTHING_FAILED, envelope, messages, names, read_log
from tests.paper import SITE_URL, Paper
from workflows import render_pages

ADDRESS = "/2026/11/korea/"
KOREA = """---
title: Lunch is postponed
date: 2026-11-20
section: World
author: Jane Doe
tags: [Diplomacy]
---
Nobody was hungry.
"""
OF_THE_BATCH = {
    "2026/11/korea/index.html", "index.html", "section/world/index.html", "section/world/2026/11/index.html",
    "author/jane-doe/index.html", "tag/diplomacy/index.html", "sitemaps/2026-11.xml",
    *(f"{of}{feed}" for of in ("", "section/world/", "author/jane-doe/") for feed in urls.FEEDS),
}  # fmt: skip

EXPECTED: dict[str, tuple[set[str], set[str]]] = {
    "batch": (OF_THE_BATCH, {"receipts/articles/korea.md.json"}),
    "not-json": (set(), set()),
    "one": ({"2026/11/korea/index.html"}, set()),
    "unknown-page": (set(), set()),
}
"""What stands in the site bucket, and beside the uploads, after an envelope."""


@pytest.fixture
def korea(paper: Paper) -> Paper:
    """A paper with one article, of which no page is drawn yet."""
    paper.put("articles/korea.md", KOREA)
    paper.look_at("articles/korea.md")
    paper.calls.clear()
    return paper


def keys_in(bucket: str) -> set[str]:
    """What stands in a bucket, beside the assets that come with the first page."""
    found = {item["Key"] for item in clients.s3().list_objects_v2(Bucket=bucket).get("Contents", [])}
    return found - ASSETS


ASSETS = {path.removeprefix("/") for path in static_assets.assets(default_site(SITE_URL))}


def ask(*paths: str) -> dict[str, Any]:
    return render_page.handle(messages(*({"page": path} for path in paths)), None)


def test_a_page_that_stands_in_its_present_edition_is_not_read_for_again(korea: Paper) -> None:
    korea.settle()
    korea.calls.clear()

    assert ask(ADDRESS) == NOTHING_FAILED
    assert korea.calls == {"s3.HeadObject": 1, "dynamodb.GetItem": 1}


def place_by_hand(path: str, body: bytes) -> None:
    clients.s3().put_object(Bucket="site", Key=urls.object_key(path), Body=body)


@pytest.mark.parametrize("name", names("render_page"))
def test_an_envelope_draws_exactly_the_pages_it_names_and_is_acknowledged(korea: Paper, name: str) -> None:
    site, beside_the_uploads = EXPECTED[name]

    assert render_page.handle(envelope("render_page", name), None) == NOTHING_FAILED
    assert keys_in("site") == site
    assert keys_in("upload") == {"articles/korea.md"} | beside_the_uploads
    assert set(korea.drawn) - ASSETS == site


@pytest.mark.parametrize(
    ("asked", "drawn"),
    [
        ("/section/world/", {"section/world/index.html", *(f"section/world/{feed}" for feed in urls.FEEDS)}),
        ("/archive/2026/11/", {"archive/2026/11/index.html", "sitemaps/2026-11.xml"}),
        ("/archive/", {"archive/index.html", "sitemap.xml"}),
        ("/tag/diplomacy/", {"tag/diplomacy/index.html"}),
        ("/section/world/feed.xml", {"section/world/feed.xml"}),
    ],
)
def test_a_page_is_drawn_with_all_that_shows_the_same_in_other_forms(korea: Paper, asked: str, drawn: set[str]) -> None:
    assert ask(asked) == NOTHING_FAILED
    assert keys_in("site") == drawn


def test_a_message_comes_again_if_any_page_it_asks_for_could_not_be_placed_and_the_others_are_placed(
    korea: Paper,
) -> None:
    korea.aws.fail("PutObject", of="section/world/atom.xml", error="SlowDown")

    assert ask(ADDRESS, "/section/world/") == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert keys_in("site") == {
        "2026/11/korea/index.html", "section/world/index.html", "section/world/feed.xml", "section/world/feed.json",
    }  # fmt: skip


def test_every_page_of_a_batch_shows_the_article(korea: Paper) -> None:
    render_page.handle(envelope("render_page", "batch"), None)

    assert {key for key, body in korea.site().items() if ADDRESS.encode() not in body} == ASSETS
    assert korea.receipt("articles/korea.md")["status"] == "published"


def test_a_message_that_names_no_page_is_logged_and_its_neighbours_are_drawn(
    korea: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = read_log()
    nothing = [envelope("render_page", "not-json")["Records"][0]["body"], "", "null", "[]", "{}", '"/about/"']
    crippled = [{"page": None}, {"page": 7}, {"page": ["/"]}, {"page": {}}, {"page": ""}]

    assert render_page.handle(messages(*nothing, *crippled, {"page": ADDRESS}), None) == NOTHING_FAILED

    assert [said["body"] for said in log.lines("ERROR")[: len(nothing)]] == nothing
    assert len(log.lines("ERROR")) == len(nothing + crippled)
    assert "Nobody was hungry." in (korea.page(ADDRESS) or "")


@pytest.mark.parametrize("misspelt", ["", "2026/11/korea/", "2026/11/korea/index.html", "/2026/11/korea/index.html"])
def test_a_live_page_called_by_a_name_it_does_not_have_stays_as_it_is(korea: Paper, misspelt: str) -> None:
    ask(ADDRESS, "/")
    before = korea.site()

    assert ask(misspelt) == NOTHING_FAILED
    assert korea.site() == before


def test_a_page_that_cannot_be_drawn_is_reported_by_every_message_that_asked_for_it(korea: Paper) -> None:
    row = Table("news").get(article_key("korea"))
    assert row is not None
    del row.doc["headline"]  # without which nobody can draw it
    Table("news").put_many({row.key: row.doc})
    event = envelope("render_page", "batch")
    its_messages = [r["messageId"] for r in event["Records"] if f'"{ADDRESS}"' in r["body"]]

    answer = render_page.handle(event, None)

    assert len(its_messages) == 2
    assert answer == {"batchItemFailures": [{"itemIdentifier": id} for id in its_messages]}
    assert keys_in("site") == OF_THE_BATCH - {"2026/11/korea/index.html"}


def test_a_page_that_cannot_be_placed_is_reported_and_its_neighbours_are_placed(korea: Paper) -> None:
    korea.aws.fail("PutObject", of="feed.xml", error="SlowDown")

    assert ask("/robots.txt", "/feed.xml", ADDRESS) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert keys_in("site") == {"robots.txt", "2026/11/korea/index.html"}


def test_a_page_whose_place_cannot_be_looked_at_does_not_hold_up_its_neighbours(korea: Paper) -> None:
    korea.aws.fail("HeadObject", of="feed.xml", error="SlowDown")

    assert ask("/robots.txt", "/feed.xml", ADDRESS) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert keys_in("site") == {"robots.txt", "2026/11/korea/index.html"}


def test_a_text_that_cannot_be_read_does_not_hold_up_its_neighbours(korea: Paper) -> None:
    korea.put("articles/ferry.md", KOREA.replace("Lunch", "Ferry"))
    korea.look_at("articles/ferry.md")
    clients.dynamodb().update_item(
        TableName="news",
        Key={"pk": {"S": article_key("ferry").pk}, "sk": {"S": article_key("ferry").sk}},
        UpdateExpression="SET parts = :more",  # as while its further rows are being replaced
        ExpressionAttributeValues={":more": {"N": "2"}},
    )

    assert ask(ADDRESS, "/2026/11/ferry/", "/robots.txt") == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert keys_in("site") == {"robots.txt", "2026/11/korea/index.html"}


def test_whoever_replaced_the_page_while_it_was_drawn_is_not_overwritten_unread(korea: Paper) -> None:
    ask(ADDRESS)

    def overtake() -> None:  # the article is edited, and another function draws it
        korea.put("articles/korea.md", KOREA.replace("Nobody", "Everybody"))
        korea.look_at("articles/korea.md")
        place_by_hand(ADDRESS, b"newer")

    writes = korea.aws.watch("PutObject", of=urls.object_key(ADDRESS))
    korea.aws.before("PutObject", overtake, of=urls.object_key(ADDRESS))
    Table("news").invalidate([ADDRESS])

    assert ask(ADDRESS) == NOTHING_FAILED

    tokens = [asked["IfMatch"] for asked in writes.asked if "IfMatch" in asked]  # and not the other function's
    assert len(set(tokens)) == 2
    assert "Everybody was hungry." in (korea.page(ADDRESS) or "")


def test_a_page_that_others_keep_writing_is_left_to_the_queue_after_some_attempts(korea: Paper) -> None:
    times = count(1)
    overtake = lambda: place_by_hand(ADDRESS, b"newer, for the %d. time" % next(times))  # noqa: E731
    attempts = korea.aws.before("PutObject", overtake, of="2026/11/korea/index.html", times=None).asked

    assert ask("/", ADDRESS) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert len(attempts) == render_pages.ATTEMPTS
    assert korea.page(ADDRESS) == f"newer, for the {render_pages.ATTEMPTS}. time"
    assert "index.html" in korea.site()


def test_a_page_equal_to_the_one_that_stands_there_is_not_written_again(korea: Paper) -> None:
    ask(ADDRESS, "/robots.txt")
    ask(ADDRESS, "/robots.txt")

    assert sorted(set(korea.drawn) - ASSETS) == ["2026/11/korea/index.html", "robots.txt"]
    assert len(korea.drawn) == len(set(korea.drawn))


def test_a_page_that_was_marked_is_written_again_even_if_it_shows_the_same(korea: Paper) -> None:
    ask(ADDRESS)
    before = korea.stored(ADDRESS)
    Table("news").invalidate([ADDRESS])

    ask(ADDRESS)

    assert [key for key in korea.drawn if key not in ASSETS] == ["2026/11/korea/index.html"] * 2
    assert korea.stored(ADDRESS) != before


def test_a_page_whose_article_has_left_the_table_becomes_a_tombstone_and_is_not_deleted(korea: Paper) -> None:
    place_by_hand("/2026/11/ghost/", b"<p>I was here.</p>")

    ask("/2026/11/ghost/")

    assert korea.is_gone("/2026/11/ghost/")


def test_the_assets_of_the_paper_are_drawn_and_those_of_earlier_days_left_alone(korea: Paper) -> None:
    present = set(static_assets.assets(default_site(SITE_URL)))
    place_by_hand("/assets/style.0ld.css", b"body{color:sepia}")

    assert ask(*present, "/assets/style.0ld.css", "/assets/never-was.css") == NOTHING_FAILED

    assert keys_in("site") == {"assets/style.0ld.css"}
    assert {path for path in present if korea.page(path)} == present
    assert korea.page("/assets/style.0ld.css") == "body{color:sepia}"


def test_pages_of_a_batch_that_read_the_same_row_read_it_once(korea: Paper) -> None:
    reads = korea.aws.watch("GetItem BatchGetItem", of="news")
    render_page.handle(envelope("render_page", "batch"), None)

    asked = [each.get("RequestItems", {"news": {"Keys": [each.get("Key")]}})["news"]["Keys"] for each in reads.asked]
    read = [Key(key["pk"]["S"], key["sk"]["S"]) for keys in asked for key in keys]
    assert len(read) == len(set(read))
    assert article_key("korea") in read


@pytest.mark.parametrize("place", ["site", "upload"])
def test_a_receipt_stands_beside_its_upload_and_nowhere_else(korea: Paper, place: str) -> None:
    ask("receipts/articles/korea.md.json", "receipts/articles/never-sent.md.json")

    receipts = {key for key in keys_in(place) if "receipts" in key}
    assert receipts == ({"receipts/articles/korea.md.json"} if place == "upload" else set())
