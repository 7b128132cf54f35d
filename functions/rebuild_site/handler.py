"""Check many pages in bounded batches, and render those that differ from the tables.

Woken by RebuildQueue and, weekly, by the scheduler. Reads NewsTable; writes SiteBucket, UploadBucket's
receipts and reports, the progress of each rebuild in NewsTable, RebuildQueue and UploadQueue. Safe to
repeat: a correct page is left alone, a batch is skipped if its shard has already moved past it, and an extra
check of an upload does no harm.

A message requests a rebuild (newsroom.rebuilds.RebuildJob) or is one batch of it. Pages that a change of rows made
stale are only marked here; the stream then requests their renders, as for any other change. publish_article
reads again the uploads that were read with settings no longer in force.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from adapters import alarms, clients, clock, dead_letters, queues
from adapters.clients import setting
from adapters.obstore_objects import ObstoreBucket
from newsroom import rebuilds, urls
from newsroom.errors import PermanentError, TransientError
from newsroom.rebuilds import RebuildBatch, RebuildCounts, RebuildJob, Shard
from newsroom.rows import Doc, Key, RowWrite
from newsroom.site import read_with_digest
from newsroom.upload_messages import is_outdated, upload_message
from workflows import rebuild_scan
from workflows.render_pages import PageComparison, PageRenderer

REPORTED_AS: Mapping[str, str] = {"changed": "rewritten", "missing": "missing", "orphaned": "strange"}
"""The name that a report gives to each verdict."""


@cache
def logger() -> Logger:
    return Logger(use_rfc3339=True)


@cache
def page_renderer() -> PageRenderer:
    return PageRenderer.of_function(ObstoreBucket)


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Process the scheduler's tick, or a batch of RebuildQueue."""
    if "Records" not in event:
        night = clock.now().date().isoformat()
        rebuild(rebuilds.parse_batch({"of": "everything", "why": "nightly", "rebuild": f"{night}-nightly"}))
        return {}
    failed: dict[str, Exception] = {}
    for record in event["Records"]:
        try:
            batch = read(record["body"])
            rebuild({**batch, "rebuild": batch["rebuild"] or f"asked-{record['messageId']}"})
        except PermanentError as problem:
            logger().error("not a piece of a rebuild", body=record["body"], reason=str(problem))
            failed[record["messageId"]] = problem
        except Exception as problem:  # noqa: BLE001 - an unknown failure is the queue's to repeat
            logger().exception("a piece of a rebuild failed", body=record["body"])
            failed[record["messageId"]] = problem
    return dead_letters.batch_response(event, failed, setting("REBUILD_DLQ"))


def read(body: str) -> RebuildBatch:
    """Return the batch in a message; raise PermanentError if the message has none."""
    try:
        return rebuilds.parse_batch(json.loads(body))
    except ValueError as problem:
        raise PermanentError(f"not JSON: {problem}") from problem


def rebuild(batch: RebuildBatch) -> None:
    if batch["of"].partition("/")[0] in rebuilds.MARKED_ONLY:
        mark(batch)
    elif "strand" in batch:
        process_batch(batch)
    else:
        start(batch)


def mark(batch: RebuildBatch) -> None:
    """Mark the pages of one batch, and leave the rest to the next."""
    table = page_renderer().table
    step = rebuild_scan.scan_step(batch, table)
    table.invalidate(step.paths, cause=batch["why"] or batch["of"])
    if step.after:
        enqueue([{**batch, "after": step.after}])


def start(batch: RebuildBatch) -> None:
    """Create the progress row of a rebuild, and enqueue the first batch of each shard."""
    now = clock.now()
    id = batch["rebuild"]
    strands = rebuilds.shards_of(batch)
    begun: RebuildJob = {
        "id": id, "of": batch["of"], "why": batch["why"], "mark": batch["mark"], "strands": strands,
        "began": now.isoformat(timespec="milliseconds"),
    }  # fmt: skip
    expires = int(now.timestamp()) + rebuilds.KEPT
    # If the row exists already, this message came twice; each shard's row holds its own progress.
    key, table = rebuilds.job_key(id), page_renderer().table
    if (
        not table.transact([RowWrite(key, cast(Doc, begun), expected_rev=0, expires=expires)])
        and table.get(key) is None
    ):
        raise TransientError(f"{id}: others were at its account when it was to be opened")
    enqueue([{**batch, "rebuild": id, "strand": strand, "number": 0, "after": None} for strand in strands])


def enqueue(pieces: list[RebuildBatch]) -> None:
    queues.send(setting("REBUILD_QUEUE"), pieces)


def process_batch(batch: RebuildBatch) -> None:
    """Process one batch of a shard, add it to the shard's row, and enqueue the next."""
    table, id, number = page_renderer().table, batch["rebuild"], batch["number"]
    key = rebuilds.shard_key(id, batch["strand"])
    row = table.get(key)
    so_far = cast(Shard, row.doc) if row else None
    if so_far and number < so_far["number"]:  # done before: only the message for the next batch may have been lost
        if number == so_far["number"] - 1:
            enqueue_next(batch, so_far)
        return
    called = clients.calls().total()
    found, after = process_pages(batch)
    found["calls"] = clients.calls().total() - called
    strand: Shard = {
        "number": number + 1,
        "after": after,
        "found": rebuilds.sum_counts([*([so_far["found"]] if so_far else []), found]),
        "at": clock.now().isoformat(timespec="milliseconds"),
    }
    expires = int(clock.now().timestamp()) + rebuilds.KEPT
    if not table.transact([RowWrite(key, cast(Doc, strand), expected_rev=row.rev if row else 0, expires=expires)]):
        row = table.get(key)  # another call did it too, or the response to this one was lost
        if row is None or row.doc["number"] != number + 1:
            raise TransientError(f"{id}: others keep doing piece {number} of {batch['strand']}")
        strand = cast(Shard, row.doc)
    enqueue_next(batch, strand)


def enqueue_next(batch: RebuildBatch, strand: Shard) -> None:
    """Enqueue the batch after this one or, after the last batch of all shards, write the report."""
    if strand["after"] is not None:
        enqueue([{**batch, "number": strand["number"], "after": strand["after"]}])
        return
    id, table = batch["rebuild"], page_renderer().table
    row = table.get(rebuilds.job_key(id))
    if row is None:
        raise PermanentError(f"there is no rebuild '{id}': ask for one without a 'strand'")
    begun = cast(RebuildJob, row.doc)
    keys = [rebuilds.shard_key(id, name) for name in begun["strands"]]
    strands = table.get_many(keys)
    report = rebuilds.report(begun, [cast(Shard, strands[key].doc) if key in strands else None for key in keys])
    if report:
        page_renderer().uploads.put(rebuilds.report_key(id), json.dumps(report, indent=2).encode(), "application/json")
        logger().info("rebuilt", **{name: value for name, value in report.items() if name != "paths"})
        if begun["why"] == "nightly":
            with single_metric("DriftFound", MetricUnit.Count, rebuilds.drift(report)) as metric:
                metric.add_dimension("service", setting("POWERTOOLS_SERVICE_NAME"))
            if number := rebuilds.drift(report):
                alarms.publish_alarm(
                    "pages were not as the tables say",
                    f"A rebuild found {number} such pages and mended them: "
                    f"{rebuilds.report_key(id)} in the upload bucket names them.",
                )


def process_pages(batch: RebuildBatch) -> tuple[RebuildCounts, list[str] | None]:
    """Mark or render the pages of one batch; return the counts and the cursor of the next batch."""
    paths, after, uploads = rebuild_scan.scan_shard(batch, page_renderer())
    if batch["strand"] == "bucket":
        found = rebuilds.sum_counts(map(find_orphans, rebuild_scan.batches(paths)))
    elif batch["mark"]:
        page_renderer().table.invalidate(paths, cause=f"rebuild/{batch['rebuild']}")
        found = {**rebuilds.no_counts(), "marked": len(paths)}
    else:
        found = rebuilds.sum_counts(map(render, rebuild_scan.batches(paths)))
    return {**found, "read_again": read_again(uploads)}, after


def read_again(uploads: Sequence[Key]) -> int:
    """Enqueue the uploads that were read with settings no longer in force; return how many there are."""
    if not uploads:
        return 0
    rows = page_renderer().table.get_many(uploads)
    in_force = read_with_digest(page_renderer().settings())
    keys = sorted(row.doc["key"] for row in rows.values() if is_outdated(row.doc, in_force))
    queues.send(setting("UPLOAD_QUEUE"), [upload_message(key) for key in keys])
    return len(keys)


def render(paths: list[str]) -> RebuildCounts:
    """Compare some pages and render those that are not right. A page that fails is marked, so RenderQueue
    retries it like any other failed page, and the other pages continue."""
    printed = page_renderer().render([urls.parse_path(path) for path in paths])
    for page, problem in printed.failed.items():
        logger().error("a page could not be drawn", page=page.path, exc_info=problem)
    page_renderer().table.invalidate([page.path for page in printed.failed], cause="rebuild")
    found = counts_of(printed.comparisons)
    failed = [page.path for page in printed.failed]
    return {**found, "checked": len(paths), "failed": len(failed), "paths": {**found["paths"], "failed": failed}}


def find_orphans(paths: list[str]) -> RebuildCounts:
    """Check the objects that are not known pages. An object at a path that only the newsroom writes becomes a
    tombstone; a file that the site's owner may have put there is reported and left alone."""
    comparisons = page_renderer().compare([urls.parse_path(path) for path in paths])
    orphaned = [comparison for comparison in comparisons if comparison.verdict == "orphaned"]
    page_renderer().write([comparison for comparison in orphaned if urls.is_reserved(comparison.page.path)])
    return counts_of(orphaned)


def counts_of(comparisons: list[PageComparison]) -> RebuildCounts:
    """Return the counts of the compared pages, as a report has them."""
    found = rebuilds.no_counts()
    for kind in REPORTED_AS.values():
        paths = [comparison.page.path for comparison in comparisons if REPORTED_AS.get(comparison.verdict) == kind]
        found["paths"][kind] = paths[: rebuilds.NAMED]
        found[kind] = len(paths)  # type: ignore[literal-required]
    return found
