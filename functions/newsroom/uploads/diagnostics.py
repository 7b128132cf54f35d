"""The diagnostics of one upload: its problems and its warnings."""

from typing import NoReturn

from newsroom.errors import Problem, Rejected, problem_with


class Diagnostics:
    """Collects problems, which reject the upload, and warnings, which do not.

    Every message names the file and, if one line is wrong, that line (the first line is 1).
    """

    def __init__(self, key: str) -> None:
        self.key = key
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def error(self, message: str, line: int | None = None, field: str | None = None) -> None:
        """Record a problem. Parsing continues, so that the writer sees all problems at once."""
        self.problems.append(problem_with(self.key, message, line, field))

    def warning(self, message: str, line: int | None = None, field: str | None = None) -> None:
        """Record a warning."""
        self.warnings.append(problem_with(self.key, message, line, field))

    def _in_order(self) -> list[Problem]:
        return sorted(self.problems, key=lambda problem: problem.get("line", 0))

    def fail(self, message: str, line: int | None = None, field: str | None = None) -> NoReturn:
        """Reject the upload at once, because nothing after this problem can be parsed."""
        self.error(message, line, field)
        raise Rejected(*self._in_order())

    def raise_if_errors(self) -> None:
        """Reject the upload if any problem is recorded."""
        if self.problems:
            raise Rejected(*self._in_order())
