"""What a rebuild finds, writes, asks and takes, of a generated paper in memory.

    python -m tests.rebuild_site.measure [--articles 10000]

Counts are the handlers' own reports. Seconds are of this process (user and system), in which the store
in memory and botocore's checks run too: what is ours alone is less.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters import clients
from adapters.pressroom import placed_assets
from adapters.tables import Table
from newsroom import pages, rebuilding
from newsroom.article import Article
from newsroom.drawing import paper as dress
from newsroom.drawing import stylesheet
from newsroom.rows import article_changes, month_rows
from tests.paper import Paper, a_paper
from tests.rebuild_site.test_handler import report

FIRST, LAST = datetime(2016, 11, 1), datetime(2026, 11, 20)  # noqa: DTZ001 - an article's date is local
DAMAGED = 100
WORDS = ("harbour", "ferry", "council", "fog", "net", "tide", "gull", "lamp", "pier", "rope")
COLUMNS = ("checked", "rewritten", "missing", "strange", "written", "calls", "CPU s", "pages/CPU s", "calls/1000")


def article(number: int, of: int) -> Article:
    """One of the generated articles: 400 words, one section of eight, two authors of forty, three tags of sixty."""
    chance = random.Random(number)
    date = (FIRST + (LAST - FIRST) * (number / of)).isoformat(timespec="seconds") + "+00:00"
    slug, address = f"story-{number}", f"/{date[:4]}/{date[5:7]}/story-{number}/"
    words = [
        chance.choice(["harbour", "ferry", "council", "fog", "net", "tide", "gull", "lamp", "pier", "rope"])
        for _ in range(400)
    ]
    body = "".join(f"<p>{' '.join(words[start : start + 80]).capitalize()}.</p>\n" for start in range(0, 400, 80))
    authors = [{"id": f"author-{each}", "name": f"Author {each}"} for each in chance.sample(range(40), 2)]
    tags = [{"slug": f"tag-{each}", "name": f"Tag {each}"} for each in chance.sample(range(60), 3)]
    section = chance.randrange(8)
    return {
        "id": slug, "key": f"articles/{slug}.md", "status": "published", "ever_live": True,
        "headline": f"Story {number}: {' '.join(words[:6])}", "standfirst": " ".join(words[:12]),
        "summary": " ".join(words[:12]), "address": address, "addresses": [address], "lang": None, "noindex": False,
        "body": body, "words": 400, "links": [], "date": date, "updated": None, "publish_at": None,
        "expires_at": None, "news_until": None, "section": {"slug": f"section-{section}", "name": f"Section {section}"},
        "tags": tags, "authors": authors, "source": None, "image": None, "corrections": [], "comments": True,
    }  # type: ignore[typeddict-item]  # fmt: skip


def rows(articles: int) -> Iterator[dict[str, Any]]:
    """The rows of so many articles, as publish_article writes them."""
    for number in range(articles):
        each = article(number, articles)
        for change in article_changes(None, each):
            yield from (write["Put"]["Item"] for write in Table("news").writes(change))
        yield from ({"pk": {"S": key.pk}, "sk": {"S": key.sk}, "doc": {"S": "{}"}} for key in month_rows(each))


def rebuilt(paper: Paper, name: str) -> dict[str, Any]:
    """One night's rebuild; its report, with the objects written and the seconds of CPU it took."""
    paper.now += timedelta(days=1)
    paper.written.clear()
    began = time.process_time()
    paper.rebuild()
    spent = time.process_time() - began
    told = report(paper, f"{paper.now.date()}-nightly")
    told |= {"written": sum(key.startswith("site/") for key in paper.written), "CPU s": round(spent, 1)}
    told |= {"pages/CPU s": round(told["checked"] / spent), "calls/1000": round(1000 * told["calls"] / told["checked"])}
    line(name, [told[column] for column in COLUMNS])
    return told


def line(name: str, values: Iterable[object]) -> None:
    sys.stdout.write(f"{name:<24}" + "".join(f"{value!s:>13}" for value in values) + "\n")


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.rebuild_site.measure")
    options.add_argument("--articles", type=int, default=10_000)
    articles = options.parse_args().articles
    with pytest.MonkeyPatch.context() as patch, a_paper(patch, "memory") as paper:
        paper.store.remember(rows(articles))
        line(f"{articles:,} articles", COLUMNS)
        rebuilt(paper, "nothing stands yet")
        marked = [pages.at_key(key) for key in paper.site()]
        paper.store.remember(
            {"pk": {"S": f"PAGE#{path}"}, "sk": {"S": "PAGE"}, "edition": {"N": "0"}} for path in marked
        )
        rebuilt(paper, "nothing has changed")
        sound = stylesheet._source
        patch.setattr(stylesheet, "_source", lambda name: sound(name).replace("margin", "padding", 1))
        patch.setattr(dress, "_kept", [])
        stylesheet.stylesheet.cache_clear()
        placed_assets().clear()
        rebuilt(paper, "another stylesheet")
        damage(paper)
        told = rebuilt(paper, f"{DAMAGED} of each damaged")
        assert all(told[kind] == DAMAGED for kind in ("rewritten", "missing", "strange")), told
        assert sum(map(len, told["paths"].values())) == 3 * rebuilding.NAMED
        rebuilt(paper, "nothing has changed")


def damage(paper: Paper) -> None:
    """By hand: a hundred pages deleted, a hundred altered, a hundred added that nobody called for."""
    keys = random.Random(0).sample(sorted(key for key in paper.site() if "story" in key), 2 * DAMAGED)
    for number, key in enumerate(keys):
        if number % 2:
            clients.s3().delete_object(Bucket="site", Key=key)
        else:
            clients.s3().put_object(Bucket="site", Key=key, Body=b"<p>Scribbled.</p>", Metadata={"edition": "0"})
    for number in range(DAMAGED):
        clients.s3().put_object(Bucket="site", Key=f"tag/spam-{number}/index.html", Body=b"<p>Buy now.</p>")


if __name__ == "__main__":
    main()
