"""`broadsheet`: publish, check and withdraw files, decide about comments, and see the state of the newsroom.

Results go to standard output, everything else to standard error. Exit codes: 0 for success; 1 if the
newsroom refused or did not answer; 2 if the command line was wrong or no newsroom runs.
"""

from collections import Counter
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
from infra.cli.status_report import Status
from infra.cli.terminal import (
    LOCAL,
    AsJson,
    Seconds,
    Stack,
    State,
    Yes,
    count_of,
    counted,
    out,
    print_json,
    printable,
    progress,
    say,
)
from infra.local.folder import SETTINGS, in_turn
from infra.receipt import Receipt
from newsroom.errors import TransientError

if TYPE_CHECKING:
    from infra.cli.dry_run import DryRunResult

FAILURES = frozenset({"rejected", "unanswered"})

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Files, and folders of files.", show_default=False)
]
Prefix = Annotated[
    str,
    typer.Option(metavar="PREFIX", help="Key prefix of files outside folders named articles, authors, pages or theme."),
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
            say(f"broadsheet: AWS is throttling requests ({problem}): try again in a minute")
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
def broadsheet(
    ctx: typer.Context,
    state: Annotated[
        Path, typer.Option(metavar="DIR", envvar="STATE", help="The state folder of the local newsroom.")
    ] = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Manage a newsroom as editor or operator: the local one, or a stack on AWS."""
    global_options = {"state": state, "stack": stack, "as_json": as_json}
    ctx.default_map = defaults_of(ctx.command, global_options)


def defaults_of(command: object, global_options: dict[str, Any]) -> dict[str, Any]:
    """Return the options given before a command's name, in click's form: for the command, or for each subcommand."""
    if isinstance(command, TyperGroup):
        return {name: defaults_of(subcommand, global_options) for name, subcommand in command.commands.items()}
    return global_options


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
    came: list[Receipt] = []
    for batch in in_turn(uploads):
        if came and came[0]["status"] in FAILURES:
            say(f"{SETTINGS} is {came[0]['status']}: all else is read with the settings that are in force")
        with progress() as bars:
            task = bars.add_task("uploading", total=len(batch))
            sent = dict(counted(receipts.upload(newsroom.upload_bucket, batch), bars, task))
        came += receipts_of(sent, newsroom, timeout)
    finish(came, as_json=as_json, verbose=verbose)


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
    table, site_url = dry_run.DryRunTable(""), "http://127.0.0.1:8080"
    try:
        newsroom = cloud.find(state, stack)
        table, site_url = dry_run.DryRunTable(newsroom.news_table, site=Bucket(newsroom.site_bucket)), newsroom.site_url
    except CannotDo as problem:
        if stack:
            raise
        say(f"Checked against an empty paper, since {problem}")
    results = []
    with progress() as bars:
        task = bars.add_task("checking", total=len(uploads))
        for result in counted(dry_run.check(table, uploads, site_url), bars, task):
            results.append(result)
            if not as_json:
                print_receipt(result.receipt, verbose=verbose)
                print_pages(result)
    if as_json:
        print_json([{**result.receipt, "pages": result.pages, "whole_paper": result.whole_paper} for result in results])
    end_with([result.receipt for result in results])


@app.command(name="costs")
def list_costs(as_json: AsJson = False) -> None:
    """List the costs of a newsroom: counted calls times public prices, beside the lowest possible. Call no cloud."""
    lines = costs.price_list()
    if as_json:
        print_json([
            {"what": line.what, "usd": line.usd, "floor": line.floor, "ratio": line.ratio, "parts": line.parts}
            for line in lines
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
    say("Counting articles: this reads the whole table.")
    states, complete = status_report.articles(newsroom.news_table)
    report: Status = {
        "site_url": newsroom.site_url,
        "site_status": status_report.front_page(newsroom.site_url),
        "queues": [status_report.held(name, url) for name, url in newsroom.queues.items()],
        "dead_letters": [status_report.held(name, url) for name, url in newsroom.dead_letters.items()],
        "articles": dict(sorted(states.items())),
        "articles_complete": complete,
    }
    if as_json:
        print_json(report)
    else:
        print_status(report)


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
    listed = receipts.listed(newsroom.upload_bucket, prefix)
    wanted = (receipt for receipt in listed if receipt["status"] == "rejected" or not rejected)
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
    batch = rebuilds.chosen(section, month, path or [])
    id = rebuilds.ask(newsroom, batch)
    if not wait:
        if as_json:
            print_json({"id": id, "of": batch.scope})
        else:
            out(f"rebuild {id} has begun; its report will be reports/rebuild-{id}.json in the upload bucket")
        return
    report: Mapping[str, Any] = {}
    with progress() as bars:
        task = bars.add_task("comparing pages", total=None)
        for report in rebuilds.followed(newsroom, batch, id, timeout):
            bars.update(task, completed=report["checked"])
    if as_json:
        print_json(report)
    else:
        print_report(report)
    if report["failed"]:
        raise CannotDo(f"{report['failed']} pages could not be rendered: see 'broadsheet deadletters'", code=1)


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
    batch = rebuilds.chosen(section, month, path or [])
    checked, suspects = 0, []
    with progress() as bars:
        task = bars.add_task("comparing pages", total=None)
        for comparisons in rebuilds.differences(newsroom, batch):
            checked += len(comparisons)
            suspects += [comparison for comparison in comparisons if comparison.verdict != "unchanged"]
            bars.update(task, completed=checked)
    different = list(rebuilds.compare_again(newsroom, suspects))
    if as_json:
        differences = [{"path": comparison.page.path, "verdict": comparison.verdict} for comparison in different]
        print_json({"checked": checked, "differences": differences})
    else:
        for comparison in different:
            out(f"{comparison.verdict:8}  {comparison.page.path}")
        say(f"{count_of(checked, 'page')} compared, {count_of(len(different), 'difference')}")
    if different:
        raise typer.Exit(1)


@app.command()
def withdraw(
    keys: Annotated[list[str], typer.Argument(metavar="KEY...", help="Such as articles/korea.md.", show_default=False)],
    *,
    yes: Yes = False,
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
            raise CannotDo(f"{key}: there is no such upload; 'broadsheet receipts' lists all uploads", code=1)
    if not yes:
        uploads = keys[0] if len(keys) == 1 else f"these {len(keys)} uploads"
        typer.confirm(f"Delete {printable(uploads)} from {newsroom.upload_bucket}?", abort=True, err=True)
    sent = dict(receipts.withdraw(newsroom.upload_bucket, keys))
    finish(receipts_of(sent, newsroom, timeout), as_json=as_json, verbose=verbose)


app.command()(takedowns.takedown)
app.command()(takedowns.restore)
app.command()(restore_rows.restore_rows)
app.command()(doctor.doctor)


@app.command(name="rotate-secret")
def rotate_secret(
    whose: Annotated[Purpose | None, typer.Argument(help="Whose links; both if not given.")] = None,
    *,
    yes: Yes = False,
    state: State = LOCAL,
    stack: Stack = None,
) -> None:
    """Sign readers' receipts and links, and editors' links, with new keys. Links signed with the previous keys stay
    valid until the next rotation."""
    newsroom = cloud.find(state, stack)
    if not yes:
        typer.confirm(
            "Sign with a new key from now on, and accept only that key and the previous one?", abort=True, err=True
        )
    for purpose in [whose] if whose else PURPOSES:
        rotate(newsroom.link_secret, purpose)
    say("Running functions use the new key within five minutes.")


# ── Waiting and printing ──


def receipts_of(sent: Mapping[str, str | None], newsroom: Cloud, timeout: float) -> list[Receipt]:
    """Return the receipt of each upload, in the order of sending."""
    with progress() as bars:
        task = bars.add_task("waiting for receipts", total=len(sent))
        awaited = receipts.answers(newsroom.upload_bucket, sent, timeout)
        came = {receipt["key"]: receipt for receipt in counted(awaited, bars, task)}
    return [came.get(key) or receipts.unanswered(key, version, timeout) for key, version in sent.items()]


def finish(came: list[Receipt], *, as_json: bool, verbose: bool) -> None:
    """Print receipts, and exit with the matching code."""
    if as_json:
        print_json(came)
    else:
        for receipt in came:
            print_receipt(receipt, verbose=verbose)
    end_with(came)


def end_with(came: list[Receipt]) -> None:
    """Print how many receipts have each status; exit with 1 if any upload failed."""
    counts = Counter(receipt["status"] for receipt in came)
    warnings = sum(len(receipt["warnings"]) for receipt in came)
    parts = [f"{number} {name}" for name, number in counts.items()]
    if warnings:
        parts.append(count_of(warnings, "warning"))
    say(", ".join(parts))
    if counts.keys() & FAILURES:
        raise typer.Exit(1)


def print_receipt(receipt: Receipt, *, verbose: bool) -> None:
    """Print one line for a receipt, and one for each of its problems."""
    warnings = receipt["warnings"]
    hint = f"  ({count_of(len(warnings), 'warning')}: -v)" if warnings and not verbose else ""
    out(f"{receipt['key']}  {receipt['status']}" + (f"  {receipt['url']}" if receipt["url"] else "") + hint)
    for problem in receipt["problems"]:
        out(f"    {problem['message']}")
    for warning in warnings if verbose else ():
        out(f"    warning: {warning['message']}")


def print_pages(result: "DryRunResult") -> None:
    """Print the pages that would be rendered, one a line."""
    pages = ["every page of the paper"] if result.whole_paper else result.pages
    for line in pages or ["no page would change"]:
        out(f"  {line}")


def print_status(report: Status) -> None:
    """Print the state of the newsroom: two lines, and a table of the queues."""
    out(f"site  {report['site_url']}  {report['site_status']}")
    counts = ", ".join(f"{number} {state}" for state, number in report["articles"].items()) or "none"
    more = "" if report["articles_complete"] else " (and more: not all of the table was read)"
    out(f"articles  {counts}{more}")
    table = Table("queue", box=None, pad_edge=False)
    for heading in ("waiting", "in flight", "dead letters"):
        table.add_column(heading, justify="right")
    parked = {queue["name"]: queue["waiting"] + queue["in_flight"] for queue in report["dead_letters"]}
    for queue in report["queues"]:
        table.add_row(queue["name"], str(queue["waiting"]), str(queue["in_flight"]), str(parked.pop(queue["name"], "")))
    for name, number in parked.items():
        table.add_row(name, "", "", str(number))
    Console().print(table)


def print_report(report: Mapping[str, Any]) -> None:
    """Print the report of a rebuild. A stored report has the field `strange`, which stands for orphaned pages."""
    names = {"rewritten": "rewritten", "missing": "missing", "strange": "orphaned", "failed": "failed"}
    counts = ", ".join(f"{report[kind]} {name}" for kind, name in names.items())
    out(f"{count_of(report['checked'], 'page')} checked in {report['seconds']} s: {counts}; {report['calls']} calls")
    for kind, paths in report["paths"].items():
        for path in paths:
            out(f"  {names[kind]:9}  {path}")
