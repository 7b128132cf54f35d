"""Store comments: apply the site's rules to each, and keep its private data in a separate table.

Woken by CommentQueue. Reads and writes NewsTable; writes PrivateTable.
Safe to repeat: receive_comment makes each comment's id, and a stored comment is not stored again.
"""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from adapters import clock, dead_letters
from adapters.clients import setting
from adapters.table import Table
from newsroom.comments.submissions import parse_submitted_comment
from newsroom.errors import PermanentError, TransientError
from workflows.comments import CommentThreads, cause_of


@cache
def logger() -> Logger:
    return Logger(use_rfc3339=True)


@cache
def comment_threads() -> CommentThreads:
    return CommentThreads(Table(setting("NEWS_TABLE")), Table(setting("PRIVATE_TABLE")))


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Process a batch of CommentQueue; return the messages that failed, which the queue delivers again. The body of
    a message is never logged, because it holds a mail address."""
    failed: dict[str, Exception] = {}
    for message in event["Records"]:
        try:
            ingest(message["body"])
        except PermanentError as problem:
            logger().error("not a comment", message_id=message["messageId"], reason=str(problem))
            failed[message["messageId"]] = problem
        except TransientError as problem:
            logger().warning("try again", message_id=message["messageId"], reason=str(problem))
            failed[message["messageId"]] = problem
        except Exception as problem:  # noqa: BLE001 - an unknown failure is the queue's to repeat
            logger().exception("a comment could not be taken in", message_id=message["messageId"])
            failed[message["messageId"]] = problem
    return dead_letters.batch_response(event, failed, setting("COMMENT_DLQ"))


def ingest(body: str) -> None:
    submitted = parse_submitted_comment(body)
    comment = comment_threads().ingest(submitted, clock.now().isoformat(timespec="milliseconds"))
    logger().info(
        "comment taken in", cause=cause_of(comment["id"]), article=comment["article"], status=comment["status"]
    )
