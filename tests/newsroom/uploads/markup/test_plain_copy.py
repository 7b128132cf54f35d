"""Plain copy is read by position, as it was found on a page."""

from newsroom.site import Site, default_site
from newsroom.uploads.parsed import ParsedArticle
from newsroom.uploads.parser import parse

SITE: Site = {**default_site("https://gull.example"), "title": "The Gull", "tagline": "All the tide's news"}

FOUND = """gull.example

Fresh news and views at gull.example

Ferry Returns to Saltmarsh

The old ferry sails again after nine years,
to the relief of the island.

Captain Ines Rook cast off at dawn & nobody slept.

The fare is < 2 crowns.

Original Source: islandwire.example

Tomas Reed

Tomas Reed has written about boats for years.

Leave a Reply

Your email address will not be published. Required fields are marked *

Comment *

Name *
Email *
Website

Post Comment
"""


def copy(text: str, site: Site = SITE) -> ParsedArticle:
    manuscript = parse("articles/ferry.txt", text.encode(), site)
    assert isinstance(manuscript, ParsedArticle)
    return manuscript


def test_every_part_of_a_found_page_lands_in_its_place() -> None:
    said = copy(FOUND)
    assert said.headline == "Ferry Returns to Saltmarsh"
    assert said.standfirst == "The old ferry sails again after nine years, to the relief of the island."
    assert said.body == (
        "<p>Captain Ines Rook cast off at dawn &amp; nobody slept.</p>\n<p>The fare is &lt; 2 crowns.</p>"
    )
    assert said.source == {"name": "islandwire.example", "url": None}
    assert said.authors == [{"id": "tomas-reed", "name": "Tomas Reed"}]
    assert said.biographies == {"tomas-reed": "<p>Tomas Reed has written about boats for years.</p>"}
    assert said.lines["title"] == 5
    assert said.warnings == []


def test_the_papers_own_name_and_tagline_are_no_headline() -> None:
    said = copy("The Gull\n\nAll the tide's news\n\nFerry Returns\n\nIt is back.")
    assert (said.headline, said.body) == ("Ferry Returns", "<p>It is back.</p>")


def test_a_headline_that_speaks_of_the_paper_is_still_a_headline() -> None:
    assert copy("The Gull wins a prize\n\nWe are glad.").headline == "The Gull wins a prize"


def test_a_headline_and_paragraphs_are_enough() -> None:
    said = copy("Ferry Returns\n\nFirst.\n\nSecond.\n\nThird.")
    assert (said.standfirst, said.body) == ("First.", "<p>Second.</p>\n<p>Third.</p>")
    assert (said.source, said.authors) == (None, [])


def test_without_blank_lines_every_line_is_a_paragraph() -> None:
    assert copy("Ferry Returns\nFirst.\nSecond.").body == "<p>Second.</p>"


def test_a_source_may_have_an_address() -> None:
    said = copy("Ferry Returns\n\nFirst.\n\nSource: https://www.wire.example/ferry")
    assert said.source == {"name": "wire.example", "url": "https://www.wire.example/ferry"}
    assert said.body == "<p>First.</p>"


def test_front_matter_above_plain_copy_has_the_say() -> None:
    said = copy("---\ntitle: Ferry\nauthors: Ann Bell\n---\nFirst.\n\nSecond.")
    assert (said.headline, said.standfirst) == ("Ferry", "")
    assert said.body == "<p>First.</p>\n<p>Second.</p>"
    assert said.authors == [{"id": "ann-bell", "name": "Ann Bell"}]
