"""The content of each kind of page, from the rows that a loader reads."""

from collections.abc import Callable

from newsroom import urls
from newsroom.article import Article, Author, Entry, StoredText, is_live
from newsroom.comment import CommentTarget, FeedComment, PublicComment
from newsroom.publishing.index_rows import article_of, entry_of_row, listing_sk, static_page_of, upload_of
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
from newsroom.rows import Row
from newsroom.table_keys import (
    CLOCK_KEY,
    address_key,
    article_key,
    author_key,
    comment_target_key,
    comments_partition,
    comments_prefix,
    entries_partition,
    is_article,
    months_partition,
    pages_partition,
    receipt_key,
    thread_counter_key,
    thread_partition,
)
from newsroom.urls import Page
from workflows.content_loader import ContentLoader
from workflows.link_targets import dead_links


def load_content(page: Page, loader: ContentLoader) -> Content | None:
    """Return the content of a page. None if the page should not exist."""
    return _LOADERS[page.kind](page, loader)


def _text(page: Page, loader: ContentLoader) -> Content | None:
    key = loader.text_key(page)
    row = loader.row(key) if key else None
    if row is None:
        return None
    text = row.doc
    if text["status"] != "published":
        return TombstoneContent() if _was_seen(text, page, loader) else None
    if text["address"] != page.path:
        return RedirectContent(text["address"])
    dead = dead_links(text["links"], loader)
    if is_article(row.key):
        return _article(article_of(row), dead, loader)
    return StaticContent(static_page_of(row), dead)


def _was_seen(text: StoredText, page: Page, loader: ContentLoader) -> bool:
    """Return True if readers ever saw a text at the address of a page."""
    claim = loader.doc(address_key(page.path))
    return text["ever_live"] and claim is not None and claim.get("seen", True)


def _article(article: Article, dead: frozenset[str], loader: ContentLoader) -> ArticleContent:
    authors = [loader.doc(author_key(author["id"])) for author in article["authors"]]
    whole_site, sk = entries_partition(urls.WHOLE_SITE), listing_sk(article)
    older = loader.query(whole_site, before=sk, limit=1)
    newer = loader.query(whole_site, after=sk, newest_first=False, limit=1)
    counter = loader.doc(thread_counter_key(article["id"]))
    return ArticleContent(
        article,
        [author for author in authors if author],
        _neighbour(older),
        _neighbour(newer),
        dead,
        talk=counter,
        remarks=_public_comments(article["id"], 1, loader) if counter else (),
        comment_pages=max(1, counter["pages"]) if counter else 1,
    )


def _public_comments(article: str, page: int, loader: ContentLoader) -> list[PublicComment]:
    """Read one page of a discussion with one bounded query."""
    rows = loader.query(thread_partition(article), prefix=comments_prefix(page), newest_first=False)
    return [row.doc for row in rows]


def _comments(page: Page, loader: ContentLoader) -> Content | None:
    target = loader.doc(comment_target_key(page.article))
    counter = loader.doc(thread_counter_key(page.article))
    if target is None or counter is None or page.number > counter["pages"]:
        return None
    comments = _public_comments(page.article, page.number, loader)
    return CommentsContent(target, page.number, page.number == counter["pages"], comments)


def _reply(page: Page, loader: ContentLoader) -> Content | None:
    target, key = loader.doc(comment_target_key(page.article)), loader.public_comment_key(page)
    if target is None or key is None:
        return None
    comment = loader.doc(key)
    return ReplyContent(target, comment) if comment and not comment["gone"] else None


def _comment_feed(page: Page, loader: ContentLoader) -> Content | None:
    target = loader.doc(comment_target_key(page.article)) if page.article else None
    if page.article and (target is None or loader.doc(thread_counter_key(page.article)) is None):
        return None
    comments = [row.doc for row in loader.query(comments_partition(page.list), limit=urls.NEWEST)]
    loader.fetch(comment_target_key(comment["article"]) for comment in comments)
    targets = [loader.doc(comment_target_key(comment["article"])) for comment in comments]
    shown = [_feed_comment(comment, live) for comment, live in zip(comments, targets, strict=True) if live]
    return CommentFeedContent(target, shown)


def _feed_comment(comment: PublicComment, target: CommentTarget) -> FeedComment:
    address = urls.comment_url(target["id"], target["address"], comment["page"], comment["id"])
    return {**comment, "headline": target["headline"], "address": address}


def _neighbour(rows: list[Row[Entry]]) -> Neighbour | None:
    return {"address": rows[0].doc["address"], "headline": rows[0].doc["headline"]} if rows else None


def _list(page: Page, loader: ContentLoader) -> Content | None:
    author = _author(page, loader)
    rows = _entry_rows(page, loader)
    months = _months(page, loader, has_entries=bool(rows))
    exists = rows or months or author or page.list == urls.WHOLE_SITE
    if not exists:
        return None
    entries = [entry_of_row(row) for row in rows]
    texts = _texts(page, entries, loader)
    links = {path for article in texts.values() for path in article["links"]}
    return ListContent(
        page.list,
        entries,
        _name(page.list, entries, author),
        months,
        author,
        texts,
        dead_links(links, loader),
    )


def _author(page: Page, loader: ContentLoader) -> Author | None:
    """Return the author whose articles a list holds."""
    kind, _, id = page.list.partition("/")
    return loader.doc(author_key(id)) if kind == "author" and id else None


def _entry_rows(page: Page, loader: ContentLoader) -> list[Row[Entry]]:
    """Read the entries that a page of a list shows: those of its month, or the newest."""
    if page.month:
        return loader.month_entries(page.list, page.month)
    return loader.query(entries_partition(page.list), limit=urls.NEWEST)


def _months(page: Page, loader: ContentLoader, *, has_entries: bool) -> list[str]:
    """Return the months of a list, which only a front shows. For a page without entries, they show if an entry was ever
    in the list."""
    shows_months = page.kind == "front" and page.list != urls.WHOLE_SITE
    if has_entries and not shows_months:
        return []
    return [row.key.sk for row in loader.query(months_partition(page.list))]


def _texts(page: Page, entries: list[Entry], loader: ContentLoader) -> dict[str, Article]:
    """Return the articles that a feed contains in full, by id. Leave out articles that are no longer live, and articles
    with so many links that checking them would cost more than everything else."""
    if page.kind != "feed" or loader.site["feeds"] != "full":
        return {}
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
        name = _name_in_entry(entry, kind, slug)
        if name is not None:
            return name
    return slug.replace("-", " ").capitalize()


def _name_in_entry(entry: Entry, kind: str, slug: str) -> str | None:
    """Return the name of a section, a tag or an author, as an entry spells it."""
    match kind:
        case "section":
            return entry["section"]["name"]
        case "tag":
            return next((tag["name"] for tag in entry["tags"] if tag["slug"] == slug), None)
        case "author":
            return next((author["name"] for author in entry["authors"] if author["id"] == slug), None)
    return None


def _archive(page: Page, loader: ContentLoader) -> Content:
    return ArchiveContent([row.key.sk for row in loader.query(months_partition(urls.WHOLE_SITE))])


def _sitemap(page: Page, loader: ContentLoader) -> Content | None:
    rows = loader.month_entries(page.list, page.month) if page.month else loader.query(entries_partition(page.list))
    if not rows and page.month and not loader.row(months_partition(page.list).key(page.month)):
        return None
    return SitemapContent([entry_of_row(row) for row in rows])


def _sitemap_pages(page: Page, loader: ContentLoader) -> Content:
    rows = loader.query(pages_partition(), newest_first=False)
    return PagesSitemapContent([row.key.sk for row in rows if not row.doc["noindex"]])


def _security(page: Page, loader: ContentLoader) -> Content | None:
    clock = loader.doc(CLOCK_KEY)
    return SecurityContent(clock["security_expires"]) if clock else None


def _receipt(page: Page, loader: ContentLoader) -> Content | None:
    row = upload_of(loader.row(receipt_key(page.path)))
    if row is None:
        return None
    key = loader.text_key(page)
    return ReceiptContent(row.doc, loader.doc(key) if key else None)


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
