"""The newsroom as a newcomer runs it: `python -m infra.local`, a folder, a browser, an AWS client.

Everything is real here: the template, the zips, the roles (enforced), the events, the queues. What
must hold in a few seconds is asked for until it does, with a bound.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from shutil import copytree
from typing import Any

import boto3
import pytest
from botocore.config import Config

from newsroom import pages

ROOT = Path(__file__).parent.parent
SOON = 30.0  # seconds; on a quiet machine a page follows its upload in well under one

pytestmark = [
    pytest.mark.xdist_group("end-to-end"),
    pytest.mark.skipif(
        not (ROOT / ".cloud/bin/ministack").exists(), reason="the local cloud is not installed: `make test` installs it"
    ),
]

ARTICLE = """---
title: Ferry to run on Sundays
date: 2026-11-20T09:30+00:00
section: Harbour
authors: [Ada Holm]
tags: [ferry]
---
It never did before.
"""


class Running:
    """One `python -m infra.local`, and what an editor and a reader do with it."""

    def __init__(self, folder: Path) -> None:
        self.content, self.state = folder / "content", folder / "state"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.log = folder / "log"

    def start(self) -> None:
        command = [sys.executable, "-m", "infra.local", "--content", self.content, "--state", self.state]
        started = self.log.read_text().count("Broadsheet is live") if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*command, "--port", str(self.port)], cwd=ROOT, stdout=log, stderr=log)

        eventually(lambda: self.log.read_text().count("Broadsheet is live") > started or self._has_ended(), 240)
        assert self.process.poll() is None, self.log.read_text()
        self.cloud = json.loads((self.state / "cloud.json").read_text())

    def _has_ended(self) -> bool:
        return self.process.poll() is not None

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def client(self, service: str) -> Any:
        return boto3.client(
            service, endpoint_url=self.cloud["endpoint"], region_name=self.cloud["region"],
            aws_access_key_id="test", aws_secret_access_key="test",
            config=Config(s3={"addressing_style": "path"}, retries={"mode": "standard", "max_attempts": 4}),
        )  # fmt: skip

    def save(self, key: str, text: str | bytes) -> None:
        path = self.content / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def get(self, path: str, method: str = "GET") -> tuple[HTTPResponse, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer, body

    def status(self, path: str) -> int:
        return self.get(path)[0].status

    def shows(self, path: str, words: str) -> bool:
        return words in self.get(path)[1]

    def receipt(self, key: str) -> dict[str, Any] | None:
        s3 = self.client("s3")
        try:
            answer = s3.get_object(Bucket=self.cloud["buckets"]["upload"], Key=pages.receipt(key))
        except s3.exceptions.NoSuchKey:
            return None
        return json.loads(answer["Body"].read())  # type: ignore[no-any-return]

    def dead_letters(self) -> dict[str, int]:
        sqs = self.client("sqs")
        names = ["ApproximateNumberOfMessages"]
        return {
            name: count
            for name, url in self.cloud["queues"].items()
            if name.endswith("_dlq")
            and (count := int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"][names[0]]))
        }


def eventually(holds: Callable[[], Any], seconds: float = SOON) -> Any:
    """Ask until the answer is true, and give it; fails after so many seconds."""
    give_up = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < give_up, f"still not so after {seconds:.0f} seconds"
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The sample paper, live."""
    running = Running(tmp_path_factory.mktemp("newsroom"))
    copytree(ROOT / "events/uploads", running.content)
    running.start()
    yield running
    running.stop()


class Links(HTMLParser):
    """Every address on this site that a page refers to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in {"href", "src"} and value and re.match(r"/(?!/)", value):
                self.found.add(value.partition("#")[0])


def test_every_link_of_the_sample_paper_leads_somewhere(newsroom: Running) -> None:
    seen, waiting, broken = set[str](), {"/"}, []
    while waiting:
        path = waiting.pop()
        seen.add(path)
        answer, body = newsroom.get(path)
        if answer.status != 200:
            broken.append((path, answer.status))
        elif "html" in (answer.headers["content-type"] or ""):
            waiting |= Links(body).found - seen
    assert broken == []
    assert len(seen) > 50


def test_feeds_and_sitemaps_are_what_they_say(newsroom: Running) -> None:
    for path in ("/feed.xml", "/atom.xml", "/section/harbour/feed.xml", "/sitemap.xml", "/news-sitemap.xml"):
        answer, body = newsroom.get(path)
        assert answer.status == 200
        assert ET.fromstring(body) is not None
    assert json.loads(newsroom.get("/feed.json")[1])["items"]
    assert "Sitemap: " in newsroom.get("/robots.txt")[1]
    eventually(lambda: newsroom.status("/.well-known/security.txt") == 200, 90)  # the first tick writes its expiry


def test_every_answer_carries_the_templates_security_headers(newsroom: Running) -> None:
    for path in ("/", "/nothing/here/", "/feed.xml"):
        headers = newsroom.get(path)[0].headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"


def test_a_saved_article_lives_moves_and_dies_before_its_readers_eyes(newsroom: Running) -> None:
    address = "/2026/11/sunday-ferry/"
    newsroom.save("articles/sunday-ferry.md", ARTICLE)
    eventually(lambda: newsroom.status(address) == 200)
    for path in ("/", "/section/harbour/", "/author/ada-holm/", "/tag/ferry/", "/archive/2026/11/", "/feed.xml"):
        eventually(lambda path=path: newsroom.shows(path, address))

    newsroom.save("articles/sunday-ferry.md", ARTICLE.replace("on Sundays", "on Mondays too"))
    eventually(lambda: newsroom.shows("/", "Ferry to run on Mondays too"))

    newsroom.save("articles/sunday-ferry.md", ARTICLE.replace("section:", "slug: monday-ferry\nsection:"))
    eventually(lambda: newsroom.status(address) == 301)
    assert newsroom.get(address)[0].headers["location"] == "/2026/11/monday-ferry/"

    newsroom.save("articles/sunday-ferry.md", ARTICLE.replace("section:", "draft: true\nsection:"))
    eventually(lambda: newsroom.status("/2026/11/monday-ferry/") == 410)

    newsroom.save("articles/sunday-ferry.md", ARTICLE)
    eventually(lambda: newsroom.status(address) == 200)

    (newsroom.content / "articles/sunday-ferry.md").unlink()
    eventually(lambda: newsroom.status(address) == 410)
    for path in ("/", "/section/harbour/", "/tag/ferry/", "/feed.xml", "/sitemaps/2026-11.xml"):
        eventually(lambda path=path: not newsroom.shows(path, "sunday-ferry"))


BAD = {
    "articles/empty.md": b"",
    "articles/no-title.md": b"---\nsection: News\n---\nNo title.\n",
    "articles/broken.md": b"---\ntitle: [unclosed\n---\nText.\n",
    "articles/aliases.md": b"---\ntitle: &a Anchored\nstandfirst: *a\n---\nText.\n",
    "articles/long-front-matter.md": b"---\ntitle: T\nnote: " + b"x" * 9000 + b"\n---\nText.\n",
    "articles/impossible.md": b"---\ntitle: T\ndate: 2026-02-31\n---\nText.\n",
    "articles/latin1.md": "---\ntitle: Caf\xe9\n---\nText.\n".encode("latin-1"),
    "articles/nul.md": b"---\ntitle: T\n---\nTe\x00xt.\n",
    "articles/three-megabytes.md": b"---\ntitle: T\n---\n" + b"word " * 600_000,
    "articles/picture.md": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)),
    "articles/sheet.xlsx": b"PK\x03\x04 a spreadsheet",
    "articles/long-title.md": b"---\ntitle: " + b"T" * 5000 + b"\n---\nText.\n",
    "articles/only-comments.md": b"---\ntitle: T\n---\n<!-- nothing -->\n",
    "articles/tags.md": b"---\ntitle: T\ntags: [" + b", ".join(b"t%d" % n for n in range(500)) + b"]\n---\nText.\n",
    "articles/twice.md": b"---\ntitle: T\ntitle: U\n---\nText.\n",
}
ODD = {
    "articles/bom.md": b"\xef\xbb\xbf---\r\ntitle: A BOM and CRLF\r\n---\r\nText.\r\n",
    "articles/spaces and+plus %41 caf\xc3\xa9.md": b"---\ntitle: An odd key\n---\nText.\n",
    "articles/cyrillic.md": "---\ntitle: Паром\nslug: паром\n---\nText.\n".encode(),
    "articles/punctuation.md": b"---\ntitle: '?!'\n---\nText.\n",
    "articles/emoji.md": "---\ntitle: 🦆🦆\n---\nText.\n".encode(),
    "articles/bare.md": b"# A headline of its own\n\nNo front matter at all.\n",
}


def test_whatever_is_uploaded_gets_a_receipt_and_its_neighbours_go_on(newsroom: Running) -> None:
    s3, bucket = newsroom.client("s3"), newsroom.cloud["buckets"]["upload"]
    long_key = "articles/" + "k" * 1012 + ".md"  # S3's longest
    sound = {key.encode("latin-1").decode(): body for key, body in ODD.items()} | {
        "articles/neighbour.md": ARTICLE.encode(),
        long_key: ARTICLE.encode(),
    }
    for key, body in {**BAD, **sound}.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body)

    for key in BAD:
        receipt = eventually(lambda key=key: newsroom.receipt(key))
        assert receipt["status"] == "rejected", receipt
        assert all(problem["message"].startswith(key) for problem in receipt["problems"]), receipt
    for key in sound:
        receipt = eventually(lambda key=key: newsroom.receipt(key))
        assert receipt["status"] == "published", receipt
        path = "/" + receipt["url"].partition("//")[2].partition("/")[2]
        eventually(lambda path=path: newsroom.status(path) == 200)
    assert newsroom.receipt("articles/cyrillic.md")["warnings"]  # type: ignore[index]
    assert newsroom.dead_letters() == {}


def test_a_newsroom_that_was_stopped_goes_on_where_it_was(newsroom: Running) -> None:
    s3, bucket = newsroom.client("s3"), newsroom.cloud["buckets"]["upload"]
    before = eventually(lambda: first_receipt(newsroom))
    for number in range(100):
        s3.put_object(Bucket=bucket, Key=f"articles/burst-{number}.md", Body=ARTICLE)
    assert newsroom.stop() == 0
    assert processes_of(newsroom.state) == []

    newsroom.start()

    for number in range(100):
        eventually(lambda number=number: newsroom.status(f"/2026/11/burst-{number}/") == 200, 120)
    eventually(lambda: newsroom.shows("/section/harbour/", "/2026/11/burst-"), 60)
    assert newsroom.receipt(before["key"]) == before
    assert newsroom.dead_letters() == {}


def first_receipt(newsroom: Running) -> dict[str, Any] | None:
    keys = [
        path.relative_to(newsroom.content).as_posix() for path in sorted(newsroom.content.rglob("articles/**/*.md"))
    ]
    return newsroom.receipt(keys[0])


def processes_of(state: Path) -> list[str]:
    """The command lines of processes that have something to do with a state folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(state) in line and process.name != str(os.getpid()):
            found.append(line)
    return found


def test_a_port_in_use_is_one_clear_line(newsroom: Running, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infra.local", "--port", str(newsroom.port), "--state", str(tmp_path)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert answer.returncode != 0
    assert len(answer.stderr.strip().splitlines()) == 1
    assert str(newsroom.port) in answer.stderr
