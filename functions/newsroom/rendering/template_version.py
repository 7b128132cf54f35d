"""The imprint: which version of the paper's templates and drawing code a function carries.

The table knows the imprint in force and those before it. A function that carries one from before, soon
after a newer one has come, is a call that a deployment has overtaken: it steps aside, so that no old
page comes after a new one. Later than that it is no straggler but an older version deployed again.
"""

from datetime import datetime, timedelta
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TypedDict

_HERE = Path(__file__).parents[1]
_DRAWING = ("rendering/*.py", "rendering/templates/*", "rendering/assets/*", "html_links.py", "urls.py")
_KEPT = 20  # imprints from before
LONGEST_INVOCATION = timedelta(minutes=5)  # no call of ours lives so long


class TemplateVersion(TypedDict):
    """The row: the imprint in force, since when (ISO 8601), and those it succeeded, newest first."""

    imprint: str
    since: str
    before: list[str]


@cache
def current() -> str:
    """The imprint of the code that runs: a digest of everything that decides how a page looks."""
    digest = blake2b(digest_size=8)
    for path in sorted(path for pattern in _DRAWING for path in _HERE.glob(pattern)):
        digest.update(path.relative_to(_HERE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def is_superseded(mine: str, row: TemplateVersion, now: datetime) -> bool:
    """Whether a function of imprint `mine` has just been overtaken by a deployment."""
    return mine != row["imprint"] and mine in row["before"] and _is_fresh(row, now)


def next_version(mine: str, row: TemplateVersion | None, now: datetime) -> TemplateVersion | None:
    """The row once `mine` is in force; None if it is already, or was just overtaken."""
    if row is None:
        return {"imprint": mine, "since": now.isoformat(timespec="seconds"), "before": []}
    if mine == row["imprint"] or is_superseded(mine, row, now):
        return None
    before = [row["imprint"], *(each for each in row["before"] if each not in (mine, row["imprint"]))]
    return {"imprint": mine, "since": now.isoformat(timespec="seconds"), "before": before[:_KEPT]}


def _is_fresh(row: TemplateVersion, now: datetime) -> bool:
    return now - datetime.fromisoformat(row["since"]) < LONGEST_INVOCATION
