"""From Markdown to a body, by way of HTML."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it import helpers as markdown_helpers
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from newsroom.reading import shortcodes, wordpress
from newsroom.reading.body import Body
from newsroom.reading.decoding import tidy
from newsroom.reading.html import LARGEST, typeset
from newsroom.reading.proof import Proof

MOST_SIGNS = 42_000  # of Markdown in one text; a megabyte of plain paragraphs has 35,000
_SIGN = re.compile(r"[\[\]!#$%&*+:<=>@\\^_`{}~|-]")
_BRACKET = re.compile(r"[\[\]]")


def from_markdown(text: str, first_line: int, headline: str, base_url: str, proof: Proof) -> Body:
    """A body from Markdown. A first heading that is the headline, or stands in for one, is taken out.

    first_line: the line of the file the text starts on. headline: empty when not known.
    """
    if (found := signs(text)) > MOST_SIGNS:
        proof.stop(f"the text has {found:,} lines and signs of markup; {MOST_SIGNS:,} is the most, so split it")
    text = shortcodes.resolve(text, first_line, proof)
    text = wordpress.resolve(text, first_line, proof, markdown=True)
    environment: dict[str, Any] = {}
    tokens = _markdown().parse(text, environment)
    size = sum(len(str(value)) for token in tokens for child in token.children or () for value in child.attrs.values())
    if size > LARGEST:
        proof.stop("the links of the text are too long when written out; use shorter ones or fewer")
    html = _markdown().renderer.render(tokens, _markdown().options, environment)
    return typeset(html, text, first_line, proof, headline=headline, base_url=base_url, anywhere=False)


def signs(text: str) -> int:
    """How much Markdown a text holds, which is what reading it costs: its signs, three more for each line and
    each link, and two for a break between paragraphs, so that a megabyte of short ones can be published."""
    lines = text.count("\n") + text.count("](")
    return sum(1 for _ in _SIGN.finditer(text)) + 3 * lines - 4 * text.count("\n\n")


def plain(text: str) -> str:
    """The text of a line that may hold tags or links, as summaries from elsewhere do."""
    if "](" not in text and not re.search(r"</?[a-zA-Z]|&#?\w+;", text):
        return text
    html = _markdown().renderInline(shortcodes.without(text))
    return tidy(typeset(html, text, 1, Proof(""), headline="", base_url="", anywhere=False).prose)


@cache
def _markdown() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": True, "maxNesting": 20}).enable(["table", "strikethrough"])
    reader.use(footnote_plugin, inline=False)
    for rule, drawn in _FOOTNOTES.items():
        reader.add_render_rule(rule, drawn)
    original = markdown_helpers.parseLinkLabel

    def label_end(state: Any, start: int, disable_nested: bool = False) -> int:
        # Looking for the end of each of many open brackets takes the square of their number.
        depth = 0
        for bracket in _BRACKET.finditer(state.src, start, state.posMax):
            depth += 1 if bracket[0] == "[" else -1
            if depth == 0:
                break
            if depth > 8:
                return -1
        return original(state, start, disable_nested)

    names = ("parseLinkDestination", "parseLinkTitle")
    bounded = {name: getattr(markdown_helpers, name) for name in names}
    reader.helpers = SimpleNamespace(parseLinkLabel=label_end, **bounded)  # type: ignore[assignment]
    return reader


def _footnotes_open(*_: Any) -> str:
    return '<hr class="footnotes-sep">\n<div class="footnotes">\n<ol class="footnotes-list">\n'


def _footnotes_close(*_: Any) -> str:
    return "</ol>\n</div>\n"


def _way_back(reader: Any, tokens: Sequence[Token], at: int, *_: Any) -> str:
    number, time = tokens[at].meta["id"] + 1, tokens[at].meta["subId"]
    place = f"{number}:{time}" if time else f"{number}"
    return f' <a href="#fnref{place}" class="footnote-backref">\u21a9\ufe0e {number}</a>'


_FOOTNOTES: dict[str, Callable[..., str]] = {
    "footnote_block_open": _footnotes_open,
    "footnote_block_close": _footnotes_close,
    "footnote_anchor": _way_back,
}
