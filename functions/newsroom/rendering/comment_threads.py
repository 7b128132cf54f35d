"""Comment threads for display: the order of replies, and plain text as safe HTML."""

import re
from collections import defaultdict
from collections.abc import Sequence
from html import escape
from typing import TypedDict

from minijinja import Markup

from newsroom import linkify, urls
from newsroom.comment import PublicComment
from newsroom.rendering import dates
from newsroom.rendering.site_context import SiteContext
from newsroom.web_addresses import is_web_address, percent_encoded

DEEPEST_SHOWN = 3
"""The deepest indent of replies. A deeper reply keeps this indent and names the author it replies to."""

_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")


class Commented(TypedDict):
    """The id and the address of a thread's article, for links."""

    id: str
    address: str


class RepliedTo(TypedDict):
    """The comment that a reply answers. `author` is empty if that comment is gone."""

    id: str
    author: str


class CommentView(TypedDict):
    """A comment on a page. `level` is 1 to 3; `url` is safe to link to; `html` is safe."""

    id: str
    level: int
    author: str
    url: str | None
    at: str
    edited_at: str | None
    text: str
    html: str
    gone: bool
    staff: bool
    answers: RepliedTo | None
    answers_at: str | None  # the address of its parent, if that is on another page
    open: bool  # True if a reply link is shown


def page_comments(
    comments: Sequence[PublicComment], is_open: bool, article: Commented, site_context: SiteContext
) -> list[CommentView]:
    """Return the comments of one page for display, by the paper's rules and in its time zone.

    comments: in thread order. is_open: True if readers may reply.
    """
    site = site_context.site
    return comment_views(comments, site["comments"]["depth"], is_open, article, site["timezone"])


def comment_views(
    comments: Sequence[PublicComment], depth: int, is_open: bool, article: Commented | None = None, zone: str = "UTC"
) -> list[CommentView]:
    """Return the comments of one page in reading order: thread by thread, replies below their parent, oldest first.

    A comment that is gone keeps its place only if a reply below it, at any depth, is still there.

    comments: the comments of one page, in thread order. depth: the paper's limit for the depth of threads.
    is_open: True if readers may reply. article: the comments' article. zone: the paper's time zone.
    """
    by_id = {comment["id"]: comment for comment in comments}
    views: list[CommentView] = []
    for comment in _without_gone_leaves(_in_reading_order(comments, by_id)):
        gone, edited_at = comment["gone"], comment["edited_at"]
        views.append(
            {
                "id": comment["id"],
                "level": min(comment["depth"], DEEPEST_SHOWN),
                "author": comment["author"],
                "url": website(comment["url"]),
                "at": dates.in_zone(comment["at"], zone),
                "edited_at": dates.in_zone(edited_at, zone) if edited_at else None,
                "text": comment["text"],
                "html": Markup("" if gone else paragraphs(comment["text"])),
                "gone": gone,
                "staff": comment.get("staff", False),
                "answers": _parent_on_page(comment, by_id),
                "answers_at": _address_of_parent(comment, article),
                "open": is_open and not gone and comment["depth"] < depth,
            }
        )
    return views


def _parent_on_page(comment: PublicComment, by_id: dict[str, PublicComment]) -> RepliedTo | None:
    parent = by_id.get(comment["parent"] or "")
    return {"id": parent["id"], "author": parent["author"]} if parent else None


def _address_of_parent(comment: PublicComment, article: Commented | None) -> str | None:
    page = comment.get("answers_on")
    if not page or not comment["parent"] or not article:
        return None
    return urls.comment_url(article["id"], article["address"], page, comment["parent"])


def _in_reading_order(comments: Sequence[PublicComment], by_id: dict[str, PublicComment]) -> list[PublicComment]:
    replies: defaultdict[str, list[PublicComment]] = defaultdict(list)
    for comment in comments:
        parent = comment["parent"]
        is_reply = parent in by_id and parent != comment["id"]
        replies[parent if parent and is_reply else ""].append(comment)
    order: list[PublicComment] = []
    stack = replies.pop("", [])[::-1]  # the next comment is last
    while stack:
        comment = stack.pop()
        order.append(comment)
        stack += sorted(replies.pop(comment["id"], ()), key=lambda reply: (reply["at"], reply["id"]), reverse=True)
    return order


def _without_gone_leaves(order: list[PublicComment]) -> list[PublicComment]:
    answered: set[str | None] = set()
    shown: list[PublicComment] = []
    for comment in reversed(order):  # in reverse order, replies come before their parents
        if not comment["gone"] or comment["id"] in answered:
            answered.add(comment["parent"])
            shown.append(comment)
    return shown[::-1]


def website(url: str | None) -> str | None:
    """Return a writer's website if a page may link to it: a valid http or https address; else None."""
    link = percent_encoded(url or "")
    return link if is_web_address(link) else None


def paragraphs(text: str) -> str:
    """Turn plain text into HTML: blank lines separate paragraphs, line breaks stay, web addresses become links."""
    lines = re.sub(r"\r\n?", "\n", text).strip()
    linked = [_linked(paragraph).replace("\n", "<br>\n") for paragraph in _BLANK_LINES.split(lines) if paragraph]
    return "\n".join(f'<p dir="auto">{paragraph}</p>' for paragraph in linked)


def _linked(text: str) -> str:
    parts, end = [], 0
    for address in linkify.find(text):
        if address.url.startswith("mailto:"):  # harvesters must not find mail addresses in comments
            continue
        parts += [
            escape(text[end : address.start], quote=False),
            f'<a rel="ugc nofollow noopener" href="{escape(address.url)}">',
            escape(text[address.start : address.end], quote=False),
            "</a>",
        ]
        end = address.end
    return "".join([*parts, escape(text[end:], quote=False)])
