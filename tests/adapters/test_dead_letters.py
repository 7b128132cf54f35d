"""Parking: what comes again, what is parked, and what its reason may say."""

import os
from typing import Any

import pytest

from adapters import clients, dead_letters
from adapters.batches import Batch
from newsroom.errors import PermanentError, TransientError
from tests.paper import Paper

FORGED = PermanentError("not {'page': path}")
BUSY = TransientError("others kept writing it")


def event(*received: int) -> dict[str, Any]:
    """Messages 0, 1, …, each received so often by now."""
    records = [
        {"messageId": str(place), "body": f"body {place}", "attributes": {"ApproximateReceiveCount": str(number)}}
        for place, number in enumerate(received)
    ]
    return {"Records": records}


def answer(failed: dict[str, Exception], *received: int) -> list[str]:
    found = Batch(event(*received), failed=failed).response(os.environ["RENDER_DLQ"])
    return [each["itemIdentifier"] for each in found["batchItemFailures"]]


def parked() -> list[dict[str, Any]]:
    found = clients.sqs().receive_message(
        QueueUrl=os.environ["RENDER_DLQ"], MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    return [dict(message) for message in found.get("Messages", [])]


def said(message: dict[str, Any], name: str = "reason") -> str:
    return str(message["MessageAttributes"][name]["StringValue"])


def test_what_went_well_is_acknowledged(paper: Paper) -> None:
    assert answer({}, 1, 5) == []
    assert parked() == []


def test_what_can_never_succeed_is_parked_at_once_as_it_was_with_its_reason(paper: Paper) -> None:
    assert answer({"1": FORGED}, 1, 1) == []

    (letter,) = parked()
    assert letter["Body"] == "body 1"
    assert (said(letter), said(letter, "received"), said(letter, "message")) == ("not {'page': path}", "1", "1")


def test_what_failed_comes_again_four_times_and_is_parked_at_the_fifth(paper: Paper) -> None:
    assert answer({"0": BUSY, "1": BUSY}, 4, 5) == ["0"]

    (letter,) = parked()
    assert (said(letter), said(letter, "received")) == ("others kept writing it", "5")


def test_what_nobody_foresaw_is_named_by_its_kind_since_it_may_quote_a_reader(paper: Paper) -> None:
    answer({"0": ValueError("wim@reader.example")}, 5)

    (letter,) = parked()
    assert said(letter).startswith("ValueError, ")
    assert "wim@reader.example" not in str(letter["MessageAttributes"])


def test_a_reason_holds_nothing_that_the_queue_would_refuse_and_is_bounded(paper: Paper) -> None:
    assert answer({"0": PermanentError("\x00\ud800\ufffe" + "x" * 5000)}, 1) == []

    (letter,) = parked()
    assert said(letter) == "\ufffd\ufffd\ufffd" + "x" * 997


def test_what_cannot_be_parked_is_left_to_the_queue_itself(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENDER_DLQ", "https://sqs.eu-west-1.amazonaws.com/123456789012/nowhere")

    assert answer({"0": FORGED, "1": BUSY}, 1, 1) == ["0", "1"]


def test_every_queue_is_tried_as_often_as_its_function_believes() -> None:
    from infra import template

    queues = template.resources(template.load(), "AWS::SQS::Queue").values()
    counts = {queue["RedrivePolicy"]["maxReceiveCount"] for queue in queues if "RedrivePolicy" in queue}
    assert counts == {dead_letters.TRIES}
