"""What a page has to be, read from its bytes and headers alone. Every gate tells what is wrong; nothing is well."""

import gzip
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree

MOST_HTML, MOST_CSS, MOST_HOME, MOST_ARTICLE, MOST_REQUESTS = 14_600, 2_500, 8_000, 10_000, 3
"""Bytes as they travel, packed; an article is one with ten comments and no picture, with all it needs."""
SAFE_HEADERS = {
    "x-content-type-options": r"nosniff",
    "referrer-policy": r".+",
    "permissions-policy": r".+",
    "cross-origin-opener-policy": r"same-origin",
    "strict-transport-security": r"max-age=\d{8,}.*",
    "content-security-policy": r"default-src 'none'(?!.*unsafe-).*",
}
NEWS_IS_NEW = timedelta(hours=48)
TIDIED = timedelta(minutes=5)  # what is no news any more goes with the next minute's tick
MOST_NEWS = 1_000
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"

Wrong = dict[str, list[str]]
"""What is wrong, by gate or by address; one with nothing is well."""


def packed(body: bytes | str) -> int:
    """How large it travels: CloudFront packs with gzip at the least, and smaller with Brotli."""
    return len(gzip.compress(body.encode() if isinstance(body, str) else body, 6, mtime=0))


class Page(HTMLParser):
    """The elements of a page that the gates ask about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.structured = ""
        self.words: list[str] = []
        self._inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag in {"script", "style", "title"}:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._inside == ["script"]:
            self.structured += data
        elif not self._inside:
            self.words.append(data)

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [found for tag, found in self.elements if tag in tags]

    def links(self) -> list[str]:
        """Where it leads to or takes from, but for what is handed to another program."""
        found = [each[name] for _, each in self.elements for name in ("href", "src") if name in each]
        return [link for link in found if not link.startswith(("mailto:", "tel:"))]

    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def headers(given: Mapping[str, str]) -> list[str]:
    """What the headers lack; the names are in lower case."""
    wrong = [
        f"{name} is {given.get(name)!r}"
        for name, pattern in SAFE_HEADERS.items()
        if not re.fullmatch(pattern, given.get(name, ""))
    ]
    return wrong + (["it sets a cookie"] if "set-cookie" in given else [])


def form(page: Page) -> list[str]:
    """What is wrong with the bones of a page, and what on it would run without being a file of ours."""
    wrong = [f"{tag} has {name}" for tag, found in page.elements for name in found if name.startswith("on")]
    wrong += [f"{tag} has a style of its own" for tag, found in page.elements if tag == "style" or "style" in found]
    for script in page.all("script"):
        if script.get("type") != "application/ld+json" and not script.get("src", "").startswith("/assets/"):
            wrong.append("a script stands in the page")
    headings = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    if headings.count(1) != 1:
        wrong.append(f"it has {headings.count(1)} first headings")
    wrong += [f"h{one} is followed by h{two}" for one, two in pairwise(headings) if two > one + 1]
    wrong += [f"{tag}: {len(page.all(tag))}" for tag in ("main",) if len(page.all(tag)) != 1]
    return wrong


def broken_links(pages: Mapping[str, tuple[int, str]], asked: Iterable[str]) -> list[str]:
    """Addresses on the site that were led to and answer with an error, and places on a page that are not there."""
    wrong = []
    ids = {path: {each["id"] for _, each in Page(text).elements if "id" in each} for path, (_, text) in pages.items()}
    for link in asked:
        path, place = urldefrag(link)
        status, _ = pages[path]
        if status >= 400:
            wrong.append(f"{link} answers {status}")
        elif place and place not in ids[path]:
            wrong.append(f"{link} names no place")
    return wrong


def on_site(base: str, link: str) -> str | None:
    """The path of a link, with its place; None where it leads elsewhere."""
    there = urljoin(base, link)
    if urlsplit(there).netloc != urlsplit(base).netloc:
        return None
    return there.removeprefix("{0.scheme}://{0.netloc}".format(urlsplit(base))) or "/"


# ── Feeds ──


def rss(text: str) -> list[str]:
    """What is wrong with an RSS 2.0 feed."""
    root = etree.fromstring(text.encode())
    channel = root.find("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or channel is None:
        return ["it is no RSS 2.0"]
    wrong = [f"the channel has no {name}" for name in ("title", "link", "description") if not channel.findtext(name)]
    own = channel.find(f"{ATOM}link")
    if own is None or own.get("rel") != "self" or not _is_whole(own.get("href")):
        wrong.append("it does not say where it is itself")
    items = channel.findall("item")
    for item in items:
        name = item.findtext("title") or item.findtext("description") or ""
        if not name:
            wrong.append("an item has neither title nor description")
        if not _is_whole(item.findtext("link")):
            wrong.append(f"{name}: the link is {item.findtext('link')!r}")
        try:
            datetime.strptime(item.findtext("pubDate") or "", "%a, %d %b %Y %H:%M:%S %z")
        except ValueError:
            wrong.append(f"{name}: the date is {item.findtext('pubDate')!r}")
    ids = [item.findtext("guid") for item in items]
    return wrong + _repeated(ids)


def atom(text: str) -> list[str]:
    """What is wrong with an Atom 1.0 feed."""
    root = etree.fromstring(text.encode())
    if root.tag != f"{ATOM}feed":
        return ["it is no Atom"]
    entries = root.findall(f"{ATOM}entry")
    wrong = [
        f"{each.findtext(f'{ATOM}title')!r} has no {name}"
        for each in (root, *entries)
        for name in ("id", "title", "updated")
        if not each.findtext(f"{ATOM}{name}")
    ]
    for each in (root, *entries):
        stamp = each.findtext(f"{ATOM}updated") or ""
        if not _is_moment(stamp):
            wrong.append(f"{stamp!r} is no date with its offset")
        if not any(_is_whole(link.get("href")) for link in each.findall(f"{ATOM}link")):
            wrong.append(f"{each.findtext(f'{ATOM}title')!r} leads nowhere")
    if not any(link.get("rel") == "self" for link in root.findall(f"{ATOM}link")):
        wrong.append("it does not say where it is itself")
    without = [each for each in entries if each.find(f"{ATOM}author") is None]
    if without and root.find(f"{ATOM}author") is None:
        wrong.append("an entry has no author, and neither has the feed")
    return wrong + _repeated([entry.findtext(f"{ATOM}id") for entry in entries])


def json_feed(text: str) -> list[str]:
    """What is wrong with a JSON Feed 1.1."""
    feed: dict[str, Any] = json.loads(text)
    wrong = [] if feed.get("version") == "https://jsonfeed.org/version/1.1" else ["it is no JSON Feed 1.1"]
    wrong += [f"it has no {name}" for name in ("title", "items", "home_page_url", "feed_url") if name not in feed]
    for item in feed.get("items", []):
        if not item.get("id") or not _is_whole(item.get("url")):
            wrong.append(f"{item.get('title')!r} has no id, or leads nowhere")
        if not ({"content_html", "content_text"} & item.keys()):
            wrong.append(f"{item.get('title')!r} has no content")
        if not _is_moment(item.get("date_published", "")):
            wrong.append(f"{item.get('title')!r} has the date {item.get('date_published')!r}")
    return wrong + _repeated([item.get("id") for item in feed.get("items", [])])


# ── Sitemaps ──


def sitemap(text: str, schema: etree.XMLSchema | None = None) -> list[str]:
    """What is wrong with a sitemap or an index of them, by its schema where that is at hand."""
    root = etree.fromstring(text.encode())
    names = {f"{SITEMAP}urlset": "url", f"{SITEMAP}sitemapindex": "sitemap"}
    if root.tag not in names:
        return [f"{root.tag} is no sitemap"]
    wrong = []
    for each in root.findall(f"{SITEMAP}{names[root.tag]}"):
        place, changed = each.findtext(f"{SITEMAP}loc"), each.findtext(f"{SITEMAP}lastmod")
        if not _is_whole(place):
            wrong.append(f"{place!r} is no whole address")
        if changed is not None and not (_is_moment(changed) or re.fullmatch(r"\d{4}-\d\d-\d\d", changed)):
            wrong.append(f"{place}: lastmod is {changed!r}")
    wrong += _repeated([each.findtext(f"{SITEMAP}loc") for each in root])
    if schema is not None and not schema.validate(root):
        wrong += [error.message for error in schema.error_log]
    return wrong


def places(index: str) -> list[str]:
    """The addresses an index of sitemaps holds."""
    return [each.text or "" for each in etree.fromstring(index.encode()).iter(f"{SITEMAP}loc")]


def news_sitemap(text: str, now: datetime) -> list[str]:
    """What is wrong with the news sitemap, beside what is wrong with any."""
    entries = etree.fromstring(text.encode()).findall(f"{SITEMAP}url/{NEWS}news")
    wrong = [f"it has {len(entries)} addresses"] if len(entries) > MOST_NEWS else []
    for entry in entries:
        name, stamp = entry.findtext(f"{NEWS}title") or "", entry.findtext(f"{NEWS}publication_date") or ""
        publication = entry.find(f"{NEWS}publication")
        if publication is None or not all(publication.findtext(f"{NEWS}{part}") for part in ("name", "language")):
            wrong.append(f"{name}: it does not name its paper and language")
        if not name or not _is_moment(stamp):
            wrong.append(f"{name}: no title, or the date {stamp!r}")
        elif now - datetime.fromisoformat(stamp) > NEWS_IS_NEW + TIDIED:
            wrong.append(f"{name}: {stamp} is no news")
    return wrong


# ── What an article says of itself to programs ──


def news_article(text: str) -> list[str]:
    """What a NewsArticle lacks, and where it says otherwise than the page shows."""
    page = Page(text)
    told: dict[str, Any] = json.loads(page.structured)
    found = [each for each in told.get("@graph", [told]) if each.get("@type") == "NewsArticle"]
    if len(found) != 1:
        return [f"there are {len(found)} NewsArticles"]
    (news,), shown = found, page.text()
    wanted = ("headline", "datePublished", "dateModified", "author", "publisher", "mainEntityOfPage", "articleSection",
              "inLanguage", "wordCount", "isAccessibleForFree", "description")  # fmt: skip
    wrong = [f"it has no {name}" for name in wanted if name not in news]
    if wrong:
        return wrong
    stamps = {each["datetime"] for each in page.all("time") if "datetime" in each}
    wrong += [
        f"{name} {news[name]} is not shown" for name in ("datePublished", "dateModified") if news[name] not in stamps
    ]
    wrong += [f"{news[name]!r} is not shown" for name in ("headline", "articleSection") if news[name] not in shown]
    if len(news["headline"]) > 110:
        wrong.append("the headline is longer than 110 characters")
    for author in news["author"]:
        if author["name"] not in shown or not _is_whole(author.get("url")) or author.get("@type") != "Person":
            wrong.append(f"the author {author} is not shown, or has no page")
    if not news["publisher"].get("name"):
        wrong.append("the publisher has no name")
    pictures = {each.get("src") for each in page.all("img")}
    wrong += [f"the picture {each} is not shown" for each in news.get("image", []) if each not in pictures]
    remarks = [each for each in page.all("article") if "remark" in each.get("class", "")]
    if len(remarks) != len(news.get("comment", [])) or news.get("commentCount", 0) < len(remarks):
        wrong.append(
            f"{len(remarks)} comments are shown, {len(news.get('comment', []))} of {news.get('commentCount')} told"
        )
    wrong += [f"the comment {each['text'][:40]!r} is not shown" for each in news.get("comment", [])
              if " ".join(each["text"].split())[:30] not in shown]  # fmt: skip
    return wrong


def _is_whole(address: str | None) -> bool:
    return urlsplit(address or "").scheme in {"http", "https"} and bool(urlsplit(address or "").netloc)


def _is_moment(stamp: str) -> bool:
    try:
        return datetime.fromisoformat(stamp).tzinfo is not None
    except ValueError:
        return False


def _repeated(ids: list[str | None]) -> list[str]:
    return [f"{id!r} is there twice, or empty" for id in dict.fromkeys(ids) if not id or ids.count(id) > 1]
