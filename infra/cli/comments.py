"""`broadsheet comments`: list readers' comments, and decide about them.

Uses the same decisions as the mailed links, with the AWS rights of the person who runs the command.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from adapters.secrets import secret
from infra.cli import CannotDo, cloud, comment_files, moderate_comments
from infra.cli.cloud import Cloud
from infra.cli.moderate_comments import ActionResult
from infra.cli.terminal import LOCAL, AsJson, Stack, State, counted, out, print_json, progress, say
from newsroom.comment import Comment
from newsroom.comments.moderation import EditorAction, comment_of

SHOWN = 80  # characters of a comment shown on one line

Ids = Annotated[
    list[str],
    typer.Argument(metavar="ID...", help="Comments; - reads ids from standard input, one a line.", show_default=False),
]

comments = typer.Typer(no_args_is_help=True, help="List what readers wrote, and decide about it.")


@comments.command(name="list")
def list_comments(
    *,
    held: Annotated[bool, typer.Option("--held", help="Only comments that wait for an editor.")] = False,
    article: Annotated[str, typer.Option(metavar="ID", help="Only comments on this article.")] = "",
    state: State = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """List comments, oldest first. Without --held, this reads the whole table."""
    talks = moderate_comments.comment_threads(cloud.find(state, stack))
    if not held:
        say("Looking for comments: this reads the table through.")
    found = moderate_comments.held(talks) if held else moderate_comments.every(talks)
    wanted = sorted(
        (comment for comment in found if not article or comment["article"] == article),
        key=lambda comment: (comment["at"], comment["id"]),
    )
    if as_json:
        print_json([in_short(comment) for comment in wanted])
        return
    for comment in wanted:
        tell(comment)
    say(f"{len(wanted):,} comment{'s' * (len(wanted) != 1)}")


@comments.command()
def show(ids: Ids, *, state: State = LOCAL, stack: Stack = None, as_json: AsJson = False) -> None:
    """Show comments in full, with their writers' private data."""
    talks = moderate_comments.comment_threads(cloud.find(state, stack))
    shown: list[dict[str, Any]] = []
    unknown = False
    for id, row, private in moderate_comments.full_comment(talks, named(ids)):
        comment = comment_of(row)
        if comment is None:
            say(f"{id}: there is no such comment")
            unknown = True
            continue
        found = {**comment, "email": private["email"] if private else None}
        shown.append({**found, "notify": bool(private and private["notify"])})
        if not as_json:
            tell_whole(shown[-1])
    if as_json:
        print_json(shown)
    if unknown:
        raise typer.Exit(1)


@comments.command()
def approve(ids: Ids, *, state: State = LOCAL, stack: Stack = None, as_json: AsJson = False) -> None:
    """Publish comments, and the replies that wait for them."""
    moderate("approve", ids, cloud.find(state, stack), as_json=as_json)


@comments.command()
def decline(ids: Ids, *, state: State = LOCAL, stack: Stack = None, as_json: AsJson = False) -> None:
    """Decline comments: they are not published, or are removed if they were."""
    moderate("decline", ids, cloud.find(state, stack), as_json=as_json)


@comments.command()
def spam(ids: Ids, *, state: State = LOCAL, stack: Stack = None, as_json: AsJson = False) -> None:
    """Mark comments as spam: they are not published, or are removed if they were."""
    moderate("spam", ids, cloud.find(state, stack), as_json=as_json)


@comments.command()
def hold(ids: Ids, *, state: State = LOCAL, stack: Stack = None, as_json: AsJson = False) -> None:
    """Hold comments for another review."""
    moderate("hold", ids, cloud.find(state, stack), as_json=as_json)


@comments.command()
def erase(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID...]", help="Ids of comments; - reads ids from standard input.")
    ] = None,
    *,
    email: Annotated[str, typer.Option(metavar="ADDRESS", help="All comments from this mail address.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
    state: State = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Erase comments permanently: their text, and their writers' names and addresses, everywhere.

    At a terminal it asks for confirmation first.
    """
    if not ids and not email:
        raise CannotDo("say what to erase: an ID, or --email ADDRESS")
    newsroom = cloud.find(state, stack)
    talks = moderate_comments.comment_threads(newsroom)
    wanted, writer = list(named(ids or [])), ""
    if email:
        writer, theirs = moderate_comments.of_writer(newsroom, talks, email)
        wanted += theirs
    if not yes and sys.stdin.isatty():
        typer.confirm(f"Erase {len(set(wanted))} comments for ever?", abort=True, err=True)
    parked = moderate_comments.erase_parked(newsroom, talks, lambda each: each.writer == writer or each.id in wanted)
    try:
        moderate("erase", wanted, newsroom, done=parked, as_json=as_json)
    finally:
        if writer:
            talks.forget(writer, even_asked=True)


@comments.command(name="import")
def import_file(
    file: Annotated[str, typer.Argument(metavar="FILE", help="NDJSON, as export writes it; - for standard input.")],
    *,
    state: State = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Store the comments of a file that are missing, unchanged. Send no mail."""
    newsroom = cloud.find(state, stack)
    talks = moderate_comments.comment_threads(newsroom)
    lines = comment_files.read_ndjson(lines_of(file), file)
    for article, count in comment_files.unknown_articles(talks, lines).items():
        say(f"article {article} is not live: its {count:,} comment{'s' * (count != 1)} will be shown when it is")
    with progress() as bars:
        task = bars.add_task("importing", total=len(lines))
        stored = 0
        for some in comment_files.store(talks, lines, secret(newsroom.link_secret, "readers")):
            stored += some
            bars.update(task, completed=stored)
    if as_json:
        print_json({"stored": stored, "there_already": len(lines) - stored})
    else:
        out(f"{stored:,} stored, {len(lines) - stored:,} there already")


@comments.command()
def export(
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="File to write; standard output if not given.")] = "-",
    *,
    private: Annotated[
        bool, typer.Option("--private", help="Include mail addresses; without them, an import cannot identify writers.")
    ] = False,
    state: State = LOCAL,
    stack: Stack = None,
) -> None:
    """Write every comment as a line of JSON (NDJSON), oldest first. Read the whole table."""
    talks = moderate_comments.comment_threads(cloud.find(state, stack))
    found = sorted(moderate_comments.every(talks), key=lambda comment: (comment["at"], comment["id"]))
    with made(file) as target:
        target.writelines(comment_files.written(talks, found, private=private))
    left_out = "" if private else ", without what their writers told in confidence (--private)"
    say(f"{len(found):,} comment{'s' * (len(found) != 1)} written{left_out}")


# ── Deciding and printing ──


def moderate(
    verdict: EditorAction, ids: Iterable[str], newsroom: Cloud, *, done: Iterable[ActionResult] = (), as_json: bool
) -> None:
    """Apply one action to all these comments that do not have it yet; exit with 1 if any failed."""
    found = {told["id"]: told for told in done}
    wanted = list(dict.fromkeys([*named(ids), *found]))
    with progress() as bars:
        task = bars.add_task(verdict, total=len(wanted))
        left = [id for id in wanted if id not in found]
        came = moderate_comments.decide(moderate_comments.comment_threads(newsroom), verdict, left)
        found |= {told["id"]: told for told in counted(came, bars, task)}
    told = [found[id] for id in wanted]
    if as_json:
        print_json(told)
    else:
        for each in told:
            note = {"unchanged": "  (as it was)"}.get(each["what"], "")
            told_more = f": {each['message']}" if each["message"] and each["what"] in ("done", "unchanged") else ""
            out(f"{each['id']}  {(not told_more and each['message']) or each['status']}{told_more}{note}")
    counts = Counter(each["what"] for each in told)
    say(", ".join(f"{number:,} {what}" for what, number in counts.items()) or "nothing to do")
    if counts.keys() & {"unknown", "failed"}:
        raise typer.Exit(1)


def named(ids: Iterable[str]) -> Iterator[str]:
    """List the given ids, and the ids on standard input if one of them is -."""
    for id in ids:
        if id == "-":
            yield from (line.strip() for line in sys.stdin if line.strip())
        else:
            yield id


def in_short(comment: Comment) -> dict[str, Any]:
    """Return a comment as lists show it, with the field names of the form."""
    return {
        "id": comment["id"],
        "article": comment["article"],
        "author": comment["author"],
        "comment": comment["text"],
        "status": comment["status"],
        "at": comment["at"],
        "url": comment["url"],
        "parent": comment["parent"],
    }


def tell(comment: Comment) -> None:
    """Print a comment in one line."""
    words = " ".join(comment["text"].split())
    words = words if len(words) <= SHOWN else words[: SHOWN - 1] + "…"
    why = f"  ({comment['reason']})" if comment["reason"] else ""
    status = f"{comment['status']}{why}"
    out(f"{comment['id']}  {status}  {comment['at'][:16]}  {comment['article']}  {comment['author']}: {words}")


def tell_whole(found: dict[str, Any]) -> None:
    """Print a comment with all its data."""
    out(found["id"])
    for name, value in found.items():
        if name not in {"id", "text"} and value not in (None, "", False):
            out(f"  {name}  {value}")
    for line in found["text"].splitlines():
        out(f"    {line}")


def lines_of(file: str) -> list[str]:
    """Read the lines of a file, or of standard input."""
    try:
        return (sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")).split("\n")
    except OSError as problem:
        raise CannotDo(f"{file} cannot be read: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise CannotDo(f"{file} is not in UTF-8: save it so") from problem


@contextmanager
def made(file: str) -> Iterator[IO[str]]:
    """Open a file that only its owner may read, or standard output."""
    if file == "-":
        yield sys.stdout
        return
    try:
        target = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8")
    except OSError as problem:
        raise CannotDo(f"{file} cannot be written: {problem.strerror}") from problem
    with target:
        yield target
