"""What the template promises, read from the template: the local cloud would not miss most of it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from infra import pack, template
from newsroom import invalidation, queue_alerts
from tests.infra.grants import statements_of

TEMPLATE = template.load()
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
FUNCTIONS = template.resources(TEMPLATE, "AWS::Serverless::Function")
QUEUES = template.resources(TEMPLATE, "AWS::SQS::Queue")
ROLES = template.resources(TEMPLATE, "AWS::IAM::Role")
ALARMS = template.resources(TEMPLATE, "AWS::CloudWatch::Alarm")
BUCKETS = template.resources(TEMPLATE, "AWS::S3::Bucket")
TABLES = template.resources(TEMPLATE, "AWS::DynamoDB::Table")
DEFAULT_TIMEOUT = TEMPLATE["Globals"]["Function"]["Timeout"]
DEAD_LETTERS = {name for name in QUEUES if name.endswith("Dlq")}

WIDE_ACTIONS = {
    "sqs:SendMessage*": "covers SendMessageBatch, which the local cloud wants granted by name and AWS does not know",
}


def read(name: str, attribute: str = "Arn") -> dict[str, list[str]]:
    return {"Fn::GetAtt": [name, attribute]}


def events(of_type: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, function in FUNCTIONS.items():
        for event in function.get("Events", {}).values():
            if event["Type"] == of_type:
                yield name, event["Properties"]


def statements(role: str) -> list[dict[str, Any]]:
    return statements_of(ROLES[role])


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


def test_a_change_of_the_template_can_be_read_in_its_diff() -> None:
    text = template.PATH.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if len(line) > 120] == []
    in_one_line = re.compile(r"\{Effect: |(?:Action|Resource|LeadingKeys): \[[^]]*,")
    flows = [line for line in text.splitlines() if in_one_line.search(line) and "sts:AssumeRole" not in line]
    assert flows == [], "one action, one resource and one kind of row to a line"


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


LOADED = """
import importlib, sys
importlib.import_module(sys.argv[1])
print(*(module.__file__ for module in list(sys.modules.values()) if getattr(module, "__file__", None)), sep="\\n")
"""


@pytest.mark.parametrize("verb", pack.verbs())
def test_a_function_is_given_no_setting_that_its_code_does_not_name(verb: str) -> None:
    command = [sys.executable, "-c", LOADED, f"{verb}.handler"]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True, cwd=pack.FUNCTIONS).stdout
    own = [Path(line) for line in loaded.splitlines() if Path(line).is_relative_to(pack.FUNCTIONS)]
    code = "".join(path.read_text() for path in own)
    (function,) = [each for each in FUNCTIONS.values() if each["Handler"] == f"{verb}.handler.handle"]
    settings = function["Environment"]["Variables"].keys() - {"POWERTOOLS_SERVICE_NAME"}
    assert {name for name in settings if f'"{name}"' not in code and f"'{name}'" not in code} == set()


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


def test_every_queue_is_watched_by_the_clock_and_every_function_by_an_alarm() -> None:
    variables = FUNCTIONS["ReleaseArticles"]["Environment"]["Variables"]
    named = {name: variables[name].get("Ref") for name in (*queue_alerts.WAITING, *queue_alerts.DEAD)}
    assert set(named.values()) == QUEUES.keys()
    assert {named[name] for name in queue_alerts.DEAD} == DEAD_LETTERS
    for queue in QUEUES:
        assert "sqs:GetQueueAttributes" in may("ReleaseArticlesRole", queue)
        assert "sqs:ReceiveMessage" not in may("ReleaseArticlesRole", queue), "how many, and not what"
    assert {name: (alarm["Namespace"], alarm["MetricName"]) for name, alarm in ALARMS.items()} == {
        "ErrorAlarm": ("AWS/Lambda", "Errors"),
        "StreamAgeAlarm": ("AWS/Lambda", "IteratorAge"),
        "ApiErrorAlarm": ("AWS/ApiGateway", "5xx"),
        "ThrottleAlarm": ("AWS/Lambda", "Throttles"),
        "HeartbeatAlarm": ("AWS/Lambda", "Invocations"),
    }
    assert {name for name, alarm in ALARMS.items() if alarm["AlarmActions"] != [{"Ref": "AlarmTopic"}]} == set()
    assert watched("AWS/Lambda", "IteratorAge") == {name for name, _ in events("DynamoDB")}
    assert watched("AWS/ApiGateway", "5xx") == {"Api"}
    for name in ("ErrorAlarm", "ThrottleAlarm"):
        assert "Dimensions" not in ALARMS[name], "of all functions together"


def test_the_watch_itself_has_an_alarm_that_goes_off_when_it_is_silent() -> None:
    heartbeat = ALARMS["HeartbeatAlarm"]
    assert watched("AWS/Lambda", "Invocations") == {"ReleaseArticles"}
    assert (heartbeat["Threshold"], heartbeat["ComparisonOperator"]) == (1, "LessThanThreshold")
    assert heartbeat["TreatMissingData"] == "breaching"
    assert heartbeat["Period"] * heartbeat["EvaluationPeriods"] == 600


def test_who_has_something_to_tell_the_operator_may_and_knows_where() -> None:
    tellers = {role for role in ROLES for each in statements(role) if "sns:Publish" in as_list(each["Action"])}
    assert tellers == {"ReleaseArticlesRole", "RebuildSiteRole"}
    for function in ("ReleaseArticles", "RebuildSite"):
        assert FUNCTIONS[function]["Environment"]["Variables"]["ALARM_TOPIC"] == {"Ref": "AlarmTopic"}


def test_what_costs_without_being_asked_for_is_off() -> None:
    assert TEMPLATE["Parameters"]["WithDashboard"]["Default"] == "false"
    assert RESOURCES["Dashboard"]["Condition"] == "ShowsDashboard"
    (stage,) = template.resources(TEMPLATE, "AWS::ApiGatewayV2::Stage").values()
    assert "DetailedMetricsEnabled" not in stage["DefaultRouteSettings"]
    assert TEMPLATE["Globals"]["Function"]["LoggingConfig"]["SystemLogLevel"] == "WARN"


def test_functions_run_where_a_second_costs_least_and_the_zips_are_packed_for_it() -> None:
    default = TEMPLATE["Parameters"]["Architecture"]["Default"]
    assert default == "arm64"
    assert "ARCHITECTURE ?= arm64\n" in (template.PATH.parents[1] / "Makefile").read_text()
    assert pack.for_aws(default).machine == "aarch64"


def test_the_dashboard_is_json_that_names_every_function_and_every_queue() -> None:
    body = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    widgets = json.loads(body)["widgets"]
    places = {(each["x"], each["y"]) for each in widgets}
    assert len(places) == len(widgets)
    assert {name for name in FUNCTIONS if f"${{{name}}}" not in body} == set()
    assert {name for name in QUEUES if f"${{{name}.QueueName}}" not in body} == set()


def test_who_reads_a_queue_may_park_in_its_dead_letters_and_in_no_others() -> None:
    for queue in (name for name in QUEUES if "RedrivePolicy" in RESOURCES[name]["Properties"]):
        dead = queue.removesuffix("Queue") + "Dlq"
        readers = {role for role in ROLES if "sqs:ReceiveMessage" in may(role, queue)}
        assert len(readers) == 1
        assert {role for role in ROLES if "sqs:SendMessage*" in may(role, dead)} == readers


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
    assert kinds == invalidation.RULES.keys() | {"PAGE"}


def test_every_prefix_an_editor_writes_to_wakes_the_publisher_and_what_the_paper_writes_does_not() -> None:
    told = BUCKETS["UploadBucket"]["NotificationConfiguration"]["QueueConfigurations"]
    heard: dict[str, set[str]] = {}
    for each in told:
        assert each["Queue"] == read("UploadQueue")
        (rule,) = each["Filter"]["S3Key"]["Rules"]
        assert rule["Name"] == "prefix"
        heard.setdefault(rule["Value"], set()).add(each["Event"])
    both = {"s3:ObjectCreated:*", "s3:ObjectRemoved:*"}
    assert heard == {"articles/": both, "authors/": both, "pages/": both, "theme/": both, "site.yaml": both}
    assert not any(key.startswith(prefix) for key in ("receipts/a", "reports/a") for prefix in heard)


def test_what_the_scheduler_starts_is_retried_a_bounded_number_of_times_and_then_parked() -> None:
    scheduled = dict(events("ScheduleV2"))
    assert scheduled.keys() == {"ReleaseArticles", "RebuildSite", "ModerateComment"}
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


WRITES = {"dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:UpdateItem"}


def may(role: str, resource: str) -> set[str]:
    """What a role may do to one resource."""
    return {
        action
        for each in statements(role)
        if f'"{resource}"' in json.dumps(each["Resource"]) or f"${{{resource}." in json.dumps(each["Resource"])
        for action in as_list(each["Action"])
    }


def test_only_the_functions_that_write_the_table_may() -> None:
    writers = {role for role in ROLES if (WRITES - {"dynamodb:UpdateItem"}) & may(role, "NewsTable")}
    assert writers - {"RebuildSiteRole"} == {
        "PublishArticleRole", "ReleaseArticlesRole", "IngestCommentRole", "ModerateCommentRole",
    }  # fmt: skip


def test_a_rebuild_puts_its_own_accounts_and_no_row_that_pages_are_drawn_from() -> None:
    (puts,) = [each for each in statements("RebuildSiteRole") if "dynamodb:PutItem" in as_list(each["Action"])]
    assert puts["Action"] == "dynamodb:PutItem"
    assert puts["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["REBUILD#*"]}}


def test_who_publishes_and_who_releases_may_write_the_months_they_announce() -> None:
    assert {role for role in ROLES if "dynamodb:BatchWriteItem" in may(role, "NewsTable")} == {
        "PublishArticleRole",
        "ReleaseArticlesRole",
    }


def test_nobody_may_touch_what_is_private_but_those_who_store_and_moderate_comments() -> None:
    assert {role for role in ROLES if may(role, "PrivateTable")} == {"IngestCommentRole", "ModerateCommentRole"}
    assert {role for role in ROLES if may(role, "CounterTable")} == {"ReceiveCommentRole", "ModerateCommentRole"}
    assert may("ModerateCommentRole", "CounterTable") == {"dynamodb:PutItem"}
    (notes,) = [each for each in statements("ModerateCommentRole") if each["Resource"] == read("CounterTable")]
    assert notes["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["ERASED#*"]}}


def test_who_takes_comments_at_the_door_may_see_whether_it_is_open_and_hand_them_to_the_queue() -> None:
    reads = [each for each in statements("ReceiveCommentRole") if each["Resource"] == read("NewsTable")]
    (only,) = reads
    assert set(only["Action"]) == {"dynamodb:GetItem", "dynamodb:BatchGetItem"}
    assert only["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["TALK#*", "SITE"]}}
    assert may("ReceiveCommentRole", "CommentQueue") == {"sqs:SendMessage*"}
    assert may("ReceiveCommentRole", "CounterTable") == {
        "dynamodb:PutItem",
        "dynamodb:DeleteItem",
        "dynamodb:ConditionCheckItem",
    }
    assert may("ReceiveCommentRole", "SecretTable") == {"dynamodb:GetItem"}
    known = {"NewsTable", "CounterTable", "CommentQueue", "SecretTable", "ReceiveCommentLog"}
    assert {name for name in RESOURCES if may("ReceiveCommentRole", name)} == known


def test_only_who_moderates_may_send_mail_and_only_from_the_papers_own_address() -> None:
    mailers = [
        (role, each) for role in ROLES for each in statements(role) if "ses:SendEmail" in as_list(each["Action"])
    ]
    ((role, statement),) = mailers
    assert role == "ModerateCommentRole"
    local, on_aws = statement["Condition"]["Fn::If"][1:]
    assert local == {"Ref": "AWS::NoValue"}
    assert on_aws == {"StringEquals": {"ses:FromAddress": {"Ref": "SenderEmail"}}}


def test_only_those_who_draw_pages_write_objects_and_never_an_upload() -> None:
    may_put = {
        (role, resource["Fn::Sub"])
        for role in ROLES
        for each in statements(role)
        if "s3:PutObject" in as_list(each["Action"])
        for resource in as_list(each["Resource"])
    }
    assert may_put == {
        ("RenderPageRole", "${SiteBucket.Arn}/*"),
        ("RenderPageRole", "${UploadBucket.Arn}/receipts/*"),
        ("RebuildSiteRole", "${SiteBucket.Arn}/*"),
        ("RebuildSiteRole", "${UploadBucket.Arn}/receipts/*"),
        ("RebuildSiteRole", "${UploadBucket.Arn}/reports/*"),
    }


def test_the_publisher_reads_what_it_is_woken_for_and_no_receipt() -> None:
    reads = [each for each in statements("PublishArticleRole") if "s3:GetObject" in as_list(each["Action"])]
    prefixes, site = ([resource["Fn::Sub"] for resource in as_list(each["Resource"])] for each in reads)
    rooms = ("articles/", "authors/", "pages/", "theme/", "site.yaml")
    assert prefixes == [f"${{UploadBucket.Arn}}/{each}*" for each in rooms]
    assert site == ["${SiteBucket.Arn}/*"], "which is public"


def test_a_rebuild_may_ask_for_uploads_to_be_looked_at_and_cannot_be_asked_for_by_who_looks() -> None:
    assert may("RebuildSiteRole", "UploadQueue") == {"sqs:SendMessage*"}
    assert may("PublishArticleRole", "RebuildQueue") == set()


def test_no_publishing_function_may_scan_the_table() -> None:
    scanners = {role for role in ROLES for each in statements(role) if "dynamodb:Scan" in as_list(each["Action"])}
    assert scanners == {"RebuildSiteRole"}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_encrypted_for_nothing_expires_rows_and_is_paid_by_the_call(table: str) -> None:
    expires = {"AttributeName": "expires", "Enabled": True}
    assert TABLES[table].get("TimeToLiveSpecification") == (None if table == "SecretTable" else expires)
    assert "SSESpecification" not in TABLES[table], "with DynamoDB's own key, which KMS does not charge for"
    assert TABLES[table]["BillingMode"] == "PAY_PER_REQUEST"


def test_the_tables_that_hold_the_paper_can_be_restored() -> None:
    for table in ("NewsTable", "PrivateTable", "SecretTable"):
        assert TABLES[table]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_the_papers_table_tells_what_changed_and_the_private_one_tells_nobody() -> None:
    told = {name: table.get("StreamSpecification") for name, table in TABLES.items()}
    assert told == {
        "NewsTable": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
        "PrivateTable": None,
        "CounterTable": None,
        "SecretTable": None,
    }


def test_the_secrets_have_a_table_of_their_own_that_only_those_who_sign_may_read() -> None:
    assert RESOURCES["SecretTable"]["Type"] == "AWS::DynamoDB::Table"
    assert {role: may(role, "SecretTable") for role in ROLES if may(role, "SecretTable")} == {
        "ReceiveCommentRole": {"dynamodb:GetItem"},
        "ModerateCommentRole": {"dynamodb:GetItem", "dynamodb:PutItem"},
    }


def test_who_faces_the_world_may_read_the_secret_for_readers_and_not_that_for_editors() -> None:
    may_read = {
        role: each["Condition"]
        for role in ROLES
        for each in statements(role)
        if each["Resource"] == read("SecretTable")
    }
    assert may_read == {
        "ReceiveCommentRole": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["SECRET"]}},
        "ModerateCommentRole": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["SECRET", "EDITORS"]}},
    }


def test_nothing_that_holds_the_paper_is_deleted_with_the_stack() -> None:
    for name in ("UploadBucket", "SiteBucket", "NewsTable", "PrivateTable", "SecretTable"):
        assert RESOURCES[name]["UpdateReplacePolicy"] == "Retain"
        assert RESOURCES[name]["DeletionPolicy"] == "RetainExceptOnCreate"


def test_a_deployment_that_failed_leaves_nothing_that_bars_the_next() -> None:
    """A name of our own choosing would be taken by what the first try left."""
    kept = {name: each for name, each in RESOURCES.items() if "DeletionPolicy" in each}
    assert {each["DeletionPolicy"] for each in kept.values()} == {"RetainExceptOnCreate"}
    named = {"BucketName", "TableName", "Name", "EmailIdentity"}
    assert {name for name, each in kept.items() if named & each["Properties"].keys()} == {"OwnSender"}
    assert RESOURCES["OwnSender"]["Condition"] == "MakesSender"
    assert TEMPLATE["Conditions"]["MakesSender"]["Fn::And"][1] == {"Fn::Equals": [{"Ref": "SenderIdentity"}, "create"]}


def test_only_buckets_of_the_papers_own_account_wake_the_publisher() -> None:
    (statement,) = RESOURCES["UploadQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert statement["Condition"]["ArnLike"] == {"aws:SourceArn": {"Fn::Sub": "arn:${AWS::Partition}:s3:::*"}}


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_is_closed_to_the_public_and_encrypted(bucket: str) -> None:
    assert set(BUCKETS[bucket]["PublicAccessBlockConfiguration"].values()) == {True}
    assert BUCKETS[bucket]["BucketEncryption"]
    assert BUCKETS[bucket]["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_where_pages_and_receipts_are_kept_an_etag_is_the_md5_of_the_body() -> None:
    """workflows/render_pages.py compares the two. Under aws:kms they differ: it would rewrite every page for ever."""
    for bucket in ("SiteBucket", "UploadBucket"):
        (rule,) = BUCKETS[bucket]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}, bucket


def test_uploads_keep_their_earlier_versions() -> None:
    assert BUCKETS["UploadBucket"]["VersioningConfiguration"] == {"Status": "Enabled"}


def test_readers_get_exactly_these_security_headers() -> None:
    assert template.security_headers(TEMPLATE) == {
        "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self' https:; script-src 'self'; "
        "connect-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "browsing-topics=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "referrer-policy": "strict-origin-when-cross-origin",
        "strict-transport-security": "max-age=31536000",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }


def test_pages_made_for_one_person_ask_nothing_of_other_sites_and_are_shown_by_none() -> None:
    site, api = template.security_headers(TEMPLATE), template.security_headers(TEMPLATE, template.API_HEADERS)
    assert "img-src 'self';" in api["content-security-policy"]
    assert "https:" not in api["content-security-policy"]
    assert api["cross-origin-resource-policy"] == "same-origin"
    differing = {"content-security-policy", "cross-origin-resource-policy"}
    assert {name: value for name, value in api.items() if name not in differing} == {
        name: value for name, value in site.items() if name not in differing
    }


def test_readers_reach_the_site_over_https_through_both_functions() -> None:
    distribution = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
    behaviour = distribution["DefaultCacheBehavior"]
    assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"
    assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "SiteHeaders"}
    assert {each["EventType"]: each["FunctionARN"] for each in behaviour["FunctionAssociations"]} == {
        "viewer-request": read("RewriteUrl", "FunctionARN"),
        "viewer-response": read("MapStatus", "FunctionARN"),
    }
    assert behaviour.get("AllowedMethods", ["GET", "HEAD"]) == ["GET", "HEAD"]
    (missing,) = (each for each in distribution["CustomErrorResponses"] if "ResponsePagePath" in each)
    assert (missing["ErrorCode"], missing["ResponseCode"], missing["ResponsePagePath"]) == (404, 404, "/404.html")


ROUTES = {
    "POST /api/articles/{id}/comments": "ReceiveComment",
    "GET /api/moderate": "ModerateComment",
    "POST /api/moderate": "ModerateComment",
    "GET /api/moderate/held": "ModerateComment",
    "POST /api/moderate/held": "ModerateComment",
    "GET /api/comments/{receipt}": "ModerateComment",
    "POST /api/comments/{receipt}": "ModerateComment",
    "GET /api/unsubscribe": "ModerateComment",
    "POST /api/unsubscribe": "ModerateComment",
    "GET /api/subscribe": "ModerateComment",
    "POST /api/subscribe": "ModerateComment",
}


def test_every_route_of_the_api_leads_to_its_function_which_the_api_may_call() -> None:
    routes = template.resources(TEMPLATE, "AWS::ApiGatewayV2::Route").values()
    leads = {route["RouteKey"]: route["Target"]["Fn::Sub"].removeprefix("integrations/${")[:-1] for route in routes}
    assert leads == {route: f"{function}Integration" for route, function in ROUTES.items()}
    integrations = template.resources(TEMPLATE, "AWS::ApiGatewayV2::Integration")
    permissions = template.resources(TEMPLATE, "AWS::Lambda::Permission")
    for route, function in ROUTES.items():
        integration = integrations[f"{function}Integration"]
        assert integration["IntegrationUri"] == read(function)
        assert integration["PayloadFormatVersion"] == "2.0"
        assert FUNCTIONS[function].get("Timeout", DEFAULT_TIMEOUT) * 1000 <= 30_000
        permission = permissions[f"{function}Permission"]
        assert permission["FunctionName"] == {"Ref": function}
        assert permission["Principal"] == "apigateway.amazonaws.com"
        allowed = permission["SourceArn"]["Fn::Sub"].partition("${Api}/*/*")[2]
        assert fnmatch(route.partition(" ")[2], allowed)


def test_the_api_is_throttled_and_logs_no_path_and_no_address_of_a_reader() -> None:
    (stage,) = template.resources(TEMPLATE, "AWS::ApiGatewayV2::Stage").values()
    assert stage["StageName"] == "$default"
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == {"Fn::If": ["IsSmall", 10, 100]}
    assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] == {"Fn::If": ["IsSmall", 20, 200]}
    logged = set(json.loads(stage["AccessLogSettings"]["Format"]).values())
    assert "$context.routeKey" in logged
    assert not {value for value in logged if "path" in value.lower() or "sourceip" in value.lower()}


def test_the_api_is_reached_through_the_site_uncached_and_knows_who_the_reader_is() -> None:
    distribution = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
    (behaviour,) = distribution["CacheBehaviors"]
    assert (behaviour["PathPattern"], behaviour["TargetOriginId"]) == ("/api/*", "api")
    assert {"GET", "POST"} <= set(behaviour["AllowedMethods"])
    assert behaviour["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert behaviour["OriginRequestPolicyId"] == {"Ref": "ApiRequest"}
    assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "ApiHeaders"}
    handed_on = template.api_request_headers(TEMPLATE)
    told = {"cloudfront-viewer-address", "content-type", "accept", "idempotency-key", "origin", "sec-fetch-site"}
    assert told == handed_on
    assert RESOURCES["ApiRequest"]["Properties"]["OriginRequestPolicyConfig"]["QueryStringsConfig"] == {
        "QueryStringBehavior": "all"
    }


def test_an_answer_of_the_api_that_nothing_is_there_keeps_its_text_behind_cloudfront() -> None:
    """CloudFront replaces each 404 by the site's page, so none may reach it as one from the API."""
    distribution = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
    replaced = {each["ErrorCode"] for each in distribution["CustomErrorResponses"] if "ResponsePagePath" in each}
    for integration in template.resources(TEMPLATE, "AWS::ApiGatewayV2::Integration").values():
        disguised = integration["ResponseParameters"]
        assert {int(status) for status in disguised} == replaced
        for status, each in disguised.items():
            assert {one["Destination"]: one["Source"] for one in each["ResponseParameters"]} == {
                "overwrite:statuscode": "200",
                "overwrite:header.x-status": status,
            }
    (behaviour,) = distribution["CacheBehaviors"]
    (restored,) = behaviour["FunctionAssociations"]
    assert restored == {"EventType": "viewer-response", "FunctionARN": read("RestoreStatus", "FunctionARN")}


def test_no_failure_of_the_api_is_kept_for_another_reader() -> None:
    """CloudFront keeps errors for ten seconds, by path alone: one moderator's failure would be every moderator's."""
    kept = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]["CustomErrorResponses"]
    seconds = {each["ErrorCode"]: each["ErrorCachingMinTTL"] for each in kept if "ResponsePagePath" not in each}
    assert seconds == dict.fromkeys((500, 502, 503, 504), 0)


def test_what_comes_around_cloudfront_is_told_from_what_comes_through_it() -> None:
    """By what the distribution adds, which both functions of the API know and the laptop does not ask for."""
    number = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
    origins = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]["Origins"]
    (api,) = (origin for origin in origins if origin["Id"] == "api")
    assert api["OriginCustomHeaders"] == [{"HeaderName": "x-origin-key", "HeaderValue": number}]
    for function in set(ROUTES.values()):
        assert FUNCTIONS[function]["Environment"]["Variables"]["ORIGIN_KEY"] == {"Fn::If": ["IsLocal", "", number]}
    assert "x-origin-key" not in template.api_request_headers(TEMPLATE), "no reader's own is handed on"


def test_a_small_account_is_not_asked_for_more_than_it_may_run_at_once() -> None:
    at_once = [event["ScalingConfig"]["MaximumConcurrency"]["Fn::If"] for _, event in events("SQS")]
    assert {condition for condition, _, _ in at_once} == {"IsSmall"}
    assert sum(small for _, small, _ in at_once) <= 10
    assert TEMPLATE["Parameters"]["Scale"]["Default"] == "small"


def test_editors_may_write_what_the_publisher_hears_of_and_nothing_else() -> None:
    policy = RESOURCES["Editors"]["Properties"]["PolicyDocument"]["Statement"]
    writes = [each for each in policy if {"s3:PutObject", "s3:DeleteObject"} & set(as_list(each["Action"]))]
    told = BUCKETS["UploadBucket"]["NotificationConfiguration"]["QueueConfigurations"]
    heard = {each["Filter"]["S3Key"]["Rules"][0]["Value"] for each in told}
    (write,) = writes
    assert {each["Fn::Sub"] for each in write["Resource"]} == {f"${{UploadBucket.Arn}}/{prefix}*" for prefix in heard}
    assert {action for each in policy for action in as_list(each["Action"])} == {
        "s3:PutObject", "s3:DeleteObject", "s3:GetObject", "s3:GetObjectVersion", "s3:AbortMultipartUpload",
        "s3:ListBucket", "cloudformation:DescribeStacks",
    }  # fmt: skip


def test_names_that_the_whole_account_shares_hold_the_region() -> None:
    """CloudFront knows no regions, so a stack of the same name in a second one would collide."""
    shared = [
        json.dumps(each["Properties"]) for each in RESOURCES.values()
        if each["Type"].startswith("AWS::CloudFront::") and each["Type"] != "AWS::CloudFront::Distribution"
    ]  # fmt: skip
    assert len(shared) == 8
    assert [each for each in shared if "${AWS::StackName}-${AWS::Region}-" not in each] == []


def test_the_tables_refuse_to_be_deleted_once_they_are_told_to() -> None:
    """Not from the first: a creation that fails could not be taken back."""
    told = {name: table.get("DeletionProtectionEnabled") for name, table in TABLES.items()}
    protection = {"Ref": "DeletionProtection"}
    kept = dict.fromkeys(("NewsTable", "PrivateTable", "SecretTable"), protection)
    assert told == {**kept, "CounterTable": None}
    assert TEMPLATE["Parameters"]["DeletionProtection"]["Default"] == "false"


def test_alarms_go_to_the_operator_else_to_the_editor() -> None:
    (subscription,) = RESOURCES["AlarmTopic"]["Properties"]["Subscription"]["Fn::If"][1]
    assert subscription["Endpoint"] == {"Fn::If": ["HasOperator", {"Ref": "OperatorEmail"}, {"Ref": "EditorEmail"}]}


def test_a_budget_is_watched_where_one_is_named() -> None:
    budget = RESOURCES["Budget"]
    assert (budget["Condition"], TEMPLATE["Parameters"]["MonthlyBudget"]["Default"]) == ("HasBudget", 0)
    assert budget["Properties"]["Budget"]["BudgetLimit"] == {"Amount": {"Ref": "MonthlyBudget"}, "Unit": "USD"}


def test_the_laptop_is_told_from_aws_by_its_address_alone() -> None:
    assert TEMPLATE["Conditions"]["OnAws"] == {"Fn::Equals": [{"Ref": "LocalSiteUrl"}, ""]}
    assert TEMPLATE["Parameters"]["LocalSiteUrl"]["Default"] == ""
