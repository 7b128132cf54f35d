"""Queries after a change of rows: they find the stale pages that the old and the new image do not name.

plan_pages runs them for the stream's records, and the command line for a dry run.
"""

from collections.abc import Iterable
from typing import Any

from adapters.table import Table
from newsroom import urls
from newsroom.invalidation import Affected, affected_pages, front_pages
from newsroom.messages import RebuildMessage
from newsroom.rows import Row
from newsroom.table_keys import (
    comment_target_key,
    entries_partition,
    links_partition,
    successors_partition,
    thread_counter_key,
)

MOST_SUCCESSORS = 100  # of one owner that are processed again; only one of them can take its place


def merge(affected: Affected, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Add what one change of a row affects."""
    change = affected_pages(before, after)
    affected.pages |= change.pages
    affected.entries |= change.entries
    affected.neighbours |= change.neighbours
    affected.liveness_changed |= change.liveness_changed
    affected.comments_changed |= change.comments_changed
    affected.target_changed |= change.target_changed
    affected.freed_owners |= change.freed_owners
    affected.uploads |= change.uploads
    affected.rebuilds |= change.rebuilds


def ask_follow_ups(affected: Affected, table: Table) -> None:
    """Query the table, after the changes, for facts that the images do not contain."""
    for list_name in lists_with_changed_fronts(table, affected.entries):
        affected.pages.update(front_pages(list_name))
    for sk in sorted(affected.neighbours):
        affected.pages.update(neighbours(table, sk))
    for path in sorted(affected.liveness_changed):
        if has_inbound_links(table, path):
            affected.rebuilds.add(RebuildMessage(f"links{path}"))
    for owner in sorted(affected.freed_owners):
        affected.uploads.update(successors(table, owner))
    ask_about_discussions(affected, table)


def ask_about_discussions(affected: Affected, table: Table) -> None:
    """Add the current addresses of articles whose comments changed, and rebuild the discussions of changed articles."""
    targets = [comment_target_key(article) for article in sorted(affected.comments_changed)]
    counters = {article: thread_counter_key(article) for article in sorted(affected.target_changed)}
    rows = table.get_many([*targets, *counters.values()])
    for key in targets:
        if target := rows.doc(key):
            affected.pages.add(target["address"])
    for article, counter in counters.items():
        if counter in rows:
            affected.rebuilds.add(RebuildMessage(f"comments/{article}"))


def neighbours(table: Table, sk: str) -> list[str]:
    older = table.query(entries_partition(urls.WHOLE_SITE), before=sk, newest_first=True, limit=1)
    newer = table.query(entries_partition(urls.WHOLE_SITE), after=sk, limit=1)
    return [row.doc["address"] for row in [*older, *newer]]


def has_inbound_links(table: Table, path: str) -> bool:
    return bool(table.query(links_partition(path), limit=1))


def successors(table: Table, owner: str) -> list[str]:
    """List the uploads that could take the place of an owner."""
    return [row.doc["key"] for row in table.query(successors_partition(owner), limit=MOST_SUCCESSORS)]


def lists_with_changed_fronts(table: Table, entries: Iterable[tuple[str, str]]) -> list[str]:
    """List those whose front must be rendered: one of these entries (list, sk) is or was among its newest.

    Every entry is also in the whole-site list. If few entries are newer there, no other list is queried.
    """
    newest: dict[str, str] = {}
    for list_name, sk in entries:
        newest[list_name] = max(sk, newest.get(list_name, ""))
    if not newest or _is_among_newest(table, urls.WHOLE_SITE, min(newest.values())):
        return [*newest]
    return [list_name for list_name, sk in sorted(newest.items()) if _is_among_newest(table, list_name, sk)]


def _is_among_newest(table: Table, list_name: str, sk: str) -> bool:
    return len(table.query(entries_partition(list_name), after=sk, limit=urls.NEWEST)) < urls.NEWEST
