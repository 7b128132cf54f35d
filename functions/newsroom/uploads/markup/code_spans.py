"""The places of code in a text. Nothing in code has a special meaning."""

import re
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence

_TICKS = re.compile(r"`+")
_ELEMENT = re.compile(r"<(pre|code|script|style|textarea)\b[^<>]{0,2000}>", re.IGNORECASE)


class Spans:
    """Parts of a text, asked by place."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            else:
                self._starts.append(start)
                self._ends.append(end)

    def __contains__(self, place: int) -> bool:
        at = bisect_right(self._starts, place) - 1
        return at >= 0 and place < self._ends[at]


def in_elements(text: str) -> list[tuple[int, int]]:
    """Find the content of `<code>`, `<pre>` and elements that hold programs, in HTML."""
    lower = text.lower()
    spans: list[tuple[int, int]] = []
    missing: set[str] = set()
    after = 0
    for tag in _ELEMENT.finditer(text):
        name = tag[1].lower()
        if tag.start() < after or name in missing:
            continue
        end = lower.find(f"</{name}", tag.end())
        if end < 0:
            missing.add(name)
        else:
            spans.append((tag.end(), end))
            after = end
    return spans


def in_ticks(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The code spans of one paragraph of Markdown, from `start` to `end` of a text."""
    runs: list[tuple[int, int]] = []
    for run in _TICKS.finditer(text, start, end):
        escaped = _is_escaped(text, run.start(), start)
        if run.end() - run.start() > escaped:
            runs.append((run.start() + escaped, run.end()))
    return _paired(runs)


def _is_escaped(text: str, place: int, start: int) -> bool:
    slashes = 0
    while slashes < 100 and place - slashes > start and text[place - slashes - 1] == "\\":
        slashes += 1
    return slashes % 2 == 1


def _paired(runs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs of as many backticks each, the first with the next of its length."""
    ahead: defaultdict[int, deque[int]] = defaultdict(deque)
    for number, (start, end) in enumerate(runs):
        ahead[end - start].append(number)
    spans: list[tuple[int, int]] = []
    number = 0
    while number < len(runs):
        start, end = runs[number]
        same = ahead[end - start]
        while same and same[0] <= number:
            same.popleft()
        if same:
            spans.append((start, runs[same[0]][1]))
            number = same[0]
        number += 1
    return spans
