"""What the desk recognises of an article that was taken down, in whatever spelling a page has it."""

import json

import pytest

from infra.cli.leak_check import LeakPatterns
from newsroom.article import Article
from tests.newsroom.sample_paper import an_article

TEXT = "<p>“We & the sea”, she said, <em>are</em> not on speaking terms.</p>"


def article() -> Article:
    return {
        **an_article(),
        "headline": "Fish & <chips> go up",
        "standfirst": "It's the oil.",
        "summary": "It's the oil.",
        "body": f"<p>Short.</p>{TEXT}",
        "address": "/2026/11/fish/",
        "addresses": ["/2026/11/fish/", "/old/fish.html", "/2026/ψάρι/"],
    }


def what(page: str) -> list[str]:
    return [trace["what"] for trace in LeakPatterns.of(article()).in_(page)]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<a href='/2026/11/fish/'>See</a>", ["address"]),
        ('<a href="/2026/11/fish/#comments">See</a>', ["address"]),
        ("<loc>https://paper.example/2026/11/fish/</loc>", ["address"]),
        ('"url":"https:\\/\\/paper.example\\/old\\/fish.html"', ["address"]),
        ("<a href='/2026/%CF%88%CE%AC%CF%81%CE%B9/'>See</a>", ["address"]),
        ("<h2>Fish &amp; &lt;chips&gt;\n go up</h2>", ["headline"]),
        ("<title>Fish &amp;amp; &amp;lt;chips&amp;gt; go up</title>", ["headline"]),
        ('{"title": "Fish \\u0026 <chips> go up"}', ["headline"]),
        ("<p>It&#x27;s the <b>oil</b>.</p>", ["standfirst", "summary"]),
        (TEXT, ["text"]),
        (TEXT.replace("&", "&amp;").replace("<p>", "<p>\n  "), ["text"]),
        (json.dumps({"content_html": TEXT.replace("&", "&amp;")}), ["text"]),
        (f"<content>{TEXT.replace('<', '&lt;').replace('>', '&gt;')}</content>", ["text"]),
    ],
)
def test_a_trace_is_found_in_any_spelling(page: str, found: list[str]) -> None:
    assert what(f"<html>{page}</html>") == found


@pytest.mark.parametrize(
    "page",
    [
        "<a href='/2026/11/fish/2/'>",
        "<a href='/2026/11/fish-market/'>",
        "<a href='/archive/2026/11/fish/'>",
        "<p>Short.</p>",  # anybody's words
        "Dogfish & <chips> go upwards",
    ],
)
def test_what_only_looks_alike_is_no_trace(page: str) -> None:
    assert what(page) == []


def test_a_trace_is_shown_with_the_words_around_it() -> None:
    (trace,) = LeakPatterns.of(article()).in_(
        "<p>Yesterday we wrote: Fish &amp; &lt;chips&gt; go up. We are sorry.</p>"
    )

    assert trace["what"] == "headline"
    assert "yesterday we wrote: fish & <chips> go up. we are sorry" in trace["near"]
