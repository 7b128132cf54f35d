"""A whole paper in one process: the real handlers, woken as the cloud would wake them.

The template's own table and buckets are made, under moto, which is faithful, or in memory, which is
fast. S3 events, stream records and queue messages are handed on by `settle`, since neither runs
functions.
"""

import json
import logging
import os
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import urlencode

import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.dynamo_type import Item as MotoItem
from moto.ses.models import ses_backends

from adapters import clients, logs, obstore_objects, secrets
from adapters.objects import Bucket
from infra import template as deployed
from ingest_comment import handler as ingest_comment
from moderate_comment import handler as moderate_comment
from newsroom import urls
from newsroom.comments.moderation import EditorAction
from newsroom.messages import upload_message
from newsroom.rows import Doc, encode
from newsroom.table_keys import Key
from plan_pages import handler as plan_pages
from publish_article import handler as publish_article
from rebuild_site import handler as rebuild_site
from receive_comment import handler as receive_comment
from release_articles import handler as release_articles
from render_page import handler as render_page
from tests.faults import Faults
from tests.infra.grants import Wish, granted, statements_of
from tests.memory import Item, Memory
from tests.replaced import replace
from workflows import render_pages

ROOT = Path(__file__).parent.parent
REGION = "eu-west-1"
SITE_URL = "https://paper.example"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "POWERTOOLS_SERVICE_NAME": "newsroom",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "POWERTOOLS_METRICS_NAMESPACE": "Broadsheet",
    "NEWS_TABLE": "news",
    "UPLOAD_BUCKET": "upload",
    "SITE_BUCKET": "site",
    "SITE_URL": SITE_URL,
    "PRIVATE_TABLE": "private",
    "COUNTER_TABLE": "counters",
    "LINK_SECRET": "links",
    "EDITOR_EMAIL": "desk@paper.example",
    "SENDER_EMAIL": "paper@paper.example",
}
READERS_SECRET, EDITORS_SECRET = "s" * 64, "e" * 64
StoreName = Literal["moto", "memory", "bare memory"]
"""Where a paper is kept: under moto; in memory, asked through botocore; in memory, asked without it."""

TABLES = {"news": "NewsTable", "private": "PrivateTable", "counters": "CounterTable", "links": "SecretTable"}
BY_THE_CLOUD = {"ReceiveMessage", "DeleteMessage"}  # Lambda's own poller makes these calls, no code of ours
VERBS = (
    publish_article, plan_pages, render_page, rebuild_site, release_articles,
    receive_comment, ingest_comment, moderate_comment,
)  # fmt: skip


CLIENTS = (clients.dynamodb, clients.s3, clients.sqs, clients.sesv2)
WOKEN = {
    "UPLOAD_QUEUE": publish_article,
    "COMMENT_QUEUE": ingest_comment,
    "REBUILD_QUEUE": rebuild_site,
    "RENDER_QUEUE": render_page,
}
QUEUES = (*WOKEN, "UPLOAD_DLQ", "RENDER_DLQ", "REBUILD_DLQ", "COMMENT_DLQ")


class Store(Protocol):
    """What stands behind the clients, as the driver needs it beside their calls."""

    def answer(self, *clients: Any) -> None:
        """Take these clients' calls from now on."""

    def remember(self, items: Iterable[Item]) -> None:
        """Put items in the table that were always there: the stream does not tell of them."""

    def stream(self, after: int) -> list[dict[str, Any]]:
        """What the table's stream tells, beyond the first `after` records."""

    def mails(self) -> list[dict[str, Any]]:
        """Every mail taken so far: to, subject and text."""


def _as_handed_on(part: Any) -> Any:
    """A record of moto's as Lambda hands it on, with bytes in base64."""
    if isinstance(part, dict):
        return {name: _as_handed_on(value) for name, value in part.items()}
    return b64encode(part).decode() if isinstance(part, bytes) else part


class Moto:
    """Faithful, and slow with many rows: moto copies its whole table in every transaction."""

    def answer(self, *clients: Any) -> None:
        """It answers every client there is."""

    def remember(self, items: Iterable[Item]) -> None:
        for item in items:
            pk, sk = item["pk"], item["sk"]
            self._table.items[pk["S"]][sk["S"]] = MotoItem(DynamoType(pk), DynamoType(sk), item)

    def stream(self, after: int) -> list[dict[str, Any]]:
        # moto keeps the records; its stream's own API is not reached by the endpoint botocore asks.
        return [_as_handed_on(record.to_json()) for record in self._table.stream_shard.items[after:]]

    def mails(self) -> list[dict[str, Any]]:
        taken = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
        return [{"to": mail.destinations["ToAddresses"], "subject": mail.subject, "text": mail.body} for mail in taken]

    @property
    def _table(self) -> Any:
        return dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables["news"]


@dataclass
class Paper:
    """The sample of a newsroom that tests write to and read from."""

    store: Store
    now: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    calls: Counter[str] = field(default_factory=Counter)
    drawn: list[str] = field(default_factory=list)  # keys of the objects written to the site bucket
    deliveries: int = 1  # how often each message is delivered
    _mailed: int = 0
    written: list[str] = field(default_factory=list)  # bucket and key of every object written
    _told: int = 0  # records of the stream already handed on
    aws: Faults = field(default_factory=Faults)  # what AWS does to the calls
    settles: bool = True  # what follows from a request happens at once
    runs: Counter[str] = field(default_factory=Counter)  # of each function
    forbidden: list[str] = field(default_factory=list)  # what a function asked of a table that its role does not grant

    # ── As an editor ──
    def upload(self, key: str, text: str | bytes) -> None:
        """Put a file in the bucket and let everything that follows from it happen."""
        self.put(key, text)
        self.look_at(key)
        self.settle()

    def put(self, key: str, text: str | bytes) -> None:
        """Put a file in the bucket without telling anyone."""
        clients.s3().put_object(Bucket="upload", Key=key, Body=text.encode() if isinstance(text, str) else text)

    def delete(self, key: str) -> None:
        """Delete a file and let everything that follows from it happen."""
        clients.s3().delete_object(Bucket="upload", Key=key)
        self.look_at(key)
        self.settle()

    def look_at(self, *keys: str) -> dict[str, Any]:
        """What publish_article answers when it is told of these keys."""
        return self.wake(publish_article, upload_event(*keys))

    def receipt(self, key: str) -> dict[str, Any]:
        """An upload's receipt."""
        answer = clients.s3().get_object(Bucket="upload", Key=urls.receipt_path(key))
        return json.loads(answer["Body"].read())  # type: ignore[no-any-return]

    def tick(self, now: datetime) -> None:
        """Let the clock come to a moment, and everything due by then happen."""
        self.now = now
        self.wake(release_articles, {"why": "clock"})
        self.settle()

    def rebuild(self) -> None:
        """What happens every night."""
        self.wake(rebuild_site, {"why": "nightly"})
        self.settle()

    # ── As a reader ──
    def post(self, article: str, fields: dict[str, str], *, later: int = 60, **headers: str) -> dict[str, Any]:
        """What receive_comment answers to a form, sent some seconds after the last one."""
        self.now += timedelta(seconds=later)
        body = urlencode(fields)
        event = api_event("POST /api/articles/{id}/comments", f"/api/articles/{article}/comments", body, id=article)
        event["headers"] |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.wake(receive_comment, event)

    def comment(self, article: str, text: str, author: str = "Wim", **fields: str) -> str:
        """Post a comment and let it be taken in; its id."""
        email = fields.pop("email", f"{author.lower()}@reader.example")
        fields = {"author": author, "email": email, "comment": text, **fields}
        answer = self.post(article, fields)
        assert answer["statusCode"] == 303, answer
        self.settle()
        return answer["headers"]["location"].rpartition("/")[2].partition(".")[0]  # type: ignore[no-any-return]

    def ask(self, address: str, fields: dict[str, str] | None = None, **headers: str) -> dict[str, Any]:
        """What moderate_comment answers at one of its addresses: to a form if there are fields, else to a GET."""
        path, _, query = address.removeprefix(SITE_URL).partition("?")
        receipt = path.removeprefix("/api/comments/") if path.startswith("/api/comments/") else ""
        route = "/api/comments/{receipt}" if receipt else path
        method, body = ("GET", "") if fields is None else ("POST", urlencode(fields))
        event = api_event(f"{method} {route}", path, body, query, **({"receipt": receipt} if receipt else {}))
        event["headers"] |= {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.wake(moderate_comment, event)
        self.settle()
        return answer

    def ask_many(self, address: str, fields: list[tuple[str, str]]) -> dict[str, Any]:
        """What moderate_comment answers to a form in which fields may have one name."""
        path, _, query = address.removeprefix(SITE_URL).partition("?")
        answer = self.wake(moderate_comment, api_event(f"POST {path}", path, urlencode(fields), query))
        self.settle()
        return answer

    # ── As an editor of comments ──
    def moderate(self, verdict: EditorAction, *ids: str) -> None:
        """Decide about comments as the desk does."""
        for id in ids:
            outcome = moderate_comment.comment_threads().moderate(
                id, verdict, self.now.isoformat(timespec="milliseconds")
            )
            assert outcome.what == "done", outcome
        self.settle()

    def mails(self) -> list[dict[str, Any]]:
        """What was mailed since this was last asked, once the out-tray is emptied: to, subject and text."""
        self.wake(moderate_comment, {"why": "digest"})
        sent = self.store.mails()
        new, self._mailed = sent[self._mailed :], len(sent)
        return new

    # ── As a reader of pages ──
    def page(self, path: str) -> str | None:
        """The page at a path as it is stored; None where nothing is."""
        stored = self.stored(path)
        return stored and stored[0].decode()

    def stored(self, path: str) -> tuple[bytes, dict[str, str]] | None:
        """The bytes and the metadata at a path."""
        try:
            answer = clients.s3().get_object(Bucket="site", Key=urls.object_key(path))
        except clients.s3().exceptions.NoSuchKey:
            return None
        return answer["Body"].read(), answer["Metadata"]

    def is_gone(self, path: str) -> bool:
        """Whether a tombstone stands at a path."""
        stored = self.stored(path)
        return stored is not None and "tombstone" in stored[1]

    def leads_to(self, path: str) -> str | None:
        """Where a path redirects to."""
        stored = self.stored(path)
        return stored[1].get("location") if stored else None

    def site(self) -> dict[str, bytes]:
        """Every object of the site bucket."""
        paginator = clients.s3().get_paginator("list_objects_v2")
        keys = [item["Key"] for answer in paginator.paginate(Bucket="site") for item in answer.get("Contents", [])]
        return {key: clients.s3().get_object(Bucket="site", Key=key)["Body"].read() for key in keys}

    # ── As the past ──
    def remember(self, rows: Mapping[Key, Doc]) -> None:
        """Rows that were always there: straight into the store, since thousands of calls take minutes."""
        self.store.remember(
            {"pk": {"S": key.pk}, "sk": {"S": key.sk}, "doc": {"S": encode(doc)}} for key, doc in rows.items()
        )

    # ── As the cloud ──
    def wake(self, verb: Any, event: Any) -> Any:
        """What a function answers to an event."""
        self.runs[verb.__name__.partition(".")[0]] += 1
        return verb.handle(event, Context(verb.__name__.partition(".")[0]))

    def settle(self) -> None:
        """Hand on stream records and messages until nothing is under way."""
        if not self.settles:
            return
        for _ in range(200):
            records = self.stream_records()
            if records:
                self.wake(plan_pages, {"Records": records})
            delivered = [self._deliver(queue, verb) for queue, verb in WOKEN.items()]
            if not records and not any(delivered):
                return
        raise AssertionError("the newsroom does not come to rest")

    def stream_records(self) -> list[dict[str, Any]]:
        """What the table's stream has to tell since it was last asked."""
        records = self.store.stream(after=self._told)
        self._told += len(records)
        return records

    def _deliver(self, queue: str, verb: Any) -> int:
        delivered = 0
        url = os.environ[queue]
        while messages := clients.sqs().receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            records = [{"messageId": message["MessageId"], "body": message["Body"]} for message in messages]
            for _ in range(self.deliveries):
                answer = self.wake(verb, {"Records": records})
                assert answer == {"batchItemFailures": []}, answer
            for message in messages:
                clients.sqs().delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            delivered += len(messages)
        return delivered


@dataclass
class Context:
    """The context of an invocation, as Lambda gives it."""

    function_name: str
    milliseconds: int = 60_000
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:123456789012:function:newsroom"
    aws_request_id: str = "7f0c2a52-0d0d-4f0e-9c59-0d9e0a2a7b11"

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def upload_event(*keys: str) -> dict[str, Any]:
    """The event UploadQueue wakes publish_article with, one message a key."""
    bodies = [upload_message(key) for key in keys]
    return {"Records": [{"messageId": str(n), "body": json.dumps(body)} for n, body in enumerate(bodies)]}


def api_event(route: str, path: str, body: str = "", query: str = "", **parameters: str) -> dict[str, Any]:
    """The event the HTTP API wakes a function with: a form sent by a browser."""
    event: dict[str, Any] = deepcopy(_API_EVENT)
    method = route.partition(" ")[0]
    event |= {"routeKey": route, "rawPath": path, "rawQueryString": query, "pathParameters": parameters, "body": body}
    event["requestContext"]["http"] |= {"method": method, "path": path}
    return event


_API_EVENT = json.loads((ROOT / "events" / "receive_comment" / "form.json").read_text(encoding="utf-8"))


@contextmanager
def a_paper(monkeypatch: pytest.MonkeyPatch, store: StoreName = "moto") -> Iterator[Paper]:
    """A paper with nothing published yet."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with mock_aws() if store == "moto" else nullcontext():
        forget_clients()
        paper = Paper(Moto() if store == "moto" else Memory())
        if store == "bare memory":
            replace(monkeypatch, "clients", paper.store.client)
        else:
            all_clients = [client() for client in CLIENTS]
            for client in all_clients:
                client.meta.events.register("before-call", paper_counts(paper))
                client.meta.events.register("provide-client-params.dynamodb", paper_asks_roles(paper))
                paper.aws.attend(client)
            paper.store.answer(*all_clients)
        replace_surroundings(monkeypatch, lambda: paper.now)
        for queue, url in furnish(*(client() for client in CLIENTS)).items():
            monkeypatch.setenv(queue, url)
        paper.calls.clear()
        yield paper
        assert paper.forbidden == []
        assert [fault.operations for fault in paper.aws.active if not fault.asked] == [], "faults that no call met"
        forget_clients()


def replace_surroundings(monkeypatch: pytest.MonkeyPatch, now: Callable[[], Any]) -> None:
    """Give the functions a clock, and one client for all they ask of S3."""
    replace(monkeypatch, "render_page's bucket", Bucket)
    replace(monkeypatch, "rebuild_site's bucket", Bucket)
    replace(monkeypatch, "time", now)


def furnish(dynamodb: Any, s3: Any, sqs: Any, sesv2: Any) -> dict[str, str]:
    """Make the template's tables, buckets and queues, empty; the queues' addresses by their settings' names."""
    template = _deployed_resources()
    table = template["NewsTable"]["Properties"]
    keys = {name: table[name] for name in ("AttributeDefinitions", "KeySchema", "BillingMode")}
    stream = {"StreamEnabled": True, **table["StreamSpecification"]}
    dynamodb.create_table(TableName="news", **keys, StreamSpecification=stream)
    dynamodb.create_table(TableName="private", **keys)
    dynamodb.create_table(
        TableName="counters",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    for bucket in ("upload", "site"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(
        Bucket="upload", VersioningConfiguration=template["UploadBucket"]["Properties"]["VersioningConfiguration"]
    )
    dynamodb.create_table(TableName="links", **keys)
    for row, secret in (("SECRET", READERS_SECRET), ("EDITORS", EDITORS_SECRET)):
        item = {"pk": row, "sk": row, "own": secret, "signing": json.dumps([secret])}
        dynamodb.put_item(TableName="links", Item={name: {"S": text} for name, text in item.items()})
    sesv2.create_email_identity(EmailIdentity="paper@paper.example")
    made = {queue: sqs.create_queue(QueueName=queue, Attributes={"VisibilityTimeout": "0"}) for queue in QUEUES}
    return {queue: answer["QueueUrl"] for queue, answer in made.items()}


def paper_counts(paper: Paper) -> Any:
    """Counts every AWS call but those the cloud makes, and notes every object written."""

    def count(model: Any, params: Any, **_: Any) -> None:
        if model.name in BY_THE_CLOUD:
            return
        paper.calls[f"{model.service_model.service_name}.{model.name}"] += 1
        if model.name == "PutObject":
            asked = params["context"]["input_params"]
            paper.written.append(f"{asked['Bucket']}/{asked['Key']}")
            if asked["Bucket"] == "site":
                paper.drawn.append(asked["Key"])

    return count


def paper_asks_roles(paper: Paper) -> Any:
    """Notes what a function asks of a table that its role in the template does not grant."""

    def ask(params: Any, model: Any, **_: Any) -> None:
        if verb := _verb_at_work():
            wishes = wishes_of(model.name, params)
            paper.forbidden += [f"{verb}: {wish}" for wish in wishes if not granted(_statements(verb), wish)]

    return ask


def _verb_at_work() -> str | None:
    """The function whose handler is running; None if a test or a command asks by itself."""
    frame = sys._getframe(1)
    while frame:
        if frame.f_code.co_name == "handle" and frame.f_globals["__name__"] in {verb.__name__ for verb in VERBS}:
            return str(frame.f_globals["__name__"].partition(".")[0])
        frame = frame.f_back
    return None


@cache
def _statements(verb: str) -> list[dict[str, Any]]:
    role = _deployed_resources()[f"{verb.title().replace('_', '')}Role"]["Properties"]
    return statements_of(role)


def wishes_of(operation: str, asked: Mapping[str, Any]) -> list[Wish]:
    """What a call of DynamoDB needs to be granted, row by row. A transaction is granted as the writes in it."""
    match operation:
        case "TransactWriteItems":
            parts = [(name, part) for item in asked["TransactItems"] for name, part in item.items()]
            actions = {name: f"{name}Item" for name in ("Put", "Update", "Delete")} | {
                "ConditionCheck": "ConditionCheckItem"
            }
            keys = [(actions[name], part["TableName"], part.get("Item") or part["Key"]) for name, part in parts]
        case "BatchWriteItem" | "BatchGetItem":
            keys = [
                (operation, table, each["PutRequest"]["Item"] if "PutRequest" in each else each)
                for table, part in asked["RequestItems"].items()
                for each in (part if operation == "BatchWriteItem" else part["Keys"])
            ]
        case "PutItem" | "UpdateItem" | "DeleteItem" | "GetItem":
            keys = [(operation, asked["TableName"], asked.get("Item") or asked["Key"])]
        case "Query":
            keys = [(operation, asked["TableName"], {"pk": asked["ExpressionAttributeValues"][":pk"]})]
        case _:
            keys = []
    return [Wish(f"dynamodb:{action}", TABLES[table], leading_key=key["pk"]["S"]) for action, table, key in keys]


@cache
def _deployed_resources() -> Any:
    """Read once: it takes half a second."""
    return deployed.load()["Resources"]


def forget_clients() -> None:
    """As in a new process."""
    for module in (clients, logs, secrets, render_pages, obstore_objects, *VERBS):
        for cached in vars(module).values():
            if hasattr(cached, "cache_clear"):
                cached.cache_clear()
    loggers = logging.root.manager.loggerDict  # each writes to what was standard output when it was made
    service = ENVIRONMENT["POWERTOOLS_SERVICE_NAME"]
    for name in [name for name in loggers if name.partition(".")[0] == service]:
        del loggers[name]


@cache
def sample_files() -> dict[str, bytes]:
    """The sample paper's files by key."""
    folder = ROOT / "events" / "uploads"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
