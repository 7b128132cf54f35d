"""The state of a comment and of its discussion before a decision about it."""

from dataclasses import dataclass

from newsroom.comment import Comment, PrivateDetails, ReplyCounter, ThreadCounter
from newsroom.rows import Row
from newsroom.site import CommentRules

MOST_WAITING = 30
"""Replies that may wait for one comment. Each costs work when that comment is decided, and anyone may send them."""

EMPTY_COUNTER: ThreadCounter = {"approved": 0, "threads": 0, "pages": 0, "on_last": 0}


@dataclass(frozen=True, slots=True)
class CommentState:
    """The input of a decision about a comment, from consistent reads.

    comment: None before it is stored. parent: the comment it replies to, if that exists.
    private: its row in PrivateTable. is_awaited: True if replies wait for it. is_crowded: True if MOST_WAITING
    replies already wait for its parent. is_signed_as_ours: True if its writer's name, or the name after an edit, is
    one of the paper's own. replies: the count of replies on its parent's page. now: ISO 8601 in UTC.
    """

    comment: Row[Comment] | None
    parent: Row[Comment] | None
    counter: Row[ThreadCounter] | None
    rules: CommentRules
    now: str
    private: Row[PrivateDetails] | None = None
    is_awaited: bool = False
    is_crowded: bool = False
    is_signed_as_ours: bool = False
    replies: Row[ReplyCounter] | None = None

    @property
    def before(self) -> Comment | None:
        """The stored comment; None before it is stored."""
        return self.comment.doc if self.comment else None

    @property
    def thread_counter(self) -> ThreadCounter:
        """The count of the discussion before the decision."""
        return self.counter.doc if self.counter else EMPTY_COUNTER

    @property
    def reply_count(self) -> int:
        """The number of replies on the parent's page."""
        return self.replies.doc["replies"] if self.replies else 0
