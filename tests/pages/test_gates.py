"""The gates themselves: each notices what it is there for. (What passes them is in test_pages.)"""

import json
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.chromium import FOUND, Chromium
from tests.pages import __main__ as audit
from tests.pages import checking, gates
from tests.pages.browsing import AXE, JAVA, NU, Reader, by_nu
from tests.pages.visits import Visit
from tests.replaced import replace

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
POOR = """<!doctype html><html><head><title></title><link rel="stylesheet" href="/poor.css">
<script src="https://elsewhere.example/count.js"></script><script src="/poor.js"></script></head>
<body><h2>Poor</h2><main><p class="faint">It can hardly be read, and runs off the side of the page.</p>
<p class="grey">This can be read with some effort.</p><a href="/">a</a><a href="/b">b</a>
<p inert><a href="/c">c</a></p></main></body></html>"""
STYLE = (
    ".faint{color:#ccc;width:900px} .grey{color:#767676} a{font-size:6px;display:block;width:9px} a:focus{outline:none}"
)
DROP_CAP = (
    "<!doctype html><html lang=en><title>A</title><style>p{width:20em} p{line-height:1.5} "
    "p::first-letter{initial-letter:%s}</style><main><h1>A</h1><p>" + "<em>The Harbour Post</em> is a paper. " * 9
)
SCRIPT = "console.log('told'); document.cookie = 'it=remembers'"


class Poor(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kinds = {"/poor.css": ("text/css", STYLE), "/poor.js": ("text/javascript", SCRIPT)}
        page = DROP_CAP % self.path.rpartition("/")[2] if "drop-cap" in self.path else POOR
        kind, body = kinds.get(self.path, ("text/html; charset=utf-8", page))
        self.send_response(200)
        self.send_header("content-type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def poor() -> Iterator[str]:
    """Where a page is served that passes no gate."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Poor) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.xdist_group("pages")
@pytest.mark.skipif(FOUND is None or not AXE.exists(), reason="there is no Chromium here, or no axe")
def test_a_poor_page_passes_no_gate_in_a_browser(poor: str, tmp_path: Path) -> None:
    with Chromium(tmp_path) as chromium:
        wrong = Reader(chromium, poor).look_at(Visit("poor", "/"))
    said = {gate: " ".join(found) for gate, found in wrong.items()}
    for rule in ("color-contrast", "color-contrast-enhanced", "target-size", "document-title", "html-has-lang"):
        assert rule in said["axe"]
    assert "scrolls sideways" in said["reflow"]
    for what in ("first Tab", "no ring", "no header", "no footer", 'does not lead to <a href="/c"'):
        assert what in said["keyboard"]
    for what in ("elsewhere.example", "console", "cookie"):
        assert what in said["quiet"]


@pytest.mark.xdist_group("pages")
@pytest.mark.skipif(FOUND is None or not AXE.exists(), reason="there is no Chromium here, or no axe")
@pytest.mark.parametrize("lines", [2, 3, 5])
def test_words_beside_a_drop_cap_can_be_judged_whatever_a_machines_fonts_are(
    lines: int, poor: str, tmp_path: Path
) -> None:
    with Chromium(tmp_path) as chromium:
        wrong = Reader(chromium, poor).look_at(Visit("drop cap", f"/drop-cap/{lines}"))
    assert [each for each in wrong["axe"] if "contrast" in each] == []


@pytest.mark.skipif(JAVA is None or not NU.exists(), reason="there is no Java here, or no checker")
def test_the_checker_reads_pages_and_style(tmp_path: Path) -> None:
    page, style = tmp_path / "poor.html", tmp_path / "poor.css"
    page.write_text(POOR)
    style.write_text("a{colour:red}")
    found = by_nu([page, style])
    assert found[page]
    assert found[style]


def looks(monkeypatch: pytest.MonkeyPatch, *performances: float | None) -> None:
    """Have Lighthouse find these performances one after another; None is a look that failed."""
    answers = [
        subprocess.CompletedProcess([], 1, "", "NO_NAVSTART")
        if each is None
        else subprocess.CompletedProcess(
            [], 0, json.dumps({"categories": {name: {"score": each} for name in audit.CATEGORIES}})
        )
        for each in performances
    ]
    replace(monkeypatch, "other programs", lambda *_, **__: answers.pop(0))


def test_a_look_that_lighthouse_could_not_take_is_taken_again_and_a_low_score_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks(monkeypatch, 1, None, 0.9, None, 0.8, 1)
    assert audit.scores("", Visit("home", "/"), "mobile", 3) == [90] * 4
    looks(monkeypatch, *[None] * 4, 1)
    with pytest.raises(SystemExit, match="NO_NAVSTART"):
        audit.scores("", Visit("home", "/"), "mobile", 3)


def test_headers_that_are_missing_or_weak_are_named() -> None:
    assert len(gates.headers({})) == len(gates.SAFE_HEADERS)
    weak = "default-src 'none'; script-src 'unsafe-inline'"
    assert any("unsafe" in each for each in gates.headers({"content-security-policy": weak, "set-cookie": "a=b"}))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ('<main><h1>A</h1><p onclick="x()">', "p has onclick"),
        ('<main><h1>A</h1><p style="color:red">', "p has a style of its own"),
        ("<main><h1>A</h1><script>x()</script>", "a script stands in the page"),
        ("<main><h2>A</h2>", "it has 0 first headings"),
        ("<main><h1>A</h1><h3>B</h3>", "h1 is followed by h3"),
        ("<h1>A</h1>", "main: 0"),
    ],
)
def test_a_page_with_weak_bones_is_told_of(page: str, said: str) -> None:
    assert gates.form(gates.Page(page)) == [said]


def test_a_heavy_page_is_told_of() -> None:
    assert len(checking.too_heavy("home", checking.Weight(20_000, 30_000, 9))) == 2
    assert len(checking.too_heavy("article, ten comments", checking.Weight(20_000, 30_000, 9))) == 3
    assert checking.too_heavy("tag", checking.Weight(1_000, 30_000, 9)) == []


def test_a_link_to_nowhere_and_one_to_no_place_are_told_of() -> None:
    pages = {"/": (200, '<p id="here">'), "/gone/": (410, "")}
    assert gates.broken_links(pages, ["/", "/#here"]) == []
    assert gates.broken_links(pages, ["/#there", "/gone/"]) == ["/#there names no place", "/gone/ answers 410"]


def test_feeds_that_readers_would_stumble_over_are_told_of() -> None:
    item = "<item><title>A</title><link>/a/</link><pubDate>yesterday</pubDate></item>"
    assert len(gates.rss(f'<rss version="2.0"><channel><title>T</title>{item}</channel></rss>')) == 6
    entry = "<entry><title>A</title><id>1</id><updated>2026-11-25</updated></entry>"
    told = gates.atom(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{entry}{entry}</feed>')
    assert "'1' is there twice, or empty" in told
    assert "'2026-11-25' is no date with its offset" in told
    assert len(gates.json_feed('{"items": [{"title": "A"}]}')) == 8


def test_sitemaps_that_searchers_would_refuse_are_told_of() -> None:
    opening = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    assert len(gates.sitemap(f"{opening}<url><loc>/a/</loc><lastmod>soon</lastmod></url></urlset>")) == 2
    news = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    old = "<news:title>A</news:title><news:publication_date>2026-11-01T00:00Z</news:publication_date>"
    told = gates.news_sitemap(f"{opening[:-1]} {news}><url><news:news>{old}</news:news></url></urlset>", NOW)
    assert told == ["A: it does not name its paper and language", "A: 2026-11-01T00:00Z is no news"]


def test_an_article_that_tells_programs_what_it_does_not_show_is_told_of() -> None:
    told = """<script type="application/ld+json">{"@type": "NewsArticle", "headline": "B", "datePublished": "2026",
      "dateModified": "2026", "author": [{"name": "Ann"}], "publisher": {}, "mainEntityOfPage": "/",
      "articleSection": "C", "inLanguage": "en", "wordCount": 1, "isAccessibleForFree": true, "description": "D",
      "image": ["/b.png"], "comment": [{"text": "Hm"}]}</script>"""
    assert gates.news_article("<script type='application/ld+json'>{}</script>") == ["there are 0 NewsArticles"]
    assert len(gates.news_article(f"{told}<main>A<img src='/a.png'></main>")) == 9
