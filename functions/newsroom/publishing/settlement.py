"""The identity and the addresses of a file's text, resolved against the paper's existing texts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from newsroom.article import AddressClaim, StoredText, Text, TextReference, is_taken_down
from newsroom.publishing import article_states
from newsroom.publishing.identity import Identity, Kind, find_duplicate, first_keys, identify, is_orphan
from newsroom.publishing.index_rows import (
    NO_CLAIMS,
    Claims,
    article_of,
    article_writes,
    static_page_of,
    static_page_writes,
)
from newsroom.publishing.upload_state import ReadRows, UploadState
from newsroom.rows import Row, Rows, RowWrite
from newsroom.table_keys import Key, address_key, content_key, is_article, owner_of, text_key, upload_key
from newsroom.uploads.parsed import ParsedArticle, ParsedPage

ParsedType = TypeVar("ParsedType", bound=ParsedArticle | ParsedPage)
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
    rows: Rows


def settle_text(
    kind: Kind,
    parsed: ParsedType,
    state: UploadState,
    edit: Callable[[ParsedType, Row[StoredText] | None, Rows], TextType],
    *,
    further: Iterable[Key[object]] = (),
) -> TextWrites[TextType]:
    """Return the text of a file, with addresses that it owns.

    edit: makes the text from the parsed file, its row and the rows that were read. further: more rows to read first.
    Raises Rejected if another file has its id or one of its addresses.
    """
    fingerprint = state.fingerprint
    keys = [*first_keys(kind, parsed, state.upload, fingerprint), *further]
    rows = state.read_rows(keys)
    identity = identify(kind, parsed, state.upload, fingerprint, rows=rows, read=state.read_rows)

    def draft(identity: Identity) -> tuple[TextType, NewClaims]:
        text = edit(replace(parsed, id=identity.id), identity.row, rows)
        text["addresses"] = list(dict.fromkeys([*text["addresses"], *_addresses(identity.absorbed)]))
        return text, _new_claims(kind, text, identity, state.read_rows)

    text, claims = draft(identity)
    continued = None if parsed.gives_id or identity.row else _continued_text(kind, text, claims)
    if continued:
        waits_for = identity.waits_for - {owner_of(kind, continued.doc["id"])}  # its file was deleted in the meantime
        identity = Identity(continued.doc["id"], continued, continued.doc["key"], waits_for=waits_for)
        text, claims = draft(identity)
    ended = {owner_of(kind, identity.absorbed.doc["id"])} if identity.absorbed else set()
    article_states.check_addresses(text, kind, claims.all, claims.free_owners | ended, parsed.lines)
    changes: list[RowWrite] = []
    for owner in sorted(claims.orphans.keys() - ended):
        changes += _without(claims.orphans[owner], claims.others)
    if identity.absorbed:
        changes += _retired(identity.absorbed)
    content: TextReference = {"kind": kind, "id": identity.id}
    changes += _content(content, state, rows, identity.waits_for)
    return TextWrites(identity, text, claims.others, changes, rows)


@dataclass(frozen=True, slots=True)
class NewClaims:
    """The existing claims on the new addresses of a text.

    all: every claim. others: those of other owners. orphans: the texts among these owners that have no file any more,
    by owner.
    """

    all: Claims
    others: Claims
    orphans: dict[str, Row[StoredText]]

    @property
    def free_owners(self) -> set[str]:
        """The owners whose addresses may be taken over."""
        return {owner for owner, row in self.orphans.items() if not is_taken_down(row.doc)}


def _new_claims(kind: Kind, text: Text, identity: Identity, read: ReadRows) -> NewClaims:
    known = _addresses(identity.row)
    claims = _claims((path for path in text["addresses"] if path not in known), read)
    others = {path: claim for path, claim in claims.items() if claim["owner"] != owner_of(kind, identity.id)}
    return NewClaims(claims, others, _orphans(others, read) if others else {})


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The changes after a file is deleted. id: of the text that its addresses now lead to."""

    id: str
    changes: list[RowWrite]


def withdraw_text(kind: Kind, row: Row[StoredText], state: UploadState, rows: Rows) -> Withdrawal:
    """Withdraw a text whose file is deleted. If another text has the same bytes, as in the middle of a move, that
    text takes over the addresses. row: of the text. rows: include the content row of the file's bytes."""
    duplicate = find_duplicate(kind, state.key, state.former_fingerprint, rows, state.read_rows, own=row.doc["id"])
    if duplicate is None or is_taken_down(duplicate.row.doc) or is_taken_down(row.doc):
        return Withdrawal(row.doc["id"], _withdrawn(row, row.doc["addresses"]))
    claims = _claims(row.doc["addresses"], state.read_rows)
    return Withdrawal(duplicate.row.doc["id"], [*_with(duplicate.row, claims), *_retired(row)])


def _addresses(row: Row[StoredText] | None) -> list[str]:
    return list(row.doc["addresses"]) if row else []


def _claims(addresses: Iterable[str], read: ReadRows) -> dict[str, AddressClaim]:
    """Return the existing address rows of these addresses."""
    keys = {path: address_key(path) for path in addresses}
    rows = read(keys.values())
    return {path: claim for path, key in keys.items() if (claim := rows.doc(key))}


def _orphans(claims: Claims, read: ReadRows) -> dict[str, Row[StoredText]]:
    """Return the texts that hold these addresses and have no file any more, by owner."""
    kinds = {text_key(claim["kind"], claim["id"]): claim["kind"] for claim in claims.values()}
    rows = read(kinds)
    texts = [(kind, row) for key, kind in kinds.items() if (row := rows.find(key))]
    uploads = read(upload_key(row.doc["key"]) for _, row in texts)
    return {owner_of(kind, row.doc["id"]): row for kind, row in texts if is_orphan(row.doc, kind, uploads)}


def _continued_text(kind: str, text: Text, claims: NewClaims) -> Row[StoredText] | None:
    """Return the text that a new file continues: it has the file's address, and no file any more."""
    paths = [text["address"], *text["addresses"]]
    claimed = [claims.others[path] for path in paths if path in claims.others]
    owners = [claim["owner"] for claim in claimed if claim["kind"] == kind]
    return next((claims.orphans[owner] for owner in owners if owner in claims.orphans), None)


def _without(orphan: Row[StoredText], taken: Claims) -> list[RowWrite]:
    """Return the changes that remove from a text the addresses that another text takes over."""
    return _with_addresses(orphan, [path for path in orphan.doc["addresses"] if path not in taken])


def _with(row: Row[StoredText], taken: Claims) -> list[RowWrite]:
    """Return the changes that give a text the addresses of another text."""
    return _with_addresses(row, list(dict.fromkeys([*row.doc["addresses"], *taken])), taken)


def _with_addresses(row: Row[StoredText], addresses: list[str], taken: Claims = NO_CLAIMS) -> list[RowWrite]:
    if is_article(row.key):
        return article_writes(row, {**article_of(row), "addresses": addresses}, taken)
    return static_page_writes(row, {**static_page_of(row), "addresses": addresses}, taken)


def _retired(row: Row[StoredText]) -> list[RowWrite]:
    """Return the changes that end a text whose addresses another text takes over."""
    return _withdrawn(row, [])


def _withdrawn(row: Row[StoredText], addresses: list[str]) -> list[RowWrite]:
    """Return the changes that withdraw a text and leave it these addresses."""
    if is_article(row.key):
        article = article_states.withdraw_article(article_of(row))
        return article_writes(row, {**article, "addresses": addresses})
    page = article_states.withdraw_page(static_page_of(row))
    return static_page_writes(row, {**page, "addresses": addresses})


def _content(content: TextReference, state: UploadState, rows: Rows, waits_for: frozenset[str]) -> list[RowWrite]:
    """Return the changes of the content rows of a file's bytes, now and before. A file that waits for the owner of its
    duplicate does not change the duplicate's row."""
    changes = []
    stored = rows.doc(content_key(state.fingerprint))
    is_duplicate = stored is not None and owner_of(stored["kind"], stored["id"]) in waits_for
    if not is_duplicate and stored != content:
        changes.append(RowWrite(content_key(state.fingerprint), content))
    former = content_key(state.former_fingerprint)
    if state.former_fingerprint != state.fingerprint and rows.doc(former) == content:
        changes.append(RowWrite(former, None))
    return changes
