"""Held back means held back: no upload that says "not public" in any system's words is ever published."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.errors import Rejected
from newsroom.publishing import article_states
from newsroom.site import Site, default_site
from newsroom.uploads.front_matter import publication, visibility
from newsroom.uploads.parsed import ParsedArticle, ParsedPage
from newsroom.uploads.parser import parse

SITE: Site = {**default_site("https://paper.example"), "timezone": "Europe/Berlin"}
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEYS = ("articles/plans.md", "articles/plans.markdown", "articles/plans.html", "articles/plans.txt", "pages/plans.md")
FUTURE, PAST = "2099-12-24T06:00:00+01:00", "2015-03-01"

Mark = tuple[str, str]
"""A field and its value."""


def fate(text: str, key: str = "articles/plans.md") -> str:
    """What becomes of an upload: its status, or `rejected`."""
    try:
        said = parse(key, text.encode(), SITE)
    except Rejected:
        return "rejected"
    if isinstance(said, ParsedPage):
        return article_states.edit_page(said, None, NOW)["status"]
    assert isinstance(said, ParsedArticle)
    return article_states.edit_article(said, None, NOW, NOW, SITE)["status"]


def yaml(*fields: Mark) -> str:
    return "---\n" + "".join(f"{name}: {value}\n" for name, value in fields) + "---\nThe tide came in.\n"


def alone(name: str, value: str) -> str:
    """The status of an article with one field beside its title."""
    return fate(yaml(("title", "Plans"), (name, value)))


def modified(name: str) -> str:
    said = parse("articles/plans.md", yaml(("title", "Plans"), (name, PAST)).encode(), SITE)
    assert isinstance(said, ParsedArticle)
    return str(said.updated)[:10]


RIGHT: dict[str, tuple[str, Callable[[str], str]]] = {
    "HELD_IF_TRUE": ("draft", lambda entry: alone(entry, "true")),
    "HELD_IF_FALSE": ("draft", lambda entry: alone(entry, "false")),
    "HELD_BY_WORD": ("draft", lambda entry: alone(entry, "in review")),
    "HELD_WORDS": ("draft", lambda entry: alone("status", entry)),
    "PUBLIC_WORDS": ("published", lambda entry: alone("status", entry)),
    "HELD_IF_FILLED": ("draft", lambda entry: alone(entry, "open sesame")),
    "HELD_FOLDERS": ("draft", lambda entry: fate(yaml(("title", "Plans")), f"articles/harbour/{entry}/plans.md")),
    "PUBLISHED": ("scheduled", lambda entry: alone(entry, FUTURE)),
    "CREATED": ("scheduled", lambda entry: alone(entry, FUTURE)),
    "MODIFIED": (PAST, modified),
    "EXPIRES": ("withdrawn", lambda entry: alone(entry, PAST)),
    "UPLOAD_TIME": ("published", lambda entry: alone("date", entry)),
    "NEVER": ("published", lambda entry: alone("expires", entry)),
    "LOOSE": ("published", lambda entry: alone(entry, "Ohio")),
    "HARMLESS": ("published", lambda entry: alone(entry, "The Gull")),
}
"""The tables, and what each entry of them makes of an article that has nothing else to say."""

ENTRIES = [(table, entry) for table in RIGHT for entry in getattr(visibility, table)]


@pytest.mark.parametrize(("table", "entry"), ENTRIES)
def test_every_entry_of_the_tables_does_its_work_and_no_other_does_it(
    table: str, entry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, outcome = RIGHT[table]
    assert outcome(entry) == right
    without = tuple(other for other in getattr(visibility, table) if other != entry)
    monkeypatch.setattr(visibility, table, without)
    monkeypatch.setattr(publication, table, without, raising=False)
    try:
        mutant = outcome(entry)
    except Rejected:
        mutant = "rejected"
    assert mutant != right


@pytest.mark.parametrize(("name", "words"), visibility.HELD_BUILDS.items())
@pytest.mark.parametrize("field", ["build", "_build"])
def test_what_hugo_does_not_build_is_a_draft(field: str, name: str, words: tuple[str, ...]) -> None:
    for word in words:
        assert alone(field, f"{{{name}: {word}}}") == "draft"
    assert alone(field, f"{{{name}: always}}") == "published"


MARKS: list[Mark] = [
    *((name, value) for name in visibility.HELD_IF_TRUE for value in ("true", "yes", "on", "1")),
    *((name, value) for name in visibility.HELD_IF_FALSE for value in ("false", "no", "off", "0")),
    *((name, word) for name in visibility.HELD_BY_WORD for word in visibility.HELD_WORDS),
    *((name, "open sesame") for name in visibility.HELD_IF_FILLED),
    *((name, value) for name in visibility.PUBLISHED for value in (FUTURE, "Thu, 24 Dec 2099 06:00:00 +0100")),
    *((name, "December 24, 2099 6:00 AM") for name in visibility.PUBLISHED),
    *((name, "2099/12/24 06:00:00") for name in visibility.CREATED),
    *((name, PAST) for name in visibility.EXPIRES),
]
PUBLIC: list[Mark] = [
    ("date", "2026-11-20"), ("published", "true"), ("publish", "true"), ("draft", "false"), ("status", "published"),
    ("visibility", "public"), ("tags", "harbour"), ("updated", "2026-11-21"), ("section", "News"),
]  # fmt: skip


def respelled(name: str, style: int) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[:_ -]", " ", name).split()
    return ("_".join(words), "-".join(words), " ".join(words).title(), "".join(words).upper(), "".join(words))[style]


@st.composite
def uploads(draw: st.DrawFn) -> tuple[str, str]:
    """An upload that says in one way that it is not public, beside much that says it is."""
    name, value = draw(st.sampled_from(MARKS))
    name = respelled(name, draw(st.integers(0, 4)))
    if not value[0].isdigit() and "," not in value:
        value = draw(st.sampled_from([value, value.upper(), value.title()]))
    same = re.sub(r"[\W_]", "", name).lower()
    others = draw(st.lists(st.sampled_from(PUBLIC), unique=True, max_size=5))
    fields = [("title", "Plans"), (name, value), *(pair for pair in others if pair[0] != same)]
    fields = draw(st.permutations(fields))
    key = draw(st.sampled_from(KEYS))
    body = "The plans.\n\nThey are for later.\n\nMuch later.\n"
    match draw(st.sampled_from(["yaml", "yaml", "toml", "json", "lines", "comment"])):
        case "yaml":
            quote = draw(st.sampled_from(["", "'", '"']))
            comment = draw(st.sampled_from(["", " # until the vote"]))
            written = [f"{n}: {quote}{v}{quote}{comment}" for n, v in fields]
            above = draw(st.sampled_from(["", "\n\n", "\ufeff", "\u200b", "<!-- desk -->\n", "<!doctype html>\n"]))
            text = above + "\n".join(["---", *written, draw(st.sampled_from(["---", "---  ", "..."])), body])
        case "toml":
            bare = {"true", "false"}
            written = [f'"{n}" = {v if v in bare else json.dumps(v)}' for n, v in fields]
            text = "\n".join(["+++", *written, "+++", body])
        case "json":
            text = json.dumps(dict(fields), indent=draw(st.sampled_from([None, 2]))) + "\n" + body
        case "comment":
            text = "<!--\n" + "\n".join(f"{n}: {v}" for n, v in fields) + "\n-->\n" + body
        case _:
            text = "\n".join([*(f"{n}: {v}" for n, v in fields), "", body])
    return key, draw(st.sampled_from([text, text.replace("\n", "\r\n")]))


@given(uploads())
@settings(max_examples=600, deadline=None)
def test_no_upload_that_says_in_any_way_that_it_is_not_public_is_ever_published(upload: tuple[str, str]) -> None:
    key, text = upload
    assert fate(text, key) != "published"


@pytest.mark.parametrize("field", ["draft: false", "published: true", "publish: true", "status: published",
                                   "status: publish", "visibility: public", "status: live", "status: Done",
                                   "published: 2026-11-20", "post_status: publish", "hidden: false",
                                   "password: ''", "private: no", "draft:", "expires: never"])  # fmt: skip
def test_what_says_that_it_is_public_is_published(field: str) -> None:
    assert fate(f"---\ntitle: Plans\n{field}\n---\nThe tide came in.\n") == "published"


@pytest.mark.parametrize(
    "field",
    ["status: maybe", "drafty: true", "draft: maybe", "publish_at: soon", "visibility: friends", "published: soon",
     "is_it_draft: yes", "embargo: next week", "release: later", "layout: draft", "hide_until_release: 1",
     "draft: [maybe]", "status: {a: b}", "expires: in a week", "date: 03/04/2026"],
)  # fmt: skip
def test_what_looks_like_a_mark_and_is_not_understood_is_rejected_with_what_to_write(field: str) -> None:
    with pytest.raises(Rejected) as rejected:
        parse("articles/plans.md", f"---\ntitle: Plans\n{field}\n---\nThe tide came in.\n".encode(), SITE)
    [problem] = rejected.value.problems
    assert problem["line"] == 3
    assert re.search(r"\bwrite\b", problem["message"])


@pytest.mark.parametrize(
    "field",
    ["publisher: The Gull", "publication: The Gull", "status_code: 200", "state: Ohio", "stage: third", "layout: post",
     "access: by boat", "progress: slow", "comment_status: open", "live: https://live.example/", "weather: hidden sun",
     "archived: https://archive.example/1", "title_draft_by: "],
)  # fmt: skip
def test_ordinary_fields_reject_nothing(field: str) -> None:
    assert fate(f"---\ntitle: Plans\n{field}\n---\nThe tide came in.\n") == "published"


@pytest.mark.parametrize("title", ["Draft", "Private", "Unpublished letters"])
def test_a_headline_may_be_a_word_of_the_tables(title: str) -> None:
    assert fate(yaml(("title", title), ("section", "Draft"), ("tags", "draft"))) == "published"


def test_a_live_article_saved_as_not_public_goes_off() -> None:
    live = parse("articles/plans.md", yaml(("title", "Plans"), ("date", "2026-11-20")).encode(), SITE)
    held = parse(
        "articles/plans.md", yaml(("title", "Plans"), ("date", "2026-11-20"), ("published", "false")).encode(), SITE
    )
    assert isinstance(live, ParsedArticle)
    assert isinstance(held, ParsedArticle)
    before = article_states.edit_article(live, None, NOW, NOW, SITE)
    assert before["status"] == "published"
    assert article_states.edit_article(held, before, NOW, NOW, SITE)["status"] == "draft"


def test_the_receipt_says_what_holds_an_article_back() -> None:
    said = parse("articles/plans.md", yaml(("title", "Plans"), ("post_status", "private")).encode(), SITE)
    [warning] = said.warnings
    assert warning["message"].startswith("articles/plans.md, line 3: 'post_status' is 'private', so this is held back")
    said = parse("articles/plans.md", yaml(("title", "Plans"), ("password", "sesame")).encode(), SITE)
    assert "sesame" not in str(said.warnings)


def test_what_holds_back_in_the_parameters_of_hugo_is_believed() -> None:
    assert fate("---\ntitle: Plans\nparams:\n  draft: true\n---\nText.") == "draft"
    assert fate("+++\ntitle = 'Plans'\n[extra]\nembargo = 2099-01-01\n+++\nText.") == "scheduled"


@pytest.mark.parametrize("key", ["articles/.hidden.md", "articles/.trash/plans.md", "articles/.#plans.md",
                                 "articles/._plans.md", "pages/.obsidian/plans.md", "authors/.ann.md"])  # fmt: skip
def test_a_hidden_file_is_not_published_and_is_told_so(key: str) -> None:
    with pytest.raises(Rejected, match="begins with a dot") as rejected:
        parse(key, b"# Plans\n\nText.", SITE)
    assert "give it another name" in str(rejected.value)


@pytest.mark.parametrize("key", ["articles/README.md", "articles/harbour/readme.txt", "articles/_index.md",
                                 "articles/a/_index.en.md", "pages/README.md", "articles/ReadMe.html"])  # fmt: skip
def test_a_file_that_describes_its_folder_is_not_published(key: str) -> None:
    with pytest.raises(Rejected, match="give it another name"):
        parse(key, b"# Plans\n\nText.", SITE)


@pytest.mark.parametrize("key", ["articles/_drafts/plans.md", "articles/2026/_drafts/plans.html",
                                 "articles/_Drafts/a/plans.txt", "articles/drafts/plans.md", "articles/_plans.md",
                                 "pages/_drafts/plans.md"])  # fmt: skip
def test_a_folder_of_drafts_holds_back_what_lies_in_it(key: str) -> None:
    assert fate(yaml(("title", "Plans"), ("date", "2026-11-20"), ("published", "true")), key) == "draft"
    assert fate(yaml(("title", "Plans")), "articles/_posts/plans.md") == "published"


def test_an_authors_file_cannot_be_held_back() -> None:
    with pytest.raises(Rejected, match="cannot be held back"):
        parse("authors/ann.md", b"---\nname: Ann\ndraft: true\n---\nAnn.", SITE)


README = (Path(__file__).parents[4] / "README.md").read_text()


@pytest.mark.parametrize("table", [name for name in RIGHT if name not in {"LOOSE", "HARMLESS"}])
def test_the_readme_lists_every_entry(table: str) -> None:
    prose = re.sub(r"^```.*?^```", "", README, flags=re.DOTALL | re.MULTILINE)
    listed = set(re.findall(r"`([^`\n]+)`", prose))
    assert set(getattr(visibility, table)) <= listed


@pytest.mark.parametrize("field", ["id", "slug", "title", "standfirst", "section", "tags", "author", "source", "image_alt",
                                   "image_caption", "image_credit"])  # fmt: skip
def test_a_field_of_ours_may_say_draft_and_mean_something_else(field: str) -> None:
    written = [("title", "Plans"), ("date", "2026-11-20")] if field != "title" else [("date", "2026-11-20")]
    assert fate(yaml(*written, (field, "draft"))) == "published"
