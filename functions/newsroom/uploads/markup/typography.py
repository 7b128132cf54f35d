"""Quotation marks, dashes and ellipses as a printer sets them, from what a keyboard has.

Code, addresses, options such as `--quiet`, inches and whatever a writer has set already stay as they are typed.
"""

import re
from collections.abc import Sequence

from newsroom import linkify

LONGEST = 20_000  # characters; no line of plain text for readers is longer
MOST = 300_000  # quotes, dashes and full stops in one plain text
NOTHING, OPAQUE = "\x00", "\x01"
"""In a line that `printed_parts` reads: a place where a tag stands, and one for code or an image."""

_QUOTES = {
    "en": "“”‘’", "nl": "“”‘’", "tr": "“”‘’", "lv": "“”‘’", "ga": "“”‘’", "cy": "“”‘’", "pt": "“”‘’", "id": "“”‘’",
    "de": "„“‚‘", "cs": "„“‚‘", "sk": "„“‚‘", "sl": "„“‚‘", "is": "„“‚‘", "et": "„“‚‘", "lt": "„“‚‘", "bg": "„“‚‘",
    "hr": "„”‚’", "pl": "„”«»", "ro": "„”«»", "hu": "„”»«", "sr": "„“‚‘",
    "fr": "«»“”", "es": "«»“”", "it": "«»“”", "ca": "«»“”", "gl": "«»“”", "eu": "«»“”", "el": "«»“”", "pt-pt": "«»“”",
    "no": "«»‘’", "nb": "«»‘’", "nn": "«»‘’", "ru": "«»„“", "uk": "«»„“", "be": "«»„“", "de-ch": "«»‹›",
    "it-ch": "«»‹›", "fr-ch": "«»‹›", "sv": "””’’", "fi": "””’’", "da": "””’’",
}  # fmt: skip
"""By language: double quotation marks, then single ones. Where a language is not listed, quotes stay as typed."""
_AS_TYPED = {"zh", "ja", "ko", "yue"}  # their dashes and ellipses have another length
_THIN = "\u202f"  # a narrow space where no line breaks

_SIGN = re.compile(r"[\"']|-{2,}|\.{3,}")
_WORTH_A_LOOK = re.compile(r"[\"']|--|\.\.\.")
_FRENCH_WORTH_A_LOOK = re.compile(r"[\"']|--|\.\.\.| [;:!?»]|« ")
_LIFTED = re.compile(r"(?:\d\ds?|tis|twas|twere|em|til|cause|bout|round|n|cos)\b", re.IGNORECASE)  # '90s, 'tis
_FILE = re.compile(r"[\w-]{1,80}\.[a-z]")
_OPENERS = frozenset("([{=-–—/«„“‚‘¿¡‹") | {_THIN}
_CLOSERS = frozenset(")]}-–—/.,;:!?…»”’›*")
_SPACED = re.compile(r"(?<=«) (?=\S)|(?<=\S) (?=[»;!?])|(?<=\S) (?=:(?: |\Z))")


def typeset(text: str, language: str) -> str:
    """A line of plain text, as a headline is, in the typography of its language."""
    if not _FRENCH_WORTH_A_LOOK.search(text) or len(text) > LONGEST:
        return text
    parts: list[str] = []
    end = 0
    for address in linkify.find(text):
        parts += [text[end : address.start], text[address.start : address.end]]
        end = address.end
    parts.append(text[end:])
    return "".join(typeset_parts(parts, [number % 2 == 0 for number in range(len(parts))], language))


def typeset_parts(parts: Sequence[str], is_text: Sequence[bool], language: str) -> list[str]:
    """The parts of one paragraph, those that are text in the typography of its language.

    is_text: of each part; whatever is none stays as it is, and its first and last sign count as neighbours.
    """
    tag = language.lower()
    primary = tag.partition("-")[0]
    if primary in _AS_TYPED:
        return list(parts)
    quotes = _QUOTES.get(tag) or _QUOTES.get(primary, "")
    line = NOTHING.join(parts)
    found = _signs(parts, is_text)
    marks = _set(line, found, quotes, primary == "fr" and tag != "fr-ch")
    set_: list[str] = []
    place = number = 0
    for part, is_its in zip(parts, is_text, strict=True):
        pieces, start = [], place
        while number < len(found) and found[number][0] < place + len(part):
            at, sign = found[number]
            pieces += [line[start:at], marks[number]]
            start = at + len(sign)
            number += 1
        text = "".join([*pieces, line[start : place + len(part)]])
        set_.append(_SPACED.sub(_unbroken, text) if is_its and primary == "fr" else text)
        place += len(part) + 1
    return set_


def too_much(text: str) -> bool:
    """Return True if a plain text has more signs than any text for readers, so that typesetting would cost too much."""
    return sum(text.count(sign) for sign in "\"'-.") > MOST


def needs_typesetting(text: str, language: str) -> bool:
    """Return True if a paragraph has any sign that typography could change."""
    return bool((_FRENCH_WORTH_A_LOOK if language[:2].lower() == "fr" else _WORTH_A_LOOK).search(text))


def _signs(parts: Sequence[str], is_text: Sequence[bool]) -> list[tuple[int, str]]:
    found, place = [], 0
    for part, is_its in zip(parts, is_text, strict=True):
        if is_its:
            found += [(place + sign.start(), sign[0]) for sign in _SIGN.finditer(part)]
        place += len(part) + 1
    return found


def _set(line: str, found: Sequence[tuple[int, str]], quotes: str, spaced: bool) -> list[str]:
    """Return the typeset form of each sign in a line. quotes: four marks, or none for an unknown language."""
    quoting = _Quoting(line, [sign for _, sign in found], quotes, spaced)
    for number, (at, sign) in enumerate(found):
        before, after = _neighbours(line, at, len(sign))
        if sign[0] == ".":
            quoting.marks[number] = "…" if len(sign) <= 4 else sign
        elif sign[0] == "-":
            quoting.marks[number] = _dash(line, at, sign, before, after)
        elif quotes:
            quoting.marks[number] = quoting.mark(number, at, before, after)
    return quoting.marks


class _Quoting:
    """The quotations of one paragraph, those inside others among them."""

    def __init__(self, line: str, marks: list[str], quotes: str, spaced: bool) -> None:
        self.line, self.marks = line, marks
        space = _THIN if spaced else ""
        self.printed = {'"': (quotes[0:1] + space, space + quotes[1:2]), "'": (quotes[2:3], quotes[3:4])}
        self.open: list[tuple[int, str]] = []  # open quotations: the number of the sign, and the sign
        self.opened = {'"': 0, "'": 0}

    def mark(self, number: int, at: int, before: str, after: str) -> str:
        """Return the mark for a sign between these two characters."""
        sign = self.marks[number]
        if self.opened[sign] and _is_end(before, after):
            self._close(sign)
            return self.printed[sign][1]
        if _is_measure(sign, before, after):
            return sign
        if before.isalnum() and after.isalnum():
            return "’"
        if sign == "'" and _LIFTED.match(self.line, at + 1):
            return "’"
        if _can_open(before, after):
            # A quotation of several paragraphs opens in each of them and closes in the last.
            self.open.append((number, sign))
            self.opened[sign] += 1
            return self._unpaired(sign, 0)
        return self._unpaired(sign, 1) if _can_close(before) else sign

    def _unpaired(self, sign: str, side: int) -> str:
        """Return the mark for a sign without its partner, so far: a single quote is an apostrophe."""
        return self.printed[sign][side] if sign == '"' else "’"

    def _close(self, sign: str) -> None:
        while self.open:
            number, begun = self.open.pop()
            self.opened[begun] -= 1
            if begun == sign:
                self.marks[number] = self.printed[sign][0]
                break


def _is_measure(sign: str, before: str, after: str) -> bool:
    """Return True if a sign stands for feet or inches, or stands inside a word, where a double quote stays as it is."""
    if before.isalnum() and after.isalnum():
        return sign == '"' or (before.isdigit() and after.isdigit())
    return before.isdigit()


def _can_close(before: str) -> bool:
    return not before.isspace() and before not in "([{„“‚‘«"


def _is_end(before: str, after: str) -> bool:
    """Return True if a quotation can end between these two characters: no word goes on there."""
    if not _can_close(before) or (before.isalnum() and after.isalnum()):
        return False
    return not after.isalnum() or before in _CLOSERS


def _can_open(before: str, after: str) -> bool:
    return not after.isspace() and (before.isspace() or before in _OPENERS or before in "\"'")


def _neighbours(line: str, at: int, length: int) -> tuple[str, str]:
    """The signs beside a place, a space at either end of the line."""
    before, after = at - 1, at + length
    while before >= 0 and line[before] == NOTHING:
        before -= 1
    while after < len(line) and line[after] == NOTHING:
        after += 1
    return line[before] if before >= 0 else " ", line[after] if after < len(line) else " "


def _dash(line: str, at: int, sign: str, before: str, after: str) -> str:
    """Return the dash for two or three hyphens; the hyphens themselves in arrows, options and names."""
    is_arrow = after == ">" or before in "<!"
    if len(sign) > 3 or is_arrow:
        return sign
    if len(sign) == 3:
        return "—"
    is_option = after.isalnum() and not before.isalnum() and before not in "”\"'’…)"
    return sign if is_option or _is_in_name(line, at, before) else "–"


def _is_in_name(line: str, at: int, before: str) -> bool:
    """Return True if two hyphens belong to the name of a host (xn--) or of a file."""
    is_host = line[max(0, at - 2) : at].lower() == "xn"
    return is_host or (before.isalnum() and bool(_FILE.match(line, at + 2)))


def _unbroken(space: re.Match[str]) -> str:
    return "\xa0" if space.string[space.end() : space.end() + 1] == ":" else _THIN
