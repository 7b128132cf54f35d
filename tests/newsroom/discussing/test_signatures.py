"""Names that readers could be taken for."""

import pytest

from newsroom.discussing.signatures import MOST, own_keys, readings

POSES = [
    "Ada Brook", "ada  brook", "ADA BROOK",
    "Ada-Brook", "ada.brook", "AdaBrook", "Ada\u200b Brook", "Ａｄａ Ｂｒｏｏｋ",
    "Аda Brook", "Adа Вrооk", "Αda Brook", "Ada Br00k", "@da Brook", "Ada Brook ✓", "✓ Ada Brook", "Ada Brook (editor)",
    "Ada Brook, The Lantern", "Editor Ada Brook", "Ádá Brøok", "𝐀𝐝𝐚 𝐁𝐫𝐨𝐨𝐤",
]  # fmt: skip


@pytest.mark.parametrize("name", POSES, ids=ascii)
def test_a_name_that_looks_like_an_authors_is_read_as_theirs(name: str) -> None:
    assert "ada-brook" in readings(name)


@pytest.mark.parametrize("name", ["Ada", "Brook", "Ada Brooks", "Ada B.", "Ada Lin Brook", "Adab Rook"])
def test_another_name_is_not(name: str) -> None:
    assert "ada-brook" not in readings(name)


def test_an_author_in_another_alphabet_is_read_as_their_own_address_is() -> None:
    assert readings("Анна Белл")[0] == "anna-bell"


@pytest.mark.parametrize("name", ["", "✓", "x" * 245, "a b " * 60, "И" * 245])
def test_what_a_name_is_looked_up_as_is_bounded(name: str) -> None:
    assert len(readings(name)) <= MOST
    assert len(own_keys(name)) <= 2 * MOST
