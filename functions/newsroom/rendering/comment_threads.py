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


def comment_views(
    remarks: Sequence[PublicComment], depth: int, is_open: bool, article: Commented | None = None, zone: str = "UTC"
) -> list[CommentView]:
    """Return the comments of one page in reading order: thread by thread, replies below their parent, oldest first.

    A comment that is gone keeps its place only if a reply below it, at any depth, is still there.

    remarks: the comments of one page, in thread order. depth: the paper's limit for the depth of threads.
    is_open: True if readers may reply. article: the comments' article. zone: the paper's time zone.
    """
    known = {remark["id"]: remark for remark in remarks}
    views: list[CommentView] = []
    for remark in _kept(_in_order(remarks, known)):
        answered = known.get(remark["parent"] or "")
        gone = remark["gone"]
        views.append(
            {
                "id": remark["id"],
                "level": min(remark["depth"], DEEPEST_SHOWN),
                "author": remark["author"],
                "url": website(remark["url"]),
                "at": dates.in_zone(remark["at"], zone),
                "edited_at": remark["edited_at"] and dates.in_zone(remark["edited_at"], zone),
                "text": remark["text"],
                "html": Markup("" if gone else paragraphs(remark["text"])),
                "gone": gone,
                "staff": remark.get("staff", False),
                "answers": {"id": answered["id"], "author": answered["author"]} if answered else None,
                "answers_at": _answers_at(remark, article),
                "open": is_open and not gone and remark["depth"] < depth,
            }
        )
    return views


def _answers_at(remark: PublicComment, article: Commented | None) -> str | None:
    page = remark.get("answers_on")
    if not page or not remark["parent"] or not article:
        return None
    return urls.comment_url(article["id"], article["address"], page, remark["parent"])


def _in_order(remarks: Sequence[PublicComment], known: dict[str, PublicComment]) -> list[PublicComment]:
    replies: defaultdict[str, list[PublicComment]] = defaultdict(list)
    for remark in remarks:
        parent = remark["parent"]
        replies[parent if parent in known and parent != remark["id"] else ""].append(remark)
    order: list[PublicComment] = []
    ahead = replies.pop("", [])[::-1]
    while ahead:
        remark = ahead.pop()
        order.append(remark)
        ahead += sorted(replies.pop(remark["id"], ()), key=lambda reply: (reply["at"], reply["id"]), reverse=True)
    return order


def _kept(order: list[PublicComment]) -> list[PublicComment]:
    answered: set[str | None] = set()
    kept: list[PublicComment] = []
    for remark in reversed(order):  # in reverse order, replies come before their parents
        if not remark["gone"] or remark["id"] in answered:
            answered.add(remark["parent"])
            kept.append(remark)
    return kept[::-1]


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
