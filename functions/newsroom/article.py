"""Articles, static pages and authors, as they stand in the table.

Plain typed dictionaries: a row read from the table is one already, and a template reads it as it is.
Every date is ISO 8601 with its offset, in the paper's own timezone.
"""

from typing import Literal, TypedDict

from newsroom.errors import Problem

Status = Literal["published", "scheduled", "draft", "withdrawn"]


class Term(TypedDict):
    """A section or a tag: the slug in its address, the name readers see."""

    slug: str
    name: str


class Byline(TypedDict):
    """One author as an article names them; `id` leads to the author's own row and page."""

    id: str
    name: str


class Source(TypedDict):
    """Where a story first appeared. `url` is None when only a name or a bare host was given."""

    name: str
    url: str | None


class Image(TypedDict):
    """An image elsewhere on the web: `url` is always https or http, never a path on this site."""

    url: str
    alt: str
    caption: str
    credit: str


class Correction(TypedDict):
    """A correction the paper owns up to, shown with the article; `date` is ISO 8601."""

    date: str
    text: str


class Takedown(TypedDict):
    """Why an operator took an article down, and when (ISO 8601 in UTC)."""

    reason: str
    at: str


class Text(TypedDict):
    """What articles and static pages have in common: a text at an address."""

    id: str  # [a-z0-9-]; for ever, whatever becomes of the headline or the address
    key: str  # the upload it is made from
    status: Status
    ever_live: bool  # once true, its addresses answer for ever, if only with a tombstone
    headline: str
    standfirst: str  # plain text; empty when the writer gave none
    address: str  # the present one, as /2026/11/korea/
    addresses: list[str]  # every address it has or had, aliases too; the present one among them
    lang: str | None  # None: the paper's own
    noindex: bool
    body: str  # sanitised HTML
    words: int
    links: list[str]  # addresses on this site that the body links to


class Article(Text):
    """One article, whole. Identity is `id`; comments, listings and addresses hang on it."""

    date: str
    updated: str | None
    publish_at: str | None  # while scheduled: when it goes live
    expires_at: str | None
    news_until: str | None  # while it belongs in the news sitemap: when it no longer will
    section: Term
    tags: list[Term]
    authors: list[Byline]
    source: Source | None
    image: Image | None
    corrections: list[Correction]
    comments: bool  # whether readers may answer
    summary: str  # the standfirst, or the first words of the body; plain text for lists and feeds
    biographies: dict[str, str]  # sanitised HTML by author id, as plain copy brings them; public once the article is
    takedown: Takedown | None  # while it is down: whatever its file or the clock says, it is withdrawn


class StaticPage(Text):
    """A page that belongs to no list: about, contact, privacy. Its headline is its title."""


class Author(TypedDict):
    """What the paper says about one author. `key` is None when no file in authors/ says it."""

    id: str
    name: str
    role: str  # "Political editor"; may be empty
    bio: str  # sanitised HTML; may be empty
    url: str | None
    key: str | None


def leads_to(article: Article) -> Source | None:
    """The source a link post leads on to: it has no text of its own. None for every other article."""
    source = article["source"]
    return source if source and source["url"] and not article["body"] else None


class Entry(TypedDict):
    """An article as a list shows it; one row per list the article is in."""

    id: str
    address: str
    headline: str
    summary: str
    date: str
    updated: str | None
    section: Term
    authors: list[Byline]
    tags: list[Term]
    image: Image | None
    lang: str | None
    words: int
    noindex: bool
    leads_to: Source | None  # where a link post leads on to
    size: int  # of the body, in bytes
    digest: str  # of what only feeds show of it, to tell when they have to be drawn anew


class Upload(TypedDict):
    """What became of one uploaded key: the source of its receipt."""

    key: str
    version: str | None  # the bucket's version of the object read; None once it is deleted
    verdict: Literal["accepted", "rejected", "withdrawn"]
    kind: Literal["article", "author", "page", "site", "theme", "unknown"]
    id: str | None  # of the article, author or page the key stands for
    problems: list[Problem]
    warnings: list[Problem]
    read_with: str  # a digest of the settings it was read with (newsroom.site.read_with_digest)
    at: str
    fingerprint: str | None  # of the bytes last accepted as an article or a page
    predecessor: str | None  # the key of the file whose article or page this one goes on with, if it was moved
    waits_for: list[str]  # owners (`article/korea`) in whose place it would be published, once their files are gone
