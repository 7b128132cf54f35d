"""Draw pages and place them: the site's in the site bucket, receipts beside the uploads.

Woken by RenderQueue. Reads NewsTable; writes SiteBucket and UploadBucket's receipts. Safe to repeat:
it draws what is true now, not what the message remembers.

The order is the correctness rule: first the token of what stands there (its ETag), then the edition,
then the rows, all strongly read; then the page is written only if its token is still the same. A
batch goes through these steps together, so that pages which read the same rows read them once.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import md5
from typing import Any, NamedTuple

from aws_lambda_powertools import Logger

from adapters.buckets import Bucket, Standing
from adapters.clients import setting
from adapters.tables import Table
from newsroom import pages, rendering
from newsroom.content import Drawn, TombstoneContent
from newsroom.errors import PermanentError
from newsroom.pages import Page
from render_page.gathering import Morgue, gather

ATTEMPTS = 4  # at a page somebody else keeps writing, before the queue is asked to bring it again


class Request(NamedTuple):
    """One message: a page to draw, `again` even if it stands there in its present edition."""

    page: Page
    again: bool


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
    asked: dict[Request, list[str]] = {}
    for record in event["Records"]:
        try:
            asked.setdefault(request_of(record["body"]), []).append(record["messageId"])
        except PermanentError as problem:
            logger().error("not a page to draw", body=record["body"], reason=str(problem))
    failed = render(asked)
    return {"batchItemFailures": [{"itemIdentifier": id} for request in failed for id in asked[request]]}


def request_of(body: str) -> Request:
    """What a message asks for; PermanentError when it is no request.

    A page has one name only. Under another that leads to the same object nothing is known of it, and
    a tombstone would be put in its place.
    """
    try:
        message = json.loads(body)
        path, again = message["page"], bool(message.get("again"))
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise PermanentError(f"not {{'page': path}}: {problem!r}") from problem
    if not isinstance(path, str) or not path.startswith(("/", "receipts/")) or path.endswith("/index.html"):
        raise PermanentError(f"{path!r} is no page's path; write it as /about/ or /feed.xml")
    return Request(pages.read(path), again)


def render(asked: Iterable[Request]) -> set[Request]:
    """Draw pages; returns those that could not be drawn now."""
    left, failed = list(asked), set[Request]()
    for _ in range(ATTEMPTS):
        if left:
            left = attempt(left, failed)
    return failed | set(left)


def attempt(asked: list[Request], failed: set[Request]) -> list[Request]:
    """Draw each page once; returns those somebody else wrote meanwhile, to start over with.

    Where a batch fails its pages are tried one by one: no page takes its neighbours with it.
    """
    try:
        return draw(asked)
    except Exception:  # noqa: BLE001 - an unknown failure is the queue's to repeat
        if len(asked) == 1:
            logger().exception("a page could not be drawn", page=asked[0].page.path)
            failed.add(asked[0])
            return []
    return [overtaken for request in asked for overtaken in attempt([request], failed)]


def draw(asked: list[Request]) -> list[Request]:
    standing = {page: bucket_of(page.kind).standing(pages.object_key(page.path)) for page, _ in asked}
    editions = news_table().editions(page.path for page, _ in asked)
    wanted = [request for request in asked if request.again or not is_drawn(standing, editions, request.page)]
    morgue = Morgue.open(news_table(), [page for page, _ in wanted], setting("SITE_URL"))
    overtaken = []
    for request in wanted:
        page, edition = request.page, editions.get(request.page.path, 0)
        content = gather(page, morgue)
        if content is None and standing[page] and page.kind != "asset":  # readers' caches still ask for old assets
            content = TombstoneContent()
        if content and not place(page, rendering.draw(page, content, morgue.site, edition), edition, standing[page]):
            overtaken.append(request)
    return overtaken


def is_drawn(standing: Mapping[Page, Standing | None], editions: Mapping[str, int], page: Page) -> bool:
    """Whether a page stands there in its present edition already.

    Its edition was raised after the rows had changed and read before they were, so it shows them. A
    busy page is asked for far more often than it changes, and most of its messages end here.
    """
    stands = standing[page]
    return stands is not None and stands.metadata.get("edition") == str(editions.get(page.path))


def place(page: Page, drawn: Drawn, edition: int, stands: Standing | None) -> bool:
    """Write a page unless it stands there already; False if somebody else wrote it meanwhile.

    Leaving equal bytes alone is safe only because the edition is among them.
    """
    if stands and stands.etag == f'"{md5(drawn.body, usedforsecurity=False).hexdigest()}"':
        return True
    return bucket_of(page.kind).replace(
        pages.object_key(page.path),
        drawn.body,
        token=stands.etag if stands else None,
        content_type=drawn.content_type,
        cache_control=drawn.cache_control,
        metadata={**drawn.metadata, "edition": str(edition)},
    )
