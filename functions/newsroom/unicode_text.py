"""What letters look like: what nobody sees, what piles up on one letter, and alphabets that look alike."""

import re
from unicodedata import category, name, normalize

MOST_MARKS = 5  # on one letter; Hebrew with all its points and accents has as many

# What nobody sees in a name, but which turns the text beside it round or makes one name look like another. The two
# joiners are not among it: Persian and some emoji need them.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
# Of these, what is part of the letter before it: a variant of a Chinese or Mongolian sign, the flag of a land.
_UNSEEN_BUT_NEEDED = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f"
    "|[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff][\U000e0100-\U000e01ef]"
    "|[\u1820-\u18aa][\u180b-\u180d\u180f])|" + INVISIBLE.pattern
)
_BLANK = frozenset("\u2800\u115f\u1160\u3164\uffa0\U0001d159")  # letters and signs to Unicode, and nothing to the eye
_BLANK_KINDS = frozenset({"Cc", "Cf", "Cs", "Mn", "Me", "Zl", "Zp", "Zs"})
_ALIKE = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "COPTIC", "CHEROKEE", "LISU"})


def has_visible_text(text: str) -> bool:
    """Whether a reader sees anything of a text."""
    return any(category(sign) not in _BLANK_KINDS and sign not in _BLANK for sign in INVISIBLE.sub("", text))


def without_invisible(text: str) -> str:
    """A text without what nobody sees in it, but where a letter needs that."""
    return _UNSEEN_BUT_NEEDED.sub(lambda found: found[1] or "", text)


# Scripts in which words stand together without a space, or grow endings that nobody writes apart.
_WITHOUT_SPACES = (
    "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL", "YI ", "THAI", "LAO", "KHMER", "MYANMAR",
    "TIBETAN", "JAVANESE", "BALINESE", "TAI ", "NEW TAI",
)  # fmt: skip
_NOT_COMPARED = re.compile("[\u115f\u1160\u200c\u200d\u2800\ufe00-\ufe0f]")


def folded(text: str) -> str:
    """A text as words are looked for in it: without capitals, full-width forms, and what nobody sees."""
    bare = _NOT_COMPARED.sub("", INVISIBLE.sub("", normalize("NFKC", text)))
    return " ".join(normalize("NFKC", bare.casefold()).split())


def has_word(text: str, word: str) -> bool:
    """Whether a word or phrase stands in a text, both folded: as words of its own where words stand apart. A `*` at
    its end or its beginning lets it go on there.

    >>> has_word("an online-casino", "casino"), has_word("casinos", "casino"), has_word("casinos", "casino*")
    (True, False, True)
    """
    begins, ends, word = word.startswith("*"), word.endswith("*"), word.strip("*")
    place = text.find(word) if word else -1
    while place >= 0:
        end = place + len(word)
        before = begins or place == 0 or not _goes_on(text[place - 1], word[0])
        if before and (ends or end == len(text) or not _goes_on(word[-1], text[end])):
            return True
        place = text.find(word, place + 1)
    return False


def _goes_on(sign: str, following: str) -> bool:
    """Whether a word that one sign is of goes on with the next."""
    if not all(each.isalnum() or each == "_" or category(each).startswith("M") for each in (sign, following)):
        return False
    return not any(name(each, "").startswith(_WITHOUT_SPACES) for each in (sign, following))


def limit_combining_marks(text: str) -> str:
    """A text in which no letter bears more marks than one does in any language: towers of them cover the
    lines above and below."""
    if text.isascii():
        return text
    kept, marks = [], 0
    for sign in text:
        marks = marks + 1 if category(sign) in {"Mn", "Me"} else 0
        if marks <= MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def confusable_scripts(text: str) -> str:
    """The alphabets a name is written in, if there are several whose letters look alike; else empty.

    >>> mixed_alphabets("Ann Bell"), mixed_alphabets("\\u0410nn Bell"), mixed_alphabets("Anna \\u738b")
    ('', 'Cyrillic and Latin', '')
    """
    letters = (sign for sign in normalize("NFKC", text) if sign.isalpha())
    found = sorted({name(sign, "").partition(" ")[0] for sign in letters} & _ALIKE)
    return " and ".join(each.capitalize() for each in found) if len(found) > 1 else ""


def are_distinguishable(name: str, other: str) -> str:
    """A name as a message to whoever wrote the other shows it: where the two look the same, with what differs.

    >>> told_apart("caf\u00e9.md", "pier.md"), told_apart("cafe\u0301.md", "caf\u00e9.md")
    ('caf\u00e9.md', 'cafe\u0301.md (which looks the same, but is written with letters and accents apart, Unicode NFD)')
    """
    if name == other or normalize("NFC", name) != normalize("NFC", other):
        return name
    form = "with letters and accents apart, Unicode NFD"
    if name == normalize("NFC", name):
        form = "with letters and accents in one, Unicode NFC"
    return f"{name} (which looks the same, but is written {form})"
