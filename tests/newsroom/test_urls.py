"""Paths say what is drawn at them, and where it is stored."""

import pytest

from newsroom import urls


@pytest.mark.parametrize(
    ("path", "kind", "list_name", "month", "feed"),
    [
        ("/", "front", "all", "", ""),
        ("/section/world/", "front", "section/world", "", ""),
        ("/author/ada-holm/2026/11/", "month", "author/ada-holm", "2026-11", ""),
        ("/archive/2026/11/", "month", "all", "2026-11", ""),
        ("/feed.json", "feed", "all", "", "feed.json"),
        ("/section/world/atom.xml", "feed", "section/world", "", "atom.xml"),
        ("/sitemaps/2026-11.xml", "sitemap", "all", "2026-11", ""),
        ("/sitemaps/pages.xml", "sitemap-pages", "pages", "", ""),
        ("/news-sitemap.xml", "sitemap-news", "news", "", ""),
        ("/assets/style.abc.css", "asset", "", "", ""),
        ("/2026/11/korea/", "text", "", "", ""),
        ("/about/", "text", "", "", ""),
        ("receipts/articles/korea.md.json", "receipt", "", "", ""),
    ],
)
def test_a_path_says_what_is_drawn_there(path: str, kind: str, list_name: str, month: str, feed: str) -> None:
    assert urls.parse_path(path) == urls.Page(path, kind, list_name, month, feed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "kind", "article", "number", "comment"),
    [
        (urls.comments_path("korea", 2), "comments", "korea", 2, ""),
        (urls.comments_path("2026", 17), "comments", "2026", 17, ""),
        (urls.reply_path("korea", "5e0b"), "reply", "korea", 0, "5e0b"),
        (urls.comment_feed_path("korea"), "comment-feed", "korea", 0, ""),
        (urls.comment_feed_path(), "comment-feed", "", 0, ""),
        ("/comments/korea/1/", "text", "", 0, ""),
        ("/comments/korea/two/", "text", "", 0, ""),
        ("/comments/korea/²/", "text", "", 0, ""),
    ],
)
def test_a_path_says_which_part_of_a_discussion_is_drawn_there(
    path: str, kind: str, article: str, number: int, comment: str
) -> None:
    page = urls.parse_path(path)
    assert (page.kind, page.article, page.number, page.comment) == (kind, article, number, comment)


@pytest.mark.parametrize("path", ["/", "/section/world/", "/author/ada-holm/", "/archive/2026/11/", "/archive/"])
def test_what_is_drawn_together_is_marked_as_one_and_no_page_of_it_draws_more(path: str) -> None:
    first, *others = urls.render_group(path)

    assert first == path
    assert others
    assert {urls.group_leader(each) for each in (first, *others)} == {path}
    assert all(urls.render_group(each) == [each] for each in others)


@pytest.mark.parametrize("path", ["/2026/11/korea/", "/tag/ice/", "/section/world/2026/11/", "/news-sitemap.xml",
                                  "/comments/feed.xml", "receipts/articles/korea.md.json"])  # fmt: skip
def test_any_other_page_is_marked_and_drawn_by_itself(path: str) -> None:
    assert (urls.render_group(path), urls.group_leader(path)) == ([path], path)


def test_tags_have_no_feeds() -> None:
    assert urls.feed_paths("tag/ice") == []
    assert urls.parse_path("/tag/ice/feed.xml").kind == "text"


def test_a_receipts_path_always_fits_a_key() -> None:
    long_one, other = "articles/" + "é" * 507 + ".md", "articles/" + "é" * 507 + ".html"
    assert len(urls.receipt_path(long_one).encode()) <= 1024
    assert urls.receipt_path(long_one) != urls.receipt_path(other)
