"""Botocore's models of AWS services, reduced to the operations that our functions call.

A client spends most of its start reading its service's model: 57 operations of DynamoDB, 104 of S3, each with its
shapes and all its documentation. A zip contains a smaller model instead, and the few other files that clients
read. All of it comes from the botocore version in uv.lock, so it is the same on every machine.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore import xform_name
from botocore.loaders import Loader

from adapters.clients import OPERATIONS
from infra import JsonObject

_COMMON_FILES = ("_retry", "partitions", "sdk-default-configuration")


@cache
def models() -> tuple[tuple[str, bytes], ...]:
    """Return the files for a botocore loader, by their paths in its folder."""
    loader = Loader()
    files = {f"{name}.json": loader.load_data(name) for name in _COMMON_FILES}
    files["endpoints.json"] = _endpoints(loader.load_data("endpoints"), set(OPERATIONS))
    for service, operations in OPERATIONS.items():
        version = loader.determine_latest_version(service, "service-2")
        folder = f"{service}/{version}"
        files[f"{folder}/service-2.json"] = trimmed(loader.load_service_model(service, "service-2"), operations)
        files[f"{folder}/endpoint-rule-set-1.json"] = loader.load_service_model(service, "endpoint-rule-set-1")
    return tuple((name, json.dumps(files[name], separators=(",", ":")).encode()) for name in sorted(files))


def trimmed(model: JsonObject, operations: set[str]) -> JsonObject:
    """Return a service's model with these operations, the shapes they need, and empty documentation."""
    kept = {name: operation for name, operation in model["operations"].items() if xform_name(name) in operations}
    shapes: JsonObject = {}
    left = [name for operation in kept.values() for name in _shapes_of(operation)]
    while left:
        name = left.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            left += _shapes_of(shapes[name])
    clear: JsonObject = _undocumented({**model, "operations": kept, "shapes": shapes})
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


def _endpoints(endpoints: JsonObject, services: set[str]) -> JsonObject:
    """Return every partition and region, with the data of only these services."""
    names = {"sesv2": "email"}
    wanted = {names.get(service, service) for service in services}
    partitions = [
        {**partition, "services": {name: value for name, value in partition["services"].items() if name in wanted}}
        for partition in endpoints["partitions"]
    ]
    return {**endpoints, "partitions": partitions}
