"""Take comments in: judge each by the paper's rules and store it, with what is private about it apart.

Woken by CommentQueue. Reads and writes NewsTable and PrivateTable.
Safe to repeat: a comment's id was made where it was sent, and a comment that is stored is not stored again.
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
    """A batch of CommentQueue; comments that could not be taken in now come again. What a message
    says is never logged: it holds a mail address."""
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
