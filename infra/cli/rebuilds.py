"""Requests for rebuilds, the progress of a rebuild, and the same comparison without a rebuild."""

import json
import secrets
from collections.abc import Iterator, Mapping
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
from newsroom.rebuilds import RebuildBatch
from workflows import rebuild_scan
from workflows.render_pages import PageComparison, PageRenderer

LARGEST_REPORT = 1 << 20  # bytes; it names some hundred pages


def chosen(section: str | None, month: str | None, paths: list[str]) -> RebuildBatch:
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
        return rebuilds.parse_batch({"of": of, "paths": paths, "why": "asked"})
    except PermanentError as problem:
        raise CannotDo(str(problem)) from problem


def ask(cloud: Cloud, batch: RebuildBatch) -> str:
    """Request a rebuild; return its id."""
    id = f"{clock.now().strftime('%Y%m%dT%H%M%SZ')}-{secrets.token_hex(3)}"
    queues.send(cloud.queues["rebuild"], [{**batch, "rebuild": id}])
    return id


def report(cloud: Cloud, id: str) -> JsonObject | None:
    """Return the report of a rebuild, or None before its end."""
    stored = Bucket(cloud.upload_bucket).get(rebuilds.report_key(id), LARGEST_REPORT)
    return json.loads(stored.body) if stored else None


def followed(cloud: Cloud, batch: RebuildBatch, id: str, seconds: float) -> Iterator[Mapping[str, Any]]:
    """Yield the counts of a rebuild whenever they change, and finally its report.

    Raises CannotDo after `seconds` without progress.
    """
    keys = [rebuilds.shard_key(id, shard) for shard in rebuilds.shards_of(batch)]
    poll, before = Poll(seconds), rebuilds.no_counts()
    while (finished := report(cloud, id)) is None:
        shards = Table(cloud.news_table).get_many(keys)
        counts = rebuilds.sum_counts(row.doc["found"] for row in shards.values())
        if counts != before:
            yield counts
        if not poll.wait(progress=counts != before):
            reason = f"nothing has moved for {seconds:g} seconds: 'broadsheet status' shows what is waiting"
            raise CannotDo(f"rebuild {id}: {reason}", code=1)
        before = counts
    yield finished


def differences(cloud: Cloud, batch: RebuildBatch) -> Iterator[list[PageComparison]]:
    """Compare pages with the tables, batch after batch; in the bucket, check only objects that are not known
    pages. Nothing is written."""
    renderer = page_renderer_of(cloud)
    for shard in rebuilds.shards_of(batch):
        after: list[str] | None = None
        while True:
            step = rebuild_scan.scan_shard({**batch, "strand": shard, "number": 0, "after": after}, renderer)
            after = step.after
            for paths in rebuild_scan.batches(step.paths):
                comparisons = renderer.compare([urls.parse_path(path) for path in paths])
                yield [page for page in comparisons if shard != "bucket" or page.verdict == "orphaned"]
            if after is None:
                break


def compare_again(cloud: Cloud, pages: list[PageComparison]) -> Iterator[PageComparison]:
    """Yield the pages that still differ: a page may have been in the queue at the first comparison."""
    renderer = page_renderer_of(cloud)
    for paths in rebuild_scan.batches([page.page.path for page in pages]):
        comparisons = renderer.compare([urls.parse_path(path) for path in paths])
        yield from (page for page in comparisons if page.verdict != "unchanged")


def page_renderer_of(cloud: Cloud) -> PageRenderer:
    """Return the page renderer of a newsroom, with the AWS rights of the person who runs the command."""
    table, uploads = Table(cloud.news_table), Bucket(cloud.upload_bucket)
    return PageRenderer(table, Bucket(cloud.site_bucket), uploads, cloud.site_url)
