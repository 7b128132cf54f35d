"""The watched folder of a running newsroom: what is uploaded when, and what is read with which settings."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from adapters import clients
from adapters.table import Table
from infra import polling
from infra.local import __main__ as local
from infra.local.folder import GONE, LONG, QUIET
from newsroom.table_keys import article_key
from tests.paper import SITE_URL, Paper

TOKYO = "timezone: Asia/Tokyo\npermalink: /{yyyy}/{mm}/{dd}/{slug}/\n"
NIGHT = "---\ntitle: The night ferry\ndate: 2026-10-31T20:00+00:00\n---\nIt left in the dark.\n"
MORNING = NIGHT.replace("2026-10-31T20:00+00:00", "2026-11-01T06:00").replace("night", "morning")


class Watch:
    """A newsroom whose cloud is a paper: it works whenever somebody waits for it."""

    def __init__(self, paper: Paper, content: Path) -> None:
        self.paper, self.content, self.now = paper, content, 100.0
        cloud = SimpleNamespace(client=lambda name: getattr(clients, name)(), running=lambda: True, lost=False, mail="",
                                state=content, endpoint="http://127.0.0.1:1")  # fmt: skip
        described = {
            "buckets": {"upload": "upload", "site": "site"},
            "queues": {name: os.environ[f"{name.upper()}_QUEUE"] for name in ("upload", "render", "rebuild")},
            "tables": {"news": "news"},
        }
        front = SimpleNamespace(url=SITE_URL)
        self.cloud = cloud
        self.newsroom = local.Newsroom(cast(Any, cloud), cast(Any, front), described, content)
        self.calls: list[tuple[str, str]] = []  # what was done to uploads: PutObject or DeleteObject, and the key
        self._told = 0
        for name in ("PutObject", "DeleteObject"):
            clients.s3().meta.events.register(f"before-call.s3.{name}", self._note)

    def _note(self, model: Any, params: Any, **_: Any) -> None:
        asked = params["context"]["input_params"]
        if asked["Bucket"] == "upload" and not asked["Key"].startswith(("receipts/", "reports/")):
            self.calls.append((model.name, asked["Key"]))

    def save(self, key: str, text: str) -> Path:
        path = self.content / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def works(self, _seconds: float = 0) -> None:
        """What the cloud does meanwhile: look at every upload and deletion it was not told of yet."""
        keys = sorted({key for _, key in self.calls[self._told :]})
        self._told = len(self.calls)
        if keys:
            self.paper.look_at(*keys)
        self.paper.settle()

    def forget(self) -> None:
        """From now on only what follows counts."""
        self.works()
        self.calls.clear()
        self._told = 0

    def start(self) -> None:
        self.newsroom.catch_up()
        self.notice()

    def notice(self, *changed: Path, later: float = 0.0) -> None:
        """The watch tells of changed files, some seconds later."""
        self.now += later
        self.newsroom.notice(list(changed), self.now)

    def rests(self, seconds: float = LONG) -> None:
        self.notice(later=seconds)
        self.works()
        self.notice()


@pytest.fixture
def watch(quick_paper: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch(quick_paper, tmp_path / "content")
    watch.content.mkdir()
    monkeypatch.setattr(polling, "sleep", watch.works)
    return watch


@pytest.fixture
def calls(watch: Watch) -> list[tuple[str, str]]:
    return watch.calls


def addresses(id: str) -> list[str]:
    row = Table("news").get(article_key(id))
    assert row
    return list(row.doc["addresses"])


# ── site.yaml first ──


def test_a_folders_first_publishing_dates_and_addresses_every_article_in_the_papers_own_way(watch: Watch) -> None:
    for key, text in {"articles/night.md": NIGHT, "articles/morning.md": MORNING, "site.yaml": TOKYO}.items():
        watch.save(key, text)

    watch.start()

    assert (addresses("night"), addresses("morning")) == (["/2026/11/01/night/"], ["/2026/11/01/morning/"])


def test_a_save_of_everything_at_once_is_read_with_the_new_settings_too(watch: Watch) -> None:
    watch.start()
    changed = [watch.save("articles/night.md", NIGHT), watch.save("site.yaml", TOKYO)]

    watch.notice(*changed)
    watch.rests()

    assert addresses("night") == ["/2026/11/01/night/"]


def test_a_rejected_site_yaml_holds_no_article_up_and_is_told(watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    watch.save("articles/night.md", NIGHT)
    watch.save("site.yaml", "timezone: Mars/Olympus\n")

    watch.start()

    said = "".join(capsys.readouterr())
    assert "site.yaml: rejected" in said
    assert "'timezone' is 'Mars/Olympus'" in said
    assert "read with the settings that were in force before" in said
    assert "Of 2 uploads, 1 accepted, 1 rejected." in said
    assert addresses("night") == ["/2026/10/night/"]


def test_a_site_yaml_that_is_as_it_was_is_not_waited_for(watch: Watch, quick_paper: Paper) -> None:
    watch.save("site.yaml", TOKYO)
    watch.start()
    again = Watch(quick_paper, watch.content)
    again.save("articles/night.md", NIGHT)

    again.start()

    assert addresses("night") == ["/2026/11/01/night/"]


def test_a_change_of_the_zone_is_told_at_the_terminal(watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    watch.save("articles/night.md", NIGHT)
    watch.start()

    watch.notice(watch.save("site.yaml", TOKYO))
    watch.rests()

    assert "'timezone' has changed from UTC to Asia/Tokyo: every article is read again" in capsys.readouterr().out


def test_after_a_kill_every_upload_is_looked_at_again_and_site_yaml_before_all_others(
    watch: Watch, quick_paper: Paper
) -> None:
    for key, text in {
        "articles/night.md": NIGHT,
        "authors/ada.md": "---\nname: Ada\n---\nShe.\n",
        "site.yaml": TOKYO,
    }.items():
        quick_paper.put(key, text)
    watch.calls.clear()  # they were told of before, and what the table knew of them is lost
    watch.cloud.lost = True

    watch.start()
    watch.works()

    assert addresses("night") == ["/2026/11/01/night/"]


# ── A file that is moved ──


def test_a_renamed_file_is_uploaded_under_its_new_name_before_it_is_deleted_under_the_old(
    watch: Watch, calls: list[tuple[str, str]]
) -> None:
    old = watch.save("articles/night.md", NIGHT)
    watch.start()
    watch.forget()

    new = old.rename(old.with_name("ferry.md"))
    watch.notice(old, new)
    watch.rests(QUIET)
    watch.rests(GONE)

    assert calls == [("PutObject", "articles/ferry.md"), ("DeleteObject", "articles/night.md")]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_rename_that_is_noticed_in_two_parts_loses_neither_name(
    watch: Watch, calls: list[tuple[str, str]], order: tuple[int, int]
) -> None:
    old = watch.save("articles/night.md", NIGHT)
    watch.start()
    watch.forget()

    both = (old, old.rename(old.with_name("ferry.md")))
    watch.notice(both[order[0]])
    watch.notice(both[order[1]], later=0.4)
    watch.rests(QUIET)
    watch.rests(GONE)

    assert calls == [("PutObject", "articles/ferry.md"), ("DeleteObject", "articles/night.md")]


def test_a_renamed_folder_takes_all_its_files_along_first(watch: Watch, calls: list[tuple[str, str]]) -> None:
    keys = [f"articles/2025/{number}.md" for number in range(3)]
    for key in keys:
        watch.save(key, NIGHT)
    watch.start()
    watch.forget()

    (watch.content / "articles/2025").rename(watch.content / "articles/old")
    watch.notice(watch.content / "articles/2025", watch.content / "articles/old")
    watch.rests()
    watch.rests()

    assert [name for name, _ in calls] == ["PutObject"] * 3 + ["DeleteObject"] * 3
    assert {key for _, key in calls[:3]} == {key.replace("2025", "old") for key in keys}


def test_what_is_moved_by_copying_slowly_is_deleted_under_its_old_name_last(
    watch: Watch, calls: list[tuple[str, str]]
) -> None:
    old = watch.save("articles/night.md", NIGHT)
    watch.start()
    watch.forget()

    old.unlink()
    with (watch.content / "articles/ferry.md").open("w") as slow:
        slow.write(NIGHT[:20])
        slow.flush()
        watch.notice(old, Path(slow.name))
        watch.rests(GONE)
        assert calls == []
        slow.write(NIGHT[20:])
    watch.notice(Path(slow.name))
    watch.rests(QUIET)

    assert calls == [("PutObject", "articles/ferry.md"), ("DeleteObject", "articles/night.md")]
    assert clients.s3().get_object(Bucket="upload", Key="articles/ferry.md")["Body"].read() == NIGHT.encode()


# ── A save under way ──


def saved_slowly(path: Path, pause: Callable[[], None]) -> None:
    with path.open("w") as slow:
        for part in (NIGHT[:30], NIGHT[30:60], NIGHT[60:]):
            slow.write(part)
            slow.flush()
            pause()


def saved_beside_and_renamed(path: Path, pause: Callable[[], None]) -> None:
    beside = path.with_name(".night.md.tmp-1")
    beside.write_text(NIGHT[:30])
    pause()
    beside.write_text(NIGHT)
    beside.replace(path)
    pause()


def saved_after_a_backup(path: Path, pause: Callable[[], None]) -> None:
    if path.exists():
        path.rename(f"{path}~")
    pause()
    path.write_text(NIGHT)
    pause()


def saved_over_a_copy(path: Path, pause: Callable[[], None]) -> None:
    if path.exists():
        shutil.copy(path, f"{path}.bak")
    path.write_text("")
    path.write_text(NIGHT)
    pause()


@pytest.mark.parametrize(
    "save",
    [saved_slowly, saved_beside_and_renamed, saved_after_a_backup, saved_over_a_copy],
    ids=lambda each: each.__name__,
)
@pytest.mark.parametrize("is_new", [True, False])
def test_however_a_file_is_saved_only_the_whole_of_it_is_uploaded_and_once(
    watch: Watch, calls: list[tuple[str, str]], save: Callable[[Path, Callable[[], None]], None], is_new: bool
) -> None:
    path = watch.content / "articles/night.md"
    watch.save("articles/other.md", MORNING)
    if not is_new:
        watch.save("articles/night.md", NIGHT.replace("dark", "light"))
    watch.start()
    watch.forget()

    def pause() -> None:
        watch.notice(*path.parent.iterdir(), path, later=QUIET / 3)
        watch.notice(later=QUIET * 2)

    save(path, pause)
    watch.rests()

    assert calls == [("PutObject", "articles/night.md")]
    assert clients.s3().get_object(Bucket="upload", Key="articles/night.md")["Body"].read() == NIGHT.encode()


def test_a_program_that_never_closes_a_file_does_not_hold_it_back_for_ever(
    watch: Watch, calls: list[tuple[str, str]]
) -> None:
    watch.start()
    path = watch.save("articles/night.md", NIGHT)
    with path.open("r+"):
        watch.notice(path)
        watch.rests(QUIET)
        assert calls == []
        watch.rests(LONG)

    assert calls == [("PutObject", "articles/night.md")]
