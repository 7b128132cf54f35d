"""Which rows of the table each noun occupies: the newsroom's records, as values.

An article's own row carries the whole truth about it; its listings, its place in the news list and
the moments it waits for are rows derived from that truth. `changes` gives the difference between
two states, to be written in one transaction.
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
    """A row as read. `rev` counts its writes, 0 for rows that are never conditioned on it;
    `body` is an article's or page's text, which planning does without; it fills `parts` rows."""

    key: Key
    doc: Doc
    rev: int = 0
    body: str | None = None
    parts: int = 1


@dataclass(frozen=True, slots=True)
class RowWrite:
    """One row to write within a transaction: `doc` None deletes it.

    was: the row must have this `rev` now (0: must not exist); None writes whatever is there.
    owner: the row must be absent or its `doc` must name this owner, or `taken_from`.
    parts: over how many rows the body is spread at present.
    expires: when the row goes by itself, in seconds since 1970.
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
    """The row of an uploaded key, named as its receipt is."""
    return receipt_key(urls.receipt_path(key))


def receipt_key(path: str) -> Key:
    """The row a receipt is drawn from."""
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
    """The row of a page's edition."""
    return Key(f"PAGE#{urls.group_leader(path)}", "PAGE")


def comment_key(id: str) -> Key:
    """A comment's row: its public part in NewsTable, the rest under the same key in PrivateTable."""
    return Key(f"COMMENT#{id}", "COMMENT")


def thread_pk(article: str) -> str:
    """The partition of an article's discussion: its count, its doorstep, and every remark by its place."""
    return f"TALK#{article}"


def thread_counter_key(article: str) -> Key:
    return Key(thread_pk(article), "TALK")


def replies_key(article: str, page: int) -> Key:
    """The row that counts the replies on one page of a discussion."""
    return Key(thread_pk(article), f"REPLIES#{page:05}")


def comment_target_key(article: str) -> Key:
    return Key(thread_pk(article), "DOORSTEP")


def comments_prefix(page: int) -> str:
    """How the places of one page's remarks begin."""
    return f"{page:05}#"


def page_of_place(place: str) -> int:
    """The page of the discussion that a place is on; 0 for a row that is no remark."""
    page, _, rest = place.partition("#")
    return int(page) if rest and page.isdecimal() else 0


def waiting_pk(comment: str) -> str:
    """The replies that are approved as soon as this comment is."""
    return f"WAITING#{comment}"


def writer_pk(writer: str) -> str:
    """In PrivateTable: everything one writer has sent, by comment id. writer: the hash of their address."""
    return f"WRITER#{writer}"


def reader_mail_key(writer: str) -> Key:
    """In PrivateTable: the mail to one reader. writer: the hash of their address."""
    return Key(f"MAILING#{writer}", "MAILING")


def outbox_key(kind: str, at: str, id: str) -> Key:
    """A thing in the out-tray. at: when it is to be done, at the earliest."""
    return Key(OUTBOX, f"{at}#{kind}#{id}")


HELD = "HELD"  # what waits for an editor, in the order it was sent
OUTBOX = "OUT-TRAY"  # in PrivateTable: what is to be mailed, written with the change that calls for it
NEXT_DIGEST = "NEXT-DIGEST"  # in PrivateTable: what the editor is still to be asked about, in the order it came
EDITOR_MAIL_KEY = Key("EDITOR-MAIL", "EDITOR-MAIL")  # in PrivateTable: see comment.EditorMail
SITE_KEY = Key("SITE", "SITE")
CLOCK_KEY = Key("CLOCK", "CLOCK")
TEMPLATE_VERSION_KEY = Key("IMPRINT", "IMPRINT")
ALERTS_KEY = Key("WATCH", "WATCH")  # what queues were seen to hold, and what was told of it
DUE = "DUE"  # what waits for a moment, by that moment
OPEN = "OPEN"  # articles that readers may answer, by date: which of these close, the rule in force says at each tick


_FED = ("body", "standfirst", "source", "corrections")  # what feeds show of an article beside its entry


def text_key(kind: str, id: str) -> Key:
    """The row of an article or a static page, as an address row names it."""
    return static_key(id) if kind == "page" else article_key(id)


def owner_of(kind: str, id: str) -> str:
    """The owner of an id, and of the addresses that belong to it, as rows name it."""
    return f"{kind}/{id}"


def content_key(fingerprint: str) -> Key:
    """The row that says which text was made from a file of these bytes."""
    return Key(f"CONTENT#{fingerprint}", "CONTENT")


def successors_pk(owner: str) -> str:
    """The uploads that are looked at again once this owner has lost its file, by key."""
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
    """The article a row holds, body included."""
    later: Doc = {"biographies": {}, "takedown": None}  # what the first articles did not have
    return None if row is None else cast(Article, {**later, **row.doc, "body": row.body or ""})


def upload_in(row: Row | None) -> Row | None:
    """An upload's row, with what the first uploads did not have."""
    later: Doc = {"fingerprint": None, "predecessor": None, "waits_for": [], "read_with": ""}
    return None if row is None else replace(row, doc={**later, **row.doc})


def static_page_of(row: Row | None) -> StaticPage | None:
    """The static page a row holds, body included."""
    return None if row is None else cast(StaticPage, {**row.doc, "body": row.body or ""})


def without_body(text: Text) -> Doc:
    """The part of an article or static page that stands in `doc`, with a digest to tell whether the
    body changed without reading it."""
    digest = _digest(text["body"])
    return {**{name: value for name, value in text.items() if name != "body"}, "digest": digest}


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=12).hexdigest()


def is_live(text: Mapping[str, Any] | None) -> bool:
    return text is not None and text["status"] == "published"


def moment(iso: str) -> str:
    """An ISO 8601 date with offset as a sortable moment in UTC, to the second."""
    return datetime.fromisoformat(iso).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def lists_of(article: Article) -> list[str]:
    """The lists an article is in when it is live."""
    return [
        urls.WHOLE_SITE,
        f"section/{article['section']['slug']}",
        *(f"author/{author['id']}" for author in article["authors"]),
        *(f"tag/{tag['slug']}" for tag in article["tags"]),
    ]


def month_of(article: Article) -> str:
    """The calendar month (`2026-11`) an article's listings belong to."""
    return article["date"][:7]


def listing_sk(article: Article) -> str:
    """Listings sort by the paper's own local time, since months are cut by it."""
    return f"{article['date'][:19]}#{article['id']}"


def entry_of(article: Article) -> Entry:
    """An article as lists show it."""
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
    """The entry a row of a list holds."""
    later: Doc = {"leads_to": None, "size": 0, "digest": ""}  # what the first entries did not have
    return cast(Entry, {**later, **row.doc})


def comment_target_of(article: Article) -> CommentTarget:
    """An article as its discussion knows it."""
    return {
        "id": article["id"],
        "open": article["comments"],
        "address": article["address"],
        "headline": article["headline"],
        "lang": article["lang"],
        "noindex": article["noindex"],
    }


def index_rows(article: Article | None) -> dict[Key, Doc]:
    """The rows an article occupies beside its own: its listings, its doorstep, the moments it waits for."""
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
    """Everything one transaction writes to bring an article from one state to the next.

    before: its row as it was read, whose `rev` the write is conditioned on. taken: the addresses it takes over from
    others, with the claims that stand there.
    """
    old = article_of(before)
    own = _text_change(article_key(after["id"]), before, after)
    return [own, *address_writes(old, after, "article", taken), *diff_rows(index_rows(old), index_rows(after))]


def author_write(author: Author, before: Row | None) -> RowWrite:
    """The write of an author's row. before: as it was read, whose `rev` the write is conditioned on."""
    return RowWrite(author_key(author["id"]), cast(Doc, author), expected_rev=before.rev if before else 0)


def author_bio_writes(article: Article, known: Mapping[Key, Row]) -> list[RowWrite]:
    """The writes that make public what an article's copy says of its authors, where no file in authors/ speaks
    for them; none before the article is live. known: the rows there are of those in `biographies`."""
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
    """The same for a static page, whose one listing is the sitemap of pages."""
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
    """Claims of new addresses, and whether something is to be seen at each; `present` is the one where the text is.

    An address once claimed is never released: whoever was sent there is led on, or told it is gone. Of one
    where nothing was seen yet nobody is told anything: it may be that of an article still to come.
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
    """Rows to delete and rows to put; what stays the same is not touched."""
    gone = [RowWrite(key, None) for key in before if key not in after]
    return gone + [RowWrite(key, doc) for key, doc in after.items() if before.get(key) != doc]


def month_rows(article: Article) -> list[Key]:
    """The rows that say a list has something in a month. They are written before the listings and
    never removed, so that concurrent publishers of one month have nothing to quarrel over."""
    if not is_live(article):
        return []
    return [Key(months_pk(list_name), month_of(article)) for list_name in lists_of(article)]


def link_rows(text: Text, kind: Literal["article", "page"], known: Iterable[str] = ()) -> list[tuple[Key, Doc]]:
    """Who links to an address: read when the address comes to life or dies. A row too many costs a
    needless drawing, a row too few would leave a dead link, so they are written ahead and kept."""
    doc = {"kind": kind, "id": text["id"]}
    return [(Key(links_pk(path), f"{kind}/{text['id']}"), doc) for path in text["links"] if path not in set(known)]


def unknown_author(id: str, name: str) -> Author:
    """The author nobody has written a file about yet."""
    return {"id": id, "name": name, "role": "", "bio": "", "url": None, "key": None}


def encode(doc: Doc) -> str:
    """A row's content as stored: compact and canonical, so that equal rows are equal strings."""
    return json.dumps(doc, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def decode(stored: str) -> Doc:
    """A row's content as it was encoded."""
    return cast(Doc, json.loads(stored))
