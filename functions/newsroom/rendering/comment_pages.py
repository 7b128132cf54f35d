"""Pages of comments: the second and later pages of a discussion, and the page to reply to one comment."""

from newsroom import urls
from newsroom.rendering.comment_form import comment_form
from newsroom.rendering.comment_threads import page_comments
from newsroom.rendering.content import CommentsContent, RenderedPage, ReplyContent
from newsroom.rendering.html_page import html_page
from newsroom.rendering.site_context import SiteContext
from newsroom.urls import Page


def comments_page(page: Page, content: CommentsContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render the second or a later page of comments. The first is on the article's page."""
    article = content.article
    return html_page(
        "comments.html",
        page.path,
        site_context,
        edition,
        heading=f"Comments on {article['headline']}, page {content.page}",
        noindex=article["noindex"],
        feeds=[*site_context.own_feeds, site_context.comment_feed(article["id"], article["headline"])],
        article=article,
        number=content.page,
        is_last=content.is_last,
        comments=page_comments(content.remarks, article["open"], article, site_context),
        their_tongue=site_context.lang_attribute(article["lang"]),
        form=comment_form(article["id"]) if article["open"] else None,
    )


def reply_page(page: Page, content: ReplyContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render the page with the form to reply to one comment, for readers without scripts."""
    article, comment = content.article, content.remark
    is_open = article["open"] and comment["depth"] < site_context.site["comments"]["depth"]
    return html_page(
        "reply.html",
        page.path,
        site_context,
        edition,
        heading=f"Reply to {comment['author']}",
        noindex=True,
        article=article,
        remark=page_comments([comment], False, article, site_context)[0],
        back=urls.comment_url(article["id"], article["address"], comment["page"], comment["id"]),
        their_tongue=site_context.lang_attribute(article["lang"]),
        form=comment_form(article["id"], comment["id"]) if is_open else None,
    )
