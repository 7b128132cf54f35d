"""The scans of a rebuild: they find the next pages from its scope and its progress.

Each step reads a bounded number of rows or keys and returns the position to continue from.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from adapters.objects import KEYS, Bucket
from adapters.table import Table
from newsroom import urls
from newsroom.article import Entry, StoredArticle, Upload, is_live
from newsroom.invalidation import front_pages, own_pages, pages_of_comment
from newsroom.messages import RebuildMessage
from newsroom.publishing.index_rows import listing_sk, lists_of
from newsroom.rebuilds import SEGMENTS
from newsroom.rendering import static_assets
from newsroom.rows import D, Row, Rows
from newsroom.site import Site
from newsroom.table_keys import (
    Key,
    address_key,
    article_key,
    entries_partition,
    is_address,
    is_page,
    is_upload,
    links_partition,
    months_partition,
    name_of,
    page_of_place,
    static_key,
    text_key,
    thread_partition,
    upload_key,
)
from workflows import follow_up_queries
from workflows.render_pages import PageRenderer

PAGES_AT_ONCE = 250  # pages rendered together, so that shared rows are read once
ROWS_OF_LIST = 1000  # rows of a list in one step; each needs a page
ROWS_OF_TABLE = 4000  # rows of the table in one step; one in eight needs a page

Cursor = list[str] | None


class Step(NamedTuple):
    """The pages of a step, and the position to continue from: None at the end. uploads: the keys of their rows."""

    paths: list[str]
    cursor: Cursor
    uploads: Sequence[Key[Upload]] = ()


def scan_shard(batch: RebuildMessage, renderer: PageRenderer) -> Step:
    """Return the next pages of any shard."""
    match batch.shard:
        case "fixed":
            return Step(fixed_paths(renderer.settings()), None)
        case "bucket":
            return scan_bucket(renderer.site, renderer.table, _cursor(batch))
    return scan_step(batch, renderer.table)


def scan_step(batch: RebuildMessage, table: Table) -> Step:
    """Return the next pages that rows of the table need."""
    after = _cursor(batch)
    noun, slash, name = batch.scope.partition("/")
    match noun:
        case "everything":
            walk, _, part = batch.shard.partition("-")
            scan = scan_articles if walk == "articles" else scan_rows
            return scan(table, int(part), SEGMENTS, after)
        case "paths":
            return Step(list(batch.paths), None)
        case "section":
            step = scan_list(table, batch.scope, after)
            return step if after else Step([*front_pages(batch.scope), *step.paths], step.cursor)
        case "month":
            return scan_month(table, name, after)
        case "author":
            return scan_list(table, batch.scope, after)
        case "links":
            return scan_links(table, slash + name, after)
    return scan_thread(table, name, after)


def _cursor(batch: RebuildMessage) -> Cursor:
    return None if batch.cursor is None else list(batch.cursor)


def fixed_paths(site: Site) -> list[str]:
    """List the pages that no row needs. Assets come first, because every other page refers to them."""
    return [*static_assets.assets(site), *urls.FIXED]


def scan_articles(table: Table, part: int, of: int, after: Cursor) -> Step:
    """Return the current addresses of live articles, in the order of their list, month by month. A part has, for
    example, every fourth month by its number in the year, so that a new month in the list moves no other month."""
    months = [month for month in _months_of_part(table, part, of) if after is None or month >= after[0]]
    if not months:
        return Step([], None)
    month, position = months[0], months[0]
    if after and after[0] == month:
        position = after[1]
    rows = table.query(entries_partition(urls.WHOLE_SITE), after=position, limit=ROWS_OF_LIST)
    entries = [row for row in rows if row.key.sk.startswith(f"{month}-")]
    return Step([row.doc["address"] for row in entries], _next_position(months, entries))


def _months_of_part(table: Table, part: int, of: int) -> list[str]:
    rows = table.query(months_partition(urls.WHOLE_SITE))
    return [row.key.sk for row in rows if int(row.key.sk[5:7]) % of == part]


def _next_position(months: list[str], entries: list[Row[Entry]]) -> Cursor:
    """Return the position after entries of the first of these months: in the same month, or in the next."""
    if len(entries) == ROWS_OF_LIST:
        return [months[0], entries[-1].key.sk]
    return [months[1], months[1]] if len(months) > 1 else None


def scan_rows(table: Table, segment: int, of: int, after: Cursor) -> Step:
    """Return every page that these rows need, in the order of the rows, so that pages of the same rows are rendered
    together. Add every page that was ever invalidated and that no single row needs. Articles and the fixed pages have
    their own shards."""
    keys, last = table.scan(segment, of, Key(*after) if after else None, ROWS_OF_TABLE)
    uploads = [upload_key(name_of(key)) for key in keys if is_upload(key)]
    paths = [*_marked_pages(keys), *_needed_pages(table, keys)]
    return Step(paths, list(last) if last else None, uploads)


def _marked_pages(keys: Sequence[Key[object]]) -> list[str]:
    """Return the pages that were ever invalidated, except those that other rows or shards bring."""
    names = [name_of(key) for key in keys if is_page(key)]
    alone = [name for name in names if not _has_its_row(name) and not _is_in_fixed_shard(name)]
    return [path for name in alone for path in urls.render_group(name)]


def _needed_pages(table: Table, keys: Sequence[Key[object]]) -> list[str]:
    """Return the pages that rows need: first those that were never invalidated, then those with a row of their own."""
    needed = list(dict.fromkeys(path for key in keys if not is_page(key) for path in own_pages(key)))
    articles = _articles(table, keys)
    with_row = [path for path in needed if _has_its_row(path) and path not in articles]
    never_marked = _never_marked(table, [path for path in needed if not _has_its_row(path)])
    return [*never_marked, *with_row]


def _never_marked(table: Table, paths: list[str]) -> list[str]:
    editions = table.editions(paths)
    return [path for path in paths if path not in editions]


def _has_its_row(path: str) -> bool:
    """Return True if a page has its own row, so that its edition need not be read."""
    page = urls.parse_path(path)
    return page.kind in ("text", "receipt") or bool(page.month)


def _is_in_fixed_shard(path: str) -> bool:
    return path in urls.FIXED or urls.parse_path(path).kind == "asset"


def _articles(table: Table, keys: Sequence[Key[object]]) -> set[str]:
    """Return the addresses among these keys that show a live article, and not a redirect or a tombstone."""
    addresses = {name_of(key): address_key(name_of(key)) for key in keys if is_address(key)}
    rows = table.get_many(addresses.values())
    claims = {path: claim for path, key in addresses.items() if (claim := rows.doc(key))}
    return {path for path, claim in claims.items() if claim["kind"] == "article" and claim["live"] and claim["present"]}


def _position_after(rows: Sequence[Row[object]]) -> Cursor:
    """Return the position after these rows of a partition; None if they are its last."""
    return list(rows[-1].key) if len(rows) == ROWS_OF_LIST else None


def scan_list(table: Table, list_name: str, after: Cursor) -> Step:
    """Return the articles of a list, and its months."""
    rows = table.query(entries_partition(list_name), after=after[1] if after else None, limit=ROWS_OF_LIST)
    # The page of an empty month still shows the list's name.
    months = [] if after else table.query(months_partition(list_name))
    paths = {row.doc["address"] for row in rows} | {urls.month_path(list_name, row.key.sk) for row in months}
    return Step(sorted(paths), _position_after(rows))


def scan_month(table: Table, month: str, after: Cursor) -> Step:
    """Return the articles of a month of the whole paper, its archive and its sitemap."""
    rows = table.query(entries_partition(urls.WHOLE_SITE), after=after[1] if after else month, limit=ROWS_OF_LIST)
    within = [row for row in rows if row.key.sk.startswith(f"{month}-")]
    own = [] if after else urls.render_group(urls.month_path(urls.WHOLE_SITE, month))
    return Step([*own, *sorted(row.doc["address"] for row in within)], _position_after(within))


def scan_links(table: Table, path: str, after: Cursor) -> Step:
    """Return the pages that link to an address, and the feeds that contain their texts."""
    rows = table.query(links_partition(path), after=after[1] if after else None, limit=ROWS_OF_LIST)
    texts = table.get_many(text_key(row.doc["kind"], row.doc["id"]) for row in rows)
    pages = _docs(texts, [static_key(row.doc["id"]) for row in rows if row.doc["kind"] == "page"])
    articles = _docs(texts, [article_key(row.doc["id"]) for row in rows if row.doc["kind"] == "article"])
    addresses = sorted(text["address"] for text in [*pages, *articles])
    feeds = _feeds_with(table, [article for article in articles if is_live(article)])
    return Step([*addresses, *feeds], _position_after(rows))


def _feeds_with(table: Table, articles: Sequence[StoredArticle]) -> list[str]:
    """Return the fronts and feeds of the lists that have one of these articles among their newest."""
    entries = [
        (list_name, listing_sk(article))
        for article in articles
        for list_name in lists_of(article)
        if urls.feed_paths(list_name)
    ]
    lists = follow_up_queries.lists_with_changed_fronts(table, entries)
    return [page for list_name in lists for page in front_pages(list_name)]


def _docs(rows: Rows, keys: Iterable[Key[D]]) -> list[D]:
    return [doc for key in keys if (doc := rows.doc(key)) is not None]


def scan_thread(table: Table, article: str, after: Cursor) -> Step:
    """Return the pages of a discussion and its feeds."""
    rows = table.query(thread_partition(article), after=after[1] if after else None, limit=ROWS_OF_LIST)
    paths = {path for row in rows if page_of_place(row.key.sk) for path in pages_of_comment(article, row.key.sk)}
    feeds = [] if after else [urls.comment_feed_path(), urls.comment_feed_path(article)]
    return Step([*feeds, *sorted(paths)], _position_after(rows))


def scan_bucket(bucket: Bucket, table: Table, after: Cursor) -> Step:
    """Return the paths of bucket objects that were never invalidated. A later step checks if a row needs them."""
    keys = list(bucket.list_keys(after[0] if after else "", KEYS))
    paths = [urls.path_of_key(key) for key in keys]
    return Step(_never_marked(table, paths), [keys[-1]] if len(keys) == KEYS else None)


def batches(paths: list[str]) -> Iterator[list[str]]:
    """Yield pages in batches that share the rows they read."""
    return (paths[start : start + PAGES_AT_ONCE] for start in range(0, len(paths), PAGES_AT_ONCE))
