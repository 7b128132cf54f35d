"""The cloud in memory: real boto3 clients, whose calls end here and not on the net.

botocore still checks every call's parameters and raises its own exceptions, so what is left to stand
in is the answer. Only what the newsroom asks is answered; anything else is a NotImplementedError, not
a guess. Partitions are kept in order: one row among 100,000 costs what it costs among 100.
tests/test_stores_agree.py holds the answers to moto's.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import md5
from io import BytesIO
from itertools import count, islice
from typing import Any
from zlib import crc32

from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.response import StreamingBody

from adapters import clock

Asked = dict[str, Any]
Item = dict[str, dict[str, Any]]  # as DynamoDB writes it: {"pk": {"S": "SITE"}, …}

_PAGE = 1_000_000  # bytes after which a Query's or Scan's answer ends
_ROW = 400 * 1024  # bytes an item may hold


class Refusal(Exception):
    """A service's no, to be raised by botocore as the client's own exception."""

    def __init__(self, code: str, message: str = "", status: int = 400, **more: Any) -> None:
        super().__init__(code)
        self.status = status
        self.answer = {"Error": {"Code": code, "Message": message}, **more}


def heeds(*parameters: str) -> Callable[[Any], Any]:
    """Names the parameters an operation heeds: a call with another must not pass for answered."""

    def marked(operation: Any) -> Any:
        operation.parameters = frozenset(parameters)
        return operation

    return marked


class Memory:
    """A store for tests.paper: tables, buckets and queues, empty."""

    def __init__(self) -> None:
        self._tables, self._buckets, self._queues = Tables(), Buckets(), Queues()

    def answer(self, *clients: Any) -> None:
        """Take these clients' calls from now on."""
        for client in clients:
            client.meta.events.register("provide-client-params", _note)
            client.meta.events.register("before-call", self._answer)

    def remember(self, items: Iterable[Item]) -> None:
        """Put items in the table that were always there: the stream does not tell of them."""
        for item in items:
            self._tables.named["news"].place(item["pk"]["S"], item["sk"]["S"], item)

    def stream(self, after: int) -> list[dict[str, Any]]:
        """What the table's stream tells, beyond the first `after` records."""
        told = self._tables.named["news"].changes[after:]
        images = [{name: _copy(image) for name, image in change.items() if image} for change in told]
        return [{"dynamodb": change} for change in images]

    def _answer(self, model: Any, context: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        services = {"dynamodb": self._tables, "s3": self._buckets, "sqs": self._queues}
        operation = getattr(services[model.service_model.service_name], xform_name(model.name), None)
        asked: Asked = context["asked"]
        if operation is None or not asked.keys() <= operation.parameters:
            raise NotImplementedError(f"{model.name}({', '.join(asked)}) in memory")
        try:
            return AWSResponse(None, 200, {}, None), operation(asked) or {}
        except Refusal as no:
            return AWSResponse(None, no.status, {}, None), no.answer


def _note(params: Asked, context: Any, **_: Any) -> None:
    context["asked"] = dict(params)  # before botocore adds its own to them


# ── DynamoDB ──


@dataclass
class Partition:
    """The items of one `pk`, and their `sk` in order."""

    items: dict[str, Item] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)

    def places(self, condition: str, sk: str) -> tuple[int, int]:
        """From where to where in `order` a condition on `sk` holds."""
        order, end = self.order, len(self.order)
        match condition:
            case "pk = :pk":
                return 0, end
            case "pk = :pk AND sk > :sk":
                return bisect_right(order, sk), end
            case "pk = :pk AND sk < :sk":
                return 0, bisect_left(order, sk)
            case "pk = :pk AND begins_with(sk, :sk)":
                first = bisect_left(order, sk)
                return first, bisect_left(order, True, first, key=lambda other: not other.startswith(sk))
        raise NotImplementedError(condition)


@dataclass
class Table:
    """One table: its partitions by `pk`, and every change there was, as the stream tells it."""

    partitions: defaultdict[str, Partition] = field(default_factory=lambda: defaultdict(Partition))
    changes: list[dict[str, Item | None]] = field(default_factory=list)

    def get(self, key: Item) -> Item | None:
        pk = key["pk"]["S"]
        return self.partitions[pk].items.get(key["sk"]["S"]) if pk in self.partitions else None

    def place(self, pk: str, sk: str, item: Item) -> None:
        partition = self.partitions[pk]
        if sk not in partition.items:
            insort(partition.order, sk)
        partition.items[sk] = item

    def write(self, key: Item, item: Item | None) -> None:
        """Put or delete (None), and tell the stream, unless nothing changes by it."""
        pk, sk, before = key["pk"]["S"], key["sk"]["S"], self.get(key)
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
}


class Tables:
    """DynamoDB's operations."""

    def __init__(self) -> None:
        self.named: dict[str, Table] = {}

    @heeds("TableName", "AttributeDefinitions", "KeySchema", "BillingMode", "StreamSpecification")
    def create_table(self, asked: Asked) -> None:
        self.named[asked["TableName"]] = Table()

    @heeds("TableName", "Key", "ConsistentRead")
    def get_item(self, asked: Asked) -> Asked:
        item = self.named[asked["TableName"]].get(asked["Key"])
        return {"Item": _copy(item)} if item else {}

    @heeds("RequestItems")
    def batch_get_item(self, asked: Asked) -> Asked:
        answer = {}
        for name, wanted in asked["RequestItems"].items():
            _at_most(100, wanted["Keys"])
            found = (self.named[name].get(key) for key in wanted["Keys"])
            answer[name] = [_copy(item) for item in found if item]
        return {"Responses": answer, "UnprocessedKeys": {}}

    @heeds("TableName", "KeyConditionExpression", "ExpressionAttributeValues", "ConsistentRead", "ScanIndexForward",
           "Limit", "ExclusiveStartKey")  # fmt: skip
    def query(self, asked: Asked) -> Asked:
        values, forward = asked["ExpressionAttributeValues"], asked.get("ScanIndexForward", True)
        partition = self.named[asked["TableName"]].partitions.get(values[":pk"]["S"], Partition())
        first, end = partition.places(asked["KeyConditionExpression"], values.get(":sk", {}).get("S", ""))
        if "ExclusiveStartKey" in asked:
            reached = bisect_left(partition.order, asked["ExclusiveStartKey"]["sk"]["S"])
            first, end = (max(first, reached + 1), end) if forward else (first, min(end, reached))
        places = range(first, end) if forward else reversed(range(first, end))
        return _page((partition.items[partition.order[place]] for place in places), asked.get("Limit"))

    @heeds("TableName", "Segment", "TotalSegments", "Limit", "ConsistentRead", "ProjectionExpression",
           "ExclusiveStartKey")  # fmt: skip
    def scan(self, asked: Asked) -> Asked:
        table, of = self.named[asked["TableName"]], asked["TotalSegments"]
        after = asked.get("ExclusiveStartKey")
        reached = (after["pk"]["S"], after["sk"]["S"]) if after else ("", "")
        here = sorted(pk for pk in table.partitions if pk >= reached[0] and crc32(pk.encode()) % of == asked["Segment"])
        keys = ((pk, sk) for pk in here for sk in table.partitions[pk].order)
        return _page(({"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in keys if (pk, sk) > reached), asked["Limit"])

    @heeds("TableName", "Key", "UpdateExpression", "ExpressionAttributeValues")
    def update_item(self, asked: Asked) -> None:
        if asked["UpdateExpression"] != "ADD edition :one":
            raise NotImplementedError(asked["UpdateExpression"])
        table = self.named[asked["TableName"]]
        item = table.get(asked["Key"]) or _key(asked["Key"])
        edition = int(item.get("edition", {"N": "0"})["N"]) + int(asked["ExpressionAttributeValues"][":one"]["N"])
        table.write(asked["Key"], {**item, "edition": {"N": str(edition)}})

    @heeds("RequestItems")
    def batch_write_item(self, asked: Asked) -> Asked:
        for name, requests in asked["RequestItems"].items():
            _at_most(25, requests)
            for request in requests:
                self._put({"TableName": name, **request["PutRequest"]})
        return {"UnprocessedItems": {}}

    @heeds("TransactItems")
    def transact_write_items(self, asked: Asked) -> None:
        writes = [next(iter(write.items())) for write in asked["TransactItems"]]
        _at_most(100, writes)
        touched = {
            (key["pk"]["S"], key["sk"]["S"]) for _, write in writes for key in [write.get("Item") or write["Key"]]
        }
        if len(touched) < len(writes):
            raise Refusal("ValidationException", "Transaction request cannot include multiple operations on one item")
        reasons = ["None" if self._holds(write) else "ConditionalCheckFailed" for _, write in writes]
        if "ConditionalCheckFailed" in reasons:
            message = f"Transaction cancelled, please refer cancellation reasons for specific reasons {reasons}"
            codes = [{"Code": reason} for reason in reasons]
            raise Refusal("TransactionCanceledException", message, CancellationReasons=codes)
        perform = {"Put": self._put, "Delete": self._delete, "Update": self.update_item}
        for kind, write in writes:
            perform[kind](write)

    def _holds(self, write: Asked) -> bool:
        item = self.named[write["TableName"]].get(write.get("Item") or write["Key"])
        holds = _CONDITIONS[write.get("ConditionExpression", "")]
        return holds(item, write.get("ExpressionAttributeValues"))

    def _put(self, write: Asked) -> None:
        if _size(write["Item"]) > _ROW:
            raise Refusal("ValidationException", "Item size has exceeded the maximum allowed size")
        self.named[write["TableName"]].write(write["Item"], _copy(write["Item"]))

    def _delete(self, write: Asked) -> None:
        self.named[write["TableName"]].write(write["Key"], None)


def _page(items: Iterable[Item], limit: int | None) -> Asked:
    page: list[Item] = []
    size = 0
    for item in items:
        page.append(_copy(item))
        size += _size(item)
        if len(page) == limit or size > _PAGE:
            return {"Items": page, "LastEvaluatedKey": _key(item)}
    return {"Items": page}


def _key(item: Item) -> Item:
    return {"pk": dict(item["pk"]), "sk": dict(item["sk"])}


def _copy(item: Item) -> Item:
    """All there is to copy: strings and bytes never change."""
    return {name: dict(value) for name, value in item.items()}


def _size(item: Item) -> int:
    values = (content for value in item.values() for content in value.values())
    return sum(len(value.encode() if isinstance(value, str) else value) for value in values) + sum(map(len, item))


def _at_most(most: int, asked: Any) -> None:
    if len(asked) > most:
        raise Refusal("ValidationException", f"{len(asked)} in one call; there may be {most}")


# ── S3 ──


@dataclass
class Bucket:
    """One bucket: the present object of each key, as GetObject answers, its bytes under `Body`."""

    versioned: bool = False
    objects: dict[str, Asked] = field(default_factory=dict)


class Buckets:
    """S3's operations."""

    def __init__(self) -> None:
        self.named: dict[str, Bucket] = {}
        self.versions = count(1)

    @heeds("Bucket", "CreateBucketConfiguration")
    def create_bucket(self, asked: Asked) -> None:
        self.named[asked["Bucket"]] = Bucket()

    @heeds("Bucket", "VersioningConfiguration")
    def put_bucket_versioning(self, asked: Asked) -> None:
        self.named[asked["Bucket"]].versioned = asked["VersioningConfiguration"]["Status"] == "Enabled"

    @heeds("Bucket", "Key")
    def head_object(self, asked: Asked) -> Asked:
        stored = self.named[asked["Bucket"]].objects.get(asked["Key"])
        if stored is None:
            raise Refusal("404", "Not Found", status=404)
        return {name: value for name, value in stored.items() if name != "Body"}

    @heeds("Bucket", "Key")
    def get_object(self, asked: Asked) -> Asked:
        stored = self.named[asked["Bucket"]].objects.get(asked["Key"])
        if stored is None:
            raise Refusal("NoSuchKey", "The specified key does not exist.", status=404)
        body = StreamingBody(BytesIO(stored["Body"]), len(stored["Body"]))
        return {**stored, "Body": body, "Metadata": dict(stored["Metadata"])}

    @heeds("Bucket", "Key", "Body", "ContentType", "CacheControl", "Metadata", "IfMatch", "IfNoneMatch")
    def put_object(self, asked: Asked) -> Asked:
        bucket, key = self.named[asked["Bucket"]], asked["Key"]
        stored = bucket.objects.get(key)
        if "IfMatch" in asked and stored is None:
            raise Refusal("NoSuchKey", "The specified key does not exist.", status=404)
        if stored and (asked.get("IfNoneMatch") == "*" or asked.get("IfMatch", stored["ETag"]) != stored["ETag"]):
            raise Refusal("PreconditionFailed", "At least one of the pre-conditions did not hold", status=412)
        body = bytes(asked["Body"])
        told = {"ETag": f'"{md5(body, usedforsecurity=False).hexdigest()}"'}
        if bucket.versioned:
            told["VersionId"] = f"version-{next(self.versions)}"
        bucket.objects[key] = {
            **told,
            "Body": body,
            "ContentLength": len(body),
            "ContentType": asked.get("ContentType", "binary/octet-stream"),
            "CacheControl": asked.get("CacheControl", ""),
            "Metadata": dict(asked.get("Metadata", {})),
            "LastModified": clock.now().replace(microsecond=0),
        }
        return told

    @heeds("Bucket", "Key")
    def delete_object(self, asked: Asked) -> None:
        self.named[asked["Bucket"]].objects.pop(asked["Key"], None)

    @heeds("Bucket", "Prefix", "MaxKeys", "ContinuationToken")
    def list_objects_v2(self, asked: Asked) -> Asked:
        objects, after = self.named[asked["Bucket"]].objects, asked.get("ContinuationToken", "")
        keys = sorted(key for key in objects if key.startswith(asked.get("Prefix", "")) and key > after)
        here = keys[: asked.get("MaxKeys", 1000)]
        answer: Asked = {"KeyCount": len(here), "IsTruncated": len(keys) > len(here)}
        if here:
            answer["Contents"] = [
                {"Key": key, "Size": objects[key]["ContentLength"], "ETag": objects[key]["ETag"]} for key in here
            ]
        return answer | ({"NextContinuationToken": here[-1]} if answer["IsTruncated"] else {})


# ── SQS ──


class Queues:
    """SQS's operations, on queues that hide nothing: what is not deleted is received again."""

    def __init__(self) -> None:
        self.waiting: dict[str, dict[str, str]] = {}  # by URL and receipt handle
        self.ids = (f"message-{number}" for number in count(1))

    @heeds("QueueName", "Attributes")
    def create_queue(self, asked: Asked) -> Asked:
        url = f"https://sqs.memory.example/{asked['QueueName']}"
        self.waiting[url] = {}
        return {"QueueUrl": url}

    @heeds("QueueUrl", "Entries")
    def send_message_batch(self, asked: Asked) -> Asked:
        if not 1 <= len(asked["Entries"]) <= 10:
            raise Refusal("AWS.SimpleQueueService.TooManyEntriesInBatchRequest")
        sent = [{"Id": entry["Id"], "MessageId": next(self.ids)} for entry in asked["Entries"]]
        bodies = (entry["MessageBody"] for entry in asked["Entries"])
        self.waiting[asked["QueueUrl"]] |= {
            message["MessageId"]: body for message, body in zip(sent, bodies, strict=True)
        }
        return {"Successful": sent}

    @heeds("QueueUrl", "MaxNumberOfMessages")
    def receive_message(self, asked: Asked) -> Asked:
        found = islice(self.waiting[asked["QueueUrl"]].items(), asked.get("MaxNumberOfMessages", 1))
        messages = [{"MessageId": id, "ReceiptHandle": id, "Body": body} for id, body in found]
        return {"Messages": messages} if messages else {}

    @heeds("QueueUrl", "ReceiptHandle")
    def delete_message(self, asked: Asked) -> None:
        self.waiting[asked["QueueUrl"]].pop(asked["ReceiptHandle"], None)
