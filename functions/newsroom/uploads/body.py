"""The body of a text as it is published, and what lists and feeds say of it."""

import re
from dataclasses import dataclass, field

from newsroom.uploads.decoding import tidy

SUMMARY = 200  # characters

_WORD = re.compile(r"\w[\w'’-]*")


@dataclass(frozen=True, slots=True)
class Body:
    """A body as it is published.

    html: sanitised. words: of all visible text. links: addresses of this site. prose: the running
    text, for a summary. heading: the h1 taken out as headline, or None. title, description: of a
    whole HTML document, else empty.
    """

    html: str = ""
    words: int = 0
    links: list[str] = field(default_factory=list)
    prose: str = ""
    heading: str | None = None
    title: str = ""
    description: str = ""


def summarise(prose: str) -> str:
    """The first words of a text, about 200 characters, cut between words."""
    text = tidy(prose[: SUMMARY * 20])
    if len(text) <= SUMMARY:
        return text
    cut = text[: SUMMARY + 1].rpartition(" ")[0] or text[:SUMMARY]
    return cut.rstrip(" ,;:–—-") + "…"


def count_words(text: str) -> int:
    """How many words a text has."""
    return sum(1 for _ in _WORD.finditer(text))
