"""A discussion as readers see it: who answers whom, and plain words made safe to show."""

import re
from collections import defaultdict
from collections.abc import Sequence
from html import escape
from typing import TypedDict
from urllib.parse import urlsplit

from minijinja import Markup

from newsroom import linkify, urls
from newsroom.comment import PublicComment
from newsroom.rendering import dates

DEEPEST_SHOWN = 3
"""How far replies are moved in. What is deeper stands at the same margin and says whom it answers."""

_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")


class Commented(TypedDict):
    """What a discussion's links need to know of its article."""

    id: str
    address: str


class RepliedTo(TypedDict):
    """Whom a comment answers: `author` is empty where that comment is gone."""

    id: str
    author: str


class CommentView(TypedDict):
    """A comment in its place on a page. `level` is 1 to 3; `url` is one that may be linked to; `html` is safe."""

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
    answers_at: str | None  # where what it answers is to be read, if that is on another page
    open: bool  # whether a link to answer it is shown


def comment_views(
    remarks: Sequence[PublicComment], depth: int, is_open: bool, article: Commented | None = None, zone: str = "UTC"
) -> list[CommentView]:
    """The comments of one page in reading order: thread by thread, replies oldest first below what they answer.

    A comment that is gone keeps its place only where one that is not answers it, near or far.

    remarks: of one page, in the order of their threads. depth: where the paper lets threads end.
    is_open: whether readers may answer at all. article: whose they are. zone: the paper's, which tells when.
    """
    known = {remark["id"]: remark for remark in remarks}
    found: list[CommentView] = []
    for remark in _kept(_in_order(remarks, known)):
        answered = known.get(remark["parent"] or "")
        gone = remark["gone"]
        found.append(
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
    return found


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
    for remark in reversed(order):  # replies come before what they answer
        if not remark["gone"] or remark["id"] in answered:
            answered.add(remark["parent"])
            kept.append(remark)
    return kept[::-1]


def website(url: str | None) -> str | None:
    """A writer's website, if it is one that a page may link to: on the web, and an address that can be read."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    whole = parts.scheme in {"http", "https"} and parts.hostname and not re.search(r"[\s<>\"`\\]", url or "")
    return linkify.is_linkable(url) if url and whole else None


def paragraphs(text: str) -> str:
    """Plain text as HTML: blank lines part paragraphs, other line ends stay, web addresses become links."""
    lines = re.sub(r"\r\n?", "\n", text).strip()
    linked = [_linked(paragraph).replace("\n", "<br>\n") for paragraph in _BLANK_LINES.split(lines) if paragraph]
    return "\n".join(f'<p dir="auto">{paragraph}</p>' for paragraph in linked)


def _linked(text: str) -> str:
    parts, end = [], 0
    for address in linkify.find(text):
        if address.url.startswith("mailto:"):  # whoever harvests mail addresses is not to find them in comments
            continue
        parts += [
            escape(text[end : address.start], quote=False),
            f'<a rel="ugc nofollow noopener" href="{escape(address.url)}">',
            escape(text[address.start : address.end], quote=False),
            "</a>",
        ]
        end = address.end
    return "".join([*parts, escape(text[end:], quote=False)])
