"""The parts that all pages of a paper share, computed from the settings."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypedDict

from minijinja import Markup, escape

from newsroom import urls
from newsroom.html_links import is_safe_url
from newsroom.rendering import static_assets
from newsroom.rendering.languages import direction
from newsroom.rendering.safe_links import safe_url
from newsroom.rendering.static_assets import Asset
from newsroom.rendering.templating import Theme
from newsroom.site import Link, Site

FEED_TYPES = {
    "feed.xml": "application/rss+xml",
    "atom.xml": "application/atom+xml",
    "feed.json": "application/feed+json",
}
# Content types of the served feeds. CloudFront does not compress application/atom+xml or application/feed+json. Feed
# readers also accept these types, because they detect a feed by its content.
SERVED_AS = {**FEED_TYPES, "atom.xml": "application/xml", "feed.json": "application/json"}
_FEED_NAMES = {"feed.xml": "RSS", "atom.xml": "Atom", "feed.json": "JSON Feed"}
_DEFAULT_NAVIGATION: list[Link] = [{"title": "Front page", "url": "/"}, {"title": "Archive", "url": "/archive/"}]


class FeedLink(TypedDict):
    """A link from a page to a feed; `type` is the content type."""

    type: str
    title: str
    address: str


@dataclass(frozen=True)
class SiteContext:
    """A Site and the values derived from it alone. One context serves all pages that are rendered together, so each
    value is computed once. The settings must not change in the meantime."""

    site: Site

    @cached_property
    def assets(self) -> dict[str, Asset]:
        """Every asset the pages refer to, by path."""
        return static_assets.assets(self.site)

    @cached_property
    def stylesheet(self) -> Asset:
        return static_assets.stylesheet(self.site["accent"], self.site["theme"].get(static_assets.OWN_STYLE, ""))

    @cached_property
    def theme(self) -> Theme:
        """The paper's own templates."""
        return tuple(sorted(part for part in self.site["theme"].items() if part[0] != static_assets.OWN_STYLE))

    @cached_property
    def icon(self) -> Asset:
        return static_assets.icon(self.site["title"], self.site["accent"])

    @cached_property
    def script(self) -> Asset:
        return static_assets.script()

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
        """The publisher's logo, if its address is safe to show."""
        return safe_url(self.site["publisher"]["logo"])

    @cached_property
    def description(self) -> str:
        return self.site["description"] or self.site["tagline"]

    @cached_property
    def template_context(self) -> dict[str, object]:
        """The templates' variable `paper`. A plain dictionary, because the engine reads it fastest."""
        return {
            "title": self.title,
            "tagline": self.site["tagline"],
            "base_url": self.base_url,
            "lang": self.lang,
            "publisher": self.publisher,
            "logo": self.logo,
            "footer": self.site["footer"],
            "navigation": _safe_links(self.site["navigation"]) or _DEFAULT_NAVIGATION,
            "social": _safe_links(self.site["social"]),
            "style": self.stylesheet.path,
            "icon": self.icon.path,
            "script": self.script.path,
        }

    @cached_property
    def lang_attributes(self) -> str:
        """The attributes that mark the paper's own words inside a page in another language."""
        return Markup(f' lang="{escape(self.lang)}" dir="{direction(self.lang)}"')

    def lang_attribute(self, lang: str | None) -> str:
        """Return the attribute that marks texts in another language than the paper's; empty for its own."""
        return Markup(f' lang="{escape(lang)}"') if lang and lang != self.lang else ""

    def feeds(self, list_name: str, name: str) -> list[FeedLink]:
        """Return the links from a page to the feeds of a list.

        name: the list's name; empty for the whole paper.
        """
        title = self.page_title(name) if name else self.title
        return [
            {"type": FEED_TYPES[feed], "title": f"{title} ({_FEED_NAMES[feed]})", "address": address}
            for feed, address in zip(urls.FEEDS, urls.feed_paths(list_name), strict=False)
        ]

    @cached_property
    def own_feeds(self) -> list[FeedLink]:
        """The links to the feeds of the whole paper."""
        return self.feeds(urls.WHOLE_SITE, "")

    def comment_feed(self, article_id: str, headline: str) -> FeedLink:
        """Return the link to the feed of one article's comments."""
        title = self.page_title(f"Comments on {headline}")
        return {"type": FEED_TYPES["feed.xml"], "title": title, "address": urls.comment_feed_path(article_id)}

    def page_title(self, heading: str) -> str:
        """Return the title for windows and feeds: the heading and the paper's name."""
        return f"{heading} – {self.title}"

    def url(self, address: str) -> str:
        """Return the full URL of an address on this site."""
        return self.base_url + address


def _safe_links(links: list[Link]) -> list[Link]:
    return [link for link in links if is_safe_url(link["url"])]
