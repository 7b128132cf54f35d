"""The cloud in memory: real boto3 clients, whose calls end here and not on the net.

botocore still checks every call's parameters and raises its own exceptions, so what is left to stand
in is the answer. That checking is most of what a call costs: who makes millions of them takes the
store's own clients, which have the same methods and raise the same exceptions.
Only what the newsroom asks is answered; anything else is an error, not a guess.
Partitions are kept in order: one row among 100,000 costs what it costs among 100.
tests/test_stores_agree.py holds the answers to moto's.
"""
# ruff: noqa: N803 - an operation's parameters are named as AWS names them; it takes no others

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from email.utils import parseaddr
from functools import cache
from hashlib import md5
from io import BytesIO
from itertools import count, islice
from typing import Any
from zlib import crc32

import boto3
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.response import StreamingBody

from adapters import clock

Item = dict[str, dict[str, Any]]  # as DynamoDB writes it: {"pk": {"S": "SITE"}, …}
Answer = dict[str, Any]

_PAGE = 1_000_000  # bytes after which a Query's or Scan's answer ends
_ROW = 400 * 1024  # bytes an item may hold


class Refusal(Exception):
    """A service's no, which botocore raises as the client's own exception."""

    def __init__(self, code: str, message: str = "", status: int = 400, **more: Any) -> None:
        super().__init__(code)
        self.status, self.answer = status, {"Error": {"Code": code, "Message": message}, **more}


class Memory:
    """A store for tests.paper: no tables, buckets or queues yet."""

    def __init__(self) -> None:
        self.tables, self.buckets, self.queues = Tables(), Buckets(), Queues()
        self.post_office = PostOffice()
        self.services: dict[str, Any] = {
            "dynamodb": self.tables,
            "s3": self.buckets,
            "sqs": self.queues,
            "sesv2": self.post_office,
        }

    def answer(self, *clients: Any) -> None:
        """Take these clients' calls from now on."""
        for client in clients:
            client.meta.events.register("provide-client-params", _note)
            client.meta.events.register("before-call", self._answer)

    def copy(self) -> "Memory":
        """Another store that holds the same now; what waits in queues and what the stream told stay here."""
        other = Memory()
        for name, table in self.tables.named.items():
            other.tables.named[name] = table.copy()
        for name, objects in self.buckets.named.items():
            other.buckets.named[name] = dict(objects)
        other.buckets.versions.update({name: copy(versions) for name, versions in self.buckets.versions.items()})
        other.queues.waiting.update({url: {} for url in self.queues.waiting})
        other.post_office.senders.update(self.post_office.senders)
        return other

    def client(self, service: str) -> "Client":
        """A client of the store's own, for one service."""
        return Client(service, self.services[service])

    def remember(self, items: Iterable[Item]) -> None:
        """Put items in the table that were always there: the stream does not tell of them."""
        for item in items:
            self.tables.named["news"].place(item["pk"]["S"], item["sk"]["S"], item)

    def stream(self, after: int) -> list[dict[str, Any]]:
        """What the table's stream tells, beyond the first `after` records."""
        told = self.tables.named["news"].changes[after:]
        return [{"dynamodb": {name: _copy(image) for name, image in change.items() if image}} for change in told]

    def mails(self) -> list[Answer]:
        """Every mail taken so far: to, subject and text."""
        return list(self.post_office.taken)

    def _answer(self, model: Any, context: Any, **_: Any) -> tuple[AWSResponse, Answer]:
        operation = operation_of(self.services[model.service_model.service_name], xform_name(model.name))
        try:
            return AWSResponse(None, 200, {}, None), operation(**context["asked"]) or {}
        except Refusal as no:
            return AWSResponse(None, no.status, {}, None), no.answer


class Client:
    """A service's operations as a boto3 client has them, without botocore's checks of what is asked."""

    def __init__(self, service: str, operations: Any) -> None:
        self._operations, self.exceptions = operations, exceptions_of(service)
        self.meta = Unheard()

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        operation = operation_of(self._operations, name)

        def call(**asked: Any) -> Answer:
            try:
                return operation(**asked) or {}
            except Refusal as no:
                raise self.exceptions.from_code(no.answer["Error"]["Code"])(no.answer, name) from None

        setattr(self, name, call)
        return call

    def get_paginator(self, name: str) -> "Pages":
        return Pages(getattr(self, name))


class Unheard:
    """Stands for a client's events where there is no botocore to tell of any."""

    @property
    def events(self) -> "Unheard":
        return self

    def register(self, event: str, listener: Any) -> None:
        """Nothing will be told."""


class Pages:
    """Answers that come in several pages, as boto3 walks them."""

    def __init__(self, operation: Callable[..., Answer]) -> None:
        self._operation = operation

    def paginate(self, PaginationConfig: dict[str, int] | None = None, **asked: Any) -> Iterator[Answer]:
        size = (PaginationConfig or {}).get("PageSize", 1000)
        answer = self._operation(MaxKeys=size, **asked)
        yield answer
        while answer["IsTruncated"]:
            answer = self._operation(MaxKeys=size, ContinuationToken=answer["NextContinuationToken"], **asked)
            yield answer


def operation_of(operations: Any, name: str) -> Callable[..., Answer | None]:
    """An operation by its name as boto3 writes it; an error that says so where the store has none."""
    operation: Callable[..., Answer | None] | None = getattr(operations, name, None)
    if operation is None:
        raise NotImplementedError(f"the store in memory has no {type(operations).__name__}.{name}; write it there")
    return operation


@cache
def real_client(service: str) -> Any:
    """A real client of this service; made once, for it takes a tenth of a second."""
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.Session(region_name="eu-west-1", **keys).client(service)


def exceptions_of(service: str) -> Any:
    """The exceptions a boto3 client of this service raises. Every client has classes of its own."""
    return real_client(service).exceptions


def _note(params: dict[str, Any], context: Any, **_: Any) -> None:
    context["asked"] = dict(params)  # before botocore adds its own to them


# ── DynamoDB ──


class Partition:
    """The items of one `pk`, and their `sk` in order."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self.order: list[str] = []

    def places(self, condition: str, sk: str, last: str) -> tuple[int, int]:
        """From where to where in `order` a condition on `sk` holds."""
        order, end = self.order, len(self.order)
        match condition:
            case "pk = :pk":
                return 0, end
            case "pk = :pk AND sk > :sk":
                return bisect_right(order, sk), end
            case "pk = :pk AND sk < :sk":
                return 0, bisect_left(order, sk)
            case "pk = :pk AND sk BETWEEN :sk AND :end":
                return bisect_left(order, sk), bisect_right(order, last)
            case "pk = :pk AND begins_with(sk, :sk)":
                first = bisect_left(order, sk)
                return first, bisect_left(order, True, first, key=lambda other: not other.startswith(sk))
        raise NotImplementedError(condition)


class Table:
    """One table: its partitions by `pk`, and every change there was, as the stream tells it."""

    def __init__(self) -> None:
        self.partitions: defaultdict[str, Partition] = defaultdict(Partition)
        self.changes: list[dict[str, Item | None]] = []

    def copy(self) -> "Table":
        """The same rows, whose items are never changed but replaced. Nothing has been told of them."""
        other = Table()
        for pk, partition in self.partitions.items():
            fellow = other.partitions[pk]
            fellow.items, fellow.order = dict(partition.items), list(partition.order)
        return other

    def get(self, key: Item) -> Item | None:
        pk, sk = _names(key)
        return self.partitions[pk].items.get(sk) if pk in self.partitions else None

    def place(self, pk: str, sk: str, item: Item) -> None:
        partition = self.partitions[pk]
        if sk not in partition.items:
            insort(partition.order, sk)
        partition.items[sk] = item

    def write(self, key: Item, item: Item | None) -> None:
        """Put or delete (None), and tell the stream, unless nothing changes by it."""
        (pk, sk), before = _names(key), self.get(key)
        if before == item:
            return
        if item is not None:
            self.place(pk, sk, item)
        else:
            partition = self.partitions[pk]
            del partition.items[sk], partition.order[bisect_left(partition.order, sk)]
        self.changes.append({"Keys": _key(key), "OldImage": before, "NewImage": item})


_CONDITIONS: dict[str, Callable[[Item | None, Any], bool]] = {
    "": lambda item, values: True,
    "attribute_not_exists(pk)": lambda item, values: item is None,
    "rev = :was": lambda item, values: item is not None and item.get("rev") == values[":was"],
    "attribute_not_exists(pk) OR #owner = :owner": lambda item, values: (
        item is None or item.get("owner") == values[":owner"]
    ),
    "attribute_not_exists(pk) OR #owner IN (:owner, :taken_from)": lambda item, values: (
        item is None or item.get("owner") in (values[":owner"], values[":taken_from"])
    ),
    "attribute_not_exists(pk) OR expires <= :now": lambda item, values: (
        item is None or int(item["expires"]["N"]) <= int(values[":now"]["N"])
    ),
    "expires > :now": lambda item, values: item is not None and int(item["expires"]["N"]) > int(values[":now"]["N"]),
    "expires > :now AND #by = :by": lambda item, values: (
        item is not None and int(item["expires"]["N"]) > int(values[":now"]["N"]) and item.get("by") == values[":by"]
    ),
    "expires = :expires": lambda item, values: item is not None and item.get("expires") == values[":expires"],
}


class Tables:
    """DynamoDB's operations."""

    def __init__(self) -> None:
        self.named: dict[str, Table] = {}

    def create_table(self, TableName: str, **_: Any) -> None:
        self.named[TableName] = Table()

    def get_item(self, TableName: str, Key: Item, ConsistentRead: bool = False) -> Answer:
        item = self.named[TableName].get(Key)
        return {"Item": _copy(item)} if item else {}

    def batch_get_item(self, RequestItems: dict[str, Any]) -> Answer:
        ((name, wanted),) = RequestItems.items()
        _at_most(100, wanted["Keys"])
        found = (self.named[name].get(key) for key in wanted["Keys"])
        return {"Responses": {name: [_copy(item) for item in found if item]}, "UnprocessedKeys": {}}

    def query(self, *, TableName: str, KeyConditionExpression: str, ExpressionAttributeValues: Item,
              ConsistentRead: bool = False, ScanIndexForward: bool = True, Limit: int | None = None,
              ExclusiveStartKey: Item | None = None) -> Answer:  # fmt: skip
        partition = self.named[TableName].partitions.get(ExpressionAttributeValues[":pk"]["S"], Partition())
        sk, last = (ExpressionAttributeValues.get(name, {}).get("S", "") for name in (":sk", ":end"))
        first, end = partition.places(KeyConditionExpression, sk, last)
        if ExclusiveStartKey:
            reached = bisect_left(partition.order, ExclusiveStartKey["sk"]["S"])
            first, end = (max(first, reached + 1), end) if ScanIndexForward else (first, min(end, reached))
        places = range(first, end) if ScanIndexForward else reversed(range(first, end))
        return _page((partition.items[partition.order[place]] for place in places), Limit)

    def scan(self, *, TableName: str, Segment: int, TotalSegments: int, Limit: int, ConsistentRead: bool,
             ProjectionExpression: str, ExclusiveStartKey: Item | None = None) -> Answer:  # fmt: skip
        partitions = self.named[TableName].partitions
        after = (ExclusiveStartKey["pk"]["S"], ExclusiveStartKey["sk"]["S"]) if ExclusiveStartKey else ("", "")
        here = sorted(pk for pk in partitions if pk >= after[0] and crc32(pk.encode()) % TotalSegments == Segment)
        keys = ((pk, sk) for pk in here for sk in partitions[pk].order if (pk, sk) > after)
        return _page(({"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in keys), Limit)

    def update_item(self, TableName: str, Key: Item, UpdateExpression: str, ExpressionAttributeValues: Item) -> None:
        assert UpdateExpression == "ADD edition :one SET cause = :cause"
        item = self.named[TableName].get(Key) or _key(Key)
        edition = int(item.get("edition", {"N": "0"})["N"]) + int(ExpressionAttributeValues[":one"]["N"])
        cause = ExpressionAttributeValues[":cause"]
        self.named[TableName].write(Key, {**item, "edition": {"N": str(edition)}, "cause": dict(cause)})

    def put_item(self, **write: Any) -> None:
        if not self._holds(write):
            raise Refusal("ConditionalCheckFailedException", "The conditional request failed")
        self._put(write["TableName"], write["Item"])

    def delete_item(self, **write: Any) -> None:
        if not self._holds(write):
            raise Refusal("ConditionalCheckFailedException", "The conditional request failed")
        self._delete(write["TableName"], write["Key"])

    def batch_write_item(self, RequestItems: dict[str, Any]) -> Answer:
        ((name, requests),) = RequestItems.items()
        _at_most(25, requests)
        for request in requests:
            self._put(name, **request["PutRequest"])
        return {"UnprocessedItems": {}}

    def transact_write_items(self, TransactItems: list[Any]) -> None:
        writes = [next(iter(write.items())) for write in TransactItems]
        _at_most(100, writes)
        touched = {(write["TableName"], *_names(write.get("Item") or write["Key"])) for _, write in writes}
        if len(touched) < len(writes):
            raise Refusal("ValidationException", "Transaction request cannot include multiple operations on one item")
        reasons = ["None" if self._holds(write) else "ConditionalCheckFailed" for _, write in writes]
        if "ConditionalCheckFailed" in reasons:
            codes = [{"Code": reason} for reason in reasons]
            raise Refusal(
                "TransactionCanceledException", f"Transaction cancelled: {reasons}", CancellationReasons=codes
            )
        perform = {"Put": self._put, "Delete": self._delete, "Update": self.update_item, "ConditionCheck": _look}
        for kind, write in writes:
            perform[kind](**write)

    def _holds(self, write: Answer) -> bool:
        item = self.named[write["TableName"]].get(write.get("Item") or write["Key"])
        return _CONDITIONS[write.get("ConditionExpression", "")](item, write.get("ExpressionAttributeValues"))

    def _put(self, TableName: str, Item: Item, **_: Any) -> None:
        if _size(Item) > _ROW:
            raise Refusal("ValidationException", "Item size has exceeded the maximum allowed size")
        self.named[TableName].write(Item, _copy(Item))

    def _delete(self, TableName: str, Key: Item, **_: Any) -> None:
        self.named[TableName].write(Key, None)


def _look(**_: Any) -> None:
    """A condition alone writes nothing."""


def _page(items: Iterable[Item], limit: int | None) -> Answer:
    page: list[Item] = []
    size = 0
    for item in items:
        page.append(_copy(item))
        size += _size(item)
        if len(page) == limit or size > _PAGE:
            return {"Items": page, "LastEvaluatedKey": _key(item)}
    return {"Items": page}


def _key(item: Item) -> Item:
    return {name: dict(item[name]) for name in ("pk", "sk") if name in item}


def _names(key: Item) -> tuple[str, str]:
    """A key's two parts; a table without sort keys has one row to a partition."""
    return key["pk"]["S"], key["sk"]["S"] if "sk" in key else ""


def _copy(item: Item) -> Item:
    """All there is to copy: strings and bytes never change."""
    return {name: dict(value) for name, value in item.items()}


def _size(item: Item) -> int:
    contents = (pair for value in item.values() for pair in value.items())
    sizes = (len(text) * 3 // 4 if kind == "B" else len(text.encode()) for kind, text in contents)  # "B" is in base64
    return sum(map(len, item)) + sum(sizes)


def _at_most(most: int, asked: Any) -> None:
    if len(asked) > most:
        raise Refusal("ValidationException", f"{len(asked)} in one call; there may be {most}")


# ── S3 ──


class Buckets:
    """S3's operations. An object is what GetObject answers, its bytes under `Body`."""

    def __init__(self) -> None:
        self.named: dict[str, dict[str, Answer]] = {}
        self.versions: dict[str, count[int]] = {}

    def create_bucket(self, Bucket: str, **_: Any) -> None:
        self.named[Bucket] = {}

    def put_bucket_versioning(self, Bucket: str, VersioningConfiguration: dict[str, str]) -> None:
        self.versions[Bucket] = count(1)

    def head_object(self, Bucket: str, Key: str) -> Answer:
        if Key not in self.named[Bucket]:
            raise Refusal("404", "Not Found", status=404)
        answer = self.get_object(Bucket, Key)
        del answer["Body"]
        return answer

    def get_object(self, Bucket: str, Key: str) -> Answer:
        if Key not in self.named[Bucket]:
            raise Refusal("NoSuchKey", "The specified key does not exist.", status=404)
        stored = self.named[Bucket][Key]
        body = StreamingBody(BytesIO(stored["Body"]), len(stored["Body"]))
        return {**stored, "Body": body, "Metadata": dict(stored["Metadata"])}

    def put_object(
        self,
        Bucket: str,
        Key: str,
        Body: bytes,
        IfMatch: str | None = None,
        IfNoneMatch: str | None = None,
        **shown: Any,
    ) -> Answer:
        present = self.named[Bucket].get(Key, {}).get("ETag")
        if IfMatch and not present:
            raise Refusal("NoSuchKey", "The specified key does not exist.", status=404)
        if (IfMatch and IfMatch != present) or (IfNoneMatch and present):
            raise Refusal("PreconditionFailed", "A pre-condition did not hold", status=412)
        told = {"ETag": f'"{md5(Body, usedforsecurity=False).hexdigest()}"'}
        if Bucket in self.versions:
            told["VersionId"] = f"version-{next(self.versions[Bucket])}"
        shown = {
            "Metadata": {},
            **shown,
            "ContentLength": len(Body),
            "LastModified": clock.now().replace(microsecond=0),
        }
        self.named[Bucket][Key] = {**told, **shown, "Metadata": dict(shown["Metadata"]), "Body": bytes(Body)}
        return told

    def delete_object(self, Bucket: str, Key: str) -> None:
        self.named[Bucket].pop(Key, None)

    def list_objects_v2(
        self, Bucket: str, Prefix: str = "", MaxKeys: int = 1000, ContinuationToken: str = "", StartAfter: str = ""
    ) -> Answer:
        after = ContinuationToken or StartAfter
        keys = sorted(key for key in self.named[Bucket] if key.startswith(Prefix) and key > after)
        here = keys[:MaxKeys]
        more = {"NextContinuationToken": here[-1]} if len(keys) > len(here) else {}
        told = [{"Key": key, "ETag": self.named[Bucket][key]["ETag"]} for key in here]
        return {"Contents": told, "IsTruncated": bool(more), **more}


# ── SQS ──


class Queues:
    """SQS's operations, on queues that hide nothing: what is not deleted is received again."""

    def __init__(self) -> None:
        self.waiting: dict[str, dict[str, str]] = {}  # bodies by URL and message
        self.ids = (f"message-{number}" for number in count(1))

    def create_queue(self, QueueName: str, **_: Any) -> Answer:
        url = f"https://sqs.example/{QueueName}"
        self.waiting[url] = {}
        return {"QueueUrl": url}

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> Answer:
        if len(Entries) > 10:
            raise Refusal("AWS.SimpleQueueService.TooManyEntriesInBatchRequest")
        for entry in Entries:
            self.waiting[QueueUrl][next(self.ids)] = entry["MessageBody"]
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def send_message(self, QueueUrl: str, MessageBody: str) -> Answer:
        self.send_message_batch(QueueUrl, [{"Id": "0", "MessageBody": MessageBody}])
        return {}

    def get_queue_attributes(self, QueueUrl: str, AttributeNames: list[str]) -> Answer:
        number = str(len(self.waiting[QueueUrl]))
        known = {"ApproximateNumberOfMessages": number, "ApproximateNumberOfMessagesNotVisible": "0"}
        return {"Attributes": {name: known[name] for name in AttributeNames}}

    def receive_message(self, QueueUrl: str, MaxNumberOfMessages: int = 1) -> Answer:
        found = islice(self.waiting[QueueUrl].items(), MaxNumberOfMessages)
        messages = [{"MessageId": id, "ReceiptHandle": id, "Body": body} for id, body in found]
        return {"Messages": messages} if messages else {}

    def delete_message(self, QueueUrl: str, ReceiptHandle: str) -> None:
        self.waiting[QueueUrl].pop(ReceiptHandle, None)


# ── SES ──


class PostOffice:
    """SES's operations: it delivers to nobody, and keeps what it took."""

    def __init__(self) -> None:
        self.senders: set[str] = set()
        self.taken: list[Answer] = []

    def create_email_identity(self, EmailIdentity: str) -> None:
        self.senders.add(EmailIdentity)

    def send_email(
        self,
        FromEmailAddress: str,
        Destination: dict[str, list[str]],
        Content: Answer,
        ReplyToAddresses: Sequence[str] = (),
    ) -> Answer:
        if parseaddr(FromEmailAddress)[1] not in self.senders:
            raise Refusal("MessageRejected", "Email address is not verified.")
        simple = Content["Simple"]
        mail = {"to": Destination["ToAddresses"], "subject": simple["Subject"]["Data"]}
        self.taken.append({**mail, "text": simple["Body"]["Text"]["Data"]})
        return {"MessageId": f"mail-{len(self.taken)}"}
