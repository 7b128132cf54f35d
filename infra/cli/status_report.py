"""The state of the newsroom: queue lengths, dead letters, the number of articles, and the status of the site."""

import json
import urllib.error
import urllib.request
from collections import Counter
from typing import Any, TypedDict
from urllib.parse import urlsplit

from adapters.clients import dynamodb, sqs

MOST_ANSWERS = 500  # responses of a scan of the table, about 1 MB each


class QueueLength(TypedDict):
    """The approximate number of messages in a queue, from SQS; `waiting` includes delayed ones."""

    name: str
    waiting: int
    in_flight: int


class Status(TypedDict):
    """The state of a newsroom. articles: their number in each state; all are counted if `articles_complete`."""

    site_url: str
    site_status: int | str
    queues: list[QueueLength]
    dead_letters: list[QueueLength]
    articles: dict[str, int]
    articles_complete: bool


def held(name: str, url: str) -> QueueLength:
    """Return the current number of messages in a queue."""
    attributes = sqs().get_queue_attributes(
        QueueUrl=url,
        AttributeNames=[
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesDelayed",
            "ApproximateNumberOfMessagesNotVisible",
        ],
    )["Attributes"]
    counts = {
        attribute.removeprefix("ApproximateNumberOfMessages"): int(count) for attribute, count in attributes.items()
    }
    return {
        "name": name,
        "waiting": counts.get("", 0) + counts.get("Delayed", 0),
        "in_flight": counts.get("NotVisible", 0),
    }


def articles(table: str) -> tuple[Counter[str], bool]:
    """Count the articles in each state; return the counts, and True if all were counted.

    Reads the whole table, at a cost that grows with it: only the command line may do this, never a handler.
    """
    states: Counter[str] = Counter()
    call: dict[str, Any] = {
        "TableName": table,
        "FilterExpression": "sk = :article",
        "ExpressionAttributeValues": {":article": {"S": "ARTICLE"}},
        "ProjectionExpression": "doc",
    }
    for _ in range(MOST_ANSWERS):
        answer = dynamodb().scan(**call)
        states.update(json.loads(item["doc"]["S"])["status"] for item in answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return states, True
        call["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    return states, False


def front_page(site_url: str) -> int | str:
    """Return the HTTP status of the site's front page, or the reason of a failure."""
    if urlsplit(site_url).scheme not in ("http", "https"):
        return "no web address"
    question = urllib.request.Request(f"{site_url.rstrip('/')}/", method="HEAD")  # noqa: S310 - it is http or https
    try:
        with urllib.request.urlopen(question, timeout=5) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        return answer.code
    except (OSError, ValueError) as problem:
        return str(getattr(problem, "reason", problem))
