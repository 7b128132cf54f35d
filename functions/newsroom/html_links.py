"""Links in a text: find their addresses on this site, and remove dead links."""

import re
from collections.abc import Container
from functools import lru_cache
from html import escape, unescape

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^"<>]|"[^"]*")*)>')
_TAG_WITH_ATTRIBUTES = re.compile(r'<[a-z][a-z0-9]*\s(?:[^"<>]|"[^"]*")*>')
_ATTRIBUTE = re.compile(r'\s([a-z-]+)="([^"]*)"')
_LEADING = frozenset({"href", "src", "cite"})  # attributes that hold an address
_HREF = re.compile(r'\shref="([^"]*)"')
OTHER_SCHEMES = ("mailto", "tel", "sms", "webcal")
"""The allowed schemes of links besides http and https: devices commonly open them, and none of them runs code."""
_HARMLESS = re.compile(rf"(?:https?://|(?:{'|'.join(OTHER_SCHEMES)}):|[/#?])|[^:]*\Z", re.IGNORECASE)


def is_safe_url(url: str | None) -> bool:
    """Return True if a link may have this URL: web, mail, telephone, a calendar or this site, but never a script."""
    return bool(url and _HARMLESS.match(url))


def path_of_link(href: str, base_url: str) -> str | None:
    """Return the address on this site that a link leads to, in canonical form; None for a link to another site.

    >>> path_of_link("/2026/11/korea?ref=home#top", "https://paper.example")
    '/2026/11/korea/'
    """
    path = re.split(r"[?#]", href, maxsplit=1)[0]
    if path == base_url or path.startswith(base_url + "/"):
        path = path[len(base_url) :] or "/"
    if not path.startswith("/") or path.startswith("//"):
        return None
    last = path.rpartition("/")[2]
    return path if not last or "." in last else path + "/"


def unlink(body: str, dead: Container[str], base_url: str) -> str:
    """Return the body with every link to a dead address replaced by its link text.

    body: sanitised HTML, serialised with lower-case tags and double-quoted attributes.
    """
    dropped: list[bool] = []  # one for each link open at this point, innermost last

    def without_dead(tag: re.Match[str]) -> str:
        closing, name, attributes = tag.groups()
        if name != "a":
            return tag[0]
        if closing:
            return "" if dropped and dropped.pop() else tag[0]
        href = _HREF.search(attributes)
        dropped.append(href is not None and path_of_link(unescape(href[1]), base_url) in dead)
        return "" if dropped[-1] else tag[0]

    return _TAG.sub(without_dead, body)


@lru_cache(maxsize=64)  # three kinds of feeds, for several lists, contain the same texts
def with_absolute_links(body: str, page_url: str, base_url: str) -> str:
    """Return the body for use on other sites: with absolute URLs, and without ids, which could collide there.

    body: sanitised HTML, serialised with lower-case tags and double-quoted attributes. page_url: the URL of its own
    page, for links to places within the text.
    """
    page, base = escape(page_url), escape(base_url)

    def anywhere(attribute: re.Match[str]) -> str:
        name, value = attribute.groups()
        if name == "id":
            return ""
        if name in _LEADING and value.startswith("#"):
            return f' {name}="{page}{value}"'
        if name in _LEADING and value.startswith("/") and not value.startswith("//"):
            return f' {name}="{base}{value}"'
        return attribute[0]

    return _TAG_WITH_ATTRIBUTES.sub(lambda tag: _ATTRIBUTE.sub(anywhere, tag[0]), body)
