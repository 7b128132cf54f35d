"""What the clock makes of the dates of a file."""

from datetime import UTC, datetime
from typing import Any

import pytest

from newsroom.publishing import article_states
from newsroom.site import Site, default_site
from newsroom.uploads.parsed import ParsedArticle, ParsedPage
from newsroom.uploads.parser import parse

SITE: Site = {**default_site("https://paper.example"), "timezone": "Europe/Berlin"}
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def manuscript(fields: str) -> ParsedArticle:
    said = parse("articles/harbour.md", f"---\ntitle: Harbour\n{fields}\n---\nThe tide came in.\n".encode(), SITE)
    assert isinstance(said, ParsedArticle)
    return said


def edited(fields: str, before: Any = None) -> Any:
    return article_states.edit_article(manuscript(fields), before, NOW, NOW, SITE)


@pytest.mark.parametrize(
    "fields",
    ["date: 2026-11-18\npublishDate: 2099-12-24T06:00:00+01:00", "pubDate: 2099-12-24", "published_at: 2099-12-24",
     "publishedAt: 2099-12-24", "publish_on: 2099-12-24", "embargo: 2099-12-24", "scheduled: 2099-12-24",
     "published: 2099-12-24\ndate: 2026-11-20", "datePublished: 2099-12-24\ndate: 2026-11-20",
     "publish_date: 2099-12-24\ndate: 2026-11-20", "date: 2099-12-24\npublish_at: 2026-11-20"],
)  # fmt: skip
def test_the_latest_future_date_is_the_release(fields: str) -> None:
    article = edited(fields)
    assert article["status"] == "scheduled"
    assert article["publish_at"].startswith("2099-12-24")


@pytest.mark.parametrize("name", ["pubDate", "published_at", "publishedAt", "date_published", "post_date", "created",
                                  "updatedDate", "date_updated", "lastmod", "created_at"])  # fmt: skip
def test_an_archive_never_comes_out_dated_today(name: str) -> None:
    article = edited(f"{name}: 2015-03-01")
    assert (article["status"], article["date"][:10]) == ("published", "2015-03-01")
    assert article["address"] == "/2015/03/harbour/"


def test_a_later_change_does_not_date_an_article_anew() -> None:
    first = edited("")
    assert edited("updated: 2026-11-23T12:30", first)["date"] == first["date"]
    assert edited("lastmod: 2027-05-05")["date"] == "2026-11-23T13:00:00+01:00"


@pytest.mark.parametrize("name", ["unpublishDate", "expiryDate", "expires", "expired", "Expiry Date"])
def test_what_has_expired_is_off(name: str) -> None:
    assert edited(f"date: 2020-01-01\n{name}: 2021-01-01")["status"] == "withdrawn"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [("date: 2026-11-20\nupdated: 2026-11-01", "is before its date"), ("date: 2026-11-20\nlastmod: 2027-01-01",
                                                                       "is in the future")],
)  # fmt: skip
def test_an_update_that_cannot_be_is_not_shown_and_told(fields: str, reason: str) -> None:
    said = manuscript(fields)
    article = edited(fields)
    assert article["updated"] is None
    [warning] = article_states.date_warnings(said, article, NOW)
    assert reason in warning["message"]
    assert (warning["line"], warning["field"]) == (4, "updated")


def test_an_update_that_can_be_is_shown() -> None:
    fields = "date: 2026-11-20\nupdated: 2026-11-21"
    article = edited(fields)
    assert article["updated"] == "2026-11-21T00:00:00+01:00"
    assert article_states.date_warnings(manuscript(fields), article, NOW) == []


@pytest.mark.parametrize(
    ("field", "status"),
    [("publishDate: 2099-01-01", "draft"), ("expires: 2021-01-01", "draft"), ("published: false", "draft"),
     ("status: private", "draft"), ("date: 2020-01-01", "published"), ("expires: 2099-01-01", "published")],
)  # fmt: skip
def test_a_page_that_is_not_due_is_a_draft_and_says_so(field: str, status: str) -> None:
    said = parse("pages/about.md", f"---\ntitle: About\n{field}\n---\nWe are.\n".encode(), SITE)
    assert isinstance(said, ParsedPage)
    page = article_states.edit_page(said, None, NOW)
    assert (page["status"], page["ever_live"]) == (status, status == "published")
    assert bool(article_states.clock_warnings(said, NOW) or said.warnings) == (status == "draft")
