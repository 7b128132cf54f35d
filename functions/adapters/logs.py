"""The log of a function: JSON lines with the Lambda context, made on first use."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from aws_lambda_powertools import Logger

from adapters.wire import JsonObject

Handler = Callable[[JsonObject, Any], Any]


@cache
def logger() -> Logger:
    return Logger(use_rfc3339=True)


def with_context(handle: Handler) -> Handler:
    """Add the Lambda context (request id, function, cold start) to every line that an invocation logs. An invocation
    by hand has no context."""

    @wraps(handle)
    def logged(event: JsonObject, context: Any) -> Any:
        if context is None:
            return handle(event, context)
        return logger().inject_lambda_context(handle)(event, context)

    return logged
