"""Handling of failed messages: SQS delivers them again, or they are parked in the dead-letter queue with the reason.

A message that cannot succeed is parked at once. Any other message is tried five times. Then the function parks it
itself, because only the function knows the reason. If a function is killed, SQS moves the message without a reason.
"""

import re
from typing import Any

from adapters import clock
from adapters.clients import sqs
from adapters.logs import logger
from adapters.wire import JsonObject
from newsroom.errors import PermanentError, TransientError

TRIES = 5  # the same as in the template's redrive policies
_LONGEST = 1000  # characters of a reason
_REFUSED = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd]")  # refused by SQS in an attribute; above U+FFFF, by us


def park_if_hopeless(record: JsonObject, problem: Exception, queue: str) -> bool:
    """Park a failed message if no retry can help. Return False if SQS must deliver it again.

    queue: the URL of the dead-letter queue.
    """
    received = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
    is_hopeless = isinstance(problem, PermanentError) or received >= TRIES
    return is_hopeless and _park(record, reason(problem), received, queue)


def reason(problem: Exception) -> str:
    """Return the reason for the operator. An unexpected error may quote a reader, so only its type is named."""
    if isinstance(problem, PermanentError | TransientError):
        return str(problem)
    return f"{type(problem).__name__}, which nobody foresaw: the function's log has the rest"


def _park(record: JsonObject, why: str, received: int, queue: str) -> bool:
    """Put a message in the dead-letter queue unchanged. Return False if that failed and SQS must retry."""
    details = {"reason": why, "message": record["messageId"], "received": str(received), "at": clock.now().isoformat()}
    attributes: JsonObject = {
        name: {"DataType": "String", "StringValue": _REFUSED.sub("\ufffd", value)[:_LONGEST] or "none"}
        for name, value in details.items()
    }
    entry: Any = {"Id": "0", "MessageBody": record["body"], "MessageAttributes": attributes}
    try:
        answer = sqs().send_message_batch(QueueUrl=queue, Entries=[entry])
    except Exception:  # noqa: BLE001 - whatever it was, SQS's own redrive is the net
        logger().exception("a message could not be parked", message_id=record["messageId"])
        return False
    return not answer.get("Failed")
