"""Decoding: the bytes of an upload become UTF-8 text with newline line ends and no unprintable characters."""

import re
from unicodedata import normalize

from newsroom.unicode_text import has_visible_text, limit_combining_marks
from newsroom.uploads.diagnostics import Diagnostics

LARGEST = 1_500_000  # bytes; a megabyte of text and its markup
MOST_LINES = 40_000

# HTML and XML cannot contain these characters, and a lone surrogate cannot be stored.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

# These characters change the direction of the text around them, up to the end of the line. Browsers find the direction
# of a name or a headline by its letters, so a name must not change the direction of the text beside it.
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
    """Return the text of an upload, without byte order mark and carriage returns.

    Raises Rejected if the upload is too large, is empty, is not text or is not UTF-8.
    """
    _check_bytes(raw, diagnostics)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec counts bytes after the byte order mark. The writer's editor counts from the start of the file.
        at = error.start + (3 if raw.startswith(b"\xef\xbb\xbf") else 0)
        message = f"byte {at} (0x{raw[at]:02x}) is not UTF-8; save the file as UTF-8"
        diagnostics.fail(message, _line(raw, at))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if (lines := text.count("\n")) > MOST_LINES:
        diagnostics.fail(f"the file has {lines:,} lines; {MOST_LINES:,} is the most, so split it")
    if unprintable := UNPRINTABLE.search(text):
        line = text.count("\n", 0, unprintable.start()) + 1
        text, count = UNPRINTABLE.subn("", text)
        noun = "character was" if count == 1 else "characters were"
        diagnostics.warning(f"{count} unprintable {noun} left out, the first U+{ord(unprintable[0]):04X}", line)
    return text


def _check_bytes(raw: bytes, diagnostics: Diagnostics) -> None:
    """Reject an upload that is too large, is empty, or is not text by its first bytes."""
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


def tidy(text: str) -> str:
    """Return a text as one line of printable characters with single spaces and none at its ends.

    Direction marks are removed and stacked combining marks are limited. The result is empty if nothing is visible."""
    line = limit_combining_marks(" ".join(TURNING.sub("", UNPRINTABLE.sub("", text)).split()))
    return line if has_visible_text(line) else ""


def folded(text: str) -> str:
    """Return only the letters and digits of a name or a word, for comparison."""
    return re.sub(r"[\W_]+", "", normalize("NFKC", text).casefold())


def uncommented(text: str) -> str:
    """Return a value without its trailing comment. Front matter keeps the comment: in a headline, `#3` is text."""
    return tidy(re.split(r"(?:^|\s)#(?=\s|$)|\s#", text, maxsplit=1)[0])


def shown(value: object) -> str:
    """Return a value as messages quote it."""
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    text = tidy(str(value)) if value is not None else ""
    return f"'{text[:57]}…'" if len(text) > 60 else f"'{text}'"


def _line(raw: bytes, at: int) -> int:
    before = raw[:at].replace(b"\r\n", b"\n")
    return before.count(b"\n") + before.count(b"\r") + 1
