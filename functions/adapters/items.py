"""Rows as items of DynamoDB.

An item has `pk`, `sk`, its `doc` as JSON, and optionally `rev`, a compressed `body`, `edition`, `cause`, `owner` and
`expires`. A body that is too large for one item goes on in further parts: items of their own, beside the first.
"""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.wire import JsonObject
from newsroom.errors import TransientError
from newsroom.rows import Doc, Row, RowWrite, decode, encode
from newsroom.table_keys import Key

Item = JsonObject

_PART = 350_000  # bytes of body in an item, below DynamoDB's limit of 400 KB


# ── From items ──


def key_of_item(item: Mapping[str, Any]) -> Key[Any]:
    return Key(item["pk"]["S"], item["sk"]["S"])


def row_of_item(item: Item, parts: Mapping[Key[object], Item], *, with_body: bool = True) -> Row[Any]:
    """Return the row in an item. parts: the items with the further parts of its body. It may hold other items."""
    key = key_of_item(item)
    doc = decode(item["doc"]["S"]) if "doc" in item else {}
    rev = int(item["rev"]["N"]) if "rev" in item else 0
    if "body" not in item or not with_body:
        return Row(key, doc, rev)
    further = further_parts(item)
    if any(part not in parts for part in further):
        raise _changed(key)
    packed = b"".join(b64decode(holder["body"]["B"]) for holder in (item, *(parts[part] for part in further)))
    try:
        body = zlib.decompress(packed).decode()
    except zlib.error as problem:  # its parts were read while another process replaced them
        raise _changed(key) from problem
    return Row(key, doc, rev, body, len(further) + 1)


def further_parts(item: Item) -> list[Key[object]]:
    """Return the keys of the items that hold the further parts of an item's body."""
    if "parts" not in item:
        return []
    return [key_of_item(_part_key(item, number)) for number in range(1, int(item["parts"]["N"]))]


def edition_of_item(item: Item | None) -> int:
    """Return the edition in a page's item: 0 if the page was never invalidated."""
    return int((item or {}).get("edition", {}).get("N", 0))


def cause_of_item(item: Item | None) -> str:
    """Return the origin of the change that wrote an item; empty if none was given."""
    cause: str = (item or {}).get("cause", {}).get("S", "")
    return cause


def _changed(key: Key[object]) -> TransientError:
    return TransientError(f"{key.pk} changed while it was read")


# ── To items ──


def stored_key(key: Key[object]) -> Item:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def item_of_doc(key: Key[object], doc: Doc) -> Item:
    return {**stored_key(key), "doc": {"S": encode(doc)}}


def transaction_entries(table: str, change: RowWrite, cause: str = "") -> Iterator[JsonObject]:
    """Yield the entries of a transaction that make a change."""
    if change.doc is None:
        yield {"Delete": {"TableName": table, "Key": stored_key(change.key)}}
        return
    item = item_of_doc(change.key, change.doc) | _attributes(change, cause)
    parts = _parts(change.body)
    if change.body:
        item |= {"body": _bytes(parts[0]), "parts": {"N": str(len(parts))}}
    yield {"Put": {"TableName": table, "Item": item, **_condition(change)}}
    for number, part in enumerate(parts[1:], start=1):
        yield {"Put": {"TableName": table, "Item": {**_part_key(item, number), "body": _bytes(part)}}}
    for number in range(len(parts), change.parts):
        yield {"Delete": {"TableName": table, "Key": _part_key(item, number)}}


def _attributes(change: RowWrite, cause: str) -> Item:
    """Return the attributes of an item beside its key, its content and its body."""
    attributes: Item = {}
    if cause:
        attributes["cause"] = {"S": cause}
    if change.expected_rev is not None:
        attributes["rev"] = {"N": str(change.expected_rev + 1)}
    elif change.owner is not None:
        attributes["owner"] = {"S": change.owner}
    if change.expires is not None:
        attributes["expires"] = {"N": str(change.expires)}
    return attributes


def _condition(change: RowWrite) -> JsonObject:
    """Return the condition for putting a row."""
    if change.expected_rev:
        return {
            "ConditionExpression": "rev = :was",
            "ExpressionAttributeValues": {":was": {"N": str(change.expected_rev)}},
        }
    if change.expected_rev == 0:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    if change.owner is None:
        return {}
    allowed, values = "#owner = :owner", {":owner": {"S": change.owner}}
    if change.taken_from is not None:
        allowed, values[":taken_from"] = "#owner IN (:owner, :taken_from)", {"S": change.taken_from}
    return {
        "ConditionExpression": f"attribute_not_exists(pk) OR {allowed}",
        "ExpressionAttributeNames": {"#owner": "owner"},
        "ExpressionAttributeValues": values,
    }


def _parts(body: str | None) -> list[bytes]:
    """Return a body compressed and cut into parts, each small enough for one item."""
    if not body:
        return [b""]
    packed = zlib.compress(body.encode(), 6)
    return [packed[start : start + _PART] for start in range(0, len(packed), _PART)]


def _part_key(item: Item, number: int) -> Item:
    return {"pk": item["pk"], "sk": {"S": f"{item['sk']['S']}#{number}"}}


def _bytes(raw: bytes) -> Item:
    return {"B": b64encode(raw).decode()}
