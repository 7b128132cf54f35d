"""Rows of the table, as values: read, written and compared."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from newsroom.table_keys import D_co, Key

D = TypeVar("D")

Doc = Mapping[str, object]
"""A row's content; a JSON object in the table."""


@dataclass(frozen=True, slots=True)
class Row(Generic[D_co]):
    """A row as read. `rev` counts its writes; it is 0 for rows that have no condition on it.
    `body` is an article's or page's text, which planning does not need; it fills `parts` rows."""

    key: Key[D_co]
    doc: D_co
    rev: int = 0
    body: str | None = None
    parts: int = 1


class Rows(dict[Key[object], Row[object]]):
    """Those of the requested rows that exist, by key."""

    def find(self, key: Key[D]) -> Row[D] | None:
        """Return a row with the type that its key promises."""
        return cast("Row[D] | None", self.get(key))

    def doc(self, key: Key[D]) -> D | None:
        """Return the content of a row; None if the row does not exist."""
        row = self.find(key)
        return row.doc if row else None


@dataclass(frozen=True, slots=True)
class RowWrite:
    """One row to write within a transaction: `doc` None deletes it.

    expected_rev: the row must have this `rev` (0: it must not exist); None writes without a condition.
    owner: the row must be absent, or its `doc` must name this owner or `taken_from`.
    parts: the number of rows that the body fills now.
    expires: the time when the row expires, in seconds since 1970.
    """

    key: Key[object]
    doc: Doc | None
    expected_rev: int | None = None
    owner: str | None = None
    taken_from: str | None = None
    body: str | None = None
    parts: int = 1
    expires: int | None = None


def diff_rows(before: Mapping[Key[object], Doc], after: Mapping[Key[object], Doc]) -> list[RowWrite]:
    """List the rows to delete and the rows to put; unchanged rows are not written."""
    gone = [RowWrite(key, None) for key in before if key not in after]
    return gone + [RowWrite(key, doc) for key, doc in after.items() if before.get(key) != doc]


def rev_of(row: Row[object] | None) -> int:
    """Return the revision that a write must find: 0 if the row must not exist."""
    return row.rev if row else 0


def encode(doc: Doc) -> str:
    """Encode a row's content to store it: compact and canonical, so that equal rows are equal strings."""
    return json.dumps(doc, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def decode(stored: str) -> Any:
    """Decode a row's stored content."""
    return json.loads(stored)
