"""A batch of SQS messages: each is parsed and processed alone, and no message's failure stops its neighbours."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from adapters import dead_letters
from adapters.logs import logger
from adapters.wire import JsonObject
from newsroom.errors import PermanentError, TransientError

Message = TypeVar("Message")


@dataclass(slots=True)
class Batch(Generic[Message]):
    """The messages of one invocation, by their id, and the errors of those that failed.

    is_private: the body of a message is not logged. A parked message keeps its body.
    """

    event: JsonObject
    is_private: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    failed: dict[str, Exception] = field(default_factory=dict)

    @classmethod
    def parse(
        cls, event: JsonObject, parser: Callable[[str], Message], *, is_private: bool = False
    ) -> "Batch[Message]":
        """Parse each message. A message that has not the right form fails for good."""
        batch = cls(event, is_private)
        for record in event["Records"]:
            try:
                batch.messages[record["messageId"]] = parser(record["body"])
            except PermanentError as problem:
                batch.fail(record["messageId"], problem)
        return batch

    def process(self, work: Callable[[str, Message], None]) -> None:
        """Do the work for each message, by its id and content."""
        for id, message in self.messages.items():
            try:
                work(id, message)
            except Exception as problem:  # noqa: BLE001 - SQS repeats a failure that we do not know
                self.fail(id, problem)

    def fail(self, id: str, problem: Exception) -> None:
        """Log the failure of a message, and remember it for the response."""
        self.failed[id] = problem
        message: JsonObject = {"message_id": id}
        if not self.is_private:
            message["body"] = next(record["body"] for record in self.event["Records"] if record["messageId"] == id)
        if isinstance(problem, PermanentError):
            logger().error("message refused", reason=str(problem), **message)
        elif isinstance(problem, TransientError):
            logger().warning("message failed and is tried again", reason=str(problem), **message)
        else:
            logger().error("message failed for an unexpected reason", exc_info=problem, **message)

    def response(self, dead_letter_queue: str) -> JsonObject:
        """Return the response to SQS: the messages to deliver again. Park the hopeless ones first.

        dead_letter_queue: the URL of the queue for parked messages.
        """
        again = []
        for record in self.event["Records"]:
            problem = self.failed.get(record["messageId"])
            if problem and not dead_letters.park_if_hopeless(record, problem, dead_letter_queue):
                again.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": again}
