"""Rebuilds: what is drawn again, in which strands, how far each has come, and the report of the whole.

A rebuild walks in strands, side by side; a strand goes on in pieces, one after another, each of them
bounded. What a strand has done so far stands in its row, so that a piece that is delivered twice is
done once, and one that dies on its way is taken up again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from newsroom.errors import PermanentError
from newsroom.rows import Key
from newsroom.urls import is_canonical

SEGMENTS = 4  # a whole rebuild walks the articles, and the table, in so many strands at once each
NAMED = 100  # pages of each kind that a report names
KEPT = 90 * 24 * 60 * 60  # seconds a rebuild's rows are kept

MARKED_ONLY = ("author", "links", "comments")
"""Nouns whose pages a change of one row makes stale: they are marked and no more, so nobody needs a report."""


class RebuildBatch(TypedDict):
    """One message of RebuildQueue.

    of: `everything`; `section/world`, `month/2026-11` and their articles; `paths`, and then `paths` lists
    them; or of MARKED_ONLY `author/jane-doe`, `links/2026/11/korea/`, `comments/korea`. mark: whether what
    the pages read has changed, so that their editions are raised and the stream asks for the renders;
    without it they are compared and, where they differ, drawn. why: for the report. rebuild: its name.
    strand, number: of the piece; absent in the message that asks for a rebuild. after: how far its strand
    has come, a key of the table or of the bucket.
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
    """What a piece, a strand or a rebuild found: how many pages, and the first of them by path."""

    checked: int
    rewritten: int
    missing: int
    strange: int
    failed: int
    marked: int
    read_again: int  # uploads that were read with other settings than those in force
    calls: int  # to AWS
    paths: dict[str, list[str]]  # under rewritten, missing, strange, failed


class Shard(TypedDict):
    """A strand's row: how many pieces are done, where it goes on (None: it is at its end), what it found,
    and when its last piece ended (ISO 8601)."""

    number: int
    after: list[str] | None
    found: RebuildCounts
    at: str


class RebuildJob(TypedDict):
    """A rebuild's row, written before its first piece is asked for."""

    id: str
    of: str
    why: str
    mark: bool
    began: str
    strands: list[str]


def parse_batch(message: object) -> RebuildBatch:
    """The piece a message stands for; PermanentError when it stands for none."""
    said: Mapping[str, Any] = message if isinstance(message, dict) else {}
    of, paths, after = said.get("of"), said.get("paths", []), said.get("after")
    if not isinstance(of, str) or of.partition("/")[0] not in _NOUNS:
        raise PermanentError(f"a rebuild is 'of' one of {', '.join(_NOUNS)}, and not of {of!r}")
    if not isinstance(paths, list) or not all(isinstance(path, str) and is_canonical(path) for path in paths):
        raise PermanentError("'paths' lists pages as /about/ or /feed.xml")
    if after is not None and not (isinstance(after, list) and all(isinstance(part, str) for part in after)):
        raise PermanentError("'after' holds the parts of a key")
    piece: RebuildBatch = {
        "of": of,
        "mark": bool(said.get("mark")),
        "why": str(said.get("why", "")),
        "rebuild": str(said.get("rebuild", "")),
        "paths": paths,
        "after": after,
    }
    if "strand" in said:
        number = said.get("number")
        if said["strand"] not in shards_of(piece) or not isinstance(number, int):
            raise PermanentError(f"{of} has the strands {', '.join(shards_of(piece))}, each piece with a 'number'")
        piece |= {"strand": said["strand"], "number": number}
    return piece


_NOUNS = ("everything", "section", "month", "paths", *MARKED_ONLY)


def shards_of(piece: RebuildBatch) -> list[str]:
    """The strands a rebuild walks in. Articles go in the order of their list, where each is beside its neighbours,
    and so in few reads; all other pages in the order of the table, which is none. The bucket is walked too, for what
    no row calls for; the assets, of which every page has need, are among the fixed pages."""
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
    """Of a strand that has not begun."""
    return {
        "checked": 0, "rewritten": 0, "missing": 0, "strange": 0, "failed": 0, "marked": 0, "read_again": 0,
        "calls": 0,
        "paths": {kind: [] for kind in _NAMED_KINDS},
    }  # fmt: skip


def sum_counts(found: Iterable[RebuildCounts]) -> RebuildCounts:
    """The sums, and the first hundred paths of each kind."""
    sums = no_counts()
    for each in found:
        for kind in _COUNTED:
            # A rebuild that an earlier version began has not counted what only this one counts.
            sums[kind] += each.get(kind, 0)  # type: ignore[literal-required]
        for kind, paths in each["paths"].items():
            sums["paths"][kind] = [*sums["paths"][kind], *paths][:NAMED]
    return sums


_NAMED_KINDS = ("rewritten", "missing", "strange", "failed")
_COUNTED = ("checked", "rewritten", "missing", "strange", "failed", "marked", "read_again", "calls")


def drift(found: Mapping[str, Any]) -> int:
    """How many pages were not as the tables say."""
    return int(found["rewritten"] + found["missing"] + found["strange"])


def report_key(id: str) -> str:
    """Where the report of a rebuild stands in the upload bucket."""
    return f"reports/rebuild-{id}.json"


def report(begun: RebuildJob, strands: Sequence[Shard | None]) -> dict[str, Any] | None:
    """The report of a rebuild; None while a strand is under way.

    `{"id", "of", "why", "began", "ended", "seconds", "checked", "rewritten", "missing", "strange",
    "failed", "marked", "read_again", "calls", "paths": {"rewritten": [...], ...}}`
    """
    done = [strand for strand in strands if strand is not None and strand["after"] is None]
    if len(done) < len(begun["strands"]):
        return None
    ended = max(strand["at"] for strand in done)
    seconds = (datetime.fromisoformat(ended) - datetime.fromisoformat(begun["began"])).total_seconds()
    told = {name: begun[name] for name in ("id", "of", "why", "began")}
    return {**told, "ended": ended, "seconds": seconds, **sum_counts(strand["found"] for strand in done)}
