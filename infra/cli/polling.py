"""Waiting for the newsroom: in growing steps, and never for ever."""

from time import monotonic, sleep

SHORTEST, LONGEST = 0.05, 1.0  # seconds between two looks


class Poll:
    """Lasts for so many seconds after the last thing that happened."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.renew()
        self.hurry()

    def renew(self) -> None:
        """Something happened: wait as long again as at first."""
        self._ends = monotonic() + self.seconds

    def lasts(self) -> bool:
        """Whether something may still happen."""
        return monotonic() < self._ends

    def hurry(self) -> None:
        """Much happens: look again soon."""
        self._step = SHORTEST

    def pause(self) -> None:
        """Little happens: let some time pass until the next look, more each time."""
        sleep(self._step)
        self._step = min(self._step * 1.5, LONGEST)
