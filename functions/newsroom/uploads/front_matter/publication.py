"""The publication state of a file, from all of its fields together."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from newsroom.uploads.decoding import folded, shown
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.front_matter import dates
from newsroom.uploads.front_matter.formats import Path, Value
from newsroom.uploads.front_matter.front_matter import FrontMatter
from newsroom.uploads.front_matter.visibility import (
    HELD_BY_WORD,
    HELD_FOLDERS,
    HELD_IF_FILLED,
    LOOSE,
    PUBLISHED,
    Role,
    is_flag,
    is_suspect,
    names,
    ranks,
    role_of,
    roles,
    understand,
)

_CONTAINERS = frozenset({"", "params", "extra", "meta", "metadata", "data", "properties", "fields", "post", "page"})
_OF_AUTHORS = frozenset({"draft", "isdraft", "published", "publish", "private", "hidden", "visibility"})
_NOT_A_TEXT = re.compile(r"(?:readme|_index)(?:\.[\w-]{2,8})?\.\w+\Z", re.IGNORECASE)
_FIELDS: dict[Role, str] = {"published": "date", "created": "date", "modified": "updated", "expires": "expires_at"}


@dataclass
class Publication:
    """The publication state in a file.

    date: of publication. created: the date of its creation. publish_at: the latest publication moment in the file.
    lines: by the contract's names. spent: the names of the fields that gave this state.
    """

    held: bool = False
    date: str | None = None
    created: str | None = None
    publish_at: str | None = None
    updated: str | None = None
    expires_at: str | None = None
    lines: dict[str, int] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)


def check_name(key: str, diagnostics: Diagnostics) -> None:
    """Reject a file that other programs hide, or that describes its folder."""
    parts = key.split("/")
    hidden = next((part for part in parts if part.startswith(".")), None)
    if hidden:
        diagnostics.fail(f"'{hidden}' begins with a dot, so it is hidden and is not published; give it another name")
    if _NOT_A_TEXT.match(parts[-1]):
        diagnostics.fail(
            f"'{parts[-1]}' describes its folder and is not published; to publish it all the same, give it another name"
        )


def refuse_held_author(front: FrontMatter, diagnostics: Diagnostics) -> None:
    """Reject an author's file that is marked as not public, because every author has a page."""
    for name, value in front.values.items():
        if folded(name) in _OF_AUTHORS and understand(folded(name), value, "UTC") == "held":
            diagnostics.error(
                f"'{name}' is {shown(value)}, but an author's file cannot be held back; take that out, or "
                "keep the file until it may be seen",
                front.lines.get((name,)),
            )


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of front matter. word: its folded name. inner: it is in a mapping such as Hugo's `params`."""

    name: str
    word: str
    value: Value
    line: int
    inner: bool


def read_publication(
    key: str, front: FrontMatter, zone: str, ours: Collection[str], diagnostics: Diagnostics
) -> Publication:
    """Return the publication state of a file, from its fields and its folder.

    ours: the folded names of the fields for other purposes. A field that is not understood and may hold the text back
    is a problem.
    """
    publication = Publication()
    dates_by_role: dict[Role, list[tuple[int, str, int]]] = {role: [] for role in roles()}
    known = names()
    for entry in _fields(front):
        if entry.word in known:
            _record_field(entry, publication, dates_by_role, zone, diagnostics)
        elif not entry.inner and entry.word not in ours:
            _refuse_suspect(entry, diagnostics)
    _hold_by_name(key, publication, diagnostics)
    _choose_dates(publication, dates_by_role)
    return publication


def _refuse_suspect(entry: _Field, diagnostics: Diagnostics) -> None:
    """Record a problem if a field that is not in the tables may hold the text back."""
    if is_suspect(entry.word, entry.value):
        diagnostics.error(
            f"'{entry.name[:60]}' is {shown(entry.value)}, which may mean that this is not to be published; "
            "write draft: true or draft: false, or give the field another name",
            entry.line,
        )


def _hold_by_name(key: str, publication: Publication, diagnostics: Diagnostics) -> None:
    """Hold a text back for its folder or its file's name."""
    folder = next((part for part in key.split("/")[1:-1] if part.lower() in HELD_FOLDERS), None)
    if folder:
        _hold(publication, f"it lies in the folder {folder}/", None, diagnostics)
    elif key.rpartition("/")[2].startswith("_"):
        _hold(publication, "its name begins with _", None, diagnostics)


def _fields(front: FrontMatter) -> Iterator[_Field]:
    """Yield every field that can apply to the whole text: at the top level, and in mappings such as Hugo's `params`."""

    def entry(path: Path, value: Value) -> _Field:
        name = str(path[-1])
        return _Field(name, folded(name), value, front.lines.get(path, 1), len(path) > 1)

    for name, value in front.values.items():
        yield entry((name,), value)
        if isinstance(value, dict) and folded(name) in _CONTAINERS:
            yield from (entry((name, inner), item) for inner, item in value.items())


def _record_field(
    entry: _Field,
    publication: Publication,
    dates_by_role: Mapping[Role, list[tuple[int, str, int]]],
    zone: str,
    diagnostics: Diagnostics,
) -> None:
    """Record the meaning of one field of the tables."""
    verdict = understand(entry.word, entry.value, zone)
    if verdict is None and (entry.inner or entry.word in ranks(LOOSE)):
        return
    if not entry.inner:
        publication.spent.add(entry.name)
    if verdict is None:
        diagnostics.error(f"'{entry.name}' {_remedy(entry, zone)}", entry.line, _contract_name(entry.word))
    elif isinstance(verdict, dates.Moment):
        _record_date(entry, verdict, dates_by_role, diagnostics)
    elif verdict == "held":
        _hold_by_field(entry, publication, diagnostics)
    elif verdict == "upload":
        diagnostics.warning(
            f"'{entry.name}' is {shown(entry.value)}, which only a repository knows; the time of the upload counts",
            entry.line,
            _contract_name(entry.word),
        )


def _hold_by_field(entry: _Field, publication: Publication, diagnostics: Diagnostics) -> None:
    """Hold a text back for one field. Only a plain `draft` needs no warning."""
    is_filled = entry.word in ranks(HELD_IF_FILLED)
    reason = f"there is a '{entry.name}'" if is_filled else f"'{entry.name}' is {shown(entry.value)}"
    is_plain_draft = entry.word == "draft" and not entry.inner
    _hold(publication, reason, entry.line, None if is_plain_draft else diagnostics)


def _record_date(
    entry: _Field,
    moment: dates.Moment,
    dates_by_role: Mapping[Role, list[tuple[int, str, int]]],
    diagnostics: Diagnostics,
) -> None:
    """Record the date in one field, with the rank of the field in its role."""
    role = role_of(entry.word)
    if role is None:
        return
    rank = len(PUBLISHED) if entry.inner else roles()[role][entry.word]
    dates_by_role[role].append((rank, moment.iso, entry.line))
    if moment.skipped:
        diagnostics.warning(
            f"'{entry.name}' is {shown(entry.value)}, a time that the clocks jump over; it is read as "
            f"{moment.iso[11:16]}",
            entry.line,
            _FIELDS[role],
        )


def _hold(publication: Publication, reason: str, line: int | None, diagnostics: Diagnostics | None) -> None:
    publication.held = True
    if line:
        publication.lines.setdefault("draft", line)
    if diagnostics:
        diagnostics.warning(f"{reason}, so this is held back as a draft; change that to publish it", line, "draft")


def _choose_dates(publication: Publication, dates_by_role: Mapping[Role, list[tuple[int, str, int]]]) -> None:
    """Choose the dates: the first by rank for each role, the latest for publication, the earliest for expiry."""
    ranked = [entry for entry in sorted(dates_by_role["published"]) if entry[0] < len(PUBLISHED)]
    if ranked:
        _, publication.date, publication.lines["date"] = ranked[0]
    if creations := sorted(dates_by_role["created"]):
        publication.created = creations[0][1]
        publication.lines.setdefault("date", creations[0][2])
    if publications := [
        (dates.instant(iso), iso) for _, iso, _ in (*dates_by_role["published"], *dates_by_role["created"])
    ]:
        publication.publish_at = max(publications)[1]
    if changes := sorted(dates_by_role["modified"]):
        _, publication.updated, publication.lines["updated"] = changes[0]
    if ends := [(dates.instant(iso), iso, line) for _, iso, line in dates_by_role["expires"]]:
        _, publication.expires_at, publication.lines["expires_at"] = min(ends)


def _contract_name(word: str) -> str:
    role = role_of(word)
    return "draft" if word in ranks(HELD_BY_WORD) or role is None else _FIELDS[role]


def _remedy(entry: _Field, zone: str) -> str:
    role = role_of(entry.word)
    try:
        dates.read_date(entry.value if role else None, zone)
    except dates.Ambiguous as error:
        return str(error)
    except (ValueError, OverflowError):
        pass
    if entry.word in ranks(HELD_BY_WORD):
        return (
            f"is {shown(entry.value)}, which may mean that this is not to be published; write status: draft or "
            "status: published"
        )
    ways = [*(["write true or false"] if is_flag(entry.word) else []), *([dates.HINT] if role else [])]
    return f"is {shown(entry.value)}; {', or '.join(ways)}"
