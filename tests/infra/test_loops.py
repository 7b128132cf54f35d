"""Lambda stops a function that wakes itself at the sixteenth time, so whoever means to do so says so."""

from typing import Any

import pytest

from infra import template
from tests.infra.loops import circles

RESOURCES = template.load()["Resources"]


def test_who_can_wake_itself_says_that_it_means_to_and_nobody_else_does() -> None:
    functions = template.resources(template.load(), "AWS::Serverless::Function")
    said = {name for name, function in functions.items() if function.get("RecursiveLoop") == "Allow"}
    assert said == circles(RESOURCES) == {"RebuildSite"}


def function(*, woken_by: str = "", kind: str = "SQS", name: str = "A") -> dict[str, Any]:
    source = {"SQS": "Queue", "SNS": "Topic"}[kind]
    events = {"E": {"Type": kind, "Properties": {source: {"Fn::GetAtt": [woken_by, "Arn"]}}}} if woken_by else {}
    return {"Type": "AWS::Serverless::Function",
            "Properties": {"Role": {"Fn::GetAtt": [f"{name}Role", "Arn"]}, "Events": events}}  # fmt: skip


def role(action: str | list[str], *resources: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": list(resources)}
    return {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": {"Statement": [statement]}}]}}


def arn(name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, "Arn"]}


def bucket(prefix: str, queue: str) -> dict[str, Any]:
    told = {"Event": "s3:ObjectCreated:*", "Queue": arn(queue)}
    told |= {"Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": prefix}]}}} if prefix else {}
    return {"Type": "AWS::S3::Bucket", "Properties": {"NotificationConfiguration": {"QueueConfigurations": [told]}}}


QUEUE: dict[str, Any] = {"Type": "AWS::SQS::Queue", "Properties": {}}
TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {"Subscription": [{"Protocol": "sqs", "Endpoint": arn("Q")}]}}


@pytest.mark.parametrize(
    ("resources", "found"),
    [
        ({"Q": QUEUE, "A": function(woken_by="Q"), "ARole": role("sqs:SendMessage*", arn("Q"))}, {"A"}),
        ({"Q": QUEUE, "A": function(woken_by="Q"), "ARole": role(["sqs:*"], {"Fn::Sub": "${Q.Arn}"})}, {"A"}),
        ({"Q": QUEUE, "A": function(woken_by="Q"), "ARole": role("sqs:ReceiveMessage", arn("Q"))}, set()),
        ({"Q": QUEUE, "D": QUEUE, "A": function(woken_by="Q"), "ARole": role("sqs:SendMessage", arn("D"))}, set()),
        ({"A": function(), "ARole": role("lambda:InvokeFunction", arn("A"))}, {"A"}),
        (
            {"Q": QUEUE, "R": QUEUE, "A": function(woken_by="Q"), "ARole": role("sqs:SendMessage", arn("R")),
             "B": function(woken_by="R", name="B"), "BRole": role("sqs:SendMessage", arn("Q"))},
            {"A", "B"},
        ),
        (
            {"Q": QUEUE, "T": TOPIC, "A": function(woken_by="Q"), "ARole": role("sns:Publish", {"Ref": "T"})},
            {"A"},
        ),
        (
            {"T": TOPIC, "Q": QUEUE, "A": function(woken_by="T", kind="SNS"), "ARole": role("sns:Publish", arn("T"))},
            {"A"},
        ),
        *(
            (
                {"Q": QUEUE, "S": bucket(prefix, "Q"), "A": function(woken_by="Q"),
                 "ARole": role("s3:PutObject", {"Fn::Sub": f"${{S.Arn}}/{path}"})},
                {"A"} if is_told else set(),
            )
            for prefix, path, is_told in [
                ("articles/", "*", True), ("articles/", "articles/x*", True), ("articles/", "receipts/*", False),
                ("", "receipts/*", True), ("articles/", "art*", True), ("articles/", "art", False),
            ]
        ),
    ],
)  # fmt: skip
def test_a_circle_is_found_over_queues_topics_buckets_and_calls(resources: Any, found: set[str]) -> None:
    assert circles(resources) == found


def test_a_rebuild_that_may_not_go_round_would_be_found() -> None:
    roles = {**RESOURCES["RebuildSiteRole"]["Properties"]}
    (policy,) = roles["Policies"]
    sends = "sqs:SendMessage*"
    own = [each for each in policy["PolicyDocument"]["Statement"] if sends in each["Action"]]
    own = [each for each in own if arn("RebuildQueue") in (each["Resource"], *each["Resource"])]
    kept = [each for each in policy["PolicyDocument"]["Statement"] if each not in own]
    silent = {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": {"Statement": kept}}]}}
    assert circles({**RESOURCES, "RebuildSiteRole": silent}) == set()
