"""Do the work that is due: release scheduled articles, withdraw expired ones, and let news grow old.
After a deployment this function is the first to run: it puts the new templates in force, and the stream starts a
check of every page. Every five minutes it checks the lengths of the queues and alerts the operator.

Woken by the scheduler, every minute. Reads and writes NewsTable; reads the length of each queue.
Safe to repeat: an article is read, compared with the current time, and written only if it has not changed since.
An article that one tick misses is still due at the next.
"""

from functools import cache

from adapters import clock
from adapters.clients import setting
from adapters.logs import with_context
from adapters.table import Table
from adapters.wire import Context, JsonObject
from newsroom import queue_alerts
from workflows import clock_work
from workflows.release import Release

RESERVE = 10_000  # milliseconds at the end of the invocation in which no further article is started


@cache
def news_table() -> Table:
    return Table(setting("NEWS_TABLE"))


@with_context
def handle(event: JsonObject, context: Context | None) -> dict[str, int]:
    """Run one tick; return how many articles it changed."""
    now = clock.now()
    clock_work.renew_security(news_table(), now)
    clock_work.update_template_version(news_table(), now)
    release = Release(news_table(), now, lambda: context is None or time_left(context))
    try:
        return {"changed": release.run()}
    finally:
        release.report_lateness()
        if now.minute % queue_alerts.EVERY == 0 and setting("ALARM_TOPIC", ""):
            clock_work.check_queues(news_table(), now)


def time_left(context: Context) -> bool:
    """Return True if there is time to finish another article."""
    return context.get_remaining_time_in_millis() > RESERVE
