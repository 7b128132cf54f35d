"""Every page of the paper has a path; the path says what is drawn there and where it is stored.

A path that begins with a slash is an address on the site. A receipt's path, `receipts/…`, is a key
of the upload bucket.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

Kind = Literal[
    "front",  # home, or the newest of a section, author or tag
    "month",  # one calendar month of a list
    "archive",  # which months there are
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
    "text",  # an article, a static page, a redirect or a tombstone: the address row knows
]

WHOLE_PAPER = "all"  # the list every published article is in
NEWS = "news"  # the list of the last two days, for the news sitemap
PAGES = "pages"  # the list of static pages
NEWEST = 30  # entries on a front and in a feed
FEEDS = ("feed.xml", "atom.xml", "feed.json")
LIST_KINDS = ("section", "author", "tag")
FEED_LISTS = ("section", "author")  # tags have no feeds of their own

FIXED = ("/", "/archive/", *(f"/{feed}" for feed in FEEDS), "/sitemap.xml", "/sitemaps/pages.xml",
         "/news-sitemap.xml", "/robots.txt", "/.well-known/security.txt", "/404.html")  # fmt: skip
"""Pages that exist in every paper, whatever it has published."""

RESERVED = frozenset(
    {"", "section", "author", "tag", "archive", "sitemaps", "assets", "api", "comments", "receipts", ".well-known"}
)
"""First parts of an address that no article or static page may claim."""


@dataclass(frozen=True, slots=True)
class Page:
    """A path, read. `list` is as `section/world` or `all`; `month` as `2026-11`; `feed` a file name."""

    path: str
    kind: Kind
    list: str = ""
    month: str = ""
    feed: str = ""


def read(path: str) -> Page:
    """What is drawn at a path."""
    if path.startswith("receipts/"):
        return Page(path, "receipt")
    if path in _SINGLE:
        return Page(path, *_SINGLE[path])
    match path.strip("/").split("/"):
        case [feed] if feed in FEEDS:
            return Page(path, "feed", WHOLE_PAPER, feed=feed)
        case ["assets", _]:
            return Page(path, "asset")
        case ["sitemaps", name]:
            return Page(path, "sitemap", WHOLE_PAPER, name.removesuffix(".xml"))
        case ["archive", year, month]:
            return Page(path, "month", WHOLE_PAPER, f"{year}-{month}")
        case [kind, slug] if kind in LIST_KINDS:
            return Page(path, "front", f"{kind}/{slug}")
        case [kind, slug, feed] if kind in FEED_LISTS and feed in FEEDS:
            return Page(path, "feed", f"{kind}/{slug}", feed=feed)
        case [kind, slug, year, month] if kind in LIST_KINDS:
            return Page(path, "month", f"{kind}/{slug}", f"{year}-{month}")
    return Page(path, "text")


_SINGLE: dict[str, tuple[Kind, str]] = {
    "/": ("front", WHOLE_PAPER),
    "/archive/": ("archive", WHOLE_PAPER),
    "/sitemap.xml": ("sitemap-index", WHOLE_PAPER),
    "/sitemaps/pages.xml": ("sitemap-pages", PAGES),
    "/news-sitemap.xml": ("sitemap-news", NEWS),
    "/robots.txt": ("robots", ""),
    "/.well-known/security.txt": ("security", ""),
    "/404.html": ("not-found", ""),
}


def front(list_name: str) -> str:
    """The page that shows the newest of a list."""
    return "/" if list_name == WHOLE_PAPER else f"/{list_name}/"


def month_page(list_name: str, month: str) -> str:
    """The page that shows one month (`2026-11`) of a list."""
    return f"/{'archive' if list_name == WHOLE_PAPER else list_name}/{month.replace('-', '/')}/"


def feeds(list_name: str) -> list[str]:
    """The feeds of a list; none for tags."""
    if list_name == WHOLE_PAPER or list_name.partition("/")[0] in FEED_LISTS:
        return [front(list_name) + feed for feed in FEEDS]
    return []


def sitemap(month: str) -> str:
    """The sitemap of one month of the whole paper."""
    return f"/sitemaps/{month}.xml"


def receipt(key: str) -> str:
    """Where the receipt of an uploaded key stands. A key may be as long as S3 allows and its receipt
    must still have one: the longest keys are cut, and told apart by a digest."""
    path = f"receipts/{key}.json"
    if len(path.encode()) <= 1024:
        return path
    cut = key.encode()[:960].decode(errors="ignore")
    return f"receipts/{cut}~{blake2b(key.encode(), digest_size=16).hexdigest()}.json"


def object_key(path: str) -> str:
    """Where a page is stored: the object key in its bucket.

    >>> object_key("/about/"), object_key("/feed.xml"), object_key("/old.html")
    ('about/index.html', 'feed.xml', 'old.html')
    """
    key = path.removeprefix("/")
    return key + "index.html" if key == "" or key.endswith("/") else key
