"""Let the editor decide about comments by mailed links, let writers edit or erase theirs, and send waiting mail.

Woken by the HTTP API (the editor's links, a writer's receipt, a reader who wants mail or none) and, every minute, by
the scheduler. Reads and writes NewsTable and PrivateTable, writes CounterTable, and sends mail.
Safe to repeat: a link is valid for one revision of the comment; a mail is removed from the outbox only after it
was sent, so a mail may come twice and is never lost.

The outbox is in PrivateTable; the transaction that needs a mail puts it there. A tick that empties it once a minute
limits mail to one a minute without counters, and no other function has to read PrivateTable.
"""

from functools import cache

from adapters import clock, http, secrets
from adapters.clients import setting
from adapters.logs import with_context
from adapters.table import Table
from adapters.wire import JsonObject
from moderate_comment import comment_receipts, held_comments, moderation_links
from newsroom.site import site_of
from newsroom.table_keys import SITE_KEY
from workflows.comments import CommentThreads
from workflows.drain_outbox import drain
from workflows.moderation_request import ModerationRequest
from workflows.outbox import OutboxRun

ROUTES = {
    "/api/moderate": moderation_links.answer_moderation_link,
    "/api/moderate/held": held_comments.answer_held_page,
    "/api/comments/{receipt}": comment_receipts.answer_receipt,
    "/api/unsubscribe": moderation_links.unsubscribe,
    "/api/subscribe": moderation_links.subscribe,
}


@cache
def comment_threads() -> CommentThreads:
    return CommentThreads(Table(setting("NEWS_TABLE")), Table(setting("PRIVATE_TABLE")))


@with_context
def handle(event: JsonObject, context: object) -> JsonObject:
    """Answer a request; or run the scheduler's tick, and return how many mails it sent."""
    if "requestContext" not in event:
        return {"mailed": drain(OutboxRun(moderation_request()))}
    request = http.parse_request(event)
    if not http.is_through_site(request, setting("ORIGIN_KEY", "")):
        return http.around_site()
    answer = ROUTES.get(request.route)
    return answer(request, moderation_request()) if answer else http.problem_response(404, "Nothing is here.")


def moderation_request() -> ModerationRequest:
    settings = comment_threads().news.get(SITE_KEY)
    site = site_of(settings.doc if settings else None, setting("SITE_URL"))
    readers, editors = (secrets.made(setting("LINK_SECRET"), purpose) for purpose in secrets.PURPOSES)
    return ModerationRequest(comment_threads(), site, readers, editors, clock.now())
