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
class _Said:
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
    standing = Publication()
    found: dict[Role, list[tuple[int, str, int]]] = {role: [] for role in roles()}
    known = names()
    for said in _fields(front):
        if said.word in known:
            _take(said, standing, found, zone, diagnostics)
        elif not said.inner and said.word not in ours and is_suspect(said.word, said.value):
            diagnostics.error(
                f"'{said.name[:60]}' is {shown(said.value)}, which may mean that this is not to be published; "
                "write draft: true or draft: false, or give the field another name",
                said.line,
            )
    folder = next((part for part in key.split("/")[1:-1] if part.lower() in HELD_FOLDERS), None)
    if folder:
        _hold(standing, f"it lies in the folder {folder}/", None, diagnostics)
    elif key.rpartition("/")[2].startswith("_"):
        _hold(standing, "its name begins with _", None, diagnostics)
    _settle(standing, found)
    return standing


def _fields(front: FrontMatter) -> Iterator[_Said]:
    """Yield every field that can apply to the whole text: at the top level, and in mappings such as Hugo's `params`."""

    def said(path: Path, value: Value) -> _Said:
        name = str(path[-1])
        return _Said(name, folded(name), value, front.lines.get(path, 1), len(path) > 1)

    for name, value in front.values.items():
        yield said((name,), value)
        if isinstance(value, dict) and folded(name) in _CONTAINERS:
            yield from (said((name, inner), item) for inner, item in value.items())


def _take(
    said: _Said,
    standing: Publication,
    found: Mapping[Role, list[tuple[int, str, int]]],
    zone: str,
    diagnostics: Diagnostics,
) -> None:
    """Record the meaning of one field of the tables."""
    verdict = understand(said.word, said.value, zone)
    if verdict is None and (said.inner or said.word in ranks(LOOSE)):
        return
    if not said.inner:
        standing.spent.add(said.name)
    quoted = f"'{said.name}' is {shown(said.value)}"
    role = role_of(said.word)
    if verdict is None:
        diagnostics.error(f"'{said.name}' {_remedy(said, zone)}", said.line, _contract_name(said.word))
    elif isinstance(verdict, dates.Moment) and role:
        found[role].append((len(PUBLISHED) if said.inner else roles()[role][said.word], verdict.iso, said.line))
        if verdict.skipped:
            diagnostics.warning(f"{quoted}, a time that the clocks jump over; it is read as {verdict.iso[11:16]}",
                         said.line, _FIELDS[role])  # fmt: skip
    elif verdict == "held":
        why = f"there is a '{said.name}'" if said.word in ranks(HELD_IF_FILLED) else quoted
        _hold(standing, why, said.line, diagnostics if said.inner or said.word != "draft" else None)
    elif verdict == "upload":
        diagnostics.warning(f"{quoted}, which only a repository knows; the time of the upload counts", said.line,
                     _contract_name(said.word))  # fmt: skip


def _hold(standing: Publication, why: str, line: int | None, diagnostics: Diagnostics | None) -> None:
    standing.held = True
    if line:
        standing.lines.setdefault("draft", line)
    if diagnostics:
        diagnostics.warning(f"{why}, so this is held back as a draft; change that to publish it", line, "draft")


def _settle(standing: Publication, found: Mapping[Role, list[tuple[int, str, int]]]) -> None:
    """Choose the dates: the first by rank for each role, the latest for publication, the earliest for expiry."""
    fixed = [entry for entry in sorted(found["published"]) if entry[0] < len(PUBLISHED)]
    if fixed:
        _, standing.date, standing.lines["date"] = fixed[0]
    if begun := sorted(found["created"]):
        standing.created = begun[0][1]
        standing.lines.setdefault("date", begun[0][2])
    if waits := [(dates.instant(iso), iso) for _, iso, _ in (*found["published"], *found["created"])]:
        standing.publish_at = max(waits)[1]
    if changes := sorted(found["modified"]):
        _, standing.updated, standing.lines["updated"] = changes[0]
    if ends := [(dates.instant(iso), iso, line) for _, iso, line in found["expires"]]:
        _, standing.expires_at, standing.lines["expires_at"] = min(ends)


def _contract_name(word: str) -> str:
    role = role_of(word)
    return "draft" if word in ranks(HELD_BY_WORD) or role is None else _FIELDS[role]


def _remedy(said: _Said, zone: str) -> str:
    role = role_of(said.word)
    try:
        dates.read_date(said.value if role else None, zone)
    except dates.Ambiguous as error:
        return str(error)
    except (ValueError, OverflowError):
        pass
    if said.word in ranks(HELD_BY_WORD):
        return (
            f"is {shown(said.value)}, which may mean that this is not to be published; write status: draft or "
            "status: published"
        )
    ways = [*(["write true or false"] if is_flag(said.word) else []), *([dates.HINT] if role else [])]
    return f"is {shown(said.value)}; {', or '.join(ways)}"
