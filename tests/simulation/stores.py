"""Where the simulated newsroom keeps its rows, objects and messages: in memory, or under moto."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from moto import mock_aws

from infra import template
from tests import paper
from tests.memory import Item, Memory, real_client

Objects = dict[str, tuple[bytes, dict[str, str]]]  # body and metadata by key


@cache
def _planned() -> tuple[tuple[str, ...], frozenset[str]]:
    """What the template's filter lets through to plan_pages: beginnings of `pk`, and whole ones."""
    function = template.load()["Resources"]["PlanPages"]["Properties"]
    (source,) = (event["Properties"] for event in function["Events"].values() if event["Type"] == "DynamoDB")
    (filters,) = source["FilterCriteria"]["Filters"]
    patterns = json.loads(filters["Pattern"])["dynamodb"]["Keys"]["pk"]["S"]
    begin = tuple(pattern["prefix"] for pattern in patterns if isinstance(pattern, dict))
    return begin, frozenset(pattern for pattern in patterns if isinstance(pattern, str))


class Store:
    """What stands behind the wires, and what the schedule sees of it beside their calls.

    urls: the queues' addresses by their settings' names.
    """

    def __init__(self, clients: dict[str, Any], urls: dict[str, str], stream: Callable[[int], list[dict[str, Any]]]):
        self.clients, self.urls = clients, urls
        self._lines = {url: name.partition("_")[0].lower() for name, url in urls.items()}
        self._dead = {url for name, url in urls.items() if name.endswith("_DLQ")}
        self._stream, self._told = stream, len(stream(0))
        os.environ.update(urls)

    def ask(self, service: str, name: str, asked: dict[str, Any]) -> Any:
        """A call as it lands."""
        return getattr(self.clients[service], name)(**asked)

    def news_of_the_stream(self) -> list[dict[str, Any]]:
        """What the table's stream has to tell since it was last asked."""
        records = self._stream(self._told)
        self._told += len(records)
        return records

    @staticmethod
    def wakes_planning(pk: str) -> bool:
        """Whether the template hands the records of such a row to plan_pages."""
        begin, whole = _planned()
        return pk.startswith(begin) or pk in whole

    def line_of(self, url: str) -> str:
        """The queue at an address: upload, comment, render or rebuild, also of their dead letters."""
        return self._lines[url]

    def keeps_dead_letters(self, url: str) -> bool:
        """Whether a queue is where messages are parked."""
        return url in self._dead

    def take_messages(self, url: str) -> Iterator[str]:
        """The bodies of all messages in a queue, taken out of it."""
        while found := self.ask("sqs", "receive_message", {"QueueUrl": url, "MaxNumberOfMessages": 10}).get("Messages"):
            for message in found:
                self.ask("sqs", "delete_message", {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]})
                yield message["Body"]

    def item(self, table: str, pk: str, sk: str) -> Item | None:
        """One item, if it is there."""
        asked = {"TableName": table, "Key": {"pk": {"S": pk}, "sk": {"S": sk}}, "ConsistentRead": True}
        found: Item | None = self.ask("dynamodb", "get_item", asked).get("Item")
        return found

    def items(self, table: str) -> list[Item]:
        """Every item of a table."""
        raise NotImplementedError

    def objects(self, bucket: str) -> Objects:
        """Every object of a bucket."""
        raise NotImplementedError


class InMemory(Store):
    """The fast one."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        urls = {url.rpartition("/")[2]: url for url in memory.queues.waiting}
        super().__init__({name: memory.client(name) for name in memory.services}, urls, memory.stream)

    def items(self, table: str) -> list[Item]:
        partitions = self.memory.tables.named[table].partitions.values()
        return [item for partition in partitions for item in partition.items.values()]

    def objects(self, bucket: str) -> Objects:
        stored = self.memory.buckets.named[bucket]
        return {key: (item["Body"], item["Metadata"]) for key, item in stored.items()}


class UnderMoto(Store):
    """The faithful one, furnished with what another holds."""

    def __init__(self, founded: Memory) -> None:
        clients = {name: real_client(name) for name in founded.services}
        urls = paper.furnish(*(clients[name] for name in ("dynamodb", "s3", "sqs", "sesv2")))
        rows = [{"PutRequest": {"Item": item}} for item in InMemory(founded).items("news")]
        for start in range(0, len(rows), 25):
            clients["dynamodb"].batch_write_item(RequestItems={"news": rows[start : start + 25]})
        super().__init__(clients, urls, paper.Moto().stream)
        for bucket in founded.buckets.named:
            for key, (body, metadata) in InMemory(founded).objects(bucket).items():
                self.ask("s3", "put_object", {"Bucket": bucket, "Key": key, "Body": body, "Metadata": metadata})
        os.environ.update(urls)

    def items(self, table: str) -> list[Item]:
        pages = self.clients["dynamodb"].get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]

    def objects(self, bucket: str) -> Objects:
        answers = self.clients["s3"].get_paginator("list_objects_v2").paginate(Bucket=bucket)
        keys = [item["Key"] for answer in answers for item in answer.get("Contents", [])]
        found = {key: self.ask("s3", "get_object", {"Bucket": bucket, "Key": key}) for key in keys}
        return {key: (answer["Body"].read(), answer["Metadata"]) for key, answer in found.items()}


def furnished() -> Memory:
    """A store in memory with the template's tables, buckets and queues, all empty."""
    memory = Memory()
    paper.furnish(*(memory.client(name) for name in ("dynamodb", "s3", "sqs", "sesv2")))
    return memory


@contextmanager
def opened(name: str, founded: Memory) -> Iterator[Store]:
    """A store for one schedule, which holds what a newly founded paper does. name: memory or moto."""
    if name == "memory":
        yield InMemory(founded.copy())
        return
    with mock_aws():
        yield UnderMoto(founded)
