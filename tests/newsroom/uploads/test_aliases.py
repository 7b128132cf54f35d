"""The address a text had elsewhere leads to it here."""

import pytest

from newsroom.site import default_site
from newsroom.uploads import parser
from newsroom.uploads.parsed import ParsedArticle, ParsedPage

SITE = default_site("https://paper.example")


def article(fields: str) -> ParsedArticle:
    said = parser.parse("articles/harbour.md", f"---\ntitle: Harbour\n{fields}\n---\nText.\n".encode(), SITE)
    assert isinstance(said, ParsedArticle)
    return said


@pytest.mark.parametrize("field", ["permalink", "url", "Permalink", "URL"])
@pytest.mark.parametrize(
    ("written", "alias", "slug"),
    [
        ("/2026/11/19/old-address.html", "/2026/11/19/old-address.html", "old-address"),
        ("/special/my-post.html", "/special/my-post.html", "my-post"),
        ("/special/my-post/", "/special/my-post/", "my-post"),
        ("/special/my-post", "/special/my-post/", "my-post"),
        ("/special/my-post/index.html", "/special/my-post/", "my-post"),
        ("/my-post/", "/my-post/", "my-post"),
        ("2026/11/my-post.html", "/2026/11/my-post.html", "my-post"),
        ("my-post.html", "/my-post.html", "my-post"),
        ("https://paper.example/special/my-post.html", "/special/my-post.html", "my-post"),
        ("https://old.example/2015/09/my-post/", "/2015/09/my-post/", "my-post"),
        ("http://old.example/my-post.php", "/my-post.php", "my-post"),
        ("//old.example/2015/my-post/", "/2015/my-post/", "my-post"),
        ("/2015/caf%C3%A9.html", "/2015/café.html", "cafe"),
        ("/2015/caf%c3%a9/", "/2015/café/", "cafe"),
        ("/a//b/my-post.html#top", "/a/b/my-post.html", "my-post"),
        ("/special/my-post/?utm_source=x", "/special/my-post/", "my-post"),
        ("/q&amp;a/my-post/", "/q&a/my-post/", "my-post"),
    ],
)
def test_a_full_address_is_an_alias_and_its_last_part_the_slug(field: str, written: str, alias: str, slug: str) -> None:
    said = article(f'{field}: "{written}"')
    assert (said.aliases, said.slug) == ([alias], slug)
    assert not [each for each in said.warnings if "Latin" not in each["message"]]


@pytest.mark.parametrize(
    "written",
    ["/:year/:title/", "/{{ page.slug }}/", "/blog/:month/x/", "/*/", "my-post", "/${slug}/", "/[slug]/", ""],
)
def test_a_pattern_or_a_bare_name_is_no_address(written: str) -> None:
    assert article(f'permalink: "{written}"').aliases == []


@pytest.mark.parametrize(
    "written", ["/?p=123", "https://old.example/?p=123", "/index.php?p=123", "https://old.example/index.php?id=4"]
)
def test_an_address_that_is_all_query_cannot_lead_on_and_is_told(written: str) -> None:
    said = article(f'permalink: "{written}"\nslug: x')
    assert said.aliases == []
    assert any("cannot be led on" in warning["message"] and warning["line"] == 3 for warning in said.warnings)


def test_a_slug_beside_it_leaves_the_address_an_alias() -> None:
    said = article("slug: pier\npermalink: /2015/old.html\nurl: /2014/older.html\naliases: [/2013/oldest.html]")
    assert said.slug == "pier"
    assert said.aliases == ["/2013/oldest.html", "/2015/old.html", "/2014/older.html"]


@pytest.mark.parametrize("written", ["/section/x/", "/assets/a.css", "/feed.xml", "/../x/"])
def test_an_address_the_paper_keeps_for_itself_is_left_out_and_told(written: str) -> None:
    said = article(f"permalink: {written}\nslug: x")
    assert said.aliases == []
    assert any("no address this site can redirect" in warning["message"] for warning in said.warnings)


def test_pages_keep_their_old_addresses_too() -> None:
    said = parser.parse("pages/about.md", b"---\ntitle: About\npermalink: /old/about-us.html\n---\nText.\n", SITE)
    assert isinstance(said, ParsedPage)
    assert (said.aliases, said.address) == (["/old/about-us.html"], "/about-us/")
