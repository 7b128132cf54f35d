"""The rows that a batch of pages is rendered from.

A loader lasts as long as one batch of renders. Every row in it was read after the ETags and editions of all pages of
the batch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from adapters.table import Table
from newsroom import urls
from newsroom.article import Entry, StoredArticle, StoredText, is_live
from newsroom.comment import PublicComment
from newsroom.publishing.index_rows import listing_sk
from newsroom.rows import D, Row, Rows
from newsroom.site import Site, site_of
from newsroom.table_keys import (
    CLOCK_KEY,
    SITE_KEY,
    TEMPLATE_VERSION_KEY,
    Key,
    Partition,
    address_key,
    article_key,
    author_key,
    comment_key,
    comment_target_key,
    entries_partition,
    is_article,
    months_partition,
    name_of,
    receipt_key,
    text_key,
    thread_counter_key,
    thread_partition,
)
from newsroom.urls import Page

_MOST_ROWS_OF_RUN = 1_000  # rows of several months in one read; a single month may have more


@dataclass
class ContentLoader:
    """The rows that a batch is rendered from. Each row is read at most once."""

    table: Table
    site_url: str
    rows: Rows = field(default_factory=Rows)
    fetched: set[Key[object]] = field(default_factory=set)  # the keys of all rows that were read, also of missing ones
    queries: dict[tuple[object, ...], list[Row[Any]]] = field(default_factory=dict)
    months: dict[str, set[str]] = field(default_factory=dict)  # the requested months, by list
    run: dict[tuple[str, str], list[Row[Entry]]] = field(default_factory=dict)  # the months that were read last

    @classmethod
    def open(cls, table: Table, pages: Sequence[Page], site_url: str) -> "ContentLoader":
        """Return a loader with all rows that these pages certainly need, read in as few calls as possible."""
        loader = cls(table, site_url)
        loader.fetch([SITE_KEY, TEMPLATE_VERSION_KEY, *(key for page in pages for key in first_keys(page))])
        loader._fetch_texts(pages)
        replies = [page for page in pages if page.kind == "reply"]
        loader.fetch(key for page in replies if (key := loader.public_comment_key(page)))
        for page in pages:
            if page.month:
                loader.months.setdefault(page.list, set()).add(page.month)
        return loader

    def _fetch_texts(self, pages: Sequence[Page]) -> None:
        """Read the texts of pages and receipts, with their discussions, authors, links and neighbours."""
        keys = [key for page in pages if (key := self.text_key(page))]
        articles = [article_key(name_of(key)) for key in keys if is_article(key)]
        self.fetch([*keys, *(thread_counter_key(name_of(key)) for key in articles)])
        self._fetch_references(self._docs(keys), self._docs(articles))
        self._fetch_neighbours(pages, self._docs(dict.fromkeys(articles)))

    def _fetch_references(self, texts: Iterable[StoredText], articles: Iterable[StoredArticle]) -> None:
        """Read the rows of the authors of articles, and the rows that show if the links of texts lead to a page."""
        authors = {author["id"] for article in articles for author in article["authors"]}
        links = {path for text in texts for path in text["links"]}
        targets = [existence_key(path) for path in sorted(links)]
        self.fetch([*map(author_key, sorted(authors)), *filter(None, targets)])

    def _fetch_neighbours(self, pages: Sequence[Page], articles: Iterable[StoredArticle]) -> None:
        """Read the neighbours of the live articles that are shown at the address of one of the pages."""
        paths = {page.path for page in pages}
        shown = [article for article in articles if is_live(article) and article["address"] in paths]
        self.load_neighbours([listing_sk(article) for article in shown])

    def _docs(self, keys: Iterable[Key[D]]) -> list[D]:
        return [doc for key in keys if (doc := self.doc(key)) is not None]

    @property
    def site(self) -> Site:
        return site_of(self.doc(SITE_KEY), self.site_url)

    def fetch(self, keys: Iterable[Key[object]]) -> None:
        wanted = [key for key in dict.fromkeys(keys) if key not in self.fetched]
        self.fetched.update(wanted)
        self.rows |= self.table.get_many(wanted)

    def row(self, key: Key[D]) -> Row[D] | None:
        """Return a row, and read it if it was not read yet."""
        if key not in self.fetched:
            self.fetch([key])
        return self.rows.find(key)

    def doc(self, key: Key[D]) -> D | None:
        """Return the content of a row."""
        row = self.row(key)
        return row.doc if row else None

    def query(
        self,
        partition: Partition[D],
        *,
        prefix: str = "",
        after: str | None = None,
        before: str | None = None,
        newest_first: bool = True,
        limit: int | None = None,
    ) -> list[Row[D]]:
        arguments = (partition, prefix, after, before, newest_first, limit)
        if arguments not in self.queries:
            self.queries[arguments] = self.table.query(
                partition, prefix=prefix, after=after, before=before, newest_first=newest_first, limit=limit
            )
        return self.queries[arguments]

    def load_neighbours(self, sks: list[str]) -> None:
        """Read the older and the newer neighbour of each of these entries of the whole-site list. A run of entries
        needs two queries, the same as a single entry. Entries outside one run are queried later, one by one."""
        if len(sks) < 2:
            return
        whole_paper = entries_partition(urls.WHOLE_SITE)
        older = self.query(whole_paper, before=min(sks), limit=1)
        after = older[0].key.sk if older else None
        further = self.table.query(whole_paper, after=after, limit=len(sks) + 1)
        run = [*older, *further]
        for place, row in enumerate(run):
            sk = row.key.sk
            if place or not older:
                self.queries[(whole_paper, "", None, sk, True, 1)] = run[max(place - 1, 0) : place]
            if place + 1 < len(run) or len(further) <= len(sks):
                self.queries[(whole_paper, "", sk, None, False, 1)] = run[place + 1 : place + 2]

    def month_entries(self, list_name: str, month: str) -> list[Row[Entry]]:
        """Return the rows of a month in a list, newest first. Read the requested months after it in the same query, if
        the rows are not too many to keep. Only one run of months is kept at a time."""
        if (list_name, month) not in self.run:
            self.run = self._read_months(list_name, self._month_run(list_name, month))
        return self.run[list_name, month]

    def _read_months(self, list_name: str, months: list[str]) -> dict[tuple[str, str], list[Row[Entry]]]:
        """Read months of a list that follow each other: those that one query reads completely, at least the first."""
        entries = entries_partition(list_name)
        most = _MOST_ROWS_OF_RUN if len(months) > 1 else None
        rows = self.table.query(entries, after=months[0], before=f"{months[-1]}~", limit=most)
        complete = months
        if len(rows) == most:
            incomplete = rows[-1].key.sk[:7]
            rows = [row for row in rows if row.key.sk < incomplete]
            complete = [month for month in months if month < incomplete]
        if not complete:
            complete = months[:1]
            rows = self.table.query(entries, prefix=months[0])
        by_month: dict[tuple[str, str], list[Row[Entry]]] = {(list_name, month): [] for month in complete}
        for row in reversed(rows):
            by_month.setdefault((list_name, row.key.sk[:7]), []).append(row)
        return by_month

    def _month_run(self, list_name: str, month: str) -> list[str]:
        """Return a month of a list and the months after it, up to the first that is not requested. So the query reads
        no row that no page shows."""
        requested = self.months.get(list_name, set())
        if len(requested) < 2:
            return [month]
        known = [row.key.sk for row in reversed(self.query(months_partition(list_name)))]
        later = [name for name in known if name > month]
        return [month, *takewhile(requested.__contains__, later)]

    def text_key(self, page: Page) -> Key[StoredText] | None:
        """Return the key of the article or static page that a page or receipt is about."""
        if page.kind == "text":
            claim = self.doc(address_key(page.path))
            return text_key(claim["kind"], claim["id"]) if claim else None
        if page.kind == "receipt" and (upload := self.doc(receipt_key(page.path))):
            kind, id = upload["kind"], upload["id"]
            return text_key(kind, id) if id and kind in ("article", "page") else None
        return None

    def public_comment_key(self, page: Page) -> Key[PublicComment] | None:
        """Return the key of the public comment on a reply page. The page shows the public row. Readers may not see the
        comment's own row, so only its place is used."""
        comment = self.doc(comment_key(page.comment))
        if comment is None or comment["article"] != page.article or not comment["place"]:
            return None
        return thread_partition(page.article).key(comment["place"])


def first_keys(page: Page) -> list[Key[Any]]:
    match page.kind:
        case "text":
            return [address_key(page.path)]
        case "receipt":
            return [receipt_key(page.path)]
        case "security":
            return [CLOCK_KEY]
        case "comments":
            return [comment_target_key(page.article), thread_counter_key(page.article)]
        case "reply":
            return [comment_target_key(page.article), comment_key(page.comment)]
        case "comment-feed" if page.article:
            return [comment_target_key(page.article)]
        case "front" | "feed" | "month" if page.list.startswith("author/"):
            return [author_key(page.list.removeprefix("author/"))]
    return []


def existence_key(path: str) -> Key[object] | None:
    """Return the key of the row that exists if a page exists at an address. None if a page always exists there."""
    page = urls.parse_path(path)
    match page.kind:
        case "text" | "asset" | "receipt":
            return address_key(path)
        case "month":
            return months_partition(page.list).key(page.month)
        case "front" | "feed" if page.list.startswith("author/"):
            return author_key(page.list.removeprefix("author/"))
    return None
