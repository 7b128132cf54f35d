"""Drop caps: a large initial at the start of a text, only where print would also use one."""

import re
from html import unescape
from unicodedata import name, normalize

from newsroom.rendering.languages import direction

FEWEST = 200  # characters; fewer do not fill three lines, and the initial would overlap the next element
_SHORTEST_WORD = 3  # letters of the first word
_DEEPEST = 10  # elements around the first letter
_ATTRIBUTES = r'(?:[^">]|"[^"]*")*'

_FIRST = re.compile(rf"\s*<p(?P<attributes>(?: {_ATTRIBUTES})?)>(?P<text>.*?)</p>", re.DOTALL)
_OPENING = re.compile(
    rf"\s*(?:<(?:a|abbr|b|bdi|cite|dfn|em|i|ins|mark|small|span|strong|u)(?: {_ATTRIBUTES})?>\s*){{0,{_DEEPEST}}}"
)
_TAG = re.compile(f"<{_ATTRIBUTES}>")
_WORD = re.compile(r"[^\W\d_]+")
_CUSTOMARY = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN"})


def has_drop_cap(body: str, lang: str) -> bool:
    """Return True if a text begins with a drop cap: its first paragraph is long enough, and begins with a word of at
    least three letters in a script where drop caps are customary.

    body: sanitised HTML. lang: the text's language.
    """
    first = _FIRST.match(body)
    if first is None or direction(lang) == "rtl" or 'dir="rtl"' in first["attributes"]:
        return False
    text = _plain_beginning(first["text"])
    word = _WORD.match(text)
    if word is None or len(word[0]) < _SHORTEST_WORD or len(text) < FEWEST:
        return False
    return all(map(_is_customary, word[0])) and _is_mostly_customary(text[:FEWEST])


def _plain_beginning(paragraph: str) -> str:
    """Return a paragraph's text up to its first image. It is empty if another element comes before the first letter."""
    opening = _OPENING.match(paragraph)
    start = paragraph[opening.end() if opening else 0 :].partition("<img")[0]
    if start.startswith("<"):
        return ""
    return normalize("NFC", " ".join(unescape(_TAG.sub("", start)).split()))


def _is_mostly_customary(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return sum(map(_is_customary, letters)) > len(letters) / 2


def _is_customary(character: str) -> bool:
    return name(character, "").partition(" ")[0] in _CUSTOMARY
