"""A writer's receipt: what has become of their comment, at an address that nobody can guess."""

from datetime import datetime, timedelta
from typing import Any, Literal

from adapters.clients import setting
from adapters.counters import Counters
from moderate_comment.pages import Desk
from newsroom.comment import EDITABLE_FOR, REMEMBERED_FOR, Comment, CommentStatus, FormProblem
from newsroom.content import ReceiptPage
from newsroom.discussing import commenting, http
from newsroom.discussing.commenting import Edit, Refusal
from newsroom.discussing.http import Request
from newsroom.discussing.seals import comment_of_receipt

State = Literal["received", "held", "published", "declined", "erased"]

_STATES: dict[CommentStatus, State] = {
    "held": "held", "approved": "published", "rejected": "declined", "spam": "declined", "erased": "erased",
}  # fmt: skip
_NOTICES = {
    "edited": "Your changes are saved.",
    "unchanged": "Nothing was changed.",
    "erased": "Your comment has been erased, with everything you told us.",
    "too-late": "The time to edit this comment is over. You may still erase it.",
}


def answer(request: Request, desk: Desk) -> dict[str, Any]:
    """GET shows the comment's state; POST with `action` edits it for a quarter of an hour, or erases it."""
    receipt = request.parameters.get("receipt", "")
    id = comment_of_receipt(desk.readers_secret, receipt)
    if id is None:
        message = "This is not the address of a receipt of ours: copy the whole of it, and try again."
        if not request.wants_page:
            return http.problem(404, message)
        return desk.refuse(404, "There is no such receipt", message)
    here = f"/api/comments/{receipt}"
    if request.method == "POST" and desk.is_foreign(request):
        return desk.turn_away(request)
    found = desk.comment(id)
    comment = found[0] if found else None
    if request.method == "POST":
        return _change(request, desk, id, comment, here)
    notice = _NOTICES.get(request.query.get("done", ""), "")
    return _show(request, desk, id, _page(desk, comment, here, notice))


def _show(request: Request, desk: Desk, id: str, page: ReceiptPage, status: int = 200) -> dict[str, Any]:
    if request.wants_page:
        return desk.page(status, "comment-receipt", page)
    if page["problems"]:
        return http.problem(status, "The comment was not changed.", page["problems"])
    return http.value(status, {"id": id, "status": page["state"], "url": page["address"]})


def _page(
    desk: Desk, comment: Comment | None, here: str, notice: str = "", problems: list[FormProblem] | None = None
) -> ReceiptPage:
    doorstep = desk.doorstep(comment) if comment else None
    until = _editable_until(comment, desk.now)
    return {
        "state": _STATES[comment["status"]] if comment else "received",
        "author": comment["author"] if comment else "",
        "url": (comment["url"] or "") if comment else "",
        "text": comment["text"] if comment else "",
        "at": comment["at"] if comment else "",
        "headline": doorstep["headline"] if doorstep else "",
        "address": desk.place(comment, doorstep) if comment else None,
        "post_to": here,
        "editable_until": until.isoformat(timespec="seconds") if until else None,
        "notice": notice,
        "problems": problems or [],
    }


def _editable_until(comment: Comment | None, now: datetime) -> datetime | None:
    if comment is None or comment["status"] not in {"held", "approved"}:
        return None
    until = datetime.fromisoformat(comment["at"]) + timedelta(seconds=EDITABLE_FOR)
    return until if now < until else None


def _change(request: Request, desk: Desk, id: str, comment: Comment | None, here: str) -> dict[str, Any]:
    """Do what the receipt's forms ask for, and lead back to it."""
    try:
        fields = (
            commenting.json_fields(request.body) if request.kind == http.JSON else commenting.form_fields(request.body)
        )
    except Refusal as refused:
        return _show(request, desk, id, _page(desk, comment, here, problems=refused.problems), 422)
    match fields.get("action"):
        case "erase" | "delete":
            erased_until = int(desk.now.timestamp()) + REMEMBERED_FOR
            Counters(setting("COUNTER_TABLE")).note(f"ERASED#{id}", erased_until)  # so that it may be said again
            desk.discussions.erase(id, desk.at)
            return _done(request, desk, id, here, "erased")
        case "edit" if _editable_until(comment, desk.now) is None:
            return _done(request, desk, id, here, "too-late")
        case "edit":
            try:
                edit = commenting.check(fields, Edit)
            except Refusal as refused:
                given = commenting.given(fields)
                page = _page(desk, comment, here, problems=refused.problems)
                page |= {"author": given["author"], "url": given["url"], "text": given["comment"]}
                return _show(request, desk, id, page, 422)
            outcome = desk.discussions.mend(id, edit, desk.at)
            return _done(request, desk, id, here, "edited" if outcome.what == "done" else "unchanged")
    problem: FormProblem = {"field": None, "message": "Say whether to edit or to erase the comment."}
    return _show(request, desk, id, _page(desk, comment, here, problems=[problem]), 422)


def _done(request: Request, desk: Desk, id: str, here: str, what: str) -> dict[str, Any]:
    if request.wants_page:
        return http.see_other(f"{here}?done={what}")
    found = desk.comment(id)
    return _show(request, desk, id, _page(desk, found[0] if found else None, here), 409 if what == "too-late" else 200)
