"""Readers' comments, as rows store them and pages show them.

This is the public part only. PrivateTable holds a writer's mail address and the hash of their network
address; no code that renders pages can read it.
"""

from typing import Literal, NotRequired, TypedDict

CommentStatus = Literal["held", "approved", "spam", "rejected", "erased"]


class Comment(TypedDict):
    """One complete comment. `id` has no order; `at` is the time it was sent, ISO 8601 in UTC."""

    id: str
    article: str  # the article's id, because the article's address may change
    parent: str | None  # the comment it replies to
    root: str  # the first comment of its thread; its own id if it is the first
    depth: int  # 1 for a comment that is not a reply
    author: str  # empty once erased
    url: str | None  # http or https; shown, never fetched
    text: str  # plain text, as written; empty once erased
    at: str
    edited_at: str | None
    status: CommentStatus
    reason: str  # for the editor: why it is held or was refused; empty if there is no reason
    place: str | None  # the sort key of its entry in the discussion, set at approval and then kept forever
    erased_at: str | None
    staff: bool  # True if it came from one of the paper's own addresses
    answers_on: int | None  # the discussion page of its parent, if it is not on the same page


class ThreadCounter(TypedDict):
    """The count of an article's discussion.

    The pages are counted here and not computed from the number of threads: `per_page` may change, and
    threads that were numbered with the old value keep their pages.
    """

    approved: int
    threads: int  # number of threads that ever got a number
    pages: int  # number of pages that they fill
    on_last: int  # threads numbered on the last page


class PublicComment(TypedDict):
    """A comment as a page shows it: its entry in the discussion. A gone comment keeps its place, without text."""

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
    staff: bool  # True if an editor approved it as written by the paper's staff
    answers_on: int | None  # the page of its parent, if it is not on the same page


class FeedComment(PublicComment):
    """A comment as a feed shows it: with the article's current headline and the comment's own address."""

    headline: str
    address: str  # with #comment-…


class CommentTarget(TypedDict):
    """The fields of an article that the pages of a discussion, and receive_comment, may read and show.

    The row is derived from the article and exists while it is live. Any change of it renders the discussion again.
    """

    id: str
    open: bool  # True if readers may comment
    address: str
    headline: str
    lang: str | None
    noindex: bool


class PrivateDetails(TypedDict):
    """The private fields of a comment, in PrivateTable."""

    email: str
    notify: bool  # True if its writer wants mail about replies
    address_hash: str  # keyed hash of the sender's network address; the key changes every day
    writer: str  # keyed hash of the lower-case mail address


class ReaderMail(TypedDict):
    """The state of the mail to one reader, in PrivateTable by the hash of their address.

    Nobody is asked twice: `asked` and `stopped` both mean that no mail is sent.
    """

    state: Literal["asked", "confirmed", "stopped"]
    mailed_at: str  # the time of the last mail; ISO 8601 in UTC
    pending: list[str]  # ids of replies for the next mail, the oldest first
    further: int  # number of replies beyond those


class EditorMail(TypedDict):
    """The state of the mail to the editor, in PrivateTable while any comment is held."""

    at: str  # the time of the next reminder; ISO 8601 in UTC
    more: bool  # True if comments that did not fit the last digest wait for the next one
    renewed: dict[str, str]  # by comment id: the time when an expired link was used to request new links


class CommentReference(TypedDict):
    """A comment, named by another row."""

    id: str
    article: str


class ReplyCounter(TypedDict):
    """The number of replies on one page of a discussion."""

    replies: int


TaskKind = Literal["answers", "forget", "held", "mail", "reply"]


class OutboxTask(TypedDict):
    """A task of the outbox. `id` names a comment, or a writer by the hash of their address."""

    kind: TaskKind
    id: str
    since: NotRequired[str]  # the time of the first try, once one failed
    tries: NotRequired[int]  # the number of tries that failed


class FormProblem(TypedDict):
    """One problem with a submitted form. `field` is author, email, url or comment; None means the whole form."""

    field: str | None
    message: str  # a sentence that says what to do


class FormValues(TypedDict):
    """The values that the writer sent, so that the form can show them again. They may hold any text."""

    author: str
    email: str
    url: str
    comment: str
    parent: str
    notify: bool


Action = Literal["approve", "decline", "spam", "hold"]
"""The editor's actions on a comment, apart from erasing it."""

HONEYPOT = "topic"
"""The form field that no reader sees: only a machine fills it in."""

LONGEST = {"author": 245, "email": 100, "url": 200, "comment": 16 * 1024}
"""The most characters for each field of the form, in any script."""

REMEMBERED_FOR = 2 * 24 * 60 * 60  # seconds in which a repeated submission counts as the same comment
EDITABLE_FOR = 15 * 60  # seconds in which a writer may edit their comment
