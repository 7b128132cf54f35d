"""The front page and the heads of articles, measured in a browser: however much or little there is to show."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from newsroom import urls
from newsroom.rendering import render
from newsroom.rendering.content import ArticleContent, Content, ListContent
from newsroom.rendering.site_context import SiteContext
from tests.chromium import FOUND, Chromium
from tests.newsroom.sample_paper import a_site, an_article, an_entry

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(FOUND is None, reason="there is no Chromium here: apt-get install chromium"),
]

HEIGHT = 900
SPREAD = """(() => {
  const edge = (element) => element.getBoundingClientRect()
  const main = edge(document.querySelector("main"))
  const rows = (selector) => [...document.querySelectorAll(selector)].map(edge)
  const reach = (boxes) =>
    (Math.max(...boxes.map((it) => it.right)) - Math.min(...boxes.map((it) => it.left))) / main.width
  return {top: reach(rows(".top .story")), desks: rows(".desks li").length ? reach(rows(".desks li")) : null,
          sideways: document.documentElement.scrollWidth - innerWidth}
})()"""
LINES = """(() => {
  const first = document.querySelector(".body > p")
  return {lines: Math.round(first.clientHeight / parseFloat(getComputedStyle(first).lineHeight)),
          initial: getComputedStyle(first, "::first-letter").initialLetter}
})()"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("profile")) as found:
        yield found


def measured(browser: Chromium, path: str, content: Content, width: int, script: str) -> Any:
    page = render.render_page(urls.parse_path(path), content, SiteContext(a_site()), 1).body.decode()
    style = SiteContext(a_site()).stylesheet
    dressed = page.replace("</head>", f"<style>{style.body.decode()}</style></head>")
    browser.ask("Emulation.setDeviceMetricsOverride", width=width, height=HEIGHT, deviceScaleFactor=1, mobile=False)
    frame = browser.ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
    browser.ask("Page.setDocumentContent", frameId=frame, html=dressed)
    return browser.run(script)


def front(articles: int, sections: int, links: bool = False) -> ListContent:
    entries: Any = []
    source = {"name": "Sorrel News", "url": "https://sorrel.example/"} if links else None
    for number in range(min(articles, urls.NEWEST)):
        name = f"Section {number % sections}"
        section = {"slug": name.lower().replace(" ", "-"), "name": name}
        entries.append({**an_entry(number), "section": section, "leads_to": source})
    return ListContent(urls.WHOLE_SITE, entries)


@pytest.mark.parametrize("width", [1200, 800, 390])
@pytest.mark.parametrize("sections", [1, 2, 3, 6])
@pytest.mark.parametrize("articles", [1, 2, 3, 4, 10, 40])
def test_a_front_fills_its_width_with_one_section_or_many(
    browser: Chromium, articles: int, sections: int, width: int
) -> None:
    found = measured(browser, "/", front(articles, sections, links=articles == 10), width, SPREAD)
    assert found["sideways"] <= 0
    assert found["top"] > 0.85, json.dumps(found)
    if articles >= 10:
        assert found["desks"] > 0.9, json.dumps(found)


NARROW = "Illicit " + "it is ill, I tell it, " * 9


@pytest.mark.parametrize("width", [1200, 700, 390])
@pytest.mark.parametrize("after", ["<h2>Next</h2>", "<ul><li>Next</li></ul>", "<p>Next.</p>"])
def test_an_initial_of_three_lines_stands_beside_its_own_paragraph_alone(
    browser: Chromium, after: str, width: int
) -> None:
    for text, has in ((NARROW, True), ("One line.", False), (f"2026 {NARROW}", False)):
        article: Any = {**an_article(), "image": None, "body": f"<p>{text}</p>{after}"}
        found = measured(browser, article["address"], ArticleContent(article, [], None, None), width, LINES)
        assert found["initial"].startswith("3") == has, found
        assert not has or found["lines"] >= 3, found
