"""Whose name a comment is signed with: one of the paper's own is not every reader's to use."""

import re
from unicodedata import normalize

from newsroom.lettering import without_unseen
from newsroom.rows import Key, author_key, page_key
from newsroom.slugs import slugify

MOST = 12  # ids of authors that one name is looked up as

# Letters of other alphabets, and signs, that look like a Latin one.
_ALIKE = str.maketrans(
    "аверсутхкмноіјѕһԁԛԝүпьАВЕРСУТХКМНОІЈЅҺԀԚԜҮαβεηικμνορτυχγωΑΒΕΖΗΙΚΜΝΟΡΤΥΧօոսհցՕՍՏıɑɡ|",
    "abepcytxkmhoijshdqwynbABEPCYTXKMHOIJSHDQWYabenikuvoptuxywABEZHIKMNOPTYXonuhgOUSiagl",
)
_DIGITS = str.maketrans("0135$@", "olessa")
_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*", re.UNICODE)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TALL = re.compile(r"(?<=[a-z])I")


def own_keys(name: str) -> list[Key]:
    """The rows of which there is one if somebody who writes for the paper has this name: an author's own, or the
    edition of their page."""
    return [key for id in readings(name) for key in (author_key(id), page_key(f"/author/{id}/"))]


def readings(name: str) -> list[str]:
    """The ids of authors that a reader may take a name for: as it is written, as it looks, and without what is
    written before or after it.

    >>> readings("Ada Brook (editor)")[:2], "ada-brook" in readings("\\u0410d\\u0430 Br00k")
    (['ada-brook-editor', 'ada-brook'], True)
    """
    plain = normalize("NFKC", without_unseen(name))
    looks = _TALL.sub("l", plain.translate(_ALIKE))
    spelled = looks.translate(_DIGITS)
    ways = [plain, looks, spelled, _HUMP.sub(" ", looks), spelled.replace("rn", "m").replace("vv", "w")]
    found: dict[str, None] = {}
    for way in ways:
        found.setdefault(slugify(way))
    for way in ways:
        words = _WORD.findall(way)
        found.setdefault(slugify(" ".join(words)))
        for length in (2, 3):
            if len(words) > length:
                found.setdefault(slugify(" ".join(words[:length])))
                found.setdefault(slugify(" ".join(words[-length:])))
    found.pop("", None)
    return list(found)[:MOST]
