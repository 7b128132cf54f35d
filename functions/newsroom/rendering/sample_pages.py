"""Sample pages: one invented page of each kind, to test a paper's own templates before they go live.

Each is as full as a page of its kind can be, so that slow or large templates are found here and not on the site.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from newsroom import urls
from newsroom.article import Article, Author, Entry, Source, StaticPage
from newsroom.comment import CommentTarget, PublicComment, ThreadCounter
from newsroom.rendering import render
from newsroom.rendering.content import (
    ArchiveContent,
    ArticleContent,
    CommentsContent,
    Content,
    FixedContent,
    ListContent,
    Neighbour,
    RedirectContent,
    RenderedPage,
    ReplyContent,
    StaticContent,
    TombstoneContent,
)
from newsroom.rendering.site_context import SiteContext
from newsroom.rendering.theme_safety import CANARY
from newsroom.site import Site

BODY = "The specimen's text stands here once."
_CODE = f'<{CANARY}>of a writer</{CANARY}>" {CANARY}=3'
_SUMMARY = f"What a specimen is about. {_CODE}"
_DATE, _ADDRESS = "2026-11-23T09:30:00+00:00", "/2026/11/specimen/"
_AUTHORS = 10
_ENTRIES, _COMMENTS = 30, 75
_MONTHS = [f"{year}-{month:02}" for year in (2026, 2025) for month in range(12, 0, -1)]


@dataclass(frozen=True, slots=True)
class ReaderTexts:
    """The readers' texts in a sample. Each field holds characters that become an element and attributes if a page
    does not escape them."""

    author: str
    url: str
    text: str
    link: str  # an address within the text

    @classmethod
    def of(cls, name: str) -> "ReaderTexts":
        code = f"{CANARY} <{CANARY}>{name}</{CANARY}>\" {CANARY}=1 ' {CANARY}=2 `>"
        link = f"https://{name}.example/{CANARY}"
        return cls(f"{name} {code}", f"https://{name}-reader.example/{CANARY}/", f"{name} {code}\n\nSee {link}", link)

    @property
    def links(self) -> frozenset[str]:
        """The addresses from the readers, which a page may link to."""
        return frozenset({self.url, self.link})


def rendered_samples(site: Site, words: ReaderTexts) -> Iterator[RenderedPage]:
    """Render every sample of a stored page with the paper's settings and theme."""
    site_context = SiteContext(site)
    for path, content in _stored(words):
        yield render.render_page(urls.parse_path(path), content, site_context, 7)


def _stored(words: ReaderTexts) -> Iterator[tuple[str, Content]]:
    article, target, comments = _article(), _comment_target(), _comments(words)
    yield from _articles(article, comments)
    yield "/specimen/", StaticContent(_static_page())
    for entries in ([_entry(number) for number in range(_ENTRIES)], []):
        yield "/", ListContent(urls.WHOLE_SITE, entries, months=_MONTHS)
        yield "/section/specimens/", ListContent("section/specimens", entries, "Specimens", _MONTHS)
        yield "/author/ann-0/", ListContent("author/ann-0", entries, "Ann 0", _MONTHS, _author(0))
        yield "/archive/2026/11/", ListContent(urls.WHOLE_SITE, entries)
    yield "/archive/", ArchiveContent(_MONTHS)
    yield "/comments/specimen/2/", CommentsContent(target, 2, False, comments)
    yield "/comments/specimen/reply/aa/", ReplyContent(target, comments[0])
    yield "/specimen/", RedirectContent(_ADDRESS)
    yield "/specimen/", TombstoneContent()
    yield "/404.html", FixedContent()


def _articles(article: Article, comments: list[PublicComment]) -> Iterator[tuple[str, Content]]:
    """Yield an article with everything, one with only a body, and one without a body."""
    neighbour: Neighbour = {"address": _ADDRESS, "headline": "Beside it"}
    authors = [_author(number) for number in range(_AUTHORS)]
    counter: ThreadCounter = {"approved": 3 * _COMMENTS, "threads": 150, "pages": 3, "on_last": 50}
    yield _ADDRESS, ArticleContent(article, authors, neighbour, neighbour, frozenset(), counter, comments, 3)
    bare: Article = {
        **article,
        "standfirst": "",
        "image": None,
        "source": None,
        "tags": [],
        "authors": [],
        "corrections": [],
        "updated": None,
        "comments": False,
    }
    yield _ADDRESS, ArticleContent(bare, [], None, None)
    yield _ADDRESS, ArticleContent({**article, "body": "", "words": 0}, [], None, None)


def _entry(number: int) -> Entry:
    """Return an entry of a list; every seventh is a link post."""
    source: Source = {"name": "Elsewhere", "url": "https://elsewhere.example/"}
    return {
        "id": f"specimen-{number}",
        "address": f"/2026/11/specimen-{number}/",
        "headline": f"Specimen {number} {_CODE}",
        "summary": _SUMMARY,
        "date": _DATE,
        "updated": None,
        "section": {"slug": f"section-{number % 5}", "name": f"Section {number % 5}"},
        "authors": [{"id": "ann-0", "name": "Ann 0"}],
        "tags": [{"slug": "tag", "name": "Tag"}],
        "image": {"url": "https://images.example/a.jpg", "alt": "A picture", "caption": "", "credit": ""},
        "lang": None,
        "words": 600,
        "noindex": False,
        "leads_to": source if number % 7 == 3 else None,
        "size": 3_000,
        "digest": "",
    }


def _article() -> Article:
    return {
        "id": "specimen-0",
        "key": "articles/specimen.md",
        "status": "published",
        "ever_live": True,
        "headline": f"Specimen 0 {_CODE}",
        "standfirst": "What a specimen is about.",
        "summary": _SUMMARY,
        "address": _ADDRESS,
        "addresses": [_ADDRESS],
        "lang": None,
        "noindex": False,
        "body": f"<p>{BODY}</p>",
        "words": 600,
        "links": [],
        "date": _DATE,
        "updated": _DATE,
        "publish_at": None,
        "expires_at": None,
        "news_until": None,
        "section": {"slug": "section-0", "name": "Section 0"},
        "tags": [{"slug": f"tag-{number}", "name": f"Tag {number}"} for number in range(20)],
        "authors": [{"id": f"ann-{number}", "name": f"Ann {number}"} for number in range(_AUTHORS)],
        "source": {"name": "Elsewhere", "url": "https://elsewhere.example/"},
        "image": {"url": "https://images.example/a.jpg", "alt": "A picture", "caption": "Of it.", "credit": "Ruth"},
        "corrections": [{"date": "2026-11-24", "text": "It was otherwise."}] * 50,
        "comments": True,
        "biographies": {},
        "takedown": None,
    }


def _static_page() -> StaticPage:
    return {
        "id": "specimen",
        "key": "pages/specimen.md",
        "status": "published",
        "ever_live": True,
        "headline": "Specimen",
        "standfirst": "What it is about.",
        "address": "/specimen/",
        "addresses": ["/specimen/"],
        "lang": None,
        "noindex": False,
        "body": f"<p>{BODY}</p>",
        "words": 7,
        "links": [],
    }


def _author(number: int) -> Author:
    return {
        "id": f"ann-{number}",
        "name": f"Ann {number}",
        "role": "Writer",
        "bio": "<p>Writes.</p>",
        "url": "https://ann.example/",
        "key": "authors/ann.md",
    }


def _comment_target() -> CommentTarget:
    return {"id": "specimen", "open": True, "address": _ADDRESS, "headline": "Specimen", "lang": None, "noindex": False}


def _comments(words: ReaderTexts) -> list[PublicComment]:
    """Return a page of comments; every third replies to the one before it."""
    return [_comment(number, words, is_reply=number % 3 == 2) for number in range(_COMMENTS)]


def _comment(number: int, words: ReaderTexts, is_reply: bool) -> PublicComment:
    return {
        "id": f"{number:024x}",
        "article": "specimen",
        "parent": f"{number - 1:024x}" if is_reply else None,
        "depth": 2 if is_reply else 1,
        "page": 1,
        "author": f"{words.author} {number}",
        "url": words.url,
        "text": words.text,
        "at": _DATE,
        "edited_at": _DATE,
        "gone": False,
        "staff": False,
        "answers_on": None,
    }
