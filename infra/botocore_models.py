"""Botocore's models of AWS services, reduced to the operations that our functions call.

A client spends most of its start reading its service's model: 57 operations of DynamoDB, 104 of S3, each with its
shapes and all its documentation. A zip contains a smaller model instead, and the few other files that clients
read. All of it comes from the botocore version in uv.lock, so it is the same on every machine.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from botocore import xform_name
from botocore.loaders import Loader

_ASKED = re.compile(r"\b(dynamodb|s3|sns|sqs|sesv2)\(\)\.([a-z_0-9]+)\(")
_BESIDE = ("_retry", "partitions", "sdk-default-configuration")


def asked_for(adapters: Path) -> dict[str, set[str]]:
    """Return the operations of each service that the adapters call, by their boto3 names."""
    asked: dict[str, set[str]] = {}
    for module in sorted(adapters.glob("*.py")):
        for service, operation in _ASKED.findall(module.read_text(encoding="utf-8")):
            asked.setdefault(service, set()).add(operation)
    return asked


@cache
def models(adapters: Path) -> tuple[tuple[str, bytes], ...]:
    """Return the files for a botocore loader, by their paths in its folder."""
    asked = asked_for(adapters)
    loader = Loader()
    files = {f"{name}.json": loader.load_data(name) for name in _BESIDE}
    files["endpoints.json"] = _endpoints(loader.load_data("endpoints"), set(asked))
    for service, operations in asked.items():
        version = loader.determine_latest_version(service, "service-2")
        place = f"{service}/{version}"
        files[f"{place}/service-2.json"] = trimmed(loader.load_service_model(service, "service-2"), operations)
        files[f"{place}/endpoint-rule-set-1.json"] = loader.load_service_model(service, "endpoint-rule-set-1")
    return tuple((name, json.dumps(files[name], separators=(",", ":")).encode()) for name in sorted(files))


def trimmed(model: dict[str, Any], operations: set[str]) -> dict[str, Any]:
    """Return a service's model with these operations, the shapes they need, and empty documentation."""
    kept = {name: operation for name, operation in model["operations"].items() if xform_name(name) in operations}
    shapes: dict[str, Any] = {}
    left = [name for operation in kept.values() for name in _shapes_of(operation)]
    while left:
        name = left.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            left += _shapes_of(shapes[name])
    clear: dict[str, Any] = _undocumented({**model, "operations": kept, "shapes": shapes})
    return clear


def _shapes_of(part: Any) -> Iterator[str]:
    """List every shape that an operation or a shape names."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "shape" and isinstance(value, str):
                yield value
            else:
                yield from _shapes_of(value)
    elif isinstance(part, list):
        for value in part:
            yield from _shapes_of(value)


def _undocumented(part: Any) -> Any:
    """Return the same without documentation. It becomes an empty text: botocore reads it in S3's PutObject."""
    if isinstance(part, dict):
        return {
            name: "" if name == "documentation" and isinstance(value, str) else _undocumented(value)
            for name, value in part.items()
        }
    return [_undocumented(value) for value in part] if isinstance(part, list) else part


def _endpoints(told: dict[str, Any], services: set[str]) -> dict[str, Any]:
    """Return every partition and region, with the data of only these services."""
    names = {"sesv2": "email"}
    wanted = {names.get(service, service) for service in services}
    partitions = [
        {**each, "services": {name: value for name, value in each["services"].items() if name in wanted}}
        for each in told["partitions"]
    ]
    return {**told, "partitions": partitions}
