"""The wire between the newsroom's handlers and its cloud, where everything that can go wrong goes wrong.

Each handler runs in a greenlet of its own and is parked at every call it makes. Whoever holds the
schedule lets it go on, and says what becomes of the call.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import get_ident, main_thread
from typing import TYPE_CHECKING, Any, Literal

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from greenlet import getcurrent, greenlet

from tests import paper
from tests.faults import Crash
from tests.memory import Unheard, exceptions_of
from tests.replaced import replace

if TYPE_CHECKING:
    from tests.simulation.schedule import Schedule

Fate = Literal[
    "passes",
    "fails",  # and nothing lands
    "is throttled",
    "loses its answer",  # it lands; botocore gives up waiting
    "lands twice",  # it lands, its answer is lost, and botocore's own repetition is answered
    "lands late",  # after its caller was told of a time-out
    "lands late again",  # after botocore's repetition of it was answered
    "conflicts",  # as S3's 409 and DynamoDB's TransactionConflict, in a transaction and of one row
    "is done in part",  # rows left unprocessed, messages refused
    "crashes before",
    "crashes after",
    "crashes and lands late",
]
WRITES = frozenset(
    {"put_item", "delete_item", "update_item", "batch_write_item", "transact_write_items",
     "put_object", "delete_object", "send_message", "send_message_batch", "send_email"}
)  # fmt: skip
OF_READS: tuple[Fate, ...] = ("fails", "is throttled", "crashes before")
OF_WRITES: tuple[Fate, ...] = (
    "fails", "is throttled", "loses its answer", "lands twice", "lands late", "lands late again",
    "crashes before", "crashes after", "crashes and lands late",
)  # fmt: skip
IN_PART = frozenset({"batch_get_item", "batch_write_item", "send_message_batch"})
_BUSY = {"dynamodb": "ProvisionedThroughputExceededException", "s3": "SlowDown", "sqs": "ThrottlingException",
         "sesv2": "TooManyRequestsException"}  # fmt: skip


@dataclass(slots=True)
class Call:
    """One call on the wire."""

    service: str
    name: str
    asked: dict[str, Any]
    look: tuple[int, int] = (0, 0)  # of a page to place: between which writes of the tables its rows were read

    @property
    def writes(self) -> bool:
        return self.name in WRITES

    @property
    def can_conflict(self) -> bool:
        if self.service == "dynamodb":  # batches cannot; they leave rows undone
            return self.name in {"transact_write_items", "put_item", "update_item", "delete_item"}
        return "IfMatch" in self.asked or "IfNoneMatch" in self.asked

    @property
    def fates(self) -> tuple[Fate, ...]:
        """What may become of it beside passing."""
        fates = OF_WRITES if self.writes else OF_READS
        if self.can_conflict:
            fates += ("conflicts",)
        return (*fates, "is done in part") if self.name in IN_PART else fates

    def refused(self, code: str, **more: Any) -> Exception:
        error: Exception = exceptions_of(self.service).from_code(code)({"Error": {"Code": code}, **more}, self.name)
        return error

    def failure(self, fate: Fate) -> Exception:
        """What a handler sees of it when its fate is a bad one."""
        if fate == "is throttled":
            return self.refused(_BUSY[self.service])
        if fate == "conflicts" and self.service == "s3":
            return self.refused("ConditionalRequestConflict")
        if fate == "conflicts" and self.name != "transact_write_items":
            return self.refused("TransactionConflictException")
        if fate == "conflicts":
            reasons = [{"Code": "TransactionConflict"}, *[{"Code": "None"}] * (len(self.asked["TransactItems"]) - 1)]
            return self.refused("TransactionCanceledException", CancellationReasons=reasons)
        if fate == "fails":
            return ConnectTimeoutError(endpoint_url=f"https://{self.service}.example")
        return ReadTimeoutError(endpoint_url=f"https://{self.service}.example")


class Task:
    """One invocation of a handler (or one request of a person), parked at the call it wants to make.

    done: told what it answered, or None and what it failed of.
    """

    def __init__(self, name: str, work: Callable[[], Any], done: Callable[[Any, BaseException | None], None]) -> None:
        self.name, self.done = name, done
        self.call: Call | None = None
        self.is_spared = False  # from faults: it has had its share of them
        self.is_slow = False  # others mostly overtake it
        self.is_dead = False
        self.may_have_written = False  # something of it has landed, or is still on the wire
        self.uploads: dict[str, int] = {}  # by object: how often the tables had been written when it was looked at
        self.looked = 0  # how often the tables had been written when they were last read
        self._work = work
        self._greenlet = greenlet(self._run)

    def go_on(self, fate: Fate | None = None) -> bool:
        """Run to the next call; True once it has ended, by which time `done` has been told."""
        _STAGE.running = self
        try:
            said = self._greenlet.switch(fate)
        finally:
            _STAGE.running = None
        if self._greenlet.dead:
            self.done(*said)
            return True
        self.call = said
        return False

    def _run(self, _: None) -> tuple[Any, BaseException | None]:
        try:
            return self._work(), None
        except (Crash, Exception) as problem:  # noqa: BLE001 - whatever ends a handler, the schedule goes on
            return None, problem


@dataclass
class _Stage:
    """Where a schedule is played: one at a time in a process."""

    schedule: "Schedule | None" = None
    running: Task | None = None


_STAGE = _Stage()


class Wire:
    """A client that hands every call to the schedule."""

    def __init__(self, service: str) -> None:
        self._service, self.exceptions, self.meta = service, exceptions_of(service), Unheard()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        service = self._service

        def call(**asked: Any) -> Any:
            schedule, task = _STAGE.schedule, _STAGE.running
            assert schedule is not None, "nobody holds the schedule"
            call = Call(service, name, asked)
            # Another thread of a handler's cannot be parked; what it asks passes.
            if task is None or get_ident() != main_thread().ident:
                return schedule.store_answers(call)
            if task.is_dead:
                raise Crash
            fate = getcurrent().parent.switch(call)
            return schedule.meet(task, call, fate)

        setattr(self, name, call)
        return call


@contextmanager
def wired() -> Iterator[pytest.MonkeyPatch]:
    """Every client there is is a wire, and the clock is the schedule's."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in paper.ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
        for service in ("dynamodb", "s3", "sqs", "sesv2"):
            exceptions_of(service)
        paper.forget_clients()
        replace(patch, "clients", Wire)
        paper.replace_surroundings(patch, lambda: _STAGE.schedule and _STAGE.schedule.now)
        replace(patch, "pauses", lambda least, most: None)
        yield patch
        paper.forget_clients()


def take_stage(schedule: "Schedule | None") -> None:
    """From now on calls are this schedule's."""
    _STAGE.schedule = schedule
