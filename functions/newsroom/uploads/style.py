"""The part of the paper's house style that parsing a text depends on."""

from dataclasses import dataclass

from newsroom.site import DEFAULT_PERMALINK, Site


@dataclass(frozen=True, slots=True)
class Style:
    """The settings for parsing a text of this paper.

    language: of the text, BCP 47. typography: True if quotes and dashes become typographic ones.
    """

    base_url: str = ""
    language: str = "en"
    typography: bool = True
    permalink: str = DEFAULT_PERMALINK


def style_of(site: Site, language: str | None) -> Style:
    """Return the paper's style for a text in this language, or in the paper's own if it is None."""
    return Style(site["base_url"], language or site["language"], site["typography"], site["permalink"])
