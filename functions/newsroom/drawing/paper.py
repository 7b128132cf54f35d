"""The paper as every page of it shows it: worked out once from the settings, then the same on each page."""

from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property

from minijinja import Markup, escape

from newsroom import pages
from newsroom.drawing import stylesheet
from newsroom.drawing.languages import direction
from newsroom.drawing.press import Theme
from newsroom.drawing.stylesheet import Asset
from newsroom.links import harmless
from newsroom.site import Link, Site

FEED_TYPES = {
    "feed.xml": "application/rss+xml",
    "atom.xml": "application/atom+xml",
    "feed.json": "application/feed+json",
}
# What a feed is served as. CloudFront compresses neither application/atom+xml nor application/feed+json; programs that
# read feeds take these for them, and know a feed by what it holds.
SERVED_AS = {**FEED_TYPES, "atom.xml": "application/xml", "feed.json": "application/json"}
_FEED_NAMES = {"feed.xml": "RSS", "atom.xml": "Atom", "feed.json": "JSON Feed"}
_DEFAULT_NAVIGATION: list[Link] = [{"title": "Front page", "url": "/"}, {"title": "Archive", "url": "/archive/"}]


@dataclass(frozen=True)
class Paper:
    """A Site and what follows from it alone."""

    site: Site

    @cached_property
    def assets(self) -> dict[str, Asset]:
        """Every asset the pages refer to, by path."""
        return stylesheet.assets(self.site)

    @cached_property
    def stylesheet(self) -> Asset:
        return stylesheet.stylesheet(self.site["accent"], self.site["theme"].get(stylesheet.OWN_STYLE, ""))

    @cached_property
    def theme(self) -> Theme:
        """The paper's own templates."""
        return tuple(sorted(part for part in self.site["theme"].items() if part[0] != stylesheet.OWN_STYLE))

    @cached_property
    def icon(self) -> Asset:
        return stylesheet.icon(self.site["title"], self.site["accent"])

    @cached_property
    def script(self) -> Asset:
        return stylesheet.script()

    @property
    def title(self) -> str:
        return self.site["title"]

    @property
    def base_url(self) -> str:
        return self.site["base_url"]

    @property
    def lang(self) -> str:
        return self.site["language"]

    @cached_property
    def publisher(self) -> str:
        return self.site["publisher"]["name"] or self.site["title"]

    @property
    def logo(self) -> str | None:
        """The publisher's logo, if it is one that a page may show."""
        logo = self.site["publisher"]["logo"]
        return logo if logo and harmless(logo) else None

    @cached_property
    def description(self) -> str:
        return self.site["description"] or self.site["tagline"]

    @cached_property
    def furniture(self) -> dict[str, object]:
        """What the templates call `paper`. A plain dictionary, which the engine reads fastest."""
        return {
            "title": self.title,
            "tagline": self.site["tagline"],
            "base_url": self.base_url,
            "lang": self.lang,
            "publisher": self.publisher,
            "logo": self.logo,
            "footer": self.site["footer"],
            "navigation": [link for link in self.site["navigation"] if harmless(link["url"])] or _DEFAULT_NAVIGATION,
            "social": [link for link in self.site["social"] if harmless(link["url"])],
            "style": self.stylesheet.path,
            "icon": self.icon.path,
            "script": self.script.path,
        }

    @cached_property
    def tongue(self) -> str:
        """The attributes by which the paper's own words are told from a text in another language."""
        return Markup(f' lang="{escape(self.lang)}" dir="{direction(self.lang)}"')

    def feeds(self, list_name: str, name: str) -> list[dict[str, str]]:
        """The feeds of a list as a page announces them, each with its type, title and address.

        name: the list's name; empty for the whole paper.
        """
        title = self.titled(name) if name else self.title
        return [
            {"type": FEED_TYPES[feed], "title": f"{title} ({_FEED_NAMES[feed]})", "address": address}
            for feed, address in zip(pages.FEEDS, pages.feeds(list_name), strict=False)
        ]

    @cached_property
    def own_feeds(self) -> list[dict[str, str]]:
        """The feeds of the whole paper."""
        return self.feeds(pages.WHOLE_PAPER, "")

    def comment_feed(self, article_id: str, headline: str) -> dict[str, str]:
        """The feed of one article's comments as its pages announce it."""
        title = self.titled(f"Comments on {headline}")
        return {"type": FEED_TYPES["feed.xml"], "title": title, "address": f"/comments/{article_id}/feed.xml"}

    def titled(self, heading: str) -> str:
        """A page's heading as window titles and feeds show it, with the paper's name."""
        return f"{heading} – {self.title}"

    def url(self, address: str) -> str:
        """The whole web address of an address on this site."""
        return self.base_url + address


_kept: list[Paper] = []


def paper_of(site: Site) -> Paper:
    """The paper these settings make. The latest is kept, for a process draws page after page of one paper."""
    if not _kept or _kept[0].site != site:
        _kept[:] = [Paper(deepcopy(site))]
    return _kept[0]
