"""Do the work that is due: release scheduled articles, withdraw expired ones, and let news grow old.
After a deployment this function is the first to run: it puts the new templates in force, and the stream starts a
check of every page. Every five minutes it checks the lengths of the queues and alerts the operator.

Woken by the scheduler, every minute. Reads and writes NewsTable; reads the length of each queue.
Safe to repeat: an article is read, compared with the current time, and written only if it has not changed since.
An article that one tick misses is still due at the next.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from adapters import alarms, clock, queues
from adapters.clients import setting
from adapters.table import Table
from newsroom import queue_alerts
from newsroom.errors import TransientError
from newsroom.publishing.schedule import apply_transitions
from newsroom.queue_alerts import AlertState
from newsroom.rendering import template_version
from newsroom.rendering.template_version import TemplateVersion
from newsroom.rows import (
    ALERTS_KEY,
    CLOCK_KEY,
    DUE,
    OPEN,
    SITE_KEY,
    TEMPLATE_VERSION_KEY,
    Doc,
    Key,
    Row,
    RowWrite,
    article_key,
    article_of,
    article_writes,
    author_bio_writes,
    author_key,
    month_rows,
)
from newsroom.site import site_of

AT_ONCE = 500  # due rows to a query
ATTEMPTS = 4  # to write an article that others keep changing, before it is left to the next tick
LATE = 120  # seconds after its time at which an article's release is reported as late
RESERVE = 10_000  # milliseconds at the end of the invocation in which no further article is started
SECURITY_LASTS = timedelta(days=180)  # validity of security.txt, renewed when half of it is over


@cache
def logger() -> Logger:
    return Logger(use_rfc3339=True)


@cache
def metrics() -> Metrics:
    return Metrics()


@cache
def news_table() -> Table:
    return Table(setting("NEWS_TABLE"))


def handle(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Run one tick; return how many articles it changed."""
    now = clock.now()
    renew_security(now)
    update_template_version(now)
    late: dict[str, float] = {}
    try:
        return {"changed": release_due(now, lambda: context is None or time_left(context), late)}
    finally:
        if metrics().provider.metric_set:  # flushing without metrics logs a warning
            metrics().flush_metrics()
        if late:
            worst = max(late, key=lambda id: late[id])
            alarms.publish_alarm(
                "articles went live late",
                f"{len(late)} articles went live more than {LATE} seconds after "
                f"their time, {worst} by {late[worst]:.0f}. The log of ReleaseArticles says why.",
            )
        if now.minute % queue_alerts.EVERY == 0 and setting("ALARM_TOPIC", ""):
            check_queues(now)


def time_left(context: Any) -> bool:
    """Return True if there is time to finish another article."""
    return bool(context.get_remaining_time_in_millis() > RESERVE)


def release_due(now: datetime, goes_on: Callable[[], bool], late: dict[str, float]) -> int:
    """Bring every article that is due by `now` to its new state, the longest due first, while `goes_on` returns
    True; the next tick finds the rest. late: receives the articles that were late, and by how many seconds.

    Raises TransientError, after all have been tried, if any failed: the error sets off the alarm.
    """
    changed, failed, seen, months = 0, [], set[str](), set[Key]()
    settings = news_table().get(SITE_KEY)
    close_after = site_of(settings.doc if settings else None, "")["comments"]["close_after_days"]
    closing = [] if close_after is None else due_rows(OPEN, now - timedelta(days=close_after))
    for row in chain(due_rows(DUE, now), closing):
        id = row.doc["id"]
        if id in seen:  # once a tick, even if several of its times have come
            continue
        if not goes_on():
            logger().warning("the rest is left to the next tick", changed=changed, next=id)
            break
        seen.add(id)
        try:
            changed += transition(row, now, close_after, months, late)
        except Exception:  # noqa: BLE001 - the longest due comes first every minute, and must not bar the rest
            logger().exception("an article could not be brought up to date", id=id, due=row.key.sk)
            failed.append(id)
    if failed:
        raise TransientError(f"{len(failed)} of {len(seen)} due articles failed: {', '.join(failed[:10])}")
    return changed


def due_rows(pk: str, now: datetime) -> Iterator[Row]:
    """List the rows due by `now` in a partition sorted by time, the longest due first, in bounded queries.

    A row that fails stays due, so each query starts after the last row, and does not read the first again.
    """
    until = now.strftime("%Y-%m-%dT%H:%M:%SZ~")
    rows = news_table().query(pk, before=until, limit=AT_ONCE)
    while rows:
        yield from rows
        if len(rows) < AT_ONCE:
            return
        rows = [row for row in news_table().query(pk, after=rows[-1].key.sk, limit=AT_ONCE) if row.key.sk < until]


def transition(due: Row, now: datetime, close_after: int | None, months: set[Key], late: dict[str, float]) -> bool:
    """Bring one article to its state at `now`; return True if that changed it.

    months: the rows of months that this tick has already written.
    """
    for _ in range(ATTEMPTS):
        row = news_table().get(article_key(due.doc["id"]))
        before = article_of(row)
        if row is None or before is None:
            return False
        after = apply_transitions(before, now, close_after)
        if after == before:
            return False
        if new := {month: Doc() for month in month_rows(after) if month not in months}:
            news_table().put_many(new)
            months.update(new)
        known = news_table().get_many(author_key(id) for id in after["biographies"])
        cause = f"clock@{now.strftime('%Y-%m-%dT%H:%MZ')}"
        if news_table().transact([*article_writes(row, after), *author_bio_writes(after, known)], cause=cause):
            if before["status"] == "scheduled" and before["publish_at"]:
                seconds = (clock.now() - datetime.fromisoformat(before["publish_at"])).total_seconds()
                metrics().add_metric("ReleaseLateness", MetricUnit.Seconds, seconds)
                if seconds > LATE:
                    late[after["id"]] = seconds
            logger().info("article brought up to date", cause=cause, id=after["id"], status=after["status"])
            return True
    logger().warning("an article kept changing and is left to the next tick", id=due.doc["id"], due=due.key.sk)
    return False


def renew_security(now: datetime) -> None:
    row = news_table().get(CLOCK_KEY)
    if row and datetime.fromisoformat(row.doc["security_expires"]) - now > SECURITY_LASTS / 2:
        return
    expires = (now + SECURITY_LASTS).replace(hour=0, minute=0, second=0, microsecond=0).isoformat()
    news_table().transact([RowWrite(CLOCK_KEY, {"security_expires": expires}, expected_rev=row.rev if row else 0)])


def update_template_version(now: datetime) -> None:
    """Put the template digest of this version in force, unless it already is."""
    row = news_table().get(TEMPLATE_VERSION_KEY)
    after = template_version.next_version(
        template_version.current(), cast(TemplateVersion, row.doc) if row else None, now
    )
    if after:
        news_table().transact([RowWrite(TEMPLATE_VERSION_KEY, cast(Doc, after), expected_rev=row.rev if row else 0)])
        logger().info("new templates are in force", imprint=after["imprint"])


def check_queues(now: datetime) -> None:
    """Read the length of each queue, and alert the operator to messages that stay there."""
    places = {name: setting(name, "") for name in (*queue_alerts.WAITING, *queue_alerts.DEAD)}
    row = news_table().get(ALERTS_KEY)
    before = cast(AlertState, row.doc) if row else queue_alerts.NOTHING
    after, news = queue_alerts.find_alerts(
        {name: queues.held(place) for name, place in places.items() if place}, before, now
    )
    if news:
        alarms.publish_alarm("something waits for you", "\n\n".join(news))
    if after != before:  # the alert comes first: a repeated alert does less harm than a lost one
        news_table().transact([RowWrite(ALERTS_KEY, cast(Doc, after), expected_rev=row.rev if row else 0)])
