"""A submitted comment: read the form, check it, hold back duplicates and floods, and send it to the queue."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from adapters import clock, http, queues, secrets
from adapters.clients import setting
from adapters.http import Request
from adapters.logs import logger
from adapters.rate_limits import Grant, RateLimiter
from adapters.table import Table
from newsroom.comment import LONGEST, REMEMBERED_FOR, CommentTarget, FormProblem
from newsroom.comments import submissions, tokens
from newsroom.comments.submissions import FAR_TOO_LONG, LARGEST_REQUEST, InvalidForm, Submission
from newsroom.messages import SubmittedComment
from newsroom.site import Site, site_of
from newsroom.table_keys import SITE_KEY, comment_target_key, erased_name, rate_name, submitted_name

DAY = 24 * 60 * 60
MOST_AGAIN = 5  # times a day that the same text may be sent, if all earlier ones were erased
_ARTICLE = re.compile(r"[a-z0-9-]{1,200}\Z")


@dataclass(frozen=True, slots=True)
class CommentRequest:
    """A request with the site and the article that it is for. article: None if no live article has the id."""

    http: Request
    site: Site
    article: CommentTarget | None

    @property
    def article_id(self) -> str:
        return self.http.parameters["id"]

    @property
    def idempotency_key(self) -> str:
        """The caller's idempotency key; empty if there is none."""
        return self.http.headers.get("idempotency-key", "")[:255]


class HttpError(Exception):
    """A comment that is refused, and the reason.

    problems: errors that the writer can correct in the form, which is shown again with the writer's text. fields: the
    submitted fields, as far as they could be read. receipt: the address of the receipt of an existing comment.
    """

    def __init__(
        self,
        status: int,
        heading: str,
        message: str,
        *problems: FormProblem,
        fields: Mapping[str, object] | None = None,
        receipt: str = "",
        **headers: str,
    ) -> None:
        super().__init__(message)
        self.status, self.heading, self.message = status, heading, message
        self.problems, self.headers = list(problems), headers
        self.fields, self.receipt = fields, receipt


@dataclass(frozen=True, slots=True)
class Received:
    """A comment that the queue has, or had already. receipt: the address of its receipt."""

    id: str
    receipt: str


def open_request(request: Request, table: Table) -> CommentRequest:
    """Read the site and the article of a request."""
    id = request.parameters.get("id", "")
    target_key = comment_target_key(id)
    rows = table.get_many([SITE_KEY, target_key] if _ARTICLE.match(id) else [SITE_KEY])
    return CommentRequest(request, site_of(rows.doc(SITE_KEY), setting("SITE_URL")), rows.doc(target_key))


def fields_of(request: Request) -> Mapping[str, object]:
    """Return the submitted fields, unchecked."""
    if request.kind not in (http.FORM, http.JSON):
        raise HttpError(415, "This cannot be read", f"Send it as {http.FORM} or {http.JSON}.")
    if len(request.body) > LARGEST_REQUEST:
        raise _too_long(_beginnings(request))
    parse = submissions.json_fields if request.kind == http.JSON else submissions.form_fields
    try:
        fields = parse(request.body)
    except InvalidForm as refused:
        raise validation_problem(refused) from refused
    if sum(len(value) for value in fields.values() if isinstance(value, str)) > FAR_TOO_LONG:
        raise _too_long(fields)
    return fields


def _beginnings(request: Request) -> Mapping[str, object]:
    """Return the fields of a form that is too long to be read, each only as far as a form can show it."""
    if request.kind == http.JSON:
        return {}
    try:
        return submissions.form_value_beginnings(request.body)
    except InvalidForm:
        return {}


def _too_long(fields: Mapping[str, object]) -> HttpError:
    message = f"This is longer than a comment can be: {LONGEST['comment']:,} characters is the most."
    problems: list[FormProblem] = [{"field": "comment", "message": message}] if fields else []
    return HttpError(413, "Your comment is too long", message, *problems, fields=fields)


def validation_problem(refused: InvalidForm) -> HttpError:
    return HttpError(422, "Your comment could not be taken", str(refused), *refused.problems)


@dataclass(frozen=True, slots=True)
class Sender:
    """A checked comment and the means to recognise its sender. moment: the current time, in seconds since 1970."""

    request: CommentRequest
    submission: Submission
    secret: str
    now: datetime

    @property
    def moment(self) -> int:
        return int(self.now.timestamp())

    def comment_id(self, days_ago: int, again: int) -> str:
        """Return the comment's id: made from the caller's idempotency key if there is one, else from the day. again:
        how often the same comment was sent and erased that day."""
        key, day = self.request.idempotency_key, self.moment // DAY - days_ago
        once = f"key {key}" if key else f"day {day}" + f" again {again}" * bool(again)
        return tokens.comment_id(
            self.secret,
            article=self.request.article_id,
            author=self.submission.author,
            email=self.submission.email,
            parent=self.submission.parent,
            text=self.submission.comment,
            once=once,
        )

    def rates(self) -> dict[str, int]:
        """Return the rate limits of the writer and of their network, with the time when each ends. The names cannot be
        matched with another day's."""
        seconds = self.request.site["comments"]["seconds_between"]
        if not seconds:
            return {}
        day = self.now.date().isoformat()
        writer = tokens.writer_hash(self.secret, self.submission.email)
        network = tokens.network_of(self.request.http.address)
        senders = [
            tokens.keyed_hash(self.secret, "rate", "writer", writer, day),
            tokens.keyed_hash(self.secret, "rate", "address", network, day),
        ]
        return dict.fromkeys(map(rate_name, senders), self.moment + seconds)

    def owner_of(self, id: str) -> str:
        """Return a hash of the sender's network that cannot be matched with the hash in another comment."""
        return tokens.keyed_hash(self.secret, "said", id, tokens.network_of(self.request.http.address))

    def received(self, id: str) -> Received:
        return Received(id, f"/api/comments/{tokens.receipt_token(self.secret, id)}")

    def message(self, id: str) -> SubmittedComment:
        """Return the message that carries the comment to ingest_comment."""
        return SubmittedComment(
            id=id,
            article=self.request.article_id,
            parent=self.submission.parent,
            author=self.submission.author,
            email=self.submission.email,
            url=self.submission.url,
            text=self.submission.comment,
            notify=self.submission.notify,
            honeypot=self.submission.honeypot,
            at=self.now.isoformat(timespec="milliseconds"),
            address_hash=tokens.address_hash(self.secret, self.request.http.address, self.now.date().isoformat()),
            writer=tokens.writer_hash(self.secret, self.submission.email),
        )


@dataclass(frozen=True, slots=True)
class Intake:
    """The counters and the queue that comments pass through."""

    rate_limiter: RateLimiter
    queue: str

    def receive(self, request: CommentRequest, fields: Mapping[str, object]) -> Received:
        """Send a comment to the queue, once. Raises HttpError if it is refused."""
        article = _open_article(request)
        try:
            submission = submissions.validate(fields, Submission)
        except InvalidForm as refused:
            raise validation_problem(refused) from refused
        sender = Sender(request, submission, secrets.secret(setting("LINK_SECRET"), "readers"), clock.now())
        rates = sender.rates()
        id, grant = self._acquire(sender, rates)
        if grant == "duplicate":
            return sender.received(id)
        if grant == "rate_limited":
            raise _too_soon(request)
        self._enqueue(sender.message(id), rates)
        self._note(id, sender)
        logger().info("comment received", cause=f"comment/{id}", article=article["id"])
        return sender.received(id)

    def _acquire(self, sender: Sender, rates: Mapping[str, int]) -> tuple[str, Grant]:
        """Return the id of a comment, and if it may be sent. Raises HttpError for a duplicate, unless the caller
        repeats a request with the same idempotency key: that is answered as the first time."""
        for again in range(MOST_AGAIN):
            ids = [sender.comment_id(days_ago, again) for days_ago in (0, 1)]
            grant = self.rate_limiter.acquire(dict.fromkeys(map(submitted_name, ids)), rates, sender.moment)
            if grant != "duplicate" or sender.request.idempotency_key:
                return ids[0], grant
            existing = [id for id in dict.fromkeys(ids) if self._is_submitted(id, sender.moment)]
            if existing:
                raise self._duplicate(sender, existing)
        raise self._duplicate(sender, [])

    def _is_submitted(self, id: str, moment: int) -> bool:
        """Return True if a comment was received and its writer has not erased it."""
        return self.rate_limiter.is_recorded(submitted_name(id), moment) and not self.rate_limiter.is_recorded(
            erased_name(id), moment
        )

    def _duplicate(self, sender: Sender, ids: list[str]) -> HttpError:
        """Return the answer to a duplicate comment. Only the sender of the first gets the receipt: it gives control of
        the comment, and knowing a writer's text and mail address does not prove identity."""
        own = [
            id for id in ids if self.rate_limiter.is_recorded(submitted_name(id), sender.moment, by=sender.owner_of(id))
        ]
        message = "We have your comment, and nothing of it was lost: this is the second time that it was sent."
        receipt = sender.received(own[0]).receipt if own else ""
        return HttpError(409, "You have said that already", message, receipt=receipt)

    def _enqueue(self, comment: SubmittedComment, rates: Mapping[str, int]) -> None:
        """Send the comment to the queue; if that fails, undo the rate limits so that the writer can retry at once."""
        try:
            queues.send(self.queue, [comment.wire()])
        except Exception as problem:
            logger().exception("the queue did not take a comment", id=comment.id)
            self.rate_limiter.release(rates)
            message = "Your comment could not be taken in just now. Please send it again."
            note: FormProblem = {"field": None, "message": message}
            raise HttpError(503, "Please try again", message, note, retry_after="5") from problem

    def _note(self, id: str, sender: Sender) -> None:
        """Record the comment as received. The queue has it: if this fails, a repeat still gets the same id."""
        try:
            self.rate_limiter.record(submitted_name(id), sender.moment + REMEMBERED_FOR, sender.owner_of(id))
        except Exception:  # noqa: BLE001 - whatever it was, the comment is in
            logger().exception("a comment could not be noted", id=id)


def _open_article(request: CommentRequest) -> CommentTarget:
    """Return the article of a request, if it takes comments and the form came from our own page."""
    if request.http.is_foreign(request.site["base_url"], setting("SITE_URL")):
        message = "This form was sent from another site. Open the article, and write your comment there."
        raise HttpError(403, "This was not sent from here", message)
    if request.article is None:
        raise HttpError(404, "There is no such article", "Nothing is at the address this comment was written for.")
    if not request.article["open"]:
        raise HttpError(403, "Comments are closed", "This article takes no more comments.")
    return request.article


def _too_soon(request: CommentRequest) -> HttpError:
    seconds = request.site["comments"]["seconds_between"]
    message = f"You are writing too quickly: wait {seconds} seconds, and send it again."
    return HttpError(429, "Not so fast", message, {"field": None, "message": message}, retry_after=str(seconds))
