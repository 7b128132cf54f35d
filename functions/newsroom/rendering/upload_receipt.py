"""Receipts of uploads, for editors."""

from typing import cast

from newsroom import urls
from newsroom.article import Takedown
from newsroom.errors import Problem, problem_with
from newsroom.rendering import templating
from newsroom.rendering.content import REVALIDATED, ReceiptContent, RenderedPage
from newsroom.rendering.site_context import SiteContext
from newsroom.rendering.templating import JsonObject
from newsroom.urls import Page


def receipt(page: Page, content: ReceiptContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render the receipt of an upload as JSON. `url` is its public address, now or after its release."""
    upload = content.upload
    status = _status(content)
    warnings = [*upload["warnings"], *_takedown_warning(content), *_moved_warning(content)]
    value: JsonObject = {
        "key": upload["key"],
        "version": upload["version"],
        "status": status,
        "url": _url(content, site_context) if status in ("published", "scheduled") else None,
        "id": upload["id"],
        "problems": [_with_all_keys(problem) for problem in upload["problems"]],
        "warnings": [_with_all_keys(warning) for warning in warnings],
        "at": upload["at"],
        "edition": edition,
    }
    body = templating.json_text(value, indent=2) + "\n"
    return RenderedPage(body.encode(), "application/json; charset=utf-8", REVALIDATED)


def _status(content: ReceiptContent) -> str:
    upload, text = content.upload, content.text
    if upload["verdict"] != "accepted":
        return upload["verdict"]
    if upload["kind"] not in ("article", "page"):
        return "published"
    if text is None or text["key"] != upload["key"]:
        return "superseded"
    return text["status"]


def _moved_warning(content: ReceiptContent) -> list[Problem]:
    """Return the warning for an editor who moved or renamed a file."""
    upload, text = content.upload, content.text
    if text is None or upload["verdict"] == "rejected":
        return []
    kind, id, key, before = upload["kind"], upload["id"], upload["key"], upload["predecessor"]
    if upload["verdict"] == "accepted":
        if not before or text["key"] != key:
            return []
        message = (
            f"this is {kind} '{id}', which was {before} before: its comments, addresses and feed entries go on here; "
            f"if it is another {kind}, give it an id of its own"
        )
        return [problem_with(key, message)]
    if text["key"] != key:  # the file is not named: it may move again, and this receipt is not rendered again then
        return [problem_with(key, f"{kind} '{id}' goes on in another file")]
    message = (
        f"if the {kind} goes on in another file, write there  id: {id}  and its comments, addresses and feed entries "
        "go on as well"
    )
    return [problem_with(key, message)]


def _takedown_warning(content: ReceiptContent) -> list[Problem]:
    """Return the warning that explains why a saved file is not published: its article was taken down."""
    text = content.text
    if text is None or text["key"] != content.upload["key"]:
        return []
    takedown = cast(Takedown | None, text.get("takedown"))  # only an article has one
    if not takedown:
        return []
    id, since = content.upload["id"], takedown["at"][:10]
    message = (
        f"article '{id}' was taken down on {since} ({takedown['reason']}) and stays down "
        f"whatever its file says; to bring it back: broadsheet restore {id}"
    )
    return [problem_with(content.upload["key"], message)]


def _url(content: ReceiptContent, site_context: SiteContext) -> str | None:
    match content.upload["kind"]:
        case "site" | "theme":
            return site_context.url("/")
        case "author":
            return site_context.url(urls.author_path(content.upload["id"] or ""))
    return site_context.url(content.text["address"]) if content.text else None


def _with_all_keys(problem: Problem) -> JsonObject:
    """Return a problem with all three keys, so that programs that read receipts need not check for missing keys."""
    return {"line": problem.get("line"), "field": problem.get("field"), "message": problem["message"]}
