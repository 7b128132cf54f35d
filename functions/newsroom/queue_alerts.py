"""Alerts for the operator about messages that stay in queues.

CloudWatch would charge ten cents a month for each of ten alarms. The existing clock checks the queues every five
minutes and repeats an alert each hour while it lasts; a CloudWatch alarm does not repeat.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypedDict

EVERY = 5  # minutes
AGAIN = timedelta(hours=1)

WAITING: Mapping[str, tuple[timedelta, str]] = {
    "UPLOAD_QUEUE": (timedelta(minutes=10), "Uploads wait to be looked at"),
    "RENDER_QUEUE": (timedelta(minutes=15), "Pages wait to be rendered"),
    "COMMENT_QUEUE": (timedelta(minutes=10), "Comments wait to be stored"),
    "REBUILD_QUEUE": (timedelta(hours=2), "A rebuild is under way"),
}
"""For each queue: the time for which every check may find messages, and the meaning of a longer time."""
DEAD: Mapping[str, str] = {
    "UPLOAD_DLQ": "An upload failed five times, or a message was none",
    "RENDER_DLQ": "A page could not be rendered",
    "REBUILD_DLQ": "A piece of a rebuild failed; the rebuild goes on where it stood",
    "COMMENT_DLQ": "A comment could not be stored",
    "PLAN_DLQ": "Changes were not planned, so pages may be old; redriving them rebuilds the site",
    "CLOCK_DLQ": "Scheduled work did not run or did not finish; the next tick catches up",
}
"""The meaning of a message in each dead-letter queue."""


class AlertState(TypedDict):
    """The results of earlier checks, by queue. since: the first of the consecutive checks that found messages.
    told: the time of the last alert."""

    since: dict[str, str]
    told: dict[str, str]


NOTHING: AlertState = {"since": {}, "told": {}}


def find_alerts(held: Mapping[str, int], before: AlertState, now: datetime) -> tuple[AlertState, list[str]]:
    """Compare the message count of each queue with the earlier state; return the new state and the alerts to send."""
    since = {name: before["since"].get(name, now.isoformat()) for name, number in held.items() if number}
    told = {name: at for name, at in before["told"].items() if name in since}
    news = []
    for name, began in since.items():
        lasts = now - datetime.fromisoformat(began)
        is_due = name in DEAD or lasts >= WAITING[name][0]
        if is_due and (name not in told or now - datetime.fromisoformat(told[name]) >= AGAIN):
            told[name] = now.isoformat()
            news.append(_dlq_alert(name, held[name]) if name in DEAD else _waiting_alert(name, held[name], lasts))
    return {"since": since, "told": told}, news


def _dlq_alert(name: str, number: int) -> str:
    queue = name.removesuffix("_DLQ").lower()
    return (
        f"{DEAD[name]}: {number} in the dead letters '{queue}'. 'broadsheet deadletters list --queue {queue}' says "
        "why, and 'broadsheet deadletters redrive' tries again once the cause is mended."
    )


def _waiting_alert(name: str, number: int, lasts: timedelta) -> str:
    minutes = int(lasts.total_seconds()) // 60
    return f"{WAITING[name][1]}: {number} now, and some at every look for {minutes} minutes. See 'broadsheet status'."
