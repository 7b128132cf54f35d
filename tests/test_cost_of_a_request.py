"""What one request of a stranger's may cost: counted in calls and in rows, whatever the tables hold."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from adapters import clients
from adapters.table import Table
from ingest_comment import handler as ingest_comment
from moderate_comment import handler as moderate_comment
from newsroom.comments.comment_state import MOST_WAITING
from newsroom.comments.reasons import CROWDED, DECLINED, NOT_THERE, WAITS
from newsroom.table_keys import OUTBOX, comment_key
from tests.envelopes import waiting
from tests.paper import Paper

KOREA = "---\ntitle: Water in the square\ndate: 2026-11-20\n---\nThe sea came in.\n"
OPEN = "comments: {moderation: none, seconds_between: 0, hold_words: [pump]}\n"
NOWHERE = "deadbeef" * 3


@pytest.fixture
def open_paper(quick_paper: Paper) -> Paper:
    """A paper with two articles that publishes what its readers say at once."""
    for name in ("korea", "lunch"):
        quick_paper.upload(f"articles/{name}.md", KOREA)
    quick_paper.upload("site.yaml", OPEN)
    return quick_paper


def say(paper: Paper, text: str, **fields: str) -> str:
    """Send a comment and have its message taken in, and nothing else; its receipt."""
    writer = str(abs(hash(text)))
    sent = {"author": f"W{writer}", "email": f"w{writer}@reader.example", "comment": text, **fields}
    receipt = paper.post("korea", sent, later=0)["headers"]["location"]
    paper._deliver("COMMENT_QUEUE", ingest_comment)
    return str(receipt)


def id_of(receipt: str) -> str:
    return receipt.rpartition("/")[2].partition(".")[0]


def reason(receipt: str) -> tuple[str, str]:
    row = Table("news").get(comment_key(id_of(receipt)))
    assert row
    return row.doc["status"], row.doc["reason"]


def tick(paper: Paper, minutes: int = 2) -> None:
    paper.now += timedelta(minutes=minutes)
    moderate_comment.handle({"why": "digest"}, None)


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """The calls that DynamoDB is asked for, and the rows it reads and writes for them."""
    found: Counter[str] = Counter()

    def count(model: Any, parsed: Any, **_: Any) -> None:
        found[f"calls of {model.name}"] += 1
        batch = [row for rows in parsed.get("Responses", {}).values() for row in rows] if "Batch" in model.name else []
        found["rows read"] += len(parsed.get("Items", [])) + ("Item" in parsed) + len(batch)

    def ask(model: Any, params: Any, **_: Any) -> None:
        if model.name == "TransactWriteItems":
            found["rows written"] += len(json.loads(params["body"])["TransactItems"])

    events = clients.dynamodb().meta.events
    events.register("before-call.dynamodb", ask)
    events.register("after-call.dynamodb", count)
    try:
        yield found
    finally:
        events.unregister("before-call.dynamodb", ask)
        events.unregister("after-call.dynamodb", count)


def held_parent(paper: Paper) -> str:
    return id_of(say(paper, "A pump."))


REQUESTS: dict[str, Callable[[Paper, dict[str, str]], Any]] = {
    "a comment": lambda paper, known: say(paper, f"one more, {known}"),
    "a reply to a comment that is shown": lambda paper, known: say(paper, f"one more, {known}", parent=known["shown"]),
    "a reply to a comment that is held": lambda paper, known: say(paper, f"one more, {known}", parent=known["held"]),
    "a reply to nothing": lambda paper, known: say(paper, f"one more, {known}", parent=NOWHERE),
    "a reply to a comment elsewhere": lambda paper, known: say(paper, f"one more, {known}", parent=known["elsewhere"]),
    "a look at a receipt": lambda paper, known: paper.ask(known["receipt"]),
    "an edit": lambda paper, known: paper.ask(
        known["receipt"], {"action": "edit", "author": "W", "comment": "Mended."}
    ),
    "a deletion": lambda paper, known: paper.ask(known["receipt"], {"action": "erase"}),
    "a comment deleted on its way": lambda paper, known: paper.ask(known["unseen"], {"action": "erase"}),
}


def test_what_a_stranger_asks_for_costs_the_same_whatever_others_have_sent(open_paper: Paper) -> None:
    open_paper.settles = False  # what is drawn is counted elsewhere
    costs: list[dict[str, Counter[str]]] = []
    for number in (MOST_WAITING + 5, 2 * MOST_WAITING):
        known = a_crowd(open_paper, number)
        open_paper.ask(known["receipt"])  # reads the secrets, which are then kept for five minutes
        costs.append({})
        for name, ask in REQUESTS.items():
            with counted() as costs[-1][name]:
                ask(open_paper, known)

    assert costs[0] == costs[1]
    assert max(cost.total() for cost in costs[0].values()) < 100


def a_crowd(paper: Paper, number: int) -> dict[str, str]:
    """So many comments of each kind that may be sent; the ids to answer, and receipts."""
    mark = str(number)
    known = {"held": id_of(say(paper, f"A pump, {mark}.")), "shown": id_of(say(paper, f"Shown, {mark}."))}
    known["elsewhere"] = id_of(
        paper.post("lunch", {"author": "L", "email": "l@r.example", "comment": mark}, later=0)["headers"]["location"]
    )
    for each in range(number):
        say(paper, f"held {mark} {each}", parent=known["held"])
        say(paper, f"lost {mark} {each}", parent=NOWHERE)
        say(paper, f"said {mark} {each}")
    say(paper, f"replied {mark}", parent=known["shown"])
    known["receipt"] = say(paper, f"mine, {mark}", parent=known["held"])
    sent = {"author": "U", "email": f"u{mark}@r.example", "comment": "unseen"}
    known["unseen"] = paper.post("korea", sent, later=0)["headers"]["location"]
    waiting("COMMENT_QUEUE")
    return known


def test_twice_as_many_replies_to_nothing_cost_twice_as_much_and_no_more(open_paper: Paper) -> None:
    def cost_of(number: int) -> int:
        with counted() as cost:
            for each in range(number):
                say(open_paper, f"{number} {each}", parent=f"{number:024x}")
            tick(open_paper)
            tick(open_paper)
        return cost.total()

    assert cost_of(80) <= 2.1 * cost_of(40)
    assert [row.doc["kind"] for row in Table("private").query(OUTBOX)] == []


def test_replies_to_a_comment_that_is_not_there_wait_a_minute_and_then_go_to_the_editor(open_paper: Paper) -> None:
    replies = [say(open_paper, f"Whose? {number}", parent=NOWHERE) for number in range(MOST_WAITING + 2)]
    assert [reason(each) for each in replies[-3:]] == [("held", WAITS), ("held", CROWDED), ("held", CROWDED)]

    tick(open_paper, minutes=0)
    assert reason(replies[0]) == ("held", WAITS)

    tick(open_paper)
    assert {reason(each) for each in replies[:-2]} == {("held", NOT_THERE)}
    tick(open_paper)
    assert Table("private").query(OUTBOX) == []


def test_a_reply_to_a_comment_on_another_article_is_a_thread_of_its_own(open_paper: Paper) -> None:
    elsewhere = open_paper.comment("lunch", "Soup.")
    reply = say(open_paper, "What soup?", parent=elsewhere)

    assert reason(reply) == ("approved", "")
    row = Table("news").get(comment_key(id_of(reply)))
    assert row
    assert (row.doc["parent"], row.doc["depth"]) == (None, 1)


@pytest.mark.parametrize("verdict", ["decline", "spam"])
def test_a_reply_whose_comment_is_declined_goes_to_the_editor_who_may_publish_it_by_itself(
    open_paper: Paper, verdict: Any
) -> None:
    parent = held_parent(open_paper)
    reply = say(open_paper, "Whose?", parent=parent)
    assert reason(reply) == ("held", WAITS)

    open_paper.moderate(verdict, parent)
    assert reason(reply) == ("held", DECLINED)
    assert reason(say(open_paper, "And whose was it?", parent=parent)) == ("held", DECLINED)

    open_paper.moderate("approve", id_of(reply))
    assert reason(reply) == ("approved", "")
    assert f'id="comment-{id_of(reply)}"' in (open_paper.page("/2026/11/korea/") or "")


def test_a_reply_whose_comment_is_erased_before_it_was_shown_is_published_by_itself(open_paper: Paper) -> None:
    parent = held_parent(open_paper)
    reply = say(open_paper, "Whose?", parent=parent)

    open_paper.moderate("erase", parent)

    assert reason(reply) == ("approved", "")


def test_more_replies_than_one_verdict_releases_are_released_by_the_clock(
    open_paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = held_parent(open_paper)
    replies = [say(open_paper, f"Whose? {number}", parent=parent) for number in range(5)]
    sound = type(moderate_comment.comment_threads()).release_some_replies
    two = lambda talks, id, now, **named: sound(talks, id, now, **{**named, "most": 2})  # noqa: E731
    # Each caller names its own limit, so that no constant makes all of them small.
    monkeypatch.setattr(type(moderate_comment.comment_threads()), "release_some_replies", two)

    open_paper.moderate("approve", parent)
    assert sum(reason(each)[0] == "approved" for each in replies) == 2
    for _ in range(3):
        tick(open_paper)

    assert {reason(each) for each in replies} == {("approved", "")}
