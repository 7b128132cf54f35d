"""Waiting times of a running newsroom: for a page after its upload, for comments, for a release.

python -m infra.bench.waiting uploads [--state .local] [--count 50]
python -m infra.bench.waiting comments [--state .local] [--count 1000] [--articles 1]     where site.yaml says
    comments: {seconds_between: 0}
python -m infra.bench.waiting releases [--state .local] [--count 1000]     how late, all due in one minute
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3

from infra import JsonObject
from infra.polling import poll_until
from infra.receipt import Receipt

CloudFile = JsonObject
"""The content of STATE/cloud.json."""

CLIENTS_AT_ONCE = 8
TIMEOUT = 900  # seconds


def main() -> None:
    """Read the arguments, measure, and print the results."""
    options = argparse.ArgumentParser(prog="python -m infra.bench.waiting")
    options.add_argument("what", choices=["uploads", "comments", "releases"])
    options.add_argument("--state", type=Path, default=Path(os.environ.get("STATE", ".local")))
    options.add_argument("--count", type=int, default=50)
    options.add_argument("--articles", type=int, default=1)
    chosen = options.parse_args()
    cloud = json.loads((chosen.state / "cloud.json").read_text())
    if chosen.what == "uploads":
        uploads(cloud, chosen.count)
    elif chosen.what == "releases":
        releases(cloud, chosen.count)
    else:
        comments(cloud, chosen.state, chosen.count, chosen.articles)


def uploads(cloud: CloudFile, count: int) -> None:
    """Upload new articles one after another; wait for each at its address."""
    seconds = sorted(_upload_to_page(cloud, count))
    print(f"{count} uploads, each to its page: median {statistics.median(seconds):.2f} s, worst {seconds[-1]:.2f} s")


def _upload_to_page(cloud: CloudFile, count: int) -> Iterator[float]:
    s3 = s3_of(cloud)
    bucket, stamp = cloud["buckets"]["upload"], int(time.time())
    for number in range(count):
        slug = f"bench-{stamp}-{number}"
        path = f"/2026/11/{slug}/"
        text = f"---\ntitle: Bench {number}\ndate: 2026-11-20\nauthors: [Ada Holm]\ntags: [a, b, c]\n---\nText."
        began = time.monotonic()
        s3.put_object(Bucket=bucket, Key=f"articles/{slug}.md", Body=text.encode())
        if not poll_until(partial(_is_live, cloud, path), 60, every=0.01):
            raise SystemExit(f"{path} did not come within a minute")
        yield time.monotonic() - began


def _is_live(cloud: CloudFile, path: str) -> bool:
    return status_of(cloud["site_url"], path) == 200


def releases(cloud: CloudFile, count: int) -> None:
    """Schedule articles for the same minute; poll the site for each before that minute and until it is there."""
    stamp = int(time.time())
    due = datetime.fromtimestamp(stamp + 90 + count // 8, UTC).replace(second=0, microsecond=0)
    paths = _schedule(cloud, due, stamp, count)
    ahead = (due - datetime.now(UTC)).total_seconds()
    print(f"{count} articles scheduled for {due:%H:%M:%S}, {ahead:.0f} s before")
    early, lateness = _watch(cloud["site_url"], due, paths, ahead + TIMEOUT)
    print(f"{len(lateness)} live, {len(early)} seen early")
    if lateness:
        print(f"lateness: median {statistics.median(lateness.values()):.1f} s, worst {max(lateness.values()):.1f} s")


def _schedule(cloud: CloudFile, due: datetime, stamp: int, count: int) -> set[str]:
    """Upload articles that are due at one moment; return their paths when all are scheduled."""
    s3, bucket = s3_of(cloud), cloud["buckets"]["upload"]
    keys = [f"articles/bench-{stamp}-{number}.md" for number in range(count)]
    for number, key in enumerate(keys):
        fields = f"title: Bench {stamp} {number}\ndate: {due.isoformat()}\nauthors: [Ada Holm]\ntags: [a, b]"
        text = f"---\n{fields}\n---\nText."
        s3.put_object(Bucket=bucket, Key=key, Body=text.encode())
    paths: dict[str, str] = {}

    def all_scheduled() -> bool:
        for key in keys:
            if key not in paths and (receipt := _receipt(s3, bucket, key)):
                paths[key] = urlsplit(receipt["url"] or "").path
        return len(paths) == count

    until("all are scheduled", all_scheduled)
    return set(paths.values())


def _watch(site_url: str, due: datetime, paths: set[str], seconds: float) -> tuple[set[str], dict[str, float]]:
    """Poll until every page is live or the time is over; return the paths seen early, and the lateness of each page."""
    early, lateness, waiting = set[str](), dict[str, float](), set(paths)
    give_up = time.monotonic() + seconds
    while waiting and time.monotonic() < give_up:
        for path, at in _live_pages(site_url, waiting).items():
            lateness[path] = (at - due).total_seconds()
            waiting.discard(path)
        feed = _body(site_url, "/feed.xml") or ""
        if datetime.now(UTC) < due:
            early |= {path for path in paths if path in feed}
    early |= {path for path, seconds_late in lateness.items() if seconds_late < 0}
    return early, lateness


def _live_pages(site_url: str, paths: set[str]) -> dict[str, datetime]:
    """Request each of these pages once; return those that are live, each with the time of its response."""
    ordered = sorted(paths)
    with ThreadPoolExecutor(CLIENTS_AT_ONCE) as readers:
        answers = list(readers.map(partial(_status_and_time, site_url), ordered))
    return {path: at for path, (status, at) in zip(ordered, answers, strict=True) if status == 200}


def _receipt(s3: Any, bucket: str, key: str) -> Receipt | None:
    try:
        receipt: Receipt = json.load(s3.get_object(Bucket=bucket, Key=f"receipts/{key}.json")["Body"])
    except s3.exceptions.NoSuchKey:
        return None
    return receipt


def _status_and_time(site_url: str, path: str) -> tuple[int, datetime]:
    """Return the status of a page, and the time of the response."""
    return status_of(site_url, path), datetime.now(UTC)


def comments(cloud: CloudFile, state: Path, count: int, articles: int) -> None:
    """Send comments from eight clients through the API, approve them with the CLI, and count them on the pages."""
    stamp = int(time.time())
    slugs = [f"bench-{stamp}-{number}" for number in range(articles)]
    for slug in slugs:
        text = f"---\ntitle: Bench {slug}\ndate: 2026-11-20\n---\nText.\n"
        s3_of(cloud).put_object(Bucket=cloud["buckets"]["upload"], Key=f"articles/{slug}.md", Body=text.encode())
    until("the articles are live", lambda: all(_is_live(cloud, f"/2026/11/{slug}/") for slug in slugs))
    began, before = time.monotonic(), _worker_seconds(state, "ReceiveComment")
    with ThreadPoolExecutor(CLIENTS_AT_ONCE) as clients:
        sent = list(clients.map(lambda number: post(cloud, slugs[number % articles], number), range(count)))
    taken, seconds = [spent for status, spent in sent if status == 202], time.monotonic() - began
    cuts = statistics.quantiles(taken, n=100)
    print(f"{count} comments posted in {seconds:.0f} s: {len(taken)} answered 202, "
          f"p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms")  # fmt: skip
    if spent := _worker_seconds(state, "ReceiveComment") - before:
        print(f"receive_comment took {spent / count * 1000:.2f} ms of CPU a request, starts included")
    ids: list[str] = []

    def all_stored() -> bool:
        held = run_cli(state, "comments", "list", "--held")
        ids[:] = [comment["id"] for comment in held if comment["article"] in slugs]
        return len(ids) >= len(taken)

    until("all are stored", all_stored)
    print(f"{len(ids)} stored, {time.monotonic() - began:.0f} s after the first was posted")
    approving = time.monotonic()
    run_cli(state, "comments", "approve", "-", typed="\n".join(ids))
    print(f"approved in {time.monotonic() - approving:.0f} s")
    shown = [0]

    def all_shown() -> bool:
        shown[0] = sum(comments_shown(cloud["site_url"], slug) for slug in slugs)
        return shown[0] >= len(taken)

    until("all are shown", all_shown)
    print(f"{shown[0]} on the pages, {time.monotonic() - approving:.0f} s after the first was approved")


def _worker_seconds(state: Path, function: str) -> float:
    """Return the CPU seconds (user and system) of a function's workers in the local cloud; 0 without /proc."""
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text()
            if str(state.absolute() / "tmp") in command and f"-{function}-" in command:
                ticks += sum(map(int, (process / "stat").read_text().rpartition(")")[2].split()[11:13]))
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def post(cloud: CloudFile, article: str, number: int) -> tuple[int, float]:
    connection = HTTPConnection(urlsplit(cloud["site_url"]).netloc, timeout=60)
    words = {"author": f"Reader {number}", "email": f"reader-{number}@example.org", "comment": f"Remark {number}."}
    began = time.monotonic()
    connection.request(
        "POST", f"/api/articles/{article}/comments", json.dumps(words), {"content-type": "application/json"}
    )
    status = connection.getresponse().status
    connection.close()
    return status, time.monotonic() - began


def comments_shown(site_url: str, slug: str) -> int:
    """Count the comments on an article's page and on the further pages of its discussion."""
    shown, path, page = 0, f"/2026/11/{slug}/", 1
    while (body := _body(site_url, path)) is not None:
        shown += len(re.findall(r'<article[^>]* id="comment-', body))
        page += 1
        path = f"/comments/{slug}/{page}/"
    return shown


def _body(site_url: str, path: str) -> str | None:
    connection = HTTPConnection(urlsplit(site_url).netloc, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return body if answer.status == 200 else None


def run_cli(state: Path, *words: str, typed: str = "") -> Any:
    command = [str(Path(sys.executable).with_name("broadsheet")), *words, "--state", str(state), "--json"]
    done = subprocess.run(command, input=typed, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def until(state: str, is_reached: Callable[[], bool]) -> None:
    """Wait until a state is reached; end the program after TIMEOUT seconds."""
    if not poll_until(is_reached, TIMEOUT, every=1):
        raise SystemExit(f"{TIMEOUT} seconds and still not so: {state}")


def s3_of(cloud: CloudFile) -> Any:
    return boto3.client(
        "s3", endpoint_url=cloud["endpoint"], region_name=cloud["region"],
        **cloud["credentials"],
    )  # fmt: skip


def status_of(site_url: str, path: str) -> int:
    connection = HTTPConnection(urlsplit(site_url).netloc, timeout=30)
    connection.request("HEAD", path)
    status = connection.getresponse().status
    connection.close()
    return status


if __name__ == "__main__":
    main()
