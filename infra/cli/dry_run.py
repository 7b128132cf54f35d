"""Dry runs: the result of publishing a file now, for the file and for the site.

Nothing is written. The decision comes from publish_article's code, the pages from plan_pages and rebuild_site,
the receipt from render_page; only the table differs, which keeps all writes in memory.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters import clock
from adapters.objects import Bucket
from adapters.table import Table
from infra.cli import CannotDo
from infra.receipt import Receipt
from newsroom import urls
from newsroom.invalidation import Affected
from newsroom.messages import RebuildMessage
from newsroom.publishing.decision import LARGEST, UploadDecision, decide
from newsroom.publishing.index_rows import upload_of
from newsroom.publishing.upload_state import File, UploadState
from newsroom.rendering import render
from newsroom.rendering.site_context import SiteContext
from newsroom.rows import D, Row, Rows
from newsroom.site import site_of
from newsroom.table_keys import SITE_KEY, Key, Partition, address_key, months_partition, upload_key
from workflows import follow_up_queries, rebuild_scan, theme_trial
from workflows.content_loader import ContentLoader
from workflows.page_content import load_content


@dataclass(frozen=True)
class DryRunTable(Table):
    """The table as it would be after publishing.

    name: the real table, which is only read; empty for a newsroom that has published nothing.
    written: the rows that would be written, by `pk` and `sk`; None for a row that would be deleted. site: the site
    bucket.
    """

    written: dict[str, dict[str, Row[Any] | None]] = field(default_factory=dict)
    site: Bucket | None = None

    def get_many(self, keys: Iterable[Key[object]]) -> Rows:
        keys = list(keys)
        written = {key: self.written[key.pk][key.sk] for key in keys if key.sk in self.written.get(key.pk, {})}
        others = [key for key in keys if key not in written]
        stored = super().get_many(others) if self.name and others else Rows()
        return Rows(stored | {key: row for key, row in written.items() if row})

    def query(
        self,
        partition: Partition[D],
        *,
        prefix: str = "",
        after: str | None = None,
        before: str | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> list[Row[D]]:
        own = self.written.get(partition, {})
        written = {sk: row for sk, row in own.items() if _is_in_range(sk, prefix, after, before)}
        stored: list[Row[D]] = []
        if self.name:
            most = limit + len(written) if limit else None  # enough for the rows that `written` replaces
            stored = super().query(
                partition, prefix=prefix, after=after, before=before, newest_first=newest_first, limit=most
            )
        rows = [*(row for row in stored if row.key.sk not in written), *filter(None, written.values())]
        return sorted(rows, key=lambda row: row.key.sk, reverse=newest_first)[:limit]

    def is_anothers(self, path: str) -> bool:
        head = self.site.head(urls.object_key(path)) if self.site else None
        return head is not None and not head.is_ours

    def has_articles(self) -> bool:
        return bool(self.query(months_partition(urls.WHOLE_SITE), limit=1))

    def write(self, decision: UploadDecision) -> None:
        """Keep the rows that publish_article would write."""
        for key, doc in decision.ahead.items():
            self.written.setdefault(key.pk, {})[key.sk] = Row(key, doc)
        for change in decision.changes:
            rev = 0 if change.expected_rev is None else change.expected_rev + 1
            row = None if change.doc is None else Row(change.key, change.doc, rev, change.body, change.parts)
            self.written.setdefault(change.key.pk, {})[change.key.sk] = row


def _is_in_range(sk: str, prefix: str, after: str | None, before: str | None) -> bool:
    """Return True if a query with these limits returns the row with this sort key."""
    return sk.startswith(prefix) and (after is None or sk > after) and (before is None or sk < before)


@dataclass(frozen=True, slots=True)
class DryRunResult:
    """The result for one file: its receipt, and the addresses of the pages that would be rendered.
    whole_paper: every page would be rendered."""

    receipt: Receipt
    pages: list[str]
    whole_paper: bool


def check(table: DryRunTable, files: Mapping[str, Path], site_url: str) -> Iterator[DryRunResult]:
    """Yield the result for each file, checked against the table with all earlier files applied."""
    for key, path in files.items():
        now = clock.now()
        try:
            with path.open("rb") as content:
                file = File(content.read(LARGEST + 1), None, now)
        except OSError as problem:
            raise CannotDo(f"{path} cannot be read: {problem.strerror}") from problem
        rows = table.get_many([upload_key(key), SITE_KEY])
        settings = rows.find(SITE_KEY)
        site = site_of(settings.doc if settings else None, site_url)
        upload = upload_of(rows.find(upload_key(key)))
        state = UploadState(
            key,
            file,
            upload,
            settings,
            site,
            now,
            table.get_many,
            table.has_articles,
            theme_trial.read,
            table.is_anothers,
        )
        decision = decide(state)
        affected = apply(table, decision)
        pages = affected.pages - _never_public(table, affected.pages)
        rendered = sorted(path for path in pages if path.startswith("/"))
        whole_paper = any(batch.scope == "everything" for batch in affected.rebuilds)
        yield DryRunResult(receipt_of(table, key, site_url), rendered, whole_paper)


def apply(table: DryRunTable, decision: UploadDecision) -> Affected:
    """Write a decision to the dry-run table; return the affected pages, with the pages of every rebuild."""
    keys = [*decision.ahead, *(change.key for change in decision.changes)]
    before = table.get_many(keys)
    table.write(decision)
    after = table.get_many(keys)
    affected = Affected()
    for key in keys:
        follow_up_queries.merge(affected, before.get(key), after.get(key))
    follow_up_queries.ask_follow_ups(affected, table)
    for batch in affected.rebuilds:
        affected.pages |= pages_of(table, batch)
    return affected


def pages_of(table: DryRunTable, rebuild: RebuildMessage) -> set[str]:
    """Return the pages of a rebuild; none for a rebuild of the whole site."""
    batch, pages = rebuild, set[str]()
    while rebuild.scope != "everything":
        step = rebuild_scan.scan_step(batch, table)
        pages.update(step.paths)
        if step.cursor is None:
            break
        batch = batch.batch("", cursor=step.cursor)
    return pages


def receipt_of(table: DryRunTable, key: str, site_url: str) -> Receipt:
    """Return the receipt that would be written."""
    page = urls.parse_path(urls.receipt_path(key))
    loader = ContentLoader.open(table, [page], site_url)
    content = load_content(page, loader)
    if content is None:
        raise LookupError(f"{key} has left no row")
    receipt: Receipt = json.loads(render.render_page(page, content, SiteContext(loader.site), edition=0).body)
    return receipt


def _never_public(table: DryRunTable, paths: Iterable[str]) -> set[str]:
    """Return the addresses that were never public: their pages are planned, but not rendered."""
    keys = {path: address_key(path) for path in paths}
    rows = table.get_many(keys.values())
    return {path for path, key in keys.items() if (claim := rows.doc(key)) and claim.get("seen") is False}
