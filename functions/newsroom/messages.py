"""Every message of the queues: its type, its parser, and its form in the queue.

A message names what to look at and carries no news: the receiver reads the current state. So a message that comes
late or twice does no harm. The comment is the exception: until it is stored, its message is the only copy.

Each parser raises PermanentError if a message does not have the right form.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from newsroom import urls
from newsroom.errors import PermanentError
from newsroom.rebuilds import SCOPES, shards_of

Wire = dict[str, Any]
"""A message as the JSON object in the queue."""


# UploadQueue


def upload_message(key: str) -> Wire:
    """Return the message that requests to process one upload again, in the form of S3's notifications."""
    return {"Records": [{"s3": {"object": {"key": quote_plus(key, safe="/")}}}]}


def parse_upload_message(body: str) -> list[str]:
    """Return the keys that a notification of S3 names; none for the test event that S3 sends first.

    A key that ends in a slash is skipped: consoles and file managers create one for each folder, and it is not a file.
    """
    try:
        notification = json.loads(body)
        records = [] if notification.get("Event") == "s3:TestEvent" else notification["Records"]
        keys = [unquote_plus(record["s3"]["object"]["key"]) for record in records]
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise PermanentError(f"not an S3 notification: {problem!r}") from problem
    return list(dict.fromkeys(key for key in keys if not key.endswith("/")))


# RenderQueue


@dataclass(frozen=True, slots=True)
class RenderMessage:
    """A request to render a page, and all pages that are rendered together with it.

    cause: the origins of the change, one on each line, for the logs.
    """

    page: str
    cause: str = ""

    def wire(self) -> Wire:
        return {"page": self.page, "cause": self.cause}

    @property
    def pages(self) -> list[urls.Page]:
        """The pages to render."""
        return [urls.parse_path(path) for path in urls.render_group(self.page)]


def parse_render_message(body: str) -> RenderMessage:
    """Return the request in a message.

    A page has only one canonical path. Another path to the same object has no rows, so rendering it would
    replace the page with a tombstone.
    """
    try:
        message = json.loads(body)
        path, cause = message["page"], str(message.get("cause", ""))
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise PermanentError(f"not {{'page': path}}: {problem!r}") from problem
    if not isinstance(path, str) or not urls.is_canonical(path):
        raise PermanentError(f"{path!r} is no page's path; write it as /about/ or /feed.xml")
    return RenderMessage(path, cause)


# RebuildQueue


@dataclass(frozen=True, slots=True, order=True)
class RebuildMessage:
    """A request for a rebuild, or one batch of it.

    scope: `everything`; `section/world`, `month/2026-11` and their articles; `paths`, with the list in `paths`;
    or, from rebuilds.MARKED_ONLY, `author/jane-doe`, `links/2026/11/korea/`, `comments/korea`. mark: True if the data
    of the pages has changed, so that their editions are raised and the stream requests the renders; if False,
    the pages are compared and rendered where they differ. why: for the report. rebuild: its name, which is the
    same for every request that one change causes. cursor: the position in the table or the bucket.
    shard, number: of the batch; empty in the message that requests a rebuild.
    """

    scope: str
    mark: bool = True
    why: str = ""
    rebuild: str = ""
    paths: tuple[str, ...] = ()
    cursor: tuple[str, ...] | None = None
    shard: str = ""
    number: int = 0

    def wire(self) -> Wire:
        message: Wire = {"of": self.scope, "mark": self.mark, "why": self.why, "rebuild": self.rebuild}
        if self.shard or self.paths or self.cursor:
            message |= {"paths": list(self.paths), "after": None if self.cursor is None else list(self.cursor)}
        if self.shard:
            message |= {"strand": self.shard, "number": self.number}
        return message

    def batch(self, shard: str, number: int = 0, cursor: list[str] | None = None) -> "RebuildMessage":
        """Return the message of one batch of this rebuild."""
        return replace(self, shard=shard, number=number, cursor=None if cursor is None else tuple(cursor))


def parse_rebuild_message(body: str) -> RebuildMessage:
    """Return the request or the batch in a message."""
    try:
        return rebuild_message(json.loads(body))
    except ValueError as problem:
        raise PermanentError(f"not JSON: {problem}") from problem


def rebuild_message(message: object) -> RebuildMessage:
    """Return the request or the batch in a message that is decoded from JSON."""
    values: Mapping[str, object] = message if isinstance(message, dict) else {}
    request = RebuildMessage(
        _scope_of(values),
        bool(values.get("mark")),
        str(values.get("why", "")),
        str(values.get("rebuild", "")),
        _paths_of(values),
        _cursor_of(values),
    )
    return _batch_of(request, values) if "strand" in values else request


def _scope_of(values: Mapping[str, object]) -> str:
    scope = values.get("of")
    if not isinstance(scope, str) or scope.partition("/")[0] not in SCOPES:
        raise PermanentError(f"a rebuild is 'of' one of {', '.join(SCOPES)}, and not of {scope!r}")
    return scope


def _paths_of(values: Mapping[str, object]) -> tuple[str, ...]:
    paths = values.get("paths", [])
    if not isinstance(paths, list) or not all(isinstance(path, str) and urls.is_canonical(path) for path in paths):
        raise PermanentError("'paths' lists pages as /about/ or /feed.xml")
    return tuple(paths)


def _cursor_of(values: Mapping[str, object]) -> tuple[str, ...] | None:
    cursor = values.get("after")
    if cursor is None:
        return None
    if not isinstance(cursor, list) or not all(isinstance(part, str) for part in cursor):
        raise PermanentError("'after' holds the parts of a key")
    return tuple(cursor)


def _batch_of(request: RebuildMessage, values: Mapping[str, object]) -> RebuildMessage:
    shard, number = values["strand"], values.get("number")
    shards = shards_of(request.scope, request.mark)
    if shard not in shards or not isinstance(number, int):
        raise PermanentError(f"'strand' of {request.scope} is one of {', '.join(shards)}, each batch with a 'number'")
    return replace(request, shard=shard, number=number)


# CommentQueue


@dataclass(frozen=True, slots=True)
class SubmittedComment:
    """A comment on its way from receive_comment to ingest_comment, with all its fields."""

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

    def wire(self) -> Wire:
        return asdict(self)


_MAY_BE_NONE = frozenset({"parent", "url"})
_YES_OR_NO = frozenset({"notify", "honeypot"})
_HALF = re.compile("[\ud800-\udfff]")  # a lone surrogate, which no table can store


def parse_submitted_comment(body: str) -> SubmittedComment:
    """Return the comment in a message. The error never quotes the message's text, which is private."""
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        raise PermanentError("not a comment: it is no JSON") from None
    if not isinstance(values, dict):
        raise PermanentError("not a comment: it is no object")
    submitted: dict[str, Any] = {field.name: values.get(field.name) for field in fields(SubmittedComment)}
    wrong = sorted(name for name, value in submitted.items() if not _is_valid_field(name, value))
    if wrong:
        raise PermanentError(f"not a comment: {', '.join(wrong)}")
    return SubmittedComment(**submitted)


def _is_valid_field(name: str, value: object) -> bool:
    if name in _YES_OR_NO:
        return isinstance(value, bool)
    if isinstance(value, str):
        return not _HALF.search(value)
    return value is None and name in _MAY_BE_NONE
