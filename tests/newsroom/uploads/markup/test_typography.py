"""Quotes, dashes and ellipses are set by the language of the text; code and addresses stay as typed."""

import pytest

from newsroom.site import Site, default_site
from newsroom.uploads import parser
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.markup.markdown import from_markdown
from newsroom.uploads.markup.typography import typeset
from newsroom.uploads.parsed import ParsedArticle
from newsroom.uploads.style import Style

SITE = default_site("https://paper.example")


def article(text: str, key: str = "articles/a.md", **settings: object) -> ParsedArticle:
    site: Site = {**SITE, **settings}  # type: ignore[typeddict-item]
    read = parser.parse(key, text.encode(), site)
    assert isinstance(read, ParsedArticle)
    return read


@pytest.mark.parametrize(
    ("language", "typed", "set_"),
    [
        ("en", '"It\'s done," she said.', "“It’s done,” she said."),
        ("en-GB", "'So,' she said.", "‘So,’ she said."),
        ("en", "He said: \"She told me 'no'.\"", "He said: “She told me ‘no’.”"),
        ("de", '"Hallo", sagte er, "das ist \'gut\'."', "„Hallo“, sagte er, „das ist ‚gut‘.“"),
        ("de-CH", '"Hallo"', "«Hallo»"),
        ("fr", '"Oui", dit l\'homme', "«\u202fOui\u202f», dit l’homme"),
        (
            "fr",
            "Vraiment ? Oui ! Ainsi : non ; « bien »",
            "Vraiment\u202f? Oui\u202f! Ainsi\xa0: non\u202f; «\u202fbien\u202f»",
        ),
        ("es", '"Hola"', "«Hola»"),
        ("it", '"L\'acqua"', "«L’acqua»"),
        ("pt", '"Olá"', "“Olá”"),
        ("pt-PT", '"Olá"', "«Olá»"),
        ("pl", '"Tak"', "„Tak”"),
        ("cs", '"Ano"', "„Ano“"),
        ("nl", '"Ja" \'s avonds', "“Ja” ’s avonds"),
        ("sv", '"Ja"', "”Ja”"),
        ("fi", "\"Joo\" 'niin'", "”Joo” ’niin’"),
        ("da", '"Ja"', "”Ja”"),
        ("no", '"Ja"', "«Ja»"),
        ("nb", '"Ja"', "«Ja»"),
        ("ru", '"Слово" -- дело', "«Слово» – дело"),
        ("uk", '"Так"', "«Так»"),
        ("ru", "\"Он сказал: 'да'\"", "«Он сказал: „да“»"),
    ],
)
def test_quotation_marks_are_those_of_the_language(language: str, typed: str, set_: str) -> None:
    assert typeset(typed, language) == set_


@pytest.mark.parametrize("language", ["ja", "zh", "zh-Hant", "ko"])
def test_chinese_japanese_and_korean_stay_as_typed(language: str) -> None:
    assert typeset('「引用」 "x" -- ...', language) == '「引用」 "x" -- ...'


def test_quotes_of_an_unlisted_language_stay_as_typed() -> None:
    assert typeset('"x" -- y...', "ar") == '"x" – y…'


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("one -- two", "one – two"),
        ("one --- two", "one — two"),
        ("one---two", "one—two"),
        ("1914--1918", "1914–1918"),
        ("wait...", "wait…"),
        ("wait....", "wait…"),
        ("don't", "don’t"),
        ("the dogs' bowl", "the dogs’ bowl"),
        ("'90s and '68", "’90s and ’68"),
        ("'Tis rock 'n' roll", "’Tis rock ’n’ roll"),
        ("O'Brien's", "O’Brien’s"),
        ('("Yes")', "(“Yes”)"),
        ('"A" and "B"', "“A” and “B”"),
        ('"A paragraph that goes on', "“A paragraph that goes on"),
        ('said "one"--then "two"', "said “one”–then “two”"),
    ],
)
def test_english_signs_are_set(typed: str, set_: str) -> None:
    assert typeset(typed, "en") == set_


@pytest.mark.parametrize(
    "typed",
    [
        "--quiet",
        "run with --no-cache and -v",
        "https://x.example/a--b?c='d'&e",
        "a--b@x.example",
        "----",
        "-->",
        "<!-- x",
        "6' 2\"",
        "5'10\"",
        "file--name.pdf",
        "xn--bcher-kva.example",
        "“set” already – so…",
        "a - b",
        "well-known",
        "(c) (r) (tm) +-",
        "www.x.example/it's",
        '12" by 8"',
    ],
)
def test_what_is_no_punctuation_stays_as_typed(typed: str) -> None:
    assert typeset(typed, "en") == typed


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ('"a `"b" --c` d"', '“a <code>"b" --c</code> d”'),
        ('*"a"* -- "**b**"', "<em>“a”</em> – “<strong>b</strong>”"),
        ("<https://x.example/a--b>", '<a href="https://x.example/a--b" rel="noopener">https://x.example/a--b</a>'),
        (
            '[a "b"](https://x.example/a--b \'c "d"\')',
            '<a href="https://x.example/a--b" rel="noopener" title="c &quot;d&quot;">a “b”</a>',
        ),
        ('\\"a\\" \\-- b', '"a" -- b'),
        ('"a\nb"', "“a\nb”"),
        ("*the pier*'s", "<em>the pier</em>’s"),
    ],
)
def test_only_the_words_of_a_paragraph_are_set(text: str, html: str) -> None:
    assert from_markdown(text, 1, "", Style(), Diagnostics("a")).html == f"<p>{html}</p>"


def test_code_blocks_and_html_attributes_stay_as_typed() -> None:
    set_ = from_markdown(
        '```\n"a" -- b...\n```\n\n<abbr title="it\'s">"x"</abbr>', 1, "", Style(), Diagnostics("a")
    ).html
    assert '"a" -- b...' in set_
    assert '<abbr title="it\'s">“x”</abbr>' in set_


FRONT = "---\ntitle: The \"new\" pier -- it's open\nstandfirst: \"It's 'big'...\"\nimage: https://i.example/a.png\n"
FRONT += "image_caption: Ann's \"pier\"\ncorrections: [{date: 2026-11-23, text: It's late}]\n---\n"


def test_a_page_is_of_one_piece() -> None:
    read = article(FRONT + '# The "new" pier -- it\'s open\n\n"Yes," she said.')
    assert read.headline == "The “new” pier – it’s open"
    assert read.standfirst == read.summary == "It’s ‘big’…"
    assert read.image
    assert read.image["caption"] == "Ann’s “pier”"
    assert read.corrections[0]["text"] == "It’s late"
    assert read.body == "<p>“Yes,” she said.</p>"


def test_the_article_speaks_its_own_language_else_that_of_the_paper() -> None:
    assert article('---\ntitle: T\nlang: de\n---\n"Ja"').body == "<p>„Ja“</p>"
    assert article('---\ntitle: T\n---\n"Ja"', language="ru").body == "<p>«Ja»</p>"


def test_a_paper_may_keep_what_was_typed() -> None:
    read = article(FRONT + '"Yes" -- it\'s...', typography=False)
    assert read.headline == 'The "new" pier -- it\'s open'
    assert read.standfirst == "It's 'big'..."
    assert read.body == '<p>"Yes" -- it\'s...</p>'


def test_html_keeps_what_was_typed_and_plain_copy_is_set() -> None:
    assert article('---\ntitle: T "q"\n---\n<p>"a" -- b</p>', "articles/a.html").headline == 'T "q"'
    assert article('---\ntitle: T\n---\n<p>"a" -- b</p>', "articles/a.html").body == '<p>"a" -- b</p>'
    copy = article('The "new" pier\n\nIt\'s open.\n\n"Yes," she said -- and went.', "articles/a.txt")
    assert (copy.headline, copy.standfirst) == ("The “new” pier", "It’s open.")
    assert copy.body == "<p>“Yes,” she said – and went.</p>"


def test_the_heading_that_is_the_headline_is_taken_out_however_it_is_typed() -> None:
    for heading in ('# The "new" pier', "# The “new” pier", "# The 'new' pier."):
        assert article(f'---\ntitle: The "new" pier\n---\n{heading}\n\nText.').body == "<p>Text.</p>"
