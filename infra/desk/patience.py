"""Waiting for the newsroom: in growing steps, and never for ever."""

from time import monotonic, sleep

SHORTEST, LONGEST = 0.05, 1.0  # seconds between two looks


class Patience:
    """Lasts for so many seconds after the last thing that happened."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.renew()

    def renew(self) -> None:
        """Something happened: look again soon, and wait as long as at first."""
        self._ends = monotonic() + self.seconds
        self._step = SHORTEST

    def lasts(self) -> bool:
        return monotonic() < self._ends

    def pause(self) -> None:
        """Let some time pass until the next look, more each time that nothing happens."""
        sleep(self._step)
        self._step = min(self._step * 1.5, LONGEST)
