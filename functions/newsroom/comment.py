"""Comments: what readers answer, as rows hold it and pages show it.

The public part only. A writer's mail address and the hash of where they wrote from stand in
PrivateTable, which nothing that draws pages can read.
"""

from typing import Literal, TypedDict

CommentStatus = Literal["held", "approved", "spam", "rejected", "erased"]


class Comment(TypedDict):
    """One comment, whole. `id` sorts by nothing; `at` is ISO 8601 in UTC, when it was sent."""

    id: str
    article: str  # the article's id: a comment belongs to that, whatever address it has
    parent: str | None  # the comment it answers
    root: str  # the comment its thread began with; its own id when it began one
    depth: int  # 1 for a comment that answers none
    author: str  # empty once erased
    url: str | None  # http or https; shown, never fetched
    text: str  # plain, as it was written; empty once erased
    at: str
    edited_at: str | None
    status: CommentStatus
    reason: str  # why it is held or was refused, for the editor; empty when there is nothing to say
    place: str | None  # once it has been approved: the sort key of its entry in the talk, kept for ever
    erased_at: str | None


class Talk(TypedDict):
    """The count of an article's discussion. `threads` is how many were ever numbered."""

    approved: int
    threads: int


class Remark(TypedDict):
    """A comment as a page shows it: its entry in the talk. A gone one keeps its place, without words."""

    id: str
    article: str
    parent: str | None
    depth: int
    author: str
    url: str | None
    text: str
    at: str
    edited_at: str | None
    gone: bool


class Doorstep(TypedDict):
    """What receive_comment may know of an article: is there one, may readers answer, what is it called."""

    open: bool
    address: str
    headline: str
