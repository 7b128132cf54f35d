"""The version of the templates and the rendering code in a function.

The table holds the current version and earlier ones. A function with an earlier version, soon after a new one became
current, is an invocation from before a deployment: it stops, so that no old page overwrites a new one. Later, the
same version means that it was deployed again.
"""

from datetime import datetime, timedelta
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TypedDict

_HERE = Path(__file__).parents[1]
_RENDERING_FILES = (
    "rendering/*.py",
    "rendering/templates/*",
    "rendering/assets/*",
    "html_links.py",
    "linkify.py",
    "urls.py",
    "web_addresses.py",
)
_MOST_EARLIER = 20
LONGEST_INVOCATION = timedelta(minutes=5)  # no invocation of ours runs so long


class TemplateVersion(TypedDict):
    """The row: the current version (`imprint`), its start (ISO 8601), and the earlier versions, newest first."""

    imprint: str
    since: str
    before: list[str]


@cache
def current() -> str:
    """Return the version of the running code: a hash of every file that affects how a page looks."""
    digest = blake2b(digest_size=8)
    for path in sorted(path for pattern in _RENDERING_FILES for path in _HERE.glob(pattern)):
        digest.update(path.relative_to(_HERE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def is_superseded(mine: str, row: TemplateVersion, now: datetime) -> bool:
    """Return True if a deployment has just replaced the version `mine`."""
    return mine != row["imprint"] and mine in row["before"] and _is_fresh(row, now)


def next_version(mine: str, row: TemplateVersion | None, now: datetime) -> TemplateVersion | None:
    """Return the row that makes `mine` current; None if it already is, or was just replaced."""
    if row is None:
        return {"imprint": mine, "since": now.isoformat(timespec="seconds"), "before": []}
    if mine == row["imprint"] or is_superseded(mine, row, now):
        return None
    earlier = [version for version in row["before"] if version not in (mine, row["imprint"])]
    before = [row["imprint"], *earlier]
    return {"imprint": mine, "since": now.isoformat(timespec="seconds"), "before": before[:_MOST_EARLIER]}


def _is_fresh(row: TemplateVersion, now: datetime) -> bool:
    return now - datetime.fromisoformat(row["since"]) < LONGEST_INVOCATION
