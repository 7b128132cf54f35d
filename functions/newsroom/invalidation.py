"""Invalidation: the pages that a change of a row makes stale.

There is one rule for each kind of row. It compares the row's old image with the new one, and covers every page
that reads the row. The images alone cannot answer some questions: if an entry is among the newest thirty, which
entries are its neighbours, which texts link to an address. This module names these questions; plan_pages answers them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from newsroom import urls
from newsroom.article import AddressClaim, Author, Entry, StoredText, Upload, UploadReference, is_taken_down
from newsroom.comment import ThreadCounter
from newsroom.messages import RebuildMessage
from newsroom.rows import Row
from newsroom.table_keys import (
    Key,
    is_comment_target,
    is_thread_counter,
    kind_of,
    name_of,
    owner_of,
    page_of_place,
    parse_place,
)

NOT_SHOWN = frozenset({"news_until", "key", "links", "biographies", "takedown"})
"""The fields of an article that its page does not show."""


@dataclass(slots=True)
class Affected:
    """The pages and questions that a batch of changes affects."""

    pages: set[str] = field(default_factory=set)
    entries: set[tuple[str, str]] = field(default_factory=set)  # (list, sk) added, removed or changed
    neighbours: set[str] = field(default_factory=set)  # sk in the whole paper's list
    liveness_changed: set[str] = field(default_factory=set)  # addresses where a page appeared or disappeared
    comments_changed: set[str] = field(default_factory=set)  # articles whose page must show new comment data
    target_changed: set[str] = field(default_factory=set)  # articles whose discussion must show new article data
    freed_owners: set[str] = field(default_factory=set)  # owners whose file is deleted or has other content
    uploads: set[str] = field(default_factory=set)  # uploads to process again
    rebuilds: set[RebuildMessage] = field(default_factory=set)  # work for rebuild_site: too large to plan at once


def affected_pages(before: Row[object] | None, after: Row[object] | None) -> Affected:
    """List the pages to mark, and the questions to answer, after a row changed from one image to another.

    Either image may be None (the row was added or removed). Rows of a kind that no page reads affect no pages.
    """
    affected = Affected()
    row = after or before
    if row is None:
        return affected
    kind = kind_of(row.key)
    old, new = (before.doc if before else None), (after.doc if after else None)
    if old != new and kind in RULES:
        RULES[kind](affected, row.key, old, new)
    affected.rebuilds = {
        replace(request, rebuild=f"{request.why}-{row.rev}") if request.why else request
        for request in affected.rebuilds
    }
    return affected


def _text(affected: Affected, key: Key[object], old: StoredText | None, new: StoredText | None) -> None:
    texts = [text for text in (old, new) if text]
    if _shown_fields(old) != _shown_fields(new):
        for text in texts:
            affected.pages.update(text["addresses"])
    if _receipt_fields(old) != _receipt_fields(new):
        affected.pages.update(urls.receipt_path(text["key"]) for text in texts)
    if new and _is_restored(old, new):
        affected.freed_owners.add(owner_of("article", new["id"]))


def _is_restored(old: StoredText | None, new: StoredText) -> bool:
    """Return True if a takedown has ended."""
    return old is not None and is_taken_down(old) and not is_taken_down(new)


def _shown_fields(text: StoredText | None) -> dict[str, object]:
    return {name: value for name, value in text.items() if name not in NOT_SHOWN} if text else {}


def _receipt_fields(text: StoredText | None) -> tuple[object, ...]:
    """Return the fields of a text that its receipt shows."""
    return (text["status"], text["address"], text["key"], text.get("takedown")) if text else ()


def _address(affected: Affected, key: Key[object], old: AddressClaim | None, new: AddressClaim | None) -> None:
    path = name_of(key)
    affected.pages.add(path)
    if bool(old and old["live"]) != bool(new and new["live"]):
        affected.liveness_changed.add(path)


def _entry(affected: Affected, key: Key[object], old: Entry | None, new: Entry | None) -> None:
    list_name = name_of(key)
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


def _neighbour_link(entry: Entry | None) -> tuple[str, str] | None:
    return (entry["address"], entry["headline"]) if entry else None


def _months(affected: Affected, key: Key[object], old: object, new: object) -> None:
    list_name = name_of(key)
    month_page = urls.month_path(list_name, key.sk)
    # A list that ever had an entry keeps all of its pages.
    affected.pages |= {*urls.render_group(month_page), *front_pages(list_name)}
    affected.liveness_changed |= {month_page, urls.front_path(list_name)}
    if list_name == urls.WHOLE_SITE:
        affected.pages.update(urls.render_group("/archive/"))


def _upload(affected: Affected, key: Key[object], old: Upload | None, new: Upload | None) -> None:
    affected.pages.add(f"receipts/{name_of(key)}.json")
    held = _held(old)
    if held and held != _held(new):
        affected.freed_owners.add(held[0])


def _held(upload: Upload | None) -> tuple[str, str | None] | None:
    """Return the owner that an upload holds against other files, with the fingerprint of its bytes."""
    if upload is None or upload["id"] is None or upload["verdict"] == "withdrawn":
        return None
    return owner_of(upload["kind"], upload["id"]), upload.get("fingerprint")  # missing in the first uploads


def _successor(affected: Affected, key: Key[object], old: UploadReference | None, new: UploadReference | None) -> None:
    """Process an upload again when it begins to wait for an owner: that owner may have lost its file before this row
    existed."""
    if old is None and new is not None:
        affected.uploads.add(new["key"])


def _author(affected: Affected, key: Key[object], old: Author | None, new: Author | None) -> None:
    list_name = f"author/{name_of(key)}"
    affected.pages.update(front_pages(list_name))
    affected.rebuilds.add(RebuildMessage(list_name))
    if old is None or new is None:
        affected.liveness_changed.add(urls.front_path(list_name))


def _site(affected: Affected, key: Key[object], old: object, new: object) -> None:
    affected.rebuilds.add(RebuildMessage("everything", why="site"))


def _template_version(affected: Affected, key: Key[object], old: object, new: object) -> None:
    affected.rebuilds.add(RebuildMessage("everything", mark=False, why="templates"))


def _thread(affected: Affected, key: Key[object], old: Any, new: Any) -> None:
    """Plan a change in a discussion. Its rows have several types, which only their keys distinguish."""
    article = name_of(key)
    if is_comment_target(key):
        affected.target_changed.add(article)
    elif is_thread_counter(key):
        affected.comments_changed.add(article)
        affected.pages |= _pages_with_new_successor(article, old, new)
    elif page_of_place(key.sk):
        affected.pages.update(pages_of_comment(article, key.sk))
        if page_of_place(key.sk) == 1:
            affected.comments_changed.add(article)


def _pages_with_new_successor(article: str, old: ThreadCounter | None, new: ThreadCounter | None) -> set[str]:
    """Return the new pages of a discussion, and its former last page, which must link to the next page."""
    before, after = (counter["pages"] if counter else 1 for counter in (old, new))
    if after <= before:
        return set()
    return {urls.comments_path(article, number) for number in range(max(before, 2), after + 1)}


def _clock(affected: Affected, key: Key[object], old: object, new: object) -> None:
    affected.pages.add("/.well-known/security.txt")


RULES: dict[str, Callable[[Affected, Key[object], Any, Any], None]] = {
    "ARTICLE": _text,
    "STATIC": _text,
    "ADDRESS": _address,
    "LIST": _entry,
    "MONTHS": _months,
    "TALK": _thread,
    "UPLOAD": _upload,
    "SUCCESSOR": _successor,
    "AUTHOR": _author,
    "SITE": _site,
    "CLOCK": _clock,
    "IMPRINT": _template_version,
}
"""The rule for each kind of row. It takes the old and the new content, whose type the kind determines."""


def front_pages(list_name: str) -> list[str]:
    """List the pages that show only the newest entries of a list."""
    return urls.render_group(urls.front_path(list_name))


def own_pages(key: Key[object]) -> list[str]:
    """List the pages that must exist because of a row's key alone. A rebuild checks them, and all pages that
    were ever marked."""
    name = name_of(key)
    match kind_of(key):
        case "ADDRESS" | "PAGE":
            return [name]
        case "UPLOAD":
            return [f"receipts/{name}.json"]
        case "AUTHOR":
            return front_pages(f"author/{name}")
        case "TALK" if page_of_place(key.sk):
            return pages_of_comment(name, key.sk)
        case "TALK" if is_thread_counter(key):
            return [urls.comment_feed_path(name)]
        case "MONTHS":
            return [*urls.render_group(urls.month_path(name, key.sk)), *front_pages(name)]
    return []


def pages_of_comment(article: str, place: str) -> list[str]:
    """List the pages that show a comment, apart from its article's page and the feeds."""
    parsed = parse_place(place)
    if parsed is None:
        return []
    reply = urls.reply_path(article, parsed.comment)
    return [reply, urls.comments_path(article, parsed.page)] if parsed.page > 1 else [reply]
