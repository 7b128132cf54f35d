"""Slugs, the parts of addresses: lower-case ASCII letters, digits and single hyphens."""

import re
from hashlib import blake2b
from unicodedata import normalize

from anyascii import anyascii

LONGEST = 200  # characters; a path of a few such slugs is well below the 1,024 bytes of an S3 key
_APOSTROPHES = re.compile(r"['’ʼ]")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")

# C, C++ and C# are three languages, A and A+ are two marks. Between two words a plus only joins them: `salt+water`.
_SIGNS = re.compile(r"(?<=[a-z0-9])(?:\+\+|[+#](?![a-z0-9+#]))")
_SPELLED = {"+": "-plus-", "#": "-sharp-"}

_KANA = re.compile("[\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff\uff66-\uff6f\uff71-\uff9d]")
_HAN = re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


def slugify(text: str, language: str = "") -> str:
    """Return the slug of a text, transliterated to ASCII; empty if no part of it can be spelled.

    language: the language of the text, if it is known.

    >>> slugify("Élection: l’Île says “no”"), slugify("C++ and C#"), slugify("東京"), slugify("東京タワー")
    ('election-lile-says-no', 'c-plus-plus-and-c-sharp', 'dongjing', 'tawa')
    """
    return _cut(_spelled(text, language))


def distinct_slug(text: str, language: str = "") -> str:
    """Return a slug that different texts do not share: it has a digest where slugify would lose too much."""
    spelled = _spelled(text, language)
    if spelled and len(spelled) <= LONGEST and not is_unread(text, language):
        return spelled
    return with_digest(_cut(spelled), text)


def with_digest(slug: str, text: str) -> str:
    """Return a slug with a digest of a text at its end."""
    digest = blake2b(normalize("NFC", text).encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
    return f"{slug}-{digest}".strip("-")


def is_unread(text: str, language: str = "") -> bool:
    """Return True if a text contains kanji. Only a dictionary knows their pronunciation; the Chinese one is different.

    A text is Japanese if it has kana or if `language` says so.

    >>> is_unread("東京タワー"), is_unread("東京"), is_unread("東京", "ja"), is_unread("タワー", "ja")
    (True, False, True, False)
    """
    is_japanese = re.match(r"ja\b", language, re.IGNORECASE) or _KANA.search(normalize("NFC", text))
    return bool(is_japanese and _HAN.search(text))


def _spelled(text: str, language: str) -> str:
    text = normalize("NFC", text)
    if is_unread(text, language):
        text = _HAN.sub("-", text)
    ascii_text = _APOSTROPHES.sub("", anyascii(_APOSTROPHES.sub("", text))).lower()
    ascii_text = _SIGNS.sub(lambda signs: "".join(_SPELLED[sign] for sign in signs[0]), ascii_text)
    return _NOT_SLUG.sub("-", ascii_text).strip("-")


def _cut(slug: str) -> str:
    if len(slug) <= LONGEST:
        return slug
    cut = slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]
    return cut.strip("-")
