"""Articles, static pages and authors, as the table stores them.

They are plain typed dictionaries: a row from the table already has this form, and templates read it directly.
Every date is ISO 8601 with its offset, in the paper's own timezone.
"""

from collections.abc import Mapping
from typing import Literal, NotRequired, TypedDict

from newsroom.errors import Problem

Status = Literal["published", "scheduled", "draft", "withdrawn"]


class Term(TypedDict):
    """A section or a tag: the slug in its address, and the name that readers see."""

    slug: str
    name: str


class Byline(TypedDict):
    """One author as an article names them; `id` identifies the author's row and page."""

    id: str
    name: str


class Source(TypedDict):
    """The place where a story first appeared. `url` is None when only a name or a bare host was given."""

    name: str
    url: str | None


class Image(TypedDict):
    """An image elsewhere on the web: `url` is always https or http, never a path on this site."""

    url: str
    alt: str
    caption: str
    credit: str


class Correction(TypedDict):
    """A correction that the paper admits and shows with the article; `date` is ISO 8601."""

    date: str
    text: str


class Takedown(TypedDict):
    """The reason why an operator took an article down, and the time (ISO 8601 in UTC)."""

    reason: str
    at: str


class StoredText(TypedDict):
    """The fields that articles and static pages share, as their row's content holds them: without the body."""

    id: str  # [a-z0-9-]; never changes, even if the headline or the address does
    key: str  # the upload it is made from
    status: Status
    ever_live: bool  # once true, its addresses always answer, at least with a tombstone
    headline: str
    standfirst: str  # plain text; empty when the writer gave none
    address: str  # the current one, as /2026/11/korea/
    addresses: list[str]  # every current and former address, with aliases; includes `address`
    lang: str | None  # None: the paper's language
    noindex: bool
    words: int
    links: list[str]  # addresses on this site that the body links to
    digest: NotRequired[str]  # of the body; shows a change of the body without reading it


class Text(StoredText):
    """A text at an address."""

    body: str  # sanitised HTML


class StoredArticle(StoredText):
    """An article without its body. `id` is its identity; comments, listings and addresses refer to it."""

    date: str
    updated: str | None
    publish_at: str | None  # the time it goes live, while it is scheduled
    expires_at: str | None
    news_until: str | None  # the time it leaves the news sitemap, while it is in it
    section: Term
    tags: list[Term]
    authors: list[Byline]
    source: Source | None
    image: Image | None
    corrections: list[Correction]
    comments: bool  # True if readers may comment
    summary: str  # the standfirst, or the first words of the body; plain text for lists and feeds
    biographies: dict[str, str]  # sanitised HTML by author id, from plain copy; public once the article is
    takedown: Takedown | None  # while set, the article is withdrawn, regardless of its file and the clock


class Article(StoredArticle):
    """One complete article."""

    body: str  # sanitised HTML


class StaticPage(Text):
    """A page that is in no list: about, contact, privacy. Its headline is its title."""


class Author(TypedDict):
    """The paper's information about one author. `key` is None when it does not come from a file in authors/."""

    id: str
    name: str
    role: str  # "Political editor"; may be empty
    bio: str  # sanitised HTML; may be empty
    url: str | None
    key: str | None


class AddressClaim(TypedDict):
    """An address and the text that owns it."""

    kind: Literal["article", "page"]
    id: str
    key: str  # the owner's upload
    owner: str  # `article/korea`
    live: bool
    seen: NotRequired[bool]  # True if a text was ever live here
    present: bool  # True if it is the current address of its text


class TextReference(TypedDict):
    """An article or a static page, named by another row."""

    kind: Literal["article", "page"]
    id: str


class ArticleReference(TypedDict):
    """An article, named by another row."""

    id: str


class UploadReference(TypedDict):
    """An upload, named by another row."""

    key: str


class PageListing(TypedDict):
    """A live static page in the sitemap of pages."""

    noindex: bool


class NameClaim(TypedDict):
    """A name of an author, a tag or a section, and its slug. `holder` is the folded name that the slug was made for."""

    slug: str
    holder: str
    name: str


def is_live(text: StoredText | None) -> bool:
    return text is not None and text["status"] == "published"


def is_taken_down(text: Mapping[str, object]) -> bool:
    """Return True if an operator took a text down. Static pages are never taken down."""
    return bool(text.get("takedown"))


def leads_to(article: Article) -> Source | None:
    """Return the source that a link post points to; None for other articles. A link post has no text of its own."""
    source = article["source"]
    return source if source and source["url"] and not article["body"] else None


class Entry(TypedDict):
    """An article as a list shows it. There is one row for each list that has the article."""

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
    leads_to: Source | None  # the source that a link post points to
    size: int  # of the body, in bytes
    digest: str  # of the fields that only feeds show; a new digest means that feeds must be rendered again


class Upload(TypedDict):
    """The result for one uploaded key: the source of its receipt."""

    key: str
    version: str | None  # the bucket's version of the object read; None once it is deleted
    verdict: Literal["accepted", "rejected", "withdrawn"]
    kind: Literal["article", "author", "page", "site", "theme", "unknown"]
    id: str | None  # of the key's article, author or page
    problems: list[Problem]
    warnings: list[Problem]
    read_with: str  # digest of the settings it was read with (newsroom.site.read_with_digest)
    at: str
    fingerprint: str | None  # of the bytes last accepted as an article or a page
    predecessor: str | None  # if the file was moved: the former key of its article or page
    waits_for: list[str]  # owners (`article/korea`) that this upload can replace once their files are deleted


def is_read(upload: Upload) -> bool:
    """Return True if an upload exists and its kind depends on the settings."""
    return upload["kind"] in ("article", "page", "author") and upload["verdict"] != "withdrawn"


def is_outdated(upload: Upload, read_with: str) -> bool:
    """Return True if an upload was read with settings other than these. read_with: the digest of the settings."""
    return is_read(upload) and upload.get("read_with") != read_with
