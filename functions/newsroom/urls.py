"""Paths of pages: the path of a page determines its content and its storage key.

A path that begins with a slash is an address on the site. A receipt's path, `receipts/…`, is a key
of the upload bucket.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Literal

Kind = Literal[
    "front",  # home, or the newest of a section, author or tag
    "month",  # one calendar month of a list
    "archive",  # the list of months
    "feed",
    "sitemap-index",
    "sitemap",
    "sitemap-pages",
    "sitemap-news",
    "robots",
    "security",
    "not-found",
    "asset",
    "receipt",
    "comments",  # a discussion's second and later pages; the first is on the article
    "reply",  # the form to reply to one comment
    "comment-feed",  # an article's, or the paper's
    "text",  # an article, a static page, a redirect or a tombstone, as the address row says
]

WHOLE_SITE = "all"  # the list of all published articles
NEWS = "news"  # the list of the last two days, for the news sitemap
PAGES = "pages"  # the list of static pages
COMMENTS = "comments"  # the list of every approved comment; each article's own is comments/{its id}
NEWEST = 30  # entries on a front and in a feed
FEEDS = ("feed.xml", "atom.xml", "feed.json")
LIST_KINDS = ("section", "author", "tag")
FEED_LISTS = ("section", "author")  # tags have no feeds of their own

FIXED = (
    "/",
    "/archive/",
    *(f"/{feed}" for feed in FEEDS),
    "/comments/feed.xml",
    "/sitemap.xml",
    "/sitemaps/pages.xml",
    "/news-sitemap.xml",
    "/robots.txt",
    "/.well-known/security.txt",
    "/404.html",
)
"""Pages that exist in every paper, even an empty one."""

RESERVED = frozenset(
    {"", "section", "author", "tag", "archive", "sitemaps", "assets", "api", "comments", "receipts", ".well-known"}
)
"""The first parts of addresses that no article or static page may claim."""


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed path. `list` is `section/world` or `all`, for example; `month` is `2026-11`; `feed` is a file name.
    `article` is the id of the discussion's article, `number` is a page of the discussion, `comment` is an id."""

    path: str
    kind: Kind
    list: str = ""
    month: str = ""
    feed: str = ""
    article: str = ""
    number: int = 0
    comment: str = ""


@lru_cache(2_000)
def parse_path(path: str) -> Page:
    """Parse a path into the page that it names."""
    if path.startswith("receipts/"):
        return Page(path, "receipt")
    if path in _SINGLE:
        return Page(path, *_SINGLE[path])
    parts = path.strip("/").split("/")
    if parts[0] in LIST_KINDS:
        return _page_of_list(path, parts)
    if parts[0] == COMMENTS:
        return _page_of_discussion(path, parts)
    match parts:
        case [feed] if feed in FEEDS:
            return Page(path, "feed", WHOLE_SITE, feed=feed)
        case ["assets", _]:
            return Page(path, "asset")
        case ["sitemaps", name]:
            return Page(path, "sitemap", WHOLE_SITE, name.removesuffix(".xml"))
        case ["archive", year, month]:
            return Page(path, "month", WHOLE_SITE, f"{year}-{month}")
    return Page(path, "text")


def _page_of_list(path: str, parts: list[str]) -> Page:
    match parts:
        case [kind, slug]:
            return Page(path, "front", list_name(kind, slug))
        case [kind, slug, feed] if kind in FEED_LISTS and feed in FEEDS:
            return Page(path, "feed", list_name(kind, slug), feed=feed)
        case [kind, slug, year, month]:
            return Page(path, "month", list_name(kind, slug), f"{year}-{month}")
    return Page(path, "text")


def _page_of_discussion(path: str, parts: list[str]) -> Page:
    match parts:
        case [_, "feed.xml"]:
            return Page(path, "comment-feed", COMMENTS, feed="feed.xml")
        case [_, article, "feed.xml"]:
            return Page(path, "comment-feed", list_name(COMMENTS, article), feed="feed.xml", article=article)
        case [_, article, "reply", comment]:
            return Page(path, "reply", article=article, comment=comment)
        case [_, article, number] if number.isdecimal() and number.isascii() and int(number) > 1:
            return Page(path, "comments", article=article, number=int(number))
    return Page(path, "text")


_SINGLE: dict[str, tuple[Kind, str]] = {
    "/": ("front", WHOLE_SITE),
    "/archive/": ("archive", WHOLE_SITE),
    "/sitemap.xml": ("sitemap-index", WHOLE_SITE),
    "/sitemaps/pages.xml": ("sitemap-pages", PAGES),
    "/news-sitemap.xml": ("sitemap-news", NEWS),
    "/robots.txt": ("robots", ""),
    "/.well-known/security.txt": ("security", ""),
    "/404.html": ("not-found", ""),
}


def list_name(kind: str, slug: str) -> str:
    """Return the name of the list of a section, an author or a tag, or of an article's comments.

    >>> list_name("section", "world")
    'section/world'
    """
    return f"{kind}/{slug}"


def split_list_name(name: str) -> tuple[str, str]:
    """Return the kind and the slug of a list; the slug is empty for a list of the whole site.

    >>> split_list_name("section/world"), split_list_name(WHOLE_SITE)
    (('section', 'world'), ('all', ''))
    """
    kind, _, slug = name.partition("/")
    return kind, slug


def front_path(list_name: str) -> str:
    """Return the page that shows the newest entries of a list."""
    return "/" if list_name == WHOLE_SITE else f"/{list_name}/"


def author_path(author: str) -> str:
    """Return the page of an author, by id."""
    return front_path(list_name("author", author))


def month_path(list_name: str, month: str) -> str:
    """Return the page that shows one month (`2026-11`) of a list."""
    folder = "archive" if list_name == WHOLE_SITE else list_name
    return f"/{folder}/{month.replace('-', '/')}/"


def feed_paths(list_name: str) -> list[str]:
    """List the feeds of a list; none for tags."""
    kind, _ = split_list_name(list_name)
    if list_name == WHOLE_SITE or kind in FEED_LISTS:
        return [front_path(list_name) + feed for feed in FEEDS]
    return []


def render_group(path: str) -> list[str]:
    """List a page and the pages with the same content in other formats: they share its mark and its render.

    >>> render_group("/archive/2026/11/")
    ['/archive/2026/11/', '/sitemaps/2026-11.xml']
    """
    page = parse_path(path)
    if page.kind == "front":
        return [path, *feed_paths(page.list)]
    if page.kind == "month" and page.list == WHOLE_SITE:
        return [path, sitemap_path(page.month)]
    if page.kind == "archive":
        return [path, "/sitemap.xml"]
    return [path]


def group_leader(path: str) -> str:
    """Return the page that has the edition of this page's group.

    >>> group_leader("/section/world/feed.xml"), group_leader("/about/")
    ('/section/world/', '/about/')
    """
    page = parse_path(path)
    if page.kind == "feed":
        return front_path(page.list)
    if page.kind == "sitemap":
        return month_path(WHOLE_SITE, page.month)
    if page.kind == "sitemap-index":
        return "/archive/"
    return path


def sitemap_path(month: str) -> str:
    """Return the path of the sitemap of one month of the whole paper."""
    return f"/sitemaps/{month}.xml"


def comments_path(article: str, number: int) -> str:
    """Return the second or a later page of an article's discussion. Its path has the article's id, so that
    a new slug does not move it."""
    return f"/comments/{article}/{number}/"


def reply_path(article: str, comment: str) -> str:
    """Return the page with the form to reply to a comment."""
    return f"/comments/{article}/reply/{comment}/"


def comment_feed_path(article: str = "") -> str:
    """Return the feed of an article's discussion, or of all discussions of the paper."""
    return f"/comments/{article}/feed.xml" if article else "/comments/feed.xml"


def comment_url(article: str, address: str, number: int, comment: str) -> str:
    """Return the URL of a comment. address: the article's current one. number: of the comment's page.

    >>> comment_url("korea", "/2026/11/korea/", 2, "0f3a")
    '/comments/korea/2/#comment-0f3a'
    """
    page = address if number == 1 else comments_path(article, number)
    return f"{page}#comment-{comment}"


def receipt_path(key: str) -> str:
    """Return the key of the receipt of an uploaded key. An uploaded key may be as long as S3 allows, so
    the longest ones are cut, and a digest keeps them different."""
    path = f"receipts/{key}.json"
    if len(path.encode()) <= 1024:
        return path
    cut = key.encode()[:960].decode(errors="ignore")
    return f"receipts/{cut}~{blake2b(key.encode(), digest_size=16).hexdigest()}.json"


def object_key(path: str) -> str:
    """Return the object key of a page in its bucket.

    >>> object_key("/about/"), object_key("/feed.xml"), object_key("/old.html")
    ('about/index.html', 'feed.xml', 'old.html')
    """
    key = path.removeprefix("/")
    return key + "index.html" if key == "" or key.endswith("/") else key


def path_of_key(key: str) -> str:
    """Return the path of the page that is stored under a key of the site bucket.

    >>> path_of_key("about/index.html"), path_of_key("feed.xml")
    ('/about/', '/feed.xml')
    """
    return "/" + (key.removesuffix("index.html") if f"/{key}".endswith("/index.html") else key)


def is_canonical(path: str) -> bool:
    """Return True if this is the canonical path of a page: each page has only one, but other paths may lead to its
    object."""
    return path.startswith(("/", "receipts/")) and not path.endswith("/index.html")


def is_reserved(path: str) -> bool:
    """Return True if only the paper may store an object at a path: at addresses that end in a slash, and
    below the reserved first parts. At other paths the site's owner may put their own files."""
    return path.endswith("/") or path.split("/")[1] in RESERVED
