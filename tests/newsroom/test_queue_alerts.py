"""What queues hold, and what of it the operator is told."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from adapters import clients
from newsroom import queue_alerts
from release_articles import handler as release_articles
from tests.envelopes import envelope
from tests.paper import REGION, Paper

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NONE = dict.fromkeys((*queue_alerts.WAITING, *queue_alerts.DEAD), 0)


def told(looks: list[dict[str, int]], every: int = queue_alerts.EVERY) -> list[int]:
    """At which of these looks the operator is told something."""
    seen, when = queue_alerts.NOTHING, []
    for place, held in enumerate(looks):
        seen, news = queue_alerts.find_alerts({**NONE, **held}, seen, NINE + timedelta(minutes=place * every))
        when += [place] * len(news)
    return when


@pytest.mark.parametrize("queue", queue_alerts.DEAD)
def test_a_dead_letter_is_told_of_at_once_and_every_hour_until_it_is_gone(queue: str) -> None:
    assert told([{}, *[{queue: 1}] * 30, {}, {queue: 1}]) == [1, 13, 25, 32]


@pytest.mark.parametrize("queue", queue_alerts.WAITING)
def test_what_waits_is_told_of_once_it_has_waited_long_and_then_every_hour(queue: str) -> None:
    patience = int(queue_alerts.WAITING[queue][0].total_seconds()) // 60 // queue_alerts.EVERY
    assert told([{queue: 5}] * (patience + 13)) == [patience, patience + 12]


@pytest.mark.parametrize("queue", queue_alerts.WAITING)
def test_a_queue_that_was_empty_meanwhile_keeps_nobody_waiting(queue: str) -> None:
    assert told([{queue: 900}, {}] * 40) == []


def test_each_trouble_is_told_by_itself_and_names_what_to_do() -> None:
    seen, news = queue_alerts.find_alerts({**NONE, "UPLOAD_DLQ": 2, "PLAN_DLQ": 1}, queue_alerts.NOTHING, NINE)
    assert [("deadletters list --queue upload" in each, "rebuild" in each) for each in news] == [
        (True, False), (False, True),
    ]  # fmt: skip
    assert queue_alerts.find_alerts({**NONE, "UPLOAD_DLQ": 2, "PLAN_DLQ": 1}, seen, NINE)[1] == []


def test_nothing_that_is_held_is_nothing_to_remember() -> None:
    seen, _ = queue_alerts.find_alerts({**NONE, "UPLOAD_DLQ": 2}, queue_alerts.NOTHING, NINE)
    assert queue_alerts.find_alerts(NONE, seen, NINE) == (queue_alerts.NOTHING, [])


# ── The clock ──


@pytest.fixture
def mails(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the operator is mailed; taken out when it is asked for."""
    topic = boto3.client("sns", region_name=REGION).create_topic(Name="alarms")["TopicArn"]
    box = boto3.client("sqs", region_name=REGION).create_queue(QueueName="operator")["QueueUrl"]
    arn = box.replace(box.rpartition("/")[0] + "/", f"arn:aws:sqs:{REGION}:123456789012:")
    boto3.client("sns", region_name=REGION).subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    monkeypatch.setenv("ALARM_TOPIC", topic)

    def taken() -> list[str]:
        found = clients.sqs().receive_message(QueueUrl=box, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            clients.sqs().delete_message(QueueUrl=box, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"])["Message"] for message in found]

    return taken


def tick(paper: Paper, minute: int) -> None:
    paper.now = NINE + timedelta(minutes=minute)
    release_articles.handle(envelope("release_articles", "tick"), None)


def test_the_operator_is_mailed_of_a_dead_letter_within_five_minutes(
    paper: Paper, mails: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = clients.sqs().create_queue(QueueName="dead")["QueueUrl"]
    monkeypatch.setenv("UPLOAD_DLQ", url)
    tick(paper, 0)
    clients.sqs().send_message(QueueUrl=url, MessageBody="{}")
    for minute in (1, 2, 3, 4):
        tick(paper, minute)
    assert mails() == []

    tick(paper, 5)
    (mail,) = mails()
    assert "An upload failed five times" in mail
    for minute in (6, 10, 60):
        tick(paper, minute)
    assert mails() == []
    tick(paper, 65)
    assert len(mails()) == 1


def test_an_article_that_goes_live_late_is_told_of(paper: Paper, mails: Any) -> None:
    for name in ("lunch", "tea"):
        paper.upload(f"articles/{name}.md", f"---\ntitle: {name}\ndate: 2026-11-23T09:{10 + len(name)}+00:00\n---\nx\n")
    tick(paper, 16)  # tea's time was 9:13, lunch's 9:15

    (mail,) = mails()
    assert mail.startswith("1 articles went live more than 120 seconds")
    assert "tea by 180" in mail


def test_where_nobody_watches_no_queue_is_asked(paper: Paper) -> None:
    tick(paper, 5)
    assert paper.calls["sqs.GetQueueAttributes"] == 0
