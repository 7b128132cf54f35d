"""What a backup holds comes back into the paper's tables, and nothing older, erased or out of step with it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from adapters import clients
from adapters.table import Table
from infra.cli.app import app
from newsroom.rows import RowWrite
from newsroom.table_keys import reader_mail_key
from tests.envelopes import waiting
from tests.paper import SITE_URL, Paper, a_paper
from tests.replaced import replace

ARTICLE = """---
title: The harbour freezes over
date: 2026-11-20T09:30+00:00
section: {section}
author: Ada Holm
tags: [Ice]
---
{text}
"""
LONG = "\n\n".join(f"Paragraph {n}, of {n * n % 97} words and {n * n * n % 89} letters." for n in range(60))

Items = dict[tuple[str, str], dict[str, Any]]


def items(table: str) -> Items:
    """Everything in a table, as it is stored."""
    found = clients.dynamodb().scan(TableName=table)["Items"]
    return {(str(item["pk"]["S"]), str(item["sk"]["S"])): dict(item) for item in found}


def put(table: str, some: Items) -> None:
    for item in some.values():
        clients.dynamodb().put_item(TableName=table, Item=item)


def lose(table: str, *prefixes: str) -> None:
    for (pk, _), item in items(table).items():
        if pk.startswith(prefixes or ""):
            clients.dynamodb().delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Paper]:
    replace(monkeypatch, "bytes of a row's body", 300)  # so that a text is spread over several rows
    with a_paper(monkeypatch, "moto") as fresh:
        yield fresh


class Desk:
    """A desk beside a paper of which there is a backup."""

    def __init__(self, paper: Paper, state: Path) -> None:
        self.paper, self.state = paper, state
        self.comments = [paper.comment("harbour", text) for text in ("Skates!", "Where?", "There.")]
        paper.moderate("approve", *self.comments[:2])
        paper.settle()
        self.news, self.private = items("news"), items("private")
        for backup in ("news-backup", "private-backup"):
            clients.dynamodb().create_table(
                TableName=backup,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            )
        put("news-backup", self.news)
        put("private-backup", self.private)
        waiting("REBUILD_QUEUE")

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(app, ["restore-rows", *words, "--yes", "--json", "--state", str(self.state)])

    def restore(self, *words: str) -> dict[str, Any]:
        result = self("--from", "private-backup" if "--private" in words else "news-backup", *words)
        assert result.exit_code == 0, result.output
        told: dict[str, Any] = json.loads(result.stdout)
        return told


@pytest.fixture
def desk(paper: Paper, tmp_path: Path) -> Desk:
    make = clients.sqs().create_queue
    described = {
        "endpoint": "",
        "region": "eu-west-1",
        "site_url": SITE_URL,
        "buckets": {"upload": "upload", "site": "site"},
        "queues": {"rebuild": make(QueueName="REBUILD_QUEUE")["QueueUrl"]},
        "tables": {"news": "news", "private": "private"},
    }
    (tmp_path / "cloud.json").write_text(json.dumps(described))
    paper.upload("site.yaml", "title: The Harbour Post\n")
    paper.upload("authors/ada-holm.md", "---\nname: Ada Holm\n---\nA skater.\n")
    paper.upload("pages/about.md", "---\ntitle: About\n---\nUs.\n")
    paper.upload("pages/us.md", "---\ntitle: Us\nid: about\n---\nUs too.\n")  # it waits until the other is deleted
    paper.upload("articles/harbour.md", ARTICLE.format(section="World", text=LONG))
    paper.upload("articles/later.md", ARTICLE.format(section="World", text="x").replace("2026-11-20", "2027-11-20"))
    return Desk(paper, tmp_path)


def test_a_table_that_was_lost_comes_back_as_it_was(desk: Desk) -> None:
    assert ("ARTICLE#harbour", "ARTICLE#1") in desk.news, "a text over several rows is among what is lost"
    lose("news")
    lose("private")

    told = desk.restore()
    private = desk.restore("--private")

    assert items("news") == {key: item for key, item in desk.news.items() if key[0] != "REBUILD#site-1"}
    mail = {key for key in desk.private if key[0] == "OUT-TRAY"}
    assert items("private") == {key: item for key, item in desk.private.items() if key not in mail}
    assert mail, "which was sent once and is not sent again"
    assert told["restored"] > private["restored"] > 0


@pytest.mark.parametrize(("state", "comes_back"), [("stopped", True), ("asked", True), ("confirmed", False)])
def test_that_a_reader_wants_no_mail_comes_back(desk: Desk, state: str, comes_back: bool) -> None:
    key = reader_mail_key("0a" * 16)
    Table("private-backup").transact([RowWrite(key, {"state": state}, expected_rev=0)])

    desk.restore("--private")

    assert (Table("private").get(key) is not None) == comes_back


def test_after_it_every_page_is_compared_with_the_tables(desk: Desk) -> None:
    lose("news", "ARTICLE#")

    told = desk.restore()

    (asked,) = waiting("REBUILD_QUEUE")
    assert (asked["of"], asked["rebuild"]) == ("everything", told["rebuild"])


KINDS = (
    "ARTICLE#", "STATIC#", "AUTHOR#", "ADDRESS#", "LIST#", "MONTHS#", "LINK#", "DUE", "OPEN", "TALK#", "HELD",
    "COMMENT#", "UPLOAD#", "SITE", "PAGE#", "CONTENT#", "SUCCESSOR#", "NAME#",
)  # fmt: skip


def test_rows_of_any_one_kind_that_were_lost_come_back(desk: Desk) -> None:
    for kind in KINDS:
        lose("news", kind)
        desk.restore()
        assert items("news") == desk.news, kind


def test_a_prefix_brings_back_its_own_rows_and_what_follows_from_them(desk: Desk) -> None:
    lose("news", "COMMENT#", "HELD", "TALK#", "ARTICLE#")

    desk.restore("--prefix", "COMMENT#")

    missing = {pk.partition("#")[0] for pk, _ in desk.news.keys() - items("news").keys()}
    assert missing == {"ARTICLE", "TALK"}, "the article, and its discussion's own count and doorstep"
    assert {sk for pk, sk in desk.news.keys() - items("news").keys() if pk == "TALK#harbour"} == {"TALK", "DOORSTEP"}


def change_everything(desk: Desk) -> None:
    desk.paper.upload("articles/harbour.md", ARTICLE.format(section="Sport", text="Short."))
    desk.paper.upload("site.yaml", "title: The Ice Post\n")
    desk.paper.delete("articles/later.md")
    desk.paper.look_at("articles/later.md")
    desk.paper.moderate("spam", desk.comments[0])
    desk.paper.moderate("erase", desk.comments[1])
    desk.paper.moderate("approve", desk.comments[2])
    desk.paper.settle()


def test_what_has_changed_since_the_backup_stays_as_it_is(desk: Desk) -> None:
    change_everything(desk)
    now = items("news"), items("private")

    told = desk.restore()
    desk.restore("--private")

    assert (items("news"), items("private")) == now
    assert (told["restored"], told["rebuild"]) == (0, None)
    assert waiting("REBUILD_QUEUE") == []


def test_what_readers_told_in_confidence_does_not_come_back_once_it_was_erased(desk: Desk) -> None:
    erased, held = desk.comments[1], desk.comments[2]
    desk.paper.moderate("erase", erased)
    lose("private")

    desk.restore("--private")

    there = json.dumps([*items("private").values()])
    assert erased not in there
    assert held in there


def test_a_row_that_was_newer_in_the_backup_comes_back(desk: Desk) -> None:
    key = ("SITE", "SITE")
    put("news", {key: {**desk.news[key], "rev": {"N": "0"}, "doc": {"S": "{}"}}})
    page = next(key for key in desk.news if key[0].startswith("PAGE#"))
    put("news", {page: {**desk.news[page], "edition": {"N": "0"}}})

    assert desk.restore()["restored"] == 2
    assert items("news") == desk.news


@pytest.mark.parametrize(("table", "said"), [("news", "own table"), ("nowhere", "there is no table nowhere")])
def test_a_table_that_is_no_backup_is_refused(desk: Desk, table: str, said: str) -> None:
    result = desk("--from", table)

    assert result.exit_code == 2
    assert said in result.output
    assert items("news") == desk.news
