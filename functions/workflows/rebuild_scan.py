"""The scans of a rebuild: they find the next pages from its scope and its progress.

Each step reads a bounded number of rows or keys and returns the position to continue from.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, cast

from adapters.objects import KEYS, Bucket
from adapters.table import Table
from newsroom import urls
from newsroom.article import Article
from newsroom.invalidation import front_pages, own_pages, pages_of_comment
from newsroom.rebuilds import SEGMENTS, RebuildBatch
from newsroom.rendering import static_assets
from newsroom.rows import (
    Key,
    is_live,
    links_pk,
    list_pk,
    listing_sk,
    lists_of,
    months_pk,
    page_of_place,
    text_key,
    thread_pk,
)
from newsroom.site import Site
from workflows import follow_up_queries
from workflows.render_pages import PageRenderer

PAGES_AT_ONCE = 250  # pages rendered together, so that shared rows are read once
ROWS_OF_LIST = 1000  # rows of a list in one step; each needs a page
ROWS_OF_TABLE = 4000  # rows of the table in one step; one in eight needs a page

After = list[str] | None


class Step(NamedTuple):
    """The pages of a step, and the position to continue from: None at the end. uploads: the keys of their rows."""

    paths: list[str]
    after: After
    uploads: Sequence[Key] = ()


def scan_shard(batch: RebuildBatch, renderer: PageRenderer) -> Step:
    """Return the next pages of any strand."""
    match batch["strand"]:
        case "fixed":
            return Step(fixed_paths(renderer.settings()), None)
        case "bucket":
            return scan_bucket(renderer.site, renderer.table, batch["after"])
    return scan_step(batch, renderer.table)


def scan_step(batch: RebuildBatch, table: Table) -> Step:
    """Return the next pages that rows of the table need."""
    after = batch["after"]
    noun, slash, name = batch["of"].partition("/")
    match noun:
        case "everything":
            walk, _, part = batch["strand"].partition("-")
            return (scan_articles if walk == "articles" else scan_rows)(table, int(part), SEGMENTS, after)
        case "paths":
            return Step(batch["paths"], None)
        case "section":
            step = scan_list(table, batch["of"], after)
            return Step([*([] if after else front_pages(batch["of"])), *step.paths], step.after)
        case "month":
            return scan_month(table, name, after)
        case "author":
            return scan_list(table, batch["of"], after)
        case "links":
            return scan_links(table, slash + name, after)
    return scan_thread(table, name, after)


def fixed_paths(site: Site) -> list[str]:
    """List the pages that no row needs. Assets come first, because every other page refers to them."""
    return [*static_assets.assets(site), *urls.FIXED]


def scan_articles(table: Table, part: int, of: int, after: After) -> Step:
    """Return the current addresses of live articles, in the order of their list, month by month. A part has, for
    example, every fourth month by its number in the year, so that a new month in the list moves no other month."""
    months = [row.key.sk for row in table.query(months_pk(urls.WHOLE_SITE))]
    mine = [month for month in months if int(month[5:7]) % of == part and (after is None or month >= after[0])]
    if not mine:
        return Step([], None)
    month, reached = (mine[0], after[1]) if after and mine[0] == after[0] else (mine[0], mine[0])
    rows = table.query(list_pk(urls.WHOLE_SITE), after=reached, limit=ROWS_OF_LIST)
    within = [row for row in rows if row.key.sk.startswith(f"{month}-")]
    further = (
        [month, within[-1].key.sk] if len(within) == ROWS_OF_LIST else [mine[1], mine[1]] if len(mine) > 1 else None
    )
    return Step([row.doc["address"] for row in within], further)


def scan_rows(table: Table, segment: int, of: int, after: After) -> Step:
    """Return every page that these rows need, in the order of the rows, so that pages of the same rows are rendered
    together. Add every page that was ever invalidated and that no single row needs. Articles and the fixed pages have
    their own strands."""
    keys, last = table.scan(segment, of, Key(*after) if after else None, ROWS_OF_TABLE)
    called_for = dict.fromkeys(path for key in keys if key.sk != "PAGE" for path in own_pages(key))
    articles = _articles(table, (key for key in keys if key.sk == "ADDRESS"))
    certain = [path for path in called_for if _has_its_row(path) and path not in articles]
    editions = table.editions(path for path in called_for if not _has_its_row(path))
    never_marked = [path for path in called_for if not _has_its_row(path) and path not in editions]
    names = (key.pk.removeprefix("PAGE#") for key in keys if key.sk == "PAGE")
    marked = [path for name in names if _is_marked_alone(name) for path in urls.render_group(name)]
    uploads = [key for key in keys if key.sk == "UPLOAD"]
    return Step([*marked, *never_marked, *certain], list(last) if last else None, uploads)


def _has_its_row(path: str) -> bool:
    """Return True if a page has its own row, so that its edition need not be read."""
    page = urls.parse_path(path)
    return page.kind in ("text", "receipt") or bool(page.month)


def _is_marked_alone(path: str) -> bool:
    return not _has_its_row(path) and path not in urls.FIXED and urls.parse_path(path).kind != "asset"


def _articles(table: Table, claims: Iterable[Key]) -> set[str]:
    """Return those addresses that show a live article, and not a redirect or a tombstone."""
    rows = table.get_many(claims)
    live = (key for key, row in rows.items() if row.doc.get("kind") == "article" and row.doc["live"])
    return {key.pk.removeprefix("ADDRESS#") for key in live if rows[key].doc["present"]}


def scan_list(table: Table, list_name: str, after: After) -> Step:
    """Return the articles of a list, and its months."""
    rows = table.query(list_pk(list_name), after=after[1] if after else None, limit=ROWS_OF_LIST)
    # The page of an empty month still shows the list's name.
    months = [] if after else table.query(months_pk(list_name))
    paths = {row.doc["address"] for row in rows} | {urls.month_path(list_name, row.key.sk) for row in months}
    return Step(sorted(paths), list(rows[-1].key) if len(rows) == ROWS_OF_LIST else None)


def scan_month(table: Table, month: str, after: After) -> Step:
    """Return the articles of a month of the whole paper, its archive and its sitemap."""
    rows = table.query(list_pk(urls.WHOLE_SITE), after=after[1] if after else month, limit=ROWS_OF_LIST)
    within = [row for row in rows if row.key.sk.startswith(f"{month}-")]
    own = [] if after else urls.render_group(urls.month_path(urls.WHOLE_SITE, month))
    goes_on = len(within) == ROWS_OF_LIST
    return Step([*own, *sorted(row.doc["address"] for row in within)], list(within[-1].key) if goes_on else None)


def scan_links(table: Table, path: str, after: After) -> Step:
    """Return the pages that link to an address, and the feeds that contain their texts."""
    rows = table.query(links_pk(path), after=after[1] if after else None, limit=ROWS_OF_LIST)
    texts = table.get_many(text_key(row.doc["kind"], row.doc["id"]) for row in rows)
    addresses = sorted(row.doc["address"] for row in texts.values())
    articles = [cast(Article, row.doc) for key, row in texts.items() if key.sk == "ARTICLE" and is_live(row.doc)]
    fed = ((name, listing_sk(article)) for article in articles for name in lists_of(article) if urls.feed_paths(name))
    feeds = [
        page for list_name in follow_up_queries.lists_with_changed_fronts(table, fed) for page in front_pages(list_name)
    ]
    return Step([*addresses, *feeds], list(rows[-1].key) if len(rows) == ROWS_OF_LIST else None)


def scan_thread(table: Table, article: str, after: After) -> Step:
    """Return the pages of a discussion and its feeds."""
    rows = table.query(thread_pk(article), after=after[1] if after else None, limit=ROWS_OF_LIST)
    paths = {path for row in rows if page_of_place(row.key.sk) for path in pages_of_comment(article, row.key.sk)}
    feeds = [] if after else [urls.comment_feed_path(), urls.comment_feed_path(article)]
    return Step([*feeds, *sorted(paths)], list(rows[-1].key) if len(rows) == ROWS_OF_LIST else None)


def scan_bucket(bucket: Bucket, table: Table, after: After) -> Step:
    """Return the paths of bucket objects that were never invalidated. A later step checks if a row needs them."""
    keys = list(bucket.list_keys(after[0] if after else "", KEYS))
    paths = [urls.path_of_key(key) for key in keys]
    known = table.editions(paths).keys()
    return Step([path for path in paths if path not in known], [keys[-1]] if len(keys) == KEYS else None)


def batches(paths: list[str]) -> Iterator[list[str]]:
    """Yield pages in batches that share the rows they read."""
    return (paths[start : start + PAGES_AT_ONCE] for start in range(0, len(paths), PAGES_AT_ONCE))
