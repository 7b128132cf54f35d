"""One slug for one name: two names that are spelled alike are two people, two tags, two sections."""

from itertools import permutations
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom import names
from newsroom.names import Kind, Written, fold, is_id, named
from newsroom.rows import Doc
from newsroom.table_keys import Key

ALIKE = [
    ["张伟", "章威"],
    ["李静", "李婧"],
    ["王芳", "王方"],
    ["鈴木一郎", "鈴木一朗"],
    ["Юлия", "Юлія"],
    ["Наталья", "Наталя"],
    ["历史", "理事"],
    ["José", "Jose"],
    ["año", "Ano"],
    ["résumé", "Resume"],
    ["Zhangwei", "张伟"],
    [".NET", "NET"],
    ["Yahoo!", "Yahoo"],
    ["R&B", "R B"],
    ["Müller", "Muller"],
    ["Søren", "Soren"],
    ["محمد", "محمّد"],
]
"""Names with one slug, or nearly."""


class Register:
    """The rows that names have, as the table keeps them."""

    def __init__(self) -> None:
        self.rows: dict[Key, Doc] = {}

    def settle(self, *written: str, kind: Kind = "author", language: str = "") -> list[str]:
        called = [named(kind, Written(name, name if is_id(name) else ""), language) for name in written]
        known = {key: self.rows[key] for key in names.keys(called) if key in self.rows}
        settled = names.assign_slugs(called, known)
        assert not settled.claims.keys() & self.rows.keys(), "a claim is for ever"
        self.rows |= settled.claims
        return settled.slugs


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("alike", ALIKE, ids="/".join)
def test_two_names_have_two_slugs_whichever_comes_first(alike: list[str], kind: Kind) -> None:
    for order in permutations(alike):
        register = Register()
        slugs = [register.settle(name, kind=kind)[0] for name in order]
        assert len(set(slugs)) == len(alike)
        assert [register.settle(name, kind=kind)[0] for name in order] == slugs
        assert Register().settle(*order, kind=kind) == slugs, "in one file as in two"


@pytest.mark.parametrize(
    "spellings",
    [
        ["Ann Bell", "ann-bell", "ANN BELL", "Ann  Bell", "Ann_Bell", "Ann‑Bell"],
        ["Seán O’Brien", "Seán O'Brien", "SEÁN O’BRIEN", "Sea\u0301n O'Brien", "Seán OʼBrien"],
        ["J. K. Rowe", "J.K. Rowe", "j k rowe"],
        ["Sammy Davis Jr.", "Sammy Davis, Jr", "sammy davis jr"],
        ["Straße", "STRASSE"],
        ["Ａｎｎ", "Ann"],
        ["张伟", "张伟"],
    ],
    ids=lambda spellings: spellings[0],
)
def test_two_spellings_of_a_name_are_one_name(spellings: list[str]) -> None:
    assert len({fold(spelling) for spelling in spellings}) == 1
    register = Register()
    assert len({register.settle(spelling)[0] for spelling in spellings}) == 1


def test_the_first_name_keeps_the_slug_and_another_has_a_digest_and_is_told() -> None:
    register = Register()
    assert register.settle("张伟") == ["zhangwei"]
    called = [named("author", Written("章威"))]
    settled = names.assign_slugs(called, register.rows)
    [shared] = settled.shared
    assert shared.slug == settled.slugs[0]
    assert shared.slug.startswith("zhangwei-")
    assert shared.with_name == "张伟"
    assert not names.assign_slugs([named("author", Written("张伟"))], register.rows).shared


def test_a_known_name_needs_no_row_more() -> None:
    register = Register()
    written = ("Ann Bell", "张伟", "章威", "zhangwei", "C++")
    register.settle(*written)
    rows = dict(register.rows)
    register.settle(*written)
    assert register.rows == rows


def test_an_id_is_that_very_slug_whoever_has_it() -> None:
    register = Register()
    register.settle("张伟")
    assert register.settle("zhangwei") == ["zhangwei"]
    other = Register()
    assert other.settle("zhangwei") == ["zhangwei"]
    assert other.settle("张伟")[0].startswith("zhangwei-"), "an id is a name as well, and was first"


def test_an_id_comes_first_in_its_own_file_wherever_it_stands() -> None:
    assert Register().settle("año", "ano", kind="tag") == Register().settle("ano", "año", kind="tag")[::-1]


def test_what_signs_tell_apart_needs_no_digest() -> None:
    assert Register().settle("C", "C++", "C#", "F#", "F", "A+", "A", kind="tag") == [
        "c", "c-plus-plus", "c-sharp", "f-sharp", "f", "a-plus", "a",
    ]  # fmt: skip


def test_an_author_a_tag_and_a_section_may_have_the_same_slug() -> None:
    register = Register()
    assert register.settle("历史", kind="tag") == register.settle("理事", kind="section") == ["lishi"]


def test_a_name_keeps_its_slug_in_whatever_language_it_is_written_later() -> None:
    register = Register()
    [slug] = register.settle("田中", language="ja")
    assert slug not in {"tianzhong", ""}
    assert register.settle("田中", language="en") == [slug]
    other = Register()
    assert other.settle("田中", language="zh") == ["tianzhong"]
    assert other.settle("田中", language="ja") == ["tianzhong"]


@pytest.mark.parametrize(
    ("id", "name", "language"), [("zhangwei", "张伟", ""), ("tanaka", "田中", "ja"), ("jose", "José", "es")]
)
def test_a_file_speaks_for_the_name_it_gives(id: str, name: str, language: str) -> None:
    register = Register()
    called = named("author", Written(name), language)
    register.settle(id)
    register.rows |= names.given_slug_claim(called, id, register.rows)
    assert register.settle(name, language=language) == [id]


def test_a_file_does_not_speak_for_a_name_that_is_elsewhere_already_or_has_a_spelling_of_its_own() -> None:
    register = Register()
    register.settle("张伟", "章威")
    assert names.given_slug_claim(named("author", Written("章威")), "zhangwei", register.rows) == {}
    assert names.given_slug_claim(named("author", Written("张伟")), "wei", register.rows) == {}
    assert names.given_slug_claim(named("author", Written("Ann Bell")), "ann", {}) == {}
    held = {named("author", Written("章威")).claim: {"slug": "zhangwei", "holder": "张伟", "name": "张伟"}}
    assert names.given_slug_claim(named("author", Written("章威")), "zhangwei", held) == {}


@given(st.lists(st.text(alphabet="aAáäβбב中国한カ🎈C+#.&'- ", min_size=1, max_size=6).filter(str.strip), max_size=8))
@settings(max_examples=400, deadline=None)
def test_whatever_names_come_two_of_them_never_share_a_slug(written: list[str]) -> None:
    register = Register()
    slugs = {}
    for name in written:
        [slug] = register.settle(name)
        if not is_id(name):  # who writes an id means whoever has it
            assert slugs.setdefault(fold(name), slug) == slug
    own = {folded: slug for folded, slug in slugs.items() if not is_id(folded)}
    assert len(set(own.values())) == len(own)
    assert all(len(key.pk.encode()) <= 2_048 for key in register.rows)


def test_the_longest_name_has_a_row() -> None:
    [key] = names.keys([named("tag", Written("\ufdfa" * 120))])[1:]
    assert len(key.pk.encode()) < 2_048
