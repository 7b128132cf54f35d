"""Retries of writes to one row. DynamoDB refuses one while a transaction uses the row, and no library retries it."""

from collections.abc import Callable

from adapters import clock
from adapters.clients import dynamodb
from newsroom.errors import TransientError

_TRIES = 5
_LEAST, _MOST = 0.02, 0.2  # seconds; a transaction takes some tens of milliseconds


def retry_conflicts(write: Callable[[], object]) -> None:
    """Write, and retry while a transaction uses the row. Raises TransientError after the last try."""
    for _ in range(_TRIES):
        try:
            write()
            return
        except dynamodb().exceptions.TransactionConflictException:
            clock.pause(_LEAST, _MOST)
    raise TransientError("transactions of others were at a row each time it was to be written")
