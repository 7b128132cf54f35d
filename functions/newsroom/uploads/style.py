"""The paper's house style, as far as the reading of a text depends on it."""

from dataclasses import dataclass

from newsroom.site import DEFAULT_PERMALINK, Site


@dataclass(frozen=True, slots=True)
class Style:
    """How a text of this paper is read.

    language: of the text, BCP 47. typography: whether quotes and dashes are set as a printer sets them.
    """

    base_url: str = ""
    language: str = "en"
    typography: bool = True
    permalink: str = DEFAULT_PERMALINK


def style_of(site: Site, language: str | None) -> Style:
    """The paper's style for a text in this language, or in the paper's own."""
    return Style(site["base_url"], language or site["language"], site["typography"], site["permalink"])
