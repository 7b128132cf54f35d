"""Sitemaps for search engines, split by month so that no file grows without bound.

The schema does not allow an empty sitemap, so each contains an address that always exists.
"""

from collections.abc import Iterable, Sequence

from newsroom import urls
from newsroom.article import Entry
from newsroom.rendering import languages, templating
from newsroom.rendering.content import ArchiveContent, PagesSitemapContent, RenderedPage, SitemapContent
from newsroom.rendering.site_context import SiteContext
from newsroom.urls import Page

_MOST_NEWS = 1000  # entries a news sitemap may have


_CONTENT_TYPE = "application/xml; charset=utf-8"


def index(page: Page, content: ArchiveContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render the sitemap index: the sitemap of static pages and one for each month."""
    paths = ["/sitemaps/pages.xml", *map(urls.sitemap_path, content.months)]
    body = templating.render_template(
        "sitemap-index.xml", edition=edition, sitemaps=[site_context.url(path) for path in paths]
    )
    return RenderedPage(body, _CONTENT_TYPE)


def month(page: Page, content: SitemapContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render the sitemap of one month: its articles and the page that lists them."""
    articles = [(entry["address"], entry["updated"] or entry["date"]) for entry in _indexable(content.entries)]
    return _sitemap([(urls.month_path(urls.WHOLE_SITE, page.month), None), *articles], site_context, edition)


def static_pages(page: Page, content: PagesSitemapContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render the sitemap of the front page and the static pages."""
    addresses = dict.fromkeys(["/", *content.addresses])
    return _sitemap([(address, None) for address in addresses], site_context, edition)


def news(page: Page, content: SitemapContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render the news sitemap: the articles of the last two days."""
    items = [
        {
            "url": site_context.url(entry["address"]),
            "language": languages.for_news_sitemap(entry["lang"] or site_context.lang),
            "date": entry["date"],
            "headline": entry["headline"],
        }
        for entry in _indexable(content.entries)[:_MOST_NEWS]
    ]
    body = templating.render_template(
        "news-sitemap.xml", paper=site_context.template_context, edition=edition, items=items
    )
    return RenderedPage(body, _CONTENT_TYPE)


def _sitemap(addresses: Iterable[tuple[str, str | None]], site_context: SiteContext, edition: int) -> RenderedPage:
    """Render a sitemap of addresses, each with the date of its last change if that is known."""
    places = [{"url": site_context.url(address), "changed": changed} for address, changed in addresses]
    return RenderedPage(templating.render_template("sitemap.xml", edition=edition, places=places), _CONTENT_TYPE)


def _indexable(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if not entry["noindex"]]
