"""Mark the pages a change makes stale, and ask for the render of pages that were marked.

Woken by NewsTable's stream. Reads NewsTable; raises editions in NewsTable, writes RenderQueue and RebuildQueue, and
UploadQueue for uploads whose obstacle is gone. Safe to repeat: a page marked or asked for once too often is drawn
once too often, and nothing more. Marking and asking are two records of the stream on purpose: a mark that lands late
announces itself.
"""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from adapters import queues
from adapters.clients import setting
from adapters.table import Table, cause_of_image, edition_of_image, row_of_image
from newsroom import urls
from newsroom.invalidation import Affected, RebuildRequest, affected_pages, front_pages
from newsroom.rows import Row, comment_target_key, links_pk, list_pk, successors_pk, thread_counter_key
from newsroom.upload_messages import upload_message
from workflows import follow_up_queries

MOST_SUCCESSORS = 100  # of one owner that are looked at again; only one of them can take its place
MOST_CAUSES = 10  # of a batch that its pages remember; what each goes back to is for the logs alone


@cache
def logger() -> Logger:
    return Logger(use_rfc3339=True)


@cache
def news_table() -> Table:
    return Table(setting("NEWS_TABLE"))


def handle(event: dict[str, Any], context: object) -> None:
    """A batch of stream records. It fails whole, by raising: the stream brings it again."""
    plan([record["dynamodb"] for record in event["Records"]])


def plan(records: list[dict[str, Any]]) -> None:
    raised: dict[str, str] = {}
    causes: set[str] = set()
    affected = Affected()
    for record in records:
        old, new = record.get("OldImage"), record.get("NewImage")
        kind, _, path = record["Keys"]["pk"]["S"].partition("#")
        if kind == "PAGE":
            if edition_of_image(new) > edition_of_image(old):
                raised[path] = cause_of_image(new)
        else:
            causes.add(cause_of_image(new))
            merge(affected, row_of_image(old), row_of_image(new))
    ask_follow_ups(affected, news_table())
    cause = "\n".join(sorted(causes - {""})[:MOST_CAUSES])
    news_table().invalidate(sorted(affected.pages), cause=cause)
    queues.send(setting("REBUILD_QUEUE"), [piece._asdict() for piece in sorted(affected.rebuilds)])
    queues.send(setting("UPLOAD_QUEUE"), [upload_message(key) for key in sorted(affected.uploads)])
    queues.send(setting("RENDER_QUEUE"), [{"page": path, "cause": raised[path]} for path in sorted(raised)])
    logger().info(
        "planned",
        cause=sorted({*cause.splitlines(), *(each for whose in raised.values() for each in whose.splitlines())}),
        marked=sorted(affected.pages),
        asked=sorted(raised),
        pieces=sorted(affected.rebuilds),
        looks=sorted(affected.uploads),
    )


def merge(affected: Affected, before: Row | None, after: Row | None) -> None:
    found = affected_pages(before, after)
    affected.pages |= found.pages
    affected.entries |= found.entries
    affected.neighbours |= found.neighbours
    affected.liveness_changed |= found.liveness_changed
    affected.comments_changed |= found.comments_changed
    affected.target_changed |= found.target_changed
    affected.freed_owners |= found.freed_owners
    affected.uploads |= found.uploads
    affected.rebuilds |= found.rebuilds


def ask_follow_ups(affected: Affected, table: Table) -> None:
    """Ask the table, as it is after the changes, what their images alone could not tell."""
    affected.pages |= {
        page
        for list_name in follow_up_queries.lists_with_changed_fronts(table, affected.entries)
        for page in front_pages(list_name)
    }
    affected.pages |= {address for sk in sorted(affected.neighbours) for address in neighbours(table, sk)}
    affected.rebuilds |= {
        RebuildRequest(f"links{path}") for path in sorted(affected.liveness_changed) if has_inbound_links(table, path)
    }
    affected.uploads |= {key for owner in sorted(affected.freed_owners) for key in successors(table, owner)}
    doorsteps, talks = (
        map(comment_target_key, sorted(affected.comments_changed)),
        map(thread_counter_key, sorted(affected.target_changed)),
    )
    for key, row in table.get_many([*doorsteps, *talks]).items():
        if key.sk == "TALK":
            affected.rebuilds.add(RebuildRequest(f"comments/{key.pk.removeprefix('TALK#')}"))
        else:
            affected.pages.add(row.doc["address"])


def neighbours(table: Table, sk: str) -> list[str]:
    older = table.query(list_pk(urls.WHOLE_SITE), before=sk, newest_first=True, limit=1)
    newer = table.query(list_pk(urls.WHOLE_SITE), after=sk, limit=1)
    return [row.doc["address"] for row in [*older, *newer]]


def has_inbound_links(table: Table, path: str) -> bool:
    return bool(table.query(links_pk(path), limit=1))


def successors(table: Table, owner: str) -> list[str]:
    """The uploads that could go on in the place of an owner."""
    return [row.doc["key"] for row in table.query(successors_pk(owner), limit=MOST_SUCCESSORS)]
