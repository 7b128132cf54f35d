"""Polling of the newsroom: with growing intervals, and a time limit."""

from time import monotonic, sleep

SHORTEST, LONGEST = 0.05, 1.0  # seconds between two polls


class Poll:
    """A poll that ends a given number of seconds after the last progress."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.renew()
        self.hurry()

    def renew(self) -> None:
        """Restart the time limit after progress."""
        self._ends = monotonic() + self.seconds

    def lasts(self) -> bool:
        """Return True until the time limit is reached."""
        return monotonic() < self._ends

    def hurry(self) -> None:
        """Reset the interval to the shortest, when there is much progress."""
        self._step = SHORTEST

    def pause(self) -> None:
        """Sleep for one interval, and make the next longer, when there is little progress."""
        sleep(self._step)
        self._step = min(self._step * 1.5, LONGEST)
