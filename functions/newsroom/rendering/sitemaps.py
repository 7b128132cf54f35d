"""What the paper tells search engines about its addresses, cut by month so that no file grows for ever.

The schema allows no empty sitemap, so each has an address that is always there.
"""

from collections.abc import Iterable, Sequence

from newsroom import urls
from newsroom.article import Entry
from newsroom.rendering import languages, templating
from newsroom.rendering.site_context import SiteContext

_MOST_NEWS = 1000  # entries a news sitemap may have


def index(months: Iterable[str], site_context: SiteContext, edition: int) -> bytes:
    """The sitemap of sitemaps: of the static pages, and of each month."""
    sitemaps = ["/sitemaps/pages.xml", *map(urls.sitemap_path, months)]
    return templating.render_template(
        "sitemap-index.xml", edition=edition, sitemaps=[site_context.url(path) for path in sitemaps]
    )


def month(name: str, entries: Sequence[Entry], site_context: SiteContext, edition: int) -> bytes:
    """The articles of one month (`2026-11`), and the page that lists them."""
    return _sitemap(
        [
            (urls.month_path(urls.WHOLE_SITE, name), None),
            *((entry["address"], entry["updated"] or entry["date"]) for entry in _public(entries)),
        ],
        site_context,
        edition,
    )


def static_pages(addresses: Iterable[str], site_context: SiteContext, edition: int) -> bytes:
    """The front page and the static pages."""
    return _sitemap([(address, None) for address in dict.fromkeys(["/", *addresses])], site_context, edition)


def news(entries: Sequence[Entry], site_context: SiteContext, edition: int) -> bytes:
    """The articles of the last two days, as news aggregators ask for them."""
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
