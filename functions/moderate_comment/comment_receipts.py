"""A writer's receipt: the state of their comment, at an address that nobody can guess."""

from datetime import datetime, timedelta
from typing import Any, Literal

from adapters import http
from adapters.clients import setting
from adapters.http import Request
from adapters.rate_limits import RateLimiter
from newsroom.comment import EDITABLE_FOR, REMEMBERED_FOR, Comment, CommentStatus, FormProblem
from newsroom.comments import submissions
from newsroom.comments.submissions import Edit, InvalidForm
from newsroom.comments.tokens import comment_of_receipt
from newsroom.rendering.content import ReceiptPage
from workflows.moderation_request import ModerationRequest

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


def answer_receipt(request: Request, desk: ModerationRequest) -> dict[str, Any]:
    """Show the comment's state on GET; edit it (for a quarter of an hour) or erase it on POST with `action`."""
    receipt = request.parameters.get("receipt", "")
    id = comment_of_receipt(desk.readers_secret, receipt)
    if id is None:
        message = "This is not the address of a receipt of ours: copy the whole of it, and try again."
        if not request.wants_page:
            return http.problem_response(404, message)
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


def _show(request: Request, desk: ModerationRequest, id: str, page: ReceiptPage, status: int = 200) -> dict[str, Any]:
    if request.wants_page:
        return desk.page(status, "comment-receipt", page)
    if page["problems"]:
        return http.problem_response(status, "The comment was not changed.", page["problems"])
    return http.json_response(status, {"id": id, "status": page["state"], "url": page["address"]})


def _page(
    desk: ModerationRequest,
    comment: Comment | None,
    here: str,
    notice: str = "",
    problems: list[FormProblem] | None = None,
) -> ReceiptPage:
    target = desk.target(comment) if comment else None
    until = _editable_until(comment, desk.now)
    return {
        "state": _STATES[comment["status"]] if comment else "received",
        "author": comment["author"] if comment else "",
        "url": (comment["url"] or "") if comment else "",
        "text": comment["text"] if comment else "",
        "at": comment["at"] if comment else "",
        "headline": target["headline"] if target else "",
        "address": desk.public_url(comment, target) if comment else None,
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


def _change(request: Request, desk: ModerationRequest, id: str, comment: Comment | None, here: str) -> dict[str, Any]:
    """Do the action of the receipt's form, and redirect back to the receipt."""
    try:
        fields = (
            submissions.json_fields(request.body)
            if request.kind == http.JSON
            else submissions.form_fields(request.body)
        )
    except InvalidForm as refused:
        return _show(request, desk, id, _page(desk, comment, here, problems=refused.problems), 422)
    match fields.get("action"):
        case "erase" | "delete":
            erased_until = int(desk.now.timestamp()) + REMEMBERED_FOR
            RateLimiter(setting("COUNTER_TABLE")).record(f"ERASED#{id}", erased_until)  # so the text may be sent again
            desk.threads.erase(id, desk.at)
            return _done(request, desk, id, here, "erased")
        case "edit" if _editable_until(comment, desk.now) is None:
            return _done(request, desk, id, here, "too-late")
        case "edit":
            try:
                edit = submissions.validate(fields, Edit)
            except InvalidForm as refused:
                given = submissions.form_values(fields)
                page = _page(desk, comment, here, problems=refused.problems)
                page |= {"author": given["author"], "url": given["url"], "text": given["comment"]}
                return _show(request, desk, id, page, 422)
            outcome = desk.threads.edit(id, edit, desk.at)
            return _done(request, desk, id, here, "edited" if outcome.what == "done" else "unchanged")
    problem: FormProblem = {"field": None, "message": "Say whether to edit or to erase the comment."}
    return _show(request, desk, id, _page(desk, comment, here, problems=[problem]), 422)


def _done(request: Request, desk: ModerationRequest, id: str, here: str, what: str) -> dict[str, Any]:
    if request.wants_page:
        return http.see_other(f"{here}?done={what}")
    found = desk.comment(id)
    return _show(request, desk, id, _page(desk, found[0] if found else None, here), 409 if what == "too-late" else 200)
