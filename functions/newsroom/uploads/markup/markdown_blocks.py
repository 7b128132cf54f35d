"""The blocks of Markdown beyond CommonMark: ids of headings, callouts, tasks, and the parts that other systems fill in
or leave out."""

import re
from collections.abc import Iterable, Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_HEADING_ATTRIBUTES = re.compile(r"\{:?[ \t]{0,9}((?:[#.][\w:.-]|-\}|[\w-]{1,40}=)[^{}\n]{0,200}|-)\}[ \t]{0,9}\Z")
_BLOCK_ATTRIBUTES = re.compile(r"\{(?::[^{}\n]{0,300}|[.#][\w .#:=\"'-]{1,300})\}\Z")
_ID = re.compile(r"(?:\A|\s)#([^\s#.{}]{1,100})|(?:\A|\s)id=[\"']?([^\s\"'{}]{1,100})")
_CONTENTS = re.compile(
    r"(?:\[\[?_?toc_?\]?\]|@\[toc\](?:\([^()\n]{0,100}\))?|\$\{toc\}|\\tableofcontents|\{:\s?toc\b[^{}\n]{0,100}\})\Z",
    re.IGNORECASE,
)
_PAGE_BREAK = re.compile(r"\\(?:newpage|pagebreak|clearpage|cleardoublepage)(?:\[\d\]|\{\})?\Z")
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_CALLOUT = re.compile(r"\[!([A-Za-z][\w-]{0,30})(?:\|[^\]\n]{0,60})?\][+-]?(?:[ \t]+([^\n]{1,300}))?(?:\n|\Z)")
_BLOCK_ID = re.compile(r"\^(?=[0-9-]*[A-Za-z]|[0-9]{4})[A-Za-z0-9-]{1,64}\Z")
_SIGNS_OF_LINES = frozenset("{\\[@")  # each line that is not text contains one of these


def enable(reader: MarkdownIt) -> None:
    """Has a reader read all this."""
    reader.core.ruler.before("inline", "blocks", _blocks)


def _blocks(state: StateCore) -> None:
    _Blocks(state).read()


class _Blocks:
    """One pass through the blocks of a text."""

    def __init__(self, state: StateCore) -> None:
        self.state, self.tokens = state, state.tokens
        self.dropped: set[int] = set()
        self.replaced: dict[int, list[Token]] = {}
        self.lists: list[int] = []  # the places where the open lists begin
        self.quotes: list[Token] = []
        self.heading: Token | None = None  # the heading just before; attributes below it belong to it

    def read(self) -> None:
        """Writes the blocks anew."""
        for at, token in enumerate(self.tokens):
            if token.type != "inline":
                self._block(at, token)
            elif self.tokens[at - 1].type == "heading_open":
                token.content = _heading(token.content, self.tokens[at - 1])
            elif self.tokens[at - 1].type == "paragraph_open":
                self._paragraph(at, token)
        if self.dropped or self.replaced:
            self.state.tokens = list(self._kept())

    def _kept(self) -> Iterator[Token]:
        for at, token in enumerate(self.tokens):
            if at in self.replaced:
                yield from self.replaced[at]
            elif at not in self.dropped:
                yield token

    def _block(self, at: int, token: Token) -> None:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            self.lists.append(at)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            self.lists.pop()
        elif token.type == "blockquote_open":
            self.quotes.append(token)
        elif token.type == "blockquote_close":
            token.tag = self.quotes.pop().tag
        if token.type == "heading_open":
            self.heading = token
        elif token.type not in {"heading_close", "paragraph_open"}:
            self.heading = None

    def _paragraph(self, at: int, token: Token) -> None:
        is_contents = _without_signs(token, self.tokens[at - 1], self.heading, self.state)
        before = self.tokens[at - 2].type if at > 1 else ""
        if is_contents and self.lists:
            self._drop_list(self.lists[-1])
        elif not token.content:
            self.dropped.update((at - 1, at, at + 1))
        elif before == "list_item_open" and (task := _TASK.match(token.content)):
            token.content = ("☐ " if task[1] == " " else "☑ ") + token.content[task.end() :]
        elif before == "blockquote_open" and (said := _CALLOUT.match(token.content)):
            self._callout(at, token, said)

    def _drop_list(self, start: int) -> None:
        if start not in self.dropped:
            self.dropped.update(_whole(self.tokens, start))

    def _callout(self, at: int, token: Token, said: re.Match[str]) -> None:
        self.tokens[at - 2].tag = "aside"
        title = (said[2] or "").strip() or said[1].replace("-", " ").capitalize()
        self.replaced[at - 1] = _title(title, self.tokens[at - 1])
        token.content = token.content[said.end() :]
        if token.content:
            self.replaced[at - 1].append(self.tokens[at - 1])
        else:
            self.dropped.update((at, at + 1))


def _heading(content: str, opening: Token) -> str:
    """A heading without the attributes behind it, of which it keeps the id."""
    at = content.rfind("{")
    found = _HEADING_ATTRIBUTES.match(content, at) if at > 0 and content[at - 1] != "\\" else None
    if not found:
        return content
    _identify(opening, found[1])
    return content[:at].rstrip()


def _identify(opening: Token, attributes: str) -> None:
    if id := _ID.search(attributes):
        opening.attrSet("id", id[1] or id[2])


def _without_signs(token: Token, opening: Token, heading: Token | None, state: StateCore) -> bool:
    """Takes out of a paragraph what is no text; whether it was the place of a table of contents.

    heading: the heading the paragraph follows, if it does.
    """
    is_contents = False
    if not _SIGNS_OF_LINES.isdisjoint(token.content):
        is_contents = _drop_lines(token, opening, heading, state)
    token.content = _without_block_id(token.content)
    return is_contents


def _drop_lines(token: Token, opening: Token, heading: Token | None, state: StateCore) -> bool:
    """Take the lines that are no text out of a paragraph. Return True if one was for a table of contents."""
    kept: list[str] = []
    is_contents = False
    line = opening.map[0] if opening.map else 0
    for number, written in enumerate(token.content.split("\n"), line):
        sign = written.strip()
        if _CONTENTS.match(sign):
            is_contents = True
            state.env.setdefault("left_out", []).append(("contents", number))
        elif _PAGE_BREAK.match(sign):
            state.env.setdefault("left_out", []).append(("page break", number))
        elif not _BLOCK_ATTRIBUTES.match(sign):
            kept.append(written)
        elif heading and not kept:
            _identify(heading, sign.strip("{:}"))
    token.content = "\n".join(kept)
    return is_contents


def _without_block_id(content: str) -> str:
    """Return a paragraph without Obsidian's id behind it."""
    at = content.rfind("^")
    if at < 0 or (at > 0 and not content[at - 1].isspace()) or not _BLOCK_ID.match(content, at):
        return content
    return content[:at].rstrip()


def _whole(tokens: list[Token], start: int) -> Iterable[int]:
    """The places of a list, from its first token to its last."""
    kind, level = tokens[start].type.replace("open", "close"), tokens[start].level
    end = next(at for at in range(start, len(tokens)) if tokens[at].type == kind and tokens[at].level == level)
    return range(start, end + 1)


def _title(title: str, paragraph: Token) -> list[Token]:
    inline = Token("inline", "", 0, content=title, children=[], level=paragraph.level + 1, map=paragraph.map)
    opening = Token("paragraph_open", "p", 1, level=paragraph.level, map=paragraph.map)
    closing = Token("paragraph_close", "p", -1, level=paragraph.level, block=True)
    return [opening, Token("strong_open", "strong", 1), inline, Token("strong_close", "strong", -1), closing]
