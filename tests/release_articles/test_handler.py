"""release_articles, woken as the scheduler wakes it, minute by minute."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.table import Table
from newsroom.errors import TransientError
from newsroom.rows import RowWrite
from newsroom.table_keys import CLOCK_KEY, article_key, entries_partition
from release_articles import handler as release_articles
from tests.envelopes import envelope, names, read_log, rows
from tests.faults import CONFLICT
from tests.paper import Context, Paper
from tests.replaced import replace

DUE_AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
EXPECTED = {"tick": {"changed": 1}}
"""What an envelope answers when one article is due."""


@pytest.fixture(autouse=True)
def security_is_settled(paper: Paper) -> None:
    """So that a tick in these tests is about articles, unless the test says otherwise."""
    Table("news").transact([RowWrite(CLOCK_KEY, {"security_expires": "2027-05-22T00:00:00+00:00"}, expected_rev=0)])


def schedule(paper: Paper, name: str, at: str = "2026-11-23T10:00+00:00", *, headline: str = "Lunch") -> None:
    paper.put(f"articles/{name}.md", f"---\ntitle: {headline}\ndate: {at}\n---\nNobody was hungry.\n")
    assert paper.look_at(f"articles/{name}.md") == {"batchItemFailures": []}


def tick(paper: Paper, now: datetime = DUE_AT) -> int:
    """Lets the clock strike; returns how many articles changed."""
    paper.now = now
    return int(release_articles.handle(envelope("release_articles", "tick"), None)["changed"])


def status_of(*names: str) -> list[str]:
    found = Table("news").get_many(article_key(name) for name in names)
    return [found[article_key(name)].doc["status"] for name in names]


@pytest.mark.parametrize("name", names("release_articles"))
def test_an_envelope_releases_what_is_due(paper: Paper, name: str) -> None:
    schedule(paper, "korea")
    paper.now = DUE_AT

    assert release_articles.handle(envelope("release_articles", name), None) == EXPECTED[name]


def test_one_tick_releases_everything_due_and_nothing_early(paper: Paper) -> None:
    schedule(paper, "overdue", "2026-11-23T09:30+00:00")
    schedule(paper, "elsewhere", "2026-11-23T19:00+09:00")
    schedule(paper, "on-time")
    schedule(paper, "a-second-early", "2026-11-23T10:00:01+00:00")
    schedule(paper, "next-year", "2027-11-23T10:00+00:00")

    assert tick(paper) == 3

    assert status_of("overdue", "elsewhere", "on-time") == ["published"] * 3
    assert status_of("a-second-early", "next-year") == ["scheduled"] * 2


def test_a_second_tick_at_the_same_moment_changes_no_row(paper: Paper) -> None:
    schedule(paper, "korea")
    tick(paper)
    before = rows()

    assert tick(paper) == 0
    assert rows() == before


def test_an_article_released_leaves_the_queue_of_what_is_due_until_it_is_old_news(paper: Paper) -> None:
    schedule(paper, "korea")
    tick(paper)

    assert [row.key.sk for row in Table("news").query("DUE")] == ["2026-11-25T10:00:00Z#stale#korea"]
    assert tick(paper, DUE_AT + timedelta(days=2)) == 1
    assert Table("news").query("DUE") == []
    assert Table("news").query(entries_partition("news")) == []


def test_one_tick_goes_on_in_bounded_pages_until_nothing_is_due(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    replace(monkeypatch, "articles of a release", 2)
    for minute in (5, 1, 4, 2, 3):
        schedule(paper, f"minute-{minute}", f"2026-11-23T09:0{minute}+00:00")
    schedule(paper, "later", "2026-11-23T10:01+00:00")

    assert tick(paper) == 5
    assert set(status_of(*(f"minute-{minute}" for minute in range(1, 6)))) == {"published"}
    assert status_of("later") == ["scheduled"]


class Invocation(Context):
    """The context of one, whose time runs out after so many questions about it."""

    def __init__(self, questions: int) -> None:
        super().__init__("release_articles")
        self.times = iter([60_000] * questions)

    def get_remaining_time_in_millis(self) -> int:
        return next(self.times, 9_000)


def test_what_is_too_much_for_one_tick_is_finished_by_the_next_ones_longest_due_first(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace(monkeypatch, "articles of a release", 2)
    for minute in (5, 1, 4, 2, 3):
        schedule(paper, f"minute-{minute}", f"2026-11-23T09:0{minute}+00:00")
    paper.now = DUE_AT

    def tick_in_little_time() -> int:
        return int(release_articles.handle(envelope("release_articles", "tick"), Invocation(2))["changed"])

    assert tick_in_little_time() == 2
    assert status_of("minute-1", "minute-2", "minute-3") == ["published", "published", "scheduled"]
    assert [tick_in_little_time() for _ in range(3)] == [2, 1, 0]
    assert set(status_of(*(f"minute-{minute}" for minute in range(1, 6)))) == {"published"}


def test_an_article_with_several_moments_behind_it_is_brought_up_to_date_at_once(paper: Paper) -> None:
    schedule(paper, "korea", headline="Lunch\nexpires_at: 2026-11-23T11:00+00:00")

    assert tick(paper, DUE_AT + timedelta(days=3)) == 1
    assert status_of("korea") == ["withdrawn"]


def test_an_article_edited_while_it_is_released_is_released_as_it_is_then(paper: Paper) -> None:
    schedule(paper, "korea")
    schedule(paper, "ferry")

    def edit() -> None:
        paper.now = DUE_AT - timedelta(minutes=1)
        schedule(paper, "korea", headline="Dinner")

    paper.aws.before("TransactWriteItems", edit, of=article_key("korea").pk)

    assert tick(paper) == 2
    assert status_of("korea", "ferry") == ["published", "published"]
    korea = Table("news").get(article_key("korea"))
    assert korea is not None
    assert korea.doc["headline"] == "Dinner"


def test_an_article_that_is_edited_without_pause_is_left_to_the_next_tick(paper: Paper) -> None:
    schedule(paper, "korea")
    with paper.aws.fail("TransactWriteItems", **CONFLICT):
        assert tick(paper) == 0

    assert tick(paper) == 1


def test_how_late_each_article_went_live_is_measured_in_seconds(
    paper: Paper, capsys: pytest.CaptureFixture[str]
) -> None:
    schedule(paper, "korea", "2026-11-23T09:58+00:00")
    schedule(paper, "ferry", "2026-11-23T09:59:30+00:00")
    schedule(paper, "later", "2026-11-24T09:59:30+00:00")

    tick(paper)
    (measured,) = (json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line)
    tick(paper, DUE_AT + timedelta(minutes=1))  # when nothing is due, nothing is measured

    assert measured["ReleaseLateness"] == [120.0, 30.0]
    assert measured["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "Broadsheet",
            "Dimensions": [["service"]],
            "Metrics": [{"Name": "ReleaseLateness", "Unit": "Seconds"}],
        }
    ]
    assert "_aws" not in capsys.readouterr().out


def test_what_failed_neither_bars_the_next_page_nor_is_tried_twice_in_a_tick(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace(monkeypatch, "articles of a release", 2)
    for name in ("cursed-1", "cursed-2", "cursed-3"):
        schedule(paper, name, "2026-11-23T09:30+00:00")
    schedule(paper, "korea")
    cursed = tuple(article_key(f"cursed-{number}").pk for number in (1, 2, 3))
    failed = paper.aws.fail("TransactWriteItems", of=cursed)

    with pytest.raises(TransientError, match="3 of 4 due articles failed"):
        tick(paper)

    assert status_of("korea") == ["published"]
    tried = [asked["TransactItems"][0]["Put"]["Item"]["pk"]["S"] for asked in failed.asked]
    assert tried == [f"ARTICLE#cursed-{number}" for number in (1, 2, 3)]


def test_an_article_set_back_to_draft_before_its_time_stays_unpublished(paper: Paper) -> None:
    schedule(paper, "korea", headline="Lunch\ndraft: true")
    schedule(paper, "ferry")
    schedule(paper, "ferry", headline="Lunch\ndraft: true")

    assert tick(paper) == 0
    assert status_of("korea", "ferry") == ["draft", "draft"]


def test_an_article_that_cannot_be_released_holds_up_no_other_and_is_told_to_the_alarm(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule(paper, "cursed", "2026-11-23T09:30+00:00")
    schedule(paper, "korea")
    log = read_log()

    with (
        paper.aws.fail("TransactWriteItems", of=article_key("cursed").pk),
        pytest.raises(TransientError, match="cursed"),
    ):
        tick(paper)

    assert status_of("cursed", "korea") == ["scheduled", "published"]
    assert [said["id"] for said in log.lines("ERROR")] == ["cursed"]

    assert tick(paper) == 1
    assert status_of("cursed") == ["published"]


def security_expires() -> datetime:
    row = Table("news").get(CLOCK_KEY)
    assert row is not None
    return datetime.fromisoformat(row.doc["security_expires"])


def test_a_new_papers_first_tick_says_how_long_its_security_contact_is_good_for(paper: Paper) -> None:
    Table("news").transact([RowWrite(CLOCK_KEY, None)])

    tick(paper)

    assert security_expires() == datetime(2027, 5, 22, tzinfo=UTC)


def test_the_security_contact_is_renewed_when_half_its_time_is_over_and_never_expires(paper: Paper) -> None:
    seen: list[Any] = []
    for day in range(0, 400, 5):
        now = DUE_AT + timedelta(days=day)
        tick(paper, now)
        seen.append(security_expires())
        assert seen[-1] - now > timedelta(days=89)

    assert len(set(seen)) == 5


def test_a_renewal_that_somebody_else_made_is_left_alone(paper: Paper) -> None:
    renewed = {"security_expires": "2028-01-01T00:00:00+00:00"}

    def renew() -> None:
        row = Table("news").get(CLOCK_KEY)
        assert row is not None
        assert Table("news").transact([RowWrite(CLOCK_KEY, renewed, expected_rev=row.rev)])

    paper.aws.after("GetItem", renew, of=CLOCK_KEY.pk)
    tick(paper, DUE_AT + timedelta(days=150))

    assert security_expires() == datetime(2028, 1, 1, tzinfo=UTC)
