"""What only the paper can make, and nobody else can."""

import pytest

from newsroom.discussing import seals
from newsroom.discussing.seals import Errand

ERRAND: Errand = {"comment": "5e0b", "action": "approve", "rev": 1, "expires": 1_800_000_000}


def test_a_link_says_what_it_was_made_for() -> None:
    assert seals.errand_of_link("secret", seals.moderation_link("secret", ERRAND)) == ERRAND


@pytest.mark.parametrize("token", ["", "x", "é", "W10.x", seals.moderation_link("another", ERRAND)])
def test_a_link_that_we_did_not_make_says_nothing(token: str) -> None:
    assert seals.errand_of_link("secret", token) is None
    assert seals.writer_of_unsubscribe_link("secret", token) is None
    assert seals.comment_of_receipt("secret", token) is None


def test_what_was_made_for_one_purpose_serves_no_other() -> None:
    unsubscribe, receipt = seals.unsubscribe_link("secret", "5e0b"), seals.receipt_of("secret", "5e0b")

    assert seals.writer_of_unsubscribe_link("secret", unsubscribe) == "5e0b"
    assert seals.comment_of_receipt("secret", receipt) == "5e0b"
    assert seals.comment_of_receipt("secret", unsubscribe) is None
    assert seals.writer_of_unsubscribe_link("secret", receipt) is None
    assert seals.errand_of_link("secret", unsubscribe) is None


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

    ids = {seals.comment_id("secret", **each) for each in others}  # type: ignore[arg-type]
    assert len(ids) == len(others)
    assert seals.comment_id("secret", **{**said, "email": "WIM@reader.example "}) in ids  # type: ignore[arg-type]
    assert seals.comment_id("another", **said) not in ids  # type: ignore[arg-type]


@pytest.mark.parametrize("junk", ["=", "==", "=\r\nX-Injected: yes", "= ", "=x", "=\u00e9"], ids=ascii)
def test_whatever_follows_the_end_of_a_link_makes_it_none_of_ours(junk: str) -> None:
    receipt = seals.receipt_of("secret", "5e0b")
    link, unsubscribe = seals.moderation_link("secret", ERRAND), seals.unsubscribe_link("secret", "5e0b")

    assert seals.comment_of_receipt("secret", receipt + junk) is None
    assert seals.errand_of_link("secret", link + junk) is None
    assert seals.writer_of_unsubscribe_link("secret", unsubscribe + junk) is None


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
    assert seals.network_of(address) == network
