"""The paper's secrets: each made once, read again every five minutes, and changed without breaking what people hold."""

from datetime import timedelta

import pytest

from adapters import clients, secrets
from newsroom.comments import tokens
from newsroom.errors import TransientError
from tests.paper import Paper


@pytest.fixture
def table(paper: Paper) -> str:
    """A paper whose secrets are not made yet."""
    for row in ("SECRET", "EDITORS"):
        clients.dynamodb().delete_item(TableName="links", Key={"pk": {"S": row}, "sk": {"S": row}})
    return "links"


@pytest.fixture(params=secrets.PURPOSES)
def purpose(request: pytest.FixtureRequest) -> secrets.Purpose:
    return request.param  # type: ignore[no-any-return]


def later(paper: Paper, minutes: int = 6) -> None:
    paper.now += timedelta(minutes=minutes)


def test_a_secret_is_made_once_and_is_another_for_every_paper(
    table: str, purpose: secrets.Purpose, paper: Paper
) -> None:
    with pytest.raises(TransientError):
        secrets.secret(table, purpose)
    first = secrets.made(table, purpose)
    secrets.mint(table, purpose)
    later(paper)

    assert secrets.secret(table, purpose) == secrets.made(table, purpose) == first
    assert secrets.secret(table, purpose).signing == first.signing
    assert len({first, *first.signing}) == 2
    assert all(len(key) == 64 for key in (first, *first.signing))


def test_a_secret_is_not_asked_for_again_within_five_minutes(
    table: str, purpose: secrets.Purpose, paper: Paper
) -> None:
    secrets.made(table, purpose)
    later(paper, 5)
    secrets.secret(table, purpose)
    calls = paper.calls["dynamodb.GetItem"]
    secrets.secret(table, purpose)

    assert paper.calls["dynamodb.GetItem"] == calls


def test_what_was_signed_with_the_last_key_is_still_believed_and_what_with_the_one_before_is_not(
    table: str, purpose: secrets.Purpose, paper: Paper
) -> None:
    secrets.made(table, purpose)
    receipts, links = [], []
    for _ in range(3):
        secret = secrets.secret(table, purpose)
        receipts.append(tokens.receipt_token(secret, "c0ffee"))
        links.append(tokens.unsubscribe_token(secret, "c0ffee"))
        secrets.rotate(table, purpose)
        later(paper)
    present = secrets.secret(table, purpose)

    assert [tokens.comment_of_receipt(present, each) for each in receipts] == [None, None, "c0ffee"]
    assert [tokens.writer_of_unsubscribe_token(present, each) for each in links] == [None, None, "c0ffee"]


def test_who_wrote_a_comment_is_known_after_a_change_of_keys(
    table: str, purpose: secrets.Purpose, paper: Paper
) -> None:
    before = tokens.writer_hash(secrets.made(table, purpose), "mia@reader.example")
    secrets.rotate(table, purpose)
    later(paper)

    assert tokens.writer_hash(secrets.secret(table, purpose), "mia@reader.example") == before


def test_functions_that_still_know_the_old_key_are_overtaken_within_five_minutes(
    table: str, purpose: secrets.Purpose, paper: Paper
) -> None:
    old = secrets.made(table, purpose)
    secrets.rotate(table, purpose)
    later(paper)
    new = secrets.secret(table, purpose)

    assert tokens.comment_of_receipt(new, tokens.receipt_token(old, "c0ffee")) == "c0ffee"
    assert tokens.comment_of_receipt(old, tokens.receipt_token(new, "c0ffee")) is None


def test_each_purpose_has_a_secret_and_keys_of_its_own(table: str, paper: Paper) -> None:
    assert secrets.missing(table) == ["readers", "editors"]
    readers = secrets.made(table, "readers")
    assert secrets.missing(table) == ["editors"]
    editors = secrets.made(table, "editors")

    assert secrets.missing(table) == []
    assert len({readers, editors, *readers.signing, *editors.signing}) == 4
    assert clients.dynamodb().scan(TableName=table)["Count"] == 2


def test_what_one_secret_signs_the_other_does_not_open(table: str, paper: Paper) -> None:
    readers, editors = (secrets.made(table, purpose) for purpose in secrets.PURPOSES)
    errand: tokens.ModerationAction = {"comment": "c0ffee", "action": "approve", "rev": 1, "expires": 1_800_000_000}
    for own, other in ((readers, editors), (editors, readers)):
        assert tokens.action_of_token(own, tokens.moderation_token(other, errand)) is None
        assert tokens.expiry_of_held_page_token(own, tokens.held_page_token(other, 1_800_000_000)) is None
        assert tokens.comment_of_receipt(own, tokens.receipt_token(other, "c0ffee")) is None
        assert tokens.writer_of_unsubscribe_token(own, tokens.unsubscribe_token(other, "c0ffee")) is None
        assert tokens.writer_of_subscribe_token(own, tokens.subscribe_token(other, "c0ffee")) is None


def test_a_new_key_for_one_purpose_leaves_the_other_as_it_was(table: str, paper: Paper) -> None:
    readers, _ = (secrets.made(table, purpose) for purpose in secrets.PURPOSES)
    secrets.rotate(table, "editors")
    later(paper)

    assert secrets.secret(table, "readers").signing == readers.signing
    assert len(secrets.secret(table, "editors").signing) == 2
