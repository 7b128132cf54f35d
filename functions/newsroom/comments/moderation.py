"""Moderation decisions as row writes: when a comment arrives, is approved, declined, edited or erased."""

from dataclasses import dataclass, field
from typing import Literal

from newsroom.comment import Comment, CommentReference, CommentStatus, CommentTarget, PrivateDetails, ThreadCounter
from newsroom.comments.comment_rows import comment_writes, erasure_writes, reply_counter_write, task_writes
from newsroom.comments.comment_state import CommentState
from newsroom.comments.judgement import is_of_staff, judge
from newsroom.comments.placement import place_comment
from newsroom.comments.reasons import BY_EDITOR, CROWDED, DECLINED, NOT_THERE, WAITS
from newsroom.comments.submissions import Edit
from newsroom.messages import SubmittedComment
from newsroom.rows import RowWrite, rev_of
from newsroom.table_keys import comment_key, private_key, writer_partition

EditorAction = Literal["approve", "decline", "spam", "hold", "erase"]
"""Actions an editor may take on a comment. Its writer may erase it too."""

STATUS: dict[EditorAction, CommentStatus] = {
    "approve": "approved",
    "decline": "rejected",
    "spam": "spam",
    "hold": "held",
    "erase": "erased",
}


@dataclass(slots=True)
class CommentDecision:
    """The comment after the decision, and the rows that one transaction writes to NewsTable and PrivateTable."""

    comment: Comment
    news: list[RowWrite] = field(default_factory=list)
    private: list[RowWrite] = field(default_factory=list)


def ingest(submitted: SubmittedComment, state: CommentState, target: CommentTarget | None) -> CommentDecision:
    """Decide about a comment that arrives."""
    is_staff = is_of_staff(submitted.email, state.rules)
    status, reason = judge(submitted, state.rules, target, is_staff=is_staff, is_signed_as_ours=state.is_signed_as_ours)
    comment: Comment = {
        "id": submitted.id,
        "article": submitted.article,
        "parent": submitted.parent,
        "root": submitted.id,
        "depth": 1,
        "author": submitted.author,
        "url": submitted.url,
        "text": submitted.text,
        "at": submitted.at,
        "edited_at": None,
        "status": "held",
        "reason": reason,
        "place": None,
        "erased_at": None,
        "staff": is_staff,
        "answers_on": None,
    }
    decision = _become(comment, status, reason, state)
    private: PrivateDetails = {
        "email": submitted.email,
        "notify": submitted.notify,
        "address_hash": submitted.address_hash,
        "writer": submitted.writer,
    }
    reference: CommentReference = {"id": submitted.id, "article": submitted.article}
    decision.private += [
        RowWrite(private_key(submitted.id), private, expected_rev=0),
        RowWrite(writer_partition(submitted.writer).key(submitted.id), reference),
    ]
    return decision


def moderate(action: EditorAction, state: CommentState) -> CommentDecision | None:
    """Apply an editor's action to a comment; return None if nothing is left to decide, as for an erased comment."""
    comment = state.before
    if comment is None or comment["status"] == "erased":
        return None
    if action == "erase":
        return _erase(comment, state)
    if action == "hold" and comment["status"] == "held" and comment["reason"] not in ("", WAITS):
        return _confirmed(comment, state)
    reason = BY_EDITOR if action == "hold" else ""
    decision = _become(comment, STATUS[action], reason, state, by_editor=True)
    return _confirmed(comment, state) if decision.comment == comment else decision


def _confirmed(comment: Comment, state: CommentState) -> CommentDecision:
    """Write the comment unchanged, at a new revision. Otherwise an earlier write that was reported as failed, and
    arrives after this one, would still meet its condition."""
    own = RowWrite(comment_key(comment["id"]), comment, expected_rev=rev_of(state.comment))
    return CommentDecision(comment, [own])


def release_waiting(state: CommentState, *, parent_may_come: bool = True) -> CommentDecision | None:
    """Decide about a reply after its parent was decided; return None if it is held for another reason, or still waits.

    parent_may_come: False if a parent that does not exist can no longer arrive.
    """
    comment = state.before
    if comment is None or comment["status"] != "held" or comment["reason"] != WAITS:
        return None
    decision = _become(comment, "approved", "", state, parent_may_come=parent_may_come)
    return None if decision.comment == comment else decision


def edit(edit: Edit, state: CommentState) -> CommentDecision | None:
    """Apply its writer's edit to a comment. The rules that can hold a comment are checked again. A declined comment
    stays declined."""
    comment = state.before
    if comment is None or comment["status"] not in {"held", "approved"}:
        return None
    edited: Comment = {**comment, "author": edit.author, "url": edit.url, "text": edit.comment}
    if edited == comment:
        return _confirmed(comment, state)
    edited["edited_at"] = state.now
    status, reason = _judge_edit(edited, state)
    return _become(edited, status, reason, state)


def _judge_edit(edited: Comment, state: CommentState) -> tuple[CommentStatus, str]:
    """Return the status of an edited comment, and the reason. If an editor or a rule held it before, its writer cannot
    publish it, and a hold by an editor keeps its reason."""
    status, reason = _judge_as_new(edited, state)
    earlier_hold = ""
    if state.before and state.before["status"] == "held" and state.before["reason"] != WAITS:
        earlier_hold = state.before["reason"]
    if not earlier_hold or status not in ("approved", "held"):
        return status, reason
    if status == "held" and reason and earlier_hold != BY_EDITOR:
        return status, reason
    return "held", earlier_hold


def _judge_as_new(edited: Comment, state: CommentState) -> tuple[CommentStatus, str]:
    """Judge the public part of an edited comment as if it arrived now, with comments open."""
    submitted = SubmittedComment(
        id=edited["id"],
        article=edited["article"],
        parent=edited["parent"],
        author=edited["author"],
        email="",
        url=edited["url"],
        text=edited["text"],
        notify=False,
        honeypot=False,
        at=edited["at"],
        address_hash="",
        writer="",
    )
    target: CommentTarget = {"id": "", "open": True, "address": "", "headline": "", "lang": None, "noindex": False}
    is_staff = bool(edited.get("staff"))
    return judge(submitted, state.rules, target, is_staff=is_staff, is_signed_as_ours=state.is_signed_as_ours)


def erase_before_arrival(id: str, state: CommentState) -> CommentDecision:
    """Write a tombstone for a comment that its writer erases before it is stored: it rejects the comment later."""
    comment: Comment = {
        "id": id,
        "article": "",
        "parent": None,
        "root": id,
        "depth": 1,
        "author": "",
        "url": None,
        "text": "",
        "at": state.now,
        "edited_at": None,
        "status": "erased",
        "reason": "",
        "place": None,
        "erased_at": state.now,
        "staff": False,
        "answers_on": None,
    }
    return CommentDecision(comment, [RowWrite(comment_key(id), comment, expected_rev=0)])


def _erase(comment: Comment, state: CommentState) -> CommentDecision:
    """Remove everything its writer wrote from a comment. Its replies stay, below a placeholder."""
    after: Comment = {
        **comment,
        "author": "",
        "url": None,
        "text": "",
        "status": "erased",
        "reason": "",
        "erased_at": state.now,
    }
    news = comment_writes(state, after, state.thread_counter)
    return CommentDecision(after, news, erasure_writes(comment["id"], state))


def _become(
    comment: Comment,
    status: CommentStatus,
    reason: str,
    state: CommentState,
    *,
    by_editor: bool = False,
    parent_may_come: bool = True,
) -> CommentDecision:
    """Give the comment another status, and derive the rows and tasks that follow."""
    after: Comment = {**comment, "status": status, "reason": reason}
    counter = state.thread_counter
    if status == "approved" and comment["place"] is None:
        after, counter = _publish_first(after, state, by_editor=by_editor, parent_may_come=parent_may_come)
    news = comment_writes(state, after, counter)
    if after["place"] and comment["place"] is None and after["root"] != after["id"]:
        news.append(reply_counter_write(after, state))
    return CommentDecision(after, news, task_writes(after, state))


def _publish_first(
    approved: Comment, state: CommentState, *, by_editor: bool, parent_may_come: bool
) -> tuple[Comment, ThreadCounter]:
    """Give an approved comment its place in the discussion, unless its parent keeps it from being published. Return
    the comment and the count of the discussion."""
    parent = state.parent.doc if state.parent else None
    if parent is not None and parent["article"] != approved["article"]:
        return place_comment(approved, None, state)  # it starts its own thread
    if reason := _held_back(approved, parent, state, by_editor=by_editor, parent_may_come=parent_may_come):
        held: Comment = {**approved, "status": "held", "reason": reason}
        return held, state.thread_counter
    return place_comment(approved, parent, state)


def _held_back(
    comment: Comment, parent: Comment | None, state: CommentState, *, by_editor: bool, parent_may_come: bool
) -> str:
    """Return the reason why a comment's parent keeps it from being published; empty if it can be published.

    A reply never waits for a parent that will never be published. An editor may still publish a reply to a removed
    comment: under its placeholder, or as its own thread. An erased parent never changes again, so no editor has to
    decide.
    """
    parent_status = parent["status"] if parent else None
    if not comment["parent"] or parent_status in ("approved", "erased"):
        return ""
    if parent_status != "held":
        if by_editor:
            return ""
        if parent is not None:
            return DECLINED
        if not parent_may_come:
            return NOT_THERE
    return CROWDED if state.is_crowded else WAITS
