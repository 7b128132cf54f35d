"""The outbox: mail and other tasks that follow after a comment came, was approved or was erased."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aws_lambda_powertools import Logger

from adapters import email_sender
from adapters.clients import setting
from newsroom.comments.notifications import Mail
from newsroom.errors import PermanentError, TransientError
from newsroom.rows import OUTBOX, Row, RowWrite, outbox_key
from workflows.moderation_request import ModerationRequest

AT_ONCE = 1000  # tasks in one run; the next run does the rest
GIVE_UP_AFTER = timedelta(days=1)  # a task that fails for so long is given up
RELEASED_AT_ONCE = 300  # replies that wait for their parents
FORGOTTEN_AT_ONCE = 100  # writers
ARRIVAL_TIME = timedelta(minutes=1)  # a comment that is answered, but not stored, may still be in the queue for so long
KINDS = ("answers", "forget", "held", "mail", "reply")
_DELETED_AT_ONCE = 100
_LONGEST_PAUSE = timedelta(hours=1)


@dataclass(slots=True)
class OutboxRun:
    """One run through the outbox, and its results.

    failed: the reasons of failures that must not go unnoticed. postponed: the reasons of tasks that are retried later.
    """

    desk: ModerationRequest
    log: Logger
    sent: int = 0
    refused: int = 0
    given_up: int = 0
    failed: list[str] = field(default_factory=list)
    postponed: list[str] = field(default_factory=list)

    def send(self, mail: Mail) -> bool:
        """Send a mail. Return False if it is refused for good, which is logged and counted. Raises TransientError."""
        try:
            email_sender.send(mail, setting("SENDER_EMAIL"))
        except PermanentError as problem:
            self.refused += 1
            self.log.error("a mail was refused for good and dropped", reason=str(problem))
            return False
        self.sent += 1
        return True

    def delete(self, things: Sequence[Row]) -> None:
        """Delete tasks from the outbox."""
        for start in range(0, len(things), _DELETED_AT_ONCE):
            gone = [RowWrite(thing.key, None) for thing in things[start : start + _DELETED_AT_ONCE]]
            self.desk.threads.private.transact(gone)

    def postpone(self, things: Sequence[Row], reason: str) -> None:
        """Move failed tasks behind all others. Retry them with longer and longer pauses, and give up after a day."""
        self.postponed.append(reason)
        for thing in things:
            since, tries = thing.doc.get("since", due_at(thing)), thing.doc.get("tries", 0) + 1
            if self.desk.now - datetime.fromisoformat(since) > GIVE_UP_AFTER:
                self.given_up += 1
                self.log.error("given up after a day", kind=thing.doc["kind"], tries=tries, reason=reason)
                self.delete([thing])
                continue
            later = self.desk.now + min(timedelta(minutes=2 ** min(tries - 1, 10)), _LONGEST_PAUSE)
            key = outbox_key(thing.doc["kind"], later.isoformat(timespec="milliseconds"), thing.doc["id"])
            again = RowWrite(key, {**thing.doc, "since": since, "tries": tries})
            self.desk.threads.private.transact([RowWrite(thing.key, None), again])


def due_at(thing: Row) -> str:
    """Return the earliest time for doing a task."""
    return thing.key.sk.partition("#")[0]


def due_tasks(desk: ModerationRequest) -> dict[str, list[Row]]:
    """List the due tasks by kind, the longest due first."""
    kinds: dict[str, list[Row]] = {kind: [] for kind in KINDS}
    for thing in desk.threads.private.query(OUTBOX, before=f"{desk.at}~", limit=AT_ONCE):
        kinds[thing.doc["kind"]].append(thing)
    return kinds


def release_replies(run: OutboxRun, things: Sequence[Row]) -> None:
    """Decide on waiting replies, once for each parent, even if several tasks name it."""
    by_parent: defaultdict[str, list[Row]] = defaultdict(list)
    for thing in things:
        by_parent[thing.doc["id"]].append(thing)
    left, done = RELEASED_AT_ONCE, list[Row]()
    for id, tasks in by_parent.items():
        may_come = run.desk.now - datetime.fromisoformat(due_at(tasks[0])) < ARRIVAL_TIME
        try:
            released = run.desk.threads.release_some_replies(id, run.desk.at, parent_may_come=may_come, most=left)
        except TransientError as problem:
            run.failed.append(str(problem))
            continue
        left -= released.count
        if released.is_all:
            done += tasks
        if left <= 0:
            break
    run.delete(done)


def forget(run: OutboxRun, things: Sequence[Row]) -> None:
    """Delete the mail records of writers who have erased all their comments."""
    for thing in things[:FORGOTTEN_AT_ONCE]:
        try:
            run.desk.threads.forget(thing.doc["id"])
        except TransientError as problem:
            run.postpone([thing], str(problem))
        else:
            run.delete([thing])
