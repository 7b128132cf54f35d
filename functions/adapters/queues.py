"""Messages to SQS, as JSON."""

import json
from collections.abc import Mapping, Sequence
from typing import Literal

from adapters.clients import sqs
from newsroom.errors import TransientError

_BATCH = 10  # messages a call, SQS's own limit


def held(queue_url: str) -> int:
    """Return the approximate number of messages that a queue can deliver, as SQS counts them."""
    name: Literal["ApproximateNumberOfMessages"] = "ApproximateNumberOfMessages"
    return int(sqs().get_queue_attributes(QueueUrl=queue_url, AttributeNames=[name])["Attributes"][name])


def send(queue_url: str, messages: Sequence[Mapping[str, object]]) -> None:
    """Send all messages to the queue. Raises TransientError if it refused any."""
    for start in range(0, len(messages), _BATCH):
        answer = sqs().send_message_batch(
            QueueUrl=queue_url,
            Entries=[
                {"Id": str(place), "MessageBody": json.dumps(message, separators=(",", ":"))}
                for place, message in enumerate(messages[start : start + _BATCH])
            ],
        )
        if refused := answer.get("Failed"):
            raise TransientError(f"the queue refused {len(refused)} messages: {refused[0].get('Message', '')}")
