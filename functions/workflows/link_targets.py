"""The links of a text to this site, and the pages that they lead to."""

from collections.abc import Iterable
from typing import Any

from newsroom import urls
from newsroom.rows import Row
from newsroom.table_keys import (
    months_partition,
)
from workflows.content_loader import ContentLoader, existence_key


def dead_links(links: Iterable[str], loader: ContentLoader) -> frozenset[str]:
    """Return the links that lead to no page of this site."""
    links = sorted(links)
    loader.fetch(key for path in links if (key := existence_key(path)))
    return frozenset(path for path in links if not _leads_to_page(path, loader))


def _leads_to_page(path: str, loader: ContentLoader) -> bool:
    """Return True if a link to an address of this site leads to a page."""
    page = urls.parse_path(path)
    if key := existence_key(path):
        row = loader.row(key)
        if row is not None:
            return _is_live_address(row)
        if page.kind not in ("front", "feed"):
            return False
    if page.kind in ("front", "feed", "month") and page.list != urls.WHOLE_SITE:
        return bool(loader.query(months_partition(page.list)))
    return True


def _is_live_address(row: Row[Any]) -> bool:
    """Return True for a live address, and for a row of another kind, which exists only while its page does."""
    return bool(row.doc.get("live", True))
