"""A writer's receipt: the state of their comment, at an address that nobody can guess."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from adapters import http
from adapters.clients import setting
from adapters.http import Request
from adapters.rate_limits import RateLimiter
from adapters.wire import JsonObject
from newsroom.comment import EDITABLE_FOR, REMEMBERED_FOR, Comment, CommentStatus, FormProblem
from newsroom.comments import submissions
from newsroom.comments.submissions import Edit, InvalidForm
from newsroom.comments.tokens import comment_of_receipt
from newsroom.rendering.content import ReceiptPage
from newsroom.table_keys import erased_name
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


@dataclass(frozen=True, slots=True)
class OpenReceipt:
    """A request for the receipt of a comment. path: of the receipt. comment: None while only the queue has it."""

    request: Request
    moderation: ModerationRequest
    path: str
    id: str
    comment: Comment | None

    def changed(self) -> "OpenReceipt":
        """Return the receipt with the comment as it is after a change."""
        return replace(self, comment=_stored(self.moderation, self.id))


def answer_receipt(request: Request, moderation: ModerationRequest) -> JsonObject:
    """Show the comment's state on GET; edit it (for a quarter of an hour) or erase it on POST with `action`."""
    token = request.parameters.get("receipt", "")
    id = comment_of_receipt(moderation.readers_secret, token)
    if id is None:
        message = "This is not the address of a receipt of ours: copy the whole of it, and try again."
        if not request.wants_page:
            return http.problem_response(404, message)
        return moderation.refuse(404, "There is no such receipt", message)
    if request.method == "POST" and moderation.is_foreign(request):
        return moderation.turn_away(request)
    receipt = OpenReceipt(request, moderation, f"/api/comments/{token}", id, _stored(moderation, id))
    if request.method == "POST":
        return _change(receipt)
    return _show(receipt, _page(receipt, _NOTICES.get(request.query.get("done", ""), "")))


def _stored(moderation: ModerationRequest, id: str) -> Comment | None:
    found = moderation.comment(id)
    return found[0] if found else None


def _show(receipt: OpenReceipt, page: ReceiptPage, status: int = 200) -> JsonObject:
    if receipt.request.wants_page:
        return receipt.moderation.page(status, "comment-receipt", page)
    if page["problems"]:
        return http.problem_response(status, "The comment was not changed.", page["problems"])
    return http.json_response(status, {"id": receipt.id, "status": page["state"], "url": page["address"]})


def _page(receipt: OpenReceipt, notice: str = "", problems: list[FormProblem] | None = None) -> ReceiptPage:
    page: ReceiptPage = {
        "state": "received",
        "author": "",
        "url": "",
        "text": "",
        "at": "",
        "headline": "",
        "address": None,
        "post_to": receipt.path,
        "editable_until": None,
        "notice": notice,
        "problems": problems or [],
    }
    comment, moderation = receipt.comment, receipt.moderation
    if comment is None:
        return page
    target, until = moderation.target(comment), _editable_until(comment, moderation.now)
    return {
        **page,
        "state": _STATES[comment["status"]],
        "author": comment["author"],
        "url": comment["url"] or "",
        "text": comment["text"],
        "at": comment["at"],
        "headline": target["headline"] if target else "",
        "address": moderation.public_url(comment, target),
        "editable_until": until.isoformat(timespec="seconds") if until else None,
    }


def _editable_until(comment: Comment | None, now: datetime) -> datetime | None:
    if comment is None or comment["status"] not in {"held", "approved"}:
        return None
    until = datetime.fromisoformat(comment["at"]) + timedelta(seconds=EDITABLE_FOR)
    return until if now < until else None


def _change(receipt: OpenReceipt) -> JsonObject:
    """Do the action of the receipt's form, and redirect back to the receipt."""
    request, moderation = receipt.request, receipt.moderation
    parse = submissions.json_fields if request.kind == http.JSON else submissions.form_fields
    try:
        fields = parse(request.body)
    except InvalidForm as refused:
        return _show(receipt, _page(receipt, problems=refused.problems), 422)
    match fields.get("action"):
        case "erase" | "delete":
            erased_until = int(moderation.now.timestamp()) + REMEMBERED_FOR
            # From now on the same text may be sent again.
            RateLimiter(setting("COUNTER_TABLE")).record(erased_name(receipt.id), erased_until)
            moderation.threads.erase(receipt.id, moderation.at)
            return _done(receipt, "erased")
        case "edit":
            return _edit(receipt, fields)
    problem: FormProblem = {"field": None, "message": "Say whether to edit or to erase the comment."}
    return _show(receipt, _page(receipt, problems=[problem]), 422)


def _edit(receipt: OpenReceipt, fields: Mapping[str, object]) -> JsonObject:
    """Change the comment as the form says, or show the form again with the problems in it."""
    moderation = receipt.moderation
    if _editable_until(receipt.comment, moderation.now) is None:
        return _done(receipt, "too-late")
    try:
        edit = submissions.validate(fields, Edit)
    except InvalidForm as refused:
        given = submissions.form_values(fields)
        page = _page(receipt, problems=refused.problems)
        page |= {"author": given["author"], "url": given["url"], "text": given["comment"]}
        return _show(receipt, page, 422)
    outcome = moderation.threads.edit(receipt.id, edit, moderation.at)
    return _done(receipt, "edited" if outcome.what == "done" else "unchanged")


def _done(receipt: OpenReceipt, what: str) -> JsonObject:
    if receipt.request.wants_page:
        return http.see_other(f"{receipt.path}?done={what}")
    return _show(receipt, _page(receipt.changed()), 409 if what == "too-late" else 200)
