"""What a page still holds of an article that was taken down: its address as a link, its words.

Pages say the same thing in many spellings (HTML, escaped HTML within a feed, JSON, JSON within HTML), so
the words of both are brought to one before they are compared.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import TypedDict
from urllib.parse import quote

from newsroom.article import Article

NEARBY = 40  # characters shown on either side of what was found
TELLING = 24  # letters of a paragraph that are hardly anybody else's words

_ENDS = re.compile(r"</(?:p|li|h\d|blockquote|pre|t[dh]|d[dt]|figcaption)>|<(?:br|hr)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_JSON_ESCAPE = re.compile(r'\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])')


class Leak(TypedDict):
    """Something found. what: address, headline, standfirst, summary or text. near: the words around it."""

    what: str
    near: str


@dataclass(frozen=True, slots=True)
class LeakPatterns:
    """What one article could leave behind.

    lines: its headline, standfirst and summary, each a run of words. paragraphs: its text without spaces.
    """

    addresses: re.Pattern[str]
    lines: dict[str, re.Pattern[str]]
    paragraphs: list[str]

    @classmethod
    def of(cls, article: Article) -> "LeakPatterns":
        """What to look for. A body that is not known any more cannot be looked for."""
        ways = {way for path in article["addresses"] for way in (path, quote(path))}
        either = "|".join(re.escape(way) for way in sorted(ways))
        addresses = re.compile(rf"(?:https?://[^/\s\"'<>]+|(?<![\w./~%:-]))(?:{either})(?![\w%~.-])")
        said = {"headline": article["headline"], "standfirst": article["standfirst"], "summary": article["summary"]}
        lines = {name: _line(words) for name, words in said.items() if re.search(r"\w", words)}
        paragraphs = [_letters(part) for part in _ENDS.split(article["body"])]
        telling = [part for part in paragraphs if len(part) >= TELLING]
        whole = _letters(article["body"])
        return cls(addresses, lines, telling or ([whole] if whole else []))

    def in_(self, body: str) -> list[Leak]:
        """What of it an object holds, each with the first place where it does."""
        return list(self._found(_plain(body)))

    def _found(self, page: str) -> Iterator[Leak]:
        if address := self.addresses.search(page):
            yield {"what": "address", "near": _near(page, *address.span())}
        texts = [_spaced(text) for text in (_TAG.sub(" ", page), _TAG.sub("", page), page)]
        for name, words in self.lines.items():
            if line := next(filter(None, map(words.search, texts)), None):
                yield {"what": name, "near": _near(line.string, *line.span())}
        letters = _letters(page)
        for paragraph in self.paragraphs:
            if (start := letters.find(paragraph)) >= 0:
                yield {"what": "text", "near": _near(letters, start, start + NEARBY)}
                return


def _plain(page: str) -> str:
    """A page with the escapes of JSON, and of HTML within HTML, undone."""
    return unescape(unescape(_JSON_ESCAPE.sub(_unescaped, page)))


def _unescaped(escape: re.Match[str]) -> str:
    try:
        return str(json.loads(f'"{escape[0]}"'))
    except ValueError:
        return escape[0]


def _line(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(_spaced(words).strip(' …'))}(?!\w)")


def _spaced(text: str) -> str:
    return " ".join(text.casefold().split())


def _letters(markup: str) -> str:
    """A text without tags and spaces, so that neither a line's end nor a link within it makes a difference."""
    return "".join(_TAG.sub("", unescape(markup)).casefold().split())


def _near(text: str, start: int, end: int) -> str:
    return text[max(0, start - NEARBY) : end + NEARBY].strip()
