"""Mark the pages a change makes stale, and ask for the render of pages that were marked.

Woken by NewsTable's stream. Reads NewsTable; raises editions in NewsTable, writes RenderQueue and RebuildQueue, and
UploadQueue for uploads whose obstacle is gone. Safe to repeat: a page marked or asked for once too often is drawn
once too often, and nothing more. Marking and asking are two records of the stream on purpose: a mark that lands late
announces itself.
"""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from adapters import fronts, queues
from adapters.clients import setting
from adapters.tables import Table, cause_of_image, edition_of_image, row_of_image
from newsroom import pages
from newsroom.looking import look_again
from newsroom.planning import Affected, Again, affected_pages, front_pages
from newsroom.rows import Row, doorstep_key, links_pk, list_pk, successors_pk, talk_key

MOST_SUCCESSORS = 100  # of one owner that are looked at again; only one of them can take its place
MOST_CAUSES = 10  # of a batch that its pages remember; what each goes back to is for the logs alone


@cache
def logger() -> Logger:
    return Logger(use_rfc3339=True)


@cache
def news_table() -> Table:
    return Table(setting("NEWS_TABLE"))


def handle(event: dict[str, Any], context: object) -> None:
    """A batch of stream records. It fails whole, by raising: the stream brings it again."""
    plan([record["dynamodb"] for record in event["Records"]])


def plan(records: list[dict[str, Any]]) -> None:
    raised: dict[str, str] = {}
    causes: set[str] = set()
    affected = Affected()
    for record in records:
        old, new = record.get("OldImage"), record.get("NewImage")
        kind, _, path = record["Keys"]["pk"]["S"].partition("#")
        if kind == "PAGE":
            if edition_of_image(new) > edition_of_image(old):
                raised[path] = cause_of_image(new)
        else:
            causes.add(cause_of_image(new))
            add(affected, row_of_image(old), row_of_image(new))
    answer(affected, news_table())
    cause = "\n".join(sorted(causes - {""})[:MOST_CAUSES])
    news_table().mark(sorted(affected.pages), cause=cause)
    queues.send(setting("REBUILD_QUEUE"), [piece._asdict() for piece in sorted(affected.pieces)])
    queues.send(setting("UPLOAD_QUEUE"), [look_again(key) for key in sorted(affected.looks)])
    queues.send(setting("RENDER_QUEUE"), [{"page": path, "cause": raised[path]} for path in sorted(raised)])
    logger().info(
        "planned",
        cause=sorted({*cause.splitlines(), *(each for whose in raised.values() for each in whose.splitlines())}),
        marked=sorted(affected.pages),
        asked=sorted(raised),
        pieces=sorted(affected.pieces),
        looks=sorted(affected.looks),
    )


def add(affected: Affected, before: Row | None, after: Row | None) -> None:
    found = affected_pages(before, after)
    affected.pages |= found.pages
    affected.entries |= found.entries
    affected.neighbours |= found.neighbours
    affected.arrivals |= found.arrivals
    affected.discussed |= found.discussed
    affected.moved |= found.moved
    affected.freed |= found.freed
    affected.looks |= found.looks
    affected.pieces |= found.pieces


def answer(affected: Affected, table: Table) -> None:
    """Ask the table, as it is after the changes, what their images alone could not tell."""
    affected.pages |= {page for list_name in fronts.touched(table, affected.entries) for page in front_pages(list_name)}
    affected.pages |= {address for sk in sorted(affected.neighbours) for address in neighbours(table, sk)}
    affected.pieces |= {Again(f"links{path}") for path in sorted(affected.arrivals) if linked(table, path)}
    affected.looks |= {key for owner in sorted(affected.freed) for key in successors(table, owner)}
    doorsteps, talks = map(doorstep_key, sorted(affected.discussed)), map(talk_key, sorted(affected.moved))
    for key, row in table.get_many([*doorsteps, *talks]).items():
        if key.sk == "TALK":
            affected.pieces.add(Again(f"comments/{key.pk.removeprefix('TALK#')}"))
        else:
            affected.pages.add(row.doc["address"])


def neighbours(table: Table, sk: str) -> list[str]:
    older = table.query(list_pk(pages.WHOLE_PAPER), before=sk, newest_first=True, limit=1)
    newer = table.query(list_pk(pages.WHOLE_PAPER), after=sk, limit=1)
    return [row.doc["address"] for row in [*older, *newer]]


def linked(table: Table, path: str) -> bool:
    return bool(table.query(links_pk(path), limit=1))


def successors(table: Table, owner: str) -> list[str]:
    """The uploads that could go on in the place of an owner."""
    return [row.doc["key"] for row in table.query(successors_pk(owner), limit=MOST_SUCCESSORS)]
