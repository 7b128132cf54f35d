"""What the template promises, read from the template: the local cloud would not miss most of it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
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
TABLES = template.resources(TEMPLATE, "AWS::DynamoDB::Table")
DEFAULT_TIMEOUT = TEMPLATE["Globals"]["Function"]["Timeout"]
NAMESPACE = "POWERTOOLS_METRICS_NAMESPACE"
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
    throttles = [alarm for alarm in ALARMS.values() if alarm["MetricName"] == "Throttles"]
    assert [alarm.get("Dimensions") for alarm in throttles] == [None], "of all functions: they share one concurrency"
    assert watched("AWS/ApiGateway", "5xx") == {"Api"}


def test_what_the_nights_rebuild_had_to_mend_has_an_alarm() -> None:
    (alarm,) = (each for each in ALARMS.values() if each["MetricName"] == "DriftFound")
    variables = FUNCTIONS["RebuildSite"]["Environment"]["Variables"]
    assert alarm["Dimensions"] == [{"Name": "service", "Value": variables["POWERTOOLS_SERVICE_NAME"]}]
    assert (alarm["Namespace"], alarm["Threshold"]) == ("Broadsheet", 0)


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


def test_an_article_that_goes_live_late_has_an_alarm_on_what_its_function_measures() -> None:
    (alarm,) = (each for each in ALARMS.values() if each["MetricName"] == "ReleaseLateness")
    variables = FUNCTIONS["ReleaseArticles"]["Environment"]["Variables"]
    assert alarm["Namespace"] == TEMPLATE["Globals"]["Function"]["Environment"]["Variables"][NAMESPACE]
    assert alarm["Dimensions"] == [{"Name": "service", "Value": variables["POWERTOOLS_SERVICE_NAME"]}]
    assert (alarm["Statistic"], alarm["Threshold"], alarm["Period"]) == ("Maximum", 120, 60)
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    dashboard = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    assert '["Broadsheet", "ReleaseLateness", "service", "release_articles"]' in dashboard


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
    assert {role for role in ROLES if may(role, "LinkSecret")} == {"ReceiveCommentRole", "ModerateCommentRole"}


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
    assert may("ReceiveCommentRole", "LinkSecret") == {"secretsmanager:GetSecretValue"}
    known = {"NewsTable", "CounterTable", "CommentQueue", "LinkSecret", "ReceiveCommentLog"}
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
    (prefixes,) = ([resource["Fn::Sub"] for resource in each["Resource"]] for each in reads)
    rooms = ("articles/", "authors/", "pages/", "theme/", "site.yaml")
    assert prefixes == [f"${{UploadBucket.Arn}}/{each}*" for each in rooms]


def test_a_rebuild_may_ask_for_uploads_to_be_looked_at_and_cannot_be_asked_for_by_who_looks() -> None:
    assert may("RebuildSiteRole", "UploadQueue") == {"sqs:SendMessage*"}
    assert may("PublishArticleRole", "RebuildQueue") == set()


def test_no_publishing_function_may_scan_the_table() -> None:
    scanners = {role for role in ROLES for each in statements(role) if "dynamodb:Scan" in as_list(each["Action"])}
    assert scanners == {"RebuildSiteRole"}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_encrypted_expires_rows_and_is_paid_by_the_call(table: str) -> None:
    assert TABLES[table]["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert TABLES[table]["SSESpecification"] == {"SSEEnabled": True}
    assert TABLES[table]["BillingMode"] == "PAY_PER_REQUEST"


def test_the_tables_that_hold_the_paper_can_be_restored() -> None:
    for table in ("NewsTable", "PrivateTable"):
        assert TABLES[table]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_the_papers_table_tells_what_changed_and_the_private_one_tells_nobody() -> None:
    told = {name: table.get("StreamSpecification") for name, table in TABLES.items()}
    assert told == {
        "NewsTable": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
        "PrivateTable": None,
        "CounterTable": None,
    }


def test_the_secret_is_made_by_the_cloud_and_stands_nowhere_in_the_template() -> None:
    secret = RESOURCES["LinkSecret"]["Properties"]
    assert secret["GenerateSecretString"]["PasswordLength"] == 64
    assert "SecretString" not in secret


def test_nothing_that_holds_the_paper_is_deleted_with_the_stack() -> None:
    for name in ("UploadBucket", "SiteBucket", "NewsTable", "PrivateTable", "LinkSecret"):
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
    assert behaviour.get("AllowedMethods", ["GET", "HEAD"]) == ["GET", "HEAD"]
    (missing,) = distribution["CustomErrorResponses"]
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
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == 100
    assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] == 200
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
    assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "SiteHeaders"}
    handed_on = template.api_request_headers(TEMPLATE)
    told = {"cloudfront-viewer-address", "content-type", "accept", "idempotency-key", "origin", "sec-fetch-site"}
    assert told == handed_on
    assert RESOURCES["ApiRequest"]["Properties"]["OriginRequestPolicyConfig"]["QueryStringsConfig"] == {
        "QueryStringBehavior": "all"
    }


def test_an_answer_of_the_api_that_nothing_is_there_keeps_its_text_behind_cloudfront() -> None:
    """CloudFront replaces each 404 by the site's page, so none may reach it as one from the API."""
    distribution = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
    replaced = {each["ErrorCode"] for each in distribution["CustomErrorResponses"]}
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


def test_the_laptop_is_told_from_aws_by_its_address_alone() -> None:
    assert TEMPLATE["Conditions"]["OnAws"] == {"Fn::Equals": [{"Ref": "LocalSiteUrl"}, ""]}
    assert TEMPLATE["Parameters"]["LocalSiteUrl"]["Default"] == ""
