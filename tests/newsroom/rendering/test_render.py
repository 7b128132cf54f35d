"""What readers, search engines and editors find in the pages of the paper."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from newsroom import urls
from newsroom.errors import PermanentError
from newsroom.rendering import static_assets, templating
from newsroom.rendering.content import (
    ArchiveContent,
    ArticleContent,
    Content,
    FixedContent,
    ListContent,
    PagesSitemapContent,
    ReceiptContent,
    RedirectContent,
    SecurityContent,
    SitemapContent,
    StaticContent,
    TombstoneContent,
)
from tests.newsroom.sample_paper import (
    BASE,
    a_site,
    a_static_page,
    an_article,
    an_author,
    an_entry,
    an_upload,
    drawn,
    entries,
    text_of,
)

ARTICLE = "/2026/11/story-1/"
OLDER = {"address": "/2026/11/story-0/", "headline": "The older one"}
NEWER = {"address": "/2026/11/story-2/", "headline": "The newer one"}
MONTHS = ["2026-11", "2026-10", "2025-12"]


def an_article_page(**changes: Any) -> ArticleContent:
    return ArticleContent({**an_article(), **changes}, [an_author()], OLDER, NEWER)  # type: ignore[typeddict-item,arg-type]


EVERY_PAGE: list[tuple[str, Content]] = [
    ("/", ListContent("all", entries(30), months=MONTHS)),
    ("/section/islands/", ListContent("section/islands", entries(9), "Islands", MONTHS)),
    ("/author/ines-marlow/", ListContent("author/ines-marlow", entries(3), "Ines Marlow", MONTHS, an_author())),
    ("/tag/ferries/", ListContent("tag/ferries", entries(1), "Ferries", MONTHS)),
    ("/archive/", ArchiveContent(MONTHS)),
    ("/archive/2026/11/", ListContent("all", entries(3))),
    ("/section/islands/2026/11/", ListContent("section/islands", entries(3), "Islands")),
    (ARTICLE, an_article_page()),
    ("/about/", StaticContent(a_static_page())),
    ("/old/", RedirectContent(ARTICLE)),
    ("/gone/", TombstoneContent()),
    ("/404.html", FixedContent()),
    *((feed, ListContent("all", entries(3))) for feed in urls.feed_paths("all")),
    *((feed, ListContent("section/islands", entries(3), "Islands")) for feed in urls.feed_paths("section/islands")),
    ("/sitemap.xml", ArchiveContent(MONTHS)),
    ("/sitemaps/2026-11.xml", SitemapContent(entries(3))),
    ("/sitemaps/pages.xml", PagesSitemapContent(["/about/"])),
    ("/news-sitemap.xml", SitemapContent(entries(3))),
    ("/robots.txt", FixedContent()),
    ("/.well-known/security.txt", SecurityContent("2027-11-23T00:00:00Z")),
    ("receipts/articles/ferry.md.json", ReceiptContent(an_upload(), an_article())),
]
HTML_PAGES = [(path, content) for path, content in EVERY_PAGE if path.endswith(("/", ".html"))]
every_page = pytest.mark.parametrize(("path", "content"), EVERY_PAGE, ids=[path for path, _ in EVERY_PAGE])
every_html_page = pytest.mark.parametrize(("path", "content"), HTML_PAGES, ids=[path for path, _ in HTML_PAGES])


class Outline(HTMLParser):
    """A page's elements in order, and the text of its JSON-LD."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.structured = ""
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.structured += data

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        return [
            found
            for name, found in self.elements
            if name == tag and all(found.get(key.replace("_", ":")) == value for key, value in attributes.items())
        ]

    def headings(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.elements if re.fullmatch(r"h[1-6]", tag)]

    def links(self) -> list[str | None]:
        return [link.get("href") for link in self.all("a")]


# Editions and determinism


@every_page
def test_every_page_carries_its_edition_in_its_bytes(path: str, content: Content) -> None:
    assert drawn(path, content, edition=7).body != drawn(path, content, edition=8).body
    assert re.search(r'edition(?:"? content="|"?: ?| )4711\b', text_of(path, content, edition=4711))


@every_page
def test_the_same_values_always_make_the_same_bytes(path: str, content: Content) -> None:
    first = drawn(path, content, a_site())
    drawn("/404.html", FixedContent(), {**a_site(), "title": "Another paper"})
    assert drawn(path, content, a_site()) == first


def test_an_asset_has_no_edition_because_its_address_is_its_digest() -> None:
    for path in static_assets.assets(a_site()):
        assert drawn(path, FixedContent(), edition=1) == drawn(path, FixedContent(), edition=2)
        assert "immutable" in drawn(path, FixedContent()).cache_control


def test_an_asset_that_this_version_does_not_make_is_refused_by_name() -> None:
    with pytest.raises(PermanentError, match=r"style\.000000000000\.css"):
        drawn("/assets/style.000000000000.css", FixedContent())


def test_content_that_is_not_the_pages_own_is_refused() -> None:
    with pytest.raises(PermanentError, match=r"robots\.txt.*ListContent"):
        drawn("/robots.txt", ListContent("all", []))


def test_a_new_accent_colour_makes_a_new_stylesheet_that_every_page_refers_to() -> None:
    blue = a_site()
    blue["accent"] = "#1c3a8a"
    style = next(path for path in static_assets.assets(blue) if path.endswith(".css"))
    assert style not in static_assets.assets(a_site())
    assert "#1c3a8a" in text_of(style, FixedContent(), blue)
    assert f'href="{style}"' in text_of("/about/", StaticContent(a_static_page()), blue)


# What every page has


@every_page
def test_every_page_says_its_type_and_its_encoding(path: str, content: Content) -> None:
    result = drawn(path, content)
    assert result.content_type.endswith("; charset=utf-8")
    assert result.body.decode("utf-8")
    kept = "no-cache" if path.startswith("receipts/") else "public, max-age=0, s-maxage=5"
    assert result.cache_control.startswith(kept)


@every_html_page
def test_every_page_has_one_h1_and_its_headings_in_order(path: str, content: Content) -> None:
    headings = Outline(text_of(path, content)).headings()
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(headings))


@every_html_page
def test_every_page_obeys_a_policy_that_forbids_inline_style_and_script(path: str, content: Content) -> None:
    outline = Outline(text_of(path, content))
    assert not outline.all("style")
    assert all(script == {"type": "application/ld+json"} for script in outline.all("script"))
    assert not [name for _, found in outline.elements for name in found if name == "style" or name.startswith("on")]


@every_html_page
def test_every_page_but_a_redirect_has_landmarks_navigation_and_a_skip_link(path: str, content: Content) -> None:
    if isinstance(content, RedirectContent):
        return
    outline = Outline(text_of(path, content))
    tags = [tag for tag, _ in outline.elements]
    assert {"header", "nav", "main", "footer"} <= set(tags)
    assert outline.all("a")[0]["href"] == "#main"
    assert outline.all("main") == [{"id": "main"}]
    assert "/section/islands/" in outline.links()


def test_the_navigation_marks_the_page_one_is_on() -> None:
    current = Outline(text_of("/about/", StaticContent(a_static_page()))).all("a", **{"aria-current": "page"})
    assert [link["href"] for link in current] == ["/about/"]


def test_a_paper_without_navigation_still_leads_to_its_front_page_and_archive() -> None:
    links = Outline(text_of("/404.html", FixedContent(), {**a_site(), "navigation": []})).links()
    assert {"/", "/archive/"} <= set(links)


def test_a_publishers_logo_stands_above_the_papers_name_and_needs_no_words_of_its_own() -> None:
    [logo] = Outline(text_of("/404.html", FixedContent())).all("img")
    assert (logo["src"], logo["alt"]) == ("https://gazette.example/logo.png", "")


# Articles


def test_an_article_shows_all_that_belongs_to_it() -> None:
    page = text_of(ARTICLE, an_article_page())
    for shown in (
        "The Harbour Gazette",
        "News of Port Ellery",
        "<h1>Ferry number 1 sails again</h1>",
        '<p class="standfirst">Boats will keep running on Sundays &amp; holidays.</p>',
        '<a rel="author" href="/author/ines-marlow/">Ines Marlow</a>',
        '<time datetime="2026-11-23T09:30:00+00:00">23 November 2026, 09:30 GMT</time>',
        '<time datetime="2026-11-24T08:00:00+00:00">24 November 2026, 08:00 GMT</time>',
        "3 min read",
        '<a href="/section/islands/">Islands</a>',
        'alt="A ferry at dawn"',
        "The morning boat.",
        "Ruth Adeyemi",
        "<p>The meeting began late, because the boat did.</p>",
        'Original source: <a href="https://sorrel.example/12">Sorrel News</a>',
        "The timetable was of 1911.",
        '<a rel="tag" href="/tag/ferries/">Ferries</a>',
        "About <a",
        "<p>Eleven years in wet shoes.</p>",
        'rel="prev" href="/2026/11/story-0/"',
        'rel="next" href="/2026/11/story-2/"',
        '<section id="comments"',
        "Comments are closed.",
    ):
        assert shown in page, shown


def test_an_article_without_the_optional_things_shows_no_empty_places_for_them() -> None:
    bare = an_article_page(
        standfirst="", updated=None, source=None, image=None, corrections=[], tags=[], authors=[], summary=""
    )
    page = text_of(ARTICLE, replace(bare, authors=[], older=None, newer=None))
    for absent in (
        "standfirst",
        "Updated",
        "Original source",
        "figure",
        "Correction",
        "Tags",
        "About <a",
        "More articles",
    ):
        assert absent not in page.partition("<body>")[2], absent


def test_a_source_without_an_address_is_named_and_not_linked() -> None:
    page = text_of(ARTICLE, an_article_page(source={"name": "vietnamese.example", "url": None}))
    assert "Original source: vietnamese.example<" in page
    assert "isBasedOn" not in page


def test_an_author_without_a_biography_has_a_byline_and_no_box() -> None:
    page = text_of(ARTICLE, replace(an_article_page(), authors=[{**an_author(), "bio": ""}]))
    assert "By <a" in page
    assert "About <a" not in page


def test_a_date_without_a_time_of_day_shows_only_the_day() -> None:
    page = text_of(ARTICLE, an_article_page(date="2026-11-23T00:00:00+00:00"))
    assert '<time datetime="2026-11-23T00:00:00+00:00">23 November 2026</time>' in page


def test_links_to_where_nothing_is_become_plain_text() -> None:
    body = '<p><a href="/gone/#x">no more</a> but <a href="/about/">still</a></p>'
    page = text_of(ARTICLE, replace(an_article_page(body=body), dead_links=frozenset({"/gone/"})))
    assert '<p>no more but <a href="/about/">still</a></p>' in page


def test_an_article_written_from_right_to_left_says_so_and_the_papers_own_words_do_not() -> None:
    outline = Outline(text_of(ARTICLE, an_article_page(lang="ar")))
    assert outline.all("html") == [{"lang": "ar", "dir": "rtl"}]
    assert {"lang": "en-GB", "dir": "ltr"}.items() <= outline.all("header")[0].items()


def test_an_article_that_asks_for_it_is_kept_out_of_search_engines() -> None:
    assert '<meta name="robots" content="noindex">' in text_of(ARTICLE, an_article_page(noindex=True))
    assert "noindex" not in text_of(ARTICLE, an_article_page())


def test_an_article_tells_search_engines_everything_they_ask_of_news() -> None:
    structured = json.loads(Outline(text_of(ARTICLE, an_article_page())).structured)
    url = BASE + ARTICLE
    publisher = {
        "@type": "NewsMediaOrganization",
        "name": "Gazette Press",
        "url": f"{BASE}/",
        "logo": {"@type": "ImageObject", "url": "https://gazette.example/logo.png"},
    }
    assert structured == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Ferry number 1 sails again",
        "description": "Boats will keep running on Sundays & holidays.",
        "datePublished": "2026-11-23T09:30:00+00:00",
        "dateModified": "2026-11-24T08:00:00+00:00",
        "inLanguage": "en-GB",
        "articleSection": "Islands",
        "keywords": ["Ferries"],
        "wordCount": 600,
        "isAccessibleForFree": True,
        "url": url,
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "author": [{"@type": "Person", "name": "Ines Marlow", "url": f"{BASE}/author/ines-marlow/"}],
        "publisher": publisher,
        "image": ["https://images.example/ferry.jpg"],
        "isBasedOn": "https://sorrel.example/12",
        "correction": [
            {"@type": "CorrectionComment", "text": "The timetable was of 1911.", "datePublished": "2026-11-24"}
        ],
    }


def test_an_article_signed_by_nobody_is_the_publishers() -> None:
    structured = json.loads(Outline(text_of(ARTICLE, an_article_page(authors=[]))).structured)
    assert [author["name"] for author in structured["author"]] == ["Gazette Press"]


def test_a_headline_too_long_for_aggregators_is_cut_between_words_for_them_alone() -> None:
    headline = "Boats " * 40 + "sail"
    page = text_of(ARTICLE, an_article_page(headline=headline))
    told = json.loads(Outline(page).structured)["headline"]
    assert len(told) <= 110
    assert told.endswith("Boats…")
    assert f"<h1>{headline}</h1>" in page


def test_an_article_says_who_it_is_to_those_who_share_it() -> None:
    outline = Outline(text_of(ARTICLE, an_article_page()))
    told = {meta["property"]: meta["content"] for meta in outline.all("meta") if "property" in meta}
    assert told == {
        "og:site_name": "The Harbour Gazette",
        "og:type": "article",
        "og:title": "Ferry number 1 sails again",
        "og:url": BASE + ARTICLE,
        "og:description": "Boats will keep running on Sundays & holidays.",
        "og:locale": "en_GB",
        "og:image": "https://images.example/ferry.jpg",
        "og:image:alt": "A ferry at dawn",
        "article:published_time": "2026-11-23T09:30:00+00:00",
        "article:modified_time": "2026-11-24T08:00:00+00:00",
        "article:section": "Islands",
        "article:author": f"{BASE}/author/ines-marlow/",
        "article:tag": "Ferries",
    }
    assert outline.all("meta", name="twitter:card")[0]["content"] == "summary_large_image"
    assert outline.all("link", rel="canonical") == [{"rel": "canonical", "href": BASE + ARTICLE}]
    feeds = [link["href"] for link in outline.all("link", rel="alternate")]
    types = [link["type"] for link in outline.all("link", rel="alternate")]
    assert set(types) == {"application/rss+xml", "application/atom+xml", "application/feed+json"}
    assert feeds == [*urls.feed_paths("all"), *urls.feed_paths("section/islands")]


# Fronts, months and the archive


def test_the_front_page_leads_with_the_newest_and_shows_every_story_once() -> None:
    stories = entries(30)
    page = text_of("/", ListContent("all", stories))
    assert re.search(r'class="story lead".*?story-30/', page, re.DOTALL)
    for story in stories:
        assert page.count(f'href="{story["address"]}"') == 1


def test_the_front_page_gathers_older_stories_by_section() -> None:
    stories = entries(9)
    for number, story in enumerate(stories):
        story["section"] = {"slug": f"s{number % 2}", "name": f"Section {number % 2}"}
    page = text_of("/", ListContent("all", stories))
    assert page.count('aria-labelledby="desk-s0"') == page.count('aria-labelledby="desk-s1"') == 1


def test_the_front_page_sets_the_two_newest_in_the_middle_and_the_next_by_turns_at_the_sides() -> None:
    page = text_of("/", ListContent(urls.WHOLE_SITE, entries(8)))
    top = page.partition('<section class="top"')[2].partition("</section>")[0]
    columns = [re.findall(r'<h2><a href="/2026/11/story-(\d)/"', column) for column in top.split("<div>")[1:]]
    assert columns == [["8", "7"], ["6", "4"], ["5", "3"]]


def test_a_paper_of_one_story_has_one_column() -> None:
    assert text_of("/", ListContent(urls.WHOLE_SITE, entries(1))).count("<div>") == 1


def test_a_front_leads_on_to_every_month_it_has() -> None:
    links = Outline(text_of("/tag/ferries/", ListContent("tag/ferries", entries(1), "Ferries", MONTHS))).links()
    assert [link for link in links if link and link.startswith("/tag/ferries/")] == [
        "/tag/ferries/2026/11/",
        "/tag/ferries/2026/10/",
        "/tag/ferries/2025/12/",
    ]


def test_an_authors_front_says_who_they_are() -> None:
    page = text_of("/author/ines-marlow/", ListContent("author/ines-marlow", [], "Ines Marlow", author=an_author()))
    for shown in ("<h1>Ines Marlow</h1>", "Islands correspondent", "<p>Eleven years in wet shoes.</p>"):
        assert shown in page
    assert "https://ines.example/" in Outline(page).links()


def test_the_archive_leads_to_every_month_by_year() -> None:
    page = text_of("/archive/", ArchiveContent(MONTHS))
    assert re.findall(r"<dt>(\d+)</dt>", page) == ["2026", "2025"]
    assert {"/archive/2026/11/", "/archive/2026/10/", "/archive/2025/12/"} <= set(Outline(page).links())


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/", ListContent("all", [])),
        ("/section/islands/", ListContent("section/islands", [], "Islands")),
        ("/archive/", ArchiveContent([])),
        ("/archive/2026/11/", ListContent("all", [])),
    ],
    ids=["home", "section", "archive", "month"],
)
def test_a_list_with_nothing_in_it_says_so_and_is_kept_out_of_search_engines(path: str, content: Content) -> None:
    page = text_of(path, content)
    assert 'class="empty">Nothing' in page
    assert '<meta name="robots" content="noindex">' in page


# Addresses where no text is


def test_a_redirect_leads_on_in_every_way_a_page_can() -> None:
    result = drawn("/old/", RedirectContent(ARTICLE))
    outline = Outline(result.body.decode())
    assert result.metadata == {"location": ARTICLE}
    assert outline.all("link", rel="canonical")[0]["href"] == BASE + ARTICLE
    assert outline.all("meta", **{"http-equiv": "refresh"})[0]["content"] == f"0; url={ARTICLE}"
    assert ARTICLE in outline.links()


@pytest.mark.parametrize("path", ["/2026/11/gone/", "/section/gone/2026/11/", "/author/gone/feed.xml"])
def test_a_tombstone_stands_anywhere_and_says_nothing_of_what_was_there(path: str) -> None:
    result = drawn(path, TombstoneContent())
    page = result.body.decode()
    assert result.metadata == {"tombstone": "1"}
    assert '<meta name="robots" content="noindex">' in page
    assert path not in page
    assert "canonical" not in page


# robots.txt and security.txt


def test_robots_are_told_the_sitemaps_and_the_papers_own_lines() -> None:
    lines = text_of("/robots.txt", FixedContent()).splitlines()
    assert lines[:3] == ["# edition 7", "User-agent: *", "Disallow: /api/"]
    assert lines[3:5] == ["User-agent: GreedyBot", "Disallow: /"]
    assert lines[-2:] == [f"Sitemap: {BASE}/sitemap.xml", f"Sitemap: {BASE}/news-sitemap.xml"]


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        ("desk@gazette.example", "mailto:desk@gazette.example"),
        ("https://gazette.example/report", "https://gazette.example/report"),
        ("mailto:desk@gazette.example", "mailto:desk@gazette.example"),
        (None, f"{BASE}/"),
    ],
)
def test_those_who_find_a_weakness_are_told_whom_to_tell(contact: str | None, told: str) -> None:
    security = SecurityContent("2027-11-23T00:00:00Z")
    lines = text_of("/.well-known/security.txt", security, {**a_site(), "contact": contact}).splitlines()
    assert lines == [
        "# edition 7",
        f"Contact: {told}",
        "Expires: 2027-11-23T00:00:00Z",
        "Preferred-Languages: en-GB",
        f"Canonical: {BASE}/.well-known/security.txt",
    ]


# Receipts


def receipt(content: ReceiptContent) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(text_of("receipts/articles/ferry.md.json", content))
    return told


def test_a_receipt_says_what_became_of_the_upload_and_where_it_is() -> None:
    told = receipt(ReceiptContent(an_upload(), an_article()))
    assert list(told) == ["key", "version", "status", "url", "id", "problems", "warnings", "at", "edition"]
    assert (told["status"], told["url"], told["id"]) == ("published", BASE + ARTICLE, "story-1")


@pytest.mark.parametrize(
    ("status", "url"),
    [("published", BASE + ARTICLE), ("scheduled", BASE + ARTICLE), ("draft", None), ("withdrawn", None)],
)
def test_a_receipt_gives_the_status_of_the_text_and_an_address_to_what_has_one(status: Any, url: str | None) -> None:
    told = receipt(ReceiptContent(an_upload(), {**an_article(), "status": status}))
    assert (told["status"], told["url"]) == (status, url)


def test_a_rejected_upload_is_rejected_though_an_older_version_is_live() -> None:
    upload = {**an_upload(), "verdict": "rejected", "problems": [{"message": "no title", "line": 2}]}
    told = receipt(ReceiptContent(upload, an_article()))  # type: ignore[arg-type]
    assert (told["status"], told["url"]) == ("rejected", None)
    assert told["problems"] == [{"line": 2, "field": None, "message": "no title"}]


@pytest.mark.parametrize(
    ("kind", "id", "url"), [("author", "ines-marlow", f"{BASE}/author/ines-marlow/"), ("site", None, f"{BASE}/")]
)
def test_an_author_and_the_settings_are_published_as_soon_as_they_are_accepted(
    kind: Any, id: str | None, url: str
) -> None:
    told = receipt(ReceiptContent({**an_upload(), "kind": kind, "id": id}, None))
    assert (told["status"], told["url"]) == ("published", url)


# Hostile text

HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;<!--]]>\x00\x08\uffff\u2028{{ 7*17 }}"


def made_hostile(value: Any, spare: frozenset[str]) -> Any:
    """The value with hostile text after every string, but for the fields to spare."""
    match value:
        case str():
            return value + HOSTILE
        case dict():
            return {key: part if key in spare else made_hostile(part, spare) for key, part in value.items()}
        case list():
            return [made_hostile(part, spare) for part in value]
    return value


CHECKED_BEFORE = frozenset({"body", "bio", "date", "updated", "accent", "base_url", "status", "robots"})


def hostile_pages() -> list[tuple[str, Content]]:
    def hostile(value: Any) -> Any:
        return made_hostile(value, CHECKED_BEFORE)

    stories, author = hostile(entries(8)), hostile(an_author())
    article = ArticleContent(hostile(an_article()), [author], hostile(OLDER), hostile(NEWER))
    return [
        (ARTICLE, article),
        ("/about/", StaticContent(hostile(a_static_page()))),
        ("/", ListContent("all", stories, months=MONTHS)),
        ("/author/a/", ListContent("author/a", stories, HOSTILE, MONTHS, author)),
        ("/tag/a/2026/11/", ListContent("tag/a", stories, HOSTILE)),
        ("/old/", RedirectContent(HOSTILE)),
        ("/404.html", FixedContent()),
    ]


@pytest.mark.parametrize(("path", "content"), hostile_pages(), ids=[path for path, _ in hostile_pages()])
def test_hostile_text_in_any_field_is_only_ever_text(path: str, content: Content) -> None:
    page = text_of(path, content, made_hostile(a_site(), CHECKED_BEFORE))
    outline = Outline(page)
    assert not outline.all("img", src="x")
    assert not [name for _, found in outline.elements for name in found if name.startswith("on")]
    assert all(script == {"type": "application/ld+json"} for script in outline.all("script"))
    assert "\u2028119" not in page  # what a template makes of the sum above
    assert not set(page) & {"\x00", "\x08", "\uffff"}
    if outline.structured:
        assert json.loads(outline.structured)["@context"] == "https://schema.org"


def test_a_link_that_would_run_a_script_is_not_drawn() -> None:
    script = "JavaScript:alert(1)"
    site = a_site()
    site["navigation"] = site["social"] = [{"title": "Press me", "url": script}]
    article = an_article_page(source={"name": "Elsewhere", "url": script})
    assert article.article["image"]
    article.article["image"]["url"] = script
    front = ListContent("author/a", [{**an_entry(), "image": article.article["image"]}], "A", author=None)
    author_page = replace(front, author={**an_author(), "url": script})
    for path, content in ((ARTICLE, article), ("/author/a/", author_page)):
        page = text_of(path, content, site)
        assert script not in page
        assert "Press me" not in page


# Weight, and the engine


def test_pages_are_light() -> None:
    import gzip

    site = a_site()
    style = next(path for path in static_assets.assets(site) if path.endswith(".css"))
    assert len(gzip.compress(drawn(style, FixedContent()).body)) <= 2_600
    assert len(gzip.compress(drawn("/", ListContent("all", entries(30))).body)) <= 8_000
    assert len(gzip.compress(drawn(ARTICLE, an_article_page()).body)) <= 10_000


@every_page
def test_the_templates_mean_the_same_to_jinja2(path: str, content: Content, monkeypatch: pytest.MonkeyPatch) -> None:
    jinja2 = pytest.importorskip("jinja2")
    engine = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templating.TEMPLATES),
        autoescape=jinja2.select_autoescape(["html", "xml"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    engine.filters.update(templating.FILTERS)
    ours = text_of(path, content)
    monkeypatch.setattr(
        templating, "render_template", lambda name, **values: engine.get_template(name).render(**values).encode()
    )
    theirs = text_of(path, content)
    assert theirs.replace("&#39;", "&#x27;").replace("&#34;", "&quot;") == ours
