"""The renderer: content in, page bytes out. The same values always make the same bytes.

Every page contains its edition, so no two editions of a page are equal: an ETag is never used again, and a late write
is always detected. Assets have no edition; their address contains their hash.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, cast

from minijinja import Markup, escape

from newsroom import urls
from newsroom.article import Author, Entry, Image, Text, leads_to
from newsroom.comment import HONEYPOT, LONGEST, CommentTarget, FormProblem, FormValues, PublicComment
from newsroom.errors import PermanentError
from newsroom.html_links import is_safe_url, unlink
from newsroom.rendering import comment_threads, dates, feeds, json_ld, languages, sitemaps, templating, upload_receipt
from newsroom.rendering.content import (
    ArchiveContent,
    ArticleContent,
    CommentFeedContent,
    CommentsContent,
    Content,
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
    RefusalPage,
    RenderedPage,
    ReplyContent,
    ResponsePage,
    SecurityContent,
    SitemapContent,
    StaticContent,
    Subscribe,
    TombstoneContent,
    Unsubscribe,
)
from newsroom.rendering.drop_caps import has_drop_cap
from newsroom.rendering.feed_texts import source_link
from newsroom.rendering.site_context import SERVED_AS, SiteContext, context_for
from newsroom.site import Site
from newsroom.urls import Page

FRESH = "public, max-age=0, s-maxage=5, stale-if-error=86400"
"""Browsers always revalidate, the edge revalidates after five seconds, and serves a stale page for a day on errors."""
FOR_EVER = "public, max-age=31536000, immutable"
NEVER_KEPT = "no-cache"

_TOP_STORIES = 6  # on the home page, above the sections

_NOTHING_GIVEN: FormValues = {"author": "", "email": "", "url": "", "comment": "", "parent": "", "notify": False}


def render_page(page: Page, content: Content, site: Site, edition: int) -> RenderedPage:
    """Render a page for storage.

    Raises PermanentError for an asset that this version does not have, and for content of another kind of page.
    """
    drawer = _DRAWERS.get(type(content)) or _DRAWERS_BY_KIND.get((page.kind, type(content)))
    if drawer is None:
        raise PermanentError(f"{page.path}: a page of kind '{page.kind}' cannot be drawn from {type(content).__name__}")
    return drawer(page, content, context_for(site), edition)


def _article(page: Page, content: ArticleContent, site_context: SiteContext, edition: int) -> RenderedPage:
    article = content.article
    section, source, image = article["section"], article["source"], _shown(article["image"])
    is_open = article["comments"]
    comments = _remarks_shown(content.remarks, is_open, article["id"], article["address"], site_context)
    count = content.talk["approved"] if content.talk else 0
    return _html(
        "article.html",
        page,
        site_context,
        edition,
        address=article["address"],
        heading=article["headline"],
        description=article["summary"],
        lang=article["lang"],
        noindex=article["noindex"],
        og_type="article",
        picture=image,
        feeds=[
            *site_context.own_feeds,
            *site_context.feeds(f"section/{section['slug']}", section["name"]),
            *([site_context.comment_feed(article["id"], article["headline"])] if content.talk else []),
        ],
        article=article,
        **_body(article, content.dead_links, site_context),
        image=image,
        source_url=source["url"] if source and is_safe_url(source["url"]) else None,
        leads_to=source_link(leads_to(article)),
        biographies=[_introduced(author) for author in content.authors if author["bio"]],
        older=content.older,
        newer=content.newer,
        comments=comments,
        comments_heading=_counted(count),
        comment_pages=content.comment_pages,
        their_tongue=_their_tongue(article["lang"], site_context),
        form=_form(article["id"]) if is_open else None,
        has_comment_feed=content.talk is not None,
        structured=Markup(json_ld.news_article(article, site_context, count, comments)),
    )


def _static(page: Page, content: StaticContent, site_context: SiteContext, edition: int) -> RenderedPage:
    text = content.page
    return _html(
        "static.html",
        page,
        site_context,
        edition,
        address=text["address"],
        heading=text["headline"],
        description=text["standfirst"],
        lang=text["lang"],
        noindex=text["noindex"],
        text=text,
        **_body(text, content.dead_links, site_context),
    )


def _body(text: Text, dead_links: frozenset[str], site_context: SiteContext) -> dict[str, Any]:
    """Return a text's body for its page. It was sanitised when it was read, so it needs no escaping."""
    body = unlink(text["body"], dead_links, site_context.base_url) if dead_links else text["body"]
    return {"body": Markup(body), "has_initial": has_drop_cap(body, text["lang"] or site_context.lang)}


def _front(page: Page, content: ListContent, site_context: SiteContext, edition: int) -> RenderedPage:
    if content.list == urls.WHOLE_SITE:
        return _home(page, content, site_context, edition)
    kind = content.list.partition("/")[0]
    author = content.author
    heading = content.name or (author["name"] if author else "")
    return _html(
        "front.html",
        page,
        site_context,
        edition,
        heading=heading,
        description=_front_description(kind, heading, site_context),
        noindex=not content.entries,
        feeds=[*site_context.own_feeds, *site_context.feeds(content.list, heading)],
        kicker=kind.capitalize(),
        entries=_as_shown(content.entries),
        years=_years(content.list, content.months),
        author=_introduced(author) if author else None,
        author_url=author["url"] if author and is_safe_url(author["url"]) else None,
    )


def _home(page: Page, content: ListContent, site_context: SiteContext, edition: int) -> RenderedPage:
    return _html(
        "home.html",
        page,
        site_context,
        edition,
        heading=site_context.title,
        title=f"{site_context.title} – {site_context.site['tagline']}"
        if site_context.site["tagline"]
        else site_context.title,
        description=site_context.description,
        noindex=not content.entries,
        is_home=True,
        top=_columns(_as_shown(content.entries[:_TOP_STORIES])),
        desks=_desks(_as_shown(content.entries[_TOP_STORIES:])),
        structured=Markup(json_ld.web_site(site_context)),
    )


def _month(page: Page, content: ListContent, site_context: SiteContext, edition: int) -> RenderedPage:
    month = dates.month_in_words(page.month)
    whole = content.list == urls.WHOLE_SITE
    heading = month if whole else f"{content.name}, {month}"
    return _html(
        "month.html",
        page,
        site_context,
        edition,
        heading=heading,
        description=f"Everything {site_context.title} published in {month}" + ("" if whole else f": {content.name}"),
        noindex=not content.entries,
        up={"address": "/archive/", "name": "Archive"}
        if whole
        else {"address": urls.front_path(content.list), "name": content.name},
        entries=_as_shown(content.entries),
    )


def _archive(page: Page, content: ArchiveContent, site_context: SiteContext, edition: int) -> RenderedPage:
    return _html(
        "archive.html",
        page,
        site_context,
        edition,
        heading="Archive",
        description=f"Everything {site_context.title} has published, month by month",
        noindex=not content.months,
        years=_years(urls.WHOLE_SITE, content.months),
    )


def _comments(page: Page, content: CommentsContent, site_context: SiteContext, edition: int) -> RenderedPage:
    article = content.article
    heading = f"Comments on {article['headline']}, page {content.page}"
    return _html(
        "comments.html",
        page,
        site_context,
        edition,
        heading=heading,
        noindex=article["noindex"],
        feeds=[*site_context.own_feeds, site_context.comment_feed(article["id"], article["headline"])],
        article=article,
        number=content.page,
        is_last=content.is_last,
        comments=_remarks_shown(content.remarks, article["open"], article["id"], article["address"], site_context),
        their_tongue=_their_tongue(article["lang"], site_context),
        form=_form(article["id"]) if article["open"] else None,
    )


def _reply(page: Page, content: ReplyContent, site_context: SiteContext, edition: int) -> RenderedPage:
    article, remark = content.article, content.remark
    is_open = article["open"] and remark["depth"] < site_context.site["comments"]["depth"]
    return _html(
        "reply.html",
        page,
        site_context,
        edition,
        heading=f"Reply to {remark['author']}",
        noindex=True,
        article=article,
        remark=_remarks_shown([remark], False, article["id"], article["address"], site_context)[0],
        back=_address_of(remark, article),
        their_tongue=_their_tongue(article["lang"], site_context),
        form=_form(article["id"], remark["id"]) if is_open else None,
    )


def _redirect(page: Page, content: RedirectContent, site_context: SiteContext, edition: int) -> RenderedPage:
    body, fault = templating.render_with_theme(
        "redirect.html",
        site_context.theme,
        paper=site_context.template_context,
        edition=edition,
        location=content.location,
        canonical=site_context.url(content.location),
    )
    return RenderedPage(body, "text/html; charset=utf-8", FRESH, {"location": content.location}, fault)


def _tombstone(page: Page, content: TombstoneContent, site_context: SiteContext, edition: int) -> RenderedPage:
    message = "What was at this address has been withdrawn."
    drawn = _notice("This page is gone", message, page, site_context, edition)
    return replace(drawn, metadata={"tombstone": "1"})


def _not_found(page: Page, content: FixedContent, site_context: SiteContext, edition: int) -> RenderedPage:
    message = "Nothing is at this address. It may have been mistyped, or the link that led here may be old."
    return _notice("Page not found", message, page, site_context, edition)


def _notice(heading: str, message: str, page: Page, site_context: SiteContext, edition: int) -> RenderedPage:
    return _html(
        "notice.html",
        page,
        site_context,
        edition,
        address=None,
        heading=heading,
        description=message,
        message=message,
        back=None,
        receipt=None,
        noindex=True,
    )


def _feed(page: Page, content: ListContent, site_context: SiteContext, edition: int) -> RenderedPage:
    return _as(f"{SERVED_AS[page.feed]}; charset=utf-8", feeds.feed(page, content, site_context, edition))


def _comment_feed(page: Page, content: CommentFeedContent, site_context: SiteContext, edition: int) -> RenderedPage:
    return _as(f"{SERVED_AS['feed.xml']}; charset=utf-8", feeds.comments(page, content, site_context, edition))


def _sitemap_index(page: Page, content: ArchiveContent, site_context: SiteContext, edition: int) -> RenderedPage:
    return _xml(sitemaps.index(content.months, site_context, edition))


def _sitemap(page: Page, content: SitemapContent, site_context: SiteContext, edition: int) -> RenderedPage:
    return _xml(sitemaps.month(page.month, content.entries, site_context, edition))


def _news_sitemap(page: Page, content: SitemapContent, site_context: SiteContext, edition: int) -> RenderedPage:
    return _xml(sitemaps.news(content.entries, site_context, edition))


def _pages_sitemap(page: Page, content: PagesSitemapContent, site_context: SiteContext, edition: int) -> RenderedPage:
    return _xml(sitemaps.static_pages(content.addresses, site_context, edition))


def _robots(page: Page, content: FixedContent, site_context: SiteContext, edition: int) -> RenderedPage:
    return _plain(
        templating.render_template(
            "robots.txt", paper=site_context.template_context, edition=edition, lines=site_context.site["robots"]
        )
    )


def _security(page: Page, content: SecurityContent, site_context: SiteContext, edition: int) -> RenderedPage:
    contact = _contact(site_context)
    return _plain(
        templating.render_template(
            "security.txt",
            paper=site_context.template_context,
            edition=edition,
            contact=contact,
            expires=content.expires,
        )
    )


def _asset(page: Page, content: FixedContent, site_context: SiteContext, edition: int) -> RenderedPage:
    asset = site_context.assets.get(page.path)
    if asset is None:
        raise PermanentError(f"{page.path}: no such asset; this version has {', '.join(site_context.assets)}")
    return RenderedPage(asset.body, asset.content_type, FOR_EVER, {})


def _receipt(page: Page, content: ReceiptContent, site_context: SiteContext, edition: int) -> RenderedPage:
    body = upload_receipt.receipt(content, site_context, edition)
    return RenderedPage(body, "application/json; charset=utf-8", NEVER_KEPT, {})


# ── Pages that functions answer themselves ──


def render_response(name: ResponsePage, context: object, site: Site) -> bytes:
    """Render a response that is never stored, in the paper's theme.

    context: the type that content.py defines for this page. All of them ask search engines not to index them.
    """
    return _ANSWERERS[name](context, context_for(site)).body


def _form_error(context: FormError, site_context: SiteContext) -> RenderedPage:
    article, heading = context["article"], "Your comment has not been sent"
    given = _writable(context["given"])
    form = _form(article["id"], given["parent"], given, context["problems"])
    return _answer(
        "form-error.html",
        site_context,
        heading,
        title=site_context.page_title(f"Error: {heading}"),
        article=article,
        problems=context["problems"],
        form=form,
    )


def _refused(context: RefusalPage, site_context: SiteContext) -> RenderedPage:
    return _answer(
        "notice.html",
        site_context,
        context["heading"],
        message=context["message"],
        back=context["address"],
        receipt=context.get("receipt"),
        secret=bool(context.get("receipt")),
    )


def _comment_receipt(context: ReceiptPage, site_context: SiteContext) -> RenderedPage:
    heading, explained = _STATES[context["state"]]
    given: FormValues = {"author": context["author"], "email": "", "url": context["url"], "comment": context["text"],
                    "parent": "", "notify": False}  # fmt: skip
    wrong = bool(context["problems"])
    return _answer(
        "comment-receipt.html",
        site_context,
        heading,
        title=site_context.page_title(f"Error: {heading}" if wrong else heading),
        secret=True,
        receipt={
            **context,
            "at": _local(context["at"], site_context),
            "editable_until": _local(context["editable_until"], site_context),
        },
        explained=explained,
        words=Markup(comment_threads.paragraphs(context["text"])),
        website=comment_threads.website(context["url"]),
        problems=context["problems"],
        form={**_form("", "", given, context["problems"]), "action": context["post_to"]},
    )


def _moderate(context: Moderate, site_context: SiteContext) -> RenderedPage:
    heading, button = f"{_ACTIONS[context['action']]} this comment?", _ACTIONS[context["action"]]
    if (context["action"], context["status"]) == ("hold", "held"):
        heading, button = "Leave this comment held?", "Leave it held"
    if context["expired"]:
        heading = "This link has expired"
    return _answer(
        "moderate.html",
        site_context,
        heading,
        secret=True,
        comment={**context, "at": _local(context["at"], site_context)},
        words=Markup(comment_threads.paragraphs(context["text"])),
        website=comment_threads.website(context["url"]),
        button=button,
        actions=_ACTIONS,
    )


def _moderated(context: Moderated, site_context: SiteContext) -> RenderedPage:
    return _answer("moderated.html", site_context, "Done", secret=True, comment=context, actions=_ACTIONS)


def _held(context: HeldPage, site_context: SiteContext) -> RenderedPage:
    comments = [
        {
            **comment,
            "at": _local(comment["at"], site_context),
            "words": Markup(comment_threads.paragraphs(comment["text"])),
            "website": comment_threads.website(comment["url"]),
        }
        for comment in context["comments"]
    ]
    return _answer("held.html", site_context, "Comments that wait", secret=True, **{**context, "comments": comments})


def _subscribe(context: Subscribe, site_context: SiteContext) -> RenderedPage:
    heading = "You will get mail of answers" if context["done"] else "Mail of answers to your comments?"
    return _answer("subscribe.html", site_context, heading, secret=True, **context)


def _unsubscribe(context: Unsubscribe, site_context: SiteContext) -> RenderedPage:
    heading = "You will get no more mail" if context["done"] else "Stop the mail?"
    return _answer("unsubscribe.html", site_context, heading, secret=True, **context)


def _answer(template: str, site_context: SiteContext, heading: str, **values: Any) -> RenderedPage:
    return _html(template, Page("", "text"), site_context, None, address=None, heading=heading, noindex=True, **values)


_ANSWERERS: dict[ResponsePage, Callable[[Any, SiteContext], RenderedPage]] = {
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
"""The heading and the explanation that a receipt shows for each state."""


_Drawer = Callable[[Page, Any, SiteContext, int], RenderedPage]

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
"""Content types that are rendered in the same way for every kind of page."""

_DRAWERS_BY_KIND: dict[tuple[urls.Kind, type], _Drawer] = {
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
"""Content types that several kinds of page share."""


def _html(
    template: str,
    page: Page,
    site_context: SiteContext,
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
) -> RenderedPage:
    """Render an HTML page in the paper's theme.

    A page that is not stored is for one person. It shows private data: the person's input, and addresses that
    contain tokens. So it is always rendered with the built-in templates.

    address: the canonical address; empty for the page's own path, None for a page that has none.
    edition: None for a page that is not stored. secret: True if no other site may learn the page's address.
    """
    language = lang or site_context.lang
    at = page.path if address == "" else address
    body, fault = templating.render_with_theme(
        template,
        site_context.theme if edition is not None else (),
        paper=site_context.template_context,
        edition=edition,
        title=title or site_context.page_title(heading),
        heading=heading,
        description=description or site_context.page_title(heading),
        address=at,
        canonical=site_context.url(at) if at else None,
        lang=language,
        own_tongue="" if language == site_context.lang else site_context.lang_attributes,
        locale=languages.for_open_graph(language),
        noindex=noindex,
        secret=secret,
        is_home=is_home,
        og_type=og_type,
        picture=picture,
        feeds=feeds or site_context.own_feeds,
        **values,
    )
    return RenderedPage(body, "text/html; charset=utf-8", FRESH, {}, fault)


def _as(content_type: str, body: bytes) -> RenderedPage:
    return RenderedPage(body, content_type, FRESH, {})


def _xml(body: bytes) -> RenderedPage:
    return _as("application/xml; charset=utf-8", body)


def _plain(body: bytes) -> RenderedPage:
    return _as("text/plain; charset=utf-8", body)


def _introduced(author: Author) -> Author:
    """Mark an author's biography as safe: it was sanitised when it was read."""
    return {**author, "bio": Markup(author["bio"])}


def _shown(image: Image | None) -> Image | None:
    """Return the image if its address is safe to show; else None."""
    return image if image and is_safe_url(image["url"]) else None


def _as_shown(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries without pictures and sources that are not safe to show."""
    return [{**entry, "image": _shown(entry["image"]), "leads_to": source_link(entry["leads_to"])} for entry in entries]


def _columns(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Sort the top stories into columns: the two newest in the middle, then the sides in turn."""
    columns = (entries[:2], entries[2::2], entries[3::2])
    return [{"leads": number == 0, "entries": column} for number, column in enumerate(columns) if column]


def _desks(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Group the entries by section; the section with the newest entry is first."""
    desks: dict[str, dict[str, Any]] = {}
    for entry in entries:
        section = entry["section"]
        desks.setdefault(section["slug"], {**section, "entries": []})["entries"].append(entry)
    return list(desks.values())


def _years(list_name: str, months: Iterable[str]) -> list[dict[str, Any]]:
    """Group months by year, in the given order."""
    return [
        {
            "name": year,
            "months": [{"name": month, "address": urls.month_path(list_name, month)} for month in of_year],
        }
        for year, of_year in groupby(months, key=lambda month: month[:4])
    ]


def _front_description(kind: str, name: str, site_context: SiteContext) -> str:
    match kind:
        case "author":
            return f"Articles by {name} in {site_context.title}"
        case "tag":
            return f"Articles about {name} in {site_context.title}"
    return f"{name}: the newest from {site_context.title}"


def _contact(site_context: SiteContext) -> str:
    """Return the URI for security reports; the front page if the paper has no contact."""
    contact = (site_context.site["contact"] or "").strip()
    if contact.startswith(("https://", "http://", "mailto:", "tel:")):
        return contact
    return f"mailto:{contact}" if "@" in contact else site_context.url("/")


def _form(
    article_id: str, parent: str = "", given: FormValues | None = None, problems: Sequence[FormProblem] = ()
) -> dict[str, Any]:
    """Return a comment form: empty, or with the submitted values and their problems."""
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


def _writable(given: FormValues) -> FormValues:
    """Replace each lone surrogate in the submitted values with a question mark, because no page can hold one."""
    texts = {name: value.encode(errors="replace").decode() for name, value in given.items() if isinstance(value, str)}
    return cast(FormValues, {**given, **texts})


def _remarks_shown(
    remarks: Sequence[PublicComment], is_open: bool, article: str, address: str, site_context: SiteContext
) -> list[comment_threads.CommentView]:
    rules, commented = site_context.site["comments"], comment_threads.Commented(id=article, address=address)
    return comment_threads.comment_views(remarks, rules["depth"], is_open, commented, site_context.site["timezone"])


def _local(iso: str | None, site_context: SiteContext) -> str | None:
    """Convert a comment's time to the paper's time zone."""
    return dates.in_zone(iso, site_context.site["timezone"]) if iso else iso


def _counted(comments: int) -> str:
    """Return the heading of the comments, such as `3 comments`."""
    return f"{comments} comment{'' if comments == 1 else 's'}" if comments else "Comments"


def _their_tongue(lang: str | None, site_context: SiteContext) -> str:
    """Return the `lang` attribute for comments on an article that is not in the paper's language."""
    return Markup(f' lang="{escape(lang)}"') if lang and lang != site_context.lang else ""


def _address_of(remark: PublicComment, article: CommentTarget) -> str:
    page = article["address"] if remark["page"] == 1 else f"/comments/{article['id']}/{remark['page']}/"
    return f"{page}#comment-{remark['id']}"
