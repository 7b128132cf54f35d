"""The frame of every HTML page: head, masthead and footer, in the paper's theme."""

from collections.abc import Sequence

from minijinja import Markup

from newsroom.article import Author, Image
from newsroom.rendering import languages, templating
from newsroom.rendering.content import RenderedPage
from newsroom.rendering.site_context import FeedLink, SiteContext
from newsroom.rendering.templating import TemplateValue

CONTENT_TYPE = "text/html; charset=utf-8"


def html_page(
    template: str,
    address: str | None,
    site_context: SiteContext,
    edition: int | None,
    *,
    heading: str,
    title: str = "",
    description: str = "",
    lang: str | None = None,
    noindex: bool = False,
    secret: bool = False,
    is_home: bool = False,
    og_type: str = "website",
    picture: Image | None = None,
    feeds: Sequence[FeedLink] = (),
    **values: TemplateValue,
) -> RenderedPage:
    """Render an HTML page in the paper's theme.

    A page that is not stored is for one person. It shows private data: the person's input, and addresses that
    contain tokens. So it is always rendered with the built-in templates.

    address: the canonical address; None for a page that has none. edition: None for a page that is not stored.
    secret: True if no other site may learn the page's address. values: what the template itself shows.
    """
    language = lang or site_context.lang
    body, theme_error = templating.render_with_theme(
        template,
        site_context.theme if edition is not None else (),
        paper=site_context.template_context,
        edition=edition,
        title=title or site_context.page_title(heading),
        heading=heading,
        description=description or site_context.page_title(heading),
        address=address,
        canonical=site_context.url(address) if address else None,
        lang=language,
        own_tongue="" if language == site_context.lang else site_context.lang_attributes,
        locale=languages.for_open_graph(language),
        noindex=noindex,
        secret=secret,
        is_home=is_home,
        og_type=og_type,
        picture=picture,
        feeds=feeds or site_context.own_feeds,
        **values,
    )
    return RenderedPage(body, CONTENT_TYPE, theme_error=theme_error)


def notice_page(heading: str, message: str, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render a page that only says something: it is at no address of its own, and search engines leave it out."""
    return html_page(
        "notice.html",
        None,
        site_context,
        edition,
        heading=heading,
        description=message,
        noindex=True,
        message=message,
        back=None,
        receipt=None,
    )


def with_html_biography(author: Author) -> Author:
    """Mark an author's biography as safe: it was sanitised when it was read."""
    return {**author, "bio": Markup(author["bio"])}
