"""Feeds carry whole articles, fit to be shown wherever readers read them."""

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from newsroom import urls
from newsroom.article import Article, Entry
from newsroom.html_links import with_absolute_links
from newsroom.publishing.index_rows import entry_of
from newsroom.rendering.content import ListContent
from newsroom.rendering.feed_texts import MOST, entries_with_text
from newsroom.site import default_site
from newsroom.uploads.parsed import ParsedArticle
from newsroom.uploads.parser import parse
from tests.newsroom.sample_paper import BASE, a_site, an_article, an_entry, drawn, text_of

PAGE = f"{BASE}/2026/11/story-1/"
ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
ATOM = "{http://www.w3.org/2005/Atom}"


def feed_of(*articles: Article) -> ListContent:
    entries = [entry_of(article) for article in articles]
    return ListContent("all", entries, texts={article["id"]: article for article in articles})


def carries(**changes: Any) -> str:
    """The text that a feed carries of an article: the same in each of the three."""
    content = feed_of({**an_article(), **changes})  # type: ignore[typeddict-item]
    item = ET.fromstring(drawn("/feed.xml", content).body).find("channel/item")
    entry = ET.fromstring(drawn("/atom.xml", content).body).find(f"{ATOM}entry")
    assert item is not None
    assert entry is not None
    [told] = json.loads(text_of("/feed.json", content))["items"]
    found = {item.findtext(ENCODED), entry.findtext(f"{ATOM}content"), told["content_html"]}
    assert len(found) == 1
    content_type = entry.find(f"{ATOM}content")
    assert content_type is not None
    assert content_type.get("type") == "html"
    assert "content_text" not in told
    return str(found.pop())


def test_a_feed_carries_everything_the_page_shows_of_the_article() -> None:
    text = carries()
    for shown in (
        '<img src="https://images.example/ferry.jpg" alt="A ferry at dawn">',
        "<figcaption>The morning boat. Ruth Adeyemi</figcaption>",
        "Boats will keep running on Sundays &amp; holidays.",
        "<p>The meeting began late, because the boat did.</p>",
        '<p>Original source: <a href="https://sorrel.example/12">Sorrel News</a></p>',
        "Correction, 24 November 2026:</strong> The timetable was of 1911.",
    ):
        assert shown in text


def test_beside_the_text_there_is_still_the_summary() -> None:
    content = feed_of(an_article())
    summary = "Boats will keep running on Sundays & holidays."
    assert f"<summary>{summary.replace('&', '&amp;')}</summary>" in text_of("/atom.xml", content)
    assert "<description>Boats will keep running" in text_of("/feed.xml", content)
    assert json.loads(text_of("/feed.json", content))["items"][0]["summary"] == summary


@pytest.mark.parametrize(
    ("written", "carried"),
    [
        ('<a href="/2026/11/pier/">x</a>', f'<a href="{BASE}/2026/11/pier/">x</a>'),
        ('<a href="/2026/11/pier/?a=1&amp;b=2#top">x</a>', f'<a href="{BASE}/2026/11/pier/?a=1&amp;b=2#top">x</a>'),
        ('<a href="/">x</a>', f'<a href="{BASE}/">x</a>'),
        ('<a href="#costs">x</a>', f'<a href="{PAGE}#costs">x</a>'),
        ('<a href="https://a.example/x" rel="noopener">x</a>', '<a href="https://a.example/x" rel="noopener">x</a>'),
        ('<a href="//a.example/x">x</a>', '<a href="//a.example/x">x</a>'),
        ('<a href="mailto:a@b.example">x</a>', '<a href="mailto:a@b.example">x</a>'),
        ('<a href="tel:+1">x</a>', '<a href="tel:+1">x</a>'),
        ('<img alt="" src="/images/a.jpg">', f'<img alt="" src="{BASE}/images/a.jpg">'),
        ('<blockquote cite="/x/">y</blockquote>', f'<blockquote cite="{BASE}/x/">y</blockquote>'),
        ('<h2 id="costs">Costs</h2>', "<h2>Costs</h2>"),
        ('<li class="footnote-item" id="fn1">x</li>', '<li class="footnote-item">x</li>'),
        ('<p>write href="/x/" and id="y"</p>', '<p>write href="/x/" and id="y"</p>'),
        ('<a href="/x/" title=" id=">y</a>', f'<a href="{BASE}/x/" title=" id=">y</a>'),
        ('<img alt="a > b" src="/a.jpg">', f'<img alt="a > b" src="{BASE}/a.jpg">'),
    ],
)
def test_links_and_pictures_lead_where_they_do_on_the_page(written: str, carried: str) -> None:
    assert with_absolute_links(written, PAGE, BASE) == carried
    assert carried in carries(body=f"<p>Text.</p>{written}")


def test_no_feed_leads_where_nothing_is() -> None:
    article: Any = {**an_article(), "body": '<p><a href="/soon/">The pier</a> and <a href="/x/">the quay</a>.</p>'}
    content = ListContent("all", [entry_of(article)], texts={article["id"]: article}, dead_links=frozenset({"/soon/"}))
    text = json.loads(text_of("/feed.json", content))["items"][0]["content_html"]
    assert f'<p>The pier and <a href="{BASE}/x/">the quay</a>.</p>' in text


def test_a_paper_below_a_path_has_its_links_there() -> None:
    site = {**a_site(), "base_url": "https://town.example/gazette"}
    text = text_of("/feed.json", feed_of({**an_article(), "body": '<a href="/x/">y</a>'}), site)  # type: ignore[arg-type]
    assert "https://town.example/gazette/x/" in text


def test_footnotes_lead_to_those_of_the_page() -> None:
    said = parse("articles/a.md", b"---\ntitle: Vote\n---\nThey voted.[^1]\n\n[^1]: Minutes.\n", default_site(BASE))
    assert isinstance(said, ParsedArticle)
    text = carries(body=said.body)
    links = re.findall(r'href="([^"]*)"', text.partition("Original source")[0])
    assert len(links) == 2
    assert all(link.startswith(f"{PAGE}#") for link in links)
    assert " id=" not in text


@pytest.mark.parametrize("text", ["]]>", "<![CDATA[", "a]]>b]]>c", "&lt;script&gt;", "\x00\x0b", "\ufffe", "é 漢 🎣"])
def test_no_text_can_break_out_of_its_item(text: str) -> None:
    printable = text.translate({0: None, 0x0B: None, 0xFFFE: None})
    content = feed_of({**an_article(), "body": f"<p>{text}</p>"})
    item = ET.fromstring(drawn("/feed.xml", content).body).find("channel/item")
    assert item is not None
    assert f"<p>{printable}</p>" in item.findtext(ENCODED, "")
    entry = ET.fromstring(drawn("/atom.xml", content).body).find(f"{ATOM}entry")
    assert entry is not None
    assert f"<p>{printable}</p>" in entry.findtext(f"{ATOM}content", "")


@pytest.mark.parametrize("feed", urls.feed_paths("all"))
def test_without_its_text_an_item_has_the_summary(feed: str) -> None:
    text = text_of(feed, ListContent("all", [an_entry()]))
    for absent in ("content:encoded>", "<content", "content_html"):
        assert absent not in text


# ── How much a feed carries ──


def entry(id: str, size: int) -> Entry:
    return {**an_entry(), "id": id, "size": size}


@pytest.mark.parametrize(
    ("sizes", "whole"),
    [
        ([], []),
        ([3_000] * 30, list(range(30))),
        ([MOST], [0]),
        ([MOST + 1, 10], [1]),
        ([MOST - 10, 20, 10], [0, 2]),
        ([4_000_000] * 30, []),
        ([100_000] * 30, list(range(5))),
        ([0] * 30, list(range(30))),
    ],
)
def test_the_newest_are_whole_so_far_as_they_fit_in(sizes: list[int], whole: list[int]) -> None:
    entries = [entry(str(place), size) for place, size in enumerate(sizes)]
    assert entries_with_text(entries) == [str(place) for place in whole]


@pytest.mark.parametrize("feed", urls.feed_paths("all"))
@pytest.mark.parametrize("size", [3_000, 16_600, 100_000, MOST])
def test_a_feed_stays_below_a_megabyte(feed: str, size: int) -> None:
    paragraph = (
        '<p>The tide “came” in, &amp; <a href="/2026/11/pier/">the pier</a> did not mind it at all, people say.</p>'
    )
    body = paragraph * (size // len(paragraph.encode()))
    articles = [{**an_article(), "id": str(place), "body": body} for place in range(30)]
    entries = [entry_of(article) for article in articles]  # type: ignore[arg-type]
    texts: Any = {id: articles[int(id)] for id in entries_with_text(entries)}
    assert texts
    assert len(drawn(feed, ListContent("all", entries, texts=texts)).body) < 1_000_000


# ── What makes a feed stale ──


@pytest.mark.parametrize(
    "change",
    [
        {"body": "<p>Otherwise.</p>"},
        {"standfirst": ""},
        {"corrections": []},
        {"corrections": [{"date": "2026-11-25", "text": "It was of 1911."}]},
        {"source": None},
        {"source": {"name": "Sorrel News", "url": "https://sorrel.example/13"}},
        {"image": None},
        {"headline": "Other"},
        {"address": "/2026/11/other/"},
    ],
    ids="-".join,
)
def test_whatever_a_feed_shows_of_an_article_changes_its_entry(change: dict[str, Any]) -> None:
    before = an_article()
    after: Any = {**before, **change}
    content = [text_of("/feed.json", feed_of(article)) for article in (before, after)]
    assert content[0] != content[1]
    assert entry_of(before) != entry_of(after)


@pytest.mark.parametrize("value", ["full", "summary"])
def test_site_yaml_says_whether_feeds_carry_whole_texts(value: str) -> None:
    assert parse("site.yaml", f"feeds: {value}\n".encode(), a_site()).site["feeds"] == value  # type: ignore[union-attr]
    assert default_site(BASE)["feeds"] == "full"
