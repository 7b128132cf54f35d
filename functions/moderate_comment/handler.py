"""Let the editor decide about comments by mailed links, let writers edit or erase theirs, and send waiting mail.

Woken by the HTTP API (the editor's links, a writer's receipt, a reader who wants mail or none) and, every minute, by
the scheduler. Reads and writes NewsTable and PrivateTable, writes CounterTable, and sends mail.
Safe to repeat: a link is valid for one revision of the comment; a mail is removed from the outbox only after it
was sent, so a mail may come twice and is never lost.

The outbox is in PrivateTable; the transaction that needs a mail puts it there. A tick that empties it once a minute
limits mail to one a minute without counters, and no other function has to read PrivateTable.
"""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from adapters import clock, http, secrets
from adapters.clients import setting
from adapters.table import Table
from moderate_comment import comment_receipts, held_comments, moderation_links
from newsroom.errors import TransientError
from newsroom.rows import SITE_KEY
from newsroom.site import site_of
from workflows import editor_mail, outbox, reader_mail
from workflows.comments import CommentThreads
from workflows.moderation_request import ModerationRequest
from workflows.outbox import OutboxRun


@cache
def logger() -> Logger:
    return Logger(use_rfc3339=True)


@cache
def metrics() -> Metrics:
    return Metrics()


@cache
def comment_threads() -> CommentThreads:
    return CommentThreads(Table(setting("NEWS_TABLE")), Table(setting("PRIVATE_TABLE")))


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer a request; or run the scheduler's tick, and return how many mails it sent."""
    if "requestContext" not in event:
        return {"mailed": tick(OutboxRun(moderation_request(), logger()))}
    request = http.parse_request(event)
    if not http.is_through_site(request, setting("ORIGIN_KEY", "")):
        return http.around_site()
    match request.route:
        case "/api/moderate":
            return moderation_links.answer_moderation_link(request, moderation_request())
        case "/api/moderate/held":
            return held_comments.answer_held_page(request, moderation_request())
        case "/api/comments/{receipt}":
            return comment_receipts.answer_receipt(request, moderation_request())
        case "/api/unsubscribe":
            return moderation_links.unsubscribe(request, moderation_request())
        case "/api/subscribe":
            return moderation_links.subscribe(request, moderation_request())
    return http.problem_response(404, "Nothing is here.")


def tick(run: OutboxRun) -> int:
    """Do the due tasks of the outbox; return how many mails were sent.

    Raises TransientError, after all have been tried, if the mail to the editor failed, replies could not be released,
    or no mail could be sent at all: the error sets off the alarm. One reader's bad address does not.
    """
    things = outbox.due_tasks(run.desk)
    editor_mail.send_editor_mail(run, things["held"])
    reader_mail.note_answers(run, things["reply"])
    reader_mail.mail_pending(run, things["mail"])
    outbox.release_replies(run, things["answers"])
    outbox.forget(run, things["forget"])
    if count := sum(map(len, things.values())):
        logger().info("out-tray looked through", things=count, sent=run.sent, put_off=len(run.postponed))
    for name, lost in (("MailsRefused", run.refused), ("MailsGivenUp", run.given_up)):
        if lost:
            metrics().add_metric(name, MetricUnit.Count, lost)
    if run.refused or run.given_up:
        metrics().flush_metrics()
    reasons = run.failed or (run.postponed if len(run.postponed) > 1 and not run.sent else [])
    if reasons:
        raise TransientError(f"{len(reasons)} things could not be done: {reasons[0]}")
    return run.sent


def moderation_request() -> ModerationRequest:
    row = comment_threads().news.get(SITE_KEY)
    site = site_of(row.doc if row else None, setting("SITE_URL"))
    readers, editors = (secrets.made(setting("LINK_SECRET"), purpose) for purpose in secrets.PURPOSES)
    return ModerationRequest(comment_threads(), site, readers, editors, clock.now())
