"""What can go wrong, in the words of the one who can mend it."""

from collections.abc import Iterable
from typing import NotRequired, TypedDict


class Problem(TypedDict):
    """One thing wrong (or worth saying) about an upload, as a receipt shows it."""

    message: str  # names the thing and says what to do
    line: NotRequired[int]  # 1 is the file's first line; absent where no line is to blame
    field: NotRequired[str]  # the front matter field as the contract names it


def problem_with(key: str, message: str, line: int | None = None, field: str | None = None) -> Problem:
    """A problem of an upload: its message names the file and, where one is to blame, the line."""
    problem: Problem = {"message": f"{key}, line {line}: {message}" if line else f"{key}: {message}"}
    if line:
        problem["line"] = line
    if field:
        problem["field"] = field
    return problem


class PermanentError(Exception):
    """Trying again cannot help: park the item with this reason and acknowledge it."""


class Rejected(PermanentError):
    """An upload that cannot be published as it stands.

    `problems` holds everything found wrong, not only the first thing.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem["message"] for problem in problems))
        self.problems = list(problems)


class Blocked(Rejected):
    """An upload that asks for what another file holds. `by` names the holders, as `article/korea`: once one of them
    has lost its file, the upload is looked at again."""

    def __init__(self, by: Iterable[str], *problems: Problem) -> None:
        super().__init__(*problems)
        self.by = frozenset(by)


class TransientError(Exception):
    """The world was in the way (throttling, a lost race, a time-out): try the item again."""
