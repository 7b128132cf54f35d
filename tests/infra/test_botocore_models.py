"""The service models in a zip hold the operations that the adapters call."""

import ast
from pathlib import Path

from adapters.clients import OPERATIONS

ADAPTERS = Path(__file__).resolve().parents[2] / "functions" / "adapters"


def calls_in(tree: ast.AST) -> set[tuple[str, str]]:
    """Find each `service().operation(...)`, where `service` is a client."""
    calls = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id=service)), attr=operation)):
                calls.add((service, operation))
    return {(service, operation) for service, operation in calls if service in OPERATIONS}


def test_the_declared_operations_are_those_that_the_adapters_call() -> None:
    calls = set()
    for module in ADAPTERS.glob("*.py"):
        calls |= calls_in(ast.parse(module.read_text(encoding="utf-8")))

    assert calls == {(service, operation) for service, operations in OPERATIONS.items() for operation in operations}


def test_a_call_of_another_operation_would_be_noticed() -> None:
    assert calls_in(ast.parse("keys = s3().delete_object(Bucket=name, Key=key)")) == {("s3", "delete_object")}
