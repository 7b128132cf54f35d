"""Moderation decisions as row writes: when a comment arrives, is approved, declined, edited or erased.

A comment's own row is the source of truth. Its rows in the thread, in the lists and in the moderation queue are
derived from it, and one transaction writes them all.
"""

import re
from dataclasses import dataclass, field
from typing import Literal, cast

from newsroom import urls
from newsroom.comment import Comment, CommentStatus, CommentTarget, PrivateDetails, PublicComment, ThreadCounter
from newsroom.comments.submissions import Edit, SubmittedComment
from newsroom.mail_addresses import compared
from newsroom.rows import (
    HELD,
    Doc,
    Key,
    Row,
    RowWrite,
    comment_key,
    diff_rows,
    list_pk,
    outbox_key,
    page_of_place,
    replies_key,
    thread_counter_key,
    thread_pk,
    waiting_pk,
    writer_pk,
)
from newsroom.site import CommentRules
from newsroom.unicode_text import confusable_scripts, folded, has_word

EditorAction = Literal["approve", "decline", "spam", "hold", "erase"]
"""Actions an editor may take on a comment. Its writer may erase it too."""

STATUS: dict[EditorAction, CommentStatus] = {
    "approve": "approved", "decline": "rejected", "spam": "spam", "hold": "held", "erase": "erased",
}  # fmt: skip
WAITS = "waits for the comment it answers"
"""The reason of a reply that is held only for its parent: it is approved when the parent is."""
NOT_THERE = "answers a comment that is not there"
DECLINED = "answers a comment that was declined"
CROWDED = "answers a comment that is not published, as many others do"
STAFF = "comes from an address of the paper’s own: approve it if they wrote it, and it is marked as theirs"
BY_EDITOR = "was put on hold by an editor"
"""The reason of a comment that an editor held: no edit by its writer publishes it."""

MOST_REPLIES = 100
"""Replies on one page of a thread. When it is full, later replies go on the last page and link back."""

MOST_WAITING = 30
"""Replies that may wait for one comment. Each costs work when that comment is decided, and anyone may send them."""

EMPTY_COUNTER: ThreadCounter = {"approved": 0, "threads": 0, "pages": 0, "on_last": 0}
_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CommentState:
    """The input of a decision about a comment, from consistent reads.

    comment: None before it is stored. parent: the comment it replies to, if that exists.
    private: its row in PrivateTable. is_awaited: True if replies wait for it. is_crowded: True if MOST_WAITING
    replies already wait for its parent. is_signed_as_ours: True if its writer's name, or the name after an edit, is
    one of the paper's own. replies: the count of replies on its parent's page. now: ISO 8601 in UTC.
    """

    comment: Row | None
    parent: Row | None
    talk: Row | None
    rules: CommentRules
    now: str
    private: Row | None = None
    is_awaited: bool = False
    is_crowded: bool = False
    is_signed_as_ours: bool = False
    replies: Row | None = None


@dataclass(slots=True)
class CommentDecision:
    """The comment after the decision, and the rows that one transaction writes to NewsTable and PrivateTable."""

    comment: Comment
    news: list[RowWrite] = field(default_factory=list)
    private: list[RowWrite] = field(default_factory=list)


def judge(
    submitted: SubmittedComment,
    rules: CommentRules,
    target: CommentTarget | None,
    *,
    is_staff: bool = False,
    is_signed_as_ours: bool = False,
) -> tuple[CommentStatus, str]:
    """Return the status that the paper's rules give a comment, and the reason. The reason holds nothing private."""
    shown, email = (
        folded(f"{submitted.author}\n{submitted.url or ''}\n{submitted.text}"),
        folded(f"{submitted.email}\n{compared(submitted.email)}"),
    )
    if submitted.honeypot:
        return "spam", "filled in the field that no reader sees"
    if word := _first_match(rules["refuse_words"], shown):
        return "rejected", f"says “{word}”"
    if _first_match(rules["refuse_words"], email):
        return "rejected", "comes from a mail address that is refused"
    if target is None or not target["open"]:
        return "held", "arrived when comments were closed"
    if word := _first_match(rules["hold_words"], shown):
        return "held", f"says “{word}”"
    if _first_match(rules["hold_words"], email):
        return "held", "comes from a mail address to look at"
    if doubt := STAFF if is_staff else _doubtful_name(submitted.author, is_signed_as_ours):
        return "held", doubt
    links = len(_LINK.findall(submitted.text))
    if rules["links_to_hold"] and links >= rules["links_to_hold"]:
        return "held", f"holds {links} links"
    return ("held", "") if rules["moderation"] == "all" else ("approved", "")


def _doubtful_name(author: str, is_ours: bool) -> str:
    """Return the reason for an editor to review a name; empty if there is none."""
    if alphabets := confusable_scripts(author):
        return f"is signed in {alphabets} letters, which can look the same"
    return "is signed with a name of the paper’s own" if is_ours else ""


def _first_match(words: list[str], text: str) -> str | None:
    """Return the first of these words or phrases that a folded text contains."""
    return next((word for word in words if has_word(text, folded(word))), None)


def is_of_staff(email: str, rules: CommentRules) -> bool:
    """Return True if a mail address belongs to the paper's staff. Nothing proves that the writer owns it: the
    editor has to decide that."""
    return compared(email) in map(compared, rules["staff"])


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
    own = comment_key(submitted.id)
    private: PrivateDetails = {
        "email": submitted.email,
        "notify": submitted.notify,
        "address_hash": submitted.address_hash,
        "writer": submitted.writer,
    }
    by_writer: Doc = {"id": submitted.id, "article": submitted.article}
    decision.private += [
        RowWrite(own, cast(Doc, private), expected_rev=0),
        RowWrite(Key(writer_pk(submitted.writer), submitted.id), by_writer),
    ]
    return decision


def moderate(verdict: EditorAction, state: CommentState) -> CommentDecision | None:
    """Apply an editor's action to a comment; return None if nothing is left to decide, as for an erased comment."""
    comment = comment_of(state.comment)
    if comment is None or comment["status"] == "erased":
        return None
    if verdict == "erase":
        return _erase(comment, state)
    if verdict == "hold" and comment["status"] == "held" and comment["reason"] not in ("", WAITS):
        return _confirmed(comment, state)
    reason = BY_EDITOR if verdict == "hold" else ""
    decision = _become(comment, STATUS[verdict], reason, state, by_editor=True)
    return _confirmed(comment, state) if decision.comment == comment else decision


def _confirmed(comment: Comment, state: CommentState) -> CommentDecision:
    """Write the comment unchanged, at a new revision. Otherwise an earlier write that was reported as failed, and
    arrives after this one, would still meet its condition."""
    was = state.comment.rev if state.comment else 0
    return CommentDecision(comment, [RowWrite(comment_key(comment["id"]), cast(Doc, comment), expected_rev=was)])


def release_waiting(state: CommentState, *, parent_may_come: bool = True) -> CommentDecision | None:
    """Decide about a reply after its parent was decided; return None if it is held for another reason, or still waits.

    parent_may_come: False if a parent that does not exist can no longer arrive.
    """
    comment = comment_of(state.comment)
    if comment is None or comment["status"] != "held" or comment["reason"] != WAITS:
        return None
    decision = _become(comment, "approved", "", state, parent_may_come=parent_may_come)
    return None if decision.comment == comment else decision


def edit(edit: Edit, state: CommentState) -> CommentDecision | None:
    """Apply its writer's edit to a comment. The rules that can hold a comment are checked again. A declined comment
    stays declined."""
    comment = comment_of(state.comment)
    if comment is None or comment["status"] not in {"held", "approved"}:
        return None
    edited: Comment = {**comment, "author": edit.author, "url": edit.url, "text": edit.comment}
    if edited == comment:
        return _confirmed(comment, state)
    edited["edited_at"] = state.now
    status, reason = _judge_edit(edited, state)
    return _become(edited, status, reason, state)


def _judge_edit(edited: Comment, state: CommentState) -> tuple[CommentStatus, str]:
    before = cast(Comment, state.comment.doc if state.comment else edited)
    submitted = SubmittedComment(
        id=edited["id"], article=edited["article"], parent=edited["parent"], author=edited["author"], email="",
        url=edited["url"], text=edited["text"], notify=False, honeypot=False, at=edited["at"], address_hash="",
        writer="",
    )  # fmt: skip
    open_target: CommentTarget = {
        "id": "", "open": True, "address": "", "headline": "", "lang": None, "noindex": False,
    }  # fmt: skip
    is_staff = bool(edited.get("staff"))
    status, reason = judge(
        submitted, state.rules, open_target, is_staff=is_staff, is_signed_as_ours=state.is_signed_as_ours
    )
    held_for = before["reason"] if before["status"] == "held" and before["reason"] != WAITS else ""
    if held_for and (status == "approved" or (status == "held" and not reason) or held_for == BY_EDITOR):
        return ("held", held_for) if status in ("approved", "held") else (status, reason)
    return status, reason


def erase_before_arrival(id: str, state: CommentState) -> CommentDecision:
    """Write a tombstone for a comment that its writer erases before it is stored: it rejects the comment later."""
    comment: Comment = {
        "id": id, "article": "", "parent": None, "root": id, "depth": 1, "author": "", "url": None, "text": "",
        "at": state.now, "edited_at": None, "status": "erased", "reason": "", "place": None, "erased_at": state.now,
        "staff": False, "answers_on": None,
    }  # fmt: skip
    return CommentDecision(comment, [RowWrite(comment_key(id), cast(Doc, comment), expected_rev=0)])


def _erase(comment: Comment, state: CommentState) -> CommentDecision:
    """Remove everything its writer wrote from a comment. Its replies stay, below a placeholder."""
    after: Comment = {
        **comment, "author": "", "url": None, "text": "", "status": "erased", "reason": "", "erased_at": state.now,
    }  # fmt: skip
    decision = CommentDecision(after, changes(state, after, _counted(state, after)))
    if state.is_awaited:
        decision.private.append(_outbox_row("answers", comment["id"], state.now))
    if state.private:
        own = comment_key(comment["id"])
        by_writer = Key(writer_pk(state.private.doc["writer"]), comment["id"])
        forget = _outbox_row("forget", state.private.doc["writer"], state.now)
        decision.private += [RowWrite(own, None), RowWrite(by_writer, None), forget]
    return decision


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
    before, counter = (
        comment_of(state.comment),
        cast(ThreadCounter, dict(state.talk.doc)) if state.talk else EMPTY_COUNTER,
    )
    after: Comment = {**comment, "status": status, "reason": reason}
    if status == "approved" and comment["place"] is None:
        parent = comment_of(state.parent)
        if parent is not None and parent["article"] != comment["article"]:
            parent = None  # the comment starts its own thread
        elif why := _held_back(comment, parent, state, by_editor=by_editor, parent_may_come=parent_may_come):
            after |= {"status": "held", "reason": why}
        if after["status"] == "approved":
            after, counter = _placed(after, parent, counter, state)
    decision = CommentDecision(after, changes(state, after, _counted(state, after, counter)))
    if after["place"] and comment["place"] is None and after["root"] != after["id"]:
        decision.news.append(_one_more_reply(after, state))
    errands = []
    if after["status"] == "held" and after["reason"] != WAITS and (before is None or before != after):
        errands.append("held")
    if after["status"] == "approved":
        errands += ["reply"] * bool(after["parent"] and comment["place"] is None)
    if after["status"] != "held":
        errands += ["answers"] * state.is_awaited
    decision.private += [_outbox_row(kind, after["id"], state.now) for kind in errands]
    if after["reason"] == WAITS and after["parent"] and before != after:
        # A concurrent request may approve the parent before it sees that this reply waits.
        decision.private.append(_outbox_row("answers", after["parent"], state.now))
    return decision


def _held_back(
    comment: Comment, parent: Comment | None, state: CommentState, *, by_editor: bool, parent_may_come: bool
) -> str:
    """Return the reason why a comment's parent keeps it from being published; empty if it can be published.

    A reply never waits for a parent that will never be published. An editor may still publish a reply to a removed
    comment: under its placeholder, or as its own thread. An erased parent never changes again, so no editor has to
    decide.
    """
    if not comment["parent"] or (parent and parent["status"] in {"approved", "erased"}):
        return ""
    if parent is None and (by_editor or not parent_may_come):
        return "" if by_editor else NOT_THERE
    if parent is not None and parent["status"] != "held":
        return "" if by_editor else DECLINED
    return CROWDED if state.is_crowded else WAITS


def reply_task(comment: str, now: str) -> RowWrite:
    """Return the outbox task that checks for replies that wait for a comment."""
    return _outbox_row("answers", comment, now)


def _placed(
    comment: Comment, parent: Comment | None, counter: ThreadCounter, state: CommentState
) -> tuple[Comment, ThreadCounter]:
    """Give the comment its permanent place: in its parent's thread, or in a new thread on the last page. A thread
    whose page is full also continues there, so that no page grows without bound and only the last page changes."""
    rules = state.rules
    answered_on = page_of_place(parent["place"] or "") if parent else 0
    depth = min(parent["depth"] + 1, rules["depth"]) if parent and answered_on else 1
    if parent and parent["place"] and _replies(state) < MOST_REPLIES:
        page, thread = parent["place"].split("#")[:2]
        root = parent["root"]
    else:
        begins_page = counter["pages"] == 0 or counter["on_last"] >= rules["per_page"]
        counter = {
            **counter,
            "threads": counter["threads"] + 1,
            "pages": counter["pages"] + begins_page,
            "on_last": 1 if begins_page else counter["on_last"] + 1,
        }
        page, thread = f"{counter['pages']:05}", f"{counter['threads']:08}"
        root = comment["id"]
    place = f"{page}#{thread}#{comment['at']}#{comment['id']}"
    placed: Comment = {**comment, "root": root, "depth": depth, "place": place}
    placed["parent"] = comment["parent"] if answered_on else None
    placed["answers_on"] = answered_on if answered_on not in (0, int(page)) else None
    return placed, counter


def _replies(state: CommentState) -> int:
    return int(state.replies.doc["replies"]) if state.replies else 0


def _one_more_reply(comment: Comment, state: CommentState) -> RowWrite:
    key = replies_key(comment["article"], page_of_place(comment["place"] or ""))
    return RowWrite(key, {"replies": _replies(state) + 1}, expected_rev=state.replies.rev if state.replies else 0)


def _counted(state: CommentState, after: Comment, counter: ThreadCounter | None = None) -> ThreadCounter:
    """Return the counter after this comment has changed."""
    counted = counter or (cast(ThreadCounter, state.talk.doc) if state.talk else EMPTY_COUNTER)
    was = state.comment is not None and state.comment.doc["status"] == "approved"
    return {**counted, "approved": counted["approved"] + (after["status"] == "approved") - was}


def changes(state: CommentState, after: Comment, counter: ThreadCounter) -> list[RowWrite]:
    """List all writes to NewsTable: the comment's row, the counter, and the rows derived from the comment."""
    was = state.comment
    own = RowWrite(comment_key(after["id"]), cast(Doc, after), expected_rev=was.rev if was else 0)
    before = state.talk.doc if state.talk else EMPTY_COUNTER
    count = [
        RowWrite(
            thread_counter_key(after["article"]), cast(Doc, counter), expected_rev=state.talk.rev if state.talk else 0
        )
    ]
    return [
        own,
        *(count if counter != before else []),
        *diff_rows(comment_index_rows(comment_of(was)), comment_index_rows(after)),
    ]


def comment_index_rows(comment: Comment | None) -> dict[Key, Doc]:
    """Return the rows of NewsTable that are derived from a comment."""
    if comment is None:
        return {}
    id, article, at = comment["id"], comment["article"], comment["at"]
    rows: dict[Key, Doc] = {}
    named: Doc = {"id": id, "article": article}
    if comment["status"] == "held":
        rows[Key(HELD, f"{at}#{id}")] = named
        if comment["reason"] == WAITS and comment["parent"]:
            rows[Key(waiting_pk(comment["parent"]), id)] = named
    if comment["place"]:
        remark = cast(Doc, public_comment_of(comment))
        rows[Key(thread_pk(article), comment["place"])] = remark
        if comment["status"] == "approved":
            for list_name in (urls.COMMENTS, f"{urls.COMMENTS}/{article}"):
                rows[Key(list_pk(list_name), f"{at}#{id}")] = remark
    return rows


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


def comment_of(row: Row | None) -> Comment | None:
    """Return the comment in a row."""
    return cast(Comment, row.doc) if row else None


def _outbox_row(kind: str, id: str, now: str) -> RowWrite:
    return RowWrite(outbox_key(kind, now, id), {"kind": kind, "id": id})
