"""The receipt of an upload, as the newsroom writes it and the programs here read it."""

from typing import TypedDict


class Problem(TypedDict):
    """An error or a warning about an upload: its line and its field, if known, and the message for the editor."""

    line: int | None
    field: str | None
    message: str


class Receipt(TypedDict):
    """The result of an upload.

    status: published, scheduled, draft, withdrawn, rejected or superseded; for the command line also unanswered.
    at: the time of the result; None if no receipt came.
    """

    key: str
    version: str | None
    status: str
    url: str | None
    id: str | None
    problems: list[Problem]
    warnings: list[Problem]
    at: str | None
