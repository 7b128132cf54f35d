"""AWS clients, built on first use and kept while the function is warm."""

import os
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import get_session

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient

# Standard mode retries throttles and lost connections a bounded number of times. After that the queue retries.
# The user agent is set here because botocore computes its own again for every call. Parameters are not validated
# here because the service validates them. Together the two settings save a sixth of the cost of a call.
_CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 4},
    connect_timeout=3,
    read_timeout=10,
    user_agent="Broadsheet",
    parameter_validation=False,
)
_MODELS = Path(__file__).parent / "models"
"""The service models for botocore in a function's zip. They hold OPERATIONS and no others."""

OPERATIONS = {
    "dynamodb": {
        "batch_get_item",
        "batch_write_item",
        "delete_item",
        "get_item",
        "put_item",
        "query",
        "scan",
        "transact_write_items",
        "update_item",
    },
    "s3": {"get_object", "head_object", "list_objects_v2", "put_object"},
    "sesv2": {"send_email"},
    "sns": {"publish"},
    "sqs": {"get_queue_attributes", "send_message_batch"},
}
"""The operations that the adapters call, by service. A call of another one fails in a function, because its model is
not in the zip; a test compares them with the code."""

_OPAQUE: Any = {"type": "structure", "members": {}, "document": True}
"""A shape that botocore passes through without any conversion."""


class _TrimmedLoader(Loader):
    """Botocore's service models, except for the values in DynamoDB's rows. Botocore would convert those one by one,
    which costs more than the call. Here they pass through unchanged, so bytes are in base64."""

    def load_service_model(self, *args: Any, **kwargs: Any) -> Any:
        model = super().load_service_model(*args, **kwargs)
        if "AttributeValue" not in model.get("shapes", {}):
            return model
        return {**model, "shapes": {**model["shapes"], "AttributeMap": _OPAQUE, "AttributeValue": _OPAQUE}}


@cache
def _session() -> boto3.Session:
    session = get_session()
    loader = (
        _TrimmedLoader([str(_MODELS)], include_default_search_paths=False) if _MODELS.is_dir() else _TrimmedLoader()
    )
    session.register_component("data_loader", loader)
    return boto3.Session(botocore_session=session)


def make(service: Any) -> Any:
    """Return a new client of a service."""
    return _session().client(service, config=_CONFIG)


@cache
def calls() -> Counter[str]:
    """Return the number of calls to AWS that this process has made, by operation."""
    return Counter()


def _counted(service: str) -> Any:
    def count(model: Any, **_: Any) -> None:
        calls()[model.name] += 1

    client = make(service)
    client.meta.events.register("before-call", count)
    return client


@cache
def dynamodb() -> "DynamoDBClient":
    client: DynamoDBClient = _counted("dynamodb")
    return client


@cache
def s3() -> "S3Client":
    client: S3Client = _counted("s3")
    return client


@cache
def sqs() -> "SQSClient":
    client: SQSClient = _counted("sqs")
    return client


@cache
def sesv2() -> "SESV2Client":
    client: SESV2Client = _counted("sesv2")
    return client


@cache
def sns() -> Any:
    return _counted("sns")


def setting(name: str, default: str | None = None) -> str:
    """Return an environment variable that the template sets. Without a default, the variable must exist."""
    return os.environ[name] if default is None else os.environ.get(name, default)
