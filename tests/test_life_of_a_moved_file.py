"""A file that is moved or renamed: its article goes on, whichever of the two events is heard of first."""

from collections.abc import Callable, Iterator
from itertools import permutations

import feedparser
import pytest

from adapters import clients
from newsroom.rows import encode
from newsroom.table_keys import successors_partition
from tests.envelopes import rows
from tests.paper import SITE_URL, Paper, a_paper

OLD, NEW = "articles/news/pier-opens.md", "articles/2026/pier-opens.md"
RENAMED = "articles/news/new-pier.md"
PIER = "---\ntitle: The pier opens\ndate: 2026-11-20\n---\nWalk on it.\n"
FIRST_WITHOUT = {"fingerprint", "predecessor", "waits_for", "read_with"}
ADDRESS, OTHER_ADDRESS = "/2026/11/pier-opens/", "/2026/11/new-pier/"

Move = Callable[[Paper, str, str, str], None]


@pytest.fixture
def paper(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Paper]:
    with a_paper(monkeypatch, getattr(request, "param", "memory")) as fresh:
        yield fresh


def remove(key: str) -> None:
    clients.s3().delete_object(Bucket="upload", Key=key)


def copies_first(paper: Paper, old: str, new: str, text: str) -> None:
    paper.upload(new, text)
    paper.delete(old)


def deletes_first(paper: Paper, old: str, new: str, text: str) -> None:
    paper.delete(old)
    paper.upload(new, text)


def is_heard_of_late(paper: Paper, old: str, new: str, text: str) -> None:
    """Both is done before anybody looks, and the new file is looked at first."""
    paper.put(new, text)
    remove(old)
    paper.look_at(new, old)
    paper.settle()


def is_heard_of_late_in_turn(paper: Paper, old: str, new: str, text: str) -> None:
    paper.put(new, text)
    remove(old)
    paper.look_at(old, new)
    paper.settle()


in_every_order = pytest.mark.parametrize(
    "move", [copies_first, deletes_first, is_heard_of_late, is_heard_of_late_in_turn]
)


def guids(paper: Paper) -> list[str]:
    return [entry.id for entry in feedparser.parse(paper.page("/feed.xml") or "").entries]


def first_message(paper: Paper, key: str, kind: str = "problems") -> str:
    return str(paper.receipt(key)[kind][0]["message"])


@pytest.mark.parametrize("paper", ["memory", "moto"], indirect=True)
@in_every_order
def test_an_article_whose_file_moves_to_another_folder_stays_where_it_is(paper: Paper, move: Move) -> None:
    paper.upload(OLD, PIER)
    comment = paper.comment("news-pier-opens", "I was there.")
    paper.moderate("approve", comment)
    before = guids(paper)

    move(paper, OLD, NEW, PIER)

    assert paper.receipt(NEW)["status"] == "published"
    assert paper.receipt(NEW)["url"] == SITE_URL + ADDRESS
    assert paper.receipt(NEW)["id"] == "news-pier-opens"
    assert "I was there." in (paper.page(ADDRESS) or "")
    assert guids(paper) == before
    assert paper.receipt(OLD)["status"] == "withdrawn"
    assert first_message(paper, OLD, "warnings").endswith("'news-pier-opens' goes on in another file")


@in_every_order
def test_an_article_whose_file_is_renamed_moves_to_its_new_address_with_all_it_has(paper: Paper, move: Move) -> None:
    paper.upload(OLD, PIER)
    paper.moderate("approve", paper.comment("news-pier-opens", "I was there."))
    before = guids(paper)

    move(paper, OLD, RENAMED, PIER)

    assert paper.receipt(RENAMED)["url"] == SITE_URL + OTHER_ADDRESS
    assert "I was there." in (paper.page(OTHER_ADDRESS) or "")
    assert paper.leads_to(ADDRESS) == OTHER_ADDRESS
    assert guids(paper) == before
    assert (paper.page("/") or "").count("The pier opens") == 1


@in_every_order
def test_an_article_without_a_date_of_its_own_keeps_its_date_when_its_file_moves(paper: Paper, move: Move) -> None:
    text = PIER.replace("date: 2026-11-20\n", "")
    paper.upload(OLD, text)
    paper.now = paper.now.replace(year=2027, month=1)

    move(paper, OLD, NEW, text)

    assert paper.receipt(NEW)["url"] == SITE_URL + ADDRESS
    assert not paper.is_gone(ADDRESS)


@in_every_order
@pytest.mark.parametrize("field", ["slug: landing-stage", "id: the-pier", "permalink: /pier/", "title: 'Pier'"])
def test_a_moved_file_may_say_anything_of_itself(paper: Paper, move: Move, field: str) -> None:
    text = PIER.replace("date:", f"{field}\ndate:").replace("title: The pier opens\ntitle", "title")
    paper.upload(OLD, text)
    address = paper.receipt(OLD)["url"]
    paper.moderate("approve", paper.comment(paper.receipt(OLD)["id"], "I was there."))

    move(paper, OLD, NEW, text)

    assert paper.receipt(NEW)["url"] == address
    assert "I was there." in (paper.page(address.removeprefix(SITE_URL)) or "")


@in_every_order
def test_a_file_that_is_moved_and_corrected_at_once_goes_on_at_its_address(paper: Paper, move: Move) -> None:
    paper.upload(OLD, PIER)
    paper.moderate("approve", paper.comment("news-pier-opens", "I was there."))

    move(paper, OLD, NEW, PIER.replace("Walk", "Run"))

    page = paper.page(ADDRESS) or ""
    assert "Run on it." in page
    assert "I was there." in page


@in_every_order
def test_a_file_moves_back_and_on_and_its_article_follows(paper: Paper, move: Move) -> None:
    paper.upload(OLD, PIER)

    for old, new in [(OLD, NEW), (NEW, OLD), (OLD, RENAMED), (RENAMED, NEW)]:
        move(paper, old, new, PIER)
        assert paper.receipt(new)["id"] == "news-pier-opens", (old, new)
        assert paper.receipt(new)["status"] == "published"

    assert "Walk on it." in (paper.page(ADDRESS) or "")
    assert paper.leads_to(OTHER_ADDRESS) == ADDRESS


@in_every_order
def test_an_extension_changes_and_the_article_stays(paper: Paper, move: Move) -> None:
    paper.upload(OLD, PIER)

    move(paper, OLD, OLD.replace(".md", ".markdown"), PIER)

    assert paper.receipt(OLD.replace(".md", ".markdown"))["status"] == "published"
    assert "Walk on it." in (paper.page(ADDRESS) or "")


@in_every_order
def test_a_static_page_whose_file_is_renamed_leads_on_from_its_old_address(paper: Paper, move: Move) -> None:
    text = "---\ntitle: About us\n---\nWe print.\n"
    paper.upload("pages/about.md", text)

    move(paper, "pages/about.md", "pages/paper/who-we-are.md", text)

    assert "We print." in (paper.page("/paper/who-we-are/") or "")
    assert paper.leads_to("/about/") == "/paper/who-we-are/"


@in_every_order
def test_a_draft_that_moves_is_a_draft_still_and_shows_nothing(paper: Paper, move: Move) -> None:
    text = PIER.replace("date:", "draft: true\ndate:")
    paper.upload(OLD, text)

    move(paper, OLD, NEW, text)

    assert paper.receipt(NEW)["status"] == "draft"
    assert paper.page(ADDRESS) is None


@in_every_order
@pytest.mark.parametrize("new", [NEW, RENAMED])
def test_what_was_taken_down_stays_down_wherever_its_file_goes(paper: Paper, move: Move, new: str) -> None:
    from infra.cli import takedowns

    paper.upload(OLD, PIER)
    takedowns.withdraw(takedowns.Table("news"), "news-pier-opens", "a court wants it")
    paper.settle()

    move(paper, OLD, new, PIER)

    assert paper.receipt(new)["status"] == "withdrawn"
    assert [key for key, body in paper.site().items() if b"Walk on it." in body] == []


def test_a_copy_of_what_was_taken_down_is_not_published(paper: Paper) -> None:
    from infra.cli import takedowns

    table = takedowns.Table("news")
    paper.upload(OLD, PIER)
    takedowns.withdraw(table, "news-pier-opens", "a court wants it")
    paper.upload(RENAMED, PIER)

    assert paper.receipt(RENAMED)["status"] == "rejected"
    assert "broadsheet restore news-pier-opens" in first_message(paper, RENAMED)

    takedowns.release_uploads(table, "news-pier-opens")
    paper.look_at(OLD)
    paper.settle()
    assert paper.receipt(RENAMED)["status"] == "published"


def test_two_files_with_one_address_are_told_what_to_do_and_the_second_follows_when_the_first_goes(
    paper: Paper,
) -> None:
    paper.upload(OLD, PIER)
    paper.upload(NEW, PIER.replace("Walk", "Run"))

    message = first_message(paper, NEW)
    assert f"belongs to {OLD} already" in message
    assert "delete that file" in message
    assert "Walk on it." in (paper.page(ADDRESS) or "")

    paper.delete(OLD)
    assert "Run on it." in (paper.page(ADDRESS) or "")


def test_a_file_with_the_id_of_another_is_published_once_that_is_deleted(paper: Paper) -> None:
    paper.upload(OLD, PIER)
    paper.upload(RENAMED, PIER.replace("date:", "id: news-pier-opens\ndate:"))
    assert "delete that file if this one replaces it" in first_message(paper, RENAMED)

    paper.delete(OLD)

    assert paper.receipt(RENAMED)["status"] == "published"
    assert paper.leads_to(ADDRESS) == OTHER_ADDRESS


def test_an_author_with_the_id_of_another_is_published_once_that_file_is_deleted(paper: Paper) -> None:
    paper.upload("authors/ann.md", "---\nid: ann-bell\nname: Ann Bell\n---\nWrites.\n")
    paper.upload("authors/bell.md", "---\nid: ann-bell\nname: Ann Bell\n---\nWrites well.\n")
    assert paper.receipt("authors/bell.md")["status"] == "rejected"

    paper.delete("authors/ann.md")

    assert paper.receipt("authors/bell.md")["status"] == "published"
    assert "Writes well." in (paper.page("/author/ann-bell/") or "")


def test_an_alias_on_the_address_of_a_deleted_file_leads_to_the_file_that_names_it(paper: Paper) -> None:
    paper.upload(OLD, PIER)
    paper.delete(OLD)

    text = PIER.replace("date:", f"id: another\nslug: another\naliases: {ADDRESS}\ndate:")
    paper.upload(RENAMED, text)

    assert paper.receipt(RENAMED)["status"] == "published"
    assert paper.leads_to(ADDRESS) == "/2026/11/another/"


def test_a_live_article_takes_the_address_of_a_deleted_file_that_it_names_later(paper: Paper) -> None:
    paper.upload(OLD, PIER)
    paper.upload(RENAMED, PIER.replace("Walk", "Sail"))
    paper.delete(OLD)
    assert paper.is_gone(ADDRESS)

    paper.upload(RENAMED, PIER.replace("Walk", "Sail").replace("date:", f"aliases: {ADDRESS}\ndate:"))

    assert paper.leads_to(ADDRESS) == OTHER_ADDRESS


def test_an_alias_on_the_address_of_a_file_that_is_there_is_refused(paper: Paper) -> None:
    paper.upload(OLD, PIER)
    paper.upload(RENAMED, PIER.replace("Walk", "Sail").replace("date:", f"aliases: {ADDRESS}\ndate:"))

    assert f"belongs to {OLD} already" in first_message(paper, RENAMED)


def test_a_copy_beside_its_original_is_an_article_of_its_own(paper: Paper) -> None:
    paper.upload(OLD, PIER)
    paper.upload(RENAMED, PIER)

    assert paper.receipt(OLD)["status"] == paper.receipt(RENAMED)["status"] == "published"
    assert (paper.page("/") or "").count(">The pier opens</a>") == 2

    paper.upload(RENAMED, PIER.replace("Walk", "Sail"))
    paper.delete(OLD)
    assert paper.is_gone(ADDRESS)
    assert "Sail on it." in (paper.page(OTHER_ADDRESS) or "")
    assert paper.receipt(RENAMED)["id"] == "news-new-pier"


def test_a_copy_that_readers_have_answered_keeps_its_discussion_when_the_original_is_deleted(paper: Paper) -> None:
    paper.upload(OLD, PIER)
    paper.upload(RENAMED, PIER)
    paper.moderate("approve", paper.comment("news-new-pier", "Here as well."))

    paper.delete(OLD)

    assert "Here as well." in (paper.page(OTHER_ADDRESS) or "")
    assert paper.leads_to(ADDRESS) == OTHER_ADDRESS


def test_an_expired_article_whose_file_is_there_is_not_taken_for_a_deleted_one(paper: Paper) -> None:
    paper.upload(OLD, PIER.replace("date:", "expires_at: 2026-11-21\ndate:"))
    assert paper.receipt(OLD)["status"] == "withdrawn"

    paper.upload(NEW, PIER)

    assert f"belongs to {OLD} already" in first_message(paper, NEW)


def test_a_broken_version_over_a_live_file_does_not_give_its_address_away(paper: Paper) -> None:
    paper.upload(OLD, PIER)
    paper.upload(OLD, "---\ntitle: [\n---\n")

    paper.upload(NEW, PIER)

    assert paper.receipt(NEW)["status"] == "rejected"
    assert "Walk on it." in (paper.page(ADDRESS) or "")


def test_a_new_article_under_the_old_name_of_a_moved_one_is_another_article(paper: Paper) -> None:
    paper.upload(OLD, PIER)
    copies_first(paper, OLD, RENAMED, PIER)

    paper.upload(OLD, PIER.replace("Walk", "Dance"))
    assert f"belongs to {RENAMED} already" in first_message(paper, OLD)  # the address leads on to the moved one

    for number, slug in enumerate(("dance", "sing", "row"), 2):
        paper.upload(OLD, PIER.replace("Walk", slug).replace("date:", f"slug: {slug}\ndate:"))
        assert paper.receipt(OLD)["id"] == f"news-pier-opens-{number}"
        assert f"{slug} on it." in (paper.page(f"/2026/11/{slug}/") or "")
        copies_first(
            paper, OLD, f"articles/moved/{slug}.md", PIER.replace("Walk", slug).replace("date:", f"slug: {slug}\ndate:")
        )
    assert "Walk on it." in (paper.page(OTHER_ADDRESS) or "")


def test_a_deleted_file_is_told_how_its_article_could_go_on(paper: Paper) -> None:
    paper.upload(OLD, PIER)
    paper.delete(OLD)

    assert "write there  id: news-pier-opens" in first_message(paper, OLD, "warnings")

    moved_and_rewritten = (
        PIER.replace("Walk", "Run").replace("The pier", "Pier").replace("date:", "id: news-pier-opens\ndate:")
    )
    paper.upload(RENAMED, moved_and_rewritten)
    assert paper.leads_to(ADDRESS) == OTHER_ADDRESS


def test_an_id_that_a_file_stops_saying_is_kept(paper: Paper) -> None:
    paper.upload(OLD, PIER.replace("date:", "id: the-pier\ndate:"))
    paper.upload(OLD, PIER)

    assert (paper.receipt(OLD)["status"], paper.receipt(OLD)["id"]) == ("published", "the-pier")


@pytest.mark.parametrize("order", list(permutations(["old", "new", "third"])))
def test_of_two_copies_one_goes_on_when_the_original_is_deleted(paper: Paper, order: tuple[str, ...]) -> None:
    keys = {"old": OLD, "new": RENAMED, "third": "articles/third.md"}
    paper.upload(OLD, PIER)
    paper.moderate("approve", paper.comment("news-pier-opens", "I was there."))
    paper.put(RENAMED, PIER)
    paper.put("articles/third.md", PIER)
    remove(OLD)

    paper.look_at(*(keys[name] for name in order))
    paper.settle()

    told = [paper.receipt(key) for key in (RENAMED, "articles/third.md")]
    assert [each["status"] for each in told] == ["published", "published"]
    assert sorted(each["id"] == "news-pier-opens" for each in told) == [False, True]
    heir = next(each for each in told if each["id"] == "news-pier-opens")
    assert "I was there." in (paper.page(heir["url"].removeprefix(SITE_URL)) or "")


def test_what_no_longer_waits_leaves_no_row_behind(paper: Paper) -> None:
    paper.upload(OLD, PIER)
    paper.upload(NEW, PIER)
    assert [key for key in rows() if key.pk == successors_partition("article/news-pier-opens")] != []

    paper.upload(NEW, PIER.replace("date:", "slug: elsewhere\ndate:").replace("Walk", "Row"))

    assert [key for key in rows() if key.pk.startswith("SUCCESSOR#")] == []


def test_a_paper_that_an_earlier_version_kept_goes_on(paper: Paper) -> None:
    paper.upload(OLD, PIER)
    paper.upload(NEW, PIER)
    for key, row in rows().items():
        if key.sk == "UPLOAD":  # as it was before files were known by their bytes
            earlier = {name: value for name, value in row.doc.items() if name not in FIRST_WITHOUT}
            paper.store.remember(
                [{"pk": {"S": key.pk}, "sk": {"S": key.sk}, "doc": {"S": encode(earlier)}, "rev": {"N": str(row.rev)}}]
            )

    paper.rebuild()
    assert paper.receipt(OLD)["status"] == "published"
    paper.upload(OLD, PIER.replace("Walk", "Run"))
    assert "Run on it." in (paper.page(ADDRESS) or "")
    paper.delete(OLD)
    assert paper.receipt(NEW)["id"] == "news-pier-opens"


def test_after_all_moves_the_site_is_what_a_rebuild_writes(paper: Paper) -> None:
    paper.upload(OLD, PIER)
    copies_first(paper, OLD, RENAMED, PIER)
    deletes_first(paper, RENAMED, NEW, PIER)
    paper.rebuild()  # what is on every site
    paper.upload(OLD, PIER.replace("Walk", "Row").replace("date:", "id: row\nslug: row\ndate:"))
    before = paper.site()

    paper.rebuild()

    assert paper.site() == before
