"""The watched folder: which files are uploads, and when a save or a deletion is one."""

from pathlib import Path, PurePath

import pytest

from infra.local.folder import (
    GONE,
    LONG,
    QUIET,
    Touch,
    ignored_files,
    in_turn,
    key_of,
    keys_touched,
    open_for_writing,
    settle,
    uploads,
)


@pytest.mark.parametrize(
    "path", ["articles/korea.md", "articles/2026/korea.md", "authors/jane-doe.md", "pages/about.md", "site.yaml"]
)
def test_what_the_contract_names_is_an_upload(path: str) -> None:
    assert key_of(PurePath(path)) == path


@pytest.mark.parametrize("path", ["articles/café & co +1%.md", "articles/korea.docx", "articles/no-ending"])
def test_an_odd_name_is_uploaded_too_so_that_it_gets_its_receipt(path: str) -> None:
    assert key_of(PurePath(path)) == path


@pytest.mark.parametrize(
    "path", ["README.md", "articles", "drafts/korea.md", "articles.md", "old/site.yaml", "receipts/site.yaml.json"]
)
def test_what_stands_elsewhere_is_no_upload(path: str) -> None:
    assert key_of(PurePath(path)) is None


@pytest.mark.parametrize(
    "name",
    [
        ".korea.md.swp", ".korea.md.swx", "korea.md~", "4913", ".#korea.md", "#korea.md#", "korea.md.tmp", ".DS_Store",
        "korea.md___jb_tmp___", ".goutputstream-X1Y2Z3", "~$korea.md", "korea.md.part", "korea.md.crdownload",
        "Thumbs.db", "thumbs.db", "desktop.ini", "Desktop.ini", "~$minutes.docx", ".~lock.minutes.odt#", "korea.md.swp",
        ".syncthing.korea.md.tmp", "~syncthing~korea.md.tmp", "korea.md.partial", "korea.md.1a2b.partial",
        "korea.md.filepart", "korea.md.download", "korea.md.sb-1a2b3c4d-XyZ9", "Icon\r", "._korea.md",
        ".korea.md.kate-swp", "korea.md.BAK", "korea.md.orig", ".fuse_hidden0001", ".nfs0001",
    ],
)  # fmt: skip
def test_what_editors_leave_while_they_save_is_no_upload(name: str) -> None:
    assert key_of(PurePath("articles") / name) is None


@pytest.mark.parametrize("folder", [".git", "__MACOSX", "@eaDir", "$RECYCLE.BIN", ".Trash-1000"])
def test_nothing_in_a_hidden_folder_or_in_one_that_a_system_makes_is_an_upload(folder: str) -> None:
    assert key_of(PurePath("articles") / folder / "korea.md") is None


@pytest.mark.parametrize("name", ["4914.md", "2026.md", "parts.md", "temp.md", "download.md", "icon.md", "a.sb.md"])
def test_a_name_that_only_resembles_a_passing_one_is_an_upload(name: str) -> None:
    assert key_of(PurePath("articles") / name) == f"articles/{name}"


def test_a_save_is_published_once_the_file_has_been_quiet() -> None:
    touched = {"articles/korea.md": Touch(10.0, there=True)}
    assert settle(touched, 10.0 + QUIET / 2).rest == touched
    assert settle(touched, 10.0 + QUIET).publish == ["articles/korea.md"]


def test_a_file_that_is_still_written_to_is_left_until_it_rests() -> None:
    touched = {"articles/long.md": Touch(10.0, there=True)}
    touched |= {"articles/long.md": Touch(10.1, there=True)}
    settled = settle(touched, 10.0 + QUIET)
    assert not settled.publish
    assert settle(settled.rest, 10.2 + QUIET).publish == ["articles/long.md"]


def test_an_editor_that_moves_the_file_away_to_save_it_withdraws_nothing() -> None:
    touched = {"articles/korea.md": Touch(10.0, there=False)}
    settled = settle(touched, 10.0 + QUIET)
    assert not settled.withdraw
    settled = settle(settled.rest | {"articles/korea.md": Touch(10.3, there=True)}, 10.3 + QUIET)
    assert (settled.publish, settled.withdraw, settled.rest) == (["articles/korea.md"], [], {})


def test_nothing_is_withdrawn_while_another_file_is_still_written() -> None:
    touched = {"articles/old.md": Touch(10.0, there=False), "articles/new.md": Touch(11.0, there=True)}
    settled = settle(touched, 11.0 + QUIET / 2)
    assert (settled.publish, settled.withdraw) == ([], [])
    settled = settle(settled.rest, 11.0 + QUIET)
    assert (settled.publish, settled.withdraw) == (["articles/new.md"], ["articles/old.md"])


def test_a_file_that_is_written_for_ever_keeps_no_other_from_being_withdrawn() -> None:
    touched = {"articles/old.md": Touch(10.0, there=False), "articles/log.md": Touch(10.0 + LONG, there=True)}
    assert settle(touched, 10.0 + LONG).withdraw == ["articles/old.md"]


def test_a_file_that_somebody_has_open_for_writing_is_not_at_rest_yet() -> None:
    touched = {"articles/korea.md": Touch(10.0, there=True)}
    assert settle(touched, 10.0 + QUIET, {"articles/korea.md"}).rest == touched
    assert settle(touched, 10.0 + LONG, {"articles/korea.md"}).publish == ["articles/korea.md"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="there is no /proc to look in")
def test_a_file_is_known_to_be_written_by_who_has_it_open(tmp_path: Path) -> None:
    written, read, closed = (tmp_path / f"{name}.md" for name in ("written", "read", "closed"))
    for path in (written, read, closed):
        path.write_text("text")
    with written.open("a"), read.open():
        assert open_for_writing([written, read, closed]) == {written}
    assert open_for_writing([written, read, closed]) == set()
    assert open_for_writing([]) == set()


def test_site_yaml_is_uploaded_alone_and_first() -> None:
    files = {key: Path(key) for key in ("articles/a.md", "pages/b.md", "site.yaml", "theme/style.css")}
    first, others = in_turn(files)
    assert list(first) == ["site.yaml"]
    assert list(others) == ["articles/a.md", "pages/b.md", "theme/style.css"]
    assert in_turn({}) == []
    assert in_turn(first) == [first]
    assert in_turn(others) == [others]


def test_a_deletion_withdraws_once_the_file_has_stayed_away() -> None:
    touched = {"articles/korea.md": Touch(10.0, there=False)}
    assert settle(touched, 10.0 + GONE).withdraw == ["articles/korea.md"]


def test_a_burst_of_saves_is_one_publication() -> None:
    touched: dict[str, Touch] = {}
    for moment in range(20):
        touched["articles/korea.md"] = Touch(10.0 + moment / 100, there=True)
    assert settle(touched, 11.0).publish == ["articles/korea.md"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for key in (
        "articles/world/korea.md",
        "articles/world/.korea.md.swp",
        "articles/town.md",
        "site.yaml",
        "notes.txt",
        "drafts/x.md",
    ):
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).touch()
    return tmp_path


def test_every_upload_in_the_folder_is_found(folder: Path) -> None:
    assert list(uploads(folder)) == ["articles/town.md", "articles/world/korea.md", "site.yaml"]


def test_other_files_are_named_to_their_owner_and_passing_ones_are_not(folder: Path) -> None:
    assert ignored_files(folder) == ["drafts/x.md", "notes.txt"]


def test_a_folder_moved_in_publishes_all_that_is_in_it(folder: Path) -> None:
    assert keys_touched(folder, [folder / "articles" / "world"], known=[]) == {"articles/world/korea.md"}


def test_a_folder_moved_away_stands_for_all_that_was_in_it(folder: Path) -> None:
    known = ["articles/sport/cup.md", "articles/sport.md", "articles/town.md"]
    assert keys_touched(folder, [folder / "articles" / "sport"], known) == {"articles/sport/cup.md", "articles/sport"}


def test_the_articles_folder_itself_stands_for_every_article(folder: Path) -> None:
    known = ["articles/gone.md", "pages/about.md"]
    touched = keys_touched(folder, [folder / "articles"], known)
    assert touched == {"articles/gone.md", "articles/town.md", "articles/world/korea.md"}
