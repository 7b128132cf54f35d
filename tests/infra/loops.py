"""Which functions can wake themselves, worked out from the template.

Lambda counts how often a function is woken by what itself began, over S3, SQS, SNS and direct calls, and stops the
chain at the sixteenth time. It does not look through DynamoDB, so neither does this.
"""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

Resources = Mapping[str, Mapping[str, Any]]

_SENDING = ("sqs:SendMessage", "sns:Publish", "s3:PutObject", "s3:DeleteObject", "lambda:InvokeFunction")
_SOURCES = {"SQS": "Queue", "SNS": "Topic", "S3": "Bucket"}


def circles(resources: Resources) -> set[str]:
    """The functions that what they send can wake again, directly or through others."""
    wakes: dict[str, set[str]] = {}
    for source, target in _edges(resources):
        wakes.setdefault(source, set()).add(target)

    def reached(start: str) -> set[str]:
        found: set[str] = set()
        left = [start]
        while left:
            new = wakes.get(left.pop(), set()) - found
            found |= new
            left += new
        return found

    return {name for name in _functions(resources) if name in reached(name)}


def _functions(resources: Resources) -> dict[str, Mapping[str, Any]]:
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == "AWS::Serverless::Function"}


def _edges(resources: Resources) -> Iterator[tuple[str, str]]:
    """Who hands on to whom: a function to what its role may send to, a queue or a topic to what it wakes."""
    for name, function in _functions(resources).items():
        for event in function.get("Events", {}).values():
            if event["Type"] in _SOURCES:
                yield _names(event["Properties"][_SOURCES[event["Type"]]])[0], name
        for target, path in _sent_to(resources[_names(function["Role"])[0]]["Properties"]):
            if resources[target]["Type"] == "AWS::S3::Bucket":
                told = resources[target]["Properties"].get("NotificationConfiguration", {})
                yield from ((name, listener) for listener in _told_of(path, told))
            else:
                yield name, target
    for name, resource in resources.items():
        if resource["Type"] == "AWS::SNS::Topic":
            for each in _named_in(resource["Properties"].get("Subscription", [])):
                yield name, each


def _sent_to(role: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a role may send to, and where in it."""
    for policy in role["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = _as_list(statement["Action"])
            if any(fnmatchcase(sending, action) for sending in _SENDING for action in actions):
                for resource in _as_list(statement["Resource"]):
                    path = resource.get("Fn::Sub", "").partition("/")[2] if isinstance(resource, dict) else ""
                    yield from ((name, path) for name in _names(resource))


def _told_of(path: str, notifications: Mapping[str, Any]) -> Iterator[str]:
    """Who is told of an object at a path, which may end in a star."""
    for each in (each for kind in notifications.values() for each in kind):
        rules = each.get("Filter", {}).get("S3Key", {}).get("Rules", [])
        prefixes = [rule["Value"] for rule in rules if rule["Name"].lower() == "prefix"] or [""]
        start = path.partition("*")[0]
        if any(start.startswith(prefix) or ("*" in path and prefix.startswith(start)) for prefix in prefixes):
            yield from (name for key in ("Queue", "Topic", "Function") for name in _names(each.get(key)))


def _names(value: Any) -> list[str]:
    """The resource that a reference means."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            return [name]
        case {"Fn::Sub": str(pattern)}:
            return re.findall(r"\$\{(\w+)\.?\w*\}", pattern)[:1]
    return []


def _named_in(value: Any) -> Iterator[str]:
    """Every resource that is referred to anywhere in a value."""
    yield from _names(value)
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in below:
        yield from _named_in(each)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
