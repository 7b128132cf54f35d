"""AWS clients, built on first use and kept while the function is warm."""

import os
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient

# Standard mode retries throttles and lost connections a bounded number of times; what still fails
# is the queue's to try again.
_CONFIG = Config(retries={"mode": "standard", "max_attempts": 4}, connect_timeout=3, read_timeout=10)

Client = TypeVar("Client")


@cache
def calls() -> Counter[str]:
    """How often this process has called AWS, by operation."""
    return Counter()


def _counted(client: Client) -> Client:
    def count(model: Any, **_: Any) -> None:
        calls()[model.name] += 1

    client.meta.events.register("before-call", count)  # type: ignore[attr-defined]
    return client


@cache
def dynamodb() -> "DynamoDBClient":
    return _counted(boto3.client("dynamodb", config=_CONFIG))


@cache
def s3() -> "S3Client":
    return _counted(boto3.client("s3", config=_CONFIG))


@cache
def sqs() -> "SQSClient":
    return _counted(boto3.client("sqs", config=_CONFIG))


@cache
def secretsmanager() -> "SecretsManagerClient":
    return _counted(boto3.client("secretsmanager", config=_CONFIG))


@cache
def sesv2() -> "SESV2Client":
    return _counted(boto3.client("sesv2", config=_CONFIG))


def setting(name: str) -> str:
    """One of the function's environment variables, as the template sets them."""
    return os.environ[name]
