"""site.yaml is checked before it rules the paper."""

import pytest

from newsroom.errors import Rejected
from newsroom.site import default_site, site_of
from newsroom.uploads.parsed import ParsedSite
from newsroom.uploads.parser import parse

DEFAULTS = default_site("https://paper.example")


def settled(text: str) -> ParsedSite:
    manuscript = parse("site.yaml", text.encode(), DEFAULTS)
    assert isinstance(manuscript, ParsedSite)
    return manuscript


def test_a_site_yaml_that_says_little_leaves_the_defaults() -> None:
    site = settled("tagline: Twice a tide\ntitle:\n").site
    assert site_of(site, "https://paper.example") == {**DEFAULTS, "tagline": "Twice a tide"}


def test_every_setting_is_understood() -> None:
    said = settled(
        "title: The Gull\nbase_url: https://gull.example/\nlanguage: en-GB\ntimezone: Europe/Lisbon\n"
        "permalink: /{section}/{slug}\npublisher: {name: Gull Press, logo: https://gull.example/l.png}\n"
        "navigation:\n- {title: About, url: /about/}\n- {label: Sea, url: /section/sea/}\n- Contact: /contact/\n"
        "social: {Square: https://square.example/@gull}\naccent: '#FAB'\ncontact: desk@gull.example\n"
        "robots: |\n  User-agent: Greedy\n  Disallow: /\n"
        "comments: {moderation: none, seconds_between: 5, close_after_days: 30, hold_words: 'a, b', per_page: 10, "
        "depth: 2, notify: desk@gull.example}\n"
    )
    site = said.site
    assert (site["base_url"], site["permalink"]) == ("https://gull.example", "/{section}/{slug}/")
    assert site["navigation"] == [
        {"title": "About", "url": "/about/"},
        {"title": "Sea", "url": "/section/sea/"},
        {"title": "Contact", "url": "/contact/"},
    ]
    assert site["social"] == [{"title": "Square", "url": "https://square.example/@gull"}]
    assert (site["accent"], site["robots"]) == ("#ffaabb", ["User-agent: Greedy", "Disallow: /"])
    assert site["comments"]["moderation"] == "none"
    assert (site["comments"]["hold_words"], site["comments"]["links_to_hold"]) == (["a", "b"], 2)
    assert said.warnings == []
    assert said.lines["timezone"] == 4


@pytest.mark.parametrize(
    ("text", "line", "field", "words"),
    [
        ("title: x\ntimezone: Mars/Olympus", 2, "timezone", "'timezone' is 'Mars/Olympus'; write it as Europe/Lisbon"),
        ("timezone: Europe", 1, "timezone", "write it as"),
        ("timezone: ../../etc/passwd", 1, "timezone", "write it as"),
        ("accent: blue", 1, "accent", "write a colour"),
        ("typography: curly", 1, "typography", "'typography' is 'curly'; write true or false"),
        ("language: English please", 1, "language", "language tag"),
        ("base_url: paper.example", 1, "base_url", "https://"),
        ("permalink: /{yyyy}/{mm}/", 1, "permalink", "{slug}"),
        ("permalink: /{slug}/{author}/", 1, "permalink", "{slug}"),
        ("permalink: /{slug/", 1, "permalink", "{slug}"),
        ("comments:\n  moderation: all\n  per_page: many", 3, "comments.per_page",
         "'comments.per_page' is 'many'; write a number from 1 to 200"),
        ("comments: {moderation: some}", 1, "comments.moderation", "write all or none"),
        ("comments: closed", 1, "comments", "write {moderation: all"),
        ("navigation:\n- title: Odd\n  url: javascript:alert(1)", 3, "navigation.url", "write a list of"),
        ("navigation: About", 1, "navigation", "write a list of"),
        ("publisher: {logo: logo.png}", 1, "publisher.logo", "https://"),
        ("title: x\ntitle: y", 2, None, "a second time"),
        ("title: [x", 1, None, "is not closed"),
        ("title: [x]", 1, "title", "is a list"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_rejected_with_its_line(text: str, line: int, field: str | None, words: str) -> None:
    with pytest.raises(Rejected) as rejected:
        settled(text)
    problem = rejected.value.problems[0]
    assert words in problem["message"]
    assert (problem["line"], problem.get("field")) == (line, field)


def test_unknown_settings_are_listed_with_their_line() -> None:
    said = settled("title: x\nmood: fair\ncomments:\n  colour: red\n")
    assert [warning["message"] for warning in said.warnings] == [
        "site.yaml, line 2: not used here: 'mood', 'comments.colour'"
    ]


@pytest.mark.parametrize(
    ("text", "typography"), [("title: x", True), ("typography: true", True), ("typography: no", False)]
)
def test_typography_is_on_unless_the_paper_says_otherwise(text: str, typography: bool) -> None:
    assert settled(text).site["typography"] is typography
