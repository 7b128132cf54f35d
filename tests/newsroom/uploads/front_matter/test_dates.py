"""Dates are read as people and exporters write them, and never guessed."""

import pytest

from newsroom.errors import Rejected
from newsroom.site import Site, default_site
from newsroom.uploads.front_matter import dates
from newsroom.uploads.parsed import ParsedArticle
from newsroom.uploads.parser import parse

SITE: Site = {**default_site("https://paper.example"), "timezone": "Europe/Berlin"}


def article(fields: str, key: str = "articles/harbour.md") -> ParsedArticle:
    said = parse(key, f"---\ntitle: Harbour\n{fields}\n---\nThe tide came in.\n".encode(), SITE)
    assert isinstance(said, ParsedArticle)
    return said


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Mon, 07 Feb 2011 14:30:43 +0000", "2011-02-07T15:30:43+01:00"),
        ("Mon, 23 Nov 2026 09:30:00 GMT", "2026-11-23T10:30:00+01:00"),
        ("2026/11/15 20:46:25", "2026-11-15T20:46:25+01:00"),
        ("2026.11.15", "2026-11-15T00:00:00+01:00"),
        ("November 23, 2026", "2026-11-23T00:00:00+01:00"),
        ("November 23, 2026 9:30 AM", "2026-11-23T09:30:00+01:00"),
        ("November 23, 2026 at 9:30 PM", "2026-11-23T21:30:00+01:00"),
        ("Nov 23 2026 12:05 am", "2026-11-23T00:05:00+01:00"),
        ("Sept. 5, 2026, 12:05 p.m.", "2026-09-05T12:05:00+02:00"),
        ("Monday, 23rd of November 2026", "2026-11-23T00:00:00+01:00"),
        ("23-Nov-2026", "2026-11-23T00:00:00+01:00"),
        ("23.11.2026", "2026-11-23T00:00:00+01:00"),
        ("3.4.2026 18:00", "2026-04-03T18:00:00+02:00"),
        ("23/11/2026", "2026-11-23T00:00:00+01:00"),
        ("11/23/2026", "2026-11-23T00:00:00+01:00"),
        ("5/5/2026", "2026-05-05T00:00:00+02:00"),
        ("20261123", "2026-11-23T00:00:00+01:00"),
        ("20261123093015", "2026-11-23T09:30:15+01:00"),
        ("20261123T093015Z", "2026-11-23T10:30:15+01:00"),
        ("2026-11", "2026-11-01T00:00:00+01:00"),
        ("2026-11-23 09:30 CET", "2026-11-23T09:30:00+01:00"),
        ("2026-11-23 09:30 PST", "2026-11-23T18:30:00+01:00"),
        ("2026-11-23 09:30:00 JST", "2026-11-23T01:30:00+01:00"),
        ("2026-07-01 09:30 BST", "2026-07-01T10:30:00+02:00"),
        ("2026-11-23 09:30 America/New_York", "2026-11-23T15:30:00+01:00"),
        ("2026-11-23T09:30+01:00[Europe/Berlin]", "2026-11-23T09:30:00+01:00"),
        ("2026-11-23Z", "2026-11-23T01:00:00+01:00"),
        ("2026-11-23T09:30:15.123456789Z", "2026-11-23T10:30:15+01:00"),
        ("Mon Nov 23 2026 09:30:00 GMT+0100 (Central European Standard Time)", "2026-11-23T09:30:00+01:00"),
        ("Mon Nov 23 09:30:25 CET 2026", "2026-11-23T09:30:25+01:00"),
        ("1480000000", "2016-11-24T16:06:40+01:00"),
        ("1480000000000", "2016-11-24T16:06:40+01:00"),
        ("2026-10-25T02:30", "2026-10-25T02:30:00+02:00"),
    ],
)
def test_dates_of_exporters_are_read(written: str, read: str) -> None:
    assert article(f"date: {written}").date == read
    assert article(f"date: '{written}'").date == read


@pytest.mark.parametrize(
    "written",
    ["next tuesday", "2026", "09:30", "23 November", "November 2026 sometime", "2026-02-30", "2026-13-11", "20261323",
     "23/11/26", "2026-11-23 13:00 PM", "2026-11-23T25:00", "2026-11-23 09:30 IST", "2026-11-23 09:30 XYZ",
     "2026-11-23 or so", "Novembre 23, 2026", "2026-11-23 +99:00", "1", "0000-00-00 00:00:00", "2026-W48", "9" * 150],
)  # fmt: skip
def test_what_is_no_whole_date_is_rejected_with_the_way_to_write_one(written: str) -> None:
    with pytest.raises(Rejected, match="write it as 2026-11-23 or 2026-11-23T09:30"):
        article(f"date: '{written}'")


@pytest.mark.parametrize("written", ["03/04/2026", "3/4/2026", "03-04-2026", "03/04/2026 09:30"])
def test_a_date_that_means_two_days_is_rejected_with_both(written: str) -> None:
    with pytest.raises(Rejected, match="write it as 2026-04-03 or as 2026-03-04"):
        article(f"publish_at: {written}")


@pytest.mark.parametrize(
    ("written", "zone", "read"),
    [
        ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T03:30:00+02:00"),
        ("2026-03-08 02:15", "America/New_York", "2026-03-08T03:15:00-04:00"),
        ("2026-10-04 02:10", "Australia/Lord_Howe", "2026-10-04T02:40:00+11:00"),
        ("2011-12-30 10:00", "Pacific/Apia", "2011-12-31T10:00:00+14:00"),
    ],
)
def test_a_time_the_clocks_jump_over_is_moved_on_and_told(written: str, zone: str, read: str) -> None:
    assert dates.read_date(written, zone) == dates.Moment(read, skipped=True)


def test_the_receipt_tells_of_a_time_that_was_not() -> None:
    said = article("date: 2026-03-29T02:30")
    [warning] = said.warnings
    assert warning["message"].startswith("articles/harbour.md, line 3: 'date' is '2026-03-29T02:30', a time that the")
    assert warning["message"].endswith("it is read as 03:30")
    assert article("date: 2026-03-29T03:30").warnings == []


@pytest.mark.parametrize("written", ["Last Modified", "Created", "git Created", "git Last Modified"])
def test_eleventys_words_for_the_time_of_the_file_mean_the_upload(written: str) -> None:
    said = article(f"date: {written}")
    assert said.date is None
    assert "the time of the upload counts" in said.warnings[0]["message"]


def test_wordpress_times_in_gmt_are_in_gmt() -> None:
    assert article("post_date_gmt: 2026-11-20 10:00:00").date == "2026-11-20T11:00:00+01:00"


@pytest.mark.parametrize("name", ["publishDate", "publish-date", "Publish Date", "PUBLISH_DATE", "publishdate"])
def test_a_name_may_be_written_in_any_of_the_usual_ways(name: str) -> None:
    assert article(f"{name}: 2015-03-01").date == "2015-03-01T00:00:00+01:00"


@pytest.mark.parametrize(
    ("fields", "date", "publish_at"),
    [
        ("published: 2026-11-19\ndate: 2026-11-18", "2026-11-18", "2026-11-19"),
        ("created: 2014-01-01\npubDate: 2015-01-01", "2015-01-01", "2015-01-01"),
        ("created: 2014-01-01", "2014-01-01", "2014-01-01"),
        ("date: 2026-11-18\npublishDate: 2099-12-24\nembargo: 2050-01-01", "2026-11-18", "2099-12-24"),
        ("embargo: 2099-01-01\npublished_at: 2020-01-01", "2020-01-01", "2099-01-01"),
        ("updatedDate: 2020-01-01", None, None),
    ],
)
def test_of_several_dates_the_first_kind_dates_and_the_latest_holds_back(
    fields: str, date: str | None, publish_at: str | None
) -> None:
    said = article(fields)
    assert (said.date and said.date[:10], said.publish_at and said.publish_at[:10]) == (date, publish_at)


def test_the_date_in_a_files_name_counts_before_the_day_it_was_begun() -> None:
    said = article("created: 2014-01-01", "articles/2015-05-05-harbour.md")
    assert said.date == "2015-05-05T00:00:00+02:00"


def test_the_earliest_end_counts() -> None:
    said = article("expires: 2027-01-01\nunpublishDate: 2026-12-01\nexpiryDate: 2028-01-01")
    assert said.expires_at == "2026-12-01T00:00:00+01:00"
    assert said.lines["expires_at"] == 4
