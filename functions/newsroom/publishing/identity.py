"""Which article or static page a file is.

The one it names, the one it has been, or the one whose file it replaces: whoever moves or renames a file deletes one
key and creates another, in either order, and the article goes on with its comments and its feed entries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from newsroom.errors import Blocked, Problem, Rejected, problem_with
from newsroom.publishing.upload_state import ReadRows
from newsroom.rows import Doc, Key, Row, content_key, owner_of, text_key, thread_counter_key, upload_key
from newsroom.unicode_text import are_distinguishable

Kind = Literal["article", "page"]

MOST_NAMESAKES = 9  # texts that have begun under one name, one after another moving on


class IdentityClaim(Protocol):
    """A manuscript that claims an id. `gives_id`: its file says so; else the id is made from its key."""

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
    """The text that a file is.

    row: the text's row as read, None for a new one. predecessor: the key of the file that the text had until now, if
    this one takes it over. absorbed: the row of another text that ends with that; its addresses come along.
    waits_for: owners (`article/korea`) whose place this file could take once their own files are gone.
    """

    id: str
    row: Row | None = None
    predecessor: str | None = None
    absorbed: Row | None = None
    waits_for: frozenset[str] = frozenset()


def first_keys(kind: Kind, claimant: IdentityClaim, upload: Row | None, fingerprint: str) -> list[Key]:
    """The rows that `identify` needs in any case."""
    earlier, known = (upload.doc["id"], upload.doc["fingerprint"]) if upload else (None, None)
    texts = [text_key(kind, id) for id in (claimant.id, earlier) if id]
    return [*texts, *(content_key(digest) for digest in (fingerprint, known) if digest)]


def identify(
    kind: Kind,
    claimant: IdentityClaim,
    upload: Row | None,
    fingerprint: str,
    *,
    rows: Mapping[Key, Row],
    read: ReadRows,
) -> Identity:
    """The text that an upload is.

    upload: the upload's row. fingerprint: of the file's bytes. rows: those of first_keys. read: reads further rows.
    Raises Blocked when another file has the id, Rejected when the file would become another text than it has been.
    """
    held = rows.get(text_key(kind, upload.doc["id"])) if upload and upload.doc["id"] else None
    if held and held.doc["key"] != claimant.key:
        held = None  # another file has taken it over
    own = rows.get(text_key(kind, claimant.id))
    if claimant.gives_id:
        check_same_id(kind, claimant, held)
        return Identity(claimant.id, own, check_id_is_free(kind, claimant, own, read))
    twin = find_duplicate(kind, claimant.key, fingerprint, rows, read, own=held.doc["id"] if held else None)
    if twin and twin.is_orphan:
        return _follow(twin.row, held, read)
    if twin and twin.row.doc.get("takedown"):
        raise _taken_down(kind, claimant.key, twin.row.doc["id"])
    waits_for = frozenset({owner_of(kind, twin.row.doc["id"])} if twin else ())
    if held:
        return Identity(held.doc["id"], held, waits_for=waits_for)
    named = _named_anew(kind, claimant, own, read)
    return named or Identity(claimant.id, own, check_id_is_free(kind, claimant, own, read), waits_for=waits_for)


def _named_anew(kind: Kind, claimant: IdentityClaim, holder: Row | None, read: ReadRows) -> Identity | None:
    """The identity of a new file under the old name of a moved one: its id is that of the name, and a number. None
    where nothing has moved away from the name. holder: the row of the id."""
    if holder is None or holder.doc["key"] in {claimant.key, None}:
        return None
    uploads = read([upload_key(holder.doc["key"])])
    if is_orphan(holder.doc, kind, uploads) or not uploads[upload_key(holder.doc["key"])].doc.get("predecessor"):
        return None
    ids = [f"{claimant.id}-{number}" for number in range(2, MOST_NAMESAKES + 1)]
    taken = read(text_key(kind, id) for id in ids)
    return next((Identity(id) for id in ids if text_key(kind, id) not in taken), None)


def _follow(orphan: Row, held: Row | None, read: ReadRows) -> Identity:
    """The identity of a file with the bytes of one that is gone. held: the text it has been so far, being taken for
    another while both files were there."""
    if held is None:
        return Identity(orphan.doc["id"], orphan, orphan.doc["key"])
    if read([thread_counter_key(held.doc["id"])]):  # a discussion hangs on the id, and must not end with it
        return Identity(held.doc["id"], held, absorbed=orphan)
    return Identity(orphan.doc["id"], orphan, orphan.doc["key"], absorbed=held)


def is_orphan(text: Doc, kind: str, uploads: Mapping[Key, Row]) -> bool:
    """Whether a text has no file any more. uploads: rows of uploads, with that of the text's key."""
    upload = uploads.get(upload_key(text["key"])) if text["key"] is not None else None
    if upload is None or upload.doc["verdict"] == "withdrawn":
        return True
    return (upload.doc["kind"], upload.doc["id"]) != (kind, text["id"])


def check_same_id(kind: str, claimant: IdentityClaim, held: Row | None) -> None:
    """Rejects a file that would become another article, page or author than it has been. held: the row of that."""
    if held and held.doc["id"] != claimant.id:
        id = held.doc["id"]
        raise Rejected(
            _problem(
                claimant,
                f"'id' is '{claimant.id}', but this file has always been {kind} '{id}' and its readers' comments and "
                f"links hang on that; write id: {id}, or upload the new {kind} under another name",
            )
        )


def check_id_is_free(kind: str, claimant: IdentityClaim, holder: Row | None, read: ReadRows) -> str | None:
    """The key of the file that had the id until it was deleted, None if there is none. Raises Blocked while another
    file has it. holder: the row of the id."""
    key = holder.doc["key"] if holder else None
    if holder is None or key in {claimant.key, None}:
        return None
    if is_orphan(holder.doc, kind, read([upload_key(key)])):
        return str(key)
    other = are_distinguishable(str(key), claimant.key)
    message = (
        f"'id' is '{claimant.id}', which is {kind} {other} already; give this one an id of its own, or delete that "
        f"file if this one replaces it"
    )
    raise Blocked({owner_of(kind, claimant.id)}, _problem(claimant, message))


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The text of another file with the same bytes."""

    row: Row
    is_orphan: bool


def find_duplicate(
    kind: Kind, key: str, fingerprint: str, rows: Mapping[Key, Row], read: ReadRows, *, own: str | None
) -> Duplicate | None:
    """The text that was made from another file with the same bytes. key: of the file. rows: that of its bytes among
    them. own: the id of the text that the file holds, if it holds one."""
    content = rows.get(content_key(fingerprint))
    if content is None or content.doc["kind"] != kind or content.doc["id"] == own:
        return None
    text = text_key(kind, content.doc["id"])
    row = read([text]).get(text)
    if row is None or row.doc["key"] in {key, None}:
        return None
    source = upload_key(row.doc["key"])
    uploads = read([source])
    is_made_from_it = source in uploads and uploads[source].doc.get("fingerprint") == fingerprint
    return Duplicate(row, is_orphan(row.doc, kind, uploads)) if is_made_from_it else None


def _taken_down(kind: str, key: str, id: str) -> Blocked:
    message = (
        f"the same text was taken down as {kind} '{id}' and is not published again; to bring it back: "
        f"broadsheet restore {id}"
    )
    return Blocked({owner_of(kind, id)}, problem_with(key, message))


def _problem(claimant: IdentityClaim, message: str) -> Problem:
    return problem_with(claimant.key, message, claimant.lines.get("id"), "id")
