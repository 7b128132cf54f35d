"""Bringing articles to the state that is due: released, expired, out of the news, closed for comments."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from aws_lambda_powertools.metrics import MetricUnit

from adapters import alarms, backoff, clock
from adapters.logs import logger
from adapters.metrics import put_metric
from adapters.table import Table
from newsroom.article import Article, ArticleReference
from newsroom.errors import TransientError
from newsroom.publishing.index_rows import article_of, article_writes, author_bio_writes, month_rows
from newsroom.publishing.schedule import apply_transitions
from newsroom.rows import Row
from newsroom.site import site_of
from newsroom.table_keys import DUE, OPEN, SITE_KEY, Key, Partition, article_key, author_key

AT_ONCE = 500  # due rows to a query
ATTEMPTS = 4  # to write an article that others keep changing, before it is left to the next tick
LATE = 120  # seconds after its time at which an article's release is reported as late


@dataclass(slots=True)
class Release:
    """One tick. goes_on: returns True while there is time for another article.

    lateness: of each article that was released, in seconds, by its id. written_months: the rows of months that this
    tick has already written.
    """

    table: Table
    now: datetime
    goes_on: Callable[[], bool]
    lateness: dict[str, float] = field(default_factory=dict)
    written_months: set[Key[object]] = field(default_factory=set)

    def run(self) -> int:
        """Bring every article that is due to its new state, the longest due first, and return how many changed. The
        next tick finds those for which there is no time.

        Raises TransientError, after all have been tried, if any failed: the error sets off the alarm.
        """
        changed, failed, seen = 0, list[str](), set[str]()
        close_after = self._close_after_days()
        for row in self._due_articles(close_after):
            id = row.doc["id"]
            if id in seen:  # once a tick, even if several of its times have come
                continue
            if not self.goes_on():
                logger().warning("the rest is left to the next tick", changed=changed, next=id)
                break
            seen.add(id)
            try:
                changed += self._transition(row, close_after)
            except Exception:  # noqa: BLE001 - one failing article must not block the others; the next run retries it
                logger().exception("article could not be brought up to date", id=id, due=row.key.sk)
                failed.append(id)
        if failed:
            raise TransientError(f"{len(failed)} of {len(seen)} due articles failed: {', '.join(failed[:10])}")
        return changed

    def report_lateness(self) -> None:
        """Measure how late articles were released, and tell the operator about those that were late."""
        if not self.lateness:
            return
        put_metric("ReleaseLateness", MetricUnit.Seconds, *self.lateness.values())
        late = [id for id, seconds in self.lateness.items() if seconds > LATE]
        if late:
            worst = max(late, key=lambda id: self.lateness[id])
            alarms.publish_alarm(
                "articles went live late",
                f"{len(late)} articles went live more than {LATE} seconds after "
                f"their time, {worst} by {self.lateness[worst]:.0f}. The log of ReleaseArticles says why.",
            )

    def _close_after_days(self) -> int | None:
        settings = self.table.get(SITE_KEY)
        return site_of(settings.doc if settings else None, "")["comments"]["close_after_days"]

    def _due_articles(self, close_after: int | None) -> Iterator[Row[ArticleReference]]:
        due = self._due_rows(DUE, self.now)
        if close_after is None:
            return due
        return chain(due, self._due_rows(OPEN, self.now - timedelta(days=close_after)))

    def _due_rows(self, partition: Partition[ArticleReference], moment: datetime) -> Iterator[Row[ArticleReference]]:
        """List the rows due by a moment in a partition sorted by time, the longest due first, in bounded queries.

        A row that fails stays due, so each query starts after the last row, and does not read the first again.
        """
        until = moment.strftime("%Y-%m-%dT%H:%M:%SZ~")
        rows = self.table.query(partition, before=until, limit=AT_ONCE)
        while rows:
            yield from rows
            if len(rows) < AT_ONCE:
                return
            further = self.table.query(partition, after=rows[-1].key.sk, limit=AT_ONCE)
            rows = [row for row in further if row.key.sk < until]

    def _transition(self, due: Row[ArticleReference], close_after: int | None) -> bool:
        """Bring one article to its state now; return True if that changed it."""
        cause = f"clock@{self.now.strftime('%Y-%m-%dT%H:%MZ')}"
        for _ in backoff.attempts(ATTEMPTS):
            row = self.table.get(article_key(due.doc["id"]))
            before = article_of(row)
            if before is None:
                return False
            after = apply_transitions(before, self.now, close_after)
            if after == before:
                return False
            self._write_months(after)
            known = self.table.get_many(author_key(id) for id in after["biographies"])
            if self.table.transact([*article_writes(row, after), *author_bio_writes(after, known)], cause=cause):
                self._note_lateness(before)
                logger().info("article brought up to date", cause=cause, id=after["id"], status=after["status"])
                return True
        logger().warning("an article kept changing and is left to the next tick", id=due.doc["id"], due=due.key.sk)
        return False

    def _write_months(self, article: Article) -> None:
        new = [month for month in month_rows(article) if month not in self.written_months]
        if new:
            self.table.put_many({month: {} for month in new})
            self.written_months.update(new)

    def _note_lateness(self, before: Article) -> None:
        if before["status"] == "scheduled" and before["publish_at"]:
            seconds = (clock.now() - datetime.fromisoformat(before["publish_at"])).total_seconds()
            self.lateness[before["id"]] = seconds
