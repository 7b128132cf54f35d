"""What the paper tells search engines about its addresses, cut by month so that no file grows for ever.

The schema allows no empty sitemap, so each has an address that is always there.
"""

from collections.abc import Iterable, Sequence

from newsroom import pages
from newsroom.article import Entry
from newsroom.drawing import languages, press
from newsroom.drawing.paper import Paper

_MOST_NEWS = 1000  # entries a news sitemap may have


def index(months: Iterable[str], paper: Paper, edition: int) -> bytes:
    """The sitemap of sitemaps: of the static pages, and of each month."""
    sitemaps = ["/sitemaps/pages.xml", *map(pages.sitemap, months)]
    return press.fill("sitemap-index.xml", edition=edition, sitemaps=[paper.url(path) for path in sitemaps])


def month(name: str, entries: Sequence[Entry], paper: Paper, edition: int) -> bytes:
    """The articles of one month (`2026-11`), and the page that lists them."""
    return _sitemap(
        [
            (pages.month_page(pages.WHOLE_PAPER, name), None),
            *((entry["address"], entry["updated"] or entry["date"]) for entry in _public(entries)),
        ],
        paper,
        edition,
    )


def static_pages(addresses: Iterable[str], paper: Paper, edition: int) -> bytes:
    """The front page and the static pages."""
    return _sitemap([(address, None) for address in dict.fromkeys(["/", *addresses])], paper, edition)


def news(entries: Sequence[Entry], paper: Paper, edition: int) -> bytes:
    """The articles of the last two days, as news aggregators ask for them."""
    items = [
        {
            "url": paper.url(entry["address"]),
            "language": languages.for_news_sitemap(entry["lang"] or paper.lang),
            "date": entry["date"],
            "headline": entry["headline"],
        }
        for entry in _public(entries)[:_MOST_NEWS]
    ]
    return press.fill("news-sitemap.xml", paper=paper.furniture, edition=edition, items=items)


def _sitemap(places: Iterable[tuple[str, str | None]], paper: Paper, edition: int) -> bytes:
    listed = [{"url": paper.url(address), "changed": changed} for address, changed in places]
    return press.fill("sitemap.xml", edition=edition, places=listed)


def _public(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if not entry["noindex"]]
