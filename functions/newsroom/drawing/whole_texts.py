"""Articles as feeds carry them: whole, and fit to be shown anywhere."""

from collections.abc import Iterable
from html import escape

from newsroom.article import Article, Entry, Source, leads_to
from newsroom.drawing import dates
from newsroom.drawing.paper import Paper
from newsroom.links import absolute, harmless, unlink

MOST = 500_000  # bytes of texts in one feed; with all that stands around them it stays below a megabyte

MOST_LINKS = 200  # within the paper, of one article


def carried(entries: Iterable[Entry]) -> list[str]:
    """The ids of the articles that a feed gives whole: from the newest on, each that still fits in."""
    ids, room = [], MOST
    for entry in entries:
        if entry["size"] <= room:
            ids.append(entry["id"])
            room -= entry["size"]
    return ids


def whole_text(article: Article, dead_links: frozenset[str], paper: Paper) -> str:
    """Everything its page shows of an article itself, as HTML whose links and pictures work anywhere."""
    image, source = article["image"], article["source"]
    parts = []
    if image and harmless(image["url"]):
        caption = escape(" ".join(filter(None, (image["caption"], image["credit"]))), quote=False)
        shown = f'<img src="{escape(image["url"])}" alt="{escape(image["alt"])}">'
        parts.append(f"<figure>{shown}{caption and f'<figcaption>{caption}</figcaption>'}</figure>")
    if article["standfirst"]:
        parts.append(f"<p><strong>{escape(article['standfirst'], quote=False)}</strong></p>")
    if article["body"]:
        body = unlink(article["body"], dead_links, paper.base_url) if dead_links else article["body"]
        parts.append(absolute(body, paper.url(article["address"]), paper.base_url))
    if link := linked(leads_to(article)):
        parts.append(onward(link))
    elif source:
        name = escape(source["name"], quote=False)
        parts.append(f"<p>Original source: {_link(name, source) if linked(source) else name}</p>")
    for correction in article["corrections"]:
        day, text = dates.day_in_words(correction["date"]), escape(correction["text"], quote=False)
        parts.append(f"<p><strong>Correction, {day}:</strong> {text}</p>")
    return "\n".join(parts)


def linked(source: Source | None) -> Source | None:
    """A source that may be linked to."""
    return source if source and harmless(source["url"]) else None


def onward(source: Source) -> str:
    """The paragraph that leads on to a link post's source."""
    name = escape(source["name"], quote=False)
    return f"<p>{_link(f'Read the story at {name}', source)}</p>"


def _link(html: str, source: Source) -> str:
    return f'<a href="{escape(source["url"] or "")}">{html}</a>'
