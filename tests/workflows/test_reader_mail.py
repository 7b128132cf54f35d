"""Mail to readers: nobody gets another reader's words at an address that nobody confirmed."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import Any

import pytest

from adapters import clients
from adapters.table import Table
from newsroom.comments.notifications import AT_MOST
from newsroom.errors import TransientError
from newsroom.table_keys import OUTBOX
from tests.envelopes import read_log
from tests.faults import Fault
from tests.paper import Paper

KOREA = "---\ntitle: Water in the square\ndate: 2026-11-20\n---\nThe sea came in.\n"
OPEN = "title: The Lantern\ncomments: {moderation: none, seconds_between: 0}\n"
HOUR = timedelta(hours=1, minutes=1)


@pytest.fixture
def open_paper(quick_paper: Paper) -> Paper:
    """A paper with one article that publishes what its readers say at once."""
    quick_paper.upload("site.yaml", OPEN)
    quick_paper.upload("articles/korea.md", KOREA)
    return quick_paper


@pytest.fixture
def asked() -> Iterator[list[dict[str, Any]]]:
    """All that SES was asked to send."""
    found: list[dict[str, Any]] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        found.append(json.loads(json.dumps(params)))

    clients.sesv2().meta.events.register("provide-client-params.sesv2.SendEmail", note)
    yield found
    clients.sesv2().meta.events.unregister("provide-client-params.sesv2.SendEmail", note)


def subscribe(paper: Paper, mail: dict[str, Any]) -> None:
    (address,) = re.findall(r"\S+/api/subscribe\S+", mail["text"])
    assert paper.ask(address)["statusCode"] == 200
    assert paper.ask(address, {})["statusCode"] == 200


def unsubscribe(paper: Paper, mail: dict[str, Any]) -> None:
    (address,) = re.findall(r"\S+/api/unsubscribe\S+", mail["text"])
    assert paper.ask(address, {"List-Unsubscribe": "One-Click"})["statusCode"] == 200


def answer(paper: Paper, parent: str, number: int = 0) -> str:
    return paper.comment("korea", f"LURE number {number}: https://lure.example/", f"Luke{number}", parent=parent)


def test_the_first_mail_only_asks_and_holds_no_readers_word(open_paper: Paper) -> None:
    parent = open_paper.comment("korea", "MINE.", "Wim", notify="yes")
    answer(open_paper, parent)
    [mail] = open_paper.mails()

    assert mail["to"] == ["wim@reader.example"]
    for word in ("LURE", "lure.example", "Luke", "Wim ", "MINE", "Water in the square"):
        assert word not in mail["text"]
        assert word not in mail["subject"]


def test_whoever_does_not_answer_is_never_mailed_again(open_paper: Paper) -> None:
    parent = open_paper.comment("korea", "One.", "Wim", notify="yes")
    answer(open_paper, parent)
    assert len(open_paper.mails()) == 1
    for number in range(1, 6):
        open_paper.now += timedelta(days=number)
        answer(open_paper, parent, number)
        another = open_paper.comment("korea", f"Again {number}.", "Wim", notify="yes", email=" WIM@reader.example")
        answer(open_paper, another, 10 + number)
        assert open_paper.mails() == []
    assert Table("private").query(OUTBOX) == []


def test_who_says_yes_is_told_of_what_was_answered_before_and_after(open_paper: Paper) -> None:
    parent = open_paper.comment("korea", "One.", "Wim", notify="yes")
    answer(open_paper, parent, 1)
    [mail] = open_paper.mails()
    answer(open_paper, parent, 2)
    assert open_paper.mails() == []
    subscribe(open_paper, mail)

    [told] = open_paper.mails()
    assert "LURE number 1" in told["text"]
    assert "LURE number 2" in told["text"]
    assert told["subject"] == "The Lantern: 2 answers to your comments"
    assert "Luke" not in told["subject"]

    another = open_paper.comment("korea", "Two.", "Wim", notify="yes")
    open_paper.now += HOUR
    answer(open_paper, another, 3)
    [more] = open_paper.mails()
    assert "LURE number 3" in more["text"]
    assert more["subject"] == "The Lantern: an answer to your comment"


def test_an_address_is_mailed_once_an_hour_at_most(open_paper: Paper) -> None:
    parent = open_paper.comment("korea", "One.", "Wim", notify="yes")
    answer(open_paper, parent, 0)
    subscribe(open_paper, open_paper.mails()[0])
    assert len(open_paper.mails()) == 1
    for number in range(1, AT_MOST + 5):
        answer(open_paper, parent, number)
        assert open_paper.mails() == []
    open_paper.now += HOUR

    [digest] = open_paper.mails()
    assert digest["text"].count("Read it: ") == AT_MOST
    assert "4 more answers" in digest["text"]
    open_paper.now += HOUR
    assert open_paper.mails() == []
    assert Table("private").query(OUTBOX) == []


def test_whoever_unsubscribed_gets_none_whatever_is_asked_with_their_address(open_paper: Paper) -> None:
    parent = open_paper.comment("korea", "One.", "Wim", notify="yes")
    answer(open_paper, parent)
    [mail] = open_paper.mails()
    subscribe(open_paper, mail)
    [told] = open_paper.mails()
    unsubscribe(open_paper, told)
    for number in range(1, 4):
        open_paper.now += HOUR
        answer(open_paper, open_paper.comment("korea", f"{number}.", "Wim", notify="yes"), number)
        assert open_paper.mails() == []

    subscribe(open_paper, mail)  # only who has the mail can take that back
    open_paper.now += HOUR
    answer(open_paper, parent, 9)
    assert "LURE number 9" in open_paper.mails()[0]["text"]


def test_whoever_wants_none_from_the_first_says_so_there(open_paper: Paper) -> None:
    answer(open_paper, open_paper.comment("korea", "One.", "Wim", notify="yes"))
    unsubscribe(open_paper, open_paper.mails()[0])

    assert open_paper.mails() == []


def test_an_answer_that_was_taken_down_meanwhile_is_told_to_nobody(open_paper: Paper) -> None:
    parent = open_paper.comment("korea", "One.", "Wim", notify="yes")
    reply = answer(open_paper, parent)
    [mail] = open_paper.mails()
    open_paper.moderate("spam", reply)
    subscribe(open_paper, mail)

    assert open_paper.mails() == []


@pytest.mark.parametrize("link", ["subscribe", "unsubscribe"])
def test_looking_at_a_link_does_nothing(open_paper: Paper, link: str) -> None:
    parent = open_paper.comment("korea", "One.", "Wim", notify="yes")
    answer(open_paper, parent)
    [mail] = open_paper.mails()
    (address,) = re.findall(rf"\S+/api/{link}\S+", mail["text"])
    before = Table("private").query(OUTBOX)
    assert open_paper.ask(address)["statusCode"] == 200
    assert open_paper.ask(address + "A", {})["statusCode"] == 400

    assert open_paper.mails() == []
    assert Table("private").query(OUTBOX) == before


# ── How mail looks ──


@pytest.mark.parametrize(
    "title",
    ["The Lantern", "Die Laterne – Zeitung für Müllheim", "港の新聞" * 30, 'A "Post", <x@y.example>'],
)
def test_every_mail_says_that_a_program_sent_it_and_for_which_paper(
    open_paper: Paper, asked: list[dict[str, Any]], title: str
) -> None:
    site = {
        "title": title,
        "contact": "letters@müller.example",
        "comments": {"moderation": "none", "hold_words": ["pump"]},
    }
    open_paper.upload("site.yaml", json.dumps(site))
    open_paper.comment("korea", "A pump.", "Ines")
    answer(open_paper, open_paper.comment("korea", "One.", "Wim", notify="yes"))
    mails = open_paper.mails()
    subscribe(open_paper, mails[-1])
    open_paper.mails()

    assert len(asked) == 3
    for each in asked:
        headers = {header["Name"]: header["Value"] for header in each["Content"]["Simple"]["Headers"]}
        name, address = parseaddr(each["FromEmailAddress"])
        assert headers["Auto-Submitted"] == "auto-generated"
        assert each["FromEmailAddress"].isascii()
        assert address == "paper@paper.example"
        assert str(make_header(decode_header(name))) == title[:60]
    editors, *readers = asked
    assert editors["ReplyToAddresses"] == []
    for each in readers:
        headers = {header["Name"]: header["Value"] for header in each["Content"]["Simple"]["Headers"]}
        assert each["ReplyToAddresses"] == ["letters@xn--mller-kva.example"]
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert headers["List-Unsubscribe"].startswith("<https://paper.example/api/unsubscribe?t=")


# ── What SES refuses ──


def refuse(paper: Paper, code: str, *addresses: str) -> Fault:
    """Let SES refuse mail to these addresses; whatever is tried."""
    for address in addresses:
        paper.aws.fail("SendEmail", of=address, error=code, message=f"{address} is no good")
    return paper.aws.watch("SendEmail")


FOR_GOOD = [
    "BadRequestException", "MessageRejected", "InvalidParameterValue", "InvalidParameterException",
    "ValidationException",
]  # fmt: skip


@pytest.mark.parametrize("code", FOR_GOOD)
def test_what_is_refused_for_good_is_dropped_and_told_and_bars_nobody(
    open_paper: Paper, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    log = read_log()
    tried = refuse(open_paper, code, "bad@reader.example")
    bad = open_paper.comment("korea", "One.", "Bad", notify="yes")
    good = open_paper.comment("korea", "Two.", "Good", notify="yes")
    answer(open_paper, bad)
    answer(open_paper, good, 1)

    assert [mail["to"] for mail in open_paper.mails()] == [["good@reader.example"]]
    assert open_paper.mails() == []
    assert [to for asked in tried.asked for to in asked["Destination"]["ToAddresses"]].count("bad@reader.example") == 1
    assert Table("private").query(OUTBOX) == []
    assert code in log.text
    assert "@" not in log.text
    assert '"MailsRefused"' in capsys.readouterr().out


@pytest.mark.parametrize(
    "code", ["TooManyRequestsException", "Throttling", "SendingPausedException", "InternalFailure"]
)
def test_what_passes_is_tried_again_behind_all_others_and_given_up_after_a_day(open_paper: Paper, code: str) -> None:
    tried = refuse(open_paper, code, "slow@reader.example")
    slow = open_paper.comment("korea", "One.", "Slow", notify="yes")
    for number in range(120):
        answer(open_paper, slow, number)
    good = open_paper.comment("korea", "Two.", "Good", notify="yes")
    answer(open_paper, good, 200)

    mails = [mail["to"] for _ in range(3) for mail in open_paper.mails()]  # none of these ends with an error
    assert mails == [["good@reader.example"]]
    for _ in range(26):
        open_paper.now += HOUR
        assert open_paper.mails() == []
    assert 10 < len(tried.asked) < 60
    assert Table("private").query(OUTBOX) == []


def test_that_nobody_at_all_can_be_mailed_calls_the_alarm(open_paper: Paper) -> None:
    refuse(open_paper, "Throttling", "one@reader.example", "two@reader.example")
    for name in ("One", "Two"):
        answer(open_paper, open_paper.comment("korea", f"{name}.", name, notify="yes"))

    with pytest.raises(TransientError, match="Throttling"):
        open_paper.mails()
    assert len(Table("private").query(OUTBOX)) == 2


def test_ses_is_given_a_domain_in_punycode(open_paper: Paper) -> None:
    parent = open_paper.comment("korea", "One.", "Anna", email="anna@müller.example", notify="yes")
    answer(open_paper, parent)

    assert [mail["to"] for mail in open_paper.mails()] == [["anna@xn--mller-kva.example"]]
