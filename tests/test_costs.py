"""What one change may cost: counted, and the same in a small paper and a large one."""

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from random import Random

import pytest

from adapters import clients
from adapters.table import Table
from infra.bench import worker
from newsroom import urls
from newsroom.rows import Doc, RowWrite
from newsroom.table_keys import (
    Key,
    article_key,
    entries_partition,
    months_partition,
    thread_counter_key,
    thread_partition,
)
from render_page import handler as render_page
from tests.paper import Paper, a_paper

KEY = "articles/harbour.md"
ARTICLE = worker.ARTICLE.format(words="It was November.")
MOST = {"publish": (108, 31), "edit": (99, 29), "delete": (107, 31)}
"""Calls and objects, as measured: of the calls, two for each object (is it still the same? write it)."""


NEIGHBOURS = {"articles/before.md": "2026-11-20T09:29+00:00", "articles/after.md": "2026-11-20T09:31+00:00"}
LISTS = ["all", "section/world", "author/ada-holm", "author/ben-moss", "tag/weather", "tag/harbour", "tag/ice"]
OLDEST, NEWEST = datetime(2016, 11, 1), datetime(2026, 11, 20, 8)  # noqa: DTZ001 - listings sort by local time


@dataclass(frozen=True)
class Cost:
    """What our functions did: AWS calls by service and operation, and the objects they wrote."""

    calls: dict[str, int]
    objects: list[str]


def fill(paper: Paper, articles: int) -> None:
    """Earlier articles, evenly over ten years: each in the section, one in twenty in the other lists. The newest have
    their text, which feeds carry."""
    rows: dict[Key, Doc] = {}
    text = "<p>" + " ".join(f"{word:x}" for word in Random(7).choices(range(1 << 24), k=450)) + "</p>"
    for number in range(articles):
        local = (OLDEST + (NEWEST - OLDEST) * (number / articles)).isoformat(timespec="seconds")
        id = f"earlier-{number}"
        entry = {
            "id": id, "address": f"/{local[:4]}/{local[5:7]}/{id}/", "headline": f"Earlier {number}", "summary": "",
            "date": local + "+00:00", "updated": None, "section": {"slug": "world", "name": "World"}, "authors": [],
            "tags": [], "image": None, "lang": None, "words": 9, "noindex": False, "leads_to": None,
            "size": len(text), "digest": "",
        }  # fmt: skip
        for list_name in LISTS if number % 20 == 0 else LISTS[:2]:
            rows[Key(entries_partition(list_name), f"{local}#{id}")] = entry
            rows[Key(months_partition(list_name), local[:7])] = {}
        if articles - number <= 20 * urls.NEWEST:
            article = {**entry, "status": "published", "standfirst": "", "source": None, "links": [], "corrections": []}
            change = RowWrite(article_key(id), article, expected_rev=0, body=text)
            paper.store.remember(write["Put"]["Item"] for write in Table("news").writes(change))
    paper.remember(rows)


def cost(paper: Paper) -> Cost:
    """Tell of the upload and let everything that follows from it happen."""
    paper.calls.clear()
    paper.written.clear()
    paper.look_at(KEY)
    paper.settle()
    return Cost(dict(paper.calls), sorted(paper.written))


@cache
def costs(articles: int) -> dict[str, Cost]:
    """Of a publish, an edit and a delete, between two neighbours of the same lists and month."""
    with pytest.MonkeyPatch.context() as patch, a_paper(patch, "memory") as paper:
        fill(paper, articles)
        for key, date in NEIGHBOURS.items():
            paper.upload(key, ARTICLE.replace("2026-11-20T09:30+00:00", date))
        found = {}
        paper.put(KEY, ARTICLE)
        found["publish"] = cost(paper)
        paper.put(KEY, ARTICLE.replace("Nobody", "Somebody"))
        found["edit"] = cost(paper)
        clients.s3().delete_object(Bucket="upload", Key=KEY)
        found["delete"] = cost(paper)
        return found


def table(title: str, found: Mapping[str, Cost]) -> str:
    """Calls by operation for each step, for people: `pytest -s` shows it."""
    operations = sorted({operation for step in found.values() for operation in step.calls})
    lines = [f"{title:<32}" + "".join(f"{step:>10}" for step in found)]
    lines += [
        f"{name:<32}" + "".join(f"{step.calls.get(name, 0):>10}" for step in found.values()) for name in operations
    ]
    lines += [f"{'calls in all':<32}" + "".join(f"{sum(step.calls.values()):>10}" for step in found.values())]
    lines += [f"{'objects written':<32}" + "".join(f"{len(step.objects):>10}" for step in found.values())]
    return "\n".join(lines)


@pytest.mark.parametrize("articles", [10_000, 100_000])
def test_a_publish_an_edit_and_a_delete_cost_in_a_large_paper_what_they_cost_in_a_small_one(articles: int) -> None:
    sys.stdout.write(f"\n{table(f'{articles:,} articles', costs(articles))}\n")

    assert costs(articles) == costs(100)


@pytest.mark.parametrize("step", MOST)
def test_a_change_of_one_article_stays_within_its_bounds(step: str) -> None:
    spent = costs(100)[step]
    calls, objects = MOST[step]

    assert sum(spent.calls.values()) <= calls
    assert len(spent.objects) <= objects
    assert len(set(spent.objects)) == len(spent.objects), "an object was written twice"


# ── A long discussion ──


def discuss(paper: Paper, comments: int) -> str:
    """A discussion of so many threads, fifty to a page; the path of its last page."""
    place = "{page:05}#{thread:08}#2026-11-20T10:00:00.000+00:00#{thread:024x}"
    rows: dict[Key, Doc] = {}
    for thread in range(1, comments + 1):
        page = -(-thread // 50)
        remark = {
            "id": f"{thread:024x}", "article": "harbour", "parent": None, "depth": 1, "page": page, "author": "Wim",
            "url": None, "text": "I had skates.", "at": "2026-11-20T10:00:00.000+00:00", "edited_at": None,
            "gone": False,
        }  # fmt: skip
        rows[Key(thread_partition("harbour"), place.format(page=page, thread=thread))] = remark
    talk = {"approved": comments, "threads": comments, "pages": page, "on_last": 50}
    paper.remember({**rows, thread_counter_key("harbour"): talk})
    return urls.comments_path("harbour", page)


@cache
def last_page(comments: int) -> tuple[dict[str, int], int, float]:
    """Drawing a discussion's last page: calls by operation, rows read, and seconds of CPU."""
    with pytest.MonkeyPatch.context() as patch, a_paper(patch, "memory") as paper:
        paper.upload(KEY, ARTICLE)
        path = discuss(paper, comments)
        queries = paper.aws.watch("Query")
        paper.calls.clear()
        began = time.process_time()
        (sheet,) = render_page.page_renderer().compare([urls.parse_path(path)])
        spent = time.process_time() - began
        assert sheet.rendered is not None
        assert sheet.rendered.body.count(b' id="comment-') == 50
        return dict(paper.calls), sum(len(answer["Items"]) for answer in queries.answers), spent


def test_the_last_page_of_a_long_discussion_costs_what_that_of_a_short_one_costs() -> None:
    (calls, rows, seconds), (short_calls, short_rows, short_seconds) = last_page(10_000), last_page(100)
    sys.stdout.write(f"\n10,000 comments: {calls}, {rows} rows, {seconds * 1000:.1f} ms of CPU\n")
    sys.stdout.write(f"   100 comments: {short_calls}, {short_rows} rows, {short_seconds * 1000:.1f} ms of CPU\n")

    assert (calls, rows) == (short_calls, short_rows)
