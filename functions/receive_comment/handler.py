"""Receive a comment: check it, and send it to the queue.

Woken by the HTTP API, POST /api/articles/{id}/comments. Reads NewsTable: the settings, and whether the
article takes comments. Reads CounterTable; writes CounterTable and CommentQueue.
Safe to repeat: the same comment sent again has the same id, so it is stored and counted once.

The response says that a comment was received only after the queue has it.
"""

from collections.abc import Mapping
from functools import cache

from adapters import http
from adapters.clients import setting
from adapters.logs import with_context
from adapters.rate_limits import RateLimiter
from adapters.table import Table
from adapters.wire import JsonObject
from receive_comment.answers import accepted, refusal
from workflows.comment_intake import HttpError, Intake, fields_of, open_request


@cache
def news_table() -> Table:
    return Table(setting("NEWS_TABLE"))


@cache
def intake() -> Intake:
    return Intake(RateLimiter(setting("COUNTER_TABLE")), setting("COMMENT_QUEUE"))


@with_context
def handle(event: JsonObject, context: object) -> JsonObject:
    """Answer one POST request."""
    request = http.parse_request(event)
    if not http.is_through_site(request, setting("ORIGIN_KEY", "")):
        return http.around_site()
    comment_request = open_request(request, news_table())
    fields: Mapping[str, object] = {}
    try:
        fields = fields_of(request)
        return accepted(comment_request, intake().receive(comment_request, fields))
    except HttpError as refused:
        return refusal(refused, comment_request, fields if refused.fields is None else refused.fields)
