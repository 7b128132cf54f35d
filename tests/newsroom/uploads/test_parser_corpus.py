"""Real files, where this checkout has them beside it."""

import re
from pathlib import Path

import pytest

from newsroom.errors import Rejected
from newsroom.site import default_site
from newsroom.uploads.parsed import ParsedArticle
from newsroom.uploads.parser import parse

SHARED = Path(__file__).parents[4] / "shared"
SITE = default_site("https://paper.example")


@pytest.mark.skipif(not (SHARED / "corpus/18f-blog").is_dir(), reason="the corpus is not beside this checkout")
def test_every_post_of_a_real_blog_is_read_or_rejected_for_a_true_reason() -> None:
    ids = set()
    refused = {}
    for post in sorted((SHARED / "corpus/18f-blog").glob("*.md")):
        try:
            said = parse(f"articles/{post.name}", post.read_bytes(), SITE)
        except Rejected as rejected:
            refused[post] = rejected.problems
            continue
        assert isinstance(said, ParsedArticle)
        assert said.date
        assert said.authors
        assert said.words > 10
        assert not re.search(r'<a [^>]*href="[^"]*(?:\{|%7B)|<img [^>]*src="(?!https?://)|<h1|<script', said.body)
        assert all(link.startswith("/") and not re.search(r"[{}?#]", link) for link in said.links)
        ids.add(said.id)
    for post, problems in refused.items():
        assert "\t" in post.read_text().split("\n")[problems[0]["line"] - 1], problems
    assert len(ids) + len(refused) == len(list((SHARED / "corpus/18f-blog").glob("*.md")))
    assert len(refused) <= 1


@pytest.mark.skipif(not (SHARED / "seed").is_dir(), reason="the seed is not beside this checkout")
def test_plain_copy_found_on_a_live_site_has_each_part_in_its_place() -> None:
    for found in (SHARED / "seed").glob("*.txt"):
        said = parse("articles/found.txt", found.read_bytes(), SITE)
        assert isinstance(said, ParsedArticle)
        assert said.body.count("<p>") >= 5
        assert said.standfirst
        assert said.source
        assert said.source["url"] is None
        assert [author["id"] for author in said.authors] == list(said.biographies)
        furniture = r"beyondmsn|Leave a Reply|email address|Original Source"
        assert not re.search(furniture, said.headline + said.standfirst + said.body)
