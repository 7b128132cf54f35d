"""One upload, and one comment, followed through the logs of every room by one name."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from adapters import clients
from tests.envelopes import read_log
from tests.paper import Paper

KOREA = "---\ntitle: Lunch is postponed\ndate: 2026-11-20\n---\nNobody was hungry.\n"


class Written:
    """What each function writes to its log, in order: the function, and the line's fields."""

    def __init__(self) -> None:
        self.log = read_log()
        self.begin = 0

    def clear(self) -> None:
        self.begin = len(self.log.lines("INFO"))

    def __iter__(self) -> Iterator[tuple[str, dict[str, Any]]]:
        return ((line["function_name"], line) for line in self.log.lines("INFO")[self.begin :])


def rooms_that_name(cause: str, lines: Iterable[tuple[str, dict[str, Any]]]) -> set[str]:
    """What a search of all logs for one name finds."""
    return {room for room, fields in lines if cause in json.dumps(fields)}


def test_one_upload_is_followed_from_the_bucket_to_each_page(quick_paper: Paper) -> None:
    written = Written()
    quick_paper.upload("articles/other.md", KOREA.replace("Lunch", "Dinner"))
    written.clear()
    quick_paper.upload("articles/korea.md", KOREA)

    version = clients.s3().get_object(Bucket="upload", Key="articles/korea.md")["VersionId"]
    cause = f"articles/korea.md@{version}"
    assert rooms_that_name(cause, written) == {"publish_article", "plan_pages", "render_page"}
    lines = [fields for room, fields in written if room == "render_page" and cause in fields["cause"]]
    drawn = {page for fields in lines for page in fields["editions"]}
    assert {"/2026/11/korea/", "/", "/section/news/", "receipts/articles/korea.md.json", "/2026/11/other/"} <= drawn
    assert [fields for room, fields in written if room == "render_page" and "articles/other.md" in str(fields)] == []


def test_an_upload_whose_name_holds_spaces_is_followed_by_its_whole_name(quick_paper: Paper) -> None:
    written = Written()
    quick_paper.upload("articles/ice and snow.md", KOREA)

    whole = {room for room, fields in written if "articles/ice and snow.md@" in json.dumps(fields)}
    assert whole == {"publish_article", "plan_pages", "render_page"}


def test_one_comment_is_followed_from_the_form_to_the_page_and_names_nobody(paper: Paper) -> None:
    written = Written()
    paper.upload("articles/korea.md", KOREA)
    id = paper.comment("korea", "I was hungry.", email="wim@reader.example")
    paper.moderate("approve", id)

    cause = f"comment/{id}"
    assert rooms_that_name(cause, written) == {"receive_comment", "ingest_comment", "plan_pages", "render_page"}
    lines = [fields for room, fields in written if room == "render_page" and cause in fields["cause"]]
    drawn = {page for fields in lines for page in fields["editions"]}
    assert {"/2026/11/korea/", f"/comments/korea/reply/{id}/", "/comments/feed.xml"} <= drawn
    assert "reader.example" not in json.dumps(list(written))
    assert "hungry" not in json.dumps(list(written))


def test_what_the_clock_released_is_followed_by_its_minute(quick_paper: Paper) -> None:
    written = Written()
    quick_paper.tick(quick_paper.now)
    quick_paper.upload("articles/korea.md", KOREA.replace("2026-11-20", "2026-11-23T09:30+00:00"))
    written.clear()
    quick_paper.tick(quick_paper.now.replace(minute=31))

    assert rooms_that_name("clock@2026-11-23T09:31Z", written) >= {"release_articles", "plan_pages", "render_page"}
