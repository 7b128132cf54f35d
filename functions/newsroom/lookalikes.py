"""Names that look, or sound, like one another: who signs with one of them could be taken for the other.

A name is reduced to forms that its lookalikes share: capitals, spaces, dots, accents and what nobody sees are left out,
and letters that look alike are one. Authors' names are kept in these forms, and a reader's is looked up in them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise
from unicodedata import category, combining, normalize

from anyascii import anyascii

from newsroom.unicode_text import INVISIBLE

MOST = 24  # forms that one name is looked up in
_WORDS = 10  # of a name, among which others are looked for

# Letters of other alphabets by the Latin one that they look like.
_ALIKE = {
    ord(sign): submitted
    for submitted, signs in {
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
    """The forms in which a name is kept: as it looks, and as it is spelled in ASCII.

    is_unread: whether only a dictionary knows how it is read.

    >>> forms("Ada Brook"), forms("\u0410d\u0430 BR00K"), forms("\u0410\u043d\u043d\u0430")
    (['adabrook'], ['adabrook'], ['ahha', 'anna'])
    """
    name = _seen(name)
    kept = [_joined(_words(read(name))) for read in ((_looks,) if is_unread else (_looks, anyascii))]
    return [form for form in dict.fromkeys(kept) if form]


def looked_up(name: str) -> list[str]:
    """The forms of each name that a reader's may be taken for: as it is, and without what is written around it.

    Names in Chinese signs that only sound alike are told apart by whoever reads them.

    >>> "adabrook" in looked_up("Dr. Ada Brook, editor"), "adabrook" in looked_up("Ada Lin Brook")
    (True, False)
    """
    name = _seen(name)
    found: list[tuple[int, str]] = []
    for written in dict.fromkeys([name, name.translate(_SIGNS), _apart(name)]):
        found += _within(written, _looks)
        if not _HAN.search(name):
            found += _within(written, anyascii)
    found.sort(key=lambda each: each[0])
    return list(dict.fromkeys(form for _, form in found if form))[:MOST]


def _within(written: str, read: Callable[[str], str]) -> Iterator[tuple[int, str]]:
    """The names that may be meant, each with how far it is from what is written."""
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
    """A name without what nobody sees in it, and with one form of each letter."""
    return _BLANK.sub("", INVISIBLE.sub("", normalize("NFKC", name)))


def _apart(name: str) -> str:
    """A name with its words apart where only capitals show where they begin."""
    humps = (after if not (before.islower() and after.isupper()) else f" {after}" for before, after in pairwise(name))
    return name[:1] + "".join(humps)


def _looks(name: str) -> str:
    """A name in Latin letters as far as its own look like them, without the marks on them."""
    bare = (sign for sign in normalize("NFKD", name.translate(_ALIKE)) if not _is_mark(sign))
    return normalize("NFC", "".join(anyascii(sign) if _is_latin(sign) else sign for sign in bare))


def _is_mark(sign: str) -> bool:
    """Whether a sign is on a letter, and no part of it as vowels and voicing are in Indic and Japanese writing."""
    return combining(sign) == 1 or combining(sign) > 9 or category(sign) == "Me"


def _is_latin(sign: str) -> bool:
    called = unicodedata.name(sign, "")
    return not sign.isascii() and ("LATIN" in called or called.startswith("REGIONAL INDICATOR"))


def _words(text: str) -> list[str]:
    words = (_NOT_LETTER.sub("", word) for word in _WORD.findall(text.casefold()))
    return [word for word in words if word]


def _untitled(words: list[str]) -> list[str]:
    """A name without titles and offices before and after it."""
    first, end = 0, len(words)
    while first < end and words[first] in _TITLES:
        first += 1
    while first < end and words[end - 1] in _TITLES:
        end -= 1
    return words[first:end]


def _joined(words: list[str]) -> str:
    """Words as one, with one letter for those that look alike."""
    return "".join(words).translate(_DIGITS).replace("rn", "m").replace("vv", "w")
