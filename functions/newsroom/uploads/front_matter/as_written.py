"""YAML front matter as its writer meant it: one line, one value.

YAML splits a headline at a colon, drops the text after ` #`, and gives a leading `!`, `@`, `%`, `[` or quotation mark a
meaning of its own. In front matter such a line is plain text. This module quotes those values, so that the YAML parser
returns them as written. Values that YAML already parses correctly stay unchanged.
The number of lines stays the same.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from newsroom.uploads.decoding import folded
from newsroom.uploads.diagnostics import Diagnostics

_PAIR = re.compile(
    r"""(?P<head>[ ]*(?:-[ ]+)?(?:"[^"]*"|'[^']*'|[^\s"'#\[\]{}&*!|>%@`,:-][^:]{0,80}?)[ ]?:)(?P<gap>[ \t\xa0]+)"""
    r"(?P<value>\S.*)\Z"
)
_ITEM = re.compile(r"(?P<head>[ ]*-)(?P<gap>[ \t\xa0]+)(?P<value>[^\s-].*|-[^\s-].*)\Z")
_CHILD = re.compile(r"[ ]*-(?:[ ]|\Z)|[ ]+[^\s:#][^:]{0,80}:(?:\s|\Z)")
_BLOCK = re.compile(r"[|>][-+1-9]{0,2}[ \t]*(?:#.*)?\Z")
_QUOTED = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')[ \t]*(?:[ \t]#.*)?\Z""")
_NO_ESCAPE = re.compile(r"""(?<!\\)(?:\\\\)*\\[^0abtnvfre"/\\N_LPxuU \t]""")
_ANCHOR = re.compile(r"&[\w-]+(?:[ \t]|\Z)|\*[\w-]+\Z", re.ASCII)
_SIGN = re.compile(r"[!@`%,\]}#&*|>]|[?-](?:[ \t]|\Z)")
_SPLIT = re.compile(r"[ \t]#|:(?:[ \t]|\Z)")
_ITEMS = re.compile(r"""\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,]+)(?=\s*(?:,|\Z))""")
_COMMENT = re.compile(r"#(?:[\s#]|\Z)")
_OPENS = re.compile(r"(?:\A|[\s(\[{—–-])[\"'](?=\S)")
_CLOSES = re.compile(r"(?<=[^\s(\[{])[\"'](?!\w)")


@dataclass(slots=True)
class _Line:
    """A line of front matter in three parts: a name or a dash, the space after it, the value."""

    head: str
    gap: str
    value: str

    @property
    def indent(self) -> int:
        """The column of the name, or of the dash if an item has no name."""
        name = self.head.lstrip(" -") if self.head.endswith(":") else self.head.lstrip(" ")
        return len(self.head) - len(name)


def in_quotes(text: str) -> str:
    """Return a text in YAML's single quotes, where no character has a special meaning."""
    return "'" + text.replace("'", "''") + "'"


def mended(line: str) -> str | None:
    """Return a line of front matter with its value in quotes; None if it has no value to quote."""
    pair = _PAIR.match(line)
    return f"{pair['head']} {in_quotes(_inner(pair['value'].rstrip()))}".strip() if pair else None


def as_written(text: str, first_line: int, known: Collection[str], diagnostics: Diagnostics) -> str:
    """Return YAML with quotes around the values that YAML would not parse as written.

    first_line: the line of the text's start. known: the folded names of fields. Rejects an open quotation mark or
    bracket that swallows a known field.
    """
    lines = text.split("\n")
    place = 0
    while place < len(lines):
        parts = _parts(lines[place])
        if parts is None:
            place += 1
            continue
        below = _below(lines, place, parts.indent)
        if _BLOCK.match(parts.value):
            place = below
        elif parts.value[0] in "\"'[{" and not _is_whole(parts.value):
            place = _skip_open(lines, place, first_line, known, diagnostics)
        else:
            _quote_value(lines, place, parts, below)
            place += 1
    return "\n".join(lines)


def _parts(line: str) -> _Line | None:
    match = _PAIR.match(line) or _ITEM.match(line)
    return _Line(match["head"], match["gap"], match["value"].rstrip()) if match else None


def _below(lines: list[str], place: int, indent: int) -> int:
    """Return the first line after a value that is not indented below it."""
    place += 1
    while place < len(lines) and (not lines[place].strip() or lines[place].startswith(" " * (indent + 1))):
        place += 1
    return place


def _is_whole(value: str) -> bool:
    """Return True if the quotation mark or bracket that a value opens is closed on the same line."""
    if value[0] in "\"'":
        return bool(_QUOTED.match(value)) or value.count(value[0]) > 1
    return _closing(value) is not None


def _closing(value: str) -> int | None:
    """Return the position that closes a value's first bracket; None if it is not closed."""
    depth, quote = 0, ""
    for place, sign in enumerate(value):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'" and value[place - 1] in " [{,:":
            quote = sign
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
            if not depth:
                return place
    return None


def _skip_open(lines: list[str], place: int, first_line: int, known: Collection[str], diagnostics: Diagnostics) -> int:
    """Return the line after a value of several lines. A known field at the margin inside it rejects the upload."""
    parts = _parts(lines[place])
    sign = parts.value[0] if parts else ""
    last = {"[": "]", "{": "}"}.get(sign, sign)
    for at in range(place + 1, len(lines)):
        pair = _PAIR.match(lines[at])
        if pair and not lines[at].startswith(" ") and folded(pair["head"]) in known:
            diagnostics.fail(f"the {sign} that opens here is not closed before the next field; close it with {last}",
                       place + first_line)  # fmt: skip
        if last in lines[at]:
            return at + 1
    return len(lines)


def _quote_value(lines: list[str], place: int, parts: _Line, below: int) -> None:
    """Put the value of one field in quotes if it needs them."""
    value = parts.value
    if value[0] in "\"'[{":
        lines[place] = f"{parts.head} {_quoted_if_broken(value)}"
        return
    if parts.gap.strip(" "):
        lines[place] = f"{parts.head} {value}"
    if _COMMENT.match(value) or _ANCHOR.match(value) or _has_children(lines, place, parts):
        return
    last = _last_of(lines, place, below)
    if _SIGN.match(value) or any(_SPLIT.search(line) for line in (value, *lines[place + 1 : last + 1])):
        lines[place] = f"{parts.head} '" + value.replace("'", "''")
        for at in range(place + 1, last + 1):
            lines[at] = lines[at].replace("'", "''")
        lines[last] += "'"


def _quoted_if_broken(value: str) -> str:
    """Return a value that begins with a quotation mark or a bracket in a form that YAML parses as written."""
    if value[0] in "\"'":
        is_valid = _QUOTED.match(value) and not (value[0] == '"' and _NO_ESCAPE.search(value))
        return value if is_valid else in_quotes(_inner(value))
    end = _closing(value) or 0
    rest = value[end + 1 :]
    if rest.strip() and not re.match(r"\s+#", rest):
        return in_quotes(value)
    return f"{_list(value[1:end])}{rest}" if value[0] == "[" else value


def _has_children(lines: list[str], place: int, parts: _Line) -> bool:
    """Return True if fields or items are below a value. Then the value is a comment or a mistake."""
    after = next((line for line in lines[place + 1 :] if line.strip()), "")
    indent = len(after) - len(after.lstrip(" "))
    if re.match(r"[ ]*-(?:[ ]|\Z)", after):
        return indent >= parts.indent and not parts.head.lstrip().startswith("-")
    return indent > parts.indent and bool(_CHILD.match(after))


def _last_of(lines: list[str], place: int, below: int) -> int:
    """Return the last line of a value that continues in the lines indented below it."""
    last = place
    for at in range(place + 1, below):
        if lines[at].lstrip().startswith("#"):
            break
        if lines[at].strip():
            last = at
    return last


def _list(inner: str) -> str:
    """Return a bracketed list with quotes around the items that YAML would not parse as written."""
    if re.search(r"[\[\]{}]", inner):
        return f"[{inner}]"
    items = [item.strip() for item in _ITEMS.findall(inner)]
    needs_quotes = [not _QUOTED.match(item) and bool(_SIGN.match(item) or _SPLIT.search(item)) for item in items]
    return f"[{', '.join(in_quotes(item) if quote else item for item, quote in zip(items, needs_quotes, strict=True))}]"


def _inner(value: str) -> str:
    """Return a text without its quotation marks if they are one pair around the whole text."""
    if len(value) < 2 or value[0] not in "\"'" or value[-1] != value[0]:
        return value
    inner = value[1:-1]
    closes, opens = _CLOSES.search(inner), _OPENS.search(inner)
    # In `"Yes" and "no"` the first inner mark closes and the last one opens: these are two pairs, not one outer pair.
    if closes and opens and closes.start() < opens.start():
        return value
    return inner
