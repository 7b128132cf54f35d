"""All gates on all kinds of page of a running newsroom, as `make test` and `make audit` ask for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote, urldefrag

from tests.pages import gates
from tests.pages.browsing import Reader, by_nu
from tests.pages.gates import Wrong
from tests.pages.visits import Visit
from tests.running import Running

FEEDS = {"/feed.xml": gates.rss, "/atom.xml": gates.atom, "/feed.json": gates.json_feed}
LISTS_WITH_FEEDS = ("", "/section/audit", "/author/ada-marlow")
COMMENT_FEEDS = ("/comments/feed.xml", "/comments/audit-lively/feed.xml")
MOST_PAGES = 2_000  # of a crawl


@dataclass(frozen=True, slots=True)
class Weight:
    """What a page takes on its way, packed: its own bytes, and those of all it needs."""

    html: int
    whole: int
    requests: int


def by_bytes(newsroom: Running, visits: list[Visit]) -> dict[str, Wrong]:
    """The gates that need no browser, by kind of page."""
    found: dict[str, Wrong] = {}
    for visit in visits:
        answer, text = visit.answer(newsroom)
        given = {name.lower(): value for name, value in answer.getheaders()}
        found[visit.kind] = {
            "headers": gates.headers(given),
            "form": gates.form(gates.Page(text)),
            "data": gates.news_article(text) if visit.kind.startswith(("article", "long")) else [],
            "status": [] if answer.status == visit.status else [f"it answers {answer.status}"],
        }
    return found


def weights(newsroom: Running, visits: list[Visit]) -> dict[str, Weight]:
    """What each page takes, by its kind: the page, its style and its script; icons are not for reading."""
    found = {}
    for visit in visits:
        text = visit.answer(newsroom)[1]
        page = gates.Page(text)
        needed = [it["href"] for it in page.all("link") if it.get("rel") == "stylesheet"]
        needed += [it["src"] for it in page.all("script", "img") if it.get("src")]
        html = gates.packed(text)
        whole = html + sum(gates.packed(newsroom.get(path)[1]) for path in needed)
        found[visit.kind] = Weight(html, whole, 1 + len(needed))
    return found


def too_heavy(kind: str, weight: Weight) -> list[str]:
    """Which bound a page breaks."""
    bounds = {"its HTML": (weight.html, gates.MOST_HTML)}
    if kind == "home":
        bounds["the home page"] = (weight.whole, gates.MOST_HOME)
    if kind == "article, ten comments":
        bounds["all of it"] = (weight.whole, gates.MOST_ARTICLE)
        bounds["the number of requests"] = (weight.requests, gates.MOST_REQUESTS)
    return [f"{name} is {is_:,}, and {most:,} is the most" for name, (is_, most) in bounds.items() if is_ > most]


def by_browser(reader: Reader, visits: list[Visit]) -> dict[str, Wrong]:
    """The gates that need a browser, by kind of page; a redirect is never shown."""
    return {visit.kind: reader.look_at(visit) for visit in visits if visit.status != 301}


def by_checker(newsroom: Running, visits: list[Visit], folder: Path) -> Wrong:
    """What the Nu checker says, by kind of page; and of the style under its own name."""
    files = {}
    for number, visit in enumerate(visits):
        text = visit.answer(newsroom)[1]
        files[folder / f"{number}.html"] = visit.kind
        (folder / f"{number}.html").write_text(text, encoding="utf-8")
    style = style_of(newsroom)
    (folder / "style.css").write_text(newsroom.get(style)[1], encoding="utf-8")
    files[folder / "style.css"] = "style"
    return {files[path]: said for path, said in by_nu(files).items()}


def style(newsroom: Running) -> tuple[int, list[str]]:
    """What the paper's style takes on its way, packed; and the bound it breaks."""
    bytes_ = gates.packed(newsroom.get(style_of(newsroom))[1])
    return bytes_, [f"the style is {bytes_:,}, and {gates.MOST_CSS:,} is the most"] if bytes_ > gates.MOST_CSS else []


def style_of(newsroom: Running) -> str:
    """Where the paper's style is."""
    links = gates.Page(newsroom.get("/")[1]).all("link")
    return next(link["href"] for link in links if link.get("rel") == "stylesheet")


def crawl(newsroom: Running) -> tuple[int, list[str]]:
    """Follow every link on the site from the front page; how many pages there are, and the links that are broken."""
    base = f"http://127.0.0.1:{newsroom.port}"
    pages: dict[str, tuple[int, str]] = {}
    asked: dict[str, str] = {}  # each link, and a page that has it
    ahead = ["/"]
    while ahead and len(pages) < MOST_PAGES:
        path = ahead.pop()
        if path in pages:
            continue
        answer, text = newsroom.get(_written(path))
        if answer.status in {301, 308}:
            text = ""
            ahead.append(urldefrag(gates.on_site(base, answer.headers["location"]) or "/").url)
        pages[path] = (answer.status, text)
        if "text/html" in answer.headers.get("content-type", "") and answer.status < 400:
            for link in gates.Page(text).links():
                there = gates.on_site(base + path, link)
                if there and not there.startswith("/api/"):
                    asked.setdefault(there, path)
                    ahead.append(urldefrag(there).url)
    assert len(pages) < MOST_PAGES
    return len(pages), [f"{each} (on {asked[each.split(' ')[0]]})" for each in gates.broken_links(pages, asked)]


def _written(path: str) -> str:
    return quote(unquote(path), safe="/?=&%:@!$'()*+,;~")


def feeds(newsroom: Running) -> Wrong:
    """What is wrong with each feed."""
    found = {}
    for start in LISTS_WITH_FEEDS:
        for name, gate in FEEDS.items():
            found[start + name] = gate(newsroom.get(start + name)[1])
    for path in COMMENT_FEEDS:
        found[path] = gates.rss(newsroom.get(path)[1])
    return found


def sitemaps(newsroom: Running, schemas: Mapping[str, object]) -> Wrong:
    """What is wrong with each sitemap. schemas: `urlset` and `sitemapindex`, where they are at hand."""
    index = newsroom.get("/sitemap.xml")[1]
    found = {"/sitemap.xml": gates.sitemap(index, schemas.get("sitemapindex"))}  # type: ignore[arg-type]
    base = f"http://127.0.0.1:{newsroom.port}"
    for place in gates.places(index):
        path = gates.on_site(base, place) or ""
        found[path or place] = gates.sitemap(newsroom.get(path)[1], schemas.get("urlset"))  # type: ignore[arg-type]
    news = newsroom.get("/news-sitemap.xml")[1]
    found["/news-sitemap.xml"] = gates.sitemap(news, schemas.get("urlset")) + gates.news_sitemap(
        news, datetime.now(UTC)
    )  # type: ignore[arg-type]
    return found
