"""The price list: what the newsroom asks of AWS is counted, and the list in the manual is made of that."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from adapters import clients
from infra import template
from infra.cli import costs
from tests import paper as papers
from tests.paper import ROOT, Paper, a_paper, sample_files
from tests.test_costs import ARTICLE, KEY, NEIGHBOURS, fill

UNIT_READ, UNIT_WRITTEN = 4096, 1024  # bytes
RECEIVING = 2  # requests to a queue for a batch: it is received, and deleted
PAID_BY_THE_CALL = {
    "PutObject": "put", "ListObjectsV2": "put", "HeadObject": "get", "GetObject": "get", "SendMessageBatch": "message",
    "SendMessage": "message", "SendEmail": "mail", "GetSecretValue": "secret read", "DeleteMessage": "of a batch",
    "DeleteObject": "free",
}  # fmt: skip


class Meter:
    """Counts what is paid for, from what was asked and answered."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self.written: set[str] = set()

    def note(self, parsed: dict[str, Any], model: Any, context: Any, **_: Any) -> None:
        asked, name = context["asked"], model.name
        if name == "PutObject":
            self.written.add(f"{asked['Bucket']}/{asked['Key']}")
        if name in PAID_BY_THE_CALL:
            self.counted[PAID_BY_THE_CALL[name]] += 1
        elif name == "ReceiveMessage":
            self.counted["message"] += RECEIVING if parsed.get("Messages") else 0  # empty ones are the idle month's
        elif name in {"GetItem", "BatchGetItem", "Query", "Scan"}:
            self.counted["read"] += read_units(name, asked, parsed)
        else:
            self.counted["write"] += units_written(name, asked)

    def told(self) -> dict[str, float]:
        paid = {name: amount for name, amount in self.counted.items() if name in costs.PRICES}
        return {**paid, "changed": len(self.written)}


def read_units(name: str, asked: dict[str, Any], parsed: dict[str, Any]) -> int:
    if name == "GetItem":
        return size_in(parsed.get("Item", {}), UNIT_READ)
    if name == "BatchGetItem":
        wanted = sum(len(of_table["Keys"]) for of_table in asked["RequestItems"].values())
        found = [item for of_table in parsed["Responses"].values() for item in of_table]
        return sum(size_in(item, UNIT_READ) for item in found) + wanted - len(found)
    return size_in(parsed["Items"], UNIT_READ)


def units_written(name: str, asked: dict[str, Any]) -> int:
    match name:
        case "BatchWriteItem":
            items = [each for of_table in asked["RequestItems"].values() for each in of_table]
            return sum(size_in(each, UNIT_WRITTEN) for each in items)
        case "TransactWriteItems":
            return 2 * sum(size_in(each, UNIT_WRITTEN) for each in asked["TransactItems"])
    assert name in {"PutItem", "UpdateItem", "DeleteItem"}, name
    return size_in(asked, UNIT_WRITTEN)


def size_in(value: Any, unit: int) -> int:
    """How many units something is, at the least one; its JSON is a little longer than it counts for there."""
    return max(1, math.ceil(len(json.dumps(value, default=str)) / unit))


@contextmanager
def metered() -> Iterator[tuple[Paper, Meter]]:
    with pytest.MonkeyPatch.context() as patch, a_paper(patch, "memory") as paper:
        meter = Meter()
        for client in papers.CLIENTS:
            client().meta.events.register("after-call", meter.note)
        yield paper, meter


def taken(paper: Paper, meter: Meter) -> dict[str, float]:
    """What was counted since the last time."""
    runs = paper.runs.total() - paper.runs["release_articles"]
    found = {**meter.told(), "run": runs, "gb_second": runs * costs.SECONDS_A_RUN}
    meter.counted.clear()
    meter.written.clear()
    paper.runs.clear()
    return {name: round(amount, 4) for name, amount in sorted(found.items())}


@cache
def counted() -> dict[str, dict[str, float]]:
    """Everything the list is made of."""
    found = {}
    with metered() as (paper, meter):
        fill(paper, 100)
        for key, date in NEIGHBOURS.items():
            paper.upload(key, ARTICLE.replace("2026-11-20T09:30+00:00", date))
        for name, text in (("publish", ARTICLE), ("edit", ARTICLE.replace("Nobody", "Somebody"))):
            paper.put(KEY, text)
            taken(paper, meter)
            paper.look_at(KEY)
            paper.settle()
            found[name] = taken(paper, meter)
            found[name]["message"] += RECEIVING
        id = paper.comment("harbour", "I had skates.")
        paper.settle()
        taken(paper, meter)
        id = paper.comment("harbour", "So had I, and better ones.", later=120)
        paper.settle()
        paper.moderate("approve", id)
        paper.settle()
        found["comment"] = {**taken(paper, meter), "api": 1}
        paper.now += timedelta(days=30)
        paper.tick(paper.now)  # what was due by now
        paper.settle()
        paper.wake(papers.moderate_comment, {"why": "digest"})
        taken(paper, meter)
        paper.tick(paper.now + timedelta(minutes=1))
        paper.wake(papers.moderate_comment, {"why": "digest"})
        found["minute"] = {"read": taken(paper, meter)["read"]}
    with metered() as (paper, meter):
        for key, text in sample_files().items():
            paper.upload(key, text)
        paper.settle()
        pages = len(paper.site())
        taken(paper, meter)
        paper.rebuild()
        found["unchanged page"] = {**each(taken(paper, meter), pages), "changed": 0.0}  # but for the report
        for key in paper.site():
            clients.s3().put_object(Bucket="site", Key=key, Body=b"other")
        paper.now += timedelta(days=1)  # the next night
        taken(paper, meter)
        paper.rebuild()
        found["changed page"] = each(taken(paper, meter), pages)
    return found


def each(whole: dict[str, float], pages: int) -> dict[str, float]:
    return {name: round(amount / pages, 4) for name, amount in whole.items()} | {"gb_second": costs.SECONDS_A_PAGE}


def test_what_the_list_is_made_of_is_what_is_counted() -> None:
    assert counted() == costs.COUNTED


def test_the_list_in_the_manual_is_what_the_desk_says() -> None:
    assert costs.as_table(costs.price_list()) in (ROOT / "infra" / "README.md").read_text()


def deployed() -> costs.Deployed:
    """What the template deploys, with its parameters as they are if nobody says otherwise."""
    whole = template.load()
    resources = [each for each in whole["Resources"].values() if each.get("Condition") != "ShowsDashboard"]
    kinds = Counter(each["Type"] for each in resources)
    functions = template.resources(whole, "AWS::Serverless::Function").values()
    events = [(function, event) for function in functions for event in function.get("Events", {}).values()]
    variables = whole["Resources"]["ReleaseArticles"]["Properties"]["Environment"]["Variables"]
    default = whole["Globals"]["Function"]["MemorySize"]
    by_the_minute = [function for function, event in events
                     if event["Properties"].get("ScheduleExpression") == "rate(1 minute)"]  # fmt: skip
    (stage,) = template.resources(whole, "AWS::ApiGatewayV2::Stage").values()
    routes = len(template.resources(whole, "AWS::ApiGatewayV2::Route"))
    tables = template.resources(whole, "AWS::DynamoDB::Table").values()
    assert "SUN" in whole["Parameters"]["RebuildSchedule"]["Default"], "weekly"
    return costs.Deployed(
        alarms=kinds["AWS::CloudWatch::Alarm"],
        dashboards=kinds["AWS::CloudWatch::Dashboard"],
        secrets=kinds["AWS::SecretsManager::Secret"],
        queues=sum(event["Type"] == "SQS" for _, event in events),
        watched=sum(name.endswith(("_QUEUE", "_DLQ")) for name in variables),
        ticking=tuple(function.get("MemorySize", default) / 1024 for function in by_the_minute),
        keyed=sum("SSESpecification" in table for table in tables),
        routes=routes if stage["DefaultRouteSettings"].get("DetailedMetricsEnabled") else 0,
        rebuilds=30 / 7,
    )


def test_what_an_idle_paper_pays_for_is_what_the_template_deploys() -> None:
    assert deployed() == costs.DEPLOYED


BEFORE = costs.Deployed(
    alarms=23, dashboards=1, secrets=1, queues=4, watched=0, ticking=(1.0, 0.5), keyed=3, routes=0, rebuilds=30
)
"""What was deployed once. (Metrics by route cost nothing while nobody asks for one, and up to twelve dollars then.)"""


def test_everything_that_costs_by_the_month_is_in_the_price_of_an_idle_month() -> None:
    for name in ("alarms", "dashboards", "secrets", "queues", "watched", "keyed", "routes", "rebuilds"):
        one_more = replace(costs.DEPLOYED, **{name: getattr(costs.DEPLOYED, name) + 1})
        assert costs.Line("", costs.idle(one_more)).usd > costs.Line("", costs.idle(costs.DEPLOYED)).usd, name


def test_an_idle_month_costs_a_quarter_of_what_it_did() -> None:
    now, before = (costs.Line("", costs.idle(each)) for each in (costs.DEPLOYED, BEFORE))
    for line in (before, now):
        print(f"{line.usd:.2f}: " + ", ".join(f"{name} {usd:.2f}" for name, usd in line.parts.items()))
    assert now.usd < before.usd / 3.8
    assert now.usd - now.parts["message"] < 1, "all but Lambda's waiting at four queues"


def test_a_line_tells_its_floor_and_what_it_is_mostly_for() -> None:
    line = costs.Line("two pages", {"put": 2, "get": 2}, changed=2)
    assert line.floor == pytest.approx(10e-6)
    assert line.ratio == pytest.approx(1.08)
    assert re.match(r"PUT \(93%\)", line.dearest)
