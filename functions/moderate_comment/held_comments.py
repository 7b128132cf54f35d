"""The page of held comments: it shows fifty at a time, and an editor can decide about many at once."""

from collections import Counter
from urllib.parse import parse_qs, quote

from adapters.http import FORM, Request
from adapters.wire import JsonObject
from newsroom.comment import Action, Comment
from newsroom.comments.reasons import WAITS
from newsroom.comments.tokens import expiry_of_held_page_token
from newsroom.errors import TransientError
from newsroom.rendering.content import HeldComment, HeldPage
from newsroom.rows import Row
from newsroom.table_keys import HELD
from workflows.moderation_request import ModerationRequest

AT_ONCE = 50  # comments to a page
SHOWN = 2_000  # characters of a comment; its own page has the rest
_LARGEST = 32 * 1024  # bytes of a form sent from the page
_ACTIONS: dict[str, Action] = {"approve": "approve", "decline": "decline", "spam": "spam"}
_DONE = {"approve": "published", "decline": "declined", "spam": "marked as spam"}


def answer_held_page(request: Request, moderation: ModerationRequest) -> JsonObject:
    """Show a page of held comments on GET; apply one action to the chosen comments on POST, each only at the
    revision that the page showed."""
    token = request.query.get("t", "")
    expires = expiry_of_held_page_token(moderation.editors_secret, token)
    if expires is None:
        return moderation.refuse(400, "This link is not complete", "Copy the whole link from the mail, and try again.")
    if expires < moderation.now.timestamp():
        return moderation.refuse(410, "This link has expired", "It was good for a day. The next mail has another.")
    if request.method != "POST":
        return moderation.page(200, "held", _page(request, moderation, token))
    if moderation.is_foreign(request):
        return moderation.turn_away(request)
    action, chosen = _chosen(request)
    if action is None or not chosen:
        return moderation.page(
            422, "held", _page(request, moderation, token, "Nothing was done: choose comments, and then what to do.")
        )
    return moderation.page(200, "held", _page(request, moderation, token, _do(moderation, action, chosen)))


def _chosen(request: Request) -> tuple[Action | None, list[tuple[str, int]]]:
    """Return the action, and the ids and revisions of the chosen comments."""
    if request.kind != FORM or len(request.body) > _LARGEST:
        return None, []
    try:
        fields = parse_qs(request.body.decode("ascii"), max_num_fields=2 * AT_ONCE + 2)
    except ValueError:
        return None, []
    values = fields.get("shown" if "all" in fields else "comment", [])
    pairs = [value.partition(".") for value in dict.fromkeys(values[:AT_ONCE])]
    wanted = [(id, int(rev)) for id, _, rev in pairs if rev.isdecimal() and len(rev) < 12]
    return _ACTIONS.get(fields.get("action", [""])[0]), wanted


def _do(moderation: ModerationRequest, action: Action, chosen: list[tuple[str, int]]) -> str:
    """Decide about each comment, even if others fail; return the result in words."""
    counts = Counter(_decide(moderation, action, id, rev) for id, rev in chosen)
    texts = {
        "done": f"{_DONE[action]}.",
        "waits": "to be published with what they answer, as soon as that is approved.",
        "overtaken": "left alone: decided about, or changed by the writer, since the page was made.",
        "failed": "not decided about, since others were at them; try those again.",
    }
    return " ".join(f"{counts[what]} {words}" for what, words in texts.items() if counts[what])


def _decide(moderation: ModerationRequest, action: Action, id: str, rev: int) -> str:
    try:
        current = moderation.comment(id)
        if current is None or current[0]["status"] != "held":  # the page's link is only for held comments
            return "overtaken"
        # The tick releases the waiting replies: those of fifty comments are too many for one request.
        outcome = moderation.threads.moderate(id, action, moderation.at, rev, replies_later=True)
    except TransientError:
        return "failed"
    if outcome.what != "done" or outcome.comment is None:
        return "overtaken" if outcome.what in ("changed", "unknown") else "waits"
    return "waits" if outcome.comment["reason"] == WAITS else "done"


def _page(request: Request, moderation: ModerationRequest, token: str, notice: str = "") -> HeldPage:
    after = request.query.get("after", "")[:200]
    rows = moderation.threads.news.query(HELD, after=after or None, limit=AT_ONCE + 1)
    here = rows[:AT_ONCE]
    held = moderation.still_held([row.doc["id"] for row in here])
    address = f"/api/moderate/held?t={token}"
    expires = expiry_of_held_page_token(moderation.editors_secret, token) or 0
    return {
        "comments": [_comment(moderation, row, expires) for row in held],
        "post_to": f"{address}&after={quote(after)}" if after else address,
        "first": address if after else None,
        "next": f"{address}&after={quote(here[-1].key.sk)}" if len(rows) > AT_ONCE else None,
        "notice": notice,
    }


def _comment(moderation: ModerationRequest, row: Row[Comment], expires: int) -> HeldComment:
    comment = row.doc
    target = moderation.target(comment)
    is_whole = len(comment["text"]) <= SHOWN
    return {
        "value": f"{comment['id']}.{row.rev}",
        "author": comment["author"],
        "url": comment["url"],
        "text": comment["text"] if is_whole else comment["text"][:SHOWN].rstrip() + "…",
        "whole": None if is_whole else moderation.link(comment["id"], "approve", row.rev, expires),
        "at": comment["at"],
        "reason": comment["reason"],
        "headline": target["headline"] if target else comment["article"],
        "address": target["address"] if target else None,
    }
