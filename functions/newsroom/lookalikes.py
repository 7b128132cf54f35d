"""Lookalikes: names that look or sound like another name, so that readers could confuse the two people.

A name is reduced to forms that its lookalikes share. They have no capitals, spaces, dots, accents or invisible signs,
and letters that look alike become one letter. Authors' names are stored in these forms, and readers' names are looked
up in them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise
from unicodedata import category, combining, normalize

from anyascii import anyascii

from newsroom.unicode_text import INVISIBLE

MOST = 24  # the most forms to look up for one name
_WORDS = 10  # the first words of a name, which are searched for other names

# Letters of other alphabets, grouped by the Latin letter that they look like.
_ALIKE = {
    ord(sign): latin
    for latin, signs in {
        "a": "аАαΑᎪꓮⲀ", "b": "ВьЬβΒᏴꓐⲂ", "c": "сСϲϹᏟꓚⲤⲥ", "d": "ԁԀᎠꓓ", "e": "еЕεΕᎬꓰⲈ", "f": "ꓝϜ", "g": "ցɡᏀꓖԌ",
        "h": "нНһҺΗհᎻꓧⲎ", "i": "іІıιΙᎥꓲⲒ", "j": "јЈϳյᎫꓙ", "k": "кКκΚᏦꓗⲔ", "l": "ӏӀᏞꓡ", "m": "мМΜᎷꓟⲘ", "n": "пηΝոꓠⲚ",
        "o": "оОοΟօՕⲞⲟꓳ", "p": "рРρΡᏢꓑⲢⲣ", "q": "ԛԚզ", "r": "ᎡᏒꓣг", "s": "ѕЅՏᏚꓢ", "t": "тТτΤᎢꓔⲦⲧ", "u": "υսՍμꓴ",
        "v": "ѵѴνᏙꓦ", "w": "ԝԜωѡᎳᏔꓪ", "x": "хХχΧⲬⲭꓫ", "y": "уУүҮγΥⲨⲩꓬ", "z": "ΖᏃꓜ",
    }.items()
    for sign in signs
}  # fmt: skip
_SIGNS = str.maketrans("@$€£!|", "aseell")
_DIGITS = str.maketrans("i103457", "lloeast")
_BLANK = re.compile("[\u115f\u1160\u200c\u200d\u2800\ufe00-\ufe0f]")
_HAN = re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"(?:[^\W_]|['’ʼ‘`´.])+")
_NOT_LETTER = re.compile(r"[\W_]")
_PART = re.compile(r"[()\[\]{}<>|/,;:•·~\"“”„«»–—]|\s-\s")
_TITLES = frozenset(
    re.findall(
        r"\w+",
        "dr doctor prof professor mr mrs ms miss mx sir dame lord lady rev reverend phd md ba ma msc mba esq the real "
        "true official officially verified staff team admin administrator moderator mod editor author writer reporter "
        "journalist columnist correspondent contributor publisher chief in by from herr frau dipl ing redaktion "
        "redakteur redakteurin autor autorin m mme mlle auteur autrice redacteur redactrice redaction sr sra srta don "
        "dona senor senora editora autora redactor redactora dott sig signora redattore redattrice "
        "編集 編集長 編集部 記者 记者 编辑 기자",
    )
)
_FORMS_OF_ADDRESS = re.compile("(?:さん|さま|様|氏|先生|老师|老師|記者|记者|編集長|编辑|編集|기자|님)$")


def forms(name: str, *, is_unread: bool = False) -> list[str]:
    """Return the forms to store for a name: by its look, and by its spelling in ASCII.

    is_unread: True if only a dictionary knows its pronunciation.

    >>> forms("Ada Brook"), forms("\u0410d\u0430 BR00K"), forms("\u0410\u043d\u043d\u0430")
    (['adabrook'], ['adabrook'], ['ahha', 'anna'])
    """
    name = _seen(name)
    kept = [_joined(_words(read(name))) for read in ((_looks,) if is_unread else (_looks, anyascii))]
    return [form for form in dict.fromkeys(kept) if form]


def looked_up(name: str) -> list[str]:
    """Return the forms to look up for a reader's name: the whole name, and the name without the words around it.

    Names in Chinese signs that only sound alike are skipped, because readers can distinguish them.

    >>> "adabrook" in looked_up("Dr. Ada Brook, editor"), "adabrook" in looked_up("Ada Lin Brook")
    (True, False)
    """
    name = _seen(name)
    ranked_forms: list[tuple[int, str]] = []
    for written in dict.fromkeys([name, name.translate(_SIGNS), _split_words(name)]):
        ranked_forms += _within(written, _looks)
        if not _HAN.search(name):
            ranked_forms += _within(written, anyascii)
    ranked_forms.sort(key=lambda pair: pair[0])
    return list(dict.fromkeys(form for _, form in ranked_forms if form))[:MOST]


def _within(written: str, read: Callable[[str], str]) -> Iterator[tuple[int, str]]:
    """Yield the names that may be meant, each with its distance from the written name."""
    words = _words(read(written))
    parts = [_words(read(part)) for part in _PART.split(written, 4)]
    yield 0, _joined(words)
    yield 1, _joined(_untitled(words))
    yield 1, _joined(_words(read(_FORMS_OF_ADDRESS.sub("", written.strip()))))
    if len(parts) > 1:
        yield from ((2, _joined(_untitled(part))) for part in parts)
        yield 2, _joined([*parts[1], *parts[0]])  # Brook, Ada
    words = words[:_WORDS]
    for length in (2, 3, 4):
        starts = range(len(words) - length + 1)
        for start in starts:
            yield (3 if start in (0, starts[-1]) else 2 + length), _joined(words[start : start + length])


def _seen(name: str) -> str:
    """Return a name without invisible signs, and with one form of each letter."""
    return _BLANK.sub("", INVISIBLE.sub("", normalize("NFKC", name)))


def _split_words(name: str) -> str:
    """Return a name with spaces between words that only capitals separate."""
    humps = (after if not (before.islower() and after.isupper()) else f" {after}" for before, after in pairwise(name))
    return name[:1] + "".join(humps)


def _looks(name: str) -> str:
    """Return a name with Latin letters in place of those that look like them, and without the marks on letters."""
    bare = (sign for sign in normalize("NFKD", name.translate(_ALIKE)) if not _is_mark(sign))
    return normalize("NFC", "".join(anyascii(sign) if _is_latin(sign) else sign for sign in bare))


def _is_mark(sign: str) -> bool:
    """Return True for a mark on a letter. Vowel and voicing marks in Indic and Japanese writing are part of the letter
    and do not count."""
    return combining(sign) == 1 or combining(sign) > 9 or category(sign) == "Me"


def _is_latin(sign: str) -> bool:
    unicode_name = unicodedata.name(sign, "")
    return not sign.isascii() and ("LATIN" in unicode_name or unicode_name.startswith("REGIONAL INDICATOR"))


def _words(text: str) -> list[str]:
    words = (_NOT_LETTER.sub("", word) for word in _WORD.findall(text.casefold()))
    return [word for word in words if word]


def _untitled(words: list[str]) -> list[str]:
    """Return a name without the titles and job names before and after it."""
    first, end = 0, len(words)
    while first < end and words[first] in _TITLES:
        first += 1
    while first < end and words[end - 1] in _TITLES:
        end -= 1
    return words[first:end]


def _joined(words: list[str]) -> str:
    """Join words into one, with one letter for letters that look alike."""
    return "".join(words).translate(_DIGITS).replace("rn", "m").replace("vv", "w")
