"""A whole paper printed from hostile strings: each of them in every field, drawn on every kind of page."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from newsroom import urls
from newsroom.article import Article, Author, Entry, StaticPage, Upload
from newsroom.comment import Comment, CommentTarget, FeedComment, PublicComment
from newsroom.comments import notifications, submissions
from newsroom.comments.notifications import Mail
from newsroom.comments.submissions import Submission
from newsroom.errors import Problem, Rejected
from newsroom.publishing import article_states
from newsroom.publishing.index_rows import entry_of
from newsroom.rendering import render
from newsroom.rendering.content import (
    ArchiveContent,
    ArticleContent,
    CommentFeedContent,
    CommentsContent,
    Content,
    FixedContent,
    ListContent,
    PagesSitemapContent,
    ReceiptContent,
    RedirectContent,
    ReplyContent,
    SecurityContent,
    SitemapContent,
    StaticContent,
    TombstoneContent,
)
from newsroom.rendering.site_context import SiteContext
from newsroom.rendering.static_assets import Asset
from newsroom.site import Site, site_of
from newsroom.uploads import parser
from newsroom.uploads.parsed import ParsedArticle, ParsedAuthor, ParsedPage, ParsedSite
from tests.newsroom import sample_paper

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AT = "2026-11-23T09:30:00.000+00:00"
GOOD = {"title": "Ferry sails", "date": "2026-11-20"}
IMAGE = "https://images.example/ferry.jpg"

ARTICLE_FIELDS: dict[str, Callable[[str], dict[str, Any]]] = {
    **{name: lambda said, name=name: {name: said} for name in (
        "title", "headline", "standfirst", "section", "tags", "authors", "source", "source_url", "image", "lang", "slug", "id", "date",
        "updated", "publish_at", "expires_at", "aliases", "comments", "noindex", "draft", "mood", "corrections", "permalink",
    )},
    "a list of tags": lambda said: {"tags": [said, "ferry"]},
    "a list of authors": lambda said: {"authors": [said, {"name": said, "id": "ann"}]},
    "a source with its address": lambda said: {"source": {"name": said, "url": said}},
    "an image as a mapping": lambda said: {"image": {"url": said, "alt": said}},
    "the words of an image": lambda said: {"image": IMAGE, "image_alt": said, "image_caption": said, "image_credit": said},
    "a correction": lambda said: {"corrections": [{"date": "2026-11-23", "text": said}]},
    "a field's name": lambda said: {said: "x"},
}  # fmt: skip
SITE_FIELDS: dict[str, Callable[[str], dict[str, Any]]] = {
    **{name: lambda said, name=name: {name: said} for name in (
        "title", "tagline", "base_url", "language", "timezone", "permalink", "description", "publisher", "navigation", "footer", "accent", "social",
        "contact", "robots", "comments", "mood",
    )},
    "a publisher": lambda said: {"publisher": {"name": said}},
    "a logo": lambda said: {"publisher": {"logo": said}},
    "a link's title": lambda said: {"navigation": [{"title": said, "url": "/about/"}], "social": [{"title": said, "url": "https://a.example"}]},
    "a link's address": lambda said: {"navigation": [{"title": "x", "url": said}]},
    "a social address": lambda said: {"social": [{"title": "x", "url": said}]},
    "a line for robots": lambda said: {"robots": [said]},
    "words to hold": lambda said: {"comments": {"hold_words": [said]}},
    "whom to notify": lambda said: {"comments": {"notify": said}},
}  # fmt: skip
AUTHOR_FIELDS = ("name", "role", "bio", "url", "id", "mood")
KEYS = ("articles/{}.md", "articles/{}.txt", "authors/{}.md", "pages/{}.md")


@dataclass
class Printed:
    """What came of the hostile strings: pages by a name of their own, mails, and how many were tried."""

    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # content type and body
    mails: list[Mail] = field(default_factory=list)
    tried: Counter[str] = field(default_factory=Counter)  # inputs taken and refused
    images: set[str] = field(default_factory=set)  # addresses that articles were allowed to show
    assets: dict[str, Asset] = field(default_factory=dict)  # of papers with settings of their own

    def draw(self, name: str, path: str, content: Content, site: Site) -> None:
        drawn = render.render_page(urls.parse_path(path), content, SiteContext(site), 7)
        self.pages[f"{name} {path}"] = (drawn.content_type, drawn.body)

    def read(self, key: str, raw: bytes, site: Site) -> parser.ParsedUpload | None:
        """The manuscript of a file, or None and its receipt where it is refused."""
        try:
            read = parser.parse(key, raw, site)
        except Rejected as rejected:
            self.tried["refused"] += 1
            self.receipts(key, rejected.problems, site)
            return None
        self.tried["taken"] += 1
        self.receipts(key, read.warnings, site)
        return read

    def receipts(self, key: str, said: list[Problem], site: Site) -> None:
        if not said:
            return
        upload: Upload = {
            **sample_paper.an_upload(),
            "key": key,
            "verdict": "rejected",
            "problems": said,
            "warnings": said,
        }
        drawn = render.render_page(
            urls.parse_path(urls.receipt_path("x")), ReceiptContent(upload, None), SiteContext(site), 7
        )
        self.pages[f"receipt {len(self.pages)}"] = (drawn.content_type, drawn.body)


def front(values: dict[str, Any], body: str) -> bytes:
    return f"---\n{json.dumps(values, ensure_ascii=False)}\n---\n{body}\n".encode(errors="replace")


def print_all(vectors: Sequence[str]) -> Printed:
    """Every page there is, with each vector in every field that can reach it."""
    printed, site = Printed(), sample_paper.a_site()
    articles = [print_article(printed, number, said, site) for number, said in enumerate(vectors)]
    authors = [author for said in vectors for author in read_authors(printed, said, site)]
    texts = [text for number, said in enumerate(vectors) for text in read_pages(printed, number, said, site)]
    remarks = [remark for number, said in enumerate(vectors) for remark in comments(printed, number, said, site)]
    print_lists(printed, articles, authors, site)
    print_discussion(printed, articles, remarks, site)
    for number, text in enumerate(texts):
        printed.draw(f"static {number}", "/about/", StaticContent(text), site)
    for number, said in enumerate(vectors):
        print_settings(printed, number, said, articles[:3])
        print_answers(printed, number, said, site)
        for key in KEYS:
            printed.read(key.format(said), front(GOOD, "Text."), site)
    return printed


def print_article(printed: Printed, number: int, said: str, site: Site) -> Article:
    """One article that has the vector in every field which takes it, and in its body in every form."""
    good = _article(cast(ParsedArticle, parser.parse("articles/ferry.md", front(GOOD, "Text."), site)), site)
    merged = dict(good)
    for values in ARTICLE_FIELDS.values():
        read = printed.read("articles/ferry.md", front({**GOOD, **values(said)}, "Text."), site)
        if isinstance(read, ParsedArticle):
            merged |= {name: value for name, value in _article(read, site).items() if value != good[name]}  # type: ignore[literal-required]
    bodies = []
    for kind, before in (
        ("md", "---\ntitle: Ferry\n---\nText. "),
        ("md", "---\ntitle: Ferry\n---\n"),
        ("html", "---\ntitle: Ferry\n---\n<p>Text.</p>"),
        ("html", ""),
        ("txt", "Ferry\n\nLine\n\nText.\n\n"),
        ("txt", ""),
    ):
        read = printed.read(f"articles/ferry.{kind}", (before + said + "\n\nMore.\n").encode(errors="replace"), site)
        if isinstance(read, ParsedArticle):
            bodies.append(read.body)
            merged["biography"] = "".join(read.biographies.values())
    toml = printed.read(
        "articles/ferry.md", f"+++\ntitle = {json.dumps(said)}\n+++\nText.\n".encode(errors="replace"), site
    )
    author: Author = {**sample_paper.an_author(), "bio": str(merged.pop("biography", ""))}
    article = cast(Article, {**merged, "status": "published", "id": f"story-{number}", "body": "\n".join(bodies) or "<p>Text.</p>", "comments": True,
                             "address": f"/2026/11/story-{number}/"})  # fmt: skip
    if isinstance(toml, ParsedArticle):
        article["headline"] = toml.headline
    if article["image"]:
        printed.images.add(article["image"]["url"])
    neighbour = {"address": "/2026/11/x/", "headline": said}
    printed.draw(
        "article",
        article["address"],
        ArticleContent(article, [author], cast(Any, neighbour), cast(Any, neighbour)),
        site,
    )
    unread = raw(article, said)
    printed.draw(
        f"unread article {number}",
        article["address"],
        ArticleContent(unread, [{**author, "name": said, "role": said}], None, None),
        site,
    )
    return article


def raw(article: Article, said: str) -> Article:
    """The article as if no reading had looked at its words: whatever the table holds must be drawn safely."""
    term = {"slug": "x", "name": said}
    return cast(Article, {
        **article, "headline": said, "standfirst": said, "summary": said, "section": term, "tags": [term], "authors": [{"id": "x", "name": said}],
        "source": {"name": said, "url": said}, "image": {"url": IMAGE, "alt": said, "caption": said, "credit": said}, "lang": said or None,
        "corrections": [{"date": "2026-11-23", "text": said}],
    })  # fmt: skip


def _article(read: ParsedArticle, site: Site) -> Article:
    return article_states.edit_article(read, None, NOW, NOW, site)


def read_authors(printed: Printed, said: str, site: Site) -> Iterator[Author]:
    for name in AUTHOR_FIELDS:
        read = printed.read("authors/ann.md", front({"name": "Ann", name: said}, "" if name == "bio" else said), site)
        if isinstance(read, ParsedAuthor):
            yield {
                "id": read.id,
                "name": read.name,
                "role": read.role,
                "bio": read.bio,
                "url": read.url,
                "key": read.key,
            }


def read_pages(printed: Printed, number: int, said: str, site: Site) -> Iterator[StaticPage]:
    for values in (
        {"title": said},
        {"title": "About", "standfirst": said, "aliases": [said], "mood": said},
        {"title": "About", "lang": said},
        {"title": "About", "slug": said},
    ):
        read = printed.read("pages/about.md", front(values, said), site)
        if isinstance(read, ParsedPage):
            yield {**article_states.edit_page(read, None, NOW), "address": "/about/", "id": f"about-{number}"}


def comments(printed: Printed, number: int, said: str, site: Site) -> Iterator[PublicComment]:
    """The vector as a commenter's name, address, words and mail address, as far as each is taken, and as no check saw it."""
    good = {"author": "Wim", "email": "wim@reader.example", "url": "", "comment": "Well said."}
    for place, name in enumerate(("author", "email", "url", "comment", "parent")):
        fields = {**good, name: said}
        try:
            sent = submissions.validate(fields, Submission)
        except submissions.InvalidForm as refusal:
            printed.tried["refused"] += 1
            error = {
                "article": doorstep("Ferry"),
                "problems": refusal.problems,
                "given": submissions.form_values(fields),
            }
            printed.pages[f"422 {number} {name}"] = ("text/html", render.render_response("form-error", error, site))
            continue
        printed.tried["taken"] += 1
        yield remark(f"{number}a{place}", sent.author, sent.url, sent.comment)
    with suppress(UnicodeEncodeError):
        said.encode()
        yield remark(f"{number}b", said, said, said)


def remark(id: str, author: str, url: str | None, text: str) -> PublicComment:
    return {
        "id": id,
        "article": "ferry",
        "parent": None,
        "depth": 1,
        "page": 1,
        "author": author,
        "url": url,
        "text": text,
        "at": AT,
        "edited_at": AT,
        "gone": False,
    }


def doorstep(headline: str) -> CommentTarget:
    return {
        "id": "ferry",
        "open": True,
        "address": "/2026/11/ferry/",
        "headline": headline,
        "lang": None,
        "noindex": False,
    }


def listing(article: Article) -> Entry:
    """Its entry, as a link post's, so that its source is shown as well."""
    return {**entry_of(article), "leads_to": article["source"]}


def print_lists(printed: Printed, articles: Sequence[Article], authors: Sequence[Author], site: Site) -> None:
    listed = [listing(article) for article in articles]
    listed += [listing(raw(article, article["headline"])) for article in articles[:50]]
    months = ["2026-11", "2026-10"]
    for start in range(0, len(listed), urls.NEWEST):
        entries = listed[start : start + urls.NEWEST]
        for path in ("/", "/feed.xml", "/atom.xml", "/feed.json", "/archive/2026/11/"):
            printed.draw(f"list {start}", path, ListContent("all", entries, months=months), site)
        printed.draw(f"list {start}", "/sitemaps/2026-11.xml", SitemapContent(entries), site)
        printed.draw(f"list {start}", "/news-sitemap.xml", SitemapContent(entries), site)
        for entry in entries:
            name = entry["section"]["name"]
            for path in (
                "/section/x/",
                "/section/x/feed.xml",
                "/section/x/atom.xml",
                "/section/x/feed.json",
                "/section/x/2026/11/",
                "/tag/x/",
            ):
                list_name = path.split("/")[1] + "/x"
                printed.draw(f"list of {entry['id']}", path, ListContent(list_name, [entry], name, months), site)
    for number, author in enumerate(authors):
        printed.draw(
            f"author {number}",
            "/author/ann/",
            ListContent("author/ann", listed[:2], author["name"], months, author),
            site,
        )
    printed.draw("archive", "/archive/", ArchiveContent(months), site)
    printed.draw("sitemap", "/sitemap.xml", ArchiveContent(months), site)
    addresses = [address for article in articles for address in article["addresses"]]
    printed.draw("static", "/sitemaps/pages.xml", PagesSitemapContent(addresses), site)
    for number, address in enumerate(dict.fromkeys(addresses)):
        printed.draw(f"redirect {number}", address, RedirectContent(address), site)
    printed.draw("gone", "/gone/", TombstoneContent(), site)


def print_discussion(
    printed: Printed, articles: Sequence[Article], remarks: Sequence[PublicComment], site: Site
) -> None:
    first = articles[0]
    talk = {"approved": len(remarks), "threads": len(remarks), "pages": 2, "on_last": 1}
    for start in range(0, len(remarks), 200):
        some = remarks[start : start + 200]
        replies = [{**each, "id": f"{each['id']}c", "parent": each["id"], "depth": 2} for each in some[::4]]
        both = cast(list[PublicComment], [*some, *replies])
        printed.draw(
            f"discussion {start}",
            first["address"],
            ArticleContent(first, [], None, None, talk=cast(Any, talk), remarks=both, comment_pages=2),
            site,
        )
        printed.draw(
            f"discussion {start}", "/comments/ferry/2/", CommentsContent(doorstep(some[0]["text"]), 2, True, both), site
        )
        said = [
            cast(FeedComment, {**each, "headline": each["text"][:200], "address": "/2026/11/ferry/#comment-x"})
            for each in some
        ]
        printed.draw(f"discussion {start}", "/comments/feed.xml", CommentFeedContent(None, said), site)
        printed.draw(
            f"discussion {start}", "/comments/ferry/feed.xml", CommentFeedContent(doorstep(some[0]["text"]), said), site
        )
    for each in remarks:
        printed.draw(
            f"reply {each['id']}", "/comments/ferry/reply/x/", ReplyContent(doorstep(each["text"][:300]), each), site
        )


def print_settings(printed: Printed, number: int, said: str, articles: Sequence[Article]) -> None:
    """The paper itself, its site.yaml holding the vector wherever it is taken."""
    merged: dict[str, Any] = {}
    for values in SITE_FIELDS.values():
        read = printed.read(
            "site.yaml", json.dumps(values(said), ensure_ascii=False).encode(errors="replace"), sample_paper.a_site()
        )
        if isinstance(read, ParsedSite):
            default = cast(ParsedSite, parser.parse("site.yaml", b"{}", sample_paper.a_site())).site
            merged |= {name: value for name, value in read.site.items() if value != default[name]}  # type: ignore[literal-required]
    unread = {"title": said, "tagline": said, "description": said, "footer": said, "publisher": {"name": said, "logo": None}, "social": [{"title": said, "url": said}],
              "navigation": [{"title": said, "url": said}]}  # fmt: skip
    listed = [listing(article) for article in articles]
    for kind, settings in (("settings", merged), ("unread settings", unread)):
        site = site_of({**settings}, "https://paper.example")
        printed.assets |= SiteContext(site).assets
        for path in ("/", "/feed.xml", "/atom.xml", "/feed.json"):
            printed.draw(f"{kind} {number}", path, ListContent("all", listed), site)
        for path in ("/404.html", "/robots.txt"):
            printed.draw(f"{kind} {number}", path, FixedContent(), site)
        printed.draw(f"{kind} {number}", "/.well-known/security.txt", SecurityContent("2027-01-01T00:00:00Z"), site)
        printed.draw(f"{kind} {number}", "/sitemap.xml", ArchiveContent(["2026-11"]), site)
        printed.draw(f"{kind} {number}", "/x/", ArticleContent(articles[0], [], None, None), site)


def print_answers(printed: Printed, number: int, said: str, site: Site) -> None:
    """What the functions answer themselves, and the mails."""
    said = said.encode(errors="replace").decode()
    others = [{"action": "spam", "address": "/api/moderate?t=x"}]
    about = {"author": said, "url": said, "text": said, "at": AT, "headline": said, "address": "/2026/11/ferry/"}
    contexts: dict[str, dict[str, Any]] = {
        "form-error": {"article": doorstep(said), "problems": [{"field": "comment", "message": said}, {"field": None, "message": said}],
                       "given": {"author": said, "email": said, "url": said, "comment": said, "parent": said, "notify": True}},
        "refused": {"heading": said, "message": said, "address": "/2026/11/ferry/"},
        "comment-receipt": {**about, "state": "held", "post_to": "/api/comments/x", "editable_until": AT, "notice": said, "problems": [{"field": "author", "message": said}]},
        "moderate": {**about, "action": "approve", "status": "held", "reason": said, "post_to": "/api/moderate?t=x", "others": others, "expired": False},
        "moderated": {"message": said, "author": said, "headline": said, "address": "/2026/11/ferry/", "others": others},
        "held": {"comments": [{**about, "value": "x.1", "whole": "/api/moderate?t=x", "reason": said}], "post_to": "/api/moderate/held?t=x", "first": None, "next": "/api/moderate/held?t=x", "notice": said},
        "unsubscribe": {"done": True, "post_to": "/api/unsubscribe?t=x", "again": "/api/subscribe?t=x"},
        "subscribe": {"done": False, "post_to": "/api/subscribe?t=x"},
    }  # fmt: skip
    for name, context in contexts.items():
        printed.pages[f"{name} {number}"] = ("text/html", render.render_response(cast(Any, name), context, site))
    comment = cast(
        Comment,
        {
            **remark("x", said, said, said),
            "status": "held",
            "reason": said,
            "root": "x",
            "place": None,
            "erased_at": None,
        },
    )
    printed.mails.append(
        notifications.digest(
            "desk@paper.example",
            said,
            [notifications.WaitingComment(comment, said, {"approve": "https://paper.example/api/moderate?t=x"})],
            3,
            "https://paper.example/api/moderate/held?t=x",
        )
    )
    titled: Site = {**site, "title": said}
    stop = "https://paper.example/api/unsubscribe?t=x"
    printed.mails.append(
        notifications.reply_notification(
            "wim@reader.example",
            titled,
            [notifications.ReplyNotice(comment, said, "https://paper.example/x/")],
            1,
            unsubscribe=stop,
        )
    )
    printed.mails.append(
        notifications.confirmation_request(
            "wim@reader.example", titled, confirm="https://paper.example/api/subscribe?t=x", unsubscribe=stop
        )
    )


def of_type(printed: Printed, kind: str) -> Iterable[tuple[str, bytes]]:
    """The pages whose content type has this in it, by name."""
    return ((name, body) for name, (content_type, body) in printed.pages.items() if kind in content_type)
