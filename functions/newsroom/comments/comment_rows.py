"""The rows of comments: their own, those derived from them, the counters of a discussion, and tasks for the outbox.

A comment's own row is the source of truth. Its rows in the thread, in the lists and in the moderation queue are
derived from it, and one transaction writes them all.
"""

from newsroom import urls
from newsroom.comment import Comment, CommentReference, OutboxTask, PublicComment, TaskKind, ThreadCounter
from newsroom.comments.comment_state import CommentState
from newsroom.comments.reasons import WAITS
from newsroom.rows import Doc, RowWrite, diff_rows, rev_of
from newsroom.table_keys import (
    HELD,
    Key,
    comment_key,
    comments_partition,
    outbox_key,
    page_of_place,
    private_key,
    replies_key,
    thread_counter_key,
    thread_partition,
    time_sk,
    waiting_partition,
    writer_partition,
)


def comment_writes(state: CommentState, after: Comment, counter: ThreadCounter) -> list[RowWrite]:
    """List all writes to NewsTable: the comment's row, the counter, and the rows derived from the comment.

    counter: the count of the discussion with the comment's thread, before the comment's approval is counted.
    """
    counted = _with_approval(counter, state.before, after)
    writes = [RowWrite(comment_key(after["id"]), after, expected_rev=rev_of(state.comment))]
    if counted != state.thread_counter:
        writes.append(RowWrite(thread_counter_key(after["article"]), counted, expected_rev=rev_of(state.counter)))
    return [*writes, *diff_rows(comment_index_rows(state.before), comment_index_rows(after))]


def _with_approval(counter: ThreadCounter, before: Comment | None, after: Comment) -> ThreadCounter:
    """Return the counter with the number of approved comments after this comment has changed."""
    was_approved = before is not None and before["status"] == "approved"
    is_approved = after["status"] == "approved"
    return {**counter, "approved": counter["approved"] + int(is_approved) - int(was_approved)}


def reply_counter_write(reply: Comment, state: CommentState) -> RowWrite:
    """Return the write that counts a new reply on its page."""
    key = replies_key(reply["article"], page_of_place(reply["place"] or ""))
    return RowWrite(key, {"replies": state.reply_count + 1}, expected_rev=rev_of(state.replies))


def comment_index_rows(comment: Comment | None) -> dict[Key[object], Doc]:
    """Return the rows of NewsTable that are derived from a comment."""
    if comment is None:
        return {}
    id, article, at = comment["id"], comment["article"], comment["at"]
    rows: dict[Key[object], Doc] = {}
    reference: CommentReference = {"id": id, "article": article}
    if comment["status"] == "held":
        rows[HELD.key(time_sk(at, id))] = reference
        if parent := awaited_parent(comment):
            rows[waiting_partition(parent).key(id)] = reference
    if comment["place"]:
        public = public_comment_of(comment)
        rows[thread_partition(article).key(comment["place"])] = public
        if comment["status"] == "approved":
            for list_name in (urls.COMMENTS, f"{urls.COMMENTS}/{article}"):
                rows[comments_partition(list_name).key(time_sk(at, id))] = public
    return rows


def awaited_parent(comment: Comment) -> str | None:
    """Return the comment for which alone a reply is held; None if nothing or something else holds it."""
    return comment["parent"] if comment["status"] == "held" and comment["reason"] == WAITS else None


def public_comment_of(comment: Comment) -> PublicComment:
    """Return the public form of a comment that was approved once. Its text is empty unless it is still approved."""
    shown = comment["status"] == "approved"
    return {
        "id": comment["id"],
        "article": comment["article"],
        "parent": comment["parent"],
        "depth": comment["depth"],
        "page": page_of_place(comment["place"] or ""),
        "author": comment["author"] if shown else "",
        "url": comment["url"] if shown else None,
        "text": comment["text"] if shown else "",
        "at": comment["at"],
        "edited_at": comment["edited_at"] if shown else None,
        "gone": not shown,
        "staff": shown and bool(comment.get("staff")),
        "answers_on": comment.get("answers_on"),
    }


def task_writes(after: Comment, state: CommentState) -> list[RowWrite]:
    """List the outbox tasks that follow from a comment's new state."""
    tasks = _held_tasks(after, state) if after["status"] == "held" and state.before != after else []
    if after["parent"] and _is_placed_now(state.before, after):
        tasks.append(_task("reply", after["id"], state.now))
    if after["status"] != "held" and state.is_awaited:
        tasks.append(reply_task(after["id"], state.now))
    return tasks


def _held_tasks(after: Comment, state: CommentState) -> list[RowWrite]:
    """Return the task of a comment that is held: for the editor, or for the parent that it waits for. A concurrent
    request may approve the parent before it sees that this reply waits."""
    parent = awaited_parent(after)
    return [reply_task(parent, state.now) if parent else _task("held", after["id"], state.now)]


def _is_placed_now(before: Comment | None, after: Comment) -> bool:
    had_place = before is not None and before["place"] is not None
    return after["place"] is not None and not had_place


def erasure_writes(comment: str, state: CommentState) -> list[RowWrite]:
    """List all writes to PrivateTable after a comment is erased: its private rows, and the tasks that follow."""
    writes = [reply_task(comment, state.now)] if state.is_awaited else []
    if state.private:
        writer = state.private.doc["writer"]
        writes += [
            RowWrite(private_key(comment), None),
            RowWrite(writer_partition(writer).key(comment), None),
            _task("forget", writer, state.now),
        ]
    return writes


def reply_task(comment: str, now: str) -> RowWrite:
    """Return the outbox task that checks for replies that wait for a comment."""
    return _task("answers", comment, now)


def _task(kind: TaskKind, id: str, now: str) -> RowWrite:
    task: OutboxTask = {"kind": kind, "id": id}
    return RowWrite(outbox_key(kind, now, id), task)
