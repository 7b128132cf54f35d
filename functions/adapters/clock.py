"""The only clock. Tests replace it with their own time."""

import random
import time
from datetime import UTC, datetime


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def pause(least: float, most: float) -> None:
    """Wait for a random number of seconds in this range, so that two waiting processes do not retry together."""
    time.sleep(random.uniform(least, most))  # noqa: S311 - it keeps no secret
