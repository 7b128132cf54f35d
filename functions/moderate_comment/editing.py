"""The links that are mailed: each shows what it is about, asks, and does it when the question is answered."""

from typing import Any, cast

from moderate_comment.pages import Desk
from newsroom.comment import Comment, Private
from newsroom.discussing.http import Request
from newsroom.discussing.moderation import STATUS, WAITS
from newsroom.discussing.seals import Errand, comment_of_unsubscribe_link, errand_of_link
from newsroom.rows import Change, Doc, comment_key

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
    errand = errand_of_link(desk.secret, token)
    if errand is None:
        return desk.refuse(400, "This link is not complete", "Copy the whole link from the mail, and try again.")
    found = desk.comment(errand["comment"])
    if found is None:
        return desk.refuse(410, "There is no such comment", "It has been removed since this link was made.")
    comment, rev = found
    if errand["expires"] < desk.now.timestamp():
        return _too_late(desk, comment, "This link has expired", "It was good for a week.")
    if errand["rev"] != rev:
        return _overtaken(desk, comment)
    if request.method == "POST" and desk.is_foreign(request):
        return desk.turn_away(request)
    return _do(desk, errand) if request.method == "POST" else _ask(desk, errand, comment, token)


def _ask(desk: Desk, errand: Errand, comment: Comment, token: str) -> dict[str, Any]:
    doorstep = desk.doorstep(comment)
    return desk.page(
        200,
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
            "others": desk.choices(comment["id"], errand["rev"], {errand["action"]}, errand["expires"]),
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


def unsubscribe(request: Request, desk: Desk) -> dict[str, Any]:
    """GET asks; POST stops the mail of replies to one comment."""
    token = request.query.get("t", "")
    id = comment_of_unsubscribe_link(desk.secret, token)
    if id is None:
        return desk.refuse(400, "This link is not complete", "Copy the whole link from the mail, and try again.")
    found = desk.comment(id)
    doorstep = desk.doorstep(found[0]) if found else None
    if request.method == "POST":
        _stop_mail(desk, id)
    context = {
        "done": request.method == "POST",
        "post_to": f"/api/unsubscribe?t={token}",
        "headline": doorstep["headline"] if doorstep else "",
    }
    return desk.page(200, "unsubscribe", context)


def _stop_mail(desk: Desk, id: str) -> None:
    private = desk.discussions.private
    row = private.get(comment_key(id))
    while row and row.doc["notify"]:
        silent: Private = {**cast(Private, row.doc), "notify": False}
        if private.transact([Change(row.key, cast(Doc, silent), was=row.rev)]):
            return
        row = private.get(comment_key(id))
