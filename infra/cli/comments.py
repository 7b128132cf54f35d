"""`broadsheet comments`: list readers' comments, and decide about them.

Uses the same decisions as the mailed links, with the AWS rights of the person who runs the command.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from adapters.secrets import secret
from infra import JsonObject
from infra.cli import CannotDo, cloud, comment_files, moderate_comments
from infra.cli.cloud import Cloud
from infra.cli.moderate_comments import ActionResult
from infra.cli.terminal import LOCAL, AsJson, Stack, State, Yes, count_of, counted, out, print_json, progress, say
from newsroom.comment import Comment
from newsroom.comments.moderation import EditorAction

SHOWN = 80  # characters of a comment shown on one line

Ids = Annotated[
    list[str],
    typer.Argument(metavar="ID...", help="Comments; - reads ids from standard input, one a line.", show_default=False),
]

comments = typer.Typer(no_args_is_help=True, help="List readers' comments, and decide about them.")


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
    threads = moderate_comments.comment_threads(cloud.find(state, stack))
    if not held:
        say("Looking for comments: this reads the whole table.")
    listed = moderate_comments.held(threads) if held else moderate_comments.every(threads)
    wanted = moderate_comments.by_age(comment for comment in listed if not article or comment["article"] == article)
    if as_json:
        print_json([summary_of(comment) for comment in wanted])
        return
    for comment in wanted:
        print_line(comment)
    say(count_of(len(wanted), "comment"))


@comments.command()
def show(ids: Ids, *, state: State = LOCAL, stack: Stack = None, as_json: AsJson = False) -> None:
    """Show comments in full, with their writers' private data."""
    threads = moderate_comments.comment_threads(cloud.find(state, stack))
    shown: list[JsonObject] = []
    unknown = False
    for id, row, private in moderate_comments.full_comment(threads, named(ids)):
        comment = row.doc if row else None
        if comment is None:
            say(f"{id}: there is no such comment")
            unknown = True
            continue
        email, notify = (private["email"], private["notify"]) if private else (None, False)
        shown.append({**comment, "email": email, "notify": bool(notify)})
        if not as_json:
            print_whole(shown[-1])
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
    yes: Yes = False,
    state: State = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Erase comments permanently: their text, and their writers' names and addresses, everywhere.

    At a terminal it asks for confirmation first.
    """
    if not ids and not email:
        raise CannotDo("name the comments to erase: an ID, or --email ADDRESS")
    newsroom = cloud.find(state, stack)
    threads = moderate_comments.comment_threads(newsroom)
    wanted, writer = list(named(ids or [])), ""
    if email:
        writer, theirs = moderate_comments.of_writer(newsroom, threads, email)
        wanted += theirs
    if not yes and sys.stdin.isatty():
        typer.confirm(f"Erase {count_of(len(set(wanted)), 'comment')} permanently?", abort=True, err=True)
    parked = moderate_comments.erase_parked(
        newsroom, threads, lambda submitted: submitted.writer == writer or submitted.id in wanted
    )
    try:
        moderate("erase", wanted, newsroom, done=parked, as_json=as_json)
    finally:
        if writer:
            threads.forget(writer, even_asked=True)


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
    threads = moderate_comments.comment_threads(newsroom)
    lines = comment_files.read_ndjson(lines_of(file), file)
    for article, count in comment_files.unknown_articles(threads, lines).items():
        say(f"article {article} is not live: its {count_of(count, 'comment')} will be shown when it is")
    with progress() as bars:
        task = bars.add_task("importing", total=len(lines))
        stored = 0
        for stored_now in comment_files.store(threads, lines, secret(newsroom.link_secret, "readers")):
            stored += stored_now
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
    threads = moderate_comments.comment_threads(cloud.find(state, stack))
    exported = moderate_comments.by_age(moderate_comments.every(threads))
    with opened_for_owner(file) as target:
        target.writelines(comment_files.written(threads, exported, private=private))
    left_out = "" if private else ", without the private data of their writers (--private)"
    say(f"{count_of(len(exported), 'comment')} written{left_out}")


# ── Deciding and printing ──


def moderate(
    action: EditorAction, ids: Iterable[str], newsroom: Cloud, *, done: Iterable[ActionResult] = (), as_json: bool
) -> None:
    """Apply one action to all these comments, and print the results.

    done: results of comments to which the action was already applied.
    """
    by_id = {result["id"]: result for result in done}
    wanted = list(dict.fromkeys([*named(ids), *by_id]))
    with progress() as bars:
        task = bars.add_task(action, total=len(wanted))
        left = [id for id in wanted if id not in by_id]
        decided = moderate_comments.decide(moderate_comments.comment_threads(newsroom), action, left)
        by_id |= {result["id"]: result for result in counted(decided, bars, task)}
    finish([by_id[id] for id in wanted], as_json=as_json)


def finish(results: list[ActionResult], *, as_json: bool) -> None:
    """Print the results of an action, and exit with 1 if any failed."""
    if as_json:
        print_json(results)
    else:
        for result in results:
            out(f"{result['id']}  {result_text(result)}")
    counts = Counter(result["what"] for result in results)
    say(", ".join(f"{number:,} {what}" for what, number in counts.items()) or "nothing to do")
    if counts.keys() & {"unknown", "failed"}:
        raise typer.Exit(1)


def result_text(result: ActionResult) -> str:
    """Return the result of an action in a few words: the reason of a failure, or the status with its reason."""
    if result["what"] in ("unknown", "failed"):
        return result["message"]
    reason = f": {result['message']}" if result["message"] else ""
    note = "  (unchanged)" if result["what"] == "unchanged" else ""
    return f"{result['status']}{reason}{note}"


def named(ids: Iterable[str]) -> Iterator[str]:
    """List the given ids, and the ids on standard input if one of them is -."""
    for id in ids:
        if id == "-":
            yield from (line.strip() for line in sys.stdin if line.strip())
        else:
            yield id


def summary_of(comment: Comment) -> JsonObject:
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


def print_line(comment: Comment) -> None:
    """Print a comment in one line."""
    text = " ".join(comment["text"].split())
    if len(text) > SHOWN:
        text = text[: SHOWN - 1] + "…"
    reason = f"  ({comment['reason']})" if comment["reason"] else ""
    status = f"{comment['status']}{reason}"
    out(f"{comment['id']}  {status}  {comment['at'][:16]}  {comment['article']}  {comment['author']}: {text}")


def print_whole(comment: Mapping[str, Any]) -> None:
    """Print a comment with all its data."""
    out(comment["id"])
    for name, value in comment.items():
        if name not in {"id", "text"} and value not in (None, "", False):
            out(f"  {name}  {value}")
    for line in comment["text"].splitlines():
        out(f"    {line}")


def lines_of(file: str) -> list[str]:
    """Read the lines of a file, or of standard input."""
    try:
        return (sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")).split("\n")
    except OSError as problem:
        raise CannotDo(f"{file} cannot be read: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise CannotDo(f"{file} is not in UTF-8: save it in UTF-8") from problem


@contextmanager
def opened_for_owner(file: str) -> Iterator[IO[str]]:
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
