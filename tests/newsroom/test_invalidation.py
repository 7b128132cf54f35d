"""Which pages a change of a row makes stale, row by row."""

from typing import Any

from newsroom import urls
from newsroom.invalidation import affected_pages, own_pages
from newsroom.messages import RebuildMessage
from newsroom.rows import Row
from newsroom.table_keys import (
    HELD,
    Key,
    address_key,
    article_key,
    comment_key,
    comment_target_key,
    entries_partition,
    months_partition,
    page_key,
    static_key,
    thread_counter_key,
    thread_partition,
    upload_key,
    waiting_partition,
)

ARTICLE: dict[str, Any] = {
    "id": "ice",
    "key": "articles/ice.md",
    "status": "published",
    "headline": "Ice",
    "address": "/2026/11/ice/",
    "addresses": ["/old/", "/2026/11/ice/"],
    "news_until": None,
    "links": [],
    "digest": "a",
}


def article(**changes: Any) -> Row:
    return Row(article_key("ice"), {**ARTICLE, **changes})


def test_an_article_plans_every_address_it_ever_had() -> None:
    assert affected_pages(article(), article(headline="Thaw")).pages == {"/old/", "/2026/11/ice/"}


def test_a_new_body_alone_is_a_change() -> None:
    assert affected_pages(article(), article(digest="b")).pages == {"/old/", "/2026/11/ice/"}


def test_what_no_page_shows_plans_no_page() -> None:
    assert affected_pages(article(), article(news_until="2026-11-25T00:00:00+00:00")).pages == set()


def test_the_same_row_written_again_plans_nothing() -> None:
    assert affected_pages(article(), article()).pages == set()


def test_a_change_of_state_plans_the_receipt() -> None:
    assert "receipts/articles/ice.md.json" in affected_pages(article(), article(status="withdrawn")).pages


def test_an_address_plans_its_page_from_either_image() -> None:
    row = Row(address_key("/x/"), {"live": True})
    for before, after in ((None, row), (row, None)):
        found = affected_pages(before, after)
        assert (found.pages, found.liveness_changed) == ({"/x/"}, {"/x/"})


def test_an_entry_plans_its_month_and_asks_whether_it_reaches_the_front() -> None:
    row = Row(Key(entries_partition("section/world"), "2026-11-20T09:30:00#ice"), {"address": "/a/", "headline": "Ice"})
    found = affected_pages(None, row)
    assert found.pages == {"/section/world/2026/11/"}
    assert found.entries == {("section/world", "2026-11-20T09:30:00#ice")}
    assert found.neighbours == set()


def test_a_lists_first_month_plans_its_feeds_too_whatever_becomes_of_the_article() -> None:
    found = affected_pages(None, Row(Key(months_partition("section/world"), "2026-11"), {}))
    front = "/section/world/"
    assert found.pages == {
        front, f"{front}2026/11/", f"{front}feed.xml", f"{front}atom.xml", f"{front}feed.json",
    }  # fmt: skip


def test_only_the_whole_papers_list_has_neighbours_and_a_sitemap() -> None:
    row = Row(Key(entries_partition(urls.WHOLE_SITE), "2026-11-20T09:30:00#ice"), {"address": "/a/", "headline": "Ice"})
    found = affected_pages(row, None)
    assert found.pages == {"/archive/2026/11/", "/sitemaps/2026-11.xml"}
    assert found.neighbours == {"2026-11-20T09:30:00#ice"}


def test_a_correction_leaves_the_neighbours_alone() -> None:
    key = Key(entries_partition(urls.WHOLE_SITE), "2026-11-20T09:30:00#ice")
    before = Row(key, {"address": "/a/", "headline": "Ice", "summary": "Cold"})
    after = Row(key, {"address": "/a/", "headline": "Ice", "summary": "Colder"})
    assert affected_pages(before, after).neighbours == set()


def test_rows_that_no_page_reads_plan_nothing() -> None:
    for pk in ("LINK#/x/", "DUE", "SOMETHING#else"):
        found = affected_pages(None, Row(Key(pk, "x"), {"a": 1}))
        assert (found.pages, found.rebuilds) == (set(), set())


def test_new_settings_are_everybodys_business() -> None:
    pieces = affected_pages(None, Row(Key("SITE", "SITE"), {"title": "x"})).rebuilds
    assert pieces == {RebuildMessage("everything", why="site", rebuild="site-0")}


def test_a_static_page_plans_its_addresses() -> None:
    row = Row(static_key("about"), {**ARTICLE, "addresses": ["/about/"], "key": "pages/about.md"})
    assert affected_pages(None, row).pages == {"/about/", "receipts/pages/about.md.json"}


def test_a_rebuild_finds_pages_that_were_never_marked() -> None:
    assert own_pages(page_key("/a/")) == ["/a/"]
    assert own_pages(upload_key("site.yaml")) == ["receipts/site.yaml.json"]
    assert own_pages(Key(months_partition("tag/ice"), "2026-11")) == ["/tag/ice/2026/11/", "/tag/ice/"]
    assert own_pages(Key("DUE", "x")) == []


def remark(page: int, **changes: Any) -> Row:
    return Row(
        Key(thread_partition("ice"), f"{page:05}#00000001#2026-11-20T00:00:00.000+00:00#5e0b"),
        {"id": "5e0b", **changes},
    )


def test_a_comment_plans_its_page_and_where_it_is_answered() -> None:
    found = affected_pages(remark(3), remark(3, gone=True))
    assert found.pages == {"/comments/ice/3/", "/comments/ice/reply/5e0b/"}
    assert found.comments_changed == set()


def test_a_comment_on_the_first_page_asks_for_the_articles_present_address() -> None:
    found = affected_pages(None, remark(1))
    assert found.pages == {"/comments/ice/reply/5e0b/"}
    assert found.comments_changed == {"ice"}


def test_the_count_is_shown_by_the_article_and_a_new_page_by_the_one_before_it() -> None:
    def talk(pages: int) -> Row:
        return Row(thread_counter_key("ice"), {"pages": pages, "approved": pages})

    assert affected_pages(talk(2), talk(3)).pages == {"/comments/ice/2/", "/comments/ice/3/"}
    assert affected_pages(talk(1), talk(2)).pages == {"/comments/ice/2/"}
    assert affected_pages(None, talk(1)).pages == set()
    assert affected_pages(None, talk(1)).comments_changed == {"ice"}


def test_a_new_headline_moves_the_whole_discussion() -> None:
    old, new = (Row(comment_target_key("ice"), {"headline": headline}) for headline in ("Ice", "Thaw"))
    found = affected_pages(old, new)
    assert (found.pages, found.target_changed) == (set(), {"ice"})


def test_comments_in_a_list_plan_its_feed_and_nothing_else() -> None:
    for name in ("comments", "comments/ice"):
        found = affected_pages(None, Row(Key(entries_partition(name), "2026"), {"id": "5e0b"}))
        assert (found.pages, found.entries) == ({f"/{name}/feed.xml"}, set())


def test_a_comment_that_waits_plans_nothing() -> None:
    for key in (comment_key("5e0b"), Key(HELD, "2026#5e0b"), Key(waiting_partition("5e0b"), "6f0b")):
        found = affected_pages(None, Row(key, {"id": "5e0b", "status": "held"}))
        assert (found.pages, found.comments_changed, found.target_changed, found.rebuilds) == (
            set(),
            set(),
            set(),
            set(),
        )


def test_a_rebuild_looks_for_every_page_of_a_discussion() -> None:
    assert own_pages(remark(3).key) == ["/comments/ice/reply/5e0b/", "/comments/ice/3/"]
    assert own_pages(remark(1).key) == ["/comments/ice/reply/5e0b/"]
    assert own_pages(thread_counter_key("ice")) == ["/comments/ice/feed.xml"]
    assert own_pages(comment_target_key("ice")) == []
