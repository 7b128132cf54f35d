"""A paper's own templates and style, checked before they are in force.

Whoever uploads them may make every page ugly, and no page unsafe or dear: everything that people wrote is written as
text, nothing runs, nothing is taken from elsewhere but pictures, nobody elsewhere is told what a reader wrote, and no
way is left to make much of little. What a check here does not foresee, a page that fails with its theme meets: it is
drawn with the built-in one.

A template that could end the process is met by reading themes in a process of their own (`adapters.trial`).
"""

import re
from functools import cache
from typing import get_args

from newsroom.content import Answer
from newsroom.drawing import judging, press, specimens
from newsroom.drawing.stylesheet import OWN_STYLE
from newsroom.reading import theme_style, theme_template
from newsroom.reading.proof import Proof
from newsroom.site import Site

LARGEST = 32 * 1024  # bytes of one file
MOST = 96 * 1024  # of all a theme's files: they stand in one row, with the settings
_MOST_BODIES = 3  # how often one page may hold a text
_LARGEST_PAGE = 1_000_000  # characters of a specimen
_READERS = (specimens.Words.of("anna"), specimens.Words.of("bartholomew"))


@cache
def names() -> tuple[str, ...]:
    """The files a theme may have: a template for each kind of page that is the same for everybody, and the style."""
    libraries = {"parts.html", "discussion.html"}
    return (*sorted({path.name for path in press.TEMPLATES.glob("*.html")} - libraries - _for_one_person()), OWN_STYLE)


def _for_one_person() -> set[str]:
    """The templates of pages that show one person what no other may see."""
    return {f"{name}.html" for name in get_args(Answer)}


def read(text: str, site: Site, proof: Proof) -> tuple[str, str]:
    """The name of the part and its text, as a file `theme/…` has it.

    site: the settings in force, with the rest of the theme. Notes everything found wrong, by line.
    """
    name = proof.key.partition("/")[2]
    if name in _for_one_person():
        proof.stop("this page shows one person what no other may see, so it is always drawn with the built-in "
                   "template; delete the file. It follows theme/style.css")  # fmt: skip
    if name not in names():
        proof.stop(f"a theme has no such part; it may have {', '.join(f'theme/{each}' for each in names())}")
    whole = sum(len(part.encode()) for other, part in site["theme"].items() if other != name)
    if len(text.encode()) > LARGEST:
        proof.stop(f"the file is longer than {LARGEST // 1024} KB")
    if whole + len(text.encode()) > MOST:
        proof.stop(f"with this file the theme is larger than {MOST // 1024} KB; make another part of it shorter")
    if name == OWN_STYLE:
        theme_style.check(text, proof)
    else:
        theme_template.check(text, proof)
        proof.close()
        _try_out(name, {**site, "theme": {**site["theme"], name: text}}, proof)
    return name, text


def _try_out(name: str, site: Site, proof: Proof) -> None:
    """Draw one page of each kind with the theme as it would be, once as one reader wrote on it and once as another.

    An address elsewhere that differs between the two tells something of what was written.
    """
    first, second = _READERS
    pairs = zip(specimens.all_drawn(site, first), specimens.all_drawn(site, second), strict=True)
    for drawn, otherwise in pairs:
        if drawn.fault:
            line = re.match(rf"{re.escape(name)}, line (\d+)", drawn.fault)
            proof.stop(drawn.fault, int(line[1]) if line else None)
        text = drawn.body.decode()
        if text.count(specimens.BODY) > _MOST_BODIES or len(text) > _LARGEST_PAGE:
            proof.stop("a page holds its text more often than anybody would read it; show it once")
        if not drawn.content_type.startswith("text/html"):
            continue
        elsewhere = judging.foreign_addresses(text, site["base_url"], first.links)
        if elsewhere != judging.foreign_addresses(otherwise.body.decode(), site["base_url"], second.links):
            proof.stop("an address on another site holds what a reader wrote; leave the reader's words out of it")
