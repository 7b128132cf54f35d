"""Receive a comment: check it, and send it to the queue.

Woken by the HTTP API, POST /api/articles/{id}/comments. Reads NewsTable: the settings, and whether the
article takes comments. Reads CounterTable; writes CounterTable and CommentQueue.
Safe to repeat: the same comment sent again has the same id, so it is stored and counted once.

The response says that a comment was received only after the queue has it.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from aws_lambda_powertools import Logger

from adapters import clock, http, queues, secrets
from adapters.clients import setting
from adapters.http import Request
from adapters.rate_limits import RateLimiter
from adapters.table import Table
from newsroom.comment import LONGEST, REMEMBERED_FOR, CommentTarget, FormProblem
from newsroom.comments import submissions, tokens
from newsroom.comments.submissions import FAR_TOO_LONG, LARGEST_REQUEST, InvalidForm, Submission, SubmittedComment
from newsroom.rows import SITE_KEY, comment_target_key
from newsroom.site import Site, site_of

if TYPE_CHECKING:
    from newsroom.rendering.content import ResponsePage

DAY = 24 * 60 * 60
MOST_AGAIN = 5  # times a day that the same text may be sent, if all earlier ones were erased
_ARTICLE = re.compile(r"[a-z0-9-]{1,200}\Z")


@cache
def logger() -> Logger:
    return Logger(use_rfc3339=True)


@cache
def news_table() -> Table:
    return Table(setting("NEWS_TABLE"))


@cache
def rate_limiter() -> RateLimiter:
    return RateLimiter(setting("COUNTER_TABLE"))


@dataclass(frozen=True, slots=True)
class CommentRequest:
    """The context of a request: the site, the article, and the submitted fields as far as they could be read."""

    request: Request
    site: Site
    article: CommentTarget | None
    fields: Mapping[str, Any]


class HttpError(Exception):
    """A comment that is refused, and the reason.

    problems: errors that the writer can correct in the form, which is shown again with the writer's text. fields: the
    submitted fields, if only they could be read. receipt: the address of the receipt of an existing comment.
    """

    def __init__(
        self,
        status: int,
        heading: str,
        message: str,
        *problems: FormProblem,
        fields: Mapping[str, Any] | None = None,
        receipt: str = "",
        **headers: str,
    ) -> None:
        super().__init__(message)
        self.status, self.heading, self.message = status, heading, message
        self.problems, self.headers = list(problems), headers
        self.fields, self.receipt = fields, receipt


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one POST request."""
    request = http.parse_request(event)
    if not http.is_through_site(request, setting("ORIGIN_KEY", "")):
        return http.around_site()
    id = request.parameters.get("id", "")
    rows = news_table().get_many([SITE_KEY, comment_target_key(id)] if _ARTICLE.match(id) else [SITE_KEY])
    settings, target = rows.get(SITE_KEY), rows.get(comment_target_key(id))
    site = site_of(settings.doc if settings else None, setting("SITE_URL"))
    door = CommentRequest(request, site, cast(CommentTarget, target.doc) if target else None, {})
    try:
        door = CommentRequest(request, site, door.article, fields_of(request))
        return receive(door)
    except HttpError as denied:
        return error_response(denied, door if denied.fields is None else replace(door, fields=denied.fields))


def fields_of(request: Request) -> Mapping[str, Any]:
    """Return the submitted fields, unchecked."""
    if request.kind not in (http.FORM, http.JSON):
        raise HttpError(415, "This cannot be read", f"Send it as {http.FORM} or {http.JSON}.")
    too_long = len(request.body) > LARGEST_REQUEST
    try:
        if request.kind == http.JSON:
            fields = {} if too_long else submissions.json_fields(request.body)
        else:
            fields = (
                submissions.form_value_beginnings(request.body) if too_long else submissions.form_fields(request.body)
            )
    except InvalidForm as refused:
        if not too_long:
            raise validation_problem(refused) from refused
        fields = {}
    if too_long or sum(len(value) for value in fields.values() if isinstance(value, str)) > FAR_TOO_LONG:
        message = f"This is longer than a comment can be: {LONGEST['comment']:,} characters is the most."
        kept: list[FormProblem] = [{"field": "comment", "message": message}] if fields else []
        raise HttpError(413, "Your comment is too long", message, *kept, fields=fields)
    return fields


def validation_problem(refused: InvalidForm) -> HttpError:
    return HttpError(422, "Your comment could not be taken", str(refused), *refused.problems)


def receive(door: CommentRequest) -> dict[str, Any]:
    if door.request.is_foreign(door.site["base_url"], setting("SITE_URL")):
        message = "This form was sent from another site. Open the article, and write your comment there."
        raise HttpError(403, "This was not sent from here", message)
    if door.article is None:
        raise HttpError(404, "There is no such article", "Nothing is at the address this comment was written for.")
    if not door.article["open"]:
        raise HttpError(403, "Comments are closed", "This article takes no more comments.")
    try:
        submission = submissions.validate(door.fields, Submission)
    except InvalidForm as refused:
        raise validation_problem(refused) from refused
    secret, now = secrets.secret(setting("LINK_SECRET"), "readers"), clock.now()
    seconds, moment = door.site["comments"]["seconds_between"], int(now.timestamp())
    rates = dict.fromkeys(rate_limit_keys(secret, submission, door.request, now), moment + seconds) if seconds else {}
    for again in range(MOST_AGAIN):
        today, yesterday = (submission_id(secret, door, submission, moment // DAY - ago, again) for ago in (0, 1))
        taken = rate_limiter().acquire(dict.fromkeys((f"SAID#{today}", f"SAID#{yesterday}")), rates, moment)
        if taken != "said already" or idempotency_key(door.request):
            break
        stands = [id for id in dict.fromkeys((today, yesterday)) if is_submitted(id, moment)]
        if stands or again == MOST_AGAIN - 1:
            raise find_duplicate(secret, door, stands, moment)
    receipt = f"/api/comments/{tokens.receipt_token(secret, today)}"
    if taken == "said already":
        return accepted(door.request, today, receipt)
    if taken == "too soon":
        message = f"You are writing too quickly: wait {seconds} seconds, and send it again."
        raise HttpError(429, "Not so fast", message, {"field": None, "message": message}, retry_after=str(seconds))
    enqueue(submitted_comment(secret, today, door, submission, now), rates)
    note_submission(today, moment, enqueue_once(secret, today, door.request))
    logger().info("comment received", cause=f"comment/{today}", article=door.article["id"])
    return accepted(door.request, today, receipt)


def submission_id(secret: str, door: CommentRequest, submission: Submission, day: int, again: int) -> str:
    """Return the comment's id: made from the caller's idempotency key if there is one, else from the day. again: how
    often the same comment was sent and erased that day."""
    key = idempotency_key(door.request)
    once = f"key {key}" if key else f"day {day}" + f" again {again}" * bool(again)
    return tokens.comment_id(
        secret,
        article=door.request.parameters["id"],
        author=submission.author,
        email=submission.email,
        parent=submission.parent,
        text=submission.comment,
        once=once,
    )


def is_submitted(id: str, moment: int) -> bool:
    """Return True if a comment was received and its writer has not erased it."""
    return rate_limiter().is_recorded(f"SAID#{id}", moment) and not rate_limiter().is_recorded(f"ERASED#{id}", moment)


def find_duplicate(secret: str, door: CommentRequest, ids: list[str], moment: int) -> HttpError:
    """Return the answer to a duplicate comment. Only the sender of the first gets the receipt: it gives control of the
    comment, and knowing a writer's text and mail address does not prove identity."""
    own = [
        id for id in ids if rate_limiter().is_recorded(f"SAID#{id}", moment, by=enqueue_once(secret, id, door.request))
    ]
    message = "We have your comment, and nothing of it was lost: this is the second time that it was sent."
    receipt = f"/api/comments/{tokens.receipt_token(secret, own[0])}" if own else ""
    return HttpError(409, "You have said that already", message, receipt=receipt)


def enqueue_once(secret: str, id: str, request: Request) -> str:
    """Return a hash of the sender's network that cannot be matched with the hash in another comment."""
    return tokens.keyed_hash(secret, "said", id, tokens.network_of(request.address))


def idempotency_key(request: Request) -> str:
    """Return the caller's idempotency key; empty if there is none."""
    return request.headers.get("idempotency-key", "")[:255]


def rate_limit_keys(secret: str, submission: Submission, request: Request, now: datetime) -> list[str]:
    """Return the counter keys of the writer and of their address; the keys cannot be matched with another day's."""
    day = now.date().isoformat()
    writer = tokens.keyed_hash(secret, "rate", "writer", tokens.writer_hash(secret, submission.email), day)
    address = tokens.keyed_hash(secret, "rate", "address", tokens.network_of(request.address), day)
    return [f"RATE#{writer}", f"RATE#{address}"]


def submitted_comment(
    secret: str, id: str, door: CommentRequest, submission: Submission, now: datetime
) -> SubmittedComment:
    return SubmittedComment(
        id=id,
        article=door.request.parameters["id"],
        parent=submission.parent,
        author=submission.author,
        email=submission.email,
        url=submission.url,
        text=submission.comment,
        notify=submission.notify,
        honeypot=submission.honeypot,
        at=now.isoformat(timespec="milliseconds"),
        address_hash=tokens.address_hash(secret, door.request.address, now.date().isoformat()),
        writer=tokens.writer_hash(secret, submission.email),
    )


def enqueue(submitted: SubmittedComment, rates: Mapping[str, int]) -> None:
    """Send the comment to the queue; if that fails, undo the rate limits so that the writer can retry at once."""
    try:
        queues.send(setting("COMMENT_QUEUE"), [asdict(submitted)])
    except Exception as problem:
        logger().exception("the queue did not take a comment", id=submitted.id)
        rate_limiter().release(rates)
        message = "Your comment could not be taken in just now. Please send it again."
        raise HttpError(
            503, "Please try again", message, {"field": None, "message": message}, retry_after="5"
        ) from problem


def note_submission(id: str, moment: int, by: str = "") -> None:
    """Record the comment as received. The queue has it: if this fails, a repeat still gets the same id."""
    try:
        rate_limiter().record(f"SAID#{id}", moment + REMEMBERED_FOR, by)
    except Exception:  # noqa: BLE001 - whatever it was, the comment is in
        logger().exception("a comment could not be noted", id=id)


def accepted(request: Request, id: str, receipt: str) -> dict[str, Any]:
    if request.wants_page:
        return http.see_other(receipt)
    return http.json_response(202, {"id": id, "status": "received", "receipt": receipt}, location=receipt)


def error_response(denied: HttpError, door: CommentRequest) -> dict[str, Any]:
    """Return the answer to a refused comment: a page for readers, RFC 9457 for programs."""
    if not door.request.wants_page:
        return http.problem_response(
            denied.status, denied.message, denied.problems, receipt=denied.receipt, **denied.headers
        )
    from newsroom.rendering import render  # only a refused form is rendered here, and the templates are slow to load

    name: ResponsePage = "refused"
    context: Mapping[str, Any] = {
        "heading": denied.heading,
        "message": denied.message,
        "address": door.article["address"] if door.article else None,
        "receipt": denied.receipt or None,
    }
    if denied.problems and door.article:
        name = "form-error"
        context = {"article": door.article, "problems": denied.problems, "given": submissions.form_values(door.fields)}
        # A form that is sent again names the page it comes from.
        denied.headers["referrer_policy"] = "same-origin"

    return http.html_response(denied.status, render.render_response(name, context, door.site), **denied.headers)
