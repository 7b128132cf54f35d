"""Discussions in the tables: read a comment and all that a decision about it needs, decide, write, or start over.

ingest_comment, moderate_comment and the desk change comments in this one way. The public part stands
in NewsTable, the private one in PrivateTable; each change is one transaction over both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, cast

from adapters.table import Table
from newsroom.comment import Comment, CommentTarget
from newsroom.comments import moderation, protected_names
from newsroom.comments.moderation import MOST_WAITING, WAITS, CommentDecision, CommentState, EditorAction
from newsroom.comments.submissions import Edit, SubmittedComment
from newsroom.errors import TransientError
from newsroom.rows import (
    SITE_KEY,
    Row,
    RowWrite,
    comment_key,
    comment_target_key,
    page_of_place,
    reader_mail_key,
    replies_key,
    thread_counter_key,
    waiting_pk,
    writer_pk,
)
from newsroom.site import CommentRules, Site, site_of

ATTEMPTS = 12  # at a discussion others keep changing, before the caller is to try again
RELEASED_AT_ONCE = 50  # replies that waited; what more there are is left to the clock


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. unchanged: it was so already, or cannot be. changed: it is not at the revision that
    was expected. unknown: there is no such comment. `comment` is as it is now."""

    what: Literal["done", "unchanged", "changed", "unknown"]
    comment: Comment | None
    rev: int = 0


@dataclass(frozen=True, slots=True)
class Released:
    """How many replies that waited were decided on, and whether those were all."""

    count: int
    is_all: bool


@dataclass(frozen=True, slots=True)
class CommentThreads:
    """The two tables that hold them."""

    news: Table
    private: Table

    def ingest(self, submitted: SubmittedComment, now: str) -> Comment:
        """Store a comment, once, however often its letter comes; the comment as it is then."""
        own, step = comment_key(submitted.id), comment_target_key(submitted.article)
        counter, parent = thread_counter_key(submitted.article), comment_key(submitted.parent or submitted.id)
        for _ in range(ATTEMPTS):
            rows = self.news.get_many(
                [own, step, counter, parent, SITE_KEY, *protected_names.protected_name_keys(submitted.author)]
            )
            if own in rows:
                comment = cast(Comment, rows[own].doc)
                break
            answered = rows.get(parent) if submitted.parent else None
            crowded = bool(submitted.parent) and self._is_crowded(submitted.parent or "", answered)
            look = CommentState(
                None,
                answered,
                rows.get(counter),
                _rules(rows.get(SITE_KEY)),
                now,
                is_crowded=crowded,
                is_signed_as_ours=protected_names.is_ours(submitted.author, rows, _site(rows.get(SITE_KEY))),
                replies=self._replies(submitted.article, answered),
            )
            target = cast(CommentTarget, rows[step].doc) if step in rows else None
            decision = moderation.ingest(submitted, look, target)
            if self._write(decision):
                comment = decision.comment
                break
        else:
            raise TransientError(f"comment {submitted.id}: its discussion kept changing while it was taken in")
        # What it answers may have been approved, and looked for what waits, just before it began to wait.
        if comment["reason"] == WAITS:
            self.decide(submitted.id, moderation.release_waiting, now)
        if comment["status"] != "held" or comment["reason"] == WAITS:
            self.release_replies(submitted.id, now)
        return comment

    def moderate(
        self, id: str, verdict: EditorAction, now: str, expected: int | None = None, *, answers_later: bool = False
    ) -> Outcome:
        """Do with a comment what an editor, or its writer, wants, and decide on the replies that wait for it.
        expected: the revision it must be at. answers_later: leave those replies to the clock."""
        by_verdict = partial(moderation.moderate, verdict)
        outcome = self.decide(id, by_verdict, now, expected=expected, with_private=verdict == "erase")
        if verdict != "hold" and outcome.what == "done" and not answers_later:
            self.release_replies(id, now)
        return outcome

    def edit(self, id: str, edit: Edit, now: str) -> Outcome:
        """Change a comment's words, as its writer wants."""
        return self.decide(id, lambda look: moderation.edit(edit, look), now, author=edit.author)

    def erase(self, id: str, now: str) -> Outcome:
        """Erase a comment, even one that is still on its way."""
        for _ in range(ATTEMPTS):
            outcome = self.moderate(id, "erase", now)
            if outcome.what != "unknown":
                return outcome
            decision = moderation.erase_before_arrival(id, CommentState(None, None, None, _rules(None), now))
            if self._write(decision):
                return Outcome("done", decision.comment, 1)
        raise TransientError(f"comment {id}: it is neither there nor can be turned away; try again")

    def forget(self, writer: str, *, even_asked: bool = False) -> None:
        """Forget what is kept of the mail to a writer all of whose comments are erased, but that they want none.

        even_asked: also that they were asked and did not answer. Else anybody could have an address asked over and
        over, by erasing what they had written under it.
        """
        for _ in range(ATTEMPTS):
            row = self.private.get(reader_mail_key(writer))
            if row is None or self.private.query(writer_pk(writer), limit=1):
                return
            is_gone = row.doc["state"] == "confirmed" or (even_asked and row.doc["state"] == "asked")
            after = None if is_gone else {**row.doc, "mailed_at": "", "pending": [], "further": 0}
            if after == row.doc or self.private.transact([RowWrite(row.key, after, expected_rev=row.rev)]):
                return
        raise TransientError("what is kept of a reader's mail kept changing; try again")

    def release_replies(self, id: str, now: str) -> int:
        """Decide on the replies that waited for this comment alone, and on those that waited for them; how many.
        What is too much for now is left to the clock."""
        released = self.release_some_replies(id, now)
        if not released.is_all:
            self.private.transact([moderation.reply_task(id, now)])
        return released.count

    def release_some_replies(
        self, id: str, now: str, *, parent_may_come: bool = True, most: int = RELEASED_AT_ONCE
    ) -> Released:
        """The same for so many of them. It costs one read while the comment is not decided on.

        parent_may_come: whether the comment may still be on its way, if it is not there; then they go on waiting.
        """
        parent, count = self.news.get(comment_key(id)), 0
        if parent is None and parent_may_come:
            return Released(0, is_all=False)
        if parent is not None and parent.doc["status"] == "held":
            return Released(0, is_all=True)  # whoever decides on it asks again
        release = partial(moderation.release_waiting, parent_may_come=parent_may_come)
        decided = [id]
        while decided and count < most:
            for row in self.news.query(waiting_pk(decided.pop()), limit=most - count):
                outcome = self.decide(row.doc["id"], release, now)
                count += 1
                if outcome.what == "done" and outcome.comment and outcome.comment["status"] == "approved":
                    decided.append(row.doc["id"])
        return Released(count, is_all=count < most)

    def _replies(self, article: str, parent: Row | None) -> Row | None:
        """The count of the replies on the page of a comment that is answered, if it has a place on one."""
        if parent is None or not parent.doc["place"]:
            return None
        return self.news.get(replies_key(article, page_of_place(parent.doc["place"])))

    def _is_crowded(self, parent: str, row: Row | None) -> bool:
        """Whether as many replies as may do wait for a comment."""
        if row is not None and row.doc["status"] != "held":
            return False
        return len(self.news.query(waiting_pk(parent), limit=MOST_WAITING)) >= MOST_WAITING

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
        """Decide on a comment as it is now, and write what follows, before anybody else has changed it.
        author: what it is to be signed with, if that may change."""
        for _ in range(ATTEMPTS):
            row = self.news.get(comment_key(id))
            if row is None:
                return Outcome("unknown", None)
            comment = cast(Comment, row.doc)
            if expected is not None and expected != row.rev:
                return Outcome("changed", comment, row.rev)
            decision = decide(self._look(row, now, with_private=with_private, author=author))
            if decision is None:
                return Outcome("unchanged", comment, row.rev)
            if self._write(decision):
                what: Literal["done", "unchanged"] = "unchanged" if _is_as_it_was(comment, decision.comment) else "done"
                return Outcome(what, decision.comment, row.rev + 1)
        raise TransientError(f"comment {id}: it kept changing while it was decided on; try again")

    def _look(self, row: Row, now: str, *, with_private: bool, author: str) -> CommentState:
        counter, parent = thread_counter_key(row.doc["article"]), comment_key(row.doc["parent"] or row.doc["id"])
        rows = self.news.get_many([counter, parent, SITE_KEY, *protected_names.protected_name_keys(author)])
        return CommentState(
            row,
            rows.get(parent) if row.doc["parent"] else None,
            rows.get(counter),
            _rules(rows.get(SITE_KEY)),
            now,
            private=self.private.get(row.key) if with_private else None,
            is_awaited=bool(self.news.query(waiting_pk(row.doc["id"]), limit=1)),
            is_signed_as_ours=protected_names.is_ours(author, rows, _site(rows.get(SITE_KEY))),
            replies=self._replies(row.doc["article"], rows.get(parent)) if not row.doc["place"] else None,
        )

    def _write(self, decision: CommentDecision) -> bool:
        cause = cause_of(decision.comment["id"])
        return self.news.transact(decision.news, (self.private, decision.private), cause=cause)


def _is_as_it_was(before: Comment, after: Comment) -> bool:
    """Whether nobody but an editor who asks why it is held could tell them apart."""
    return before == after or (
        {**before, "reason": after["reason"]} == after and WAITS not in (before["reason"], after["reason"])
    )


def cause_of(comment: str) -> str:
    """What every room's log calls the cause of a comment's changes."""
    return f"comment/{comment}"


def _site(row: Row | None) -> Site:
    return site_of(row.doc if row else None, "")


def _rules(row: Row | None) -> CommentRules:
    return _site(row)["comments"]
