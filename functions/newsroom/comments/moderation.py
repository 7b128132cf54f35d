"""What becomes of a comment: judged when it arrives, approved, declined, mended, erased. Decisions, as rows.

A comment's own row is the truth about it; its entry in the talk, its places in the lists and in what
is held follow from that, and are written with it in one transaction.
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
"""What an editor may do with a comment. Its writer may erase it too."""

STATUS: dict[EditorAction, CommentStatus] = {
    "approve": "approved", "decline": "rejected", "spam": "spam", "hold": "held", "erase": "erased",
}  # fmt: skip
WAITS = "waits for the comment it answers"
"""The reason of a reply that is held for nothing else: it is approved with what it answers."""
NOT_THERE = "answers a comment that is not there"
DECLINED = "answers a comment that was declined"
CROWDED = "answers a comment that is not published, as many others do"
STAFF = "comes from an address of the paper’s own: approve it if they wrote it, and it is marked as theirs"
BY_EDITOR = "was put on hold by an editor"
"""The reason of what an editor held: nothing its writer does to it publishes it."""

MOST_REPLIES = 100
"""Replies to a page of a discussion. Those that come when it is full stand on the last page, and lead back."""

MOST_WAITING = 30
"""Replies that may wait for one comment. Each costs work when that is decided on, and anybody may send them."""

EMPTY_COUNTER: ThreadCounter = {"approved": 0, "threads": 0, "pages": 0, "on_last": 0}
_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CommentState:
    """What a decision about a comment is made from, strongly read.

    comment: None before it is taken in. parent: the comment it answers, if that is there.
    private: what PrivateTable keeps beside it. is_awaited: whether replies wait for it. is_crowded: whether as many
    as may do wait for what it answers. is_signed_as_ours: whether its writer's name, or the one it is mended to, is one
    of the paper's own. replies: the count of those on the page of what it answers. now: ISO 8601 in UTC.
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
    """The comment as it will be, and what one transaction writes to NewsTable and PrivateTable."""

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
    """What the paper's rules make of a comment, and why. The reason names nothing private."""
    shown, email = (
        folded(f"{submitted.author}\n{submitted.url or ''}\n{submitted.text}"),
        folded(f"{submitted.email}\n{compared(submitted.email)}"),
    )
    if submitted.honeypot:
        return "spam", "filled in the field that no reader sees"
    if word := _said(rules["refuse_words"], shown):
        return "rejected", f"says “{word}”"
    if _said(rules["refuse_words"], email):
        return "rejected", "comes from a mail address that is refused"
    if target is None or not target["open"]:
        return "held", "arrived when comments were closed"
    if word := _said(rules["hold_words"], shown):
        return "held", f"says “{word}”"
    if _said(rules["hold_words"], email):
        return "held", "comes from a mail address to look at"
    if doubt := STAFF if is_staff else _doubtful_name(submitted.author, is_signed_as_ours):
        return "held", doubt
    links = len(_LINK.findall(submitted.text))
    if rules["links_to_hold"] and links >= rules["links_to_hold"]:
        return "held", f"holds {links} links"
    return ("held", "") if rules["moderation"] == "all" else ("approved", "")


def _doubtful_name(author: str, is_ours: bool) -> str:
    """Why an editor is to look at a name; empty if none need."""
    if alphabets := confusable_scripts(author):
        return f"is signed in {alphabets} letters, which can look the same"
    return "is signed with a name of the paper’s own" if is_ours else ""


def _said(words: list[str], text: str) -> str | None:
    """The first of these words or phrases that a folded text has."""
    return next((word for word in words if has_word(text, folded(word))), None)


def is_of_staff(email: str, rules: CommentRules) -> bool:
    """Whether a mail address is one of those that the paper's own people write from. Nobody has shown that it is
    theirs: that is for the editor to know."""
    return compared(email) in map(compared, rules["staff"])


def ingest(submitted: SubmittedComment, look: CommentState, target: CommentTarget | None) -> CommentDecision:
    """A comment as it arrives."""
    is_staff = is_of_staff(submitted.email, look.rules)
    status, reason = judge(submitted, look.rules, target, is_staff=is_staff, is_signed_as_ours=look.is_signed_as_ours)
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
    decision = _become(comment, status, reason, look)
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


def moderate(verdict: EditorAction, look: CommentState) -> CommentDecision | None:
    """A comment after an editor's verdict; None when there is nothing left to decide about, as with an erased one."""
    comment = comment_of(look.comment)
    if comment is None or comment["status"] == "erased":
        return None
    if verdict == "erase":
        return _erase(comment, look)
    if verdict == "hold" and comment["status"] == "held" and comment["reason"] not in ("", WAITS):
        return _confirmed(comment, look)
    reason = BY_EDITOR if verdict == "hold" else ""
    decision = _become(comment, STATUS[verdict], reason, look, by_editor=True)
    return _confirmed(comment, look) if decision.comment == comment else decision


def _confirmed(comment: Comment, look: CommentState) -> CommentDecision:
    """The comment as it is, at a new revision: an earlier verdict that was lost on its way, and was called failed,
    would else still meet its condition when it lands after this one."""
    was = look.comment.rev if look.comment else 0
    return CommentDecision(comment, [RowWrite(comment_key(comment["id"]), cast(Doc, comment), expected_rev=was)])


def release_waiting(look: CommentState, *, parent_may_come: bool = True) -> CommentDecision | None:
    """A reply after what it answers was decided on; None when it waits for something else, or still has to wait.

    parent_may_come: whether what it answers may still be on its way, if it is not there.
    """
    comment = comment_of(look.comment)
    if comment is None or comment["status"] != "held" or comment["reason"] != WAITS:
        return None
    decision = _become(comment, "approved", "", look, parent_may_come=parent_may_come)
    return None if decision.comment == comment else decision


def edit(edit: Edit, look: CommentState) -> CommentDecision | None:
    """A comment after its writer mended it. What the paper looks at before it is shown, it looks at
    again; what was declined stays so."""
    comment = comment_of(look.comment)
    if comment is None or comment["status"] not in {"held", "approved"}:
        return None
    mended: Comment = {**comment, "author": edit.author, "url": edit.url, "text": edit.comment}
    if mended == comment:
        return _confirmed(comment, look)
    mended["edited_at"] = look.now
    status, reason = _judge_again(mended, look)
    return _become(mended, status, reason, look)


def _judge_again(mended: Comment, look: CommentState) -> tuple[CommentStatus, str]:
    before = cast(Comment, look.comment.doc if look.comment else mended)
    submitted = SubmittedComment(
        id=mended["id"], article=mended["article"], parent=mended["parent"], author=mended["author"], email="",
        url=mended["url"], text=mended["text"], notify=False, honeypot=False, at=mended["at"], address_hash="",
        writer="",
    )  # fmt: skip
    an_open_door: CommentTarget = {
        "id": "", "open": True, "address": "", "headline": "", "lang": None, "noindex": False,
    }  # fmt: skip
    is_staff = bool(mended.get("staff"))
    status, reason = judge(
        submitted, look.rules, an_open_door, is_staff=is_staff, is_signed_as_ours=look.is_signed_as_ours
    )
    held_for = before["reason"] if before["status"] == "held" and before["reason"] != WAITS else ""
    if held_for and (status == "approved" or (status == "held" and not reason) or held_for == BY_EDITOR):
        return ("held", held_for) if status in ("approved", "held") else (status, reason)
    return status, reason


def erase_before_arrival(id: str, look: CommentState) -> CommentDecision:
    """A comment that its writer erases before it is taken in: the tombstone that will turn it away."""
    comment: Comment = {
        "id": id, "article": "", "parent": None, "root": id, "depth": 1, "author": "", "url": None, "text": "",
        "at": look.now, "edited_at": None, "status": "erased", "reason": "", "place": None, "erased_at": look.now,
        "staff": False, "answers_on": None,
    }  # fmt: skip
    return CommentDecision(comment, [RowWrite(comment_key(id), cast(Doc, comment), expected_rev=0)])


def _erase(comment: Comment, look: CommentState) -> CommentDecision:
    """The comment without a word of its writer; what answers it stays, below a placeholder."""
    after: Comment = {
        **comment, "author": "", "url": None, "text": "", "status": "erased", "reason": "", "erased_at": look.now,
    }  # fmt: skip
    decision = CommentDecision(after, changes(look, after, _counted(look, after)))
    if look.is_awaited:
        decision.private.append(_errand("answers", comment["id"], look.now))
    if look.private:
        own = comment_key(comment["id"])
        by_writer = Key(writer_pk(look.private.doc["writer"]), comment["id"])
        forget = _errand("forget", look.private.doc["writer"], look.now)
        decision.private += [RowWrite(own, None), RowWrite(by_writer, None), forget]
    return decision


def _become(
    comment: Comment,
    status: CommentStatus,
    reason: str,
    look: CommentState,
    *,
    by_editor: bool = False,
    parent_may_come: bool = True,
) -> CommentDecision:
    """The comment with another status, and all that follows from it."""
    before, counter = comment_of(look.comment), cast(ThreadCounter, dict(look.talk.doc)) if look.talk else EMPTY_COUNTER
    after: Comment = {**comment, "status": status, "reason": reason}
    if status == "approved" and comment["place"] is None:
        parent = comment_of(look.parent)
        if parent is not None and parent["article"] != comment["article"]:
            parent = None  # which makes it a thread of its own
        elif why := _held_back(comment, parent, look, by_editor=by_editor, parent_may_come=parent_may_come):
            after |= {"status": "held", "reason": why}
        if after["status"] == "approved":
            after, counter = _placed(after, parent, counter, look)
    decision = CommentDecision(after, changes(look, after, _counted(look, after, counter)))
    if after["place"] and comment["place"] is None and after["root"] != after["id"]:
        decision.news.append(_one_more_reply(after, look))
    errands = []
    if after["status"] == "held" and after["reason"] != WAITS and (before is None or before != after):
        errands.append("held")
    if after["status"] == "approved":
        errands += ["reply"] * bool(after["parent"] and comment["place"] is None)
    if after["status"] != "held":
        errands += ["answers"] * look.is_awaited
    decision.private += [_errand(kind, after["id"], look.now) for kind in errands]
    if after["reason"] == WAITS and after["parent"] and before != after:
        # What it answers may be approved at this very moment by somebody who sees nothing wait yet.
        decision.private.append(_errand("answers", after["parent"], look.now))
    return decision


def _held_back(
    comment: Comment, parent: Comment | None, look: CommentState, *, by_editor: bool, parent_may_come: bool
) -> str:
    """Why a comment cannot be published yet, for what it answers; empty if it can.

    Nothing that will never be published is waited for. Below what was removed, an editor may publish an answer all
    the same: under its placeholder, or as a thread of its own. An erased one never changes again, so that nobody
    need be asked.
    """
    if not comment["parent"] or (parent and parent["status"] in {"approved", "erased"}):
        return ""
    if parent is None and (by_editor or not parent_may_come):
        return "" if by_editor else NOT_THERE
    if parent is not None and parent["status"] != "held":
        return "" if by_editor else DECLINED
    return CROWDED if look.is_crowded else WAITS


def reply_task(comment: str, now: str) -> RowWrite:
    """What has the clock look for replies that wait for a comment."""
    return _errand("answers", comment, now)


def _placed(
    comment: Comment, parent: Comment | None, counter: ThreadCounter, look: CommentState
) -> tuple[Comment, ThreadCounter]:
    """The comment with its place for ever: in its parent's thread, or in a new one on the last page. A thread whose
    page is full goes on there as well, so that no page grows without bound and none but the last changes."""
    rules = look.rules
    answered_on = page_of_place(parent["place"] or "") if parent else 0
    depth = min(parent["depth"] + 1, rules["depth"]) if parent and answered_on else 1
    if parent and parent["place"] and _replies(look) < MOST_REPLIES:
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


def _replies(look: CommentState) -> int:
    return int(look.replies.doc["replies"]) if look.replies else 0


def _one_more_reply(comment: Comment, look: CommentState) -> RowWrite:
    key = replies_key(comment["article"], page_of_place(comment["place"] or ""))
    return RowWrite(key, {"replies": _replies(look) + 1}, expected_rev=look.replies.rev if look.replies else 0)


def _counted(look: CommentState, after: Comment, counter: ThreadCounter | None = None) -> ThreadCounter:
    """The count once this comment is as it will be."""
    counted = counter or (cast(ThreadCounter, look.talk.doc) if look.talk else EMPTY_COUNTER)
    was = look.comment is not None and look.comment.doc["status"] == "approved"
    return {**counted, "approved": counted["approved"] + (after["status"] == "approved") - was}


def changes(look: CommentState, after: Comment, counter: ThreadCounter) -> list[RowWrite]:
    """Everything NewsTable is to be told: the comment's row, the count, and what follows from the comment."""
    was = look.comment
    own = RowWrite(comment_key(after["id"]), cast(Doc, after), expected_rev=was.rev if was else 0)
    before = look.talk.doc if look.talk else EMPTY_COUNTER
    count = [
        RowWrite(
            thread_counter_key(after["article"]), cast(Doc, counter), expected_rev=look.talk.rev if look.talk else 0
        )
    ]
    return [
        own,
        *(count if counter != before else []),
        *diff_rows(comment_index_rows(comment_of(was)), comment_index_rows(after)),
    ]


def comment_index_rows(comment: Comment | None) -> dict[Key, Doc]:
    """The rows of NewsTable that follow from a comment's own."""
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
    """A comment that was approved once, as the pages know it: without words unless it still is."""
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
    """The comment a row holds."""
    return cast(Comment, row.doc) if row else None


def _errand(kind: str, id: str, now: str) -> RowWrite:
    return RowWrite(outbox_key(kind, now, id), {"kind": kind, "id": id})
