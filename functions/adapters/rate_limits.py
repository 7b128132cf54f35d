"""CounterTable: recent comments and their writers. Every row expires by itself.

DynamoDB deletes an expired row some time later, so each condition also checks the time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from adapters.backoff import retry_conflicts
from adapters.clients import dynamodb
from adapters.wire import JsonObject
from newsroom.errors import TransientError

Grant = Literal["taken", "duplicate", "rate_limited"]


@dataclass(frozen=True, slots=True)
class RateLimiter:
    """The table of counters, by name. Times are in whole seconds since 1970."""

    name: str

    def acquire(self, submitted: Iterable[str], rates: Mapping[str, int], now: int) -> Grant:
        """Take every rate until its expiry time, if none of them is taken and no name in `submitted` is recorded."""
        entries: list[Any] = [{"ConditionCheck": {**self._key(name), **_free(now)}} for name in submitted]
        first_rate = len(entries)
        entries += [{"Put": {**self._item(name, expires), **_free(now)}} for name, expires in rates.items()]
        try:
            dynamodb().transact_write_items(TransactItems=entries)
        except dynamodb().exceptions.TransactionCanceledException as problem:
            codes = [reason.get("Code", "None") for reason in problem.response.get("CancellationReasons", [])]
            if "ConditionalCheckFailed" in codes[:first_rate]:
                return "duplicate"
            # A conflict means that the same writer sent another comment at the same moment.
            if {"ConditionalCheckFailed", "TransactionConflict"} & set(codes):
                return "rate_limited"
            raise TransientError("the counters could not be read") from problem
        return "taken"

    def release(self, rates: Mapping[str, int]) -> None:
        """Release rates that were taken for an action that did not happen."""
        for name, expires in rates.items():
            try:
                retry_conflicts(partial(self._delete_rate, name, expires))
            except dynamodb().exceptions.ConditionalCheckFailedException:
                continue

    def record(self, name: str, expires: int, by: str = "") -> None:
        """Record a name, and its owner if a later check needs it."""
        item = self._item(name, expires)
        item["Item"] |= {"by": {"S": by}} if by else {}
        retry_conflicts(lambda: dynamodb().put_item(**item))

    def is_recorded(self, name: str, now: int, by: str = "") -> bool:
        """Return True if a name is recorded, and by this owner if one is given."""
        values = {":now": {"N": str(now)}} | ({":by": {"S": by}} if by else {})
        check: Any = {
            **self._key(name),
            "ConditionExpression": "expires > :now" + (" AND #by = :by" if by else ""),
            "ExpressionAttributeValues": values,
            **({"ExpressionAttributeNames": {"#by": "by"}} if by else {}),
        }
        try:
            dynamodb().transact_write_items(TransactItems=[{"ConditionCheck": check}])
        except dynamodb().exceptions.TransactionCanceledException as problem:
            codes = {reason.get("Code", "None") for reason in problem.response.get("CancellationReasons", [])}
            if "ConditionalCheckFailed" in codes:
                return False
            raise TransientError("the counters could not be read") from problem
        return True

    def _delete_rate(self, name: str, expires: int) -> None:
        dynamodb().delete_item(
            **self._key(name),
            ConditionExpression="expires = :expires",
            ExpressionAttributeValues={":expires": {"N": str(expires)}},
        )

    def _key(self, name: str) -> JsonObject:
        return {"TableName": self.name, "Key": {"pk": {"S": name}}}

    def _item(self, name: str, expires: int) -> JsonObject:
        return {"TableName": self.name, "Item": {"pk": {"S": name}, "expires": {"N": str(expires)}}}


def _free(now: int) -> JsonObject:
    return {
        "ConditionExpression": "attribute_not_exists(pk) OR expires <= :now",
        "ExpressionAttributeValues": {":now": {"N": str(now)}},
    }
