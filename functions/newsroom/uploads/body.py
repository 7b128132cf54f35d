"""The published body of a text, and the summary and word count that lists and feeds show."""

import re
from dataclasses import dataclass, field

from newsroom.uploads.decoding import tidy

SUMMARY = 200  # characters

_WORD = re.compile(r"\w[\w'’-]*")


@dataclass(frozen=True, slots=True)
class Body:
    """The published body of a text.

    html: sanitised. words: the count over all visible text. links: addresses of this site. prose: the running
    text, for a summary. heading: the h1 that became the headline, or None. title, description: from a complete HTML
    document; otherwise empty.
    """

    html: str = ""
    words: int = 0
    links: list[str] = field(default_factory=list)
    prose: str = ""
    heading: str | None = None
    title: str = ""
    description: str = ""


def summarise(prose: str) -> str:
    """Return the first words of a text, about 200 characters, cut between words."""
    text = tidy(prose[: SUMMARY * 20])
    if len(text) <= SUMMARY:
        return text
    cut = text[: SUMMARY + 1].rpartition(" ")[0] or text[:SUMMARY]
    return cut.rstrip(" ,;:–—-") + "…"


def count_words(text: str) -> int:
    """Return the number of words in a text."""
    return sum(1 for _ in _WORD.finditer(text))
