"""One schedule: a seed, and everything that happens in the newsroom because of it.

The handlers are the real ones. The schedule stands for everybody else: it delivers what lies in the
queues and the stream (twice, out of order, late), lets people act and time pass, and picks at every
step who goes on and what becomes of the call they wait in. In the end every fault stops, what is under
way comes to rest, and the promises are checked.
"""

import json
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zlib import crc32

from ingest_comment import handler as ingest_comment
from moderate_comment import handler as moderate_comment
from newsroom.messages import upload_message
from plan_pages import handler as plan_pages
from publish_article import handler as publish_article
from rebuild_site import handler as rebuild_site
from release_articles import handler as release_articles
from render_page import handler as render_page
from tests.simulation import story
from tests.simulation.promises import Promises
from tests.simulation.stores import Store
from tests.simulation.wire import Call, Crash, Fate, Task, take_stage
from tests.simulation.workload import Actor, Workload
from workflows import render_pages

BEGINS = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RECEIVES = 5  # of a message, before it is parked: the template's maxReceiveCount
RETRIES = 10  # of a batch of the stream, before it is parked: the template's MaximumRetryAttempts
PATIENCE = 3  # failures of one thing after which the world lets it be: what can succeed does in time
AT_ONCE = 6  # handlers under way
STEPS = 4000  # after which faults stop, and after twice as many of which the newsroom counts as restless


class Broken(AssertionError):
    """Promises that did not hold: all that was found in one schedule. `schedule` is that schedule."""

    schedule: "Schedule"
    is_our_own = False  # the simulation failed, and not the newsroom


@dataclass(eq=False)
class Message:
    """A message in a queue."""

    id: str
    body: str
    receives: int = 0


@dataclass(eq=False)
class Line:
    """A queue, and the handler it wakes."""

    name: str
    handle: Callable[[dict[str, Any], object], dict[str, Any]]
    at_most: int  # messages a delivery
    waiting: list[Message] = field(default_factory=list)
    parked: list[Message] = field(default_factory=list)


@dataclass(eq=False)
class Lane:
    """A shard of the stream: what it has to tell of each row, in order, and the batches under way."""

    told: defaultdict[str, deque[dict[str, Any]]] = field(default_factory=lambda: defaultdict(deque))
    batches: list[tuple[list[dict[str, Any]], int]] = field(default_factory=list)  # the next one last; its failures
    is_busy: bool = False

    def has_work(self) -> bool:
        return not self.is_busy and bool(self.batches or self.told)


class Schedule:
    """A run of the newsroom. `counts` are its calls, faults by kind and whatever else happened."""

    def __init__(self, seed: int, store: Store, workload: Workload, *, tells: bool = False) -> None:
        self.seed, self.store, self.workload = seed, store, workload
        self.chance = Random(seed)
        self.now = BEGINS
        self.tells, self.story = tells, list[str]()
        self.counts: Counter[str] = Counter()
        self.has_faults = True
        self.fault_rate = self.chance.choice((0.0, 0.02, 0.05, 0.1, 0.2))
        self.weights = {
            "task": self.chance.choice((3, 6, 12)),
            "queue": self.chance.choice((0.5, 2, 4)),
            "stream": self.chance.choice((0.05, 0.3, 1, 4)),
            "act": self.chance.choice((0.3, 1, 3)),
            "late": self.chance.choice((0.1, 1)),
            **workload.weights,
        }
        self.tasks: list[Task] = []
        self.late: list[tuple[int, str, Call]] = []  # calls still on the wire: not before which step, and whose
        self.lines = {
            "upload": Line("upload", publish_article.handle, 10),
            "comment": Line("comment", ingest_comment.handle, 10),
            "render": Line("render", render_page.handle, 10),
            "rebuild": Line("rebuild", rebuild_site.handle, 1),
        }
        # DynamoDB has a new table's rows on four shards at least, and reads them all at once.
        self.lanes = [Lane() for _ in range(self.chance.choice((1, 2, 4, 8)))]
        self.lost_records = 0  # of the stream, parked
        self.ticks: Counter[str] = Counter()  # failures in a row, by what the clock wakes
        self.earlier: dict[str, list[Any]] = {}  # answers to reads that need not be consistent
        self.sent: list[tuple[str, str]] = []  # every message ever sent: queue and body
        self.steps = self.ids = self.written = 0
        self.poison: Callable[[Call], bool] | None = workload.poison
        self.promises = Promises(self)

    # ── The run ──
    def run(self) -> "Schedule":
        """Play it to the end. Raises Broken."""
        take_stage(self)
        render_pages.uploaded_assets.cache_clear()
        try:
            self._play()
            self.promises.keep_at_rest()
        except Crash as problem:
            raise AssertionError("a crash outside of a handler") from problem
        finally:
            take_stage(None)
        if self.promises.broken:
            raise Broken("\n".join(self.promises.broken))
        return self

    def _play(self) -> None:
        self._come_to_rest()
        self.tell("faults stop; the clock goes round once more, and what was parked is sent again")
        self.has_faults, self.poison = False, None
        self.promises.keep_when_parked()
        for line in self.lines.values():
            sent_on = [message for message in line.parked if message.body not in self.workload.unreadable]
            line.waiting += [Message(message.id, message.body) for message in sent_on]
            line.parked.clear()
        if self.lost_records:
            self.post("rebuild", json.dumps({"of": "everything", "rebuild": "after-a-loss"}))
        self.tick(timedelta(minutes=1))
        self._come_to_rest()
        self.tick(timedelta(minutes=1))  # what the first tick released may have been waited for
        self._come_to_rest()

    def _come_to_rest(self) -> None:
        while kinds := self._possible():
            self.steps += 1
            if self.steps > STEPS:
                self.has_faults = False
            if self.steps > 2 * STEPS:
                raise Broken("the newsroom does not come to rest")
            kind = (
                kinds[0] if len(kinds) == 1 else self.chance.choices(kinds, [self.weights[kind] for kind in kinds])[0]
            )
            getattr(self, f"_step_{kind}")()

    def _possible(self) -> list[str]:
        kinds = ["task"] if self.tasks else []
        if len(self.tasks) < AT_ONCE:
            if any(line.waiting for line in self.lines.values()):
                kinds.append("queue")
            if any(lane.has_work() for lane in self.lanes):
                kinds.append("stream")
            if any(actor.may_act(self) for actor in self.workload.actors):
                kinds.append("act")
        # When nothing else can happen, what is still on the wire lands now.
        if any(step <= self.steps for step, _, _ in self.late) or (self.late and not kinds):
            kinds.append("late")
        return kinds

    def _step_task(self) -> None:
        task = self.chance.choice(self.tasks)
        if task.is_slow and self.chance.random() < 0.9:
            task = self.chance.choice(self.tasks)
        assert task.call is not None
        self.go_on(task, self._fate(task, task.call))

    def _fate(self, task: Task, call: Call) -> Fate:
        if self.poison and self.poison(call):
            return "fails"
        if not self.has_faults or task.is_spared:
            return "passes"
        if self.chance.random() < (self.fault_rate if call.writes else self.fault_rate / 4):
            return self.chance.choice(call.fates)
        return "passes"

    def _step_late(self) -> None:
        ready = [place for place, (step, _, _) in enumerate(self.late) if step <= self.steps]
        _, who, call = self.late.pop(self.chance.choice(ready or range(len(self.late))))
        self.tell(f"{who}'s late call lands: {story.of_call(call)}")
        self._land_unheard(call)

    def _step_act(self) -> None:
        actor: Actor = self.chance.choice([actor for actor in self.workload.actors if actor.may_act(self)])
        actor.act(self)

    # ── Handlers ──
    def start(
        self, name: str, work: Callable[[], Any], done: Callable[[Any, BaseException | None], None], failures: int = 0
    ) -> Task:
        """Wake a handler, or let a person ask for something. It waits in its first call when this returns."""
        self.ids += 1

        def over(answer: Any, problem: BaseException | None) -> None:
            self.promises.note_end(name, problem)
            done(answer, problem)

        task = Task(f"{name} {self.ids}", work, over)
        task.is_spared = failures >= PATIENCE
        task.is_slow = self.chance.random() < 0.15
        self.counts["handlers"] += 1
        self.tasks.append(task)
        self.go_on(task)
        return task

    def go_on(self, task: Task, fate: Fate | None = None) -> None:
        if fate and fate != "passes":
            self.counts[f"fault: {fate}"] += 1
        if task.go_on(fate):
            self.tasks.remove(task)

    def meet(self, task: Task, call: Call, fate: Fate) -> Any:
        """What a call comes to; told from within its handler."""
        self.counts["calls"] += 1
        if call.name == "put_object":
            self.promises.note_place(task, call)
        if self.tells:
            self.tell(f"{task.name} {story.of_call(call)}" + (f": {fate}" if fate != "passes" else ""))
        match fate:
            case "passes":
                return self._heard(task, call)
            case "loses its answer" | "crashes after":
                task.may_have_written |= self._land_unheard(call)
            case "lands twice":
                task.may_have_written |= self._land_unheard(call)
                return self._heard(task, call)
            case "lands late" | "crashes and lands late" | "lands late again":
                hold = self.steps + self.chance.randrange(20, 400) if self.chance.random() < 0.5 else 0
                self.late.append((hold, task.name, call))
                task.may_have_written = True
                if fate == "lands late again":
                    return self._heard(task, call)
            case "is done in part":
                return self._partly(task, call)
        if fate.startswith("crashes"):
            task.is_dead = True
            render_pages.uploaded_assets.cache_clear()  # what a process remembers dies with it
            raise Crash
        raise call.failure(fate)

    def _heard(self, task: Task, call: Call) -> Any:
        if not call.writes:
            self.promises.note_look(task, call)
        try:
            answer = self.store_answers(call)
        except Exception as problem:
            self.tell(f"    … which is refused: {story.of_refusal(problem)}")
            raise
        task.may_have_written |= call.writes
        return answer

    def _land_unheard(self, call: Call) -> bool:
        """Whether it was accepted, which nobody hears."""
        try:
            self.store_answers(call)
        except Exception as problem:  # noqa: BLE001 - a refusal that nobody hears
            self.tell(f"    … and is refused unheard: {story.of_refusal(problem)}")
            return False
        return True

    def _partly(self, task: Task, call: Call) -> Any:
        """Half of a batch; the other half is left to ask for again."""
        if call.name == "send_message_batch":
            entries = call.asked["Entries"]
            half = entries[: len(entries) // 2]
            if half:
                self.store_answers(Call(call.service, call.name, {**call.asked, "Entries": half}))
            return {"Failed": [{"Id": entry["Id"], "Message": "try again"} for entry in entries[len(half) :]]}
        ((name, asked),) = call.asked["RequestItems"].items()
        keys = asked["Keys"] if call.name == "batch_get_item" else asked
        ordered = sorted(keys, key=lambda key: json.dumps(key, sort_keys=True, default=str))
        half, left = ordered[: len(keys) // 2], ordered[len(keys) // 2 :]

        def some(keys: list[Any]) -> dict[str, Any]:
            return {name: {**asked, "Keys": keys} if call.name == "batch_get_item" else keys}

        answer: dict[str, Any] = {"Responses": {name: []}}
        if half:
            answer = self._heard(task, Call(call.service, call.name, {"RequestItems": some(half)}))
        return {**answer, "UnprocessedKeys": some(left), "UnprocessedItems": some(left)}

    def store_answers(self, call: Call) -> Any:
        """Let a call land: what the store answers to it. Whatever follows from it by itself follows."""
        answer = self.store.ask(call.service, call.name, call.asked)
        if call.name == "query" and not call.asked.get("ConsistentRead"):
            return self._behind(call, answer)
        if call.writes:
            if call.service == "dynamodb":
                self.written += 1
                self._listen()
            elif call.service == "sqs":
                self._collect(call)
            elif call.name == "put_object":
                self.promises.note_landing(call)
        return answer

    def _behind(self, call: Call, answer: Any) -> Any:
        """What a read that need not be consistent finds: now and then what was there before."""
        values = call.asked["ExpressionAttributeValues"]
        earlier = self.earlier.setdefault(json.dumps([values, call.asked.get("ScanIndexForward")]), [])
        earlier.append(answer)
        return self.chance.choice(earlier[-2:]) if self.has_faults else answer

    # ── The stream ──
    def _listen(self) -> None:
        for record in self.store.news_of_the_stream():
            key = record["dynamodb"]["Keys"]
            if self.store.wakes_planning(key["pk"]["S"]):
                lane = self.lanes[crc32(key["pk"]["S"].encode()) % len(self.lanes)]
                lane.told[f"{key['pk']['S']} {key['sk']['S']}"].append(record)

    def _step_stream(self) -> None:
        lane = self.chance.choice([lane for lane in self.lanes if lane.has_work()])
        if not lane.batches:
            lane.batches.append((self._batch(lane), 0))
        batch, failures = lane.batches.pop()
        lane.is_busy = True
        self.counts["stream: batches"] += 1

        def done(answer: Any, problem: BaseException | None) -> None:
            lane.is_busy = False
            if problem is None:
                if self.has_faults and self.chance.random() < 0.06:
                    self.tell(f"the stream has lost its place, and tells a batch of {len(batch)} again")
                    self.counts["fault: batch told again"] += 1
                    lane.batches.append((batch, failures))
            elif failures >= RETRIES:
                self.lost_records += len(batch)
                self.tell(f"a batch of {len(batch)} records is parked")
            else:
                half = len(batch) // 2
                halves = [batch[:half], batch[half:]] if half else [batch]
                lane.batches += [(part, failures + 1) for part in reversed(halves)]

        def handle() -> Any:
            return plan_pages.handle({"Records": batch}, None)

        self.tell(f"the stream tells of {story.of_records(batch)}")
        self.start("plan_pages", handle, done, failures)
        if self.has_faults and self.chance.random() < 0.02:
            self.counts["fault: batch told twice at once"] += 1
            self.start("plan_pages (again)", handle, lambda answer, problem: None, failures)

    def _batch(self, lane: Lane) -> list[dict[str, Any]]:
        """The next records, those of one row in order."""
        batch = []
        for _ in range(self.chance.choice((1, 3, 8, 40))):
            if not lane.told:
                break
            key = self.chance.choice(list(lane.told))
            batch.append(lane.told[key].popleft())
            if not lane.told[key]:
                del lane.told[key]
        return batch

    # ── The queues ──
    def _collect(self, call: Call) -> None:
        """What was sent waits in a queue of the schedule's, or is parked there."""
        url = call.asked["QueueUrl"]
        name, bodies = self.store.line_of(url), list(self.store.take_messages(url))
        if self.store.keeps_dead_letters(url):
            for entry in call.asked["Entries"]:
                received = int(entry["MessageAttributes"]["received"]["StringValue"])
                self.lines[name].parked.append(Message(f"{name} message", entry["MessageBody"], received))
            return
        for body in bodies:
            self.sent.append((name, body))
            if name == "comment":
                letter = json.loads(body)
                self.promises.letters[letter["text"]] = letter["id"]
            self.post(name, body)

    def post(self, line: str, body: str) -> None:
        """Put a message in a queue."""
        self.ids += 1
        self.lines[line].waiting.append(Message(f"{line} message {self.ids}", body))

    def _step_queue(self) -> None:
        line = self.chance.choice([line for line in self.lines.values() if line.waiting])
        number = min(len(line.waiting), self.chance.randint(1, line.at_most))
        messages = [line.waiting.pop(self.chance.randrange(len(line.waiting))) for _ in range(number)]
        for message in messages:
            message.receives += 1
            if self.has_faults and self.chance.random() < 0.08:
                self.counts["fault: message delivered twice"] += 1
                line.waiting.append(Message(message.id + "'", message.body))
        records = [
            {"messageId": each.id, "body": each.body, "attributes": {"ApproximateReceiveCount": str(each.receives)}}
            for each in messages
        ]
        event = {"Records": records}

        def done(answer: Any, problem: BaseException | None) -> None:
            failed = {message.id for message in messages}
            if problem is None:
                failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
            for message in messages:
                if message.id in failed:
                    self.counts["messages received again"] += 1
                    (line.parked if message.receives >= RECEIVES else line.waiting).append(message)

        verb = line.handle.__module__.partition(".")[0]
        if self.tells:
            self.tell(
                f"{verb} is handed {', '.join(story.of_message(line.name, message.body) for message in messages)}"
            )
        self.start(verb, lambda: line.handle(event, None), done, max(message.receives for message in messages) - 1)

    # ── What people and the clock do ──
    def upload(self, key: str, body: str | None) -> None:
        """A file is put in the upload bucket, or deleted (None); S3 tells of it at least once."""
        version = None
        if body is None:
            self.store.ask("s3", "delete_object", {"Bucket": "upload", "Key": key})
        else:
            asked = {"Bucket": "upload", "Key": key, "Body": body.encode()}
            version = self.store.ask("s3", "put_object", asked)["VersionId"]
        self.promises.note_upload(key, version)
        for _ in range(1 + (self.chance.random() < 0.2)):
            self.tell_of(key)

    def tell_of(self, key: str) -> None:
        """Somebody is to look at a file."""
        self.post("upload", json.dumps(upload_message(key)))

    def tick(self, later: timedelta) -> None:
        """Time passes, and the scheduler wakes what it wakes."""
        self.now += later
        self.tell(f"the clock comes to {self.now:%A %d %B, %H:%M}")
        self._by_the_clock("release_articles", lambda: release_articles.handle({"why": "clock"}, None))
        self._by_the_clock("moderate_comment", lambda: moderate_comment.handle({"why": "digest"}, None))

    def rebuild(self) -> None:
        """The night's rebuild."""
        self._by_the_clock("rebuild_site", lambda: rebuild_site.handle({"why": "nightly"}, None))

    def _by_the_clock(self, verb: str, work: Callable[[], Any], failures: int = 0) -> None:
        """An asynchronous invocation: tried three times in all, then parked; the next tick finds the work still due."""

        def done(answer: Any, problem: BaseException | None) -> None:
            if problem is not None and failures < 2:
                self._by_the_clock(verb, work, failures + 1)

        self.start(verb, work, done, failures if failures < 2 else PATIENCE)

    def tell(self, what: str) -> None:
        """A line of the story, if anybody wants to read it."""
        if self.tells:
            self.story.append(f"{self.steps:5}  {what}")
