"""The proof of one upload: everything found wrong with it, and everything worth saying."""

from typing import NoReturn

from newsroom.errors import Problem, Rejected, problem_with


class Diagnostics:
    """Collects problems, which reject the upload, and warnings, which do not.

    Every message names the file and, where one is to blame, the line (1 is the file's first).
    """

    def __init__(self, key: str) -> None:
        self.key = key
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def error(self, message: str, line: int | None = None, field: str | None = None) -> None:
        """Notes a problem; reading goes on, so that the writer learns of all of them at once."""
        self.problems.append(problem_with(self.key, message, line, field))

    def warning(self, message: str, line: int | None = None, field: str | None = None) -> None:
        """Notes a warning."""
        self.warnings.append(problem_with(self.key, message, line, field))

    def _in_order(self) -> list[Problem]:
        return sorted(self.problems, key=lambda problem: problem.get("line", 0))

    def fail(self, message: str, line: int | None = None, field: str | None = None) -> NoReturn:
        """Rejects at once: nothing after this problem could be read with any sense."""
        self.error(message, line, field)
        raise Rejected(*self._in_order())

    def raise_if_errors(self) -> None:
        """Rejects if any problem was noted."""
        if self.problems:
            raise Rejected(*self._in_order())
