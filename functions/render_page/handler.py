"""Draw pages and place them: the site's in the site bucket, receipts beside the uploads.

Woken by RenderQueue. Reads NewsTable; writes SiteBucket and UploadBucket's receipts. Safe to repeat:
it draws what is true now, not what the message remembers.
"""

import json
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from adapters.buckets import Bucket
from adapters.clients import setting
from adapters.pressroom import Pressroom
from adapters.tables import Table
from newsroom import pages
from newsroom.errors import PermanentError
from newsroom.pages import Page


@cache
def logger() -> Logger:
    return Logger()


@cache
def pressroom() -> Pressroom:
    site, uploads = Bucket(setting("SITE_BUCKET")), Bucket(setting("UPLOAD_BUCKET"))
    return Pressroom(Table(setting("NEWS_TABLE")), site, uploads, setting("SITE_URL"))


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A batch of RenderQueue; what could not be drawn now is reported, and comes again."""
    asked: dict[Page, list[str]] = {}
    for record in event["Records"]:
        try:
            asked.setdefault(page_of(record["body"]), []).append(record["messageId"])
        except PermanentError as problem:
            logger().error("not a page to draw", body=record["body"], reason=str(problem))
    failed = pressroom().draw(list(asked), trusting=True).failed
    for page, reason in failed.items():
        logger().error("a page could not be drawn", page=page.path, exc_info=reason)
    return {"batchItemFailures": [{"itemIdentifier": id} for page in failed for id in asked[page]]}


def page_of(body: str) -> Page:
    """The page a message asks for; PermanentError when it is no request.

    A page has one name only. Under another that leads to the same object nothing is known of it, and
    a tombstone would be put in its place.
    """
    try:
        path = json.loads(body)["page"]
    except (ValueError, KeyError, TypeError) as problem:
        raise PermanentError(f"not {{'page': path}}: {problem!r}") from problem
    if not isinstance(path, str) or not pages.is_name(path):
        raise PermanentError(f"{path!r} is no page's path; write it as /about/ or /feed.xml")
    return pages.read(path)
