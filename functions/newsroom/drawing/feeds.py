"""The newest of a list, for feed readers: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1; comments in RSS alone."""

from collections.abc import Callable
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import urlsplit

from minijinja import Markup

from newsroom import pages
from newsroom.article import Entry
from newsroom.content import CommentFeedContent, ListContent
from newsroom.drawing import dates, discussion, press
from newsroom.drawing.paper import Paper
from newsroom.drawing.whole_texts import linked, onward, whole_text
from newsroom.links import harmless

_TAGGED_SINCE = "2026"  # RFC 4151 wants a date on which the name was ours; it must never change


def feed(page: pages.Page, content: ListContent, paper: Paper, edition: int) -> bytes:
    """The feed at a page's path, in the format its file name says."""
    return _FORMATS[page.feed](page, content, paper, edition)


def comments(page: pages.Page, content: CommentFeedContent, paper: Paper, edition: int) -> bytes:
    """The newest comments, of one article or of the paper, as RSS."""
    article = content.article
    title = f"Comments on {article['headline']}" if article else "Comments"
    return press.fill(
        "comments.xml",
        paper=paper.furniture,
        edition=edition,
        title=paper.titled(title),
        home=paper.url(article["address"] if article else "/"),
        own_url=paper.url(page.path),
        description=escape(f"What readers of {paper.title} answer" + (f" to {article['headline']}" if article else ""),
                           quote=False),
        newest=max((said["at"] for said in content.remarks), key=dates.instant, default=None),
        items=[
            {
                "id": permanent_id(paper, f"comment/{said['id']}"),
                "title": said["author"] if article else f"{said['author']} on {said['headline']}",
                "url": paper.url(said["address"]),
                "at": said["at"],
                "author": said["author"],
                "html": discussion.paragraphs(said["text"]),
            }
            for said in content.remarks
            if not said["gone"]
        ],
    )  # fmt: skip


def permanent_id(paper: Paper, thing: str) -> str:
    """What readers' software knows an article or feed by, wherever it moves: a tag URI (RFC 4151)."""
    return _minted(paper.base_url) + thing


@lru_cache(1)
def _minted(base_url: str) -> str:
    site = urlsplit(base_url)
    path = site.path.strip("/")
    return f"tag:{site.hostname or 'localhost'},{_TAGGED_SINCE}:{path}{path and '/'}"


def _rss(page: pages.Page, content: ListContent, paper: Paper, edition: int) -> bytes:
    # RSS reads a description as HTML, so plain text is escaped once for HTML and, by the template, once for XML.
    return press.fill(
        "rss.xml",
        **_channel(page, content, paper, edition),
        description=escape(_description(content, paper), quote=False),
        items=[_item(entry, content, paper) for entry in content.entries],
    )


def _atom(page: pages.Page, content: ListContent, paper: Paper, edition: int) -> bytes:
    return press.fill(
        "atom.xml",
        **_channel(page, content, paper, edition),
        id=permanent_id(paper, content.list),
        description=_description(content, paper),
        items=[_item(entry, content, paper) for entry in content.entries],
    )


def _json_feed(page: pages.Page, content: ListContent, paper: Paper, edition: int) -> bytes:
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(content, paper),
        "home_page_url": paper.url(pages.front(content.list)),
        "feed_url": paper.url(page.path),
        "description": _description(content, paper),
        "language": paper.lang,
        "authors": [{"name": paper.publisher, "url": paper.url("/")}],
        "items": [_json_item(entry, content, paper) for entry in content.entries],
        "_broadsheet": {"edition": edition},
    }
    return press.json_text(feed).encode()


_FORMATS: dict[str, Callable[[pages.Page, ListContent, Paper, int], bytes]] = {
    "feed.xml": _rss,
    "atom.xml": _atom,
    "feed.json": _json_feed,
}


def _channel(page: pages.Page, content: ListContent, paper: Paper, edition: int) -> dict[str, Any]:
    return {
        "paper": paper.furniture,
        "edition": edition,
        "title": _title(content, paper),
        "home": paper.url(pages.front(content.list)),
        "own_url": paper.url(page.path),
        "newest": max((_changed(entry) for entry in content.entries), key=dates.instant, default=None),
    }


def _item(entry: Entry, content: ListContent, paper: Paper) -> dict[str, Any]:
    return {
        "entry": entry,
        "id": permanent_id(paper, entry["id"]),
        "url": paper.url(entry["address"]),
        "summary": entry["summary"],
        "summary_html": _summary_html(entry),
        "leads_to": linked(entry["leads_to"]),
        "categories": _categories(entry),
        "text": Markup(_whole(entry, content, paper).replace("]]>", "]]]]><![CDATA[>")),  # in a CDATA section
    }


def _json_item(entry: Entry, content: ListContent, paper: Paper) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": permanent_id(paper, entry["id"]),
        "url": paper.url(entry["address"]),
        "title": entry["headline"],
        "date_published": entry["date"],
        "date_modified": _changed(entry),
        "authors": [
            {"name": author["name"], "url": paper.url(pages.front(f"author/{author['id']}"))}
            for author in entry["authors"]
        ],
        "tags": _categories(entry),
    }
    if text := _whole(entry, content, paper):
        item["content_html"] = text
    else:
        item["content_text"] = entry["summary"] or entry["headline"]
    if source := linked(entry["leads_to"]):
        item["external_url"] = source["url"]
    if entry["summary"]:
        item["summary"] = entry["summary"]
    if entry["image"] and harmless(entry["image"]["url"]):
        item["image"] = entry["image"]["url"]
    if entry["lang"]:
        item["language"] = entry["lang"]
    return item


def _whole(entry: Entry, content: ListContent, paper: Paper) -> str:
    """The article's text, where the feed gives it whole; else empty."""
    article = content.texts.get(entry["id"])
    return whole_text(article, content.dead_links, paper) if article else ""


def _summary_html(entry: Entry) -> str:
    """The summary as HTML; a link post's with the link, for readers' software shows no other."""
    summary, source = escape(entry["summary"], quote=False), linked(entry["leads_to"])
    if source is None:
        return summary
    return f"<p>{summary}</p>{onward(source)}" if summary else onward(source)


def _changed(entry: Entry) -> str:
    return entry["updated"] or entry["date"]


def _categories(entry: Entry) -> list[str]:
    return [entry["section"]["name"], *(tag["name"] for tag in entry["tags"])]


def _title(content: ListContent, paper: Paper) -> str:
    return paper.titled(content.name) if content.name else paper.title


def _description(content: ListContent, paper: Paper) -> str:
    if content.name:
        return f"The newest from {paper.title}: {content.name}"
    return paper.description or f"The newest from {paper.title}"
