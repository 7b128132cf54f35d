"""Bare addresses are found as GitHub finds them, beside signs of any script."""

import pytest

from newsroom import linkify
from newsroom.rendering import comment_threads


def found(text: str) -> list[tuple[str, str]]:
    return [(text[each.start : each.end], each.url) for each in linkify.find(text)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("See https://example.org.", "https://example.org"),
        ("See http://example.org/a, and", "http://example.org/a"),
        ("HTTPS://Example.org/A!", "HTTPS://Example.org/A"),
        ("(https://en.wiki.example/Harbour_(town))", "https://en.wiki.example/Harbour_(town)"),
        ("(see https://example.org/a)", "https://example.org/a"),
        ("[https://example.org/a]", "https://example.org/a"),
        ("https://example.org/it's-here now", "https://example.org/it's-here"),
        ("“https://example.org/a”", "https://example.org/a"),
        ('"https://example.org/a"', "https://example.org/a"),
        ("‘https://example.org/a’", "https://example.org/a"),
        ("«https://example.org/a»", "https://example.org/a"),
        ("https://example.org/a?b=1&c=2#d", "https://example.org/a?b=1&c=2#d"),
        ("https://example.org:8080/a/", "https://example.org:8080/a/"),
        ("http://localhost:8080/a", "http://localhost:8080/a"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("https://example.com/foo。次の文。", "https://example.com/foo"),
        ("（https://example.com/baz）です。", "https://example.com/baz"),
        ("「https://example.com/baz」と", "https://example.com/baz"),
        ("これはhttps://example.com/foo、", "https://example.com/foo"),
        ("見てhttps://example.comです", "https://example.com"),
        ("详见：https://example.com/新闻/2026，谢谢", "https://example.com/新闻/2026"),
        ("주소는 https://example.com/한국 입니다", "https://example.com/한국"),
        ("https://пример.example/путь — тут", "https://пример.example/путь"),
        ("https://bücher.example/straße.", "https://bücher.example/straße"),
        ("https://日本語.example/道。", "https://日本語.example/道"),
        ("https://example.org/a…", "https://example.org/a"),
        ("https://example.org/a/?!", "https://example.org/a/"),
    ],
)
def test_a_web_address_ends_where_its_sentence_goes_on(text: str, said: str) -> None:
    assert [each for each, _ in found(text)] == [said]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("www.example.org/x.", "http://www.example.org/x"),
        ("WWW.example.org", "http://WWW.example.org"),
        ("mail desk@paper.example, please", "mailto:desk@paper.example"),
        ("mailto:desk@paper.example", "mailto:desk@paper.example"),
        ("(a.b-c+d@news.paper.example)", "mailto:a.b-c+d@news.paper.example"),
        ("メールはdesk@paper.exampleへ", "mailto:desk@paper.example"),
        ("https://example.org/a|b", "https://example.org/a%7Cb"),
        ("https://example.org/100%", "https://example.org/100%25"),
    ],
)
def test_addresses_without_a_scheme_get_the_one_they_mean(text: str, url: str) -> None:
    assert [each for _, each in found(text)] == [url]


@pytest.mark.parametrize(
    "text",
    [
        "example.com",
        "README.md",
        "paper.example/about",
        "https://",
        "https:// example.org",
        "www.",
        "www",
        "www.example",
        "xhttps://example.org",
        "http://user:pw@elsewhere.example/",
        "https://ann@x.example/",
        "@ann",
        "a@b",
        "@ann@social.example",
        "icon@2x.png",
        "javascript:alert(1)",
        "ftp://x.example/",
        "1.5",
        "e.g.",
        "and/or",
        "10:30",
        "a@b.c",
    ],
)
def test_what_only_looks_like_an_address_is_none(text: str) -> None:
    assert found(text) == []


def test_several_addresses_are_found_in_their_order() -> None:
    text = "https://a.example, www.b.example/x and c@d.example"
    assert [said for said, _ in found(text)] == ["https://a.example", "www.b.example/x", "c@d.example"]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://example.com/foo。次の文。", "https://example.com/foo"),
        ("はhttps://example.com/a", "https://example.com/a"),
        ("www.example.org", "http://www.example.org"),
    ],
)
def test_a_comment_links_the_same_addresses(text: str, link: str) -> None:
    assert f'<a rel="ugc nofollow noopener" href="{link}">' in comment_threads.paragraphs(text)


def test_a_comment_keeps_the_apostrophe_of_an_address_and_links_no_mail() -> None:
    assert "https://x.example/it's-here</a>" in comment_threads.paragraphs("https://x.example/it's-here")
    assert "<a" not in comment_threads.paragraphs("write to ann@x.example or http://user:pw@x.example/")
    assert comment_threads.website("https://x.example/wiki/Murphy's_law") == "https://x.example/wiki/Murphy's_law"
