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
    alerts = []
    for name, began in since.items():
        alert = _alert(name, held[name], now - datetime.fromisoformat(began))
        is_recent = name in told and now - datetime.fromisoformat(told[name]) < AGAIN
        if alert and not is_recent:
            told[name] = now.isoformat()
            alerts.append(alert)
    return {"since": since, "told": told}, alerts


def _alert(name: str, number: int, lasts: timedelta) -> str:
    """Return the alert about a queue; empty if its messages have not waited for long."""
    if name in DEAD:
        return _dlq_alert(name, number)
    return _waiting_alert(name, number, lasts) if lasts >= WAITING[name][0] else ""


def _dlq_alert(name: str, number: int) -> str:
    queue = name.removesuffix("_DLQ").lower()
    return (
        f"{DEAD[name]}: {number} in the dead letters '{queue}'. 'broadsheet deadletters list --queue {queue}' shows "
        "the reasons, and 'broadsheet deadletters redrive' tries again after you have removed the cause."
    )


def _waiting_alert(name: str, number: int, lasts: timedelta) -> str:
    minutes = int(lasts.total_seconds()) // 60
    return f"{WAITING[name][1]}: {number} now, and some at every look for {minutes} minutes. See 'broadsheet status'."
