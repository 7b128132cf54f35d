"""From one look at an upload to the rows to write: what the file says, weighed against the paper."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast

from newsroom import publishing
from newsroom.article import Author, Text, Upload
from newsroom.errors import Problem, Rejected
from newsroom.manuscript import (
    ArticleManuscript,
    AuthorManuscript,
    PageManuscript,
    SiteManuscript,
    ThemeManuscript,
    kind_of,
    read,
)
from newsroom.reading.decoding import LARGEST
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
    author_change,
    author_key,
    introductions,
    link_rows,
    month_rows,
    static_key,
    static_page_changes,
    static_page_of,
    text_key,
    upload_key,
)
from newsroom.site import Site

__all__ = ["LARGEST", "Decision", "File", "Look", "decide"]

Read = Callable[[Iterable[Key]], dict[Key, Row]]
"""Reads rows strongly; the ones that exist."""


@dataclass(frozen=True, slots=True)
class File:
    """The upload as it is now; `version` is the bucket's, `modified` in UTC."""

    body: bytes
    version: str | None
    modified: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """Everything one look at a key finds.

    file: None when it is deleted. upload, settings: the rows of this upload and of site.yaml, read
    before the file was. now: in UTC. read_rows: for what only the file's content says is needed.
    """

    key: str
    file: File | None
    upload: Row | None
    settings: Row | None
    site: Site
    now: datetime
    read_rows: Read

    @property
    def theme(self) -> dict[str, str]:
        """The paper's own templates and style as they are in force, by name."""
        return self.site["theme"]

    @property
    def earlier_id(self) -> str | None:
        """The id of the article, page or author this key has stood for so far."""
        return self.upload.doc["id"] if self.upload else None


@dataclass(slots=True)
class Decision:
    """What to write: `ahead` unconditionally and first, `changes` in one transaction."""

    verdict: Literal["accepted", "rejected", "withdrawn"]
    id: str | None = None
    changes: list[Change] = field(default_factory=list)
    ahead: dict[Key, Doc] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def decide(look: Look) -> Decision:
    """Everything one look at a key leads to; the upload's own row is among the changes always, so
    that every look raises its `rev`."""
    try:
        decision = _withdraw(look) if look.file is None else _accept(look, look.file)
    except Rejected as rejected:
        decision = Decision("rejected", look.earlier_id, problems=rejected.problems)
    doc: Upload = {
        "key": look.key,
        "version": look.file.version if look.file else None,
        "verdict": decision.verdict,
        "kind": kind_of(look.key),
        "id": decision.id,
        "problems": decision.problems,
        "warnings": decision.warnings,
        "at": look.now.isoformat(timespec="seconds"),
    }
    if look.upload and {**look.upload.doc, "at": doc["at"]} == doc:  # nothing that a receipt shows has changed
        doc["at"] = look.upload.doc["at"]
    own = Change(upload_key(look.key), cast(Doc, doc), was=look.upload.rev if look.upload else 0)
    decision.changes.insert(0, own)
    return decision


def _accept(look: Look, file: File) -> Decision:
    match manuscript := read(look.key, file.body, look.site):
        case ArticleManuscript():
            decision = _article(manuscript, look, file.modified)
        case PageManuscript():
            decision = _page(manuscript, look)
        case AuthorManuscript():
            decision = _author(manuscript, look)
        case SiteManuscript():
            decision = Decision("accepted", changes=[_settings(look, {**manuscript.site, "theme": look.theme})])
        case ThemeManuscript():
            theme = {**look.theme, manuscript.name: manuscript.text}
            decision = Decision("accepted", changes=[_settings(look, {**_settled(look), "theme": theme})])
    decision.warnings = [*manuscript.warnings, *decision.warnings]
    return decision


def _article(manuscript: ArticleManuscript, look: Look, uploaded: datetime) -> Decision:
    own = article_key(manuscript.id)
    rows = look.read_rows([own, *(author_key(id) for id in manuscript.biographies)])
    row = rows.get(own)
    publishing.check_id("article", manuscript, look.earlier_id, row.doc if row else None)
    before = article_of(row)
    after = publishing.edit_article(manuscript, before, uploaded, look.now, look.site)
    ahead = _check_addresses("article", before, after, manuscript.lines, look)
    ahead |= {month: {} for month in month_rows(after) if before is None or month not in month_rows(before)}
    changes = [*article_changes(row, after), *introductions(after, rows)]
    warnings = publishing.date_remarks(manuscript, after, look.now)
    return Decision("accepted", manuscript.id, changes, ahead, warnings=warnings)


def _page(manuscript: PageManuscript, look: Look) -> Decision:
    own = static_key(manuscript.id)
    row = look.read_rows([own]).get(own)
    publishing.check_id("page", manuscript, look.earlier_id, row.doc if row else None)
    before = static_page_of(row)
    after = publishing.edit_page(manuscript, before, look.now)
    ahead = _check_addresses("page", before, after, manuscript.lines, look)
    warnings = publishing.clock_remarks(manuscript, look.now)
    return Decision("accepted", manuscript.id, static_page_changes(row, after), ahead, warnings=warnings)


def _check_addresses(
    kind: Literal["article", "page"], before: Text | None, after: Text, lines: dict[str, int], look: Look
) -> dict[Key, Doc]:
    """Rejects addresses that are taken; gives the rows that say where the text links to."""
    had = before["addresses"] if before else []
    new = [address_key(path) for path in after["addresses"] if path not in had]
    claims = {key.pk.removeprefix("ADDRESS#"): row.doc for key, row in look.read_rows(new).items()}
    publishing.check_addresses(after, kind, claims, lines)
    return dict(link_rows(after, kind, known=before["links"] if before else ()))


def _author(manuscript: AuthorManuscript, look: Look) -> Decision:
    own = author_key(manuscript.id)
    row = look.read_rows([own]).get(own)
    publishing.check_id("author", manuscript, look.earlier_id, row.doc if row else None)
    return Decision("accepted", manuscript.id, [author_change(publishing.edit_author(manuscript), row)])


def _settled(look: Look) -> Doc:
    return look.settings.doc if look.settings else {}


def _settings(look: Look, doc: Mapping[str, Any]) -> Change:
    """The settings' row as it is to be: what site.yaml says, and the theme beside it."""
    return Change(SITE_KEY, dict(doc), was=look.settings.rev if look.settings else 0)


def _withdraw(look: Look) -> Decision:
    """What a deleted file leaves behind; a key that never held anything leaves its own row."""
    kind, id = kind_of(look.key), look.earlier_id
    decision = Decision("withdrawn", id)
    if kind == "site" and look.settings:
        decision.changes = [_settings(look, {"theme": look.theme} if look.theme else {})]
    if kind == "theme" and look.theme:
        theme = {name: text for name, text in look.theme.items() if f"theme/{name}" != look.key}
        decision.changes = [_settings(look, {**_settled(look), "theme": theme})]
    if id is None:
        return decision
    own = author_key(id) if kind == "author" else text_key(kind, id)
    row = look.read_rows([own]).get(own)
    if row is None or row.doc["key"] != look.key:
        return decision
    if kind == "author":
        decision.changes = [author_change(publishing.withdraw_author(cast(Author, row.doc)), row)]
    elif kind == "page" and (page := static_page_of(row)):
        decision.changes = static_page_changes(row, publishing.withdraw_page(page))
    elif article := article_of(row):
        decision.changes = article_changes(row, publishing.withdraw_article(article))
    return decision
