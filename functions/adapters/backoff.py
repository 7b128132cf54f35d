"""Retries with pauses that grow and vary, so that two writers who lost to each other do not meet again.

botocore retries throttled calls itself. These retries are for what it returns as an answer: a lost race, a row that a
transaction uses, items left unprocessed. `tenacity` would do it as well, and takes 40 ms to load at a cold start.
"""

from collections.abc import Callable, Iterator

from adapters import clock
from adapters.clients import dynamodb
from newsroom.errors import TransientError

_SHORTEST, _LONGEST = 0.02, 0.5  # seconds; a transaction takes some tens of milliseconds
_TRIES = 5


def attempts(most: int) -> Iterator[int]:
    """Yield the number of each attempt, from 0, and pause before each but the first."""
    for number in range(most):
        if number:
            clock.pause(_SHORTEST, min(_SHORTEST * 2**number, _LONGEST))
        yield number


def retry_conflicts(write: Callable[[], object]) -> None:
    """Write one row, and retry while a transaction uses it: DynamoDB refuses that, and no library retries it."""
    for _ in attempts(_TRIES):
        try:
            write()
            return
        except dynamodb().exceptions.TransactionConflictException:
            continue
    raise TransientError("transactions of others were at a row each time it was to be written")
