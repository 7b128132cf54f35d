"""Sitemaps for search engines, split by month so that no file grows without bound.

The schema does not allow an empty sitemap, so each contains an address that always exists.
"""

from collections.abc import Iterable, Sequence

from newsroom import urls
from newsroom.article import Entry
from newsroom.rendering import languages, templating
from newsroom.rendering.site_context import SiteContext

_MOST_NEWS = 1000  # entries a news sitemap may have


def index(months: Iterable[str], site_context: SiteContext, edition: int) -> bytes:
    """Render the sitemap index: the sitemap of static pages and one for each month."""
    sitemaps = ["/sitemaps/pages.xml", *map(urls.sitemap_path, months)]
    return templating.render_template(
        "sitemap-index.xml", edition=edition, sitemaps=[site_context.url(path) for path in sitemaps]
    )


def month(name: str, entries: Sequence[Entry], site_context: SiteContext, edition: int) -> bytes:
    """Render the sitemap of one month (`2026-11`): its articles and the page that lists them."""
    return _sitemap(
        [
            (urls.month_path(urls.WHOLE_SITE, name), None),
            *((entry["address"], entry["updated"] or entry["date"]) for entry in _public(entries)),
        ],
        site_context,
        edition,
    )


def static_pages(addresses: Iterable[str], site_context: SiteContext, edition: int) -> bytes:
    """Render the sitemap of the front page and the static pages."""
    return _sitemap([(address, None) for address in dict.fromkeys(["/", *addresses])], site_context, edition)


def news(entries: Sequence[Entry], site_context: SiteContext, edition: int) -> bytes:
    """Render the news sitemap: the articles of the last two days."""
    items = [
        {
            "url": site_context.url(entry["address"]),
            "language": languages.for_news_sitemap(entry["lang"] or site_context.lang),
            "date": entry["date"],
            "headline": entry["headline"],
        }
        for entry in _public(entries)[:_MOST_NEWS]
    ]
    return templating.render_template(
        "news-sitemap.xml", paper=site_context.template_context, edition=edition, items=items
    )


def _sitemap(places: Iterable[tuple[str, str | None]], site_context: SiteContext, edition: int) -> bytes:
    listed = [{"url": site_context.url(address), "changed": changed} for address, changed in places]
    return templating.render_template("sitemap.xml", edition=edition, places=listed)


def _public(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if not entry["noindex"]]
