"""Pages at the address of an article or static page: the text, or the redirect or the tombstone in its place."""

from dataclasses import replace

from minijinja import Markup

from newsroom.article import Text, leads_to
from newsroom.html_links import unlink
from newsroom.rendering import comment_threads, json_ld, templating
from newsroom.rendering.comment_form import comment_form
from newsroom.rendering.content import ArticleContent, RedirectContent, RenderedPage, StaticContent, TombstoneContent
from newsroom.rendering.drop_caps import has_drop_cap
from newsroom.rendering.html_page import CONTENT_TYPE, html_page, notice_page, with_html_biography
from newsroom.rendering.safe_links import safe_image, safe_source
from newsroom.rendering.site_context import FeedLink, SiteContext
from newsroom.urls import Page, list_name


def article_page(page: Page, content: ArticleContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render an article with its first page of comments."""
    article = content.article
    body = _body(article, content.dead_links, site_context)
    image, source = safe_image(article["image"]), safe_source(article["source"])
    comments = comment_threads.page_comments(content.remarks, article["comments"], article, site_context)
    count = content.talk["approved"] if content.talk else 0
    return html_page(
        "article.html",
        article["address"],
        site_context,
        edition,
        heading=article["headline"],
        description=article["summary"],
        lang=article["lang"],
        noindex=article["noindex"],
        og_type="article",
        picture=image,
        feeds=_article_feeds(content, site_context),
        article=article,
        body=body,
        has_initial=has_drop_cap(body, article["lang"] or site_context.lang),
        image=image,
        source_url=source["url"] if source else None,
        leads_to=safe_source(leads_to(article)),
        biographies=[with_html_biography(author) for author in content.authors if author["bio"]],
        older=content.older,
        newer=content.newer,
        comments=comments,
        comments_heading=_comments_heading(count),
        comment_pages=content.comment_pages,
        their_tongue=site_context.lang_attribute(article["lang"]),
        form=comment_form(article["id"]) if article["comments"] else None,
        has_comment_feed=content.talk is not None,
        structured=Markup(json_ld.news_article(article, site_context, count, comments)),
    )


def _article_feeds(content: ArticleContent, site_context: SiteContext) -> list[FeedLink]:
    """List the feeds of the paper and of the article's section and, once there are comments, of its discussion."""
    article, section = content.article, content.article["section"]
    feeds = [*site_context.own_feeds, *site_context.feeds(list_name("section", section["slug"]), section["name"])]
    if content.talk:
        feeds.append(site_context.comment_feed(article["id"], article["headline"]))
    return feeds


def _comments_heading(count: int) -> str:
    """Return the heading of the comments, such as `3 comments`."""
    if not count:
        return "Comments"
    return "1 comment" if count == 1 else f"{count} comments"


def static_page(page: Page, content: StaticContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render a static page."""
    text = content.page
    body = _body(text, content.dead_links, site_context)
    return html_page(
        "static.html",
        text["address"],
        site_context,
        edition,
        heading=text["headline"],
        description=text["standfirst"],
        lang=text["lang"],
        noindex=text["noindex"],
        text=text,
        body=body,
        has_initial=has_drop_cap(body, text["lang"] or site_context.lang),
    )


def _body(text: Text, dead_links: frozenset[str], site_context: SiteContext) -> Markup:
    """Return a text's body without dead links. It was sanitised when it was read, so it needs no escaping."""
    return Markup(unlink(text["body"], dead_links, site_context.base_url) if dead_links else text["body"])


def redirect(page: Page, content: RedirectContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render the page at a former address. Its metadata makes the edge answer with a redirect."""
    body, theme_error = templating.render_with_theme(
        "redirect.html",
        site_context.theme,
        paper=site_context.template_context,
        edition=edition,
        location=content.location,
        canonical=site_context.url(content.location),
    )
    return RenderedPage(body, CONTENT_TYPE, metadata={"location": content.location}, theme_error=theme_error)


def tombstone(page: Page, content: TombstoneContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render the page at an address whose content is withdrawn. Its metadata makes the edge answer 410."""
    message = "What was at this address has been withdrawn."
    notice = notice_page("This page is gone", message, site_context, edition)
    return replace(notice, metadata={"tombstone": "1"})
