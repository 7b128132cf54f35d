"""`broadsheet`: publish, check and withdraw files, decide about comments, and see the state of the newsroom.

Results go to standard output, everything else to standard error. Exit codes: 0 for success; 1 if the
newsroom refused or did not answer; 2 if the command line was wrong or no newsroom runs.
"""

from collections import Counter
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup

from adapters.objects import Bucket
from adapters.secrets import PURPOSES, Purpose, rotate
from infra.cli import CannotDo, cloud, costs, doctor, files, rebuilds, receipts, restore_rows, status_report, takedowns
from infra.cli.cloud import Cloud
from infra.cli.comments import comments
from infra.cli.deadletters import deadletters
from infra.cli.receipts import Receipt
from infra.cli.terminal import LOCAL, AsJson, Stack, State, counted, out, print_json, printable, progress, say
from infra.local.folder import SETTINGS, in_turn
from newsroom.errors import TransientError

BAD_ENDS = frozenset({"rejected", "unanswered"})

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Files, and folders of files.", show_default=False)
]
Prefix = Annotated[
    str,
    typer.Option(metavar="PREFIX", help="Key prefix of files outside folders named articles, authors, pages or theme."),
]
Seconds = Annotated[
    float, typer.Option("--timeout", min=0, metavar="SECONDS", help="Give up after SECONDS without progress.")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Print warnings too.")]


class BroadsheetGroup(TyperGroup):
    """A group of commands that prints one line on an error, never a traceback."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        try:
            return super().invoke(ctx)
        except CannotDo as problem:
            say(f"broadsheet: {problem}")
            raise typer.Exit(problem.code) from problem
        except TransientError as problem:
            say(f"broadsheet: the cloud is overburdened ({problem}): try again")
            raise typer.Exit(1) from problem
        except (BotoCoreError, ClientError) as problem:
            say(f"broadsheet: {cloud.explain(problem)}")
            raise typer.Exit(2) from problem


app = typer.Typer(
    cls=BroadsheetGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the program `broadsheet`."""
    app(prog_name="broadsheet")


@app.callback()
def desk(
    ctx: typer.Context,
    state: Annotated[
        Path, typer.Option(metavar="DIR", envvar="STATE", help="The state folder of the local newsroom.")
    ] = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Manage a newsroom as editor or operator: the local one, or a stack on AWS."""
    global_options = {"state": state, "stack": stack, "as_json": as_json}
    ctx.default_map = said_to_each(ctx.command, global_options)


def said_to_each(command: object, said: dict[str, Any]) -> dict[str, Any]:
    """Return the options given before a command's name, in click's form: for the command, or for each subcommand."""
    if isinstance(command, TyperGroup):
        return {name: said_to_each(below, said) for name, below in command.commands.items()}
    return said


app.add_typer(comments, name="comments")
app.add_typer(deadletters, name="deadletters")


@app.command()
def publish(
    named: Files,
    *,
    prefix: Prefix = "articles/",
    timeout: Seconds = 120,
    verbose: Verbose = False,
    state: State = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Upload files, and wait for the receipt of each."""
    uploads = files.uploads(named, prefix)
    newsroom = cloud.find(state, stack)
    found: list[Receipt] = []
    for some in in_turn(uploads):
        if found and found[0]["status"] in BAD_ENDS:
            say(f"{SETTINGS} is {found[0]['status']}: all else is read with the settings that are in force")
        with progress() as bars:
            task = bars.add_task("uploading", total=len(some))
            sent = dict(counted(receipts.upload(newsroom.upload_bucket, some), bars, task))
        found += answers_to(sent, newsroom, timeout)
    finish(found, as_json=as_json, verbose=verbose)


@app.command()
def check(
    named: Files,
    *,
    prefix: Prefix = "articles/",
    verbose: Verbose = False,
    state: State = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Show the result of publishing files, and the pages that would change. Write nothing."""
    from infra.cli import dry_run  # loads the newsroom's parsers, which no other command needs

    uploads = files.uploads(named, prefix)
    proof, site_url = dry_run.DryRunTable(""), "http://127.0.0.1:8080"
    try:
        newsroom = cloud.find(state, stack)
        proof, site_url = dry_run.DryRunTable(newsroom.news_table, site=Bucket(newsroom.site_bucket)), newsroom.site_url
    except CannotDo as problem:
        if stack:
            raise
        say(f"Checked against an empty paper, since {problem}")
    verdicts = []
    with progress() as bars:
        task = bars.add_task("checking", total=len(uploads))
        for verdict in counted(dry_run.check(proof, uploads, site_url), bars, task):
            verdicts.append(verdict)
            if not as_json:
                print_receipt(verdict.receipt, verbose=verbose)
                touched = ["every page of the paper"] if verdict.whole_paper else verdict.pages
                for line in touched or ["no page would change"]:
                    out(f"  {line}")
    if as_json:
        print_json([{**it.receipt, "pages": it.pages, "whole_paper": it.whole_paper} for it in verdicts])
    end_with([verdict.receipt for verdict in verdicts])


@app.command(name="costs")
def list_costs(as_json: AsJson = False) -> None:
    """List the costs of a newsroom: counted calls times public prices, beside the lowest possible. Call no cloud."""
    lines = costs.price_list()
    if as_json:
        print_json([
            {"what": each.what, "usd": each.usd, "floor": each.floor, "ratio": each.ratio, "parts": each.parts}
            for each in lines
        ])  # fmt: skip
        return
    say(f"Public prices of us-east-1, looked up in {costs.AS_OF}, without any free tier.")
    for line in costs.as_table(lines).splitlines():
        out(line)


@app.command()
def status(state: State = LOCAL, stack: Stack = None, as_json: AsJson = False) -> None:
    """Show queue lengths, dead letters, the number of articles, and the status of the site.

    Reads the whole table to count the articles.
    """
    newsroom = cloud.find(state, stack)
    say("Counting articles: this reads the table through.")
    states, complete = status_report.articles(newsroom.news_table)
    found: dict[str, Any] = {
        "site_url": newsroom.site_url,
        "site_status": status_report.front_page(newsroom.site_url),
        "queues": [status_report.held(name, url) for name, url in newsroom.queues.items()],
        "dead_letters": [status_report.held(name, url) for name, url in newsroom.dead_letters.items()],
        "articles": dict(sorted(states.items())),
        "articles_complete": complete,
    }
    if as_json:
        print_json(found)
    else:
        show_status(found)


@app.command(name="receipts")
def list_receipts(
    prefix: Annotated[str, typer.Argument(metavar="[PREFIX]", help="Only uploads whose keys begin with PREFIX.")] = "",
    *,
    rejected: Annotated[bool, typer.Option("--rejected", help="Only rejected uploads.")] = False,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="Show at most N receipts.")] = 1000,
    verbose: Verbose = False,
    state: State = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """List receipts: the result of each upload."""
    newsroom = cloud.find(state, stack)
    every = receipts.listed(newsroom.upload_bucket, prefix)
    wanted = (receipt for receipt in every if receipt["status"] == "rejected" or not rejected)
    shown = []
    for receipt in islice(wanted, limit):
        shown.append(receipt)
        if not as_json:
            print_receipt(receipt, verbose=verbose)
    if as_json:
        print_json(shown)
    if len(shown) == limit and next(wanted, None):
        say(f"There are more than {limit}: name a longer PREFIX, or raise --limit.")


Section = Annotated[str | None, typer.Option(metavar="SLUG", help="Only one section: its front, months, articles.")]
Month = Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Only one month: its archive and its articles.")]
Paths = Annotated[list[str] | None, typer.Option("--path", metavar="PATH", help="Only this page; repeat for more.")]


@app.command()
def rebuild(
    section: Section = None,
    month: Month = None,
    path: Paths = None,
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the report, and show it.")] = False,
    timeout: Seconds = 120,
    state: State = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Compare every page of the site, or of a part of it, with the tables, and render those that differ."""
    newsroom = cloud.find(state, stack)
    piece = rebuilds.chosen(section, month, path or [])
    id = rebuilds.ask(newsroom, piece)
    if not wait:
        if as_json:
            print_json({"id": id, "of": piece["of"]})
        else:
            out(f"rebuild {id} has begun; its report will be reports/rebuild-{id}.json in the upload bucket")
        return
    found: Mapping[str, Any] = {}
    with progress() as bars:
        task = bars.add_task("looking at pages", total=None)
        for found in rebuilds.followed(newsroom, piece, id, timeout):
            bars.update(task, completed=found["checked"])
    if as_json:
        print_json(found)
    else:
        show_report(found)
    if found["failed"]:
        raise CannotDo(f"{found['failed']} pages could not be drawn: see 'broadsheet deadletters'", code=1)


@app.command()
def verify(
    section: Section = None,
    month: Month = None,
    path: Paths = None,
    *,
    state: State = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Compare the site with the tables, and write nothing. Exit with 1 if any page differs."""
    newsroom = cloud.find(state, stack)
    piece = rebuilds.chosen(section, month, path or [])
    checked, doubtful = 0, []
    with progress() as bars:
        task = bars.add_task("comparing pages", total=None)
        for sheets in rebuilds.differences(newsroom, piece):
            checked += len(sheets)
            doubtful += [sheet for sheet in sheets if sheet.verdict != "right"]
            bars.update(task, completed=checked)
    wrong = list(rebuilds.again(newsroom, doubtful))
    if as_json:
        differences = [{"path": sheet.page.path, "verdict": sheet.verdict} for sheet in wrong]
        print_json({"checked": checked, "differences": differences})
    else:
        for sheet in wrong:
            out(f"{sheet.verdict:8}  {sheet.page.path}")
        say(f"{counted_as(checked, 'page')} compared, {counted_as(len(wrong), 'difference')}")
    if wrong:
        raise typer.Exit(1)


@app.command()
def withdraw(
    keys: Annotated[list[str], typer.Argument(metavar="KEY...", help="Such as articles/korea.md.", show_default=False)],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
    timeout: Seconds = 120,
    verbose: Verbose = False,
    state: State = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Delete uploads. Live content disappears from every page, and its address shows that it is gone."""
    newsroom = cloud.find(state, stack)
    keys = list(dict.fromkeys(keys))
    for key in keys:
        if receipts.present_version(newsroom.upload_bucket, key) is None:
            raise CannotDo(f"{key}: there is no such upload; 'broadsheet receipts' lists what there is", code=1)
    if not yes:
        what = keys[0] if len(keys) == 1 else f"these {len(keys)} uploads"
        typer.confirm(f"Delete {printable(what)} from {newsroom.upload_bucket}?", abort=True, err=True)
    sent = dict(receipts.withdraw(newsroom.upload_bucket, keys))
    finish(answers_to(sent, newsroom, timeout), as_json=as_json, verbose=verbose)


app.command()(takedowns.takedown)
app.command()(takedowns.restore)
app.command()(restore_rows.restore_rows)
app.command()(doctor.doctor)


@app.command(name="rotate-secret")
def rotate_secret(
    whose: Annotated[Purpose | None, typer.Argument(help="Whose links; both if not given.")] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
    state: State = LOCAL,
    stack: Stack = None,
) -> None:
    """Sign readers' receipts and links, and editors' links, with new keys. Links signed with the previous keys stay
    valid until the next rotation."""
    newsroom = cloud.find(state, stack)
    if not yes:
        typer.confirm("Sign with a new key from now on, and believe only it and the last one?", abort=True, err=True)
    for purpose in [whose] if whose else PURPOSES:
        rotate(newsroom.link_secret, purpose)
    say("Functions that are running come to know the new key within five minutes.")


# ── Waiting and printing ──


def answers_to(sent: Mapping[str, str | None], newsroom: Cloud, timeout: float) -> list[Receipt]:
    """Return the receipt of each upload, in the order of sending."""
    with progress() as bars:
        task = bars.add_task("waiting for receipts", total=len(sent))
        came = receipts.answers(newsroom.upload_bucket, sent, timeout)
        found = {receipt["key"]: receipt for receipt in counted(came, bars, task)}
    return [found.get(key) or receipts.unanswered(key, version, timeout) for key, version in sent.items()]


def finish(found: list[Receipt], *, as_json: bool, verbose: bool) -> None:
    """Print receipts, and exit with the matching code."""
    if as_json:
        print_json(found)
    else:
        for receipt in found:
            print_receipt(receipt, verbose=verbose)
    end_with(found)


def end_with(found: list[Receipt]) -> None:
    """Print how many receipts have each status; exit with 1 if any upload failed."""
    counts = Counter(receipt["status"] for receipt in found)
    warnings = sum(len(receipt["warnings"]) for receipt in found)
    said = [f"{number} {name}" for name, number in counts.items()]
    say(", ".join([*said, counted_as(warnings, "warning")] if warnings else said))
    if counts.keys() & BAD_ENDS:
        raise typer.Exit(1)


def counted_as(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def print_receipt(receipt: Receipt, *, verbose: bool) -> None:
    """Print one line for a receipt, and one for each of its problems."""
    warnings = receipt["warnings"]
    hint = f"  ({counted_as(len(warnings), 'warning')}: -v)" if warnings and not verbose else ""
    out(f"{receipt['key']}  {receipt['status']}" + (f"  {receipt['url']}" if receipt["url"] else "") + hint)
    for problem in receipt["problems"]:
        out(f"    {problem['message']}")
    for warning in warnings if verbose else ():
        out(f"    warning: {warning['message']}")


def show_status(found: Mapping[str, Any]) -> None:
    out(f"site  {found['site_url']}  {found['site_status']}")
    counts = ", ".join(f"{number} {state}" for state, number in found["articles"].items()) or "none"
    out(
        f"articles  {counts}" + ("" if found["articles_complete"] else " (and more: the table is longer than was read)")
    )
    table = Table("queue", box=None, pad_edge=False)
    for heading in ("waiting", "in flight", "dead letters"):
        table.add_column(heading, justify="right")
    parked = {each["name"]: each["waiting"] + each["in_flight"] for each in found["dead_letters"]}
    for queue in found["queues"]:
        table.add_row(queue["name"], str(queue["waiting"]), str(queue["in_flight"]), str(parked.pop(queue["name"], "")))
    for name, number in parked.items():
        table.add_row(name, "", "", str(number))
    Console().print(table)


def show_report(report: Mapping[str, Any]) -> None:
    counts = ", ".join(f"{report[kind]} {kind}" for kind in ("rewritten", "missing", "strange", "failed"))
    out(f"{counted_as(report['checked'], 'page')} checked in {report['seconds']} s: {counts}; {report['calls']} calls")
    for kind, paths in report["paths"].items():
        for path in paths:
            out(f"  {kind:9}  {path}")
