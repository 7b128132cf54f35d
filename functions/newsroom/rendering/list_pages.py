"""Pages that list articles: the home page, the fronts of sections, authors and tags, their months, and the archive."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TypedDict

from minijinja import Markup

from newsroom import urls
from newsroom.article import Entry
from newsroom.rendering import dates, json_ld
from newsroom.rendering.content import ArchiveContent, ListContent, RenderedPage
from newsroom.rendering.html_page import html_page, with_html_biography
from newsroom.rendering.safe_links import safe_image, safe_source, safe_url
from newsroom.rendering.site_context import SiteContext
from newsroom.urls import Page

_TOP_STORIES = 6  # on the home page, above the sections


class Column(TypedDict):
    """A column of the top stories. `leads` is True for the column with the two newest."""

    leads: bool
    entries: Sequence[Entry]


class SectionEntries(TypedDict):
    """A section on the home page, with its entries."""

    slug: str
    name: str
    entries: list[Entry]


class MonthLink(TypedDict):
    """A link to the page of a month; `name` is `2026-11`."""

    name: str
    address: str


class Year(TypedDict):
    """A year of the archive, with links to its months."""

    name: str
    months: list[MonthLink]


def front_page(page: Page, content: ListContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render the newest entries of a list: of the whole paper on the home page, else of a section, author or tag."""
    if content.list == urls.WHOLE_SITE:
        return _home_page(page, content, site_context, edition)
    kind, _ = urls.split_list_name(content.list)
    author = content.author
    heading = content.name or (author["name"] if author else "")
    return html_page(
        "front.html",
        page.path,
        site_context,
        edition,
        heading=heading,
        description=_front_description(kind, heading, site_context),
        noindex=not content.entries,
        feeds=[*site_context.own_feeds, *site_context.feeds(content.list, heading)],
        kicker=kind.capitalize(),
        entries=_with_safe_links(content.entries),
        years=_years(content.list, content.months),
        author=with_html_biography(author) if author else None,
        author_url=safe_url(author["url"]) if author else None,
    )


def _front_description(kind: str, name: str, site_context: SiteContext) -> str:
    match kind:
        case "author":
            return f"Articles by {name} in {site_context.title}"
        case "tag":
            return f"Articles about {name} in {site_context.title}"
    return f"{name}: the newest from {site_context.title}"


def _home_page(page: Page, content: ListContent, site_context: SiteContext, edition: int) -> RenderedPage:
    tagline = site_context.site["tagline"]
    entries = _with_safe_links(content.entries)
    return html_page(
        "home.html",
        page.path,
        site_context,
        edition,
        heading=site_context.title,
        title=f"{site_context.title} – {tagline}" if tagline else site_context.title,
        description=site_context.description,
        noindex=not entries,
        is_home=True,
        top=_columns(entries[:_TOP_STORIES]),
        desks=_by_section(entries[_TOP_STORIES:]),
        structured=Markup(json_ld.web_site(site_context)),
    )


def _columns(entries: Sequence[Entry]) -> list[Column]:
    """Sort the top stories into columns: the two newest in the middle, then the sides in turn."""
    middle, left, right = entries[:2], entries[2::2], entries[3::2]
    columns: list[Column] = [
        {"leads": True, "entries": middle},
        {"leads": False, "entries": left},
        {"leads": False, "entries": right},
    ]
    return [column for column in columns if column["entries"]]


def _by_section(entries: Sequence[Entry]) -> list[SectionEntries]:
    """Group the entries by section; the section with the newest entry is first."""
    sections: dict[str, SectionEntries] = {}
    for entry in entries:
        slug, name = entry["section"]["slug"], entry["section"]["name"]
        section = sections.setdefault(slug, {"slug": slug, "name": name, "entries": []})
        section["entries"].append(entry)
    return list(sections.values())


def month_page(page: Page, content: ListContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render one month of a list."""
    month = dates.month_in_words(page.month)
    heading, description = month, f"Everything {site_context.title} published in {month}"
    up = {"address": "/archive/", "name": "Archive"}
    if content.list != urls.WHOLE_SITE:
        heading = f"{content.name}, {month}"
        description += f": {content.name}"
        up = {"address": urls.front_path(content.list), "name": content.name}
    return html_page(
        "month.html",
        page.path,
        site_context,
        edition,
        heading=heading,
        description=description,
        noindex=not content.entries,
        up=up,
        entries=_with_safe_links(content.entries),
    )


def archive_page(page: Page, content: ArchiveContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render the list of all months of the paper."""
    return html_page(
        "archive.html",
        page.path,
        site_context,
        edition,
        heading="Archive",
        description=f"Everything {site_context.title} has published, month by month",
        noindex=not content.months,
        years=_years(urls.WHOLE_SITE, content.months),
    )


def _years(list_name: str, months: Iterable[str]) -> list[Year]:
    """Group months by year, in the given order."""
    years: list[Year] = []
    for year, months_of_year in groupby(months, key=lambda month: month[:4]):
        links: list[MonthLink] = [
            {"name": month, "address": urls.month_path(list_name, month)} for month in months_of_year
        ]
        years.append({"name": year, "months": links})
    return years


def _with_safe_links(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries without pictures and sources that are not safe to show."""
    return [
        {**entry, "image": safe_image(entry["image"]), "leads_to": safe_source(entry["leads_to"])} for entry in entries
    ]
