"""Full articles for feeds, as HTML that works on any site."""

from collections.abc import Iterable
from html import escape

from newsroom.article import Article, Entry, Image, Source, leads_to
from newsroom.html_links import unlink, with_absolute_links
from newsroom.rendering import dates
from newsroom.rendering.safe_links import safe_image, safe_source
from newsroom.rendering.site_context import SiteContext

MOST = 500_000  # bytes of texts in one feed; with everything else the feed stays below a megabyte

MOST_LINKS = 200  # within the paper, of one article


def entries_with_text(entries: Iterable[Entry]) -> list[str]:
    """Return the ids of the articles that a feed contains in full: newest first, each that still fits."""
    ids, room = [], MOST
    for entry in entries:
        if entry["size"] <= room:
            ids.append(entry["id"])
            room -= entry["size"]
    return ids


def feed_text(article: Article, dead_links: frozenset[str], site_context: SiteContext) -> str:
    """Return an article's own content as HTML whose links and pictures work on any site."""
    parts = []
    if image := safe_image(article["image"]):
        parts.append(_figure(image))
    if article["standfirst"]:
        parts.append(f"<p><strong>{escape(article['standfirst'], quote=False)}</strong></p>")
    if article["body"]:
        body = unlink(article["body"], dead_links, site_context.base_url) if dead_links else article["body"]
        parts.append(with_absolute_links(body, site_context.url(article["address"]), site_context.base_url))
    if link := safe_source(leads_to(article)):
        parts.append(read_on_link(link))
    elif article["source"]:
        parts.append(_original_source(article["source"]))
    for correction in article["corrections"]:
        day, text = dates.day_in_words(correction["date"]), escape(correction["text"], quote=False)
        parts.append(f"<p><strong>Correction, {day}:</strong> {text}</p>")
    return "\n".join(parts)


def _figure(image: Image) -> str:
    picture = f'<img src="{escape(image["url"])}" alt="{escape(image["alt"])}">'
    caption = " ".join(text for text in (image["caption"], image["credit"]) if text)
    if caption:
        picture += f"<figcaption>{escape(caption, quote=False)}</figcaption>"
    return f"<figure>{picture}</figure>"


def _original_source(source: Source) -> str:
    name = escape(source["name"], quote=False)
    return f"<p>Original source: {_link(name, source) if safe_source(source) else name}</p>"


def read_on_link(source: Source) -> str:
    """Return the paragraph that links to a link post's source."""
    name = escape(source["name"], quote=False)
    return f"<p>{_link(f'Read the story at {name}', source)}</p>"


def _link(html: str, source: Source) -> str:
    return f'<a href="{escape(source["url"] or "")}">{html}</a>'
