"""Store comments: apply the site's rules to each, and keep its private data in a separate table.

Woken by CommentQueue. Reads and writes NewsTable; writes PrivateTable.
Safe to repeat: receive_comment makes each comment's id, and a stored comment is not stored again.
"""

from functools import cache

from adapters import clock
from adapters.batches import Batch
from adapters.clients import setting
from adapters.logs import logger, with_context
from adapters.table import Table
from adapters.wire import JsonObject
from newsroom.messages import SubmittedComment, parse_submitted_comment
from workflows.comments import CommentThreads, cause_of


@cache
def comment_threads() -> CommentThreads:
    return CommentThreads(Table(setting("NEWS_TABLE")), Table(setting("PRIVATE_TABLE")))


@with_context
def handle(event: JsonObject, context: object) -> JsonObject:
    """Process a batch of CommentQueue; return the messages that failed, which the queue delivers again."""
    batch = Batch.parse(event, parse_submitted_comment, is_private=True)
    batch.process(lambda _, submitted: ingest(submitted))
    return batch.response(setting("COMMENT_DLQ"))


def ingest(submitted: SubmittedComment) -> None:
    comment = comment_threads().ingest(submitted, clock.now().isoformat(timespec="milliseconds"))
    logger().info("comment stored", cause=cause_of(comment["id"]), article=comment["article"], status=comment["status"])
