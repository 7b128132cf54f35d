"""Specimens: one made-up page of each kind, to try a paper's own templates on before they are in force.

Each is as full as a page of its kind can be, so that what is slow or large shows here and not on the site.
"""

from collections.abc import Iterator

from newsroom import pages, rendering
from newsroom.article import Article, Author, Entry, StaticPage
from newsroom.comment import Doorstep, Remark, Talk
from newsroom.content import (
    Answer,
    ArchiveContent,
    ArticleContent,
    CommentsContent,
    Content,
    Drawn,
    FixedContent,
    FormError,
    ListContent,
    Moderate,
    Moderated,
    Neighbour,
    ReceiptPage,
    RedirectContent,
    ReplyContent,
    StaticContent,
    TombstoneContent,
    Unsubscribe,
)
from newsroom.site import Site

BODY = "The specimen's text stands here once."
_DATE, _ADDRESS = "2026-11-23T09:30:00+00:00", "/2026/11/specimen/"
_AUTHORS = 10
_ENTRIES, _REMARKS = 30, 75
_MONTHS = [f"{year}-{month:02}" for year in (2026, 2025) for month in range(12, 0, -1)]


def all_drawn(site: Site) -> Iterator[Drawn]:
    """Every specimen, drawn for a paper with these settings and this theme."""
    for path, content in _stored():
        yield rendering.draw(pages.read(path), content, site, 7)
    for name, context in _answered():
        yield rendering.draw_answer(name, context, site)


def _stored() -> Iterator[tuple[str, Content]]:
    entries, author, remarks, article = (
        [_entry(number) for number in range(_ENTRIES)],
        _author(0),
        _remarks(),
        _article(),
    )
    neighbour: Neighbour = {"address": _ADDRESS, "headline": "Beside it"}
    everybody = [_author(number) for number in range(_AUTHORS)]
    talk: Talk = {"approved": 3 * _REMARKS, "threads": 150, "pages": 3, "on_last": 50}
    yield _ADDRESS, ArticleContent(article, everybody, neighbour, neighbour, frozenset(), talk, remarks, 3)
    bare: Article = {**article, "standfirst": "", "image": None, "source": None, "tags": [], "authors": [],
                     "corrections": [], "updated": None, "comments": False}  # fmt: skip
    yield _ADDRESS, ArticleContent(bare, [], None, None)
    yield "/specimen/", StaticContent(_static_page())
    for entries_of in (entries, []):
        yield "/", ListContent(pages.WHOLE_PAPER, entries_of, months=_MONTHS)
        yield "/section/specimens/", ListContent("section/specimens", entries_of, "Specimens", _MONTHS)
        yield "/author/ann-0/", ListContent("author/ann-0", entries_of, "Ann 0", _MONTHS, author)
        yield "/archive/2026/11/", ListContent(pages.WHOLE_PAPER, entries_of)
    yield "/archive/", ArchiveContent(_MONTHS)
    yield "/comments/specimen/2/", CommentsContent(_doorstep(), 2, False, remarks)
    yield "/comments/specimen/reply/aa/", ReplyContent(_doorstep(), remarks[0])
    yield "/specimen/", RedirectContent(_ADDRESS)
    yield "/specimen/", TombstoneContent()
    yield "/404.html", FixedContent()


def _answered() -> Iterator[tuple[Answer, object]]:
    given = {"author": "Wim", "email": "", "url": "", "comment": "Words.", "parent": "", "notify": False}
    problems = [{"field": "author", "message": "Write your name."}]
    yield "form-error", FormError(article=_doorstep(), problems=problems, given=given)  # type: ignore[typeddict-item]
    yield "comment-receipt", ReceiptPage(
        state="held", author="Wim", url="", text="Words.", at=_DATE, headline="Specimen", address=_ADDRESS,
        post_to="/api/comments/aa", editable_until=_DATE, notice="", problems=[],
    )  # fmt: skip
    others = [{"action": "hold", "address": "/api/moderate"}]
    yield "moderate", Moderate(
        action="approve", status="held", reason="holds 2 links", author="Wim", url=None, text="Words.", at=_DATE,
        headline="Specimen", address=_ADDRESS, post_to="/api/moderate", others=others, expired=False,  # type: ignore[typeddict-item]
    )  # fmt: skip
    yield "moderated", Moderated(
        message="Done.", author="Wim", headline="Specimen", address=_ADDRESS, others=others,  # type: ignore[typeddict-item]
    )  # fmt: skip
    yield "unsubscribe", Unsubscribe(done=False, post_to="/api/unsubscribe", again="")


def _entry(number: int) -> Entry:
    return {
        "id": f"specimen-{number}", "address": f"/2026/11/specimen-{number}/", "headline": f"Specimen {number}",
        "summary": "What a specimen is about.", "date": _DATE, "updated": None,
        "section": {"slug": f"section-{number % 5}", "name": f"Section {number % 5}"},
        "authors": [{"id": "ann-0", "name": "Ann 0"}], "tags": [{"slug": "tag", "name": "Tag"}],
        "image": {"url": "https://images.example/a.jpg", "alt": "A picture", "caption": "", "credit": ""},
        "lang": None, "words": 600, "noindex": False,
    }  # fmt: skip


def _article() -> Article:
    return {
        **_entry(0), "key": "articles/specimen.md", "status": "published", "ever_live": True,
        "address": _ADDRESS, "addresses": [_ADDRESS], "standfirst": "What a specimen is about.",
        "body": f"<p>{BODY}</p>", "links": [], "updated": _DATE, "publish_at": None, "expires_at": None,
        "news_until": None, "source": {"name": "Elsewhere", "url": "https://elsewhere.example/"},
        "authors": [{"id": f"ann-{number}", "name": f"Ann {number}"} for number in range(_AUTHORS)],
        "tags": [{"slug": f"tag-{number}", "name": f"Tag {number}"} for number in range(20)],
        "image": {"url": "https://images.example/a.jpg", "alt": "A picture", "caption": "Of it.", "credit": "Ruth"},
        "corrections": [{"date": "2026-11-24", "text": "It was otherwise."}] * 50, "comments": True,
        "biographies": {}, "takedown": None,
    }  # fmt: skip


def _static_page() -> StaticPage:
    return {
        "id": "specimen", "key": "pages/specimen.md", "status": "published", "ever_live": True, "headline": "Specimen",
        "standfirst": "What it is about.", "address": "/specimen/", "addresses": ["/specimen/"], "lang": None,
        "noindex": False, "body": f"<p>{BODY}</p>", "words": 7, "links": [],
    }  # fmt: skip


def _author(number: int) -> Author:
    return {"id": f"ann-{number}", "name": f"Ann {number}", "role": "Writer", "bio": "<p>Writes.</p>",
            "url": "https://ann.example/", "key": "authors/ann.md"}  # fmt: skip


def _doorstep() -> Doorstep:
    return {"id": "specimen", "open": True, "address": _ADDRESS, "headline": "Specimen", "lang": None, "noindex": False}


def _remarks() -> list[Remark]:
    return [
        {
            "id": f"{number:024x}", "article": "specimen", "parent": f"{number - 1:024x}" if number % 3 == 2 else None,
            "depth": 2 if number % 3 == 2 else 1, "page": 1, "author": f"Reader {number}",
            "url": "https://reader.example/", "text": "Words.\n\nAnd more of them.", "at": _DATE, "edited_at": _DATE,
            "gone": False, "staff": False, "answers_on": None,
        }
        for number in range(_REMARKS)
    ]  # fmt: skip
