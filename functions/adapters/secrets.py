"""The paper's one secret: a row in a table of its own, which costs nothing, and which few may read.

It is read again every five minutes, so that it can be changed: links are then signed with the new key, and those
signed with the one before are still good.
"""

import json
import os
from functools import lru_cache
from typing import Any

from adapters import clock
from adapters.clients import dynamodb
from newsroom.discussing.seals import Secret
from newsroom.errors import TransientError

_KEY: Any = {"pk": {"S": "SECRET"}, "sk": {"S": "SECRET"}}
_KEPT = 5 * 60  # seconds
_KEYS = 2  # the present one and the one before


def secret(table: str) -> Secret:
    """The secret in a table. Raises TransientError while there is none: `made` makes it within a minute."""
    return _read(table, int(clock.now().timestamp()) // _KEPT)


def made(table: str) -> Secret:
    """The secret in a table; made now if there is none yet."""
    try:
        return secret(table)
    except TransientError:
        mint(table)
        return secret(table)


def mint(table: str, client: Any = None) -> None:
    """Make a secret, unless there is one. client: of a cloud that is not this process's own."""
    _write(client or dynamodb(), table, (_random(), [_random()]), "attribute_not_exists(pk)", {})


def rotate(table: str) -> None:
    """Sign with a new key from now on. What the last key signed stays good, and what keys before it signed does not."""
    before = _stored(table)
    keys = [*json.loads(before["signing"]["S"]), _random()][-_KEYS:]
    if not _write(dynamodb(), table, (before["own"]["S"], keys), "signing = :before", {":before": before["signing"]}):
        raise TransientError("somebody else changed the secret just now")


@lru_cache(maxsize=4)
def _read(table: str, stretch: int) -> Secret:
    row = _stored(table)
    return Secret(row["own"]["S"], json.loads(row["signing"]["S"]))


def _stored(table: str) -> Any:
    answer = dynamodb().get_item(TableName=table, Key=_KEY, ConsistentRead=True)
    if "Item" not in answer:
        raise TransientError("the paper has no secret yet")
    return answer["Item"]


def _write(client: Any, table: str, keys: tuple[str, list[str]], condition: str, values: Any) -> bool:
    own, signing = keys
    item: Any = {**_KEY, "own": {"S": own}, "signing": {"S": json.dumps(signing)}}
    call: Any = {"TableName": table, "Item": item, "ConditionExpression": condition}
    if values:
        call["ExpressionAttributeValues"] = values
    try:
        client.put_item(**call)
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _random() -> str:
    return os.urandom(32).hex()
