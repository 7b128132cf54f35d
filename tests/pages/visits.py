"""Every kind of page of a running newsroom: what is published for it to be there, and where each is."""

import json
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from newsroom.comments.tokens import held_page_token, subscribe_token, unsubscribe_token
from tests.running import FORM, Running, eventually

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"

QUIET = """---
title: What an audit of the harbour found
standfirst: Every rope was counted twice, and one of them was a snake.
section: Audit
authors: [Ada Marlow, Jonas Pell]
tags: [Counting, Ropes]
source: The Rope Gazette
updated: 2026-11-24T10:00+00:00
date: 2026-11-23T09:00+00:00
corrections:
  - {date: 2026-11-24, text: "An earlier version counted the snake."}
comments: false
---
The count began at **six** and ended in *song*.[^1]

## What was counted

| Thing  | Number |
|--------|-------:|
| Ropes  |     48 |
| Snakes |      1 |

> Nobody had asked it to leave.

1. Take a rope.
2. Count it, with `one` hand.

[^1]: The song is not recorded.
"""
LIVELY = """---
title: The clock on the quay is asked for the time
standfirst: It answered, after some thought, and was nearly right.
section: Audit
authors: [Ada Marlow]
tags: [Counting]
id: audit-lively
---
""" + "The clock was asked at noon, in front of witnesses, and took its time about it.\n\n" * 12  # fmt: skip
LONG = LIVELY.replace("audit-lively", "audit-long").replace("is asked for", "is told").replace("Ada Marlow", "Ada Pell")
FROM_RIGHT = """---
title: ساعة الرصيف
standfirst: سُئلت الساعة عن الوقت، فأجابت بعد تفكير.
section: Audit
authors: [Ada Marlow]
lang: ar
---
سُئلت الساعة عند الظهر أمام شهود، ولم تستعجل في الجواب.
"""
MOVED = "---\ntitle: The pier has moved\nsection: Audit\naliases: [/audit/old-pier/]\n---\nIt is further out now.\n"
GONE = "---\ntitle: A ghost ship\nsection: Audit\n---\nIt was seen once.\n"
TEXTS = {
    "quiet": QUIET, "lively": LIVELY, "long": LONG, "from-right": FROM_RIGHT, "moved": MOVED, "gone": GONE,
}  # fmt: skip
SHORT_TALK, LONG_TALK = 10, 130  # comments; fifty threads are a page


@dataclass(frozen=True, slots=True)
class Visit:
    """One page to look at. form: posted there as a browser posts it, if not None. kept: what that was answered,
    where it can be done only once."""

    kind: str
    path: str
    status: int = 200
    form: Mapping[str, str] | None = None
    kept: tuple[HTTPResponse, str] | None = None

    @property
    def is_listed(self) -> bool:
        """Whether search engines are invited."""
        return self.status == 200 and not self.path.startswith(("/api/", "/comments/"))

    def answer(self, newsroom: Running) -> tuple[HTTPResponse, str]:
        """What a browser is answered; redirects are not followed."""
        if self.kept:
            return self.kept
        if self.form is None:
            return newsroom.get(self.path, accept=HTML)
        body = urlencode(self.form).encode()
        return newsroom.ask("POST", self.path, body, {"content-type": FORM, "accept": HTML})


def furnish(newsroom: Running) -> list[Visit]:
    """Publish what is needed for each kind of page, and tell where each is. A second time it changes nothing."""
    for name, text in TEXTS.items():
        _put(newsroom, f"articles/audit/{name}.md", text)
    at = {name: _address(newsroom, name) for name in TEXTS}
    bucket = newsroom.cloud["buckets"]["upload"]
    newsroom.client("s3").delete_object(Bucket=bucket, Key="articles/audit/gone.md")
    for article, count in (("audit-lively", SHORT_TALK), ("audit-long", LONG_TALK)):
        _talk(newsroom, article, count)
    post = "/api/articles/audit-lively/comments"
    month = at["lively"].rsplit("/", 2)[0]
    visits = [
        Visit("home", "/"),
        Visit("article", at["quiet"]),
        Visit("article, ten comments", at["lively"]),
        Visit("article, right to left", at["from-right"]),
        Visit("long discussion", at["long"]),
        Visit("its later page", "/comments/audit-long/2/"),
        Visit("reply", f"/comments/audit-lively/reply/{_id('audit-lively', 1)}/"),
        Visit("section", "/section/audit/"),
        Visit("section, month", f"/section/audit{month}/"),
        Visit("author", "/author/ada-marlow/"),
        Visit("tag", "/tag/counting/"),
        Visit("archive", "/archive/"),
        Visit("archive, month", f"/archive{month}/"),
        Visit("static page", "/about/"),
        Visit("redirect", "/audit/old-pier/", 301),
        Visit("not found", "/nothing/is/here/", 404),
        Visit("tombstone", at["gone"], 410),
        Visit("comment error", post, 422, {"author": "", "email": "nobody", "comment": ""}),
    ]
    for visit in visits:
        eventually(lambda visit=visit: visit.answer(newsroom)[0].status == visit.status)
    eventually(lambda: newsroom.shows("/comments/audit-long/2/", f'id="comment-{_id("audit-long", LONG_TALK)}"'))
    eventually(lambda: newsroom.shows(at["lively"], f'id="comment-{_id("audit-lively", SHORT_TALK)}"'))
    return visits + list(_answered(newsroom, post))


def _answered(newsroom: Running, post: str) -> Iterator[Visit]:
    """The pages that functions answer themselves."""
    words = f"I set my watch by it and was {time.time():.0f} seconds late."  # for the same may not be said twice
    given = {"author": "Wim Oar", "email": "wim@reader.example", "comment": words}
    receipt = eventually(lambda: newsroom.form(post, given)[0].headers["location"])  # none within seconds of another
    id = receipt.rsplit("/", 1)[1].partition(".")[0]
    eventually(lambda: [each for each in newsroom.desk("comments", "list", "--held") if each["id"] == id])
    yield Visit("comment receipt", receipt)
    newsroom.wake("ModerateComment", {"why": "digest"})
    mails = [mail["BodyText"] for mail in newsroom.mails() if words in mail["BodyText"]]
    (approve,) = re.findall(re.escape(words) + r".*?^Approve: http://[^/]+(\S+)", mails[-1], re.DOTALL | re.MULTILINE)
    hold = _choice(newsroom.get(approve, accept=HTML)[1], "Hold")
    done = newsroom.form(hold, {})
    yield Visit("moderated", hold, kept=done)
    yield Visit("link that was used", hold, 410)
    yield Visit("moderation", _choice(done[1], "Approve"))
    held = held_page_token(newsroom.secret("EDITORS"), int(time.time()) + 3600)
    yield Visit("all that is held", f"/api/moderate/held?t={held}")
    yield Visit("all that is held, with a notice", f"/api/moderate/held?t={held}", 422, form={})
    yield Visit("subscribe", "/api/subscribe?t=" + subscribe_token(newsroom.secret("SECRET"), "0" * 32))
    stop = "/api/unsubscribe?t=" + unsubscribe_token(newsroom.secret("SECRET"), _id("audit-lively", 1))
    yield Visit("unsubscribe", stop)
    yield Visit("unsubscribed", stop, form={})
    yield Visit("link that is no link", "/api/unsubscribe?t=torn", 400)


def _choice(page: str, action: str) -> str:
    (address,) = re.findall(rf'href="(/api/moderate[^"]*)">{action}', page)
    return str(address)


def _put(newsroom: Running, key: str, text: str) -> None:
    bucket = newsroom.cloud["buckets"]["upload"]
    newsroom.client("s3").put_object(Bucket=bucket, Key=key, Body=text.encode())


def _address(newsroom: Running, name: str) -> str:
    """Where an article is, once its receipt says so."""
    s3, bucket = newsroom.client("s3"), newsroom.cloud["buckets"]["upload"]

    def receipt() -> dict[str, Any] | None:
        try:
            found = s3.get_object(Bucket=bucket, Key=f"receipts/articles/audit/{name}.md.json")
        except s3.exceptions.NoSuchKey:
            return None
        told: dict[str, Any] = json.loads(found["Body"].read())
        return told if told["status"] == "published" else None

    return urlsplit(eventually(receipt)["url"]).path


def _id(article: str, number: int) -> str:
    return f"{len(article):04x}{number:08x}"


def _talk(newsroom: Running, article: str, count: int) -> None:
    """A discussion: every third comment answers the one before."""
    lines = []
    for number in range(1, count + 1):
        id, answers = _id(article, number), number % 3 == 0
        above = _id(article, number - 1)
        lines.append({
            "id": id, "article": article, "author": f"Reader {number}", "status": "approved",
            "parent": above if answers else None, "root": above if answers else id, "depth": 2 if answers else 1,
            "at": f"2026-11-24T{number // 60:02}:{number % 60:02}:00.000+00:00", "url": None,
            "text": f"Comment number {number} of this discussion.\n\nSee https://clock.example/{number} for the rest.",
        })  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "comments.jsonl"
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        newsroom.desk("comments", "import", str(file))
