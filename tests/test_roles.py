"""Each function asks of the tables what its role grants: tests.paper holds it to that, and notices more."""

import pytest

from adapters.table import Table
from newsroom.rows import Key, RowWrite
from publish_article import handler as publish_article
from tests.paper import Paper, upload_event


@pytest.mark.parametrize("pk", ["COMMENT#1", "LIST#comments", "HELD", "REBUILD#1", "PAGE#/"])
def test_a_function_that_writes_rows_of_another_function_is_noticed(
    paper: Paper, monkeypatch: pytest.MonkeyPatch, pk: str
) -> None:
    def overreach(key: str) -> None:
        Table("news").transact([RowWrite(Key(pk, "X"), {})])

    monkeypatch.setattr(publish_article, "publish", overreach)
    publish_article.handle(upload_event("articles/ferry.md"), None)

    noticed, paper.forbidden = paper.forbidden, []
    assert len(noticed) == 1
    assert noticed[0].startswith("publish_article: Wish(action='dynamodb:PutItem'")


def test_a_function_writes_its_own_rows_unnoticed(paper: Paper) -> None:
    paper.upload("articles/ferry.md", "---\ntitle: The ferry is back\n---\n\nIt sails again.\n")

    assert paper.forbidden == []
    assert paper.receipt("articles/ferry.md")["status"] == "published"


def test_a_call_from_outside_a_function_is_held_to_no_role(paper: Paper) -> None:
    Table("news").transact([RowWrite(Key("COMMENT#1", "X"), {})])

    assert paper.forbidden == []
