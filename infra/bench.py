"""Measure the newsroom: how soon a page follows its upload, how heavy each function is to start.

    python -m infra.bench starts               CPU and wall time of each handler's first import
    python -m infra.bench uploads [--state .local] [--count 50]     on a newsroom that is running

Ratios and counts travel between machines, seconds do not: each start is shown beside that of a bare
DynamoDB client in the same run.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import boto3

from infra import pack

RUNS = 7
BARE = "import boto3; boto3.client('dynamodb')"
START = """
import importlib, {verb}.handler
clients = importlib.import_module('adapters.clients')
for name in {clients!r}: getattr(clients, name)()
"""
CLIENTS = {
    "publish_article": ["dynamodb", "s3"],
    "plan_pages": ["dynamodb", "sqs"],
    "render_page": ["dynamodb", "s3"],
    "rebuild_site": ["dynamodb", "sqs"],
    "release_articles": ["dynamodb"],
}


def main() -> None:
    """Read the arguments and print one table."""
    options = argparse.ArgumentParser(prog="python -m infra.bench")
    options.add_argument("what", choices=["starts", "uploads"])
    options.add_argument("--state", type=Path, default=Path(os.environ.get("STATE", ".local")))
    options.add_argument("--count", type=int, default=50)
    chosen = options.parse_args()
    if chosen.what == "starts":
        starts()
    else:
        uploads(json.loads((chosen.state / "cloud.json").read_text()), chosen.count)


def starts() -> None:
    """Each handler imported and its clients made, in a fresh process, from its own zip."""
    zips = pack.pack()
    with tempfile.TemporaryDirectory() as folder:
        programs = {"bare boto3.client('dynamodb')": (BARE, "")}
        sizes = {}
        for verb, packed in zips.items():
            with zipfile.ZipFile(packed) as archive:
                archive.extractall(Path(folder) / verb)
                sizes[verb] = sum(entry.file_size for entry in archive.infolist())
            programs[verb] = (START.format(verb=verb, clients=CLIENTS[verb]), str(Path(folder) / verb))
        for program, path in programs.values():  # bytecode is compiled once, as it is for a deployed function
            _spent(program, path)
        turns = [{name: _spent(*program) for name, program in programs.items()} for _ in range(RUNS)]
    bare = next(iter(programs))
    print(f"{'':32}{'CPU ms':>8}{'wall ms':>9}{'CPU / bare':>12}{'unzipped MB':>13}")
    for name in programs:
        cpu, wall = (statistics.median(turn[name][which] for turn in turns) for which in (0, 1))
        ratio = statistics.median(turn[name][0] / turn[bare][0] for turn in turns)
        size = f"{sizes[name] / 1e6:13.1f}" if name in sizes else ""
        print(f"{name:32}{cpu * 1000:8.0f}{wall * 1000:9.0f}{ratio:12.2f}{size}")


def _spent(program: str, path: str) -> tuple[float, float]:
    """CPU (user and system) and wall seconds of a Python process."""
    environment = {**os.environ, "PYTHONPATH": path, "AWS_DEFAULT_REGION": "eu-west-1"}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, ended - began


def uploads(cloud: dict[str, str], count: int) -> None:
    """New articles put in the bucket one after another; each waited for at its address."""
    seconds = sorted(_upload_to_page(cloud, count))
    print(f"{count} uploads, each to its page: median {statistics.median(seconds):.2f} s, worst {seconds[-1]:.2f} s")


def _upload_to_page(cloud: dict[str, str], count: int) -> Iterator[float]:
    s3 = boto3.client(
        "s3", endpoint_url=cloud["endpoint"], region_name=cloud["region"],
        aws_access_key_id="test", aws_secret_access_key="test",  # noqa: S106 - the local cloud's own
    )  # fmt: skip
    bucket, stamp = cloud["buckets"]["upload"], int(time.time())  # type: ignore[index]
    for number in range(count):
        slug = f"bench-{stamp}-{number}"
        text = f"---\ntitle: Bench {number}\ndate: 2026-11-20\nauthors: [Ada Holm]\ntags: [a, b, c]\n---\nText."
        began = time.monotonic()
        s3.put_object(Bucket=bucket, Key=f"articles/{slug}.md", Body=text.encode())
        while _status(cloud["site_url"], f"/2026/11/{slug}/") != 200:
            if time.monotonic() - began > 60:
                raise SystemExit(f"/2026/11/{slug}/ did not come within a minute")
            time.sleep(0.01)
        yield time.monotonic() - began


def _status(site_url: str, path: str) -> int:
    connection = HTTPConnection(urlsplit(site_url).netloc, timeout=30)
    connection.request("HEAD", path)
    status = connection.getresponse().status
    connection.close()
    return status


if __name__ == "__main__":
    main()
