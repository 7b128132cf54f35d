"""`broadsheet deadletters`: what could not be done, why, and once more.

Looking takes nothing away: messages are put aside for a moment and handed back. What is sent on is
deleted only after it has arrived, so it may come twice, which does no harm, and never gets lost.
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

ASIDE = 30  # seconds for which a letter is nobody else's while it is looked at
MOST = 1000  # letters of a queue that are looked at

FUNCTIONS = {"upload": "PublishArticle", "render": "RenderPage", "rebuild": "RebuildSite", "comment": "IngestComment"}
"""Who reads the queue a letter was taken from."""

deadletters = typer.Typer(no_args_is_help=True, help="See what was parked and why, and have it done after all.")

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="As 'list' shows them.", show_default=False)]
Queue = Annotated[str | None, typer.Option("--queue", metavar="NAME", help="Only of this queue.")]


class DeadLetterSummary(TypedDict):
    """A letter as it is listed. received: how often it was tried; 0 where that is not known."""

    id: str
    queue: str
    reason: str
    at: str
    received: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message in a dead-letter queue. handle: what it is deleted by, while it is put aside."""

    told: DeadLetterSummary
    body: str
    handle: str


@deadletters.command(name="list")
def list_letters(queue: Queue = None, *, state: State = LOCAL, stack: Stack = None, as_json: AsJson = False) -> None:
    """List what was parked, with the reason of each."""
    newsroom = cloud.find(state, stack)
    found = [letter.told for letter in peek(newsroom, queue)]
    if as_json:
        print_json(found)
        return
    table = Columns("id", "queue", "parked", "tries", "reason", box=None, pad_edge=False)
    for told in found:
        table.add_row(told["id"], told["queue"], told["at"], str(told["received"] or ""), printable(told["reason"]))
    if found:
        Console().print(table)
    say(f"{len(found)} parked")


@deadletters.command()
def show(
    ids: Ids = None, *, queue: Queue = None, state: State = LOCAL, stack: Stack = None, as_json: AsJson = False
) -> None:
    """Show letters whole. One of a comment holds its writer's mail address."""
    newsroom = cloud.find(state, stack)
    wanted = set(ids or [])
    found = [letter for letter in peek(newsroom, queue) if letter.told["id"] in wanted]
    missing = wanted - {letter.told["id"] for letter in found}
    if as_json:
        print_json([{**letter.told, "body": letter.body} for letter in found])
    else:
        for letter in found:
            out(f"{letter.told['id']}  {letter.told['queue']}  {letter.told['at']}")
            out(f"    {letter.told['reason']}")
            out(f"    {letter.body}")
    if missing:
        raise CannotDo(f"{', '.join(sorted(missing))}: no such letter; 'broadsheet deadletters list' has all", code=1)


@deadletters.command()
def redrive(
    ids: Ids = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="All of them, or all of --queue.")] = False,
    queue: Queue = None,
    state: State = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Have parked messages done after all, once their cause is mended. To do it twice does no harm."""
    newsroom = cloud.find(state, stack)
    wanted = set(ids or [])
    if every == bool(wanted):
        raise CannotDo("name the letters to send on, or say --all")
    sent = list(send_on(newsroom, (each for each in peek(newsroom, queue) if every or each.told["id"] in wanted)))
    gone = sorted(wanted - {each["id"] for each in sent})
    if as_json:
        print_json([*sent, *({"id": id, "did": "nothing: it is not parked any more"} for id in gone)])
        return
    for each in sent:
        out(f"{each['id']}  {each['did']}")
    for id in gone:
        out(f"{id}  nothing: it is not parked any more")


def peek(newsroom: Cloud, queue: str | None) -> Iterator[DeadLetter]:
    """Every letter, queue after queue; those still there are handed back at the end."""
    if queue is not None and queue not in newsroom.dead_letters:
        raise CannotDo(f"there is no queue '{queue}': there are {', '.join(newsroom.dead_letters)}")
    for name, url in newsroom.dead_letters.items():
        if queue in (None, name):
            yield from _of_queue(name, url)


def _of_queue(name: str, url: str) -> Iterator[DeadLetter]:
    found: dict[str, DeadLetter] = {}
    while len(found) < MOST:
        answer = sqs().receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=ASIDE,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        new = [dead_letter_of(name, message) for message in answer.get("Messages", [])]
        if not new or all(letter.told["id"] in found for letter in new):
            break
        found |= {letter.told["id"]: letter for letter in new}
    try:
        yield from found.values()
    finally:
        for letter in found.values():
            try:
                sqs().change_message_visibility(QueueUrl=url, ReceiptHandle=letter.handle, VisibilityTimeout=0)
            except sqs().exceptions.ClientError:
                continue  # sent on meanwhile


def dead_letter_of(queue: str, message: Mapping[str, Any]) -> DeadLetter:
    """A message as SQS gives it, with its reason, whoever parked it."""
    attributes = {name: value.get("StringValue", "") for name, value in message.get("MessageAttributes", {}).items()}
    told: DeadLetterSummary = {
        "id": message["MessageId"],
        "queue": queue,
        "reason": attributes.get("reason") or _reason(queue, message["Body"], attributes),
        "at": attributes.get("at", ""),
        "received": int(attributes.get("received", 0)),
    }
    return DeadLetter(told, message["Body"], message["ReceiptHandle"])


def _reason(queue: str, body: str, attributes: Mapping[str, str]) -> str:
    """Why, of a letter that Lambda or the scheduler wrote, or that SQS moved here by itself."""
    if attributes.get("ERROR_MESSAGE"):  # the scheduler's
        return attributes["ERROR_MESSAGE"]
    try:
        said = json.loads(body)
        answered = said.get("responsePayload") or {}
        why = answered.get("errorMessage") or said["requestContext"]["condition"]
        return f"{why}: {_where(said)}" if _where(said) else str(why)
    except (ValueError, KeyError, TypeError, AttributeError):
        function = FUNCTIONS.get(queue, "the function")
        return f"it failed five times, and {function} was ended before it could say why: see its log"


def _where(said: Mapping[str, Any]) -> str:
    batch = said.get("DDBStreamBatchInfo") or {}
    if not batch:
        return ""
    return f"{batch.get('batchSize', '?')} changes from {batch.get('approximateArrivalOfFirstRecord', '?')}"


def send_on(newsroom: Cloud, letters: Iterable[DeadLetter]) -> Iterator[dict[str, str]]:
    """Send letters on, each deleted once it has arrived; what was done about each."""
    for letter in letters:
        queue = letter.told["queue"]
        yield {"id": letter.told["id"], "did": _send_on(newsroom, letter)}
        sqs().delete_message(QueueUrl=newsroom.dead_letters[queue], ReceiptHandle=letter.handle)


def _send_on(newsroom: Cloud, letter: DeadLetter) -> str:
    queue = letter.told["queue"]
    if queue in newsroom.queues:
        sqs().send_message(QueueUrl=newsroom.queues[queue], MessageBody=letter.body)
        return f"sent to the {queue} queue again"
    if queue == "plan":
        queues.send(newsroom.queues["rebuild"], [{"of": "everything", "mark": True, "why": "deadletters"}])
        return "a rebuild of everything has begun: what changed then is in the tables"
    if "nightly" in letter.body:
        queues.send(newsroom.queues["rebuild"], [{"of": "everything", "why": "deadletters"}])
        return "a rebuild of everything has begun"
    return "taken away: the clock's next tick does what this one did not"
