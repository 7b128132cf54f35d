"""Readers who sign as somebody who writes for the paper wait for an editor."""

import pytest

from adapters.table import Table
from newsroom.lookalikes import MOST
from newsroom.table_keys import SITE_KEY, comment_key
from tests.paper import Paper

OPEN = "title: The Lantern\nlanguage: {}\ncomments: {{moderation: none, seconds_between: 0}}\n"
TEXT = "---\ntitle: {}\ndate: 2026-11-20\n{}\n---\nThe sea came in.\n"
OURS = "is signed with a name of the paper’s own"


@pytest.fixture
def open_paper(quick_paper: Paper) -> Paper:
    """A paper with an article of nobody's that publishes what its readers say at once."""
    quick_paper.upload("site.yaml", OPEN.format("en"))
    quick_paper.upload("articles/korea.md", TEXT.format("Korea", ""))
    return quick_paper


def status(paper: Paper, author: str) -> tuple[str, str]:
    id = paper.comment("korea", f"I am {author}.", author, email="w@reader.example")
    row = Table("news").get(comment_key(id))
    assert row
    return row.doc["status"], row.doc["reason"]


def is_held_as_ours(paper: Paper, author: str) -> bool:
    found = status(paper, author)
    return found[0] == "held" and (found[1] == OURS or "letters, which can look the same" in found[1])


FILES: list[tuple[dict[str, str], list[str]]] = [
    ({"articles/a.md": "author: Ada Brook"}, ["Ada Brook", "ADA BROOK", "Dr Ada Brook", "Аda Brook", "Ada\u200bBrook"]),
    ({"articles/a.md": "authors: [Bo Carr, Ada Brook]"}, ["Bo Carr", "ada brook"]),
    ({"articles/a.md": "authors: [{name: Ada Brook, id: abk}]"}, ["Ada Brook"]),
    ({"authors/abk.md": "name: Ada Brook"}, ["Ada Brook", "A\u0301da Brook"]),
    ({"authors/Ada Brook.md": "role: Editor"}, ["Ada Brook"]),
    ({"authors/abk.md": "name: Ada Brook-Lind", "articles/a.md": "author: Ada Brook"}, ["Ada Brook", "Ada Brook Lind"]),
    ({"articles/a.md": "author: Ján Novák", "articles/b.md": "author: Jan Novak"}, ["Ján Novák", "Jan Novak"]),
    ({"articles/a.md": "author: 张伟", "articles/b.md": "author: 章威"}, ["张伟", "章威", "章 威", "章威 记者"]),
    ({"articles/a.md": "author: 小林\nlang: ja"}, ["小林", "小林さん", "小林\U000e0100"]),
    ({"articles/a.md": "author: J. K. O’Rowe"}, ["JK O'Rowe", "J K ORowe", "j.k. o'rowe"]),
    ({"articles/a.md": "author: Анна Белл"}, ["Анна Белл", "АННА БЕЛЛ", "Анна  Бeлл"]),
    ({"articles/a.md": f"author: {'Ada Brook ' * 9}Last"}, ["Ada Brook " * 9 + "LAST"]),
]


@pytest.mark.parametrize(("files", "readers"), FILES, ids=lambda each: ascii(each)[:40])
def test_a_reader_who_signs_as_an_author_is_held(open_paper: Paper, files: dict[str, str], readers: list[str]) -> None:
    for key, fields in files.items():
        text = f"---\n{fields}\n---\nKnows the sea.\n" if key.startswith("authors/") else TEXT.format(key, fields)
        open_paper.upload(key, text)
        assert open_paper.receipt(key)["status"] == "published", open_paper.receipt(key)

    for reader in readers:
        assert is_held_as_ours(open_paper, reader), reader
    for other in ("Wim", "Ada Lin", "Brook", "张威", "Jan"):
        assert status(open_paper, other) == ("approved", ""), other


def test_a_name_stays_the_authors_when_the_article_changes_and_goes(open_paper: Paper) -> None:
    open_paper.upload("articles/a.md", TEXT.format("A", "author: Ada Brook"))
    open_paper.upload("articles/a.md", TEXT.format("A", "author: Bo Carr"))
    open_paper.delete("articles/a.md")

    assert is_held_as_ours(open_paper, "ada brook")
    assert is_held_as_ours(open_paper, "bo carr")


@pytest.mark.parametrize("name", ["The Lantern", "THE LANTERN", "The Lantern Staff", "Тhе Lаntеrn", "TheLantern"])
def test_a_reader_who_signs_as_the_paper_is_held(open_paper: Paper, name: str) -> None:
    assert is_held_as_ours(open_paper, name)


def test_a_comment_that_is_signed_anew_is_held_then(open_paper: Paper) -> None:
    open_paper.upload("articles/a.md", TEXT.format("A", "author: Jan Novak"))
    open_paper.upload("articles/b.md", TEXT.format("B", "author: Ján Novák"))
    receipt = open_paper.post("korea", {"author": "Wim", "email": "w@reader.example", "comment": "One."})["headers"]
    open_paper.settle()
    open_paper.ask(receipt["location"], {"action": "edit", "author": "Jan  NOVÁK", "comment": "One."})
    row = Table("news").get(comment_key(receipt["location"].rpartition("/")[2].partition(".")[0]))

    assert row
    assert (row.doc["status"], row.doc["reason"]) == ("held", OURS)


@pytest.mark.parametrize("name", ["a b " * 60, "Ünd " * 60, "И" * 120, "a|" * 120, "aB" * 120])
def test_a_name_of_any_length_is_looked_up_as_so_many_at_most(open_paper: Paper, name: str) -> None:
    reads = open_paper.aws.watch("BatchGetItem", of=SITE_KEY.pk)
    open_paper.comment("korea", "One.", name[:240], email="w@reader.example")

    asked = [len(read["RequestItems"]["news"]["Keys"]) for read in reads.asked]
    assert 5 < max(asked) <= MOST + 5
