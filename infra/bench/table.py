"""The one table: what was measured, what it came to, and what it was to come to."""

from typing import NamedTuple

HEADS = ("", "measured", "goal", "")


class Line(NamedTuple):
    """One figure. goal: as `<= 40` or `>= 3400`; empty where there is none. meets: whether it is met, if there is."""

    what: str
    value: float
    unit: str
    goal: str
    meets: bool | None


class Table:
    """Lines in the order they were measured, each printed when it is."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def add(
        self, what: str, value: float, unit: str, *, at_most: float | None = None, least: float | None = None
    ) -> None:
        """Note one figure, with a bound it should keep to if there is one."""
        goal, meets = "", None
        if at_most is not None:
            goal, meets = f"<= {at_most:,g}", value <= at_most
        elif least is not None:
            goal, meets = f">= {least:,g}", value >= least
        self.lines.append(Line(what, value, unit, goal, meets))
        mark = "" if meets is None else ("met" if meets else "NOT MET")
        print(f"{what:<62}{_shown(value):>12} {unit:<18}{goal:<10}{mark}", flush=True)

    def head(self, title: str) -> None:
        """Begin a part of the table."""
        print(f"\n{title}", flush=True)


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.2f}"
