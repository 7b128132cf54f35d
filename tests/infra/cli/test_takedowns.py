"""The desk takes an article down and lets it come back, with the real newsroom behind it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner, Result

from adapters import clients
from adapters.table import Table
from infra.cli.app import app
from newsroom import urls
from newsroom.table_keys import article_key
from publish_article import handler as publish_article
from tests.envelopes import waiting
from tests.paper import SITE_URL, Paper, a_paper
from tests.replaced import replace

KEY = "articles/harbour.md"
HARBOUR = """---
title: The harbour freezes over
date: 2026-11-20T09:30+00:00
section: World
authors: [Ada Holm, Ben Moss]
tags: [Weather, Ice]
aliases: [/old/harbour/]
standfirst: For the first time in a century.
---
Nobody had skates, and the harbour master had lent his to a cousin in the hills.
"""
OTHER = "---\ntitle: Ferry late\ndate: 2026-11-19\nsection: World\nauthor: Ada Holm\n---\n[Ice](/2026/11/harbour/).\n"
ADDRESS = "/2026/11/harbour/"
SECRETS = ("freezes over", "first time in a century", "Nobody had skates", "/2026/11/harbour/")


@dataclass
class Desk:
    """An operator's desk beside a paper whose pages are drawn while the desk waits."""

    paper: Paper
    state: Path
    invalidated: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, *words: str, answer: str = "") -> Result:
        return CliRunner().invoke(app, [*words, "--state", str(self.state)], input=answer)

    def take_down(self, *words: str) -> dict[str, Any]:
        result = self("takedown", "harbour", "--reason", "a court said so", "--yes", "--json", *words)
        report: dict[str, Any] = json.loads(result.stdout)
        assert result.exit_code == (0 if report["clean"] else 1), result.output
        return report

    def newsroom_works(self, _seconds: float = 0) -> None:
        for body in waiting("UPLOAD_QUEUE"):
            publish_article.handle({"Records": [{"messageId": "0", "body": json.dumps(body)}]}, None)
        self.paper.settle()

    def shown(self) -> dict[str, list[str]]:
        """The objects that still say something of the article, but for its own addresses as names of objects."""
        site = {key: body.decode() for key, body in self.paper.site().items()}
        return {key: hits for key, body in site.items() if (hits := [word for word in SECRETS if word in body])}


def stand_in(monkeypatch: pytest.MonkeyPatch, cloudfront: Callable[[], Any]) -> None:
    """Have this asked in place of CloudFront, and nothing else changed."""
    sound = boto3.client

    def client(name: str, **more: Any) -> Any:
        return cloudfront() if name == "cloudfront" else sound(name, **more)  # type: ignore[call-overload]

    replace(monkeypatch, "AWS beside the newsroom", client)


@pytest.fixture
def paper(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Paper]:
    with a_paper(monkeypatch, getattr(request, "param", "memory")) as fresh:
        yield fresh


@pytest.fixture
def desk(paper: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("UPLOAD_QUEUE", clients.sqs().create_queue(QueueName="UPLOAD_QUEUE")["QueueUrl"])
    described = {
        "endpoint": "",  # the store in memory stands in for AWS itself
        "region": "eu-west-1",
        "site_url": SITE_URL,
        "buckets": {"upload": "upload", "site": "site"},
        "queues": {"upload": clients.sqs().create_queue(QueueName="UPLOAD_QUEUE")["QueueUrl"]},
        "tables": {"news": "news"},
        "distribution": "E1",
    }
    (tmp_path / "cloud.json").write_text(json.dumps(described))
    at_work = Desk(paper, tmp_path)

    class CloudFront:
        def create_invalidation(self, **asked: Any) -> dict[str, Any]:
            at_work.invalidated.append(asked)
            return {"Invalidation": {"Id": f"I{len(at_work.invalidated)}"}}

    stand_in(monkeypatch, CloudFront)
    replace(monkeypatch, "the desk's waiting", at_work.newsroom_works)
    paper.upload("articles/ferry.md", OTHER)
    paper.upload(KEY, HARBOUR)
    return at_work


def test_an_article_taken_down_is_gone_from_every_page_and_its_addresses_say_so(desk: Desk) -> None:
    assert desk.shown()

    report = desk.take_down()

    assert desk.shown() == {}
    assert desk.paper.is_gone(ADDRESS)
    assert desk.paper.is_gone("/old/harbour/")
    assert report["clean"] is True
    assert report["takedown"] == {"reason": "a court said so", "at": "2026-11-23T09:00:00+00:00"}


def test_the_receipt_names_every_page_that_showed_the_article_or_is_drawn_anew_without_it(desk: Desk) -> None:
    had_shown = set(desk.shown())
    desk.paper.drawn.clear()

    report = desk.take_down()

    checked = {urls.object_key(each["path"]): each["verdict"] for each in report["objects"]}
    assert had_shown | set(desk.paper.drawn) == checked.keys()
    assert {key for key, verdict in checked.items() if verdict == "tombstone"} >= {
        "2026/11/harbour/index.html",
        "old/harbour/index.html",
    }
    assert "unclean" not in checked.values()
    stored = clients.s3().get_object(Bucket="upload", Key=report["receipt"])["Body"].read()
    assert report["receipt"].startswith("reports/takedown-harbour-20261123T090000")
    assert json.loads(stored) == report


def test_what_is_left_somewhere_is_told_and_ends_with_one(desk: Desk) -> None:
    desk.paper.upload("articles/ferry.md", OTHER.replace("[Ice]", "We wrote: the harbour freezes over. [Ice]"))

    report = desk.take_down()

    unclean = {each["path"]: each["found"] for each in report["objects"] if each["verdict"] == "unclean"}
    assert {"/2026/11/ferry/", "/", "/feed.xml", "/section/world/"} <= unclean.keys()  # its summary stands on fronts
    assert [found["what"] for found in unclean["/2026/11/ferry/"]] == ["headline"]
    assert "we wrote: the harbour freezes over" in unclean["/2026/11/ferry/"][0]["near"]
    assert not report["clean"]


def test_it_stays_down_when_its_file_comes_again_and_when_the_clock_strikes(desk: Desk) -> None:
    desk.take_down()

    desk.paper.upload(KEY, HARBOUR)
    desk.paper.upload(KEY, HARBOUR.replace("2026-11-20T09:30", "2026-11-24T09:30"))
    desk.paper.tick(desk.paper.now + timedelta(days=5))
    desk.paper.rebuild()

    assert desk.shown() == {}
    receipt = desk.paper.receipt(KEY)
    assert (receipt["status"], receipt["url"]) == ("withdrawn", None)
    (warning,) = receipt["warnings"]
    assert "taken down on 2026-11-23 (a court said so)" in warning["message"]
    assert warning["message"].endswith("broadsheet restore harbour")


def test_a_scheduled_article_can_be_taken_down_before_its_time(desk: Desk) -> None:
    later = HARBOUR.replace("2026-11-20T09:30", "2026-11-24T09:30").replace("/old/harbour/", "/old/later/")
    desk.paper.upload("articles/later.md", later)
    result = desk("takedown", "later", "--reason", "no", "--yes", "--json", "--timeout", "0")
    desk.newsroom_works()
    desk.paper.tick(desk.paper.now + timedelta(days=2))

    assert "/2026/11/later/" not in "".join(path for path in desk.paper.site())
    assert desk.paper.page("/2026/11/later/") is None
    assert "/section/world/" in {each["path"] for each in json.loads(result.stdout)["objects"]}


def test_its_deletion_and_its_return_under_another_name_change_nothing(desk: Desk) -> None:
    desk.take_down()
    desk.paper.delete(KEY)
    desk.paper.upload("articles/again.md", HARBOUR.replace("section", "id: harbour\nsection"))

    assert desk.shown() == {}
    assert "broadsheet restore harbour" in desk.paper.receipt("articles/again.md")["warnings"][0]["message"]


def test_a_restored_article_is_what_its_file_says_now(desk: Desk) -> None:
    before = set(desk.shown())
    desk.take_down()
    desk.paper.upload(KEY, HARBOUR.replace("Nobody had skates", "Nobody had skates but one"))

    result = desk("restore", "harbour")

    assert result.stdout == "harbour  published  https://paper.example/2026/11/harbour/\n"
    desk.newsroom_works()
    assert set(desk.shown()) == before
    assert "skates but one" in (desk.paper.page(ADDRESS) or "")
    assert desk.paper.leads_to("/old/harbour/") == ADDRESS
    assert desk.paper.receipt(KEY)["warnings"] == []


def test_restoring_twice_or_what_was_never_down_does_no_harm(desk: Desk) -> None:
    before = desk.paper.page(ADDRESS)

    result = desk("restore", "harbour", "--json")
    desk.newsroom_works()

    assert json.loads(result.stdout)["was_down"] is False
    assert desk.paper.page(ADDRESS) == before


def test_a_restored_article_whose_file_is_gone_or_broken_stays_withdrawn(desk: Desk) -> None:
    desk.take_down()
    desk.paper.delete(KEY)

    assert desk("restore", "harbour").stdout == "harbour  withdrawn\n"
    assert desk.paper.is_gone(ADDRESS)


def test_taking_down_twice_does_no_harm_and_looks_at_every_page_again(desk: Desk) -> None:
    first = desk.take_down()
    desk.paper.now += timedelta(hours=1)
    second = desk.take_down("--reason", "another")

    assert second["takedown"] == first["takedown"]
    assert {each["path"] for each in first["objects"]} <= {each["path"] for each in second["objects"]}
    assert second["clean"]
    assert second["receipt"] != first["receipt"]


def test_an_unknown_id_is_named(desk: Desk) -> None:
    for command in (["takedown", "harbor", "--reason", "x", "--yes"], ["restore", "harbor"]):
        result = desk(*command)
        assert result.exit_code == 1
        assert "harbor: there is no article of this id" in result.stderr


def test_an_article_is_taken_down_only_after_a_yes_and_with_a_reason(desk: Desk) -> None:
    assert desk("takedown", "harbour", "--reason", "x", answer="n\n").exit_code == 1
    assert desk("takedown", "harbour", "--reason", " ", "--yes").exit_code == 2
    assert not desk.paper.is_gone(ADDRESS)

    result = desk("takedown", "harbour", "--reason", "x", answer="y\n")

    assert "The harbour freezes over" in result.stderr
    assert "objects checked, 0 unclean" in result.stdout
    assert desk.paper.is_gone(ADDRESS)


def test_the_cache_is_told_to_forget_every_page_under_both_of_its_names(desk: Desk) -> None:
    report = desk.take_down()

    (asked,) = desk.invalidated
    paths = asked["InvalidationBatch"]["Paths"]
    assert asked["DistributionId"] == "E1"
    assert paths["Quantity"] == len(paths["Items"])
    assert {each["path"] for each in report["objects"]} < set(paths["Items"])
    assert {ADDRESS, "/2026/11/harbour/index.html", "/feed.xml", "/sitemaps/2026-11.xml", "/"} <= set(paths["Items"])
    assert report["invalidation"]["id"] == "I1"


def test_more_pages_than_one_invalidation_takes_are_forgotten_all_together(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace(monkeypatch, "paths of an invalidation", 5)

    desk.take_down()

    assert desk.invalidated[0]["InvalidationBatch"]["Paths"] == {"Quantity": 1, "Items": ["/*"]}


def test_a_cache_that_refuses_is_told_of_and_stops_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "CreateInvalidation")

    stand_in(monkeypatch, refuse)

    report = desk.take_down()

    assert report["clean"] is True
    assert "CreateInvalidation is not allowed" in report["invalidation"]["problem"]


def test_pages_that_are_not_drawn_in_time_are_told_of(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    replace(monkeypatch, "the desk's waiting", lambda seconds: None)

    result = desk("takedown", "harbour", "--reason", "x", "--yes", "--timeout", "0")

    assert result.exit_code == 1
    assert "Not every page was rendered again" in result.stderr
    assert f"{ADDRESS}  address: there is a page here, not a tombstone" in result.stdout


def test_an_article_edited_while_it_is_taken_down_is_down_all_the_same(desk: Desk) -> None:
    edited = HARBOUR.replace("tags: [Weather, Ice]", "tags: [Frost]")
    desk.paper.aws.before("TransactWriteItems", lambda: desk.paper.upload(KEY, edited))

    report = desk.take_down()

    assert desk.shown() == {}
    assert report["clean"]
    assert "/tag/frost/" in {each["path"] for each in report["objects"]}


def test_an_upload_that_read_the_article_before_it_was_taken_down_cannot_bring_it_back(desk: Desk) -> None:
    desk.paper.aws.before("TransactWriteItems", desk.take_down)
    desk.paper.upload(KEY, HARBOUR.replace("Nobody", "Somebody"))

    row = Table("news").get(article_key("harbour"))
    assert row is not None
    assert row.doc["takedown"]
    assert desk.paper.is_gone(ADDRESS)


@pytest.mark.parametrize("paper", ["moto"], indirect=True)  # comments have tables of their own, which only moto has
def test_the_discussion_goes_with_the_article_and_comes_back_with_it(desk: Desk) -> None:
    desk.paper.upload("site.yaml", "title: The Lantern\ncomments: {moderation: none, per_page: 2}\n")
    said = [desk.paper.comment("harbour", f"Remark number {number}.") for number in range(5)]
    talk = ["/comments/harbour/2/", "/comments/harbour/3/", "/comments/harbour/feed.xml"]
    replies = [f"/comments/harbour/reply/{id}/" for id in said]
    assert "Remark number 4." in (desk.paper.page("/comments/harbour/3/") or "")

    report = desk.take_down()

    verdicts = {each["path"]: each["verdict"] for each in report["objects"]}
    assert {verdicts[path] for path in [*talk, *replies]} == {"tombstone"}
    assert verdicts["/comments/feed.xml"] == "clean"
    assert not [key for key, body in desk.paper.site().items() if b"Remark number" in body]
    assert desk.shown() == {}
    assert desk.paper.post("harbour", {"author": "W", "email": "w@r.example", "comment": "Hm."})["statusCode"] == 404

    desk("restore", "harbour")
    desk.newsroom_works()

    assert "Remark number 4." in (desk.paper.page("/comments/harbour/3/") or "")
    assert "Remark number 0." in (desk.paper.page(ADDRESS) or "")
    assert "Remark number 3." in (desk.paper.page("/comments/feed.xml") or "")
