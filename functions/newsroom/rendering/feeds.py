"""Feeds of the newest entries: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1. Comments have RSS only."""

from collections.abc import Callable
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

from minijinja import Markup

from newsroom import urls
from newsroom.article import Entry
from newsroom.comment import FeedComment
from newsroom.rendering import comment_threads, dates, templating
from newsroom.rendering.content import CommentFeedContent, ListContent, RenderedPage
from newsroom.rendering.feed_texts import feed_text, read_on_link
from newsroom.rendering.safe_links import safe_image, safe_source
from newsroom.rendering.site_context import SERVED_AS, SiteContext
from newsroom.rendering.templating import JsonObject
from newsroom.urls import Page

_TAGGED_SINCE = "2026"  # RFC 4151 wants a date on which the name was ours; it must never change


def feed(page: Page, content: ListContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render the feed at a page's path, in the format of its file name."""
    body = _FORMATS[page.feed](page, content, site_context, edition)
    return RenderedPage(body, f"{SERVED_AS[page.feed]}; charset=utf-8")


def comment_feed(page: Page, content: CommentFeedContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render the newest comments, of one article or of the whole paper, as RSS."""
    article = content.article
    title, home = "Comments", "/"
    description = f"What readers of {site_context.title} answer"
    if article:
        title, home = f"Comments on {article['headline']}", article["address"]
        description += f" to {article['headline']}"
    body = templating.render_template(
        "comments.xml",
        paper=site_context.template_context,
        edition=edition,
        title=site_context.page_title(title),
        home=site_context.url(home),
        own_url=site_context.url(page.path),
        description=escape(description, quote=False),
        newest=max((comment["at"] for comment in content.remarks), key=dates.instant, default=None),
        items=[
            _comment_item(comment, article is not None, site_context)
            for comment in content.remarks
            if not comment["gone"]
        ],
    )
    return RenderedPage(body, f"{SERVED_AS['feed.xml']}; charset=utf-8")


def _comment_item(comment: FeedComment, is_articles_own: bool, site_context: SiteContext) -> dict[str, str]:
    author = comment["author"]
    return {
        "id": permanent_id(site_context, f"comment/{comment['id']}"),
        "title": author if is_articles_own else f"{author} on {comment['headline']}",
        "url": site_context.url(comment["address"]),
        "at": comment["at"],
        "author": author,
        "html": comment_threads.paragraphs(comment["text"]),
    }


def permanent_id(site_context: SiteContext, name: str) -> str:
    """Return the permanent id of an article, a feed or a comment: a tag URI (RFC 4151) that survives a new address.

    name: unique within the paper.
    """
    return _tag_prefix(site_context.base_url) + name


@lru_cache(1)
def _tag_prefix(base_url: str) -> str:
    site = urlsplit(base_url)
    path = site.path.strip("/")
    folder = f"{path}/" if path else ""
    return f"tag:{site.hostname or 'localhost'},{_TAGGED_SINCE}:{folder}"


def _rss(page: Page, content: ListContent, site_context: SiteContext, edition: int) -> bytes:
    # RSS reads a description as HTML, so plain text is escaped once for HTML and, by the template, once for XML.
    return templating.render_template(
        "rss.xml",
        **_channel(page, content, site_context, edition),
        description=escape(_description(content, site_context), quote=False),
        items=[_item(entry, content, site_context) for entry in content.entries],
    )


def _atom(page: Page, content: ListContent, site_context: SiteContext, edition: int) -> bytes:
    return templating.render_template(
        "atom.xml",
        **_channel(page, content, site_context, edition),
        id=permanent_id(site_context, content.list),
        description=_description(content, site_context),
        items=[_item(entry, content, site_context) for entry in content.entries],
    )


def _json_feed(page: Page, content: ListContent, site_context: SiteContext, edition: int) -> bytes:
    feed: JsonObject = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(content, site_context),
        "home_page_url": site_context.url(urls.front_path(content.list)),
        "feed_url": site_context.url(page.path),
        "description": _description(content, site_context),
        "language": site_context.lang,
        "authors": [{"name": site_context.publisher, "url": site_context.url("/")}],
        "items": [_json_item(entry, content, site_context) for entry in content.entries],
        "_broadsheet": {"edition": edition},
    }
    return templating.json_text(feed).encode()


_FORMATS: dict[str, Callable[[Page, ListContent, SiteContext, int], bytes]] = {
    "feed.xml": _rss,
    "atom.xml": _atom,
    "feed.json": _json_feed,
}


def _channel(page: Page, content: ListContent, site_context: SiteContext, edition: int) -> dict[str, object]:
    return {
        "paper": site_context.template_context,
        "edition": edition,
        "title": _title(content, site_context),
        "home": site_context.url(urls.front_path(content.list)),
        "own_url": site_context.url(page.path),
        "newest": max((_changed(entry) for entry in content.entries), key=dates.instant, default=None),
    }


def _item(entry: Entry, content: ListContent, site_context: SiteContext) -> dict[str, object]:
    text = _full_text(entry, content, site_context)
    return {
        "entry": entry,
        "id": permanent_id(site_context, entry["id"]),
        "url": site_context.url(entry["address"]),
        "summary": entry["summary"],
        "summary_html": _summary_html(entry),
        "leads_to": safe_source(entry["leads_to"]),
        "categories": _categories(entry),
        "text": Markup(text.replace("]]>", "]]]]><![CDATA[>")),  # in CDATA
    }


def _json_item(entry: Entry, content: ListContent, site_context: SiteContext) -> JsonObject:
    item: JsonObject = {
        "id": permanent_id(site_context, entry["id"]),
        "url": site_context.url(entry["address"]),
        "title": entry["headline"],
        "date_published": entry["date"],
        "date_modified": _changed(entry),
        "authors": [
            {"name": author["name"], "url": site_context.url(urls.author_path(author["id"]))}
            for author in entry["authors"]
        ],
        "tags": _categories(entry),
    }
    if text := _full_text(entry, content, site_context):
        item["content_html"] = text
    else:
        item["content_text"] = entry["summary"] or entry["headline"]
    if source := safe_source(entry["leads_to"]):
        item["external_url"] = source["url"]
    if entry["summary"]:
        item["summary"] = entry["summary"]
    if image := safe_image(entry["image"]):
        item["image"] = image["url"]
    if entry["lang"]:
        item["language"] = entry["lang"]
    return item


def _full_text(entry: Entry, content: ListContent, site_context: SiteContext) -> str:
    """Return the article's text if the feed contains it in full; else an empty string."""
    article = content.texts.get(entry["id"])
    return feed_text(article, content.dead_links, site_context) if article else ""


def _summary_html(entry: Entry) -> str:
    """Return the summary as HTML. For a link post, add the link, because feed readers show no other."""
    summary, source = escape(entry["summary"], quote=False), safe_source(entry["leads_to"])
    if source is None:
        return summary
    return f"<p>{summary}</p>{read_on_link(source)}" if summary else read_on_link(source)


def _changed(entry: Entry) -> str:
    return entry["updated"] or entry["date"]


def _categories(entry: Entry) -> list[str]:
    return [entry["section"]["name"], *(tag["name"] for tag in entry["tags"])]


def _title(content: ListContent, site_context: SiteContext) -> str:
    return site_context.page_title(content.name) if content.name else site_context.title


def _description(content: ListContent, site_context: SiteContext) -> str:
    if content.name:
        return f"The newest from {site_context.title}: {content.name}"
    return site_context.description or f"The newest from {site_context.title}"
