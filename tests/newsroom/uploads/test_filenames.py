"""A text is called by its file, or by the folder that holds it and its pictures."""

import pytest

from newsroom.errors import Rejected
from newsroom.site import default_site
from newsroom.uploads import parser
from newsroom.uploads.parsed import ParsedArticle, ParsedPage

SITE = default_site("https://paper.example")


def article(key: str, fields: str = "", language: str = "en") -> ParsedArticle:
    text = "A headline\n\nThe tide came in.\n" if key.endswith(".txt") else "The tide came in.\n"
    said = parser.parse(key, f"---\ntitle: Pier\n{fields}\n---\n{text}".encode(), {**SITE, "language": language})
    assert isinstance(said, ParsedArticle)
    return said


@pytest.mark.parametrize(
    ("key", "id", "slug", "day"),
    [
        ("articles/harbour-budget/index.md", "harbour-budget", "harbour-budget", None),
        ("articles/harbour-budget/INDEX.MD", "harbour-budget", "harbour-budget", None),
        ("articles/harbour-budget/index.html", "harbour-budget", "harbour-budget", None),
        ("articles/harbour-budget/index.markdown", "harbour-budget", "harbour-budget", None),
        ("articles/harbour-budget/index.txt", "harbour-budget", "harbour-budget", None),
        ("articles/news/2026/harbour/index.md", "news-2026-harbour", "harbour", None),
        ("articles/2026-11-05-old-pier/index.md", "2026-11-05-old-pier", "old-pier", "2026-11-05"),
        ("articles/2026-11-05_Old Pier/index.md", "2026-11-05-old-pier", "old-pier", "2026-11-05"),
        ("articles/2026-13-45-quay/index.md", "2026-13-45-quay", "2026-13-45-quay", None),
        ("articles/2026-11-05-old-pier.md", "2026-11-05-old-pier", "old-pier", "2026-11-05"),
        ("articles/index-of-prices.md", "index-of-prices", "index-of-prices", None),
        ("articles/v1.2.md", "v1-2", "v1-2", None),
        ("articles/node.js.md", "node-js", "node-js", None),
        ("articles/harbour/other.md", "harbour-other", "other", None),
    ],
)
def test_a_bundle_is_named_and_dated_by_its_folder(key: str, id: str, slug: str, day: str | None) -> None:
    said = article(key)
    assert (said.id, said.slug, said.date and said.date[:10]) == (id, slug, day)
    assert said.lang is None


@pytest.mark.parametrize(
    ("key", "id", "slug", "lang"),
    [
        ("articles/pier/index.en.md", "pier-en", "pier", "en"),
        ("articles/pier/index.de.md", "pier-de", "pier-de", "de"),
        ("articles/2026-11-05-pier/index.fr.md", "2026-11-05-pier-fr", "pier-fr", "fr"),
        ("articles/post.de.md", "post-de", "post-de", "de"),
        ("articles/post.en.md", "post-en", "post", "en"),
        ("articles/post.pt-br.md", "post-pt-br", "post-pt-br", "pt-BR"),
        ("articles/post.zh_Hant.html", "post-zh-hant", "post-zh-hant", "zh-Hant"),
        ("articles/post.EN.md", "post-en", "post", "en"),
        ("articles/post.md", "post", "post", None),
    ],
)
def test_a_language_in_the_files_name_is_the_texts(key: str, id: str, slug: str, lang: str | None) -> None:
    said = article(key)
    assert (said.id, said.slug, said.lang) == (id, slug, lang)


def test_two_languages_of_one_bundle_are_two_articles_and_that_of_the_paper_has_the_plain_address() -> None:
    keys = [f"articles/pier/index.{lang}.md" for lang in ("en", "de", "fr", "pt-br")]
    for language in ("en", "en-GB", "de", "pt-BR"):
        said = [article(key, language=language) for key in keys]
        assert len({each.id for each in said}) == len({each.slug for each in said}) == len(keys)
        assert [each.id for each in said] == [article(key).id for key in keys], "whatever the paper's language"
        assert [each.lang for each in said if each.slug == "pier"] == [language.replace("-GB", "")]


def test_front_matter_has_the_last_word_on_language_slug_and_date() -> None:
    said = article("articles/2026-11-05-pier/index.de.md", "lang: nl\nslug: steg\ndate: 2026-11-06")
    assert (said.lang, said.slug, (said.date or "")[:10]) == ("nl", "steg", "2026-11-06")


def test_an_index_without_a_folder_is_told_what_to_do() -> None:
    with pytest.raises(Rejected, match="named by its folder, and here is none; move it to articles/harbour-budget"):
        article("articles/index.md")
    assert article("articles/index.md", "slug: pier").slug == "pier"


@pytest.mark.parametrize(
    ("key", "address", "lang"),
    [
        ("pages/about.md", "/about/", None),
        ("pages/about/index.md", "/about/", None),
        ("pages/help/contact/index.md", "/help/contact/", None),
        ("pages/about.de.md", "/about-de/", "de"),
        ("pages/about/index.en.md", "/about/", "en"),
        ("pages/2026-11-05-notice.md", "/2026-11-05-notice/", None),
    ],
)
def test_pages_are_named_by_their_folders_too(key: str, address: str, lang: str | None) -> None:
    said = parser.parse(key, b"---\ntitle: About\n---\nText.\n", SITE)
    assert isinstance(said, ParsedPage)
    assert (said.address, said.lang) == (address, lang)
