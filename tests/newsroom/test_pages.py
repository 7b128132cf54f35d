"""Paths say what is drawn at them, and where it is stored."""

import pytest

from newsroom import pages


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
    assert pages.read(path) == pages.Page(path, kind, list_name, month, feed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "kind", "article", "number", "comment"),
    [
        (pages.comments("korea", 2), "comments", "korea", 2, ""),
        (pages.comments("2026", 17), "comments", "2026", 17, ""),
        (pages.reply("korea", "5e0b"), "reply", "korea", 0, "5e0b"),
        (pages.comment_feed("korea"), "comment-feed", "korea", 0, ""),
        (pages.comment_feed(), "comment-feed", "", 0, ""),
        ("/comments/korea/1/", "text", "", 0, ""),
        ("/comments/korea/two/", "text", "", 0, ""),
        ("/comments/korea/²/", "text", "", 0, ""),
    ],
)
def test_a_path_says_which_part_of_a_discussion_is_drawn_there(
    path: str, kind: str, article: str, number: int, comment: str
) -> None:
    page = pages.read(path)
    assert (page.kind, page.article, page.number, page.comment) == (kind, article, number, comment)


@pytest.mark.parametrize("path", ["/", "/section/world/", "/author/ada-holm/", "/archive/2026/11/", "/archive/"])
def test_what_is_drawn_together_is_marked_as_one_and_no_page_of_it_draws_more(path: str) -> None:
    first, *others = pages.together(path)

    assert first == path
    assert others
    assert {pages.marked_as(each) for each in (first, *others)} == {path}
    assert all(pages.together(each) == [each] for each in others)


@pytest.mark.parametrize("path", ["/2026/11/korea/", "/tag/ice/", "/section/world/2026/11/", "/news-sitemap.xml",
                                  "/comments/feed.xml", "receipts/articles/korea.md.json"])  # fmt: skip
def test_any_other_page_is_marked_and_drawn_by_itself(path: str) -> None:
    assert (pages.together(path), pages.marked_as(path)) == ([path], path)


def test_tags_have_no_feeds() -> None:
    assert pages.feeds("tag/ice") == []
    assert pages.read("/tag/ice/feed.xml").kind == "text"


def test_a_receipts_path_always_fits_a_key() -> None:
    long_one, other = "articles/" + "é" * 507 + ".md", "articles/" + "é" * 507 + ".html"
    assert len(pages.receipt(long_one).encode()) <= 1024
    assert pages.receipt(long_one) != pages.receipt(other)
