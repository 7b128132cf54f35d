"""Draw pages and place them: the site's in the site bucket, receipts beside the uploads.

Woken by RenderQueue. Reads NewsTable; writes SiteBucket and UploadBucket's receipts. Safe to repeat:
it draws what is true now, not what the message remembers.

The order is the correctness rule: first the token of what stands there (its ETag), then the edition,
then the rows, all strongly read; then the page is written only if its token is still the same. A
batch goes through these steps together, so that pages which read the same rows read them once.
"""

import json
from collections.abc import Iterable
from functools import cache
from hashlib import md5
from typing import Any

from aws_lambda_powertools import Logger

from adapters.buckets import Bucket
from adapters.clients import setting
from adapters.tables import Table
from newsroom import pages, rendering
from newsroom.content import Drawn, TombstoneContent
from newsroom.errors import PermanentError
from newsroom.pages import Page
from render_page.gathering import Morgue, gather

ATTEMPTS = 4  # at a page somebody else keeps writing, before the queue is asked to bring it again


@cache
def logger() -> Logger:
    return Logger()


@cache
def news_table() -> Table:
    return Table(setting("NEWS_TABLE"))


@cache
def bucket_of(kind: str) -> Bucket:
    return Bucket(setting("UPLOAD_BUCKET" if kind == "receipt" else "SITE_BUCKET"))


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A batch of RenderQueue; what could not be drawn now is reported, and comes again."""
    asked: dict[str, list[str]] = {}
    for record in event["Records"]:
        try:
            asked.setdefault(path_of(record["body"]), []).append(record["messageId"])
        except PermanentError as problem:
            logger().error("not a page to draw", body=record["body"], reason=str(problem))
    failed = render(asked)
    return {"batchItemFailures": [{"itemIdentifier": id} for path in failed for id in asked[path]]}


def path_of(body: str) -> str:
    """The path a message names; PermanentError when it is none.

    A page has one name only. Under another that leads to the same object nothing is known of it, and
    a tombstone would be put in its place.
    """
    try:
        path = json.loads(body)["page"]
    except (ValueError, KeyError, TypeError) as problem:
        raise PermanentError(f"not {{'page': path}}: {problem!r}") from problem
    if not isinstance(path, str) or not path.startswith(("/", "receipts/")) or path.endswith("/index.html"):
        raise PermanentError(f"{path!r} is no page's path; write it as /about/ or /feed.xml")
    return path


def render(paths: Iterable[str]) -> set[str]:
    """Draw pages; returns those that could not be drawn now."""
    left, failed = [pages.read(path) for path in paths], set[str]()
    for _ in range(ATTEMPTS):
        if left:
            left = attempt(left, failed)
    return failed | {page.path for page in left}


def attempt(asked: list[Page], failed: set[str]) -> list[Page]:
    """Draw each page once; returns those somebody else wrote meanwhile, to start over with.

    Where a batch fails its pages are tried one by one: no page takes its neighbours with it.
    """
    try:
        return draw(asked)
    except Exception:  # noqa: BLE001 - an unknown failure is the queue's to repeat
        if len(asked) == 1:
            logger().exception("a page could not be drawn", page=asked[0].path)
            failed.add(asked[0].path)
            return []
    return [overtaken for page in asked for overtaken in attempt([page], failed)]


def draw(asked: list[Page]) -> list[Page]:
    tokens = {page: bucket_of(page.kind).etag(pages.object_key(page.path)) for page in asked}
    editions = news_table().editions(page.path for page in asked)
    morgue = Morgue.open(news_table(), asked, setting("SITE_URL"))
    overtaken = []
    for page in asked:
        content = gather(page, morgue)
        if content is None and tokens[page] and page.kind != "asset":  # readers' caches still ask for old assets
            content = TombstoneContent()
        if content is not None:
            drawn = rendering.draw(page, content, morgue.site, editions.get(page.path, 0))
            if not place(page, drawn, tokens[page]):
                overtaken.append(page)
    return overtaken


def place(page: Page, drawn: Drawn, token: str | None) -> bool:
    """Write a page unless it stands there already; False if somebody else wrote it meanwhile.

    Leaving equal bytes alone is safe only because the edition is among them.
    """
    if token == f'"{md5(drawn.body, usedforsecurity=False).hexdigest()}"':
        return True
    return bucket_of(page.kind).replace(
        pages.object_key(page.path),
        drawn.body,
        token=token,
        content_type=drawn.content_type,
        cache_control=drawn.cache_control,
        metadata=drawn.metadata,
    )
