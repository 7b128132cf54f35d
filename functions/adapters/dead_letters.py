"""What becomes of messages that could not be dealt with: they come again, or are parked with the reason.

What cannot succeed is parked at once. What fails is tried five times; then the function parks it itself,
since only it knows why. A function that is killed cannot: then SQS moves the message, without a reason.
"""

import re
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger

from adapters import clock
from adapters.clients import sqs
from newsroom.errors import PermanentError, TransientError

TRIES = 5  # as the redrive policies of the template have it
_LONGEST = 1000  # characters of a reason
_REFUSED = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd]")  # by SQS, in an attribute; beyond its plane, by us


def batch_response(event: Mapping[str, Any], failed: Mapping[str, Exception], dead_letters: str) -> dict[str, Any]:
    """What a handler answers SQS: the messages to bring again. Those that need not come again are parked first.

    failed: why, by message id. dead_letters: the address of the queue they are parked in.
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
    """Why, for the operator. What nobody foresaw may quote a reader, so it is named by its kind alone."""
    if isinstance(problem, PermanentError | TransientError):
        return str(problem)
    return f"{type(problem).__name__}, which nobody foresaw: the function's log has the rest"


def _park(record: Mapping[str, Any], why: str, received: int, queue: str) -> bool:
    """Put a message in the dead-letter queue as it was; False if that failed, and SQS is to try again."""
    told = {"reason": why, "message": record["messageId"], "received": str(received), "at": clock.now().isoformat()}
    attributes: Any = {
        name: {"DataType": "String", "StringValue": _REFUSED.sub("\ufffd", value)[:_LONGEST] or "none"}
        for name, value in told.items()
    }
    entry: Any = {"Id": "0", "MessageBody": record["body"], "MessageAttributes": attributes}
    try:
        answer = sqs().send_message_batch(QueueUrl=queue, Entries=[entry])
    except Exception:  # noqa: BLE001 - whatever it was, SQS's own redrive is the net
        Logger(child=True).exception("a message could not be parked", message_id=record["messageId"])
        return False
    return not answer.get("Failed")
