"""Options of every command, and its output: for people, and with --json for programs."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

Item = TypeVar("Item")

LOCAL = Path(".local")
_COMMANDS = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""Characters that control a terminal, or change the direction of the text beside them."""
_PART_OF_A_LETTER = re.compile("[\u180b-\u180d\u180f\u200c\u200d\U000e0020-\U000e007f\U000e0100-\U000e01ef]")
"""Characters that are invisible alone, but that many names and emoji need."""

State = Annotated[Path, typer.Option("--state", metavar="DIR", help="The state folder of the local newsroom.")]
Stack = Annotated[str | None, typer.Option("--stack", metavar="NAME", help="Use this stack on AWS instead.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value.")]
Seconds = Annotated[
    float, typer.Option("--timeout", min=0, metavar="SECONDS", help="Give up after SECONDS without progress.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]


def counted(items: Iterator[Item], bars: Progress, task: TaskID) -> Iterator[Item]:
    """Yield the same items; advance the progress bar after each."""
    for item in items:
        yield item
        bars.advance(task)


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun, such as `1 page` or `1,200 pages`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@contextmanager
def progress() -> Iterator[Progress]:
    """Show a progress bar on standard error until the work is done; show none if that is not a terminal."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        yield bars


def print_json(value: object) -> None:
    """Print one JSON value on standard output."""
    typer.echo(as_json(value, indent=2))


def as_json(value: object, indent: int | None = None) -> str:
    """Return JSON text that cannot control a terminal: readers' text may hold control characters."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=None if indent else (",", ":"))
    return _COMMANDS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def out(line: str) -> None:
    """Print a line of the result on standard output."""
    typer.echo(printable(line))


def say(line: str) -> None:
    """Print a message on standard error."""
    typer.echo(printable(line), err=True)


def printable(line: str) -> str:
    """Return the line without characters that control a terminal: lines quote uploads and comments."""
    return "".join(char if char.isprintable() or _PART_OF_A_LETTER.match(char) else "\ufffd" for char in line)
