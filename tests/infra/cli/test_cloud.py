"""Where the desk finds the newsroom, and what it says when it finds none."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)
from typer.testing import CliRunner, Result

from infra.cli import CannotDo, cloud
from infra.cli.app import app
from tests.replaced import replace

OUTPUTS = {
    "SiteUrl": "https://paper.example",
    "UploadBucket": "paper-upload",
    "SiteBucket": "paper-site",
    "DistributionId": "E1",
    "NewsTable": "paper-news",
    "UploadQueue": "https://sqs/upload",
    "RenderQueue": "https://sqs/render",
    "RebuildQueue": "https://sqs/rebuild",
    "RenderDlq": "https://sqs/render-dlq",
    "PlanDlq": "https://sqs/plan-dlq",
}


def broadsheet(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def listening() -> Iterator[str]:
    """The address of something that answers on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def own_environment() -> Iterator[None]:
    """An environment the desk may change; it is as before afterwards."""
    with patch.dict(os.environ, {"AWS_PROFILE": "work", "AWS_SESSION_TOKEN": "of-work"}):
        yield


def papers(endpoint: str) -> str:
    return json.dumps(
        {
            "endpoint": endpoint,
            "region": "us-east-1",
            "site_url": "http://127.0.0.1:8080",
            "api_url": "http://127.0.0.1:8080/api",
            "buckets": {"upload": "the-upload", "site": "the-site"},
            "queues": {"render": "http://queue/render", "render_dlq": "http://queue/render-dlq"},
            "tables": {"news": "the-news"},
            "distribution": "E1",
        }
    )


@pytest.mark.usefixtures("own_environment")
def test_the_local_newsroom_is_found_by_its_state_folder(tmp_path: Path, listening: str) -> None:
    (tmp_path / "cloud.json").write_text(papers(listening))

    assert cloud.find(tmp_path, None) == cloud.Cloud(
        site_url="http://127.0.0.1:8080",
        upload_bucket="the-upload",
        site_bucket="the-site",
        news_table="the-news",
        queues={"render": "http://queue/render"},
        dead_letters={"render": "http://queue/render-dlq"},
        distribution="E1",
    )


@pytest.mark.usefixtures("own_environment")
def test_the_local_newsroom_is_spoken_to_whatever_account_this_machine_uses(tmp_path: Path, listening: str) -> None:
    (tmp_path / "cloud.json").write_text(papers(listening))

    cloud.find(tmp_path, None)

    assert os.environ["AWS_ENDPOINT_URL"] == listening
    assert (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_REGION"]) == ("test", "us-east-1")
    assert "AWS_PROFILE" not in os.environ
    assert "AWS_SESSION_TOKEN" not in os.environ


def test_no_newsroom_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    result = broadsheet("status", "--state", str(tmp_path))

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == (
        f"broadsheet: no newsroom runs with its state in {tmp_path}: start one with 'make run', say where it is with "
        "--state, or name a stack on AWS with --stack\n"
    )


def test_a_newsroom_that_was_stopped_is_one_line_that_says_what_to_do(tmp_path: Path, listening: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        gone = f"http://127.0.0.1:{server.getsockname()[1]}"
    (tmp_path / "cloud.json").write_text(papers(gone))

    with pytest.raises(CannotDo, match=r"is not running \(nobody answers at http.*start it with 'make run'"):
        cloud.find(tmp_path, None)


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"endpoint": ""}', '{"endpoint": "", "queues": 3}'])
def test_papers_that_cannot_be_read_are_named(tmp_path: Path, broken: str) -> None:
    (tmp_path / "cloud.json").write_text(broken)

    result = broadsheet("status", "--state", str(tmp_path))

    assert result.exit_code == 2
    assert result.stderr.startswith(f"broadsheet: {tmp_path / 'cloud.json'} ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [["--state", "{}", "status"], ["status", "--state", "{}"]])
def test_the_state_may_be_named_before_the_command_or_after_it(tmp_path: Path, words: list[str]) -> None:
    assert str(tmp_path) in broadsheet(*(word.format(tmp_path) for word in words)).stderr


def test_the_state_may_be_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE", str(tmp_path))

    assert str(tmp_path) in broadsheet("status").stderr


def test_what_is_said_last_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE", "/of/the/environment")

    assert str(tmp_path) in broadsheet("--state", "/of/before", "status", "--state", str(tmp_path)).stderr
    assert "/of/before" in broadsheet("--state", "/of/before", "status").stderr


class Stacks:
    """CloudFormation, as far as the desk asks it."""

    def __init__(self, answer: dict[str, str] | Exception) -> None:
        self.answer = answer

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803 - as CloudFormation writes it
        if isinstance(self.answer, Exception):
            raise self.answer
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self.answer.items()]
        return {"Stacks": [{"StackName": StackName, "Outputs": outputs}]}


def on_aws(monkeypatch: pytest.MonkeyPatch, answer: dict[str, str] | Exception) -> None:
    replace(monkeypatch, "AWS beside the newsroom", lambda name: {"cloudformation": Stacks(answer)}[name])


def refused(code: str, message: str, operation: str = "DescribeStacks") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


def test_a_stack_on_aws_is_found_by_its_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_aws(monkeypatch, OUTPUTS)

    assert cloud.find(tmp_path, "paper") == cloud.Cloud(
        site_url="https://paper.example",
        upload_bucket="paper-upload",
        site_bucket="paper-site",
        news_table="paper-news",
        queues={"upload": "https://sqs/upload", "render": "https://sqs/render", "rebuild": "https://sqs/rebuild"},
        dead_letters={"render": "https://sqs/render-dlq", "plan": "https://sqs/plan-dlq"},
        distribution="E1",
    )


def test_a_stack_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    on_aws(monkeypatch, refused("ValidationError", "Stack with id papr does not exist"))
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")

    result = broadsheet("status", "--stack", "papr")

    assert result.exit_code == 2
    assert "there is no stack 'papr' in eu-west-1" in result.stderr


def test_a_stack_of_something_else_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    on_aws(monkeypatch, {"SiteUrl": "https://shop.example"})

    assert "the stack 'shop' is no newsroom" in broadsheet("--stack", "shop", "status").stderr


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (refused("AccessDenied", "no identity-based policy", "PutObject"), "PutObject is not allowed with these"),
        (refused("ExpiredToken", "expired"), "sign in again"),
        (refused("SlowDown", "please", "GetObject"), "GetObject failed with SlowDown: please; try again"),
        (NoCredentialsError(), "there are no AWS credentials to use"),
        (NoRegionError(), "set AWS_REGION"),
        (ProfileNotFound(profile="wrok"), "wrok"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), "the cloud does not answer"),
    ],
)
def test_what_the_cloud_refuses_is_said_in_one_line(
    problem: ClientError | BotoCoreError, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_aws(monkeypatch, problem)

    result = broadsheet("status", "--stack", "paper")

    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output


def test_an_unknown_command_is_a_wrong_question() -> None:
    assert broadsheet("pubish").exit_code == 2
