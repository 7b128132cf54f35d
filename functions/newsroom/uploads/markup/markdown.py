"""From Markdown to a body, by way of HTML."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it import helpers as markdown_helpers
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from newsroom.uploads.body import Body
from newsroom.uploads.decoding import tidy
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.markup import (
    code_spans,
    markdown_blocks,
    markdown_inlines,
    private_comments,
    shortcodes,
    typography,
    wordpress,
)
from newsroom.uploads.markup.html import LARGEST, typeset
from newsroom.uploads.style import Style

MOST_SIGNS = 42_000  # Markdown signs in one text; a megabyte of plain paragraphs has 35,000
_SIGN = re.compile(r"[\[\]!#$%&*+:<=>@\\^_`{}~|-]")
_BRACKET = re.compile(r"[\[\]]")
_MARKUP = re.compile(r"\]\(|</?[a-zA-Z]|&#?\w+;|\[\[|\{[{%:#]|%%|<!--")

_CODE_SIGNS = ("`", "~~~", "    ", "\t")
"""Markdown without any of these has no code."""

_LEFT_OUT = {
    "contents": "a table of contents is not made here, and {} was left out",
    "page break": "a page on the web does not break, and {} was left out",
    "embed": "{} is another file and was left out; write what it shows",
}


def from_markdown(text: str, first_line: int, headline: str, style: Style, diagnostics: Diagnostics) -> Body:
    """A body from Markdown. A first heading that is the headline, or stands in for one, is taken out.

    first_line: the line of the file the text starts on. headline: empty when not known.
    """
    _check_signs(text, diagnostics)
    written = text
    text = private_comments.without_private_comments(text, first_line, diagnostics, _code_of)
    text = shortcodes.resolve(text, first_line, headline, style, diagnostics, code_of=_code_of)
    text = wordpress.resolve(text, first_line, diagnostics, code_of=_code_of)
    if text is not written:
        _check_signs(text, diagnostics)
    environment: dict[str, Any] = {"language": style.language if style.typography else ""}
    tokens = _markdown().parse(text, environment)
    size = sum(len(str(value)) for token in tokens for child in token.children or () for value in child.attrs.values())
    if size > LARGEST:
        diagnostics.fail("the links of the text are too long when written out; use shorter ones or fewer")
    html = _markdown().renderer.render(tokens, _markdown().options, environment)
    _tell(environment.get("left_out", []), text, first_line, diagnostics)
    return typeset(html, text, first_line, diagnostics, headline=headline, base_url=style.base_url, anywhere=False)


def signs(text: str) -> int:
    """Count the Markdown of a text, which is the cost of reading it: its signs, three more for each line and
    each link, and two for a break between paragraphs, so that a megabyte of short ones can be published; and one for
    ten quotation marks."""
    bare = text.count("://") - text.count("](http") + text.count("www.") - text.count("//www.") + text.count("@")
    lines = text.count("\n") + text.count("](") + max(bare, 0)
    quotes = (text.count('"') + text.count("'")) // 10
    return sum(1 for _ in _SIGN.finditer(text)) + 3 * lines - 4 * text.count("\n\n") + quotes


def plain(text: str, style: Style) -> str:
    """The text of a line that may hold tags or links, as summaries from elsewhere do."""
    if _MARKUP.search(text):
        unsaid = Diagnostics("")
        text = private_comments.without_private_comments(text, 1, unsaid, _no_code)
        html = _markdown().renderInline(shortcodes.without(text, style))
        text = tidy(typeset(html, text, 1, unsaid, headline="", base_url="", anywhere=False).prose)
    return typography.typeset(text, style.language) if style.typography else text


def _check_signs(text: str, diagnostics: Diagnostics) -> None:
    if (found := signs(text)) > MOST_SIGNS:
        diagnostics.fail(f"the text has {found:,} lines and signs of markup; {MOST_SIGNS:,} is the most, so split it")


def _tell(left_out: Sequence[tuple[str, int | str]], text: str, first_line: int, diagnostics: Diagnostics) -> None:
    told: set[str] = set()
    lines = text.split("\n") if left_out else []
    for kind, place in left_out:
        if kind not in told:
            told.add(kind)
            number = place if isinstance(place, int) else text.count("\n", 0, max(text.find(place), 0))
            said = place if isinstance(place, str) else lines[number].strip(" >*+-")
            diagnostics.warning(_LEFT_OUT[kind].format(tidy(said)[:80]), first_line + number)


@cache
def _markdown() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": True, "maxNesting": 20})
    reader.inline = markdown_inlines.Inline()
    reader.configure("commonmark", {"html": True, "maxNesting": 20}).enable(["table", "strikethrough"])
    reader.use(footnote_plugin, inline=False).use(deflist_plugin)
    markdown_blocks.enable(reader)
    markdown_inlines.enable(reader)
    for rule, drawn in _FOOTNOTES.items():
        reader.add_render_rule(rule, drawn)
    original = markdown_helpers.parseLinkLabel

    def label_end(state: Any, start: int, disable_nested: bool = False) -> int:
        # The search for the ends of open brackets takes time by the square of their number.
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


@cache
def _blocks_only() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": True, "maxNesting": 20}).enable(["table"])
    reader.core.ruler.enableOnly(["normalize", "block"])
    return reader


def _code_of(text: str) -> code_spans.Spans:
    """Find the code in Markdown: in blocks, between backticks and in elements of HTML."""
    if not any(sign in text for sign in _CODE_SIGNS):
        return code_spans.Spans(code_spans.in_elements(text))
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    starts[-1] = len(text)
    spans = code_spans.in_elements(text)
    for token in _blocks_only().parse(text):
        if token.map and token.type in {"fence", "code_block", "inline"}:
            start, end = starts[token.map[0]], starts[min(token.map[1], len(starts) - 1)]
            spans += code_spans.in_ticks(text, start, end) if token.type == "inline" else [(start, end)]
    return code_spans.Spans(spans)


def _no_code(_: str) -> code_spans.Spans:
    return code_spans.Spans(())


def _footnotes_open(*_: Any) -> str:
    return '<hr class="footnotes-sep">\n<div class="footnotes">\n<ol class="footnotes-list">\n'


def _footnotes_close(*_: Any) -> str:
    return "</ol>\n</div>\n"


def _number(_: Any, tokens: Sequence[Token], at: int, *__: Any) -> str:
    return f"[{tokens[at].meta['id'] + 1}]"


def _way_back(_: Any, tokens: Sequence[Token], at: int, *__: Any) -> str:
    number, time = tokens[at].meta["id"] + 1, tokens[at].meta["subId"]
    place, shown = (f"{number}:{time}", f"{number} ({time + 1})") if time else (f"{number}", f"{number}")
    return f' <a href="#fnref{place}" class="footnote-backref">\u21a9\ufe0e {shown}</a>'


_FOOTNOTES: dict[str, Callable[..., str]] = {
    "footnote_block_open": _footnotes_open,
    "footnote_block_close": _footnotes_close,
    "footnote_caption": _number,
    "footnote_anchor": _way_back,
}
