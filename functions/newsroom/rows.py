"""The table's rows for articles, pages, authors and comments, as values.

An article's own row holds all data about it. Its listings, its place in the news list and its scheduled
moments are rows derived from that row. `article_writes` returns the difference between two states, to be
written in one transaction.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Literal, NamedTuple, cast

from newsroom import urls
from newsroom.article import Article, Author, Entry, StaticPage, Text, leads_to
from newsroom.comment import CommentTarget

Doc = dict[str, Any]
"""A row's content; JSON in the table."""

Claims = Mapping[str, Doc]
"""The content of address rows, by address."""

_NO_CLAIMS: Claims = {}


class Key(NamedTuple):
    """A row's primary key."""

    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row as read. `rev` counts its writes; it is 0 for rows that have no condition on it.
    `body` is an article's or page's text, which planning does not need; it fills `parts` rows."""

    key: Key
    doc: Doc
    rev: int = 0
    body: str | None = None
    parts: int = 1


@dataclass(frozen=True, slots=True)
class RowWrite:
    """One row to write within a transaction: `doc` None deletes it.

    expected_rev: the row must have this `rev` (0: it must not exist); None writes without a condition.
    owner: the row must be absent, or its `doc` must name this owner or `taken_from`.
    parts: the number of rows that the body fills now.
    expires: the time when the row expires, in seconds since 1970.
    """

    key: Key
    doc: Doc | None
    expected_rev: int | None = None
    owner: str | None = None
    taken_from: str | None = None
    body: str | None = None
    parts: int = 1
    expires: int | None = None


def upload_key(key: str) -> Key:
    """Return the row of an uploaded key; it has the name of the receipt."""
    return receipt_key(urls.receipt_path(key))


def receipt_key(path: str) -> Key:
    """Return the row that a receipt is rendered from."""
    return Key("UPLOAD#" + path.removeprefix("receipts/").removesuffix(".json"), "UPLOAD")


def article_key(id: str) -> Key:
    return Key(f"ARTICLE#{id}", "ARTICLE")


def static_key(id: str) -> Key:
    return Key(f"STATIC#{id}", "STATIC")


def author_key(id: str) -> Key:
    return Key(f"AUTHOR#{id}", "AUTHOR")


def address_key(path: str) -> Key:
    return Key(f"ADDRESS#{path}", "ADDRESS")


def page_key(path: str) -> Key:
    """Return the row of a page's edition."""
    return Key(f"PAGE#{urls.group_leader(path)}", "PAGE")


def comment_key(id: str) -> Key:
    """Return a comment's row: the public part is in NewsTable, the rest has the same key in PrivateTable."""
    return Key(f"COMMENT#{id}", "COMMENT")


def thread_pk(article: str) -> str:
    """Return the partition of an article's discussion: its counter, its comment target, and every comment by its
    place."""
    return f"TALK#{article}"


def thread_counter_key(article: str) -> Key:
    return Key(thread_pk(article), "TALK")


def replies_key(article: str, page: int) -> Key:
    """Return the row that counts the replies on one page of a discussion."""
    return Key(thread_pk(article), f"REPLIES#{page:05}")


def comment_target_key(article: str) -> Key:
    return Key(thread_pk(article), "DOORSTEP")


def comments_prefix(page: int) -> str:
    """Return the prefix of the places of one page's comments."""
    return f"{page:05}#"


def page_of_place(place: str) -> int:
    """Return the discussion page of a place; 0 for a row that is no comment."""
    page, _, rest = place.partition("#")
    return int(page) if rest and page.isdecimal() else 0


def waiting_pk(comment: str) -> str:
    """Return the partition of the replies that are approved together with this comment."""
    return f"WAITING#{comment}"


def writer_pk(writer: str) -> str:
    """Return the partition in PrivateTable of all comments of one writer, by id. writer: the hash of their address."""
    return f"WRITER#{writer}"


def reader_mail_key(writer: str) -> Key:
    """Return the row in PrivateTable of the mail to one reader. writer: the hash of their address."""
    return Key(f"MAILING#{writer}", "MAILING")


def outbox_key(kind: str, at: str, id: str) -> Key:
    """Return the row of an item in the outbox. at: the earliest time to process it."""
    return Key(OUTBOX, f"{at}#{kind}#{id}")


HELD = "HELD"  # comments that wait for an editor, in the order they were sent
OUTBOX = "OUT-TRAY"  # in PrivateTable: mail to send, written with the change that causes it
NEXT_DIGEST = "NEXT-DIGEST"  # in PrivateTable: comments for the editor's next digest, in order of arrival
EDITOR_MAIL_KEY = Key("EDITOR-MAIL", "EDITOR-MAIL")  # in PrivateTable: see comment.EditorMail
SITE_KEY = Key("SITE", "SITE")
CLOCK_KEY = Key("CLOCK", "CLOCK")
TEMPLATE_VERSION_KEY = Key("IMPRINT", "IMPRINT")
ALERTS_KEY = Key("WATCH", "WATCH")  # the state of the queue alerts
DUE = "DUE"  # scheduled changes, by their moment
OPEN = "OPEN"  # articles with open comments, by date: at each tick, the current rule decides which of them close


_FED = ("body", "standfirst", "source", "corrections")  # fields of an article that feeds show, besides its entry


def text_key(kind: str, id: str) -> Key:
    """Return the row of an article or a static page, by the kind and id in an address row."""
    return static_key(id) if kind == "page" else article_key(id)


def owner_of(kind: str, id: str) -> str:
    """Return the owner of an id and of its addresses, in the form that rows use."""
    return f"{kind}/{id}"


def content_key(fingerprint: str) -> Key:
    """Return the row that names the text made from a file with these bytes."""
    return Key(f"CONTENT#{fingerprint}", "CONTENT")


def successors_pk(owner: str) -> str:
    """Return the partition of the uploads, by key, that are processed again when this owner loses its file."""
    return f"SUCCESSOR#{owner}"


def successor_key(owner: str, upload: str) -> Key:
    return Key(successors_pk(owner), upload)


def list_pk(list_name: str) -> str:
    return f"LIST#{list_name}"


def months_pk(list_name: str) -> str:
    return f"MONTHS#{list_name}"


def links_pk(path: str) -> str:
    return f"LINK#{path}"


def article_of(row: Row | None) -> Article | None:
    """Return the article in a row, with its body."""
    later: Doc = {"biographies": {}, "takedown": None}  # fields that the first articles did not have
    return None if row is None else cast(Article, {**later, **row.doc, "body": row.body or ""})


def upload_in(row: Row | None) -> Row | None:
    """Return an upload's row, with the fields that the first uploads did not have."""
    later: Doc = {"fingerprint": None, "predecessor": None, "waits_for": [], "read_with": ""}
    return None if row is None else replace(row, doc={**later, **row.doc})


def static_page_of(row: Row | None) -> StaticPage | None:
    """Return the static page in a row, with its body."""
    return None if row is None else cast(StaticPage, {**row.doc, "body": row.body or ""})


def without_body(text: Text) -> Doc:
    """Return the part of an article or static page that `doc` holds, with a digest that shows a change of the
    body without reading it."""
    digest = _digest(text["body"])
    return {**{name: value for name, value in text.items() if name != "body"}, "digest": digest}


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=12).hexdigest()


def is_live(text: Mapping[str, Any] | None) -> bool:
    return text is not None and text["status"] == "published"


def moment(iso: str) -> str:
    """Convert an ISO 8601 date with offset to a sortable moment in UTC, to the second."""
    return datetime.fromisoformat(iso).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def lists_of(article: Article) -> list[str]:
    """List the lists that have an article while it is live."""
    return [
        urls.WHOLE_SITE,
        f"section/{article['section']['slug']}",
        *(f"author/{author['id']}" for author in article["authors"]),
        *(f"tag/{tag['slug']}" for tag in article["tags"]),
    ]


def month_of(article: Article) -> str:
    """Return the calendar month (`2026-11`) of an article's listings."""
    return article["date"][:7]


def listing_sk(article: Article) -> str:
    """Return the sort key of a listing: by the paper's local time, because months are divided by it."""
    return f"{article['date'][:19]}#{article['id']}"


def entry_of(article: Article) -> Entry:
    """Return an article's entry for lists."""
    return {
        "id": article["id"],
        "address": article["address"],
        "headline": article["headline"],
        "summary": article["summary"],
        "date": article["date"],
        "updated": article["updated"],
        "section": article["section"],
        "authors": article["authors"],
        "tags": article["tags"],
        "image": article["image"],
        "lang": article["lang"],
        "words": article["words"],
        "noindex": article["noindex"],
        "leads_to": leads_to(article),
        "size": len(article["body"].encode()),
        "digest": _digest(encode({name: article[name] for name in _FED})),  # type: ignore[literal-required]
    }


def entry_in(row: Row) -> Entry:
    """Return the entry in a row of a list."""
    later: Doc = {"leads_to": None, "size": 0, "digest": ""}  # fields that the first entries did not have
    return cast(Entry, {**later, **row.doc})


def comment_target_of(article: Article) -> CommentTarget:
    """Return the fields of an article that its discussion reads."""
    return {
        "id": article["id"],
        "open": article["comments"],
        "address": article["address"],
        "headline": article["headline"],
        "lang": article["lang"],
        "noindex": article["noindex"],
    }


def index_rows(article: Article | None) -> dict[Key, Doc]:
    """Return the derived rows of an article: its listings, its comment target and its scheduled moments."""
    if article is None:
        return {}
    rows: dict[Key, Doc] = {}
    if is_live(article):
        entry = cast(Doc, entry_of(article))
        lists = [*lists_of(article), *([urls.NEWS] if article["news_until"] else [])]
        rows |= {Key(list_pk(list_name), listing_sk(article)): entry for list_name in lists}
        rows[comment_target_key(article["id"])] = cast(Doc, comment_target_of(article))
        if article["comments"]:
            rows[Key(OPEN, f"{moment(article['date'])}#{article['id']}")] = {"id": article["id"]}
        moments = {"stale": article["news_until"], "expire": article["expires_at"]}
        for what, when in moments.items():
            if when:
                rows[due_key(when, what, article["id"])] = {"id": article["id"]}
    elif article["status"] == "scheduled" and article["publish_at"]:
        rows[due_key(article["publish_at"], "release", article["id"])] = {"id": article["id"]}
    return rows


def due_key(iso: str, what: str, id: str) -> Key:
    return Key(DUE, f"{moment(iso)}#{what}#{id}")


def article_writes(before: Row | None, after: Article, taken: Claims = _NO_CLAIMS) -> list[RowWrite]:
    """List all writes of the transaction that brings an article from one state to the next.

    before: its row as read; its `rev` is the condition of the write. taken: the addresses it takes over from
    other owners, with their existing claims.
    """
    old = article_of(before)
    own = _text_change(article_key(after["id"]), before, after)
    return [own, *address_writes(old, after, "article", taken), *diff_rows(index_rows(old), index_rows(after))]


def author_write(author: Author, before: Row | None) -> RowWrite:
    """Return the write of an author's row. before: the row as read; its `rev` is the condition of the write."""
    return RowWrite(author_key(author["id"]), cast(Doc, author), expected_rev=before.rev if before else 0)


def author_bio_writes(article: Article, known: Mapping[Key, Row]) -> list[RowWrite]:
    """List the writes that publish the biographies in an article's copy, for authors without a file in authors/;
    none before the article is live. known: the existing rows of the authors in `biographies`."""
    if not is_live(article):
        return []
    names = {byline["id"]: byline["name"] for byline in article["authors"]}
    changes = []
    for id, bio in article["biographies"].items():
        row = known.get(author_key(id))
        if row is None or (row.doc["key"] is None and row.doc["bio"] != bio):
            author: Author = {"id": id, "name": names[id], "role": "", "bio": bio, "url": None, "key": None}
            changes.append(author_write(author, row))
    return changes


def static_page_writes(before: Row | None, after: StaticPage, taken: Claims = _NO_CLAIMS) -> list[RowWrite]:
    """List the same writes for a static page, whose only listing is the sitemap of pages."""
    old = static_page_of(before)
    own = _text_change(static_key(after["id"]), before, after)
    rows_before, rows_after = (
        {Key(list_pk(urls.PAGES), page["address"]): {"noindex": page["noindex"]}} if page and is_live(page) else {}
        for page in (old, after)
    )
    return [own, *address_writes(old, after, "page", taken), *diff_rows(rows_before, rows_after)]


def address_writes(
    old: Text | None, new: Text, kind: Literal["article", "page"], taken: Claims = _NO_CLAIMS
) -> list[RowWrite]:
    """List the claims of new addresses, with the state of each; `present` marks the current address of the text.

    A claimed address is never released: its readers get a redirect or a tombstone. An address where no text was
    live yet gets neither, because it may belong to an article that is not published yet.
    """
    was = {path: (is_live(old), path == old["address"]) for path in old["addresses"]} if old else {}
    live = is_live(new)
    owner = owner_of(kind, new["id"])
    doc = {"kind": kind, "id": new["id"], "key": new["key"], "owner": owner, "live": live}

    def was_seen(path: str) -> bool:
        return bool(taken[path]["seen"] if path in taken else old and path in was and old["ever_live"])

    return [
        RowWrite(
            address_key(path),
            {**doc, "seen": live or was_seen(path), "present": path == new["address"]},
            owner=owner,
            taken_from=taken[path]["owner"] if path in taken else None,
        )
        for path in new["addresses"]
        if was.get(path) != (live, path == new["address"]) or (old and old["key"] != new["key"])
    ]


def _text_change(key: Key, before: Row | None, after: Text) -> RowWrite:
    was, parts = (before.rev, before.parts) if before else (0, 1)
    return RowWrite(key, without_body(after), expected_rev=was, body=after["body"], parts=parts)


def diff_rows(before: dict[Key, Doc], after: dict[Key, Doc]) -> list[RowWrite]:
    """List the rows to delete and the rows to put; unchanged rows are not written."""
    gone = [RowWrite(key, None) for key in before if key not in after]
    return gone + [RowWrite(key, doc) for key, doc in after.items() if before.get(key) != doc]


def month_rows(article: Article) -> list[Key]:
    """List the rows that say that a list has entries in a month. They are written before the listings and
    never removed, so that concurrent publishers in one month do not conflict."""
    if not is_live(article):
        return []
    return [Key(months_pk(list_name), month_of(article)) for list_name in lists_of(article)]


def link_rows(text: Text, kind: Literal["article", "page"], known: Iterable[str] = ()) -> list[tuple[Key, Doc]]:
    """List the rows that store links to addresses; they are read when an address becomes live or dead. An extra row
    costs a needless render, but a missing row would leave a dead link, so they are written early and kept."""
    doc = {"kind": kind, "id": text["id"]}
    return [(Key(links_pk(path), f"{kind}/{text['id']}"), doc) for path in text["links"] if path not in set(known)]


def unknown_author(id: str, name: str) -> Author:
    """Return an author without a file in authors/."""
    return {"id": id, "name": name, "role": "", "bio": "", "url": None, "key": None}


def encode(doc: Doc) -> str:
    """Encode a row's content to store it: compact and canonical, so that equal rows are equal strings."""
    return json.dumps(doc, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def decode(stored: str) -> Doc:
    """Decode a row's stored content."""
    return cast(Doc, json.loads(stored))
