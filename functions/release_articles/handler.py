"""Do what the clock calls for: release scheduled articles, withdraw expired ones, let news grow old.
After a deployment it is the first to come: it puts the new templates in force, and the stream has every
page looked at again.

Woken by the scheduler, every minute. Reads and writes NewsTable.
Safe to repeat: an article is read, judged by the present moment and written only if it is still the
same; what one tick misses the next one finds still due.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from aws_lambda_powertools import Logger

from adapters import clock
from adapters.clients import setting
from adapters.tables import Table
from newsroom import imprint
from newsroom.due import release
from newsroom.errors import TransientError
from newsroom.imprint import Imprint
from newsroom.rows import (
    CLOCK_KEY,
    DUE,
    IMPRINT_KEY,
    Change,
    Doc,
    Row,
    article_changes,
    article_key,
    article_of,
    month_rows,
)

AT_ONCE = 500  # due rows to a tick; the rest are found by the next
SECURITY_LASTS = timedelta(days=180)  # what security.txt promises, renewed when half of it is over


@cache
def logger() -> Logger:
    return Logger()


@cache
def news_table() -> Table:
    return Table(setting("NEWS_TABLE"))


def handle(event: dict[str, Any], context: object) -> dict[str, int]:
    """One tick. Answers how many articles it changed."""
    now = clock.now()
    renew_security(now)
    take_over(now)
    return {"changed": release_due(now)}


def release_due(now: datetime) -> int:
    """Bring every article that waits for a moment up to `now` to the state it is due.

    Raises TransientError, after all have had their turn, if any failed: the error calls the alarm.
    """
    due = news_table().query(DUE, before=now.strftime("%Y-%m-%dT%H:%M:%SZ~"), limit=AT_ONCE)
    changed, failed = 0, []
    for row in due:
        try:
            changed += bring_up_to(row, now)
        except Exception:  # noqa: BLE001 - the oldest due comes first every minute, and must not bar the rest
            logger().exception("an article could not be brought up to date", id=row.doc["id"], due=row.key.sk)
            failed.append(row.doc["id"])
    if failed:
        raise TransientError(f"{len(failed)} of {len(due)} due articles failed: {', '.join(failed[:10])}")
    return changed


def bring_up_to(due: Row, now: datetime) -> bool:
    row = news_table().get(article_key(due.doc["id"]))
    article = article_of(row)
    if row is None or article is None:
        return False
    after = release(article, now)
    if after == article:
        return False
    news_table().put_many({month: {} for month in month_rows(after)})
    released = news_table().transact(article_changes(row, after))
    logger().info("article brought up to date", id=after["id"], status=after["status"], due=due.key.sk, done=released)
    return released


def renew_security(now: datetime) -> None:
    row = news_table().get(CLOCK_KEY)
    if row and datetime.fromisoformat(row.doc["security_expires"]) - now > SECURITY_LASTS / 2:
        return
    expires = (now + SECURITY_LASTS).replace(hour=0, minute=0, second=0, microsecond=0).isoformat()
    news_table().transact([Change(CLOCK_KEY, {"security_expires": expires}, was=row.rev if row else 0)])


def take_over(now: datetime) -> None:
    """Put this version's imprint in force, unless it is."""
    row = news_table().get(IMPRINT_KEY)
    after = imprint.succeed(imprint.own(), cast(Imprint, row.doc) if row else None, now)
    if after:
        news_table().transact([Change(IMPRINT_KEY, cast(Doc, after), was=row.rev if row else 0)])
        logger().info("new templates are in force", imprint=after["imprint"])
