"""The cloud in memory, served over HTTP by a process of its own, so that measurements count none of its time.

    python -m tests.served_memory [--articles 10000 --as written|listed] [--pages FILE]

Prints its address once it is ready and the paper's past is in it, and ends when its standard input does. It speaks
as much of the services' protocols as the newsroom's clients do, and answers with the store the simulation runs on.
Beside the services' own operations it has `Store.Stream` and `Store.Take`, with which whoever drives the newsroom
hands on what the cloud would.
"""

import argparse
import asyncio
import json
import re
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from botocore import xform_name

from infra.bench import corpus
from tests import paper
from tests.memory import Memory, Refusal

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_META = "x-amz-meta-"
_SERVICES = {"DynamoDB_20120810": "dynamodb", "AmazonSQS": "sqs"}
Reply = tuple[int, dict[str, str], bytes]


class Connection(asyncio.Protocol):
    """One client's connection: whole requests in, answers out, in their order."""

    def __init__(self, answer: Callable[[str, str, dict[str, str], bytes], Reply]) -> None:
        self._answer, self._read = answer, b""
        self._transport: asyncio.Transport | None = None
        self._continued = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        assert self._transport
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = self._read[:end]
            length = int(found[1]) if (found := _LENGTH.search(head)) else 0
            if len(self._read) < end + 4 + length:
                if b"100-continue" in head and not self._continued:
                    self._continued = True
                    self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            body, self._read = self._read[end + 4 : end + 4 + length], self._read[end + 4 + length :]
            self._continued = False
            first, *lines = head.decode("latin-1").split("\r\n")
            method, target, _ = first.split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            status, said, text = self._answer(method, target, headers, body)
            told = {"content-length": str(len(text)), **said}
            head_lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
            self._transport.write(f"HTTP/1.1 {status} .\r\n{head_lines}\r\n".encode("latin-1") + text)


class Front:
    """What stands between the net and the store."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.calls: Counter[str] = Counter()
        self.objects = self.bytes = 0

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply:
        called = headers.get("x-amz-target")
        try:
            return self._rpc(called, body) if called else self._s3(method, target, headers, body)
        except Refusal as no:
            told = no.answer["Error"]
            if called:
                more = {name: value for name, value in no.answer.items() if name != "Error"}
                said = {"__type": f"x#{told['Code']}", "message": told["Message"], **more}
                return no.status, {"content-type": "application/x-amz-json-1.0"}, json.dumps(said).encode()
            text = f"<Error><Code>{told['Code']}</Code><Message>{escape(told['Message'])}</Message></Error>".encode()
            status = 412 if told["Code"] == "PreconditionFailed" else no.status
            if method == "HEAD":
                return status, {"content-type": "application/xml"}, b""
            return status, {"content-type": "application/xml"}, text

    def _rpc(self, called: str, body: bytes) -> Reply:
        service, _, operation = called.partition(".")
        asked = json.loads(body)
        asked.pop("ClientRequestToken", None)  # botocore gives every transaction one
        if service == "Store":
            said = getattr(self, f"_{operation.lower()}")(**asked)
        else:
            self.calls[operation] += 1
            said = getattr(self.memory.services[_SERVICES[service]], xform_name(operation))(**asked) or {}
        text = json.dumps(said).encode()
        return 200, {"content-type": "application/x-amz-json-1.0"}, text

    def _stream(self, after: int) -> Any:
        """What the table's stream has to tell beyond its first `after` records."""
        return self.memory.stream(after)

    def _told(self) -> Any:
        """What was asked since this was last asked: calls by operation, objects written and their bytes."""
        told = {"calls": dict(self.calls), "objects": self.objects, "bytes": self.bytes}
        self.calls, self.objects, self.bytes = Counter(), 0, 0
        return told

    def _empty(self, bucket: str) -> Any:
        """Forget every object of a bucket."""
        self.memory.buckets.named[bucket].clear()
        return {}

    def _take(self, queue: str, most: int) -> Any:
        """Bodies of waiting messages, taken out of their queue."""
        waiting = self.memory.queues.waiting[queue]
        return [waiting.pop(id) for id in list(waiting)[:most]]

    def _s3(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply:
        address = urlsplit(target)
        bucket, _, key = unquote(address.path).removeprefix("/").partition("/")
        s3 = self.memory.buckets
        if method == "PUT":
            shown = {
                "ContentType": headers.get("content-type", ""),
                "CacheControl": headers.get("cache-control", ""),
                "Metadata": {name.removeprefix(_META): headers[name] for name in headers if name.startswith(_META)},
            }
            told = s3.put_object(bucket, key, body, headers.get("if-match"), headers.get("if-none-match"), **shown)
            self.calls["PutObject"] += 1
            self.objects, self.bytes = self.objects + 1, self.bytes + len(body)
            return 200, {"etag": told["ETag"]}, b""
        if method == "DELETE":
            s3.delete_object(bucket, key)
            return 204, {}, b""
        if not key:
            return self._list(bucket, {name: values[0] for name, values in parse_qs(address.query).items()})
        self.calls["HeadObject" if method == "HEAD" else "GetObject"] += 1
        stored = s3.get_object(bucket, key)
        said = {
            "etag": stored["ETag"],
            "last-modified": stored["LastModified"].strftime("%a, %d %b %Y %H:%M:%S GMT"),
            "content-type": stored["ContentType"],
            "cache-control": stored["CacheControl"],
            **{_META + name: value for name, value in stored["Metadata"].items()},
        }
        if method == "HEAD":
            return 200, {**said, "content-length": str(stored["ContentLength"])}, b""
        return 200, said, stored["Body"].read()

    def _list(self, bucket: str, asked: dict[str, str]) -> Reply:
        self.calls["ListObjectsV2"] += 1
        after = asked.get("continuation-token") or asked.get("start-after", "")
        limit = int(asked.get("max-keys", 1000))
        answer = self.memory.buckets.list_objects_v2(bucket, asked.get("prefix", ""), limit, "", after)
        objects = self.memory.buckets.named[bucket]
        items = "".join(
            f"<Contents><Key>{escape(item['Key'])}</Key><ETag>{escape(item['ETag'])}</ETag>"
            f"<Size>{objects[item['Key']]['ContentLength']}</Size>"
            f"<LastModified>{objects[item['Key']]['LastModified']:%Y-%m-%dT%H:%M:%S.000Z}</LastModified></Contents>"
            for item in answer["Contents"]
        )
        more = str(answer["IsTruncated"]).lower()
        next_token = answer.get("NextContinuationToken")
        token = f"<NextContinuationToken>{escape(next_token)}</NextContinuationToken>" if next_token else ""
        text = (
            f"<ListBucketResult><Name>{bucket}</Name><KeyCount>{len(answer['Contents'])}</KeyCount>"
            f"<MaxKeys>{limit}</MaxKeys><IsTruncated>{more}</IsTruncated>{token}{items}</ListBucketResult>"
        )
        return 200, {"content-type": "application/xml"}, text.encode()


async def serve(memory: Memory) -> None:
    """Answer until standard input ends."""
    loop = asyncio.get_running_loop()
    front = Front(memory)
    server = await loop.create_server(lambda: Connection(front.answer), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    sys.stdout.write(f"http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.served_memory")
    options.add_argument("--articles", type=int, default=0)
    options.add_argument("--as", dest="shape", choices=["written", "listed"], default="written")
    chosen = options.parse_args()
    memory = Memory()
    paper.furnish(*(memory.client(name) for name in ("dynamodb", "s3", "sqs", "sesv2")))
    rows = corpus.rows if chosen.shape == "written" else corpus.listings
    memory.remember(rows(chosen.articles))
    asyncio.run(serve(memory))


if __name__ == "__main__":
    main()
