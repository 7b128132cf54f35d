"""Fields in separate lines without a fence: `Status: draft`."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from newsroom.uploads.decoding import folded, tidy
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.front_matter.formats import Path, Value
from newsroom.uploads.front_matter.visibility import names, understand

_LINE = re.compile(
    r"[ \t>*_`:-]{0,8}(?P<name>[^\W\d_][\w ./?-]{0,40}?)[*_`]{0,3}(?:[ ]?:{1,2}|[ ]=(?=[ ]))[*_`]{0,3}"
    r"(?P<gap>[ \t]*)(?P<value>\S.*)?\Z"
)
_TAG = re.compile(r"</?(?:p|div|span|b|strong|i|em|br|li|ul|dl|dt|dd)\b[^>]{0,200}>", re.IGNORECASE)
_STRONG = frozenset({
    "draft", "isdraft", "status", "poststatus", "published", "publish", "publishdate", "publishat", "pubdate",
    "visibility", "embargo", "embargountil", "unlisted", "unpublished",
})  # fmt: skip
"""Names that rarely begin a sentence."""

_MOST = 60  # lines


@dataclass(frozen=True, slots=True)
class Block:
    """A run of field lines. fields: name, value and line of each. end: the place of the first line below."""

    fields: list[tuple[str, str, int]]
    end: int

    @property
    def line(self) -> int:
        """The line of the first field."""
        return self.fields[0][2]

    @property
    def first(self) -> str:
        """The first field, as messages quote it."""
        name, value, _ = self.fields[0]
        return f"{name}: {value[:40]}"

    def is_front_matter(self, known: Collection[str], *, marks_only: bool = False) -> bool:
        """Return True if these are fields, and not sentences that begin with a word and a colon."""
        fields = [(folded(name), value) for name, value, _ in self.fields]
        if any(word in names() and understand(word, value, "UTC") not in {None, "silent"} for word, value in fields):
            return True
        known_words = [word for word, _ in fields if word in known]
        return not marks_only and (
            "title" in known_words or (len(known_words) > 1 and len(known_words) * 2 > len(fields))
        )

    def holds(self) -> bool:
        """Return True if one of the fields holds the text back."""
        return any(understand(folded(name), value, "UTC") == "held" for name, value, _ in self.fields)

    def doubtful(self) -> tuple[str, str, int] | None:
        """Return a field that is probably not a sentence and is not understood; None if there is none."""
        for name, value, line in self.fields:
            if folded(name) in _STRONG and 0 < len(value.split()) <= 4:
                return name, value, line
        return None

    def read(self, diagnostics: Diagnostics) -> tuple[dict[str, Value], dict[Path, int]]:
        """Return the fields as front matter."""
        values: dict[str, Value] = {}
        lines: dict[Path, int] = {}
        for name, value, line in self.fields:
            if name in values:
                diagnostics.error(f"'{name}' is here a second time, first on line {lines[name,]}; keep one", line)
            values.setdefault(name, value or None)
            lines.setdefault((name,), line)
        return values, lines


def block_at(lines: list[str], at: int, first_line: int = 1) -> Block | None:
    """Return the run of fields at a place; None if there is none. first_line: the line of the first place."""
    fields: list[tuple[str, str, int]] = []
    while at < len(lines) and len(fields) < _MOST:
        line = _TAG.sub("", lines[at][:2_000])
        if field := _field_in(line):
            fields.append((*field, at + first_line))
        elif fields and line[:1] in {" ", "\t"} and line.strip():
            name, value, place = fields[-1]
            fields[-1] = (name, tidy(f"{value} {line.strip(' -')}"), place)
        else:
            break
        at += 1
    return Block(fields, at) if fields else None


def _field_in(line: str) -> tuple[str, str] | None:
    """Return the name and the value in a line, without the quotes around it; None if the line is not a field."""
    match = _LINE.match(line)
    if not match or not (match["gap"] or not match["value"] or folded(match["name"]) in names()):
        return None
    value = tidy(match["value"] or "")
    is_quoted = len(value) > 1 and value[0] in "\"'" and value[-1] == value[0]
    return tidy(match["name"]), value[1:-1] if is_quoted else value
