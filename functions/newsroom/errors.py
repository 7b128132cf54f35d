"""Errors and problems, in words for the person who can fix them."""

from collections.abc import Iterable
from typing import NotRequired, TypedDict


class Problem(TypedDict):
    """One problem of an upload, or one warning about it, as a receipt shows it."""

    message: str  # names the thing and says what to do
    line: NotRequired[int]  # 1 is the file's first line; absent if no line is the cause
    field: NotRequired[str]  # the front matter field as the contract names it


def problem_with(key: str, message: str, line: int | None = None, field: str | None = None) -> Problem:
    """Return a problem of an upload. Its message names the file and, if one is the cause, the line."""
    problem: Problem = {"message": f"{key}, line {line}: {message}" if line else f"{key}: {message}"}
    if line:
        problem["line"] = line
    if field:
        problem["field"] = field
    return problem


class PermanentError(Exception):
    """An error that a retry cannot fix: park the item with this reason and acknowledge it."""


class Rejected(PermanentError):
    """An upload that cannot be published as it is.

    `problems` holds all problems, not only the first one.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem["message"] for problem in problems))
        self.problems = list(problems)


class Blocked(Rejected):
    """An upload that needs an id or address of another file. `by` names the holders, as `article/korea`: when one of
    them loses its file, the upload is processed again."""

    def __init__(self, by: Iterable[str], *problems: Problem) -> None:
        super().__init__(*problems)
        self.by = frozenset(by)


class TransientError(Exception):
    """A temporary error (throttling, a lost race, a time-out): retry the item."""
