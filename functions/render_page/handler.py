"""Render pages and store them: site pages in the site bucket, receipts beside the uploads.

Woken by RenderQueue. Reads NewsTable; writes SiteBucket and UploadBucket's receipts. Safe to repeat:
it renders the current rows, not the state at the time of the message.
"""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from aws_lambda_powertools import Logger

from adapters import dead_letters
from adapters.clients import setting
from adapters.obstore_objects import ObstoreBucket
from newsroom import urls
from newsroom.errors import PermanentError
from newsroom.urls import Page
from workflows.render_pages import PageRenderer, RenderResult


@cache
def logger() -> Logger:
    return Logger(use_rfc3339=True)


@cache
def page_renderer() -> PageRenderer:
    return PageRenderer.of_function(ObstoreBucket)


class RenderMessage(NamedTuple):
    """One message: a page to render, the pages that are rendered together with it, and the cause of its change."""

    pages: list[Page]
    cause: str


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Process a batch of RenderQueue; return the messages that failed, which the queue delivers again."""
    asked: dict[str, RenderMessage] = {}
    failed: dict[str, Exception] = {}
    for record in event["Records"]:
        try:
            asked[record["messageId"]] = parse_message(record["body"])
        except PermanentError as problem:
            logger().error("not a page to draw", body=record["body"], reason=str(problem))
            failed[record["messageId"]] = problem
    together = dict.fromkeys(page for request in asked.values() for page in request.pages)
    result = page_renderer().render(list(together), skip_current=True)
    log_result(result, asked.values())
    for message, request in asked.items():
        for page in request.pages:
            if page in result.failed:
                failed[message] = result.failed[page]
    return dead_letters.batch_response(event, failed, setting("RENDER_DLQ"))


def parse_message(body: str) -> RenderMessage:
    """Return the request in a message; raise PermanentError if the message is not a request.

    A page has only one canonical path. Another path to the same object has no rows, so rendering it would
    replace the page with a tombstone.
    """
    try:
        message = json.loads(body)
        path, cause = message["page"], str(message.get("cause", ""))
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise PermanentError(f"not {{'page': path}}: {problem!r}") from problem
    if not isinstance(path, str) or not urls.is_canonical(path):
        raise PermanentError(f"{path!r} is no page's path; write it as /about/ or /feed.xml")
    return RenderMessage([urls.parse_path(member) for member in urls.render_group(path)], cause)


def log_result(result: RenderResult, asked: Iterable[RenderMessage]) -> None:
    """Log the rendered pages, one line for all pages with the same causes, and the pages that failed."""
    causes: dict[Page, set[str]] = {}
    for request in asked:
        for page in request.pages:
            causes.setdefault(page, set()).update(request.cause.splitlines())
    editions: dict[tuple[str, ...], dict[str, int]] = {}
    for comparison in result.comparisons:
        if comparison.verdict != "unchanged":
            editions.setdefault(tuple(sorted(causes[comparison.page])), {})[comparison.page.path] = comparison.edition
        if comparison.rendered is None and comparison.verdict == "orphaned":
            logger().warning("a file that is not the paper's stands where a page is to be", page=comparison.page.path)
        if comparison.rendered and comparison.rendered.theme_error:
            logger().warning(
                "the paper's theme could not draw a page",
                page=comparison.page.path,
                reason=comparison.rendered.theme_error,
            )
    for page_causes, drawn in editions.items():
        logger().info("pages drawn", cause=page_causes, editions=drawn)
    for page, problem in result.failed.items():
        logger().error("a page could not be drawn", page=page.path, cause=sorted(causes[page]), exc_info=problem)
