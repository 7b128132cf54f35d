"""A newsroom as a newcomer runs it, `python -m infra.local`, and what editors and readers do with it."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from newsroom.comments.tokens import Secret

ROOT = Path(__file__).parent.parent
SOON = 30.0  # seconds; on a quiet machine a page follows its upload in well under one
MINISTACK = ROOT / ".cloud/bin/ministack"
FORM = "application/x-www-form-urlencoded"


class Running:
    """One run after another with the same content and the same state."""

    def __init__(self, folder: Path) -> None:
        self.content, self.state, self.log = folder / "content", folder / "state", folder / "log"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    @classmethod
    def found(cls, state: Path, port: int) -> Self:
        """The one that somebody else has started."""
        running = cls(state)
        running.state, running.port = state, port
        running.cloud = json.loads((state / "cloud.json").read_text())
        return running

    # ── As its owner ──
    def start(self) -> None:
        """Start it, and wait until it is live."""
        command = [sys.executable, "-m", "infra.local", "--content", self.content, "--state", self.state]
        started = self.log.read_text().count("Broadsheet is live") if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*command, "--port", str(self.port)], cwd=ROOT, stdout=log, stderr=log)
        eventually(lambda: self.log.read_text().count("Broadsheet is live") > started or self._has_ended(), 240)
        assert not self._has_ended(), self.log.read_text()
        self.cloud: dict[str, Any] = json.loads((self.state / "cloud.json").read_text())

    def _has_ended(self) -> bool:
        return self.process.poll() is not None

    def stop(self) -> int:
        """Stop it as Ctrl-C does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def client(self, service: str, *, validates: bool = True, **credentials: str) -> Any:
        """A boto3 client of its cloud, with the owner's rights unless others are given. validates: whether it looks
        first at what it is to ask."""
        config = Config(
            s3={"addressing_style": "path"},
            retries={"mode": "standard", "max_attempts": 4},
            parameter_validation=validates,
        )
        return boto3.client(  # type: ignore[call-overload]
            service, endpoint_url=self.cloud["endpoint"], region_name=self.cloud["region"], config=config,
            **(credentials or self.cloud["credentials"]),
        )  # fmt: skip

    def as_nobody(self, service: str) -> Any:
        """A client that signs nothing, as anybody has who finds the address."""
        return boto3.client(  # type: ignore[call-overload]
            service, endpoint_url=self.cloud["endpoint"], region_name=self.cloud["region"],
            config=Config(s3={"addressing_style": "path"}, signature_version=UNSIGNED),
        )  # fmt: skip

    def as_role(self, part: str, service: str) -> Any:
        """A client with the rights of the function's role whose name has this part, and no more."""
        return self.client(service, **self.session(part))

    def session(self, part: str, seconds: int = 3600) -> dict[str, str]:
        """Credentials for a session of the function's role whose name has this part. AWS gives none for less than
        a quarter of an hour; the local cloud does."""
        arns = [role["Arn"] for role in self.client("iam").list_roles()["Roles"] if part in role["RoleName"]]
        asked = {"RoleArn": arns[0], "RoleSessionName": "probe", "DurationSeconds": seconds}
        given = self.client("sts", validates=False).assume_role(**asked)["Credentials"]
        return {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }

    def wake(self, part: str, event: Mapping[str, Any]) -> None:
        """Invoke the function whose name has this part, as its schedule would before long."""
        functions = self.client("lambda").list_functions()["Functions"]
        (name,) = (each["FunctionName"] for each in functions if part in each["FunctionName"])
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        assert "FunctionError" not in answer, answer["Payload"].read()

    def secret(self, row: str) -> Secret:
        """What the newsroom seals links with: SECRET those of readers, EDITORS those of editors."""
        key = {"pk": {"S": row}, "sk": {"S": row}}
        found = self.client("dynamodb").get_item(TableName=self.cloud["tables"]["secret"], Key=key)["Item"]
        return Secret(found["own"]["S"], json.loads(found["signing"]["S"]))

    def objects(self, bucket: str) -> dict[str, bytes]:
        """Everything in a bucket."""
        s3, name = self.client("s3"), self.cloud["buckets"][bucket]
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=name)
        keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
        return {key: s3.get_object(Bucket=name, Key=key)["Body"].read() for key in keys}

    def mails(self) -> list[dict[str, Any]]:
        """What the newsroom mailed, oldest first."""
        address = urlsplit(self.cloud["mail"])
        connection = HTTPConnection(address.netloc, timeout=30)
        connection.request("GET", f"{address.path}?{address.query}")
        found = json.loads(connection.getresponse().read())["messages"]
        connection.close()
        return [mail for of_account in found.values() for mail in of_account]

    # ── As an editor ──
    def save(self, key: str, text: str | bytes) -> None:
        """Save a file in the content folder."""
        path = self.content / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def desk(self, *words: str) -> Any:
        """What the desk's command answers, as JSON."""
        command = [Path(sys.executable).with_name("broadsheet"), *words, "--state", self.state, "--json"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    # ── As a reader ──
    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, str]:
        """The answer at a path, and its text."""
        return self.ask(method, path, None, headers)

    def shows(self, path: str, words: str) -> bool:
        """Whether a page has these words."""
        return words in self.get(path)[1]

    def form(self, path: str, fields: Mapping[str, str], **headers: str) -> tuple[HTTPResponse, str]:
        """Send a form as a browser does."""
        sent = {"content-type": FORM, "accept": "text/html,application/xhtml+xml,*/*;q=0.8", **headers}
        return self.ask("POST", path, urlencode(fields).encode(), sent)

    def post(self, path: str, value: object, **headers: str) -> tuple[HTTPResponse, Any]:
        """Send JSON as a program does; the answer is JSON too."""
        body = json.dumps(value).encode()
        answer, text = self.ask("POST", path, body, {"content-type": "application/json", **headers})
        return answer, json.loads(text)

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[HTTPResponse, str]:
        """One request of any kind."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer, text


def eventually(holds: Callable[[], Any], seconds: float = SOON) -> Any:
    """Ask until the answer is true, and give it; fails after so many seconds."""
    give_up = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < give_up, f"still not so after {seconds:.0f} seconds"
        time.sleep(0.05)
    return found
