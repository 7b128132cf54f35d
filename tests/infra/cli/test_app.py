"""The desk at work, with the real newsroom under moto behind it."""

import json
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from adapters import clients, queues
from adapters.table import Table
from infra.cli.app import app
from newsroom import urls
from newsroom.table_keys import article_key
from tests.paper import SITE_URL, Paper
from tests.replaced import replace

KOREA = """---
title: The harbour freezes over
date: 2026-11-20T09:30+00:00
section: World
authors: [Ada Holm, Ben Moss]
tags: [Weather, Ice]
---
Nobody had skates.
"""
LATE = KOREA.replace("freezes", "thaws").replace("2026-11-20", "2026-11-21")
BROKEN = "---\nstandfirst: no title\ndate: next tuesday\n---\nText.\n"
WRITES = {
    "PutObject",
    "DeleteObject",
    "PutItem",
    "UpdateItem",
    "TransactWriteItems",
    "BatchWriteItem",
    "SendMessageBatch",
}


@dataclass
class Desk:
    """An editor's desk: files in a folder, the command line, and a newsroom that works while it waits."""

    paper: Paper
    folder: Path
    state: Path
    known: set[tuple[str, str]] = field(default_factory=set)

    def __call__(self, *words: str, answer: str = "") -> Result:
        return CliRunner().invoke(app, [*words, "--state", str(self.state)], input=answer)

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json").stdout)

    def write(self, name: str, text: str) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)

    def newsroom_works(self, _seconds: float = 0) -> None:
        """What the cloud does meanwhile: look at every upload and deletion there was, and draw the pages. Its logs are
        not the desk's."""
        with redirect_stdout(StringIO()):
            self._look_round()

    def _look_round(self) -> None:
        found = clients.s3().list_object_versions(Bucket="upload")
        every = [*found.get("Versions", []), *found.get("DeleteMarkers", [])]
        latest = {(each["Key"], each["VersionId"]) for each in every if each["IsLatest"]}
        new = {(key, version) for key, version in latest - self.known if not key.startswith(("receipts/", "reports/"))}
        self.known |= new
        if new:
            self.paper.look_at(*sorted(key for key, _ in new))
        self.paper.settle()


@pytest.fixture
def desk(paper: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    state = tmp_path / "state"
    state.mkdir()
    urls = {
        name: clients.sqs().create_queue(QueueName=name, Attributes={"VisibilityTimeout": "0"})["QueueUrl"]
        for name in ("UPLOAD_QUEUE", "RENDER_QUEUE", "REBUILD_QUEUE", "UPLOAD_DLQ", "RENDER_DLQ", "PLAN_DLQ")
    }
    described = {
        "endpoint": "",  # moto stands in for AWS itself
        "region": "eu-west-1",
        "site_url": SITE_URL,
        "api_url": f"{SITE_URL}/api",
        "buckets": {"upload": "upload", "site": "site"},
        "queues": {name.removesuffix("_QUEUE").lower(): url for name, url in urls.items()},
        "tables": {"news": "news"},
    }
    (state / "cloud.json").write_text(json.dumps(described))
    replace(monkeypatch, "the site's answer", lambda site_url: 200)
    at_work = Desk(paper, tmp_path / "content", state)
    replace(monkeypatch, "the desk's waiting", at_work.newsroom_works)
    return at_work


# ── publish ──


def test_a_published_file_is_told_with_its_address(desk: Desk) -> None:
    result = desk("publish", desk.write("articles/harbour.md", KOREA))

    assert result.stdout == "articles/harbour.md  published  https://paper.example/2026/11/harbour/\n"
    assert result.exit_code == 0
    assert "Nobody had skates." in (desk.paper.page("/2026/11/harbour/") or "")


def test_a_rejected_file_is_told_with_each_of_its_problems_and_its_neighbours_go_on(desk: Desk) -> None:
    desk.write("articles/harbour.md", KOREA)
    desk.write("articles/broken.md", BROKEN)

    result = desk("publish", str(desk.folder))

    first, *problems, last = result.stdout.splitlines()
    assert result.exit_code == 1
    assert first == "articles/broken.md  rejected"
    assert any("title" in problem for problem in problems)
    assert any("'date' is 'next tuesday'" in problem for problem in problems)
    assert all(problem.startswith("    ") for problem in problems)
    assert last.startswith("articles/harbour.md  published")


def test_a_file_may_be_published_again(desk: Desk) -> None:
    path = desk.write("articles/harbour.md", KOREA)
    versions = [receipt["version"] for _ in range(2) for receipt in desk.json("publish", path)]

    assert len(set(versions)) == 2


def test_the_desk_waits_for_the_receipt_of_what_it_uploaded_not_of_what_was_there(desk: Desk) -> None:
    desk("publish", desk.write("articles/harbour.md", BROKEN))

    assert desk("publish", desk.write("articles/harbour.md", KOREA)).exit_code == 0


def test_an_upload_that_another_overtakes_is_superseded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def somebody_else_saves(_seconds: float) -> None:
        if not desk.known:
            desk.paper.put("articles/harbour.md", LATE)
        desk.newsroom_works()

    replace(monkeypatch, "the desk's waiting", somebody_else_saves)

    result = desk("publish", desk.write("articles/harbour.md", KOREA))

    assert result.stdout.startswith("articles/harbour.md  superseded")
    assert result.exit_code == 0


def test_an_upload_deleted_before_it_was_read_is_superseded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def somebody_deletes_it(_seconds: float) -> None:
        clients.s3().delete_object(Bucket="upload", Key="articles/harbour.md")
        desk.newsroom_works()

    replace(monkeypatch, "the desk's waiting", somebody_deletes_it)

    (receipt,) = desk.json("publish", desk.write("articles/harbour.md", KOREA))

    assert receipt["status"] == "superseded"


def test_no_receipt_is_not_passed_over(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    replace(monkeypatch, "the desk's waiting", lambda seconds: None)

    result = desk("publish", desk.write("articles/harbour.md", KOREA), "--timeout", "0")

    assert result.exit_code == 1
    assert result.stdout.startswith("articles/harbour.md  unanswered\n    articles/harbour.md: no receipt came within")


def test_receipts_are_one_json_array_in_the_order_of_the_files(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    replace(monkeypatch, "uploads under way", 2)
    for number in range(7):
        desk.write(f"articles/{number}.md", a_draft(KOREA))

    result = desk("publish", str(desk.folder), "--json")

    found = json.loads(result.stdout)
    assert [receipt["key"] for receipt in found] == [f"articles/{number}.md" for number in range(7)]
    assert {receipt["status"] for receipt in found} == {"draft"}
    assert result.stderr.endswith("7 draft\n")


def test_json_may_be_asked_for_before_the_command(desk: Desk) -> None:
    path = desk.write("articles/harbour.md", KOREA)

    assert json.loads(desk("--json", "publish", path).stdout)[0]["status"] == "published"


def test_warnings_are_counted_and_shown_when_asked_for(desk: Desk) -> None:
    path = desk.write("articles/harbour.md", KOREA.replace("section", "mood: cold\nsection"))

    assert "    warning: " not in (plain := desk("publish", path).stdout)
    assert plain.endswith("  (1 warning: -v)\n")
    assert "    warning: " in desk("publish", path, "-v").stdout


def test_a_file_that_is_missing_is_named_before_anything_is_uploaded(desk: Desk) -> None:
    result = desk("publish", desk.write("articles/harbour.md", KOREA), "nowhere.md")

    assert result.exit_code == 2
    assert result.stderr == "broadsheet: nowhere.md: there is no such file or folder\n"
    assert desk.paper.calls["s3.PutObject"] == 0


def test_nothing_in_a_message_can_move_the_terminals_cursor(desk: Desk) -> None:
    path = desk.write("articles/harbour\x1b[2J.md", BROKEN)

    assert "\x1b" not in desk("publish", path).output


TOKYO = "timezone: Asia/Tokyo\n"
NIGHT = KOREA.replace("2026-11-20T09:30+00:00", "2026-10-31T20:00+00:00")


def addresses(id: str) -> list[str]:
    row = Table("news").get(article_key(id))
    assert row
    return list(row.doc["addresses"])


def test_a_folder_is_published_with_its_site_yaml_first(desk: Desk) -> None:
    desk.write("articles/night.md", NIGHT)
    desk.write("site.yaml", TOKYO)

    found = desk.json("publish", str(desk.folder))

    assert [receipt["key"] for receipt in found] == ["site.yaml", "articles/night.md"]
    assert addresses("night") == ["/2026/11/night/"]


def test_a_folder_whose_site_yaml_is_rejected_is_published_all_the_same_and_told_so(desk: Desk) -> None:
    desk.write("articles/night.md", NIGHT)
    desk.write("site.yaml", "timezone: Mars/Olympus\n")

    result = desk("publish", str(desk.folder))

    assert result.exit_code == 1
    assert "site.yaml  rejected" in result.stdout
    assert "site.yaml is rejected: all else is read with the settings that are in force" in result.stderr
    assert addresses("night") == ["/2026/10/night/"]


@pytest.mark.parametrize("settings", [TOKYO, "permalink: /{section}/{slug}/\n", "timezone: Mars/Olympus\n"])
def test_a_folder_is_checked_as_it_would_be_published(desk: Desk, settings: str) -> None:
    desk.write("articles/night.md", NIGHT)
    desk.write("site.yaml", settings)

    checked = desk.json("check", str(desk.folder))
    published = desk.json("publish", str(desk.folder))

    told = [[(each["key"], each["status"], each["url"]) for each in found] for found in (checked, published)]
    assert told[0] == told[1]


# ── check ──


def an_edit(text: str) -> str:
    return text.replace("freezes over", "freezes over again")


def another_section(text: str) -> str:
    return text.replace("World", "Home").replace("Ice", "Snow")


def another_month(text: str) -> str:
    return text.replace("2026-11-20", "2026-09-20")


def another_slug(text: str) -> str:
    return text.replace("section", "slug: ice\nsection")


def a_draft(text: str) -> str:
    return text.replace("section", "draft: true\nsection")


def only_a_word(text: str) -> str:
    return text.replace("skates", "sledges")


@pytest.mark.parametrize(
    ("change", "others"),
    [
        *((change, 0) for change in (an_edit, another_section, another_month, another_slug, a_draft, only_a_word)),
        *((change, 4) for change in (an_edit, another_month, a_draft)),  # four and one are more than a front shows
    ],
)
def test_check_names_the_pages_that_publishing_then_draws(
    desk: Desk, change: Callable[[str], str], others: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace(monkeypatch, "entries of a front", 3)
    for other in range(others):
        desk.write(f"articles/other-{other}.md", KOREA.replace("-20T", f"-{18 + other}T").replace("Ada Holm, ", ""))
    path = desk.write("articles/harbour.md", KOREA)
    desk("publish", str(desk.folder))
    desk.write("articles/harbour.md", change(KOREA))

    (checked,) = desk.json("check", path)
    desk.paper.drawn.clear()
    (published,) = desk.json("publish", path)

    drawn = {key for key in desk.paper.drawn if not key.startswith("assets/")}
    assert {urls.object_key(page) for page in checked["pages"]} == drawn
    assert {checked[name] == published[name] for name in ("key", "status", "url", "id", "problems", "warnings")} == {
        True
    }


def test_check_warns_of_an_alias_where_a_file_of_the_owners_stands(desk: Desk) -> None:
    path = desk.write("articles/harbour.md", KOREA.replace("title:", "aliases: /google123.html\ntitle:"))
    assert desk.json("check", path)[0]["warnings"] == []

    clients.s3().put_object(Bucket="site", Key="google123.html", Body=b"google")

    (checked,) = desk.json("check", path)
    (published,) = desk.json("publish", path)
    assert "'/google123.html'" in checked["warnings"][0]["message"]
    assert checked["warnings"] == published["warnings"]


def test_check_names_the_pages_that_a_new_article_would_be_on(desk: Desk) -> None:
    path = desk.write("articles/harbour.md", KOREA)
    (checked,) = desk.json("check", path)
    desk("publish", path)

    drawn = {key for key in desk.paper.drawn if not key.startswith("assets/")}
    assert {urls.object_key(page) for page in checked["pages"]} == drawn


def test_check_names_the_pages_that_link_to_a_new_article(desk: Desk) -> None:
    desk("publish", desk.write("articles/later.md", LATE + "\n[See](/2026/11/harbour/)\n"))

    (checked,) = desk.json("check", desk.write("articles/harbour.md", KOREA))

    assert "/2026/11/later/" in checked["pages"]


def test_check_names_the_articles_of_an_author_whose_biography_changes(desk: Desk) -> None:
    desk("publish", desk.write("articles/harbour.md", KOREA))

    (checked,) = desk.json("check", desk.write("authors/ada-holm.md", "---\nname: Ada Holm\n---\nFirst on the ice.\n"))

    assert {"/author/ada-holm/", "/author/ada-holm/2026/11/", "/2026/11/harbour/"} <= set(checked["pages"])


def test_check_says_that_new_settings_touch_every_page(desk: Desk) -> None:
    result = desk("check", desk.write("site.yaml", "title: The Crab\n"))

    assert result.stdout == "site.yaml  published  https://paper.example/\n  every page of the paper\n"


def test_a_draft_nobody_has_seen_touches_no_article_page(desk: Desk) -> None:
    (checked,) = desk.json("check", desk.write("articles/harbour.md", a_draft(KOREA)))

    assert (checked["status"], checked["pages"]) == ("draft", [])


def test_check_says_that_a_file_as_it_stands_would_change_no_page(desk: Desk) -> None:
    path = desk.write("articles/harbour.md", KOREA)
    address = desk("publish", path).stdout

    assert desk("check", path).stdout == f"{address}  no page would change\n"


def test_check_writes_nothing(desk: Desk) -> None:
    desk("publish", desk.write("articles/harbour.md", KOREA))
    desk.paper.calls.clear()

    desk("check", desk.write("articles/harbour.md", LATE), desk.write("articles/broken.md", BROKEN))

    assert desk.paper.calls
    assert not {call.partition(".")[2] for call in desk.paper.calls} & WRITES


def test_check_ends_with_one_for_a_file_that_would_be_rejected(desk: Desk) -> None:
    result = desk("check", desk.write("articles/broken.md", BROKEN))

    assert result.exit_code == 1
    assert result.stdout.startswith("articles/broken.md  rejected\n    ")


def test_check_sees_two_files_that_claim_one_address(desk: Desk) -> None:
    desk.write("articles/a/harbour.md", KOREA.replace("section", "id: one\nsection"))
    desk.write("articles/b/harbour.md", KOREA.replace("section", "id: other\nsection"))

    first, second = desk.json("check", str(desk.folder))

    assert (first["status"], second["status"]) == ("published", "rejected")
    assert "articles/a/harbour.md" in second["problems"][0]["message"]


def test_check_without_a_newsroom_weighs_files_against_an_empty_paper_and_says_so(desk: Desk, tmp_path: Path) -> None:
    desk.write("site.yaml", "permalink: /{section}/{slug}/\n")
    desk.write("articles/harbour.md", KOREA)
    (desk.state / "cloud.json").unlink()

    result = desk("check", str(desk.folder))

    assert result.exit_code == 0
    assert "articles/harbour.md  published  http://127.0.0.1:8080/world/harbour/\n" in result.stdout
    assert result.stderr.startswith("Checked against an empty paper, since no newsroom runs")


# ── status, receipts, rebuild, withdraw ──


def test_status_shows_queues_dead_letters_and_articles_by_state(desk: Desk) -> None:
    desk.write("articles/harbour.md", KOREA)
    desk.write("articles/draft.md", a_draft(KOREA))
    desk("publish", str(desk.folder))
    described = json.loads((desk.state / "cloud.json").read_text())["queues"]
    queues.send(described["upload"], [{"Records": []}])
    queues.send(described["plan_dlq"], [{"what": "lost"}])

    found = desk.json("status")

    assert found["articles"] == {"draft": 1, "published": 1}
    assert {"name": "upload", "waiting": 1, "in_flight": 0} in found["queues"]
    assert {"name": "plan", "waiting": 1, "in_flight": 0} in found["dead_letters"]
    assert (found["site_url"], found["site_status"]) == (SITE_URL, 200)


def test_status_can_be_read_by_people(desk: Desk) -> None:
    desk("publish", desk.write("articles/harbour.md", KOREA))

    result = desk("status")

    assert "articles  1 published" in result.stdout
    assert "reads the whole table" in result.stderr


def test_receipts_are_listed_by_key(desk: Desk) -> None:
    for name, text in (
        ("authors/ada.md", "---\nname: Ada\n---\n"),
        ("articles/a.md", KOREA),
        ("articles/b.md", BROKEN),
    ):
        desk.write(name, text)
    desk("publish", str(desk.folder))

    assert [receipt["key"] for receipt in desk.json("receipts")] == ["articles/a.md", "articles/b.md", "authors/ada.md"]
    assert [receipt["key"] for receipt in desk.json("receipts", "--rejected")] == ["articles/b.md"]
    assert [receipt["key"] for receipt in desk.json("receipts", "authors/")] == ["authors/ada.md"]


def test_a_list_of_receipts_that_is_cut_says_so(desk: Desk) -> None:
    desk.write("articles/a.md", KOREA)
    desk.write("articles/b.md", BROKEN)
    desk("publish", str(desk.folder))

    assert desk("receipts", "--limit", "1").stderr.startswith("There are more than 1")
    assert desk("receipts", "--limit", "2").stderr == ""


def test_a_rebuild_is_waited_for(desk: Desk) -> None:
    desk("publish", desk.write("articles/harbour.md", KOREA))
    clients.s3().delete_object(Bucket="site", Key="2026/11/harbour/index.html")

    result = desk("rebuild", "--wait")

    assert result.exit_code == 0
    assert " 0 rewritten, " in result.stdout
    assert "  missing    /2026/11/harbour/" in result.stdout.splitlines()
    assert "Nobody had skates." in (desk.paper.page("/2026/11/harbour/") or "")


def test_a_rebuild_of_a_part_leaves_the_rest_alone(desk: Desk) -> None:
    desk("publish", desk.write("articles/harbour.md", KOREA))
    desk("rebuild", "--wait")
    for key in ("2026/11/harbour/index.html", "tag/ice/index.html"):
        clients.s3().delete_object(Bucket="site", Key=key)

    told = desk.json("rebuild", "--section", "world", "--wait")

    assert told["of"] == "section/world"
    assert told["paths"]["missing"] == ["/2026/11/harbour/"]
    assert desk.paper.page("/tag/ice/") is None
    assert desk.json("rebuild", "--path", "/tag/ice/", "--wait")["missing"] == 1
    assert desk.json("rebuild", "--month", "2026-11", "--wait")["rewritten"] == 0


def test_a_rebuild_that_is_not_waited_for_says_where_its_report_will_be(desk: Desk) -> None:
    told = desk.json("rebuild")
    desk.newsroom_works()

    report = clients.s3().get_object(Bucket="upload", Key=f"reports/rebuild-{told['id']}.json")
    assert json.loads(report["Body"].read())["id"] == told["id"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--path", "about"], "'paths' lists pages as /about/"),
        (["--section", "a", "--month", "2026-11"], "not several"),
    ],
)
def test_a_rebuild_of_nothing_that_there_is_is_explained(desk: Desk, words: list[str], said: str) -> None:
    result = desk("rebuild", *words)

    assert result.exit_code == 2
    assert said in result.stderr


# ── verify ──


def test_a_sound_site_is_verified(desk: Desk) -> None:
    desk("publish", desk.write("articles/harbour.md", KOREA))
    desk("rebuild", "--wait")

    result = desk("verify")

    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr.endswith(" pages compared, 0 differences\n")


def test_drift_is_told_page_by_page_and_nothing_is_mended(desk: Desk) -> None:
    desk("publish", desk.write("articles/harbour.md", KOREA))
    desk("rebuild", "--wait")
    for key in ("section/world/index.html", "section/nobodys/index.html", "verification.html"):
        clients.s3().put_object(Bucket="site", Key=key, Body=b"scribbled")
    clients.s3().delete_object(Bucket="site", Key="feed.xml")
    before = desk.paper.site()

    result = desk("verify")

    assert result.exit_code == 1
    assert sorted(result.stdout.splitlines()) == [
        "changed   /section/world/",
        "missing   /feed.xml",
        "orphaned  /section/nobodys/",
        "orphaned  /verification.html",
    ]
    assert desk.paper.site() == before
    found = desk.json("verify", "--section", "world")["differences"]
    assert found == [{"path": "/section/world/", "verdict": "changed"}]


def test_a_rebuild_that_does_not_move_is_not_waited_for_for_ever(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    replace(monkeypatch, "the desk's waiting", lambda seconds: None)

    result = desk("rebuild", "--wait", "--timeout", "0")

    assert result.exit_code == 1
    assert "nothing has moved for 0 seconds" in result.stderr


def test_a_withdrawn_file_is_gone_from_the_paper(desk: Desk) -> None:
    desk("publish", desk.write("articles/harbour.md", KOREA))

    result = desk("withdraw", "articles/harbour.md", "--yes")

    assert result.stdout == "articles/harbour.md  withdrawn  (1 warning: -v)\n"  # how it could go on
    assert result.exit_code == 0
    assert desk.paper.is_gone("/2026/11/harbour/")


def test_a_file_is_withdrawn_only_after_a_yes(desk: Desk) -> None:
    desk("publish", desk.write("articles/harbour.md", KOREA))

    assert desk("withdraw", "articles/harbour.md", answer="n\n").exit_code == 1
    assert not desk.paper.is_gone("/2026/11/harbour/")
    assert desk("withdraw", "articles/harbour.md", answer="y\n").exit_code == 0
    assert desk.paper.is_gone("/2026/11/harbour/")


def test_what_was_never_uploaded_cannot_be_withdrawn(desk: Desk) -> None:
    result = desk("withdraw", "articles/harbor.md", "--yes")

    assert result.exit_code == 1
    assert "articles/harbor.md: there is no such upload" in result.stderr
