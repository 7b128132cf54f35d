"""Let the editor decide about a comment by a mailed link, and its writer mend or erase it; mail what waits.

Woken by the HTTP API (the editor's links, a writer's receipt, an unsubscribe link) and, every minute, by
the scheduler. Reads and writes NewsTable and PrivateTable, and sends mail.
Safe to repeat: a link is good for one revision of the comment; what waits to be mailed is crossed out after it
was, so a mail may come twice and is never lost.

What is to be mailed lies in PrivateTable's out-tray, put there by the transaction that calls for it. A
clock that empties it once a minute keeps to one mail a minute with no counting, and asks nobody else
to read PrivateTable.
"""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from adapters import clock, secrets
from adapters.clients import setting
from adapters.discussions import Discussions
from adapters.tables import Table
from moderate_comment import editing, receipts, tray
from moderate_comment.pages import Desk
from newsroom.discussing import http
from newsroom.rows import SITE_KEY
from newsroom.site import site_of


@cache
def logger() -> Logger:
    return Logger(use_rfc3339=True)


@cache
def discussions() -> Discussions:
    return Discussions(Table(setting("NEWS_TABLE")), Table(setting("PRIVATE_TABLE")))


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A request and its answer; or the scheduler's tick, and how many mails it sent."""
    if "requestContext" not in event:
        return {"mailed": tray.empty(desk(), logger())}
    request = http.read(event)
    if not http.is_through_site(request, setting("ORIGIN_KEY", "")):
        return http.around_site()
    match request.route:
        case "/api/moderate":
            return editing.answer(request, desk())
        case "/api/comments/{receipt}":
            return receipts.answer(request, desk())
        case "/api/unsubscribe":
            return editing.unsubscribe(request, desk())
    return http.problem(404, "Nothing is here.")


def desk() -> Desk:
    row = discussions().news.get(SITE_KEY)
    site = site_of(row.doc if row else None, setting("SITE_URL"))
    return Desk(discussions(), site, secrets.made(setting("LINK_SECRET")), clock.now())
