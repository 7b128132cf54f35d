"""NewsTable: reads and writes of rows in DynamoDB.

Every read is strongly consistent and from the base table: the correctness rule depends on it.
A row has `pk`, `sk`, its `doc` as JSON, and optionally `rev`, a compressed `body` and `edition`.
"""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from adapters.backoff import retry_conflicts
from adapters.clients import dynamodb
from newsroom.errors import TransientError
from newsroom.rows import Doc, Key, Row, RowWrite, decode, encode, page_key

Item = dict[str, Any]

_GET_LIMIT = 100  # the most keys in a BatchGetItem
_WRITE_LIMIT = 25  # the most rows in a BatchWriteItem
_TRANSACTION_LIMIT = 100  # the most rows in a TransactWriteItems
_PART = 350_000  # bytes of body in a row, below DynamoDB's limit of 400 KB
_ATTEMPTS = 6  # for items that DynamoDB left unprocessed
_CONFLICTS = {"ConditionalCheckFailed", "TransactionConflict"}


@dataclass(frozen=True, slots=True)
class Table:
    """One table, by name."""

    name: str

    def get(self, key: Key) -> Row | None:
        """Return one row, or None."""
        return self.get_many([key]).get(key)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Row]:
        """Return those of the rows that exist, with complete bodies."""
        items = self._items(keys)
        further = [part for item in items.values() for part in _further_parts(item)]
        parts = self._items(further) if further else {}
        return {key: row_of_item(item, parts) for key, item in items.items()}

    def editions(self, paths: Iterable[str]) -> dict[str, int]:
        """Return the edition of each page that was ever invalidated."""
        keys = {path: page_key(path) for path in paths}
        items = self._items(keys.values())
        return {path: int(items[key]["edition"]["N"]) for path, key in keys.items() if key in items}

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        after: str | None = None,
        before: str | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> list[Row]:
        """Return rows of a partition in order of `sk`: those that begin with `prefix`, or are after `after`, before
        `before`, or between the two. Return at most `limit` rows, or all."""
        condition, values = "pk = :pk", {":pk": {"S": pk}}
        if prefix:
            condition, values[":sk"] = f"{condition} AND begins_with(sk, :sk)", {"S": prefix}
        elif after is not None and before is not None:  # BETWEEN includes both ends, but no row has such an sk
            condition, values[":sk"] = f"{condition} AND sk BETWEEN :sk AND :end", {"S": after}
            values[":end"] = {"S": before}
        elif after is not None:
            condition, values[":sk"] = f"{condition} AND sk > :sk", {"S": after}
        elif before is not None:
            condition, values[":sk"] = f"{condition} AND sk < :sk", {"S": before}
        call: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ConsistentRead": True,
            "ScanIndexForward": not newest_first,
        }
        rows: list[Row] = []
        while True:
            if limit is not None:
                call["Limit"] = limit - len(rows)
            answer = dynamodb().query(**call)
            rows += [row_of_item(item, {}) for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer or len(rows) == limit:
                return rows
            call["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def scan(self, segment: int, of: int, after: Key | None, limit: int) -> tuple[list[Key], Key | None]:
        """Return the keys of up to `limit` rows of one segment of the table, and the key to continue from."""
        call: dict[str, Any] = {
            "TableName": self.name,
            "Segment": segment,
            "TotalSegments": of,
            "ConsistentRead": True,
            "ProjectionExpression": "pk, sk",
        }
        if after:
            call["ExclusiveStartKey"] = _stored_key(after)
        keys: list[Key] = []
        while True:  # a response covers at most 1 MB of rows
            answer = dynamodb().scan(**call, Limit=limit - len(keys))
            keys += map(_key, answer["Items"])
            last = answer.get("LastEvaluatedKey")
            if last is None or len(keys) == limit:
                return keys, _key(last) if last else None
            call["ExclusiveStartKey"] = last

    def transact(
        self,
        changes: Sequence[RowWrite],
        beside: "tuple[Table, Sequence[RowWrite]] | None" = None,
        *,
        cause: str = "",
    ) -> bool:
        """Write all changes or none. Return False if a condition failed or another writer used a row. The caller
        must then read and decide again.

        beside: changes of another table in the same transaction. cause: the origin of the changes, such as
        articles/korea.md@version or comment/id, for the logs of later steps.
        """
        writes = [write for change in changes for write in self.writes(change, cause)]
        if beside:
            other, its_changes = beside
            writes += [write for change in its_changes for write in other.writes(change)]
        if len(writes) > _TRANSACTION_LIMIT:
            raise ValueError(f"{len(writes)} rows in one transaction")
        try:
            dynamodb().transact_write_items(TransactItems=writes)
        except dynamodb().exceptions.TransactionCanceledException as problem:
            reasons = {reason.get("Code", "None") for reason in problem.response.get("CancellationReasons", [])}
            if reasons - {"None"} <= _CONFLICTS:
                return False
            raise
        except dynamodb().exceptions.TransactionInProgressException:
            return False
        return True

    def put_many(self, rows: Mapping[Key, Doc]) -> None:
        """Put rows whose content never changes: without a condition, in any order, safe to repeat."""
        requests = [{"PutRequest": {"Item": _item(key, doc)}} for key, doc in rows.items()]
        for start in range(0, len(requests), _WRITE_LIMIT):
            left: Any = {self.name: requests[start : start + _WRITE_LIMIT]}
            for _ in range(_ATTEMPTS):
                left = dynamodb().batch_write_item(RequestItems=left)["UnprocessedItems"]
                if not left:
                    break
            else:
                raise TransientError("DynamoDB left rows unwritten")

    def invalidate(self, paths: Sequence[str], *, cause: str = "") -> None:
        """Raise the edition of each page by one, and of all pages that share its row.

        Use one call, or single updates if another writer is invalidating the same pages. A repeated call may raise
        an edition once too often. That costs one more render and does no harm.

        cause: the origins of the invalidation, one on each line.
        """
        keys = list(dict.fromkeys(map(page_key, paths)))
        for start in range(0, len(keys), _TRANSACTION_LIMIT):
            marks = [self._invalidate(key, cause) for key in keys[start : start + _TRANSACTION_LIMIT]]
            try:
                dynamodb().transact_write_items(TransactItems=[{"Update": mark} for mark in marks])
            except (
                dynamodb().exceptions.TransactionCanceledException,
                dynamodb().exceptions.TransactionInProgressException,
            ):
                for mark in marks:
                    retry_conflicts(partial(_update, mark))

    def _invalidate(self, key: Key, cause: str) -> Any:
        return {
            "TableName": self.name,
            "Key": _stored_key(key),
            "UpdateExpression": "ADD edition :one SET cause = :cause",
            "ExpressionAttributeValues": {":one": {"N": "1"}, ":cause": {"S": cause}},
        }

    def _items(self, keys: Iterable[Key]) -> dict[Key, Item]:
        wanted = list(dict.fromkeys(keys))
        items: dict[Key, Item] = {}
        if len(wanted) == 1:
            answer = dynamodb().get_item(TableName=self.name, Key=_stored_key(wanted[0]), ConsistentRead=True)
            return {wanted[0]: answer["Item"]} if "Item" in answer else {}
        for start in range(0, len(wanted), _GET_LIMIT):
            keys_asked = [_stored_key(key) for key in wanted[start : start + _GET_LIMIT]]
            left: Any = {self.name: {"Keys": keys_asked, "ConsistentRead": True}}
            for _ in range(_ATTEMPTS * 4):  # a response holds at most 16 MB: long texts need several
                response = dynamodb().batch_get_item(RequestItems=left)
                items |= {_key(item): item for item in response["Responses"].get(self.name, [])}
                left = response["UnprocessedKeys"]
                if not left:
                    break
            else:
                raise TransientError("DynamoDB left rows unread")
        return items

    def writes(self, change: RowWrite, cause: str = "") -> Iterator[Any]:
        """Yield the transaction entries of a change."""
        key = _stored_key(change.key)
        if change.doc is None:
            yield {"Delete": {"TableName": self.name, "Key": key}}
            return
        item = _item(change.key, change.doc)
        if cause:
            item["cause"] = {"S": cause}
        condition = _condition(change)
        if change.expected_rev is not None:
            item["rev"] = {"N": str(change.expected_rev + 1)}
        elif change.owner is not None:
            item["owner"] = {"S": change.owner}
        if change.expires is not None:
            item["expires"] = {"N": str(change.expires)}
        parts = [b""]
        if change.body:
            packed = zlib.compress(change.body.encode(), 6)
            parts = [packed[start : start + _PART] for start in range(0, len(packed), _PART)]
            item |= {"body": _bytes(parts[0]), "parts": {"N": str(len(parts))}}
        yield {"Put": {"TableName": self.name, "Item": item, **condition}}
        for number, part in enumerate(parts[1:], start=1):
            yield {"Put": {"TableName": self.name, "Item": {**_part_key(item, number), "body": _bytes(part)}}}
        for number in range(len(parts), change.parts):
            yield {"Delete": {"TableName": self.name, "Key": _part_key(item, number)}}


def _condition(change: RowWrite) -> dict[str, Any]:
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


def _update(call: Any) -> None:
    dynamodb().update_item(**call)


def row_of_image(image: Item | None) -> Row | None:
    """Return the row in an image of the table's stream, without its body."""
    return None if not image else Row(_key(image), _doc(image), int(image.get("rev", {}).get("N", 0)))


def cause_of_image(image: Item | None) -> str:
    """Return the cause of a row's last change in an image of the table's stream. It is empty if none was given."""
    return str((image or {}).get("cause", {}).get("S", ""))


def edition_of_image(image: Item | None) -> int:
    """Return the edition of a page row in an image of the table's stream."""
    return int((image or {}).get("edition", {}).get("N", 0))


def _key(item: Mapping[str, Any]) -> Key:
    return Key(item["pk"]["S"], item["sk"]["S"])


def _stored_key(key: Key) -> Item:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _item(key: Key, doc: Doc) -> Item:
    return {**_stored_key(key), "doc": {"S": encode(doc)}}


def _bytes(raw: bytes) -> Item:
    return {"B": b64encode(raw).decode()}


def _doc(item: Item) -> Doc:
    return decode(item["doc"]["S"]) if "doc" in item else {}


def _part_key(item: Item, number: int) -> Item:
    return {"pk": item["pk"], "sk": {"S": f"{item['sk']['S']}#{number}"}}


def _further_parts(item: Item) -> list[Key]:
    if "parts" not in item:
        return []
    return [_key(_part_key(item, number)) for number in range(1, int(item["parts"]["N"]))]


def row_of_item(item: Item, parts: Mapping[Key, Item]) -> Row:
    """Return the row in a table item. parts: the items with the further parts of its body. It may hold other items."""
    key, rev = _key(item), int(item["rev"]["N"]) if "rev" in item else 0
    if "body" not in item:
        return Row(key, _doc(item), rev)
    further = _further_parts(item)
    if all(part in parts for part in further):
        packed = b"".join(b64decode(holder["body"]["B"]) for holder in (item, *(parts[part] for part in further)))
        try:
            body = zlib.decompress(packed).decode()
        except zlib.error as problem:  # its parts were read while another process replaced them
            raise TransientError(f"{key.pk} changed while it was read") from problem
        return Row(key, _doc(item), rev, body, len(further) + 1)
    raise TransientError(f"{key.pk} changed while it was read")
