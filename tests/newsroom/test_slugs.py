"""How names and titles of every script are spelled in addresses."""

import re
from unicodedata import normalize

import pytest

from newsroom.slugs import distinct_slug, is_unread, slugify


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("C", "c"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("C♯", "c-sharp"),
        ("F#", "f-sharp"),
        ("A+", "a-plus"),
        ("C++17", "c-plus-plus-17"),
        ("C++ and C#", "c-plus-plus-and-c-sharp"),
        ("C++/C#", "c-plus-plus-c-sharp"),
        ("Notepad++", "notepad-plus-plus"),
        ("18+ only", "18-plus-only"),
        ("Two Words+50%", "two-words-50"),
        ("salt+water", "salt-water"),
        ("item#7", "item-7"),
        ("#harbour", "harbour"),
        ("+1", "1"),
        ("+++", ""),
        ("Q&A", "q-a"),
        ("Node.js", "node-js"),
        ("O’Brien", "obrien"),
        ("Élection", "election"),
    ],
)
def test_signs_that_tell_names_apart_are_spelled(text: str, slug: str) -> None:
    assert slugify(text) == slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("서울 시장", "seoul-sijang"),
        ("ประเทศไทย", "praethsaithy"),
        ("القاهرة الكبرى", "lqhrh-lkbra"),
        ("ירושלים", "yrvslym"),
        ("हिन्दी समाचार", "hindi-smacar"),
        ("Київ", "kiiv"),
        ("ქართული", "kartuli"),
        ("香港", "xianggang"),
        ("張偉", "zhangwei"),
        ("Ελλάδα", "ellada"),
        ("Şişli", "sisli"),
        ("Đà Nẵng", "da-nang"),
    ],
)
def test_every_script_is_spelled_in_latin_letters(text: str, slug: str) -> None:
    assert slugify(text) == distinct_slug(text) == slug
    assert slugify(normalize("NFD", text)) == slug


@pytest.mark.parametrize(
    ("text", "language", "spelled"),
    [
        ("東京タワー", "", "tawa"),
        ("港の予算", "", "no"),
        ("田中", "ja", ""),
        ("田中", "ja-JP", ""),
        ("日本語", "JA", ""),
        ("東京 2026", "ja", "2026"),
        ("ｶﾀｶﾅ語", "", "katakana"),
    ],
)
def test_japanese_is_never_spelled_as_chinese(text: str, language: str, spelled: str) -> None:
    assert is_unread(text, language)
    assert slugify(text, language) == spelled
    slug = distinct_slug(text, language)
    assert re.fullmatch(rf"{spelled}{'-' if spelled else ''}[0-9a-f]{{10}}", slug)
    assert distinct_slug(normalize("NFD", text), language) == slug


@pytest.mark.parametrize(
    ("text", "language", "slug"),
    [
        ("東京", "", "dongjing"),
        ("東京", "zh-Hant", "dongjing"),
        ("香港", "yue", "xianggang"),
        ("タワー", "ja", "tawa"),
        ("ひらがな", "", "hiragana"),
        ("安·贝尔", "zh", "an-beier"),
        ("Harbour", "ja", "harbour"),
    ],
)
def test_what_is_not_known_as_japanese_or_has_no_kanji_is_spelled_as_ever(text: str, language: str, slug: str) -> None:
    assert distinct_slug(text, language) == slug


def test_japanese_texts_with_other_kanji_have_other_slugs() -> None:
    assert distinct_slug("鈴木一郎", "ja") != distinct_slug("鈴木一朗", "ja")
    assert distinct_slug("港の予算") != distinct_slug("町の予算")
