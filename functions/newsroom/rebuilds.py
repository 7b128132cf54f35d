"""Rebuilds: the pages to render again, the strands (shards) of the work, their progress and the report.

The strands of a rebuild run in parallel. A strand is processed in batches, one after another, and each
batch has a limit. A strand's row stores its progress, so that a batch that is delivered twice is done
once, and a batch that fails is retried.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from newsroom.errors import PermanentError
from newsroom.rows import Key
from newsroom.urls import is_canonical

SEGMENTS = 4  # strands for the articles, and as many for the table, in a whole rebuild
NAMED = 100  # the most pages of each kind that a report lists
KEPT = 90 * 24 * 60 * 60  # seconds for which a rebuild's rows are kept

MARKED_ONLY = ("author", "links", "comments")
"""Kinds of rebuild that a change of one row causes: their pages are only marked, so nobody needs a report."""


class RebuildBatch(TypedDict):
    """One message of RebuildQueue.

    of: `everything`; `section/world`, `month/2026-11` and their articles; `paths`, with the list in `paths`;
    or, from MARKED_ONLY, `author/jane-doe`, `links/2026/11/korea/`, `comments/korea`. mark: True if the data
    of the pages has changed, so that their editions are raised and the stream requests the renders; if False,
    the pages are compared and rendered where they differ. why: for the report. rebuild: its name.
    strand, number: of the batch; absent in the message that requests a rebuild. after: the cursor of its
    strand, a key of the table or of the bucket.
    """

    of: str
    mark: bool
    why: str
    rebuild: str
    paths: list[str]
    after: list[str] | None
    strand: NotRequired[str]
    number: NotRequired[int]


class RebuildCounts(TypedDict):
    """The results of a batch, a strand or a rebuild: page counts, and the first paths of each kind."""

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
    """A strand's row: the number of finished batches, the cursor (None: the strand is finished), the results,
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


def parse_batch(message: object) -> RebuildBatch:
    """Parse a message into a batch; raise PermanentError if it is not valid."""
    fields: Mapping[str, Any] = message if isinstance(message, dict) else {}
    of, paths, after = fields.get("of"), fields.get("paths", []), fields.get("after")
    if not isinstance(of, str) or of.partition("/")[0] not in _NOUNS:
        raise PermanentError(f"a rebuild is 'of' one of {', '.join(_NOUNS)}, and not of {of!r}")
    if not isinstance(paths, list) or not all(isinstance(path, str) and is_canonical(path) for path in paths):
        raise PermanentError("'paths' lists pages as /about/ or /feed.xml")
    if after is not None and not (isinstance(after, list) and all(isinstance(part, str) for part in after)):
        raise PermanentError("'after' holds the parts of a key")
    batch: RebuildBatch = {
        "of": of,
        "mark": bool(fields.get("mark")),
        "why": str(fields.get("why", "")),
        "rebuild": str(fields.get("rebuild", "")),
        "paths": paths,
        "after": after,
    }
    if "strand" in fields:
        number = fields.get("number")
        if fields["strand"] not in shards_of(batch) or not isinstance(number, int):
            raise PermanentError(f"{of} has the strands {', '.join(shards_of(batch))}, each piece with a 'number'")
        batch |= {"strand": fields["strand"], "number": number}
    return batch


_NOUNS = ("everything", "section", "month", "paths", *MARKED_ONLY)


def shards_of(piece: RebuildBatch) -> list[str]:
    """List the strands of a rebuild. Articles are processed in the order of their list, next to their neighbours,
    which needs few reads. All other pages follow the table, which has no order. The bucket is read too, to find
    objects that no row needs. The assets, which every page needs, are among the fixed pages."""
    if piece["of"] != "everything":
        return ["pages"]
    rows = [f"rows-{segment}" for segment in range(SEGMENTS)]
    articles = [f"articles-{part}" for part in range(SEGMENTS)]
    return ["fixed", *articles, *rows, *([] if piece["mark"] else ["bucket"])]


def job_key(id: str) -> Key:
    return Key(f"REBUILD#{id}", "REBUILD")


def shard_key(id: str, strand: str) -> Key:
    return Key(f"REBUILD#{id}", f"STRAND#{strand}")


def no_counts() -> RebuildCounts:
    """Return the counts of a strand that has not begun."""
    return {
        "checked": 0, "rewritten": 0, "missing": 0, "strange": 0, "failed": 0, "marked": 0, "read_again": 0,
        "calls": 0,
        "paths": {kind: [] for kind in _NAMED_KINDS},
    }  # fmt: skip


def sum_counts(found: Iterable[RebuildCounts]) -> RebuildCounts:
    """Return the sums, and the first hundred paths of each kind."""
    sums = no_counts()
    for counts in found:
        for kind in _COUNTED:
            # A rebuild that an earlier version began lacks the counts that are new in this version.
            sums[kind] += counts.get(kind, 0)  # type: ignore[literal-required]
        for kind, paths in counts["paths"].items():
            sums["paths"][kind] = [*sums["paths"][kind], *paths][:NAMED]
    return sums


_NAMED_KINDS = ("rewritten", "missing", "strange", "failed")
_COUNTED = ("checked", "rewritten", "missing", "strange", "failed", "marked", "read_again", "calls")


def drift(found: Mapping[str, Any]) -> int:
    """Return the number of pages that did not match the tables."""
    return int(found["rewritten"] + found["missing"] + found["strange"])


def report_key(id: str) -> str:
    """Return the key of a rebuild's report in the upload bucket."""
    return f"reports/rebuild-{id}.json"


def report(begun: RebuildJob, strands: Sequence[Shard | None]) -> dict[str, Any] | None:
    """Return the report of a rebuild; None while a strand is unfinished.

    `{"id", "of", "why", "began", "ended", "seconds", "checked", "rewritten", "missing", "strange",
    "failed", "marked", "read_again", "calls", "paths": {"rewritten": [...], ...}}`
    """
    done = [strand for strand in strands if strand is not None and strand["after"] is None]
    if len(done) < len(begun["strands"]):
        return None
    ended = max(strand["at"] for strand in done)
    seconds = (datetime.fromisoformat(ended) - datetime.fromisoformat(begun["began"])).total_seconds()
    job_fields = {name: begun[name] for name in ("id", "of", "why", "began")}
    return {**job_fields, "ended": ended, "seconds": seconds, **sum_counts(strand["found"] for strand in done)}
