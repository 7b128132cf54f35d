"""Two people of one spelling have two pages, each with their own articles and biography."""

import re
from itertools import permutations
from typing import Any

import pytest

from adapters.table import Table
from newsroom.rows import RowWrite
from newsroom.table_keys import Key
from publish_article import handler as publish_article
from tests.envelopes import rows
from tests.paper import Paper, a_paper


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Any:
    with a_paper(monkeypatch, "memory") as paper:
        yield paper


def article(title: str, fields: str) -> str:
    return f"---\ntitle: {title}\ndate: 2026-11-20\n{fields}\n---\nThe tide came in.\n"


def about(name: str, text: str) -> str:
    return f"---\nname: {name}\n---\n{text}\n"


def links(paper: Paper, path: str, kind: str) -> dict[str, str]:
    """The names a page links to the pages of, and their slugs."""
    page = paper.page(path) or ""
    return {name: slug for slug, name in re.findall(rf'href="/{kind}/([a-z0-9-]+)/"[^>]*>([^<]+)<', page)}


FILES = {
    "authors/张伟.md": about("张伟", "Has covered the courts since 2009."),
    "authors/章威.md": about("章威", "Writes about football."),
    "articles/courts.md": article("Courts", "author: 张伟"),
    "articles/football.md": article("Football", "author: 章威"),
}


@pytest.mark.parametrize("order", list(permutations(FILES))[::3], ids=" ".join)
def test_each_biography_stands_under_its_own_authors_articles(memory: Paper, order: tuple[str, ...]) -> None:
    for key in order:
        memory.upload(key, FILES[key])
        assert memory.receipt(key)["status"] == "published", memory.receipt(key)

    courts, football = memory.page("/2026/11/courts/") or "", memory.page("/2026/11/football/") or ""
    assert "since 2009" in courts
    assert "about football" not in courts
    assert "about football" in football
    assert "since 2009" not in football
    pages = links(memory, "/2026/11/courts/", "author")["张伟"], links(memory, "/2026/11/football/", "author")["章威"]
    assert len(set(pages)) == 2
    memory.rebuild()
    before = memory.site().keys()
    for key in order:
        memory.upload(key, FILES[key])
    memory.rebuild()
    assert memory.site().keys() == before, "a second look moves nobody"


def test_whoever_comes_second_is_told_whose_address_it_would_have_been(memory: Paper) -> None:
    memory.upload("articles/courts.md", article("Courts", "author: 张伟"))
    memory.upload("articles/football.md", article("Football", "author: 章威"))
    [warning] = memory.receipt("articles/football.md")["warnings"]
    assert warning["field"] == "authors"
    assert warning["line"] == 4
    assert "'章威' shares the address of '张伟'" in warning["message"]
    assert "/author/zhangwei-" in warning["message"]
    assert memory.receipt("articles/courts.md")["warnings"] == []


@pytest.mark.parametrize("first", ["authors/zhangwei.md", "articles/courts.md"])
def test_a_file_named_in_latin_letters_speaks_for_the_name_in_it(memory: Paper, first: str) -> None:
    files = {
        "authors/zhangwei.md": about("张伟", "Since 2009."),
        "articles/courts.md": article("Courts", "author: 张伟"),
    }
    for key in sorted(files, key=lambda key: key != first):
        memory.upload(key, files[key])
    memory.upload("articles/football.md", article("Football", "author: 章威"))
    assert links(memory, "/2026/11/courts/", "author")["张伟"] == "zhangwei"
    assert "Since 2009." in (memory.page("/2026/11/courts/") or "")
    assert links(memory, "/2026/11/football/", "author")["章威"].startswith("zhangwei-")


def test_a_japanese_author_is_spelled_as_their_file_is_called(memory: Paper) -> None:
    memory.upload("site.yaml", "language: ja\n")
    memory.upload("authors/tanaka.md", about("田中", "Since 2009."))
    memory.upload("articles/port.md", article("港の予算", "author: 田中"))
    assert links(memory, "/2026/11/port/", "author") == {"田中": "tanaka"}


def test_all_tags_of_an_article_are_shown(memory: Paper) -> None:
    memory.upload("articles/code.md", article("Code", 'tags: [C++, "C#", C, 历史, 理事]'))
    found = links(memory, "/2026/11/code/", "tag")
    assert [found[name] for name in ("C++", "C#", "C", "历史")] == ["c-plus-plus", "c-sharp", "c", "lishi"]
    assert found["理事"].startswith("lishi-")
    for name, slug in found.items():
        assert f">{name}<" in (memory.page(f"/tag/{slug}/") or "")


def test_two_sections_spelled_alike_are_two(memory: Paper) -> None:
    memory.upload("articles/a.md", article("A", "section: 历史"))
    memory.upload("articles/b.md", article("B", "section: 理事"))
    memory.upload("articles/c.md", article("C", "section: C++"))
    memory.upload("articles/d.md", article("D", 'section: "C#"'))
    assert "/2026/11/a/" in (memory.page("/section/lishi/") or "")
    assert "/2026/11/b/" not in (memory.page("/section/lishi/") or "")
    assert "/2026/11/c/" in (memory.page("/section/c-plus-plus/") or "")
    assert "/2026/11/d/" in (memory.page("/section/c-sharp/") or "")


def test_a_claim_lost_meanwhile_starts_the_look_over(memory: Paper) -> None:
    memory.put("articles/courts.md", article("Courts", "author: 张伟"))
    name = Key("NAME#author/zhangwei", "NAME")

    def claim() -> None:
        row = {"slug": "zhangwei", "holder": "章威", "name": "章威"}
        assert Table("news").transact([RowWrite(name, row, expected_rev=0)])

    lost = memory.aws.before("TransactWriteItems", claim, of=name.pk).asked
    memory.look_at("articles/courts.md")
    memory.settle()
    assert lost
    assert links(memory, "/2026/11/courts/", "author")["张伟"].startswith("zhangwei-")


def test_known_names_cost_no_call(memory: Paper) -> None:
    fields = "author: 张伟\ntags: [历史, C++]"
    memory.upload("articles/a.md", article("A", fields))
    spent = []
    for name, more in (("b", fields), ("c", "")):
        memory.put(f"articles/{name}.md", article(name, more))
        memory.calls.clear()
        publish_article.publisher().publish(f"articles/{name}.md")
        spent.append({call: memory.calls[call] for call in memory.calls if "BatchWrite" not in call})
    assert spent[0] == spent[1], "with names and without"
    assert spent[0]["dynamodb.TransactWriteItems"] == 1


def test_a_full_article_can_be_published_with_names_that_nobody_knew(memory: Paper) -> None:
    authors = ", ".join(f"张伟{n}" for n in range(10))
    tags = ", ".join(f"历史{n}" for n in range(20))
    aliases = ", ".join(f"/old/{n}/" for n in range(20))
    memory.upload("articles/a.md", article("A", f"authors: [{authors}]\ntags: [{tags}]\naliases: [{aliases}]"))
    assert memory.receipt("articles/a.md")["status"] == "published"


def test_an_article_rejected_claims_no_name(memory: Paper) -> None:
    memory.upload("articles/a.md", article("A", "slug: x"))
    memory.upload("articles/b.md", article("B", "slug: x\nauthor: 张伟"))
    assert memory.receipt("articles/b.md")["status"] == "rejected"
    assert not [key for key in rows() if key.pk.startswith("NAME#author")]


def test_plain_copy_names_its_authors_as_front_matter_does(memory: Paper) -> None:
    copy = "Port opens\n\nA day by the sea\n\nBy Ann Bell, Staff Writer, and Bo Carr\n\nThe port opened.\n"
    memory.upload("articles/port.txt", copy)
    assert links(memory, "/2026/11/port/", "author") == {"Ann Bell": "ann-bell", "Bo Carr": "bo-carr"}


@pytest.mark.parametrize("folder", ["articles", "authors", "pages"])
def test_two_files_whose_names_look_the_same_are_told_apart(memory: Paper, folder: str) -> None:
    composed, apart = f"{folder}/\u00e9lan.md", f"{folder}/e\u0301lan.md"
    memory.upload(composed, article("A", "role: x"))
    memory.upload(apart, article("B", "role: x"))
    [problem] = memory.receipt(apart)["problems"]
    assert (
        f"{composed} (which looks the same, but is written with letters and accents in one, Unicode NFC)"
        in problem["message"]
    )
    other = f"{folder}/pier.md"
    memory.upload(other, article("C", "id: elan"))
    [problem] = memory.receipt(other)["problems"]
    assert "looks the same" not in problem["message"]


def test_a_bundle_beside_a_file_of_its_name_is_rejected_naming_the_first(memory: Paper) -> None:
    memory.upload("articles/pier.md", article("A", ""))
    memory.upload("articles/pier/index.md", article("B", ""))
    [problem] = memory.receipt("articles/pier/index.md")["problems"]
    assert "articles/pier.md" in problem["message"]


def test_two_languages_of_a_bundle_are_both_published(memory: Paper) -> None:
    for lang in ("de", "en"):
        memory.upload(f"articles/pier/index.{lang}.md", article(lang, ""))
    assert memory.receipt("articles/pier/index.en.md")["url"].endswith("/2026/11/pier/")
    assert memory.receipt("articles/pier/index.de.md")["url"].endswith("/2026/11/pier-de/")
    assert '<html lang="de"' in (memory.page("/2026/11/pier-de/") or "") or 'lang="de"' in (
        memory.page("/2026/11/pier-de/") or ""
    )


def test_the_address_a_text_had_elsewhere_leads_to_it(memory: Paper) -> None:
    memory.upload("articles/pier.md", article("A", "permalink: /2015/old-pier.html"))
    assert memory.leads_to("/2015/old-pier.html") == "/2026/11/old-pier/"
