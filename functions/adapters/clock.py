"""The one clock. Tests put their own time in its place."""

import random
import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def pause(least: float, most: float) -> None:
    """Wait between so many seconds and so many, never as long as somebody else who began to wait just now."""
    time.sleep(random.uniform(least, most))  # noqa: S311 - it keeps no secret
