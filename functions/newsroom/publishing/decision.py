"""The decision on an upload: compare the file with the paper's rows, and list the rows to write."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from newsroom import names, urls
from newsroom.article import Article, StaticPage, StoredText, Text, Upload
from newsroom.errors import Blocked, Problem, Rejected, problem_with
from newsroom.names import Name
from newsroom.publishing import article_states, identity
from newsroom.publishing.index_rows import (
    article_of,
    article_writes,
    author_bio_writes,
    author_write,
    link_rows,
    month_rows,
    static_page_of,
    static_page_writes,
)
from newsroom.publishing.settlement import TextWrites, Withdrawal, settle_text, withdraw_text
from newsroom.publishing.upload_state import File, UploadState
from newsroom.rows import Doc, Row, Rows, RowWrite, diff_rows, rev_of
from newsroom.site import READ_AGAIN, Site, default_site, read_with, read_with_digest, site_of
from newsroom.table_keys import SITE_KEY, Key, author_key, content_key, successors_partition, text_key, upload_key
from newsroom.uploads.decoding import LARGEST
from newsroom.uploads.parsed import ParsedArticle, ParsedAuthor, ParsedPage, ParsedSite, ParsedTheme
from newsroom.uploads.parser import kind_of

__all__ = ["LARGEST", "UploadDecision", "decide"]


@dataclass(slots=True)
class UploadDecision:
    """The rows to write: first `claims`, each only if it does not exist, because claims are permanent; then `ahead`
    without a condition; then `changes` in one transaction. waits_for, predecessor: as in the upload's row.
    upload: the new content of the upload's own row."""

    verdict: Literal["accepted", "rejected", "withdrawn"]
    id: str | None = None
    changes: list[RowWrite] = field(default_factory=list)
    claims: list[RowWrite] = field(default_factory=list)
    ahead: dict[Key[object], Doc] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    waits_for: frozenset[str] = frozenset()
    predecessor: str | None = None
    upload: Upload = field(init=False)


def decide(state: UploadState) -> UploadDecision:
    """Decide everything that follows from one look at a key. The changes always include the upload's own row, so
    that every look raises its `rev`."""
    try:
        decision = _withdraw(state) if state.file is None else _accept(state, state.file)
    except Rejected as rejected:
        by = rejected.by if isinstance(rejected, Blocked) else frozenset()
        decision = UploadDecision("rejected", state.earlier_id, problems=rejected.problems, waits_for=by)
    earlier = state.upload.doc if state.upload else None
    version = state.file.version if state.file else None
    if earlier and earlier["kind"] == "site" and _is_same_result(decision, version, earlier):
        decision.warnings = earlier["warnings"]  # only the first look reports changed settings
    decision.upload = _upload(state, decision, version, earlier)
    own = RowWrite(upload_key(state.key), decision.upload, expected_rev=rev_of(state.upload))
    rows_before = _successor_rows(state.key, earlier["waits_for"] if earlier else [])
    rows_after = _successor_rows(state.key, decision.upload["waits_for"])
    decision.changes[:0] = [own, *diff_rows(rows_before, rows_after)]
    return decision


def _upload(state: UploadState, decision: UploadDecision, version: str | None, earlier: Upload | None) -> Upload:
    """Return the new content of the upload's row."""
    kind = kind_of(state.key)
    is_text = decision.verdict == "accepted" and kind in ("article", "page")
    upload: Upload = {
        "key": state.key,
        "version": version,
        "verdict": decision.verdict,
        "kind": kind,
        "id": decision.id,
        "problems": decision.problems,
        "warnings": decision.warnings,
        "read_with": read_with_digest(state.site),
        "at": state.now.isoformat(timespec="seconds"),
        "fingerprint": state.fingerprint if is_text else None,
        "predecessor": decision.predecessor,
        "waits_for": sorted(decision.waits_for),
    }
    if earlier is None:
        return upload
    if not is_text:
        upload["fingerprint"] = earlier["fingerprint"]
    if not decision.predecessor and earlier["id"] == decision.id:
        upload["predecessor"] = earlier["predecessor"]
    not_shown = {"at": upload["at"], "read_with": upload["read_with"]}
    if {**earlier, **not_shown} == upload:  # no field that a receipt shows has changed
        upload["at"] = earlier["at"]
    return upload


def _successor_rows(key: str, owners: Iterable[str]) -> dict[Key[object], Doc]:
    """Return the rows that lead to an upload when one of these owners loses its file."""
    return {successors_partition(owner).key(key): {"key": key} for owner in owners}


def _accept(state: UploadState, file: File) -> UploadDecision:
    match parsed := state.read_file(state.key, file.body, state.site):
        case ParsedArticle():
            decision = _article(parsed, state, file)
        case ParsedPage():
            decision = _page(parsed, state)
        case ParsedAuthor():
            decision = _author(parsed, state)
        case ParsedSite():
            decision = UploadDecision(
                "accepted", changes=[_settings_write(state, {**parsed.site, "theme": state.theme})]
            )
            parsed.warnings.extend(_settings_warnings(state, parsed.site, parsed.lines))
        case ParsedTheme():
            theme = {**state.theme, parsed.name: parsed.text}
            decision = UploadDecision(
                "accepted", changes=[_settings_write(state, {**_settings_doc(state), "theme": theme})]
            )
    decision.warnings = [*parsed.warnings, *decision.warnings]
    return decision


def _article(parsed: ParsedArticle, state: UploadState, file: File) -> UploadDecision:
    def edit(written: ParsedArticle, row: Row[StoredText] | None, rows: Rows) -> Article:
        with_slugs = written.under(_assign_slugs(written.names, rows).slugs)
        return article_states.edit_article(with_slugs, article_of(row), file.modified, state.now, state.site)

    further = [*names.keys(parsed.names), *map(author_key, parsed.biographies)]
    settled = settle_text("article", parsed, state, edit, further=further)
    row, after = settled.identity.row, settled.text
    before = article_of(row)
    ahead = _link_rows("article", before, after)
    known_months = month_rows(before) if before else []
    ahead |= {month: {} for month in month_rows(after) if month not in known_months}
    unread = [author_key(id) for id in after["biographies"] if id not in parsed.biographies]
    authors = Rows(settled.rows | (state.read_rows(unread) if unread else {}))
    changes = [*article_writes(row, after, settled.taken), *author_bio_writes(after, authors)]
    assigned = _assign_slugs(parsed.names, settled.rows)
    warnings = [
        *article_states.date_warnings(parsed, after, state.now),
        *article_states.shared_names(parsed, assigned.shared),
        *_alias_warnings(parsed, state),
    ]
    ahead |= names.new_forms(parsed.names, settled.rows)
    decision = _accepted(settled, changes, ahead, warnings)
    decision.claims = assigned.changes()
    return decision


def _assign_slugs(written_names: Sequence[Name], rows: Rows) -> names.AssignedSlugs:
    """Assign a slug to each name, by the rows that were read."""
    return names.assign_slugs(written_names, names.claims_in(written_names, rows))


def _page(parsed: ParsedPage, state: UploadState) -> UploadDecision:
    def edit(written: ParsedPage, row: Row[StoredText] | None, _: Rows) -> StaticPage:
        return article_states.edit_page(written, static_page_of(row), state.now)

    settled = settle_text("page", parsed, state, edit)
    row, after = settled.identity.row, settled.text
    ahead = _link_rows("page", static_page_of(row), after)
    changes = static_page_writes(row, after, settled.taken)
    warnings = [*article_states.clock_warnings(parsed, state.now), *_alias_warnings(parsed, state)]
    return _accepted(settled, changes, ahead, warnings)


def _alias_warnings(parsed: ParsedArticle | ParsedPage, state: UploadState) -> list[Problem]:
    """Return warnings for the writer about aliases where the site's owner has a file, which is never overwritten."""
    aliases = [path for path in dict.fromkeys(parsed.aliases) if not urls.is_reserved(path)]
    return article_states.files_in_the_way(parsed, filter(state.is_anothers, aliases))


def _accepted(
    settled: TextWrites[Article] | TextWrites[StaticPage],
    changes: list[RowWrite],
    ahead: dict[Key[object], Doc],
    warnings: list[Problem],
) -> UploadDecision:
    written = {change.key for change in changes}  # a page may take the sitemap row of a page that ends
    changes += [change for change in settled.changes if change.key not in written]
    return UploadDecision(
        "accepted",
        settled.identity.id,
        changes,
        ahead=ahead,
        warnings=warnings,
        waits_for=settled.identity.waits_for,
        predecessor=settled.identity.predecessor,
    )


def _link_rows(kind: identity.Kind, before: Text | None, after: Text) -> dict[Key[object], Doc]:
    """Return the rows that store the links of a text."""
    return dict(link_rows(after, kind, known=before["links"] if before else ()))


def _author(parsed: ParsedAuthor, state: UploadState) -> UploadDecision:
    given, shown = parsed.names
    earlier = [author_key(state.earlier_id)] if state.earlier_id else []
    rows = state.read_rows([author_key(parsed.id), *earlier, *names.keys(parsed.names)])
    claims = names.claims_in(parsed.names, rows)
    assigned = _assign_slugs([given], rows)
    parsed = replace(parsed, id=assigned.slugs[0])
    own = author_key(parsed.id)
    if own not in {author_key(given.slug), *earlier}:
        rows |= state.read_rows([own])
    held = rows.find(author_key(state.earlier_id)) if state.earlier_id else None
    identity.check_same_id("author", parsed, held if held and held.doc["key"] == state.key else None)
    predecessor = identity.check_id_is_free("author", parsed, rows.find(own), state.read_rows)
    assigned.claims |= names.given_slug_claim(shown, parsed.id, claims | assigned.claims)
    change = author_write(article_states.edit_author(parsed), rows.find(own))
    warnings = article_states.shared_names(parsed, assigned.shared)
    return UploadDecision(
        "accepted",
        parsed.id,
        [change],
        assigned.changes(),
        ahead=names.new_forms(parsed.names, rows),
        warnings=warnings,
        predecessor=predecessor,
    )


def _settings_doc(state: UploadState) -> Doc:
    return state.settings.doc if state.settings else {}


def _settings_write(state: UploadState, doc: Doc) -> RowWrite:
    """Return the write of the settings' row: the content of site.yaml, and the theme."""
    return RowWrite(SITE_KEY, dict(doc), expected_rev=rev_of(state.settings))


def _settings_warnings(state: UploadState, after: Site, lines: Mapping[str, int]) -> list[Problem]:
    """Return warnings about the effects of changed settings; none if there are no articles to read again."""
    before, present = read_with(site_of(_settings_doc(state), "")), read_with(after)
    changed = [name for name in READ_AGAIN if before[name] != present[name]]
    if not changed or not state.has_articles():
        return []
    return [
        problem_with(
            state.key,
            f"'{name}' has changed from {_shown(before[name])} to {_shown(present[name])}: {READ_AGAIN[name]}",
            lines.get(name.partition(".")[0]),
            name,
        )
        for name in changed
    ]


def _shown(value: object) -> str:
    return "nothing" if value in ("", None) else str(value)


def _is_same_result(decision: UploadDecision, version: str | None, earlier: Upload) -> bool:
    return (earlier["version"], earlier["verdict"]) == (version, decision.verdict)


def _withdraw(state: UploadState) -> UploadDecision:
    """Decide the changes after a file is deleted; a key that never had content only gets its own row."""
    decision = UploadDecision("withdrawn", state.earlier_id)
    match kind_of(state.key):
        case "site" if state.settings:
            decision.changes = [_settings_write(state, {"theme": state.theme} if state.theme else {})]
            decision.warnings = _settings_warnings(state, default_site(""), {})
        case "theme" if state.theme:
            theme = {name: text for name, text in state.theme.items() if f"theme/{name}" != state.key}
            decision.changes = [_settings_write(state, {**_settings_doc(state), "theme": theme})]
        case "author" if state.earlier_id:
            decision.changes = _withdraw_author(state, state.earlier_id)
        case "article" | "page" as kind if state.earlier_id:
            ended = _withdraw_text(kind, state.earlier_id, state)
            decision.id, decision.changes = ended.id, ended.changes
    return decision


def _withdraw_text(kind: identity.Kind, id: str, state: UploadState) -> Withdrawal:
    """Withdraw the text of a file. Change nothing if another file has the text now."""
    own = text_key(kind, id)
    rows = state.read_rows([own, content_key(state.former_fingerprint)])
    row = rows.find(own)
    if row is None or row.doc["key"] != state.key:
        return Withdrawal(id, [])
    return withdraw_text(kind, row, state, rows)


def _withdraw_author(state: UploadState, id: str) -> list[RowWrite]:
    own = author_key(id)
    row = state.read_rows([own]).find(own)
    if row is None or row.doc["key"] != state.key:
        return []
    return [author_write(article_states.withdraw_author(row.doc), row)]
