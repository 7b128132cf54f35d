"""What every command takes, and how the desk speaks: to people, and with --json to programs."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Each = TypeVar("Each")

LOCAL = Path(".local")

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
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def out(line: str) -> None:
    """A line of what was asked for."""
    typer.echo(printable(line))


def say(line: str) -> None:
    """A line about it, on standard error."""
    typer.echo(printable(line), err=True)


def printable(line: str) -> str:
    """The line without characters that would do something to a terminal: lines quote uploads and comments."""
    return "".join(character if character.isprintable() else "\ufffd" for character in line)
