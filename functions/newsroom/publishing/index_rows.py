"""The rows of articles, static pages and authors: their own, and those derived from them.

An article's own row holds all data about it. Its listings, its place in the news list and its scheduled
moments are rows derived from that row. `article_writes` returns the difference between two states, to be
written in one transaction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Literal, cast, get_args, overload

from newsroom import urls
from newsroom.article import (
    AddressClaim,
    Article,
    Author,
    Entry,
    StaticPage,
    StoredArticle,
    StoredText,
    Text,
    TextReference,
    Upload,
    is_live,
    leads_to,
)
from newsroom.comment import CommentTarget
from newsroom.rows import Doc, Row, Rows, RowWrite, diff_rows, encode, rev_of
from newsroom.table_keys import (
    Key,
    address_key,
    article_key,
    author_key,
    comment_target_key,
    due_key,
    entries_partition,
    entry_sk,
    links_partition,
    months_partition,
    open_key,
    owner_of,
    pages_partition,
    static_key,
)

Claims = Mapping[str, AddressClaim]
"""The content of address rows, by address."""

NO_CLAIMS: Claims = {}
_FedField = Literal["body", "standfirst", "source", "corrections"]
_FED: tuple[_FedField, ...] = get_args(_FedField)
"""Fields of an article that feeds show, besides its entry."""


@overload
def article_of(row: Row[StoredText]) -> Article: ...
@overload
def article_of(row: None) -> None: ...
def article_of(row: Row[StoredText] | None) -> Article | None:
    """Return the article in a row, with its body."""
    later: Doc = {"biographies": {}, "takedown": None}  # fields that the first articles did not have
    return None if row is None else cast(Article, {**later, **row.doc, "body": row.body or ""})


@overload
def static_page_of(row: Row[StoredText]) -> StaticPage: ...
@overload
def static_page_of(row: None) -> None: ...
def static_page_of(row: Row[StoredText] | None) -> StaticPage | None:
    """Return the static page in a row, with its body."""
    return None if row is None else {**row.doc, "body": row.body or ""}


def upload_of(row: Row[Upload] | None) -> Row[Upload] | None:
    """Return an upload's row, with the fields that the first uploads did not have."""
    later: Doc = {"fingerprint": None, "predecessor": None, "waits_for": [], "read_with": ""}
    return None if row is None else replace(row, doc=cast(Upload, {**later, **row.doc}))


def entry_of_row(row: Row[Entry]) -> Entry:
    """Return the entry in a row of a list."""
    later: Doc = {"leads_to": None, "size": 0, "digest": ""}  # fields that the first entries did not have
    return cast(Entry, {**later, **row.doc})


def without_body(text: Text) -> Doc:
    """Return the part of an article or static page that `doc` holds, with a digest that shows a change of the
    body without reading it."""
    digest = _digest(text["body"])
    return {**{name: value for name, value in text.items() if name != "body"}, "digest": digest}


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=12).hexdigest()


def moment(iso: str) -> str:
    """Convert an ISO 8601 date with offset to a sortable moment in UTC, to the second."""
    return datetime.fromisoformat(iso).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def lists_of(article: StoredArticle) -> list[str]:
    """List the lists that have an article while it is live."""
    return [
        urls.WHOLE_SITE,
        f"section/{article['section']['slug']}",
        *(f"author/{author['id']}" for author in article["authors"]),
        *(f"tag/{tag['slug']}" for tag in article["tags"]),
    ]


def month_of(article: StoredArticle) -> str:
    """Return the calendar month (`2026-11`) of an article's listings."""
    return article["date"][:7]


def listing_sk(article: StoredArticle) -> str:
    """Return the sort key of an article's listings."""
    return entry_sk(article["date"], article["id"])


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
        "digest": _digest(encode({name: article[name] for name in _FED})),
    }


def comment_target_of(article: StoredArticle) -> CommentTarget:
    """Return the fields of an article that its discussion reads."""
    return {
        "id": article["id"],
        "open": article["comments"],
        "address": article["address"],
        "headline": article["headline"],
        "lang": article["lang"],
        "noindex": article["noindex"],
    }


def index_rows(article: Article | None) -> dict[Key[object], Doc]:
    """Return the derived rows of an article: its listings, its comment target and its scheduled moments."""
    if article is None:
        return {}
    if is_live(article):
        return {**_listings(article), **_rows_while_live(article)}
    if article["status"] == "scheduled" and article["publish_at"]:
        return {due_key(moment(article["publish_at"]), "release", article["id"]): {"id": article["id"]}}
    return {}


def _listings(article: Article) -> dict[Key[object], Doc]:
    entry = entry_of(article)
    lists = [*lists_of(article), *([urls.NEWS] if article["news_until"] else [])]
    return {entries_partition(list_name).key(listing_sk(article)): entry for list_name in lists}


def _rows_while_live(article: Article) -> dict[Key[object], Doc]:
    id = article["id"]
    rows: dict[Key[object], Doc] = {comment_target_key(id): comment_target_of(article)}
    if article["comments"]:
        rows[open_key(moment(article["date"]), id)] = {"id": id}
    for change, at in (("stale", article["news_until"]), ("expire", article["expires_at"])):
        if at:
            rows[due_key(moment(at), change, id)] = {"id": id}
    return rows


def article_writes(before: Row[StoredText] | None, after: Article, taken: Claims = NO_CLAIMS) -> list[RowWrite]:
    """List all writes of the transaction that brings an article from one state to the next.

    before: its row as read; its `rev` is the condition of the write. taken: the addresses it takes over from
    other owners, with their existing claims.
    """
    old = article_of(before)
    own = _text_write(article_key(after["id"]), before, after)
    return [own, *address_writes(old, after, "article", taken), *diff_rows(index_rows(old), index_rows(after))]


def author_write(author: Author, before: Row[Author] | None) -> RowWrite:
    """Return the write of an author's row. before: the row as read; its `rev` is the condition of the write."""
    return RowWrite(author_key(author["id"]), author, expected_rev=rev_of(before))


def author_bio_writes(article: Article, known: Rows) -> list[RowWrite]:
    """List the writes that publish the biographies in an article's copy, for authors without a file in authors/;
    none before the article is live. known: the existing rows of the authors in `biographies`."""
    if not is_live(article):
        return []
    names = {byline["id"]: byline["name"] for byline in article["authors"]}
    writes = []
    for id, bio in article["biographies"].items():
        row = known.find(author_key(id))
        if row is None or (row.doc["key"] is None and row.doc["bio"] != bio):
            author: Author = {"id": id, "name": names[id], "role": "", "bio": bio, "url": None, "key": None}
            writes.append(author_write(author, row))
    return writes


def static_page_writes(before: Row[StoredText] | None, after: StaticPage, taken: Claims = NO_CLAIMS) -> list[RowWrite]:
    """List the same writes for a static page, whose only listing is the sitemap of pages."""
    old = static_page_of(before)
    own = _text_write(static_key(after["id"]), before, after)
    listings = diff_rows(_page_listing(old), _page_listing(after))
    return [own, *address_writes(old, after, "page", taken), *listings]


def _page_listing(page: StaticPage | None) -> dict[Key[object], Doc]:
    if page is None or not is_live(page):
        return {}
    return {pages_partition().key(page["address"]): {"noindex": page["noindex"]}}


def address_writes(
    old: Text | None, new: Text, kind: Literal["article", "page"], taken: Claims = NO_CLAIMS
) -> list[RowWrite]:
    """List the claims of new addresses, with the state of each; `present` marks the current address of the text.

    A claimed address is never released: its readers get a redirect or a tombstone. An address where no text was
    live yet gets neither, because it may belong to an article that is not published yet.
    """
    earlier = {path: (is_live(old), path == old["address"]) for path in old["addresses"]} if old else {}
    live = is_live(new)
    has_moved = old is not None and old["key"] != new["key"]
    owner = owner_of(kind, new["id"])
    writes = []
    for path in new["addresses"]:
        is_present = path == new["address"]
        if earlier.get(path) == (live, is_present) and not has_moved:
            continue
        former = taken.get(path)
        claim: AddressClaim = {
            "kind": kind,
            "id": new["id"],
            "key": new["key"],
            "owner": owner,
            "live": live,
            "seen": live or _was_seen(path, old, former),
            "present": is_present,
        }
        taken_from = former["owner"] if former else None
        writes.append(RowWrite(address_key(path), claim, owner=owner, taken_from=taken_from))
    return writes


def _was_seen(path: str, old: Text | None, former: AddressClaim | None) -> bool:
    """Return True if a text was ever live at an address. old: the text before. former: the claim of another owner."""
    if former:
        return bool(former["seen"])
    return old is not None and path in old["addresses"] and old["ever_live"]


def _text_write(key: Key[StoredText], before: Row[StoredText] | None, after: Text) -> RowWrite:
    parts = before.parts if before else 1
    return RowWrite(key, without_body(after), expected_rev=rev_of(before), body=after["body"], parts=parts)


def month_rows(article: StoredArticle) -> list[Key[object]]:
    """List the rows that say that a list has entries in a month. They are written before the listings and
    never removed, so that concurrent publishers in one month do not conflict."""
    if not is_live(article):
        return []
    return [months_partition(list_name).key(month_of(article)) for list_name in lists_of(article)]


def link_rows(
    text: Text, kind: Literal["article", "page"], known: Iterable[str] = ()
) -> list[tuple[Key[TextReference], TextReference]]:
    """List the rows that store links to addresses; they are read when an address becomes live or dead. An extra row
    costs a needless render, but a missing row would leave a dead link, so they are written early and kept."""
    reference: TextReference = {"kind": kind, "id": text["id"]}
    sk = owner_of(kind, text["id"])
    already = set(known)
    return [(links_partition(path).key(sk), reference) for path in text["links"] if path not in already]
