"""What feed readers and search engines are told: feeds and sitemaps, well-formed whatever is in them."""

import json
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from newsroom import urls
from newsroom.rendering.content import ArchiveContent, ListContent, PagesSitemapContent, SitemapContent
from tests.newsroom.sample_paper import BASE, DATE, a_site, an_entry, drawn, entries, text_of

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
HOSTILE = "]]></title><x/>\"'&<script>\x00\x0b\uffff"


def xml(path: str, content: Any) -> ET.Element:
    return ET.fromstring(drawn(path, content).body)


def an_item(**changes: Any) -> Any:
    return {**an_entry(), **changes}


def locations(root: ET.Element) -> list[str | None]:
    return [loc.text for loc in root.iter(f"{SITEMAP}loc")]


@pytest.mark.parametrize(
    ("feed", "content_type"),
    [
        ("/feed.xml", "application/rss+xml; charset=utf-8"),
        ("/atom.xml", "application/xml; charset=utf-8"),
        ("/feed.json", "application/json; charset=utf-8"),
    ],
)
def test_each_feed_is_served_as_what_cloudfront_compresses(feed: str, content_type: str) -> None:
    assert drawn(feed, ListContent("all", entries(1))).content_type == content_type


def test_an_rss_feed_gives_every_story_whole() -> None:
    item = xml("/feed.xml", ListContent("all", entries(1))).find("channel/item")
    assert item is not None
    assert item.findtext("title") == "Ferry number 1 sails again"
    assert item.findtext("link") == f"{BASE}/2026/11/story-1/"
    assert item.findtext("guid") == "tag:gazette.example,2026:story-1"
    guid = item.find("guid")
    assert guid is not None
    assert guid.get("isPermaLink") == "false"
    assert parsedate_to_datetime(item.findtext("pubDate", "")).isoformat() == DATE
    assert item.findtext(f"{DC}creator") == "Ines Marlow"
    assert [category.text for category in item.findall("category")] == ["Islands", "Ferries"]
    assert item.findtext("description") == "Boats will keep running on Sundays &amp; holidays.", "RSS reads it as HTML"


def test_an_rss_feed_names_itself_and_its_newest_change() -> None:
    stories = [an_item(updated=None), an_item(id="old", updated="2026-11-25T10:00:00+01:00")]
    channel = xml("/section/islands/feed.xml", ListContent("section/islands", stories, "Islands")).find("channel")
    assert channel is not None
    assert channel.findtext("title") == "Islands – The Harbour Gazette"
    assert channel.findtext("link") == f"{BASE}/section/islands/"
    assert channel.findtext("lastBuildDate") == "Wed, 25 Nov 2026 10:00:00 +0100"
    link = channel.find(f"{ATOM}link")
    assert link is not None
    assert link.attrib == {
        "rel": "self",
        "type": "application/rss+xml",
        "href": f"{BASE}/section/islands/feed.xml",
    }


def test_an_atom_feed_has_all_that_its_standard_asks_of_feed_and_entry() -> None:
    root = xml("/atom.xml", ListContent("all", [an_item(updated="2026-11-24T08:00:00+00:00")]))
    assert root.findtext(f"{ATOM}title") == "The Harbour Gazette"
    assert root.findtext(f"{ATOM}id") == "tag:gazette.example,2026:all"
    assert root.findtext(f"{ATOM}updated") == "2026-11-24T08:00:00+00:00"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Gazette Press"
    entry = root.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}id") == "tag:gazette.example,2026:story-1"
    assert entry.findtext(f"{ATOM}published") == DATE
    assert entry.findtext(f"{ATOM}updated") == "2026-11-24T08:00:00+00:00"
    assert entry.findtext(f"{ATOM}summary") == "Boats will keep running on Sundays & holidays."
    assert entry.findtext(f"{ATOM}author/{ATOM}uri") == f"{BASE}/author/ines-marlow/"
    assert [link.get("rel") for link in root.findall(f"{ATOM}link")] == ["self", "alternate"]


def test_a_json_feed_has_all_that_its_standard_asks_and_its_edition() -> None:
    feed = json.loads(text_of("/feed.json", ListContent("all", entries(1))))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["title"], feed["home_page_url"], feed["feed_url"]) == (
        "The Harbour Gazette",
        f"{BASE}/",
        f"{BASE}/feed.json",
    )
    assert feed["_broadsheet"] == {"edition": 7}
    assert feed["items"] == [
        {
            "id": "tag:gazette.example,2026:story-1",
            "url": f"{BASE}/2026/11/story-1/",
            "title": "Ferry number 1 sails again",
            "content_text": "Boats will keep running on Sundays & holidays.",
            "date_published": DATE,
            "date_modified": DATE,
            "authors": [{"name": "Ines Marlow", "url": f"{BASE}/author/ines-marlow/"}],
            "tags": ["Islands", "Ferries"],
            "summary": "Boats will keep running on Sundays & holidays.",
        }
    ]


def test_a_story_keeps_its_identity_in_feeds_when_it_moves() -> None:
    moved = ListContent(
        "all", [an_item(address="/2027/01/elsewhere/", headline="Renamed", date="2027-01-01T00:00:00Z")]
    )
    for feed in ("/feed.xml", "/atom.xml", "/feed.json"):
        assert "tag:gazette.example,2026:story-1" in text_of(feed, moved)


@pytest.mark.parametrize("feed", urls.feed_paths("all"))
def test_an_empty_feed_is_still_a_feed_and_needs_no_clock(feed: str) -> None:
    empty = ListContent("all", [])
    assert drawn(feed, empty) == drawn(feed, empty)
    if feed.endswith(".xml"):
        assert len(xml(feed, empty)) > 0
    else:
        assert json.loads(text_of(feed, empty))["items"] == []


@pytest.mark.parametrize("feed", urls.feed_paths("section/islands"))
def test_no_text_can_break_a_feed(feed: str) -> None:
    story = an_item(headline=HOSTILE, summary=HOSTILE, section={"slug": "a", "name": HOSTILE}, lang=HOSTILE)
    story["authors"] = [{"id": "a", "name": HOSTILE}]
    content = ListContent("section/islands", [story], HOSTILE)
    printable = HOSTILE.translate({0: None, 0x0B: None, 0xFFFF: None})
    if feed.endswith(".json"):
        assert json.loads(text_of(feed, content))["items"][0]["title"] == HOSTILE
        return
    titles = [title.text for title in xml(feed, content).iter() if title.tag in ("title", f"{ATOM}title")]
    assert titles == [f"{printable} – The Harbour Gazette", printable]


def test_the_sitemap_index_lists_static_pages_and_every_month() -> None:
    assert locations(xml("/sitemap.xml", ArchiveContent(["2026-11", "2026-10"]))) == [
        f"{BASE}/sitemaps/pages.xml",
        f"{BASE}/sitemaps/2026-11.xml",
        f"{BASE}/sitemaps/2026-10.xml",
    ]


def test_a_months_sitemap_lists_its_articles_and_its_archive_page() -> None:
    stories = [an_item(updated="2026-11-24T08:00:00+00:00"), an_item(address="/hidden/", noindex=True)]
    root = xml("/sitemaps/2026-11.xml", SitemapContent(stories))
    assert locations(root) == [f"{BASE}/archive/2026/11/", f"{BASE}/2026/11/story-1/"]
    assert [changed.text for changed in root.iter(f"{SITEMAP}lastmod")] == ["2026-11-24T08:00:00+00:00"]


def test_the_sitemap_of_pages_always_has_the_front_page() -> None:
    assert locations(xml("/sitemaps/pages.xml", PagesSitemapContent([]))) == [f"{BASE}/"]
    assert locations(xml("/sitemaps/pages.xml", PagesSitemapContent(["/about/"]))) == [f"{BASE}/", f"{BASE}/about/"]


def test_the_news_sitemap_gives_what_aggregators_ask_for() -> None:
    stories = [an_item(lang="zh-Hant"), an_item(noindex=True), an_item()]
    root = xml("/news-sitemap.xml", SitemapContent(stories))
    assert [language.text for language in root.iter(f"{NEWS}language")] == ["zh-tw", "en"]
    assert [name.text for name in root.iter(f"{NEWS}name")] == ["The Harbour Gazette"] * 2
    assert [title.text for title in root.iter(f"{NEWS}title")] == ["Ferry number 1 sails again"] * 2
    assert [date.text for date in root.iter(f"{NEWS}publication_date")] == [DATE] * 2


def test_on_a_day_without_news_the_news_sitemap_is_not_empty_which_its_schema_forbids() -> None:
    assert locations(xml("/news-sitemap.xml", SitemapContent([]))) == [f"{BASE}/"]


SCHEMAS = Path(__file__).parents[4] / "shared/tools/web-audit/xsd"


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the schemas of the sitemap protocol are not beside this checkout")
@pytest.mark.parametrize(
    ("path", "content", "schema"),
    [
        ("/sitemap.xml", ArchiveContent([]), "siteindex.xsd"),
        ("/sitemap.xml", ArchiveContent(["2026-11"]), "siteindex.xsd"),
        ("/sitemaps/pages.xml", PagesSitemapContent([]), "all-local.xsd"),
        ("/sitemaps/2026-11.xml", SitemapContent([]), "all-local.xsd"),
        ("/sitemaps/2026-11.xml", SitemapContent(entries(3)), "all-local.xsd"),
        ("/news-sitemap.xml", SitemapContent([]), "all-local.xsd"),
        ("/news-sitemap.xml", SitemapContent(entries(3)), "all-local.xsd"),
    ],
)
def test_every_sitemap_is_valid_by_its_schema(path: str, content: Any, schema: str) -> None:
    etree = pytest.importorskip("lxml.etree")
    etree.XMLSchema(etree.parse(str(SCHEMAS / schema))).assertValid(etree.fromstring(drawn(path, content).body))


def test_a_paper_under_a_port_has_feed_identities_without_it() -> None:
    site = {**a_site(), "base_url": "http://127.0.0.1:8080"}
    assert "tag:127.0.0.1,2026:story-1<" in text_of("/feed.xml", ListContent("all", entries(1)), site)  # type: ignore[arg-type]
