"""Invalidation: the pages that a change of a row makes stale.

There is one rule for each kind of row. It compares the row's old image with the new one, and covers every page
that reads the row. The images alone cannot answer some questions: if an entry is among the newest thirty, which
entries are its neighbours, which texts link to an address. This module names these questions; plan_pages answers them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from newsroom import urls
from newsroom.rows import Doc, Key, Row, owner_of, page_of_place

NOT_SHOWN = frozenset({"news_until", "key", "links", "biographies", "takedown"})
"""The fields of an article that its page does not show."""


class RebuildRequest(NamedTuple):
    """A request to rebuild_site, with the fields of its messages. mark: the rows that the pages read have changed;
    without it, the pages are only compared with the stored ones. rebuild: its name, which is the same for every
    request that one change causes, and different for each change."""

    of: str
    mark: bool = True
    why: str = ""
    rebuild: str = ""


@dataclass(slots=True)
class Affected:
    """The pages and questions that a batch of changes affects."""

    pages: set[str] = field(default_factory=set)
    entries: set[tuple[str, str]] = field(default_factory=set)  # (list, sk) added, removed or changed
    neighbours: set[str] = field(default_factory=set)  # sk in the whole paper's list
    liveness_changed: set[str] = field(default_factory=set)  # addresses where a page appeared or disappeared
    comments_changed: set[str] = field(default_factory=set)  # articles whose page must show new comment data
    target_changed: set[str] = field(default_factory=set)  # articles whose discussion must show new article data
    freed_owners: set[str] = field(
        default_factory=set
    )  # owners (`article/korea`) whose file is deleted or has other content
    uploads: set[str] = field(default_factory=set)  # uploads to process again
    rebuilds: set[RebuildRequest] = field(default_factory=set)  # work for rebuild_site: too large to plan at once


def affected_pages(before: Row | None, after: Row | None) -> Affected:
    """List the pages to mark, and the questions to answer, after a row changed from one image to another.

    Either image may be None (the row was added or removed). Rows of a kind that no page reads affect no pages.
    """
    affected = Affected()
    row = after or before
    if row is None:
        return affected
    kind, _, name = row.key.pk.partition("#")
    old, new = (before.doc if before else None), (after.doc if after else None)
    if old != new and kind in _PLANS:
        _PLANS[kind](affected, name, row.key, old, new)
    affected.rebuilds = {
        request._replace(rebuild=f"{request.why}-{row.rev}") if request.why else request
        for request in affected.rebuilds
    }
    return affected


def _text(affected: Affected, name: str, key: Key, old: Doc | None, new: Doc | None) -> None:
    if _shown(old) != _shown(new):
        for doc in (old, new):
            affected.pages.update(doc["addresses"] if doc else ())
    if _verdict(old) != _verdict(new):
        for doc in (old, new):
            affected.pages.update([urls.receipt_path(doc["key"])] if doc else ())
    if old and new and old.get("takedown") and not new.get("takedown"):
        affected.freed_owners.add(owner_of("article", new["id"]))


def _shown(doc: Doc | None) -> Any:
    return doc and {name: value for name, value in doc.items() if name not in NOT_SHOWN}


def _verdict(doc: Doc | None) -> Any:
    return doc and (doc["status"], doc["address"], doc["key"], doc.get("takedown"))


def _address(affected: Affected, path: str, key: Key, old: Doc | None, new: Doc | None) -> None:
    affected.pages.add(path)
    if bool(old and old["live"]) != bool(new and new["live"]):
        affected.liveness_changed.add(path)


def _entry(affected: Affected, list_name: str, key: Key, old: Doc | None, new: Doc | None) -> None:
    if list_name == urls.NEWS:
        affected.pages.add("/news-sitemap.xml")
    elif list_name == urls.PAGES:
        affected.pages.add("/sitemaps/pages.xml")
    elif list_name.partition("/")[0] == urls.COMMENTS:
        affected.pages.add(f"/{list_name}/feed.xml")
    else:
        affected.pages.update(urls.render_group(urls.month_path(list_name, key.sk[:7])))
        affected.entries.add((list_name, key.sk))
        if list_name == urls.WHOLE_SITE and _neighbour_link(old) != _neighbour_link(new):
            affected.neighbours.add(key.sk)


def _neighbour_link(doc: Doc | None) -> Any:
    return doc and (doc["address"], doc["headline"])


def _months(affected: Affected, list_name: str, key: Key, old: Doc | None, new: Doc | None) -> None:
    month_page = urls.month_path(list_name, key.sk)
    # A list that ever had an entry keeps all of its pages.
    affected.pages |= {*urls.render_group(month_page), *front_pages(list_name)}
    affected.liveness_changed |= {month_page, urls.front_path(list_name)}
    if list_name == urls.WHOLE_SITE:
        affected.pages.update(urls.render_group("/archive/"))


def _upload(affected: Affected, upload: str, key: Key, old: Doc | None, new: Doc | None) -> None:
    affected.pages.add(f"receipts/{upload}.json")
    if (held := _held(old)) and held != _held(new):
        affected.freed_owners.add(held[0])


def _held(doc: Doc | None) -> tuple[str, str | None] | None:
    """Return the owner that an upload holds against other files, with the fingerprint of its bytes."""
    if doc is None or doc["id"] is None or doc["verdict"] == "withdrawn":
        return None
    return owner_of(doc["kind"], doc["id"]), doc.get("fingerprint")  # missing in the first uploads


def _successor(affected: Affected, owner: str, key: Key, old: Doc | None, new: Doc | None) -> None:
    """Process an upload again when it begins to wait for an owner: that owner may have lost its file before this row
    existed."""
    if old is None and new is not None:
        affected.uploads.add(new["key"])


def _author(affected: Affected, id: str, key: Key, old: Doc | None, new: Doc | None) -> None:
    affected.pages.update(front_pages(f"author/{id}"))
    affected.rebuilds.add(RebuildRequest(f"author/{id}"))
    if old is None or new is None:
        affected.liveness_changed.add(urls.front_path(f"author/{id}"))


def _site(affected: Affected, name: str, key: Key, old: Doc | None, new: Doc | None) -> None:
    affected.rebuilds.add(RebuildRequest("everything", why="site"))


def _imprint(affected: Affected, name: str, key: Key, old: Doc | None, new: Doc | None) -> None:
    affected.rebuilds.add(RebuildRequest("everything", mark=False, why="templates"))


def _discussion(affected: Affected, article: str, key: Key, old: Doc | None, new: Doc | None) -> None:
    if key.sk == "DOORSTEP":
        affected.target_changed.add(article)
    elif key.sk == "TALK":
        affected.comments_changed.add(article)
        was, now = (doc["pages"] if doc else 1 for doc in (old, new))
        if now > was:  # the former last page must link to the next page
            affected.pages |= {urls.comments_path(article, number) for number in range(max(was, 2), now + 1)}
    elif page_of_place(key.sk):
        affected.pages.update(pages_of_comment(article, key.sk))
        if page_of_place(key.sk) == 1:
            affected.comments_changed.add(article)


def _clock(affected: Affected, name: str, key: Key, old: Doc | None, new: Doc | None) -> None:
    affected.pages.add("/.well-known/security.txt")


_PLANS: dict[str, Callable[[Affected, str, Key, Doc | None, Doc | None], None]] = {
    "ARTICLE": _text,
    "STATIC": _text,
    "ADDRESS": _address,
    "LIST": _entry,
    "MONTHS": _months,
    "TALK": _discussion,
    "UPLOAD": _upload,
    "SUCCESSOR": _successor,
    "AUTHOR": _author,
    "SITE": _site,
    "CLOCK": _clock,
    "IMPRINT": _imprint,
}


def front_pages(list_name: str) -> list[str]:
    """List the pages that show only the newest entries of a list."""
    return urls.render_group(urls.front_path(list_name))


def own_pages(key: Key) -> list[str]:
    """List the pages that must exist because of a row's key alone. A rebuild checks them, and all pages that
    were ever marked."""
    kind, _, name = key.pk.partition("#")
    match kind:
        case "ADDRESS" | "PAGE":
            return [name]
        case "UPLOAD":
            return [f"receipts/{name}.json"]
        case "AUTHOR":
            return front_pages(f"author/{name}")
        case "TALK" if page_of_place(key.sk):
            return pages_of_comment(name, key.sk)
        case "TALK" if key.sk == "TALK":
            return [urls.comment_feed_path(name)]
        case "MONTHS":
            return [*urls.render_group(urls.month_path(name, key.sk)), *front_pages(name)]
    return []


def pages_of_comment(article: str, place: str) -> list[str]:
    """List the pages that show a comment, apart from its article's page and the feeds."""
    page, comment = page_of_place(place), place.rpartition("#")[2]
    return [urls.reply_path(article, comment), *([urls.comments_path(article, page)] if page > 1 else [])]
