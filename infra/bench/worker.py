"""The newsroom's handlers in a separate process, with a store server, invoked as by the cloud.

    python -m infra.bench.worker rebuild|article|comment ADDRESS QUEUES [--count N]

Prints one JSON value. CPU is that of this process while a handler runs, with all its threads; the delivery of
messages and records is not counted.
"""

import argparse
import json
import os
import resource
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from infra import JsonObject

ROOT = Path(__file__).resolve().parents[2]
SITE_URL = "https://paper.example"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_REGION": "eu-west-1",
    "POWERTOOLS_SERVICE_NAME": "newsroom",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "POWERTOOLS_METRICS_NAMESPACE": "Broadsheet",
    "NEWS_TABLE": "news",
    "UPLOAD_BUCKET": "upload",
    "SITE_BUCKET": "site",
    "SITE_URL": SITE_URL,
    "COUNTER_TABLE": "counters",
    "LINK_SECRET": "links",
}
QUEUES = (
    "UPLOAD_QUEUE",
    "RENDER_QUEUE",
    "REBUILD_QUEUE",
    "COMMENT_QUEUE",
    "UPLOAD_DLQ",
    "RENDER_DLQ",
    "REBUILD_DLQ",
    "COMMENT_DLQ",
)
ARTICLE = """---
title: The harbour freezes over
date: 2026-11-20T09:30+00:00
section: World
authors: [Ada Holm, Ben Moss]
tags: [Weather, Harbour, Ice]
---
Nobody had skates. {words}
"""


class Delivery:
    """The delivery of events in place of the cloud, which also measures the CPU of the handlers."""

    def __init__(self, address: str) -> None:
        self.address, self.cpu = address, 0.0
        self._delivered = len(self.ask("Stream", after=0))

    def ask(self, operation: str, **arguments: Any) -> Any:
        """Call one of the store's own operations, which no AWS service has."""
        headers = {"x-amz-target": f"Store.{operation}"}
        with urlopen(Request(self.address, json.dumps(arguments).encode(), headers)) as answer:  # noqa: S310 - our own
            return json.load(answer)

    def wake(self, verb: ModuleType, event: JsonObject) -> Any:
        """Run a handler, and add its CPU."""
        began = time.process_time()
        answer = verb.handle(event, None)
        self.cpu += time.process_time() - began
        if isinstance(answer, dict) and answer.get("batchItemFailures"):
            raise SystemExit(f"{verb.__name__} failed at {answer}")
        return answer

    def deliver(self, queue: str, verb: ModuleType, at_once: int) -> bool:
        """Deliver all messages of a queue, `at_once` to a batch; return True if there were any."""
        any_came = False
        while bodies := self.ask("Take", queue=os.environ[queue], most=at_once):
            self.wake(verb, {"Records": [{"messageId": uuid.uuid4().hex, "body": body} for body in bodies]})
            any_came = True
        return any_came

    def settle(self) -> None:
        """Deliver records and messages until none is left."""
        from plan_pages import handler as plan_pages
        from render_page import handler as render_page

        while True:
            records = self.ask("Stream", after=self._delivered)
            self._delivered += len(records)
            for start in range(0, len(records), 100):
                self.wake(plan_pages, {"Records": records[start : start + 100]})
            if not self.deliver("RENDER_QUEUE", render_page, 10) and not records:
                return


def rebuild(delivery: Delivery, count: int) -> JsonObject:
    """Render every missing page, then compare all pages again."""
    from rebuild_site import handler as rebuild_site

    results = {}
    for name in ("drawn", "unchanged"):
        delivery.ask("Told")
        delivery.cpu = 0.0
        message = {"messageId": f"{name}-{uuid.uuid4().hex}", "body": '{"of": "everything", "why": "bench"}'}
        delivery.wake(rebuild_site, {"Records": [message]})
        delivery.deliver("REBUILD_QUEUE", rebuild_site, 1)
        results[name] = {"cpu": delivery.cpu, "peak": _peak(), **delivery.ask("Told")}
    return results


def article(delivery: Delivery, count: int) -> list[JsonObject]:
    """Add articles one after another to a warm newsroom; return the cost of each. The first warms it."""
    from publish_article import handler as publish_article

    results = []
    for number in range(count + 1):
        key = f"articles/harbour-{number}.md"
        text = ARTICLE.format(words=f"It was the winter of {number}.")
        with urlopen(Request(f"{delivery.address}/upload/{key}", text.encode(), method="PUT")):  # noqa: S310 - our own
            pass
        delivery.ask("Told")
        delivery.cpu = 0.0
        body = json.dumps({"Records": [{"s3": {"object": {"key": key}}}]})
        delivery.wake(publish_article, {"Records": [{"messageId": "1", "body": body}]})
        delivery.settle()
        results.append({"cpu": delivery.cpu, **delivery.ask("Told")})
    return results[1:]


def comment(delivery: Delivery, count: int) -> list[float]:
    """Return the CPU seconds of each received comment, warm, from the event to the response."""
    from receive_comment import handler as receive_comment

    event = json.loads((ROOT / "events" / "receive_comment" / "form.json").read_text())
    event |= {"pathParameters": {"id": "story-1"}, "isBase64Encoded": False}
    spent = []
    for number in range(count + 20):
        fields = {
            "author": "Wim",
            "email": f"wim-{number}@reader.example",
            "comment": f"Remark {number} of a reader.",
        }
        event["headers"]["cloudfront-viewer-address"] = f"10.0.{number // 250}.{number % 250}:4000"
        event["body"] = urlencode(fields)
        delivery.cpu = 0.0
        answer = delivery.wake(receive_comment, event)
        if answer["statusCode"] != 303:
            raise SystemExit(f"a comment was answered {answer}")
        spent.append(delivery.cpu)
    return spent[20:]


def _peak() -> float:
    """Return the peak memory of this process, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


TASKS: dict[str, Callable[[Delivery, int], Any]] = {"rebuild": rebuild, "article": article, "comment": comment}


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m infra.bench.worker")
    options.add_argument("task", choices=TASKS)
    options.add_argument("address")
    options.add_argument("--count", type=int, default=1)
    chosen = options.parse_args()
    queues = {name: f"https://sqs.example/{name}" for name in QUEUES}
    os.environ.update({**ENVIRONMENT, **queues, "AWS_ENDPOINT_URL": chosen.address})
    output, sys.stdout = sys.stdout, sys.stderr  # the handlers log to sys.stdout
    json.dump(TASKS[chosen.task](Delivery(chosen.address), chosen.count), output)


if __name__ == "__main__":
    main()
