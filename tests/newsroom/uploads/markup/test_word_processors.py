"""What Google Docs and Word save is published as its writer saw it, and without what the desk said to itself."""

import re

import pytest

from newsroom.site import default_site
from newsroom.uploads.parsed import ParsedArticle
from newsroom.uploads.parser import parse

SITE = default_site("https://paper.example")
FRONT = "---\ntitle: Harbour budget passed\n---\n"


def article(text: str, key: str = "articles/harbour.html") -> ParsedArticle:
    manuscript = parse(key, text.encode(), SITE)
    assert isinstance(manuscript, ParsedArticle)
    return manuscript


def body(text: str) -> str:
    return article(FRONT + text).body


def warned(text: str) -> str:
    return "\n".join(warning["message"] for warning in article(FRONT + text).warnings)


def sheet(rule: str) -> str:
    return f"<style type='text/css'>@import url('https://fonts.example/x');ol{{margin:0}}{rule}</style>"


BOLD = ["font-weight:700", "font-weight: bold", "FONT-WEIGHT:Bold !important", "font-weight:600;color:#000",
        "font:bold 12.0px Times", "color:red;font-weight:900;text-decoration:none"]  # fmt: skip


@pytest.mark.parametrize("style", BOLD)
def test_bold_is_kept_from_a_style_and_from_a_class(style: str) -> None:
    for text in (
        f"<p>The <span style='{style}'>tide</span> came.</p>",
        f"{sheet(f'.c1{{{style}}}')}<p>The <span class='c7 c1'>tide</span> came.</p>",
        f"{sheet(f'.c0, span.c1 {{ {style} }}')}<p>The <span class=c1>tide</span> came.</p>",
        f"<style><!-- /* Fonts */ .c1{{{style}}} --></style><p>The <span class=c1>tide</span> came.</p>",
    ):
        assert body(text) == "<p>The <strong>tide</strong> came.</p>"


@pytest.mark.parametrize(
    ("style", "tag"),
    [
        ("font-style:italic", "em"),
        ("font-style: oblique", "em"),
        ("text-decoration:line-through", "s"),
        ("text-decoration-line:line-through", "s"),
        ("text-decoration:underline line-through", "s"),
        ("vertical-align:super;font-size:8pt", "sup"),
        ("vertical-align: sub", "sub"),
    ],
)
def test_other_emphasis_is_kept_too(style: str, tag: str) -> None:
    assert body(f"<p>The <span style='{style}'>tide</span> came.</p>") == f"<p>The <{tag}>tide</{tag}> came.</p>"
    assert body(f"{sheet(f'.c1{{{style}}}')}<p>The <font class=c1>tide</font> came.</p>") == (
        f"<p>The <{tag}>tide</{tag}> came.</p>"
    )


def test_emphasis_is_said_once_and_joined_where_it_was_cut() -> None:
    bold = "<span style='font-weight:700'>{}</span>"
    assert body(f"<p><b>{bold.format('a')}</b>{bold.format('')}</p>") == "<p><b>a</b></p>"
    assert body(f"<p>x{bold.format('a')}{bold.format('b')}</p>") == "<p>x<strong>ab</strong></p>"
    assert body(f"<h2>{bold.format('Costs')}</h2>") == '<h2 id="costs">Costs</h2>'
    assert body(f"<p>a{bold.format(' ')}b</p>") == "<p>a b</p>"
    assert body("<p><i>a<span style='font-style:italic;font-weight:bold'>b</span></i></p>") == (
        "<p><i>a<strong>b</strong></i></p>"
    )


@pytest.mark.parametrize("style", ["font-weight:normal", "font-weight:normal;", "font-weight: 400"])
def test_the_bold_around_all_that_is_copied_from_google_docs_is_none(style: str) -> None:
    text = f'<b style="{style}" id="docs-internal-guid-1"><p dir="ltr"><span style="font-weight:400">a</span></p></b>'
    assert body(text) == '<p dir="ltr">a</p>'


def test_a_plain_style_makes_nothing_bold() -> None:
    plain = "font-weight:400;font-style:normal;text-decoration:none;vertical-align:baseline"
    assert body(f"<p>a <span style='{plain}'>b</span></p>") == "<p>a b</p>"


def test_what_is_empty_is_left_out() -> None:
    empty = "<p><span></span></p><p>&nbsp;</p><p><br></p><p class=c3><span class=c1>&nbsp; </span></p><br><br>"
    assert body(f"<p>a</p>{empty}<h2><span></span></h2><p>b</p>") == "<p>a</p><p>b</p>"


COMMENTS = {
    "of Google Docs": '<p>Nine to eight<sup><a href="#cmnt1" id="cmnt_ref1">[a]</a></sup>.</p><p>More.</p>'
    '<div style="border:1px solid black;margin:5px"><p class="c5"><a href="#cmnt_ref1" id="cmnt1">[a]</a>'
    "<span>PRIVATE check this</span></p><p>PRIVATE second paragraph</p></div>",
    "of Google Docs, with its box in a class": '<p>Nine to eight<sup><a href="#cmnt1" name="cmnt_ref1">[a]</a></sup>'
    '<sup><a href="#cmnt2" name="cmnt_ref2">[b]</a></sup>.</p><p>More.</p>'
    '<div class="c12"><p><a href="#cmnt_ref1" name="cmnt1">[a]</a><span>PRIVATE</span></p></div>'
    '<div class="c12"><p><span></span></p><p><a href="#cmnt_ref2" name="cmnt2">[b]</a>PRIVATE reply</p></div>',
    "of Google Docs, in one wrapper": '<div class="doc-content"><p>Nine to eight<a href="#cmnt1" id="cmnt_ref1">[a]</a>.'
    '</p><p>More.</p><div><p><a href="#cmnt_ref1" id="cmnt1">[a]</a>PRIVATE</p></div></div>',
    "of Google Docs, without a box": '<p>Nine to eight<sup><a href="#cmnt1" id="cmnt_ref1">[a]</a></sup>.</p><p>More.</p>'
    '<p><a href="#cmnt_ref1" id="cmnt1">[a]</a>PRIVATE</p><p>PRIVATE too</p><ul><li>PRIVATE list</li></ul>',
    "of Google Docs, saved from a browser": '<p>Nine to eight<sup><a href="https://docs.google.com/x/pub#cmnt1">[a]</a>'
    '</sup>.</p><p>More.</p><div><p><a href="https://docs.google.com/x/pub#cmnt_ref1">[a]</a>PRIVATE</p></div>',
    "of Word": "<p class=MsoNormal>Nine to <a style='mso-comment-reference:AB_1'>eight</a><span class=MsoCommentReference>"
    "<span style='font-size:8.0pt'><![if !supportAnnotations]><a class=msocomanchor id='_anchor_1' href='#_msocom_1' "
    "name='_msoanchor_1'>[AB1]</a><![endif]><span style='mso-special-character:comment'>&nbsp;</span></span></span>.</p>"
    "<p>More.</p><div style='mso-element:comment-list'><![if !supportAnnotations]><hr class=msocomoff><![endif]>"
    "<div style='mso-element:comment'><div id='_com_1' class=msocomtxt><p class=MsoCommentText>"
    "<a href='#_msoanchor_1' class=msocomoff>[AB1]</a>PRIVATE</p></div></div></div>",
    "of Word, filtered": "<p class=MsoNormal>Nine to eight<span class=MsoCommentReference><span style='font-size:8.0pt'>"
    "[AB1]</span></span>.</p><p>More.</p><div><div><div class=msocomtxt><p class=MsoCommentText><span "
    "class=MsoCommentReference>[AB1]</span>PRIVATE</p></div></div></div>",
}  # fmt: skip


@pytest.mark.parametrize("text", COMMENTS.values(), ids=COMMENTS)
def test_what_the_desk_remarked_is_published_nowhere_and_told(text: str) -> None:
    said = article(FRONT + text)
    assert re.sub("</?div>", "", said.body) == "<p>Nine to eight.</p><p>More.</p>"
    assert "PRIVATE" not in said.summary
    [warning] = [each for each in said.warnings if "a comment of those who made the document" in each["message"]]
    assert warning["line"] == 4


def test_the_comments_of_a_document_are_left_out_of_markdown_too() -> None:
    said = article(
        f"{FRONT}The vote was nine to eight.[\\[a\\]](#cmnt1)\n\n[\\[a\\]](#cmnt_ref1) PRIVATE check this\n\nPRIVATE too\n",
        "articles/harbour.md",
    )
    assert said.body == "<p>The vote was nine to eight.</p>"


@pytest.mark.parametrize(
    "deleted",
    [
        '<del cite="mailto:Ann%20Bell" datetime="2026-11-20T10:00">GONE</del>',
        "<span class=msoDel>GONE</span>",
        "<span class='TrackedChange TrackChangeTextDeletion'>GONE</span>",
        "<b class=MsoNormal></b><del>GONE</del>",
        "<span style='mso-spacerun:yes'></span><del datetime='2026-11-20'>GONE</del>",
        "<ins cite='mailto:Bo'><del cite='mailto:Ann'>GONE</del></ins>",
    ],
)
def test_what_a_reviewer_deleted_is_not_published(deleted: str) -> None:
    said = article(f"{FRONT}<p>The tide {deleted}came.</p>")
    assert said.body == "<p>The tide came.</p>"
    assert any("what a reviewer deleted was left out" in warning["message"] for warning in said.warnings)


def test_what_a_reviewer_added_is_text_like_any_other() -> None:
    assert body('<p>The <ins cite="mailto:Ann" datetime="2026-11-20"><span class=msoIns>tide</span></ins>.</p>') == (
        "<p>The tide.</p>"
    )


def test_a_deletion_that_readers_are_meant_to_see_is_shown() -> None:
    assert body("<p><del datetime='2026-11-20'>Nine</del> <ins>Ten</ins></p>") == (
        '<p><del datetime="2026-11-20">Nine</del> <ins>Ten</ins></p>'
    )


@pytest.mark.parametrize(
    "hidden",
    [
        "<span style='display:none'>SECRET</span>",
        "<span style='display: NONE !important'>SECRET</span>",
        "<span style='mso-hide:all'>SECRET</span>",
        "<span style='visibility:hidden'>SECRET</span>",
        "<span hidden>SECRET</span>",
        "<style>.h{mso-hide:all}</style><span class=h>SECRET</span>",
        "<style>p.h, span.h{display:none}</style><span class='a h'>SECRET</span>",
        "<b style='color:red;display:none'>SECRET <a href='/x/'>SECRET</a></b>",
    ],
)
def test_hidden_words_are_published_nowhere_and_told(hidden: str) -> None:
    said = article(f"{FRONT}<p>The tide {hidden}came.</p>")
    assert said.body == "<p>The tide came.</p>"
    assert said.links == []
    assert any("a hidden part of the document was left out ('SECRET" in each["message"] for each in said.warnings)


def test_what_is_hidden_and_empty_is_not_told() -> None:
    assert warned("<p>a</p><hr style='page-break-before:always;display:none'><p>b</p>") == ""


DOCUMENT = (
    "<html><head><title>draft 7 FINAL</title></head><body><p class='c1 title' id='h.1'><span>Harbour budget passed</span>"
    "</p><p class='c2 subtitle'><span>A close vote.</span></p><h1>Costs</h1><p>Text.</p></body></html>"
)


@pytest.mark.parametrize("classes", [("c1 title", "c2 subtitle"), ("MsoTitle", "MsoSubtitle"), ("title", "subtitle")])
def test_a_documents_title_and_subtitle_are_its_headline_and_standfirst(classes: tuple[str, str]) -> None:
    text = DOCUMENT.replace("c1 title", classes[0]).replace("c2 subtitle", classes[1])
    for said in (article(text), article(f"{FRONT}{text}"), article(f"---\ntitle: HARBOUR Budget passed\n---\n{text}")):
        assert said.headline.casefold() == "harbour budget passed"
        assert said.standfirst == said.summary == "A close vote."
        assert said.body == '<h2 id="costs">Costs</h2><p>Text.</p>'


def test_a_subtitle_stays_in_the_text_where_another_standfirst_is_given() -> None:
    said = article(f"---\ntitle: Harbour budget passed\nstandfirst: Other.\n---\n{DOCUMENT}")
    assert said.standfirst == "Other."
    assert said.body.startswith("<p>A close vote.</p>")


def test_a_document_without_a_title_in_it_takes_the_files() -> None:
    assert article("<html><head><title>Harbour</title></head><body><p>Text.</p></body></html>").headline == "Harbour"


def test_of_a_page_that_google_docs_published_the_document_alone_is_read() -> None:
    said = article(
        "<html><body><div id='banners'><div id='title'>Harbour</div><span>Published using Google Docs</span></div>"
        "<div id='contents'><style>.c1{font-weight:700}</style><div class='c9 doc-content'><p class=title>Harbour</p>"
        "<p>Text <span class=c1>bold</span>.</p></div></div><div id='footer'>Updated automatically</div></body></html>"
    )
    assert (said.headline, said.body) == ("Harbour", "<p>Text <strong>bold</strong>.</p>")


@pytest.mark.parametrize(
    ("sign", "note"),
    [
        ('<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup>',
         '<hr><div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a><span>&nbsp;NOTE</span></p></div>'),
        ("<a style='mso-footnote-id:ftn1' href='#_ftn1' name='_ftnref1'><span class=MsoFootnoteReference>[1]</span></a>",
         ("<div style='mso-element:footnote-list'><br clear=all><hr><div style='mso-element:footnote' id=ftn1>"
         "<p class=MsoFootnoteText><a href='#_ftnref1' name='_ftn1'>[1]</a> NOTE</p></div></div>")),
        ('<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a>',
         '<div id="sdfootnote1"><p><a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>NOTE</p></div>'),
    ],
    ids=["Google Docs", "Word", "LibreOffice"],
)  # fmt: skip
def test_a_documents_footnotes_lead_there_and_back_and_are_in_no_summary(sign: str, note: str) -> None:
    said = article(f"{FRONT}<p>The council voted.{sign}</p>{note}")
    assert said.summary == "The council voted."
    assert '<div class="footnotes"' in said.body
    assert said.words == 4
    there, back = re.findall('href="#([^"]+)"', said.body)
    assert f'id="{there}"' in said.body
    assert f'id="{back}"' in said.body


def item(sign: str, text: str, style: str = "mso-list:l0 level1 lfo1") -> str:
    return (
        f"<p class=MsoListParagraphCxSpMiddle style='text-indent:-.25in;{style}'><![if !supportLists]><span "
        f"style='font-family:Symbol'><span style='mso-list:Ignore'>{sign}<span style='font:7.0pt \"Times New Roman\"'>"
        f"&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>{text}<o:p></o:p></p>\n\n"
    )


@pytest.mark.parametrize("sign", ["·", "o", "§", "Ø", "-", "•", "\uf0b7", "ü", "v"])
def test_words_bullets_are_a_list(sign: str) -> None:
    plain = f"<p class=MsoListParagraph>{sign}<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp; </span>{{}}</p>"
    for text in (item(sign, "One") + item(sign, "Two"), plain.format("One") + plain.format("Two")):
        assert body(f"<p>a</p>{text}<p>b</p>").replace("\n", "") == (
            "<p>a</p><ul><li>One</li><li>Two</li></ul><p>b</p>"
        )


@pytest.mark.parametrize("signs", ["1. 2.", "1) 2)", "(1) (2)", "a. b.", "i. ii.", "A) B)"])
def test_words_numbers_are_a_numbered_list(signs: str) -> None:
    one, two = signs.split()
    assert body(item(one, "One") + item(two, "Two")).strip() == "<ol><li>One</li><li>Two</li></ol>"


def test_a_numbered_list_goes_on_where_it_was_left() -> None:
    assert '<ol start="3"><li>Three</li></ol>' in body(item("3.", "Three"))
    assert body(item("1.", "One") + item("1.", "Other")).count("<ol>") == 2


def test_lists_stand_in_lists_by_their_level() -> None:
    text = "".join(
        item(sign, word, f"mso-list:l0 level{level} lfo1")
        for sign, word, level in (("·", "a", 1), ("o", "b", 2), ("§", "c", 3), ("o", "d", 2), ("·", "e", 1))
    )
    assert body(text).strip() == (
        "<ul><li>a<ul><li>b<ul><li>c</li></ul></li><li>d</li></ul></li><li>e</li></ul>"
    )  # fmt: skip


def test_filtered_lists_go_by_how_far_they_are_set_in() -> None:
    line = (
        "<p class=MsoNormal style='margin-left:{}in;text-indent:-.25in'><span style='font-family:Symbol'>·"
        "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp; </span></span>{}</p>"
    )
    assert body(line.format(".5", "a") + line.format("1.0", "b") + line.format(".5", "c")) == (
        "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"
    )


def test_a_list_paragraph_that_bears_no_sign_is_a_paragraph() -> None:
    assert body("<p class=MsoListParagraph>O’Brien came.</p><p class=MsoListParagraph>I. M. Pei left.</p>") == (
        "<p>O’Brien came.</p><p>I. M. Pei left.</p>"
    )


def test_the_lists_of_google_docs_that_stand_beside_each_other_stand_in_each_other() -> None:
    text = (
        "<ul class='c1 lst-kix_ab-0 start'><li>a</li></ul><ul class='lst-kix_ab-1 start'><li>b</li></ul>"
        "<ul class='lst-kix_ab-0'><li>c</li></ul>"
    )
    assert body(text) == "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"


def test_the_lists_of_word_online_are_one() -> None:
    one = "<div class='ListContainerWrapper SCXW1'><ul role=list><li data-aria-level={}><p>{}</p></li></ul></div>"
    assert body(one.format(1, "a") + one.format(2, "b") + one.format(1, "c")) == (
        "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li><li><p>c</p></li></ul>"
    )


@pytest.mark.parametrize(
    "heading",
    ["<p role=heading aria-level=2>Costs</p>", "<p style='mso-outline-level:2'>Costs</p>", "<p class=Heading2>Costs</p>"],
)  # fmt: skip
def test_a_paragraph_that_is_a_heading_by_its_style_is_one(heading: str) -> None:
    assert body(f"{heading}<p>Text.</p>") == '<h2 id="costs">Costs</h2><p>Text.</p>'


def test_words_own_tags_go_without_a_word() -> None:
    text = (
        "<html xmlns:o='urn:schemas-microsoft-com:office:office'><head><!--[if gte mso 9]><xml><w:View/></xml><![endif]-->"
        "<xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml></head><body lang=EN-GB><div class=WordSection1>"
        "<p class=MsoNormal>The <st1:place w:st='on'>Old Town</st1:place><o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p>"
        "</p><w:sdt>b</w:sdt><?xml:namespace prefix = o /></div></body></html>"
    )
    assert body(text) == "<div><p>The Old Town</p>b</div>"
    assert warned(text) == ""


def test_paragraphs_that_are_divs_are_paragraphs() -> None:
    assert body("<div>One <b>a</b></div><div><br></div><div>Two</div>") == "<p>One <b>a</b></p><p>Two</p>"
