"""Validation of submitted comments: every limit, and the message for each limit that is passed.

A Submission is a checked form, a plain dataclass: it has few fields, we word each message ourselves, and a reader waits
while a library loads.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from newsroom.comment import HONEYPOT, LONGEST, FormProblem, FormValues
from newsroom.mail_addresses import NotAnAddress, deliverable, mail_address
from newsroom.unicode_text import has_visible_text, limit_combining_marks, without_invisible
from newsroom.web_addresses import is_web_address

# Bytes of a whole body: every field at its limit, in any script. A character of four bytes takes twelve bytes when it
# is percent-encoded, and also as two JSON escapes.
LARGEST_REQUEST = 12 * sum(LONGEST.values()) + 4 * 1024
FAR_TOO_LONG = 4 * LONGEST["comment"]  # characters of all fields together
MOST_FIELDS = 40

# Characters that SQS and XML refuse. Lone surrogates cannot even be encoded.
_REFUSED = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_UTF_8 = re.compile("[\udc80-\udcff]")  # surrogates that stand for bytes that are not UTF-8
_ID = re.compile(r"[0-9a-f]{8,64}\Z")
_YES = frozenset({"1", "on", "yes", "true"})
_IN_UTF_8 = "Send it once more, in UTF-8."
_CANNOT_BE_MAILED = (
    "We cannot send mail to an address with other letters than a to z before the @. Write another address, or do not "
    "ask to be told of answers."
)


class InvalidForm(ValueError):
    """A form that was refused, with every problem found in it."""

    def __init__(self, *problems: FormProblem) -> None:
        super().__init__("; ".join(problem["message"] for problem in problems))
        self.problems = list(problems)


def form_fields(body: bytes) -> dict[str, str]:
    """Return the fields of a URL-encoded form, with percent-encoded or raw characters. If a field is sent twice, the
    first counts. Bytes that are not UTF-8 become lone surrogates, which the check of each field refuses."""
    try:
        pairs = parse_qsl(
            body.decode("utf-8-sig", "surrogateescape"),
            keep_blank_values=True,
            errors="surrogateescape",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as problem:
        raise InvalidForm({"field": None, "message": "What was sent is not a form."}) from problem
    return dict(reversed(pairs))


def form_value_beginnings(body: bytes) -> dict[str, str]:
    """Return the fields of a form that is too long, each cut to LARGEST_REQUEST bytes, to show the form again."""
    return form_fields(b"&".join(part[:LARGEST_REQUEST] for part in body.split(b"&", MOST_FIELDS)[:MOST_FIELDS]))


def json_fields(body: bytes) -> dict[str, object]:
    """Return the fields of a JSON object."""
    try:
        value = json.loads(body)
    except UnicodeDecodeError as problem:
        raise InvalidForm({"field": None, "message": f"What was sent is not in UTF-8. {_IN_UTF_8}"}) from problem
    except (ValueError, RecursionError) as problem:
        raise InvalidForm({"field": None, "message": "What was sent is not JSON."}) from problem
    if not isinstance(value, dict):
        raise InvalidForm({"field": None, "message": "Send a JSON object with author, email and comment."})
    return value


def form_values(fields: Mapping[str, object]) -> FormValues:
    """Return the submitted values for the form to show again, without characters that no page can hold. Bytes that
    are not UTF-8 are most often Windows-1252, and are decoded as that."""

    def text_of(name: str) -> str:
        value = fields.get(name)
        if not isinstance(value, str):
            return ""
        value = _NOT_UTF_8.sub(lambda byte: bytes([ord(byte[0]) - 0xDC00]).decode("cp1252", "replace"), value)
        return _REFUSED.sub("", value).replace("\r\n", "\n")[:LARGEST_REQUEST]

    return {
        "author": text_of("author"),
        "email": text_of("email"),
        "url": text_of("url"),
        "comment": text_of("comment"),
        "parent": text_of("parent") if _ID.match(text_of("parent")) else "",
        "notify": _flag(fields.get("notify")),
    }


class _FieldProblem(ValueError):
    """A problem with one field, as a sentence for the reader who can correct it."""


def _text(value: object, name: str) -> str:
    if not isinstance(value, str | None):
        raise _FieldProblem("Write it as text.")
    value = value or ""
    if _NOT_UTF_8.search(value):
        raise _FieldProblem(f"Some letters in it are not in UTF-8. {_IN_UTF_8}")
    if refused := _REFUSED.search(value):
        raise _FieldProblem(f"There is a character in it that cannot be kept (U+{ord(refused[0]):04X}); take it out.")
    text = limit_combining_marks(value.replace("\r\n", "\n").replace("\r", "\n").strip())
    if len(text) > LONGEST[name]:
        raise _FieldProblem(f"This is {len(text):,} characters long; {LONGEST[name]:,} is the most.")
    return text


def _author(value: object) -> str:
    text = " ".join(without_invisible(_text(value, "author")).split())
    if not has_visible_text(text):
        raise _FieldProblem("Write your name.")
    return text


def _email(value: object) -> str:
    text = _text(value, "email")
    if not text:
        raise _FieldProblem("Write your email address; it will not be published.")
    try:
        return mail_address(text)
    except NotAnAddress:
        raise _FieldProblem("This is no email address; write it as name@example.org.") from None


def _comment(value: object) -> str:
    text = _text(value, "comment")
    if not has_visible_text(text):
        raise _FieldProblem("Write your comment.")
    return text


def _url(value: object) -> str | None:
    text = _text(value, "url")
    if not text:
        return None
    has_scheme = re.match(r"[a-z][a-z0-9+.-]*:", text, re.IGNORECASE) and "://" in text
    whole = text if has_scheme else f"https://{text}"
    # Without the dot, a single word would become an address.
    if not is_web_address(whole) or "." not in (urlsplit(whole).hostname or ""):
        raise _FieldProblem("This is no web address; write it as https://example.org, or leave it empty.")
    return whole


def _parent(value: object) -> str | None:
    if value in (None, "", "0", 0):
        return None
    if not isinstance(value, str) or not _ID.match(value):
        raise _FieldProblem("The comment this answers is not one of ours; open its Reply link again.")
    return value


def _flag(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.lower() in _YES)


@dataclass(frozen=True, kw_only=True)
class Edit:
    """The parts of a comment that its writer may edit, checked."""

    author: str
    url: str | None = None
    comment: str


@dataclass(frozen=True, kw_only=True)
class Submission(Edit):
    """A submitted comment, checked."""

    email: str
    parent: str | None = None
    notify: bool = False
    honeypot: bool = False


_READERS: dict[str, Callable[[object], object]] = {
    "author": _author,
    "url": _url,
    "comment": _comment,
    "email": _email,
    "parent": _parent,
    "notify": _flag,
    "honeypot": bool,
}
_Checked = TypeVar("_Checked", bound=Edit)


def validate(sent: Mapping[str, object], form: type[_Checked]) -> _Checked:
    """Return the checked values of these fields; raise InvalidForm with every problem."""
    values: dict[str, Any] = {}  # each reader checks the type of its own field
    problems: list[FormProblem] = []
    for name in (field.name for field in fields(form)):
        try:
            values[name] = _READERS[name](sent.get(HONEYPOT if name == "honeypot" else name))
        except _FieldProblem as wrong:
            problems.append({"field": None if name == "parent" else name, "message": str(wrong)})
    if values.get("notify") and "email" in values and not _can_be_mailed(values["email"]):
        problems.append({"field": "email", "message": _CANNOT_BE_MAILED})
    if problems:
        raise InvalidForm(*problems)
    return form(**values)


def _can_be_mailed(email: str) -> bool:
    try:
        return bool(deliverable(email))
    except NotAnAddress:
        return False
