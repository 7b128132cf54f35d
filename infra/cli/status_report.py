"""How the newsroom stands: what waits, what was parked, how many articles there are, whether the site answers."""

import json
import urllib.error
import urllib.request
from collections import Counter
from typing import Any, TypedDict
from urllib.parse import urlsplit

from adapters.clients import dynamodb, sqs
from infra.cli.cloud import Cloud
from infra.cli.polling import Poll

LOOKS = 3  # at empty queues in a row: what one message leads to may be between two queues
MOST_ANSWERS = 500  # of the table, about 1 MB each


class Held(TypedDict):
    """How many messages a queue holds, roughly, as SQS counts; `waiting` has the delayed ones too."""

    name: str
    waiting: int
    in_flight: int


def held(name: str, url: str) -> Held:
    """What a queue holds at present."""
    found = sqs().get_queue_attributes(
        QueueUrl=url,
        AttributeNames=[
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesDelayed",
            "ApproximateNumberOfMessagesNotVisible",
        ],
    )["Attributes"]
    counts = {attribute.removeprefix("ApproximateNumberOfMessages"): int(count) for attribute, count in found.items()}
    return {
        "name": name,
        "waiting": counts.get("", 0) + counts.get("Delayed", 0),
        "in_flight": counts.get("NotVisible", 0),
    }


def articles(table: str) -> tuple[Counter[str], bool]:
    """How many articles there are in each state, and whether that is all of them.

    Reads the table through, which costs what the table holds: the desk's question, never a handler's.
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
    """The status with which the site's front page answers, or why it does not."""
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


def at_rest(cloud: Cloud, seconds: float) -> bool:
    """Wait until nothing is left to rebuild or draw; False if nothing has moved for so many seconds."""
    patience, before, empty = Poll(seconds), -1, 0
    while True:
        found = [held(name, cloud.queues[name]) for name in ("rebuild", "render")]
        left = sum(queue["waiting"] + queue["in_flight"] for queue in found)
        empty = 0 if left else empty + 1
        if empty == LOOKS:
            return True
        if left != before:
            patience.renew()
        elif not patience.lasts():
            return False
        before = left
        patience.pause()
