"""Every kind of page passes every gate: light, whole, readable, usable by anyone, and quiet.

They are looked at in a running newsroom that publishes the sample paper, through the front that serves it as
CloudFront would. `make audit` asks the same of any newsroom that runs, and Lighthouse as well.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.chromium import FOUND, Chromium
from tests.pages import checking, gates
from tests.pages.browsing import AXE, JAVA, NU, Reader
from tests.pages.visits import Visit, furnish
from tests.running import MINISTACK, ROOT, Running

pytestmark = [
    pytest.mark.xdist_group("pages"),
    pytest.mark.skipif(not MINISTACK.exists(), reason="the local cloud is not installed: `make test` installs it"),
]
needs_chromium = pytest.mark.skipif(
    FOUND is None or not AXE.exists(), reason="there is no Chromium here (apt-get install chromium), or no axe"
)
needs_java = pytest.mark.skipif(
    JAVA is None or not NU.exists(),
    reason="there is no Java here (apt-get install default-jre-headless), or no checker",
)
SCHEMAS = ROOT.parent / "shared/tools/web-audit/xsd"


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("pages"))
    shutil.copytree(ROOT / "events/uploads", running.content)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def visits(newsroom: Running) -> list[Visit]:
    return furnish(newsroom)


def unwell(found: dict[str, gates.Wrong]) -> list[str]:
    return [
        f"{kind}: {gate}: {each}"
        for kind, by_gate in found.items()
        for gate, wrong in by_gate.items()
        for each in wrong
    ]


def test_every_kind_of_page_is_there(visits: list[Visit]) -> None:
    assert len(visits) == 28
    assert len({visit.kind for visit in visits}) == len(visits)


def test_every_page_is_whole_tells_programs_what_it_shows_and_comes_with_its_headers(
    newsroom: Running, visits: list[Visit]
) -> None:
    assert unwell(checking.by_bytes(newsroom, visits)) == []


def test_no_page_is_heavier_than_it_may_be(newsroom: Running, visits: list[Visit]) -> None:
    found = checking.weights(newsroom, visits)
    print({kind: (each.html, each.whole, each.requests) for kind, each in found.items()})
    assert [problem for kind, weight in found.items() for problem in checking.too_heavy(kind, weight)] == []
    assert checking.style(newsroom)[1] == []


@needs_chromium
def test_in_a_browser_every_page_can_be_used_by_anyone_and_asks_nothing_of_anybody_else(
    newsroom: Running, visits: list[Visit], tmp_path: Path
) -> None:
    with Chromium(tmp_path) as chromium:
        found = checking.by_browser(Reader(chromium, f"http://127.0.0.1:{newsroom.port}"), visits)
    assert unwell(found) == []


@needs_chromium
def test_without_scripts_an_article_says_and_offers_the_same(
    newsroom: Running, visits: list[Visit], tmp_path: Path
) -> None:
    (visit,) = (each for each in visits if each.kind == "article, ten comments")
    with Chromium(tmp_path) as chromium:
        reader = Reader(chromium, f"http://127.0.0.1:{newsroom.port}")
        with_, without = (gates.Page(reader.text_of(visit, scripted=scripted)) for scripted in (True, False))
    assert without.text() in with_.text().replace(" Save my name, email and website on this device", "")
    assert without.links() == with_.links()
    assert without.all("form") == with_.all("form")


@needs_java
def test_the_nu_checker_has_nothing_to_say(newsroom: Running, visits: list[Visit], tmp_path: Path) -> None:
    found = checking.by_checker(newsroom, visits, tmp_path)
    assert len(found) == len(visits) + 1
    assert [f"{kind}: {each}" for kind, said in found.items() for each in said] == []


def test_no_link_on_the_site_is_broken(newsroom: Running, visits: list[Visit]) -> None:
    pages, broken = checking.crawl(newsroom)
    assert pages > 100, visits
    assert broken == []


def test_every_feed_is_valid(newsroom: Running, visits: list[Visit]) -> None:
    found = checking.feeds(newsroom)
    assert visits
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def schemas() -> dict[str, etree.XMLSchema]:
    """The public schemas of sitemaps, which lie beside the checkout or are done without."""
    names = {"urlset": "all-local.xsd", "sitemapindex": "siteindex.xsd"}
    return {root: etree.XMLSchema(etree.parse(SCHEMAS / name)) for root, name in names.items()}


def test_every_sitemap_is_valid(newsroom: Running, visits: list[Visit]) -> None:
    assert visits
    assert {path: wrong for path, wrong in checking.sitemaps(newsroom, {}).items() if wrong} == {}


@pytest.mark.skipif(not SCHEMAS.exists(), reason="the public schemas of sitemaps do not lie beside this checkout")
def test_every_sitemap_keeps_to_the_public_schemas(newsroom: Running, visits: list[Visit]) -> None:
    assert visits
    assert {path: wrong for path, wrong in checking.sitemaps(newsroom, schemas()).items() if wrong} == {}
