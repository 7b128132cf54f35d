"""A generated site: the same articles for us and for our peers, on every machine.

The content of article `number` depends only on its number, so a site of ten thousand articles begins with the same
thousand as a smaller one. An article has one section of eight, two authors of forty, three tags of sixty and about
450 words; the texts are chosen from a few hundred, because generating them is not measured.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from adapters.table import Table
from infra import JsonObject
from newsroom import urls
from newsroom.article import Article
from newsroom.invalidation import own_pages
from newsroom.publishing.index_rows import article_writes, entry_of, lists_of, month_rows
from newsroom.rows import encode
from newsroom.table_keys import Key, entries_partition, months_partition, page_key
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.markup.markdown import from_markdown
from newsroom.uploads.style import Style

FIRST, EVERY = datetime(2000, 1, 1, 6, tzinfo=UTC), timedelta(hours=2)
LAST = datetime(2026, 11, 20, 8, tzinfo=UTC)
TEXTS = 400
WORDS = (
    "harbour", "ferry", "council", "fog", "net", "tide", "gull", "lamp", "pier", "rope", "budget", "vote", "school",
    "bridge", "winter", "market", "railway", "nurse", "court", "archive", "bakery", "river", "mayor", "strike",
    "printer", "orchard", "meadow", "library", "tram", "engine", "choir", "glacier",
)  # fmt: skip
VERBS = ("opens", "closes", "rises", "falls", "waits", "returns", "begins", "ends", "grows", "sinks", "counts", "mends")
SMALL = ("the", "a", "of", "in", "for", "on", "with", "at", "by", "and", "but", "after", "before", "under")


@dataclass(frozen=True, slots=True)
class Story:
    """An article in no system's format; `text` is Markdown, `date` in UTC."""

    number: int
    headline: str
    date: datetime
    section: str
    authors: list[str]
    tags: list[str]
    summary: str
    text: str

    @property
    def slug(self) -> str:
        return f"story-{self.number}"


def story(number: int) -> Story:
    """Return one of the generated articles."""
    chance = random.Random(number)
    return Story(
        number,
        f"{_sentence(chance, 7)} {number}",
        FIRST + EVERY * number,
        f"Section {chance.randrange(8)}",
        [f"Author {each}" for each in chance.sample(range(40), 2)],
        [f"Tag {each}" for each in chance.sample(range(60), 3)],
        f"{_sentence(chance, 24)}.",
        _text(number % TEXTS),
    )


def rows(articles: int) -> Iterator[JsonObject]:
    """Yield the rows of that many articles, as publish_article writes them, and of their pages, as marked."""
    keys = set[Key[object]]()
    for number in range(articles):
        article = _article(story(number))
        for change in article_writes(None, article):
            keys.add(change.key)
            yield from (write["Put"]["Item"] for write in Table("news").writes(change))
        for key in month_rows(article):
            if key not in keys:
                keys.add(key)
                yield {"pk": {"S": key.pk}, "sk": {"S": key.sk}, "doc": {"S": "{}"}}
    for path in sorted({*urls.FIXED, *(path for key in keys for path in own_pages(key))}):
        key = page_key(path)
        yield {"pk": {"S": key.pk}, "sk": {"S": key.sk}, "edition": {"N": "1"}, "cause": {"S": ""}}


def listings(articles: int) -> Iterator[JsonObject]:
    """Yield the rows of an archive that a new article needs: the listings of that many articles, evenly over the years,
    in the lists of one article in twenty. Their content is the same, and stored once."""
    article = _article(story(0))
    lists, doc = lists_of(article), {"S": encode(dict(entry_of(article)))}
    months: set[str] = set()
    for number in range(articles):
        sk = f"{(FIRST + (LAST - FIRST) * (number / articles)).isoformat()[:19]}#earlier-{number}"
        for name in lists if number % 20 == 0 else lists[:2]:
            yield {"pk": {"S": entries_partition(name)}, "sk": {"S": sk}, "doc": doc}
        if sk[:7] not in months:
            months.add(sk[:7])
            yield from (
                {"pk": {"S": months_partition(name)}, "sk": {"S": sk[:7]}, "doc": {"S": "{}"}} for name in lists
            )


def _article(of: Story) -> Article:
    """Return a story in the form that publish_article makes."""
    date = of.date.isoformat(timespec="seconds")
    address = f"/{of.date:%Y/%m}/{of.slug}/"
    return {
        "id": of.slug, "key": f"articles/{of.slug}.md", "status": "published", "ever_live": True,
        "headline": of.headline, "standfirst": of.summary, "summary": of.summary, "address": address,
        "addresses": [address], "lang": None, "noindex": False, "body": _html(of.number % TEXTS), "words": 450,
        "links": [], "date": date, "updated": None, "publish_at": None, "expires_at": None, "news_until": None,
        "section": _term(of.section), "tags": [_term(tag) for tag in of.tags],
        "authors": [{"id": _slug(name), "name": name} for name in of.authors], "source": None, "image": None,
        "corrections": [], "comments": True, "biographies": {}, "takedown": None,
    }  # fmt: skip


def _term(name: str) -> Any:
    return {"slug": _slug(name), "name": name}


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


@cache
def _html(which: int) -> str:
    return from_markdown(_text(which), 1, "", Style("https://paper.example"), Diagnostics("articles/story.md")).html


@cache
def _text(which: int) -> str:
    chance = random.Random(f"text {which}")
    paragraphs = [_paragraph(chance) for _ in range(6)]
    paragraphs.insert(2, f"> {_sentence(chance, 25)}.")
    paragraphs.insert(4, f"## {_sentence(chance, 5)}")
    return "\n\n".join(paragraphs) + "\n"


def _paragraph(chance: random.Random) -> str:
    sentences = [_sentence(chance, chance.randint(10, 18)) for _ in range(5)]
    words = sentences[1].split()
    words[3:5] = [f"**{words[3]} {words[4]}**"]
    sentences[1] = " ".join(words)
    words = sentences[3].split()
    words[5:7] = [f"[{words[5]} {words[6]}](https://example.org/{chance.randint(1, 9999)})"]
    sentences[3] = " ".join(words)
    return ". ".join(sentences) + "."


def _sentence(chance: random.Random, words: int) -> str:
    kinds = chance.choices((SMALL, VERBS, WORDS), (35, 15, 50), k=words)
    return " ".join(chance.choice(kind) for kind in kinds).capitalize()
