"""A theme may make a page look as it likes, and no page unsafe, dear or unlike itself."""

import re
from pathlib import Path

import pytest

from newsroom.errors import Rejected
from newsroom.rendering import render, sample_pages, static_assets, templating
from newsroom.rendering.content import FixedContent
from newsroom.rendering.site_context import SiteContext
from newsroom.site import Site, default_site
from newsroom.uploads import parser
from newsroom.uploads.parsed import ParsedTheme
from newsroom.uploads.theme import files
from tests.newsroom.sample_paper import a_site, text_of

SITE = default_site("https://paper.example")
READER = sample_pages.ReaderTexts.of("anna")
NOTICE = (
    '{% extends "base.html" %}{% block main %}<h1>{{ heading }}</h1><p class="ours">{{ message }}</p>{% endblock %}'
)


def refusals(name: str, text: str, site: Site = SITE) -> list[str]:
    try:
        parser.parse(f"theme/{name}", text.encode(), site)
    except Rejected as rejected:
        return [problem["message"] for problem in rejected.problems]
    return []


def dressed(**parts: str) -> Site:
    return {**a_site(), "theme": {f"{name}.html": text for name, text in parts.items()}}


def built_in(name: str) -> str:
    folder = static_assets.__file__ if name.endswith(".css") else templating.TEMPLATES
    return (Path(folder).parent / "assets" / name if name.endswith(".css") else templating.TEMPLATES / name).read_text()


def test_a_theme_is_read_as_it_is_written() -> None:
    assert parser.parse("theme/notice.html", NOTICE.encode(), SITE) == ParsedTheme("notice.html", NOTICE)


@pytest.mark.parametrize("name", files.names())
def test_each_built_in_part_can_be_the_beginning_of_a_papers_own(name: str) -> None:
    assert refusals(name, built_in(name)) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<p>\n\n{{ heading", "line 3: syntax error"),
        ("<p>\n{{ nothing.here }}", "line 2: undefined value"),
        ("<p>\n<script>x()</script>", "line 2: no <script> may stand in a theme"),
        ("\n<p onclick=x()>", "line 2: the attribute 'onclick' may not stand"),
        ("\n<p style=color:red>", "line 2: the attribute 'style' may not stand"),
        ('<link rel="stylesheet" href="https://cdn.example/a.css">', "line 1: a theme links to nothing elsewhere"),
        ("<a href='javascript:x()'>", "line 1: the address 'javascript:' may not stand"),
        ("{{ heading|safe }}", "line 1: 'heading' is not safe as it is"),
        ("{{ (heading)|safe }}", "is not safe as it is"),
        ("{% autoescape false %}{{ heading }}{% endautoescape %}", "'{% autoescape %}' may not stand in a theme"),
        ("{% for body in paper.navigation %}{{ body|safe }}{% endfor %}", "'body' is a name the newsroom has given"),
        ("{% raw %}{{{% endraw %}", "'{% raw %}' may not stand"),
    ],
)
def test_what_is_broken_or_unsafe_is_refused_with_its_line_and_a_remedy(body: str, said: str) -> None:
    assert said in " ".join(refusals("notice.html", body))


@pytest.mark.parametrize(
    "bomb",
    [
        "{% set a = heading %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
        "{% set a %}x{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 40 + "{{ a }}",
        "{{ heading * 1000000000 }}",
        "{{ heading ~ heading }}",
        "{% macro twice(a) %}{{ a }}{{ a }}{% endmacro %}" + "{{ " + "twice(" * 40 + "heading" + ")" * 40 + " }}",
        '{% from "discussion.html" import line %}{{ line(form, line(form, "a", "b", "c", "d"), "b", "c", "d") }}',
        "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
        "{% for a in [heading ~ heading] %}{{ a }}{% endfor %}",
        "{{ '{#' ~ heading ~ '#}' }}",
        "{{ '}}' ~ heading }}",
        '{% include "notice.html" %}',
        "{% for a in paper.navigation %}" * 9 + "{{ a.title }}" + "{% endfor %}" * 9,
    ],
)
def test_what_makes_much_of_little_is_refused(bomb: str) -> None:
    many = [{"title": f"Link {number}", "url": "/"} for number in range(50)]
    assert refusals("notice.html", bomb, {**SITE, "navigation": many})  # type: ignore[typeddict-item]


def test_a_text_shown_again_and_again_is_refused() -> None:
    again = built_in("article.html").replace("{{ body }}", "{{ body }}" * 9)
    assert "more often than anybody would read it" in " ".join(refusals("article.html", again))


def test_a_frame_of_every_page_has_to_keep_its_edition() -> None:
    without = re.sub(r"<meta name=\"edition\".*?>", "", built_in("base.html"))
    assert 'has to keep  <meta name="edition"' in " ".join(refusals("base.html", without))


@pytest.mark.parametrize(
    ("style", "said"),
    [
        ("p {color: red}\n@import 'x.css';", "line 2: @import may not stand"),
        ("p {\nbackground: url(https://cdn.example/a.png)}", "line 2: url(…) may not stand"),
        ("p {background: URL('a.png')}", "url(…) may not stand"),
        ("p {color: red}}\n", "line 1: this is no CSS"),
        ("p {color: 'red\n}", "this is no CSS"),
    ],
)
def test_a_style_that_is_broken_or_asks_elsewhere_is_refused_with_its_line(style: str, said: str) -> None:
    assert said in " ".join(refusals("style.css", style))


def test_other_names_are_refused_and_told_what_there_is() -> None:
    assert "it may have theme/archive.html" in refusals("parts.html", "x")[0]
    assert "no file the paper reads" in " ".join(refusals("deep/notice.html", "x"))


def test_a_theme_is_no_larger_than_a_row_can_hold() -> None:
    assert "longer than 32 KB" in refusals("notice.html", "x" * 33_000)[0]
    full: Site = {**SITE, "theme": {f"{number}.html": "x" * 32_000 for number in range(3)}}
    assert "larger than 96 KB" in refusals("notice.html", NOTICE + "x" * 2_500, full)[0]


def test_a_papers_own_template_draws_its_page_and_no_other() -> None:
    site = dressed(notice=NOTICE)
    page = text_of("/404.html", FixedContent(), site)
    assert '<p class="ours">Nothing is at this address.' in page
    assert '<meta name="edition" content="7">' in page
    assert "<!doctype html>" in page


def test_a_papers_own_style_is_in_the_place_of_ours_with_its_colours_before_it() -> None:
    style = static_assets.stylesheet("#8a1c1c", "p {color: var(--accent)}").body.decode()
    assert style.endswith("p {color: var(--accent)}")
    assert style.startswith(":root{--paper:")
    path = next(path for path in static_assets.assets({**SITE, "theme": {"style.css": "p{}"}}) if path.endswith(".css"))
    assert path not in static_assets.assets(SITE)


@pytest.mark.parametrize(
    "broken",
    [
        "{{ nobody.knows }}",
        "{% for a in paper.navigation %}" * 7 + "{{ a.title }}" + "{% endfor %}" * 7,
        "{% extends 'nowhere.html' %}",
        "<p>without its frame",
        '{% include "notice.html" %}',
    ],
)
def test_a_page_that_its_theme_cannot_draw_is_drawn_as_if_there_were_none(broken: str) -> None:
    site = dressed(notice=broken)
    site["navigation"] = [{"title": f"Link {number}", "url": "/"} for number in range(50)]
    drawn = render.render_page(render.urls.parse_path("/404.html"), FixedContent(), SiteContext(site), 7)
    assert drawn.theme_error
    assert drawn.body.decode() == text_of("/404.html", FixedContent(), {**site, "theme": {}})


def test_what_readers_and_writers_wrote_is_only_text_in_a_theme_too() -> None:
    own = NOTICE.replace("{{ message }}", "{{ paper.tagline }}")
    site: Site = {**dressed(notice=own), "tagline": "<script>x()</script>"}
    assert "&lt;script&gt;x()" in text_of("/404.html", FixedContent(), site)


def test_specimens_are_of_every_template_and_as_full_as_pages_can_be() -> None:
    marked = {name: f"{built_in(name)}<!-- {name} -->" for name in files.names() if name.endswith("html")}
    plain = {name: text for name, text in marked.items() if "extends" not in text}
    drawn = list(sample_pages.rendered_samples({**SITE, "theme": plain}, READER))
    assert {name for name in plain if any(f"<!-- {name} -->" in each.body.decode() for each in drawn)} == set(plain)
    broken = {
        name: text.replace("{% block main %}", "{% block main %}{{ nobody.knows }}") for name, text in marked.items()
    }
    faulty = {
        each.theme_error.partition(",")[0] for each in sample_pages.rendered_samples({**SITE, "theme": broken}, READER)
    }
    assert faulty - {""} == {name for name in marked if name not in plain}
