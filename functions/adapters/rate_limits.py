"""CounterTable: what was said a moment ago, and by whom. Every row goes by itself when its time is over.

DynamoDB removes what has expired some time later, so each condition asks for the time as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from adapters.backoff import retry_conflicts
from adapters.clients import dynamodb
from newsroom.errors import TransientError

Grant = Literal["taken", "said already", "too soon"]


@dataclass(frozen=True, slots=True)
class RateLimiter:
    """The table of counters, by name. Times are in whole seconds since 1970."""

    name: str

    def acquire(self, said: Iterable[str], rates: Mapping[str, int], now: int) -> Grant:
        """Take every rate, each until its time, if none of them is taken and nothing of `said` is noted."""
        asked: list[Any] = [{"ConditionCheck": {**self._key(name), **_free(now)}} for name in said]
        first_rate = len(asked)
        asked += [{"Put": {**self._item(name, expires), **_free(now)}} for name, expires in rates.items()]
        try:
            dynamodb().transact_write_items(TransactItems=asked)
        except dynamodb().exceptions.TransactionCanceledException as problem:
            codes = [reason.get("Code", "None") for reason in problem.response.get("CancellationReasons", [])]
            if "ConditionalCheckFailed" in codes[:first_rate]:
                return "said already"
            # A conflict is another comment by the same hand at this very moment.
            if {"ConditionalCheckFailed", "TransactionConflict"} & set(codes):
                return "too soon"
            raise TransientError("the counters could not be read") from problem
        return "taken"

    def release(self, rates: Mapping[str, int]) -> None:
        """Free the rates again that were taken for something that did not happen."""
        for name, expires in rates.items():
            try:
                retry_conflicts(partial(self._give_one_back, name, expires))
            except dynamodb().exceptions.ConditionalCheckFailedException:
                continue

    def record(self, name: str, expires: int, by: str = "") -> None:
        """Note something, and by whom if that is to be asked again."""
        item = self._item(name, expires)
        item["Item"] |= {"by": {"S": by}} if by else {}
        retry_conflicts(lambda: dynamodb().put_item(**item))

    def is_recorded(self, name: str, now: int, by: str = "") -> bool:
        """Whether something is noted, by this one if anybody is named."""
        values = {":now": {"N": str(now)}} | ({":by": {"S": by}} if by else {})
        asked: Any = {
            **self._key(name),
            "ConditionExpression": "expires > :now" + (" AND #by = :by" if by else ""),
            "ExpressionAttributeValues": values,
            **({"ExpressionAttributeNames": {"#by": "by"}} if by else {}),
        }
        try:
            dynamodb().transact_write_items(TransactItems=[{"ConditionCheck": asked}])
        except dynamodb().exceptions.TransactionCanceledException as problem:
            codes = {reason.get("Code", "None") for reason in problem.response.get("CancellationReasons", [])}
            if "ConditionalCheckFailed" in codes:
                return False
            raise TransientError("the counters could not be read") from problem
        return True

    def _give_one_back(self, name: str, expires: int) -> None:
        dynamodb().delete_item(
            **self._key(name),
            ConditionExpression="expires = :expires",
            ExpressionAttributeValues={":expires": {"N": str(expires)}},
        )

    def _key(self, name: str) -> Any:
        return {"TableName": self.name, "Key": {"pk": {"S": name}}}

    def _item(self, name: str, expires: int) -> Any:
        return {"TableName": self.name, "Item": {"pk": {"S": name}, "expires": {"N": str(expires)}}}


def _free(now: int) -> Any:
    return {
        "ConditionExpression": "attribute_not_exists(pk) OR expires <= :now",
        "ExpressionAttributeValues": {":now": {"N": str(now)}},
    }
