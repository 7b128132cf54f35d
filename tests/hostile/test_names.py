"""Names, keys and addresses that pretend to be something else."""

import re

import pytest

from newsroom import urls
from newsroom.comments import notifications, submissions
from newsroom.comments.submissions import InvalidForm, Submission
from newsroom.errors import Rejected
from newsroom.rendering import comment_threads, render
from newsroom.rendering.content import CommentsContent
from newsroom.site import default_site
from newsroom.unicode_text import MOST_MARKS, confusable_scripts, limit_combining_marks
from newsroom.uploads import parser
from newsroom.uploads.parsed import ParsedArticle
from tests.hostile import printing
from tests.newsroom import sample_paper
from tests.paper import Paper

SITE = default_site("https://paper.example")
GOOD = {"author": "Wim", "email": "wim@reader.example", "comment": "Well said."}


def name_of(author: str) -> str:
    return submissions.validate({**GOOD, "author": author}, Submission).author


@pytest.mark.parametrize(
    "unseen", ["\u200b", "\u2060\ufeff", "\u200f\u200e", "\u202e", "\u3164", "\u115f\u1160", "\uffa0", "\u00ad", "\u2800", "\u200d", "\ufe0f", "\U000e0041", "\u180e \u200c"],
)  # fmt: skip
def test_a_name_that_nobody_can_see_is_none(unseen: str) -> None:
    with pytest.raises(InvalidForm, match="Write your name"):
        name_of(unseen)


@pytest.mark.parametrize(
    "turned",
    ["\u202eWim", "W\u200bim", "\u2066Wim", "Wim\u2069\u202c", "W\u00adi\u2060m", "\ufeffWim", "Wim\U000e0041"],
)
def test_two_commenters_whose_names_look_alike_have_the_same_name(turned: str) -> None:
    assert name_of(turned) == "Wim"


@pytest.mark.parametrize(
    "name", ["Ὀδυσσεύς", "محمد\u200cرضا", "王小明", "👩\u200d🚀", "O’Neill-Ó Súilleabháin", "x", "42", "★"]
)
def test_names_of_every_script_stay_as_they_are(name: str) -> None:
    assert name_of(name) == name


TOWER = "".join(chr(0x300 + number % 80) for number in range(400))


@pytest.mark.parametrize(
    "name",
    [
        "\u0410nn Bell",
        "Ann B\u0435ll",
        "Ann \u0412\u0435\u04cf\u04cf",
        "\u0391nn Bell",
        "Ann Be\u13de\u13de",
        "\uff21\u043d\u043d",
    ],
)
def test_a_name_made_to_look_like_anothers_waits_for_the_editor_who_is_told_why(quick_paper: Paper, name: str) -> None:
    quick_paper.upload("site.yaml", "title: The Lantern\ncomments: {moderation: none}\n")
    quick_paper.upload("articles/ferry.md", "---\ntitle: Ferry\n---\nLate.\n")
    quick_paper.comment("ferry", "It was me.", author="Ann Bell", email="ann@reader.example")
    quick_paper.comment("ferry", "I resign.", author=name, email="a@b.example")

    page = quick_paper.page("/2026/11/ferry/") or ""
    assert "It was me." in page
    assert "I resign." not in page
    (mail,) = quick_paper.mails()
    assert "letters, which can look the same." in mail["text"]


@pytest.mark.parametrize(
    "name", ["Ann Bell", "Анна Белл", "Άννα", "王小明 Wang", "たなか Tanaka", "김 Kim", "محمد", "Zoë O’Neill", "★ 42"]
)
def test_a_name_in_alphabets_that_do_not_look_alike_waits_for_nobody(name: str) -> None:
    assert confusable_scripts(name) == ""


def test_an_author_whose_name_looks_like_anothers_is_published_with_a_warning() -> None:
    read = parser.parse("articles/a.md", "---\ntitle: Ferry\nauthors: \u0410nn Bell\n---\nText.\n".encode(), SITE)
    assert [(each["line"], "Cyrillic and Latin" in each["message"]) for each in read.warnings] == [(3, True)]


def test_no_letter_carries_a_tower_of_marks() -> None:
    assert name_of(f"W{TOWER}im{TOWER}") == f"W{TOWER[:MOST_MARKS]}im{TOWER[:MOST_MARKS]}"
    sent = submissions.validate({**GOOD, "comment": f"Tow{TOWER}er\n\nก{'้' * 90}"}, Submission)
    assert sent.comment == f"Tow{TOWER[:MOST_MARKS]}er\n\nก{'้' * MOST_MARKS}"
    read = parser.parse("articles/a.md", printing.front({"title": f"Fe{TOWER}rry", "tags": f"t{TOWER}"}, "Text."), SITE)
    assert isinstance(read, ParsedArticle)
    assert read.headline == f"Fe{TOWER[:MOST_MARKS]}rry"
    assert read.tags[0]["name"] == f"t{TOWER[:MOST_MARKS]}"


@pytest.mark.parametrize("word", ["בְּרֵאשִׁ֖ית", "ཧཱུྃ", "น้ำ", "Việt", "e\u0301\u0323", "👩🏽‍🚀", "ﷺ"])
def test_words_of_every_script_keep_their_marks(word: str) -> None:
    assert limit_combining_marks(word) == word


@pytest.mark.parametrize(
    "unseen", ["\u200b", "\u00ad\u2060", "\u3164", "\u2800", "\u200d\ufe0f", "\U000e0041", "\u202e"]
)
@pytest.mark.parametrize("key", ["articles/a.md", "articles/a.html", "pages/a.md"])
def test_a_title_that_nobody_can_see_is_none(unseen: str, key: str) -> None:
    with pytest.raises(Rejected) as refused:
        parser.parse(key, f'---\nlang: en\ntitle: "{unseen}"\n---\nText.\n'.encode(), SITE)
    (problem,) = refused.value.problems
    assert problem["line"] == 3
    assert problem["message"].startswith(f"{key}, line 3: there is no title; write  title:")


def test_a_headline_of_plain_copy_that_nobody_can_see_is_none() -> None:
    read = parser.parse("articles/a.txt", "\u200b\n\nFerry\n\nIt was late.\n\nVery.\n".encode(), SITE)
    assert isinstance(read, ParsedArticle)
    assert read.headline == "Ferry"


def test_nothing_a_commenter_calls_themselves_looks_like_the_papers_own_word() -> None:
    """Pages give no comment a badge, so there is none to forge: every name stands in the same place, isolated."""
    remarks = [printing.remark("a", "The Editor", None, "Hello."), printing.remark("b", "Wim", None, "Hello.")]
    page = sample_paper.text_of("/comments/ferry/2/", CommentsContent(printing.doorstep("Ferry"), 2, True, remarks))
    places = re.findall(r"<h\d>(<bdi>)(?:The Editor|Wim)(</bdi>)</h\d>", page)
    assert len(places) == 2


def test_a_name_on_a_page_cannot_turn_the_text_beside_it() -> None:
    remarks = [printing.remark("a", "\u202eevil", None, "Hello.")]
    page = sample_paper.text_of("/comments/ferry/2/", CommentsContent(printing.doorstep("Ferry"), 2, True, remarks))
    assert "<bdi>\u202eevil</bdi>" in page


@pytest.mark.parametrize("field", ["title", "standfirst", "section", "authors", "tags"])
def test_a_field_of_an_article_keeps_its_letters_and_loses_what_turns_its_neighbours(field: str) -> None:
    raw = printing.front({"title": "Ferry", field: "\u202eFerry \u2067שלום\u2069"}, "Text.")
    read = parser.parse("articles/ferry.md", raw, SITE)
    assert isinstance(read, ParsedArticle)
    shown = f"{read.headline}{read.standfirst}{read.section['name']}{read.authors}{read.tags}"
    assert "Ferry שלום" in shown
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", shown)


def test_an_address_in_a_comment_ends_where_its_text_is_turned() -> None:
    assert 'href="https://a.example/x"' in comment_threads.paragraphs("See https://a.example/x\u202egnp.exe")


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/\u202egnp.exe",
        "https://a\u200b.example/",
        "javascript:alert(1)//a.b",
        "data:text/html,x.y",
        "https://user@a.example",
        "https://a.example:0/",
    ],
)
def test_a_commenters_website_that_is_not_what_it_seems_is_refused(url: str) -> None:
    with pytest.raises(InvalidForm, match="no web address"):
        submissions.validate({**GOOD, "url": url}, Submission)


@pytest.mark.parametrize(
    "email",
    [
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example\nX: y",
        "a@b.example, c@d.example",
        "<a@b.example>",
        "a@b.example\x00",
        "a b@c.example",
        '"a"@b.example',
    ],
)
def test_a_mail_address_that_would_be_two_or_a_header_is_refused(email: str) -> None:
    with pytest.raises(InvalidForm):
        submissions.validate({**GOOD, "email": email}, Submission)


def test_a_subject_is_one_line_without_control_characters_whatever_it_is_made_of() -> None:
    reply = printing.remark("x", "Wim =?utf-8?q?=0d=0a?=\r\nBcc: v@b.example\x00\x1b[31m\x85\u2028", None, "Hi")
    site = {**default_site(""), "title": reply["author"]}
    answers = [notifications.ReplyNotice(reply, "F", "https://a.example")]  # type: ignore[arg-type]
    mail = notifications.reply_notification("a@b.example", site, answers, 0, unsubscribe="https://a.example")  # type: ignore[arg-type]
    assert mail.subject == "Wim = ?utf-8?q?=0d=0a?= Bcc: v@b.example [31m : an answer to your comment"
    assert mail.from_name == "Wim = ?utf-8?q?=0d=0a?= Bcc: v@b.example [31m"


ODD_KEYS = [
    "articles/../site.yaml", "articles/./a.md", "articles//a.md", "/articles/a.md", "articles/..", "articles/a.md/", "../articles/a.md", "articles/a.md\x00.png", "articles\\a.md",
    "articles/" + "a" * 1_100 + ".md", "articles/" + "a/" * 600 + "b.md", "site.yaml.md", "site.yml", "receipts/articles/a.md.json", "authors/x/y.md", "articles/.md/..", "",
]  # fmt: skip


@pytest.mark.parametrize("key", ODD_KEYS)
def test_a_key_that_is_no_plain_name_is_no_file_of_the_papers(key: str) -> None:
    with pytest.raises(Rejected):
        parser.parse(key, b"---\ntitle: A\n---\nB\n", SITE)


@pytest.mark.parametrize(
    "name",
    [
        "%2e%2e%2fsite",
        "a%00b",
        "\u202emd.exe",
        "e\u0301",
        "\u00e9",
        "con",
        "-",
        "a b",
        "ａ",
        "a?b#c",
        "<script>",
        "\u2025",
        "a..b",
        "a\nb",
        "🎈" * 200,
        "\ufdfa" * 80,
    ],
)
def test_an_address_is_ascii_whatever_its_file_is_called(name: str) -> None:
    read = parser.parse(f"articles/{name}.md", b"---\ntitle: A\n---\nB\n", SITE)
    assert isinstance(read, ParsedArticle)
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", read.slug)
    assert re.fullmatch(r"[a-z0-9-]{1,220}", read.id)
    key = urls.receipt_path(f"articles/{name}.md")
    assert key.startswith("receipts/articles/")
    assert len(key.encode()) <= 1024


def test_letters_and_their_composed_forms_make_one_address() -> None:
    slugs = [parser.parse(f"articles/caf{e}.md", b"---\ntitle: A\n---\nB\n", SITE).slug for e in ("e\u0301", "\u00e9")]  # type: ignore[union-attr]
    assert slugs == ["cafe", "cafe"]


def test_a_page_that_tells_of_a_problem_says_it_as_text() -> None:
    said = "<img src=x onerror=alert(1)>"
    error = {
        "article": printing.doorstep(said),
        "problems": [{"field": "email", "message": said}],
        "given": submissions.form_values({"author": said}),
    }
    assert b"<img" not in render.render_response("form-error", error, SITE)


def test_a_number_in_toml_that_no_machine_holds_is_refused_in_words() -> None:
    for number in ("9" * 5_000, "0x" + "f" * 4_000, "1" + "0" * 30):
        with pytest.raises(Rejected, match="too large"):
            parser.parse("articles/a.md", f"+++\ntitle = 'A'\nn = {number}\n+++\nB\n".encode(), SITE)
