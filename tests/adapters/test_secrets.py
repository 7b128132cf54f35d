"""The paper's secret: made once, read again every five minutes, and changed without breaking what people hold."""

from datetime import timedelta

import pytest

from adapters import clients, secrets
from newsroom.discussing import seals
from newsroom.errors import TransientError
from tests.paper import Paper


@pytest.fixture
def table(paper: Paper) -> str:
    """A paper whose secret is not made yet."""
    key = {"pk": {"S": "SECRET"}, "sk": {"S": "SECRET"}}
    clients.dynamodb().delete_item(TableName="links", Key=key)
    return "links"


def later(paper: Paper, minutes: int = 6) -> None:
    paper.now += timedelta(minutes=minutes)


def test_a_secret_is_made_once_and_is_another_for_every_paper(table: str, paper: Paper) -> None:
    with pytest.raises(TransientError):
        secrets.secret(table)
    first = secrets.made(table)
    secrets.mint(table)
    later(paper)

    assert secrets.secret(table) == secrets.made(table) == first
    assert secrets.secret(table).signing == first.signing
    assert len({first, *first.signing}) == 2
    assert all(len(key) == 64 for key in (first, *first.signing))


def test_a_secret_is_not_asked_for_again_within_five_minutes(table: str, paper: Paper) -> None:
    secrets.made(table)
    later(paper, 5)
    secrets.secret(table)
    calls = paper.calls["dynamodb.GetItem"]
    secrets.secret(table)

    assert paper.calls["dynamodb.GetItem"] == calls


def test_what_was_signed_with_the_last_key_is_still_believed_and_what_with_the_one_before_is_not(
    table: str, paper: Paper
) -> None:
    secrets.made(table)
    receipts, links = [], []
    for _ in range(3):
        secret = secrets.secret(table)
        receipts.append(seals.receipt_of(secret, "c0ffee"))
        links.append(seals.unsubscribe_link(secret, "c0ffee"))
        secrets.rotate(table)
        later(paper)
    present = secrets.secret(table)

    assert [seals.comment_of_receipt(present, each) for each in receipts] == [None, None, "c0ffee"]
    assert [seals.writer_of_unsubscribe_link(present, each) for each in links] == [None, None, "c0ffee"]


def test_who_wrote_a_comment_is_known_after_a_change_of_keys(table: str, paper: Paper) -> None:
    before = seals.writer_hash(secrets.made(table), "mia@reader.example")
    secrets.rotate(table)
    later(paper)

    assert seals.writer_hash(secrets.secret(table), "mia@reader.example") == before


def test_functions_that_still_know_the_old_key_are_overtaken_within_five_minutes(table: str, paper: Paper) -> None:
    old = secrets.made(table)
    secrets.rotate(table)
    later(paper)
    new = secrets.secret(table)

    assert seals.comment_of_receipt(new, seals.receipt_of(old, "c0ffee")) == "c0ffee"
    assert seals.comment_of_receipt(old, seals.receipt_of(new, "c0ffee")) is None
