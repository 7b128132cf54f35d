"""A check of pages for remains of an article that was taken down: links to its address, and its text.

Pages encode the same text in many ways (HTML, escaped HTML within a feed, JSON, JSON within HTML), so
both texts are normalized before they are compared.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import TypedDict
from urllib.parse import quote

from newsroom.article import Article

NEARBY = 40  # characters shown on either side of a match
DISTINCTIVE = 24  # letters of a paragraph that are very unlikely to match another text

_ENDS = re.compile(r"</(?:p|li|h\d|blockquote|pre|t[dh]|d[dt]|figcaption)>|<(?:br|hr)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_JSON_ESCAPE = re.compile(r'\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])')


class Leak(TypedDict):
    """A match. what: address, headline, standfirst, summary or text. near: the text around it."""

    what: str
    near: str


@dataclass(frozen=True, slots=True)
class LeakPatterns:
    """The texts that identify one article on a page.

    lines: its headline, standfirst and summary, each as words. paragraphs: its text without spaces.
    """

    addresses: re.Pattern[str]
    lines: dict[str, re.Pattern[str]]
    paragraphs: list[str]

    @classmethod
    def of(cls, article: Article) -> "LeakPatterns":
        """Return the patterns of an article. A body that is no longer stored cannot be searched for."""
        forms = {form for path in article["addresses"] for form in (path, quote(path))}
        either = "|".join(re.escape(form) for form in sorted(forms))
        addresses = re.compile(rf"(?:https?://[^/\s\"'<>]+|(?<![\w./~%:-]))(?:{either})(?![\w%~.-])")
        texts = {"headline": article["headline"], "standfirst": article["standfirst"], "summary": article["summary"]}
        lines = {name: _line(text) for name, text in texts.items() if re.search(r"\w", text)}
        return cls(addresses, lines, _distinctive(article["body"]))

    def in_(self, body: str) -> list[Leak]:
        """List the patterns that an object contains, each with its first match."""
        return list(self._found(_plain(body)))

    def _found(self, page: str) -> Iterator[Leak]:
        if address := self.addresses.search(page):
            yield {"what": "address", "near": _near(page, *address.span())}
        texts = [_spaced(text) for text in (_TAG.sub(" ", page), _TAG.sub("", page), page)]
        for name, pattern in self.lines.items():
            if line := next(filter(None, map(pattern.search, texts)), None):
                yield {"what": name, "near": _near(line.string, *line.span())}
        letters = _letters(page)
        for paragraph in self.paragraphs:
            if (start := letters.find(paragraph)) >= 0:
                yield {"what": "text", "near": _near(letters, start, start + NEARBY)}
                return


def _distinctive(body: str) -> list[str]:
    """Return the paragraphs of an article that are too long to match another text; the whole text if it has none."""
    paragraphs = [_letters(part) for part in _ENDS.split(body)]
    long = [paragraph for paragraph in paragraphs if len(paragraph) >= DISTINCTIVE]
    whole = _letters(body)
    return long or ([whole] if whole else [])


def _plain(page: str) -> str:
    """Return a page without the escapes of JSON and of HTML within HTML."""
    return unescape(unescape(_JSON_ESCAPE.sub(_unescaped, page)))


def _unescaped(escape: re.Match[str]) -> str:
    try:
        return str(json.loads(f'"{escape[0]}"'))
    except ValueError:
        return escape[0]


def _line(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(_spaced(text).strip(' …'))}(?!\w)")


def _spaced(text: str) -> str:
    return " ".join(text.casefold().split())


def _letters(markup: str) -> str:
    """Return a text without tags and spaces, so that line ends and links in it make no difference."""
    return "".join(_TAG.sub("", unescape(markup)).casefold().split())


def _near(text: str, start: int, end: int) -> str:
    return text[max(0, start - NEARBY) : end + NEARBY].strip()
