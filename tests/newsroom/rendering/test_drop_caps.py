"""The large initial: where print would set one, and nowhere else."""

import pytest

from newsroom.rendering.content import ArticleContent, StaticContent
from newsroom.rendering.drop_caps import FEWEST, has_drop_cap
from tests.newsroom.sample_paper import a_site, a_static_page, an_article, text_of

LONG = "The meeting began late, because the boat did, and when it had begun nobody could say who had called it. " * 3
SCRIPTS = {
    "en": LONG,
    "fr": "Étienne n’était pas là, et personne ne savait qui avait appelé la réunion du conseil du port. " * 3,
    "de": "Über die Mole wurde lange gestritten, und am Ende blieb alles, wie es vorher gewesen war. " * 3,
    "el": "Λιμάνι και πόλη άνοιξαν ξανά μετά από εννέα χρόνια, και κανείς δεν ήξερε ποιος το είχε αποφασίσει. " * 3,
    "ru": "Собрание началось поздно, потому что опоздал паром, и никто не знал, кто его созвал. " * 3,
    "hy": "Ժողովը սկսվեց ուշ, որովհետև լաստանավը ուշացավ, և ոչ ոք չգիտեր, թե ով էր այն հրավիրել։ " * 3,
    "vi": "Cảng mở cửa trở lại sau chín năm, và không ai biết ai đã quyết định điều đó ở hội đồng. " * 3,
}
FOLLOWING = ["", "<p>Next.</p>", "<h2>Next</h2>", "<ul><li>Next</li></ul>", "<figure><img src='x'></figure>", "<hr>"]


@pytest.mark.parametrize("after", FOLLOWING)
@pytest.mark.parametrize("lang", SCRIPTS)
def test_a_first_paragraph_of_three_lines_begins_with_one(lang: str, after: str) -> None:
    assert has_drop_cap(f"<p>{SCRIPTS[lang]}</p>{after}", lang)


@pytest.mark.parametrize(
    "first",
    [
        f"<p><strong>The</strong> {LONG}</p>",
        f'<p><a href="/x/" title="a > b"><em>The</em></a> {LONG}</p>',
        f'<p lang="en" id="x">{LONG}</p>',
        f"\n<p>\n {LONG}</p>",
        f"<p>E\u0301tienne {LONG}</p>",
        f"<p>Don’t {LONG}</p>",
        f"<p>&Eacute;tienne {LONG}</p>",
        f"<p>{LONG}<img src='x'></p>",
    ],
)
def test_however_its_first_word_is_marked_up(first: str) -> None:
    assert has_drop_cap(first, "en")


@pytest.mark.parametrize("after", FOLLOWING)
@pytest.mark.parametrize(
    "text",
    [
        "One line.",
        LONG[: FEWEST - 1].strip(),
        "word " * 30,
        "\u200b" + LONG,
        f"<img src='x'>{LONG}",
        f"The pier.<br><img src='x'>{LONG}",
        " \n " * 300 + "One line.",
    ],
)
def test_a_short_first_paragraph_has_none_whatever_follows(text: str, after: str) -> None:
    assert not has_drop_cap(f"<p>{text}</p>{after}", "en")


@pytest.mark.parametrize(
    "start",
    [
        "2026 was the year.", "7", "½ a", "١٢", "A boat", "I was", "Is it", "L’été", "It’s", "O’Brien", "A4 paper",
        "No1",
        "“The", "‘The", '"The', "'The", "«Le", "„Die", "&quot;The", "(The", "[The", "–The", "— The", "…the",
        "¿Quién", "#tag",
        "🎣 The", "• The", "* The", "$5", "@ann", "<code>The</code>", "<q>The</q>", "<kbd>Ctrl</kbd>", "<sup>The</sup>",
        "<br>The",
        "東京で", "한국의", "ภาษา", "हिन्दी", "العربية", "עברית", "ქართული", "NASA宣布", "ＴＨＥ", "𝕋𝕙𝕖",
    ],
)  # fmt: skip
def test_a_word_that_is_no_word_of_three_letters_gets_none(start: str) -> None:
    assert not has_drop_cap(f"<p>{start} {LONG}</p>", "en")


@pytest.mark.parametrize(
    "body",
    [
        "", f"<h2>Heading</h2><p>{LONG}</p>", f"<ul><li>{LONG}</li></ul>", f"<blockquote><p>{LONG}</p></blockquote>",
        f"<figure><img src='x'></figure><p>{LONG}</p>", f"<pre>{LONG}</pre>", LONG, f"<div><p>{LONG}</p></div>",
        f"<hr><p>{LONG}</p>",
    ],
)  # fmt: skip
def test_what_begins_with_no_paragraph_has_none(body: str) -> None:
    assert not has_drop_cap(body, "en")


@pytest.mark.parametrize("lang", ["ar", "he", "fa", "ur", "az-Arab"])
def test_a_text_that_runs_from_right_to_left_has_none(lang: str) -> None:
    assert not has_drop_cap(f"<p>{LONG}</p>", lang)
    assert not has_drop_cap(f'<p dir="rtl">{LONG}</p>', "en")


def test_a_latin_word_does_not_make_a_japanese_text_a_latin_one() -> None:
    assert not has_drop_cap("<p>NASA は、" + "港の予算について、町議会は夜遅くまで議論を続けた。" * 12 + "</p>", "ja")


@pytest.mark.parametrize(("body", "has"), [(f"<p>{LONG}</p>", True), ("<p>One line.</p>", False)])
def test_articles_and_pages_are_marked_and_the_style_draws_no_other(body: str, has: bool) -> None:
    article = ArticleContent({**an_article(), "body": body}, [], None, None)
    page = StaticContent({**a_static_page(), "body": body})
    for text in (text_of("/2026/11/story-1/", article), text_of("/about/", page)):
        assert ('<div class="body initial">' in text) == has
    arabic = {**a_site(), "language": "ar"}
    assert "body initial" not in text_of("/2026/11/story-1/", article, arabic)  # type: ignore[arg-type]
