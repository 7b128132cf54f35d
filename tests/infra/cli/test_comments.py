"""The desk decides about comments, finds all of a person's, and carries comments in and out of the paper."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from adapters import clients, queues, secrets
from adapters.table import Table
from infra.cli.app import app
from moderate_comment import handler as moderate_comment
from newsroom.comments.tokens import receipt_token, writer_hash
from newsroom.rows import RowWrite
from newsroom.table_keys import Key, comment_key, reader_mail_key, thread_counter_key
from tests.paper import SITE_URL, Paper
from tests.replaced import replace

KOREA = "---\ntitle: The harbour freezes over\ndate: 2026-11-20T09:30+00:00\nid: korea\n---\nNobody had skates.\n"
HARBOUR = KOREA.replace("id: korea", "id: harbour")
ADDRESS = "/2026/11/korea/"
MAIL = "wim@reader.example"


@dataclass
class Desk:
    """An editor's desk beside a paper with two articles."""

    paper: Paper
    state: Path

    def __call__(self, *words: str, given: str = "") -> Result:
        result = CliRunner().invoke(app, ["comments", *words, "--state", str(self.state)], input=given)
        self.paper.settle()
        return result

    def json(self, *words: str, given: str = "") -> Any:
        return json.loads(self(*words, "--json", given=given).stdout)

    def ids(self, *words: str) -> list[str]:
        return [each["id"] for each in self.json("list", *words)]


@pytest.fixture
def desk(paper: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    # moto undoes a failed transaction by putting its whole table back, with what another thread wrote meanwhile.
    replace(monkeypatch, "verdicts at once", 1)
    folder = tmp_path / "state"
    folder.mkdir()
    dlq = clients.sqs().create_queue(QueueName="COMMENT_DLQ")["QueueUrl"]
    described = {
        "endpoint": "",  # moto stands in for AWS itself
        "region": "eu-west-1",
        "site_url": SITE_URL,
        "buckets": {"upload": "upload", "site": "site"},
        "queues": {"comment_dlq": dlq},
        "tables": {"news": "news", "private": "private", "secret": "links"},
    }
    (folder / "cloud.json").write_text(json.dumps(described))
    paper.upload("articles/korea.md", KOREA)
    paper.upload("articles/harbour.md", HARBOUR)
    return Desk(paper, folder)


def rows(table: str, *kinds: str) -> dict[Key, Any]:
    """The rows of these kinds, as they stand."""
    keys, _ = Table(table).scan(0, 1, None, 10_000)
    wanted = [key for key in keys if key.pk.partition("#")[0] in kinds]
    return {key: row.doc for key, row in Table(table).get_many(wanted).items() if key.sk != "DOORSTEP"}


def everything() -> dict[Key, Any]:
    found = rows("news", "COMMENT", "HELD", "WAITING", "TALK", "LIST")
    return {key: doc for key, doc in found.items() if not key.pk.startswith("LIST#") or "comments" in key.pk}


# ── list, show ──


def test_a_list_names_each_comment_as_the_form_does(desk: Desk) -> None:
    id = desk.paper.comment("korea", "Skates!", url="https://wim.example/")
    reply = desk.paper.comment("korea", "Where?", "Ada", parent=id)

    first, second = desk.json("list")

    assert first == {
        "id": id,
        "article": "korea",
        "author": "Wim",
        "comment": "Skates!",
        "status": "held",
        "at": "2026-11-23T09:01:00.000+00:00",
        "url": "https://wim.example/",
        "parent": None,
    }
    assert (second["id"], second["parent"]) == (reply, id)


def test_what_waits_is_listed_without_reading_the_table_through(desk: Desk) -> None:
    first, second, third = (desk.paper.comment("korea", text) for text in ("One", "Two", "Three"))
    desk("approve", second)

    scans = desk.paper.calls["dynamodb.Scan"]
    assert desk.ids("--held") == [first, third]
    assert desk.paper.calls["dynamodb.Scan"] == scans
    assert desk.ids() == [first, second, third]


def test_a_list_may_keep_to_one_article(desk: Desk) -> None:
    on_korea, on_harbour = desk.paper.comment("korea", "One"), desk.paper.comment("harbour", "Two")

    assert desk.ids("--article", "korea") == [on_korea]
    assert desk.ids("--held", "--article", "harbour") == [on_harbour]
    assert desk.ids("--article", "nowhere") == []


def test_a_list_can_be_read_by_people(desk: Desk) -> None:
    id = desk.paper.comment("korea", "Two\n\nlines \x9b31mred", "W\u202eim")

    (line,) = desk("list", "--held").stdout.splitlines()

    assert line == f"{id}  held  2026-11-23T09:01  korea  Wim: Two lines \ufffd31mred"


def test_a_comment_is_shown_whole_with_its_writers_address(desk: Desk) -> None:
    id = desk.paper.comment("korea", "Skates!", notify="yes")

    (found,) = desk.json("show", id)

    assert (found["text"], found["email"], found["notify"]) == ("Skates!", MAIL, True)
    assert MAIL in desk("show", id).stdout
    assert desk("show", "deadbeef").exit_code == 1


# ── approve, decline, spam, hold ──


def test_an_approved_comment_is_on_the_page_and_a_declined_one_is_not_any_more(desk: Desk) -> None:
    id = desk.paper.comment("korea", "Skates for everyone")

    assert desk("approve", id).stdout == f"{id}  approved\n"
    assert "Skates for everyone" in (desk.paper.page(ADDRESS) or "")
    assert desk("decline", id).stdout == f"{id}  rejected\n"
    assert "Skates for everyone" not in (desk.paper.page(ADDRESS) or "")


@pytest.mark.parametrize(("verdict", "status"), [("spam", "spam"), ("decline", "rejected"), ("hold", "held")])
def test_any_verdict_may_follow_any_other(desk: Desk, verdict: str, status: str) -> None:
    id = desk.paper.comment("korea", "Skates!")
    desk("approve", id)

    assert desk.json(verdict, id) == [{"id": id, "what": "done", "status": status, "message": ""}]
    assert desk.json(verdict, id) == [{"id": id, "what": "unchanged", "status": status, "message": ""}]
    assert desk.json("approve", id)[0]["status"] == "approved"


def test_many_are_approved_at_once_in_the_order_in_which_they_were_sent(desk: Desk) -> None:
    sent = [desk.paper.comment("korea", f"Comment {number}") for number in range(5)]
    elsewhere = desk.paper.comment("harbour", "Elsewhere")

    told = desk.json("approve", *reversed(sent), elsewhere)

    assert [each["id"] for each in told] == [*reversed(sent), elsewhere]
    assert {each["what"] for each in told} == {"done"}
    page = desk.paper.page(ADDRESS) or ""
    assert sorted(sent, key=lambda id: page.index(f'id="comment-{id}"')) == sent


def test_ids_may_come_from_standard_input(desk: Desk) -> None:
    first, second = desk.paper.comment("korea", "One"), desk.paper.comment("korea", "Two")

    desk("approve", "-", given=f"{first}\n\n{second}\n")

    assert desk.ids("--held") == []


def test_an_unknown_id_is_told_and_its_neighbours_go_on(desk: Desk) -> None:
    id = desk.paper.comment("korea", "Skates!")

    result = desk("approve", "deadbeef", id)

    assert result.stdout == f"deadbeef  there is no such comment\n{id}  approved\n"
    assert result.exit_code == 1


def test_a_newsroom_older_than_its_comments_says_what_to_do(desk: Desk) -> None:
    described = json.loads((desk.state / "cloud.json").read_text())
    del described["tables"]["private"]
    (desk.state / "cloud.json").write_text(json.dumps(described))

    result = desk("list")

    assert result.exit_code == 2
    assert "deploy it again" in result.stderr


# ── erase ──


def test_an_erased_comment_is_in_no_table_and_on_no_page(desk: Desk) -> None:
    id = desk.paper.comment("korea", "Skates for everyone", url="https://wim.example/")
    desk("approve", id)

    assert desk("erase", id).stdout == f"{id}  erased\n"

    kept = json.dumps([*everything().values(), *rows("private", "COMMENT", "WRITER").values()])
    assert [word for word in ("Skates for", "Wim", "wim.example", MAIL) if word in kept] == []
    assert not any(b"Skates for" in body for body in desk.paper.site().values())
    (tombstone,) = desk.json("list")
    assert (tombstone["status"], tombstone["author"], tombstone["comment"]) == ("erased", "", "")


def test_all_of_a_persons_comments_are_found_by_their_address_however_it_is_written(desk: Desk) -> None:
    theirs = [desk.paper.comment("korea", "One"), desk.paper.comment("harbour", "Two", email="WIM@reader.example")]
    desk.paper.comment("korea", "Three", "Ada")

    told = desk.json("erase", "--email", "Wim@Reader.Example")

    assert {each["id"]: each["status"] for each in told} == dict.fromkeys(theirs, "erased")
    assert [each["author"] for each in desk.json("list") if each["status"] != "erased"] == ["Ada"]
    assert desk.json("erase", "--email", "nobody@reader.example") == []


def test_what_could_not_be_stored_is_erased_from_among_the_dead_letters(desk: Desk) -> None:
    dlq = json.loads((desk.state / "cloud.json").read_text())["queues"]["comment_dlq"]
    secret = secrets.secret("links", "readers")
    letters = [a_letter("0a" * 12, MAIL, secret), a_letter("0b" * 12, "ada@reader.example", secret)]
    queues.send(dlq, [*letters, {"not": "a letter"}])

    told = desk.json("erase", "--email", MAIL)

    assert [(each["id"], each["status"]) for each in told] == [("0a" * 12, "erased")]
    left = clients.sqs().receive_message(QueueUrl=dlq, MaxNumberOfMessages=10)["Messages"]
    assert len(left) == 2
    assert not any(MAIL in message["Body"] for message in left)
    assert rows("news", "COMMENT")[comment_key("0a" * 12)]["status"] == "erased"  # and turns the letter away


def a_letter(id: str, email: str, secret: str) -> dict[str, Any]:
    return {
        "id": id, "article": "korea", "parent": None, "author": "Wim", "email": email, "url": None, "text": "Late",
        "notify": False, "honeypot": False, "at": "2026-11-23T09:00:00.000+00:00", "address_hash": "",
        "writer": writer_hash(secret, email),
    }  # fmt: skip


def test_erasing_needs_to_be_told_what(desk: Desk) -> None:
    assert desk("erase").exit_code == 2


# ── import, export ──


def test_what_was_exported_and_imported_is_the_same_to_the_last_row_and_page(desk: Desk, tmp_path: Path) -> None:
    a_busy_week(desk)
    file = tmp_path / "comments.ndjson"
    assert desk("export", str(file), "--private").exit_code == 0
    before, private = everything(), rows("private", "COMMENT", "WRITER")
    pages = discussed(desk.paper)

    emptied(desk)
    assert everything() == {}

    told = desk.json("import", str(file))

    assert told == {"stored": 9, "there_already": 0}
    assert everything() == before
    assert rows("private", "COMMENT", "WRITER") == private
    assert discussed(desk.paper) == pages
    assert desk("export", "--private").stdout == file.read_text()
    assert desk.paper.mails() == []


def a_busy_week(desk: Desk) -> None:
    """Comments of every status, threads over two pages, replies, a placeholder."""
    desk.paper.upload("site.yaml", "comments:\n  per_page: 2\n  hold_words: [skip]\n")
    threads = [desk.paper.comment("korea", f"Thread {number} 🦆\n\nand more") for number in range(3)]
    desk("approve", *threads)
    reply = desk.paper.comment("korea", "A reply", "Ada", parent=threads[0], notify="yes")
    desk("approve", reply)
    held = desk.paper.comment("korea", "Held")
    desk.paper.comment("korea", "Waits", "Ada", parent=held)
    desk("spam", desk.paper.comment("korea", "Buy"))
    desk("decline", threads[0])
    desk("erase", desk.paper.comment("harbour", "Erased"))
    desk("approve", desk.paper.comment("harbour", "Elsewhere"))


def discussed(paper: Paper) -> dict[str, bytes]:
    """The pages and feeds of discussions, without their editions, which tell how often each was drawn."""
    return {
        key: re.sub(rb"edition[^>]*>", b"", body)
        for key, body in paper.site().items()
        if key.startswith(("comments/", "2026/11/"))
    }


def emptied(desk: Desk) -> None:
    """Leave the paper as if nobody had ever written to it."""
    for table in ("news", "private"):
        for key in everything() if table == "news" else rows("private", "COMMENT", "WRITER", "OUT-TRAY"):
            Table(table).transact([RowWrite(key, None)])
    desk.paper.settle()
    desk.paper.rebuild()


def test_an_import_twice_stores_nothing_twice(desk: Desk, tmp_path: Path) -> None:
    a_busy_week(desk)
    file = tmp_path / "comments.ndjson"
    desk("export", str(file), "--private")
    before = everything()

    assert desk("import", str(file)).stdout == "0 stored, 9 there already\n"
    assert everything() == before


def test_without_being_asked_for_no_address_is_exported(desk: Desk) -> None:
    desk.paper.comment("korea", "Skates!")

    result = desk("export")

    assert json.loads(result.stdout)["text"] == "Skates!"
    assert MAIL not in result.stdout
    assert "--private" in result.stderr


def test_an_exported_file_is_for_its_owner_alone(desk: Desk, tmp_path: Path) -> None:
    desk("export", str(tmp_path / "comments.ndjson"), "--private")

    assert (tmp_path / "comments.ndjson").stat().st_mode & 0o777 == 0o600


def line(**fields: Any) -> str:
    whole = {"id": "ab" * 12, "article": "korea", "author": "Wim", "text": "Old words", "at": "2020-01-01T00:00:00Z"}
    return json.dumps({**whole, **fields}) + "\n"


def test_comments_from_elsewhere_get_their_places_by_age_and_nobody_is_mailed(desk: Desk) -> None:
    young = line(status="approved", at="2020-02-01T00:00:00Z", text="The younger", private={"email": MAIL})
    old = line(id="cd" * 12, status="approved", text="The older")

    assert desk.json("import", "-", given=young + old) == {"stored": 2, "there_already": 0}

    page = desk.paper.page(ADDRESS) or ""
    assert 0 < page.index("The older") < page.index("The younger")
    assert desk.paper.mails() == []
    assert desk.json("erase", "--email", MAIL)[0]["status"] == "erased"


def test_an_imported_name_is_kept_as_a_readers_own_would_be(desk: Desk) -> None:
    desk("import", "-", given=line(author="\u202eW\u200bim  Bell", text=" Well\r\nsaid. ", url="wim.example"))

    (comment,) = rows("news", "COMMENT").values()
    assert (comment["author"], comment["text"], comment["url"]) == ("Wim Bell", "Well\nsaid.", "https://wim.example")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("no json\n", "JSON"),
        (line(id="not hex"), "id"),
        (line(text=""), "Write your comment"),
        (line(author="\u200b\u3164"), "Write your name"),
        (line(text="a NUL: \x00"), "U+0000"),
        (line(url="javascript:alert(1)"), "no web address"),
        (line(at="yesterday"), "yesterday"),
        (line(at="2020-01-01T00:00:00"), "offset"),
        (line(status="published"), "status"),
        (line(colour="red"), "colour"),
    ],
)
def test_a_file_with_a_wrong_line_is_named_and_nothing_of_it_is_stored(desk: Desk, wrong: str, told: str) -> None:
    result = desk("import", "-", given=line() + wrong)

    assert result.exit_code == 1
    assert result.stderr.startswith("broadsheet: -, line 2: ")
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert rows("news", "COMMENT") == {}


def test_an_import_gives_way_to_comments_that_come_meanwhile(desk: Desk) -> None:
    place = "00001#00000001#2020-01-01T00:00:00Z#" + "ab" * 12
    approve = lambda: desk.paper.moderate("approve", desk.paper.comment("korea", "Fresh words"))  # noqa: E731
    desk.paper.aws.before("TransactWriteItems", approve)
    desk("import", "-", given=line(status="approved", place=place))

    assert rows("news", "TALK")[thread_counter_key("korea")] == {"approved": 2, "threads": 1, "pages": 1, "on_last": 2}
    page = desk.paper.page(ADDRESS) or ""
    assert "Old words" in page
    assert "Fresh words" in page


PARENT, REPLY, SECOND = "ab" * 12, "cd" * 12, "ef" * 12
TIMES = {
    "before its parent": ("2020-01-01T00:00:00+00:00", "2019-12-31T00:00:00+00:00"),
    "in the same second": ("2020-01-01T00:00:00+00:00", "2020-01-01T00:00:00+00:00"),
    "with another offset": ("2020-01-01T10:00:00+01:00", "2020-01-01T09:30:00+00:00"),
    "before it with another offset": ("2020-01-01T09:30:00+00:00", "2020-01-01T10:00:00+02:00"),
    "after it": ("2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"),
}


@pytest.mark.parametrize("backwards", [True, False], ids=["reply first", "parent first"])
@pytest.mark.parametrize("swapped", [True, False], ids=["greater id", "smaller id"])
@pytest.mark.parametrize("when", TIMES)
def test_an_imported_reply_is_shown_below_what_it_answers_whenever_it_was_written(
    desk: Desk, when: str, swapped: bool, backwards: bool
) -> None:
    ids = (REPLY, PARENT, SECOND) if swapped else (PARENT, REPLY, SECOND)
    first, second = TIMES[when]
    lines = [
        line(id=ids[0], status="approved", at=first, text="The bakery lent a pump."),
        line(id=ids[1], status="approved", at=second, text="Which bakery?", parent=ids[0]),
        line(id=ids[2], status="approved", at=second, text="On the quay.", parent=ids[1]),
    ]

    told = desk.json("import", "-", given="".join(reversed(lines) if backwards else lines))

    assert told == {"stored": 3, "there_already": 0}
    assert desk.ids("--held") == []
    page = desk.paper.page(ADDRESS) or ""
    assert re.findall(r'id="comment-([0-9a-f]+)"', page) == list(ids)
    assert page.count("in reply to") == 2
    assert desk.paper.mails() == []


def test_an_imported_reply_to_what_waits_comes_with_it(desk: Desk) -> None:
    desk("import", "-", given=line(id=REPLY, status="approved", parent=PARENT) + line(id=PARENT))
    assert desk.ids("--held") == [PARENT, REPLY]

    desk("approve", PARENT)

    assert desk.ids("--held") == []


def test_comments_that_answer_each_other_in_a_ring_are_imported_all_the_same(desk: Desk) -> None:
    ring = line(id=PARENT, status="approved", parent=REPLY) + line(id=REPLY, status="approved", parent=PARENT)

    assert desk.json("import", "-", given=ring)["stored"] == 2


def test_what_an_editor_decided_about_an_imported_comment_stands_when_it_is_imported_again(desk: Desk) -> None:
    old = line(status="approved")
    desk("import", "-", given=old)
    desk("hold", PARENT)

    assert desk.json("import", "-", given=old) == {"stored": 0, "there_already": 1}
    assert desk.ids("--held") == [PARENT]


def test_moments_of_other_systems_are_kept_in_utc(desk: Desk) -> None:
    desk("import", "-", given=line(at="2020-01-01T10:00:00+01:00", edited_at="2020-01-01T23:30:00-02:00"))

    (comment,) = rows("news", "COMMENT").values()
    assert (comment["at"], comment["edited_at"]) == ("2020-01-01T09:00:00.000+00:00", "2020-01-02T01:30:00.000+00:00")


def test_comments_on_an_article_that_is_not_live_are_told_and_kept(desk: Desk) -> None:
    result = desk("import", "-", given=line(article="gone") + line(id=REPLY, article="gone") + line(id=SECOND))

    assert "article gone is not live: its 2 comments will be shown when it is" in result.stderr
    assert result.stdout == "3 stored, 0 there already\n"


def test_a_blank_comment_of_another_system_is_named_by_its_line(desk: Desk) -> None:
    result = desk("import", "-", given=line(text="\u200b\u3164"))

    assert "line 1" in result.stderr
    assert "Write your comment" in result.stderr


def test_who_approves_a_reply_is_told_why_it_is_not_shown(desk: Desk) -> None:
    parent = desk.paper.comment("korea", "The bakery lent a pump.")
    reply = desk.paper.comment("korea", "Which bakery?", "Ines", parent=parent)

    assert desk("approve", reply).stdout == f"{reply}  held: waits for the comment it answers\n"
    (told,) = desk.json("approve", reply)
    assert told["message"] == "waits for the comment it answers"
    desk("spam", parent)
    assert desk("approve", reply).stdout == f"{reply}  approved\n"


DANGEROUS = "\x9b31m\x90\x7f\u202e\u2066\u200b"


def test_no_json_and_no_export_does_anything_to_a_terminal(desk: Desk) -> None:
    id = desk.paper.comment("korea", "Skates!")
    key = comment_key(id)
    row = Table("news").get(key)
    assert row
    Table("news").transact([RowWrite(key, {**row.doc, "text": f"Well{DANGEROUS}", "author": "Wim\u202e"})])

    for words in (("list", "--json"), ("list", "--held", "--json"), ("show", id, "--json"), ("export",)):
        said = desk(*words).stdout
        assert not [sign for sign in DANGEROUS if sign in said and not sign.isalnum()]
        found = json.loads(said)
        found = found[0] if isinstance(found, list) else found
        assert found.get("text", found.get("comment")) == f"Well{DANGEROUS}"


SCOTLAND = "🏴" + "".join(map(chr, (*(0xE0000 + ord(letter) for letter in "gbsct"), 0xE007F)))
NAMES = ["علی\u200cرضا", "👩\u200d🚒", "渡邉\U000e0100", SCOTLAND,
         "ᠮᠣᠩᠭᠣᠯ\u180b", "ශ්\u200dරී"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_the_desk_prints_a_name_with_all_that_its_letters_need(desk: Desk, name: str) -> None:
    desk.paper.comment("korea", "Skates!", name, email=MAIL)

    assert f"  {name}: Skates!" in desk("list", "--held").stdout
    assert desk.json("list")[0]["author"] == name


# ── What is kept of the mail to a person ──


def by_receipt(desk: Desk, ids: list[str]) -> None:
    for id in ids:
        address = f"/api/comments/{receipt_token(secrets.secret('links', 'readers'), id)}"
        assert desk.paper.ask(address, {"action": "erase"})["statusCode"] in (200, 303)


def by_id(desk: Desk, ids: list[str]) -> None:
    assert desk("erase", *ids).exit_code == 0


def by_email(desk: Desk, _: list[str]) -> None:
    assert desk("erase", "--email", " WIM@Reader.example").exit_code == 0


def mailing(desk: Desk, state: str) -> Key:
    """The row of the mail to Wim, in this state."""
    key = reader_mail_key(writer_hash(secrets.secret("links", "readers"), MAIL))
    doc = {"state": state, "mailed_at": "2026-11-23T09:00:00.000+00:00", "pending": ["0a" * 12], "further": 3}
    assert Table("private").transact([RowWrite(key, doc, expected_rev=0)])
    return key


@pytest.mark.parametrize("erase", [by_receipt, by_id, by_email])
@pytest.mark.parametrize("state", ["confirmed", "asked", "stopped"])
def test_whoever_is_erased_is_forgotten_but_that_they_want_no_mail(
    desk: Desk, erase: Callable[[Desk, list[str]], None], state: str
) -> None:
    ids = [desk.paper.comment(article, "Skates!", notify="yes") for article in ("korea", "harbour")]
    key = mailing(desk, state)

    erase(desk, ids)
    moderate_comment.handle({"why": "digest"}, None)

    row = Table("private").get(key)
    if state == "confirmed" or (state == "asked" and erase is by_email):
        assert row is None
    else:
        assert row
        assert row.doc == {"state": state, "mailed_at": "", "pending": [], "further": 0}
    keys, _ = Table("private").scan(0, 1, None, 1000)
    assert [each for each in keys if each.pk.startswith(("WRITER#", "COMMENT#", "OUT-TRAY"))] == []


@pytest.mark.parametrize("erase", [by_receipt, by_id])
def test_whoever_has_another_comment_is_mailed_of_its_answers_as_before(
    desk: Desk, erase: Callable[[Desk, list[str]], None]
) -> None:
    first, _ = (desk.paper.comment(article, "Skates!", notify="yes") for article in ("korea", "harbour"))
    key = mailing(desk, "confirmed")

    erase(desk, [first])
    moderate_comment.handle({"why": "digest"}, None)

    row = Table("private").get(key)
    assert row
    assert row.doc["state"] == "confirmed"


def test_a_person_without_a_comment_can_be_forgotten_too(desk: Desk) -> None:
    key = mailing(desk, "asked")

    assert desk("erase", "--email", MAIL).exit_code == 0

    assert Table("private").get(key) is None


# ── rotate-secret ──


def keys_of(purpose: secrets.Purpose) -> list[str]:
    item = clients.dynamodb().get_item(
        TableName="links", Key={name: {"S": secrets._ROWS[purpose]} for name in ("pk", "sk")}
    )
    return json.loads(item["Item"]["signing"]["S"])  # type: ignore[no-any-return]


@pytest.mark.parametrize("whose", [["readers"], ["editors"], []], ids=["readers", "editors", "both"])
def test_new_keys_sign_the_links_of_whom_they_are_asked_for(desk: Desk, whose: list[str]) -> None:
    before = {purpose: keys_of(purpose) for purpose in secrets.PURPOSES}

    result = CliRunner().invoke(app, ["rotate-secret", *whose, "--yes", "--state", str(desk.state)])

    assert result.exit_code == 0, result.output
    for purpose in secrets.PURPOSES:
        changed = not whose or purpose in whose
        assert (keys_of(purpose)[:-1] == before[purpose][-1:]) is changed
        assert (keys_of(purpose) == before[purpose]) is not changed


def test_there_are_keys_of_readers_and_of_editors_and_no_others(desk: Desk) -> None:
    result = CliRunner().invoke(app, ["rotate-secret", "everybody", "--yes", "--state", str(desk.state)])

    assert result.exit_code == 2
    assert "readers" in result.output
