"""The queues' adapter: all messages, or an error."""

import os
from typing import Any

import pytest

from adapters import queues
from newsroom.errors import TransientError
from tests.envelopes import asked_for
from tests.paper import Paper


@pytest.fixture
def render_queue(shared_paper: Paper) -> str:
    return os.environ["RENDER_QUEUE"]


@pytest.mark.parametrize(("messages", "calls"), [(1, 1), (10, 1), (11, 2), (23, 3)])
def test_every_message_arrives_in_as_few_calls_as_can_be(
    shared_paper: Paper, render_queue: str, messages: int, calls: int
) -> None:
    shared_paper.calls.clear()
    paths = [f"/2026/11/霧笛-{number}/" for number in range(messages)]

    queues.send(render_queue, [{"page": path} for path in paths])

    assert shared_paper.calls["sqs.SendMessageBatch"] == calls
    assert sorted(asked_for()) == sorted(paths)


def test_nothing_to_say_is_not_said(shared_paper: Paper, render_queue: str) -> None:
    shared_paper.calls.clear()

    queues.send(render_queue, [])

    assert not shared_paper.calls


def test_a_refused_message_raises_with_the_queues_reason(shared_paper: Paper, render_queue: str) -> None:
    def refuse_all_but_one(asked: dict[str, Any]) -> dict[str, Any]:
        ids = [entry["Id"] for entry in asked["Entries"]]
        failed = [{"Id": id, "SenderFault": False, "Code": "InternalError", "Message": "try later"} for id in ids[1:]]
        return {"Successful": [{"Id": ids[0]}], "Failed": failed}

    with (
        shared_paper.aws.answer("SendMessageBatch", refuse_all_but_one),
        pytest.raises(TransientError, match="refused 2 messages: try later"),
    ):
        queues.send(render_queue, [{"page": "/"}, {"page": "/archive/"}, {"page": "/404.html"}])
