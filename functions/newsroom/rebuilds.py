"""Rebuilds: the shards of the work, their progress and the report.

The shards of a rebuild run in parallel. A shard is processed in batches, one after another, and each
batch has a limit. A shard's row stores its progress, so that a batch that is delivered twice is done
once, and a batch that fails is retried.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, TypedDict, get_args

SEGMENTS = 4  # shards for the articles, and as many for the table, in a whole rebuild
NAMED = 100  # the most pages of each kind that a report lists
KEPT = 90 * 24 * 60 * 60  # seconds for which a rebuild's rows are kept

MARKED_ONLY = ("author", "links", "comments")
"""Kinds of rebuild that a change of one row causes: their pages are only marked, so nobody needs a report."""


class RebuildCounts(TypedDict):
    """The results of a batch, a shard or a rebuild: page counts, and the first paths of each kind."""

    checked: int
    rewritten: int
    missing: int
    strange: int
    failed: int
    marked: int
    read_again: int  # uploads that were read with settings other than the current ones
    calls: int  # to AWS
    paths: dict[str, list[str]]  # under rewritten, missing, strange, failed


class Shard(TypedDict):
    """A shard's row: the number of finished batches, the cursor (None: the shard is finished), the results,
    and the time when its last batch ended (ISO 8601)."""

    number: int
    after: list[str] | None
    found: RebuildCounts
    at: str


class RebuildJob(TypedDict):
    """A rebuild's row, written before its first batch is requested."""

    id: str
    of: str
    why: str
    mark: bool
    began: str
    strands: list[str]


class RebuildReport(RebuildCounts):
    """The report of a rebuild, in the upload bucket."""

    id: str
    of: str
    why: str
    began: str
    ended: str
    seconds: float


SCOPES = ("everything", "section", "month", "paths", *MARKED_ONLY)


def shards_of(scope: str, mark: bool) -> list[str]:
    """List the shards of a rebuild. Articles are processed in the order of their list, next to their neighbours,
    which needs few reads. All other pages follow the table, which has no order. The bucket is read too, to find
    objects that no row needs. The assets, which every page needs, are among the fixed pages."""
    if scope != "everything":
        return ["pages"]
    rows = [f"rows-{segment}" for segment in range(SEGMENTS)]
    articles = [f"articles-{part}" for part in range(SEGMENTS)]
    return ["fixed", *articles, *rows, *([] if mark else ["bucket"])]


_Count = Literal["checked", "rewritten", "missing", "strange", "failed", "marked", "read_again", "calls"]
_COUNTS: tuple[_Count, ...] = get_args(_Count)
_NAMED_KINDS = ("rewritten", "missing", "strange", "failed")


def no_counts() -> RebuildCounts:
    """Return the counts of a shard that has not begun."""
    return {
        "checked": 0,
        "rewritten": 0,
        "missing": 0,
        "strange": 0,
        "failed": 0,
        "marked": 0,
        "read_again": 0,
        "calls": 0,
        "paths": {kind: [] for kind in _NAMED_KINDS},
    }


def sum_counts(results: Iterable[RebuildCounts]) -> RebuildCounts:
    """Return the sums, and the first hundred paths of each kind."""
    sums = no_counts()
    for counts in results:
        for name in _COUNTS:
            # A rebuild that an earlier version began lacks the counts that are new in this version.
            sums[name] += counts.get(name, 0)
        for kind, paths in counts["paths"].items():
            sums["paths"][kind] = [*sums["paths"][kind], *paths][:NAMED]
    return sums


def drift(counts: RebuildCounts) -> int:
    """Return the number of pages that did not match the tables."""
    return counts["rewritten"] + counts["missing"] + counts["strange"]


def report_key(id: str) -> str:
    """Return the key of a rebuild's report in the upload bucket."""
    return f"reports/rebuild-{id}.json"


def report(job: RebuildJob, shards: Sequence[Shard | None]) -> RebuildReport | None:
    """Return the report of a rebuild; None while a shard is unfinished."""
    done = [shard for shard in shards if shard is not None and shard["after"] is None]
    if len(done) < len(job["strands"]):
        return None
    ended = max(shard["at"] for shard in done)
    seconds = (datetime.fromisoformat(ended) - datetime.fromisoformat(job["began"])).total_seconds()
    return {
        "id": job["id"],
        "of": job["of"],
        "why": job["why"],
        "began": job["began"],
        "ended": ended,
        "seconds": seconds,
        **sum_counts(shard["found"] for shard in done),
    }
