"""Front matter is found where other programs put it, or the upload is rejected; it is never shown to readers."""

import pytest

from newsroom.errors import Rejected
from newsroom.site import Site, default_site
from newsroom.uploads.parsed import ParsedArticle, ParsedPage
from newsroom.uploads.parser import parse

SITE: Site = {**default_site("https://paper.example"), "timezone": "Europe/Berlin"}
FRONT = "---\ntitle: Late\ndraft: true\n---\n"
BODIES = {
    "md": "Secret plans.\n",
    "markdown": "Secret plans.\n",
    "html": "<p>Secret plans.</p>\n",
    "txt": "Secret plans.\n",
}


def article(text: str, ext: str = "md") -> ParsedArticle:
    said = parse(f"articles/plans.{ext}", text.encode(), SITE)
    assert isinstance(said, ParsedArticle)
    return said


def problem(text: str, ext: str = "md") -> tuple[int | None, str]:
    with pytest.raises(Rejected) as rejected:
        article(text, ext)
    [found] = rejected.value.problems
    return found.get("line"), found["message"]


@pytest.mark.parametrize("ext", BODIES)
@pytest.mark.parametrize(
    "above",
    ["\n", "\n \n\t\n", "\ufeff", "\ufeff\n", "\u200b", "\u200c\n", "\u200d", "\u2060\n", "  ", "\xa0\n",
     "<!-- a -->\n", "<!-- a\n\nb -->\n\n<!-- c -->", "<!doctype html>\n", "<!DOCTYPE html PUBLIC '-//W3C//DTD'>\n",
     "<?xml version='1.0' encoding='utf-8'?>\n<!-- a -->\n"],
)  # fmt: skip
def test_front_matter_is_found_below_what_nobody_sees(above: str, ext: str) -> None:
    said = article(above + FRONT + BODIES[ext], ext)
    assert (said.headline, said.draft, said.body) == ("Late", True, "<p>Secret plans.</p>")
    assert said.lines["draft"] == above.count("\n") + 3
    assert "---" not in said.summary


@pytest.mark.parametrize("ext", BODIES)
@pytest.mark.parametrize(
    "front",
    ["---\r\ntitle: Late\r\ndraft: true\r\n---\r\n", "---  \ntitle: Late\ndraft: true\n---\t\n",
     "--- yaml\ntitle: Late\ndraft: true\n---\n", "---toml\ntitle = 'Late'\ndraft = true\n---\n",
     "+++\ntitle = 'Late'\ndraft = true\n+++ \n", '---json\n{"title": "Late", "draft": true}\n---\n',
     '{"title": "Late", "draft": true}\n', '{\n  "title": "Late",\n  "draft": true\n}\n\n',
     "---\n\u200btitle: Late\n\u200bdraft: \u200btrue\n---\n", "  ---\n  title: Late\n  draft: true\n  ---\n",
     "title: Late\ndraft: true\n\n", "Title: Late\nStatus: draft\n\n", "title: Late\ndraft: true\n---\n",
     "title = \"Late\"\ndraft = true\n\n", "Title: Late\nStatus:draft\n\n", "<!-- title: Late\nstatus: draft -->\n",
     "**Title:** Late\n**Status:** Draft\n\n", "title:: Late\nstatus:: draft\n\n", ":title: Late\n:status: draft\n\n"],
)  # fmt: skip
def test_front_matter_is_read_in_every_form(front: str, ext: str) -> None:
    said = article(front + BODIES[ext], ext)
    assert (said.headline, said.draft, said.body) == ("Late", True, "<p>Secret plans.</p>")


@pytest.mark.parametrize(
    ("text", "ext"),
    [
        ("# Plans\n\nStatus: Draft\nOwner: Ann\nTags: a, b\n\nSecret plans.", "md"),
        ("Plans\n=====\n\nStatus: 🟡 In review\nCreated: November 23, 2026 9:30 AM\n\nSecret plans.", "md"),
        ("# Plans\n\n- Status: Draft\n- Owner: Ann\n\nSecret plans.", "md"),
        ("# Plans\n\n---\ndraft: true\ntags: [a]\n---\n\nSecret plans.", "md"),
        ("# Plans\n---\ndraft: true\n---\n\nSecret plans.", "md"),
        ("<h1>Plans</h1>\n<p>Status: Draft</p>\n<p>Secret plans.</p>", "html"),
        ("<h1>Plans</h1>\n---\ndraft: true\n---\n<p>Secret plans.</p>", "html"),
        ("Plans\n\nStatus: Draft\n\nSecret plans.", "txt"),
    ],
)
def test_fields_below_the_first_heading_are_read(text: str, ext: str) -> None:
    said = article(text, ext)
    assert (said.headline, said.draft, said.body) == ("Plans", True, "<p>Secret plans.</p>")
    assert said.lines["draft"] == 1 + next(
        n for n, line in enumerate(text.split("\n")) if "tatus" in line or "dra" in line
    )


def test_pelicans_lines_say_everything() -> None:
    said = article(
        "Title: Plans\nDate: 2026-11-20 10:00\nTags: a, b\nAuthors: Ann Bell\nSummary: What\n  is to be\n\nText."
    )
    assert (said.headline, said.date, said.standfirst) == ("Plans", "2026-11-20T10:00:00+01:00", "What is to be")
    assert ([tag["name"] for tag in said.tags], said.authors[0]["name"], said.body) == (
        ["a", "b"], "Ann Bell", "<p>Text.</p>"
    )  # fmt: skip


def test_pelicans_meta_in_html_is_read() -> None:
    text = (
        "<html><head><title>Plans</title>\n<meta name='status' content='draft'>\n<meta content='2015-03-01' name=date>\
</head><body><p>Text.</p></body></html>"
    )
    said = article(text, "html")
    assert (said.draft, said.date, said.lines["draft"]) == (True, "2015-03-01T00:00:00+01:00", 2)
    assert not article(text.replace("draft", "fine"), "html").draft


@pytest.mark.parametrize(
    ("text", "ext", "line"),
    [
        ("# Plans\n\nIntro.\n\n---\ntitle: Late\ndraft: true\n---\n\nText.", "md", 6),
        ("Head\n\nIntro.\n\n---\ntitle: Late\ndraft: true\n---\n\nText.", "txt", 6),
        ("<p>Intro.</p>\n<p>More.</p>\n---\ntitle: Late\ndraft: true\n---\n<p>Text.</p>", "html", 4),
        ("---\ntitle: Plans\n---\n# Plans\n\nStatus: Draft\n\nText.", "md", 6),
        ("---\ntitle: Plans\n---\n---\ndraft: true\n---\nText.", "md", 5),
        ("----\ntitle: Late\ndraft: true\n----\nText.", "md", 1),
        ("—\ntitle: Late\ndraft: true\n—\nText.", "txt", 1),
        (';;;\n"title": "Late"\n;;;\nText.\n\nMore.', "txt", 1),
        ("# Plans\n\nStatus: maybe\n\nText.", "md", 3),
        ("Embargo: next week\n\nHeadline\n\nText.", "txt", 1),
        ("<!-- status: draft -->\n---\ntitle: Plans\n---\nText.", "md", 1),
        ('{"title": "Plans", "draft": yes}\nText.', "md", 1),
        ('<h1>Plans</h1>\n<table class="properties"><tr><th>Status<td>Draft</table><p>Text.</p>', "html", 2),
    ],
)
def test_what_looks_like_front_matter_and_is_not_read_rejects_the_upload(text: str, ext: str, line: int) -> None:
    place, message = problem(text, ext)
    assert place == line
    assert "write" in message


@pytest.mark.parametrize(
    ("text", "ext", "shown"),
    [
        ("# Council\n\nNote: the council met.\n\nMore.", "md", "<p>Note: the council met.</p>"),
        ("Live: Council votes on the pier\n\nIt is late.\n\nThe council met.", "txt", "<p>The council met.</p>"),
        ("Note: the council met.\n\nMore.", "txt", "<p>More.</p>"),
        ("# Talk\n\nQ: Why?\nA: Because.", "md", "Q: Why?"),
        ("# Fair\n\nTime: 9:30\nPlace: Town hall\n\nText.", "md", "Place: Town hall"),
        ("# Harbour\n\nStatus: the harbour is closed until Monday.\n\nText.", "md", "the harbour is closed"),
        ("# Harbour\n\nOne.\n\n---\n\nTwo.\n\n---\nThree.", "md", "<hr>"),
        ("---\ntitle: Rules\n---\nOne.\n\n---\n\nPlace: Town hall\n\n---\n\nThree.", "md", "<p>Place: Town hall</p>"),
        ("# Hugo\n\nWrite:\n\n```\n---\ntitle: x\ndraft: true\n---\n```", "md", "draft: true"),
        ("# Hugo\n\nWrite:\n\n    ---\n    draft: true\n    ---\n", "md", "draft: true"),
        ("# Sums\n\na = b\n\nText.", "md", "a = b"),
        ("{Video} of the pier\n\nIt is long.\n\nText.", "txt", "<p>Text.</p>"),
        ("https://wire.example/a\n\nIt is long.\n\nText.", "txt", "<p>Text.</p>"),
    ],
)
def test_ordinary_text_is_published_as_text(text: str, ext: str, shown: str) -> None:
    said = article(text, ext)
    assert shown in said.body
    assert not said.draft


def test_pages_are_read_in_the_same_way() -> None:
    said = parse("pages/about.md", b"# About\n\nStatus: Draft\n\nText.", SITE)
    assert isinstance(said, ParsedPage)
    assert (said.draft, said.body) == (True, "<p>Text.</p>")


def test_a_field_given_twice_in_lines_or_json_is_rejected() -> None:
    assert "a second time" in problem("Title: Plans\nStatus: draft\nStatus: published\n\nText.")[1]
    assert "a second time" in problem('{"title": "Plans", "draft": true, "draft": false}\nText.')[1]
