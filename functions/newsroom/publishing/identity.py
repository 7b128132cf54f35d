"""Identity: match a file with an article or a static page.

The file matches the text that it names, the text that it was before, or the text whose file it replaces. To move or
rename a file means to delete one key and create another, in either order. The article then keeps its comments and its
feed entries.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from newsroom.article import Author, StoredText, Upload, is_taken_down
from newsroom.errors import Blocked, Problem, Rejected, problem_with
from newsroom.publishing.upload_state import ReadRows
from newsroom.rows import Row, Rows
from newsroom.table_keys import Key, content_key, owner_of, text_key, thread_counter_key, upload_key
from newsroom.unicode_text import distinguishable

Kind = Literal["article", "page"]

MOST_NAMESAKES = 9  # the most texts that can begin under one name, after each earlier one has moved


class IdentityClaim(Protocol):
    """A parsed file that claims an id. `gives_id`: the file gives the id; otherwise the id comes from its key."""

    @property
    def id(self) -> str: ...
    @property
    def gives_id(self) -> bool: ...
    @property
    def key(self) -> str: ...
    @property
    def lines(self) -> dict[str, int]: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """The text that a file belongs to.

    row: the text's row as read, None for a new text. predecessor: the key of the text's former file, if this file
    replaces it. absorbed: the row of another text that is merged into this one, with its addresses.
    waits_for: owners (`article/korea`) that this file can replace once their own files are deleted.
    """

    id: str
    row: Row[StoredText] | None = None
    predecessor: str | None = None
    absorbed: Row[StoredText] | None = None
    waits_for: frozenset[str] = frozenset()


def first_keys(kind: Kind, claimant: IdentityClaim, upload: Row[Upload] | None, fingerprint: str) -> list[Key[object]]:
    """List the rows that `identify` always needs."""
    earlier, known = (upload.doc["id"], upload.doc["fingerprint"]) if upload else (None, None)
    texts = [text_key(kind, id) for id in (claimant.id, earlier) if id]
    return [*texts, *(content_key(digest) for digest in (fingerprint, known) if digest)]


def identify(
    kind: Kind,
    claimant: IdentityClaim,
    upload: Row[Upload] | None,
    fingerprint: str,
    *,
    rows: Rows,
    read: ReadRows,
) -> Identity:
    """Return the identity of an upload's text.

    upload: the upload's row. fingerprint: of the file's bytes. rows: those of first_keys. read: reads further rows.
    Raises Blocked if another file has the id, and Rejected if the file would become a different text.
    """
    held = _held_text(kind, claimant, upload, rows)
    own = rows.find(text_key(kind, claimant.id))
    if claimant.gives_id:
        check_same_id(kind, claimant, held)
        return Identity(claimant.id, own, check_id_is_free(kind, claimant, own, read))
    duplicate = find_duplicate(kind, claimant.key, fingerprint, rows, read, own=held.doc["id"] if held else None)
    if duplicate and duplicate.is_orphan:
        return _follow(duplicate.row, held, read)
    if duplicate and is_taken_down(duplicate.row.doc):
        raise _taken_down(kind, claimant.key, duplicate.row.doc["id"])
    waits_for = frozenset({owner_of(kind, duplicate.row.doc["id"])} if duplicate else ())
    if held:
        return Identity(held.doc["id"], held, waits_for=waits_for)
    numbered = _numbered_identity(kind, claimant, own, read)
    return numbered or Identity(claimant.id, own, check_id_is_free(kind, claimant, own, read), waits_for=waits_for)


def _held_text(kind: Kind, claimant: IdentityClaim, upload: Row[Upload] | None, rows: Rows) -> Row[StoredText] | None:
    """Return the text that a file had so far. None if another file has replaced it."""
    if upload is None or upload.doc["id"] is None:
        return None
    held = rows.find(text_key(kind, upload.doc["id"]))
    return held if held and held.doc["key"] == claimant.key else None


def _numbered_identity(
    kind: Kind, claimant: IdentityClaim, holder: Row[StoredText] | None, read: ReadRows
) -> Identity | None:
    """Return the identity of a new file under the old name of a moved file: its id is the name's id with a number.
    None if no file has moved away from the name. holder: the row of the id."""
    if holder is None or holder.doc["key"] in {claimant.key, None}:
        return None
    uploads = read([upload_key(holder.doc["key"])])
    upload = uploads.doc(upload_key(holder.doc["key"]))
    if upload is None or not upload.get("predecessor") or is_orphan(holder.doc, kind, uploads):
        return None
    ids = [f"{claimant.id}-{number}" for number in range(2, MOST_NAMESAKES + 1)]
    taken = read(text_key(kind, id) for id in ids)
    return next((Identity(id) for id in ids if text_key(kind, id) not in taken), None)


def _follow(orphan: Row[StoredText], held: Row[StoredText] | None, read: ReadRows) -> Identity:
    """Return the identity of a file with the bytes of a deleted file. held: the file's text so far, which was a
    separate text while both files existed."""
    if held is None:
        return Identity(orphan.doc["id"], orphan, orphan.doc["key"])
    if read([thread_counter_key(held.doc["id"])]):  # a discussion belongs to the id and must not be lost
        return Identity(held.doc["id"], held, absorbed=orphan)
    return Identity(orphan.doc["id"], orphan, orphan.doc["key"], absorbed=held)


def is_orphan(text: StoredText | Author, kind: str, uploads: Rows) -> bool:
    """Return True if a text has no file any more. uploads: rows of uploads, including the text's own."""
    upload = uploads.doc(upload_key(text["key"])) if text["key"] is not None else None
    if upload is None or upload["verdict"] == "withdrawn":
        return True
    return (upload["kind"], upload["id"]) != (kind, text["id"])


def check_same_id(kind: str, claimant: IdentityClaim, held: Row[StoredText] | Row[Author] | None) -> None:
    """Reject a file that would become a different article, page or author. held: the row of its current one."""
    if held and held.doc["id"] != claimant.id:
        id = held.doc["id"]
        raise Rejected(
            _problem(
                claimant,
                f"'id' is '{claimant.id}', but this file has always been {kind} '{id}' and its readers' comments and "
                f"links hang on that; write id: {id}, or upload the new {kind} under another name",
            )
        )


def check_id_is_free(
    kind: str, claimant: IdentityClaim, holder: Row[StoredText] | Row[Author] | None, read: ReadRows
) -> str | None:
    """Return the key of the deleted file that had the id, None if there is none. Raises Blocked while another
    file has the id. holder: the row of the id."""
    key = holder.doc["key"] if holder else None
    if holder is None or key is None or key == claimant.key:
        return None
    if is_orphan(holder.doc, kind, read([upload_key(key)])):
        return key
    other = distinguishable(key, claimant.key)
    message = (
        f"'id' is '{claimant.id}', which is {kind} {other} already; give this one an id of its own, or delete that "
        f"file if this one replaces it"
    )
    raise Blocked({owner_of(kind, claimant.id)}, _problem(claimant, message))


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The text of another file with the same bytes."""

    row: Row[StoredText]
    is_orphan: bool


def find_duplicate(
    kind: Kind, key: str, fingerprint: str, rows: Rows, read: ReadRows, *, own: str | None
) -> Duplicate | None:
    """Find the text of another file with the same bytes. key: of the file. rows: include the content row of its
    bytes. own: the id of the file's own text, if it has one."""
    content = rows.doc(content_key(fingerprint))
    if content is None or content["kind"] != kind or content["id"] == own:
        return None
    text = text_key(kind, content["id"])
    row = read([text]).find(text)
    if row is None or row.doc["key"] in {key, None}:
        return None
    source = upload_key(row.doc["key"])
    uploads = read([source])
    upload = uploads.doc(source)
    is_made_from_it = upload is not None and upload.get("fingerprint") == fingerprint
    return Duplicate(row, is_orphan(row.doc, kind, uploads)) if is_made_from_it else None


def _taken_down(kind: str, key: str, id: str) -> Blocked:
    message = (
        f"the same text was taken down as {kind} '{id}' and is not published again; to bring it back: "
        f"broadsheet restore {id}"
    )
    return Blocked({owner_of(kind, id)}, problem_with(key, message))


def _problem(claimant: IdentityClaim, message: str) -> Problem:
    return problem_with(claimant.key, message, claimant.lines.get("id"), "id")
