"""Mark the pages that a change makes stale, and request the render of marked pages.

Woken by NewsTable's stream. Reads NewsTable; raises editions in NewsTable, writes RenderQueue and RebuildQueue, and
UploadQueue for uploads that are no longer blocked. Safe to repeat: a page that is marked or requested twice is
rendered twice, with no other effect. Marking and requesting use separate stream records on purpose: a late mark
creates its own record, so it still leads to a render.
"""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from adapters import queues
from adapters.clients import setting
from adapters.table import Table, cause_of_image, edition_of_image, row_of_image
from newsroom.invalidation import Affected
from newsroom.upload_messages import upload_message
from workflows import follow_up_queries

MOST_CAUSES = 10  # of a batch that are stored with its pages; causes are only for the logs


@cache
def logger() -> Logger:
    return Logger(use_rfc3339=True)


@cache
def news_table() -> Table:
    return Table(setting("NEWS_TABLE"))


def handle(event: dict[str, Any], context: object) -> None:
    """Process a batch of stream records. An error fails the whole batch, and the stream delivers it again."""
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
            follow_up_queries.merge(affected, row_of_image(old), row_of_image(new))
    follow_up_queries.ask_follow_ups(affected, news_table())
    cause = "\n".join(sorted(causes - {""})[:MOST_CAUSES])
    news_table().invalidate(sorted(affected.pages), cause=cause)
    queues.send(setting("REBUILD_QUEUE"), [piece._asdict() for piece in sorted(affected.rebuilds)])
    queues.send(setting("UPLOAD_QUEUE"), [upload_message(key) for key in sorted(affected.uploads)])
    queues.send(setting("RENDER_QUEUE"), [{"page": path, "cause": raised[path]} for path in sorted(raised)])
    logger().info(
        "planned",
        cause=sorted({*cause.splitlines(), *(line for lines in raised.values() for line in lines.splitlines())}),
        marked=sorted(affected.pages),
        asked=sorted(raised),
        pieces=sorted(affected.rebuilds),
        looks=sorted(affected.uploads),
    )
