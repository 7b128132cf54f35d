"""What readers find of each other in the pages: the discussion, its form, and what functions answer."""

import gzip
import json
from itertools import pairwise
from typing import Any, cast
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.comment import HONEYPOT, LONGEST, CommentTarget, FeedComment, PublicComment
from newsroom.comments import submissions
from newsroom.rendering import comment_threads, render, static_assets, templating
from newsroom.rendering.content import (
    ArticleContent,
    CommentFeedContent,
    CommentsContent,
    Content,
    FixedContent,
    FormError,
    Moderate,
    Moderated,
    ReceiptPage,
    RefusalPage,
    ReplyContent,
    ResponsePage,
    Unsubscribe,
)
from tests.newsroom.rendering.test_render import HOSTILE, Outline, made_hostile
from tests.newsroom.sample_paper import BASE, a_site, an_article, an_author, drawn, text_of

ARTICLE = "/2026/11/story-1/"
AT = "2026-11-23T10:00:0{}Z"
DOORSTEP: CommentTarget = {
    "id": "story-1",
    "open": True,
    "address": ARTICLE,
    "headline": "Ferry number 1 sails again",
    "lang": None,
    "noindex": False,
}


def a_remark(id: str, parent: PublicComment | None = None, **changes: Any) -> PublicComment:
    remark = {
        "id": id,
        "article": "story-1",
        "parent": parent and parent["id"],
        "depth": parent["depth"] + 1 if parent else 1,
        "page": 1,
        "author": f"Reader {id}",
        "url": None,
        "text": f"Words of {id}.",
        "at": AT.format(0),
        "edited_at": None,
        "gone": False,
    }
    return cast(PublicComment, remark | changes)


def said(remark: PublicComment) -> FeedComment:
    address = f"{ARTICLE}#comment-{remark['id']}"
    return cast(FeedComment, {**remark, "headline": DOORSTEP["headline"], "address": address})


def an_article_page(
    *remarks: PublicComment, pages: int = 1, approved: int | None = None, **changes: Any
) -> ArticleContent:
    count = sum(not remark["gone"] for remark in remarks) if approved is None else approved
    return ArticleContent(
        {**an_article(), "comments": True, **changes},  # type: ignore[typeddict-item]
        [an_author()],
        None,
        None,
        talk={"approved": count, "threads": count, "pages": pages, "on_last": 1} if remarks else None,
        remarks=remarks,
        comment_pages=pages,
    )


def article_with(*remarks: PublicComment, **changes: Any) -> str:
    return text_of(ARTICLE, an_article_page(*remarks, **changes))


def order_of(*remarks: PublicComment) -> list[tuple[str, int]]:
    return [(shown["id"], shown["level"]) for shown in comment_threads.comment_views(remarks, 5, True)]


def answered(name: ResponsePage, context: object) -> str:
    return render.render_response(name, context, a_site()).decode()


GIVEN = {"author": "Ann", "email": "ann@", "url": "", "comment": "So <b>true</b>\n\nyes", "parent": "", "notify": True}
FORM_ERROR = cast(
    FormError,
    {
        "article": DOORSTEP,
        "problems": [{"field": "email", "message": "Write an address like ann@example.org."}],
        "given": GIVEN,
    },
)
RECEIPT: ReceiptPage = {
    "state": "held",
    "author": "Ann",
    "url": "https://ann.example/",
    "text": "So true.",
    "at": AT.format(0),
    "headline": DOORSTEP["headline"],
    "address": ARTICLE,
    "post_to": "/api/comments/abc.def",
    "editable_until": "2026-11-23T10:15:00Z",
    "notice": "",
    "problems": [],
}
MODERATE: Moderate = {
    "action": "approve",
    "status": "held",
    "reason": "moderation is on",
    "author": "Ann",
    "url": "https://ann.example/",
    "text": "So true.",
    "at": AT.format(0),
    "headline": DOORSTEP["headline"],
    "address": ARTICLE,
    "post_to": "/api/moderate?t=x.y",
    "others": [{"action": "spam", "address": "/api/moderate?t=z.y"}],
    "expired": False,
}
MODERATED: Moderated = {
    "message": "The comment is published.",
    "author": "Ann",
    "headline": DOORSTEP["headline"],
    "address": f"{ARTICLE}#comment-abc",
    "others": MODERATE["others"],
}
REFUSED: RefusalPage = {"heading": "Comments are closed", "message": "Try another article.", "address": ARTICLE}
UNSUBSCRIBE: Unsubscribe = {"done": False, "post_to": "/api/unsubscribe?t=x", "again": ""}
ROOT = a_remark("aa", url="https://ann.example/")
REPLY = a_remark("bb", ROOT, edited_at=AT.format(5))
EVERY_PAGE: list[tuple[str, Content]] = [
    (ARTICLE, an_article_page()),
    (ARTICLE, an_article_page(ROOT, REPLY, pages=3, approved=120)),
    (ARTICLE, an_article_page(ROOT, {**REPLY, "gone": True}, comments=False, lang="ar")),
    ("/comments/story-1/2/", CommentsContent(DOORSTEP, 2, False, [ROOT, REPLY])),
    ("/comments/story-1/3/", CommentsContent({**DOORSTEP, "open": False, "lang": "ar"}, 3, True, [ROOT])),
    ("/comments/story-1/reply/aa/", ReplyContent(DOORSTEP, ROOT)),
    ("/comments/story-1/feed.xml", CommentFeedContent(DOORSTEP, [said(REPLY), said(ROOT)])),
    ("/comments/feed.xml", CommentFeedContent(None, [said(REPLY), said(ROOT)])),
    ("/comments/feed.xml", CommentFeedContent(None, [])),
]
HTML_PAGES = [(path, content) for path, content in EVERY_PAGE if path.endswith("/")]
ANSWERS: list[tuple[ResponsePage, object]] = [
    ("form-error", FORM_ERROR),
    ("refused", REFUSED),
    ("refused", {**REFUSED, "address": None}),
    *(("comment-receipt", {**RECEIPT, "state": state}) for state in ("received", "held", "published", "declined")),
    ("comment-receipt", {**RECEIPT, "editable_until": None, "notice": "Your comment is changed."}),
    ("comment-receipt", {**RECEIPT, "problems": [{"field": "comment", "message": "Write something."}], "text": ""}),
    ("comment-receipt", {**RECEIPT, "state": "erased", "author": "", "text": "", "at": "", "headline": ""}),
    ("moderate", MODERATE),
    ("moderate", {**MODERATE, "expired": True}),
    ("moderated", MODERATED),
    ("unsubscribe", UNSUBSCRIBE),
    ("unsubscribe", {**UNSUBSCRIBE, "done": True, "again": "/api/subscribe?t=x"}),
]
every_page = pytest.mark.parametrize(("path", "content"), EVERY_PAGE)
every_html = pytest.mark.parametrize(
    "page",
    [*(text_of(path, content) for path, content in HTML_PAGES), *(answered(*answer) for answer in ANSWERS)],
    ids=[*(path for path, _ in HTML_PAGES), *(name for name, _ in ANSWERS)],
)


# The form


def test_an_open_article_asks_for_answers_in_the_words_readers_know() -> None:
    page = article_with()
    for words in (
        ">Leave a Reply</h2>",
        "Your email address will not be published. Required fields are marked *",
        '<label for="reply-comment">Comment *</label>',
        '<label for="reply-author">Name *</label>',
        '<label for="reply-email">Email *</label>',
        '<label for="reply-url">Website</label>',
        '<label for="reply-notify">Email me when somebody answers</label>',
        "<button>Post Comment</button>",
        "No comments yet.",
    ):
        assert words in page, words


def test_the_form_sends_what_the_api_reads_to_the_articles_own_address() -> None:
    outline = Outline(article_with())
    form = outline.all("form")[0]
    assert (form["action"], form["method"]) == ("/api/articles/story-1/comments", "post")
    assert form["accept-charset"] == "utf-8"
    names = [field["name"] for field in [*outline.all("textarea"), *outline.all("input")]]
    assert names == ["comment", "author", "email", "url", HONEYPOT, "notify"]


def test_every_field_has_its_label_its_limit_and_the_token_browsers_fill_it_by() -> None:
    outline = Outline(article_with())
    labels = {label["for"] for label in outline.all("label")}
    fields = {field["name"]: field for field in [*outline.all("textarea"), *outline.all("input")]}
    assert {field["id"] for field in fields.values()} == labels
    assert {name: fields[name]["autocomplete"] for name in ("author", "email", "url")} == {
        "author": "name",
        "email": "email",
        "url": "url",
    }
    assert {name: int(str(fields[name]["maxlength"])) for name in LONGEST} == LONGEST
    assert [name for name, field in fields.items() if "required" in field] == ["comment", "author", "email"]
    assert fields["email"]["aria-describedby"] == "reply-note"


def test_the_form_and_the_api_agree_about_what_is_too_long() -> None:
    assert submissions.LONGEST == LONGEST


def test_the_trap_for_machines_is_hidden_from_everybody_else() -> None:
    outline = Outline(article_with())
    trap = outline.all("input", name=HONEYPOT)[0]
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    assert outline.all("p", **{"class": "trap"})[0]["aria-hidden"] == "true"


def test_an_article_that_takes_no_comments_has_no_form_and_says_so() -> None:
    page = article_with(ROOT, comments=False)
    assert "Comments are closed." in page
    assert "<form" not in page
    assert "/reply/" not in page
    assert "Words of aa." in page


def test_only_pages_with_a_form_have_a_script_and_it_is_one_the_paper_makes() -> None:
    outline = Outline(article_with())
    (script,) = [script for script in outline.all("script") if "src" in script]
    assert "defer" in script
    assert drawn(str(script["src"]), FixedContent()).content_type == "text/javascript; charset=utf-8"
    assert "/assets/comments." not in article_with(comments=False)


# The discussion


def test_a_comment_shows_its_writer_its_time_its_words_and_where_it_can_be_linked_to() -> None:
    page = article_with(ROOT, REPLY)
    for shown in (
        '<h2 id="comments-title">2 comments</h2>',
        '<article class="remark level-1" id="comment-aa">',
        '<h3><bdi><a rel="ugc nofollow noopener external" href="https://ann.example/">Reader aa</a></bdi></h3>',
        '<a href="#comment-aa"><time datetime="2026-11-23T10:00:00Z">23 November 2026, 10:00 GMT</time></a>',
        '<p dir="auto">Words of aa.</p>',
        'href="/comments/story-1/reply/aa/"',
        '<article class="remark level-2" id="comment-bb">',
        'in reply to <a href="#comment-aa"><bdi>Reader aa</bdi></a>',
        "<span>edited</span>",
        'href="/comments/story-1/feed.xml"',
    ):
        assert shown in page, shown


def test_one_comment_is_counted_as_one() -> None:
    assert ">1 comment</h2>" in article_with(ROOT)


def test_threads_keep_their_order_and_replies_stand_oldest_first_below_what_they_answer() -> None:
    first, second = a_remark("first", at=AT.format(9)), a_remark("second")
    late, early = a_remark("late", first, at=AT.format(8)), a_remark("early", first, at=AT.format(2))
    deep = a_remark("deep", early, at=AT.format(9))
    order = order_of(first, late, early, deep, second)
    assert order == [("first", 1), ("early", 2), ("deep", 3), ("late", 2), ("second", 1)]


def test_replies_are_moved_in_no_deeper_than_three_levels() -> None:
    thread = [a_remark("1")]
    for number in range(2, 6):
        thread.append(a_remark(str(number), thread[-1]))
    assert [level for _, level in order_of(*thread)] == [1, 2, 3, 3, 3]
    page = article_with(*thread)
    assert "/reply/4/" in page
    assert "/reply/5/" not in page


def test_a_removed_comment_keeps_its_place_only_while_something_below_it_is_left() -> None:
    gone = a_remark("gone", gone=True, author="", text="")
    also_gone = a_remark("also", gone, gone=True, author="", text="")
    left = a_remark("left", also_gone)
    assert [id for id, _ in order_of(gone, also_gone)] == []
    assert [id for id, _ in order_of(gone, also_gone, left)] == ["gone", "also", "left"]
    page = article_with(gone, also_gone, left)
    assert page.count("This comment has been removed.") == 2
    assert 'in reply to <a href="#comment-also">a removed comment</a>' in page
    assert ">1 comment</h2>" in page


def test_every_comment_is_shown_once_even_if_what_it_answers_is_on_no_page() -> None:
    assert order_of(
        a_remark("lost", a_remark("elsewhere")), a_remark("own", parent=cast(PublicComment, {"id": "own", "depth": 0}))
    )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://x.example/", "//x.example/", "https://", "http://[x", ""]
)
def test_only_a_website_on_the_web_is_linked(url: str) -> None:
    page = article_with(a_remark("aa", url=url))
    assert "<h3><bdi>Reader aa</bdi></h3>" in page


def test_search_engines_are_told_the_same_comments_as_readers() -> None:
    gone = a_remark("gone", ROOT, gone=True)
    told = json.loads(Outline(article_with(ROOT, REPLY, gone)).structured)
    url = f"{BASE}{ARTICLE}#comment-"
    assert told["commentCount"] == 2
    assert told["comment"] == [
        {
            "@type": "Comment",
            "url": url + "aa",
            "author": {"@type": "Person", "name": "Reader aa"},
            "dateCreated": AT.format(0),
            "text": "Words of aa.",
        },
        {
            "@type": "Comment",
            "url": url + "bb",
            "author": {"@type": "Person", "name": "Reader bb"},
            "dateCreated": AT.format(0),
            "text": "Words of bb.",
            "dateModified": AT.format(5),
            "parentItem": {"@type": "Comment", "url": url + "aa"},
        },
    ]


def test_a_long_discussion_leads_on_from_page_to_page() -> None:
    def links(path: str, content: Content) -> list[str | None]:
        nav = text_of(path, content).partition('<nav aria-label="More comments">')[2].partition("</nav>")[0]
        return [link for link in Outline(nav).links() if not str(link).endswith("/feed.xml")]

    assert links(ARTICLE, an_article_page(ROOT)) == []
    assert links(ARTICLE, an_article_page(ROOT, pages=2)) == ["/comments/story-1/2/"]
    assert links(ARTICLE, an_article_page(ROOT, pages=9)) == ["/comments/story-1/2/", "/comments/story-1/9/"]
    start = f"{ARTICLE}#comments"
    second = CommentsContent(DOORSTEP, 2, False, [ROOT])
    assert links("/comments/story-1/2/", second) == [start, "/comments/story-1/3/"]
    last = CommentsContent(DOORSTEP, 3, True, [ROOT])
    assert links("/comments/story-1/3/", last) == [start, "/comments/story-1/2/"]


def test_a_later_page_is_kept_from_search_engines_only_with_its_article() -> None:
    def page(noindex: bool) -> str:
        return text_of("/comments/story-1/2/", CommentsContent({**DOORSTEP, "noindex": noindex}, 2, True, [ROOT]))

    assert "noindex" not in page(False)
    assert "noindex" in page(True)


def test_a_reply_page_quotes_what_is_answered_and_leads_back_to_it() -> None:
    page = text_of("/comments/story-1/reply/aa/", ReplyContent(DOORSTEP, {**ROOT, "page": 4}))
    outline = Outline(page)
    assert "Leave a Reply to <bdi>Reader aa</bdi></h1>" in page
    assert '<blockquote>\n<p dir="auto">Words of aa.</p>' in page
    assert outline.all("input", type="hidden") == [{"type": "hidden", "name": "parent", "value": "aa"}]
    assert "/comments/story-1/4/#comment-aa" in outline.links()
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.parametrize("content", [
    ReplyContent({**DOORSTEP, "open": False}, ROOT), ReplyContent(DOORSTEP, {**ROOT, "depth": 5})
])  # fmt: skip
def test_where_no_answer_is_taken_the_reply_page_has_no_form(content: ReplyContent) -> None:
    page = text_of("/comments/story-1/reply/aa/", content)
    assert "Comments are closed." in page
    assert "<form" not in page


# Words


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\n\nTwo.", '<p dir="auto">One.</p>\n<p dir="auto">Two.</p>'),
        ("One,\r\ntwo.\r\n \r\n\r\nThree.\r\n", '<p dir="auto">One,<br>\ntwo.</p>\n<p dir="auto">Three.</p>'),
        ("5 < 6 & <script>", '<p dir="auto">5 &lt; 6 &amp; &lt;script&gt;</p>'),
        ("javascript:alert(1) x.example", '<p dir="auto">javascript:alert(1) x.example</p>'),
        ("https://ann@x.example/", '<p dir="auto">https://ann@x.example/</p>'),
        ("", ""),
    ],
)
def test_plain_text_stays_what_it_is(text: str, html: str) -> None:
    assert comment_threads.paragraphs(text) == html


@pytest.mark.parametrize(
    ("text", "href", "rest"),
    [
        ("https://x.example.", "https://x.example", "."),
        ("https://x.example/a_(b)?c=1&d", "https://x.example/a_(b)?c=1&amp;d", ""),
        ("https://x.example/a)).", "https://x.example/a", "))."),
        ('HTTP://x.example/"onclick=', "HTTP://x.example/", '"onclick='),
        ("https://x.example/?a[]=100%#b#c", "https://x.example/?a%5B%5D=100%25#b%23c", ""),
        ("https://x.example/مرفأ", "https://x.example/مرفأ", ""),
    ],
)
def test_web_addresses_in_a_text_become_links_that_give_nothing_away(text: str, href: str, rest: str) -> None:
    html = comment_threads.paragraphs(text)
    assert html.startswith(f'<p dir="auto"><a rel="ugc nofollow noopener" href="{href}">')
    assert html.endswith(f"</a>{rest}</p>")


@given(st.text(st.sampled_from("a https://x.example/()[]#%\n\r\t.<>&\"'"), max_size=200))
def test_no_text_loses_a_word_or_gains_a_tag(text: str) -> None:
    outline = Outline(comment_threads.paragraphs(text))
    assert {tag for tag, _ in outline.elements} <= {"p", "a", "br"}


# Feeds


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/comments/story-1/feed.xml", "Reader bb"),
        ("/comments/feed.xml", "Reader bb on Ferry number 1 sails again"),
    ],
)
def test_a_comment_feed_has_each_comment_with_its_own_address(path: str, title: str) -> None:
    article = DOORSTEP if "story" in path else None
    result = drawn(path, CommentFeedContent(article, [said(REPLY), said(ROOT)]))
    assert result.content_type == "application/rss+xml; charset=utf-8"
    item = ET.fromstring(result.body).findall("channel/item")[0]
    assert item.findtext("title") == title
    assert item.findtext("link") == f"{BASE}{ARTICLE}#comment-bb"
    assert item.findtext("description") == '<p dir="auto">Words of bb.</p>'
    assert item.findtext("pubDate") == "Mon, 23 Nov 2026 10:00:00 +0000"


def test_pages_with_comments_announce_their_feed() -> None:
    for path, content in HTML_PAGES[1:5]:
        feeds = [link["href"] for link in Outline(text_of(path, content)).all("link", rel="alternate")]
        assert "/comments/story-1/feed.xml" in feeds
    assert "/comments/" not in article_with().partition("</head>")[0].replace("/assets/comments", "")


# What functions answer


def test_what_is_wrong_stands_above_the_form_and_at_the_field_and_nothing_sent_is_lost() -> None:
    page = answered("form-error", FORM_ERROR)
    outline = Outline(page)
    assert "<title>Error: Your comment has not been sent – The Harbour Gazette</title>" in page
    assert '<li><a href="#reply-email">Write an address like ann@example.org.</a></li>' in page
    email = outline.all("input", name="email")[0]
    assert (email["value"], email["aria-invalid"]) == ("ann@", "true")
    assert email["aria-describedby"] == "reply-note reply-email-problem"
    assert outline.all("span", id="reply-email-problem")
    assert outline.all("input", name="author")[0]["value"] == "Ann"
    assert "aria-invalid" not in outline.all("input", name="author")[0]
    assert ">\nSo &lt;b&gt;true&lt;/b&gt;\n\nyes</textarea>" in page
    assert "checked" in outline.all("input", name="notify")[0]


def test_an_answer_to_a_comment_stays_one_when_the_form_comes_back() -> None:
    page = answered("form-error", {**FORM_ERROR, "given": {**GIVEN, "parent": "aa"}})
    assert '<input type="hidden" name="parent" value="aa">' in page


def test_a_problem_of_the_whole_is_told_without_a_field() -> None:
    page = answered("form-error", {**FORM_ERROR, "problems": [{"field": None, "message": "Wait 12 seconds."}]})
    assert "<li>Wait 12 seconds.</li>" in page
    assert "aria-invalid" not in page


def test_whatever_was_sent_can_be_shown_again() -> None:
    assert "half ?" in answered("form-error", {**FORM_ERROR, "given": {**GIVEN, "comment": "half \ud800"}})


@pytest.mark.parametrize(("name", "context"), ANSWERS)
def test_no_answered_page_is_for_search_engines_or_says_an_address_of_its_own(
    name: ResponsePage, context: object
) -> None:
    outline = Outline(answered(name, context))
    assert outline.all("meta", name="robots") == [{"name": "robots", "content": "noindex"}]
    assert not outline.all("link", rel="canonical")
    secret = name not in {"form-error", "refused"}
    assert bool(outline.all("meta", name="referrer", content="no-referrer")) is secret


def test_a_writer_can_change_a_fresh_comment_and_erase_any() -> None:
    def actions(receipt: object) -> list[str | None]:
        return [field["value"] for field in Outline(answered("comment-receipt", receipt)).all("input", name="action")]

    assert actions(RECEIPT) == ["edit", "erase"]
    assert actions({**RECEIPT, "editable_until": None}) == ["erase"]
    assert actions({**RECEIPT, "state": "erased", "editable_until": None}) == []


def test_a_published_comments_receipt_leads_to_it() -> None:
    receipt = {**RECEIPT, "state": "published", "address": f"{ARTICLE}#comment-aa"}
    assert f"{ARTICLE}#comment-aa" in Outline(answered("comment-receipt", receipt)).links()


def test_an_edit_that_cannot_be_taken_is_shown_as_the_form_would() -> None:
    problem = {"field": "comment", "message": "Write something."}
    page = answered("comment-receipt", {**RECEIPT, "text": "", "problems": [problem]})
    assert "<title>Error: " in page
    assert '<a href="#reply-comment">Write something.</a>' in page


def test_an_editor_is_shown_the_comment_and_asked_before_anything_is_done() -> None:
    page = answered("moderate", MODERATE)
    outline = Outline(page)
    assert "<h1>Approve this comment?</h1>" in page
    assert '<p dir="auto">So true.</p>' in page
    assert "moderation is on" in page
    assert outline.all("form") == [{"method": "post", "action": "/api/moderate?t=x.y", "accept-charset": "utf-8"}]
    assert not outline.all("input")
    assert '<a href="/api/moderate?t=z.y">Mark as spam instead</a>' in page


def test_mail_is_stopped_only_by_a_button() -> None:
    assert Outline(answered("unsubscribe", UNSUBSCRIBE)).all("form")[0]["method"] == "post"
    assert not Outline(answered("unsubscribe", {**UNSUBSCRIBE, "done": True})).all("form")


# All of them


@every_html
def test_every_page_has_one_main_heading_and_its_headings_in_order(page: str) -> None:
    headings = Outline(page).headings()
    assert headings.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(headings))


@every_html
def test_every_page_obeys_the_policy_and_names_nothing_twice(page: str) -> None:
    outline = Outline(page)
    assert all("src" in script or script == {"type": "application/ld+json"} for script in outline.all("script"))
    assert not [name for _, found in outline.elements for name in found if name == "style" or name.startswith("on")]
    ids = [found["id"] for _, found in outline.elements if "id" in found]
    assert len(ids) == len(set(ids))
    told = [id for _, found in outline.elements for id in str(found.get("aria-describedby") or "").split()]
    assert set(told) <= set(ids)


@every_page
def test_the_edition_stands_in_every_stored_page(path: str, content: Content) -> None:
    assert drawn(path, content, edition=7).body != drawn(path, content, edition=8).body
    assert drawn(path, content, edition=7) == drawn(path, content, edition=7)


def test_hostile_words_are_only_ever_words() -> None:
    spare = frozenset({"id", "article", "parent", "at", "edited_at", "editable_until", "state", "action", "status"})

    def hostile(value: Any) -> Any:
        return made_hostile(value, spare)

    root = hostile(ROOT)
    for page in (
        text_of(ARTICLE, an_article_page(root, hostile(REPLY))),
        text_of("/comments/story-1/2/", CommentsContent(hostile(DOORSTEP), 2, True, [root])),
        text_of("/comments/story-1/reply/aa/", ReplyContent(hostile(DOORSTEP), root)),
        answered("form-error", {**FORM_ERROR, "given": {**hostile(GIVEN), "notify": True}}),
        answered("comment-receipt", hostile({**RECEIPT, "problems": [{"field": None, "message": ""}]})),
        answered("moderate", hostile({**MODERATE, "others": []})),
        answered("moderated", hostile({**MODERATED, "others": []})),
        answered("refused", hostile(REFUSED)),
        answered("unsubscribe", hostile(UNSUBSCRIBE)),
    ):
        outline = Outline(page)
        assert not outline.all("img", src="x")
        assert not [name for _, found in outline.elements for name in found if name.startswith("on")]
        assert all("src" in script or script == {"type": "application/ld+json"} for script in outline.all("script"))
        assert not set(page) & {"\x00", "\x08", "\uffff"}
    feed = drawn("/comments/feed.xml", CommentFeedContent(None, [hostile(said(ROOT))]))
    assert HOSTILE[:9] in str(ET.fromstring(feed.body).findtext("channel/item/title"))


def test_an_article_with_ten_comments_weighs_little_with_all_it_loads() -> None:
    words = "The causeway was under water at half past six, and the timetable on the quay said nothing of it. {} "
    remarks = [a_remark(f"{number:08x}", text=words.format(number) * 3) for number in range(10)]
    page = drawn(ARTICLE, an_article_page(*remarks))
    assets = [asset.body for asset in static_assets.assets(a_site()).values()]
    assert sum(len(gzip.compress(body)) for body in (page.body, *assets)) <= 10_000


def test_the_script_is_small() -> None:
    assert len(static_assets.script().body) <= 3 * 1024


@pytest.mark.parametrize("case", [*EVERY_PAGE, *ANSWERS], ids=lambda case: case[0])
def test_the_templates_mean_the_same_to_jinja2(case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    jinja2 = pytest.importorskip("jinja2")
    engine = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templating.TEMPLATES),
        autoescape=jinja2.select_autoescape(["html", "xml"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    engine.filters.update(templating.FILTERS)

    def page() -> str:
        return answered(*case) if case[0][0] != "/" else text_of(*case)

    ours = page()
    monkeypatch.setattr(
        templating, "render_template", lambda name, **values: engine.get_template(name).render(**values).encode()
    )
    assert page().replace("&#39;", "&#x27;").replace("&#34;", "&quot;") == ours
