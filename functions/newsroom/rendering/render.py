"""The renderer: content in, page bytes out. The same values always make the same bytes.

Every page contains its edition, so no two editions of a page are equal: an ETag is never used again, and a late write
is always detected. Assets have no edition; their address contains their hash.

This module only chooses the function for each kind of page. `html_page` has the frame that all HTML pages share.
"""

from collections.abc import Callable

from newsroom import urls
from newsroom.errors import PermanentError
from newsroom.rendering import (
    article_pages,
    comment_pages,
    feeds,
    list_pages,
    responses,
    site_files,
    sitemaps,
    upload_receipt,
)
from newsroom.rendering.content import (
    ArchiveContent,
    ArticleContent,
    CommentFeedContent,
    CommentsContent,
    Content,
    FixedContent,
    ListContent,
    PagesSitemapContent,
    ReceiptContent,
    RedirectContent,
    RenderedPage,
    ReplyContent,
    ResponsePage,
    SecurityContent,
    SitemapContent,
    StaticContent,
    TombstoneContent,
)
from newsroom.rendering.site_context import SiteContext
from newsroom.site import Site
from newsroom.urls import Page

_BY_CONTENT: dict[type, Callable[..., RenderedPage]] = {
    ArticleContent: article_pages.article_page,
    StaticContent: article_pages.static_page,
    RedirectContent: article_pages.redirect,
    TombstoneContent: article_pages.tombstone,
    CommentsContent: comment_pages.comments_page,
    ReplyContent: comment_pages.reply_page,
    CommentFeedContent: feeds.comment_feed,
    PagesSitemapContent: sitemaps.static_pages,
    SecurityContent: site_files.security,
    ReceiptContent: upload_receipt.receipt,
}
"""The functions for content types that are rendered in the same way for every kind of page.

All functions take (page, content, site_context, edition), with a content of their own type."""

_BY_KIND_AND_CONTENT: dict[tuple[urls.Kind, type], Callable[..., RenderedPage]] = {
    ("front", ListContent): list_pages.front_page,
    ("month", ListContent): list_pages.month_page,
    ("feed", ListContent): feeds.feed,
    ("archive", ArchiveContent): list_pages.archive_page,
    ("sitemap-index", ArchiveContent): sitemaps.index,
    ("sitemap", SitemapContent): sitemaps.month,
    ("sitemap-news", SitemapContent): sitemaps.news,
    ("robots", FixedContent): site_files.robots,
    ("not-found", FixedContent): site_files.not_found,
    ("asset", FixedContent): site_files.asset,
}
"""The functions for content types that several kinds of page share."""

_RESPONSES: dict[ResponsePage, Callable[..., bytes]] = {
    "form-error": responses.form_error,
    "refused": responses.refused,
    "comment-receipt": responses.comment_receipt,
    "moderate": responses.moderate,
    "moderated": responses.moderated,
    "held": responses.held,
    "unsubscribe": responses.unsubscribe,
    "subscribe": responses.subscribe,
}


def render_page(page: Page, content: Content, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render a page for storage.

    Raises PermanentError for an asset that this version does not have, and for content of another kind of page.
    """
    render = _BY_CONTENT.get(type(content)) or _BY_KIND_AND_CONTENT.get((page.kind, type(content)))
    if render is None:
        raise PermanentError(f"{page.path}: a page of kind '{page.kind}' cannot be drawn from {type(content).__name__}")
    return render(page, content, site_context, edition)


def render_response(name: ResponsePage, context: object, site: Site) -> bytes:
    """Render a response that is never stored.

    context: the type that content.py defines for this page. All of them ask search engines not to index them.
    """
    return _RESPONSES[name](context, SiteContext(site))
