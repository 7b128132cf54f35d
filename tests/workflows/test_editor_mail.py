"""The mail to the editor: everything that is held can be reached from it."""

import re
from datetime import timedelta

import pytest

from adapters.table import Table
from moderate_comment.held_comments import AT_ONCE, SHOWN
from newsroom.comments import tokens
from newsroom.comments.notifications import AT_MOST
from newsroom.table_keys import OUTBOX, comment_key
from tests.faults import Fault
from tests.paper import EDITORS_SECRET, READERS_SECRET, Paper

KOREA = "---\ntitle: Water in the square\ndate: 2026-11-20\n---\nThe sea came in.\n"
DAY = timedelta(days=1, minutes=1)


@pytest.fixture
def open_paper(quick_paper: Paper) -> Paper:
    """A paper with one article that takes comments."""
    quick_paper.upload("site.yaml", "comments: {seconds_between: 0}\n")
    quick_paper.upload("articles/korea.md", KOREA)
    return quick_paper


def links(text: str, kind: str) -> list[str]:
    return re.findall(rf"^{kind}: (\S+)$", text, re.MULTILINE)


def page_of_held(text: str) -> str:
    (address,) = re.findall(r"\S+/api/moderate/held\?t=\S+", text)
    return str(address)


def values(page: str) -> list[str]:
    return re.findall(r'type="checkbox"[^>]* name="comment" value="([^"]+)"', page)


def status(id: str) -> str:
    row = Table("news").get(comment_key(id))
    assert row
    return str(row.doc["status"])


def test_the_next_mail_has_the_next_ones_until_all_were_mailed(open_paper: Paper) -> None:
    ids = [open_paper.comment("korea", f"Number {number}.", f"R{number}") for number in range(2 * AT_MOST + 3)]
    mails = [mail for _ in range(4) for mail in open_paper.mails()]

    assert [len(links(mail["text"], "Approve")) for mail in mails] == [AT_MOST, AT_MOST, 3]
    for mail in mails:
        for link in links(mail["text"], "Approve"):
            assert open_paper.ask(link, {})["statusCode"] == 200
    assert {status(id) for id in ids} == {"approved"}
    assert not Table("private").query("NEXT-DIGEST")


def test_what_does_not_fit_a_mail_hides_nothing_else(open_paper: Paper) -> None:
    for number in range(AT_MOST + 5):
        open_paper.comment("korea", f"Number {number}.", f"R{number}")
    open_paper.mails()

    assert Table("private").query(OUTBOX) == []


def test_what_was_decided_meanwhile_is_not_in_the_next_mail(open_paper: Paper) -> None:
    ids = [open_paper.comment("korea", f"Number {number}.", f"R{number}") for number in range(AT_MOST + 3)]
    open_paper.mails()
    open_paper.moderate("spam", *ids[AT_MOST:])

    assert open_paper.mails() == []
    assert not Table("private").query("NEXT-DIGEST")


def test_the_editor_is_reminded_every_day_while_anything_waits(open_paper: Paper) -> None:
    id = open_paper.comment("korea", "Seven centimetres.")
    open_paper.mails()
    for _ in range(9):
        assert open_paper.mails() == []
        open_paper.now += DAY
        [mail] = open_paper.mails()
        assert "1 comment still waits" in mail["subject"]
        assert "Seven centimetres." in mail["text"]
    assert open_paper.ask(links(mail["text"], "Approve")[0], {})["statusCode"] == 200
    assert status(id) == "approved"

    open_paper.now += DAY
    assert open_paper.mails() == []
    open_paper.now += DAY
    assert open_paper.mails() == []
    assert Table("private").query("EDITOR-MAIL") == []


def test_an_expired_link_shows_the_comment_and_has_fresh_ones_mailed_to_the_editor_alone(open_paper: Paper) -> None:
    id = open_paper.comment("korea", "Seven centimetres.")
    [first] = open_paper.mails()
    open_paper.now += timedelta(days=8)
    for kind in ("Approve", "Decline", "Spam", "Leave it held"):
        link = links(first["text"], kind)[0]
        page = open_paper.ask(link)
        assert page["statusCode"] == 410
        assert "Seven centimetres." in page["body"]
        assert set(re.findall(r"/api/moderate[^\"]*", page["body"])) == {link.removeprefix("https://paper.example")}
        assert open_paper.ask(link, {})["statusCode"] == 410
        assert status(id) == "held"

    fresh = open_paper.ask(link, {"action": "renew"})
    assert fresh["statusCode"] == 200
    assert "/api/moderate" not in fresh["body"]
    assert open_paper.ask(link, {"action": "renew"})["statusCode"] == 429, "mail without end"
    [mail] = open_paper.mails()
    assert mail["to"] == ["desk@paper.example"]
    assert open_paper.ask(links(mail["text"], "Approve")[0], {})["statusCode"] == 200
    assert status(id) == "approved"
    assert "Seven" not in open_paper.ask(link)["body"], "what was decided is shown no more"


def test_a_page_of_another_site_cannot_have_links_mailed(open_paper: Paper) -> None:
    open_paper.comment("korea", "Seven centimetres.")
    [mail] = open_paper.mails()
    open_paper.now += timedelta(days=8)
    foreign = open_paper.ask(links(mail["text"], "Spam")[0], {"action": "renew"}, origin="https://evil.example")

    assert foreign["statusCode"] == 403


# ── The page of all that is held ──


def test_every_mail_to_the_editor_leads_to_all_that_is_held(open_paper: Paper) -> None:
    texts = [f"Flood <b>{number}</b> & more." for number in range(AT_ONCE + 5)]
    ids = [open_paper.comment("korea", text, f"R{number}") for number, text in enumerate(texts)]
    [mail] = open_paper.mails()
    first = open_paper.ask(page_of_held(mail["text"]))
    (next_one,) = re.findall(r'href="(/api/moderate/held[^"]+)">The next', first["body"])
    second = open_paper.ask(next_one.replace("&amp;", "&"))

    assert first["headers"]["cache-control"] == "no-store"
    assert first["headers"]["x-robots-tag"] == "noindex"
    assert "Flood &lt;b&gt;0&lt;/b&gt; &amp; more." in first["body"]
    shown = [value.partition(".")[0] for page in (first, second) for value in values(page["body"])]
    assert shown == ids
    assert "@reader.example" not in first["body"] + second["body"]
    assert {status(id) for id in ids} == {"held"}


@pytest.mark.parametrize(("action", "after"), [("approve", "approved"), ("decline", "rejected"), ("spam", "spam")])
def test_many_comments_are_decided_about_at_once(open_paper: Paper, action: str, after: str) -> None:
    ids = [open_paper.comment("korea", f"Number {number}.", f"R{number}") for number in range(4)]
    [mail] = open_paper.mails()
    address = page_of_held(mail["text"])
    chosen = values(open_paper.ask(address)["body"])[1:]
    done = open_paper.ask_many(address, [("action", action), *(("comment", value) for value in chosen)])

    assert done["statusCode"] == 200
    assert "3 " in re.findall(r'role="status">([^<]+)', done["body"])[0]
    assert [status(id) for id in ids] == ["held", after, after, after]

    again = open_paper.ask_many(address, [("action", "spam"), *(("comment", value) for value in chosen)])
    assert "3 left alone" in again["body"]
    assert [status(id) for id in ids] == ["held", after, after, after]


def test_all_on_a_page_are_decided_about_without_a_script(open_paper: Paper) -> None:
    ids = [open_paper.comment("korea", f"Number {number}.", f"R{number}") for number in range(AT_ONCE)]
    address = page_of_held(open_paper.mails()[0]["text"])
    shown = re.findall(r'name="shown" value="([^"]+)"', open_paper.ask(address)["body"])
    sent = [("all", "yes"), ("action", "spam"), *(("shown", value) for value in shown)]

    assert "Nothing is held" in open_paper.ask_many(address, sent)["body"]
    assert {status(id) for id in ids} == {"spam"}


def test_what_changed_since_the_page_was_made_is_left_alone(open_paper: Paper) -> None:
    answer = open_paper.post("korea", {"author": "Wim", "email": "wim@reader.example", "comment": "Seven."})
    open_paper.settle()
    address = page_of_held(open_paper.mails()[0]["text"])
    (value,) = values(open_paper.ask(address)["body"])
    open_paper.ask(answer["headers"]["location"], {"action": "edit", "author": "Wim", "comment": "Eight."})
    done = open_paper.ask_many(address, [("action", "approve"), ("comment", value)])

    assert "1 left alone" in done["body"]
    assert status(value.partition(".")[0]) == "held"


def test_the_page_decides_about_nothing_that_is_not_held(open_paper: Paper) -> None:
    id = open_paper.comment("korea", "Seven centimetres.")
    address = page_of_held(open_paper.mails()[0]["text"])
    open_paper.moderate("approve", id)
    row = Table("news").get(comment_key(id))
    assert row
    open_paper.ask_many(address, [("action", "spam"), ("comment", f"{id}.{row.rev}")])

    assert status(id) == "approved"


@pytest.mark.parametrize(
    "sent",
    [
        [], [("action", "approve")], [("comment", "x")], [("action", "erase"), ("comment", "5e0b.1")],
        [("action", "approve"), ("comment", "")], [("action", "approve"), ("comment", "5e0b.\u0661\u0662.7")],
        [("action", "approve"), ("comment", "5e0b." + "9" * 5000)], [("action", "approve")] * 500,
        [("action", "approve"), ("comment", "x" * 40_000)],
    ],
    ids=range(9),
)  # fmt: skip
def test_what_says_nothing_does_nothing(open_paper: Paper, sent: list[tuple[str, str]]) -> None:
    id = open_paper.comment("korea", "Seven centimetres.")
    address = page_of_held(open_paper.mails()[0]["text"])

    assert open_paper.ask_many(address, sent)["statusCode"] == 422
    assert status(id) == "held"


def test_a_long_comment_is_shown_in_part_and_leads_to_the_whole(open_paper: Paper) -> None:
    open_paper.comment("korea", "word " * SHOWN + "the end.")
    address = page_of_held(open_paper.mails()[0]["text"])
    body = open_paper.ask(address)["body"]
    (whole,) = re.findall(r'href="([^"]+)">Read the whole', body)

    assert "the end." not in body
    assert "the end." in open_paper.ask(whole)["body"]
    open_paper.now += DAY
    assert open_paper.ask(whole)["statusCode"] == 410, "a link that lasts a day led to one that lasts longer"


def test_the_page_lasts_a_day_and_no_other_seal_opens_it(open_paper: Paper) -> None:
    id = open_paper.comment("korea", "Seven centimetres.")
    [mail] = open_paper.mails()
    address = page_of_held(mail["text"])
    base, token = address.split("?t=")
    later = int(open_paper.now.timestamp()) + 10**6
    others = [
        links(mail["text"], "Approve")[0].split("?t=")[1], tokens.receipt_token(READERS_SECRET, id), token + "A",
        token[:-2],
        tokens.held_page_token("x" * 64, later), tokens.held_page_token(READERS_SECRET, later), "",
        tokens.unsubscribe_token(READERS_SECRET, id), tokens.subscribe_token(READERS_SECRET, id),
        tokens.unsubscribe_token(EDITORS_SECRET, id), tokens.subscribe_token(EDITORS_SECRET, id),
    ]  # fmt: skip
    for other in others:
        for fields in (None, {"action": "approve", "comment": f"{id}.1"}):
            answer = open_paper.ask(f"{base}?t={other}", fields)
            assert answer["statusCode"] == 400
            assert "Seven" not in answer["body"]
    foreign = open_paper.ask(address, {"action": "approve", "comment": f"{id}.1"}, origin="https://evil.example")
    assert foreign["statusCode"] == 403

    open_paper.now += DAY
    for fields in (None, {"action": "approve", "comment": f"{id}.1"}):
        answer = open_paper.ask(address, fields)
        assert answer["statusCode"] == 410
        assert "Seven" not in answer["body"]
    assert status(id) == "held"


def test_replies_that_waited_are_released_by_the_clock(open_paper: Paper) -> None:
    open_paper.upload("site.yaml", "comments: {moderation: none, hold_words: [pump], seconds_between: 0}\n")
    parent = open_paper.comment("korea", "A pump.")
    reply = open_paper.comment("korea", "Whose?", parent=parent)
    address = page_of_held(open_paper.mails()[0]["text"])
    (value,) = [value for value in values(open_paper.ask(address)["body"]) if value.startswith(parent)]
    open_paper.ask_many(address, [("action", "approve"), ("comment", value)])
    open_paper.mails()

    assert status(reply) == "approved"


# ── What SES refuses ──


def refuse(paper: Paper, code: str) -> Fault:
    """Let SES refuse all mail."""
    return paper.aws.fail("SendEmail", error=code, message="desk@paper.example is no good")


@pytest.mark.parametrize(
    "code", ["BadRequestException", "MessageRejected", "InvalidParameterValue", "ValidationException"]
)
def test_an_editors_address_that_is_refused_for_good_is_tried_once_and_reminded_of_later(
    open_paper: Paper, code: str
) -> None:
    open_paper.comment("korea", "Seven centimetres.")
    with refuse(open_paper, code) as refused:
        for _ in range(3):
            assert open_paper.mails() == []
            open_paper.now += timedelta(minutes=1)
    assert len(refused.asked) == 1

    open_paper.now += DAY
    assert "Seven centimetres." in open_paper.mails()[0]["text"]
