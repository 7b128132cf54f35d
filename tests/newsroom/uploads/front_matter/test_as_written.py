"""A headline is what its line says, whatever YAML makes of it."""

import pytest

from newsroom.errors import Rejected
from newsroom.site import Site, default_site
from newsroom.uploads.parsed import ParsedArticle
from newsroom.uploads.parser import parse

SITE: Site = {**default_site("https://paper.example"), "typography": False}


def article(fields: str, fence: str = "---") -> ParsedArticle:
    said = parse("articles/harbour.md", f"{fence}\n{fields}\n{fence}\nThe tide came in.\n".encode(), SITE)
    assert isinstance(said, ParsedArticle)
    return said


def problem(fields: str, fence: str = "---") -> str:
    with pytest.raises(Rejected) as rejected:
        article(fields, fence)
    assert len(rejected.value.problems) == 1
    return rejected.value.problems[0]["message"]


@pytest.mark.parametrize(
    "line",
    ["Council picks bid #3 of five", "!important news from the harbour", "!Viva la huelga!", "Budget: what now",
     "Budget: what: now", "[Video] Mayor speaks", "[Video] Mayor [live]", "{Exclusive} Mayor speaks", "@mayor resigns",
     "*stars*", "*breaking* news", "& more", "% of the vote", "100 % #1", "`code`", "- 5 degrees", "? who knows",
     "> 500 hurt", "| and so on", ", and then", "] closed", "It ends with:", "#MeToo: a year on", "!!str 2026",
     '"Yes" says the mayor', '"Yes" and "no"', "'Yes' and 'no'", "It's #1", "Mayor's view: it's over",
     "C:\\harbour\\new", "No", "2026", "1.50", "null and void", "Rock & roll", "A -- B", "é: ü #ß"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["title", "headline", "Title"])
def test_a_plain_headline_is_taken_as_written(name: str, line: str) -> None:
    assert article(f"{name}: {line}").headline == line


@pytest.mark.parametrize(
    ("line", "headline"),
    [
        ('"He said "no""', 'He said "no"'),
        ("'It's over'", "It's over"),
        ("'The workers' strike'", "The workers' strike"),
        ('"C:\\harbour"', "C:\\harbour"),
        ("'Budget: #3'", "Budget: #3"),
        ('"Budget: #3" # a comment', "Budget: #3"),
        ("'It''s over'", "It's over"),
        ("\tTabbed", "Tabbed"),
        ("Harbour #3\n  of five", "Harbour #3 of five"),
        (">\n  Harbour #3:\n  of five", "Harbour #3: of five"),
        ('"Harbour #3\n  of five"', "Harbour #3 of five"),
    ],
)
def test_quotation_marks_around_a_headline_are_not_part_of_it(line: str, headline: str) -> None:
    assert article(f"title: {line}").headline == headline


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ("standfirst: The vote on item #7 was close", "standfirst", "The vote on item #7 was close"),
        ("author: Unit #5", "authors", [{"id": "unit-5", "name": "Unit #5"}]),
        ("authors:\n  - Unit #5\n  - Bo Carr", "authors",
         [{"id": "unit-5", "name": "Unit #5"}, {"id": "bo-carr", "name": "Bo Carr"}]),
        ("source: Wire #2", "source", {"name": "Wire #2", "url": None}),
        ("section: Ward #9", "section", {"slug": "ward-9", "name": "Ward #9"}),
        ("corrections:\n- date: 2026-11-20\n  text: It was: #9", "corrections",
         [{"date": "2026-11-20T00:00:00+00:00", "text": "It was: #9"}]),
    ],
)  # fmt: skip
def test_every_field_that_is_text_is_taken_as_written(fields: str, name: str, value: object) -> None:
    assert getattr(article(f"title: Harbour\n{fields}"), name) == value


@pytest.mark.parametrize(("tags", "names"), [("#harbour #budget", 2), ("[Ward #9, '@ann', !x]", 3),
                                             ("\n- Ward #9\n- \"C#\"", 2), ("# none yet\n- harbour", 1),
                                             ("[a, \"b, c\", It's]", 3)])  # fmt: skip
def test_no_tag_is_lost_to_a_sign(tags: str, names: int) -> None:
    assert len(article(f"title: Harbour\ntags: {tags}").tags) == names


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [("draft: true # remove later", "draft", True), ("draft: false # for now", "draft", False),
     ("date: 2026-11-20 # as planned", "date", "2026-11-20T00:00:00+00:00"), ("# draft: true", "draft", False),
     ("lang: de # was en", "lang", "de"), ("slug: pier # short", "slug", "pier"), ("id: pier #1", "id", "pier"),
     ("noindex: yes # ads", "noindex", True), ("standfirst: # later", "standfirst", "")],
)  # fmt: skip
def test_a_comment_behind_what_is_no_text_is_a_comment(fields: str, name: str, value: object) -> None:
    assert getattr(article(f"title: Harbour\n{fields}"), name) == value


@pytest.mark.parametrize(
    ("fields", "line", "words"),
    [
        ("title: Harbour\ndraft:true", 3, "write  draft: true"),
        ("title:Harbour", 2, "write them as  title: Harbour"),
        ("title: 'Harbour", 2, "the quotation mark that opens here is never closed"),
        ('title: "Harbour\ndraft: true\nstandfirst: x"', 2, "is not closed before the next field"),
        ("title: x\nnotes: {a: b,\ndraft: true}", 3, "is not closed before the next field"),
        ("title: [Video", 2, "the bracket that opens here is not closed"),
        ("title: Harbour\n draft: true", 3, "begins further right than the one above it"),
        ("title: Harbour\nplain words", 3, "write it as  name: value"),
        ("title: Harbour\n- tag", 3, "write it as  name: value"),
        ("title: Harbour\n@type: post", 3, "write it as  name: value"),
        ("title: x\ntags:\n\t- harbour", 4, "write spaces"),
        ("title: *t", 2, "put it in quotes if it is text"),
        ("title: &t Harbour", 2, "put it in quotes if it is text"),
        ("title: x\nmore: [!a [b]]", 3, "put the value in quotes"),
    ],
)
def test_what_cannot_be_read_is_told_by_line_and_with_what_to_write(fields: str, line: int, words: str) -> None:
    message = problem(fields)
    assert message.startswith(f"articles/harbour.md, line {line}: ")
    assert words in message
    assert "YAML:" not in message


@pytest.mark.parametrize(
    ("fields", "line", "words"),
    [
        ("title = Budget: now", 2, 'put the value in quotes:  title = "Budget: now"'),
        ("title: Harbour", 2, 'put the value in quotes:  title = "Harbour"'),
        ("title = 'x'\ntitle = 'y'", 3, "'title' is here a second time; keep one"),
        ("title = 'x' y", 2, "put the value in quotes"),
        ("title = 'x'\nplain words", 3, 'write it as  name = "value"'),
        ("title = 'x'\ntags = ['a', 'b'\nlang = 'en'", 3, "the bracket that opens here is not closed"),
    ],
)
def test_toml_is_told_in_the_same_way(fields: str, line: int, words: str) -> None:
    message = problem(fields, "+++")
    assert message.startswith(f"articles/harbour.md, line {line}: ")
    assert words in message
    assert "TOML:" not in message


def test_settings_are_told_the_line_to_paste() -> None:
    with pytest.raises(Rejected, match="line 1: put the value in quotes:  title: 'The Gull: news'"):
        parse("site.yaml", b"title: The Gull: news\n", SITE)
