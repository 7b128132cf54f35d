"""The links that are mailed: each shows what it is about, asks, and does it when the question is answered."""

from typing import Any

from moderate_comment import editor_mail, reader_mail
from moderate_comment.pages import Desk
from newsroom.comment import Comment
from newsroom.discussing import commenting
from newsroom.discussing.commenting import Refusal
from newsroom.discussing.http import Request
from newsroom.discussing.moderation import STATUS, WAITS
from newsroom.discussing.seals import (
    Errand,
    errand_of_link,
    subscribe_link,
    writer_of_subscribe_link,
    writer_of_unsubscribe_link,
)

_STANDS = {
    "approved": "published",
    "rejected": "declined",
    "spam": "marked as spam",
    "held": "held",
    "erased": "erased",
}


def answer(request: Request, desk: Desk) -> dict[str, Any]:
    """GET shows the comment and asks; POST does it, once."""
    token = request.query.get("t", "")
    errand = errand_of_link(desk.editors_secret, token)
    if errand is None:
        return desk.refuse(400, "This link is not complete", "Copy the whole link from the mail, and try again.")
    found = desk.comment(errand["comment"])
    if found is None:
        return desk.refuse(410, "There is no such comment", "It has been removed since this link was made.")
    comment, rev = found
    if errand["expires"] < desk.now.timestamp():
        return _expired(request, desk, errand, comment, token)
    if errand["rev"] != rev:
        return _overtaken(desk, comment)
    if request.method == "POST" and desk.is_foreign(request):
        return desk.turn_away(request)
    return _do(desk, errand) if request.method == "POST" else _ask(desk, errand, comment, token)


def _expired(request: Request, desk: Desk, errand: Errand, comment: Comment, token: str) -> dict[str, Any]:
    """What still waits is shown, and fresh links can be mailed to the editor; the bearer of this one gets none."""
    if comment["status"] != "held" or not editor_mail.editor(desk):
        return _too_late(desk, comment, "This link has expired", "It was good for a week.")
    if request.method == "POST" and desk.is_foreign(request):
        return desk.turn_away(request)
    return _renew(desk, comment) if _asks_to_renew(request) else _ask(desk, errand, comment, token, expired=True)


def _ask(desk: Desk, errand: Errand, comment: Comment, token: str, *, expired: bool = False) -> dict[str, Any]:
    doorstep = desk.doorstep(comment)
    return desk.page(
        410 if expired else 200,
        "moderate",
        {
            "action": errand["action"],
            "status": comment["status"],
            "reason": comment["reason"],
            "author": comment["author"],
            "url": comment["url"],
            "text": comment["text"],
            "at": comment["at"],
            "headline": doorstep["headline"] if doorstep else "",
            "address": doorstep["address"] if doorstep else None,
            "post_to": f"/api/moderate?t={token}",
            "others": []
            if expired
            else desk.choices(comment["id"], errand["rev"], {errand["action"]}, errand["expires"]),
            "expired": expired,
        },
    )


def _do(desk: Desk, errand: Errand) -> dict[str, Any]:
    outcome = desk.discussions.moderate(errand["comment"], errand["action"], desk.at, errand["rev"])
    comment = outcome.comment
    if comment is None or outcome.what == "changed":
        return _overtaken(desk, comment)
    doorstep = desk.doorstep(comment)
    return desk.page(
        200,
        "moderated",
        {
            "message": _said(comment),
            "author": comment["author"],
            "headline": doorstep["headline"] if doorstep else "",
            "address": desk.place(comment, doorstep),
            "others": desk.choices(
                comment["id"], outcome.rev, {errand["action"], _action_of(comment)}, errand["expires"]
            ),
        },
    )


def _said(comment: Comment) -> str:
    if comment["status"] == "held" and comment["reason"] == WAITS:
        return "The comment will be published with the one it answers, as soon as that is approved."
    return f"The comment is {_STANDS[comment['status']]}."


def _action_of(comment: Comment) -> str:
    return next(verdict for verdict, status in STATUS.items() if status == comment["status"])


def _overtaken(desk: Desk, comment: Comment | None) -> dict[str, Any]:
    message = "Somebody has decided about this comment, or its writer has changed it, since this link was made."
    return _too_late(desk, comment, "This link has been used, or overtaken", message)


def _too_late(desk: Desk, comment: Comment | None, heading: str, message: str) -> dict[str, Any]:
    stands = f" It is {_STANDS[comment['status']]} now, and nothing has been done." if comment else ""
    address = desk.place(comment, desk.doorstep(comment)) if comment else None
    return desk.refuse(410, heading, message + stands, address)


def _renew(desk: Desk, comment: Comment) -> dict[str, Any]:
    """Put a comment into the next mail to the editor, which has fresh links. Whoever holds an expired one gets none,
    and makes a mail an hour at most."""
    if not editor_mail.renew(desk, comment["id"]):
        message = "Fresh links were mailed to the editor within the last hour."
        return desk.refuse(429, "That has been done", message)
    message = "They go to the editor’s own address, in a minute or two."
    return desk.refuse(200, "Fresh links are on their way", message)


def _asks_to_renew(request: Request) -> bool:
    try:
        return request.method == "POST" and commenting.form_fields(request.body).get("action") == "renew"
    except Refusal:
        return False


def unsubscribe(request: Request, desk: Desk) -> dict[str, Any]:
    """GET asks; POST stops all mail to one reader."""
    token = request.query.get("t", "")
    writer = writer_of_unsubscribe_link(desk.readers_secret, token)
    if writer is None:
        return desk.refuse(400, "This link is not complete", "Copy the whole link from the mail, and try again.")
    if request.method == "POST":
        reader_mail.unsubscribe(desk, writer)
    again = f"/api/subscribe?t={subscribe_link(desk.readers_secret, writer)}"
    context = {"done": request.method == "POST", "post_to": f"/api/unsubscribe?t={token}", "again": again}
    return desk.page(200, "unsubscribe", context)


def subscribe(request: Request, desk: Desk) -> dict[str, Any]:
    """GET asks; POST begins the mail of answers to one reader, who shows with the link that the address is theirs."""
    token = request.query.get("t", "")
    writer = writer_of_subscribe_link(desk.readers_secret, token)
    if writer is None:
        return desk.refuse(400, "This link is not complete", "Copy the whole link from the mail, and try again.")
    if request.method == "POST" and desk.is_foreign(request):
        return desk.turn_away(request)
    if request.method == "POST":
        reader_mail.subscribe(desk, writer)
    context = {"done": request.method == "POST", "post_to": f"/api/subscribe?t={token}"}
    return desk.page(200, "subscribe", context)
