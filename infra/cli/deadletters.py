"""`broadsheet deadletters`: list the messages that failed, with the reason of each, and redrive them.

Listing removes nothing: messages are hidden for a short time and then made visible again. A redriven message is
deleted only after it was sent, so it may come twice, which does no harm, and is never lost.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

import typer
from rich.console import Console
from rich.table import Table as Columns

from adapters import queues
from adapters.clients import sqs
from infra.cli import CannotDo, cloud
from infra.cli.cloud import Cloud
from infra.cli.terminal import LOCAL, AsJson, Stack, State, out, print_json, printable, say

HIDDEN = 30  # seconds for which a message is hidden from other consumers while it is read
MOST_READ = 1000  # messages read from one queue

FUNCTIONS = {"upload": "PublishArticle", "render": "RenderPage", "rebuild": "RebuildSite", "comment": "IngestComment"}
"""The function that reads each queue."""

deadletters = typer.Typer(no_args_is_help=True, help="Show the messages that failed and the reasons, and retry them.")

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="As 'list' shows them.", show_default=False)]
Queue = Annotated[str | None, typer.Option("--queue", metavar="NAME", help="Only messages of this queue.")]


class DeadLetterSummary(TypedDict):
    """A dead letter as lists show it. received: the number of attempts; 0 if unknown."""

    id: str
    queue: str
    reason: str
    at: str
    received: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message in a dead-letter queue. handle: the receipt handle that deletes it while it is hidden."""

    summary: DeadLetterSummary
    body: str
    handle: str


@deadletters.command(name="list")
def list_letters(queue: Queue = None, *, state: State = LOCAL, stack: Stack = None, as_json: AsJson = False) -> None:
    """List the messages that failed, with the reason of each."""
    newsroom = cloud.find(state, stack)
    summaries = [letter.summary for letter in peek(newsroom, queue)]
    if as_json:
        print_json(summaries)
        return
    table = Columns("id", "queue", "parked", "tries", "reason", box=None, pad_edge=False)
    for letter in summaries:
        reason = printable(letter["reason"])
        table.add_row(letter["id"], letter["queue"], letter["at"], str(letter["received"] or ""), reason)
    if summaries:
        Console().print(table)
    say(f"{len(summaries)} parked")


@deadletters.command()
def show(
    ids: Ids = None, *, queue: Queue = None, state: State = LOCAL, stack: Stack = None, as_json: AsJson = False
) -> None:
    """Show messages in full. The message of a comment holds its writer's mail address."""
    newsroom = cloud.find(state, stack)
    wanted = set(ids or [])
    letters = [letter for letter in peek(newsroom, queue) if letter.summary["id"] in wanted]
    missing = wanted - {letter.summary["id"] for letter in letters}
    if as_json:
        print_json([{**letter.summary, "body": letter.body} for letter in letters])
    else:
        for letter in letters:
            out(f"{letter.summary['id']}  {letter.summary['queue']}  {letter.summary['at']}")
            out(f"    {letter.summary['reason']}")
            out(f"    {letter.body}")
    if missing:
        raise CannotDo(f"{', '.join(sorted(missing))}: no such letter; 'broadsheet deadletters list' shows all", code=1)


@deadletters.command()
def redrive(
    ids: Ids = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="All messages, or all of --queue.")] = False,
    queue: Queue = None,
    state: State = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Retry failed messages after their cause is fixed. Repeating it does no harm."""
    newsroom = cloud.find(state, stack)
    wanted = set(ids or [])
    if every == bool(wanted):
        raise CannotDo("name the letters to redrive by their ids, or say --all")
    letters = (letter for letter in peek(newsroom, queue) if every or letter.summary["id"] in wanted)
    results = list(redriven(newsroom, letters))
    gone = sorted(wanted - {result["id"] for result in results})
    results += [{"id": id, "did": "nothing: it is not parked any more"} for id in gone]
    if as_json:
        print_json(results)
        return
    for result in results:
        out(f"{result['id']}  {result['did']}")


def peek(newsroom: Cloud, queue: str | None) -> Iterator[DeadLetter]:
    """Read every dead letter, queue after queue; make the remaining ones visible again at the end."""
    if queue is not None and queue not in newsroom.dead_letters:
        raise CannotDo(f"there is no queue '{queue}': name one of {', '.join(newsroom.dead_letters)}")
    for name, url in newsroom.dead_letters.items():
        if queue in (None, name):
            yield from _of_queue(name, url)


def _of_queue(name: str, url: str) -> Iterator[DeadLetter]:
    found: dict[str, DeadLetter] = {}
    while len(found) < MOST_READ:
        answer = sqs().receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=HIDDEN,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        new = [dead_letter_of(name, message) for message in answer.get("Messages", [])]
        if not new or all(letter.summary["id"] in found for letter in new):
            break
        found |= {letter.summary["id"]: letter for letter in new}
    try:
        yield from found.values()
    finally:
        for letter in found.values():
            try:
                sqs().change_message_visibility(QueueUrl=url, ReceiptHandle=letter.handle, VisibilityTimeout=0)
            except sqs().exceptions.ClientError:
                continue  # redriven in the meantime


def dead_letter_of(queue: str, message: Mapping[str, Any]) -> DeadLetter:
    """Return a message from SQS with its reason, for every kind of sender."""
    attributes = {name: value.get("StringValue", "") for name, value in message.get("MessageAttributes", {}).items()}
    summary: DeadLetterSummary = {
        "id": message["MessageId"],
        "queue": queue,
        "reason": attributes.get("reason") or _reason(queue, message["Body"], attributes),
        "at": attributes.get("at", ""),
        "received": int(attributes.get("received", 0)),
    }
    return DeadLetter(summary, message["Body"], message["ReceiptHandle"])


def _reason(queue: str, body: str, attributes: Mapping[str, str]) -> str:
    """Return the reason of a message that Lambda or the scheduler sent, or that SQS moved here by itself."""
    if attributes.get("ERROR_MESSAGE"):  # set by the scheduler
        return attributes["ERROR_MESSAGE"]
    try:
        record = json.loads(body)
        response = record.get("responsePayload") or {}
        reason = response.get("errorMessage") or record["requestContext"]["condition"]
        batch = _stream_batch(record)
        return f"{reason}: {batch}" if batch else str(reason)
    except (ValueError, KeyError, TypeError, AttributeError):
        function = FUNCTIONS.get(queue, "the function")
        return f"it failed five times, and {function} was stopped before it could give a reason: see its log"


def _stream_batch(record: Mapping[str, Any]) -> str:
    """Return the batch of a stream's records that failed; empty for other messages."""
    batch = record.get("DDBStreamBatchInfo") or {}
    if not batch:
        return ""
    return f"{batch.get('batchSize', '?')} changes from {batch.get('approximateArrivalOfFirstRecord', '?')}"


def redriven(newsroom: Cloud, letters: Iterable[DeadLetter]) -> Iterator[dict[str, str]]:
    """Send each message again, then delete it; yield the result of each."""
    for letter in letters:
        queue = letter.summary["queue"]
        yield {"id": letter.summary["id"], "did": _send_again(newsroom, letter)}
        sqs().delete_message(QueueUrl=newsroom.dead_letters[queue], ReceiptHandle=letter.handle)


def _send_again(newsroom: Cloud, letter: DeadLetter) -> str:
    queue = letter.summary["queue"]
    if queue in newsroom.queues:
        sqs().send_message(QueueUrl=newsroom.queues[queue], MessageBody=letter.body)
        return f"sent to the {queue} queue again"
    if queue == "plan":
        queues.send(newsroom.queues["rebuild"], [{"of": "everything", "mark": True, "why": "deadletters"}])
        return "a rebuild of everything has begun: the tables hold all changes"
    if "nightly" in letter.body:
        queues.send(newsroom.queues["rebuild"], [{"of": "everything", "why": "deadletters"}])
        return "a rebuild of everything has begun"
    return "removed: the clock's next tick does the same work"
