"""The template as CloudFormation gets it, with everything that SAM adds written out, held to the rules of the trade.

checkov and cfn-lint read it, and the rules below add what they do not ask for. Where we decided otherwise than
checkov would, the reason stands here, and no exception outlives its need.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra import template

Properties = dict[str, Any]


ROOT = Path(__file__).parents[2]
CLOUD, CHECKOV = ROOT / ".cloud/bin/python", ROOT / ".checkov/bin/checkov"
"""SAM's translator lives with the local cloud. Each of the two pins a botocore of its own."""
pytestmark = [
    pytest.mark.skipif(
        not (CLOUD.exists() and CHECKOV.exists()), reason="SAM or checkov is not installed: `make test` installs both"
    ),
    pytest.mark.xdist_group("transformed"),  # so that it is transformed and checked once
]

TRANSFORM = """
import json, sys, boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
whole, settings = json.load(sys.stdin)
json.dump(Translator({}, Parser(), None, boto3.Session(region_name="eu-west-1")).translate(whole, settings), sys.stdout)
"""


@pytest.fixture(scope="module")
def transformed() -> dict[str, Any]:
    """What SAM makes of the template, for AWS."""
    whole = template.load()
    for function in template.resources(whole, "AWS::Serverless::Function").values():
        function["CodeUri"] = "s3://zips/a.zip"
    settings = {name: parameter.get("Default", "") for name, parameter in whole["Parameters"].items()}
    done = subprocess.run(
        [CLOUD, "-c", TRANSFORM], input=json.dumps([whole, settings]), capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


OUR_OWN_KEYS = "AWS's keys encrypt it as well; a key of our own costs a dollar a month and guards against nobody who is not in the account already"
EXCEPTIONS: dict[tuple[str, str], str] = {
    (
        "CKV_AWS_18",
        "UploadBucket",
    ): "who uploads is known from its versions; a bucket of logs would hold addresses for nobody to read",
    ("CKV_AWS_18", "SiteBucket"): "only the distribution reads it",
    ("CKV_AWS_21", "SiteBucket"): "every page can be drawn again from the table",
    (
        "CKV_AWS_26",
        "AlarmTopic",
    ): "alarms cannot publish to a topic under AWS's own key, and they say nothing that is secret",
    (
        "CKV_AWS_27",
        "AWS::SQS::Queue",
    ): "it knows of KMS alone; every queue is encrypted with SQS's own key, which is a rule below",
    ("CKV_AWS_28", "CounterTable"): "it holds hashes that expire within two days",
    (
        "CKV_AWS_86",
        "Distribution",
    ): "its logs are the addresses of readers and what they read, which we do not want to have",
    (
        "CKV_AWS_115",
        "AWS::Lambda::Function",
    ): "reserving takes concurrency away from the whole account, and new accounts have ten; each queue's reader is bounded at its source",
    (
        "CKV_AWS_116",
        "AWS::Lambda::Function",
    ): "it is for asynchronous calls; queues, stream and schedules park what fails at their own ends",
    (
        "CKV_AWS_117",
        "AWS::Lambda::Function",
    ): "it asks AWS's own services and nothing else; a network would add a gateway's price and no wall",
    ("CKV_AWS_119", "AWS::DynamoDB::Table"): OUR_OWN_KEYS,
    ("CKV_AWS_158", "AWS::Logs::LogGroup"): OUR_OWN_KEYS,
    ("CKV_AWS_173", "AWS::Lambda::Function"): f"no setting is secret; {OUR_OWN_KEYS}",
    (
        "CKV_AWS_174",
        "Distribution",
    ): "CloudFront's own name comes with a certificate whose versions of TLS are not ours to choose; under a name of the paper's own it is 1.2 at least, which is a rule below",
}
"""What checkov asks for and we do not do, by its rule and a resource or a whole type, and why."""


@pytest.fixture(scope="module")
def checked(transformed: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What checkov says of it, asking nobody else: its rules are those it was installed with."""
    written = tmp_path_factory.mktemp("checkov") / "transformed.json"
    written.write_text(json.dumps(transformed))
    command = [CHECKOV, "--framework", "cloudformation", "--skip-download", "--quiet", "--compact", "--output", "json"]
    done = subprocess.run([*command, "--soft-fail", "--file", written], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def refused(checked: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Every rule that checkov finds broken: rule, type, resource."""
    return sorted({(each["check_id"], *each["resource"].split(".", 1)) for each in checked["results"]["failed_checks"]})


def test_checkov_has_read_the_whole_template(checked: dict[str, Any], transformed: dict[str, Any]) -> None:
    print(checked["summary"])
    assert checked["summary"]["parsing_errors"] == 0
    assert checked["summary"]["resource_count"] >= len(transformed["Resources"])
    assert checked["summary"]["passed"] > 100


def test_what_checkov_refuses_has_a_reason_to_be_so(checked: dict[str, Any]) -> None:
    assert [
        (rule, kind, name)
        for rule, kind, name in refused(checked)
        if not {(rule, name), (rule, kind)} & EXCEPTIONS.keys()
    ] == []


def test_no_exception_has_outlived_its_need(checked: dict[str, Any]) -> None:
    needed = {(rule, which) for rule, *names in refused(checked) for which in names}
    assert EXCEPTIONS.keys() - needed == set()


def _is_wide(role: Properties) -> bool:
    for policy in role.get("Policies", ()):
        for each in policy["PolicyDocument"]["Statement"]:
            actions = each["Action"] if isinstance(each["Action"], list) else [each["Action"]]
            if "*" in actions or any(action.endswith(":*") for action in actions) or each["Resource"] in ("*", ["*"]):
                return True
    return bool(role.get("ManagedPolicyArns"))


def _has_sound_tls(distribution: Properties) -> bool:
    _, ours, _ = distribution["DistributionConfig"]["ViewerCertificate"]["Fn::If"]
    return bool(ours["MinimumProtocolVersion"] == "TLSv1.2_2021")


RULES: dict[str, tuple[str, Callable[[Properties], bool]]] = {
    "a queue is encrypted": ("AWS::SQS::Queue", lambda it: it.get("SqsManagedSseEnabled") is True),
    "a name of the paper's own is served under TLS 1.2 at least": ("AWS::CloudFront::Distribution", _has_sound_tls),
    "a role may do named things to named resources": ("AWS::IAM::Role", lambda it: not _is_wide(it)),
    "a role is taken by AWS's own services alone": ("AWS::IAM::Role", lambda it: all(
        set(each["Principal"]) == {"Service"} for each in it["AssumeRolePolicyDocument"]["Statement"])),
    "a schedule parks what it cannot start": ("AWS::Scheduler::Schedule", lambda it: "DeadLetterConfig" in it["Target"]),
    "a queue's reader has a bound": ("AWS::Lambda::EventSourceMapping", lambda it: "ScalingConfig" in it or "MaximumRetryAttempts" in it),
}  # fmt: skip
"""What checkov does not ask for, or not so strictly: the type it is about, and whether a resource's properties keep it."""


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_of_our_own_is_about_something_and_is_kept(rule: str, transformed: dict[str, Any]) -> None:
    kind, keeps = RULES[rule]
    concerned = template.resources(transformed, kind)

    assert concerned
    assert [name for name, resource in concerned.items() if not keeps(resource)] == []


def test_cloudformation_finds_nothing_to_say_about_what_sam_makes_of_it(
    transformed: dict[str, Any], tmp_path: Path
) -> None:
    written = tmp_path / "transformed.json"
    written.write_text(json.dumps(transformed))
    linted = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), "--ignore-checks", "W", "--", written],
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize(
    ("of", "elsewhere"), [(template.SITE_HEADERS, ["img-src"]), (template.API_HEADERS, [])], ids=["site", "api"]
)
def test_the_policy_for_content_names_every_kind_and_allows_nothing_unsafe(
    transformed: dict[str, Any], of: str, elsewhere: list[str]
) -> None:
    policy = template.security_headers(transformed, of)["content-security-policy"]
    said = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert said["default-src"] == "'none'"
    assert said["script-src"] == "'self'"
    assert {"base-uri", "form-action", "frame-ancestors"} <= said.keys()
    assert not any(word in policy for word in ("unsafe-", "data:", "blob:", "http:", "*", "nonce-"))
    assert said["object-src"] == "'none'"
    assert [kind for kind, sources in said.items() if "https:" in sources] == elsewhere


def test_every_answer_has_the_headers_that_keep_it_to_itself(transformed: dict[str, Any]) -> None:
    headers = template.security_headers(transformed)
    assert headers["x-content-type-options"] == "nosniff"
    assert int(headers["strict-transport-security"].split(";")[0].removeprefix("max-age=")) >= 365 * 24 * 3600
    assert headers["referrer-policy"] in {
        "no-referrer",
        "same-origin",
        "strict-origin",
        "strict-origin-when-cross-origin",
    }
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert all(
        f"{feature}=()" in headers["permissions-policy"]
        for feature in ("camera", "geolocation", "microphone", "payment", "usb")
    )
    distribution = transformed["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    assert distribution["DefaultCacheBehavior"]["ResponseHeadersPolicyId"] == {"Ref": "SiteHeaders"}
    for behaviour in distribution["CacheBehaviors"]:
        assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "ApiHeaders"}
