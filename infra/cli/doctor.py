"""`broadsheet doctor`: find what prevents a newsroom from working in this account, or on this machine.

diagnoses.py judges each answer. Nothing is changed.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError

from adapters import clock
from adapters.secrets import missing
from adapters.table import Table
from infra import JsonObject, pack
from infra.cli import CannotDo, cloud, diagnoses, status_report
from infra.cli.cloud import Cloud
from infra.cli.diagnoses import DEPLOY, OF_CLOUDFRONT, Finding, right, wrong
from infra.cli.terminal import LOCAL, AsJson, Stack, State, out, print_json, printable, say
from newsroom.table_keys import SITE_KEY

Answer = TypeVar("Answer")


def checked(check: str, read: Callable[[], Answer], judge: Callable[[Answer], Finding]) -> Finding:
    """Read and judge. A failed read is a finding as well."""
    try:
        return judge(read())
    except CannotDo as problem:
        return wrong(check, str(problem), "see above")
    except (BotoCoreError, ClientError) as problem:
        return wrong(check, cloud.explain(problem), "ask for the permission to read it, or sign in again")


def on_aws(name: str) -> Iterator[Finding]:
    """Yield every check of a stack, in an order in which each depends on the ones before."""
    region: str | None = boto3.session.Session().region_name
    yield diagnoses.of_region(region)
    if region is None:
        return
    identity = checked("credentials", lambda: boto3.client("sts").get_caller_identity(), diagnoses.of_credentials)
    yield identity
    stack: JsonObject = {}
    yield checked("stack", lambda: _stack(name, stack), lambda seen: diagnoses.of_stack(name, seen))
    if not stack.get("Outputs"):
        return
    parameters = {given["ParameterKey"]: given["ParameterValue"] for given in stack.get("Parameters", [])}
    yield checked(
        "concurrency",
        lambda: boto3.client("lambda").get_account_settings(),
        lambda limits: diagnoses.of_concurrency(limits, parameters),
    )
    ses = boto3.client("sesv2")
    yield checked("mail", ses.get_account, lambda account: diagnoses.of_mail(account, parameters))
    if sender := parameters.get("SenderEmail", ""):
        yield checked("sender", lambda: _identities(ses, sender), lambda known: diagnoses.of_sender(sender, known))
    if domain := parameters.get("SiteDomain", ""):
        arn = parameters.get("CertificateArn", "")
        yield checked(
            "certificate", lambda: _certificate(arn), lambda seen: diagnoses.of_certificate(domain, arn, seen)
        )
    yield checked("alarms", lambda: _subscriptions(name), diagnoses.of_alarms)
    yield checked("stream", lambda: _ages(name), diagnoses.of_stream)
    yield checked("zips", lambda: _running(name), lambda running: diagnoses.of_zips(running, _built()))
    try:
        newsroom = cloud.on_aws(name)
    except CannotDo as problem:
        yield wrong("newsroom", str(problem), DEPLOY)
        return
    yield checked("protection", lambda: _protected(newsroom), diagnoses.of_protection)
    yield from of_newsroom(newsroom)


def of_newsroom(newsroom: Cloud) -> Iterator[Finding]:
    """Yield every check of a running newsroom, on AWS or on this machine."""
    yield checked("secret", lambda: missing(newsroom.link_secret), diagnoses.of_secret)
    yield checked("dead letters", lambda: _parked(newsroom), diagnoses.of_dead_letters)
    yield checked("settings", lambda: Table(newsroom.news_table).get(SITE_KEY) is not None, diagnoses.of_settings)
    status = status_report.front_page(newsroom.site_url)
    yield checked(
        "home page",
        lambda: _has_home_page(newsroom.site_bucket),
        lambda is_rendered: diagnoses.of_home(newsroom.site_url, status, is_rendered),
    )


def on_this_machine(state: Path) -> Iterator[Finding]:
    """Yield the checks that apply to the local newsroom."""
    try:
        newsroom = cloud.on_this_machine(state)
    except CannotDo as problem:
        yield wrong("newsroom", str(problem), "make run")
        return
    yield right("newsroom", f"runs at {newsroom.site_url}")
    yield from of_newsroom(newsroom)


def _stack(name: str, seen: JsonObject) -> Mapping[str, Any] | None:
    try:
        seen.update(boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0])
    except ClientError as problem:
        if problem.response["Error"]["Code"] != "ValidationError":
            raise
        return None
    return seen


def _resource(stack: str, logical_id: str) -> str:
    answer = boto3.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
    return str(answer["StackResourceDetail"]["PhysicalResourceId"])


def _identities(ses: Any, sender: str) -> dict[str, Mapping[str, Any]]:
    known = {}
    for name in (sender, sender.rpartition("@")[2]):
        try:
            known[name] = ses.get_email_identity(EmailIdentity=name)
        except ClientError as problem:
            if problem.response["Error"]["Code"] != "NotFoundException":
                raise
    return known


def _certificate(arn: str) -> Mapping[str, Any] | None:
    if not arn or arn.split(":")[3] != OF_CLOUDFRONT:
        return None
    acm: Any = boto3.client("acm", region_name=OF_CLOUDFRONT)
    certificate: Mapping[str, Any] = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    return certificate


def _subscriptions(stack: str) -> list[Mapping[str, Any]]:
    sns: Any = boto3.client("sns")
    topic = _resource(stack, "AlarmTopic")
    subscriptions: list[Mapping[str, Any]] = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    return subscriptions


def _ages(stack: str) -> list[float]:
    now = clock.now()
    statistics = boto3.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="IteratorAge",
        Dimensions=[{"Name": "FunctionName", "Value": _resource(stack, "PlanPages")}],
        StartTime=now - timedelta(minutes=15),
        EndTime=now,
        Period=60,
        Statistics=["Maximum"],
    )
    return [point["Maximum"] for point in statistics["Datapoints"]]


def _running(stack: str) -> dict[str, str]:
    functions = boto3.client("lambda")
    digests = {}
    for verb in pack.verbs():
        name = _resource(stack, "".join(part.capitalize() for part in verb.split("_")))
        digests[verb] = functions.get_function_configuration(FunctionName=name)["CodeSha256"]
    return digests


def _built() -> dict[str, str]:
    zips = {path.stem: path.read_bytes() for path in pack.BUILD.glob("*.zip")}
    return {
        verb: base64.b64encode(hashlib.sha256(zips[verb]).digest()).decode() for verb in pack.verbs() if verb in zips
    }


def _protected(newsroom: Cloud) -> dict[str, bool]:
    dynamodb = boto3.client("dynamodb")
    tables = {"NewsTable": newsroom.news_table, "PrivateTable": newsroom.private_table}
    return {
        name: bool(dynamodb.describe_table(TableName=table)["Table"].get("DeletionProtectionEnabled"))
        for name, table in tables.items()
        if table
    }


def _parked(newsroom: Cloud) -> dict[str, int]:
    held = {name: status_report.held(name, url) for name, url in newsroom.dead_letters.items()}
    return {name: queue["waiting"] + queue["in_flight"] for name, queue in held.items()}


def _has_home_page(bucket: str) -> bool:
    try:
        boto3.client("s3").head_object(Bucket=bucket, Key="index.html")
    except ClientError as problem:
        if problem.response["Error"]["Code"] not in {"404", "NoSuchKey", "NotFound"}:
            raise
        return False
    return True


# ── The command ──


def doctor(state: State = LOCAL, stack: Stack = None, as_json: AsJson = False) -> None:
    """Check all that a newsroom needs, and show the next steps. Change nothing; exit with 1 if any check fails."""
    findings = []
    for finding in _on_stack(stack) if stack else on_this_machine(state):
        findings.append(finding)
        if not as_json:
            print_finding(finding)
    if as_json:
        print_json(findings)
    failed = sum(not finding["ok"] for finding in findings)
    say(f"{len(findings)} checks, {failed} to see to" if failed else f"{len(findings)} checks, all right")
    if failed:
        raise typer.Exit(1)


def _on_stack(stack: str) -> Iterator[Finding]:
    """Yield every check of a stack, with the stack's name in every command to run next."""
    for finding in on_aws(stack):
        next_step = finding["next"]
        yield {**finding, "next": next_step and next_step.replace("broadsheet ", f"broadsheet --stack {stack} ")}


def print_finding(finding: Finding) -> None:
    """Print a check, and the next step if it failed."""
    out(f"{'right' if finding['ok'] else 'WRONG'}  {finding['check']}: {printable(finding['message'])}")
    if finding["next"]:
        out(f"       next: {printable(finding['next'])}")
