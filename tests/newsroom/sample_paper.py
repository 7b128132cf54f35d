"""A small invented paper to draw pages of. Each function gives a new value that a test may change."""

from newsroom import urls
from newsroom.article import Article, Author, Entry, StaticPage, Upload
from newsroom.rendering import render
from newsroom.rendering.content import Content, RenderedPage
from newsroom.rendering.site_context import SiteContext
from newsroom.site import Site, default_site

BASE = "https://gazette.example"
DATE = "2026-11-23T09:30:00+00:00"


def a_site() -> Site:
    return {
        **default_site(BASE),
        "title": "The Harbour Gazette",
        "tagline": "News of Port Ellery",
        "language": "en-GB",
        "publisher": {"name": "Gazette Press", "logo": "https://gazette.example/logo.png"},
        "navigation": [{"title": "Islands", "url": "/section/islands/"}, {"title": "About", "url": "/about/"}],
        "footer": "4 Rope Walk, Port Ellery",
        "social": [{"title": "Mastodon", "url": "https://social.example/@gazette"}],
        "contact": "desk@gazette.example",
        "robots": ["User-agent: GreedyBot", "Disallow: /"],
    }


def an_entry(number: int = 1) -> Entry:
    return {
        "id": f"story-{number}",
        "address": f"/2026/11/story-{number}/",
        "headline": f"Ferry number {number} sails again",
        "summary": "Boats will keep running on Sundays & holidays.",
        "date": DATE,
        "updated": None,
        "section": {"slug": "islands", "name": "Islands"},
        "authors": [{"id": "ines-marlow", "name": "Ines Marlow"}],
        "tags": [{"slug": "ferries", "name": "Ferries"}],
        "image": None,
        "lang": None,
        "words": 600,
        "noindex": False,
        "leads_to": None,
        "size": 3_000,
        "digest": "",
    }


def entries(count: int) -> list[Entry]:
    return [an_entry(number) for number in range(count, 0, -1)]


def an_article() -> Article:
    return {
        **{name: value for name, value in an_entry().items() if name not in {"leads_to", "size", "digest"}},  # type: ignore[typeddict-item]
        "key": "articles/ferry.md",
        "status": "published",
        "ever_live": True,
        "standfirst": "Boats will keep running on Sundays & holidays.",
        "addresses": ["/2026/11/story-1/"],
        "body": "<p>The meeting began late, because the boat did.</p>",
        "links": [],
        "updated": "2026-11-24T08:00:00+00:00",
        "publish_at": None,
        "expires_at": None,
        "news_until": None,
        "source": {"name": "Sorrel News", "url": "https://sorrel.example/12"},
        "image": {
            "url": "https://images.example/ferry.jpg",
            "alt": "A ferry at dawn",
            "caption": "The morning boat.",
            "credit": "Ruth Adeyemi",
        },
        "corrections": [{"date": "2026-11-24", "text": "The timetable was of 1911."}],
        "comments": False,
        "biographies": {},
        "takedown": None,
    }


def an_author() -> Author:
    return {
        "id": "ines-marlow",
        "name": "Ines Marlow",
        "role": "Islands correspondent",
        "bio": "<p>Eleven years in wet shoes.</p>",
        "url": "https://ines.example/",
        "key": "authors/ines-marlow.md",
    }


def a_static_page() -> StaticPage:
    return {
        "id": "about",
        "key": "pages/about.md",
        "status": "published",
        "ever_live": True,
        "headline": "About the Gazette",
        "standfirst": "Who we are.",
        "address": "/about/",
        "addresses": ["/about/"],
        "lang": None,
        "noindex": False,
        "body": "<p>We are a small newsroom.</p>",
        "words": 5,
        "links": [],
    }


def an_upload() -> Upload:
    return {
        "key": "articles/ferry.md",
        "version": "v1",
        "verdict": "accepted",
        "kind": "article",
        "id": "story-1",
        "problems": [],
        "warnings": [],
        "at": DATE,
        "fingerprint": None,
        "predecessor": None,
        "waits_for": [],
    }


def drawn(path: str, content: Content, site: Site | None = None, edition: int = 7) -> RenderedPage:
    return render.render_page(urls.parse_path(path), content, SiteContext(site or a_site()), edition)


def text_of(path: str, content: Content, site: Site | None = None, edition: int = 7) -> str:
    return drawn(path, content, site, edition).body.decode()
