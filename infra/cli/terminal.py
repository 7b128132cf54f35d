"""What every command takes, and how the desk speaks: to people, and with --json to programs."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Each = TypeVar("Each")

LOCAL = Path(".local")
_COMMANDS = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""What commands a terminal, or turns the text beside it round."""
_PART_OF_A_LETTER = re.compile("[\u180b-\u180d\u180f\u200c\u200d\U000e0020-\U000e007f\U000e0100-\U000e01ef]")
"""What nobody sees by itself, and many names and emoji are not right without."""

State = Annotated[Path, typer.Option("--state", metavar="DIR", help="Where the local newsroom keeps its state.")]
Stack = Annotated[str | None, typer.Option("--stack", metavar="NAME", help="Speak to this stack on AWS instead.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value.")]


def counted(each: Iterator[Each], bars: Progress, task: Any) -> Iterator[Each]:
    """The same, each moving the bar on."""
    for one in each:
        yield one
        bars.advance(task)


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress bar on standard error, gone when the work is done; none where nobody would see it."""
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
    """One JSON value on standard output."""
    typer.echo(as_json(value, indent=2))


def as_json(value: object, indent: int | None = None) -> str:
    """A JSON value that does nothing to a terminal it is printed at: what readers write may hold signs that would."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=None if indent else (",", ":"))
    return _COMMANDS.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def out(line: str) -> None:
    """A line of what was asked for."""
    typer.echo(printable(line))


def say(line: str) -> None:
    """A line about it, on standard error."""
    typer.echo(printable(line), err=True)


def printable(line: str) -> str:
    """The line without characters that would do something to a terminal: lines quote uploads and comments."""
    return "".join(each if each.isprintable() or _PART_OF_A_LETTER.match(each) else "\ufffd" for each in line)
