"""Content types: the input of each kind of page, which `workflows.page_content` loads, and the rendered page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NotRequired, TypedDict

from newsroom.article import Article, Author, Entry, StaticPage, StoredText, Upload
from newsroom.comment import CommentTarget, FeedComment, FormProblem, FormValues, PublicComment, ThreadCounter


class Neighbour(TypedDict):
    """The article before or after this one in the whole paper."""

    address: str
    headline: str


@dataclass(frozen=True, slots=True)
class ArticleContent:
    """A live article. `authors` holds the rows that exist, in byline order. `dead_links` holds the addresses on
    this site that the body links to and that have no page: these links are not rendered.

    talk: None until the first comment is approved. remarks: the first page of comments, in thread order and, in a
    thread, in the order they were sent. It includes comments that are gone.
    """

    article: Article
    authors: list[Author]
    older: Neighbour | None
    newer: Neighbour | None
    dead_links: frozenset[str] = frozenset()
    talk: ThreadCounter | None = None
    remarks: Sequence[PublicComment] = ()
    comment_pages: int = 1


@dataclass(frozen=True, slots=True)
class StaticContent:
    """A live static page."""

    page: StaticPage
    dead_links: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RedirectContent:
    """A former address, which redirects to the present one."""

    location: str


@dataclass(frozen=True, slots=True)
class TombstoneContent:
    """An address whose content was live and is withdrawn."""


@dataclass(frozen=True, slots=True)
class ListContent:
    """A front, a month or a feed: `entries` newest first; `months` (`2026-11`) newest first, of the
    same list. `name` is the section's, tag's or author's name, empty for the whole paper. `texts`: the
    articles that a feed contains in full, by id; `dead_links`: the addresses on this site that any of them links to
    and that have no page."""

    list: str
    entries: Sequence[Entry]
    name: str = ""
    months: Sequence[str] = ()
    author: Author | None = None
    texts: Mapping[str, Article] = field(default_factory=dict)
    dead_links: frozenset[str] = frozenset()


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
    """A receipt: the upload's row, and the article or static page that it belongs or belonged to, if any."""

    upload: Upload
    text: StoredText | None


@dataclass(frozen=True, slots=True)
class FixedContent:
    """A page rendered from the settings alone: robots.txt, 404.html, an asset."""


@dataclass(frozen=True, slots=True)
class CommentsContent:
    """The second or a later page of comments. It knows only whether another page follows, because it must not change
    when more pages are added."""

    article: CommentTarget
    page: int
    is_last: bool
    remarks: Sequence[PublicComment]  # in the order of ArticleContent's


@dataclass(frozen=True, slots=True)
class ReplyContent:
    """The reply page for readers without scripts: it quotes the comment and has the form."""

    article: CommentTarget
    remark: PublicComment


@dataclass(frozen=True, slots=True)
class CommentFeedContent:
    """The newest comments, newest first: of one article, or of the paper (`article` None)."""

    article: CommentTarget | None
    remarks: Sequence[FeedComment]


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
    | CommentsContent
    | ReplyContent
    | CommentFeedContent
)


FRESH = "public, max-age=0, s-maxage=5, stale-if-error=86400"
"""Browsers always revalidate, the edge revalidates after five seconds, and serves a stale page for a day on errors."""
FOR_EVER = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page as it is stored. `metadata` becomes x-amz-meta-*: `tombstone` or `location`.

    theme_error: the reason why the built-in theme rendered it and not the paper's own; empty if there is none."""

    body: bytes
    content_type: str
    cache_control: str = FRESH
    metadata: dict[str, str] = field(default_factory=dict)
    theme_error: str = ""


# ── Responses that functions send themselves and do not store ──────────────────────────────────────────

ResponsePage = Literal[
    "form-error", "refused", "comment-receipt", "moderate", "moderated", "held", "unsubscribe", "subscribe"
]
"""The pages that render_response renders, each from its context below."""


class FormError(TypedDict):
    """`form-error`: the form again, titled "Error: …", opening with a summary that links to the fields."""

    article: CommentTarget
    problems: list[FormProblem]
    given: FormValues


class RefusalPage(TypedDict):
    """`refused`: the comments are closed, the article is unknown, the comment is a duplicate or too large; or the link
    is used, changed, expired or forged."""

    heading: str
    message: str
    address: str | None  # of the article, to go back to
    receipt: NotRequired[str | None]  # of the same comment sent earlier, for its writer


class ReceiptPage(TypedDict):
    """`comment-receipt`: the writer's own page. It posts to `post_to`: `action` is `edit` (with
    `author`, `url`, `comment`) or `erase`."""

    state: Literal["received", "held", "published", "declined", "erased"]  # received: not stored yet
    author: str
    url: str
    text: str
    at: str  # empty while only received
    headline: str  # of the article; empty when it is not live
    address: str | None  # of the comment where it is published, else of the article; None: neither
    post_to: str
    editable_until: str | None  # ISO 8601, while it may be edited; None afterwards
    notice: str  # what the last request did; may be empty
    problems: list[FormProblem]  # with the last edit


class OtherChoice(TypedDict):
    """Another thing the editor may do instead: the address of its own page."""

    action: Literal["approve", "decline", "spam", "hold"]
    address: str


class Moderate(TypedDict):
    """`moderate`: shows the comment and asks whether to do it. It posts to `post_to`, with no fields."""

    action: Literal["approve", "decline", "spam", "hold"]
    status: str  # the present one
    reason: str  # why it is held; may be empty
    author: str
    url: str | None
    text: str
    at: str
    headline: str
    address: str | None  # of the article
    post_to: str
    others: list[OtherChoice]
    expired: bool  # True if the link is: the page offers to mail the editor new ones, with `action` `renew`


class Moderated(TypedDict):
    """`moderated`: the action is done."""

    message: str
    author: str
    headline: str
    address: str | None  # of the comment where it is published, else of the article
    others: list[OtherChoice]  # to change the decision


class HeldComment(TypedDict):
    """One comment on the moderation queue page."""

    value: str  # its id and its revision
    author: str
    url: str | None
    text: str  # the part that the queue page shows
    whole: str | None  # the address of its own page, if the text is longer than that
    at: str
    reason: str  # why it is held; may be empty
    headline: str
    address: str | None  # of the article


class HeldPage(TypedDict):
    """`held`: the held comments, with a checkbox each. It posts to `post_to`: `action` is `approve`, `decline` or
    `spam`; each `comment` is the value of a selected one; with `all`, every `shown` one is selected."""

    comments: list[HeldComment]
    post_to: str
    first: str | None  # the address of the first page; None on the first page itself
    next: str | None
    notice: str  # what the last request did; may be empty


class Unsubscribe(TypedDict):
    """`unsubscribe`: asks, and posts to `post_to` with no fields; or says that it is done. `again`: where to subscribe
    again."""

    done: bool
    post_to: str
    again: str


class Subscribe(TypedDict):
    """`subscribe`: asks, and posts to `post_to` with no fields; or says that it is done."""

    done: bool
    post_to: str
