"""Who works at the newsroom in a schedule, and what they want: chosen by its seed.

Small on purpose. Two articles, three addresses and two sections make collisions common, and few pages
make a schedule fast.
"""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, Literal

from adapters.clients import setting
from adapters.table import Table
from infra.cli import takedowns
from moderate_comment import handler as moderate_comment
from newsroom.comments.moderation import EditorAction
from newsroom.comments.tokens import moderation_token, receipt_token
from receive_comment import handler as receive_comment
from tests.paper import EDITORS_SECRET, READERS_SECRET, api_event
from tests.simulation.wire import Call
from workflows.comments import Outcome

if TYPE_CHECKING:
    from tests.simulation.schedule import Schedule

PERSISTENT = 3  # failures after which the world lets a person be


@dataclass(frozen=True)
class Copy:
    """What an article's file says. `word` stands in its headline and its text, and in no other file but a moved one.

    slug: empty for that of the name of the file. opens, ends: minutes from the first moment of the schedule; None: at
    once, never.
    """

    key: str
    word: str
    section: str = "news"
    slug: str = "one"
    day: str = "2026-11-20"
    hour: int = 8  # in UTC
    author: str = ""
    tag: str = ""
    link: str = ""
    alias: str = ""
    opens: int | None = None
    ends: int | None = None
    is_draft: bool = False
    is_broken: bool = False

    @property
    def address(self) -> str:
        slug = self.slug or self.key.rpartition("/")[2].removesuffix(".md")
        return f"/{self.day[:4]}/{self.day[5:7]}/{slug}/"

    @property
    def addresses(self) -> set[str]:
        return {self.address, *([self.alias] if self.alias else [])}

    @property
    def moment(self) -> str:
        return f"{self.day}T{self.hour:02}:00:00+00:00"

    def text(self, begins: Any) -> str:
        """The file."""
        if self.is_broken:
            return f"---\ntitle: [{self.word}\n---\n{self.word}\n"

        def moment(minutes: int | None) -> str | None:
            return None if minutes is None else (begins + timedelta(minutes=minutes)).isoformat()

        fields = {
            "title": self.word, "date": self.moment, "section": self.section, "slug": self.slug,
            "authors": self.author, "tags": self.tag, "aliases": self.alias,
            "publish_at": moment(self.opens), "expires_at": moment(self.ends), "draft": "true" * self.is_draft,
        }  # fmt: skip
        head = "".join(f"{name}: {value}\n" for name, value in fields.items() if value)
        link = f"\n\nMore [there]({self.link})." if self.link else ""
        return f"---\n{head}---\nThe {self.word} is here.{link}\n"


@dataclass
class Remark:
    """What a reader says, and what has become of it as far as they were told."""

    word: str
    article: str
    email: str
    answers: "Remark | None" = None
    id: str | None = None  # once they were told that it was received, or saw it in the queue
    is_received: bool = False  # they were told so
    was_said_already: bool = False  # they were told so, and know no id
    verdict: EditorAction | None = None  # the last that was acknowledged
    perhaps: set[EditorAction] = field(default_factory=set)  # later ones: called failed, and written or on the wire

    def become(self, id: str) -> None:
        """They were told that it was received as this. The same words of another day are another comment, of which
        nobody has decided anything."""
        if self.id not in {None, id}:
            self.verdict = None
            self.perhaps.clear()
        self.id = id

    def acknowledge(self, verdict: EditorAction) -> None:
        """Somebody was told that it is so; of an erased one nothing else is ever true."""
        self.verdict = verdict if self.verdict != "erase" else "erase"
        self.perhaps.clear()


class Actor:
    """Somebody who does one thing after another. An act is told the schedule and whom to tell that it is done."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.acts: deque[Act] = deque()
        self.is_busy = False

    def may_act(self, schedule: "Schedule") -> bool:
        return bool(self.acts) and not self.is_busy and self.acts[0].is_ready(schedule)

    def act(self, schedule: "Schedule") -> None:
        self.is_busy = True
        act = self.acts.popleft()

        def done(again: bool = False) -> None:
            self.is_busy = False
            if again:
                act.failures += 1
                self.acts.appendleft(act)

        act.do(schedule, done, act.failures)


@dataclass(eq=False)
class Act:
    """One thing somebody does; `do` is told how often it failed already."""

    do: Callable[["Schedule", Callable[..., None], int], None]
    is_ready: Callable[["Schedule"], bool] = lambda schedule: True
    failures: int = 0


@dataclass(eq=False)
class Workload:
    """Everybody, what each file is to come to in the end, and what was said."""

    actors: list[Actor] = field(default_factory=list)
    copies: dict[str, list[Copy | None]] = field(default_factory=dict)  # every version of each article's file, so far
    remarks: list[Remark] = field(default_factory=list)
    moved: dict[str, list[str]] = field(default_factory=dict)  # the keys of a file that moves, in turn, by its article
    taken_down: set[str] = field(default_factory=set)  # ids of articles, as the desk was told last
    weights: dict[str, float] = field(default_factory=dict)
    poison: Callable[[Call], bool] | None = None
    unreadable: dict[str, str] = field(default_factory=dict)  # messages that nobody can read, and to which queue
    poisoned: str = ""  # the object that cannot be read or written, as bucket/key

    def actor(self, name: str) -> Actor:
        actor = Actor(name)
        self.actors.append(actor)
        return actor


# ── Acts ──


def upload(workload: Workload, key: str, copy: Copy | None) -> Act:
    """An editor puts a file in the bucket, or deletes it."""

    def do(schedule: "Schedule", done: Callable[..., None], failures: int) -> None:
        workload.copies.setdefault(key, []).append(copy)
        said = "deletes" if copy is None else f"uploads {copy}"
        schedule.tell(f"the editor of {key} {said}")
        schedule.upload(key, copy and copy.text(schedule.promises.begins))
        done()

    return Act(do)


def upload_text(key: str, text: str | None) -> Act:
    """The same for a file that is no article."""

    def do(schedule: "Schedule", done: Callable[..., None], failures: int) -> None:
        schedule.tell(f"the editor of {key} {'deletes it' if text is None else f'uploads {text!r}'}")
        schedule.upload(key, text)
        done()

    return Act(do)


def time_passes(minutes: int) -> Act:
    def do(schedule: "Schedule", done: Callable[..., None], failures: int) -> None:
        schedule.tick(timedelta(minutes=minutes))
        done()

    return Act(do)


def rebuild() -> Act:
    def do(schedule: "Schedule", done: Callable[..., None], failures: int) -> None:
        schedule.tell("the nightly rebuild begins")
        schedule.rebuild()
        done()

    return Act(do)


def send(line: Literal["upload", "comment", "render", "rebuild"], body: str) -> Act:
    def do(schedule: "Schedule", done: Callable[..., None], failures: int) -> None:
        schedule.tell(f"a message comes into the queue of {line}: {body}")
        schedule.post(line, body)
        done()

    return Act(do)


def say(remark: Remark, *, with_key: bool, only_today: bool = False) -> Act:
    """A reader sends a comment, until they are told that it was received. The same words sent another day,
    without a key that says otherwise, are another comment."""

    def is_ready(schedule: "Schedule") -> bool:
        is_open = schedule.promises.row(f"TALK#{remark.article}", "DOORSTEP") is not None
        return is_open and (remark.answers is None or remark.answers.id is not None)

    def do(schedule: "Schedule", done: Callable[..., None], failures: int) -> None:
        if only_today and schedule.now.date() != schedule.promises.begins.date():
            done()
            return
        schedule.now += timedelta(seconds=20)
        fields = {"author": "A reader", "email": remark.email, "comment": remark.word}
        if remark.answers:
            fields["parent"] = remark.answers.id or ""
        event = _json_event(f"POST /api/articles/{remark.article}/comments", json.dumps(fields), id=remark.article)
        event["routeKey"] = "POST /api/articles/{id}/comments"
        if with_key:
            event["headers"]["idempotency-key"] = remark.word

        def told(answer: Any, problem: BaseException | None) -> None:
            status = answer["statusCode"] if answer else 500
            schedule.tell(f"the reader of “{remark.word}” is answered {status}")
            schedule.counts[f"answers: {status}"] += 1
            if status == 202:
                remark.become(json.loads(answer["body"])["id"])
                remark.is_received = True
            elif status == 409:
                remark.was_said_already = True
                remark.id = schedule.promises.letters.get(remark.word)
            done(again=status in (429, 500, 503) and failures < 8)

        schedule.start("receive_comment", lambda: receive_comment.handle(event, None), told, failures)

    return Act(do, is_ready)


def decide(remark: Remark, verdict: EditorAction, *, by_link: bool, once: bool = False) -> Act:
    """An editor decides about a comment that is there, by a mailed link or at the desk. once: they do not try
    again what failed."""

    def is_ready(schedule: "Schedule") -> bool:
        return remark.id is not None and schedule.promises.row(f"COMMENT#{remark.id}", "COMMENT") is not None

    def do(schedule: "Schedule", done: Callable[..., None], failures: int) -> None:
        id = remark.id
        assert id
        schedule.tell(f"the editor wants to {verdict} “{remark.word}” {'by link' if by_link else 'at the desk'}")
        rev = schedule.promises.row(f"COMMENT#{remark.id}", "COMMENT")["rev"]["N"]
        if by_link and verdict != "erase":
            expires = int(schedule.now.timestamp()) + 60
            token = moderation_token(
                EDITORS_SECRET, {"comment": remark.id, "action": verdict, "rev": int(rev), "expires": expires}
            )
            event = api_event("POST /api/moderate", "/api/moderate", "", f"t={token}")
            work: Callable[[], Any] = lambda: moderate_comment.handle(event, None)  # noqa: E731
        else:
            at = schedule.now.isoformat(timespec="milliseconds")
            work = partial(moderate_comment.comment_threads().moderate, remark.id, verdict, at)

        def told(answer: Any, problem: BaseException | None) -> None:
            if isinstance(answer, Outcome):
                is_done, is_over = answer.what in ("done", "unchanged"), False
            else:
                status = answer["statusCode"] if answer else 500
                is_done, is_over = status == 200, status == 410 and failures >= PERSISTENT
            schedule.tell(f"  … which is {'done' if is_done else 'not done'}")
            is_of_this_one = remark.id == id  # and not of another comment with the same words
            if is_done and is_of_this_one:
                remark.acknowledge(verdict)
            elif task.may_have_written and is_of_this_one:
                remark.perhaps.add(verdict)
            done(again=not (is_done or is_over or once))

        task = schedule.start("moderate_comment", work, told, failures)

    return Act(do, is_ready)


def take_back(remark: Remark) -> Act:
    """Its writer erases a comment, perhaps before it is taken in."""

    def do(schedule: "Schedule", done: Callable[..., None], failures: int) -> None:
        id = remark.id
        receipt = receipt_token(READERS_SECRET, id or "")
        event = _json_event(f"POST /api/comments/{receipt}", json.dumps({"action": "erase"}), receipt=receipt)
        event["routeKey"] = "POST /api/comments/{receipt}"
        schedule.tell(f"the reader of “{remark.word}” wants it erased")

        def told(answer: Any, problem: BaseException | None) -> None:
            is_done = bool(answer) and answer["statusCode"] == 200
            if is_done and remark.id == id:  # and they have not said the same again meanwhile
                remark.acknowledge("erase")
            done(again=not is_done)

        schedule.start("moderate_comment", lambda: moderate_comment.handle(event, None), told, failures)

    return Act(do, lambda schedule: remark.id is not None)


def mend(remark: Remark, word: str) -> Act:
    """Its writer says it otherwise, if it is not too late."""

    def do(schedule: "Schedule", done: Callable[..., None], failures: int) -> None:
        receipt = receipt_token(READERS_SECRET, remark.id or "")
        fields = {"action": "edit", "author": "A reader", "url": "", "comment": f"{remark.word} {word}"}
        event = _json_event(f"POST /api/comments/{receipt}", json.dumps(fields), receipt=receipt)
        event["routeKey"] = "POST /api/comments/{receipt}"
        schedule.tell(f"the reader of “{remark.word}” mends it")

        def told(answer: Any, problem: BaseException | None) -> None:
            if answer and answer["statusCode"] == 200:
                # What an editor approved is looked at again; what they held or declined stays so.
                remark.verdict = None if remark.verdict == "approve" else remark.verdict
            done(again=problem is not None and failures < 6)

        schedule.start("moderate_comment", lambda: moderate_comment.handle(event, None), told, failures)

    return Act(do, lambda schedule: remark.id is not None)


def take_down(workload: Workload, id: str) -> Act:
    """An operator takes an article down, until they are told that it is."""

    def do(schedule: "Schedule", done: Callable[..., None], failures: int) -> None:
        schedule.tell(f"the desk takes article {id} down")

        def told(answer: Any, problem: BaseException | None) -> None:
            if problem is None:
                workload.taken_down.add(id)
            done(again=problem is not None)

        work = partial(takedowns.withdraw, Table(setting("NEWS_TABLE")), id, "a court wants it")
        schedule.start("takedown", work, told, failures)

    return Act(do, lambda schedule: schedule.promises.row(f"ARTICLE#{id}", "ARTICLE") is not None)


def put_back(workload: Workload, id: str, *, once: bool = False) -> Act:
    """An operator ends a takedown, and has the article's file looked at. once: they do not try again what failed."""

    def do(schedule: "Schedule", done: Callable[..., None], failures: int) -> None:
        schedule.tell(f"the desk restores article {id}")

        def told(answer: Any, problem: BaseException | None) -> None:
            if problem is None:
                workload.taken_down.discard(id)
                schedule.tell_of(answer[1])
            done(again=problem is not None and not once)

        schedule.start("restore", partial(takedowns.release_uploads, Table(setting("NEWS_TABLE")), id), told, failures)

    return Act(do)


def _json_event(route: str, body: str, **parameters: str) -> dict[str, Any]:
    event = api_event(route, route.partition(" ")[2], body, **parameters)
    event["headers"] |= {"content-type": "application/json", "accept": "application/json"}
    return event


# ── Who does what ──

SLUGS = ("one", "two", "six")


def mixed(chance: Random) -> Workload:
    """Editors, readers, the clock and the night, all at once."""
    work = Workload()
    clash = chance.random() < 0.3
    ids = ("a", "b")[: chance.choice((1, 1, 2))]
    with_author, with_tag = chance.random() < 0.12, chance.random() < 0.1
    for id in ids:
        slugs = SLUGS if clash else [f"{id}{slug}" for slug in SLUGS]
        link = f"/2026/11/{'ab'[id == 'a']}one/"
        _edit(work, chance, id, slugs, author="jane-doe" * with_author, tag="ice" * with_tag, link=link)
        _discuss(work, chance, id, chance.choice((0, 0, 1, 1, 2)))
    if with_author:
        editor = work.actor("author")
        for word in ("bio1", "bio2")[: chance.randint(1, 2)]:
            editor.acts.append(
                upload_text("authors/jane-doe.md", f"---\nname: Jane {word}\n---\nJane writes {word}.\n")
            )
        if chance.random() < 0.3:
            editor.acts.append(upload_text("authors/jane-doe.md", None))
    if chance.random() < 0.06:
        publisher = work.actor("publisher")
        for text in chance.sample(("title: The Times\n", "title: [broken\n", "comments:\n  moderation: none\n"), 2):
            publisher.acts.append(upload_text("site.yaml", text))
    if chance.random() < 0.08:
        writer = work.actor("pages")
        for text in chance.sample(
            ("---\ntitle: About\n---\nWe.\n", "---\ntitle: Of us\n---\nWe [too](/2026/11/aone/).\n", None), 2
        ):
            writer.acts.append(upload_text("pages/about.md", text))
    time = work.actor("time")
    time.acts.extend(time_passes(chance.choice((1, 30, 90, 600, 3000))) for _ in range(chance.choice((0, 1, 2))))
    if chance.random() < 0.15:
        work.actor("night").acts.append(rebuild())
    _trouble(work, chance)
    return work


def _edit(work: Workload, chance: Random, id: str, slugs: Any, *, author: str, tag: str, link: str) -> None:
    key = f"articles/{id}.md"
    editor = work.actor(key)
    earlier: list[Copy] = []
    for number in range(chance.randint(1, 3)):
        kind = chance.choice(("new", "new", "new", "new", "same", "broken", "deleted"))
        if kind == "deleted":
            editor.acts.append(upload(work, key, None))
            continue
        if kind == "same" and earlier:
            editor.acts.append(upload(work, key, chance.choice(earlier)))
            continue
        copy = Copy(
            key,
            f"{id}word{number}",
            section=chance.choice(("news", "news", "world")),
            slug=chance.choice((slugs[0], slugs[0], slugs[1], slugs[2])),
            day=chance.choice(("2026-11-20", "2026-11-20", "2026-11-20", "2026-11-21", "2026-10-31")),
            author=author,
            tag=tag,
            link=link if chance.random() < 0.15 else "",
            alias=f"/old/{slugs[2]}/" if chance.random() < 0.1 else "",
            opens=chance.choice((None, None, None, None, 20, 60, 9000)),
            ends=chance.choice((None, None, None, None, None, 80, 9000)),
            is_draft=chance.random() < 0.08,
            is_broken=kind == "broken",
        )
        if copy.opens and copy.ends and copy.ends < copy.opens:
            copy = replace(copy, ends=None)  # whether it was scheduled first depends on when it is looked at
        earlier.append(copy)
        editor.acts.append(upload(work, key, copy))


def _discuss(work: Workload, chance: Random, article: str, number: int) -> None:
    parent: Remark | None = None
    for place in range(number):
        word = f"{article}said{place}"
        remark = Remark(word, article, f"{word}@reader.example", parent if chance.random() < 0.5 else None)
        parent = remark
        work.remarks.append(remark)
        actor = work.actor(word)
        with_key = chance.random() < 0.3
        actor.acts.append(say(remark, with_key=with_key))
        if chance.random() < 0.1:
            work.actor(word + " twice").acts.append(say(remark, with_key=with_key, only_today=True))
        for verdict in _verdicts(chance):
            actor.acts.append(decide(remark, verdict, by_link=chance.random() < 0.4))
        if chance.random() < 0.1:
            actor.acts.append(mend(remark, "otherwise"))
        if chance.random() < 0.12:
            work.actor(word + " regret").acts.append(take_back(remark))


def _verdicts(chance: Random) -> list[EditorAction]:
    choices: tuple[list[EditorAction], ...] = (
        [], ["approve"], ["approve"], ["approve", "hold"], ["decline"], ["spam", "approve"],
        ["approve", "hold", "approve"], ["approve", "erase"],
    )  # fmt: skip
    return chance.choice(choices)


def _trouble(work: Workload, chance: Random) -> None:
    """Now and then something cannot be done, or cannot be read."""
    if chance.random() < 0.06:
        lines: tuple[Literal["upload", "comment", "render", "rebuild"], ...] = (
            "upload",
            "comment",
            "render",
            "rebuild",
        )
        line, body = chance.choice(lines), chance.choice(('{"page": 7}', "{", "[]"))
        work.unreadable[body] = line
        work.actor("stranger").acts.append(send(line, body))
    if chance.random() < 0.05:
        name, bucket, key = chance.choice(
            (
                ("put_object", "site", "index.html"),
                ("head_object", "site", "2026/11/aone/index.html"),
                ("get_object", "upload", "articles/a.md"),
            )
        )
        poison(work, name, bucket, key)


def poison(work: Workload, name: str, bucket: str, key: str) -> None:
    """A call that fails as long as there are faults."""
    work.poisoned = f"{bucket}/{key}"
    work.poison = lambda call: call.name == name and (call.asked["Bucket"], call.asked["Key"]) == (bucket, key)


def to_and_fro(chance: Random) -> Workload:
    """One page goes from one state to another and back while the stream sleeps and renders abound."""
    work = Workload(weights={"stream": chance.choice((0.02, 0.05, 0.1)), "act": 1.5, "task": 6, "queue": 4, "late": 1})
    editor = work.actor("articles/a.md")
    first = Copy("articles/a.md", "aword0", slug="aone")
    second = replace(first, word="aword1")
    other = chance.choice(
        (
            None,
            second,
            replace(second, section="world"),
            replace(second, slug="atwo"),
            replace(second, is_draft=True),
        )
    )
    editor.acts.append(upload(work, "articles/a.md", first))
    remark = Remark("asaid0", "a", "asaid0@reader.example")
    work.remarks.append(remark)
    reader = work.actor("asaid0")
    reader.acts.append(say(remark, with_key=False))
    if chance.random() < 0.7:
        turns: tuple[EditorAction, EditorAction] = ("approve", "hold")
        reader.acts.extend(decide(remark, turns[n % 2], by_link=False) for n in range(chance.randint(2, 5)))
    if chance.random() < 0.5:
        editor.acts.extend(upload(work, "articles/a.md", (other, first)[n % 2]) for n in range(chance.randint(2, 4)))
    work.actor("desk").acts.extend(ask_again("/2026/11/aone/") for _ in range(chance.randint(2, 5)))
    return work


def ask_again(path: str) -> Act:
    """Somebody has one page rebuilt."""

    def do(schedule: "Schedule", done: Callable[..., None], failures: int) -> None:
        schedule.ids += 1
        schedule.post("rebuild", json.dumps({"of": "paths", "paths": [path], "rebuild": f"asked-{schedule.ids}"}))
        done()

    return Act(do)


# What hunts for one kind of fault in particular


def wandering(chance: Random) -> Workload:
    """An article that moves with every version, each uploaded before the last one is known everywhere."""
    work = Workload()
    editor = work.actor("articles/a.md")
    for number in range(4):
        copy = Copy("articles/a.md", f"aword{number}", slug=chance.choice(SLUGS))
        editor.acts.append(upload(work, "articles/a.md", copy))
    return work


def talkative(chance: Random) -> Workload:
    """One article, and much to say about it."""
    work = Workload()
    work.actor("articles/a.md").acts.append(upload(work, "articles/a.md", Copy("articles/a.md", "aword0", slug="aone")))
    _discuss(work, chance, "a", 4)
    return work


def contested(chance: Random) -> Workload:
    """One article that is down, and an operator who does not repeat a restoring that failed but takes it down again."""
    work = Workload()
    work.actor("articles/a.md").acts.append(upload(work, "articles/a.md", Copy("articles/a.md", "aword0", slug="aone")))
    desk = work.actor("desk")
    desk.acts.append(take_down(work, "a"))
    for _ in range(chance.randint(2, 4)):
        desk.acts.extend((put_back(work, "a", once=True), take_down(work, "a")))
    return work


def fickle(chance: Random) -> Workload:
    """One comment, and an editor who wants this and then that of it, whether the first was done or not."""
    work = Workload()
    work.actor("articles/a.md").acts.append(upload(work, "articles/a.md", Copy("articles/a.md", "aword0", slug="aone")))
    remark = Remark("asaid0", "a", "asaid0@reader.example")
    work.remarks.append(remark)
    reader = work.actor("asaid0")
    reader.acts.append(say(remark, with_key=False))
    turns: tuple[EditorAction, ...] = ("approve", "hold", "spam", "decline")
    for _ in range(chance.randint(2, 4)):
        wanted, regretted = chance.sample(turns, 2)
        reader.acts.append(decide(remark, wanted, by_link=chance.random() < 0.4))
        reader.acts.append(decide(remark, regretted, by_link=chance.random() < 0.4, once=True))
        reader.acts.append(decide(remark, wanted, by_link=chance.random() < 0.4))
    return work


def defiant(chance: Random) -> Workload:
    """One comment on a paper that publishes what comes, an editor who holds it, and a writer who mends it."""
    work = Workload()
    rules = upload_text("site.yaml", "comments: {moderation: none}\n")
    article = upload(work, "articles/a.md", Copy("articles/a.md", "aword0", slug="aone"))
    work.actor("publisher").acts.extend((rules, article))
    remark = Remark("asaid0", "a", "asaid0@reader.example")
    work.remarks.append(remark)
    work.actor("asaid0").acts.append(say(remark, with_key=False))
    turns: tuple[EditorAction, ...] = ("hold", "approve", "decline")
    desk = work.actor("desk")
    desk.acts.extend(
        decide(remark, chance.choice(turns), by_link=chance.random() < 0.4) for _ in range(chance.randint(0, 2))
    )
    desk.acts.append(decide(remark, "hold", by_link=False))
    work.actor("writer").acts.extend(mend(remark, f"otherwise {n}") for n in range(chance.randint(1, 3)))
    return work


def garbled(chance: Random) -> Workload:
    """An ordinary day, and a message to render_page that nobody can read."""
    work = mixed(chance)
    work.unreadable['{"of": 7}'] = "render"
    work.actor("stranger").acts.append(send("render", '{"of": 7}'))
    return work


def poisoned(chance: Random) -> Workload:
    """An ordinary day on which the front page cannot be written, and everything is drawn again."""
    work = mixed(chance)
    work.actor("night").acts.append(rebuild())
    poison(work, "put_object", "site", "index.html")
    return work


def unsettled(chance: Random) -> Workload:
    """One article, while the paper changes where and in which zone articles stand and how many threads a page has,
    and an operator takes the article down and restores it."""
    work = Workload()
    _edit(work, chance, "a", SLUGS, author="", tag="", link="")
    (editor,) = work.actors
    if chance.random() < 0.4:
        editor.acts.clear()  # an article that stays as it is has time for a long discussion
    first = Copy(
        "articles/a.md", "aword9", day=chance.choice(("2026-11-20", "2026-10-31")), hour=chance.choice((8, 20))
    )
    editor.acts.appendleft(upload(work, "articles/a.md", first))
    _discuss(work, chance, "a", chance.choice((0, 2, 4)))
    for remark in work.remarks:
        remark.answers = remark.answers if chance.random() < 0.3 else None  # threads, not depth, make pages
    publisher = work.actor("publisher")
    settings = (
        "permalink: /{section}/{slug}/\n", "permalink: /{yyyy}/{slug}/\n", "title: The Times\n", None,
        "timezone: Asia/Tokyo\n", "timezone: Asia/Tokyo\npermalink: /{yyyy}/{mm}/{dd}/{slug}/\n",
        "timezone: America/Lima\n",
    )  # fmt: skip
    comments = chance.choice(("", "comments: {per_page: 1}\n", *["comments: {moderation: none, per_page: 1}\n"] * 2))
    for text in chance.sample(settings, chance.randint(1, 3)):
        publisher.acts.append(upload_text("site.yaml", text and text + comments))
    desk = work.actor("desk")
    acts = [take_down(work, "a"), put_back(work, "a", once=True), take_down(work, "a"), put_back(work, "a")]
    desk.acts.extend(acts[: chance.choice((0, 1, 3, 3, 4))])
    time = work.actor("time")
    time.acts.extend(time_passes(chance.choice((1, 30, 90))) for _ in range(chance.choice((0, 1, 2))))
    if chance.random() < 0.15:
        work.actor("night").acts.append(rebuild())
    return work


def alike(chance: Random) -> Workload:
    """Articles by people whose names are spelled alike, under tags that are, all new to the paper at once."""
    work = Workload()
    for id, author, tag in (("a", "张伟", "历史"), ("b", "章威", "理事"), ("c", "Zhangwei", "Lishi")):
        _edit(work, chance, id, [f"{id}{slug}" for slug in SLUGS], author=author, tag=tag, link="")
    if chance.random() < 0.5:
        text = "---\nname: 章威\n---\nWrites.\n"
        work.actor("author").acts.append(upload_text(chance.choice(("authors/章威.md", "authors/zhangwei.md")), text))
    if chance.random() < 0.2:
        work.actor("night").acts.append(rebuild())
    return work


PLACES = ("articles/a.md", "articles/x/a.md", "articles/b.md", "articles/x/c.md")


def moving(chance: Random) -> Workload:
    """One article whose file moves from name to name, and readers who talk about it all the while."""
    work = Workload()
    copy = Copy(PLACES[0], "aword0", slug=chance.choice(("", "", "one")))
    editor = work.actor(PLACES[0])
    editor.acts.append(upload(work, copy.key, copy))
    keys = work.moved.setdefault("a", [copy.key])
    for number in range(chance.randint(1, 3)):
        old = copy
        copy = replace(copy, key=chance.choice([key for key in PLACES if key != old.key]))
        if copy.slug and chance.random() < 0.3:  # else nobody could know that it is the same
            copy = replace(copy, word=f"aword{number + 1}")
        keys.append(copy.key)
        acts = [upload(work, copy.key, copy), upload(work, old.key, None)]
        if number == 0:  # before it moves, it is there
            acts[0].is_ready = acts[1].is_ready = lambda schedule: (
                schedule.promises.row("ARTICLE#a", "ARTICLE") is not None
            )
        editor.acts.extend(acts if chance.random() < 0.6 else reversed(acts))
    _discuss(work, chance, "a", chance.choice((0, 1, 2)))
    if chance.random() < 0.3:
        work.actor("night").acts.append(rebuild())
    return work


def travelling(chance: Random) -> Workload:
    """Articles that are uploaded while the paper moves from one zone to another, which is announced at once."""
    work = Workload(weights={"stream": 8, "queue": 4, "act": 4})
    for id in "abcd":
        copy = Copy(f"articles/{id}.md", f"{id}word0", slug=f"{id}one", day="2026-10-31", hour=20)
        work.actor(copy.key).acts.append(upload(work, copy.key, copy))
    publisher = work.actor("publisher")
    for zone in chance.sample(("Asia/Tokyo", "America/Lima", "UTC", "Pacific/Auckland"), chance.randint(1, 3)):
        publisher.acts.append(upload_text("site.yaml", f"timezone: {zone}\n"))
    return work


def of(seed: int) -> Workload:
    """The workload of a seed."""
    chance = Random(seed * 7919 + 1)
    if seed % 11 == 5:
        return moving(chance)
    if seed % 13 == 9:
        return alike(chance)
    if seed % 7 == 3:  # none of those that long runs have found, which stay the days they were
        return unsettled(chance)
    if seed % 7 == 6:
        return defiant(chance) if seed % 2 else fickle(chance)
    return to_and_fro(chance) if seed % 3 == 2 else mixed(chance)
