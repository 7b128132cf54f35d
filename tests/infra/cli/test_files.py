"""Which upload each file named at the desk becomes."""

from pathlib import Path

import pytest

from infra.cli import CannotDo
from infra.cli.files import key_of, uploads
from infra.local import folder


def file(folder: Path, name: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("text")
    return path


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/home/ada/paper/articles/korea.md", "articles/korea.md"),
        ("/home/ada/paper/articles/world/korea.md", "articles/world/korea.md"),
        ("/home/ada/articles/old/articles/korea.md", "articles/korea.md"),
        ("/home/ada/paper/authors/ada-holm.md", "authors/ada-holm.md"),
        ("/home/ada/paper/pages/about.md", "pages/about.md"),
        ("/home/ada/paper/theme/article.html", "theme/article.html"),
        ("/home/ada/paper/site.yaml", "site.yaml"),
        ("/home/ada/korea.md", "articles/guest/korea.md"),
    ],
)
def test_a_file_is_uploaded_under_its_path_from_the_nearest_of_the_newsrooms_folders(path: str, key: str) -> None:
    assert key_of(Path(path), Path(Path(path).name), "articles/guest/") == key


def test_a_folder_stands_for_the_files_in_it_settings_and_authors_first(tmp_path: Path) -> None:
    for name in ("articles/world/korea.md", "pages/about.md", "authors/ada.md", "theme/style.css", "site.yaml"):
        file(tmp_path, name)

    assert list(uploads([tmp_path], "articles/")) == [
        "site.yaml", "theme/style.css", "authors/ada.md", "pages/about.md", "articles/world/korea.md",
    ]  # fmt: skip


def test_a_folder_with_no_room_in_it_is_published_under_the_prefix(tmp_path: Path) -> None:
    file(tmp_path, "2014/hello.md")

    assert list(uploads([tmp_path], "articles/blog")) == ["articles/blog/2014/hello.md"]


def test_what_an_editor_leaves_in_a_folder_is_not_published(tmp_path: Path) -> None:
    for name in ("articles/korea.md", "articles/korea.md~", "articles/.korea.md.swp", ".git/config"):
        file(tmp_path, name)

    assert list(uploads([tmp_path], "articles/")) == ["articles/korea.md"]


def test_a_file_that_is_named_goes_whatever_its_name(tmp_path: Path) -> None:
    assert list(uploads([file(tmp_path, "korea.md~")], "articles/")) == ["articles/korea.md~"]


def test_a_file_named_twice_is_uploaded_once(tmp_path: Path) -> None:
    korea = file(tmp_path, "articles/korea.md")

    assert list(uploads([korea, tmp_path], "articles/")) == ["articles/korea.md"]


def test_two_files_that_would_be_one_upload_are_named(tmp_path: Path) -> None:
    one, other = file(tmp_path, "one/korea.md"), file(tmp_path, "other/korea.md")

    with pytest.raises(CannotDo, match=r"one/korea\.md and .*other/korea\.md would both be articles/korea\.md"):
        uploads([one, other], "articles/")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotDo, match=r"korea\.md: there is no such file"):
        uploads([tmp_path / "korea.md"], "articles/")


def test_an_empty_folder_holds_nothing_to_upload(tmp_path: Path) -> None:
    with pytest.raises(CannotDo, match="there is no file to upload"):
        uploads([tmp_path], "articles/")


def test_a_prefix_where_nobody_looks_for_uploads_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotDo, match="'drafts/', where nobody looks"):
        uploads([file(tmp_path, "korea.md")], "drafts/")


def test_every_folder_that_is_watched_has_its_place_in_the_order(tmp_path: Path) -> None:
    for room in folder.ROOMS:
        file(tmp_path, f"{room}/a.md")
    assert len(uploads([tmp_path], "articles/")) == len(folder.ROOMS)
