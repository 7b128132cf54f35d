"""Link posts: a headline, perhaps a summary, and the address of the story, which stands elsewhere."""

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from newsroom import urls
from newsroom.article import Article, Entry
from newsroom.errors import Rejected
from newsroom.publishing.index_rows import entry_of, entry_of_row
from newsroom.rendering.content import ArticleContent, ListContent
from newsroom.rows import Row
from newsroom.site import default_site
from newsroom.table_keys import article_key
from newsroom.uploads.parsed import ParsedArticle
from newsroom.uploads.parser import parse
from tests.newsroom.sample_paper import BASE, an_article, an_entry, drawn, text_of

SITE = default_site("https://paper.example")
STORY = "https://sorrel.example/12"
ATOM = "{http://www.w3.org/2005/Atom}"


def article(text: str, key: str = "articles/pier.md") -> ParsedArticle:
    manuscript = parse(key, text.encode(), SITE)
    assert isinstance(manuscript, ParsedArticle)
    return manuscript


def with_fields(fields: str, body: str = "", key: str = "articles/pier.md") -> ParsedArticle:
    return article(f"---\ntitle: The pier opens\n{fields}\n---\n{body}", key)


def refused(text: str, key: str = "articles/pier.md") -> str:
    with pytest.raises(Rejected) as rejected:
        article(text, key)
    return "\n".join(problem["message"] for problem in rejected.value.problems)


def warned(said: ParsedArticle) -> str:
    return "\n".join(warning["message"] for warning in said.warnings)


SOURCES = [
    f"source_url: {STORY}",
    f"source: {STORY}",
    f"original_source: {STORY}",
    f"source: Sorrel News\nsource_url: {STORY}",
    f"source: {{name: Sorrel News, url: '{STORY}'}}",
    f"source-url: {STORY}",
]
NO_TEXT = ["", "\n \n", "<!-- the story is theirs -->", "&nbsp;", "<p></p>", "<div><br></div>", "\u200b", "---\n"]


@pytest.mark.parametrize("key", ["articles/pier.md", "articles/a/pier.markdown", "articles/pier.html"])
@pytest.mark.parametrize("body", NO_TEXT)
@pytest.mark.parametrize("source", SOURCES)
def test_a_source_on_the_web_and_a_summary_are_a_post(source: str, body: str, key: str) -> None:
    if body == "---\n" and key.endswith("html"):
        body = "<hr>"
    said = with_fields(f"{source}\nsummary: It opens after nine years.", body, key)
    assert (said.body, said.words, said.links) == ("", 0, [])
    assert said.summary == said.standfirst == "It opens after nine years."
    assert said.source
    assert said.source["url"] == STORY
    assert said.source["name"] in {"Sorrel News", "sorrel.example"}
    assert "no summary" not in warned(said)


@pytest.mark.parametrize("field", ["standfirst", "summary", "description", "deck", "excerpt", "subtitle", "dek"])
def test_its_summary_is_understood_by_any_of_its_names(field: str) -> None:
    assert with_fields(f"source_url: {STORY}\n{field}: Nine years.").summary == "Nine years."


@pytest.mark.parametrize("source", SOURCES)
def test_a_headline_and_a_link_alone_are_published_with_advice(source: str) -> None:
    said = with_fields(source)
    assert (said.body, said.summary) == ("", "")
    assert "write a 'standfirst'" in warned(said)


@pytest.mark.parametrize(
    "text",
    [
        f"The pier opens\n\nOriginal Source: {STORY}\n",
        f"The pier opens\nOriginal Source: {STORY}\n",
        f"The pier opens\n\nSource: {STORY}\n\nAnn Bell\n\nAnn Bell writes about harbours.\n",
        f"---\ntitle: The pier opens\n---\nOriginal Source: {STORY}\n",
        f"---\ntitle: The pier opens\nsource_url: {STORY}\n---\n",
        f"---\ntitle: The pier opens\nsource_url: {STORY}\nsummary: Nine years.\n---\nThe pier opens\n",
    ],
)
def test_plain_copy_whose_only_text_is_its_source_is_a_link_post(text: str) -> None:
    said = article(text, "articles/pier.txt")
    assert (said.headline, said.body) == ("The pier opens", "")
    assert said.source == {"name": "sorrel.example", "url": STORY}


@pytest.mark.parametrize(
    "source",
    ["", "source: Sorrel News", "source: sorrel.example", "source_url: sorrel.example/12", "source_url: see below"],
)
@pytest.mark.parametrize("summary", ["", "summary: It opens after nine years."])
def test_without_a_text_and_without_an_address_there_is_nothing_to_publish(source: str, summary: str) -> None:
    said = refused(f"---\ntitle: The pier opens\n{source}\n{summary}\n---\n")
    assert "nothing to publish" in said
    assert ("source_url: https://" in said) == bool(source)


def test_a_page_has_no_source_and_needs_a_text() -> None:
    assert "nothing to publish" in refused(f"---\ntitle: About\nsource_url: {STORY}\n---\n", "pages/about.md")


@pytest.mark.parametrize("body", ["Text.", "![The pier](https://img.example/pier.jpg)", "## A heading", "7", "🎣"])
@pytest.mark.parametrize("source", SOURCES)
def test_an_article_with_anything_of_its_own_is_no_link_post(source: str, body: str) -> None:
    said = with_fields(source, body)
    assert said.body
    page = text_of("/2026/11/story-1/", ArticleContent(post(body=said.body, source=said.source), [], None, None))
    assert "Original source: " in page
    assert "leads-on" not in page


# ── On the page and in lists ──


def post(**changes: Any) -> Article:
    bare = {"body": "", "words": 0, "image": None, "corrections": [], "updated": None}
    return {**an_article(), **bare, "source": {"name": "Sorrel & Sons", "url": STORY}, **changes}  # type: ignore[typeddict-item]


def page_of(**changes: Any) -> str:
    return text_of("/2026/11/story-1/", ArticleContent(post(**changes), [], None, None))


def listed(**changes: Any) -> Entry:
    return entry_of(post(**changes))


def test_its_page_has_the_summary_and_leads_on_to_the_source() -> None:
    page = page_of()
    assert f'<a href="{STORY}" lang="en-GB" dir="ltr">' not in page
    assert re.search(
        rf'<p class="meta leads-on"><a href="{STORY}">Read the story at <bdi>Sorrel &amp; Sons</bdi></a></p>', page
    )
    assert '<p class="standfirst">Boats will keep running on Sundays &amp; holidays.</p>' in page
    assert '<meta name="description" content="Boats will keep running on Sundays &amp; holidays.">' in page
    for absent in ("min read", 'class="body"', "Original source"):
        assert absent not in page


def test_in_another_language_the_papers_own_words_are_marked_as_its_own() -> None:
    assert f'<a href="{STORY}" lang="en-GB" dir="ltr">Read the story at' in page_of(lang="de")


def test_search_engines_are_told_what_it_is_based_on_and_no_number_of_words() -> None:
    told = re.search(r'<script type="application/ld\+json">(.*?)</script>', page_of())
    assert told
    thing = json.loads(told[1])
    assert thing["isBasedOn"] == STORY
    assert thing["description"] == "Boats will keep running on Sundays & holidays."
    assert "wordCount" not in thing


@pytest.mark.parametrize("path", ["/", "/section/islands/", "/author/ines-marlow/", "/tag/ferries/"])
def test_in_a_list_its_headline_leads_to_its_page_and_the_source_stands_beside(path: str) -> None:
    page = text_of(path, ListContent(path.strip("/") or "all", [listed()], "Islands"))
    assert '<h2><a href="/2026/11/story-1/">Ferry number 1 sails again</a></h2>' in page
    assert f'<a href="{STORY}">Read it at <bdi>Sorrel &amp; Sons</bdi></a>' in page


def test_among_the_older_headlines_and_in_a_month_the_source_is_named() -> None:
    older = ListContent("all", [*(an_entry(number) for number in range(9, 2, -1)), listed()], "")
    for path in ("/", "/archive/2026/11/"):
        page = text_of(path, older)
        assert 'href="/2026/11/story-1/">Ferry number 1 sails again' in page
        assert '<span class="meta">at <bdi>Sorrel &amp; Sons</bdi></span>' in page


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_no_list_page_or_feed_leads_to_a_script(url: str) -> None:
    entry: Entry = {**an_entry(), "leads_to": {"name": "x", "url": url}}
    content = ListContent("all", [entry])
    for path in ("/", "/archive/2026/11/", *urls.feed_paths("all")):
        assert url not in text_of(path, content)
    assert url not in page_of(source={"name": "x", "url": url})


def test_an_entry_written_before_there_were_link_posts_is_an_articles() -> None:
    old = {name: value for name, value in an_entry().items() if name != "leads_to"}
    assert entry_of_row(Row(article_key("x"), old))["leads_to"] is None


# ── In feeds ──


def test_in_rss_the_item_is_its_own_page_and_the_source_is_related() -> None:
    item = ET.fromstring(drawn("/feed.xml", ListContent("all", [listed()])).body).find("channel/item")
    assert item is not None
    assert item.findtext("link") == f"{BASE}/2026/11/story-1/"
    assert item.findtext("guid") == "tag:gazette.example,2026:story-1"
    [related] = item.findall(f"{ATOM}link")
    assert related.attrib == {"rel": "related", "href": STORY, "title": "Sorrel & Sons"}
    assert item.findtext("description") == (
        "<p>Boats will keep running on Sundays &amp; holidays.</p>"
        f'<p><a href="{STORY}">Read the story at Sorrel &amp; Sons</a></p>'
    )


def test_in_atom_the_alternate_is_its_own_page_and_the_source_is_related() -> None:
    entry = ET.fromstring(drawn("/atom.xml", ListContent("all", [listed()])).body).find(f"{ATOM}entry")
    assert entry is not None
    assert {link.get("rel"): link.get("href") for link in entry.findall(f"{ATOM}link")} == {
        "alternate": f"{BASE}/2026/11/story-1/",
        "related": STORY,
    }


def test_in_json_the_source_is_the_external_url() -> None:
    [item] = json.loads(text_of("/feed.json", ListContent("all", [listed()])))["items"]
    assert (item["url"], item["external_url"]) == (f"{BASE}/2026/11/story-1/", STORY)


@pytest.mark.parametrize("feed", urls.feed_paths("all"))
def test_a_headline_and_a_link_alone_make_a_whole_item(feed: str) -> None:
    text = text_of(feed, ListContent("all", [listed(summary="", standfirst="")]))
    assert STORY in text
    assert "Ferry number 1 sails again" in text


@pytest.mark.parametrize("feed", urls.feed_paths("all"))
def test_an_article_with_a_text_and_a_source_is_in_feeds_what_it_was(feed: str) -> None:
    text = text_of(feed, ListContent("all", [listed(body="<p>Text.</p>")]))
    for absent in ("related", "external_url", "Read the story"):
        assert absent not in text
