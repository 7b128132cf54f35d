"""The outbox: mail and other tasks that follow after a comment came, was approved or was erased."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import get_args

from adapters import email_sender
from adapters.clients import setting
from adapters.logs import logger
from newsroom.comment import OutboxTask, TaskKind
from newsroom.comments.notifications import Mail
from newsroom.errors import PermanentError, TransientError
from newsroom.rows import Row, RowWrite
from newsroom.table_keys import OUTBOX, due_at, outbox_key
from workflows.moderation_request import ModerationRequest

AT_ONCE = 1000  # tasks in one run; the next run does the rest
GIVE_UP_AFTER = timedelta(days=1)  # a task that fails for so long is given up
RELEASED_AT_ONCE = 300  # replies that wait for their parents
FORGOTTEN_AT_ONCE = 100  # writers
ARRIVAL_TIME = timedelta(minutes=1)  # a comment that is answered, but not stored, may still be in the queue for so long
_DELETED_AT_ONCE = 100
_LONGEST_PAUSE = timedelta(hours=1)


Task = Row[OutboxTask]


@dataclass(slots=True)
class OutboxRun:
    """One run through the outbox, and its results.

    failed: the reasons of failures that must not go unnoticed. postponed: the reasons of tasks that are retried later.
    """

    moderation: ModerationRequest
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
            logger().error("a mail was refused for good and dropped", reason=str(problem))
            return False
        self.sent += 1
        return True

    def delete(self, tasks: Sequence[Task]) -> None:
        """Delete tasks from the outbox."""
        for start in range(0, len(tasks), _DELETED_AT_ONCE):
            gone = [RowWrite(task.key, None) for task in tasks[start : start + _DELETED_AT_ONCE]]
            self.moderation.threads.private.transact(gone)

    def postpone(self, tasks: Sequence[Task], reason: str) -> None:
        """Move failed tasks behind all others. Retry them with longer and longer pauses, and give up after a day."""
        self.postponed.append(reason)
        for task in tasks:
            since, tries = task.doc.get("since", due_at(task.key)), task.doc.get("tries", 0) + 1
            if self.moderation.now - datetime.fromisoformat(since) > GIVE_UP_AFTER:
                self.given_up += 1
                logger().error("given up after a day", kind=task.doc["kind"], tries=tries, reason=reason)
                self.delete([task])
                continue
            later = self.moderation.now + min(timedelta(minutes=2 ** min(tries - 1, 10)), _LONGEST_PAUSE)
            key = outbox_key(task.doc["kind"], later.isoformat(timespec="milliseconds"), task.doc["id"])
            again = RowWrite(key, {**task.doc, "since": since, "tries": tries})
            self.moderation.threads.private.transact([RowWrite(task.key, None), again])


def due_tasks(moderation: ModerationRequest) -> dict[TaskKind, list[Task]]:
    """List the due tasks by kind, the longest due first."""
    by_kind: dict[TaskKind, list[Task]] = {kind: [] for kind in get_args(TaskKind)}
    for task in moderation.threads.private.query(OUTBOX, before=f"{moderation.at}~", limit=AT_ONCE):
        by_kind[task.doc["kind"]].append(task)
    return by_kind


def release_replies(run: OutboxRun, tasks: Sequence[Task]) -> None:
    """Decide on waiting replies, once for each parent, even if several tasks name it."""
    by_parent: defaultdict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        by_parent[task.doc["id"]].append(task)
    left, done = RELEASED_AT_ONCE, list[Task]()
    for id, of_parent in by_parent.items():
        may_come = run.moderation.now - datetime.fromisoformat(due_at(of_parent[0].key)) < ARRIVAL_TIME
        try:
            released = run.moderation.threads.release_some_replies(
                id, run.moderation.at, parent_may_come=may_come, most=left
            )
        except TransientError as problem:
            run.failed.append(str(problem))
            continue
        left -= released.count
        if released.is_all:
            done += of_parent
        if left <= 0:
            break
    run.delete(done)


def forget(run: OutboxRun, tasks: Sequence[Task]) -> None:
    """Delete the mail records of writers who have erased all their comments."""
    for task in tasks[:FORGOTTEN_AT_ONCE]:
        try:
            run.moderation.threads.forget(task.doc["id"])
        except TransientError as problem:
            run.postpone([task], str(problem))
        else:
            run.delete([task])
