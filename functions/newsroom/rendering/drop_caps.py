"""The large initial at the head of a text: set where print would set one, and nowhere else."""

import re
from html import unescape
from unicodedata import name, normalize

from newsroom.rendering.languages import direction

FEWEST = 200  # characters; fewer are no three lines, and the initial would reach down beside what follows
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
    """Whether a text begins with a large initial: a paragraph of some length does, that begins with a word of three
    letters or more in a script where that is customary.

    body: sanitised HTML. lang: of the text.
    """
    first = _FIRST.match(body)
    if first is None or direction(lang) == "rtl" or 'dir="rtl"' in first["attributes"]:
        return False
    opening = _OPENING.match(first["text"])
    said = first["text"][opening.end() if opening else 0 :].partition("<img")[0]
    text = normalize("NFC", " ".join(unescape(_TAG.sub("", said)).split()))
    word = None if said.startswith("<") else _WORD.match(text)
    if word is None or len(word[0]) < 3 or len(text) < FEWEST:
        return False
    letters = [submitted for submitted in text[:FEWEST] if submitted.isalpha()]
    return all(map(_is_customary, word[0])) and sum(map(_is_customary, letters)) > len(letters) / 2


def _is_customary(submitted: str) -> bool:
    return name(submitted, "").partition(" ")[0] in _CUSTOMARY
