"""The work of the clock apart from articles: the validity of security.txt, the templates in force, queue alerts."""

from datetime import datetime, timedelta

from adapters import alarms, queues
from adapters.clients import setting
from adapters.logs import logger
from adapters.table import Table
from newsroom import queue_alerts
from newsroom.rendering import template_version
from newsroom.rows import RowWrite, rev_of
from newsroom.table_keys import ALERTS_KEY, CLOCK_KEY, TEMPLATE_VERSION_KEY

SECURITY_LASTS = timedelta(days=180)  # validity of security.txt, renewed when half of it is over


def renew_security(table: Table, now: datetime) -> None:
    """Renew the validity of security.txt when half of it is over."""
    row = table.get(CLOCK_KEY)
    if row and datetime.fromisoformat(row.doc["security_expires"]) - now > SECURITY_LASTS / 2:
        return
    expires = (now + SECURITY_LASTS).replace(hour=0, minute=0, second=0, microsecond=0).isoformat()
    table.transact([RowWrite(CLOCK_KEY, {"security_expires": expires}, expected_rev=rev_of(row))])


def update_template_version(table: Table, now: datetime) -> None:
    """Put the template digest of this version in force, unless it already is."""
    row = table.get(TEMPLATE_VERSION_KEY)
    after = template_version.next_version(template_version.current(), row.doc if row else None, now)
    if after:
        table.transact([RowWrite(TEMPLATE_VERSION_KEY, after, expected_rev=rev_of(row))])
        logger().info("new templates are in force", template_version=after["imprint"])


def check_queues(table: Table, now: datetime) -> None:
    """Read the length of each queue, and alert the operator to messages that stay there."""
    urls = {name: setting(name, "") for name in (*queue_alerts.WAITING, *queue_alerts.DEAD)}
    row = table.get(ALERTS_KEY)
    before = row.doc if row else queue_alerts.NOTHING
    counts = {name: queues.held(url) for name, url in urls.items() if url}
    after, alerts = queue_alerts.find_alerts(counts, before, now)
    if alerts:
        alarms.publish_alarm("something waits for you", "\n\n".join(alerts))
    if after != before:  # the alert comes first: a repeated alert does less harm than a lost one
        table.transact([RowWrite(ALERTS_KEY, after, expected_rev=rev_of(row))])
