"""What each kind of page is drawn from: the values render_page gathers and rendering.draw turns into bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from newsroom.article import Article, Author, Entry, StaticPage, Upload


class Neighbour(TypedDict):
    """The article before or after this one in the whole paper."""

    address: str
    headline: str


@dataclass(frozen=True, slots=True)
class ArticleContent:
    """A live article. `authors` holds the rows that exist, in byline order; `dead_links` are the
    addresses on this site that the body links to and where nothing is, so no link is drawn."""

    article: Article
    authors: list[Author]
    older: Neighbour | None
    newer: Neighbour | None
    dead_links: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StaticContent:
    """A live static page."""

    page: StaticPage
    dead_links: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RedirectContent:
    """An address that was left: it leads to the present one."""

    location: str


@dataclass(frozen=True, slots=True)
class TombstoneContent:
    """An address where something was live and is not any more."""


@dataclass(frozen=True, slots=True)
class ListContent:
    """A front, a month or a feed: `entries` newest first; `months` (`2026-11`) newest first, of the
    same list. `name` is the section's, tag's or author's name, empty for the whole paper."""

    list: str
    entries: Sequence[Entry]
    name: str = ""
    months: Sequence[str] = ()
    author: Author | None = None


@dataclass(frozen=True, slots=True)
class ArchiveContent:
    """The archive's index and the sitemap's index: all months of the whole paper, newest first."""

    months: list[str]


@dataclass(frozen=True, slots=True)
class SitemapContent:
    """One month's sitemap, the sitemap of static pages, or the news sitemap."""

    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class PagesSitemapContent:
    """The sitemap of static pages: their addresses, in order."""

    addresses: list[str]


@dataclass(frozen=True, slots=True)
class SecurityContent:
    """security.txt: `expires` is ISO 8601 in UTC, kept in the future by release_articles."""

    expires: str


@dataclass(frozen=True, slots=True)
class ReceiptContent:
    """A receipt: the upload's row, and the article or static page it stands for, if any."""

    upload: Upload
    text: Article | StaticPage | None


@dataclass(frozen=True, slots=True)
class FixedContent:
    """A page drawn from the settings alone: robots.txt, 404.html, an asset."""


Content = (
    ArticleContent
    | StaticContent
    | RedirectContent
    | TombstoneContent
    | ListContent
    | ArchiveContent
    | SitemapContent
    | PagesSitemapContent
    | SecurityContent
    | ReceiptContent
    | FixedContent
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as it is stored. `metadata` becomes x-amz-meta-*: `tombstone` or `location`."""

    body: bytes
    content_type: str
    cache_control: str
    metadata: dict[str, str]
