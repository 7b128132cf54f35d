"""From one look at an upload to the rows to write: what the file says, weighed against the paper."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast

from newsroom import publishing
from newsroom.article import Author, Text, Upload
from newsroom.errors import Problem, Rejected
from newsroom.manuscript import (
    LARGEST,
    ArticleManuscript,
    AuthorManuscript,
    PageManuscript,
    SiteManuscript,
    kind_of,
    read,
)
from newsroom.rows import (
    SITE_KEY,
    Change,
    Doc,
    Key,
    Row,
    address_key,
    article_changes,
    article_key,
    article_of,
    author_key,
    link_rows,
    month_rows,
    static_key,
    static_page_changes,
    static_page_of,
    text_key,
    upload_key,
)
from newsroom.site import Site

__all__ = ["LARGEST", "Decision", "File", "decide"]

Read = Callable[[Iterable[Key]], dict[Key, Row]]
"""Reads rows strongly; the ones that exist."""


@dataclass(frozen=True, slots=True)
class File:
    """The upload as it is now; `version` is the bucket's, `modified` in UTC."""

    body: bytes
    version: str | None
    modified: datetime


@dataclass(slots=True)
class Decision:
    """What to write: `ahead` unconditionally and first, `changes` in one transaction."""

    verdict: Literal["accepted", "rejected", "withdrawn"]
    id: str | None = None
    changes: list[Change] = field(default_factory=list)
    ahead: dict[Key, Doc] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def decide(
    key: str, file: File | None, upload: Row | None, settings: Row | None, site: Site, now: datetime, read_rows: Read
) -> Decision:
    """Everything one look at a key leads to; the upload's own row is among the changes always, so
    that every look raises its `rev`.

    file: None when it is deleted. upload, settings: the rows of this upload and of site.yaml.
    """
    earlier_id: str | None = upload.doc["id"] if upload else None
    try:
        if file is None:
            decision = _withdraw(key, earlier_id, settings, read_rows)
        else:
            decision = _accept(key, file, earlier_id, settings, site, now, read_rows)
    except Rejected as rejected:
        decision = Decision("rejected", earlier_id, problems=rejected.problems)
    doc: Upload = {
        "key": key,
        "version": file and file.version,
        "verdict": decision.verdict,
        "kind": kind_of(key),
        "id": decision.id,
        "problems": cast(Any, decision.problems),
        "warnings": cast(Any, decision.warnings),
        "at": now.isoformat(timespec="seconds"),
    }
    if upload and {**upload.doc, "at": doc["at"]} == doc:  # the same look again: nothing a receipt shows has changed
        doc["at"] = upload.doc["at"]
    own = Change(upload_key(key), cast(Doc, doc), was=upload.rev if upload else 0)
    decision.changes.insert(0, own)
    return decision


def _accept(
    key: str, file: File, earlier_id: str | None, settings: Row | None, site: Site, now: datetime, read_rows: Read
) -> Decision:
    match manuscript := read(key, file.body, site):
        case ArticleManuscript():
            decision = _article(manuscript, earlier_id, file.modified, now, site, read_rows)
        case PageManuscript():
            decision = _page(manuscript, earlier_id, read_rows)
        case AuthorManuscript():
            decision = _author(manuscript, earlier_id, read_rows)
        case SiteManuscript():
            doc = cast(Doc, manuscript.site)
            decision = Decision("accepted", changes=[Change(SITE_KEY, doc, was=settings.rev if settings else 0)])
    decision.warnings = manuscript.warnings
    return decision


def _article(
    manuscript: ArticleManuscript,
    earlier_id: str | None,
    uploaded: datetime,
    now: datetime,
    site: Site,
    read_rows: Read,
) -> Decision:
    own = article_key(manuscript.id)
    introduced = [author_key(id) for id in manuscript.biographies]
    rows = read_rows([own, *introduced])
    row = rows.get(own)
    line = manuscript.lines.get("id")
    publishing.check_id("article", manuscript.id, manuscript.key, earlier_id, row and row.doc, line)
    before = article_of(row)
    after = publishing.edit_article(manuscript, before, uploaded, now, site)
    ahead = _check_addresses(after, before, "article", manuscript.lines, read_rows)
    new_months = set(month_rows(after)) - set(month_rows(before) if before else [])
    ahead |= {month: {} for month in new_months}
    known = {key.pk.removeprefix("AUTHOR#"): cast(Author, rows[key].doc) for key in introduced if key in rows}
    authors = [
        Change(author_key(author["id"]), cast(Doc, author), was=found.rev if (found := rows.get(key)) else 0)
        for author in publishing.introduced_authors(manuscript, known)
        if (key := author_key(author["id"]))
    ]
    return Decision("accepted", manuscript.id, [*article_changes(row, after), *authors], ahead)


def _page(manuscript: PageManuscript, earlier_id: str | None, read_rows: Read) -> Decision:
    own = static_key(manuscript.id)
    row = read_rows([own]).get(own)
    line = manuscript.lines.get("id")
    publishing.check_id("page", manuscript.id, manuscript.key, earlier_id, row and row.doc, line)
    before = static_page_of(row)
    after = publishing.edit_page(manuscript, before)
    ahead = _check_addresses(after, before, "page", manuscript.lines, read_rows)
    return Decision("accepted", manuscript.id, static_page_changes(row, after), ahead)


def _check_addresses(
    after: Text, before: Text | None, kind: Literal["article", "page"], lines: dict[str, int], read_rows: Read
) -> dict[Key, Doc]:
    """Rejects addresses that are taken; gives the rows that say where the text links to."""
    had = before["addresses"] if before else []
    new = [address_key(path) for path in after["addresses"] if path not in had]
    claims = {key.pk.removeprefix("ADDRESS#"): row.doc for key, row in read_rows(new).items()} if new else {}
    publishing.check_addresses(after, kind, claims, lines)
    return dict(link_rows(after, kind, known=before["links"] if before else ()))


def _author(manuscript: AuthorManuscript, earlier_id: str | None, read_rows: Read) -> Decision:
    own = author_key(manuscript.id)
    row = read_rows([own]).get(own)
    line = manuscript.lines.get("id")
    publishing.check_id("author", manuscript.id, manuscript.key, earlier_id, row and row.doc, line)
    change = Change(own, cast(Doc, publishing.edit_author(manuscript)), was=row.rev if row else 0)
    return Decision("accepted", manuscript.id, [change])


def _withdraw(key: str, id: str | None, settings: Row | None, read_rows: Read) -> Decision:
    """What a deleted file leaves behind; a key that never held anything leaves its own row."""
    decision = Decision("withdrawn", id)
    kind = kind_of(key)
    if kind == "site" and settings:
        decision.changes = [Change(SITE_KEY, {}, was=settings.rev)]
    if id is None:
        return decision
    own = author_key(id) if kind == "author" else text_key(kind, id)
    row = read_rows([own]).get(own)
    if row is None or row.doc["key"] != key:
        return decision
    if kind == "author":
        author = publishing.withdraw_author(cast(Author, row.doc))
        decision.changes = [Change(own, cast(Doc, author), was=row.rev)]
    elif kind == "page" and (page := static_page_of(row)):
        decision.changes = static_page_changes(row, publishing.withdraw_page(page))
    elif article := article_of(row):
        decision.changes = article_changes(row, publishing.withdraw_article(article))
    return decision
