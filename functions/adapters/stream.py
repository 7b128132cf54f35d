"""The records of NewsTable's stream, as changes of rows."""

from dataclasses import dataclass
from typing import Any

from adapters.items import cause_of_item, edition_of_item, key_of_item, row_of_item
from adapters.wire import JsonObject
from newsroom.rows import Row
from newsroom.table_keys import Key


@dataclass(frozen=True, slots=True)
class RowChange:
    """One change of a row: its images before and after, without bodies.

    cause: the origin of the change; empty if none was given. is_raised: True if the row is a page's, and its edition
    rose.
    """

    key: Key[object]
    before: Row[Any] | None
    after: Row[Any] | None
    cause: str
    is_raised: bool


def parse_change(record: JsonObject) -> RowChange:
    """Return the change in a record of the stream."""
    images = record["dynamodb"]
    old, new = images.get("OldImage"), images.get("NewImage")
    return RowChange(
        key_of_item(images["Keys"]),
        row_of_item(old, {}, with_body=False) if old else None,
        row_of_item(new, {}, with_body=False) if new else None,
        cause_of_item(new),
        edition_of_item(new) > edition_of_item(old),
    )
