"""The newsroom as a newcomer runs it: `python -m infra.local`, a folder, a browser, an AWS client.

Everything is real here: the template, the zips, the roles (enforced), the events, the queues. What
must hold in a few seconds is asked for until it does, with a bound.
"""

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from newsroom import urls
from tests.running import MINISTACK, ROOT, Running, eventually

pytestmark = [
    pytest.mark.xdist_group("end-to-end"),
    pytest.mark.skipif(not MINISTACK.exists(), reason="the local cloud is not installed: `make test` installs it"),
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


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The sample paper, live."""
    running = Running(tmp_path_factory.mktemp("newsroom"))
    copytree(ROOT / "events/uploads", running.content)
    running.start()
    yield running
    running.stop()


def status(newsroom: Running, path: str) -> int:
    return newsroom.get(path)[0].status


def receipt_of(newsroom: Running, key: str) -> dict[str, Any] | None:
    s3 = newsroom.client("s3")
    try:
        answer = s3.get_object(Bucket=newsroom.cloud["buckets"]["upload"], Key=urls.receipt_path(key))
    except s3.exceptions.NoSuchKey:
        return None
    return json.loads(answer["Body"].read())  # type: ignore[no-any-return]


def dead_letters(newsroom: Running) -> dict[str, int]:
    """The dead-letter queues that hold something, and how much."""
    sqs, count = newsroom.client("sqs"), "ApproximateNumberOfMessages"
    queues = {name: url for name, url in newsroom.cloud["queues"].items() if name.endswith("_dlq")}
    answers = {
        name: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[count])["Attributes"][count]
        for name, url in queues.items()
    }
    return {name: int(held) for name, held in answers.items() if int(held)}


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
    eventually(lambda: status(newsroom, "/.well-known/security.txt") == 200, 90)  # the first tick writes its expiry


def test_every_answer_carries_the_templates_security_headers(newsroom: Running) -> None:
    for path in ("/", "/nothing/here/", "/feed.xml"):
        headers = newsroom.get(path)[0].headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"


def test_a_saved_article_lives_moves_and_dies_before_its_readers_eyes(newsroom: Running) -> None:
    address = "/2026/11/sunday-ferry/"
    newsroom.save("articles/sunday-ferry.md", ARTICLE)
    eventually(lambda: status(newsroom, address) == 200)
    for path in ("/", "/section/harbour/", "/author/ada-holm/", "/tag/ferry/", "/archive/2026/11/", "/feed.xml"):
        eventually(lambda path=path: newsroom.shows(path, address))

    newsroom.save("articles/sunday-ferry.md", ARTICLE.replace("on Sundays", "on Mondays too"))
    eventually(lambda: newsroom.shows("/", "Ferry to run on Mondays too"))

    newsroom.save("articles/sunday-ferry.md", ARTICLE.replace("section:", "slug: monday-ferry\nsection:"))
    eventually(lambda: status(newsroom, address) == 301)
    assert newsroom.get(address)[0].headers["location"] == "/2026/11/monday-ferry/"

    newsroom.save("articles/sunday-ferry.md", ARTICLE.replace("section:", "draft: true\nsection:"))
    eventually(lambda: status(newsroom, "/2026/11/monday-ferry/") == 410)

    newsroom.save("articles/sunday-ferry.md", ARTICLE)
    eventually(lambda: status(newsroom, address) == 200)

    (newsroom.content / "articles/sunday-ferry.md").unlink()
    eventually(lambda: status(newsroom, address) == 410)
    for path in ("/", "/section/harbour/", "/tag/ferry/", "/feed.xml", "/sitemaps/2026-11.xml"):
        eventually(lambda path=path: not newsroom.shows(path, "sunday-ferry"))


def test_a_scheduled_article_is_nowhere_until_the_clock_strikes(newsroom: Running) -> None:
    due = datetime.now(UTC) + timedelta(seconds=5)
    dated = ARTICLE.replace("2026-11-20T09:30+00:00", due.isoformat(timespec="seconds"))
    newsroom.save("articles/night-boat.md", dated)
    receipt = eventually(lambda: receipt_of(newsroom, "articles/night-boat.md"))
    address = "/" + receipt["url"].partition("//")[2].partition("/")[2]
    if receipt["status"] == "scheduled":
        assert status(newsroom, address) == 404

    eventually(lambda: datetime.now(UTC) > due)
    newsroom.wake("ReleaseArticles", {"why": "clock"})

    eventually(lambda: status(newsroom, address) == 200)
    eventually(lambda: newsroom.shows("/feed.xml", address))
    assert datetime.now(UTC) > due


def test_an_article_taken_down_is_gone_until_it_is_restored(newsroom: Running) -> None:
    key, address = "articles/court-ferry.md", "/2026/11/court-ferry/"
    story = ARTICLE.replace("It never did before", "The court sits on an island")  # words that no other article has
    newsroom.save(key, story.replace("Sundays", "court days"))
    eventually(lambda: newsroom.shows("/feed.xml", address))

    report = newsroom.desk("takedown", "court-ferry", "--reason", "a court said so", "--yes")
    assert report["clean"] is True
    assert status(newsroom, address) == 410
    assert not newsroom.shows("/feed.xml", address)

    first = eventually(lambda: receipt_of(newsroom, key))
    newsroom.save(key, story.replace("Sundays", "other days"))

    def answered() -> Any:
        receipt = receipt_of(newsroom, key)
        return receipt if receipt and receipt["version"] != first["version"] else None

    (warning,) = eventually(answered)["warnings"]
    assert warning["message"].endswith("broadsheet restore court-ferry")
    assert status(newsroom, address) == 410

    assert newsroom.desk("restore", "court-ferry")["receipt"]["status"] == "published"
    eventually(lambda: newsroom.shows(address, "Ferry to run on other days"))


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
        receipt = eventually(lambda key=key: receipt_of(newsroom, key))
        assert receipt["status"] == "rejected", receipt
        assert all(problem["message"].startswith(key) for problem in receipt["problems"]), receipt
    for key in sound:
        receipt = eventually(lambda key=key: receipt_of(newsroom, key))
        assert receipt["status"] == "published", receipt
        path = "/" + receipt["url"].partition("//")[2].partition("/")[2]
        eventually(lambda path=path: status(newsroom, path) == 200)
    assert receipt_of(newsroom, "articles/cyrillic.md")["warnings"]  # type: ignore[index]
    assert dead_letters(newsroom) == {}


def test_a_newsroom_that_was_stopped_goes_on_where_it_was(newsroom: Running) -> None:
    s3, bucket = newsroom.client("s3"), newsroom.cloud["buckets"]["upload"]
    before = eventually(lambda: first_receipt(newsroom))
    for number in range(100):
        s3.put_object(Bucket=bucket, Key=f"articles/burst-{number}.md", Body=ARTICLE)
    assert newsroom.stop() == 0
    assert processes_of(newsroom.state) == []

    newsroom.start()

    for number in range(100):
        eventually(lambda number=number: status(newsroom, f"/2026/11/burst-{number}/") == 200, 120)
    eventually(lambda: newsroom.shows("/section/harbour/", "/2026/11/burst-"), 60)
    assert receipt_of(newsroom, before["key"]) == before
    assert dead_letters(newsroom) == {}


def first_receipt(newsroom: Running) -> dict[str, Any] | None:
    keys = [
        path.relative_to(newsroom.content).as_posix() for path in sorted(newsroom.content.rglob("articles/**/*.md"))
    ]
    return receipt_of(newsroom, keys[0])


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
