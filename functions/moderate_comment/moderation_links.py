"""The mailed links: each shows its comment, asks for confirmation, and then does the action."""

from typing import Any

from adapters.http import Request
from newsroom.comment import Comment
from newsroom.comments import submissions
from newsroom.comments.moderation import STATUS, WAITS
from newsroom.comments.submissions import InvalidForm
from newsroom.comments.tokens import (
    ModerationAction,
    action_of_token,
    subscribe_token,
    writer_of_subscribe_token,
    writer_of_unsubscribe_token,
)
from workflows import editor_mail, reader_mail
from workflows.moderation_request import ModerationRequest

_STANDS = {
    "approved": "published",
    "rejected": "declined",
    "spam": "marked as spam",
    "held": "held",
    "erased": "erased",
}


def answer_moderation_link(request: Request, desk: ModerationRequest) -> dict[str, Any]:
    """Show the comment and ask for confirmation on GET; do the action once on POST."""
    token = request.query.get("t", "")
    signed_action = action_of_token(desk.editors_secret, token)
    if signed_action is None:
        return desk.refuse(400, "This link is not complete", "Copy the whole link from the mail, and try again.")
    found = desk.comment(signed_action["comment"])
    if found is None:
        return desk.refuse(410, "There is no such comment", "It has been removed since this link was made.")
    comment, rev = found
    if signed_action["expires"] < desk.now.timestamp():
        return _expired(request, desk, signed_action, comment, token)
    if signed_action["rev"] != rev:
        return _overtaken(desk, comment)
    if request.method == "POST" and desk.is_foreign(request):
        return desk.turn_away(request)
    return _do(desk, signed_action) if request.method == "POST" else _ask(desk, signed_action, comment, token)


def _expired(
    request: Request, desk: ModerationRequest, signed_action: ModerationAction, comment: Comment, token: str
) -> dict[str, Any]:
    """Show a comment that is still held, and offer to mail fresh links to the editor, but show no link here."""
    if comment["status"] != "held" or not editor_mail.editor(desk):
        return _too_late(desk, comment, "This link has expired", "It was good for a week.")
    if request.method == "POST" and desk.is_foreign(request):
        return desk.turn_away(request)
    return _renew(desk, comment) if _asks_to_renew(request) else _ask(desk, signed_action, comment, token, expired=True)


def _ask(
    desk: ModerationRequest, signed_action: ModerationAction, comment: Comment, token: str, *, expired: bool = False
) -> dict[str, Any]:
    target = desk.target(comment)
    return desk.page(
        410 if expired else 200,
        "moderate",
        {
            "action": signed_action["action"],
            "status": comment["status"],
            "reason": comment["reason"],
            "author": comment["author"],
            "url": comment["url"],
            "text": comment["text"],
            "at": comment["at"],
            "headline": target["headline"] if target else "",
            "address": target["address"] if target else None,
            "post_to": f"/api/moderate?t={token}",
            "others": []
            if expired
            else desk.choices(comment["id"], signed_action["rev"], {signed_action["action"]}, signed_action["expires"]),
            "expired": expired,
        },
    )


def _do(desk: ModerationRequest, signed_action: ModerationAction) -> dict[str, Any]:
    outcome = desk.threads.moderate(signed_action["comment"], signed_action["action"], desk.at, signed_action["rev"])
    comment = outcome.comment
    if comment is None or outcome.what == "changed":
        return _overtaken(desk, comment)
    target = desk.target(comment)
    return desk.page(
        200,
        "moderated",
        {
            "message": _said(comment),
            "author": comment["author"],
            "headline": target["headline"] if target else "",
            "address": desk.public_url(comment, target),
            "others": desk.choices(
                comment["id"], outcome.rev, {signed_action["action"], _action_of(comment)}, signed_action["expires"]
            ),
        },
    )


def _said(comment: Comment) -> str:
    if comment["status"] == "held" and comment["reason"] == WAITS:
        return "The comment will be published with the one it answers, as soon as that is approved."
    return f"The comment is {_STANDS[comment['status']]}."


def _action_of(comment: Comment) -> str:
    return next(verdict for verdict, status in STATUS.items() if status == comment["status"])


def _overtaken(desk: ModerationRequest, comment: Comment | None) -> dict[str, Any]:
    message = "Somebody has decided about this comment, or its writer has changed it, since this link was made."
    return _too_late(desk, comment, "This link has been used, or overtaken", message)


def _too_late(desk: ModerationRequest, comment: Comment | None, heading: str, message: str) -> dict[str, Any]:
    stands = f" It is {_STANDS[comment['status']]} now, and nothing has been done." if comment else ""
    address = desk.public_url(comment, desk.target(comment)) if comment else None
    return desk.refuse(410, heading, message + stands, address)


def _renew(desk: ModerationRequest, comment: Comment) -> dict[str, Any]:
    """Put a comment into the next mail to the editor, with fresh links. The holder of an expired link gets no new
    link, and can cause one mail an hour at most."""
    if not editor_mail.renew(desk, comment["id"]):
        message = "Fresh links were mailed to the editor within the last hour."
        return desk.refuse(429, "That has been done", message)
    message = "They go to the editor’s own address, in a minute or two."
    return desk.refuse(200, "Fresh links are on their way", message)


def _asks_to_renew(request: Request) -> bool:
    try:
        return request.method == "POST" and submissions.form_fields(request.body).get("action") == "renew"
    except InvalidForm:
        return False


def unsubscribe(request: Request, desk: ModerationRequest) -> dict[str, Any]:
    """Ask for confirmation on GET; stop all mail to one reader on POST."""
    token = request.query.get("t", "")
    writer = writer_of_unsubscribe_token(desk.readers_secret, token)
    if writer is None:
        return desk.refuse(400, "This link is not complete", "Copy the whole link from the mail, and try again.")
    if request.method == "POST":
        reader_mail.unsubscribe(desk, writer)
    again = f"/api/subscribe?t={subscribe_token(desk.readers_secret, writer)}"
    context = {"done": request.method == "POST", "post_to": f"/api/unsubscribe?t={token}", "again": again}
    return desk.page(200, "unsubscribe", context)


def subscribe(request: Request, desk: ModerationRequest) -> dict[str, Any]:
    """Ask for confirmation on GET; start mail about replies to one reader on POST. The link proves the address."""
    token = request.query.get("t", "")
    writer = writer_of_subscribe_token(desk.readers_secret, token)
    if writer is None:
        return desk.refuse(400, "This link is not complete", "Copy the whole link from the mail, and try again.")
    if request.method == "POST" and desk.is_foreign(request):
        return desk.turn_away(request)
    if request.method == "POST":
        reader_mail.subscribe(desk, writer)
    context = {"done": request.method == "POST", "post_to": f"/api/subscribe?t={token}"}
    return desk.page(200, "subscribe", context)
