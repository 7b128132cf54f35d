"""An embargo holds: until its time not one byte of an article is in the site bucket, and then all of it is."""

import json
import re
from datetime import UTC, datetime

import pytest

from adapters import clients
from newsroom import urls
from tests.paper import Paper

KEY = "articles/zanzibar-dossier.txt"
ADDRESS = "/2026/11/quokka-ledger/"
MARKED = {
    "slug": "quokka-ledger",
    "key": "zanzibar-dossier",
    "alias": "wombat-alias",
    "headline": "Velvet headline",
    "standfirst": "Sapphire standfirst",
    "text": "Marmalade paragraph",
    "section": "Obsidian",
    "tag": "Periwinkle",
    "author": "Thaddeus",
    "biography": "Tangerine biography",
    "source": "Cinnabar Wire",
    "image": "vermilion.jpg",
    "alt": "Chartreuse harbour",
    "credit": "Magenta Photographer",
}
"""Words that stand in one place of the article each, and nowhere else in the paper."""

SCHEDULED = """---
publish_at: 2026-11-24T10:00+00:00
slug: quokka-ledger
section: Obsidian
tags: [Periwinkle]
aliases: [/old/wombat-alias/]
image: https://images.example/vermilion.jpg
image_alt: Chartreuse harbour
image_credit: Magenta Photographer
---
Velvet headline of the day

Sapphire standfirst in one line.

Marmalade paragraph, which is long enough to be read as one and ends with a full stop.

Another paragraph, so that there is a body to speak of, and it ends with a full stop as well.

Original Source: Cinnabar Wire

Thaddeus Crane

Thaddeus Crane is the Tangerine biography of this paper and has written about ledgers for many years.
"""
PLAIN_COPY = SCHEDULED.rpartition("---\n")[2]
LIVE = "---\ntitle: Nothing to see\ndate: 2026-11-23T08:00+00:00\n---\nSee [this](/2026/11/quokka-ledger/).\n"
AT_NINE, JUST_BEFORE, IN_TIME = "2026-11-24T09:00", "2026-11-24T09:59:59", "2026-11-24T10:00"


def leaked(paper: Paper) -> dict[str, list[str]]:
    """The marked words in each object of the site bucket: in its key, its bytes or what is told beside them."""
    found = {}
    for key, body in paper.site().items():
        told = json.dumps(clients.s3().head_object(Bucket="site", Key=key)["Metadata"])
        public = f"{key}\n{body.decode()}\n{told}".lower()
        if words := [name for name, words in MARKED.items() if words.lower() in public]:
            found[key] = words
    return found


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def without_edition(page: str) -> str:
    return re.sub(r"<!--.*?-->|edition[^\n]*", "", page)


@pytest.fixture
def paper(quick_paper: Paper) -> Paper:
    """A paper that has something to show, and a link to what it does not show yet."""
    quick_paper.upload("articles/nothing.md", LIVE)
    return quick_paper


def test_of_a_scheduled_article_with_everything_not_one_byte_is_public_before_its_time(paper: Paper) -> None:
    paper.upload(KEY, SCHEDULED)

    assert paper.receipt(KEY)["status"] == "scheduled", paper.receipt(KEY)
    assert leaked(paper) == {}
    for moment in (AT_NINE, JUST_BEFORE):
        paper.tick(at(moment))
        paper.rebuild()
        assert leaked(paper) == {}


def test_at_its_time_it_appears_whole(paper: Paper) -> None:
    paper.upload(KEY, SCHEDULED)
    paper.tick(at(IN_TIME))

    shown = leaked(paper)
    assert set(shown[urls.object_key(ADDRESS)]) == MARKED.keys() - {"alias"}
    assert set(shown["author/thaddeus-crane/index.html"]) >= {"biography", "headline", "slug"}
    assert "slug" in shown["old/wombat-alias/index.html"]
    for list_page in ("index.html", "section/obsidian/index.html", "tag/periwinkle/index.html", "feed.xml",
                      "news-sitemap.xml", "sitemaps/2026-11.xml", "archive/2026/11/index.html"):  # fmt: skip
        assert "slug" in shown[list_page], list_page
    assert "slug" in shown["2026/11/nothing/index.html"]  # the link that led nowhere leads there now


def test_released_by_the_clock_or_published_at_once_it_is_the_same_paper(paper: Paper) -> None:
    paper.upload(KEY, SCHEDULED)
    paper.tick(at(IN_TIME))
    released = {path: paper.page(path) for path in (ADDRESS, "/author/thaddeus-crane/")}
    paper.delete(KEY)
    paper.upload(KEY, SCHEDULED)

    for path, page in released.items():
        again = paper.page(path)
        assert page is not None
        assert again is not None
        assert without_edition(page) == without_edition(again)


@pytest.mark.parametrize("held_back", ["draft: true", "expires_at: 2026-11-22"])
def test_of_a_draft_or_of_what_expired_before_it_came_nothing_is_public_ever(paper: Paper, held_back: str) -> None:
    paper.upload(KEY, SCHEDULED.replace("publish_at: 2026-11-24T10:00+00:00", held_back))

    paper.tick(at("2026-12-01T00:00"))
    paper.rebuild()

    assert leaked(paper) == {}


def test_a_draft_does_not_change_what_is_said_of_its_author(paper: Paper) -> None:
    paper.upload("articles/first.txt", PLAIN_COPY.replace("Tangerine", "Older"))
    paper.upload(KEY, SCHEDULED)
    assert "Older biography" in (paper.page("/author/thaddeus-crane/") or "")
    assert "Tangerine" not in (paper.page("/author/thaddeus-crane/") or "")

    paper.tick(at(IN_TIME))

    assert "Tangerine biography" in (paper.page("/author/thaddeus-crane/") or "")


def test_an_author_with_a_file_is_spoken_for_by_that_when_the_article_is_released(paper: Paper) -> None:
    paper.upload(KEY, SCHEDULED)
    paper.upload("authors/thaddeus-crane.md", "---\nname: Thaddeus Crane\n---\nIn his own words.\n")

    paper.tick(at(IN_TIME))

    assert "In his own words." in (paper.page("/author/thaddeus-crane/") or "")
    assert "Tangerine" not in (paper.page("/author/thaddeus-crane/") or "")


@pytest.mark.parametrize("held_back", ["publish_at: 2026-11-24T10:00+00:00", "draft: true"])
def test_a_live_article_held_back_again_says_nothing_of_what_it_will_be(paper: Paper, held_back: str) -> None:
    paper.upload(KEY, "Old headline\n\n" + "Old words, and enough of them to be read as a paragraph here.\n\n" * 2)
    old = "/2026/11/zanzibar-dossier/"
    assert "Old headline" in (paper.page(old) or "")

    paper.upload(KEY, SCHEDULED.replace("publish_at: 2026-11-24T10:00+00:00", held_back))
    paper.rebuild()

    assert paper.is_gone(old)
    assert leaked(paper).keys() <= {urls.object_key(old), "comments/zanzibar-dossier/feed.xml"}
    assert paper.page(ADDRESS) is None
    assert paper.page("/old/wombat-alias/") is None

    paper.upload(KEY, SCHEDULED)
    paper.tick(at(IN_TIME))
    assert "Velvet headline" in (paper.page(ADDRESS) or "")
    assert paper.leads_to(old) == ADDRESS

    paper.upload(KEY, SCHEDULED.replace("publish_at: 2026-11-24T10:00+00:00", "draft: true"))
    assert [paper.is_gone(path) for path in (ADDRESS, old, "/old/wombat-alias/")] == [True] * 3
    paper.rebuild()
