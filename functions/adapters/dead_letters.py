"""Handling of failed messages: SQS delivers them again, or they are parked in the dead-letter queue with the reason.

A message that cannot succeed is parked at once. Any other message is tried five times. Then the function parks it
itself, because only the function knows the reason. If a function is killed, SQS moves the message without a reason.
"""

import re
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger

from adapters import clock
from adapters.clients import sqs
from newsroom.errors import PermanentError, TransientError

TRIES = 5  # the same as in the template's redrive policies
_LONGEST = 1000  # characters of a reason
_REFUSED = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd]")  # refused by SQS in an attribute; above U+FFFF, by us


def batch_response(event: Mapping[str, Any], failed: Mapping[str, Exception], dead_letters: str) -> dict[str, Any]:
    """Return a handler's response to SQS: the messages to deliver again. Park the hopeless ones first.

    failed: the errors by message id. dead_letters: the URL of the queue for parked messages.
    """
    again = []
    for record in event["Records"]:
        problem = failed.get(record["messageId"])
        if problem is None:
            continue
        received = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
        is_hopeless = isinstance(problem, PermanentError) or received >= TRIES
        if not (is_hopeless and _park(record, reason(problem), received, dead_letters)):
            again.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": again}


def reason(problem: Exception) -> str:
    """Return the reason for the operator. An unexpected error may quote a reader, so only its type is named."""
    if isinstance(problem, PermanentError | TransientError):
        return str(problem)
    return f"{type(problem).__name__}, which nobody foresaw: the function's log has the rest"


def _park(record: Mapping[str, Any], why: str, received: int, queue: str) -> bool:
    """Put a message in the dead-letter queue unchanged. Return False if that failed and SQS must retry."""
    details = {"reason": why, "message": record["messageId"], "received": str(received), "at": clock.now().isoformat()}
    attributes: Any = {
        name: {"DataType": "String", "StringValue": _REFUSED.sub("\ufffd", value)[:_LONGEST] or "none"}
        for name, value in details.items()
    }
    entry: Any = {"Id": "0", "MessageBody": record["body"], "MessageAttributes": attributes}
    try:
        answer = sqs().send_message_batch(QueueUrl=queue, Entries=[entry])
    except Exception:  # noqa: BLE001 - whatever it was, SQS's own redrive is the net
        Logger(child=True).exception("a message could not be parked", message_id=record["messageId"])
        return False
    return not answer.get("Failed")
