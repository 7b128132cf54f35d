"""moderate_comment, woken by the HTTP API and by the clock."""

import re
from datetime import timedelta
from typing import Any

import pytest

from adapters.table import Table
from moderate_comment import handler as moderate_comment
from newsroom.comments.notifications import AT_MOST
from newsroom.errors import TransientError
from newsroom.table_keys import OUTBOX, comment_key
from tests.envelopes import envelope, names, read_log
from tests.faults import Crash
from tests.paper import Paper

KOREA = "---\ntitle: Water in the square\ndate: 2026-11-20\n---\nThe sea came in.\n"
STATUS = {
    "forged-link": 400,
    "forged-post": 400,
    "no-token": 400,
    "forged-unsubscribe": 400,
    "unknown-receipt": 404,
}


@pytest.fixture
def open_paper(paper: Paper) -> Paper:
    """A paper with one article that takes comments."""
    paper.upload("articles/korea.md", KOREA)
    return paper


@pytest.mark.parametrize("name", sorted({*names("moderate_comment")} - {"tick"}))
def test_what_we_never_signed_is_turned_away_kindly(open_paper: Paper, name: str) -> None:
    answer = moderate_comment.handle(envelope("moderate_comment", name), None)

    assert answer["statusCode"] == STATUS[name]
    assert "<h1" in answer["body"]
    assert answer["headers"]["cache-control"] == "no-store"


def test_a_tick_with_an_empty_tray_mails_nothing(open_paper: Paper) -> None:
    assert moderate_comment.handle(envelope("moderate_comment", "tick"), None) == {"mailed": 0}


def test_a_link_in_a_mail_shows_the_comment_and_leaks_to_nobody(open_paper: Paper) -> None:
    open_paper.comment("korea", "Is <b>this</b> bold?")
    [sent] = open_paper.mails()
    page = open_paper.ask(re.findall(r"Approve: (\S+)", sent["text"])[0])

    assert "Is &lt;b&gt;this&lt;/b&gt; bold?" in page["body"]
    assert 'method="post"' in page["body"]
    assert page["headers"]["referrer-policy"] == "no-referrer"
    assert "@reader.example" not in page["body"]


def test_a_decision_offers_to_think_better_of_it(open_paper: Paper) -> None:
    id = open_paper.comment("korea", "Seven centimetres.")
    [sent] = open_paper.mails()
    page = open_paper.ask(re.findall(r"Spam: (\S+)", sent["text"])[0], {})
    [hold] = re.findall(r'href="(/api/moderate\?t=[^"]+)"[^>]*>[^<]*Hold', page["body"])

    assert open_paper.ask(hold, {})["statusCode"] == 200
    assert Table("news").get(comment_key(id)).doc["status"] == "held"  # type: ignore[union-attr]


def test_many_comments_make_one_mail_that_says_how_many_more_there_are(open_paper: Paper) -> None:
    open_paper.upload("site.yaml", "title: The Lantern\ncomments: {notify: editor@lantern.example}\n")
    for number in range(AT_MOST + 2):
        open_paper.comment("korea", f"Flood number {number}.")

    [sent] = open_paper.mails()
    assert sent["to"] == ["editor@lantern.example"]
    assert sent["subject"] == "The Lantern: 22 comments to look at"
    assert sent["text"].count("Approve: ") == AT_MOST
    assert "2 more comments" in sent["text"]
    assert Table("private").query(OUTBOX) == []


def test_a_comment_decided_before_the_mail_goes_is_not_in_it(open_paper: Paper) -> None:
    id = open_paper.comment("korea", "Seven centimetres.")
    open_paper.moderate("approve", id)

    assert open_paper.mails() == []
    assert Table("private").query(OUTBOX) == []


def test_a_comment_its_writer_mended_is_mailed_with_links_that_work(open_paper: Paper) -> None:
    answer = open_paper.post("korea", {"author": "Wim", "email": "wim@reader.example", "comment": "Seven."})
    open_paper.settle()
    [sent] = open_paper.mails()
    open_paper.ask(answer["headers"]["location"], {"action": "edit", "author": "Wim", "comment": "Eight."})

    assert open_paper.ask(re.findall(r"Approve: (\S+)", sent["text"])[0], {})["statusCode"] == 410
    [again] = open_paper.mails()
    assert open_paper.ask(re.findall(r"Approve: (\S+)", again["text"])[0], {})["statusCode"] == 200


def test_a_mail_that_is_not_taken_stays_in_the_tray_for_a_day(
    open_paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = read_log()
    open_paper.comment("korea", "Seven centimetres.")
    with open_paper.aws.fail("SendEmail", error="TooManyRequestsException"):
        with pytest.raises(TransientError, match="TooManyRequests"):
            open_paper.mails()
        assert len(Table("private").query(OUTBOX)) == 1

        open_paper.now += timedelta(days=1, minutes=1)
        with pytest.raises(TransientError):
            open_paper.mails()
        assert Table("private").query(OUTBOX) == []
    assert "@" not in log.text
    assert "Seven centimetres." in open_paper.mails()[0]["text"], "what was given up is never mailed"


def test_a_paper_without_an_editors_address_keeps_no_mail(open_paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR_EMAIL", "")
    open_paper.comment("korea", "Seven centimetres.")

    assert open_paper.mails() == []
    assert Table("private").query(OUTBOX) == []


def test_nobody_is_mailed_of_their_own_answer_or_without_asking(open_paper: Paper) -> None:
    asked = open_paper.comment("korea", "One.", "Wim", notify="yes")
    silent = open_paper.comment("korea", "Two.", "Ines")
    replies = [
        open_paper.comment("korea", "My own answer.", "Wim", parent=asked),
        open_paper.comment("korea", "An answer.", "Bas", parent=silent),
    ]
    open_paper.moderate("approve", asked, silent, *replies)

    assert open_paper.mails() == []


def test_replies_left_waiting_by_an_editor_who_was_cut_off_are_released_by_the_clock(open_paper: Paper) -> None:
    open_paper.upload("site.yaml", "title: The Lantern\ncomments: {moderation: none, hold_words: [pump]}\n")
    parent = open_paper.comment("korea", "A pump.")
    reply = open_paper.comment("korea", "Whose?", parent=parent)
    open_paper.aws.crash("TransactWriteItems", of=comment_key(parent).pk)
    with pytest.raises(Crash):
        open_paper.moderate("approve", parent)
    assert Table("news").get(comment_key(reply)).doc["status"] == "held"  # type: ignore[union-attr]

    open_paper.mails()

    assert Table("news").get(comment_key(reply)).doc["status"] == "approved"  # type: ignore[union-attr]


def answer_to(event: dict[str, Any]) -> int:
    return int(moderate_comment.handle(event, None)["statusCode"])


def test_a_route_nobody_knows_is_answered_too(open_paper: Paper) -> None:
    assert answer_to({**envelope("moderate_comment", "no-token"), "routeKey": "GET /api/lunch"}) == 404


FOREIGN: list[dict[str, str]] = [{"origin": "https://evil.example"}, {"sec_fetch_site": "cross-site", "origin": "null"}]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_page_of_another_site_cannot_use_a_link_or_a_receipt_for_its_visitor(
    open_paper: Paper, headers: dict[str, str]
) -> None:
    sent = open_paper.post("korea", {"author": "Wim", "email": "wim@reader.example", "comment": "Seven."})
    open_paper.settle()
    receipt = sent["headers"]["location"]
    [mailed] = open_paper.mails()
    link = re.findall(r"Approve: (\S+)", mailed["text"])[0]

    assert open_paper.ask(link, {}, **headers)["statusCode"] == 403
    assert open_paper.ask(receipt, {"action": "erase"}, **headers)["statusCode"] == 403
    assert "Seven." in open_paper.ask(receipt, **headers)["body"]
    assert open_paper.ask(link, {}, origin="null")["statusCode"] == 200  # as old browsers say of a page like these
    assert open_paper.ask(receipt, {"action": "erase"}, origin="null")["statusCode"] == 303


def test_the_links_on_a_mailed_links_page_end_when_that_does(open_paper: Paper) -> None:
    open_paper.comment("korea", "Seven centimetres.")
    [sent] = open_paper.mails()
    approve, hold = (re.findall(rf"{choice}: (\S+)", sent["text"])[0] for choice in ("Approve", "Leave it held"))
    open_paper.now += timedelta(days=6, hours=23)
    asked = re.findall(r'href="(/api/moderate\?t=[^"]+)"', open_paper.ask(approve)["body"])
    done = re.findall(r'href="(/api/moderate\?t=[^"]+)"', open_paper.ask(hold, {})["body"])

    open_paper.now += timedelta(hours=2)

    assert len(asked) == len(done) == 3
    assert {open_paper.ask(link)["statusCode"] for link in (*asked, *done)} == {410}
