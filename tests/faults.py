"""Faults at the AWS client: what becomes of a call before it reaches its store, or after.

A test says which call of AWS fails, or which other writer comes just before or after it:

    paper.aws.fail("PutObject", of="feed.xml", times=1, error="SlowDown")
    paper.aws.before("TransactWriteItems", edit_the_article, of=article_key("korea").pk)
    asked = paper.aws.watch("Query").asked

So no test replaces a method of ours, and none breaks when one is renamed. botocore's own repetitions are over by
then: a call that fails here is one that it gave up. The pages' calls pass here too, because a paper in tests writes
them with boto3 in place of obstore (tests/replaced.py).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from botocore.awsrequest import AWSResponse

Asked = dict[str, Any]
CONFLICT: dict[str, Any] = {
    "error": "TransactionCanceledException",
    "CancellationReasons": [{"Code": "TransactionConflict"}],
}
"""What a transaction fails of while another writer is at one of its rows."""


class Crash(BaseException):
    """The function's process ends here. No handler catches it, as none could."""


@dataclass
class Fault:
    """One fault. As a context manager it ends with its block, else with the paper."""

    faults: "Faults"
    operations: list[str]
    of: set[str]
    times: int | None
    before: Callable[[Asked], tuple[AWSResponse, Any] | None]
    after: Callable[[], Any]
    asked: list[Asked] = field(default_factory=list)
    """The parameters of each call that met it."""
    answers: list[Any] = field(default_factory=list)
    """The answers to those that were answered."""
    _is_acting: bool = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Let the calls pass again."""
        self.faults.active.remove(self)

    def meets(self, operation: str, asked: Asked) -> bool:
        """Whether this call is one of those that were meant, and none that the fault itself makes."""
        if self._is_acting or len(self.asked) == self.times or operation not in self.operations:
            return False
        return not self.of or not self.of.isdisjoint(_strings_in(asked))

    def act(self, deed: Callable[..., Any], *given: Any) -> Any:
        """Do what the fault is made of; it does not meet the calls that come of that."""
        self._is_acting = True
        try:
            return deed(*given)
        finally:
            self._is_acting = False


class Faults:
    """The faults of one paper. Each is met by the calls of its operations (several are separated by spaces).

    of: only by calls that name this, or one of these: a key, the `pk` of a row, a table, a bucket, an address of mail.
    times: only by the first so many of them.
    """

    def __init__(self) -> None:
        self.active: list[Fault] = []

    def fail(
        self,
        operation: str,
        *,
        of: str | tuple[str, ...] = (),
        times: int | None = None,
        error: str | Exception = "InternalServerError",
        message: str = "no such luck",
        status: int = 400,
        **more: Any,
    ) -> Fault:
        """Have calls fail, and not land: of an error by its code as AWS names it, or of any exception."""

        def refuse(_: Asked) -> tuple[AWSResponse, Any]:
            if isinstance(error, Exception):
                raise error
            return _response(status), {"Error": {"Code": error, "Message": message}, **more}

        return self._add(operation, of, times, before=refuse)

    def before(
        self, operation: str, deed: Callable[[], Any], *, of: str | tuple[str, ...] = (), times: int | None = 1
    ) -> Fault:
        """Have something happen just before a call lands, as another writer's work."""

        def overtake(_: Asked) -> None:
            deed()

        return self._add(operation, of, times, before=overtake)

    def after(
        self, operation: str, deed: Callable[[], Any], *, of: str | tuple[str, ...] = (), times: int | None = 1
    ) -> Fault:
        """Have something happen once a call has landed, before its caller knows the answer."""
        return self._add(operation, of, times, after=deed)

    def crash(self, operation: str, *, of: str | tuple[str, ...] = (), times: int | None = 1) -> Fault:
        """End the function's process once a call has landed, before it knows the answer."""

        def end() -> None:
            raise Crash

        return self._add(operation, of, times, after=end)

    def answer(
        self,
        operation: str,
        answer: Mapping[str, Any] | Callable[[Asked], Any],
        *,
        of: str | tuple[str, ...] = (),
        times: int | None = None,
    ) -> Fault:
        """Have calls answered in this way in place of their store, where they do not land."""

        def stand_in(asked: Asked) -> tuple[AWSResponse, Any]:
            return _response(200), answer(asked) if callable(answer) else dict(answer)

        return self._add(operation, of, times, before=stand_in)

    def watch(self, operation: str, *, of: str | tuple[str, ...] = ()) -> Fault:
        """Note the calls, and let them pass."""
        return self._add(operation, of, None)

    def attend(self, client: Any) -> None:
        """Have this client's calls meet the faults. Its store, if it answers here, has to be told of it later."""
        client.meta.events.register("provide-client-params", self._note)
        client.meta.events.register("before-call", self._before)
        client.meta.events.register("after-call", self._after)

    def _add(
        self,
        operation: str,
        of: str | tuple[str, ...],
        times: int | None,
        before: Callable[[Asked], tuple[AWSResponse, Any] | None] = lambda _: None,
        after: Callable[[], Any] = lambda: None,
    ) -> Fault:
        fault = Fault(self, operation.split(), {of} if isinstance(of, str) else {*of}, times, before, after)
        self.active.append(fault)
        return fault

    def _note(self, params: Asked, context: Any, **_: Any) -> None:
        if self.active:
            context["asked of the faults"] = dict(params)  # before botocore adds its own to them

    def _before(self, model: Any, context: Any, **_: Any) -> tuple[AWSResponse, Any] | None:
        asked = context.pop("asked of the faults", {})
        met = [fault for fault in self.active if fault.meets(model.name, asked)]
        context["faults met"] = met
        for fault in met:
            fault.asked.append(asked)
        answers = (fault.act(fault.before, asked) for fault in met)
        return next((answer for answer in answers if answer is not None), None)

    def _after(self, parsed: Any, context: Any, **_: Any) -> None:
        for fault in context.pop("faults met", []):
            fault.answers.append(parsed)
            fault.act(fault.after)


def _response(status: int) -> AWSResponse:
    return AWSResponse(None, status, {}, None)


def _strings_in(asked: Any) -> Iterator[str]:
    """Every text among a call's parameters."""
    match asked:
        case str():
            yield asked
        case dict():
            yield from asked  # a batch names its table so
            yield from _strings_in(list(asked.values()))
        case list() | tuple():
            for value in asked:
                yield from _strings_in(value)
