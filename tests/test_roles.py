"""Each function asks of the tables what its role grants: tests.paper holds it to that, and notices more."""

import json
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from adapters import clients, secrets
from adapters.table import Table
from infra import template
from ingest_comment import handler as ingest_comment
from newsroom.rows import RowWrite
from newsroom.table_keys import Key
from publish_article import handler as publish_article
from tests import paper as cloud
from tests.infra.grants import statements_of
from tests.paper import Paper, upload_event

Grant = tuple[str, str, str]  # role, action, table
BOTH_READS = {"dynamodb:BatchGetItem": "dynamodb:GetItem"}  # the number of rows decides which of the two a read is


@pytest.mark.parametrize("pk", ["COMMENT#1", "LIST#comments", "HELD", "REBUILD#1", "PAGE#/"])
def test_a_function_that_writes_rows_of_another_function_is_noticed(paper: Paper, pk: str) -> None:
    overreach = lambda: Table("news").transact([RowWrite(Key(pk, "X"), {})])  # noqa: E731
    paper.aws.before("GetObject", overreach, of="articles/ferry.md")
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


def granted_of_tables() -> Iterator[Grant]:
    """Every action on a table that a role grants."""
    for role, properties in template.resources(template.load(), "AWS::IAM::Role").items():
        for statement in statements_of(properties):
            actions, resources = ([each] if isinstance(each, str | dict) else each
                                  for each in (statement["Action"], statement["Resource"]))  # fmt: skip
            for resource in resources:
                name, attribute = resource.get("Fn::GetAtt", ("", ""))
                if name in cloud.TABLES.values() and attribute == "Arn":
                    yield from ((role, BOTH_READS.get(action, action), name) for action in actions)


def test_a_role_grants_nothing_that_its_function_never_asks_of_a_table(quick_paper: Paper) -> None:
    asked: set[Grant] = set()

    def note(params: Any, model: Any, **_: Any) -> None:
        if verb := cloud._verb_at_work():
            role = f"{verb.title().replace('_', '')}Role"
            wishes = cloud.wishes_of(model.name, params)
            asked.update((role, BOTH_READS.get(wish.action, wish.action), wish.resource) for wish in wishes)
            if model.name == "Scan":
                asked.add((role, "dynamodb:Scan", cloud.TABLES[params["TableName"]]))

    clients.dynamodb().meta.events.register("provide-client-params.dynamodb", note)
    play_everything(quick_paper)

    granted = set(granted_of_tables())
    assert (granted - asked, asked - granted) == (set(), set())


def play_everything(paper: Paper) -> None:
    """Have every function do everything that it can do with a table."""
    clients.dynamodb().delete_item(TableName="links", Key={"pk": {"S": "EDITORS"}, "sk": {"S": "EDITORS"}})
    secrets._read.cache_clear()
    paper.upload("site.yaml", "title: The Lantern\ncomments: {moderation: all}\n")
    paper.upload("authors/ada-holm.md", "---\nname: Ada Holm\n---\nShe writes.\n")
    text = "---\ntitle: {}\ndate: 2026-11-20\nauthor: Ada Holm\ntags: [sea]\n{}\n---\nThe [sea](/about/) came in.\n"
    paper.upload("articles/sea.md", text.format("The sea", ""))
    paper.upload("articles/sea.md", text.format("The sea again", "section: World"))
    paper.upload("articles/storm.md", text.format("A storm", "publish: 2026-12-24T09:00:00Z"))
    paper.tick(paper.now + timedelta(days=32))
    first = paper.comment("sea", "Seven centimetres.", notify="yes")
    reply = paper.comment("sea", "Eight.", author="Mia", parent=first)
    approve = re.findall(r"\S+/api/moderate\?\S+", paper.mails()[0]["text"])[0]
    paper.ask(approve, {})
    paper.upload("site.yaml", "title: The Lantern\ncomments: {moderation: none}\n")
    comment_before_its_parent(paper)
    comment_that_no_queue_takes(paper)
    receipt = paper.post("sea", {"author": "Ann", "email": "ann@reader.example", "comment": "Nine."})
    paper.settle()
    paper.ask(receipt["headers"]["location"], {"action": "erase"})
    paper.moderate("approve", reply)
    paper.mails()
    paper.rebuild()


def comment_before_its_parent(paper: Paper) -> None:
    """Have a reply stored before the comment that it answers, which releases it."""
    answer = paper.post("sea", {"author": "Kim", "email": "kim@reader.example", "comment": "Ten."})
    parent = answer["headers"]["location"].rpartition("/")[2].partition(".")[0]
    paper.post("sea", {"author": "Lee", "email": "lee@reader.example", "comment": "Eleven.", "parent": parent})
    queue = {"QueueUrl": os.environ["COMMENT_QUEUE"]}
    messages = clients.sqs().receive_message(**queue, MaxNumberOfMessages=10)["Messages"]
    records = [{"messageId": message["MessageId"], "body": message["Body"]} for message in messages]
    for record in sorted(records, key=lambda record: parent in json.loads(record["body"])["id"]):
        assert ingest_comment.handle({"Records": [record]}, None) == {"batchItemFailures": []}


def comment_that_no_queue_takes(paper: Paper) -> None:
    def fail(**_: Any) -> None:
        raise ConnectionError

    events = clients.sqs().meta.events
    events.register("before-parameter-build.sqs", fail)
    assert paper.post("sea", {"author": "Max", "email": "max@reader.example", "comment": "Six."})["statusCode"] == 503
    events.unregister("before-parameter-build.sqs", fail)
