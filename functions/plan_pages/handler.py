"""Mark the pages that a change makes stale, and request the render of marked pages.

Woken by NewsTable's stream. Reads NewsTable; raises editions in NewsTable, writes RenderQueue and RebuildQueue, and
UploadQueue for uploads that are no longer blocked. Safe to repeat: a page that is marked or requested twice is
rendered twice, with no other effect. Marking and requesting use separate stream records on purpose: a late mark
creates its own record, so it still leads to a render.
"""

from functools import cache

from adapters import queues
from adapters.clients import setting
from adapters.logs import logger, with_context
from adapters.stream import RowChange, parse_change
from adapters.table import Table
from adapters.wire import JsonObject
from newsroom.invalidation import Affected
from newsroom.messages import RenderMessage, upload_message
from newsroom.table_keys import is_page, name_of
from workflows import follow_up_queries

MOST_CAUSES = 10  # of a batch that are stored with its pages; causes are only for the logs


@cache
def news_table() -> Table:
    return Table(setting("NEWS_TABLE"))


@with_context
def handle(event: JsonObject, context: object) -> None:
    """Process a batch of stream records. An error fails the whole batch, and the stream delivers it again."""
    changes = [parse_change(record) for record in event["Records"]]
    mark_pages([change for change in changes if not is_page(change.key)])
    request_renders([change for change in changes if is_page(change.key) and change.is_raised])


def mark_pages(changes: list[RowChange]) -> None:
    """Mark the pages that read the changed rows. Request rebuilds and uploads that the changes call for."""
    affected = Affected()
    for change in changes:
        follow_up_queries.merge(affected, change.before, change.after)
    follow_up_queries.ask_follow_ups(affected, news_table())
    causes = sorted({change.cause for change in changes} - {""})[:MOST_CAUSES]
    news_table().invalidate(sorted(affected.pages), cause="\n".join(causes))
    queues.send(setting("REBUILD_QUEUE"), [rebuild.wire() for rebuild in sorted(affected.rebuilds)])
    queues.send(setting("UPLOAD_QUEUE"), [upload_message(key) for key in sorted(affected.uploads)])
    if changes:
        logger().info(
            "pages marked",
            cause=causes,
            marked=sorted(affected.pages),
            rebuilds=sorted(rebuild.scope for rebuild in affected.rebuilds),
            uploads=sorted(affected.uploads),
        )


def request_renders(raised: list[RowChange]) -> None:
    """Request the render of pages whose edition was raised."""
    causes = {name_of(change.key): change.cause for change in raised}
    queues.send(setting("RENDER_QUEUE"), [RenderMessage(path, causes[path]).wire() for path in sorted(causes)])
    if causes:
        logger().info(
            "renders requested",
            cause=sorted({line for cause in causes.values() for line in cause.splitlines()}),
            requested=sorted(causes),
        )
