"""A discussion as readers and editors have it: through the front, the API, the queue, the mail and the desk.

Everything is real here, roles enforced, as in the end-to-end tests of publishing.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.running import MINISTACK, Running, eventually

pytestmark = [
    pytest.mark.xdist_group("end-to-end"),
    pytest.mark.skipif(not MINISTACK.exists(), reason="the local cloud is not installed: `make test` installs it"),
]

FERRY = "---\ntitle: Ferry to run on Sundays\ndate: 2026-11-20T09:30+00:00\nid: ferry\n---\nIt never did before.\n"
ADDRESS, COMMENTS = "/2026/11/ferry/", "/api/articles/ferry/comments"
SETTINGS = "title: The Harbour Post\ncomments:\n  seconds_between: {}\n"
MIA = {"author": "Mia Rook", "email": "mia.rook@reader.example", "comment": "At last, a Sunday crossing."}
BEN = {"author": "Ben Oar", "email": "ben.oar@reader.example", "comment": "Not in this wind, surely."}


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A small paper, live, whose readers may write as quickly as they like."""
    running = Running(tmp_path_factory.mktemp("comments"))
    running.save("site.yaml", SETTINGS.format(0))
    running.save("articles/ferry.md", FERRY)
    closed = FERRY.replace("id: ferry", "id: closed\ncomments: false")
    running.save("articles/closed.md", closed)
    running.start()
    yield running
    running.stop()


def held(newsroom: Running, words: str) -> str | None:
    """The id of the comment with these words, once it waits for an editor."""
    waiting = newsroom.desk("comments", "list", "--held")
    return next((each["id"] for each in waiting if words in each["comment"]), None)


def test_a_comment_waits_unseen_until_the_desk_approves_it(newsroom: Running) -> None:
    assert f'action="{COMMENTS}"' in newsroom.get(ADDRESS)[1]
    answer, told = newsroom.post(COMMENTS, MIA)
    assert answer.status == 202
    assert answer.headers["location"] == told["receipt"]

    id = eventually(lambda: held(newsroom, "Sunday crossing"))
    assert id == told["id"]
    assert not [key for key, body in newsroom.objects("site").items() if b"Sunday crossing" in body]
    assert "Sunday crossing" in newsroom.get(told["receipt"], accept="text/html")[1]

    assert newsroom.desk("comments", "approve", id)[0]["status"] == "approved"
    eventually(lambda: newsroom.shows(ADDRESS, f'id="comment-{id}"'))
    for feed in ("/comments/feed.xml", "/comments/ferry/feed.xml"):
        eventually(lambda feed=feed: newsroom.shows(feed, "Sunday crossing"))
    assert f"{ADDRESS}#comment-{id}" in newsroom.get(told["receipt"], accept="text/html")[1]


def test_a_form_leads_to_its_receipt_where_the_comment_can_be_erased(newsroom: Running) -> None:
    answer, _ = newsroom.form(COMMENTS, {**BEN, "comment": "Erase me, please."})
    assert answer.status == 303
    receipt = answer.headers["location"]
    id = eventually(lambda: held(newsroom, "Erase me"))
    page = newsroom.get(receipt, accept="text/html")
    assert page[0].headers["referrer-policy"] == "no-referrer"

    answer, _ = newsroom.form(receipt, {"action": "erase"})

    assert answer.status == 303
    eventually(lambda: held(newsroom, "Erase me") is None)
    assert newsroom.desk("comments", "show", id)[0]["author"] == ""


REFUSED: dict[str, tuple[int, dict[str, Any]]] = {
    "of an unknown article": (404, {"path": "/api/articles/nothing/comments"}),
    "of a closed article": (403, {"path": "/api/articles/closed/comments"}),
    "too long": (413, {"comment": "x" * 100_000}),
    "of no known kind": (415, {"content_type": "text/plain"}),
    "without words": (422, {"comment": ""}),
    "with a NUL": (422, {"comment": "a\0b"}),
}


@pytest.mark.parametrize(("status", "given"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_taken_is_told_to_programs_as_a_problem_and_to_readers_as_a_page(
    newsroom: Running, status: int, given: dict[str, Any]
) -> None:
    path, kind = given.get("path", COMMENTS), given.get("content_type")
    fields = {**BEN, "comment": given.get("comment", BEN["comment"])}

    answer, told = newsroom.post(path, fields, **({"content_type": kind, "accept": "application/json"} if kind else {}))
    assert (answer.status, told["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"

    answer, text = newsroom.form(path, fields, **({"content_type": kind} if kind else {}))
    assert answer.status == status
    assert "<h1" in text
    assert "The Harbour Post" in text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_page_of_errors_keeps_what_was_written(newsroom: Running) -> None:
    answer, text = newsroom.form(COMMENTS, {**BEN, "email": "nowhere", "comment": "Kept <b>words</b>"})

    assert answer.status == 422
    assert "<title>Error: " in text
    assert "Kept &lt;b&gt;words&lt;/b&gt;" in text or "Kept &lt;b&gt;words&lt;&#x2f;b&gt;" in text
    assert 'value="nowhere"' in text


def test_saying_it_again_is_one_comment(newsroom: Running) -> None:
    once = {**BEN, "comment": "I say this once."}
    assert newsroom.post(COMMENTS, once)[0].status == 202
    assert newsroom.post(COMMENTS, once)[0].status == 409

    keyed = {**BEN, "comment": "This has a key."}
    first, again = (newsroom.post(COMMENTS, keyed, idempotency_key="k-1") for _ in range(2))
    assert (first[0].status, again[0].status) == (202, 202)
    assert first[1] == again[1]
    eventually(lambda: held(newsroom, "has a key"))
    waiting = newsroom.desk("comments", "list", "--held")
    assert len([each for each in waiting if each["comment"] in {once["comment"], keyed["comment"]}]) == 2


def test_a_mailed_link_asks_first_acts_once_and_then_says_that_it_was_used(newsroom: Running) -> None:
    newsroom.post(COMMENTS, BEN)
    id = eventually(lambda: held(newsroom, "in this wind"))
    newsroom.wake("ModerateComment", {"why": "digest"})
    texts = [mail["BodyText"] for mail in newsroom.mails() if "in this wind" in mail["BodyText"]]
    (link,) = re.findall(r"in this wind.*?^Approve: http://[^/]+(\S+)", texts[-1], re.DOTALL | re.MULTILINE)
    assert BEN["email"] not in texts[-1]

    answer, text = newsroom.get(link, accept="text/html")
    assert answer.status == 200
    assert "in this wind" in text
    assert held(newsroom, "in this wind") == id

    assert newsroom.form(link, {})[0].status == 200
    eventually(lambda: newsroom.shows(ADDRESS, f'id="comment-{id}"'))

    again, text = newsroom.form(link, {})
    assert again.status == 410
    assert "<h1" in text
    tampered, _ = newsroom.get(link[:-3] + "abc", accept="text/html")
    assert tampered.status == 400
    assert newsroom.desk("comments", "show", id)[0]["status"] == "approved"


@pytest.fixture(scope="module")
def discussion(newsroom: Running) -> None:
    """A comment of each reader's on the page, whatever else was tried before."""
    for writer, words in ((MIA, "See you on the Sunday boat."), (BEN, "I shall be below deck.")):
        _, told = newsroom.post(COMMENTS, {**writer, "comment": words})
        eventually(lambda words=words: held(newsroom, words))
        newsroom.desk("comments", "approve", told["id"])
        eventually(lambda words=words: newsroom.shows(ADDRESS, words))


@pytest.mark.usefixtures("discussion")
def test_what_an_article_shows_may_be_read_by_its_role_and_what_is_private_may_not(newsroom: Running) -> None:
    key = {"pk": {"S": "TALK#ferry"}, "sk": {"S": "TALK"}}
    tables = newsroom.cloud["tables"]
    for role in ("RenderPageRole", "PlanPagesRole", "RebuildSiteRole", "ReceiveCommentRole", "PublishArticleRole"):
        dynamodb = newsroom.as_role(role, "dynamodb")
        assert "Item" in dynamodb.get_item(TableName=tables["news"], Key=key)
        with pytest.raises(ClientError, match="AccessDenied"):
            dynamodb.get_item(TableName=tables["private"], Key=key)
    receives = newsroom.as_role("ReceiveCommentRole", "dynamodb")
    for refused in (
        lambda: receives.query(
            TableName=tables["news"],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": key["pk"]},
        ),
        lambda: receives.put_item(TableName=tables["news"], Item=key),
        lambda: receives.get_item(TableName=tables["counter"], Key={"pk": {"S": "SAID#x"}}),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            refused()


@pytest.mark.usefixtures("discussion")
def test_a_mail_address_is_nowhere_but_in_the_private_table(newsroom: Running) -> None:
    addresses = [MIA["email"].encode(), BEN["email"].encode()]
    for bucket in ("site", "upload"):
        assert not [key for key, body in newsroom.objects(bucket).items() if any(each in body for each in addresses)]
    log = (newsroom.state / "cloud.log").read_bytes()
    assert not any(each in log for each in addresses)
    dynamodb = newsroom.client("dynamodb")
    holders = set()
    for name, table in newsroom.cloud["tables"].items():
        rows = [row for page in dynamodb.get_paginator("scan").paginate(TableName=table) for row in page["Items"]]
        holders |= {name for row in rows for each in addresses if each.decode() in str(row)}
    assert holders == {"private"}


@pytest.mark.usefixtures("discussion")
def test_all_that_a_person_wrote_is_erased_from_the_pages_too(newsroom: Running) -> None:
    told = newsroom.desk("comments", "erase", "--email", BEN["email"])

    assert {each["status"] for each in told} == {"erased"}
    eventually(lambda: not newsroom.shows(ADDRESS, "below deck"))
    eventually(lambda: not [key for key, body in newsroom.objects("site").items() if b"Ben Oar" in body])
    assert newsroom.desk("comments", "erase", "--email", BEN["email"]) == []


@pytest.mark.usefixtures("discussion")
def test_a_newsroom_that_was_stopped_has_every_comment_and_knows_its_receipts(newsroom: Running) -> None:
    _, told = newsroom.post(COMMENTS, {**MIA, "comment": "Sent just before the stop."})
    assert newsroom.stop() == 0

    newsroom.start()

    eventually(lambda: newsroom.shows(ADDRESS, "Sunday boat"))
    eventually(lambda: held(newsroom, "before the stop"))
    assert newsroom.get(told["receipt"], accept="text/html")[0].status == 200


def test_who_writes_too_quickly_is_told_to_wait(newsroom: Running) -> None:
    newsroom.save("site.yaml", SETTINGS.format(3600))
    numbers = iter(range(1000))

    def refused() -> Any:
        answer, told = newsroom.post(COMMENTS, {**MIA, "comment": f"Quickly, number {next(numbers)}"})
        return (answer, told) if answer.status == 429 else None

    answer, told = eventually(refused)
    assert answer.headers["retry-after"] == "3600"
    assert told["status"] == 429
    somebody = {**BEN, "email": "somebody.else@reader.example"}
    assert newsroom.post(COMMENTS, somebody)[0].status == 429  # from the same address


def test_no_comment_ended_among_the_dead_letters(newsroom: Running) -> None:
    counts = newsroom.desk("status")["dead_letters"]
    assert {each["name"]: each["waiting"] for each in counts}["comment"] == 0
