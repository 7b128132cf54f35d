"""Slugs of authors, tags and sections, also where several names have the same spelling.

张伟 and 章威 are two people, and both are spelled `zhangwei`. The first one keeps that slug, and the other name
gets the slug with a digest at its end. Only the table knows which name was first: it has a row for each slug in use,
and one for each name that differs from its slug. These rows are written once and never change, so a name keeps
its slug forever, even if the article that introduced it is deleted.
"""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple
from unicodedata import normalize

from newsroom import lookalikes
from newsroom.article import NameClaim
from newsroom.rows import Doc, Rows, RowWrite
from newsroom.slugs import distinct_slug, is_unread, slugify, with_digest
from newsroom.table_keys import Key, lookalike_key, name_key

Kind = Literal["author", "tag", "section"]

Claims = Mapping[Key[NameClaim], NameClaim]
"""The rows of names and slugs, by key."""

_ID = re.compile(r"[a-z0-9-]{1,200}\Z")
_APOSTROPHES = re.compile("['’ʼ‘`´]")
_STOPS = re.compile(r"(?<=\w)[.,](?=\Z|[\s-])")
_SEPARATORS = re.compile(r"(?<=\w)\.(?=\w)|[\s_‐‑–—-]+")


class Written(NamedTuple):
    """A name as a file gives it; `id` is the slug, if the file gives one."""

    name: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A name with its preferred slug, which another name may already have. is_id: the file gives the exact slug."""

    kind: Kind
    name: str
    folded: str
    slug: str
    is_id: bool
    is_unread: bool = False  # kanji: the spelling cannot be derived from the signs

    @property
    def own(self) -> Key[NameClaim]:
        """The row of the name."""
        return name_key(self.kind, self.folded)

    @property
    def claim(self) -> Key[NameClaim]:
        """The row of the slug: the name's own row if the name is equal to the slug."""
        return name_key(self.kind, self.slug)

    @property
    def second_slug(self) -> str:
        """The slug of the name if another name has the preferred one."""
        slug = with_digest(self.slug, self.folded)
        return self.slug if self.slug.endswith(slug.rpartition("-")[2]) else slug

    @property
    def forms(self) -> list[Key[object]]:
        """The rows that detect readers' names that look like an author's; they are empty and never change."""
        forms = lookalikes.forms(self.name, is_unread=self.is_unread) if self.kind == "author" else []
        return [lookalike_key(form) for form in forms]


class Shared(NamedTuple):
    """A name with the same spelling as another name, and therefore with a separate slug."""

    name: Name
    slug: str
    with_name: str


@dataclass(slots=True)
class AssignedSlugs:
    """The slug of each name, in order; the rows to write for them; the names that got their second slug."""

    slugs: list[str] = field(default_factory=list)
    claims: dict[Key[NameClaim], NameClaim] = field(default_factory=dict)
    shared: list[Shared] = field(default_factory=list)

    def changes(self) -> list[RowWrite]:
        """Return the claims as writes that fail if the row already exists."""
        return [RowWrite(key, doc, expected_rev=0) for key, doc in self.claims.items()]


def is_id(text: str) -> bool:
    """Return True if a name is written as an id, and therefore means exactly that slug."""
    return bool(_ID.match(text)) and bool(text.strip("-"))


def fold(text: str) -> str:
    """Return the same text for all spellings of a name: capitals, spaces, hyphens, apostrophes and full stops do not
    distinguish names.

    >>> fold("Ann Bell") == fold("ann-bell") == fold("ANN_BELL"), fold("J. K. O’Rowe") == fold("J.K. O'Rowe")
    (True, True)
    >>> fold("José"), fold("C++"), fold(".NET")
    ('josé', 'c++', '.net')
    """
    text = normalize("NFKC", normalize("NFKC", text).casefold())
    return _SEPARATORS.sub("-", _STOPS.sub("", _APOSTROPHES.sub("", text).strip()))


def named(kind: Kind, written: Written, language: str = "") -> Name:
    """Return a name with its spelling. language: the language of the name."""
    name, id = written
    folded = fold(name)
    if id:
        return Name(kind, name, folded, distinct_slug(id), True, is_unread(name, language))
    slug, spelled = distinct_slug(name, language), slugify(name, language)
    slug = slug if slug == spelled else with_digest(spelled, folded)
    return Name(kind, name, folded, slug, False, is_unread(name, language))


def keys(names: Iterable[Name]) -> list[Key[object]]:
    """List the rows that store the slugs of names, and the lookalike forms of authors."""
    return list(dict.fromkeys(key for name in names for key in (name.claim, name.own, *name.forms)))


def new_forms(names: Iterable[Name], rows: Container[Key[object]]) -> dict[Key[object], Doc]:
    """Return the rows of the names' forms that do not exist yet. rows: the existing rows of `keys`."""
    return {key: {} for name in names for key in name.forms if key not in rows}


def claims_in(names: Iterable[Name], rows: Rows) -> dict[Key[NameClaim], NameClaim]:
    """Return the claims of names and slugs among rows that were read."""
    wanted = {key for name in names for key in (name.claim, name.own)}
    return {key: claim for key in wanted if (claim := rows.doc(key))}


def assign_slugs(names: Sequence[Name], claims: Claims) -> AssignedSlugs:
    """Assign a slug to each name. claims: those that exist."""
    known = dict(claims)
    assigned = AssignedSlugs([""] * len(names))
    # An id means its exact slug at any place in the file, so ids are processed first.
    for place, name in sorted(enumerate(names), key=lambda pair: not pair[1].is_id):
        slug, new = _slug_of_id(name, known) if name.is_id else _slug_of_name(name, known)
        assigned.slugs[place] = slug
        assigned.claims |= {key: doc for key, doc in new.items() if key not in known}
        known |= assigned.claims
        if slug == name.second_slug != name.slug:
            assigned.shared.append(Shared(name, slug, known[name.claim]["name"]))
    return assigned


def given_slug_claim(name: Name, slug: str, claims: Claims) -> dict[Key[NameClaim], NameClaim]:
    """Return the row that maps a name to the slug that a file gives it; none if the name already has a slug, or if
    it has a spelling of its own.

    A file `authors/tanaka.md` with the name 田中 gives 田中 its slug, and `authors/zhangwei.md` gives 张伟 its slug.
    """
    claim = claims.get(name_key(name.kind, slug))
    is_free = claim is None or claim["holder"] in {slug, name.folded}
    has_no_other = name.is_unread or distinct_slug(name.name) == slug
    if name.folded == slug or name.own in claims or not is_free or not has_no_other:
        return {}
    return {name.own: _doc(name, slug)}


def _slug_of_id(name: Name, known: Claims) -> tuple[str, dict[Key[NameClaim], NameClaim]]:
    claim: dict[Key[NameClaim], NameClaim] = {name.claim: {"slug": name.slug, "holder": name.slug, "name": name.name}}
    return name.slug, given_slug_claim(name, name.slug, known) | claim


def _slug_of_name(name: Name, known: Claims) -> tuple[str, dict[Key[NameClaim], NameClaim]]:
    own = known.get(name.own)
    if own and own["holder"] == name.folded:
        return own["slug"], {}
    if name.claim not in known:
        doc = _doc(name, name.slug)
        return name.slug, {name.claim: doc, name.own: doc}
    return name.second_slug, {name.own: _doc(name, name.second_slug)}


def _doc(name: Name, slug: str) -> NameClaim:
    return {"slug": slug, "holder": name.folded, "name": name.name}
