"""The appearance of Unicode text: invisible signs, many marks on one letter, and alphabets that look alike."""

import re
from unicodedata import category, name, normalize

MOST_MARKS = 5  # on one letter; Hebrew with all points and accents has this many

# Invisible signs that reverse the text beside them or make one name look like another. The two joiners are not
# included, because Persian and some emoji need them.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
# Invisible signs that belong to the letter before them: a variant of a Chinese or Mongolian sign, the flag of a region.
_UNSEEN_BUT_NEEDED = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f"
    "|[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff][\U000e0100-\U000e01ef]"
    "|[\u1820-\u18aa][\u180b-\u180d\u180f])|" + INVISIBLE.pattern
)
_BLANK = frozenset("\u2800\u115f\u1160\u3164\uffa0\U0001d159")  # letters and signs in Unicode, but blank on screen
_BLANK_KINDS = frozenset({"Cc", "Cf", "Cs", "Mn", "Me", "Zl", "Zp", "Zs"})
_ALIKE = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "COPTIC", "CHEROKEE", "LISU"})


def has_visible_text(text: str) -> bool:
    """Return True if a text has any visible sign."""
    return any(category(sign) not in _BLANK_KINDS and sign not in _BLANK for sign in INVISIBLE.sub("", text))


def without_invisible(text: str) -> str:
    """Return a text without invisible signs, except those that a letter needs."""
    return _UNSEEN_BUT_NEEDED.sub(lambda match: match[1] or "", text)


# Scripts that write words without spaces between them, or attach endings to words.
_WITHOUT_SPACES = (
    "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL", "YI ", "THAI", "LAO", "KHMER", "MYANMAR",
    "TIBETAN", "JAVANESE", "BALINESE", "TAI ", "NEW TAI",
)  # fmt: skip
_NOT_COMPARED = re.compile("[\u115f\u1160\u200c\u200d\u2800\ufe00-\ufe0f]")


def folded(text: str) -> str:
    """Return a text in the form for word search: without capitals, full-width forms and invisible signs."""
    bare = _NOT_COMPARED.sub("", INVISIBLE.sub("", normalize("NFKC", text)))
    return " ".join(normalize("NFKC", bare.casefold()).split())


def has_word(text: str, word: str) -> bool:
    """Return True if a text contains a word or phrase, both folded: as whole words in scripts that separate words. A
    `*` at the beginning or the end of the word also matches longer words there.

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
    """Return True if the word of one sign continues with the next sign."""
    if not all(char.isalnum() or char == "_" or category(char).startswith("M") for char in (sign, following)):
        return False
    return not any(name(char, "").startswith(_WITHOUT_SPACES) for char in (sign, following))


def limit_combining_marks(text: str) -> str:
    """Return a text in which no letter has more marks than any language needs: stacks of marks cover the
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
    """Return the alphabets of a name if several of them have letters that look alike; otherwise an empty text.

    >>> confusable_scripts("Ann Bell"), confusable_scripts("\\u0410nn Bell"), confusable_scripts("Anna \\u738b")
    ('', 'Cyrillic and Latin', '')
    """
    letters = (sign for sign in normalize("NFKC", text) if sign.isalpha())
    scripts = sorted({name(sign, "").partition(" ")[0] for sign in letters} & _ALIKE)
    return " and ".join(script.capitalize() for script in scripts) if len(scripts) > 1 else ""


def distinguishable(name: str, other: str) -> str:
    """Return a name for a message to the writer of the other name: if both look the same, with their difference.

    >>> distinguishable("caf\u00e9.md", "pier.md"), distinguishable("cafe\u0301.md", "caf\u00e9.md")
    ('caf\u00e9.md', 'cafe\u0301.md (which looks the same, but is written with letters and accents apart, Unicode NFD)')
    """
    if name == other or normalize("NFC", name) != normalize("NFC", other):
        return name
    form = "with letters and accents apart, Unicode NFD"
    if name == normalize("NFC", name):
        form = "with letters and accents in one, Unicode NFC"
    return f"{name} (which looks the same, but is written {form})"
