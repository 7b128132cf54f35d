"""From the bytes of an upload to its text: UTF-8, lines ending in a newline, nothing unprintable."""

import re
from unicodedata import normalize

from newsroom.unicode_text import has_visible_text, limit_combining_marks
from newsroom.uploads.diagnostics import Diagnostics

LARGEST = 1_500_000  # bytes; a megabyte of text with room for its markup
MOST_LINES = 40_000

# Neither HTML nor XML can carry these, and a lone surrogate cannot even be stored.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

# These turn the text around them the other way, up to the end of its line: browsers find the direction of a
# name or a headline by its letters, and what stands beside it is not its to turn.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")

_SIGNATURES = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "an image or a sound (RIFF)"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive, as Word and LibreOffice documents are"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)


def decode(raw: bytes, diagnostics: Diagnostics) -> str:
    """The text of an upload, without byte order mark and carriage returns.

    Raises Rejected for what is too large, empty, no text or not UTF-8.
    """
    if len(raw) > LARGEST:
        size, most = len(raw) / 1e6, LARGEST / 1e6
        diagnostics.fail(f"the file has {size:.1f} MB; {most:.1f} MB is the most, so split it")
    for signature, kind in _SIGNATURES:
        if raw.startswith(signature):
            diagnostics.fail(f"the file is {kind}, whatever its name says; upload plain text in UTF-8")
    if not raw.removeprefix(b"\xef\xbb\xbf").strip():
        diagnostics.fail("the file is empty; write a headline and a text")
    if (nul := raw.find(b"\0")) >= 0:
        diagnostics.fail("there is a NUL character, so this is no text; save the file as plain text", _line(raw, nul))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec counts from behind the byte order mark, the writer's editor from the file's start.
        at = error.start + (3 if raw.startswith(b"\xef\xbb\xbf") else 0)
        message = f"byte {at} (0x{raw[at]:02x}) is not UTF-8; save the file as UTF-8"
        diagnostics.fail(message, _line(raw, at))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if (lines := text.count("\n")) > MOST_LINES:
        diagnostics.fail(f"the file has {lines:,} lines; {MOST_LINES:,} is the most, so split it")
    if found := UNPRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        text, count = UNPRINTABLE.subn("", text)
        noun = "character was" if count == 1 else "characters were"
        diagnostics.warning(f"{count} unprintable {noun} left out, the first U+{ord(found[0]):04X}", line)
    return text


def tidy(text: str) -> str:
    """A text as one line: printable, single spaces, none at its ends, and nothing that turns its neighbours round
    or towers above them. Empty if nobody would see anything of it."""
    line = limit_combining_marks(" ".join(TURNING.sub("", UNPRINTABLE.sub("", text)).split()))
    return line if has_visible_text(line) else ""


def folded(text: str) -> str:
    """A name or a word by its letters and digits alone, to compare it."""
    return re.sub(r"[\W_]+", "", normalize("NFKC", text).casefold())


def uncommented(text: str) -> str:
    """A value without the comment behind it, which front matter keeps: in a headline, `#3` is no comment."""
    return tidy(re.split(r"(?:^|\s)#(?=\s|$)|\s#", text, maxsplit=1)[0])


def shown(value: object) -> str:
    """A value as a message quotes it."""
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    text = tidy(str(value)) if value is not None else ""
    return f"'{text[:57]}…'" if len(text) > 60 else f"'{text}'"


def _line(raw: bytes, at: int) -> int:
    before = raw[:at].replace(b"\r\n", b"\n")
    return before.count(b"\n") + before.count(b"\r") + 1
