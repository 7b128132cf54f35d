"""NewsTable: reads and writes of rows in DynamoDB.

Every read is strongly consistent and from the base table: the correctness rule depends on it.
`adapters.items` has the form of a row in the table.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from adapters.backoff import attempts, retry_conflicts
from adapters.clients import dynamodb
from adapters.items import (
    Item,
    edition_of_item,
    further_parts,
    item_of_doc,
    key_of_item,
    row_of_item,
    stored_key,
    transaction_entries,
)
from adapters.wire import JsonObject
from newsroom.errors import TransientError
from newsroom.rows import D, Doc, Row, Rows, RowWrite
from newsroom.table_keys import Key, Partition, page_key

_GET_LIMIT = 100  # the most keys in a BatchGetItem
_WRITE_LIMIT = 25  # the most rows in a BatchWriteItem
_TRANSACTION_LIMIT = 100  # the most rows in a TransactWriteItems
_ATTEMPTS = 6  # for items that DynamoDB left unprocessed
_CONFLICTS = {"ConditionalCheckFailed", "TransactionConflict"}


@dataclass(frozen=True, slots=True)
class Table:
    """One table, by name."""

    name: str

    def get(self, key: Key[D]) -> Row[D] | None:
        """Return one row, or None."""
        return self.get_many([key]).find(key)

    def get_many(self, keys: Iterable[Key[object]]) -> Rows:
        """Return those of the rows that exist, with complete bodies."""
        items = self._items(keys)
        further = [part for item in items.values() for part in further_parts(item)]
        parts = self._items(further) if further else {}
        return Rows({key: row_of_item(item, parts) for key, item in items.items()})

    def editions(self, paths: Iterable[str]) -> dict[str, int]:
        """Return the edition of each page that was ever invalidated."""
        keys = {path: page_key(path) for path in paths}
        items = self._items(keys.values())
        return {path: edition_of_item(items[key]) for path, key in keys.items() if key in items}

    def query(
        self,
        partition: Partition[D],
        *,
        prefix: str = "",
        after: str | None = None,
        before: str | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> list[Row[D]]:
        """Return rows of a partition in order of `sk`: those that begin with `prefix`, or are after `after`, before
        `before`, or between the two. Return at most `limit` rows, or all."""
        condition, values = _range(prefix, after, before)
        call: JsonObject = {
            "TableName": self.name,
            "KeyConditionExpression": f"pk = :pk{condition}",
            "ExpressionAttributeValues": {":pk": {"S": str(partition)}, **values},
            "ConsistentRead": True,
            "ScanIndexForward": not newest_first,
        }
        rows: list[Row[D]] = []
        while True:
            if limit is not None:
                call["Limit"] = limit - len(rows)
            answer = dynamodb().query(**call)
            rows += [row_of_item(item, {}) for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer or len(rows) == limit:
                return rows
            call["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def scan(
        self, segment: int, of: int, after: Key[object] | None, limit: int
    ) -> tuple[list[Key[object]], Key[object] | None]:
        """Return the keys of up to `limit` rows of one segment of the table, and the key to continue from."""
        call: JsonObject = {
            "TableName": self.name,
            "Segment": segment,
            "TotalSegments": of,
            "ConsistentRead": True,
            "ProjectionExpression": "pk, sk",
        }
        if after:
            call["ExclusiveStartKey"] = stored_key(after)
        keys: list[Key[object]] = []
        while True:  # a response covers at most 1 MB of rows
            answer = dynamodb().scan(**call, Limit=limit - len(keys))
            keys += map(key_of_item, answer["Items"])
            last = answer.get("LastEvaluatedKey")
            if last is None or len(keys) == limit:
                return keys, key_of_item(last) if last else None
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
        return _transact(writes)

    def put_many(self, rows: Mapping[Key[object], Doc]) -> None:
        """Put rows whose content never changes: without a condition, in any order, safe to repeat."""
        requests = [{"PutRequest": {"Item": item_of_doc(key, doc)}} for key, doc in rows.items()]
        for start in range(0, len(requests), _WRITE_LIMIT):
            left: Any = {self.name: requests[start : start + _WRITE_LIMIT]}
            for _ in attempts(_ATTEMPTS):
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
            updates: list[Any] = [{"Update": mark} for mark in marks]
            try:
                dynamodb().transact_write_items(TransactItems=updates)
            except (
                dynamodb().exceptions.TransactionCanceledException,
                dynamodb().exceptions.TransactionInProgressException,
            ):
                for mark in marks:
                    retry_conflicts(partial(_update, mark))

    def _invalidate(self, key: Key[object], cause: str) -> JsonObject:
        return {
            "TableName": self.name,
            "Key": stored_key(key),
            "UpdateExpression": "ADD edition :one SET cause = :cause",
            "ExpressionAttributeValues": {":one": {"N": "1"}, ":cause": {"S": cause}},
        }

    def _items(self, keys: Iterable[Key[object]]) -> dict[Key[object], Item]:
        wanted = list(dict.fromkeys(keys))
        items: dict[Key[object], Item] = {}
        if len(wanted) == 1:
            answer = dynamodb().get_item(TableName=self.name, Key=stored_key(wanted[0]), ConsistentRead=True)
            return {wanted[0]: answer["Item"]} if "Item" in answer else {}
        for start in range(0, len(wanted), _GET_LIMIT):
            items |= self._batch_get(wanted[start : start + _GET_LIMIT])
        return items

    def _batch_get(self, keys: Sequence[Key[object]]) -> dict[Key[object], Item]:
        items: dict[Key[object], Item] = {}
        left: Any = {self.name: {"Keys": [stored_key(key) for key in keys], "ConsistentRead": True}}
        for _ in attempts(_ATTEMPTS):
            came: list[Any] = [True]
            while left and came:  # a response holds at most 16 MB, so long texts need several calls and no pause
                response = dynamodb().batch_get_item(RequestItems=left)
                came, left = response["Responses"].get(self.name, []), response["UnprocessedKeys"]
                items |= {key_of_item(item): item for item in came}
            if not left:
                return items
        raise TransientError("DynamoDB left rows unread")

    def writes(self, change: RowWrite, cause: str = "") -> Iterator[JsonObject]:
        """Yield the transaction entries of a change."""
        return transaction_entries(self.name, change, cause)


def _range(prefix: str, after: str | None, before: str | None) -> tuple[str, JsonObject]:
    """Return the condition on `sk` for a query, to be added to the one on `pk`, and its values."""
    if prefix:
        return " AND begins_with(sk, :sk)", {":sk": {"S": prefix}}
    if after is not None and before is not None:  # BETWEEN includes both ends, but no row has such an sk
        return " AND sk BETWEEN :sk AND :end", {":sk": {"S": after}, ":end": {"S": before}}
    if after is not None:
        return " AND sk > :sk", {":sk": {"S": after}}
    if before is not None:
        return " AND sk < :sk", {":sk": {"S": before}}
    return "", {}


def _transact(writes: Sequence[Any]) -> bool:
    """Return False if a condition failed, or if another writer used one of the rows."""
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


def _update(call: JsonObject) -> None:
    dynamodb().update_item(**call)
