"""Discussions, while others are at the same rows."""

import pytest

from adapters import clients
from adapters.table import Table
from newsroom.errors import TransientError
from newsroom.table_keys import comment_key
from tests.faults import CONFLICT
from tests.paper import Paper
from workflows.comments import CommentThreads

DISCUSSIONS = CommentThreads(Table("news"), Table("private"))
ON_ITS_WAY = "5e0b8c1d2f3a4b5c6d7e8f90"


def test_a_comment_erased_on_its_way_is_turned_away_though_its_row_was_busy(quick_paper: Paper) -> None:
    quick_paper.aws.fail("TransactWriteItems", times=1, **CONFLICT)

    assert DISCUSSIONS.erase(ON_ITS_WAY, "2026-11-23T09:00:00.000+00:00").what == "done"

    row = Table("news").get(comment_key(ON_ITS_WAY))
    assert row
    assert row.doc["status"] == "erased"


def test_nobody_is_told_that_a_comment_is_erased_while_it_is_not(quick_paper: Paper) -> None:
    quick_paper.aws.fail("TransactWriteItems", times=99, **CONFLICT)

    with pytest.raises(TransientError):
        DISCUSSIONS.erase(ON_ITS_WAY, "2026-11-23T09:00:00.000+00:00")


def test_a_verdict_that_changes_nothing_overtakes_an_earlier_one_that_is_late(quick_paper: Paper) -> None:
    """Called failed, an approval may land after the editor has chosen to hold the comment and was told it is held."""
    quick_paper.upload("articles/ferry.md", "---\ntitle: Ferry\n---\nLate.\n")
    id = quick_paper.comment("ferry", "At last.")
    with quick_paper.aws.answer("TransactWriteItems", {}) as late:
        DISCUSSIONS.moderate(id, "approve", "2026-11-23T09:05:00.000+00:00")

    assert DISCUSSIONS.moderate(id, "hold", "2026-11-23T09:06:00.000+00:00").what == "unchanged"

    with pytest.raises(clients.dynamodb().exceptions.TransactionCanceledException):
        clients.dynamodb().transact_write_items(**late.asked[0])
    row = Table("news").get(comment_key(id))
    assert row
    assert row.doc["status"] == "held"
