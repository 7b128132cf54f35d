"""The renderer: content in, page bytes out. The same values always make the same bytes.

The edition stands inside every page, so that no two editions of a page are alike: a page's ETag
never comes back, and a late writer is always noticed. Assets have none; their address is their digest.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, cast

from minijinja import Markup, escape

from newsroom import pages
from newsroom.article import Author, Entry, Image, Text, leads_to
from newsroom.comment import HONEYPOT, LONGEST, Doorstep, FormProblem, Given, Remark
from newsroom.content import (
    Answer,
    ArchiveContent,
    ArticleContent,
    CommentFeedContent,
    CommentsContent,
    Content,
    Drawn,
    FixedContent,
    FormError,
    HeldPage,
    ListContent,
    Moderate,
    Moderated,
    PagesSitemapContent,
    ReceiptContent,
    ReceiptPage,
    RedirectContent,
    Refused,
    ReplyContent,
    SecurityContent,
    SitemapContent,
    StaticContent,
    Subscribe,
    TombstoneContent,
    Unsubscribe,
)
from newsroom.drawing import dates, discussion, feeds, languages, press, receipts, sitemaps, structured_data
from newsroom.drawing.initials import has_initial
from newsroom.drawing.paper import SERVED_AS, Paper, paper_of
from newsroom.drawing.whole_texts import linked
from newsroom.errors import PermanentError
from newsroom.links import harmless, unlink
from newsroom.pages import Page
from newsroom.site import Site

FRESH = "public, max-age=0, s-maxage=5, stale-if-error=86400"
"""Readers always ask, the edge asks every five seconds, and a broken origin shows yesterday's page."""
FOR_EVER = "public, max-age=31536000, immutable"
NEVER_KEPT = "no-cache"

_TOP_STORIES = 6  # on the home page, above the sections

_NOTHING_GIVEN: Given = {"author": "", "email": "", "url": "", "comment": "", "parent": "", "notify": False}


def draw(page: Page, content: Content, site: Site, edition: int) -> Drawn:
    """A page as it is to be stored.

    Raises PermanentError for an asset that this version does not make, and for content that is not the page's.
    """
    drawer = _DRAWERS.get(type(content)) or _DRAWERS_BY_KIND.get((page.kind, type(content)))
    if drawer is None:
        raise PermanentError(f"{page.path}: a page of kind '{page.kind}' cannot be drawn from {type(content).__name__}")
    return drawer(page, content, paper_of(site), edition)


def _article(page: Page, content: ArticleContent, paper: Paper, edition: int) -> Drawn:
    article = content.article
    section, source, image = article["section"], article["source"], _shown(article["image"])
    is_open = article["comments"]
    comments = _remarks_shown(content.remarks, is_open, article["id"], article["address"], paper)
    count = content.talk["approved"] if content.talk else 0
    return _html(
        "article.html",
        page,
        paper,
        edition,
        address=article["address"],
        heading=article["headline"],
        description=article["summary"],
        lang=article["lang"],
        noindex=article["noindex"],
        og_type="article",
        picture=image,
        feeds=[
            *paper.own_feeds,
            *paper.feeds(f"section/{section['slug']}", section["name"]),
            *([paper.comment_feed(article["id"], article["headline"])] if content.talk else []),
        ],
        article=article,
        **_body(article, content.dead_links, paper),
        image=image,
        source_url=source["url"] if source and harmless(source["url"]) else None,
        leads_to=linked(leads_to(article)),
        biographies=[_introduced(author) for author in content.authors if author["bio"]],
        older=content.older,
        newer=content.newer,
        comments=comments,
        comments_heading=_counted(count),
        comment_pages=content.comment_pages,
        their_tongue=_their_tongue(article["lang"], paper),
        form=_form(article["id"]) if is_open else None,
        has_comment_feed=content.talk is not None,
        structured=Markup(structured_data.news_article(article, paper, count, comments)),
    )


def _static(page: Page, content: StaticContent, paper: Paper, edition: int) -> Drawn:
    text = content.page
    return _html(
        "static.html",
        page,
        paper,
        edition,
        address=text["address"],
        heading=text["headline"],
        description=text["standfirst"],
        lang=text["lang"],
        noindex=text["noindex"],
        text=text,
        **_body(text, content.dead_links, paper),
    )


def _body(text: Text, dead_links: frozenset[str], paper: Paper) -> dict[str, Any]:
    """A text as it stands on its page. Sanitised when it was read, it needs no escaping."""
    body = unlink(text["body"], dead_links, paper.base_url) if dead_links else text["body"]
    return {"body": Markup(body), "has_initial": has_initial(body, text["lang"] or paper.lang)}


def _front(page: Page, content: ListContent, paper: Paper, edition: int) -> Drawn:
    if content.list == pages.WHOLE_PAPER:
        return _home(page, content, paper, edition)
    kind = content.list.partition("/")[0]
    author = content.author
    heading = content.name or (author["name"] if author else "")
    return _html(
        "front.html",
        page,
        paper,
        edition,
        heading=heading,
        description=_front_description(kind, heading, paper),
        noindex=not content.entries,
        feeds=[*paper.own_feeds, *paper.feeds(content.list, heading)],
        kicker=kind.capitalize(),
        entries=_as_shown(content.entries),
        years=_years(content.list, content.months),
        author=_introduced(author) if author else None,
        author_url=author["url"] if author and harmless(author["url"]) else None,
    )


def _home(page: Page, content: ListContent, paper: Paper, edition: int) -> Drawn:
    return _html(
        "home.html",
        page,
        paper,
        edition,
        heading=paper.title,
        title=f"{paper.title} – {paper.site['tagline']}" if paper.site["tagline"] else paper.title,
        description=paper.description,
        noindex=not content.entries,
        is_home=True,
        top=_columns(_as_shown(content.entries[:_TOP_STORIES])),
        desks=_desks(_as_shown(content.entries[_TOP_STORIES:])),
        structured=Markup(structured_data.web_site(paper)),
    )


def _month(page: Page, content: ListContent, paper: Paper, edition: int) -> Drawn:
    month = dates.month_in_words(page.month)
    whole = content.list == pages.WHOLE_PAPER
    heading = month if whole else f"{content.name}, {month}"
    return _html(
        "month.html",
        page,
        paper,
        edition,
        heading=heading,
        description=f"Everything {paper.title} published in {month}" + ("" if whole else f": {content.name}"),
        noindex=not content.entries,
        up={"address": "/archive/", "name": "Archive"}
        if whole
        else {"address": pages.front(content.list), "name": content.name},
        entries=_as_shown(content.entries),
    )


def _archive(page: Page, content: ArchiveContent, paper: Paper, edition: int) -> Drawn:
    return _html(
        "archive.html",
        page,
        paper,
        edition,
        heading="Archive",
        description=f"Everything {paper.title} has published, month by month",
        noindex=not content.months,
        years=_years(pages.WHOLE_PAPER, content.months),
    )


def _comments(page: Page, content: CommentsContent, paper: Paper, edition: int) -> Drawn:
    article = content.article
    heading = f"Comments on {article['headline']}, page {content.page}"
    return _html(
        "comments.html",
        page,
        paper,
        edition,
        heading=heading,
        noindex=article["noindex"],
        feeds=[*paper.own_feeds, paper.comment_feed(article["id"], article["headline"])],
        article=article,
        number=content.page,
        is_last=content.is_last,
        comments=_remarks_shown(content.remarks, article["open"], article["id"], article["address"], paper),
        their_tongue=_their_tongue(article["lang"], paper),
        form=_form(article["id"]) if article["open"] else None,
    )


def _reply(page: Page, content: ReplyContent, paper: Paper, edition: int) -> Drawn:
    article, remark = content.article, content.remark
    is_open = article["open"] and remark["depth"] < paper.site["comments"]["depth"]
    return _html(
        "reply.html",
        page,
        paper,
        edition,
        heading=f"Reply to {remark['author']}",
        noindex=True,
        article=article,
        remark=_remarks_shown([remark], False, article["id"], article["address"], paper)[0],
        back=_address_of(remark, article),
        their_tongue=_their_tongue(article["lang"], paper),
        form=_form(article["id"], remark["id"]) if is_open else None,
    )


def _redirect(page: Page, content: RedirectContent, paper: Paper, edition: int) -> Drawn:
    body, fault = press.fill_in_dress(
        "redirect.html",
        paper.theme,
        paper=paper.furniture,
        edition=edition,
        location=content.location,
        canonical=paper.url(content.location),
    )
    return Drawn(body, "text/html; charset=utf-8", FRESH, {"location": content.location}, fault)


def _tombstone(page: Page, content: TombstoneContent, paper: Paper, edition: int) -> Drawn:
    message = "What was at this address has been withdrawn."
    drawn = _notice("This page is gone", message, page, paper, edition)
    return replace(drawn, metadata={"tombstone": "1"})


def _not_found(page: Page, content: FixedContent, paper: Paper, edition: int) -> Drawn:
    message = "Nothing is at this address. It may have been mistyped, or the link that led here may be old."
    return _notice("Page not found", message, page, paper, edition)


def _notice(heading: str, message: str, page: Page, paper: Paper, edition: int) -> Drawn:
    return _html(
        "notice.html",
        page,
        paper,
        edition,
        address=None,
        heading=heading,
        description=message,
        message=message,
        back=None,
        receipt=None,
        noindex=True,
    )


def _feed(page: Page, content: ListContent, paper: Paper, edition: int) -> Drawn:
    return _as(f"{SERVED_AS[page.feed]}; charset=utf-8", feeds.feed(page, content, paper, edition))


def _comment_feed(page: Page, content: CommentFeedContent, paper: Paper, edition: int) -> Drawn:
    return _as(f"{SERVED_AS['feed.xml']}; charset=utf-8", feeds.comments(page, content, paper, edition))


def _sitemap_index(page: Page, content: ArchiveContent, paper: Paper, edition: int) -> Drawn:
    return _xml(sitemaps.index(content.months, paper, edition))


def _sitemap(page: Page, content: SitemapContent, paper: Paper, edition: int) -> Drawn:
    return _xml(sitemaps.month(page.month, content.entries, paper, edition))


def _news_sitemap(page: Page, content: SitemapContent, paper: Paper, edition: int) -> Drawn:
    return _xml(sitemaps.news(content.entries, paper, edition))


def _pages_sitemap(page: Page, content: PagesSitemapContent, paper: Paper, edition: int) -> Drawn:
    return _xml(sitemaps.static_pages(content.addresses, paper, edition))


def _robots(page: Page, content: FixedContent, paper: Paper, edition: int) -> Drawn:
    return _plain(press.fill("robots.txt", paper=paper.furniture, edition=edition, lines=paper.site["robots"]))


def _security(page: Page, content: SecurityContent, paper: Paper, edition: int) -> Drawn:
    contact = _contact(paper)
    return _plain(
        press.fill("security.txt", paper=paper.furniture, edition=edition, contact=contact, expires=content.expires)
    )


def _asset(page: Page, content: FixedContent, paper: Paper, edition: int) -> Drawn:
    asset = paper.assets.get(page.path)
    if asset is None:
        raise PermanentError(f"{page.path}: no such asset; this version has {', '.join(paper.assets)}")
    return Drawn(asset.body, asset.content_type, FOR_EVER, {})


def _receipt(page: Page, content: ReceiptContent, paper: Paper, edition: int) -> Drawn:
    body = receipts.receipt(content, paper, edition)
    return Drawn(body, "application/json; charset=utf-8", NEVER_KEPT, {})


# ── Pages that functions answer themselves ──


def answer(name: Answer, context: object, site: Site) -> bytes:
    """A page that is answered and never stored, in the paper's dress.

    context: what content.Answer names for it. Search engines are asked to keep away from all of them.
    """
    return _ANSWERERS[name](context, paper_of(site)).body


def _form_error(context: FormError, paper: Paper) -> Drawn:
    article, heading = context["article"], "Your comment has not been sent"
    given = _writable(context["given"])
    form = _form(article["id"], given["parent"], given, context["problems"])
    return _answer(
        "form-error.html",
        paper,
        heading,
        title=paper.titled(f"Error: {heading}"),
        article=article,
        problems=context["problems"],
        form=form,
    )


def _refused(context: Refused, paper: Paper) -> Drawn:
    return _answer(
        "notice.html",
        paper,
        context["heading"],
        message=context["message"],
        back=context["address"],
        receipt=context.get("receipt"),
        secret=bool(context.get("receipt")),
    )


def _comment_receipt(context: ReceiptPage, paper: Paper) -> Drawn:
    heading, explained = _STATES[context["state"]]
    given: Given = {"author": context["author"], "email": "", "url": context["url"], "comment": context["text"],
                    "parent": "", "notify": False}  # fmt: skip
    wrong = bool(context["problems"])
    return _answer(
        "comment-receipt.html",
        paper,
        heading,
        title=paper.titled(f"Error: {heading}" if wrong else heading),
        secret=True,
        receipt={
            **context,
            "at": _local(context["at"], paper),
            "editable_until": _local(context["editable_until"], paper),
        },
        explained=explained,
        words=Markup(discussion.paragraphs(context["text"])),
        website=discussion.website(context["url"]),
        problems=context["problems"],
        form={**_form("", "", given, context["problems"]), "action": context["post_to"]},
    )


def _moderate(context: Moderate, paper: Paper) -> Drawn:
    heading, button = f"{_ACTIONS[context['action']]} this comment?", _ACTIONS[context["action"]]
    if (context["action"], context["status"]) == ("hold", "held"):
        heading, button = "Leave this comment held?", "Leave it held"
    if context["expired"]:
        heading = "This link has expired"
    return _answer(
        "moderate.html",
        paper,
        heading,
        secret=True,
        comment={**context, "at": _local(context["at"], paper)},
        words=Markup(discussion.paragraphs(context["text"])),
        website=discussion.website(context["url"]),
        button=button,
        actions=_ACTIONS,
    )


def _moderated(context: Moderated, paper: Paper) -> Drawn:
    return _answer("moderated.html", paper, "Done", secret=True, comment=context, actions=_ACTIONS)


def _held(context: HeldPage, paper: Paper) -> Drawn:
    comments = [
        {
            **comment,
            "at": _local(comment["at"], paper),
            "words": Markup(discussion.paragraphs(comment["text"])),
            "website": discussion.website(comment["url"]),
        }
        for comment in context["comments"]
    ]
    return _answer("held.html", paper, "Comments that wait", secret=True, **{**context, "comments": comments})


def _subscribe(context: Subscribe, paper: Paper) -> Drawn:
    heading = "You will get mail of answers" if context["done"] else "Mail of answers to your comments?"
    return _answer("subscribe.html", paper, heading, secret=True, **context)


def _unsubscribe(context: Unsubscribe, paper: Paper) -> Drawn:
    heading = "You will get no more mail" if context["done"] else "Stop the mail?"
    return _answer("unsubscribe.html", paper, heading, secret=True, **context)


def _answer(template: str, paper: Paper, heading: str, **values: Any) -> Drawn:
    return _html(template, Page("", "text"), paper, None, address=None, heading=heading, noindex=True, **values)


_ANSWERERS: dict[Answer, Callable[[Any, Paper], Drawn]] = {
    "form-error": _form_error,
    "refused": _refused,
    "comment-receipt": _comment_receipt,
    "moderate": _moderate,
    "moderated": _moderated,
    "held": _held,
    "unsubscribe": _unsubscribe,
    "subscribe": _subscribe,
}

_ACTIONS = {"approve": "Approve", "decline": "Decline", "spam": "Mark as spam", "hold": "Hold"}

_STATES = {
    "received": ("We have your comment", "It is on its way to the editors. Look at this page again in a moment."),
    "held": ("Your comment waits for an editor", "It is shown to nobody else until an editor has approved it."),
    "published": ("Your comment is published", ""),
    "declined": ("Your comment was declined", "An editor has decided not to publish it."),
    "erased": ("Your comment is erased", "Your name, your addresses and your words have been removed."),
}
"""What a receipt says of each state: a heading, and what it means."""


_Drawer = Callable[[Page, Any, Paper, int], Drawn]

_DRAWERS: dict[type, _Drawer] = {
    ArticleContent: _article,
    StaticContent: _static,
    RedirectContent: _redirect,
    TombstoneContent: _tombstone,
    PagesSitemapContent: _pages_sitemap,
    SecurityContent: _security,
    ReceiptContent: _receipt,
    CommentsContent: _comments,
    ReplyContent: _reply,
    CommentFeedContent: _comment_feed,
}
"""Content that is drawn in one way, wherever it stands."""

_DRAWERS_BY_KIND: dict[tuple[pages.Kind, type], _Drawer] = {
    ("front", ListContent): _front,
    ("month", ListContent): _month,
    ("feed", ListContent): _feed,
    ("archive", ArchiveContent): _archive,
    ("sitemap-index", ArchiveContent): _sitemap_index,
    ("sitemap", SitemapContent): _sitemap,
    ("sitemap-news", SitemapContent): _news_sitemap,
    ("robots", FixedContent): _robots,
    ("not-found", FixedContent): _not_found,
    ("asset", FixedContent): _asset,
}
"""Content that several kinds of page are drawn from."""


def _html(
    template: str,
    page: Page,
    paper: Paper,
    edition: int | None,
    *,
    heading: str,
    address: str | None = "",
    title: str = "",
    description: str = "",
    lang: str | None = None,
    noindex: bool = False,
    secret: bool = False,
    is_home: bool = False,
    og_type: str = "website",
    picture: Image | None = None,
    feeds: list[dict[str, str]] | None = None,
    **values: Any,
) -> Drawn:
    """A page in the paper's dress.

    A page that is not stored is made for one person, and shows what no other may see: what they typed, and addresses
    that are keys. So it is drawn with the built-in templates alone, whatever theme the paper has.

    address: its canonical one; empty for the page's own path, None for a page that has none.
    edition: None for a page that is not stored. secret: the page's address is told to no other site.
    """
    language = lang or paper.lang
    at = page.path if address == "" else address
    body, fault = press.fill_in_dress(
        template,
        paper.theme if edition is not None else (),
        paper=paper.furniture,
        edition=edition,
        title=title or paper.titled(heading),
        heading=heading,
        description=description or paper.titled(heading),
        address=at,
        canonical=paper.url(at) if at else None,
        lang=language,
        own_tongue="" if language == paper.lang else paper.tongue,
        locale=languages.for_open_graph(language),
        noindex=noindex,
        secret=secret,
        is_home=is_home,
        og_type=og_type,
        picture=picture,
        feeds=feeds or paper.own_feeds,
        **values,
    )
    return Drawn(body, "text/html; charset=utf-8", FRESH, {}, fault)


def _as(content_type: str, body: bytes) -> Drawn:
    return Drawn(body, content_type, FRESH, {})


def _xml(body: bytes) -> Drawn:
    return _as("application/xml; charset=utf-8", body)


def _plain(body: bytes) -> Drawn:
    return _as("text/plain; charset=utf-8", body)


def _introduced(author: Author) -> Author:
    """An author whose biography needs no escaping: it was sanitised when it was read."""
    return {**author, "bio": Markup(author["bio"])}


def _shown(image: Image | None) -> Image | None:
    """An image that may be shown: one on the web."""
    return image if image and harmless(image["url"]) else None


def _as_shown(entries: Sequence[Entry]) -> list[Entry]:
    """Entries with the pictures and sources that may be shown."""
    return [{**entry, "image": _shown(entry["image"]), "leads_to": linked(entry["leads_to"])} for entry in entries]


def _columns(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The top stories as the front page sets them: the two newest in the middle column, then the sides by turns."""
    columns = (entries[:2], entries[2::2], entries[3::2])
    return [{"leads": number == 0, "entries": column} for number, column in enumerate(columns) if column]


def _desks(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The entries by section; the section with the newest entry first."""
    desks: dict[str, dict[str, Any]] = {}
    for entry in entries:
        section = entry["section"]
        desks.setdefault(section["slug"], {**section, "entries": []})["entries"].append(entry)
    return list(desks.values())


def _years(list_name: str, months: Iterable[str]) -> list[dict[str, Any]]:
    """Months by year, in the order they come."""
    return [
        {
            "name": year,
            "months": [{"name": month, "address": pages.month_page(list_name, month)} for month in of_year],
        }
        for year, of_year in groupby(months, key=lambda month: month[:4])
    ]


def _front_description(kind: str, name: str, paper: Paper) -> str:
    match kind:
        case "author":
            return f"Articles by {name} in {paper.title}"
        case "tag":
            return f"Articles about {name} in {paper.title}"
    return f"{name}: the newest from {paper.title}"


def _contact(paper: Paper) -> str:
    """Where to report a weakness, as a URI; the front page when the paper names nobody."""
    contact = (paper.site["contact"] or "").strip()
    if contact.startswith(("https://", "http://", "mailto:", "tel:")):
        return contact
    return f"mailto:{contact}" if "@" in contact else paper.url("/")


def _form(
    article_id: str, parent: str = "", given: Given | None = None, problems: Sequence[FormProblem] = ()
) -> dict[str, Any]:
    """A comment form: empty, or as its writer sent it with what is wrong."""
    return {
        "action": f"/api/articles/{article_id}/comments",
        "parent": parent,
        "given": given or _NOTHING_GIVEN,
        "problems": {
            name: " ".join(problem["message"] for problem in problems if problem["field"] == name) for name in LONGEST
        },
        "longest": LONGEST,
        "trap": HONEYPOT,
    }


def _writable(given: Given) -> Given:
    """What was sent, with a question mark for each half of a character, which no page can hold."""
    texts = {name: value.encode(errors="replace").decode() for name, value in given.items() if isinstance(value, str)}
    return cast(Given, {**given, **texts})


def _remarks_shown(
    remarks: Sequence[Remark], is_open: bool, article: str, address: str, paper: Paper
) -> list[discussion.Shown]:
    rules, commented = paper.site["comments"], discussion.Commented(id=article, address=address)
    return discussion.shown(remarks, rules["depth"], is_open, commented, paper.site["timezone"])


def _local(iso: str | None, paper: Paper) -> str | None:
    """A moment of a comment's as the paper's clocks tell it."""
    return dates.in_zone(iso, paper.site["timezone"]) if iso else iso


def _counted(comments: int) -> str:
    """`3 comments`, as a discussion's heading says it."""
    return f"{comments} comment{'' if comments == 1 else 's'}" if comments else "Comments"


def _their_tongue(lang: str | None, paper: Paper) -> str:
    """The attribute that tells what readers write below an article in another language from the paper's words."""
    return Markup(f' lang="{escape(lang)}"') if lang and lang != paper.lang else ""


def _address_of(remark: Remark, article: Doorstep) -> str:
    page = article["address"] if remark["page"] == 1 else f"/comments/{article['id']}/{remark['page']}/"
    return f"{page}#comment-{remark['id']}"
