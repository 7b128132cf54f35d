"""Dead letters at the desk: listed with their reasons, shown, and sent on."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from adapters import clients
from adapters.table import Table
from infra.cli.app import app
from newsroom.table_keys import comment_key
from render_page import handler as render_page
from tests.envelopes import envelope, waiting
from tests.paper import SITE_URL, Paper

NAMES = ("upload", "render", "rebuild", "comment", "plan", "clock")
OF_THE_STREAM = {
    "requestContext": {"condition": "RetryAttemptsExhausted", "functionArn": "arn:aws:lambda:…:plan"},
    "DDBStreamBatchInfo": {"batchSize": 7, "approximateArrivalOfFirstRecord": "2026-11-23T09:00:00Z"},
}
OF_A_TICK = {
    "requestContext": {"condition": "RetriesExhausted"},
    "requestPayload": {"why": "clock"},
    "responsePayload": {"errorMessage": "2 of 9 due articles failed: korea, ferry", "errorType": "TransientError"},
}


class Desk:
    """An operator's desk beside a paper with every queue there is."""

    def __init__(self, paper: Paper, state: Path, dead_letters: dict[str, str]) -> None:
        self.paper, self.state, self.dead_letters = paper, state, dead_letters

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(app, ["deadletters", *words, "--state", str(self.state)])

    def json(self, *words: str) -> Any:
        result = self(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def park(self, queue: str, body: object, **attributes: str) -> str:
        """Park a message as AWS itself does; its id."""
        text = body if isinstance(body, str) else json.dumps(body)
        told: Any = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        sent = clients.sqs().send_message(QueueUrl=self.dead_letters[queue], MessageBody=text, MessageAttributes=told)
        return sent["MessageId"]


@pytest.fixture
def desk(paper: Paper, tmp_path: Path) -> Desk:
    make = clients.sqs().create_queue
    dead = {
        name: os.environ.get(f"{name.upper()}_DLQ") or make(QueueName=f"{name.upper()}_DLQ")["QueueUrl"]
        for name in NAMES
    }
    queues = {
        name: os.environ.get(f"{name.upper()}_QUEUE") or make(QueueName=f"{name.upper()}_QUEUE")["QueueUrl"]
        for name in NAMES[:4]
    }
    described = {
        "endpoint": "", "region": "eu-west-1", "site_url": SITE_URL, "api_url": f"{SITE_URL}/api",
        "buckets": {"upload": "upload", "site": "site"}, "tables": {"news": "news"},
        "queues": queues | {f"{name}_dlq": url for name, url in dead.items()},
    }  # fmt: skip
    (tmp_path / "cloud.json").write_text(json.dumps(described))
    return Desk(paper, tmp_path, dead)


def forged(desk: Desk) -> str:
    """A message for the renderer that is none, parked by the renderer itself; its id."""
    event = {"Records": [{"messageId": "1", "body": "draw the front page, please"}]}
    assert render_page.handle(event, None) == {"batchItemFailures": []}
    (told,) = desk.json("list", "--queue", "render")
    return str(told["id"])


def test_an_empty_desk_says_so(desk: Desk) -> None:
    assert desk.json("list") == []
    assert desk("list").stderr == "0 parked\n"


def test_what_a_function_parked_is_listed_with_the_functions_own_reason(desk: Desk) -> None:
    id = forged(desk)

    (told,) = desk.json("list")
    assert (told["id"], told["queue"], told["received"]) == (id, "render", 1)
    assert told["reason"].startswith("not {'page': path}")
    assert told["at"].startswith("2026-11-23T09:00")
    assert "not {'page': path}" in desk("list").stdout.replace("\n", "")


def test_looking_takes_nothing_away_and_a_list_tells_no_body(desk: Desk) -> None:
    desk.park("comment", {"email": "wim@reader.example"})

    for _ in range(3):
        assert len(desk.json("list")) == 1
        assert "wim@reader.example" not in desk("list").stdout


def test_what_the_queue_parked_by_itself_names_the_log_to_read(desk: Desk) -> None:
    desk.park("upload", {"Records": []})

    (told,) = desk.json("list")
    assert "PublishArticle was stopped before it could give a reason: see its log" in told["reason"]


@pytest.mark.parametrize(
    ("queue", "body", "attributes", "reason"),
    [
        ("plan", OF_THE_STREAM, {}, "RetryAttemptsExhausted: 7 changes from 2026-11-23T09:00:00Z"),
        ("clock", OF_A_TICK, {}, "2 of 9 due articles failed: korea, ferry"),
        ("clock", {"why": "clock"}, {"ERROR_MESSAGE": "Rate exceeded"}, "Rate exceeded"),
    ],
)
def test_lambdas_and_the_schedulers_own_letters_are_read_for_their_reasons(
    desk: Desk, queue: str, body: object, attributes: dict[str, str], reason: str
) -> None:
    desk.park(queue, body, **attributes)

    assert [told["reason"] for told in desk.json("list")] == [reason]


def test_a_letter_is_shown_whole_and_one_that_is_not_there_is_named(desk: Desk) -> None:
    id = desk.park("comment", {"email": "wim@reader.example"})

    (shown,) = desk.json("show", id)
    assert json.loads(shown["body"]) == {"email": "wim@reader.example"}
    result = desk("show", id, "nowhere")
    assert result.exit_code == 1
    assert "wim@reader.example" in result.stdout
    assert "nowhere: no such letter" in result.stderr


def test_a_letter_is_sent_on_once_and_to_send_it_again_does_no_harm(desk: Desk) -> None:
    id = desk.park("render", {"page": "/about/"})
    other = desk.park("render", {"page": "/"})

    assert desk.json("redrive", id) == [{"id": id, "did": "sent to the render queue again"}]
    assert desk.json("redrive", id) == [{"id": id, "did": "nothing: it is not parked any more"}]
    assert waiting("RENDER_QUEUE") == [{"page": "/about/"}]
    assert [told["id"] for told in desk.json("list")] == [other]


def test_all_letters_or_all_of_one_queue_are_sent_on(desk: Desk) -> None:
    for path in ("/", "/about/"):
        desk.park("render", {"page": path})
    desk.park("plan", OF_THE_STREAM)
    desk.park("clock", OF_A_TICK)
    desk.park("clock", {"why": "nightly"})

    assert len(desk.json("redrive", "--all", "--queue", "render")) == 2
    assert len(desk.json("redrive", "--all")) == 3
    assert desk.json("list") == []
    assert sorted(asked["page"] for asked in waiting("RENDER_QUEUE")) == ["/", "/about/"]
    everything = {"of": "everything", "why": "deadletters"}
    assert sorted(waiting("REBUILD_QUEUE"), key=len) == [everything, {**everything, "mark": True}]


def test_good_comments_that_an_older_fault_parked_with_a_bad_one_are_taken_in_when_all_are_sent_on(desk: Desk) -> None:
    desk.paper.upload("articles/korea.md", "---\ntitle: Water in the square\ndate: 2026-11-20\n---\nThe sea came in.\n")
    letter = json.loads(envelope("ingest_comment", "one")["Records"][0]["body"])
    ids = ["5e0b8c1d2f3a4b5c6d7e8f90", "5e0b8c1d2f3a4b5c6d7e8f91"]
    bodies = [{**letter, "id": ids[0]}, "no letter at all", {**letter, "id": ids[1]}, {**letter, "text": 7}]
    for body in bodies:
        desk.park("comment", body)  # as SQS does when a handler ended five times: together, and without a reason

    assert len(desk.json("redrive", "--all", "--queue", "comment")) == 4
    desk.paper.settle()

    stored = Table("news").get_many(map(comment_key, ids))
    assert {row.doc["id"]: row.doc["status"] for row in stored.values()} == dict.fromkeys(ids, "held")
    parked = desk.json("list", "--queue", "comment")
    assert sorted(told["reason"] for told in parked) == ["not a comment: it is no JSON", "not a comment: text"]


def test_nothing_is_sent_on_unless_it_is_named(desk: Desk) -> None:
    desk.park("render", {"page": "/"})

    assert desk("redrive").exit_code == 2
    assert desk("redrive", "--all", "--queue", "nowhere").exit_code == 2
    assert len(desk.json("list")) == 1
