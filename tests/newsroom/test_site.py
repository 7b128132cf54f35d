"""The paper's own settings, and which of them decide what an upload is read as."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from newsroom.publishing.article_states import edit_article
from newsroom.site import READ_AGAIN, Site, default_site, read_with_digest
from newsroom.uploads.parsed import ParsedArticle
from newsroom.uploads.parser import parse
from tests.paper import SITE_URL, sample_files

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
COPY = b"The Lantern\n\nHarbour freezes\n\nNobody had skates.\n\nIt was cold.\n\nOriginal Source: Harbour Post\n"


class Watched(dict[str, Any]):
    """Settings that note which of them are asked for."""

    def __init__(self, values: Mapping[str, Any], asked: set[str], group: str = "") -> None:
        super().__init__(values)
        self.asked, self.group = asked, group

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        if isinstance(value, dict):
            return Watched(value, self.asked, f"{name}.")
        self.asked.add(self.group + name)
        return value

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if super().get(name, self) is not self else default

    def values(self) -> Any:
        raise AssertionError("somebody asks for every setting")

    def items(self) -> Any:
        raise AssertionError("somebody asks for every setting")


def texts() -> Iterator[tuple[str, bytes]]:
    yield from ((key, body) for key, body in sample_files().items() if not key.startswith(("site.yaml", "theme/")))
    yield "articles/copy.txt", COPY


@pytest.mark.parametrize(("key", "body"), [*texts()], ids=lambda each: each if isinstance(each, str) else "")
def test_reading_a_text_asks_for_no_setting_but_those_whose_change_has_it_read_again(key: str, body: bytes) -> None:
    asked: set[str] = set()
    site = cast(Site, Watched(default_site(SITE_URL), asked))

    manuscript = parse(key, body, site)
    if isinstance(manuscript, ParsedArticle):
        edit_article(manuscript, None, NOON, NOON, site)

    assert asked <= set(READ_AGAIN)
    assert asked


@pytest.mark.parametrize(
    ("change", "is_read_again"),
    [
        ({"timezone": "Asia/Tokyo"}, True), ({"permalink": "/{slug}/"}, True), ({"language": "de"}, True),
        ({"typography": False}, True),
        ({"base_url": "https://lantern.example"}, True), ({"title": "The Lantern"}, True),
        ({"tagline": "Daily"}, True),
        ({"accent": "#123456"}, False), ({"footer": "Weekly"}, False), ({"description": "A paper"}, False),
        ({"robots": ["Disallow: /x"]}, False), ({"theme": {"style.css": "p {}"}}, False),
    ],
)  # fmt: skip
def test_uploads_are_read_again_for_the_settings_they_are_read_with(change: Any, is_read_again: bool) -> None:
    before = default_site(SITE_URL)

    assert (read_with_digest({**before, **change}) != read_with_digest(before)) is is_read_again


def test_of_the_rules_for_comments_only_how_long_they_are_open_decides_what_an_article_is() -> None:
    before = default_site(SITE_URL)
    busy, brief = ({**before["comments"], **rule} for rule in ({"per_page": 7}, {"close_after_days": 7}))

    assert read_with_digest({**before, "comments": busy}) == read_with_digest(before)
    assert read_with_digest({**before, "comments": brief}) != read_with_digest(before)
