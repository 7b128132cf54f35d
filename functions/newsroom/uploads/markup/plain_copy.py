"""Plain copy, read by position: headline, standfirst, paragraphs, source, author, biography.

Copied off a live page it carries that page's furniture: the site's name and tagline above, the
wording of its comment form below. Both are recognised and left out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from newsroom import linkify
from newsroom.html_links import path_of_link
from newsroom.site import Site
from newsroom.uploads import bylines
from newsroom.uploads.body import Body, count_words
from newsroom.uploads.decoding import tidy
from newsroom.uploads.field_values import host_of, is_host
from newsroom.uploads.markup import typography
from newsroom.uploads.markup.plain_text import decoded
from newsroom.uploads.style import Style

_FORM = re.compile(
    r"(leave a (reply|comment)( cancel reply)?|cancel reply|your email address will not be published\.?"
    r"( required fields are marked \*)?|required fields are marked \*|(comment|name|e-?mail|website|url)\s*\*?"
    r"|(post|submit|send)( a| your)? comment|submit|save my name.*|notify me of .*|(logged|log) in .*|δ)\Z",
    re.IGNORECASE | re.DOTALL,
)
_SOURCE = re.compile(r"(?:original\s+)?source\s*:\s*(.*)\Z", re.IGNORECASE)


@dataclass(slots=True)
class PlainCopy:
    """The parts of a plain file; `lines` has their lines, by the contract's field names."""

    headline: str = ""
    standfirst: str = ""
    paragraphs: list[str] = field(default_factory=list)
    source: str = ""
    author: str = ""
    biography: list[str] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


def parse_plain_copy(text: str, first_line: int, headline: str, site: Site) -> PlainCopy:
    """A plain file, read. headline: as front matter gives it; then the text starts with its body."""
    blocks = _without_page_parts(_blocks(text, first_line), site)
    copy = PlainCopy(headline=headline)
    _take_top(copy, blocks)
    copy.paragraphs = [words for _, words in _without_end(copy, blocks)]
    return copy


_Block = tuple[int, str]  # a paragraph with its line


def _take_top(copy: PlainCopy, blocks: list[_Block]) -> None:
    """Take the headline, the standfirst and the byline off the top of a text."""
    headline = copy.headline
    if blocks and (not headline or blocks[0][1].casefold() == headline.casefold()):
        copy.lines["title"], copy.headline = blocks.pop(0)
        if not headline and len(blocks) > 1 and not any(_SOURCE.match(words) for _, words in blocks[:2]):
            copy.lines["standfirst"], copy.standfirst = blocks.pop(0)
    if blocks and (names := _byline(blocks[0][1])):
        copy.lines["authors"], copy.author = blocks.pop(0)[0], names


def _without_end(copy: PlainCopy, blocks: list[_Block]) -> list[_Block]:
    """Return the paragraphs without the source, the author and the biography at the end, which the copy keeps."""
    at = next((place for place in range(len(blocks) - 1, -1, -1) if _SOURCE.match(blocks[place][1])), None)
    if at is not None:
        line, words = blocks[at]
        copy.source, copy.lines["source"] = _SOURCE.sub(r"\1", words), line
        return blocks[:at] + _without_author(copy, blocks[at + 1 :])
    if len(blocks) > 2 and _is_name(blocks[-2][1]) and blocks[-1][1].startswith(blocks[-2][1] + " "):
        copy.lines["authors"], copy.author = blocks[-2]
        copy.biography = [blocks[-1][1]]
        return blocks[:-2]
    return blocks


def _without_author(copy: PlainCopy, blocks: list[_Block]) -> list[_Block]:
    """Return the paragraphs below the source; none if they are the author and the biography."""
    if not blocks:
        return []
    line, words = blocks[0]
    author = _byline(words) or (words if _is_name(words) else "")
    if not author:
        return blocks
    copy.lines["authors"], copy.author = line, author
    copy.biography = [words for _, words in blocks[1:]]
    return []


def body_of(paragraphs: Sequence[str], style: Style) -> Body:
    """A body from plain paragraphs, where no sign means anything but a bare address."""
    printed = list(paragraphs)
    if style.typography and not typography.too_much("\n".join(paragraphs)):
        printed = [typography.typeset(said, style.language) for said in paragraphs]
    links: dict[str, None] = {}
    html = "\n".join(f"<p>{_linked(said, style.base_url, links)}</p>" for said in printed)
    prose = "\n".join(printed)
    return Body(html=html, words=count_words(prose), links=list(links), prose=prose)


def _linked(text: str, base_url: str, links: dict[str, None]) -> str:
    """A paragraph whose addresses are links; those on this site are noted."""
    parts, end = [], 0
    for found in linkify.find(text):
        own = path_of_link(found.url, base_url)
        if own:
            links.setdefault(own)
        rel = "" if own or found.url.startswith("mailto:") else ' rel="noopener"'
        said = escape(text[found.start : found.end], quote=False)
        parts += [escape(text[end : found.start], quote=False), f'<a href="{escape(found.url)}"{rel}>{said}</a>']
        end = found.end
    return "".join([*parts, escape(text[end:], quote=False)])


def _blocks(text: str, first_line: int) -> list[tuple[int, str]]:
    """Paragraphs with their lines; in a file without blank lines every line is one."""
    has_blank_lines = any(not line.strip() for line in text.strip().split("\n"))
    blocks: list[tuple[int, list[str]]] = []
    continues = False
    for place, line in enumerate(text.split("\n"), first_line):
        words = tidy(decoded(line))
        if not words:
            continues = False
            continue
        # A form's label and a source are paragraphs even if the blank line around them was lost.
        is_alone = not has_blank_lines or bool(_FORM.match(words) or _SOURCE.match(words))
        if continues and not is_alone:
            blocks[-1][1].append(words)
        else:
            blocks.append((place, [words]))
        continues = not is_alone
    return [(line, " ".join(parts)) for line, parts in blocks]


def _without_page_parts(blocks: list[_Block], site: Site) -> list[_Block]:
    """Return the paragraphs without the site's name and tagline above them and its comment form below them."""
    while blocks and _FORM.match(blocks[-1][1]):
        blocks.pop()
    names = _names_of(site)
    start = 0
    for _, words in blocks[:3]:
        bare = re.sub(r"\Ahttps?://|\Awww\.|/\Z", "", words.casefold())
        if bare in names or is_host(bare):
            names.add(bare)
        elif not start or not _is_tagline(words, names):
            break
        start += 1
    return blocks[start:] if start < len(blocks) else blocks


def _names_of(site: Site) -> set[str]:
    """Return the words that a page of the paper has at its top."""
    names = (site["title"], site["tagline"], host_of(site["base_url"]))
    return {name.casefold() for name in names if name}


def _is_tagline(words: str, names: set[str]) -> bool:
    """Return True if a line below the site's name speaks of the paper. In other places such a line is a headline."""
    return len(words.split()) <= 15 and any(name in words.casefold() for name in names)


def _byline(text: str) -> str:
    """The names in a line such as `By Ann Bell, Staff Writer, and Bo Carr`; empty for any other line."""
    said = bylines.after_prefix(text[: bylines.LONGEST])
    return said if said and (_is_name(said) or bylines.is_people(said)) else ""


def _is_name(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= 6 and len(text) <= 60 and not re.search(r"[:!?;]|[^\W\d_]{4,}\.\Z|\d{3}", text)
