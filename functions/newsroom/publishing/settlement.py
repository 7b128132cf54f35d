"""The identity and the addresses of a file's text, resolved against the paper's existing texts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from newsroom.article import Text
from newsroom.publishing import article_states
from newsroom.publishing.identity import Identity, Kind, find_duplicate, first_keys, identify, is_orphan
from newsroom.publishing.upload_state import ReadRows, UploadState
from newsroom.rows import (
    Claims,
    Doc,
    Key,
    Row,
    RowWrite,
    address_key,
    article_of,
    article_writes,
    content_key,
    owner_of,
    static_page_of,
    static_page_writes,
    text_key,
    upload_key,
)
from newsroom.uploads.parsed import ParsedArticle, ParsedPage

ManuscriptType = TypeVar("ManuscriptType", bound=ParsedArticle | ParsedPage)
TextType = TypeVar("TextType", bound=Text)


@dataclass(frozen=True, slots=True)
class TextWrites(Generic[TextType]):
    """A text whose identity and addresses are resolved.

    taken: the claims of other owners on its addresses, which it takes over. changes: the writes besides the text's own
    rows. rows: the rows that were read first.
    """

    identity: Identity
    text: TextType
    taken: Claims
    changes: list[RowWrite]
    rows: dict[Key, Row]


def settle_text(
    kind: Kind,
    parsed: ManuscriptType,
    state: UploadState,
    edit: Callable[[ManuscriptType, Row | None, dict[Key, Row]], TextType],
    *,
    further: Iterable[Key] = (),
) -> TextWrites[TextType]:
    """Return the text of a file, with addresses that it owns.

    edit: makes the text from the parsed file, its row and the rows that were read. further: more rows to read first.
    Raises Rejected if another file has its id or one of its addresses.
    """
    fingerprint = state.fingerprint
    keys = [*first_keys(kind, parsed, state.upload, fingerprint), *further]
    rows: dict[Key, Row] = state.read_rows(keys)
    identity = identify(kind, parsed, state.upload, fingerprint, rows=rows, read=state.read_rows)
    while True:
        text: TextType = edit(replace(parsed, id=identity.id), identity.row, rows)
        text["addresses"] = list(dict.fromkeys([*text["addresses"], *_addresses(identity.absorbed)]))
        known = _addresses(identity.row)
        claims = _claims((path for path in text["addresses"] if path not in known), state.read_rows)
        others = {path: claim for path, claim in claims.items() if claim["owner"] != owner_of(kind, identity.id)}
        orphans = _orphans(others, state.read_rows) if others else {}
        heir = None if parsed.gives_id or identity.row else _heir(kind, text, others, orphans)
        if heir is None:
            break
        waits_for = identity.waits_for - {owner_of(kind, heir.doc["id"])}  # its file has been deleted in the meantime
        identity = Identity(heir.doc["id"], heir, heir.doc["key"], waits_for=waits_for)
    ended = {owner_of(kind, identity.absorbed.doc["id"])} if identity.absorbed else set()
    free = {owner for owner, row in orphans.items() if not row.doc.get("takedown")}
    article_states.check_addresses(text, kind, claims, free | ended, parsed.lines)
    changes = [change for owner in sorted(orphans.keys() - ended) for change in _without(orphans[owner], others)]
    if identity.absorbed:
        changes += _retired(identity.absorbed)
    changes += _content({"kind": kind, "id": identity.id}, state, rows, identity.waits_for)
    return TextWrites(identity, text, others, changes, rows)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The changes after a file is deleted. id: of the text that its addresses now lead to."""

    id: str
    changes: list[RowWrite]


def withdraw_text(kind: Kind, row: Row, state: UploadState, rows: Mapping[Key, Row]) -> Withdrawal:
    """Withdraw a text whose file is deleted. If another text has the same bytes, as in the middle of a move, that
    text takes over the addresses. row: of the text. rows: include the content row of the file's bytes."""
    duplicate = find_duplicate(kind, state.key, state.former_fingerprint, rows, state.read_rows, own=row.doc["id"])
    if duplicate is None or duplicate.row.doc.get("takedown") or row.doc.get("takedown"):
        return Withdrawal(row.doc["id"], _changes(row, _withdrawn(row)))
    claims = _claims(row.doc["addresses"], state.read_rows)
    return Withdrawal(duplicate.row.doc["id"], [*_with(duplicate.row, claims), *_retired(row)])


def _addresses(row: Row | None) -> list[str]:
    return list(row.doc["addresses"]) if row else []


def _claims(addresses: Iterable[str], read: ReadRows) -> dict[str, Doc]:
    """Return the existing address rows of these addresses."""
    rows = read(map(address_key, addresses))
    return {key.pk.removeprefix("ADDRESS#"): row.doc for key, row in rows.items()}


def _orphans(claims: Claims, read: ReadRows) -> dict[str, Row]:
    """Return the texts that hold these addresses and have no file any more, by owner."""
    kinds = {text_key(claim["kind"], claim["id"]): claim["kind"] for claim in claims.values()}
    texts = read(kinds)
    uploads = read(upload_key(row.doc["key"]) for row in texts.values())
    return {
        owner_of(kinds[key], row.doc["id"]): row
        for key, row in texts.items()
        if is_orphan(row.doc, kinds[key], uploads)
    }


def _heir(kind: str, text: Text, others: Claims, orphans: Mapping[str, Row]) -> Row | None:
    """Return the text that a new file continues: it has the file's address, and no file any more."""
    paths = [text["address"], *text["addresses"]]
    owners = (others[path]["owner"] for path in paths if path in others and others[path]["kind"] == kind)
    return next((orphans[owner] for owner in owners if owner in orphans), None)


def _without(orphan: Row, taken: Claims) -> list[RowWrite]:
    """Return the changes that remove from a text the addresses that another text takes over."""
    text = _text_of(orphan)
    return _changes(orphan, {**text, "addresses": [path for path in text["addresses"] if path not in taken]})


def _with(row: Row, taken: Claims) -> list[RowWrite]:
    """Return the changes that give a text the addresses of another text."""
    text = _text_of(row)
    return _changes(row, {**text, "addresses": list(dict.fromkeys([*text["addresses"], *taken]))}, taken)


def _retired(row: Row) -> list[RowWrite]:
    """Return the changes that end a text whose addresses another text takes over."""
    return _changes(row, {**_withdrawn(row), "addresses": []})


def _withdrawn(row: Row) -> Any:
    text = _text_of(row)
    return article_states.withdraw_article(text) if row.key.sk == "ARTICLE" else article_states.withdraw_page(text)


def _text_of(row: Row) -> Any:
    return article_of(row) if row.key.sk == "ARTICLE" else static_page_of(row)


def _changes(before: Row, after: Any, taken: Claims | None = None) -> list[RowWrite]:
    write = article_writes if before.key.sk == "ARTICLE" else static_page_writes
    return write(before, after, taken or {})


def _content(doc: Doc, state: UploadState, rows: Mapping[Key, Row], waits_for: frozenset[str]) -> list[RowWrite]:
    """Return the changes of the content rows of a file's bytes, now and before. A file that waits for the owner of its
    duplicate does not change the duplicate's row."""
    changes = []
    stored = rows.get(content_key(state.fingerprint))
    is_duplicate = stored is not None and owner_of(stored.doc["kind"], stored.doc["id"]) in waits_for
    if not is_duplicate and (stored is None or stored.doc != doc):
        changes.append(RowWrite(content_key(state.fingerprint), doc))
    former = state.former_fingerprint
    stored = rows.get(content_key(former)) if former != state.fingerprint else None
    if stored and stored.doc == doc:
        changes.append(RowWrite(stored.key, None))
    return changes
