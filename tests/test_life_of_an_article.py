"""The life of an article, seen from outside: what stands in the buckets after each thing an editor does."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters import clients
from adapters.table import Table
from newsroom import urls
from newsroom.rows import RowWrite
from newsroom.table_keys import article_key
from plan_pages import handler as plan_pages
from publish_article import handler as publish_article
from render_page import handler as render_page
from tests.paper import Paper, a_paper, upload_event

KOREA = """---
title: The harbour freezes over
date: 2026-11-20T09:30+00:00
section: World
authors: [Ada Holm, Ben Moss]
tags: [Weather, Harbour, Ice]
standfirst: For the first time in a century.
---
Nobody had skates.
"""
ADDRESS = "/2026/11/harbour/"
EVERYWHERE = [
    "/", "/section/world/", "/author/ada-holm/", "/author/ben-moss/", "/tag/weather/", "/tag/harbour/", "/tag/ice/",
    "/archive/2026/11/", "/section/world/2026/11/", "/author/ada-holm/2026/11/", "/tag/ice/2026/11/",
    "/feed.xml", "/atom.xml", "/feed.json", "/section/world/feed.xml", "/section/world/atom.xml",
    "/section/world/feed.json", "/author/ada-holm/feed.xml", "/author/ben-moss/feed.json", "/sitemaps/2026-11.xml",
]  # fmt: skip

on_moto_too = pytest.mark.parametrize("paper", ["memory", "moto"], indirect=True)
"""All of this file runs in memory; what is marked so, a third that asks every kind of call, under moto as well."""


@pytest.fixture
def paper(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Paper]:
    with a_paper(monkeypatch, getattr(request, "param", "memory")) as fresh:
        yield fresh


def shows(paper: Paper, path: str, words: str) -> bool:
    return words in (paper.page(path) or "")


def everywhere_it_shows(paper: Paper, words: str) -> list[str]:
    return [key for key, body in paper.site().items() if words in body.decode()]


@on_moto_too
def test_a_new_article_is_live_on_every_page_that_should_show_it(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA)

    assert shows(paper, ADDRESS, "Nobody had skates.")
    missing = [path for path in EVERYWHERE if not shows(paper, path, ADDRESS)]
    assert missing == []
    assert paper.receipt("articles/harbour.md") | {"at": "", "edition": 0, "version": ""} == {
        "key": "articles/harbour.md",
        "version": "",
        "status": "published",
        "url": "https://paper.example" + ADDRESS,
        "id": "harbour",
        "problems": [],
        "warnings": [],
        "at": "",
        "edition": 0,
    }


def test_the_archive_and_the_sitemap_name_the_month(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA)

    assert shows(paper, "/archive/", "/archive/2026/11/")
    assert shows(paper, "/sitemap.xml", "/sitemaps/2026-11.xml")


@on_moto_too
def test_an_edit_keeps_id_address_and_published_date(paper: Paper) -> None:
    undated = KOREA.replace("date: 2026-11-20T09:30+00:00\n", "")
    paper.upload("articles/harbour.md", undated)
    before = paper.receipt("articles/harbour.md")
    published = rows(paper)["doc"]["date"]

    paper.now += timedelta(days=40)
    paper.upload("articles/harbour.md", undated.replace("Nobody had", "Somebody found"))

    after = paper.receipt("articles/harbour.md")
    assert (after["id"], after["url"]) == (before["id"], before["url"])
    assert rows(paper)["doc"]["date"] == published
    assert shows(paper, after["url"].removeprefix("https://paper.example"), "Somebody found skates.")


def rows(paper: Paper) -> dict:
    item = clients.dynamodb().get_item(TableName="news", Key={"pk": {"S": "ARTICLE#harbour"}, "sk": {"S": "ARTICLE"}})[
        "Item"
    ]
    return {"doc": json.loads(item["doc"]["S"]), "rev": int(item["rev"]["N"])}


def test_a_new_headline_replaces_the_old_one_everywhere(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA)
    paper.upload("articles/harbour.md", KOREA.replace("The harbour freezes over", "Ice at last"))

    assert everywhere_it_shows(paper, "The harbour freezes over") == []
    assert [path for path in EVERYWHERE if "sitemap" not in path and not shows(paper, path, "Ice at last")] == []


@pytest.mark.parametrize(
    ("change", "left", "joined"),
    [
        (("section: World", "section: Sport"), "/section/world/", "/section/sport/"),
        (("Ada Holm", "Cleo Diaz"), "/author/ada-holm/", "/author/cleo-diaz/"),
        (("Ice]", "Skates]"), "/tag/ice/", "/tag/skates/"),
        (("2026-11-20", "2026-10-02"), "/archive/2026/11/", "/archive/2026/10/"),
    ],
    ids=["section", "author", "tag", "month"],
)
def test_an_article_that_moves_leaves_one_list_and_joins_the_other(
    paper: Paper, change: tuple[str, str], left: str, joined: str
) -> None:
    paper.upload("articles/harbour.md", KOREA)
    paper.upload("articles/harbour.md", KOREA.replace(*change))

    assert not shows(paper, left, "The harbour freezes over")
    assert shows(paper, joined, "The harbour freezes over")


@on_moto_too
def test_old_addresses_lead_to_the_present_one_without_a_chain(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA)
    paper.upload("articles/harbour.md", KOREA.replace("section:", "slug: frozen\nsection:"))
    paper.upload("articles/harbour.md", KOREA.replace("section:", "slug: thawed\nsection:"))

    assert paper.leads_to(ADDRESS) == "/2026/11/thawed/"
    assert paper.leads_to("/2026/11/frozen/") == "/2026/11/thawed/"
    assert shows(paper, "/2026/11/thawed/", "Nobody had skates.")
    assert everywhere_it_shows(paper, 'href="/2026/11/frozen/"') == []


def test_an_alias_redirects(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA.replace("section:", "aliases: [/old/ice.html, /ice]\nsection:"))

    assert paper.leads_to("/old/ice.html") == ADDRESS
    assert paper.leads_to("/ice/") == ADDRESS


@pytest.mark.parametrize("how", ["deleted", "set to draft"])
def test_an_article_taken_back_leaves_a_tombstone_and_nothing_else(paper: Paper, how: str) -> None:
    paper.upload("articles/harbour.md", KOREA)
    if how == "deleted":
        paper.delete("articles/harbour.md")
    else:
        paper.upload("articles/harbour.md", KOREA.replace("section:", "draft: true\nsection:"))

    assert paper.is_gone(ADDRESS)
    assert everywhere_it_shows(paper, "freezes over") == []
    assert everywhere_it_shows(paper, ADDRESS) == []
    assert paper.receipt("articles/harbour.md")["status"] == ("withdrawn" if how == "deleted" else "draft")


@on_moto_too
def test_an_article_put_back_is_live_again_at_its_address(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA)
    paper.delete("articles/harbour.md")
    paper.upload("articles/harbour.md", KOREA)

    assert shows(paper, ADDRESS, "Nobody had skates.")
    assert not paper.is_gone(ADDRESS)
    assert shows(paper, "/", "The harbour freezes over")


def test_a_draft_never_shows(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA.replace("section:", "draft: true\nsection:"))

    assert paper.site() == {}
    assert paper.receipt("articles/harbour.md")["status"] == "draft"


@on_moto_too
def test_of_a_scheduled_article_not_one_byte_is_public_before_its_time(paper: Paper) -> None:
    paper.rebuild()
    scheduled = KOREA.replace("2026-11-20", "2026-11-24")
    paper.upload("articles/harbour.md", scheduled)

    assert paper.receipt("articles/harbour.md")["status"] == "scheduled"
    for secret in ("freezes over", "harbour", "ada-holm", "weather"):
        assert everywhere_it_shows(paper, secret) == []

    paper.tick(datetime(2026, 11, 24, 9, 29, tzinfo=UTC))
    assert everywhere_it_shows(paper, "freezes over") == []
    paper.tick(datetime(2026, 11, 24, 9, 30, tzinfo=UTC))

    assert [path for path in EVERYWHERE if not shows(paper, path, ADDRESS)] == []
    assert paper.receipt("articles/harbour.md")["status"] == "published"


def test_an_expired_article_is_withdrawn_by_the_clock(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA.replace("section:", "expires_at: 2026-12-01T00:00+00:00\nsection:"))
    assert shows(paper, "/", "freezes over")

    paper.tick(datetime(2026, 12, 1, tzinfo=UTC))

    assert paper.is_gone(ADDRESS)
    assert everywhere_it_shows(paper, "freezes over") == []


def test_news_is_news_for_two_days(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA.replace("2026-11-20", "2026-11-23").replace("09:30", "08:30"))
    assert shows(paper, "/news-sitemap.xml", ADDRESS.replace("11", "11"))

    paper.tick(datetime(2026, 11, 25, 8, 29, tzinfo=UTC))
    assert shows(paper, "/news-sitemap.xml", "harbour")
    paper.tick(datetime(2026, 11, 25, 8, 30, tzinfo=UTC))

    assert not shows(paper, "/news-sitemap.xml", "harbour")
    assert shows(paper, "/", "freezes over")


@on_moto_too
def test_of_two_files_that_claim_one_address_the_second_is_rejected_naming_the_first(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA)
    paper.upload(
        "articles/other.md", KOREA.replace("section:", "slug: harbour\nsection:").replace("Nobody", "Everybody")
    )

    receipt = paper.receipt("articles/other.md")
    assert receipt["status"] == "rejected"
    assert "articles/harbour.md" in receipt["problems"][0]["message"]
    assert receipt["problems"][0]["field"] == "slug"
    assert shows(paper, ADDRESS, "Nobody had skates.")


def test_of_two_files_that_claim_one_id_the_second_is_rejected_naming_the_first(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA)
    paper.upload("articles/other.md", KOREA.replace("section:", "id: harbour\nsection:"))

    receipt = paper.receipt("articles/other.md")
    assert receipt["status"] == "rejected"
    assert "articles/harbour.md" in receipt["problems"][0]["message"]
    assert paper.receipt("articles/harbour.md")["status"] == "published"


def test_a_file_that_moves_house_takes_its_article_along_by_id(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA)
    paper.delete("articles/harbour.md")
    paper.upload("articles/2026/harbour.md", KOREA.replace("section:", "id: harbour\nsection:"))

    assert paper.receipt("articles/2026/harbour.md")["status"] == "published"
    assert shows(paper, ADDRESS, "Nobody had skates.")


def test_a_rejected_upload_leaves_the_live_version_alone(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA)
    paper.upload("articles/harbour.md", "---\ntitle: [\n---\n")

    assert paper.receipt("articles/harbour.md")["status"] == "rejected"
    assert shows(paper, ADDRESS, "Nobody had skates.")


def test_the_neighbours_lead_to_a_new_article_and_round_a_withdrawn_one(paper: Paper) -> None:
    for day in ("10", "20", "22"):
        paper.upload(f"articles/day-{day}.md", KOREA.replace("2026-11-20", f"2026-11-{day}"))
    assert shows(paper, "/2026/11/day-10/", "/2026/11/day-20/")
    assert shows(paper, "/2026/11/day-22/", "/2026/11/day-20/")

    paper.delete("articles/day-20.md")

    assert shows(paper, "/2026/11/day-10/", "/2026/11/day-22/")
    assert not shows(paper, "/2026/11/day-22/", "/2026/11/day-20/")


def test_a_link_is_drawn_only_while_it_leads_somewhere(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA + "\nSee [the lighthouse](/2026/11/lighthouse/) and [us](/about/).\n")
    assert not shows(paper, ADDRESS, 'href="/2026/11/lighthouse/"')

    paper.upload("articles/lighthouse.md", KOREA)
    paper.upload("pages/about.md", "---\ntitle: About us\n---\nWe print what we know.\n")
    assert shows(paper, ADDRESS, 'href="/2026/11/lighthouse/"')
    assert shows(paper, ADDRESS, 'href="/about/"')

    paper.delete("articles/lighthouse.md")
    assert not shows(paper, ADDRESS, 'href="/2026/11/lighthouse/"')


def test_an_authors_file_speaks_on_their_page_and_beside_their_articles_only(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA)
    paper.upload("articles/elsewhere.md", KOREA.replace("Ada Holm, Ben Moss", "Cleo Diaz"))
    paper.drawn.clear()

    paper.upload("authors/ada-holm.md", "---\nname: Ada Holm\nrole: Ice correspondent\n---\nShe has skates.\n")

    assert shows(paper, ADDRESS, "She has skates.")
    assert shows(paper, "/author/ada-holm/", "She has skates.")
    assert "2026/11/elsewhere/index.html" not in paper.drawn


def test_site_yaml_redraws_every_page(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA)
    paper.upload("site.yaml", "title: The Saltmarsh Lantern\n")

    html = {key: body.decode() for key, body in paper.site().items() if key.endswith(".html")}
    assert [key for key, body in html.items() if "The Saltmarsh Lantern" not in body] == []


@on_moto_too
def test_a_broken_site_yaml_is_rejected_and_the_last_good_one_stays_in_force(paper: Paper) -> None:
    paper.upload("site.yaml", "title: The Saltmarsh Lantern\n")
    paper.upload("site.yaml", "title: [\n")
    paper.upload("articles/harbour.md", KOREA)

    assert paper.receipt("site.yaml")["status"] == "rejected"
    assert shows(paper, ADDRESS, "The Saltmarsh Lantern")


def test_a_key_of_no_kind_is_rejected_with_a_receipt(paper: Paper) -> None:
    paper.upload("articles/photo.png", b"\x89PNG\r\n\x1a\n")

    receipt = paper.receipt("articles/photo.png")
    assert receipt["status"] == "rejected"
    assert receipt["problems"]


def test_at_rest_the_site_is_what_a_clean_rebuild_writes(paper: Paper) -> None:
    live_a_little(paper)
    at_rest = paper.site()

    for key in at_rest:
        clients.s3().delete_object(Bucket="site", Key=key)
    paper.rebuild()

    rebuilt = paper.site()
    assert {key: rebuilt.get(key) for key in at_rest} == at_rest


def test_a_rebuild_of_a_sound_paper_writes_nothing(paper: Paper) -> None:
    live_a_little(paper)
    paper.rebuild()
    paper.drawn.clear()

    paper.rebuild()

    assert paper.drawn == []


def live_a_little(paper: Paper) -> None:
    paper.upload("site.yaml", "title: The Saltmarsh Lantern\n")
    for day in range(1, 6):
        paper.upload(f"articles/day-{day}.md", KOREA.replace("2026-11-20", f"2026-1{day % 2}-0{day}"))
    paper.upload("articles/day-1.md", KOREA.replace("section:", "slug: first\nsection:"))
    paper.delete("articles/day-2.md")
    paper.upload("articles/day-3.md", KOREA.replace("section: World", "section: Sport"))
    paper.upload("authors/ada-holm.md", "---\nname: Ada Holm\n---\nShe has skates.\n")
    paper.upload("pages/about.md", "---\ntitle: About us\n---\nWe print what we know.\n")


def test_looking_twice_at_an_upload_changes_no_page(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA)
    revision = rows(paper)["rev"]
    paper.drawn.clear()

    paper.look_at("articles/harbour.md", "articles/harbour.md")
    paper.settle()

    assert paper.drawn == []
    assert rows(paper)["rev"] > revision


@on_moto_too
def test_an_upload_overtaken_while_it_was_read_cannot_undo_its_successor(paper: Paper) -> None:
    paper.put("articles/harbour.md", KOREA)

    def overtake() -> None:
        paper.put("articles/harbour.md", KOREA.replace("Nobody", "Everybody"))
        paper.look_at("articles/harbour.md")

    paper.aws.after("GetObject", overtake, of="articles/harbour.md")
    paper.look_at("articles/harbour.md")
    paper.settle()

    assert shows(paper, ADDRESS, "Everybody had skates.")


@on_moto_too
def test_a_page_overtaken_while_it_was_drawn_is_drawn_again(paper: Paper) -> None:
    paper.upload("articles/harbour.md", KOREA)
    paper.put("articles/harbour.md", KOREA.replace("Nobody", "Everybody"))
    paper.look_at("articles/harbour.md")
    paper.aws.before("PutObject", paper.settle, of=urls.object_key(ADDRESS))
    Table("news").invalidate([ADDRESS])
    render_page.handle({"Records": [{"messageId": "1", "body": json.dumps({"page": ADDRESS})}]}, None)

    assert shows(paper, ADDRESS, "Everybody had skates.")


@on_moto_too
def test_a_batch_reports_the_message_that_failed_and_its_neighbours_go_on(paper: Paper) -> None:
    paper.put("articles/harbour.md", KOREA)
    paper.aws.fail("GetObject", of="articles/cursed.md")
    answer = publish_article.handle(upload_event("articles/cursed.md", "articles/harbour.md"), None)
    paper.settle()

    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert shows(paper, ADDRESS, "Nobody had skates.")


def test_a_stream_batch_that_comes_twice_does_no_harm(paper: Paper) -> None:
    paper.put("articles/harbour.md", KOREA)
    paper.look_at("articles/harbour.md")
    records = paper.stream_records()
    plan_pages.handle({"Records": records}, None)
    plan_pages.handle({"Records": records}, None)
    paper.settle()

    assert [path for path in EVERYWHERE if not shows(paper, path, ADDRESS)] == []


@on_moto_too
def test_an_article_of_a_megabyte_is_published_whole(paper: Paper) -> None:
    words = " ".join(f"{number * 7919 % 1_000_003:x}" for number in range(160_000))
    paper.upload("articles/long.md", f"---\ntitle: A long one\n---\n{words[:1_000_000]}\n")

    assert paper.receipt("articles/long.md")["status"] == "published"
    assert shows(paper, "/2026/11/long/", words[999_000:999_900])

    paper.upload("articles/long.md", "---\ntitle: A long one\n---\nCut short.\n")
    assert shows(paper, "/2026/11/long/", "Cut short.")
    bodies = clients.dynamodb().query(
        TableName="news", KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": "ARTICLE#long"}}
    )
    assert len(bodies["Items"]) == 1


@on_moto_too
def test_a_long_key_has_a_receipt_all_the_same(paper: Paper) -> None:
    key = "articles/" + "k" * 1012 + ".md"
    paper.upload(key, KOREA)

    assert len(urls.receipt_path(key).encode()) <= 1024
    assert paper.receipt(key)["key"] == key


# ── What feeds carry of it ──

FEEDS = [*urls.feed_paths("all"), *urls.feed_paths("section/world"), *urls.feed_paths("author/ada-holm")]
LONG = KOREA + "\nThe ice held. " * 40


@on_moto_too
def test_a_change_far_down_in_the_text_is_in_every_feed(paper: Paper) -> None:
    paper.upload("articles/harbour.md", LONG + "\nThe town waited.")
    assert [path for path in FEEDS if not shows(paper, path, "The town waited.")] == []

    paper.upload("articles/harbour.md", LONG + "\nThe town danced.")

    assert [path for path in FEEDS if not shows(paper, path, "The town danced.")] == []
    assert everywhere_it_shows(paper, "The town waited.") == []


def test_what_leaves_the_paper_leaves_the_feeds_with_its_text(paper: Paper) -> None:
    paper.upload("articles/harbour.md", LONG)
    paper.upload("articles/thaw.md", LONG.replace("Nobody", "Somebody").replace("freezes over", "thaws"))
    assert shows(paper, "/feed.xml", "Nobody had skates.")

    paper.upload("articles/harbour.md", LONG.replace("section:", "draft: true\nsection:"))

    assert everywhere_it_shows(paper, "Nobody had skates.") == []
    assert shows(paper, "/feed.xml", "Somebody had skates.")


def test_a_link_in_a_feed_comes_and_goes_with_what_it_leads_to(paper: Paper) -> None:
    paper.upload("articles/harbour.md", LONG + "\nSee [the thaw](/2026/11/thaw/).")
    linked = 'See <a href="https://paper.example/2026/11/thaw/">the thaw</a>.'
    assert [path for path in FEEDS if shows(paper, path, linked) or not shows(paper, path, "See the thaw.")] == []

    paper.upload("articles/thaw.md", "---\ntitle: Thaw\ndate: 2026-11-21\nsection: Sport\n---\nIt melts.")
    carrying = [path for path in FEEDS if not path.endswith(".json")]  # where quotes are as they are
    assert [path for path in carrying if not shows(paper, path, linked)] == []

    paper.upload("articles/thaw.md", "---\ntitle: Thaw\ndate: 2026-11-21\nsection: Sport\ndraft: true\n---\nIt melts.")
    assert everywhere_it_shows(paper, "/2026/11/thaw/") == []


def test_a_paper_that_wants_summaries_in_its_feeds_has_them(paper: Paper) -> None:
    paper.upload("articles/harbour.md", LONG)
    paper.upload("site.yaml", "feeds: summary\n")
    assert [path for path in FEEDS if shows(paper, path, "Nobody had skates.")] == []
    assert [path for path in FEEDS if not shows(paper, path, "For the first time in a century.")] == []

    paper.upload("site.yaml", "feeds: full\n")

    assert [path for path in FEEDS if not shows(paper, path, "Nobody had skates.")] == []


def test_a_feed_drawn_between_a_withdrawal_and_its_planning_shows_nothing_of_the_text(paper: Paper) -> None:
    paper.upload("articles/harbour.md", LONG)
    article = Table("news").get(article_key("harbour"))
    assert article is not None
    Table("news").transact(
        [RowWrite(article.key, {**article.doc, "status": "draft"}, expected_rev=article.rev, body=article.body)]
    )

    (sheet,) = render_page.page_renderer().compare([urls.parse_path("/feed.xml")])

    assert sheet.rendered is not None
    assert b"Nobody had skates." not in sheet.rendered.body
