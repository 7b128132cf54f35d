"""Let the editor decide about comments by mailed links, and a writer mend or erase theirs; mail what waits.

Woken by the HTTP API (the editor's links, a writer's receipt, a reader who wants mail or none) and, every minute, by
the scheduler. Reads and writes NewsTable and PrivateTable, writes CounterTable, and sends mail.
Safe to repeat: a link is good for one revision of the comment; what waits to be mailed is crossed out after it
was, so a mail may come twice and is never lost.

What is to be mailed lies in PrivateTable's out-tray, put there by the transaction that calls for it. A
clock that empties it once a minute keeps to one mail a minute with no counting, and asks nobody else
to read PrivateTable.
"""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from adapters import clock, secrets
from adapters.clients import setting
from adapters.discussions import Discussions
from adapters.tables import Table
from moderate_comment import editing, editor_mail, held, reader_mail, receipts, tray
from moderate_comment.pages import Desk
from moderate_comment.tray import Round
from newsroom.discussing import http
from newsroom.errors import TransientError
from newsroom.rows import SITE_KEY
from newsroom.site import site_of


@cache
def logger() -> Logger:
    return Logger(use_rfc3339=True)


@cache
def metrics() -> Metrics:
    return Metrics()


@cache
def discussions() -> Discussions:
    return Discussions(Table(setting("NEWS_TABLE")), Table(setting("PRIVATE_TABLE")))


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A request and its answer; or the scheduler's tick, and how many mails it sent."""
    if "requestContext" not in event:
        return {"mailed": tick(Round(desk(), logger()))}
    request = http.read(event)
    if not http.is_through_site(request, setting("ORIGIN_KEY", "")):
        return http.around_site()
    match request.route:
        case "/api/moderate":
            return editing.answer(request, desk())
        case "/api/moderate/held":
            return held.answer(request, desk())
        case "/api/comments/{receipt}":
            return receipts.answer(request, desk())
        case "/api/unsubscribe":
            return editing.unsubscribe(request, desk())
        case "/api/subscribe":
            return editing.subscribe(request, desk())
    return http.problem(404, "Nothing is here.")


def tick(this: Round) -> int:
    """Do what lies in the tray; how many mails were sent.

    Raises TransientError once all is tried, if the editor could not be mailed, replies could not be released, or
    nobody at all could be mailed: the error calls the alarm. One reader's address is no reason for it.
    """
    things = tray.things_due(this.desk)
    editor_mail.write(this, things["held"])
    reader_mail.note_answers(this, things["reply"])
    reader_mail.mail_pending(this, things["mail"])
    tray.release(this, things["answers"])
    tray.forget(this, things["forget"])
    if count := sum(map(len, things.values())):
        logger().info("out-tray looked through", things=count, sent=this.sent, put_off=len(this.put_off))
    for name, lost in (("MailsRefused", this.refused), ("MailsGivenUp", this.given_up)):
        if lost:
            metrics().add_metric(name, MetricUnit.Count, lost)
    if this.refused or this.given_up:
        metrics().flush_metrics()
    reasons = this.failed or (this.put_off if len(this.put_off) > 1 and not this.sent else [])
    if reasons:
        raise TransientError(f"{len(reasons)} things could not be done: {reasons[0]}")
    return this.sent


def desk() -> Desk:
    row = discussions().news.get(SITE_KEY)
    site = site_of(row.doc if row else None, setting("SITE_URL"))
    readers, editors = (secrets.made(setting("LINK_SECRET"), purpose) for purpose in secrets.PURPOSES)
    return Desk(discussions(), site, readers, editors, clock.now())
