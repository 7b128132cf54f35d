"""The mailed links: each shows its comment, asks for confirmation, and then does the action."""

from adapters.http import Request
from adapters.wire import JsonObject
from newsroom.comment import Comment
from newsroom.comments import submissions
from newsroom.comments.moderation import STATUS
from newsroom.comments.reasons import WAITS
from newsroom.comments.submissions import InvalidForm
from newsroom.comments.tokens import (
    ModerationAction,
    action_of_token,
    subscribe_token,
    writer_of_subscribe_token,
    writer_of_unsubscribe_token,
)
from newsroom.rendering.content import OtherChoice
from workflows import editor_mail, reader_mail
from workflows.moderation_request import ModerationRequest

_STATUS_WORDS = {
    "approved": "published",
    "rejected": "declined",
    "spam": "marked as spam",
    "held": "held",
    "erased": "erased",
}


def answer_moderation_link(request: Request, moderation: ModerationRequest) -> JsonObject:
    """Show the comment and ask for confirmation on GET; do the action once on POST."""
    token = request.query.get("t", "")
    signed_action = action_of_token(moderation.editors_secret, token)
    if signed_action is None:
        return moderation.refuse(400, "This link is not complete", "Copy the whole link from the mail, and try again.")
    found = moderation.comment(signed_action["comment"])
    if found is None:
        return moderation.refuse(410, "There is no such comment", "It has been removed since this link was made.")
    comment, rev = found
    if signed_action["expires"] < moderation.now.timestamp():
        return _expired(request, moderation, signed_action, comment, token)
    if signed_action["rev"] != rev:
        return _overtaken(moderation, comment)
    if request.method != "POST":
        return _ask(moderation, signed_action, comment, token)
    if moderation.is_foreign(request):
        return moderation.turn_away(request)
    return _do(moderation, signed_action)


def _expired(
    request: Request, moderation: ModerationRequest, signed_action: ModerationAction, comment: Comment, token: str
) -> JsonObject:
    """Show a comment that is still held, and offer to mail fresh links to the editor, but show no link here."""
    if comment["status"] != "held" or not editor_mail.editor(moderation):
        return _too_late(moderation, comment, "This link has expired", "It was good for a week.")
    if request.method == "POST" and moderation.is_foreign(request):
        return moderation.turn_away(request)
    if _asks_to_renew(request):
        return _renew(moderation, comment)
    return _ask(moderation, signed_action, comment, token, expired=True)


def _ask(
    moderation: ModerationRequest,
    signed_action: ModerationAction,
    comment: Comment,
    token: str,
    *,
    expired: bool = False,
) -> JsonObject:
    target = moderation.target(comment)
    others: list[OtherChoice] = []
    if not expired:
        without = {signed_action["action"]}
        others = moderation.choices(comment["id"], signed_action["rev"], without, signed_action["expires"])
    return moderation.page(
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
            "others": others,
            "expired": expired,
        },
    )


def _do(moderation: ModerationRequest, signed_action: ModerationAction) -> JsonObject:
    outcome = moderation.threads.moderate(
        signed_action["comment"], signed_action["action"], moderation.at, signed_action["rev"]
    )
    comment = outcome.comment
    if comment is None or outcome.what == "changed":
        return _overtaken(moderation, comment)
    target = moderation.target(comment)
    without = {signed_action["action"], _action_of(comment)}
    return moderation.page(
        200,
        "moderated",
        {
            "message": _message(comment),
            "author": comment["author"],
            "headline": target["headline"] if target else "",
            "address": moderation.public_url(comment, target),
            "others": moderation.choices(comment["id"], outcome.rev, without, signed_action["expires"]),
        },
    )


def _message(comment: Comment) -> str:
    if comment["status"] == "held" and comment["reason"] == WAITS:
        return "The comment will be published with the one it answers, as soon as that is approved."
    return f"The comment is {_STATUS_WORDS[comment['status']]}."


def _action_of(comment: Comment) -> str:
    return next(action for action, status in STATUS.items() if status == comment["status"])


def _overtaken(moderation: ModerationRequest, comment: Comment | None) -> JsonObject:
    message = "Somebody has decided about this comment, or its writer has changed it, since this link was made."
    return _too_late(moderation, comment, "This link has been used, or overtaken", message)


def _too_late(moderation: ModerationRequest, comment: Comment | None, heading: str, message: str) -> JsonObject:
    status = f" It is {_STATUS_WORDS[comment['status']]} now, and nothing has been done." if comment else ""
    address = moderation.public_url(comment, moderation.target(comment)) if comment else None
    return moderation.refuse(410, heading, message + status, address)


def _renew(moderation: ModerationRequest, comment: Comment) -> JsonObject:
    """Put a comment into the next mail to the editor, with fresh links. The holder of an expired link gets no new
    link, and can cause one mail an hour at most."""
    if not editor_mail.renew(moderation, comment["id"]):
        message = "Fresh links were mailed to the editor within the last hour."
        return moderation.refuse(429, "That has been done", message)
    message = "They go to the editor’s own address, in a minute or two."
    return moderation.refuse(200, "Fresh links are on their way", message)


def _asks_to_renew(request: Request) -> bool:
    try:
        return request.method == "POST" and submissions.form_fields(request.body).get("action") == "renew"
    except InvalidForm:
        return False


def unsubscribe(request: Request, moderation: ModerationRequest) -> JsonObject:
    """Ask for confirmation on GET; stop all mail to one reader on POST."""
    token = request.query.get("t", "")
    writer = writer_of_unsubscribe_token(moderation.readers_secret, token)
    if writer is None:
        return moderation.refuse(400, "This link is not complete", "Copy the whole link from the mail, and try again.")
    if request.method == "POST":
        reader_mail.unsubscribe(moderation, writer)
    again = f"/api/subscribe?t={subscribe_token(moderation.readers_secret, writer)}"
    context = {"done": request.method == "POST", "post_to": f"/api/unsubscribe?t={token}", "again": again}
    return moderation.page(200, "unsubscribe", context)


def subscribe(request: Request, moderation: ModerationRequest) -> JsonObject:
    """Ask for confirmation on GET; start mail about replies to one reader on POST. The link proves the address."""
    token = request.query.get("t", "")
    writer = writer_of_subscribe_token(moderation.readers_secret, token)
    if writer is None:
        return moderation.refuse(400, "This link is not complete", "Copy the whole link from the mail, and try again.")
    if request.method == "POST" and moderation.is_foreign(request):
        return moderation.turn_away(request)
    if request.method == "POST":
        reader_mail.subscribe(moderation, writer)
    context = {"done": request.method == "POST", "post_to": f"/api/subscribe?t={token}"}
    return moderation.page(200, "subscribe", context)
