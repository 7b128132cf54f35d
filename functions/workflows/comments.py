"""Discussions in the tables: read a comment and everything that a decision about it needs, decide, write, or retry.

ingest_comment, moderate_comment and the command line all change comments in this way. The public part is in
NewsTable, the private part in PrivateTable. Each change is one transaction over both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from adapters.backoff import attempts
from adapters.table import Table
from newsroom.comment import Comment, ReaderMail, ReplyCounter
from newsroom.comments import moderation, protected_names
from newsroom.comments.comment_rows import reply_task
from newsroom.comments.comment_state import MOST_WAITING, CommentState
from newsroom.comments.moderation import CommentDecision, EditorAction
from newsroom.comments.reasons import WAITS
from newsroom.comments.submissions import Edit
from newsroom.errors import TransientError
from newsroom.messages import SubmittedComment
from newsroom.rows import Doc, Row, Rows, RowWrite
from newsroom.site import CommentRules, Site, site_of
from newsroom.table_keys import (
    SITE_KEY,
    comment_key,
    comment_target_key,
    page_of_place,
    private_key,
    reader_mail_key,
    replies_key,
    thread_counter_key,
    waiting_partition,
    writer_partition,
)

ATTEMPTS = 12  # if others keep changing a discussion; then the caller must retry
RELEASED_AT_ONCE = 50  # waiting replies; the clock releases the rest


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a decision. unchanged: the comment was in this state already, or cannot be. changed: it is not at
    the expected revision. unknown: there is no such comment. `comment` is its current state."""

    what: Literal["done", "unchanged", "changed", "unknown"]
    comment: Comment | None
    rev: int = 0

    @property
    def is_approval(self) -> bool:
        """True if the decision published the comment."""
        return self.what == "done" and self.comment is not None and self.comment["status"] == "approved"


@dataclass(frozen=True, slots=True)
class Released:
    """The number of waiting replies that were decided on. is_all: no others can be decided on now."""

    count: int
    is_all: bool


@dataclass(frozen=True, slots=True)
class CommentThreads:
    """The two tables that hold the discussions."""

    news: Table
    private: Table

    def ingest(self, submitted: SubmittedComment, now: str) -> Comment:
        """Store a comment once, even if its message comes several times. Return the comment as it is then."""
        comment = self._store(submitted, now)
        # Its parent may have been approved, and its waiting replies released, just before this reply began to wait.
        if comment["reason"] == WAITS:
            self.decide(submitted.id, moderation.release_waiting, now)
        if comment["status"] != "held" or comment["reason"] == WAITS:
            self.release_replies(submitted.id, now)
        return comment

    def _store(self, submitted: SubmittedComment, now: str) -> Comment:
        """Store a comment unless it is stored already. Return the stored comment."""
        own, target_key = comment_key(submitted.id), comment_target_key(submitted.article)
        counter, parent = thread_counter_key(submitted.article), comment_key(submitted.parent or submitted.id)
        names = protected_names.protected_name_keys(submitted.author)
        for _ in attempts(ATTEMPTS):
            rows = self.news.get_many([own, target_key, counter, parent, SITE_KEY, *names])
            stored = rows.doc(own)
            if stored:
                return stored
            decision = moderation.ingest(submitted, self._state_at_arrival(submitted, rows, now), rows.doc(target_key))
            if self._write(decision):
                return decision.comment
        raise TransientError(f"comment {submitted.id}: its discussion kept changing while it was taken in")

    def _state_at_arrival(self, submitted: SubmittedComment, rows: Rows, now: str) -> CommentState:
        """Return the input of the decision about a comment that arrives. Read what the rows lack."""
        parent = rows.find(comment_key(submitted.parent)) if submitted.parent else None
        return CommentState(
            None,
            parent,
            rows.find(thread_counter_key(submitted.article)),
            _rules(rows.doc(SITE_KEY)),
            now,
            is_crowded=bool(submitted.parent) and self._is_crowded(submitted.parent or "", parent),
            is_signed_as_ours=protected_names.is_ours(submitted.author, rows, _site(rows.doc(SITE_KEY))),
            replies=self._replies(submitted.article, parent),
        )

    def moderate(
        self, id: str, action: EditorAction, now: str, expected: int | None = None, *, replies_later: bool = False
    ) -> Outcome:
        """Apply the action of an editor, or of the writer, to a comment, and decide on the replies that wait for it.
        expected: the revision that it must have. replies_later: leave those replies to the clock."""
        by_action = partial(moderation.moderate, action)
        outcome = self.decide(id, by_action, now, expected=expected, with_private=action == "erase")
        if action != "hold" and outcome.what == "done" and not replies_later:
            self.release_replies(id, now)
        return outcome

    def edit(self, id: str, edit: Edit, now: str) -> Outcome:
        """Change a comment's text, as its writer wants."""
        return self.decide(id, lambda state: moderation.edit(edit, state), now, author=edit.author)

    def erase(self, id: str, now: str) -> Outcome:
        """Erase a comment, even one that is still in the queue."""
        for _ in attempts(ATTEMPTS):
            outcome = self.moderate(id, "erase", now)
            if outcome.what != "unknown":
                return outcome
            decision = moderation.erase_before_arrival(id, CommentState(None, None, None, _rules(None), now))
            if self._write(decision):
                return Outcome("done", decision.comment, 1)
        raise TransientError(f"comment {id}: it is neither there nor can be turned away; try again")

    def forget(self, writer: str, *, even_asked: bool = False) -> None:
        """Delete the record of the mail to a writer whose comments are all erased, but keep a refusal of mail.

        even_asked: also delete that a confirmation was requested and not answered. Otherwise anybody could have
        confirmation mail sent to an address many times, by erasing the comments that they wrote under it.
        """
        for _ in attempts(ATTEMPTS):
            row = self.private.get(reader_mail_key(writer))
            if row is None or self.private.query(writer_partition(writer), limit=1):
                return
            is_gone = row.doc["state"] == "confirmed" or (even_asked and row.doc["state"] == "asked")
            after: ReaderMail | None = None if is_gone else {**row.doc, "mailed_at": "", "pending": [], "further": 0}
            if after == row.doc or self.private.transact([RowWrite(row.key, after, expected_rev=row.rev)]):
                return
        raise TransientError("what is kept of a reader's mail kept changing; try again")

    def release_replies(self, id: str, now: str) -> int:
        """Decide on the replies that wait only for this comment, and on those that wait for them. Return how many.
        The clock decides on the rest if there are too many."""
        released = self.release_some_replies(id, now)
        if not released.is_all:
            self.private.transact([reply_task(id, now)])
        return released.count

    def release_some_replies(
        self, id: str, now: str, *, parent_may_come: bool = True, most: int = RELEASED_AT_ONCE
    ) -> Released:
        """Decide on at most `most` such replies. This costs one read while the comment itself is held.

        parent_may_come: the comment may still be in the queue if it is not stored; then its replies keep waiting.
        """
        parent, count = self.news.get(comment_key(id)), 0
        if parent is None and parent_may_come:
            return Released(0, is_all=False)
        if parent is not None and parent.doc["status"] == "held":
            return Released(0, is_all=True)  # the decision on it calls this again
        release = partial(moderation.release_waiting, parent_may_come=parent_may_come)
        decided = [id]
        while decided and count < most:
            outcomes = self._decide_on_waiting(decided.pop(), release, now, most - count)
            count += len(outcomes)
            decided += [outcome.comment["id"] for outcome in outcomes if outcome.comment and outcome.is_approval]
        return Released(count, is_all=count < most)

    def _decide_on_waiting(
        self, parent: str, release: Callable[[CommentState], CommentDecision | None], now: str, limit: int
    ) -> list[Outcome]:
        """Decide on at most `limit` replies that wait for a comment."""
        waiting = self.news.query(waiting_partition(parent), limit=limit)
        return [self.decide(row.doc["id"], release, now) for row in waiting]

    def _replies(self, article: str, parent: Row[Comment] | None) -> Row[ReplyCounter] | None:
        """Read the reply counter of the page that shows the parent, if the parent has a place on a page."""
        if parent is None or not parent.doc["place"]:
            return None
        return self.news.get(replies_key(article, page_of_place(parent.doc["place"])))

    def _is_crowded(self, parent: str, row: Row[Comment] | None) -> bool:
        """Return True if the most replies that are allowed already wait for a comment."""
        if row is not None and row.doc["status"] != "held":
            return False
        return len(self.news.query(waiting_partition(parent), limit=MOST_WAITING)) >= MOST_WAITING

    def decide(
        self,
        id: str,
        decide: Callable[[CommentState], CommentDecision | None],
        now: str,
        *,
        expected: int | None = None,
        with_private: bool = False,
        author: str = "",
    ) -> Outcome:
        """Decide on a comment in its current state, and write the result unless another writer has changed the comment.
        author: the new signature, if it may change."""
        for _ in attempts(ATTEMPTS):
            row = self.news.get(comment_key(id))
            if row is None:
                return Outcome("unknown", None)
            comment = row.doc
            if expected is not None and expected != row.rev:
                return Outcome("changed", comment, row.rev)
            decision = decide(self._state(row, now, with_private=with_private, author=author))
            if decision is None:
                return Outcome("unchanged", comment, row.rev)
            if self._write(decision):
                what: Literal["done", "unchanged"] = "unchanged" if _is_as_it_was(comment, decision.comment) else "done"
                return Outcome(what, decision.comment, row.rev + 1)
        raise TransientError(f"comment {id}: it kept changing while it was decided on; try again")

    def _state(self, row: Row[Comment], now: str, *, with_private: bool, author: str) -> CommentState:
        counter, parent = thread_counter_key(row.doc["article"]), comment_key(row.doc["parent"] or row.doc["id"])
        rows = self.news.get_many([counter, parent, SITE_KEY, *protected_names.protected_name_keys(author)])
        return CommentState(
            row,
            rows.find(parent) if row.doc["parent"] else None,
            rows.find(counter),
            _rules(rows.doc(SITE_KEY)),
            now,
            private=self.private.get(private_key(row.doc["id"])) if with_private else None,
            is_awaited=bool(self.news.query(waiting_partition(row.doc["id"]), limit=1)),
            is_signed_as_ours=protected_names.is_ours(author, rows, _site(rows.doc(SITE_KEY))),
            replies=self._replies(row.doc["article"], rows.find(parent)) if not row.doc["place"] else None,
        )

    def _write(self, decision: CommentDecision) -> bool:
        cause = cause_of(decision.comment["id"])
        return self.news.transact(decision.news, (self.private, decision.private), cause=cause)


def _is_as_it_was(before: Comment, after: Comment) -> bool:
    """Return True if the two differ at most in the reason for holding, which only an editor sees."""
    return before == after or (
        {**before, "reason": after["reason"]} == after and WAITS not in (before["reason"], after["reason"])
    )


def cause_of(comment: str) -> str:
    """Return the cause of a comment's changes, as it is named in all logs."""
    return f"comment/{comment}"


def _site(settings: Doc | None) -> Site:
    return site_of(settings, "")


def _rules(settings: Doc | None) -> CommentRules:
    return _site(settings)["comments"]
