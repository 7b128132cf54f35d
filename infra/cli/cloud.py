"""The address of the newsroom: the local cloud that `make run` started, or a stack on AWS.

The command line uses the functions' own adapters, so it configures them as a function is configured: by
environment variables.
"""

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from infra.cli import CannotDo

CONNECT_TIMEOUT = 2.0  # seconds for a cloud on this machine to accept a connection
_NEEDED = ("UploadBucket", "SiteBucket", "NewsTable", "SiteUrl", "UploadQueue", "RenderQueue", "RebuildQueue")
_OF_ANOTHER_ACCOUNT = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN")
_ANY_CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
"""For an emulator that checks no credentials."""
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"}
_UNKNOWN_CREDENTIALS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
}


@dataclass(frozen=True, slots=True)
class Cloud:
    """A running newsroom. `queues` maps the names `upload`, `render`, `rebuild` and `comment` to URLs; `dead_letters`
    maps `upload`, `render`, `rebuild`, `comment`, `plan` and `clock`. A newsroom deployed before comments existed
    has no `private_table` and no `link_secret`. `distribution` is the id of its CloudFront distribution, empty if
    unknown."""

    site_url: str
    upload_bucket: str
    site_bucket: str
    news_table: str
    queues: Mapping[str, str]
    dead_letters: Mapping[str, str]
    private_table: str = ""
    link_secret: str = ""
    distribution: str = ""


def find(state: Path, stack: str | None) -> Cloud:
    """Find the stack of that name on AWS, or else the local cloud that keeps its data in `state`.

    Afterwards every client of this process uses that cloud.
    Raises CannotDo if there is none.
    """
    return on_aws(stack) if stack else on_this_machine(state)


def on_this_machine(state: Path) -> Cloud:
    path = state / "cloud.json"
    try:
        described = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CannotDo(
            f"no newsroom runs with its state in {state}: start one with 'make run', say where it is with --state, "
            "or name a stack on AWS with --stack"
        ) from None
    except (OSError, ValueError) as problem:
        raise CannotDo(f"{path} cannot be read ({problem}): start the newsroom again with 'make run'") from problem
    try:
        endpoint = described["endpoint"]
        queues = {**described["queues"]}
        cloud = Cloud(
            site_url=described["site_url"],
            upload_bucket=described["buckets"]["upload"],
            site_bucket=described["buckets"]["site"],
            news_table=described["tables"]["news"],
            queues={name: url for name, url in queues.items() if not name.endswith("_dlq")},
            dead_letters={name.removesuffix("_dlq"): url for name, url in queues.items() if name.endswith("_dlq")},
            private_table=described["tables"].get("private", ""),
            link_secret=described["tables"].get("secret", ""),
            distribution=described.get("distribution", ""),
        )
        region, credentials = described["region"], described.get("credentials", _ANY_CREDENTIALS)
    except (KeyError, TypeError) as problem:
        raise CannotDo(f"{path} lacks {problem}: start the newsroom again with 'make run'") from problem
    if endpoint:
        _check_connection(endpoint, state)
        for name in _OF_ANOTHER_ACCOUNT:
            os.environ.pop(name, None)
        os.environ.update(local_environment(endpoint, region, credentials))
    return cloud


def local_environment(endpoint: str, region: str, credentials: Mapping[str, str] = _ANY_CREDENTIALS) -> dict[str, str]:
    """Return the environment with which every client of a process uses the local cloud, as its owner. It
    overrides this machine's own AWS settings and proxies."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        "AWS_ACCESS_KEY_ID": credentials["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": credentials["aws_secret_access_key"],
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "*",
        "no_proxy": "*",
    }


def _check_connection(endpoint: str, state: Path) -> None:
    """Check that the cloud answers. A stopped cloud leaves its files behind, and clients would retry for long."""
    address = urlsplit(endpoint)
    try:
        socket.create_connection((address.hostname or "", address.port or 80), CONNECT_TIMEOUT).close()
    except OSError as problem:
        raise CannotDo(
            f"the newsroom of {state} is not running (nobody answers at {endpoint}): start it with 'make run', "
            "or name a stack on AWS with --stack"
        ) from problem


def on_aws(stack: str) -> Cloud:
    try:
        answer = boto3.client("cloudformation").describe_stacks(StackName=stack)
    except ClientError as problem:
        if problem.response["Error"]["Code"] == "ValidationError":
            region = boto3.session.Session().region_name
            raise CannotDo(
                f"there is no stack '{stack}' in {region}: see --stack, AWS_REGION and AWS_PROFILE"
            ) from problem
        raise
    outputs = {output["OutputKey"]: output["OutputValue"] for output in answer["Stacks"][0].get("Outputs", [])}
    if missing := [name for name in _NEEDED if name not in outputs]:
        raise CannotDo(
            f"the stack '{stack}' is no newsroom, or is being deployed: it has no {missing[0]} among its outputs"
        )
    return Cloud(
        site_url=outputs["SiteUrl"],
        upload_bucket=outputs["UploadBucket"],
        site_bucket=outputs["SiteBucket"],
        news_table=outputs["NewsTable"],
        queues=_ending_in("Queue", outputs),
        dead_letters=_ending_in("Dlq", outputs),
        private_table=outputs.get("PrivateTable", ""),
        link_secret=outputs.get("SecretTable", ""),
        distribution=outputs.get("DistributionId", ""),
    )


def _ending_in(ending: str, outputs: Mapping[str, str]) -> dict[str, str]:
    return {name.removesuffix(ending).lower(): value for name, value in outputs.items() if name.endswith(ending)}


def explain(problem: ClientError | BotoCoreError) -> str:
    """Return why a call to the cloud failed, in one line that says what to do."""
    if isinstance(problem, ClientError):
        error = problem.response["Error"]
        code, message = error.get("Code", "?"), " ".join(error.get("Message", "").split())
        if code in _DENIED:
            return f"{problem.operation_name} is not allowed with these credentials: {message or code}"
        if code in _UNKNOWN_CREDENTIALS:
            return f"AWS does not know these credentials ({code}): sign in again, or choose others with AWS_PROFILE"
        return f"{problem.operation_name} failed with {code}: {message}; try again, or see 'broadsheet status'"
    match problem:
        case NoRegionError():
            return "no AWS region is chosen: set AWS_REGION, or a region in the profile"
        case ProfileNotFound():
            return f"{problem}: see AWS_PROFILE and 'aws configure list-profiles'"
        case (
            NoCredentialsError()
            | PartialCredentialsError()
            | CredentialRetrievalError()
            | SSOError()
            | TokenRetrievalError()
        ):
            return f"there are no AWS credentials to use ({problem}): sign in, or choose others with AWS_PROFILE"
        case ConnectionError() | HTTPClientError():
            return f"the cloud does not answer ({problem}): is the newsroom still running, and the network there?"
    return f"{type(problem).__name__}: {problem}"
