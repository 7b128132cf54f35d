"""The form of what AWS sends and receives: events, responses, the parameters of calls, and the Lambda context."""

from typing import Any, Protocol

JsonObject = dict[str, Any]
"""A JSON object whose fields AWS defines: an event, a response, a call, an item of DynamoDB."""


class Context(Protocol):
    """The part of the Lambda context that the functions use. An invocation by hand has None instead."""

    def get_remaining_time_in_millis(self) -> int: ...
