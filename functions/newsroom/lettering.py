"""What letters look like: what nobody sees, what piles up on one letter, and alphabets that look alike."""

import re
from unicodedata import category, name, normalize

MOST_MARKS = 5  # on one letter; Hebrew with all its points and accents has as many

# What nobody sees in a name, but which turns the text beside it round or makes one name look like another. The two
# joiners are not among it: Persian and some emoji need them.
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_SEEN = re.compile("[^\\s\u2800\u200c\u200d\ufe00-\ufe0f]")
_BLANK_LETTERS = str.maketrans("", "", "\u115f\u1160\u3164\uffa0")  # letters to Unicode, and blank to everybody else
_ALIKE = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "COPTIC", "CHEROKEE", "LISU"})


def is_seen(text: str) -> bool:
    """Whether a reader sees anything of a text."""
    return bool(_SEEN.search(UNSEEN.sub("", text).translate(_BLANK_LETTERS)))


def flattened(text: str) -> str:
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


def mixed_alphabets(text: str) -> str:
    """The alphabets a name is written in, if there are several whose letters look alike; else empty.

    >>> mixed_alphabets("Ann Bell"), mixed_alphabets("\\u0410nn Bell"), mixed_alphabets("Anna \\u738b")
    ('', 'Cyrillic and Latin', '')
    """
    letters = (sign for sign in normalize("NFKC", text) if sign.isalpha())
    found = sorted({name(sign, "").partition(" ")[0] for sign in letters} & _ALIKE)
    return " and ".join(each.capitalize() for each in found) if len(found) > 1 else ""


def told_apart(name: str, other: str) -> str:
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
