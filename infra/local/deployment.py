"""Deploy infra/template.yaml to the local cloud with the zips that infra.pack built.

It makes the same calls as `sam deploy` on AWS: zips go to an artifacts bucket under their own hash, so a
function with the same code is left alone and keeps its warm workers. The template goes there too, because it is too
long for the body of a call.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra import JsonObject, template
from infra.local import CannotRun
from infra.local.cloud import LocalCloud
from infra.polling import poll_until

STACK = "broadsheet"
ARTIFACTS = f"{STACK}-artifacts"
TEMPLATE = "template.json"
TIMEOUT = 120.0  # seconds
GOOD = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
NOT_CREATED = frozenset({"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"})
"""States of a stack whose creation failed: it cannot be updated, and holds no data that could be lost."""


def deploy(cloud: LocalCloud, zips: Mapping[str, Path], parameters: Mapping[str, str]) -> dict[str, str]:
    """Create or update the stack; return its outputs.

    zips: the path of each function's zip. parameters: of the template.
    Raises CannotRun with the cloud's first reason if the deployment fails.
    """
    places = _place(cloud, zips)
    cloud.client("s3").put_object(
        Bucket=ARTIFACTS, Key=TEMPLATE, Body=json.dumps(template.with_code(template.load(), places)).encode()
    )
    cloudformation = cloud.client("cloudformation")
    call = {
        "StackName": STACK,
        "TemplateURL": f"{cloud.endpoint}/{ARTIFACTS}/{TEMPLATE}",
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    }
    stack = _stack(cloudformation)
    try:
        if stack and stack["StackStatus"] in NOT_CREATED:
            cloudformation.delete_stack(StackName=STACK)
            cloudformation.get_waiter("stack_delete_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})
            stack = None
        (cloudformation.update_stack if stack else cloudformation.create_stack)(**call)
    except ClientError as problem:
        reason = problem.response["Error"].get("Message", "")
        if "No updates" not in reason:
            raise CannotRun(f"the template cannot be deployed: {reason}") from problem
    return _finished(cloudformation)


def _place(cloud: LocalCloud, zips: Mapping[str, Path]) -> dict[str, str]:
    s3 = cloud.client("s3")
    if ARTIFACTS not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=ARTIFACTS)
    stored = {zipped["Key"] for zipped in s3.list_objects_v2(Bucket=ARTIFACTS).get("Contents", [])}
    places, needed = {}, set()
    for verb, path in zips.items():
        content = path.read_bytes()
        key = f"{verb}/{hashlib.sha256(content).hexdigest()}.zip"
        if key not in stored:
            s3.put_object(Bucket=ARTIFACTS, Key=key, Body=content)
        places[path.name] = f"s3://{ARTIFACTS}/{key}"
        needed.add(key)
    for outdated in stored - needed - {TEMPLATE}:
        s3.delete_object(Bucket=ARTIFACTS, Key=outdated)
    return places


def _stack(cloudformation: Any) -> JsonObject | None:
    try:
        stack: JsonObject = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    except ClientError:
        return None
    return stack


def _finished(cloudformation: Any) -> dict[str, str]:
    def is_finished() -> bool:
        stack = _stack(cloudformation)
        return stack is None or not stack["StackStatus"].endswith("IN_PROGRESS")

    if not poll_until(is_finished, TIMEOUT, every=0.1):
        raise CannotRun(f"the template is still not deployed after {TIMEOUT:.0f} seconds")
    stack = _stack(cloudformation)
    if stack is None or stack["StackStatus"] not in GOOD:
        raise CannotRun(f"the template was not deployed: {_first_failure(cloudformation)}")
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _first_failure(cloudformation: Any) -> str:
    for event in reversed(cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]):
        if "FAILED" in event["ResourceStatus"]:
            return f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', event['ResourceStatus'])}"
    return "no reason was given"
