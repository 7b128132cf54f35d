"""receive_comment, woken as the HTTP API wakes it: every answer it can give."""

import json
import os
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import pytest

from adapters import clients
from receive_comment import handler as receive_comment
from tests.envelopes import envelope, names, read_log, waiting
from tests.paper import Paper
from workflows import comment_intake

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
    assert not [item for item in items if set(item) - {"pk", "expires", "by"}]
    assert not {"203.0.113.7", "wim"} & set(str(items).split("'"))
    assert "wim@reader" not in str(items)
    assert all("expires" in item for item in items)


def test_a_queue_that_fails_is_confessed_and_the_writer_may_try_again_at_once(
    open_paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = read_log()
    with open_paper.aws.fail("SendMessageBatch", of=os.environ["COMMENT_QUEUE"], error="ServiceUnavailable"):
        refused = open_paper.post("korea", FIELDS)

    assert refused["statusCode"] == 503
    assert "Seven centimetres." in refused["body"]
    assert "exception" in log.lines("ERROR")[0]
    assert open_paper.post("korea", FIELDS, later=0)["statusCode"] == 303


def test_a_note_that_fails_takes_nothing_back(open_paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    read_log()
    open_paper.aws.fail("PutItem", of="counters")

    assert open_paper.post("korea", FIELDS)["statusCode"] == 303
    assert len(waiting("COMMENT_QUEUE")) == 1


def test_nothing_private_is_logged(open_paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    log = read_log()
    for name in names("receive_comment"):
        answer(name)

    assert "reader.example" not in log.text
    assert "203.0.113.7" not in log.text


TEXTS = {"author": 245, "url": 200, "comment": 16_384}
SCRIPTS = {"latin": "x", "accents": "é", "cyrillic": "ж", "han": "漢", "emoji": "🌊"}


@pytest.mark.parametrize(
    ("field", "most", "script"),
    [
        ("email", 100, "latin"),  # before its @ an address has 64 octets, and mail counts no other way
        *((field, most, script) for field, most in TEXTS.items() for script in SCRIPTS),
    ],
)
def test_every_field_takes_what_it_lets_one_write_in_any_script_and_no_more(
    open_paper: Paper, field: str, most: int, script: str
) -> None:
    letter = SCRIPTS[script]
    shape = {"email": "{}@" + "y" * 27 + ".example", "url": "reader.example/{}"}.get(field, "{}")
    letters = most - len(shape.format(""))
    value = shape.format(letter * letters)

    assert open_paper.post("korea", {**FIELDS, field: value})["statusCode"] == 303
    [sent] = waiting("COMMENT_QUEUE")
    assert value in sent[{"comment": "text"}.get(field, field)]
    given = open_paper.post("korea", {**FIELDS, field: shape.format(letter * (letters + 1))})
    assert given["statusCode"] == 422
    if field != "email":
        assert f"{most + 1:,} characters long; {most:,} is the most" in given["body"]
    assert letter * letters in given["body"]  # and nothing is lost


@pytest.mark.parametrize("kind", ["form", "raw form", "json"])
@pytest.mark.parametrize("script", SCRIPTS)
def test_the_longest_comment_fits_however_it_is_sent_and_message_and_queue_hold_it(
    open_paper: Paper, script: str, kind: str
) -> None:
    fields = {**FIELDS, "comment": SCRIPTS[script] * 16_384}
    event = envelope("receive_comment", "json" if kind == "json" else "form")
    raw = "&".join(f"{name}={value}" for name, value in fields.items())
    event["body"] = {"json": json.dumps(fields), "form": urlencode(fields), "raw form": raw}[kind]

    assert receive_comment.handle(event, None)["statusCode"] == (202 if kind == "json" else 303)
    [letter] = waiting("COMMENT_QUEUE")
    assert len(json.dumps(letter)) < 256 * 1024


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_is_far_too_long_is_shown_again_with_the_form(open_paper: Paper, script: str) -> None:
    given = open_paper.post(
        "korea", {**FIELDS, "author": "Wim Dekker", "comment": "Begins. " + SCRIPTS[script] * 70_000}
    )

    assert given["statusCode"] == 413
    assert "16,384 characters is the most" in given["body"]
    assert 'value="Wim Dekker"' in given["body"]
    assert "Begins. " + SCRIPTS[script] * 16_384 in given["body"]
    assert len(given["body"].encode()) < 6_000_000


def test_a_program_is_told_that_what_it_sent_is_far_too_long(open_paper: Paper) -> None:
    event = envelope("receive_comment", "json")
    event["body"] = json.dumps({**FIELDS, "comment": "x" * 1_000_000})
    given = receive_comment.handle(event, None)

    assert (given["statusCode"], given["headers"]["content-type"]) == (413, "application/problem+json")


# ── Said twice ──


def test_what_was_sent_twice_is_said_to_be_in_with_the_receipt_for_whoever_sent_it(open_paper: Paper) -> None:
    first = open_paper.post("korea", FIELDS)
    again = open_paper.post("korea", FIELDS, later=0)
    receipt = first["headers"]["location"]

    assert again["statusCode"] == 409
    assert f'href="{receipt}"' in again["body"]
    assert "nothing of it was lost" in again["body"]
    told = open_paper.post("korea", FIELDS, later=60, accept="application/json")
    assert (told["statusCode"], json.loads(told["body"])["receipt"]) == (409, receipt)


def test_who_knows_somebodys_words_and_address_does_not_get_their_receipt(open_paper: Paper) -> None:
    receipt = open_paper.post("korea", FIELDS)["headers"]["location"]
    elsewhere = open_paper.post("korea", FIELDS, cloudfront_viewer_address="198.51.100.9:1")

    assert elsewhere["statusCode"] == 409
    assert receipt not in str(elsewhere)


def test_two_people_with_one_mail_address_may_say_the_same(open_paper: Paper) -> None:
    answers = [open_paper.post("korea", {**FIELDS, "author": name})["statusCode"] for name in ("Wim", "Ines", "Wim")]

    assert answers == [303, 303, 409]


@pytest.mark.parametrize("taken_in", [True, False], ids=["stored", "on its way"])
def test_what_its_writer_erased_may_be_said_again(open_paper: Paper, taken_in: bool) -> None:
    ids = set()
    for _ in range(3):
        receipt = open_paper.post("korea", FIELDS)["headers"]["location"]
        assert open_paper.post("korea", FIELDS)["statusCode"] == 409
        if taken_in:
            open_paper.settle()
        assert open_paper.ask(receipt, {"action": "erase"})["statusCode"] == 303
        ids.add(receipt)
    open_paper.settle()

    assert len(ids) == 3


def test_the_same_said_and_erased_without_end_is_refused_in_the_end(open_paper: Paper) -> None:
    answers = []
    for _ in range(comment_intake.MOST_AGAIN + 2):
        given = open_paper.post("korea", FIELDS)
        answers.append(given["statusCode"])
        if given["statusCode"] == 303:
            open_paper.ask(given["headers"]["location"], {"action": "erase"})

    assert answers == [303] * comment_intake.MOST_AGAIN + [409, 409]


# ── Who sends, and from where ──


@pytest.mark.parametrize(
    ("others", "status"),
    [
        (["2001:db8:1:2::1", "2001:db8:1:2::2"], 429),
        (["2001:db8:1:2::1", "2001:DB8:1:2:ffff:0:0:9"], 429),
        (["2001:db8:1:2::1", "2001:db8:1:3::1"], 303),
        (["203.0.113.7", "::ffff:203.0.113.7"], 429),
        (["::ffff:203.0.113.7", "::ffff:203.0.113.8"], 303),
        (["fe80::1%eth0", "fe80::2%eth0"], 429),
        (["203.0.113.7", "203.0.113.8"], 303),
    ],
)
def test_a_household_with_many_addresses_is_one_hand(open_paper: Paper, others: list[str], status: int) -> None:
    answers = [
        open_paper.post(
            "korea",
            {**FIELDS, "email": f"w{number}@reader.example", "comment": f"{number}."},
            later=1,
            cloudfront_viewer_address=f"{address}:443",
        )["statusCode"]
        for number, address in enumerate(others)
    ]
    letters = waiting("COMMENT_QUEUE")

    assert answers == [303, status]
    assert len({letter["address_hash"] for letter in letters}) == len(letters)


@pytest.mark.parametrize("email", ["WIM@reader.example", "ｗｉｍ@reader.example", "wim@reader.example\u200b"])
def test_a_mail_address_written_otherwise_is_the_same_writers(open_paper: Paper, email: str) -> None:
    open_paper.post("korea", FIELDS)
    fields = {**FIELDS, "email": email, "comment": "Eight."}

    assert open_paper.post("korea", fields, later=1, cloudfront_viewer_address="198.51.100.9:1")["statusCode"] == 429


FOREIGN: list[dict[str, str]] = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://paper.example"},
    {"origin": "https://paper.example.evil.example"},
    {"sec_fetch_site": "cross-site"},
    {"sec_fetch_site": "same-site", "origin": "https://blog.paper.example"},
    {"sec_fetch_site": "cross-site", "origin": "https://evil.example"},
]
OWN: list[dict[str, str]] = [
    {},
    {"origin": "https://paper.example"},
    {"origin": "HTTPS://PAPER.example"},
    {"sec_fetch_site": "same-origin", "origin": "null"},
    {"sec_fetch_site": "none"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("kind", ["form", "json"])
def test_a_page_of_another_site_cannot_make_its_visitors_comment(
    open_paper: Paper, kind: str, headers: dict[str, str]
) -> None:
    event = envelope("receive_comment", kind)
    event["headers"] |= {name.replace("_", "-"): value for name, value in headers.items()}

    assert receive_comment.handle(event, None)["statusCode"] == 403
    assert waiting("COMMENT_QUEUE") == []


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_the_papers_own_pages_and_programs_may_comment(open_paper: Paper, headers: dict[str, str]) -> None:
    assert open_paper.post("korea", FIELDS, **headers)["statusCode"] == 303


def test_a_paper_under_another_name_than_its_deployment_takes_comments_of_both(open_paper: Paper) -> None:
    open_paper.upload("site.yaml", "base_url: https://lantern.example/\n")

    for number, origin in enumerate(("https://lantern.example", "https://paper.example")):
        assert open_paper.post("korea", {**FIELDS, "comment": f"{number}."}, origin=origin)["statusCode"] == 303


def test_a_form_shown_again_can_be_sent_again_by_a_browser_that_only_says_where_from(open_paper: Paper) -> None:
    given = open_paper.post("korea", {**FIELDS, "comment": ""})

    assert given["headers"]["referrer-policy"] == "same-origin"


# ── Encodings ──


@pytest.mark.parametrize("words", ["Jörg", "Ἀθῆναι", "漢字", "🌊 e\u0301", "\ufeffBOM"])
def test_a_form_may_send_its_letters_as_they_are(open_paper: Paper, words: str) -> None:
    event = envelope("receive_comment", "form")
    event["body"] = f"author={words}&email=wim%40reader.example&comment={words}+and+so+on"

    assert receive_comment.handle(event, None)["statusCode"] == 303
    [letter] = waiting("COMMENT_QUEUE")
    assert words.strip("\ufeff") in letter["author"]


@pytest.mark.parametrize(
    "body",
    [
        b"author=J%F6rg&email=a%40b.example&comment=gr%FC%DF",
        "author=Jörg&email=a%40b.example&comment=grüß".encode("latin-1"),
    ],
)
def test_letters_of_another_encoding_are_named_as_that_and_shown_again_as_they_were_meant(
    open_paper: Paper, body: bytes
) -> None:
    event = envelope("receive_comment", "form")
    event |= {"body": b64encode(body).decode(), "isBase64Encoded": True}
    given = receive_comment.handle(event, None)

    assert given["statusCode"] == 422
    assert given["body"].count("UTF-8") >= 2
    assert "U+DC" not in given["body"]
    assert 'value="Jörg"' in given["body"]
    assert "grüß" in given["body"]


def test_json_of_another_encoding_is_named_as_that(open_paper: Paper) -> None:
    event = envelope("receive_comment", "json")
    event |= {"body": b64encode('{"author": "Jörg"}'.encode("latin-1")).decode(), "isBase64Encoded": True}

    assert "UTF-8" in receive_comment.handle(event, None)["body"]
