"""What a reader may send: every limit, and what to say when it is passed.

A Submission is what was sent, checked; a Letter is the message that carries it to ingest_comment. Both are plain
dataclasses: their fields are few, what is said of each is ours to word, and a reader waits while a library loads.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from newsroom.comment import HONEYPOT, LONGEST, FormProblem, FormValues
from newsroom.errors import PermanentError
from newsroom.mail_addresses import NotAnAddress, deliverable, mail_address
from newsroom.unicode_text import INVISIBLE, has_visible_text, limit_combining_marks, without_invisible

# Bytes of a whole body: every field as long as it may be, in whatever script. One sign of four bytes is twelve when it
# is percent-encoded, and as many as JSON's two escapes.
LARGEST_REQUEST = 12 * sum(LONGEST.values()) + 4 * 1024
FAR_TOO_LONG = 4 * LONGEST["comment"]  # characters of all fields together
MOST_FIELDS = 40

# What SQS and XML refuse to carry, of which lone surrogates cannot even be written down.
_REFUSED = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_UTF_8 = re.compile("[\udc80-\udcff]")  # how a byte that is no UTF-8 is kept
_HALF = re.compile("[\ud800-\udfff]")  # half a character, which no table can keep
_ID = re.compile(r"[0-9a-f]{8,64}\Z")
_YES = frozenset({"1", "on", "yes", "true"})
_IN_UTF_8 = "Send it once more, in UTF-8."
_CANNOT_BE_MAILED = (
    "We cannot send mail to an address with other letters than a to z before the @. Write another address, or do not "
    "ask to be told of answers."
)


@dataclass(frozen=True, slots=True)
class SubmittedComment:
    """A comment on its way through CommentQueue: everything it is."""

    id: str
    article: str
    parent: str | None
    author: str
    email: str
    url: str | None
    text: str
    notify: bool
    honeypot: bool
    at: str  # ISO 8601 in UTC, to the millisecond
    address_hash: str
    writer: str


class InvalidForm(ValueError):
    """Everything that is wrong with what was sent."""

    def __init__(self, *problems: FormProblem) -> None:
        super().__init__("; ".join(problem["message"] for problem in problems))
        self.problems = list(problems)


def form_fields(body: bytes) -> dict[str, str]:
    """The fields of an urlencoded form, whether its letters are percent-encoded or sent as they are; of a field sent
    twice, the first. Bytes that are no UTF-8 are kept as lone surrogates, for the checking of each field to refuse."""
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
    """The fields of a form that is too long, each as far as one may be looked at, to be shown again."""
    return form_fields(b"&".join(part[:LARGEST_REQUEST] for part in body.split(b"&", MOST_FIELDS)[:MOST_FIELDS]))


def json_fields(body: bytes) -> dict[str, Any]:
    """The fields of a JSON object."""
    try:
        value = json.loads(body)
    except UnicodeDecodeError as problem:
        raise InvalidForm({"field": None, "message": f"What was sent is not in UTF-8. {_IN_UTF_8}"}) from problem
    except (ValueError, RecursionError) as problem:
        raise InvalidForm({"field": None, "message": "What was sent is not JSON."}) from problem
    if not isinstance(value, dict):
        raise InvalidForm({"field": None, "message": "Send a JSON object with author, email and comment."})
    return value


def form_values(fields: Mapping[str, Any]) -> FormValues:
    """What was sent, for the form to show again; without what no page can carry. Bytes that are no UTF-8 are most
    often those of Windows, and shown as the letters they are there."""

    def said(name: str) -> str:
        value = fields.get(name)
        if not isinstance(value, str):
            return ""
        value = _NOT_UTF_8.sub(lambda byte: bytes([ord(byte[0]) - 0xDC00]).decode("cp1252", "replace"), value)
        return _REFUSED.sub("", value).replace("\r\n", "\n")[:LARGEST_REQUEST]

    return {
        "author": said("author"),
        "email": said("email"),
        "url": said("url"),
        "comment": said("comment"),
        "parent": said("parent") if _ID.match(said("parent")) else "",
        "notify": _flag(fields.get("notify")),
    }


class _Words(ValueError):
    """What is wrong, as a sentence for the one who can mend it."""


def _text(value: object, name: str) -> str:
    if not isinstance(value, str | None):
        raise _Words("Write it as text.")
    value = value or ""
    if _NOT_UTF_8.search(value):
        raise _Words(f"Some letters in it are not in UTF-8. {_IN_UTF_8}")
    if found := _REFUSED.search(value):
        raise _Words(f"There is a character in it that cannot be kept (U+{ord(found[0]):04X}); take it out.")
    text = limit_combining_marks(value.replace("\r\n", "\n").replace("\r", "\n").strip())
    if len(text) > LONGEST[name]:
        raise _Words(f"This is {len(text):,} characters long; {LONGEST[name]:,} is the most.")
    return text


def _author(value: object) -> str:
    text = " ".join(without_invisible(_text(value, "author")).split())
    if not has_visible_text(text):
        raise _Words("Write your name.")
    return text


def _email(value: object) -> str:
    text = _text(value, "email")
    if not text:
        raise _Words("Write your email address; it will not be published.")
    try:
        return mail_address(text)
    except NotAnAddress:
        raise _Words("This is no email address; write it as name@example.org.") from None


def _comment(value: object) -> str:
    text = _text(value, "comment")
    if not has_visible_text(text):
        raise _Words("Write your comment.")
    return text


def _url(value: object) -> str | None:
    text = _text(value, "url")
    if not text:
        return None
    whole = text if re.match(r"[a-z][a-z0-9+.-]*:", text, re.IGNORECASE) and "://" in text else f"https://{text}"
    try:
        parts = urlsplit(whole)
        named = parts.scheme.lower() in {"http", "https"} and parts.hostname and "." in parts.hostname
        reachable = parts.port is None or parts.port > 0
    except ValueError:
        named = reachable = False
    if (
        not named
        or not reachable
        or "@" in parts.netloc
        or re.search(r"[\s<>\"`{}\\]", whole)
        or INVISIBLE.search(whole)
    ):
        raise _Words("This is no web address; write it as https://example.org, or leave it empty.")
    return whole


def _parent(value: object) -> str | None:
    if value in (None, "", "0", 0):
        return None
    if not isinstance(value, str) or not _ID.match(value):
        raise _Words("The comment this answers is not one of ours; open its Reply link again.")
    return value


def _flag(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.lower() in _YES)


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What a writer may mend of a comment, checked."""

    author: str
    url: str | None = None
    comment: str


@dataclass(frozen=True, kw_only=True)
class Submission(Edit):
    """A comment as it was sent, checked."""

    email: str
    parent: str | None = None
    notify: bool = False
    honeypot: bool = False


_READERS: dict[str, Callable[[object], Any]] = {
    "author": _author,
    "url": _url,
    "comment": _comment,
    "email": _email,
    "parent": _parent,
    "notify": _flag,
    "honeypot": bool,
}
_Checked = TypeVar("_Checked", bound=Edit)


def validate(sent: Mapping[str, Any], form: type[_Checked]) -> _Checked:
    """What these fields say; raises Refusal with everything that is wrong."""
    said: dict[str, Any] = {}
    problems: list[FormProblem] = []
    for name in (field.name for field in fields(form)):
        try:
            said[name] = _READERS[name](sent.get(HONEYPOT if name == "honeypot" else name))
        except _Words as wrong:
            problems.append({"field": None if name == "parent" else name, "message": str(wrong)})
    if said.get("notify") and "email" in said and not _can_be_mailed(said["email"]):
        problems.append({"field": "email", "message": _CANNOT_BE_MAILED})
    if problems:
        raise InvalidForm(*problems)
    return form(**said)


def _can_be_mailed(email: str) -> bool:
    try:
        return bool(deliverable(email))
    except NotAnAddress:
        return False


_MAY_BE_NONE = frozenset({"parent", "url"})
_YES_OR_NO = frozenset({"notify", "honeypot"})


def parse_submitted_comment(body: str) -> SubmittedComment:
    """The letter in a message; raises PermanentError, without its words, when it is none."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise PermanentError("not a letter: it is no JSON") from None
    if not isinstance(said, dict):
        raise PermanentError("not a letter: it is no object")
    submitted: dict[str, Any] = {field.name: said.get(field.name) for field in fields(SubmittedComment)}
    wrong = sorted(name for name, value in submitted.items() if not _is_of_a_letter(name, value))
    if wrong:
        raise PermanentError(f"not a letter: {', '.join(wrong)}")
    return SubmittedComment(**submitted)


def _is_of_a_letter(name: str, value: object) -> bool:
    if name in _YES_OR_NO:
        return isinstance(value, bool)
    if isinstance(value, str):
        return not _HALF.search(value)
    return value is None and name in _MAY_BE_NONE
