"""publish_article, woken as UploadQueue wakes it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

import pytest
from botocore.exceptions import ClientError

from adapters import clients
from adapters.table import Table
from newsroom.table_keys import article_key, upload_key
from publish_article import handler as publish_article
from render_page import handler as render_page
from tests.envelopes import NOTHING_FAILED, envelope, messages, names, read_log, rows
from tests.faults import CONFLICT
from tests.paper import ROOT, Context, Paper, a_paper, upload_event
from workflows import publish_upload

KOREA = "articles/korea.md"
STRANGE = "articles/café notes/霧笛 + 50% (naïve).md"

EXPECTED: dict[str, dict[str, str]] = {
    "created": {KOREA: "accepted"},
    "duplicate": {KOREA: "accepted"},
    "encoded-key": {STRANGE: "accepted"},
    "mixed-batch": {"articles/before.md": "accepted", "articles/after.md": "accepted"},
    "not-json": {},
    "removed": {KOREA: "withdrawn"},
    "s3-test-event": {},
    "several-records": {
        "site.yaml": "accepted", "authors/jane-doe.md": "accepted", "pages/about.md": "accepted", KOREA: "accepted"
    },
    "unknown-record": {},
}  # fmt: skip
"""The verdict on each key an envelope tells of."""

BAD_UPLOADS: dict[str, tuple[int | None, str]] = {
    "anchors.md": (2, "anchor"),
    "duplicate-field.md": (4, "section"),
    "empty.md": (None, "empty"),
    "impossible-date.md": (3, "next tuesday"),
    "latin-1.md": (2, "0xe9"),
    "no-front-matter.md": (1, "no title"),
    "no-title.md": (1, "no title"),
    "tab-in-front-matter.md": (4, "tab"),
}
"""The line each file is rejected for, and a word its writer must be told."""


def text_of(key: str, headline: str = "Lunch is postponed") -> str:
    match key.partition("/")[0]:
        case "site.yaml":
            return "title: The Gullhithe Lantern\n"
        case "authors":
            return "---\nname: Jane Doe\n---\nShe keeps the log.\n"
        case "pages":
            return "---\ntitle: About us\n---\nWe print what we know.\n"
    return f"---\ntitle: {headline}\ndate: 2026-11-20\n---\nNobody was hungry.\n"


def put_what_it_tells_of(paper: Paper, name: str) -> None:
    for key, verdict in EXPECTED[name].items():
        if verdict == "accepted":
            paper.put(key, text_of(key))


def verdicts() -> dict[str, str]:
    return {row.doc["key"]: row.doc["verdict"] for key, row in rows().items() if key.sk == "UPLOAD"}


def throttled() -> ClientError:
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "TransactWriteItems")


@pytest.mark.parametrize("name", names("publish_article"))
def test_an_envelope_leads_to_a_verdict_on_each_key_it_tells_of_and_is_acknowledged(paper: Paper, name: str) -> None:
    put_what_it_tells_of(paper, name)

    assert publish_article.handle(envelope("publish_article", name), None) == NOTHING_FAILED
    assert verdicts() == EXPECTED[name]


def test_a_key_is_read_as_the_editor_wrote_it(paper: Paper) -> None:
    keys = [
        f"articles/{name}.md"
        for name in ("ferry late", "ferry+late", "50%", "50%25", "a%2Fb", "café", "霧笛", "(one) & two=2?", "a  b")
    ]
    for number, key in enumerate(keys):
        paper.put(key, text_of(key).replace("date:", f"id: article-{number}\nslug: article-{number}\ndate:"))

    paper.look_at(*keys)

    held_by = Table("news").get_many(article_key(f"article-{number}") for number in range(len(keys)))
    assert [held_by[article_key(f"article-{number}")].doc["key"] for number in range(len(keys))] == keys


def test_a_key_that_differs_only_in_its_encoding_is_another_file(paper: Paper) -> None:
    paper.put("articles/a b.md", text_of("articles/a b.md"))

    body = {"Records": [{"s3": {"object": {"key": quote_plus("articles/a+b.md", safe="/")}}}]}
    publish_article.handle(messages(body), None)

    assert verdicts() == {"articles/a+b.md": "withdrawn"}


FOLDERS = ["articles/", "articles/sub/", "authors/", "pages/", "theme/", "theme/parts/"]


@pytest.mark.parametrize("key", FOLDERS)
def test_the_mark_of_a_folder_is_acknowledged_and_leaves_no_trace(
    paper: Paper, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    log = read_log()
    paper.put(key, "")
    paper.calls.clear()

    assert paper.look_at(key) == NOTHING_FAILED
    clients.s3().delete_object(Bucket="upload", Key=key)
    assert paper.look_at(key) == NOTHING_FAILED

    assert log.lines() == []
    assert set(paper.calls) == {"s3.DeleteObject"}
    assert rows() == {}


LEFT_BEHIND = [
    ".DS_Store", "Thumbs.db", "desktop.ini", "~$minutes.docx", ".~lock.minutes.odt#", "korea.md~", ".korea.md.swp",
    "4913", ".syncthing.korea.md.tmp", "korea.md.part", ".goutputstream-X1Y2Z3", "korea.md.1a2b.partial",
    "korea.md.filepart", "korea.md.bak", "#korea.md#",
]  # fmt: skip


@pytest.mark.parametrize("name", LEFT_BEHIND)
def test_what_an_editors_tools_leave_in_the_bucket_is_rejected_with_a_receipt_and_never_live(
    quick_paper: Paper, name: str
) -> None:
    quick_paper.upload(f"articles/{name}", text_of("korea"))

    assert quick_paper.receipt(f"articles/{name}")["status"] == "rejected"
    assert quick_paper.site() == {}


def test_the_test_event_of_s3_is_no_news(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    log = read_log()

    publish_article.handle(envelope("publish_article", "s3-test-event"), None)

    assert log.lines() == []
    assert rows() == {}


@pytest.mark.parametrize("name", ["not-json", "unknown-record"])
def test_a_message_that_is_no_notification_is_logged_with_the_reason(
    paper: Paper, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    log = read_log()
    event = envelope("publish_article", name)

    publish_article.handle(event, None)

    (said,) = log.lines("ERROR")
    assert said["body"] == event["Records"][0]["body"]
    assert said["reason"].startswith("not an S3 notification: ")


def test_nothing_a_queue_can_hold_stops_the_next_message(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    log = read_log()
    empty = ["", "null", "[]", "7", '"key"', "{}"]
    crippled = [{"Records": None}, {"Records": [None]}, {"Records": [{"s3": {"object": {"key": 7}}}]}]
    good = {"Records": [{"s3": {"object": {"key": KOREA}}}]}

    assert publish_article.handle(messages(*empty, *crippled, good), None) == NOTHING_FAILED
    assert len(log.lines("ERROR")) == len(empty + crippled)
    assert verdicts() == {KOREA: "withdrawn"}


def test_a_broken_message_between_two_good_ones_is_the_only_one_logged(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_what_it_tells_of(paper, "mixed-batch")
    log = read_log()

    publish_article.handle(envelope("publish_article", "mixed-batch"), None)

    assert [said["body"] for said in log.lines("ERROR")] == ['{"Records": [']
    assert [said["key"] for said in log.lines("INFO")] == ["articles/before.md", "articles/after.md"]


def test_a_message_that_comes_again_leaves_every_row_as_it_was(paper: Paper) -> None:
    put_what_it_tells_of(paper, "created")
    publish_article.handle(envelope("publish_article", "created"), None)
    once = {key: (row.doc, row.body) for key, row in rows().items()}

    paper.now = paper.now.replace(minute=5)
    publish_article.handle(envelope("publish_article", "duplicate"), None)

    assert {key: (row.doc, row.body) for key, row in rows().items()} == once


def test_a_removed_file_withdraws_its_article_from_every_list(paper: Paper) -> None:
    put_what_it_tells_of(paper, "created")
    publish_article.handle(envelope("publish_article", "created"), None)
    clients.s3().delete_object(Bucket="upload", Key=KOREA)

    publish_article.handle(envelope("publish_article", "removed"), None)

    left = rows()
    assert left[article_key("korea")].doc["status"] == "withdrawn"
    assert [key for key in left if key.pk.startswith(("LIST#", "DUE"))] == []


def test_a_late_word_of_a_removal_does_not_withdraw_a_file_that_is_back(paper: Paper) -> None:
    put_what_it_tells_of(paper, "created")

    publish_article.handle(envelope("publish_article", "removed"), None)

    assert verdicts() == {KOREA: "accepted"}
    assert rows()[article_key("korea")].doc["status"] == "published"


def test_a_file_first_heard_of_when_it_is_gone_leaves_a_row_against_slower_looks(paper: Paper) -> None:
    publish_article.handle(envelope("publish_article", "removed"), None)

    row = Table("news").get(upload_key(KOREA))
    assert row is not None
    assert (row.rev, row.doc["verdict"], row.doc["id"]) == (1, "withdrawn", None)


def test_site_yaml_is_in_force_for_the_keys_named_after_it_in_one_message(paper: Paper) -> None:
    put_what_it_tells_of(paper, "several-records")
    paper.put("site.yaml", "permalink: /news/{slug}/\n")

    publish_article.handle(envelope("publish_article", "several-records"), None)

    assert rows()[article_key("korea")].doc["address"] == "/news/korea/"


def test_a_throttled_table_brings_back_just_the_message_it_was_throttled_for(paper: Paper) -> None:
    put_what_it_tells_of(paper, "mixed-batch")
    event = envelope("publish_article", "mixed-batch")

    first = event["Records"][0]["messageId"]
    with paper.aws.fail("TransactWriteItems", of=upload_key("articles/before.md").pk, error="ThrottlingException"):
        assert publish_article.handle(event, None) == {"batchItemFailures": [{"itemIdentifier": first}]}
    assert verdicts() == {"articles/after.md": "accepted"}

    assert publish_article.handle({"Records": event["Records"][:1]}, None) == NOTHING_FAILED
    assert verdicts() == EXPECTED["mixed-batch"]


def test_one_key_that_fails_does_not_keep_the_others_of_its_message_waiting(paper: Paper) -> None:
    put_what_it_tells_of(paper, "several-records")
    paper.aws.fail("TransactWriteItems", of=upload_key("site.yaml").pk, error="ThrottlingException")
    event = envelope("publish_article", "several-records")
    id = event["Records"][0]["messageId"]

    assert publish_article.handle(event, None) == {"batchItemFailures": [{"itemIdentifier": id}]}
    assert verdicts() == {key: "accepted" for key in EXPECTED["several-records"] if key != "site.yaml"}


def test_a_row_that_never_stands_still_is_tried_a_bounded_number_of_times(paper: Paper) -> None:
    paper.put(KOREA, text_of(KOREA))
    tried = paper.aws.fail("TransactWriteItems", of=upload_key(KOREA).pk, **CONFLICT).asked

    assert paper.look_at(KOREA) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert len(tried) == publish_upload.ATTEMPTS


@pytest.mark.parametrize(("seconds", "tried"), [(30, True), (14, False)])
def test_a_theme_is_tried_out_only_where_that_can_take_no_other_upload_along(
    paper: Paper, seconds: int, tried: bool
) -> None:
    paper.put("theme/style.css", "p { color: var(--accent) }")
    paper.put(KOREA, text_of(KOREA))
    event = upload_event("theme/style.css", KOREA)
    answer = publish_article.handle(event, Context("publish_article", seconds * 1000))
    failed = [each["itemIdentifier"] for each in answer["batchItemFailures"]]
    assert failed == ([] if tried else [event["Records"][0]["messageId"]])
    assert verdicts() == {KOREA: "accepted", **({"theme/style.css": "accepted"} if tried else {})}


@pytest.fixture(scope="module")
def receipts() -> Iterator[dict[str, dict[str, Any]]]:
    """The receipts of all bad uploads, sent in one batch, by file name; with that of a good one among them."""
    folder = ROOT / "events" / "publish_article" / "bad-uploads"
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())} | {"good.md": text_of(KOREA).encode()}
    with pytest.MonkeyPatch.context() as monkeypatch, a_paper(monkeypatch) as paper:
        for name, body in files.items():
            paper.put(f"articles/{name}", body)
        answer = publish_article.handle(upload_event(*(f"articles/{name}" for name in sorted(files))), None)
        assert answer == NOTHING_FAILED
        render_page.handle(messages(*({"page": f"receipts/articles/{name}.json"} for name in files)), None)
        yield {name: paper.receipt(f"articles/{name}") for name in files}


@pytest.mark.parametrize(
    "name", sorted(path.name for path in (ROOT / "events" / "publish_article" / "bad-uploads").iterdir())
)
def test_a_bad_upload_is_rejected_and_its_writer_told_which_file_and_line(
    receipts: dict[str, dict[str, Any]], name: str
) -> None:
    line, word = BAD_UPLOADS[name]
    receipt = receipts[name]

    assert (receipt["status"], receipt["url"]) == ("rejected", None)
    (problem,) = receipt["problems"]
    assert problem["line"] == line
    assert problem["message"].startswith(f"articles/{name}, line {line}: " if line else f"articles/{name}: ")
    assert word in problem["message"]


def test_a_good_upload_among_bad_ones_is_published(receipts: dict[str, dict[str, Any]]) -> None:
    assert receipts["good.md"]["status"] == "published"
