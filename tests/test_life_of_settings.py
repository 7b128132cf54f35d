"""The life of site.yaml: what is read again when the paper's own zone, addresses or language change."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from adapters.table import Table
from infra.cli import takedowns
from newsroom.site import READ_AGAIN
from newsroom.table_keys import article_key, author_key, static_key, upload_key
from tests.paper import Paper, a_paper
from tests.replaced import replace

TOKYO = "timezone: Asia/Tokyo\n"
NIGHT = """---
title: The night ferry
date: 2026-10-31T20:00+00:00
section: Harbour
authors: [Ada Holm]
tags: [ice]
---
It left in the dark.
"""
KEY, BEFORE, AFTER = "articles/night.md", "/2026/10/night/", "/2026/11/night/"

on_moto_too = pytest.mark.parametrize("paper", ["memory", "moto"], indirect=True)


@pytest.fixture
def paper(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Paper]:
    with a_paper(monkeypatch, getattr(request, "param", "memory")) as fresh:
        yield fresh


def date_of(id: str) -> str:
    row = Table("news").get(article_key(id))
    assert row
    return str(row.doc["date"])


def messages_of(paper: Paper, key: str = "site.yaml") -> list[str]:
    return [warning["message"] for warning in paper.receipt(key)["warnings"]]


def looks(key: str) -> int:
    """How often a file was looked at."""
    row = Table("news").get(upload_key(key))
    return row.rev if row else 0


def assert_right(paper: Paper) -> None:
    """The site is what a rebuild would write."""
    before = paper.site()
    paper.rebuild()
    assert paper.site() == before


@on_moto_too
def test_articles_published_in_utc_are_dated_and_addressed_anew_when_the_paper_moves_to_tokyo(paper: Paper) -> None:
    paper.upload(KEY, NIGHT)
    paper.upload("articles/day.md", NIGHT.replace("night ferry", "day ferry").replace("20:00", "06:00"))

    paper.upload("site.yaml", TOKYO)

    assert (date_of("night"), date_of("day")) == ("2026-11-01T05:00:00+09:00", "2026-10-31T15:00:00+09:00")
    assert paper.leads_to(BEFORE) == AFTER
    assert paper.receipt(KEY)["url"].endswith(AFTER)
    for path in ("/", "/archive/2026/11/", "/section/harbour/2026/11/", "/author/ada-holm/", "/tag/ice/", "/feed.xml",
                 "/sitemaps/2026-11.xml"):  # fmt: skip
        assert AFTER in (paper.page(path) or ""), path
    for path in ("/archive/2026/10/", "/section/harbour/2026/10/", "/sitemaps/2026-10.xml"):
        page = paper.page(path) or ""
        assert "/night/" not in page, path
        assert "/2026/10/day/" in page, path
    assert_right(paper)


@pytest.mark.parametrize("deliveries", [1, 2])
def test_going_there_and_back_leaves_every_address_as_it_was(paper: Paper, deliveries: int) -> None:
    paper.deliveries = deliveries
    paper.upload(KEY, NIGHT)
    for settings in (TOKYO, "title: The Lantern\n", TOKYO, "timezone: America/Lima\n"):
        paper.upload("site.yaml", settings)

    assert date_of("night") == "2026-10-31T15:00:00-05:00"
    assert paper.leads_to(AFTER) == BEFORE
    assert "It left in the dark." in (paper.page(BEFORE) or "")
    assert_right(paper)


def test_an_article_without_a_date_keeps_its_moment(paper: Paper) -> None:
    paper.now = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)
    paper.upload(KEY, NIGHT.replace("date: 2026-10-31T20:00+00:00\n", ""))
    assert date_of("night") == "2026-10-31T20:00:00+00:00"

    paper.upload("site.yaml", TOKYO)

    assert date_of("night") == "2026-11-01T05:00:00+09:00"
    assert paper.leads_to(BEFORE) == AFTER


@pytest.mark.parametrize(
    ("said", "utc", "tokyo"),
    [
        ("date: 2026-11-01", "2026-11-01T00:00:00+00:00", "2026-11-01T00:00:00+09:00"),
        ("date: 2026-11-01T06:00", "2026-11-01T06:00:00+00:00", "2026-11-01T06:00:00+09:00"),
        ("publish_at: 2026-11-01 06:00", "2026-11-01T06:00:00+00:00", "2026-11-01T06:00:00+09:00"),
    ],
)
def test_a_moment_without_an_offset_is_taken_in_the_papers_zone_whichever_that_is(
    paper: Paper, said: str, utc: str, tokyo: str
) -> None:
    paper.upload(KEY, NIGHT.replace("date: 2026-10-31T20:00+00:00", said))
    assert date_of("night") == utc

    paper.upload("site.yaml", TOKYO)

    assert date_of("night") == tokyo


def test_what_is_scheduled_waits_for_its_hour_in_the_new_zone(paper: Paper) -> None:
    paper.upload(KEY, NIGHT.replace("2026-10-31T20:00+00:00", "2026-11-24T06:00"))
    paper.upload("site.yaml", TOKYO)

    paper.tick(datetime(2026, 11, 23, 20, 59, tzinfo=UTC))
    assert paper.receipt(KEY)["status"] == "scheduled"
    paper.tick(datetime(2026, 11, 23, 21, 0, tzinfo=UTC))
    assert paper.receipt(KEY)["status"] == "published"


def test_a_new_permalink_moves_every_article_and_the_old_addresses_lead_on(paper: Paper) -> None:
    paper.upload(KEY, NIGHT)
    paper.upload("articles/late.md", NIGHT.replace("2026-10-31", "2026-11-20"))

    paper.upload("site.yaml", "permalink: /{section}/{slug}/\n")

    assert paper.leads_to(BEFORE) == "/harbour/night/"
    assert paper.leads_to("/2026/11/late/") == "/harbour/late/"
    assert "/harbour/night/" in (paper.page("/feed.xml") or "")
    assert_right(paper)


def test_a_rejected_article_is_published_once_the_settings_let_it_be(paper: Paper) -> None:
    paper.upload("site.yaml", "permalink: /{slug}/\n")
    paper.upload("articles/2025/pier.md", NIGHT.replace("2026-10-31", "2025-10-31"))
    paper.upload("articles/2026/pier.md", NIGHT)
    assert paper.receipt("articles/2026/pier.md")["status"] == "rejected"

    paper.upload("site.yaml", "permalink: /{yyyy}/{slug}/\n")

    assert paper.receipt("articles/2026/pier.md")["status"] == "published"
    assert "It left in the dark." in (paper.page("/2026/pier/") or "")


def test_a_rejected_edit_leaves_the_live_version_as_it_is(paper: Paper) -> None:
    paper.upload(KEY, NIGHT)
    paper.upload(KEY, "---\ntitle: [broken\n---\nText.\n")

    paper.upload("site.yaml", TOKYO)

    assert paper.receipt(KEY)["status"] == "rejected"
    assert "It left in the dark." in (paper.page(BEFORE) or "")


def test_texts_and_biographies_are_read_again_for_links_to_the_papers_new_address(paper: Paper) -> None:
    link = "See [there](https://lantern.example/about/)."
    paper.upload(KEY, NIGHT + link)
    paper.upload("pages/about.md", f"---\ntitle: About\n---\n{link}\n")
    paper.upload("authors/ada-holm.md", f"---\nname: Ada Holm\n---\n{link}\n")

    paper.upload("site.yaml", "base_url: https://lantern.example\n")

    rows = Table("news").get_many([article_key("night"), static_key("about"), author_key("ada-holm")])
    assert 'href="/about/"' in (rows[article_key("night")].body or "")
    assert 'href="/about/"' in (rows[static_key("about")].body or "")
    assert 'href="/about/"' in rows[author_key("ada-holm")].doc["bio"]


def test_comments_that_closed_by_age_are_open_again_when_they_may_stay_open_longer(paper: Paper) -> None:
    paper.upload("site.yaml", "comments: {close_after_days: 14}\n")
    paper.upload(KEY, NIGHT)
    assert (
        paper.post("night", {"author": "Wim", "email": "wim@reader.example", "comment": "Cold."})["statusCode"] == 403
    )

    paper.upload("site.yaml", "comments: {close_after_days: 60}\n")

    assert paper.comment("night", "Cold.")


@pytest.mark.parametrize(
    "settings", ["accent: '#123456'\n", "footer: Printed daily\n", "navigation: [About: /about/]\n"]
)
def test_a_setting_that_no_text_is_read_with_has_nothing_read_again(paper: Paper, settings: str) -> None:
    paper.upload(KEY, NIGHT)
    before = looks(KEY)

    paper.upload("site.yaml", settings)

    assert looks(KEY) == before
    assert messages_of(paper) == []


def test_a_deleted_upload_is_not_looked_at_again(paper: Paper) -> None:
    paper.upload(KEY, NIGHT)
    paper.delete(KEY)
    before = looks(KEY)

    paper.upload("site.yaml", TOKYO)

    assert looks(KEY) == before
    assert paper.is_gone(BEFORE)


def test_a_taken_down_article_stays_down_whatever_the_settings_become(paper: Paper) -> None:
    paper.upload(KEY, NIGHT)
    takedowns.withdraw(Table("news"), "night", "a court wants it")
    paper.settle()

    paper.upload("site.yaml", TOKYO)

    assert paper.receipt(KEY)["status"] == "withdrawn"
    assert paper.is_gone(BEFORE)
    assert paper.page(AFTER) is None or paper.is_gone(AFTER)


# ── What the receipt says ──


def test_the_receipt_says_what_follows_from_a_change(paper: Paper) -> None:
    paper.upload(KEY, NIGHT)
    paper.upload("site.yaml", "accent: '#123456'\n" + TOKYO)

    (message,) = messages_of(paper)
    assert message == f"site.yaml, line 2: 'timezone' has changed from UTC to Asia/Tokyo: {READ_AGAIN['timezone']}"
    assert "every article is read again, and old addresses lead on" in message
    (warning,) = paper.receipt("site.yaml")["warnings"]
    assert (warning["line"], warning["field"]) == (2, "timezone")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("permalink: /{slug}/\n", "'permalink' has changed from /{yyyy}/{mm}/{slug}/ to /{slug}/: every article"),
        ("language: de\n", "'language' has changed from en to de: every text is read again"),
        ("base_url: https://lantern.example\n", "'base_url' has changed from nothing to https://lantern.example: "),
        ("comments: {close_after_days: 9}\n", "'comments.close_after_days' has changed from nothing to 9: every"),
    ],
)
def test_every_setting_that_has_texts_read_again_is_named(paper: Paper, settings: str, said: str) -> None:
    paper.upload(KEY, NIGHT)
    paper.upload("site.yaml", settings)

    (message,) = messages_of(paper)
    assert message.startswith(f"site.yaml, line 1: {said}")


def test_the_receipt_says_so_however_often_the_file_is_looked_at(paper: Paper) -> None:
    paper.upload(KEY, NIGHT)
    paper.upload("site.yaml", TOKYO)
    said = messages_of(paper)

    paper.look_at("site.yaml", "site.yaml")
    paper.settle()
    assert messages_of(paper) == said

    paper.upload("site.yaml", TOKYO + "footer: Printed daily\n")
    assert messages_of(paper) == []


def test_a_paper_without_articles_is_told_nothing(paper: Paper) -> None:
    paper.upload("site.yaml", TOKYO)

    assert messages_of(paper) == []


def test_a_deleted_site_yaml_gives_the_defaults_back_and_says_what_follows(paper: Paper) -> None:
    paper.upload("site.yaml", TOKYO)
    paper.upload(KEY, NIGHT)
    paper.delete("site.yaml")

    assert date_of("night") == "2026-10-31T20:00:00+00:00"
    (message,) = messages_of(paper)
    assert message.startswith("site.yaml: 'timezone' has changed from Asia/Tokyo to UTC: every article is read again")


def test_a_rejected_site_yaml_leaves_every_date_as_it_is(paper: Paper) -> None:
    paper.upload("site.yaml", TOKYO)
    paper.upload(KEY, NIGHT)
    paper.upload("site.yaml", "timezone: Mars/Olympus\n")

    assert paper.receipt("site.yaml")["status"] == "rejected"
    assert date_of("night") == "2026-11-01T05:00:00+09:00"


# ── Whatever comes between ──


def test_an_article_that_was_being_read_when_the_zone_changed_is_read_again(paper: Paper) -> None:
    paper.put(KEY, NIGHT)
    # And all that follows from it, before anything of the article is written.
    paper.aws.before("TransactWriteItems", lambda: paper.upload("site.yaml", TOKYO), of=upload_key(KEY).pk)
    paper.look_at(KEY)
    paper.settle()

    assert date_of("night") == "2026-11-01T05:00:00+09:00"


def test_a_rebuild_reads_again_what_a_lost_change_left_behind(paper: Paper) -> None:
    paper.upload(KEY, NIGHT)
    paper.put("site.yaml", TOKYO)
    paper.look_at("site.yaml")
    paper.stream_records()  # lost

    paper.rebuild()

    assert date_of("night") == "2026-11-01T05:00:00+09:00"
    assert AFTER in (paper.page("/") or "")


def test_a_rebuild_reads_nothing_again_that_was_read_with_the_settings_in_force(paper: Paper) -> None:
    paper.upload("site.yaml", TOKYO)
    paper.upload(KEY, NIGHT)
    before = looks(KEY)

    paper.rebuild()

    assert looks(KEY) == before


def test_a_paper_of_many_articles_is_read_again_piece_by_piece(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    replace(monkeypatch, "rows of a scan", 7)
    keys = [f"articles/night-{number}.md" for number in range(12)]
    for key in keys:
        paper.upload(key, NIGHT)

    paper.upload("site.yaml", TOKYO)

    assert {date_of(f"night-{number}") for number in range(12)} == {"2026-11-01T05:00:00+09:00"}
