"""ingest_comment, woken as CommentQueue wakes it."""

import json
from typing import Any

import pytest

from adapters import clients
from adapters.table import Table
from ingest_comment import handler as ingest_comment
from newsroom.errors import PermanentError, TransientError
from newsroom.table_keys import HELD, OUTBOX, comment_key, thread_counter_key, writer_partition
from tests.envelopes import NOTHING_FAILED, envelope, messages, names, read_log
from tests.faults import CONFLICT
from tests.paper import Paper

KOREA = "---\ntitle: Water in the square\ndate: 2026-11-20\n---\nThe sea came in.\n"
FIRST, REPLY = "5e0b8c1d2f3a4b5c6d7e8f90", "6f0b8c1d2f3a4b5c6d7e8f91"
STORED = {
    "one": {FIRST: "held"},
    "duplicate": {FIRST: "held"},
    "reply-before-its-parent": {FIRST: "held", REPLY: "held"},
    "honeypot": {FIRST: "spam"},
    "mixed-batch": {FIRST: "held", REPLY: "held"},
    "not-json": {},
    "half-a-letter": {},
}


@pytest.fixture
def open_paper(paper: Paper) -> Paper:
    """A paper with one article that takes comments."""
    paper.upload("articles/korea.md", KOREA)
    return paper


def take_in(name: str) -> dict[str, Any]:
    return ingest_comment.handle(envelope("ingest_comment", name), None)


def stored() -> dict[str, str]:
    rows = Table("news").get_many(map(comment_key, (FIRST, REPLY)))
    return {row.doc["id"]: row.doc["status"] for row in rows.values()}


@pytest.mark.parametrize("name", names("ingest_comment"))
def test_an_envelope_is_taken_in_once_and_what_is_none_is_put_aside(open_paper: Paper, name: str) -> None:
    for _ in range(2):
        assert take_in(name) == NOTHING_FAILED

    assert stored() == STORED[name]


def test_what_is_private_stands_apart(open_paper: Paper) -> None:
    take_in("one")

    row = Table("private").get(comment_key(FIRST))
    assert row
    assert row.doc == {
        "email": "wim@reader.example", "notify": False, "address_hash": "0" * 32, "writer": "1" * 32,
    }  # fmt: skip
    assert [row.doc["id"] for row in Table("private").query(writer_partition("1" * 32))] == [FIRST]
    assert [row.doc for row in Table("private").query(OUTBOX)] == [{"kind": "held", "id": FIRST}]
    assert "reader.example" not in str(clients.dynamodb().query(
        TableName="news", KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": comment_key(FIRST).pk}},
    )["Items"])  # fmt: skip


def test_a_reply_that_overtakes_what_it_answers_is_published_with_it(open_paper: Paper) -> None:
    open_paper.upload("site.yaml", "title: The Lantern\ncomments: {moderation: none}\n")
    take_in("reply-before-its-parent")

    assert stored() == {FIRST: "approved", REPLY: "approved"}
    assert Table("news").get(thread_counter_key("korea")).doc == {"approved": 2, "threads": 1, "pages": 1, "on_last": 1}  # type: ignore[union-attr]
    assert Table("news").query(HELD) == []


@pytest.mark.parametrize("gone", ["deleted", "closed"])
def test_a_comment_that_arrives_too_late_is_held_and_not_lost(open_paper: Paper, gone: str) -> None:
    open_paper.upload("site.yaml", "title: The Lantern\ncomments: {moderation: none}\n")
    if gone == "deleted":
        open_paper.delete("articles/korea.md")
    else:
        open_paper.upload("articles/korea.md", KOREA.replace("date:", "comments: false\ndate:"))

    take_in("one")
    assert stored() == {FIRST: "held"}


def test_a_batch_reports_the_comment_that_failed_and_its_neighbours_go_on(
    open_paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_log()
    open_paper.aws.fail("TransactWriteItems", of=comment_key(FIRST).pk)
    event = envelope("ingest_comment", "mixed-batch")
    answer = ingest_comment.handle(event, None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}
    assert stored() == {REPLY: "held"}


@pytest.mark.parametrize(
    ("failure", "comes_again"),
    [(PermanentError("refused"), []), (TransientError("throttled"), ["1"]), (RuntimeError("no such luck"), ["1"])],
)
def test_whatever_fails_in_the_middle_of_a_batch_what_is_before_and_after_it_is_taken_in(
    open_paper: Paper, failure: Exception, comes_again: list[str]
) -> None:
    letter = json.loads(envelope("ingest_comment", "one")["Records"][0]["body"])
    ids = [FIRST, "0" * 24, REPLY]
    open_paper.aws.fail("TransactWriteItems", of=comment_key(ids[1]).pk, error=failure)

    given = ingest_comment.handle(messages(*({**letter, "id": id} for id in ids)), None)

    assert [each["itemIdentifier"] for each in given["batchItemFailures"]] == comes_again
    assert stored() == {FIRST: "held", REPLY: "held"}


def test_a_discussion_that_keeps_changing_is_tried_again_later(
    open_paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = read_log()
    open_paper.aws.fail("TransactWriteItems", **CONFLICT)

    assert len(take_in("one")["batchItemFailures"]) == 1
    assert "kept changing" in log.lines("WARNING")[0]["reason"]


def test_nothing_a_message_says_is_logged(open_paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    log = read_log()
    for name in names("ingest_comment"):
        take_in(name)

    assert log.lines("ERROR")
    assert "reader.example" not in log.text
    assert "centimetres" not in log.text
