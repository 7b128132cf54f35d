"""A paper's own templates and style, validated before the site uses them.

A theme may make every page ugly, but no page unsafe or expensive. All text by people is escaped, no script runs, only
pictures load from other sites, no other site learns what a reader wrote, and a small template cannot make a large
page. If a check here misses something and a page fails with its theme, the built-in theme renders that page.

A template could end the process, so themes are parsed in a process of their own (`workflows.theme_trial`).
"""

import re
from functools import cache
from typing import get_args

from newsroom.rendering import sample_pages, templating, theme_safety
from newsroom.rendering.content import ResponsePage
from newsroom.rendering.static_assets import OWN_STYLE
from newsroom.site import Site
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.theme import stylesheet, template

LARGEST = 32 * 1024  # bytes of one file
MOST = 96 * 1024  # bytes of all files of a theme: one row holds them and the settings
_MOST_BODIES = 3  # the number of times one page may show a text
_LARGEST_PAGE = 1_000_000  # characters of a sample page
_READERS = (sample_pages.ReaderTexts.of("anna"), sample_pages.ReaderTexts.of("bartholomew"))


@cache
def names() -> tuple[str, ...]:
    """List the files a theme may have: the style, and a template for each kind of page without private data."""
    libraries = {"parts.html", "discussion.html"}
    return (
        *sorted({path.name for path in templating.TEMPLATES.glob("*.html")} - libraries - _for_one_person()),
        OWN_STYLE,
    )


def _for_one_person() -> set[str]:
    """List the templates of pages that show private data to one person."""
    return {f"{name}.html" for name in get_args(ResponsePage)}


def parse_theme(text: str, site: Site, diagnostics: Diagnostics) -> tuple[str, str]:
    """Parse a file `theme/…` and return the name of the part and its text.

    site: the current settings, with the rest of the theme. Every problem is recorded with its line.
    """
    name = diagnostics.key.partition("/")[2]
    if name in _for_one_person():
        diagnostics.fail("this page shows one person what no other may see, so it is always drawn with the built-in "
                   "template; delete the file. It follows theme/style.css")  # fmt: skip
    if name not in names():
        diagnostics.fail(
            f"a theme has no such part; it may have {', '.join(f'theme/{part_name}' for part_name in names())}"
        )
    size_of_others = sum(len(part.encode()) for other, part in site["theme"].items() if other != name)
    if len(text.encode()) > LARGEST:
        diagnostics.fail(f"the file is longer than {LARGEST // 1024} KB")
    if size_of_others + len(text.encode()) > MOST:
        diagnostics.fail(f"with this file the theme is larger than {MOST // 1024} KB; make another part of it shorter")
    if name == OWN_STYLE:
        stylesheet.check(text, diagnostics)
    else:
        template.check(text, diagnostics)
        diagnostics.raise_if_errors()
        _try_out(name, {**site, "theme": {**site["theme"], name: text}}, diagnostics)
    return name, text


def _try_out(name: str, site: Site, diagnostics: Diagnostics) -> None:
    """Render one page of each kind with the new theme, once with the texts of one reader and once with another's.

    If an address on another site differs between the two, it reveals something that a reader wrote.
    """
    first, second = _READERS
    pairs = zip(sample_pages.rendered_samples(site, first), sample_pages.rendered_samples(site, second), strict=True)
    for first_page, second_page in pairs:
        if first_page.theme_error:
            line = re.match(rf"{re.escape(name)}, line (\d+)", first_page.theme_error)
            diagnostics.fail(first_page.theme_error, int(line[1]) if line else None)
        text = first_page.body.decode()
        if text.count(sample_pages.BODY) > _MOST_BODIES or len(text) > _LARGEST_PAGE:
            diagnostics.fail("a page holds its text more often than anybody would read it; show it once")
        if not first_page.content_type.startswith("text/html"):
            continue
        foreign = theme_safety.foreign_addresses(text, site["base_url"], first.links)
        if foreign != theme_safety.foreign_addresses(second_page.body.decode(), site["base_url"], second.links):
            diagnostics.fail("an address on another site holds what a reader wrote; leave the reader's words out of it")
