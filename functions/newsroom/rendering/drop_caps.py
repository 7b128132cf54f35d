"""Drop caps: a large initial at the start of a text, only where print would also use one."""

import re
from html import unescape
from unicodedata import name, normalize

from newsroom.rendering.languages import direction

FEWEST = 200  # characters; fewer do not fill three lines, and the initial would overlap the next element
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
    opening = _OPENING.match(first["text"])
    start = first["text"][opening.end() if opening else 0 :].partition("<img")[0]
    text = normalize("NFC", " ".join(unescape(_TAG.sub("", start)).split()))
    word = None if start.startswith("<") else _WORD.match(text)
    if word is None or len(word[0]) < 3 or len(text) < FEWEST:
        return False
    letters = [character for character in text[:FEWEST] if character.isalpha()]
    return all(map(_is_customary, word[0])) and sum(map(_is_customary, letters)) > len(letters) / 2


def _is_customary(character: str) -> bool:
    return name(character, "").partition(" ")[0] in _CUSTOMARY
