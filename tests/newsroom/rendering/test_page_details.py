"""The small things pages are made of: colours, dates, languages, links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom import html_links
from newsroom.rendering import contrast, dates, languages, static_assets, templating

COLOUR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOUR, st.sampled_from([static_assets.PAPER, static_assets.NIGHT]))
def test_any_accent_can_be_read_by_day_and_by_night(accent: str, ground: str) -> None:
    assert contrast.contrast(contrast.readable(accent, ground), ground) >= contrast.LEAST_CONTRAST


def test_an_accent_that_reads_already_stays_as_it_is() -> None:
    assert contrast.readable("#8a1c1c", static_assets.PAPER) == "#8a1c1c"


def test_contrast_runs_from_one_to_twenty_one() -> None:
    assert contrast.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast.contrast("#777777", "#777777") == pytest.approx(1)


@pytest.mark.parametrize("accent", ["red", "#fff", "#12345g", "#8a1c1c;}body{display:none"])
def test_what_is_no_colour_never_reaches_the_stylesheet(accent: str) -> None:
    with pytest.raises(ValueError, match="is no colour"):
        static_assets.stylesheet(accent)


def test_body_text_and_labels_are_well_above_the_least_contrast() -> None:
    sheet = static_assets.stylesheet("#8a1c1c").body.decode()
    by_day, by_night = sheet.partition("}}\n")[2].split("@media (prefers-color-scheme:dark)")
    for part, ground in ((by_day, static_assets.PAPER), (by_night, static_assets.NIGHT)):
        for name in ("--ink:", "--soft:"):
            colour = part.partition(name)[2][:7]
            assert contrast.contrast(colour, ground) >= 7


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2026-11-23T09:30:00+00:00", "23 November 2026, 09:30 GMT"),
        ("2026-11-23T09:30:00Z", "23 November 2026, 09:30 GMT"),
        ("2026-06-01T18:05:00+01:00", "1 June 2026, 18:05 GMT+1"),
        ("2026-06-01T18:05:00+05:45", "1 June 2026, 18:05 GMT+5:45"),
        ("2026-06-01T18:05:00-03:30", "1 June 2026, 18:05 GMT−3:30"),
        ("2026-06-01T00:00:00-03:30", "1 June 2026"),
        ("2026-06-01", "1 June 2026"),
    ],
)
def test_a_date_is_told_in_words_as_the_row_has_it(iso: str, words: str) -> None:
    assert dates.in_words(iso) == words


def test_rss_has_its_own_way_with_dates() -> None:
    assert dates.for_rss("2026-11-03T09:30:00-03:30") == "Tue, 03 Nov 2026 09:30:00 -0330"


@pytest.mark.parametrize(
    ("tag", "direction"), [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("az-Arab", "rtl"), ("ur-Latn", "ltr")]
)
def test_a_language_knows_which_way_it_is_written(tag: str, direction: str) -> None:
    assert languages.direction(tag) == direction


@pytest.mark.parametrize(
    ("tag", "short"), [("en-GB", "en"), ("zh-CN", "zh-cn"), ("zh-Hant-HK", "zh-tw"), ("fil", "fil")]
)
def test_the_news_sitemap_has_short_names_for_languages(tag: str, short: str) -> None:
    assert languages.for_news_sitemap(tag) == short


@pytest.mark.parametrize(("tag", "locale"), [("en-GB", "en_GB"), ("zh-Hant-HK", "zh_HK"), ("en", None)])
def test_open_graph_wants_a_region_or_nothing(tag: str, locale: str | None) -> None:
    assert languages.for_open_graph(tag) == locale


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("/about", "/about/"),
        ("/about/?a=b#c", "/about/"),
        ("/files/plan.pdf#page=2", "/files/plan.pdf"),
        ("https://paper.example", "/"),
        ("https://paper.example/about", "/about/"),
        ("https://paper.example.evil/about", None),
        ("//elsewhere.example/about", None),
        ("mailto:desk@paper.example", None),
        ("#notes", None),
    ],
)
def test_a_link_leads_to_an_address_on_this_site_or_elsewhere(href: str, address: str | None) -> None:
    assert html_links.path_of_link(href, "https://paper.example") == address


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ('<p><a href="/dead/">x</a></p>', "<p>x</p>"),
        ('<p><a href="/dead?a=1&amp;b=2#c" title="a > b" rel="noopener"><em>x</em></a></p>', "<p><em>x</em></p>"),
        ('<a href="https://paper.example/dead">x</a>', "x"),
        ('<a href="/live/">x</a>', '<a href="/live/">x</a>'),
        ('<a data-href="/dead/">x</a>', '<a data-href="/dead/">x</a>'),
        ('<abbr title="x">y</abbr>', '<abbr title="x">y</abbr>'),
        (
            '<a href="/dead/"><img src="https://x.example/y" alt="</a><a>"></a> <a href="/live/">z</a>',
            '<img src="https://x.example/y" alt="</a><a>"> <a href="/live/">z</a>',
        ),
        ('<a href="/live/"><table><tr><td><a href="/dead/">x</a></td></tr></table></a>',
         '<a href="/live/"><table><tr><td>x</td></tr></table></a>'),
        ("a &lt;a href=&quot;/dead/&quot;&gt; b", "a &lt;a href=&quot;/dead/&quot;&gt; b"),
    ],
)  # fmt: skip
def test_a_dead_link_leaves_its_words_and_harms_nothing_around_it(body: str, left: str) -> None:
    assert html_links.unlink(body, {"/dead/"}, "https://paper.example") == left


@pytest.mark.parametrize("url", ["https://x.example/", "mailto:a@x.example", "/about/", "about/", "#top", "?page=2"])
def test_a_link_to_the_web_or_this_site_is_harmless(url: str) -> None:
    assert html_links.is_safe_url(url)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "java\nscript:x", " javascript:x", "", None]
)
def test_a_link_to_anything_else_is_not(url: str | None) -> None:
    assert not html_links.is_safe_url(url)


@given(st.text())
def test_json_can_stand_in_a_script_element_and_means_what_it_did(text: str) -> None:
    import json

    written = templating.json_text({"headline": text})
    assert json.loads(written) == {"headline": text}
    assert not set(written) & set("<>&\u2028\u2029")


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (230, 1), (231, 2), (2300, 10)])
def test_reading_takes_at_least_a_minute(words: int, minutes: int) -> None:
    assert templating.reading_minutes(words) == minutes
