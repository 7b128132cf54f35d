"""Markdown is read as the systems that its writers come from read it."""

import pytest

from newsroom.site import default_site
from newsroom.uploads import parser
from newsroom.uploads.body import Body
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.markup.markdown import from_markdown
from newsroom.uploads.parsed import ParsedArticle
from newsroom.uploads.style import Style

STYLE = Style("https://paper.example")
SITE = default_site("https://paper.example")


def body(text: str) -> Body:
    return from_markdown(text, 1, "", STYLE, Diagnostics("articles/a.md"))


def warnings(text: str) -> list[str]:
    proof = Diagnostics("articles/a.md")
    from_markdown(text, 1, "", STYLE, proof)
    return [warning["message"] for warning in proof.warnings]


def article(text: str, key: str = "articles/a.md") -> ParsedArticle:
    read = parser.parse(key, text.encode(), SITE)
    assert isinstance(read, ParsedArticle)
    return read


# Bare addresses


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "See https://x.example/a_b_c.",
            'See <a href="https://x.example/a_b_c" rel="noopener">https://x.example/a_b_c</a>.',
        ),
        (
            "**https://x.example/**",
            '<strong><a href="https://x.example/" rel="noopener">https://x.example/</a></strong>',
        ),
        (
            "https://x.example/_a_/*b*",
            '<a href="https://x.example/_a_/*b" rel="noopener">https://x.example/_a_/*b</a>*',
        ),
        ("https://x.example/a\\_b", '<a href="https://x.example/a_b" rel="noopener">https://x.example/a_b</a>'),
        ("desk@x.example.", '<a href="mailto:desk@x.example">desk@x.example</a>.'),
        ("www.x.example,", '<a href="http://www.x.example" rel="noopener">www.x.example</a>,'),
        ("https://paper.example/about", '<a href="/about/">https://paper.example/about</a>'),
        ("（https://x.example/a）。", '（<a href="https://x.example/a" rel="noopener">https://x.example/a</a>）。'),
        ("`https://x.example`", "<code>https://x.example</code>"),
        ("[https://x.example](/about/)", '<a href="/about/">https://x.example</a>'),
        ('<a href="/about/">https://x.example</a>', '<a href="/about/">https://x.example</a>'),
        ("example.com and README.md", "example.com and README.md"),
        ("\\https://x.example", "\\https://x.example"),
    ],
)
def test_a_bare_address_becomes_a_link_where_it_is_text(text: str, html: str) -> None:
    assert body(text).html == f"<p>{html}</p>"


def test_a_heading_is_named_by_its_words_also_with_an_address_in_it() -> None:
    assert body("## See https://x.example").html.startswith(
        '<h2 id="see-https-x-example">See <a href="https://x.example"'
    )
    assert "<a" not in body("```\nhttps://x.example\n```").html


def test_plain_copy_has_links_too_and_those_of_the_paper_are_known() -> None:
    read = article("Headline\n\nStandfirst.\n\nSee https://paper.example/about and www.x.example.", "articles/a.txt")
    assert read.links == ["/about/"]
    assert '<a href="http://www.x.example" rel="noopener">www.x.example</a>.' in read.body


# Ids of headings


@pytest.mark.parametrize(
    "written",
    [
        "## Costs {#own}",
        "## Costs {: #own}",
        "## Costs {.wide #own}",
        "## Costs {#own .wide}",
        "## Costs{#own}",
        "## Costs {:#own .a b=c}",
        "## Costs {#own} ##",
        "Costs {#own}\n-----",
        "## Costs\n{: #own}",
        "Costs\n-----\n{: #own}",
        '## Costs\n{: .a id="own"}',
        "## Costs\n{#own .a}",
    ],
)
def test_a_heading_has_the_id_its_writer_gave(written: str) -> None:
    assert body(f"[x](#own)\n\n{written}\n\nText.").html == (
        '<p><a href="#own">x</a></p>\n<h2 id="own">Costs</h2>\n<p>Text.</p>'
    )


@pytest.mark.parametrize(
    "written", ["## Costs {.wide}", "## Costs {-}", "## Costs {: .no_toc}", "## Costs\n{:.no_toc}"]
)
def test_other_attributes_of_a_heading_are_not_shown(written: str) -> None:
    assert body(f"{written}\n\nText.").html == '<h2 id="costs">Costs</h2>\n<p>Text.</p>'


@pytest.mark.parametrize("written", ["## Sets {a, b}", "## `{#own}`", "## Costs \\{#own}", "## {#own}"])
def test_braces_that_are_text_stay(written: str) -> None:
    assert "{" in body(f"{written}\n\nText.").html


def test_equal_headings_are_numbered_as_elsewhere() -> None:
    set_ = body("## Results\n\n## Results\n\n## Results\n\n[a](#results) [b](#results-1) [c](#results-2)").html
    for id in ("results", "results-1", "results-2"):
        assert f'<h2 id="{id}">' in set_
        assert f'href="#{id}"' in set_


@pytest.mark.parametrize(
    ("heading", "links"),
    [
        ("Über uns", ["#über-uns", "#%C3%BCber-uns", "#uber-uns", "#ber-uns"]),
        ("Привет, мир!", ["#привет-мир", "#%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82-%D0%BC%D0%B8%D1%80"]),
        (
            "What's new & changed",
            ["#whats-new--changed", "#whats-new-changed", "#what-s-new-changed", "#What's%20new%20&%20changed"],
        ),
        ("🚀 Launch day", ["#-launch-day", "#launch-day"]),
        ("Preis: 5 €", ["#preis-5-", "#preis-5"]),
        ("重要な点", ["#重要な点"]),
        ("国家 计划", ["#国家-计划"]),
        ("2026 budget", ["#2026-budget", "#budget"]),
        ("C++ & C#", ["#c--c", "#c-c"]),
        ("The *new* `pier()`", ["#the-new-pier", "#The%20new%20pier()"]),
        ('Plans -- and "costs"', ["#plans----and-costs", "#plans-and-costs"]),
        ("snake_case name", ["#snake_case-name"]),
        ("Results", ["#user-content-results", "#RESULTS", "#Results"]),
    ],
)
def test_a_link_copied_from_elsewhere_leads_to_the_heading(heading: str, links: list[str]) -> None:
    for link in links:
        proof = Diagnostics("articles/a.md")
        set_ = from_markdown(f"[x](<{link}>)\n\n## {heading}", 1, "", STYLE, proof).html
        id = set_.partition('<h2 id="')[2].partition('"')[0]
        assert f'<a href="#{id}">x</a>' in set_, link
        assert proof.warnings == []


def test_the_second_of_two_foreign_headings_is_found_by_its_number() -> None:
    set_ = body("## Über uns\n\n## Über uns\n\n[x](#über-uns-1)").html
    assert '<a href="#uber-uns-1">x</a>' in set_
    assert '<h2 id="uber-uns-1">' in set_


# Footnotes


def test_a_footnote_is_no_part_of_the_running_text() -> None:
    read = article("---\ntitle: T\n---\nThe council voted.[^1]\n\n[^1]: Minutes of 3 November, page 4." + " word" * 600)
    assert read.summary == "The council voted."
    assert read.words == 3


@pytest.mark.parametrize(
    "notes",
    [
        '<div class="footnotes"><ol><li id="fn1">Minutes.</li></ol></div>',
        '<section class="footnotes" role="doc-endnotes"><ol><li>Minutes.</li></ol></section>',
        '<hr><ol class="footnotes-list"><li>Minutes.</li></ol>',
    ],
)
def test_nor_are_the_footnotes_of_html(notes: str) -> None:
    read = article(f"---\ntitle: T\n---\n<p>The council voted.</p>{notes}<p>Again.</p>", "articles/a.html")
    assert read.summary == "The council voted. Again."
    assert read.words == 4


def test_a_second_reference_to_a_note_has_the_same_number() -> None:
    set_ = body("One.[^a] Two.[^b] Three.[^a]\n\n[^a]: A.\n\n[^b]: B.").html
    assert set_.count(">[1]</a>") == 2
    assert "[1:1]" not in set_
    assert 'id="fnref1:1"' in set_
    assert 'href="#fnref1:1"' in set_


# Obsidian


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[[Harbour]]", "Harbour"),
        ("[[Harbour|the harbour]]", "the harbour"),
        ("[[places/Harbour.md]]", "Harbour"),
        ("[[Harbour#Costs]]", "Harbour"),
        ("[[Harbour#^ab12]]", "Harbour"),
        ("**[[Harbour]]**", "<strong>Harbour</strong>"),
        ("==marked *words*==", "<mark>marked <em>words</em></mark>"),
        ("これは==重要==です", "これは<mark>重要</mark>です"),
        ("a ^ab12cd", "a"),
        ("`[[Harbour]]` `==x==`", "<code>[[Harbour]]</code> <code>==x==</code>"),
        ("x == y, a==b==c", "x == y, a==b==c"),
        ("[[1]](/about/)", '<a href="/about/">[1]</a>'),
        ("a[[]] b", "a[[]] b"),
        ("2 ^2", "2 ^2"),
    ],
)
def test_obsidians_signs_become_their_words(text: str, shown: str) -> None:
    assert body(text).html == f"<p>{shown}</p>"


def test_a_link_to_a_heading_of_the_same_note_leads_there() -> None:
    assert '<a href="#costs">Costs</a>' in body("[[#Costs]]\n\n## Costs").html


def test_an_embedded_file_is_left_out_and_told() -> None:
    assert body("Text ![[pier.png]] here.").html == "<p>Text  here.</p>"
    [told] = warnings("One.\n\nText ![[pier.png]] here.")
    assert told.startswith("articles/a.md, line 3: ![[pier.png]] is another file and was left out")


def test_a_standfirst_keeps_no_signs_of_obsidian() -> None:
    assert (
        article("---\ntitle: T\nstandfirst: '[[Harbour|The harbour]] opens'\n---\nText.").standfirst
        == "The harbour opens"
    )


@pytest.mark.parametrize(
    ("text", "title", "said"),
    [
        ("> [!NOTE]\n> Mind.", "Note", "<p>Mind.</p>"),
        ("> [!warning] Mind the *gap*\n> Here.", "Mind the <em>gap</em>", "<p>Here.</p>"),
        ("> [!faq]- Open?\n>\n> Yes.", "Open?", "<p>Yes.</p>"),
        ("> [!tip]+\n> - one", "Tip", "<ul>\n<li>one</li>\n</ul>"),
        ("> [!important]", "Important", ""),
    ],
)
def test_a_callout_stands_aside_under_its_title(text: str, title: str, said: str) -> None:
    set_ = body(text).html
    assert set_.startswith(f"<aside>\n<p><strong>{title}</strong></p>\n{said}")
    assert set_.endswith("</aside>")
    assert "[!" not in set_


def test_a_callout_inside_a_quotation_leaves_it_one() -> None:
    set_ = body("> a\n>\n> > [!note]\n> > b\n>\n> c").html
    assert (set_.count("<aside>"), set_.count("<blockquote>"), set_.count("</blockquote>")) == (1, 1, 1)


# Also shown, once


def test_tasks_and_definitions_are_set() -> None:
    assert (
        body("- [ ] one\n- [x] two\n- [X] three").html
        == "<ul>\n<li>☐ one</li>\n<li>☑ two</li>\n<li>☑ three</li>\n</ul>"
    )
    assert "<dt>Term</dt>\n<dd>What it is</dd>" in body("Term\n: What it is").html


@pytest.mark.parametrize(
    "sign",
    [
        "[TOC]",
        "[toc]",
        "[[TOC]]",
        "[[_TOC_]]",
        "{:toc}",
        "* TOC\n{:toc}",
        "- Contents\n{: toc}",
        "1. x\n{:toc}",
        "${toc}",
        "\\tableofcontents",
        "\\newpage",
        "\\pagebreak",
        "\\pagebreak[4]",
    ],
)
def test_what_another_system_would_fill_in_is_left_out_and_told(sign: str) -> None:
    assert body(f"One.\n\n{sign}\n\nTwo.").html == "<p>One.</p>\n<p>Two.</p>"
    [told] = warnings(f"One.\n\n{sign}\n\nTwo.")
    assert "was left out" in told


@pytest.mark.parametrize(
    "text",
    [
        "Text.\n{: .lead}",
        "{: .lead}\nText.",
        "Text.\n\n{: .lead}",
        '{:.a #b c="d"}\n\nText.',
        "Text.{: .x}",
        "Text.\n{.lead}",
        "Text.\n\n<!--more-->",
        "<!-- more -->\nText.",
    ],
)
def test_attributes_and_cuts_are_left_out(text: str) -> None:
    assert body(text).html == "<p>Text.</p>"
    assert warnings(text) == []


def test_attributes_behind_a_link_are_left_out() -> None:
    assert body('[a](/b/){:target="_blank"} c').html == '<p><a href="/b/">a</a> c</p>'
