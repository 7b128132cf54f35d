"""Each handler alone, broken off at each of its calls in turn and woken again by the same event, ends alike."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

import pytest

from adapters import clients
from ingest_comment import handler as ingest_comment
from moderate_comment import handler as moderate_comment
from newsroom.comments.tokens import moderation_token, receipt_token
from plan_pages import handler as plan_pages
from publish_article import handler as publish_article
from rebuild_site import handler as rebuild_site
from receive_comment import handler as receive_comment
from release_articles import handler as release_articles
from render_page import handler as render_page
from tests.envelopes import messages
from tests.memory import Memory
from tests.paper import EDITORS_SECRET, READERS_SECRET, api_event, upload_event
from tests.simulation import workload
from tests.simulation.play import founded
from tests.simulation.schedule import BEGINS, Schedule
from tests.simulation.stores import InMemory
from tests.simulation.wire import Call, Crash, Fate, Task, take_stage, wired
from tests.simulation.workload import Copy, Remark, Workload

FATES: tuple[Fate, ...] = ("crashes before", "crashes after", "fails", "loses its answer")
LATER = BEGINS + timedelta(days=2)
PASSING = {"rev", "edition", "at", "erased_at", "after", "calls", "began", "since"}
"""What may differ: how often something was written, and when."""


@dataclass
class Alone:
    """A stage for one handler: call number `at` meets a fate, all others pass."""

    store: InMemory
    now: datetime
    at: int | None = None
    fate: Fate = "passes"
    calls: int = 0

    def store_answers(self, call: Call) -> Any:
        return self.store.ask(call.service, call.name, call.asked)

    def meet(self, task: Task, call: Call, _: Fate) -> Any:
        fate = self.fate if self.calls == self.at else "passes"
        self.calls += 1
        if fate in ("passes", "crashes after", "loses its answer"):
            answer = self.store_answers(call)
        if fate == "passes":
            return answer
        if fate.startswith("crashes"):
            task.is_dead = True
            raise Crash
        raise call.failure(fate)

    def wake(self, work: Callable[[], Any]) -> None:
        take_stage(cast(Schedule, self))
        task = Task("alone", work, lambda answer, problem: None)
        try:
            while not task.go_on("passes"):
                pass
        finally:
            take_stage(None)


@cache
def a_days_work() -> Memory:
    """A paper with two articles, one of them to be released and one to expire, a comment and what waits for it."""
    work = Workload()
    for copy in (
        Copy("articles/a.md", "aword", slug="one", author="jane-doe", tag="ice", link="/2026/11/two/", ends=100),
        Copy("articles/b.md", "bword", slug="two", section="world", opens=100),
    ):
        work.actor(copy.key).acts.append(workload.upload(work, copy.key, copy))
    first = Remark("saidfirst", "a", "first@reader.example")
    reply = Remark("saidreply", "a", "reply@reader.example", answers=first)
    for remark in (first, reply):
        work.remarks.append(remark)
        work.actor(remark.word).acts.append(workload.say(remark, with_key=True))
    work.actor("editor").acts.append(workload.decide(reply, "approve", by_link=False))
    store = InMemory(founded().copy())
    schedule = Schedule(1, store, work)
    schedule.has_faults = False
    schedule.run()

    def edit() -> None:
        """What S3 has not told of yet."""
        for copy in (Copy("articles/a.md", "new", slug="six"), Copy("articles/c.md", "cword", slug="ten")):
            clients.s3().put_object(Bucket="upload", Key=copy.key, Body=copy.text(BEGINS).encode())
        clients.s3().delete_object(Bucket="upload", Key="articles/b.md")
        clients.s3().put_object(Bucket="upload", Key="site.yaml", Body=b"timezone: Asia/Tokyo\n")

    Alone(store, LATER).wake(edit)
    Alone(store, LATER).wake(publish("site.yaml"))
    return store.memory.copy()


def comment(word: str) -> dict[str, Any]:
    """The row of a comment, and its revision."""
    items = InMemory(a_days_work()).items("news")
    docs = [(json.loads(item["doc"]["S"]), int(item["rev"]["N"])) for item in items if item["sk"]["S"] == "COMMENT"]
    return next({**doc, "rev": rev} for doc, rev in docs if doc["text"] == word)


def json_request(route: str, path: str, fields: dict[str, Any], query: str = "", **parameters: str) -> dict[str, Any]:
    event = api_event(f"POST {route}", path, json.dumps(fields), query, **parameters)
    event["headers"] |= {"content-type": "application/json", "accept": "application/json"}
    return event


def publish(key: str) -> Callable[[], Any]:
    return lambda: publish_article.handle(upload_event(key), None)


def plan() -> Callable[[], Any]:
    """All that the stream tells of an article's move."""
    store = InMemory(a_days_work().copy())
    Alone(store, LATER).wake(publish("articles/a.md"))
    records = store.news_of_the_stream()
    return lambda: plan_pages.handle({"Records": deepcopy(records)}, None)


def draw() -> Callable[[], Any]:
    paths = ("/", "/feed.xml", "/2026/11/one/", "/2026/11/six/", "receipts/articles/a.md.json")
    return lambda: render_page.handle(messages(*({"page": path} for path in paths)), None)


def receive() -> Callable[[], Any]:
    fields = {"author": "Wim", "email": "wim@reader.example", "comment": "Ice!"}
    event = json_request("/api/articles/{id}/comments", "/api/articles/a/comments", fields, id="a")
    return lambda: receive_comment.handle(deepcopy(event), None)


def take_in() -> Callable[[], Any]:
    letter = {"id": "5e0b8c1d2f3a4b5c6d7e8f90", "article": "a", "parent": comment("saidfirst")["id"], "author": "Wim",
              "email": "wim@reader.example", "url": None, "text": "Ice!", "notify": True, "honeypot": False,
              "at": "2026-11-23T10:00:00.000+00:00", "address_hash": "0" * 32, "writer": "1" * 32}  # fmt: skip
    return lambda: ingest_comment.handle(messages(letter), None)


def approve() -> Callable[[], Any]:
    found = comment("saidfirst")
    expires = int(LATER.timestamp()) + 600
    token = moderation_token(
        EDITORS_SECRET, {"comment": found["id"], "action": "approve", "rev": found["rev"], "expires": expires}
    )
    event = api_event("POST /api/moderate", "/api/moderate", "", f"t={token}")
    return lambda: moderate_comment.handle(deepcopy(event), None)


def take_back() -> Callable[[], Any]:
    receipt = receipt_token(READERS_SECRET, comment("saidreply")["id"])
    event = json_request("/api/comments/{receipt}", f"/api/comments/{receipt}", {"action": "erase"}, receipt=receipt)
    return lambda: moderate_comment.handle(deepcopy(event), None)


def rebuild(of: str, **more: Any) -> Callable[[], Any]:
    return lambda: rebuild_site.handle(messages({"of": of, "rebuild": "test", **more}), None)


WORK: dict[str, Callable[[], Callable[[], Any]]] = {
    "publish an article that moved": lambda: publish("articles/a.md"),
    "publish a new article": lambda: publish("articles/c.md"),
    "withdraw a deleted article": lambda: publish("articles/b.md"),
    "plan": plan,
    "draw": draw,
    "receive a comment": receive,
    "take a reply in": take_in,
    "approve by link": approve,
    "take a comment back": take_back,
    "mail what waits": lambda: lambda: moderate_comment.handle({"why": "digest"}, None),
    "release and expire": lambda: lambda: release_articles.handle({"why": "clock"}, None),
    "begin a rebuild": lambda: rebuild("everything"),
    "read again in another zone": lambda: rebuild("everything", mark=True, strand="rows-3", number=0),  # has an upload
    "rebuild one strand": lambda: rebuild("everything", strand="rows-0", number=0),
    "mark an author's articles": lambda: rebuild("author/jane-doe", mark=True),
    "rebuild a section": lambda: rebuild("section/news", strand="pages", number=0),
}


def after(name: str, at: int | None = None, fate: Fate = "passes") -> tuple[dict[str, Any], int]:
    """What there is after a handler's work, broken off once and done again unless `at` is None; and its calls."""
    store, work = InMemory(a_days_work().copy()), WORK[name]()
    stage = Alone(store, LATER, at, fate)
    stage.wake(work)
    if at is not None:
        Alone(store, LATER + timedelta(minutes=1)).wake(work)
    if name == "approve by link":  # the link is used up; what was still to do, and follows from that, lies in the tray
        for minute in (2, 3):
            Alone(store, LATER + timedelta(minutes=minute)).wake(WORK["mail what waits"]())
    return state(store), stage.calls


def state(store: InMemory) -> dict[str, Any]:
    """Rows, objects, messages and mails; those that may come twice as if they came once."""
    found: dict[str, Any] = {
        table: {(item["pk"]["S"], item.get("sk", {}).get("S", "")): row(item) for item in store.items(table)}
        for table in ("news", "private")
    }
    found["counters"] = {item["pk"]["S"] for item in store.items("counters")}
    found |= {bucket: store.objects(bucket) for bucket in ("site", "upload")}
    waiting = store.memory.queues.waiting
    bodies = {url: [json.loads(body) for body in bodies.values()] for url, bodies in waiting.items()}
    found["messages"] = {url: sorted({json.dumps(lasting(body)) for body in each}) for url, each in bodies.items()}
    found["mails"] = sorted({json.dumps({**mail, "text": ""}) for mail in store.memory.mails()})
    out_tray = {key: doc for key, doc in found["private"].items() if key[0] == "OUT-TRAY"}
    for key in out_tray:  # named after the moment
        found["private"][key[0], key[1].partition("#")[2]] = found["private"].pop(key)
    return found


def row(item: dict[str, Any]) -> Any:
    doc = json.loads(item["doc"]["S"]) if "doc" in item else {}
    return lasting(doc), item.get("body")


def lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: lasting(each) for name, each in sorted(value.items()) if name not in PASSING}
    return value


@pytest.mark.parametrize("name", WORK)
def test_work_broken_off_anywhere_and_done_again_ends_alike(name: str) -> None:
    with wired():
        undisturbed, calls = after(name)
        assert calls
        for at in range(calls):
            for fate in FATES:
                disturbed, _ = after(name, at, fate)
                for part, expected in undisturbed.items():
                    assert disturbed[part] == expected, f"{name}: call {at + 1} of {calls} {fate}, and {part} differ"
