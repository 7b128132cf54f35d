"""The paper's own settings, from site.yaml. Every key is optional and has a default here."""

from collections.abc import Mapping
from hashlib import blake2b
from json import dumps
from typing import Literal, TypedDict, cast


class Link(TypedDict):
    """One entry of the navigation, the footer or the social links."""

    title: str
    url: str


class Publisher(TypedDict):
    """The publisher of the paper; `logo` is an https address or None."""

    name: str
    logo: str | None


class CommentRules(TypedDict):
    """The rules for readers' comments."""

    moderation: Literal["all", "none"]
    seconds_between: int
    links_to_hold: int
    close_after_days: int | None
    hold_words: list[str]
    refuse_words: list[str]
    per_page: int
    depth: int
    notify: str | None
    staff: list[str]  # mail addresses of the paper's own people


class Site(TypedDict):
    """The current settings: the last valid site.yaml over the defaults."""

    title: str
    tagline: str
    base_url: str  # no slash at the end; addresses are appended to it
    language: str  # BCP 47
    timezone: str  # IANA
    permalink: str  # of {yyyy} {mm} {dd} {slug} {section} {id}
    description: str
    publisher: Publisher
    navigation: list[Link]
    footer: str  # plain text
    accent: str  # #rrggbb
    feeds: Literal["full", "summary"]  # full: feeds contain the whole text
    typography: bool  # True: typographic quotes and dashes replace plain ones
    social: list[Link]
    contact: str | None  # a mail address or URL, for security.txt and the feeds
    robots: list[str]  # further lines for robots.txt
    comments: CommentRules
    theme: dict[str, str]  # the paper's own templates and style, by name; from theme/…, not from site.yaml


class ClockRow(TypedDict):
    """The row of what changes with time alone."""

    security_expires: str  # the end of security.txt's validity; ISO 8601


DEFAULT_PERMALINK = "/{yyyy}/{mm}/{slug}/"


READ_AGAIN: Mapping[str, str] = {
    "timezone": "every article is read again, and old addresses lead on",
    "permalink": "every article is read again, and old addresses lead on",
    "base_url": "every text is read again, since its links may be the paper's own now",
    "language": "every text is read again",
    "typography": "every text is read again",
    "title": "every text is read again",
    "tagline": "every text is read again",
    "comments.close_after_days": "every article is read again, and its comments are open or closed by that",
}
"""The settings that affect how an upload is read, and the result when one changes."""


def default_site(base_url: str) -> Site:
    """Return the settings of a paper that has uploaded no site.yaml yet.

    base_url: the deployment's URL of the site, for papers that do not set one.
    """
    return {
        "title": "Broadsheet",
        "tagline": "",
        "base_url": base_url.rstrip("/"),
        "language": "en",
        "timezone": "UTC",
        "permalink": DEFAULT_PERMALINK,
        "description": "",
        "publisher": {"name": "", "logo": None},
        "navigation": [],
        "footer": "",
        "accent": "#8a1c1c",
        "feeds": "full",
        "typography": True,
        "social": [],
        "contact": None,
        "robots": [],
        "comments": {
            "moderation": "all",
            "seconds_between": 15,
            "links_to_hold": 2,
            "close_after_days": None,
            "hold_words": [],
            "refuse_words": [],
            "per_page": 50,
            "depth": 5,
            "notify": None,
            "staff": [],
        },
        "theme": {},
    }


def site_of(doc: Mapping[str, object] | None, base_url: str) -> Site:
    """Return the current settings.

    doc: the site row's content, whose base_url is empty if site.yaml does not set it; None before
    the first site.yaml.
    """
    default = default_site(base_url)
    site = cast(Site, {**default, **(doc or {})})
    site["comments"] = {**default["comments"], **site["comments"]}
    site["base_url"] = site["base_url"] or base_url.rstrip("/")
    return site


def read_with(site: Site) -> dict[str, object]:
    """Return the settings that affect how an upload is read, by their names in READ_AGAIN."""
    settings: dict[str, object] = {**site, "comments.close_after_days": site["comments"]["close_after_days"]}
    return {name: settings[name] for name in READ_AGAIN}


def read_with_digest(site: Site) -> str:
    """Return a digest of these settings, for an upload's row to store."""
    return blake2b(dumps(read_with(site), sort_keys=True).encode(), digest_size=8).hexdigest()
