"""The paper's secrets: rows in a separate table, which costs nothing and which few functions may read.

There is one secret for each purpose, so that a function open to the public cannot sign for an editor. Each secret is
read again every five minutes, so that it can be rotated. Links are then signed with the new key, and links signed with
the previous key stay valid.
"""

import json
import os
from functools import lru_cache
from typing import Any, Literal, get_args

from adapters import clock
from adapters.clients import dynamodb
from adapters.wire import JsonObject
from newsroom.comments.tokens import Secret
from newsroom.errors import TransientError

Purpose = Literal["readers", "editors"]
"""The users whose links a secret signs. The readers' secret is also the key for comments' ids and writers' hashes."""
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

_ROWS: dict[Purpose, str] = {"readers": "SECRET", "editors": "EDITORS"}
_KEPT = 5 * 60  # seconds
_KEYS = 2  # the current key and the previous one


def secret(table: str, purpose: Purpose) -> Secret:
    """Read the secret of a purpose. Raises TransientError while there is none: `made` creates it within a minute."""
    return _read(table, purpose, int(clock.now().timestamp()) // _KEPT)


def made(table: str, purpose: Purpose) -> Secret:
    """Read the secret of a purpose. Create it if it does not exist yet."""
    try:
        return secret(table, purpose)
    except TransientError:
        mint(table, purpose)
        return secret(table, purpose)


def missing(table: str) -> list[Purpose]:
    """List the purposes that have no secret yet."""
    return [purpose for purpose in PURPOSES if _stored_row(table, purpose) is None]


def mint(table: str, purpose: Purpose, client: Any = None) -> None:
    """Create a secret unless it exists. client: a DynamoDB client for another cloud than this process's own."""
    _write(client or dynamodb(), table, _row(purpose, _random(), [_random()]), "attribute_not_exists(pk)", {})


def rotate(table: str, purpose: Purpose) -> None:
    """Sign with a new key from now on. Signatures of the previous key stay valid; older ones do not."""
    before = _required_row(table, purpose)
    after = _row(purpose, before["own"]["S"], [*json.loads(before["signing"]["S"]), _random()][-_KEYS:])
    if not _write(dynamodb(), table, after, "signing = :before", {":before": before["signing"]}):
        raise TransientError(f"somebody else changed the secret for {purpose} just now")


@lru_cache(maxsize=4)
def _read(table: str, purpose: Purpose, period: int) -> Secret:
    row = _required_row(table, purpose)
    return Secret(row["own"]["S"], json.loads(row["signing"]["S"]))


def _required_row(table: str, purpose: Purpose) -> JsonObject:
    row = _stored_row(table, purpose)
    if row is None:
        raise TransientError(f"the paper has no secret for {purpose} yet")
    return row


def _stored_row(table: str, purpose: Purpose) -> JsonObject | None:
    answer: JsonObject = {**dynamodb().get_item(TableName=table, Key=_key(purpose), ConsistentRead=True)}
    return answer.get("Item")


def _key(purpose: Purpose) -> JsonObject:
    return {name: {"S": _ROWS[purpose]} for name in ("pk", "sk")}


def _row(purpose: Purpose, own: str, signing: list[str]) -> JsonObject:
    return {**_key(purpose), "own": {"S": own}, "signing": {"S": json.dumps(signing)}}


def _write(client: Any, table: str, row: JsonObject, condition: str, values: JsonObject) -> bool:
    call: JsonObject = {"TableName": table, "Item": row, "ConditionExpression": condition}
    if values:
        call["ExpressionAttributeValues"] = values
    try:
        client.put_item(**call)
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _random() -> str:
    return os.urandom(32).hex()
