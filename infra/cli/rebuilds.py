"""Requests for rebuilds, the progress of a rebuild, and the same comparison without a rebuild."""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from adapters import clock, queues
from adapters.objects import Bucket
from adapters.table import Table
from infra import JsonObject
from infra.cli import CannotDo
from infra.cli.cloud import Cloud
from infra.polling import Poll
from newsroom import rebuilds, urls
from newsroom.errors import PermanentError
from newsroom.messages import RebuildMessage, rebuild_message
from newsroom.table_keys import shard_key
from workflows import rebuild_scan
from workflows.render_pages import PageComparison, PageRenderer

LARGEST_REPORT = 1 << 20  # bytes; it names some hundred pages


def chosen(section: str | None, month: str | None, paths: list[str]) -> RebuildMessage:
    """Return the message that requests a rebuild of the named part; of everything if none is named.

    Raises CannotDo if more than one part is named, or if a name is not valid.
    """
    if sum(map(bool, (section, month, paths))) > 1:
        raise CannotDo("name a --section, a --month or some --path, and not several of these")
    if section:
        of = f"section/{section}"
    elif month:
        of = f"month/{month}"
    else:
        of = "paths" if paths else "everything"
    try:
        return rebuild_message({"of": of, "paths": paths, "why": "asked"})
    except PermanentError as problem:
        raise CannotDo(str(problem)) from problem


def ask(cloud: Cloud, batch: RebuildMessage) -> str:
    """Request a rebuild; return its id."""
    id = f"{clock.now().strftime('%Y%m%dT%H%M%SZ')}-{secrets.token_hex(3)}"
    queues.send(cloud.queues["rebuild"], [replace(batch, rebuild=id).wire()])
    return id


def report(cloud: Cloud, id: str) -> JsonObject | None:
    """Return the report of a rebuild, or None before its end."""
    stored = Bucket(cloud.upload_bucket).get(rebuilds.report_key(id), LARGEST_REPORT)
    return json.loads(stored.body) if stored else None


def followed(cloud: Cloud, batch: RebuildMessage, id: str, seconds: float) -> Iterator[Mapping[str, Any]]:
    """Yield the counts of a rebuild whenever they change, and finally its report.

    Raises CannotDo after `seconds` without progress.
    """
    keys = [shard_key(id, shard) for shard in rebuilds.shards_of(batch.scope, batch.mark)]
    poll, before = Poll(seconds), rebuilds.no_counts()
    while (finished := report(cloud, id)) is None:
        rows = Table(cloud.news_table).get_many(keys)
        counts = rebuilds.sum_counts(shard["found"] for key in keys if (shard := rows.doc(key)))
        if counts != before:
            yield counts
        if not poll.wait(progress=counts != before):
            reason = f"nothing has moved for {seconds:g} seconds: 'broadsheet status' shows what is waiting"
            raise CannotDo(f"rebuild {id}: {reason}", code=1)
        before = counts
    yield finished


def differences(cloud: Cloud, batch: RebuildMessage) -> Iterator[list[PageComparison]]:
    """Compare pages with the tables, batch after batch; in the bucket, check only objects that are not known
    pages. Nothing is written."""
    renderer = page_renderer_of(cloud)
    for shard in rebuilds.shards_of(batch.scope, batch.mark):
        cursor: list[str] | None = None
        while True:
            step = rebuild_scan.scan_shard(batch.batch(shard, cursor=cursor), renderer)
            cursor = step.cursor
            for paths in rebuild_scan.batches(step.paths):
                comparisons = renderer.compare([urls.parse_path(path) for path in paths])
                if shard == "bucket":
                    comparisons = [comparison for comparison in comparisons if comparison.verdict == "orphaned"]
                yield comparisons
            if cursor is None:
                break


def compare_again(cloud: Cloud, suspects: list[PageComparison]) -> Iterator[PageComparison]:
    """Yield the pages that still differ: a page may have been in the queue at the first comparison."""
    renderer = page_renderer_of(cloud)
    for paths in rebuild_scan.batches([suspect.page.path for suspect in suspects]):
        comparisons = renderer.compare([urls.parse_path(path) for path in paths])
        yield from (comparison for comparison in comparisons if comparison.verdict != "unchanged")


def page_renderer_of(cloud: Cloud) -> PageRenderer:
    """Return the page renderer of a newsroom, with the AWS rights of the person who runs the command."""
    table, uploads = Table(cloud.news_table), Bucket(cloud.upload_bucket)
    return PageRenderer(table, Bucket(cloud.site_bucket), uploads, cloud.site_url)
