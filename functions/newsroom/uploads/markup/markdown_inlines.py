"""The parts of a paragraph of Markdown beyond CommonMark: bare addresses, Obsidian's links and highlights,
kramdown's attributes, and typography."""

import re
from bisect import bisect_right
from functools import cached_property
from typing import cast

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline.state_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from newsroom import linkify
from newsroom.uploads.markup import typography
from newsroom.uploads.markup.cjk_emphasis import CJKFriendlyState
from newsroom.uploads.markup.plain_text import without_obsidian

_ESCAPED = re.compile(r"\\(?=[_*~&#=?-])")
_WIKI_LINK = re.compile(r"!?\[\[([^\[\]\n|]{1,200})(?:\\?\|([^\[\]\n]{0,200}))?\]\](?![(\[:])")
_MARK = re.compile(r"(?<![A-Za-z0-9_=])==(?=[^\s=]).{1,500}?(?<=[^\s=])==(?![A-Za-z0-9_=])", re.DOTALL)
_ATTRIBUTES = re.compile(r"\{:(?:[:/]|\s{0,9}[#.A-Za-z])[^{}\n]{0,200}\}")


class _State(CJKFriendlyState):
    """A paragraph being read, and the bare addresses in it."""

    @cached_property
    def addresses(self) -> dict[int, linkify.FoundLink]:
        # Other systems escape characters in addresses, as in https://paper.example/a\_b.
        found = linkify.find(_ESCAPED.sub("\x01", self.src) if "\\" in self.src else self.src)
        return {each.start: each._replace(url=each.url.replace("\x01", "")) for each in found}

    @cached_property
    def address_starts(self) -> list[int]:
        return [*self.addresses]


class Inline(ParserInline):
    """Reads paragraphs in a state of our own, and otherwise as the original does."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Reads one paragraph."""
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def enable(reader: MarkdownIt) -> None:
    """Has a reader, whose inline parser is an Inline, read all this."""
    rules = reader.inline.ruler
    rules.at("text", _text)
    rules.before("link", "ours", _ours)
    reader.core.ruler.before("text_join", "typography", _typography)


def _ours(state: StateInline, silent: bool) -> bool:
    rule = _BY_SIGN.get(state.src[state.pos])  # every rule runs at every character, so this check comes first
    return rule is not None and rule(state, silent)


def _text(state: StateInline, silent: bool) -> bool:
    """Reads text up to the next sign or address that may mean something, or the address that stands here."""
    start, end = state.pos, state.posMax
    if not silent and not state.linkLevel:
        found = cast(_State, state).addresses
        if found:
            if start in found and _address(state, found[start]):
                return True
            starts = cast(_State, state).address_starts
            if (number := bisect_right(starts, start)) < len(starts):
                end = min(end, starts[number])
    sign = state.md.inline.terminator_re.search(state.src, start, end)
    state.pos = sign.start() if sign else end
    if state.pos == start:
        return False
    if not silent:
        state.append_pending(state.src[start : state.pos])
    return True


def _address(state: StateInline, found: linkify.FoundLink) -> bool:
    if found.end > state.posMax:
        return False
    url = state.md.normalizeLink(found.url)
    if not state.md.validateLink(url):
        return False
    _link(state, url, _ESCAPED.sub("", state.src[found.start : found.end]), "auto")
    state.pos = found.end
    return True


def _link(state: StateInline, href: str, text: str, info: str) -> None:
    opening = state.push("link_open", "a", 1)
    opening.attrs, opening.info = {"href": href}, info
    state.push("text", "", 0).content = text
    state.push("link_close", "a", -1).info = info


def _wiki_link(state: StateInline, silent: bool) -> bool:
    """Reads [[Note]], [[Note|words]] and ![[picture.png]] as what Obsidian shows, without the link."""
    if not state.src.startswith(("[[", "![["), state.pos):
        return False
    found = _WIKI_LINK.match(state.src, state.pos, state.posMax)
    if not found or normalizeReference(found[1]) in state.env.get("references", {}):
        return False
    if not silent:
        _push_wiki_link(state, found)
    state.pos = found.end()
    return True


def _push_wiki_link(state: StateInline, link: re.Match[str]) -> None:
    """Write what Obsidian shows for a link: a link within the text stays one."""
    target, words = link[1].strip(), (link[2] or "").strip()
    if link[0].startswith("!"):
        state.env.setdefault("left_out", []).append(("embed", link[0]))
    elif target.startswith("#") and not target.startswith("#^") and not state.linkLevel:
        heading = target.rpartition("#")[2]
        _link(state, f"#{heading}", words or heading, "")
    else:
        state.push("text", "", 0).content = words or without_obsidian(f"[[{target}]]")


def _mark(state: StateInline, silent: bool) -> bool:
    """Reads ==words== as highlighted."""
    if not state.src.startswith("==", state.pos):
        return False
    found = _MARK.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        most = state.posMax
        state.push("mark_open", "mark", 1)
        state.pos, state.posMax = found.start() + 2, found.end() - 2
        state.md.inline.tokenize(state)
        state.push("mark_close", "mark", -1)
        state.posMax = most
    state.pos = found.end()
    return True


def _attributes(state: StateInline, silent: bool) -> bool:
    """Leaves out kramdown's {: .class} behind a word."""
    found = _ATTRIBUTES.match(state.src, state.pos, state.posMax)
    if found:
        state.pos = found.end()
    return found is not None


_BY_SIGN = {"[": _wiki_link, "!": _wiki_link, "=": _mark, "{": _attributes}


def _typography(state: StateCore) -> None:
    language = state.env.get("language")
    if language:
        for token in state.tokens:
            if token.type == "inline" and token.children and typography.needs_typesetting(token.content, language):
                _print(token.children, language)


def _print(children: list[Token], language: str) -> None:
    parts: list[str] = []
    is_text: list[bool] = []
    in_address = False
    for child in children:
        if child.info == "auto":
            in_address = child.nesting == 1
        is_text.append(child.type == "text" and not in_address)
        parts.append(_neighbour(child))
    for child, part, is_its in zip(children, typography.typeset_parts(parts, is_text, language), is_text, strict=True):
        if is_its:
            child.content = part


def _neighbour(child: Token) -> str:
    """Return the text beside the next word, as much of it as the quotation marks need."""
    if child.type in {"text", "text_special"}:
        return child.content
    if child.type in {"softbreak", "hardbreak"}:
        return "\n"
    return typography.OPAQUE if child.type in {"code_inline", "image"} else ""
