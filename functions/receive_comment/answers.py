"""The answers to a comment: received, or refused and why."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from adapters import http
from adapters.wire import JsonObject
from newsroom.comments import submissions
from workflows.comment_intake import CommentRequest, HttpError, Received

if TYPE_CHECKING:
    from newsroom.rendering.content import ResponsePage


def accepted(request: CommentRequest, received: Received) -> JsonObject:
    if request.http.wants_page:
        return http.see_other(received.receipt)
    answer = {"id": received.id, "status": "received", "receipt": received.receipt}
    return http.json_response(202, answer, location=received.receipt)


def refusal(refused: HttpError, request: CommentRequest, fields: Mapping[str, object]) -> JsonObject:
    """Return the answer to a refused comment: a page for readers, RFC 9457 for programs."""
    if not request.http.wants_page:
        return http.problem_response(
            refused.status, refused.message, refused.problems, receipt=refused.receipt, **refused.headers
        )
    from newsroom.rendering import render  # only a refused form is rendered here, and the templates are slow to load

    name: ResponsePage = "refused"
    page: Mapping[str, object] = {
        "heading": refused.heading,
        "message": refused.message,
        "address": request.article["address"] if request.article else None,
        "receipt": refused.receipt or None,
    }
    if refused.problems and request.article:
        name = "form-error"
        page = {"article": request.article, "problems": refused.problems, "given": submissions.form_values(fields)}
        # A form that is sent again names the page it comes from.
        refused.headers["referrer_policy"] = "same-origin"
    return http.html_response(refused.status, render.render_response(name, page, request.site), **refused.headers)
