"""What only the paper can make, and nobody else can."""

import pytest

from newsroom.comments import tokens
from newsroom.comments.tokens import ModerationAction

ERRAND: ModerationAction = {"comment": "5e0b", "action": "approve", "rev": 1, "expires": 1_800_000_000}


def test_a_link_says_what_it_was_made_for() -> None:
    assert tokens.action_of_token("secret", tokens.moderation_token("secret", ERRAND)) == ERRAND


@pytest.mark.parametrize("token", ["", "x", "é", "W10.x", tokens.moderation_token("another", ERRAND)])
def test_a_link_that_we_did_not_make_says_nothing(token: str) -> None:
    assert tokens.action_of_token("secret", token) is None
    assert tokens.writer_of_unsubscribe_token("secret", token) is None
    assert tokens.comment_of_receipt("secret", token) is None


def test_what_was_made_for_one_purpose_serves_no_other() -> None:
    unsubscribe, receipt = tokens.unsubscribe_token("secret", "5e0b"), tokens.receipt_token("secret", "5e0b")

    assert tokens.writer_of_unsubscribe_token("secret", unsubscribe) == "5e0b"
    assert tokens.comment_of_receipt("secret", receipt) == "5e0b"
    assert tokens.comment_of_receipt("secret", unsubscribe) is None
    assert tokens.writer_of_unsubscribe_token("secret", receipt) is None
    assert tokens.action_of_token("secret", unsubscribe) is None


def test_no_two_comments_share_an_id_unless_they_are_the_same_comment() -> None:
    said = {
        "article": "korea",
        "author": "Wim",
        "email": "wim@reader.example",
        "parent": None,
        "text": "Seven.",
        "once": "day 1",
    }
    others = [
        said, {**said, "article": "lunch"}, {**said, "author": "Ines"},
        {**said, "email": "ines@reader.example"}, {**said, "parent": "5e0b"},
        {**said, "text": "Eight."}, {**said, "once": "day 2"},
    ]  # fmt: skip

    ids = {tokens.comment_id("secret", **each) for each in others}  # type: ignore[arg-type]
    assert len(ids) == len(others)
    assert tokens.comment_id("secret", **{**said, "email": "WIM@reader.example "}) in ids  # type: ignore[arg-type]
    assert tokens.comment_id("another", **said) not in ids  # type: ignore[arg-type]


@pytest.mark.parametrize("junk", ["=", "==", "=\r\nX-Injected: yes", "= ", "=x", "=\u00e9"], ids=ascii)
def test_whatever_follows_the_end_of_a_link_makes_it_none_of_ours(junk: str) -> None:
    receipt = tokens.receipt_token("secret", "5e0b")
    link, unsubscribe = tokens.moderation_token("secret", ERRAND), tokens.unsubscribe_token("secret", "5e0b")

    assert tokens.comment_of_receipt("secret", receipt + junk) is None
    assert tokens.action_of_token("secret", link + junk) is None
    assert tokens.writer_of_unsubscribe_token("secret", unsubscribe + junk) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:DB8:1:2::9]", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:cb00:7107", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("nobody", "nobody"),
        ("", ""),
    ],
)
def test_a_reader_is_known_by_the_network_they_have_to_themselves(address: str, network: str) -> None:
    assert tokens.network_of(address) == network
