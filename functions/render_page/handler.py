"""Draw pages and place them: the site's in the site bucket, receipts beside the uploads.

Woken by RenderQueue. Reads NewsTable; writes SiteBucket and UploadBucket's receipts. Safe to repeat:
it draws what is true now, not what the message remembers.
"""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from aws_lambda_powertools import Logger

from adapters import parking
from adapters.clients import setting
from adapters.fast_buckets import FastBucket
from adapters.pressroom import Pressroom, Printed
from newsroom import pages
from newsroom.errors import PermanentError
from newsroom.pages import Page


@cache
def logger() -> Logger:
    return Logger(use_rfc3339=True)


@cache
def pressroom() -> Pressroom:
    return Pressroom.of_function(FastBucket)


class Request(NamedTuple):
    """One message: a page to draw, with those that are drawn together with it, and what its change goes back to."""

    pages: list[Page]
    cause: str


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A batch of RenderQueue; what could not be drawn now is reported, and comes again."""
    asked: dict[str, Request] = {}
    failed: dict[str, Exception] = {}
    for record in event["Records"]:
        try:
            asked[record["messageId"]] = request_of(record["body"])
        except PermanentError as problem:
            logger().error("not a page to draw", body=record["body"], reason=str(problem))
            failed[record["messageId"]] = problem
    together = dict.fromkeys(page for request in asked.values() for page in request.pages)
    printed = pressroom().draw(list(together), trusting=True)
    tell(printed, asked.values())
    for message, request in asked.items():
        for page in request.pages:
            if page in printed.failed:
                failed[message] = printed.failed[page]
    return parking.answer(event, failed, setting("RENDER_DLQ"))


def request_of(body: str) -> Request:
    """What a message asks for; PermanentError when it is no request.

    A page has one name only. Under another that leads to the same object nothing is known of it, and
    a tombstone would be put in its place.
    """
    try:
        message = json.loads(body)
        path, cause = message["page"], str(message.get("cause", ""))
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise PermanentError(f"not {{'page': path}}: {problem!r}") from problem
    if not isinstance(path, str) or not pages.is_name(path):
        raise PermanentError(f"{path!r} is no page's path; write it as /about/ or /feed.xml")
    return Request([pages.read(each) for each in pages.together(path)], cause)


def tell(printed: Printed, asked: Iterable[Request]) -> None:
    """Log what was drawn, in one line for pages that go back to the same, and what could not be."""
    causes: dict[Page, set[str]] = {}
    for request in asked:
        for page in request.pages:
            causes.setdefault(page, set()).update(request.cause.splitlines())
    editions: dict[tuple[str, ...], dict[str, int]] = {}
    for sheet in printed.sheets:
        if sheet.verdict != "right":
            editions.setdefault(tuple(sorted(causes[sheet.page])), {})[sheet.page.path] = sheet.edition
        if sheet.drawn is None and sheet.verdict == "strange":
            logger().warning("a file that is not the paper's stands where a page is to be", page=sheet.page.path)
        if sheet.drawn and sheet.drawn.fault:
            logger().warning("the paper's theme could not draw a page", page=sheet.page.path, reason=sheet.drawn.fault)
    for its, drawn in editions.items():
        logger().info("pages drawn", cause=its, editions=drawn)
    for page, problem in printed.failed.items():
        logger().error("a page could not be drawn", page=page.path, cause=sorted(causes[page]), exc_info=problem)
