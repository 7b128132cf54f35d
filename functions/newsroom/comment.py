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
    staff: bool  # whether it came from an address of the paper's own
    answers_on: int | None  # the page of the discussion that what it answers is on, if another than its own


class ThreadCounter(TypedDict):
    """The count of an article's discussion.

    Pages are counted here, and not worked out from the number of threads: `per_page` may change, and
    what was numbered under the old one stays where it is.
    """

    approved: int
    threads: int  # how many were ever numbered
    pages: int  # how many pages those fill
    on_last: int  # threads numbered on the last of them


class PublicComment(TypedDict):
    """A comment as a page shows it: its entry in the talk. A gone one keeps its place, without words."""

    id: str
    article: str
    parent: str | None
    depth: int
    page: int  # of the discussion; 1 is on the article itself
    author: str
    url: str | None
    text: str
    at: str
    edited_at: str | None
    gone: bool
    staff: bool  # whether an editor approved it as written by one of the paper's own
    answers_on: int | None  # the page that what it answers is on, if another


class FeedComment(PublicComment):
    """A remark as a feed shows it: with the article's present headline, and the remark's own address."""

    headline: str
    address: str  # with #comment-…


class CommentTarget(TypedDict):
    """What the pages of a discussion, and receive_comment, may know of an article: all that they show.

    A row derived from the article, there while it is live; any change of it redraws the discussion.
    """

    id: str
    open: bool  # whether readers may answer
    address: str
    headline: str
    lang: str | None
    noindex: bool


class PrivateDetails(TypedDict):
    """What PrivateTable keeps beside a comment."""

    email: str
    notify: bool  # whether its writer wants mail of replies
    address_hash: str  # of the network address it was sent from; keyed, another key every day
    writer: str  # keyed hash of the lower-cased mail address


class ReaderMail(TypedDict):
    """What PrivateTable keeps of the mail to one reader, by the hash of their address.

    Nobody is asked twice: `asked` and `stopped` both mean that no mail goes out.
    """

    state: Literal["asked", "confirmed", "stopped"]
    mailed_at: str  # when the last mail went; ISO 8601 in UTC
    pending: list[str]  # ids of answers to be told of with the next one, the oldest first
    further: int  # how many more there are than those


class EditorMail(TypedDict):
    """What PrivateTable keeps of the mail to the editor, while anything is held."""

    at: str  # when they are next reminded of what waits; ISO 8601 in UTC
    more: bool  # whether something waits for the next digest that did not fit the last
    renewed: dict[str, str]  # when fresh links to a comment were asked for with an expired one, by its id


class FormProblem(TypedDict):
    """One thing wrong with what was sent. `field` is author, email, url or comment; None: the whole."""

    field: str | None
    message: str  # a sentence that says what to do


class FormValues(TypedDict):
    """What the writer sent, kept for the form to show again. Any text at all may stand in it."""

    author: str
    email: str
    url: str
    comment: str
    parent: str
    notify: bool


Action = Literal["approve", "decline", "spam", "hold"]
"""What an editor may do with a comment, beside erasing it."""

HONEYPOT = "topic"
"""The form field no reader sees: whoever fills it in is a machine."""

LONGEST = {"author": 245, "email": 100, "url": 200, "comment": 16 * 1024}
"""Characters to a field of the form, in whatever script."""

REMEMBERED_FOR = 2 * 24 * 60 * 60  # seconds in which the same sent again is the same comment
EDITABLE_FOR = 15 * 60  # seconds in which a writer may mend what they sent
