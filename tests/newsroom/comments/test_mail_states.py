"""The mail to a reader: who is asked, who waits, and which replies a mail brings."""

import pytest

from newsroom.comment import ReaderMail
from newsroom.comments import mail_states
from newsroom.comments.notifications import AT_MOST

NOON = "2026-11-23T12:00:00.000+00:00"
HALF_AN_HOUR_AGO = "2026-11-23T11:30:00.000+00:00"
AN_HOUR_AGO = "2026-11-23T11:00:00.000+00:00"
CONFIRMED: ReaderMail = {"state": "confirmed", "mailed_at": "", "pending": [], "further": 0}


@pytest.mark.parametrize(
    ("before", "step"),
    [
        (None, "ask"),
        ({**CONFIRMED, "state": "asked", "mailed_at": NOON}, "record"),
        ({**CONFIRMED, "state": "stopped"}, "record"),
        (CONFIRMED, "mail"),
        ({**CONFIRMED, "mailed_at": HALF_AN_HOUR_AGO}, "wait"),
        ({**CONFIRMED, "mailed_at": AN_HOUR_AGO}, "mail"),
    ],
)
def test_a_reader_is_asked_once_and_mailed_once_an_hour(before: ReaderMail | None, step: str) -> None:
    assert mail_states.next_step(before, mail_states.with_replies(before, ["r1"]), NOON) == step


def test_a_reader_without_pending_replies_gets_no_mail() -> None:
    assert mail_states.next_step(CONFIRMED, CONFIRMED, NOON) == "record"


def test_a_reader_who_stopped_the_mail_has_no_pending_replies() -> None:
    assert mail_states.with_replies({**CONFIRMED, "state": "stopped"}, ["r1"])["pending"] == []


def test_a_reply_is_pending_once_and_a_mail_names_the_number_of_those_it_leaves_out() -> None:
    replies = [f"r{number}" for number in range(AT_MOST + 3)]

    after = mail_states.with_replies({**CONFIRMED, "pending": ["r0"]}, replies)

    assert after["pending"] == replies[:AT_MOST]
    assert after["further"] == 3
