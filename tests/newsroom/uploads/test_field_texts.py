"""Whatever system wrote the fields, readers see their words and never its codes."""

import json
from typing import Any

import pytest

from newsroom.errors import Rejected
from newsroom.site import Site, default_site
from newsroom.uploads import parser
from newsroom.uploads.parsed import ParsedArticle, ParsedAuthor, ParsedPage, ParsedSite

SITE = default_site("https://paper.example")


def article(fields: dict[str, Any], key: str = "articles/harbour.md", site: Site = SITE) -> ParsedArticle:
    return from_yaml("\n".join(f"{name}: {json.dumps(value)}" for name, value in fields.items()), key, site)


def from_yaml(fields: str, key: str = "articles/harbour.md", site: Site = SITE) -> ParsedArticle:
    title = "" if "title:" in fields else "title: Harbour\n"
    said = parser.parse(key, f"---\n{title}{fields}\n---\nThe tide came in.\n".encode(), site)
    assert isinstance(said, ParsedArticle)
    return said


def warned(said: ParsedArticle) -> str:
    return "\n".join(warning["message"] for warning in said.warnings)


CODED = {
    "Q&amp;A": "Q&A",
    "Q&#038;A": "Q&A",
    "Arts &amp; Culture &#8211; new": "Arts & Culture – new",
    "Se&aacute;n O&#8217;Rowe": "Seán O’Rowe",
    "Half&nbsp;past": "Half past",
    "&#72;arbour": "Harbour",
    "The <em>Ferry</em>": "The Ferry",
    "AT&T": "AT&T",
    "A < B": "A < B",
}


@pytest.mark.parametrize(("written", "shown"), CODED.items())
def test_entities_are_decoded_in_every_field(written: str, shown: str) -> None:
    said = article(
        {
            "title": written,
            "standfirst": written,
            "section": written,
            "tags": [written],
            "source": written,
            "authors": [{"name": written}],
            "corrections": [{"date": "2026-11-23", "text": written}],
            "image": "https://a.example/b.jpg?x=1&amp;y=2",
            "image_alt": written,
            "image_caption": written,
            "image_credit": written,
        }
    )
    assert (said.headline, said.standfirst, said.section["name"], said.tags[0]["name"]) == (shown,) * 4
    assert said.source is not None
    assert (said.source["name"], said.authors[0]["name"], said.corrections[0]["text"]) == (shown,) * 3
    assert said.image == {
        "url": "https://a.example/b.jpg?x=1&y=2", "alt": shown, "caption": shown, "credit": shown,
    }  # fmt: skip


@pytest.mark.parametrize(("written", "shown"), CODED.items())
def test_entities_are_decoded_in_the_papers_settings_and_its_other_texts(written: str, shown: str) -> None:
    text = json.dumps(written)
    settings = f"title: {text}\ntagline: {text}\ndescription: {text}\nfooter: {text}\npublisher: {{name: {text}}}\n"
    site = parser.parse("site.yaml", f"{settings}navigation: [{{title: {text}, url: /a/}}]\n".encode(), SITE)
    assert isinstance(site, ParsedSite)
    found = site.site
    assert {found["title"], found["tagline"], found["description"], found["footer"]} == {shown}
    assert (found["publisher"]["name"], found["navigation"][0]["title"]) == (shown, shown)
    author = parser.parse("authors/ann.md", f"---\nname: {text}\nrole: {text}\n---\nText.\n".encode(), SITE)
    assert isinstance(author, ParsedAuthor)
    assert (author.name, author.role) == (shown, shown)
    page = parser.parse("pages/about.md", f"---\ntitle: {text}\n---\nText.\n".encode(), SITE)
    assert isinstance(page, ParsedPage)
    assert page.headline == shown


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("Arts &amp; Culture", "arts-culture"),
        ("Q&#038;A", "q-a"),
        ("Se&aacute;n O&#8217;Rowe", "sean-orowe"),
        ("Caf&eacute;", "cafe"),
    ],
)
def test_slugs_are_made_of_what_readers_see(written: str, slug: str) -> None:
    said = article({"section": written, "tags": [written], "authors": [{"name": written}], "slug": written})
    assert [said.section["slug"], said.tags[0]["slug"], said.authors[0]["id"], said.slug] == [slug] * 4


def test_plain_copy_is_decoded_too() -> None:
    copy = "Q&amp;A &#8211; the harbour\n\nA day out\n\nThe tide &amp; the quay.\n\nOriginal Source: A &amp; B\n"
    said = parser.parse("articles/a.txt", copy.encode(), SITE)
    assert isinstance(said, ParsedArticle)
    assert (said.headline, said.source) == ("Q&A – the harbour", {"name": "A & B", "url": None})
    assert said.body == "<p>The tide &amp; the quay.</p>"


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ('author: "[[Ann Bell]]"', ["Ann Bell"]),
        ("author: [[Ann Bell]]", ["Ann Bell"]),
        ("author: [[Ann Bell|Ann]]", ["Ann"]),
        ("author: [[People/Ann Bell]]", ["Ann Bell"]),
        ('authors: ["[[Ann Bell]]", "[[Bo Carr]]"]', ["Ann Bell", "Bo Carr"]),
        ("authors: [[[Ann Bell]], [[Bo Carr]]]", ["Ann Bell", "Bo Carr"]),
        ("authors:\n- [[Ann Bell]]\n- [[Bo Carr]]", ["Ann Bell", "Bo Carr"]),
        ('author: "[[Ann Bell]] and [[Bo Carr]]"', ["Ann Bell", "Bo Carr"]),
        ('author: {name: "[[Ann Bell]]"}', ["Ann Bell"]),
    ],
)
def test_obsidians_links_name_authors(fields: str, names: list[str]) -> None:
    assert [author["name"] for author in from_yaml(fields).authors] == names


@pytest.mark.parametrize(
    ("fields", "tags"),
    [
        ('tags: ["#harbour", "#old-town"]', ["harbour", "old-town"]),
        ('tags: "#harbour #ice"', ["harbour", "ice"]),
        ('tags: "#harbour, #ice"', ["harbour", "ice"]),
        ('tags: "#old town, #ice"', ["old town", "ice"]),
        ('tags: ["#a/b"]', ["a/b"]),
        ("tags: harbour, ice", ["harbour", "ice"]),
        ("tags: [[Harbour]]", ["Harbour"]),
        ('tags: ["[[Harbour]]", ice]', ["Harbour", "ice"]),
        ('tags: ["C#", "#C#", "C"]', ["C#", "C"]),
        ('tags: ["#1"]', ["#1"]),
        ("tags: [Old Town, old-town, OLD TOWN]", ["Old Town"]),
    ],
)
def test_a_tag_is_shown_without_its_signs(fields: str, tags: list[str]) -> None:
    assert [tag["name"] for tag in from_yaml(fields).tags] == tags


def test_obsidians_links_and_remarks_are_read_in_every_text_field() -> None:
    said = from_yaml(
        'title: "[[Harbour|The harbour]] opens %%check%%"\n'
        'standfirst: "At the [[Quay]].%%really?%% See [[Docs/Pier]]."\n'
        "source: [[Tide Wire]]\nsection: [[World]]"
    )
    assert said.headline == "The harbour opens"
    assert said.standfirst == said.summary == "At the Quay. See Pier."
    assert said.source == {"name": "Tide Wire", "url": None}
    assert said.section == {"slug": "world", "name": "World"}
    assert from_yaml('source: "[[Tide Wire]]"').source == {"name": "Tide Wire", "url": None}


def test_a_byline_in_front_matter_is_read_as_one_and_told_of() -> None:
    said = from_yaml("author: Ann Bell <ann@example.org>, Staff Writer, und Bo Carr")
    assert [author["name"] for author in said.authors] == ["Ann Bell", "Bo Carr"]
    assert "line 3: 'Staff Writer' is no author" in warned(said)
    assert "line 3: the address in the byline is not published" in warned(said)
    nobody = from_yaml("author: ann@example.org")
    assert nobody.authors == []
    assert "write the author's name" in warned(nobody)
    for given in ("[{name: ann@example.org}]", "[ann@example.org]", "[{id: a, name: <a@b.example>}]"):
        assert from_yaml(f"authors: {given}").authors == []


def test_a_list_of_authors_is_a_list_and_needs_no_warning() -> None:
    said = from_yaml("authors: [Madonna and Cher, 'Ann Bell, Staff Writer', Ministry of Trade and Industry]")
    assert [author["name"] for author in said.authors] == [
        "Madonna and Cher", "Ann Bell", "Ministry of Trade and Industry",
    ]  # fmt: skip
    assert "taken for one" not in warned(said)


@pytest.mark.parametrize(
    ("key", "fields", "name"),
    [
        ("authors/ann-bell.md", "name: Ann Bell <ann@example.org>", "Ann Bell"),
        ("authors/ann-bell.md", "name: ann@example.org", "Ann Bell"),
        ("authors/张伟.md", "", "张伟"),
        ("authors/ann-bell.md", "", "Ann Bell"),
    ],
)
def test_an_author_file_prints_no_address(key: str, fields: str, name: str) -> None:
    said = parser.parse(key, f"---\n{fields}\nrole: Reporter\n---\nText.\n".encode(), SITE)
    assert isinstance(said, ParsedAuthor)
    assert said.name == name


def test_an_author_file_that_gives_only_an_address_is_told_to_give_a_name() -> None:
    with pytest.raises(Rejected, match="an address and no name; write  name: Ann Bell"):
        parser.parse("authors/ann@example.org.md", b"---\nrole: Reporter\n---\nText.\n", SITE)


@pytest.mark.parametrize(
    ("key", "language", "slug"),
    [("articles/港の予算.md", "en", "no-"), ("articles/東京.md", "ja", ""), ("articles/東京タワー.md", "en", "tawa-")],
)
def test_a_japanese_title_has_no_chinese_address_and_its_writer_is_told_to_give_a_slug(
    key: str, language: str, slug: str
) -> None:
    said = from_yaml("", key, {**SITE, "language": language})
    assert said.slug.startswith(slug)
    assert "jing" not in said.slug
    assert "yusuan" not in said.slug + said.id
    assert "give a 'slug'" in warned(said)
    assert from_yaml("slug: tokyo", key, {**SITE, "language": language}).slug == "tokyo"


def test_the_language_of_an_article_says_how_its_name_is_read() -> None:
    assert from_yaml("lang: ja", "articles/東京.md").slug != "dongjing"
    assert from_yaml("lang: zh", "articles/東京.md", {**SITE, "language": "ja"}).slug == "dongjing"
    assert from_yaml("lang: ja", "articles/東京.md").id == from_yaml("", "articles/東京.md").id
