"""The keys of all rows. No other module knows how a key is written.

A key carries the type of its row's content: `article_key` returns `Key[StoredArticle]`, so the table returns
`Row[StoredArticle]` for it. A partition carries the type of all its rows in the same way. The types exist for the
type checker only.

Each kind of row has a partition `KIND#name`, or `KIND` if there is one row or one list of that kind.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeVar

from newsroom import urls

if TYPE_CHECKING:  # the types are for the checker; no function loads them for its keys
    from newsroom.article import (
        AddressClaim,
        ArticleReference,
        Author,
        Entry,
        NameClaim,
        PageListing,
        StoredArticle,
        StoredText,
        TextReference,
        Upload,
        UploadReference,
    )
    from newsroom.comment import (
        Comment,
        CommentReference,
        CommentTarget,
        EditorMail,
        OutboxTask,
        PrivateDetails,
        PublicComment,
        ReaderMail,
        ReplyCounter,
        ThreadCounter,
    )
    from newsroom.queue_alerts import AlertState
    from newsroom.rebuilds import RebuildJob, Shard
    from newsroom.rendering.template_version import TemplateVersion
    from newsroom.rows import Doc
    from newsroom.site import ClockRow

D_co = TypeVar("D_co", covariant=True)


class Key(NamedTuple, Generic[D_co]):
    """A row's primary key."""

    pk: str
    sk: str


class Partition(str, Generic[D_co]):
    """The partition key of many rows, which are in order of their `sk`."""

    __slots__ = ()

    def key(self, sk: str) -> Key[D_co]:
        """Return the key of one row of the partition."""
        return Key(self, sk)


# Uploads, texts and their addresses


def upload_key(key: str) -> Key[Upload]:
    """Return the row of an uploaded key; it has the name of the receipt."""
    return receipt_key(urls.receipt_path(key))


def receipt_key(path: str) -> Key[Upload]:
    """Return the row that a receipt is rendered from."""
    return Key("UPLOAD#" + path.removeprefix("receipts/").removesuffix(".json"), "UPLOAD")


def article_key(id: str) -> Key[StoredArticle]:
    return Key(f"ARTICLE#{id}", "ARTICLE")


def static_key(id: str) -> Key[StoredText]:
    return Key(f"STATIC#{id}", "STATIC")


def text_key(kind: str, id: str) -> Key[StoredText]:
    """Return the row of an article or a static page, by the kind and id in an address row."""
    return static_key(id) if kind == "page" else article_key(id)


def author_key(id: str) -> Key[Author]:
    return Key(f"AUTHOR#{id}", "AUTHOR")


def address_key(path: str) -> Key[AddressClaim]:
    return Key(f"ADDRESS#{path}", "ADDRESS")


def page_key(path: str) -> Key[object]:
    """Return the row of a page's edition."""
    return Key(f"PAGE#{urls.group_leader(path)}", "PAGE")


def content_key(fingerprint: str) -> Key[TextReference]:
    """Return the row that names the text made from a file with these bytes."""
    return Key(f"CONTENT#{fingerprint}", "CONTENT")


def owner_of(kind: str, id: str) -> str:
    """Return the owner of an id and of its addresses, in the form that rows use."""
    return f"{kind}/{id}"


def successors_partition(owner: str) -> Partition[UploadReference]:
    """Return the uploads, by key, that are processed again when this owner loses its file."""
    return Partition(f"SUCCESSOR#{owner}")


def links_partition(path: str) -> Partition[TextReference]:
    """Return the texts that link to an address."""
    return Partition(f"LINK#{path}")


_LONGEST_NAME = 400  # bytes of a name in the key of its row; DynamoDB allows 2,048 in all


def name_key(kind: Literal["author", "tag", "section"], name: str) -> Key[NameClaim]:
    """Return the row of a name or of a slug."""
    return Key(_name_pk(kind, name), "NAME")


def lookalike_key(form: str) -> Key[object]:
    """Return the row that exists if an author's name has this form of `lookalikes`."""
    return Key(_name_pk("look", form), "NAME")


def _name_pk(kind: str, name: str) -> str:
    encoded = name.encode("utf-8", "surrogatepass")
    if len(encoded) > _LONGEST_NAME:
        name = "~" + blake2b(encoded, digest_size=16).hexdigest()
    return f"NAME#{kind}/{name}"


# Lists


def entries_partition(list_name: str) -> Partition[Entry]:
    """Return the entries of a list of articles, by date."""
    return Partition(_list_pk(list_name))


def pages_partition() -> Partition[PageListing]:
    """Return the live static pages, by address."""
    return Partition(_list_pk(urls.PAGES))


def comments_partition(list_name: str) -> Partition[PublicComment]:
    """Return the comments of a comment feed, by the time they were sent."""
    return Partition(_list_pk(list_name))


def _list_pk(list_name: str) -> str:
    return f"LIST#{list_name}"


def entry_sk(date: str, id: str) -> str:
    """Return the sort key of an entry: by the paper's local time, because months are divided by it."""
    return f"{date[:19]}#{id}"


def time_sk(at: str, id: str) -> str:
    """Return a sort key by time. at: ISO 8601 in UTC."""
    return f"{at}#{id}"


def months_partition(list_name: str) -> Partition[object]:
    """Return the months in which a list ever had an entry."""
    return Partition(f"MONTHS#{list_name}")


# Comments


def comment_key(id: str) -> Key[Comment]:
    """Return a comment's row in NewsTable."""
    return Key(f"COMMENT#{id}", "COMMENT")


def private_key(id: str) -> Key[PrivateDetails]:
    """Return a comment's row in PrivateTable."""
    return Key(f"COMMENT#{id}", "COMMENT")


def thread_partition(article: str) -> Partition[PublicComment]:
    """Return an article's discussion: every comment by its place, and its counter and comment target."""
    return Partition(_thread_pk(article))


def _thread_pk(article: str) -> str:
    return f"TALK#{article}"


def thread_counter_key(article: str) -> Key[ThreadCounter]:
    return Key(_thread_pk(article), "TALK")


def replies_key(article: str, page: int) -> Key[ReplyCounter]:
    """Return the row that counts the replies on one page of a discussion."""
    return Key(_thread_pk(article), f"REPLIES#{page:05}")


def comment_target_key(article: str) -> Key[CommentTarget]:
    return Key(_thread_pk(article), "DOORSTEP")


class Place(NamedTuple):
    """The permanent place of a comment in its discussion: the page and the thread, and then the order in the thread."""

    page: int
    thread: int
    at: str
    comment: str

    def __str__(self) -> str:
        return f"{comments_prefix(self.page)}{self.thread:08}#{self.at}#{self.comment}"


def parse_place(sk: str) -> Place | None:
    """Return the place in a sort key of a discussion; None for a row that is not a comment."""
    page, *others = sk.split("#")
    if len(others) != 3 or not page.isdecimal():
        return None
    thread, at, comment = others
    return Place(int(page), int(thread), at, comment)


def comments_prefix(page: int) -> str:
    """Return the prefix of the places of one page's comments."""
    return f"{page:05}#"


def page_of_place(place: str) -> int:
    """Return the discussion page of a place; 0 for a row that is not a comment."""
    parsed = parse_place(place)
    return parsed.page if parsed else 0


def waiting_partition(comment: str) -> Partition[CommentReference]:
    """Return the replies that are approved together with this comment."""
    return Partition(f"WAITING#{comment}")


HELD: Partition[CommentReference] = Partition("HELD")
"""Comments that wait for an editor, in the order they were sent."""


# PrivateTable


def writer_partition(writer: str) -> Partition[CommentReference]:
    """Return all comments of one writer, by id. writer: the hash of their address."""
    return Partition(f"WRITER#{writer}")


def reader_mail_key(writer: str) -> Key[ReaderMail]:
    """Return the row of the mail to one reader. writer: the hash of their address."""
    return Key(f"MAILING#{writer}", "MAILING")


OUTBOX: Partition[OutboxTask] = Partition("OUT-TRAY")
"""Mail to send and other tasks, written with the change that causes them."""

NEXT_DIGEST: Partition[OutboxTask] = Partition("NEXT-DIGEST")
"""Comments for the editor's next digest, in order of arrival."""

EDITOR_MAIL_KEY: Key[EditorMail] = Key("EDITOR-MAIL", "EDITOR-MAIL")


def outbox_key(kind: str, at: str, id: str) -> Key[OutboxTask]:
    """Return the row of a task in the outbox. at: the earliest time to do it."""
    return OUTBOX.key(f"{at}#{kind}#{id}")


def due_at(task: Key[OutboxTask]) -> str:
    """Return the earliest time to do a task of the outbox."""
    return task.sk.partition("#")[0]


# CounterTable, where a row has a name and no sort key


def submitted_name(comment: str) -> str:
    """Return the name of a comment that was received."""
    return f"SAID#{comment}"


def erased_name(comment: str) -> str:
    """Return the name of a comment that its writer erased."""
    return f"ERASED#{comment}"


def rate_name(sender: str) -> str:
    """Return the name of a rate limit. sender: the hash of a writer or of a network."""
    return f"RATE#{sender}"


# The paper and its work

SITE_KEY: Key[Doc] = Key("SITE", "SITE")
CLOCK_KEY: Key[ClockRow] = Key("CLOCK", "CLOCK")
TEMPLATE_VERSION_KEY: Key[TemplateVersion] = Key("IMPRINT", "IMPRINT")
ALERTS_KEY: Key[AlertState] = Key("WATCH", "WATCH")

DUE: Partition[ArticleReference] = Partition("DUE")
"""Scheduled changes, by their moment."""

OPEN: Partition[ArticleReference] = Partition("OPEN")
"""Articles with open comments, by date. At each tick, the current rule decides which of them close."""


def due_key(moment: str, change: str, id: str) -> Key[ArticleReference]:
    """Return the row of a scheduled change. moment: in UTC, sortable."""
    return DUE.key(f"{moment}#{change}#{id}")


def open_key(moment: str, id: str) -> Key[ArticleReference]:
    """Return the row of an article with open comments. moment: its date in UTC, sortable."""
    return OPEN.key(f"{moment}#{id}")


def job_key(rebuild: str) -> Key[RebuildJob]:
    return Key(f"REBUILD#{rebuild}", "REBUILD")


def shard_key(rebuild: str, shard: str) -> Key[Shard]:
    return Key(f"REBUILD#{rebuild}", f"STRAND#{shard}")


# Parsing


def kind_of(key: Key[object]) -> str:
    """Return the kind of a row: `ARTICLE`, `LIST`, `SITE`."""
    return key.pk.partition("#")[0]


def name_of(key: Key[object]) -> str:
    """Return the name in a key: the id, path or list after the kind. It is empty for a row that is one of its kind."""
    return key.pk.partition("#")[2]


def is_article(key: Key[object]) -> bool:
    return kind_of(key) == "ARTICLE"


def is_address(key: Key[object]) -> bool:
    return kind_of(key) == "ADDRESS"


def is_comment(key: Key[object]) -> bool:
    return kind_of(key) == "COMMENT"


def is_page(key: Key[object]) -> bool:
    return kind_of(key) == "PAGE"


def is_upload(key: Key[object]) -> bool:
    return kind_of(key) == "UPLOAD"


def is_thread_counter(key: Key[object]) -> bool:
    return key.sk == "TALK"


def is_comment_target(key: Key[object]) -> bool:
    return key.sk == "DOORSTEP"
