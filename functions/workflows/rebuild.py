"""Rebuilds: start one, process its batches, and write its report.

Pages that a change of rows made stale are only marked here; the stream then requests their renders, as for any other
change. publish_article reads again the uploads that were read with settings no longer in force.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from adapters import alarms, clients, clock, queues
from adapters.logs import logger
from adapters.metrics import put_metric
from newsroom import rebuilds, urls
from newsroom.article import Upload, is_outdated
from newsroom.errors import PermanentError, TransientError
from newsroom.messages import RebuildMessage, upload_message
from newsroom.rebuilds import RebuildCounts, RebuildJob, RebuildReport, Shard
from newsroom.rows import RowWrite, rev_of
from newsroom.site import read_with_digest
from newsroom.table_keys import Key, job_key, shard_key
from workflows import rebuild_scan
from workflows.render_pages import PageComparison, PageRenderer

REPORTED_AS: Mapping[str, str] = {"changed": "rewritten", "missing": "missing", "orphaned": "strange"}
"""The name that a report gives to each verdict."""


@dataclass(frozen=True, slots=True)
class Rebuilder:
    """The renderer and the queues of rebuilds, by URL."""

    renderer: PageRenderer
    rebuild_queue: str
    upload_queue: str

    def process(self, message: RebuildMessage) -> None:
        """Process a request, or one batch of a rebuild."""
        if message.scope.partition("/")[0] in rebuilds.MARKED_ONLY:
            self._mark(message)
        elif message.shard:
            self._process_batch(message)
        else:
            self._start(message)

    def _mark(self, message: RebuildMessage) -> None:
        """Mark the pages of one batch, and leave the rest to the next."""
        step = rebuild_scan.scan_step(message, self.renderer.table)
        self.renderer.table.invalidate(step.paths, cause=message.why or message.scope)
        if step.cursor:
            self._enqueue([message.batch(message.shard, message.number, step.cursor)])

    def _start(self, message: RebuildMessage) -> None:
        """Create the progress row of a rebuild, and enqueue the first batch of each shard."""
        now = clock.now()
        shards = rebuilds.shards_of(message.scope, message.mark)
        job: RebuildJob = {
            "id": message.rebuild,
            "of": message.scope,
            "why": message.why,
            "mark": message.mark,
            "strands": shards,
            "began": now.isoformat(timespec="milliseconds"),
        }
        key, table = job_key(message.rebuild), self.renderer.table
        created = table.transact([RowWrite(key, job, expected_rev=0, expires=_expiry())])
        # If the row exists already, this message came twice; each shard's row holds its own progress.
        if not created and table.get(key) is None:
            raise TransientError(f"{message.rebuild}: others were at its account when it was to be opened")
        self._enqueue([message.batch(shard) for shard in shards])

    def _enqueue(self, messages: Sequence[RebuildMessage]) -> None:
        queues.send(self.rebuild_queue, [message.wire() for message in messages])

    def _process_batch(self, batch: RebuildMessage) -> None:
        """Process one batch of a shard, add it to the shard's row, and enqueue the next."""
        table, key = self.renderer.table, shard_key(batch.rebuild, batch.shard)
        row = table.get(key)
        if row and batch.number < row.doc["number"]:
            # The batch was done before. Only the message for the next batch may have been lost.
            if batch.number == row.doc["number"] - 1:
                self._enqueue_next(batch, row.doc)
            return
        shard = self._work(batch, row.doc if row else None)
        if not table.transact([RowWrite(key, shard, expected_rev=rev_of(row), expires=_expiry())]):
            row = table.get(key)  # another call did it too, or the response to this one was lost
            if row is None or row.doc["number"] != batch.number + 1:
                raise TransientError(f"{batch.rebuild}: others keep doing piece {batch.number} of {batch.shard}")
            shard = row.doc
        self._enqueue_next(batch, shard)

    def _work(self, batch: RebuildMessage, before: Shard | None) -> Shard:
        """Mark or render the pages of one batch; return the shard's new progress."""
        called = clients.calls().total()
        step = rebuild_scan.scan_shard(batch, self.renderer)
        counts = self._process_pages(batch, step.paths)
        counts["read_again"] = self._read_again(step.uploads)
        counts["calls"] = clients.calls().total() - called
        return {
            "number": batch.number + 1,
            "after": step.cursor,
            "found": rebuilds.sum_counts([before["found"], counts] if before else [counts]),
            "at": clock.now().isoformat(timespec="milliseconds"),
        }

    def _process_pages(self, batch: RebuildMessage, paths: list[str]) -> RebuildCounts:
        if batch.shard == "bucket":
            return rebuilds.sum_counts(map(self._find_orphans, rebuild_scan.batches(paths)))
        if batch.mark:
            self.renderer.table.invalidate(paths, cause=f"rebuild/{batch.rebuild}")
            return {**rebuilds.no_counts(), "marked": len(paths)}
        return rebuilds.sum_counts(map(self._render, rebuild_scan.batches(paths)))

    def _enqueue_next(self, batch: RebuildMessage, shard: Shard) -> None:
        """Enqueue the batch after this one or, after the last batch of all shards, write the report."""
        if shard["after"] is not None:
            self._enqueue([batch.batch(batch.shard, shard["number"], shard["after"])])
            return
        table = self.renderer.table
        job = table.get(job_key(batch.rebuild))
        if job is None:
            raise PermanentError(f"there is no rebuild '{batch.rebuild}': ask for one without a 'strand'")
        keys = [shard_key(batch.rebuild, name) for name in job.doc["strands"]]
        rows = table.get_many(keys)
        report = rebuilds.report(job.doc, [rows.doc(key) for key in keys])
        if report:
            self._write_report(report)

    def _write_report(self, report: RebuildReport) -> None:
        key = rebuilds.report_key(report["id"])
        self.renderer.uploads.put(key, json.dumps(report, indent=2).encode(), "application/json")
        counts: dict[str, Any] = {name: value for name, value in report.items() if name != "paths"}
        logger().info("rebuild finished", **counts)
        if report["why"] != "nightly":
            return
        number = rebuilds.drift(report)
        put_metric("DriftFound", MetricUnit.Count, number)
        if number:
            alarms.publish_alarm(
                "pages were not as the tables say",
                f"A rebuild found {number} such pages and mended them: {key} in the upload bucket names them.",
            )

    def _read_again(self, keys: Sequence[Key[Upload]]) -> int:
        """Enqueue the uploads that were read with settings no longer in force; return how many there are."""
        if not keys:
            return 0
        rows = self.renderer.table.get_many(keys)
        in_force = read_with_digest(self.renderer.settings())
        uploads = [upload for key in keys if (upload := rows.doc(key))]
        outdated = sorted(upload["key"] for upload in uploads if is_outdated(upload, in_force))
        queues.send(self.upload_queue, [upload_message(key) for key in outdated])
        return len(outdated)

    def _render(self, paths: list[str]) -> RebuildCounts:
        """Compare some pages and render those that are not current. A page that fails is marked, so RenderQueue
        retries it like any other failed page, and the other pages continue."""
        result = self.renderer.render([urls.parse_path(path) for path in paths])
        for page, problem in result.failed.items():
            logger().error("page could not be rendered", page=page.path, exc_info=problem)
        failed = [page.path for page in result.failed]
        self.renderer.table.invalidate(failed, cause="rebuild")
        counts = counts_of(result.comparisons)
        return {**counts, "checked": len(paths), "failed": len(failed), "paths": {**counts["paths"], "failed": failed}}

    def _find_orphans(self, paths: list[str]) -> RebuildCounts:
        """Check the objects that are not known pages. An object at a path that only the newsroom writes becomes a
        tombstone; a file that the site's owner may have put there is reported and left alone."""
        comparisons = self.renderer.compare([urls.parse_path(path) for path in paths])
        orphaned = [comparison for comparison in comparisons if comparison.verdict == "orphaned"]
        self.renderer.write([comparison for comparison in orphaned if urls.is_reserved(comparison.page.path)])
        return counts_of(orphaned)


def counts_of(comparisons: list[PageComparison]) -> RebuildCounts:
    """Return the counts of the compared pages, as a report has them."""
    counts = rebuilds.no_counts()
    for kind in REPORTED_AS.values():
        paths = [comparison.page.path for comparison in comparisons if REPORTED_AS.get(comparison.verdict) == kind]
        counts["paths"][kind] = paths[: rebuilds.NAMED]
        counts[kind] = len(paths)  # type: ignore[literal-required]
    return counts


def _expiry() -> int:
    """Return the time at which a rebuild's rows expire, in seconds since 1970."""
    return int(clock.now().timestamp()) + rebuilds.KEPT
