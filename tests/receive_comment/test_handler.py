"""receive_comment, woken as the HTTP API wakes it: every answer it can give."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from adapters import clients, queues
from adapters.counters import Counters
from newsroom.errors import TransientError
from receive_comment import handler as receive_comment
from tests.envelopes import envelope, log_of, names, waiting
from tests.paper import Paper

KOREA = "---\ntitle: Water in the square\ndate: 2026-11-20\n---\nThe sea came in.\n"
FIELDS = {"author": "Wim", "email": "wim@reader.example", "comment": "Seven centimetres."}
STATUS = {
    "form": 303,
    "form-in-base64": 303,
    "honeypot": 303,
    "json": 202,
    "everything-wrong": 422,
    "not-json": 422,
    "not-utf-8": 422,
    "characters-nobody-takes": 422,
    "too-large": 413,
    "a-file": 415,
    "unknown-article": 404,
}


@pytest.fixture
def open_paper(paper: Paper) -> Paper:
    """A paper with one article that takes comments."""
    paper.upload("articles/korea.md", KOREA)
    return paper


def answer(name: str) -> dict[str, Any]:
    return receive_comment.handle(envelope("receive_comment", name), None)


@pytest.mark.parametrize("name", names("receive_comment"))
def test_an_envelope_gets_its_answer_and_a_kind_one_only_once_the_queue_has_it(open_paper: Paper, name: str) -> None:
    given = answer(name)

    assert given["statusCode"] == STATUS[name]
    assert len(waiting("COMMENT_QUEUE")) == (given["statusCode"] < 400)


def test_the_letter_in_the_queue_is_everything_the_comment_is(open_paper: Paper) -> None:
    answer("form-in-base64")

    [letter] = waiting("COMMENT_QUEUE")
    assert letter["text"] == "Näher am Wasser steht nur die Mühle. 🌊"
    assert (letter["article"], letter["author"], letter["email"]) == ("korea", "Wim Dekker", "wim@reader.example")
    assert letter["at"] == "2026-11-23T09:00:00.000+00:00"
    assert "203.0.113.7" not in json.dumps(letter)


def test_a_program_is_answered_in_its_own_language(open_paper: Paper) -> None:
    given = answer("json")
    [letter] = waiting("COMMENT_QUEUE")

    said = json.loads(given["body"])
    assert said == {"id": letter["id"], "status": "received", "receipt": given["headers"]["location"]}
    assert letter["notify"] is True


def test_a_program_is_told_everything_that_is_wrong_at_once(open_paper: Paper) -> None:
    given = answer("characters-nobody-takes")

    assert given["headers"]["content-type"] == "application/problem+json"
    problem = json.loads(given["body"])
    assert problem["status"] == 422
    assert {error["field"] for error in problem["errors"]} == {"author", "comment"}


def test_a_reader_is_shown_everything_that_is_wrong_with_all_they_wrote(open_paper: Paper) -> None:
    event = envelope("receive_comment", "everything-wrong")
    event["body"] = "comment=%3Cb%3Ewet%3C%2Fb%3E&author=&email=wim+at+reader&url=javascript%3Aalert(1)"
    html = receive_comment.handle(event, None)["body"]

    assert "<title>Error: " in html
    assert "<h1" in html
    assert "&lt;b&gt;wet&lt;/b&gt;" in html
    assert 'value="wim at reader"' in html
    assert [field for field in ("author", "email", "url") if f'href="#reply-{field}"' not in html] == []
    assert 'href="#reply-comment"' not in html


@pytest.mark.parametrize("name", ["form", "json"])
def test_a_closed_article_takes_nothing(paper: Paper, name: str) -> None:
    paper.upload("articles/korea.md", KOREA.replace("date:", "comments: false\ndate:"))

    assert answer(name)["statusCode"] == 403
    assert waiting("COMMENT_QUEUE") == []


@pytest.mark.parametrize("fields", ["draft: true", "publish_at: 2027-01-01", "expires_at: 2026-11-21"])
def test_an_article_that_is_not_live_is_not_known_to_anybody(paper: Paper, fields: str) -> None:
    paper.upload("articles/korea.md", KOREA.replace("date:", f"{fields}\ndate:"))

    assert answer("form")["statusCode"] == 404


@pytest.mark.parametrize("id", ["", "../korea", "korea#", "Korea", "k" * 300])
def test_an_id_of_no_article_is_simply_unknown(open_paper: Paper, id: str) -> None:
    event = envelope("receive_comment", "form")
    event["pathParameters"] = {"id": id}

    assert receive_comment.handle(event, None)["statusCode"] == 404


def test_what_was_said_is_not_taken_again(open_paper: Paper) -> None:
    assert open_paper.post("korea", FIELDS)["statusCode"] == 303
    assert open_paper.post("korea", FIELDS)["statusCode"] == 409
    assert open_paper.post("korea", FIELDS, later=86_400)["statusCode"] == 409
    assert open_paper.post("korea", {**FIELDS, "comment": "Eight."})["statusCode"] == 303


def test_a_sending_with_a_key_may_be_repeated_and_is_answered_alike(open_paper: Paper) -> None:
    first = open_paper.post("korea", FIELDS, idempotency_key="a")
    again = open_paper.post("korea", FIELDS, idempotency_key="a", later=0)

    assert (again["statusCode"], again["headers"]["location"]) == (303, first["headers"]["location"])
    assert len(waiting("COMMENT_QUEUE")) == 1


def test_a_key_used_for_another_comment_loses_neither(open_paper: Paper) -> None:
    open_paper.post("korea", FIELDS, idempotency_key="a")
    open_paper.post("korea", {**FIELDS, "comment": "Eight."}, idempotency_key="a")

    assert len({letter["id"] for letter in waiting("COMMENT_QUEUE")}) == 2


@pytest.mark.parametrize(
    ("email", "viewer", "seconds", "status"),
    [
        ("wim@reader.example", "203.0.113.7:1", 14, 429),
        ("Wim@Reader.example", "203.0.113.9:1", 14, 429),
        ("ines@reader.example", "203.0.113.7:9", 14, 429),
        ("ines@reader.example", "203.0.113.9:1", 0, 303),
        ("wim@reader.example", "203.0.113.7:1", 15, 303),
    ],
    ids=["both", "the same writer", "the same address", "neither", "after its time"],
)
def test_a_quarter_of_a_minute_lies_between_two_comments_of_one_hand(
    open_paper: Paper, email: str, viewer: str, seconds: int, status: int
) -> None:
    open_paper.post("korea", FIELDS)
    fields = {**FIELDS, "email": email, "comment": "Eight."}
    given = open_paper.post("korea", fields, later=seconds, cloudfront_viewer_address=viewer)

    assert given["statusCode"] == status
    if status == 429:
        assert given["headers"]["retry-after"] == "15"
        assert "Eight." in given["body"]


def test_the_paper_says_how_long_to_wait(open_paper: Paper) -> None:
    open_paper.upload("site.yaml", "title: The Lantern\ncomments: {seconds_between: 0}\n")
    answers = [open_paper.post("korea", {**FIELDS, "comment": f"{n}."}, later=0)["statusCode"] for n in range(3)]

    assert answers == [303, 303, 303]


def test_the_counters_hold_no_address_and_vanish(open_paper: Paper) -> None:
    open_paper.post("korea", FIELDS)

    items = clients.dynamodb().scan(TableName="counters")["Items"]
    assert len(items) == 3
    assert not {"203.0.113.7", "wim"} & set(str(items).split("'"))
    assert "wim@reader" not in str(items)
    assert all("expires" in item for item in items)


def test_a_queue_that_fails_is_confessed_and_the_writer_may_try_again_at_once(
    open_paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = log_of(receive_comment, monkeypatch)
    sound = queues.send

    def send(queue_url: str, messages: Sequence[dict[str, Any]]) -> None:
        raise TransientError("no such luck")

    monkeypatch.setattr(queues, "send", send)
    refused = open_paper.post("korea", FIELDS)
    monkeypatch.setattr(queues, "send", sound)

    assert refused["statusCode"] == 503
    assert "Seven centimetres." in refused["body"]
    assert "exception" in log.lines("ERROR")[0]
    assert open_paper.post("korea", FIELDS, later=0)["statusCode"] == 303


def test_a_note_that_fails_takes_nothing_back(open_paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    def note(table: Counters, name: str, expires: int) -> None:
        raise RuntimeError("no such luck")

    log_of(receive_comment, monkeypatch)
    monkeypatch.setattr(Counters, "note", note)

    assert open_paper.post("korea", FIELDS)["statusCode"] == 303
    assert len(waiting("COMMENT_QUEUE")) == 1


def test_nothing_private_is_logged(open_paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    log = log_of(receive_comment, monkeypatch)
    for name in names("receive_comment"):
        answer(name)

    assert "reader.example" not in log.text
    assert "203.0.113.7" not in log.text


@pytest.mark.parametrize(("field", "most"), [("author", 245), ("email", 100), ("url", 200), ("comment", 16_384)])
def test_every_field_holds_so_many_bytes_and_no_more(open_paper: Paper, field: str, most: int) -> None:
    pad = {"email": "@reader.example", "url": "https://reader.example/"}.get(field, "")
    fits = "é" * ((most - len(pad)) // 2) + "x" * ((most - len(pad)) % 2)
    value = f"{pad}{fits}" if field == "url" else f"{fits[-64:] if field == 'email' else fits}{pad}"
    if field == "email":
        value = "x" * 64 + "@" + "y" * 27 + ".example"

    assert open_paper.post("korea", {**FIELDS, field: value})["statusCode"] == 303
    longer = value.replace("y.example", "yy.example") if field == "email" else f"{value}é"
    assert open_paper.post("korea", {**FIELDS, field: longer})["statusCode"] == 422
