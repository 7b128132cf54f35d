"""The template as CloudFormation gets it, with everything that SAM adds written out, held to the rules of the trade.

The rules are those of the usual checkers (their numbers in checkov are given) that bear on a system of
this kind. Where we decided otherwise, the reason stands beside the rule, and no exception outlives its need.
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


CLOUD = Path(__file__).parents[2] / ".cloud/bin/python"
"""SAM's translator lives with the local cloud, which pins a botocore of its own."""
pytestmark = pytest.mark.skipif(not CLOUD.exists(), reason="SAM is not installed: `make test` installs it")

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


RULES: dict[str, tuple[str, Callable[[Properties], bool]]] = {
    "CKV_AWS_18: a bucket logs who reads it": ("AWS::S3::Bucket", lambda it: "LoggingConfiguration" in it),
    "CKV_AWS_19: a bucket is encrypted": ("AWS::S3::Bucket", lambda it: "BucketEncryption" in it),
    "CKV_AWS_21: a bucket keeps earlier versions": ("AWS::S3::Bucket", lambda it: it.get("VersioningConfiguration") == {"Status": "Enabled"}),
    "CKV_AWS_53 to 56: a bucket is closed to the public": ("AWS::S3::Bucket", lambda it: set(it["PublicAccessBlockConfiguration"].values()) == {True}),
    "CKV_AWS_27: a queue is encrypted": ("AWS::SQS::Queue", lambda it: it.get("SqsManagedSseEnabled") is True),
    "CKV_AWS_28: a table can be restored": ("AWS::DynamoDB::Table", lambda it: "PointInTimeRecoverySpecification" in it),
    "CKV_AWS_119: a table has a key of our own": ("AWS::DynamoDB::Table", lambda it: "KMSMasterKeyId" in it["SSESpecification"]),
    "CKV_AWS_149: a secret has a key of our own": ("AWS::SecretsManager::Secret", lambda it: "KmsKeyId" in it),
    "CKV_AWS_158: a log has a key of our own": ("AWS::Logs::LogGroup", lambda it: "KmsKeyId" in it),
    "CKV_AWS_66: a log is not kept for ever": ("AWS::Logs::LogGroup", lambda it: "RetentionInDays" in it),
    "CKV_AWS_26: a topic is encrypted": ("AWS::SNS::Topic", lambda it: "KmsMasterKeyId" in it),
    "CKV_AWS_115: a function has its own share of concurrency": ("AWS::Lambda::Function", lambda it: "ReservedConcurrentExecutions" in it),
    "CKV_AWS_116: a function has a dead-letter queue of its own": ("AWS::Lambda::Function", lambda it: "DeadLetterConfig" in it),
    "CKV_AWS_117: a function is in a network of ours": ("AWS::Lambda::Function", lambda it: "VpcConfig" in it),
    "CKV_AWS_173: a function's settings have a key of our own": ("AWS::Lambda::Function", lambda it: "KmsKeyArn" in it),
    "CKV_AWS_45: a function's settings hold no secret": ("AWS::Lambda::Function", lambda it: not any(
        isinstance(value, str) and len(value) > 60 for value in it["Environment"]["Variables"].values())),
    "CKV_AWS_364: who may call a function is named": ("AWS::Lambda::Permission", lambda it: "SourceArn" in it),
    "CKV_AWS_95: an API logs its calls": ("AWS::ApiGatewayV2::Stage", lambda it: "AccessLogSettings" in it),
    "CKV_AWS_34: readers come by HTTPS": ("AWS::CloudFront::Distribution", lambda it: all(
        each["ViewerProtocolPolicy"] == "redirect-to-https"
        for each in (it["DistributionConfig"]["DefaultCacheBehavior"], *it["DistributionConfig"]["CacheBehaviors"]))),
    "CKV_AWS_86: the distribution logs its readers": ("AWS::CloudFront::Distribution", lambda it: "Logging" in it["DistributionConfig"]),
    "CKV_AWS_68: the distribution can have a firewall": ("AWS::CloudFront::Distribution", lambda it: "WebACLId" in it["DistributionConfig"]),
    "CKV_AWS_60, 61, 63, 107 to 111: a role may do named things to named resources": ("AWS::IAM::Role", lambda it: not _is_wide(it)),
    "a role is taken by AWS's own services alone": ("AWS::IAM::Role", lambda it: all(
        set(each["Principal"]) == {"Service"} for each in it["AssumeRolePolicyDocument"]["Statement"])),
    "a schedule parks what it cannot start": ("AWS::Scheduler::Schedule", lambda it: "DeadLetterConfig" in it["Target"]),
    "a queue's reader has a bound": ("AWS::Lambda::EventSourceMapping", lambda it: "ScalingConfig" in it or "MaximumRetryAttempts" in it),
}  # fmt: skip
"""Each rule: the type it is about, and whether a resource's properties keep it."""

OUR_OWN_KEYS = "AWS's keys encrypt it as well; a key of our own costs a dollar a month and guards against nobody who is not in the account already"
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("CKV_AWS_18", "UploadBucket"): "who uploads is known from its versions; a bucket of logs would hold addresses for nobody to read",
    ("CKV_AWS_18", "SiteBucket"): "only the distribution reads it",
    ("CKV_AWS_21", "SiteBucket"): "every page can be drawn again from the table",
    ("CKV_AWS_28", "CounterTable"): "it holds hashes that expire within two days",
    **{("CKV_AWS_119", table): OUR_OWN_KEYS for table in ("NewsTable", "PrivateTable", "CounterTable")},
    ("CKV_AWS_149", "LinkSecret"): OUR_OWN_KEYS,
    ("CKV_AWS_158", "AWS::Logs::LogGroup"): OUR_OWN_KEYS,
    ("CKV_AWS_173", "AWS::Lambda::Function"): f"no setting is secret; {OUR_OWN_KEYS}",
    ("CKV_AWS_26", "AlarmTopic"): "alarms cannot publish to a topic under AWS's own key, and they say nothing that is secret",
    ("CKV_AWS_115", "AWS::Lambda::Function"): "reserving takes concurrency away from the whole account, and new accounts have ten; each queue's reader is bounded at its source",
    ("CKV_AWS_116", "AWS::Lambda::Function"): "it is for asynchronous calls; queues, stream and schedules park what fails at their own ends",
    ("CKV_AWS_117", "AWS::Lambda::Function"): "it asks AWS's own services and nothing else; a network would add a gateway's price and no wall",
    ("CKV_AWS_86", "Distribution"): "its logs are the addresses of readers and what they read, which we do not want to have",
}  # fmt: skip
"""What we do not do, by a rule's number and a resource or a whole type, and why."""


def _is_wide(role: Properties) -> bool:
    for policy in role.get("Policies", ()):
        for each in policy["PolicyDocument"]["Statement"]:
            actions = each["Action"] if isinstance(each["Action"], list) else [each["Action"]]
            if "*" in actions or any(action.endswith(":*") for action in actions) or each["Resource"] in ("*", ["*"]):
                return True
    return bool(role.get("ManagedPolicyArns"))


def broken(transformed: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Every rule a resource does not keep: rule, resource, type."""
    return [
        (rule.partition(":")[0], name, kind)
        for rule, (kind, keeps) in RULES.items()
        for name, resource in transformed["Resources"].items()
        if resource["Type"] == kind and not keeps(resource.get("Properties", {}))
    ]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_about_something_in_the_template(rule: str, transformed: dict[str, Any]) -> None:
    assert RULES[rule][0] in {resource["Type"] for resource in transformed["Resources"].values()}


def test_every_rule_is_kept_or_has_a_reason_not_to_be(transformed: dict[str, Any]) -> None:
    assert [
        each for each in broken(transformed) if not {(each[0], each[1]), (each[0], each[2])} & EXCEPTIONS.keys()
    ] == []


def test_no_exception_has_outlived_its_need(transformed: dict[str, Any]) -> None:
    needed = {(rule, which) for rule, *names in broken(transformed) for which in names}
    assert EXCEPTIONS.keys() - needed == set()


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


def test_the_policy_for_content_names_every_kind_and_allows_nothing_unsafe(transformed: dict[str, Any]) -> None:
    policy = template.security_headers(transformed)["content-security-policy"]
    said = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert said["default-src"] == "'none'"
    assert said["script-src"] == "'self'"
    assert {"base-uri", "form-action", "frame-ancestors"} <= said.keys()
    assert not any(word in policy for word in ("unsafe-", "data:", "blob:", "http:", "*", "nonce-"))
    assert [kind for kind, sources in said.items() if "https:" in sources] == ["img-src"]


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
    for behaviour in (distribution["DefaultCacheBehavior"], *distribution["CacheBehaviors"]):
        assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "SiteHeaders"}
