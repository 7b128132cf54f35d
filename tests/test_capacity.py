"""How much the newsroom can take, on paper: which limit binds first, and what stays bounded however fast changes come.

The numbers of the template are read from it; the limits of AWS are the public ones of November 2026. The manual
(infra/README.md, "Capacity") has the same figures, and a test holds them together.
"""

import math
from dataclasses import dataclass

import pytest

from infra import template
from tests.paper import ROOT, a_paper
from tests.test_costs import ARTICLE, KEY, NEIGHBOURS

ROW_WRITES = 1_000  # a second, to one row of DynamoDB: a partition's limit
PUTS = 3_500  # a second, to one prefix of S3
RENDER_SECONDS = 0.15  # of one batch of RenderQueue, some sixteen pages: HEADs at once, reads, PUTs at once
STREAM_POLL = 0.25  # seconds between two looks of Lambda at a shard
PLAN_SECONDS = 0.15  # of one batch of the stream: strong reads, one transaction, messages
OBJECTS, RECORDS, MARKS = 31, 31, 18  # that a publish changes, that it leaves in the stream, and pages it marks


def events(function: str) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = template.load()["Resources"][function]["Properties"]["Events"]
    return {name: each["Properties"] for name, each in found.items()}  # type: ignore[misc]


PLAN, RENDER = events("PlanPages")["Change"], events("RenderPage")["Render"]
PLAN_BATCH = int(str(PLAN["BatchSize"]))
RENDER_BATCH = int(str(RENDER["BatchSize"]))
RENDERERS = int(RENDER["ScalingConfig"]["MaximumConcurrency"]["Fn::If"][2])  # type: ignore[index]


@dataclass
class HomePage:
    """The home page under a stream of changes, each a record that marks it: plan_pages marks it once per batch,
    and render_page draws what is true now, so marks that come while it is drawn are one more drawing."""

    changes_a_second: float
    marks: int = 0
    renders: int = 0

    def run(self, seconds: float) -> None:
        now = free_at = 0.0
        planned, asked = 0, False
        while now < seconds:
            batch = min(PLAN_BATCH, math.floor(now * self.changes_a_second) - planned)
            if batch:
                planned += batch
                self.marks += 1
                asked = True
            if asked and now >= free_at:
                self.renders += 1
                asked, free_at = False, now + RENDER_SECONDS
            now += STREAM_POLL if batch < PLAN_BATCH else STREAM_POLL / 5  # a full batch is followed at once


@pytest.mark.parametrize("rate", [1, 10, 100, 1_000])
def test_the_home_page_is_drawn_no_oftener_than_it_can_be_however_fast_changes_come(rate: int) -> None:
    page = HomePage(rate)
    page.run(60)
    print(f"{rate:>5} changes a second: {page.marks} marks, {page.renders} renders in a minute")
    assert page.renders <= page.marks
    assert page.marks <= 60 / (STREAM_POLL / 5) + 1
    assert page.renders <= 60 / RENDER_SECONDS


def test_a_hundred_times_the_changes_are_not_a_hundred_times_the_renders() -> None:
    quiet, busy = HomePage(1), HomePage(100)
    quiet.run(60)
    busy.run(60)
    assert busy.renders < 10 * quiet.renders


def election_night() -> dict[str, float]:
    """Publishes a second at which each limit binds, were nothing drawn together."""
    return {
        "planning": PLAN_BATCH / PLAN_SECONDS / RECORDS,
        "rendering": RENDERERS / RENDER_SECONDS / (MARKS / RENDER_BATCH),
        "PUTs to one prefix": PUTS / OBJECTS,
        "marks of one row": float(ROW_WRITES),
    }


def test_on_an_election_night_planning_binds_first_and_the_manual_says_so() -> None:
    limits = election_night()
    manual = (ROOT / "infra" / "README.md").read_text()
    assert sorted(limits, key=lambda name: limits[name]) == [*limits]
    for name, rate in limits.items():
        assert f"| {name} | {rate:,.0f} |" in manual


def test_batches_are_as_the_manual_says() -> None:
    manual = (ROOT / "infra" / "README.md").read_text()
    assert f"| the table's stream | {PLAN_BATCH} | {PLAN['ParallelizationFactor']} |" in manual
    queues = [event for function in template.load()["Resources"].values() if "Handler" in function["Properties"]
              for event in function["Properties"].get("Events", {}).values() if event["Type"] == "SQS"]  # fmt: skip
    for event in (queue["Properties"] for queue in queues):
        at_once = event["ScalingConfig"]["MaximumConcurrency"]["Fn::If"][2]
        assert f"| `{event['Queue']['Fn::GetAtt'][0]}` | {event['BatchSize']} | {at_once} |" in manual
        assert "MaximumBatchingWindowInSeconds" not in event
    assert len(queues) == 4


def test_a_publish_makes_so_many_records_in_the_stream() -> None:
    with pytest.MonkeyPatch.context() as patch, a_paper(patch, "memory") as paper:
        for key, date in NEIGHBOURS.items():
            paper.upload(key, ARTICLE.replace("2026-11-20T09:30+00:00", date))
        before = len(paper.store.stream(0))
        paper.upload(KEY, ARTICLE)
        records = paper.store.stream(before)
        assert len(records) == RECORDS
        assert sum(record["dynamodb"]["Keys"]["sk"]["S"] == "PAGE" for record in records) == MARKS
