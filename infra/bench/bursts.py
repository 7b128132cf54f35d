"""Bursts on the local stack: many requests at once, then idle. Measures the time and the number of renders, and
checks that nothing was lost."""

import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from infra.bench import waiting
from infra.bench.table import Table
from infra.bench.waiting import CloudFile
from infra.pack import ROOT

UPLOADS, COMMENTS = 2_000, 10_000
AT_ONCE = 8  # clients
ALONE = 18  # pages that one publish marks, each with the pages rendered together with it (tests/test_capacity.py)
SITE = "title: Bench\ncomments: {seconds_between: 0}\n"
ARTICLE = "---\ntitle: Bench {number}\ndate: 2026-11-20\nauthors: [Ada Holm, Ben Moss]\ntags: [a, b, c]\n---\nText.\n"
HEADING = "---\ntitle: A long discussion\ndate: 2026-11-21\n---\nText.\n"


def measure(table: Table, runs: int, quick: bool) -> None:
    """Run each once, since they take minutes. Rates are of the local cloud; counts hold on every machine."""
    table.head("Bursts on the local stack (one run)")
    with tempfile.TemporaryDirectory() as folder, _newsroom(Path(folder)) as cloud:
        _uploads(table, cloud, UPLOADS // 10 if quick else UPLOADS)
        _comments(table, cloud, Path(folder) / "state", COMMENTS // 10 if quick else COMMENTS)


def _uploads(table: Table, cloud: CloudFile, count: int) -> None:
    before, began = _raised(cloud), time.monotonic()
    s3, bucket = waiting.s3_of(cloud), cloud["buckets"]["upload"]

    def put(number: int) -> None:
        s3.put_object(Bucket=bucket, Key=f"articles/bench-{number}.md", Body=ARTICLE.format(number=number).encode())

    with ThreadPoolExecutor(AT_ONCE) as editors:
        list(editors.map(put, range(count)))
    waiting.until("all is at rest", lambda: _rests(cloud))
    seconds = time.monotonic() - began
    live = sum(waiting.status_of(cloud["site_url"], f"/2026/11/bench-{number}/") == 200 for number in range(count))
    after = _raised(cloud)
    table.add(f"{count:,} uploads at once, to rest", seconds, "s")
    table.add("articles lost", count - live, "", at_most=0)
    marks = (sum(after.values()) - sum(before.values())) / count
    table.add(f"pages marked per upload ({ALONE} by itself)", marks, "", at_most=ALONE)
    table.add("renders of the home page", after.get("/", 0) - before.get("/", 0), "", at_most=count)


def _comments(table: Table, cloud: CloudFile, state: Path, count: int) -> None:
    key, path = "articles/discussed.md", "/2026/11/discussed/"
    waiting.s3_of(cloud).put_object(Bucket=cloud["buckets"]["upload"], Key=key, Body=HEADING.encode())
    waiting.until("the article is live", lambda: waiting.status_of(cloud["site_url"], path) == 200)
    before, began = _raised(cloud), time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as readers:
        sent = list(readers.map(lambda number: waiting.post(cloud, "discussed", number)[0], range(count)))
    taken = sent.count(202)
    ids: list[str] = []

    def all_stored() -> bool:
        ids[:] = [comment["id"] for comment in waiting.run_cli(state, "comments", "list", "--article", "discussed")]
        return len(ids) >= taken

    waiting.until("all are stored", all_stored)
    table.add(f"{count:,} comments on one article, to storage", time.monotonic() - began, "s")
    approving = time.monotonic()
    waiting.run_cli(state, "comments", "approve", "-", typed="\n".join(ids))
    waiting.until("all is at rest", lambda: _rests(cloud))
    table.add("approved, to rest", time.monotonic() - approving, "s")
    table.add("comments refused", count - taken, "", at_most=0)
    shown = waiting.comments_shown(cloud["site_url"], "discussed")
    table.add("comments lost", taken - shown, "", at_most=0)
    after = _raised(cloud)
    article = after[path] - before[path]
    table.add("renders of the article's page", article, "", at_most=count)
    table.add("pages marked per comment", (sum(after.values()) - sum(before.values())) / count, "")


def _rests(cloud: CloudFile) -> bool:
    """Return True if every queue is empty and no page was marked for a second."""
    sqs = _client(cloud, "sqs")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    for name, url in cloud["queues"].items():
        waits = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        if any(map(int, waits.values())):
            if name.endswith("dlq"):
                raise SystemExit(f"{name} holds messages: something was lost")
            return False
    before = _raised(cloud)
    time.sleep(1)
    return before == _raised(cloud)


def _raised(cloud: CloudFile) -> dict[str, int]:
    """Return the edition of every page, which counts its requested renders."""
    pages = _client(cloud, "dynamodb").get_paginator("scan").paginate(TableName=cloud["tables"]["news"])
    items = (item for page in pages for item in page["Items"] if item["sk"]["S"] == "PAGE")
    return {item["pk"]["S"].removeprefix("PAGE#"): int(item["edition"]["N"]) for item in items}


def _client(cloud: CloudFile, service: Any) -> Any:
    return boto3.client(
        service,
        endpoint_url=cloud["endpoint"],
        region_name=cloud["region"],
        **cloud["credentials"],
    )


@contextmanager
def _newsroom(folder: Path) -> Iterator[CloudFile]:
    """Start a separate newsroom on the local stack; yield its description."""
    content, state = folder / "content", folder / "state"
    content.mkdir()
    (content / "site.yaml").write_text(SITE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "infra.local",
        "--content",
        str(content),
        "--state",
        str(state),
        "--port",
        str(port),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as newsroom:
        assert newsroom.stdout
        for line in newsroom.stdout:
            if "Broadsheet is live" in line:
                break
        else:
            raise SystemExit("the newsroom did not start")
        try:
            yield json.loads((state / "cloud.json").read_text())
        finally:
            newsroom.send_signal(signal.SIGTERM)
            newsroom.communicate()
