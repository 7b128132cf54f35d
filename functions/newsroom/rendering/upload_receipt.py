"""Receipts of uploads, for editors."""

from typing import Any, cast

from newsroom import urls
from newsroom.article import Takedown
from newsroom.errors import Problem, problem_with
from newsroom.rendering import templating
from newsroom.rendering.content import ReceiptContent
from newsroom.rendering.site_context import SiteContext


def receipt(content: ReceiptContent, site_context: SiteContext, edition: int) -> bytes:
    """Render the receipt of an upload as JSON. `url` is its public address, now or after its release."""
    upload = content.upload
    status = _status(content)
    value = {
        "key": upload["key"],
        "version": upload["version"],
        "status": status,
        "url": _url(content, site_context) if status in ("published", "scheduled") else None,
        "id": upload["id"],
        "problems": [_remark(problem) for problem in upload["problems"]],
        "warnings": [_remark(warning) for warning in [*upload["warnings"], *_takedown(content), *_moved(content)]],
        "at": upload["at"],
        "edition": edition,
    }
    return (templating.json_text(value, indent=2) + "\n").encode()


def _status(content: ReceiptContent) -> str:
    upload, text = content.upload, content.text
    if upload["verdict"] != "accepted":
        return upload["verdict"]
    if upload["kind"] not in ("article", "page"):
        return "published"
    if text is None or text["key"] != upload["key"]:
        return "superseded"
    return text["status"]


def _moved(content: ReceiptContent) -> list[Problem]:
    """Return the warning for an editor who moved or renamed a file."""
    upload, text = content.upload, content.text
    if text is None or upload["verdict"] == "rejected":
        return []
    kind, id, key = upload["kind"], upload["id"], upload["key"]
    if upload["verdict"] == "accepted":
        before = upload["predecessor"]
        message = (
            f"this is {kind} '{id}', which was {before} before: its comments, addresses and feed entries go on here; "
            f"if it is another {kind}, give it an id of its own"
        )
        return [problem_with(key, message)] if before and text["key"] == key else []
    if text["key"] != key:  # the file is not named: it may move again, and this receipt is not rendered again then
        return [problem_with(key, f"{kind} '{id}' goes on in another file")]
    message = (
        f"if the {kind} goes on in another file, write there  id: {id}  and its comments, addresses and feed entries "
        "go on as well"
    )
    return [problem_with(key, message)]


def _takedown(content: ReceiptContent) -> list[Problem]:
    """Return the warning that explains why a saved file is not published: its article was taken down."""
    text = content.text
    takedown = cast(Takedown | None, text.get("takedown")) if text and text["key"] == content.upload["key"] else None
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
            return site_context.url(urls.front_path(f"author/{content.upload['id']}"))
    return site_context.url(content.text["address"]) if content.text else None


def _remark(remark: Problem) -> dict[str, Any]:
    """Return a problem with all three keys, so that programs that read receipts need not check for missing keys."""
    return {"line": remark.get("line"), "field": remark.get("field"), "message": remark["message"]}
