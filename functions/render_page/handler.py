"""Render pages and store them: site pages in the site bucket, receipts beside the uploads.

Woken by RenderQueue. Reads NewsTable; writes SiteBucket and UploadBucket's receipts. Safe to repeat:
it renders the current rows, not the state at the time of the message.
"""

from collections.abc import Iterable
from functools import cache

from adapters.batches import Batch
from adapters.clients import setting
from adapters.logs import logger, with_context
from adapters.obstore_objects import ObstoreBucket
from adapters.wire import JsonObject
from newsroom.messages import RenderMessage, parse_render_message
from newsroom.urls import Page
from workflows.render_pages import PageComparison, PageRenderer, RenderResult


@cache
def page_renderer() -> PageRenderer:
    return PageRenderer.of_function(ObstoreBucket)


@with_context
def handle(event: JsonObject, context: object) -> JsonObject:
    """Process a batch of RenderQueue; return the messages that failed, which the queue delivers again. The pages of
    the whole batch are rendered together, so that shared rows are read once."""
    batch = Batch.parse(event, parse_render_message)
    pages = dict.fromkeys(page for message in batch.messages.values() for page in message.pages)
    result = page_renderer().render(list(pages), skip_current=True)
    log_result(result, batch.messages.values())
    for id, message in batch.messages.items():
        for page in message.pages:
            if page in result.failed:
                batch.failed[id] = result.failed[page]
    return batch.response(setting("RENDER_DLQ"))


def log_result(result: RenderResult, messages: Iterable[RenderMessage]) -> None:
    """Log the rendered pages, one line for all pages with the same causes, and the pages that failed."""
    causes: dict[Page, set[str]] = {}
    for message in messages:
        for page in message.pages:
            causes.setdefault(page, set()).update(message.cause.splitlines())
    editions: dict[tuple[str, ...], dict[str, int]] = {}
    for comparison in result.comparisons:
        log_warnings(comparison)
        if comparison.verdict != "unchanged":
            editions.setdefault(tuple(sorted(causes[comparison.page])), {})[comparison.page.path] = comparison.edition
    for page_causes, pages in editions.items():
        logger().info("pages rendered", cause=page_causes, editions=pages)
    for page, problem in result.failed.items():
        logger().error("page could not be rendered", page=page.path, cause=sorted(causes[page]), exc_info=problem)


def log_warnings(comparison: PageComparison) -> None:
    path = comparison.page.path
    if comparison.rendered is None and comparison.verdict == "orphaned":
        logger().warning("a file that the paper did not write is at the address of a page", page=path)
    if comparison.rendered and comparison.rendered.theme_error:
        logger().warning("the paper's theme could not render a page", page=path, reason=comparison.rendered.theme_error)
