"""The doctor says what stands between an account and a paper that works, and what to do next."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from typer.testing import CliRunner

from adapters import clients
from infra.cli import diagnoses, doctor
from infra.cli.app import app
from infra.cli.diagnoses import Finding
from tests.paper import SITE_URL, Paper, a_paper
from tests.replaced import replace

EAST = "arn:aws:acm:us-east-1:111122223333:certificate/1"
ISSUED = {"Status": "ISSUED", "DomainName": "paper.example", "SubjectAlternativeNames": ["paper.example"]}
SIGNED = {"paper.example": {"VerifiedForSendingStatus": True, "DkimAttributes": {"Status": "SUCCESS"}}}
NEW = {"AccountLimit": {"ConcurrentExecutions": 10}}
MAIL = {"SendingEnabled": True, "ProductionAccessEnabled": True}


def of(name: str, *read: Any) -> Finding:
    judge: Any = getattr(diagnoses, f"of_{name}")
    finding: Finding = judge(*read)
    return finding


@pytest.mark.parametrize(
    ("name", "read", "says"),
    [
        ("credentials", [{"Arn": "arn:aws:iam::1:root", "Account": "1"}], "root"),
        ("region", [None], "no region"),
        ("stack", ["paper", None], "no stack 'paper'"),
        *(("stack", ["paper", {"StackStatus": status}], status)
          for status in ("ROLLBACK_COMPLETE", "CREATE_FAILED", "DELETE_FAILED", "CREATE_IN_PROGRESS",
                         "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_FAILED")),
        ("stack", ["paper", {"StackStatus": "UPDATE_ROLLBACK_COMPLETE"}], "rolled back"),
        ("concurrency", [NEW, {"Scale": "normal"}], "10 functions at once"),
        ("mail", [MAIL, {"SenderEmail": ""}], "no sender"),
        ("mail", [{**MAIL, "ProductionAccessEnabled": False}, {"SenderEmail": "a@paper.example"}], "sandbox"),
        ("mail", [{**MAIL, "SendingEnabled": False}, {"SenderEmail": "a@paper.example"}], "stopped"),
        ("sender", ["a@paper.example", {}], "may not send"),
        ("sender", ["a@paper.example", {"a@paper.example": {"VerifiedForSendingStatus": False}}], "may not send"),
        ("sender", ["a@paper.example", {"a@paper.example": {"VerifiedForSendingStatus": True}}], "DMARC"),
        ("sender", ["a@paper.example", {"paper.example": {**SIGNED["paper.example"], "DkimAttributes": {
            "Status": "PENDING"}}}], "DMARC"),
        ("certificate", ["paper.example", "", None], "no certificate"),
        ("certificate", ["paper.example", EAST.replace("us-east-1", "eu-west-1"), None], "eu-west-1"),
        ("certificate", ["paper.example", EAST, None], "not there"),
        ("certificate", ["paper.example", EAST, {**ISSUED, "Status": "PENDING_VALIDATION"}], "PENDING_VALIDATION"),
        ("certificate", ["www.paper.example", EAST, ISSUED], "not for www.paper.example"),
        ("secret", [["readers", "editors"]], "no secret for readers and editors"),
        ("secret", [["editors"]], "no secret for editors"),
        ("alarms", [[]], "nobody"),
        ("alarms", [[{"SubscriptionArn": "PendingConfirmation", "Endpoint": "op@paper.example"}]], "not confirmed"),
        ("dead_letters", [{"upload": 0, "plan": 3}], "3 in plan"),
        ("stream", [[10.0, 90_000.0]], "90 seconds"),
        ("settings", [False], "no site.yaml"),
        ("home", [SITE_URL, 200, False], "none in the site bucket"),
        ("home", [SITE_URL, 403, True], "answers 403"),
        ("home", [SITE_URL, "Name or service not known", True], "not known"),
        ("zips", [{"a": "1", "b": "2"}, {"a": "1", "b": "3"}], "b: what runs"),
        ("protection", [{"NewsTable": True, "PrivateTable": False}], "PrivateTable can be deleted"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_the_next_command(name: str, read: list[Any], says: str) -> None:
    finding = of(name, *read)

    assert not finding["ok"]
    assert says in finding["message"]
    assert finding["next"]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("credentials", [{"Arn": "arn:aws:iam::1:user/ada", "Account": "1"}]),
        ("region", ["eu-west-1"]),
        ("stack", ["paper", {"StackStatus": "CREATE_COMPLETE"}]),
        ("stack", ["paper", {"StackStatus": "UPDATE_COMPLETE"}]),
        ("concurrency", [NEW, {"Scale": "small"}]),
        ("concurrency", [{"AccountLimit": {"ConcurrentExecutions": 1000}}, {"Scale": "normal"}]),
        ("mail", [MAIL, {"SenderEmail": "a@paper.example"}]),
        ("sender", ["a@paper.example", SIGNED]),
        ("certificate", ["paper.example", EAST, ISSUED]),
        ("certificate", ["www.paper.example", EAST, {**ISSUED, "SubjectAlternativeNames": ["*.paper.example"]}]),
        ("secret", [[]]),
        ("alarms", [[{"SubscriptionArn": "arn:aws:sns:1", "Endpoint": "op@paper.example"}]]),
        ("dead_letters", [{"upload": 0}]),
        ("stream", [[]]),
        ("stream", [[900.0]]),
        ("settings", [True]),
        ("home", [SITE_URL, 200, True]),
        ("zips", [{"a": "1"}, {"a": "1"}]),
        ("zips", [{"a": "1"}, {}]),
        ("protection", [{"NewsTable": True}]),
    ],
)
def test_what_is_right_needs_nothing(name: str, read: list[Any]) -> None:
    finding = of(name, *read)

    assert finding["ok"], finding
    assert finding["next"] is None


# ── The command ──


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Paper]:
    with a_paper(monkeypatch, "moto") as fresh:
        replace(monkeypatch, "the site's answer", lambda url: 200)
        yield fresh


def asked(*words: str) -> tuple[int, dict[str, Finding]]:
    result = CliRunner().invoke(app, ["doctor", "--json", *words])
    found: list[Finding] = json.loads(result.stdout)
    assert [each for each in found if each.keys() != {"check", "ok", "message", "next"}] == []
    return result.exit_code, {each["check"]: each for each in found}


def describe(state: Path) -> None:
    dead = clients.sqs().create_queue(QueueName="UPLOAD_DLQ")["QueueUrl"]
    described = {
        "endpoint": "", "region": "eu-west-1", "site_url": SITE_URL, "buckets": {"upload": "upload", "site": "site"},
        "queues": {"upload_dlq": dead}, "tables": {"news": "news", "private": "private", "secret": "links"},
    }  # fmt: skip
    (state / "cloud.json").write_text(json.dumps(described))


def test_where_no_newsroom_runs_here_the_next_command_is_make_run(tmp_path: Path) -> None:
    code, found = asked("--state", str(tmp_path))

    assert code == 1
    assert found.keys() == {"newsroom"}
    assert found["newsroom"]["next"] == "make run"


def test_a_new_newsroom_here_lacks_its_settings_and_its_home_page(paper: Paper, tmp_path: Path) -> None:
    describe(tmp_path)
    code, found = asked("--state", str(tmp_path))

    assert code == 1
    assert {name for name, each in found.items() if not each["ok"]} == {"settings", "home page"}
    assert found["settings"]["next"] == "broadsheet publish site.yaml"


def test_a_newsroom_here_that_works_is_all_right(paper: Paper, tmp_path: Path) -> None:
    describe(tmp_path)
    paper.upload("site.yaml", "title: The Harbour Post\n")
    paper.upload("articles/a.md", "---\ntitle: Ice\n---\nIce.\n")
    paper.settle()

    code, found = asked("--state", str(tmp_path))

    assert (code, {name for name, each in found.items() if not each["ok"]}) == (0, set())


class Service:
    """A client of AWS that answers what a test says."""

    exceptions = None

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers

    def __getattr__(self, operation: str) -> Any:
        def call(**_: Any) -> Any:
            answer = self._answers[operation]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Asked")


OUTPUTS = {
    "SiteUrl": SITE_URL, "UploadBucket": "upload", "SiteBucket": "site", "NewsTable": "news", "PrivateTable": "private",
    "SecretTable": "links", "UploadQueue": "q", "RenderQueue": "q", "RebuildQueue": "q",
}  # fmt: skip


def account(**told: Any) -> dict[str, dict[str, Any]]:
    """An account in which everything is right but what is told otherwise."""
    parameters = {
        "SenderEmail": "a@paper.example",
        "SiteDomain": "paper.example",
        "CertificateArn": EAST,
        "Scale": "small",
    }
    stack = {
        "StackStatus": "CREATE_COMPLETE",
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in OUTPUTS.items()],
    }
    answers: dict[str, dict[str, Any]] = {
        "sts": {"get_caller_identity": {"Arn": "arn:aws:iam::1:user/ada", "Account": "1"}},
        "cloudformation": {
            "describe_stacks": {"Stacks": [stack]},
            "describe_stack_resource": {"StackResourceDetail": {"PhysicalResourceId": "it"}},
        },
        "lambda": {"get_account_settings": NEW, "get_function_configuration": {"CodeSha256": "1"}},
        "sesv2": {"get_account": MAIL, "get_email_identity": SIGNED["paper.example"]},
        "acm": {"describe_certificate": {"Certificate": ISSUED}},
        "sns": {"list_subscriptions_by_topic": {"Subscriptions": [{"SubscriptionArn": "arn:1", "Endpoint": "a@b"}]}},
        "cloudwatch": {"get_metric_statistics": {"Datapoints": []}},
        "dynamodb": {"describe_table": {"Table": {"DeletionProtectionEnabled": True}}},
        "s3": {"head_object": {}},
    }
    for operation, answer in told.items():
        (service,) = (name for name, its in answers.items() if operation in its)
        answers[service][operation] = answer
    return answers


@pytest.fixture
def aws(paper: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Has an account's services answer; what the newsroom's own adapters ask is moto's."""
    paper.upload("site.yaml", "title: The Harbour Post\n")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    replace(monkeypatch, "folder of zips", tmp_path)  # there are none

    def answers(**told: Any) -> None:
        services = account(**told)
        replace(monkeypatch, "AWS beside the newsroom", lambda name, **_: Service(services[name]))

    return answers


def test_a_stack_that_works_is_all_right(aws: Any) -> None:
    aws()
    code, found = asked("--stack", "paper")

    assert (code, {name for name, each in found.items() if not each["ok"]}) == (0, set())
    assert [*found] == [
        "region", "credentials", "stack", "concurrency", "mail", "sender", "certificate", "alarms", "stream", "zips",
        "protection", "secret", "dead letters", "settings", "home page",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "answer", "check"),
    [
        ("get_account_settings", refusal("AccessDeniedException"), "concurrency"),
        ("get_account", {**MAIL, "ProductionAccessEnabled": False}, "mail"),
        ("get_email_identity", refusal("NotFoundException"), "sender"),
        ("get_email_identity", refusal("AccessDeniedException"), "sender"),
        ("describe_certificate", {"Certificate": {**ISSUED, "Status": "EXPIRED"}}, "certificate"),
        ("describe_certificate", refusal("ResourceNotFoundException"), "certificate"),
        ("list_subscriptions_by_topic", {"Subscriptions": []}, "alarms"),
        ("get_metric_statistics", {"Datapoints": [{"Maximum": 120_000.0}]}, "stream"),
        ("describe_table", {"Table": {}}, "protection"),
        ("head_object", refusal("404"), "home page"),
    ],
)
def test_one_thing_that_is_wrong_hides_none_of_the_others(aws: Any, operation: str, answer: Any, check: str) -> None:
    aws(**{operation: answer})
    code, found = asked("--stack", "paper")

    assert (code, {name for name, each in found.items() if not each["ok"]}) == (1, {check})
    assert len(found) == 15


def test_the_next_command_names_the_stack(aws: Any) -> None:
    aws(head_object=refusal("404"))

    assert asked("--stack", "paper")[1]["home page"]["next"] == "broadsheet --stack paper rebuild --wait"


def test_before_there_are_credentials_or_a_stack_nothing_else_is_asked(aws: Any) -> None:
    aws(describe_stacks=refusal("ValidationError"))
    assert [*asked("--stack", "paper")[1]] == ["region", "credentials", "stack"]
    assert asked("--stack", "paper")[1]["stack"]["next"] == "make deploy"

    aws(get_caller_identity=NoCredentialsError(), describe_stacks=NoCredentialsError())
    found = asked("--stack", "paper")[1]
    assert {name for name, each in found.items() if not each["ok"]} == {"credentials", "stack"}
    assert "no AWS credentials" in found["credentials"]["message"]


def test_what_is_packed_here_is_known_by_the_digest_that_lambda_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace(monkeypatch, "folder of zips", tmp_path)
    (tmp_path / "plan_pages.zip").write_bytes(b"zip")
    (tmp_path / "stranger.zip").write_bytes(b"zip")

    assert doctor._built() == {"plan_pages": "SnD+mqZDbgLC3qNA+9HjUuTvLYzmylKtJdS5VHH8i/I="}
