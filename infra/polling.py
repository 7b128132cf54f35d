"""Polling with a time limit, at growing or constant intervals."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

Result = TypeVar("Result")

SHORTEST, LONGEST = 0.05, 1.0  # seconds between two polls


class Poll:
    """A poll that ends a given number of seconds after the last progress.

    every: a constant interval in seconds; without it, the interval grows.
    """

    def __init__(self, seconds: float, every: float | None = None) -> None:
        self._seconds = seconds
        self._shortest, self._longest = (every, every) if every else (SHORTEST, LONGEST)
        self.restart()

    def restart(self) -> None:
        """Restart the time limit, and poll at the shortest interval again."""
        self._ends = monotonic() + self._seconds
        self._interval = self._shortest

    def wait(self, *, progress: bool = False) -> bool:
        """Sleep until the next poll, and make the interval longer. Progress restarts the time limit.

        Returns False, without sleeping, if the time limit was reached without progress.
        """
        if progress:
            self._ends = monotonic() + self._seconds
        elif monotonic() >= self._ends:
            return False
        sleep(self._interval)
        self._interval = min(self._interval * 1.5, self._longest)
        return True


def poll_until(ready: Callable[[], Result], seconds: float, every: float | None = None) -> Result | None:
    """Call `ready` until its result is true, and return the result; return None after `seconds`."""
    poll = Poll(seconds, every)
    while not (result := ready()):
        if not poll.wait():
            return None
    return result
