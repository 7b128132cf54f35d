"""Draw many pages again, in bounded pieces.

Woken by RebuildQueue and, nightly, by the scheduler. Reads NewsTable; raises editions in NewsTable,
writes RenderQueue and RebuildQueue. Safe to repeat: a page drawn again is the same page.

A message names what to draw again: `{"of": "everything"}`, `{"of": "author/jane-doe"}` (that
author's articles and months), `{"of": "links/2026/11/korea/"}` (whoever links there) or
`{"of": "comments/korea"}` (an article's discussion: its pages, where to reply, its feeds). With
`"mark": true` what the pages read has changed, so their editions are raised and the stream asks for
the renders; without it they are only looked at again. Each message does one piece and leaves the
next to a message of its own.
"""

import json
from functools import cache
from typing import Any, NotRequired, TypedDict

from aws_lambda_powertools import Logger

from adapters import queues
from adapters.clients import setting
from adapters.tables import Table
from newsroom import pages
from newsroom.drawing import stylesheet
from newsroom.errors import PermanentError
from newsroom.planning import own_pages, pages_of_remark
from newsroom.rows import SITE_KEY, Key, links_pk, list_pk, page_of_place, talk_pk, text_key
from newsroom.site import site_of

SEGMENTS = 4  # a whole rebuild walks the table in so many strands at once
PIECE = 200  # rows to a message


class Piece(TypedDict):
    """One message. `after` is the key reached so far: `pk` and `sk`."""

    of: str
    mark: NotRequired[bool]
    segment: NotRequired[int]
    after: NotRequired[list[str] | None]


@cache
def logger() -> Logger:
    return Logger()


@cache
def news_table() -> Table:
    return Table(setting("NEWS_TABLE"))


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """The scheduler's tick, or messages of RebuildQueue."""
    if "Records" not in event:
        rebuild({"of": "everything"})
        return {}
    failed = []
    for record in event["Records"]:
        try:
            rebuild(read(record["body"]))
        except PermanentError as problem:
            logger().error("not a piece of a rebuild", body=record["body"], reason=str(problem))
        except Exception:  # noqa: BLE001 - an unknown failure is the queue's to repeat
            logger().exception("a piece of a rebuild failed", body=record["body"])
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def read(body: str) -> Piece:
    """A message's piece; PermanentError when it is none."""
    try:
        piece = json.loads(body)
    except ValueError as problem:
        raise PermanentError(f"not JSON: {problem}") from problem
    said = piece if isinstance(piece, dict) else {}
    of, segment, after = said.get("of"), said.get("segment", -1), said.get("after")
    in_table = isinstance(segment, int) and segment < SEGMENTS
    is_key = isinstance(after, list) and [type(part) for part in after] == [str, str]
    if not isinstance(of, str) or not in_table or not (is_key or after is None):
        raise PermanentError(f"a piece has 'of', a 'segment' below {SEGMENTS} and in 'after' the two parts of a key")
    return {"of": of, "mark": bool(said.get("mark")), "segment": segment, "after": after}


def rebuild(piece: Piece) -> None:
    reached = piece.get("after")
    after = Key(*reached) if reached else None
    last: Key | None = None
    match piece["of"].partition("/"):
        case ["everything", _, _] if piece.get("segment", -1) < 0:
            draw_again(everywhere(), marked=bool(piece.get("mark")))
            queues.send(setting("REBUILD_QUEUE"), [{**piece, "segment": number} for number in range(SEGMENTS)])
        case ["everything", _, _]:
            keys, last = news_table().scan(piece["segment"], SEGMENTS, after, PIECE)
            draw_again(of_keys(keys), marked=bool(piece.get("mark")))
        case ["author", _, id]:
            paths, last = of_list(news_table(), f"author/{id}", after)
            draw_again(paths, marked=bool(piece.get("mark")))
        case ["links", slash, path]:
            paths, last = of_links(news_table(), slash + path, after)
            draw_again(paths, marked=bool(piece.get("mark")))
        case ["comments", _, id]:
            paths, last = of_discussion(news_table(), id, after)
            draw_again(paths, marked=bool(piece.get("mark")))
        case _:
            raise PermanentError(f"'{piece['of']}' is nothing that can be rebuilt")
    if last:
        queues.send(setting("REBUILD_QUEUE"), [{**piece, "after": list(last)}])


def draw_again(paths: list[str], *, marked: bool) -> None:
    if marked:
        news_table().mark(paths)
    else:
        queues.send(setting("RENDER_QUEUE"), [{"page": path, "again": True} for path in paths])


def everywhere() -> list[str]:
    """The pages no row stands for: assets first, since every other page refers to them."""
    row = news_table().get(SITE_KEY)
    return [*stylesheet.assets(site_of(row.doc if row else None, setting("SITE_URL"))), *pages.FIXED]


def of_keys(keys: list[Key]) -> list[str]:
    """Every page ever marked among these rows, and every page these rows call for that never was."""
    marked = [key.pk.removeprefix("PAGE#") for key in keys if key.sk == "PAGE"]
    called_for = {path for key in keys if key.sk != "PAGE" for path in own_pages(key)}
    return [*marked, *sorted(called_for - news_table().editions(called_for).keys())]


def of_list(table: Table, list_name: str, after: Key | None) -> tuple[list[str], Key | None]:
    rows = table.query(list_pk(list_name), after=after.sk if after else None, limit=PIECE)
    paths = {row.doc["address"] for row in rows} | {pages.month_page(list_name, row.key.sk[:7]) for row in rows}
    return sorted(paths), rows[-1].key if len(rows) == PIECE else None


def of_links(table: Table, path: str, after: Key | None) -> tuple[list[str], Key | None]:
    rows = table.query(links_pk(path), after=after.sk if after else None, limit=PIECE)
    texts = table.get_many(text_key(row.doc["kind"], row.doc["id"]) for row in rows)
    return sorted(row.doc["address"] for row in texts.values()), rows[-1].key if len(rows) == PIECE else None


def of_discussion(table: Table, article: str, after: Key | None) -> tuple[list[str], Key | None]:
    rows = table.query(talk_pk(article), after=after.sk if after else None, limit=PIECE)
    paths = {path for row in rows if page_of_place(row.key.sk) for path in pages_of_remark(article, row.key.sk)}
    feeds = [] if after else [pages.comment_feed(), pages.comment_feed(article)]
    return [*feeds, *sorted(paths)], rows[-1].key if len(rows) == PIECE else None
