"""Look at many pages again, in bounded pieces: draw those that differ from what the tables say.

Woken by RebuildQueue and, weekly, by the scheduler. Reads NewsTable; writes SiteBucket, UploadBucket's
receipts and reports, the account of each rebuild in NewsTable, RebuildQueue and UploadQueue. Safe to
repeat: a page that is right is left alone, a piece whose strand has gone on is not done again, and an
upload may be looked at once too often.

A message asks for a rebuild (newsroom.rebuilding.Piece) or is a piece of one. What a change of rows has
made stale is only marked here: the stream then asks for the renders, as of any other change. Uploads that
were read with other settings than those in force are looked at again by publish_article.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from adapters import alarms, clients, clock, parking, queues
from adapters.clients import setting
from adapters.fast_buckets import FastBucket
from adapters.pressroom import Pressroom, Sheet
from newsroom import pages, rebuilding
from newsroom.errors import PermanentError, TransientError
from newsroom.looking import is_outdated, look_again
from newsroom.rebuilding import Begun, Found, Piece, Strand
from newsroom.rows import Change, Doc, Key
from newsroom.site import read_with_digest
from rebuild_site import walking

AT_ONCE = 250  # pages drawn together, so that what they share is read once
CALLED: Mapping[str, str] = {"differs": "rewritten", "missing": "missing", "strange": "strange"}
"""What a report calls pages of each verdict."""


@cache
def logger() -> Logger:
    return Logger(use_rfc3339=True)


@cache
def pressroom() -> Pressroom:
    return Pressroom.of_function(FastBucket)


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """The scheduler's tick, or messages of RebuildQueue."""
    if "Records" not in event:
        night = clock.now().date().isoformat()
        rebuild(rebuilding.read({"of": "everything", "why": "nightly", "rebuild": f"{night}-nightly"}))
        return {}
    failed: dict[str, Exception] = {}
    for record in event["Records"]:
        try:
            piece = read(record["body"])
            rebuild({**piece, "rebuild": piece["rebuild"] or f"asked-{record['messageId']}"})
        except PermanentError as problem:
            logger().error("not a piece of a rebuild", body=record["body"], reason=str(problem))
            failed[record["messageId"]] = problem
        except Exception as problem:  # noqa: BLE001 - an unknown failure is the queue's to repeat
            logger().exception("a piece of a rebuild failed", body=record["body"])
            failed[record["messageId"]] = problem
    return parking.answer(event, failed, setting("REBUILD_DLQ"))


def read(body: str) -> Piece:
    """A message's piece; PermanentError when it is none."""
    try:
        return rebuilding.read(json.loads(body))
    except ValueError as problem:
        raise PermanentError(f"not JSON: {problem}") from problem


def rebuild(piece: Piece) -> None:
    if piece["of"].partition("/")[0] in rebuilding.MARKED_ONLY:
        mark(piece)
    elif "strand" in piece:
        go_on(piece)
    else:
        begin(piece)


def mark(piece: Piece) -> None:
    """Mark the pages of a piece, and leave the rest to the next."""
    table = pressroom().table
    step = walking.step(piece, table)
    table.mark(step.paths, cause=piece["why"] or piece["of"])
    if step.after:
        ask([{**piece, "after": step.after}])


def begin(piece: Piece) -> None:
    """Open the account of a rebuild, and ask for the first piece of each strand."""
    now = clock.now()
    id = piece["rebuild"]
    strands = rebuilding.strands_of(piece)
    begun: Begun = {
        "id": id, "of": piece["of"], "why": piece["why"], "mark": piece["mark"], "strands": strands,
        "began": now.isoformat(timespec="milliseconds"),
    }  # fmt: skip
    expires = int(now.timestamp()) + rebuilding.KEPT
    # If it is there already, this message came twice; its strands know how far they are.
    key, table = rebuilding.begun_key(id), pressroom().table
    if not table.transact([Change(key, cast(Doc, begun), was=0, expires=expires)]) and table.get(key) is None:
        raise TransientError(f"{id}: others were at its account when it was to be opened")
    ask([{**piece, "rebuild": id, "strand": strand, "number": 0, "after": None} for strand in strands])


def ask(pieces: list[Piece]) -> None:
    queues.send(setting("REBUILD_QUEUE"), pieces)


def go_on(piece: Piece) -> None:
    """Do one piece of a strand, write it to the strand's account, and ask for the next."""
    table, id, number = pressroom().table, piece["rebuild"], piece["number"]
    key = rebuilding.strand_key(id, piece["strand"])
    row = table.get(key)
    so_far = cast(Strand, row.doc) if row else None
    if so_far and number < so_far["number"]:  # done before: what follows may have been lost, and nothing else
        if number == so_far["number"] - 1:
            follow(piece, so_far)
        return
    called = clients.calls().total()
    found, after = do(piece)
    found["calls"] = clients.calls().total() - called
    strand: Strand = {
        "number": number + 1,
        "after": after,
        "found": rebuilding.together([*([so_far["found"]] if so_far else []), found]),
        "at": clock.now().isoformat(timespec="milliseconds"),
    }
    expires = int(clock.now().timestamp()) + rebuilding.KEPT
    if not table.transact([Change(key, cast(Doc, strand), was=row.rev if row else 0, expires=expires)]):
        row = table.get(key)  # another call did it too, or this one's answer was lost
        if row is None or row.doc["number"] != number + 1:
            raise TransientError(f"{id}: others keep doing piece {number} of {piece['strand']}")
        strand = cast(Strand, row.doc)
    follow(piece, strand)


def follow(piece: Piece, strand: Strand) -> None:
    """Ask for the piece after this one, or, after the last of all strands, write the report."""
    if strand["after"] is not None:
        ask([{**piece, "number": strand["number"], "after": strand["after"]}])
        return
    id, table = piece["rebuild"], pressroom().table
    row = table.get(rebuilding.begun_key(id))
    if row is None:
        raise PermanentError(f"there is no rebuild '{id}': ask for one without a 'strand'")
    begun = cast(Begun, row.doc)
    keys = [rebuilding.strand_key(id, name) for name in begun["strands"]]
    strands = table.get_many(keys)
    report = rebuilding.report(begun, [cast(Strand, strands[key].doc) if key in strands else None for key in keys])
    if report:
        pressroom().uploads.put(rebuilding.report_key(id), json.dumps(report, indent=2).encode(), "application/json")
        logger().info("rebuilt", **{name: value for name, value in report.items() if name != "paths"})
        if begun["why"] == "nightly":
            with single_metric("DriftFound", MetricUnit.Count, rebuilding.drift(report)) as metric:
                metric.add_dimension("service", setting("POWERTOOLS_SERVICE_NAME"))
            if number := rebuilding.drift(report):
                alarms.tell("pages were not as the tables say", f"A rebuild found {number} such pages and mended them: "
                            f"{rebuilding.report_key(id)} in the upload bucket names them.")  # fmt: skip


def do(piece: Piece) -> tuple[Found, list[str] | None]:
    """The pages of one piece, marked or drawn; what was found, and where to go on."""
    paths, after, uploads = walking.of_strand(piece, pressroom())
    if piece["strand"] == "bucket":
        found = rebuilding.together(map(strangers, batches(paths)))
    elif piece["mark"]:
        pressroom().table.mark(paths, cause=f"rebuild/{piece['rebuild']}")
        found = {**rebuilding.nothing_found(), "marked": len(paths)}
    else:
        found = rebuilding.together(map(draw, batches(paths)))
    return {**found, "read_again": read_again(uploads)}, after


def read_again(uploads: Sequence[Key]) -> int:
    """Have those uploads looked at that were read with other settings than those in force; how many they are."""
    if not uploads:
        return 0
    rows = pressroom().table.get_many(uploads)
    in_force = read_with_digest(pressroom().settings())
    keys = sorted(row.doc["key"] for row in rows.values() if is_outdated(row.doc, in_force))
    queues.send(setting("UPLOAD_QUEUE"), [look_again(key) for key in keys])
    return len(keys)


def batches(paths: list[str]) -> Iterator[list[str]]:
    """Pages in batches that share what they read."""
    return (paths[start : start + AT_ONCE] for start in range(0, len(paths), AT_ONCE))


def draw(paths: list[str]) -> Found:
    """Compare some pages and draw those that are not right. One that cannot be drawn is marked, so that it
    goes the way of every page that cannot be drawn, and the others go on."""
    printed = pressroom().draw([pages.read(path) for path in paths])
    for page, problem in printed.failed.items():
        logger().error("a page could not be drawn", page=page.path, exc_info=problem)
    pressroom().table.mark([page.path for page in printed.failed], cause="rebuild")
    found = found_of(printed.sheets)
    failed = [page.path for page in printed.failed]
    return {**found, "checked": len(paths), "failed": len(failed), "paths": {**found["paths"], "failed": failed}}


def strangers(paths: list[str]) -> Found:
    """Ask of objects that are no known pages what they are. What stands where only the paper has anything
    to place becomes a tombstone; a file its owner may have put there is told of and left alone."""
    sheets = pressroom().compare([pages.read(path) for path in paths])
    strange = [sheet for sheet in sheets if sheet.verdict == "strange"]
    pressroom().place([sheet for sheet in strange if pages.is_ours(sheet.page.path)])
    return found_of(strange)


def found_of(sheets: list[Sheet]) -> Found:
    """What is told of pages that were looked at."""
    found = rebuilding.nothing_found()
    for kind in CALLED.values():
        paths = [sheet.page.path for sheet in sheets if CALLED.get(sheet.verdict) == kind]
        found["paths"][kind] = paths[: rebuilding.NAMED]
        found[kind] = len(paths)  # type: ignore[literal-required]
    return found
