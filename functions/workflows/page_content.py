"""The content of each page, read from the table once per batch.

A loader lasts as long as one batch of renders. Every row in it was read after the ETags and editions of all pages of
the batch.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import takewhile
from typing import cast

from adapters.table import Table
from newsroom import urls
from newsroom.article import Article, Author, Entry, StaticPage, Text, Upload
from newsroom.comment import CommentTarget, FeedComment, PublicComment, ThreadCounter
from newsroom.rendering import feed_texts, static_assets
from newsroom.rendering.content import (
    ArchiveContent,
    ArticleContent,
    CommentFeedContent,
    CommentsContent,
    Content,
    FixedContent,
    ListContent,
    Neighbour,
    PagesSitemapContent,
    ReceiptContent,
    RedirectContent,
    ReplyContent,
    SecurityContent,
    SitemapContent,
    StaticContent,
    TombstoneContent,
)
from newsroom.rows import (
    CLOCK_KEY,
    SITE_KEY,
    TEMPLATE_VERSION_KEY,
    Key,
    Row,
    address_key,
    article_key,
    article_of,
    author_key,
    comment_key,
    comment_target_key,
    comments_prefix,
    entry_in,
    is_live,
    list_pk,
    listing_sk,
    months_pk,
    receipt_key,
    static_page_of,
    text_key,
    thread_counter_key,
    thread_pk,
    upload_in,
)
from newsroom.site import Site, site_of
from newsroom.urls import Page

_MOST_ROWS_OF_RUN = 1_000  # rows of several months in one read; a single month may have more


@dataclass
class ContentLoader:
    """The rows that a batch is rendered from. Each row is read at most once."""

    table: Table
    site_url: str
    rows: dict[Key, Row | None] = field(default_factory=dict)
    queries: dict[tuple[object, ...], list[Row]] = field(default_factory=dict)
    months: dict[str, set[str]] = field(default_factory=dict)  # the requested months, by list
    run: dict[tuple[str, str], list[Row]] = field(default_factory=dict)  # the months that were read last

    @classmethod
    def open(cls, table: Table, asked: list[Page], site_url: str) -> "ContentLoader":
        """Return a loader with all rows that these pages certainly need, read in as few calls as possible."""
        loader = cls(table, site_url)
        loader.fetch([SITE_KEY, TEMPLATE_VERSION_KEY, *(key for page in asked for key in _first_keys(page))])
        texts = [text for page in asked if (text := loader.text_key(page))]
        loader.fetch([*texts, *(thread_counter_key(id) for key in texts if (id := _article_id(key)))])
        loader.fetch(key for text in texts for key in _linked_keys(loader.row(text)))
        loader.fetch(key for page in asked if page.kind == "reply" and (key := _public_comment_key(page, loader)))
        paths = {page.path for page in asked}
        rows = [row for text in dict.fromkeys(texts) if (row := loader.row(text)) and _article_id(text)]
        shown = [row for row in rows if is_live(row.doc) and row.doc["address"] in paths]
        loader.load_neighbours([listing_sk(cast(Article, row.doc)) for row in shown])
        for page in asked:
            if page.month:
                loader.months.setdefault(page.list, set()).add(page.month)
        return loader

    @property
    def site(self) -> Site:
        row = self.row(SITE_KEY)
        return site_of(row.doc if row else None, self.site_url)

    def fetch(self, keys: Iterable[Key]) -> None:
        wanted = [key for key in dict.fromkeys(keys) if key not in self.rows]
        rows = self.table.get_many(wanted)
        self.rows |= {key: rows.get(key) for key in wanted}

    def row(self, key: Key) -> Row | None:
        if key not in self.rows:
            self.fetch([key])
        return self.rows[key]

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        after: str | None = None,
        before: str | None = None,
        newest_first: bool = True,
        limit: int | None = None,
    ) -> list[Row]:
        asked = (pk, prefix, after, before, newest_first, limit)
        if asked not in self.queries:
            self.queries[asked] = self.table.query(
                pk, prefix=prefix, after=after, before=before, newest_first=newest_first, limit=limit
            )
        return self.queries[asked]

    def load_neighbours(self, sks: list[str]) -> None:
        """Read the older and the newer neighbour of each of these entries of the whole-site list. A run of entries
        needs two queries, the same as a single entry. Entries outside one run are queried later, one by one."""
        if len(sks) < 2:
            return
        whole_paper = list_pk(urls.WHOLE_SITE)
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

    def month_entries(self, list_name: str, month: str) -> list[Row]:
        """Return the rows of a month in a list, newest first. Read the requested months after it in the same query, if
        the rows are not too many to keep. Only one run of months is kept at a time."""
        if (list_name, month) not in self.run:
            pk, months = list_pk(list_name), self._month_run(list_name, month)
            most = _MOST_ROWS_OF_RUN if len(months) > 1 else None
            rows = self.table.query(pk, after=months[0], before=f"{months[-1]}~", limit=most)
            if len(rows) == most:  # the last month is incomplete, so it is read by itself later
                cut = rows[-1].key.sk[:7]
                rows, months = [row for row in rows if row.key.sk < cut], [kept for kept in months if kept < cut]
            if not months:
                rows, months = self.table.query(pk, prefix=month), [month]
            self.run = {(list_name, kept): [] for kept in months}
            for row in reversed(rows):
                self.run.setdefault((list_name, row.key.sk[:7]), []).append(row)
        return self.run[list_name, month]

    def _month_run(self, list_name: str, month: str) -> list[str]:
        """Return a month of a list and the months after it, up to the first that is not requested. So the query reads
        no row that no page shows."""
        requested = self.months.get(list_name, set())
        known = [row.key.sk for row in reversed(self.query(months_pk(list_name)))] if len(requested) > 1 else []
        following = takewhile(requested.__contains__, (later for later in known if later > month))
        return [month, *following]

    def text_key(self, page: Page) -> Key | None:
        """Return the key of the article or static page that a page or receipt is about."""
        if page.kind == "text":
            claim = self.row(address_key(page.path))
            return text_key(claim.doc["kind"], claim.doc["id"]) if claim else None
        if page.kind == "receipt" and (upload := self.row(receipt_key(page.path))):
            kind, id = upload.doc["kind"], upload.doc["id"]
            return text_key(kind, id) if id and kind in ("article", "page") else None
        return None


def _first_keys(page: Page) -> list[Key]:
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


def _article_id(key: Key) -> str:
    """Return the id in an article's key. It is empty for a static page, which has no discussion."""
    return key.pk.removeprefix("ARTICLE#") if key.sk == "ARTICLE" else ""


def _linked_keys(row: Row | None) -> list[Key]:
    """List the keys of a text's authors and of the addresses that it links to."""
    if row is None:
        return []
    authors = [author_key(author["id"]) for author in row.doc.get("authors", [])]
    return authors + [key for path in row.doc["links"] if (key := _existence_key(path))]


def _existence_key(path: str) -> Key | None:
    """Return the key of the row that exists if a page exists at an address. None if a page always exists there."""
    page = urls.parse_path(path)
    match page.kind:
        case "text" | "asset" | "receipt":
            return address_key(path)
        case "month":
            return Key(months_pk(page.list), page.month)
        case "front" | "feed" if page.list.startswith("author/"):
            return author_key(page.list.removeprefix("author/"))
    return None


def load_content(page: Page, loader: ContentLoader) -> Content | None:
    """Return the content of a page. None if the page should not exist."""
    return _LOADERS[page.kind](page, loader)


def _text(page: Page, loader: ContentLoader) -> Content | None:
    key = loader.text_key(page)
    row = loader.row(key) if key else None
    if row is None:
        return None
    text = cast(Text, row.doc)
    if text["status"] != "published":
        claim = loader.row(address_key(page.path))
        was_seen = text["ever_live"] and claim is not None and claim.doc.get("seen", True)
        return TombstoneContent() if was_seen else None
    if text["address"] != page.path:
        return RedirectContent(text["address"])
    dead = _dead_links(text["links"], loader)
    if row.key.pk.startswith("STATIC#"):
        return StaticContent(cast(StaticPage, static_page_of(row)), dead)
    article = cast(Article, article_of(row))
    authors = [loader.row(author_key(author["id"])) for author in article["authors"]]
    whole_paper, sk = list_pk(urls.WHOLE_SITE), listing_sk(article)
    older = loader.query(whole_paper, before=sk, limit=1)
    newer = loader.query(whole_paper, after=sk, newest_first=False, limit=1)
    counter = loader.row(thread_counter_key(article["id"]))
    return ArticleContent(
        article,
        [cast(Author, row.doc) for row in authors if row],
        _neighbour(older),
        _neighbour(newer),
        dead,
        talk=cast(ThreadCounter, counter.doc) if counter else None,
        remarks=_public_comments(article["id"], 1, loader) if counter else (),
        comment_pages=max(1, counter.doc["pages"]) if counter else 1,
    )


def _public_comments(article: str, page: int, loader: ContentLoader) -> list[PublicComment]:
    """Read one page of a discussion with one bounded query."""
    rows = loader.query(thread_pk(article), prefix=comments_prefix(page), newest_first=False)
    return [cast(PublicComment, row.doc) for row in rows]


def _comment_target(article: str, loader: ContentLoader) -> CommentTarget | None:
    """Return the comment target of an article. None while the article is not live."""
    row = loader.row(comment_target_key(article))
    return cast(CommentTarget, row.doc) if row else None


def _comments(page: Page, loader: ContentLoader) -> Content | None:
    target, counter = _comment_target(page.article, loader), loader.row(thread_counter_key(page.article))
    if target is None or counter is None or page.number > counter.doc["pages"]:
        return None
    remarks = _public_comments(page.article, page.number, loader)
    return CommentsContent(target, page.number, page.number == counter.doc["pages"], remarks)


def _reply(page: Page, loader: ContentLoader) -> Content | None:
    target, key = _comment_target(page.article, loader), _public_comment_key(page, loader)
    if target is None or key is None:
        return None
    remark = loader.row(key)
    return ReplyContent(target, cast(PublicComment, remark.doc)) if remark and not remark.doc["gone"] else None


def _public_comment_key(page: Page, loader: ContentLoader) -> Key | None:
    """Return the key of the public comment on a reply page. The page shows the public row. Readers may not see the
    comment's own row, so only its place is used."""
    comment = loader.row(comment_key(page.comment))
    if comment is None or comment.doc["article"] != page.article or not comment.doc["place"]:
        return None
    return Key(thread_pk(page.article), comment.doc["place"])


def _comment_feed(page: Page, loader: ContentLoader) -> Content | None:
    target = _comment_target(page.article, loader) if page.article else None
    if page.article and (target is None or loader.row(thread_counter_key(page.article)) is None):
        return None
    remarks = [cast(PublicComment, row.doc) for row in loader.query(list_pk(page.list), limit=urls.NEWEST)]
    loader.fetch(comment_target_key(remark["article"]) for remark in remarks)
    feed_comments = [
        _feed_comment(remark, live) for remark in remarks if (live := _comment_target(remark["article"], loader))
    ]
    return CommentFeedContent(target, feed_comments)


def _feed_comment(remark: PublicComment, target: CommentTarget) -> FeedComment:
    address = urls.comment_url(target["id"], target["address"], remark["page"], remark["id"])
    return {**remark, "headline": target["headline"], "address": address}


def _neighbour(rows: list[Row]) -> Neighbour | None:
    return {"address": rows[0].doc["address"], "headline": rows[0].doc["headline"]} if rows else None


def _dead_links(links: Iterable[str], loader: ContentLoader) -> frozenset[str]:
    """Return the links that lead to no page of this site."""
    links = sorted(links)
    loader.fetch(key for path in links if (key := _existence_key(path)))
    return frozenset(path for path in links if not _leads_to_page(path, loader))


def _leads_to_page(path: str, loader: ContentLoader) -> bool:
    """Return True if a link to an address of this site leads to a page."""
    page = urls.parse_path(path)
    if key := _existence_key(path):
        row = loader.row(key)
        if row is not None:
            return bool(row.doc.get("live", True))
        if page.kind not in ("front", "feed"):
            return False
    if page.kind in ("front", "feed", "month") and page.list != urls.WHOLE_SITE:
        return bool(loader.query(months_pk(page.list)))
    return True


def _list(page: Page, loader: ContentLoader) -> Content | None:
    author = loader.row(author_key(page.list.removeprefix("author/"))) if page.list.startswith("author/") else None
    pk = list_pk(page.list)
    rows = loader.month_entries(page.list, page.month) if page.month else loader.query(pk, limit=urls.NEWEST)
    # Only a front shows the months. If the list is empty, they show if an entry was ever in it.
    shows_months = page.kind == "front" and page.list != urls.WHOLE_SITE
    months = loader.query(months_pk(page.list)) if shows_months or not rows else []
    if not rows and not months and not author and page.list != urls.WHOLE_SITE:
        return None
    entries = [entry_in(row) for row in rows]
    profile = cast(Author, author.doc) if author else None
    name = _name(page.list, entries, profile)
    texts = _texts(entries, loader) if page.kind == "feed" and loader.site["feeds"] == "full" else {}
    links = {path for article in texts.values() for path in article["links"]}
    dead = _dead_links(links, loader)
    return ListContent(page.list, entries, name, [row.key.sk for row in months], profile, texts, dead)


def _texts(entries: list[Entry], loader: ContentLoader) -> dict[str, Article]:
    """Return the articles that a feed contains in full, by id. Leave out articles that are no longer live, and articles
    with so many links that checking them would cost more than everything else."""
    ids = feed_texts.entries_with_text(entries)
    loader.fetch(article_key(id) for id in ids)
    articles = {id: article_of(loader.row(article_key(id))) for id in ids}
    return {
        id: article
        for id, article in articles.items()
        if article and is_live(article) and len(article["links"]) <= feed_texts.MOST_LINKS
    }


def _name(list_name: str, entries: list[Entry], author: Author | None) -> str:
    """Return the name of a list for readers, as its newest article spells it."""
    kind, _, slug = list_name.partition("/")
    if not slug:
        return ""
    if author:
        return author["name"]
    for entry in entries:
        if kind == "section":
            return entry["section"]["name"]
        for term in entry["tags"]:
            if kind == "tag" and term["slug"] == slug:
                return term["name"]
        for byline in entry["authors"]:
            if kind == "author" and byline["id"] == slug:
                return byline["name"]
    return slug.replace("-", " ").capitalize()


def _archive(page: Page, loader: ContentLoader) -> Content:
    return ArchiveContent([row.key.sk for row in loader.query(months_pk(urls.WHOLE_SITE))])


def _sitemap(page: Page, loader: ContentLoader) -> Content | None:
    rows = loader.month_entries(page.list, page.month) if page.month else loader.query(list_pk(page.list))
    if not rows and page.month and not loader.row(Key(months_pk(page.list), page.month)):
        return None
    return SitemapContent([entry_in(row) for row in rows])


def _sitemap_pages(page: Page, loader: ContentLoader) -> Content:
    rows = loader.query(list_pk(urls.PAGES), newest_first=False)
    return PagesSitemapContent([row.key.sk for row in rows if not row.doc["noindex"]])


def _security(page: Page, loader: ContentLoader) -> Content | None:
    clock = loader.row(CLOCK_KEY)
    return SecurityContent(clock.doc["security_expires"]) if clock else None


def _receipt(page: Page, loader: ContentLoader) -> Content | None:
    row = upload_in(loader.row(receipt_key(page.path)))
    if row is None:
        return None
    key = loader.text_key(page)
    text = loader.row(key) if key else None
    return ReceiptContent(cast(Upload, row.doc), cast(Article, text.doc) if text else None)


def _fixed(page: Page, loader: ContentLoader) -> Content | None:
    return FixedContent()


def _asset(page: Page, loader: ContentLoader) -> Content | None:
    return FixedContent() if page.path in static_assets.assets(loader.site) else None


_LOADERS: dict[urls.Kind, Callable[[Page, ContentLoader], Content | None]] = {
    "text": _text,
    "front": _list,
    "month": _list,
    "feed": _list,
    "archive": _archive,
    "sitemap-index": _archive,
    "sitemap": _sitemap,
    "sitemap-pages": _sitemap_pages,
    "sitemap-news": _sitemap,
    "robots": _fixed,
    "security": _security,
    "not-found": _fixed,
    "asset": _asset,
    "receipt": _receipt,
    "comments": _comments,
    "reply": _reply,
    "comment-feed": _comment_feed,
}
