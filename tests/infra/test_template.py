"""What the template promises, read from the template: the local cloud would not miss most of it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra import pack, template
from newsroom import planning

TEMPLATE = template.load()
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
FUNCTIONS = template.resources(TEMPLATE, "AWS::Serverless::Function")
QUEUES = template.resources(TEMPLATE, "AWS::SQS::Queue")
ROLES = template.resources(TEMPLATE, "AWS::IAM::Role")
ALARMS = template.resources(TEMPLATE, "AWS::CloudWatch::Alarm")
BUCKETS = template.resources(TEMPLATE, "AWS::S3::Bucket")
DEFAULT_TIMEOUT = TEMPLATE["Globals"]["Function"]["Timeout"]
DEAD_LETTERS = {name for name in QUEUES if name.endswith("Dlq")}

WIDE_ACTIONS = {
    "sqs:SendMessage*": "covers SendMessageBatch, which the local cloud wants granted by name and AWS does not know",
}


def read(name: str, attribute: str = "Arn") -> dict[str, list[str]]:
    return {"Fn::GetAtt": [name, attribute]}


def events(of_type: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, function in FUNCTIONS.items():
        for event in function["Events"].values():
            if event["Type"] == of_type:
                yield name, event["Properties"]


def statements(role: str) -> list[dict[str, Any]]:
    return [each for policy in ROLES[role]["Policies"] for each in policy["PolicyDocument"]["Statement"]]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def watched(namespace: str, metric: str) -> set[str]:
    """The resources whose metric has an alarm that mails somebody."""
    return {
        dimension["Value"].get("Ref") or dimension["Value"]["Fn::GetAtt"][0]
        for alarm in ALARMS.values()
        if (alarm["Namespace"], alarm["MetricName"]) == (namespace, metric)
        and alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]
        for dimension in alarm["Dimensions"]
    }


def test_cloudformation_finds_nothing_to_say_about_it() -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), template.PATH], capture_output=True, text=True, check=False
    )
    assert linted.returncode == 0, linted.stdout


def test_every_verb_is_a_function_of_its_own_name_with_its_own_zip_role_and_log() -> None:
    def camel(verb: str) -> str:
        return "".join(part.capitalize() for part in verb.split("_"))

    assert {camel(verb) for verb in pack.verbs()} == FUNCTIONS.keys()
    for verb in pack.verbs():
        function = FUNCTIONS[camel(verb)]
        assert function["CodeUri"] == f"../build/{verb}.zip"
        assert function["Handler"] == f"{verb}.handler.handle"
        assert function["Role"] == read(f"{camel(verb)}Role")
        assert function["LoggingConfig"]["LogGroup"] == {"Ref": f"{camel(verb)}Log"}
        assert RESOURCES[f"{camel(verb)}Log"]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
        assert function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == verb


def test_a_message_stays_invisible_for_six_times_as_long_as_its_reader_may_take() -> None:
    for name, event in events("SQS"):
        queue = event["Queue"]["Fn::GetAtt"][0]
        assert QUEUES[queue]["VisibilityTimeout"] >= 6 * FUNCTIONS[name].get("Timeout", DEFAULT_TIMEOUT), queue


def test_every_queue_has_a_dead_letter_queue_after_five_tries() -> None:
    for name in QUEUES.keys() - DEAD_LETTERS:
        redrive = QUEUES[name]["RedrivePolicy"]
        assert redrive["maxReceiveCount"] == 5
        assert redrive["deadLetterTargetArn"]["Fn::GetAtt"][0] in DEAD_LETTERS


def test_every_reader_of_a_queue_reports_failures_message_by_message() -> None:
    for name, event in events("SQS"):
        assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name


def test_queues_keep_messages_for_two_weeks_and_encrypted() -> None:
    for name, queue in QUEUES.items():
        assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600, name
        assert queue["SqsManagedSseEnabled"] is True, name


def test_every_dead_letter_queue_every_wait_and_every_function_has_an_alarm() -> None:
    assert watched("AWS/SQS", "ApproximateNumberOfMessagesVisible") == DEAD_LETTERS
    assert watched("AWS/SQS", "ApproximateAgeOfOldestMessage") == QUEUES.keys() - DEAD_LETTERS
    assert watched("AWS/Lambda", "IteratorAge") == {name for name, _ in events("DynamoDB")}
    assert watched("AWS/Lambda", "Errors") == FUNCTIONS.keys()


def test_the_stream_is_read_in_order_with_bounded_retries_and_parks_what_fails() -> None:
    ((name, event),) = events("DynamoDB")
    assert name == "PlanPages"
    assert event["ParallelizationFactor"] == 1
    assert event["BisectBatchOnFunctionError"] is True
    assert event["MaximumRetryAttempts"] == 10
    assert event["MaximumRecordAgeInSeconds"] == 3600
    assert event["DestinationConfig"]["OnFailure"]["Destination"] == read("PlanDlq")


def test_the_stream_wakes_the_planner_for_every_row_it_plans_and_for_page_rows() -> None:
    ((_, event),) = events("DynamoDB")
    (only,) = event["FilterCriteria"]["Filters"]
    accepted = json.loads(only["Pattern"])["dynamodb"]["Keys"]["pk"]["S"]
    kinds = {(each["prefix"] if isinstance(each, dict) else each).removesuffix("#") for each in accepted}
    assert kinds == planning._PLANS.keys() | {"PAGE"}


def test_every_prefix_an_editor_writes_to_wakes_the_publisher_and_receipts_do_not() -> None:
    told = BUCKETS["UploadBucket"]["NotificationConfiguration"]["QueueConfigurations"]
    heard: dict[str, set[str]] = {}
    for each in told:
        assert each["Queue"] == read("UploadQueue")
        (rule,) = each["Filter"]["S3Key"]["Rules"]
        assert rule["Name"] == "prefix"
        heard.setdefault(rule["Value"], set()).add(each["Event"])
    both = {"s3:ObjectCreated:*", "s3:ObjectRemoved:*"}
    assert heard == {"articles/": both, "authors/": both, "pages/": both, "site.yaml": both}
    assert not any("receipts/".startswith(prefix) or prefix.startswith("receipts") for prefix in heard)


def test_what_the_scheduler_starts_is_retried_a_bounded_number_of_times_and_then_parked() -> None:
    scheduled = dict(events("ScheduleV2"))
    assert scheduled.keys() == {"ReleaseArticles", "RebuildSite"}
    for name, event in scheduled.items():
        assert event["DeadLetterConfig"] == {"Arn": read("ClockDlq")}
        assert event["RetryPolicy"]["MaximumRetryAttempts"] <= 3
        assert "${AWS::StackName}" in event["Name"]["Fn::Sub"]
        assert FUNCTIONS[name]["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]["Destination"] == read("ClockDlq")


def test_no_role_is_shared_and_each_is_for_lambda_alone() -> None:
    assert len({json.dumps(function["Role"]) for function in FUNCTIONS.values()}) == len(FUNCTIONS)
    for role in ROLES.values():
        (assume,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert assume["Principal"] == {"Service": "lambda.amazonaws.com"}
        assert "ManagedPolicyArns" not in role


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_named_things_to_named_resources_only(role: str) -> None:
    for statement in statements(role):
        assert statement["Effect"] == "Allow"
        for action in as_list(statement["Action"]):
            assert "*" not in action or action in WIDE_ACTIONS
        for resource in as_list(statement["Resource"]):
            assert isinstance(resource, dict), f"{role} is given {resource}"
            assert resource.get("Fn::Sub", "").removesuffix("*").count("*") == 0


def test_only_the_functions_that_write_the_table_may() -> None:
    writes = {"dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}
    writers = {role for role in ROLES for each in statements(role) if writes & set(as_list(each["Action"]))}
    assert writers == {"PublishArticleRole", "ReleaseArticlesRole"}


def test_only_the_renderer_writes_objects_and_never_an_upload() -> None:
    writers = [(role, each) for role in ROLES for each in statements(role) if "s3:PutObject" in as_list(each["Action"])]
    ((role, statement),) = writers
    assert role == "RenderPageRole"
    assert statement["Resource"] == [{"Fn::Sub": "${SiteBucket.Arn}/*"}, {"Fn::Sub": "${UploadBucket.Arn}/receipts/*"}]


def test_the_publisher_reads_what_it_is_woken_for_and_no_receipt() -> None:
    reads = [each for each in statements("PublishArticleRole") if "s3:GetObject" in as_list(each["Action"])]
    (prefixes,) = ([resource["Fn::Sub"] for resource in each["Resource"]] for each in reads)
    assert prefixes == [f"${{UploadBucket.Arn}}/{each}*" for each in ("articles/", "authors/", "pages/", "site.yaml")]


def test_no_publishing_function_may_scan_the_table() -> None:
    scanners = {role for role in ROLES for each in statements(role) if "dynamodb:Scan" in as_list(each["Action"])}
    assert scanners == {"RebuildSiteRole"}


def test_the_table_can_be_restored_expires_rows_and_tells_what_changed() -> None:
    table = RESOURCES["NewsTable"]["Properties"]
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_nothing_that_holds_the_paper_is_deleted_with_the_stack() -> None:
    for name in ("UploadBucket", "SiteBucket", "NewsTable"):
        assert RESOURCES[name]["DeletionPolicy"] == RESOURCES[name]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_is_closed_to_the_public_and_encrypted(bucket: str) -> None:
    assert set(BUCKETS[bucket]["PublicAccessBlockConfiguration"].values()) == {True}
    assert BUCKETS[bucket]["BucketEncryption"]
    assert BUCKETS[bucket]["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_uploads_keep_their_earlier_versions() -> None:
    assert BUCKETS["UploadBucket"]["VersioningConfiguration"] == {"Status": "Enabled"}


def test_readers_get_exactly_these_security_headers() -> None:
    assert template.security_headers(TEMPLATE) == {
        "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self' https:; script-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "browsing-topics=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "referrer-policy": "strict-origin-when-cross-origin",
        "strict-transport-security": "max-age=63072000; includeSubDomains",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }


def test_readers_reach_the_site_over_https_through_both_functions() -> None:
    distribution = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
    behaviour = distribution["DefaultCacheBehavior"]
    assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"
    assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "SiteHeaders"}
    assert {each["EventType"]: each["FunctionARN"] for each in behaviour["FunctionAssociations"]} == {
        "viewer-request": read("MapAddress", "FunctionARN"),
        "viewer-response": read("MapStatus", "FunctionARN"),
    }
    (missing,) = distribution["CustomErrorResponses"]
    assert (missing["ErrorCode"], missing["ResponseCode"], missing["ResponsePagePath"]) == (404, 404, "/404.html")


def test_the_laptop_is_told_from_aws_by_its_address_alone() -> None:
    assert TEMPLATE["Conditions"]["OnAws"] == {"Fn::Equals": [{"Ref": "LocalSiteUrl"}, ""]}
    assert TEMPLATE["Parameters"]["LocalSiteUrl"]["Default"] == ""
