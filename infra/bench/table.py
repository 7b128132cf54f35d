"""The table of results: each measurement, its value, and its goal."""

from typing import NamedTuple

HEADS = ("", "measured", "goal", "")


class Line(NamedTuple):
    """One figure. goal: such as `<= 40` or `>= 3400`, or empty. meets: True if the goal is met, None without one."""

    what: str
    value: float
    unit: str
    goal: str
    meets: bool | None


class Table:
    """Lines in the order of measurement, each printed at once."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def add(
        self, what: str, value: float, unit: str, *, at_most: float | None = None, least: float | None = None
    ) -> None:
        """Add one figure, with its limit if there is one."""
        goal, meets = "", None
        if at_most is not None:
            goal, meets = f"<= {at_most:,g}", value <= at_most
        elif least is not None:
            goal, meets = f">= {least:,g}", value >= least
        self.lines.append(Line(what, value, unit, goal, meets))
        mark = "" if meets is None else ("met" if meets else "NOT MET")
        print(f"{what:<62}{_shown(value):>12} {unit:<18}{goal:<10}{mark}", flush=True)

    def head(self, title: str) -> None:
        """Begin a section of the table."""
        print(f"\n{title}", flush=True)


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.2f}"
