"""The local cloud starts, keeps what it is given, and leaves no process behind, however it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.local import CannotRun
from infra.local import cloud as local
from infra.local.cloud import LocalCloud

pytestmark = [
    pytest.mark.xdist_group("local cloud"),
    pytest.mark.skipif(not local.MINISTACK.exists(), reason="the local cloud is not installed: make .cloud/installed"),
]

RUNNER = """
import sys, time
from pathlib import Path
from infra.local.cloud import LocalCloud
with LocalCloud(Path(sys.argv[1])) as cloud:
    cloud.client("sqs").create_queue(QueueName="kept")
    print(cloud.port, flush=True)
    time.sleep(600)
"""


def processes(state: Path) -> list[int]:
    return list(local._remains(state))


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it never came about"
        time.sleep(0.05)


@pytest.fixture
def runner(tmp_path: Path) -> "Iterator[subprocess.Popen[str]]":
    started = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(tmp_path / "state")], stdout=subprocess.PIPE, text=True, cwd=local.ROOT
    )
    assert started.stdout is not None
    assert started.stdout.readline().strip().isdecimal()
    yield started
    started.kill()
    started.wait()
    until(lambda: not processes(tmp_path / "state"))


def queues(state: Path) -> list[str]:
    with LocalCloud(state) as cloud:
        found: list[str] = cloud.client("sqs").list_queues().get("QueueUrls", [])
        return found


def test_what_one_run_made_the_next_run_has_on_the_same_port(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with LocalCloud(state) as cloud:
        assert not cloud.lost
        port = cloud.port
        cloud.client("sqs").create_queue(QueueName="kept")
        assert processes(state)
    assert not processes(state)
    with LocalCloud(state) as cloud:
        assert not cloud.lost
        assert cloud.port == port
        assert cloud.client("sqs").list_queues()["QueueUrls"][0].endswith("/kept")


def test_a_runner_that_is_killed_takes_its_cloud_along_and_the_state_is_saved(
    runner: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    runner.kill()
    runner.wait()
    until(lambda: not processes(tmp_path / "state"))
    assert queues(tmp_path / "state")[0].endswith("/kept")


def test_what_is_left_when_the_keeper_is_killed_too_is_ended_by_the_next_run(
    runner: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    state = tmp_path / "state"
    before = processes(state)
    (keeper,) = (pid for pid in before if b"supervisor.py" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(keeper, signal.SIGKILL)
    runner.kill()
    runner.wait()
    assert processes(state)
    with LocalCloud(state) as again:
        assert not set(before) & set(processes(state))
        assert again.lost
    assert not processes(state)


def test_two_newsrooms_cannot_share_one_state(
    runner: "subprocess.Popen[str]", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "OTHERS_TIMEOUT", 0.1)
    with pytest.raises(CannotRun, match="a newsroom is running"), LocalCloud(tmp_path / "state"):
        pass
    assert processes(tmp_path / "state")


def test_a_damaged_state_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "sqs.json").write_text('{"payload": ')
    with pytest.raises(CannotRun, match=r"sqs\.json cannot be read"), LocalCloud(tmp_path):
        pass


def test_a_folder_of_other_files_is_never_taken_for_a_state(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(CannotRun, match="holds other files"), LocalCloud(tmp_path):
        pass
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_state_that_is_no_folder_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(CannotRun, match="cannot be used"), LocalCloud(tmp_path / "state"):
        pass


def test_readers_of_the_stream_forget_where_they_were() -> None:
    functions = {"dynamodb_stream_positions": {"shard": 7}, "functions": {}}
    local._forget_readers(functions)
    assert functions == {"functions": {}}


def test_a_message_that_was_being_worked_on_at_the_stop_is_there_at_once(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with LocalCloud(state) as cloud:
        sqs = cloud.client("sqs")
        url = sqs.create_queue(QueueName="kept", Attributes={"VisibilityTimeout": "900"})["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="a page to draw")
        assert sqs.receive_message(QueueUrl=url)["Messages"]
        assert "Messages" not in sqs.receive_message(QueueUrl=url)
    with LocalCloud(state) as cloud:
        assert cloud.client("sqs").receive_message(QueueUrl=url)["Messages"][0]["Body"] == "a page to draw"


def test_queues_are_found_though_the_port_had_to_change(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with LocalCloud(state) as cloud:
        url = cloud.client("sqs").create_queue(QueueName="kept")["QueueUrl"]
        port = cloud.port
    with socket.create_server(("127.0.0.1", port)), LocalCloud(state) as cloud:
        assert cloud.port != port
        cloud.client("sqs").send_message(QueueUrl=url, MessageBody="a page to draw")
        found = cloud.client("sqs").get_queue_url(QueueName="kept")["QueueUrl"]
        assert cloud.client("sqs").receive_message(QueueUrl=found)["Messages"]
