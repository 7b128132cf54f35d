"""The content folder: the files in it that are uploads, and the end of a change to one."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

ROOMS = ("articles", "authors", "pages", "theme")
SETTINGS = "site.yaml"

TEMPORARY_ENDINGS = (
    "~", ".swp", ".swo", ".swx", ".tmp", ".temp", ".bak", ".orig", ".part", ".partial", ".filepart", ".crdownload",
    ".download", "___",
)  # fmt: skip
TEMPORARY_NAMES = frozenset({"4913", "desktop.ini", "thumbs.db", "icon\r"})  # 4913: vim's test for write access
TEMPORARY_STARTS = (".", "#", "~$", "~syncthing~")
TEMPORARY_FOLDERS = frozenset({"__macosx", "@eadir", "$recycle.bin"})
TEMPORARY_PART = ".sb-"  # macOS adds a letter and a number after it

QUIET = 0.15  # seconds without a change after which a file counts as completely written
GONE = 1.0  # seconds of absence after which a file counts as deleted: some editors move it away to save it
LONG = 5.0  # longest wait in seconds: some programs never close the files they have written


@dataclass(frozen=True, slots=True)
class Touch:
    """The last change noticed in a file: its time in seconds, and whether the file existed."""

    at: float
    there: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """The touched files, sorted at one moment; the files in `rest` are still changing."""

    publish: list[str]
    withdraw: list[str]
    rest: dict[str, Touch]


def key_of(path: PurePath) -> str | None:
    """Return the upload key of a file, or None if it is not an upload.

    path: relative to the content folder.
    """
    if _is_temporary(path):
        return None
    key = path.as_posix()
    return key if key == SETTINGS or (len(path.parts) > 1 and path.parts[0] in ROOMS) else None


def _is_temporary(path: PurePath) -> bool:
    """Return True for a file that an editor, a download or the operating system makes for itself."""
    parts = [part.lower() for part in path.parts]
    name = path.name.lower()
    return (
        any(part.startswith(TEMPORARY_STARTS) for part in parts)
        or name in TEMPORARY_NAMES
        or name.endswith(TEMPORARY_ENDINGS)
        or TEMPORARY_PART in name
        or not TEMPORARY_FOLDERS.isdisjoint(parts)
    )


def settle(touched: Mapping[str, Touch], now: float, written: Collection[str] = ()) -> Settled:
    """Divide the touched files into those to publish, those to withdraw, and those to check later.

    A file is withdrawn only when no file is being written: a new file may be the same one, moved by copying.
    written: keys of files that a process has open for writing.
    """
    publish: list[str] = []
    absent: dict[str, Touch] = {}
    changing: dict[str, Touch] = {}
    for key, touch in sorted(touched.items()):
        if not touch.there:
            absent[key] = touch
        elif _is_written(key, touch, now, written):
            publish.append(key)
        else:
            changing[key] = touch
    absence = LONG if changing else GONE
    withdraw = [key for key, touch in absent.items() if now - touch.at >= absence]
    rest = changing | {key: touch for key, touch in absent.items() if key not in withdraw}
    return Settled(publish, withdraw, rest)


def _is_written(key: str, touch: Touch, now: float, written: Collection[str]) -> bool:
    return now - touch.at >= (LONG if key in written else QUIET)


def in_turn(files: Mapping[str, Path]) -> list[dict[str, Path]]:
    """Return the files in upload order: site.yaml alone and first, because all others are read with it."""
    settings = {key: path for key, path in files.items() if key == SETTINGS}
    others = {key: path for key, path in files.items() if key != SETTINGS}
    return [batch for batch in (settings, others) if batch]


def open_for_writing(paths: Iterable[Path]) -> set[Path]:
    """Return those of these files that a process of this user has open for writing. On a system without /proc,
    none are found."""
    wanted = {path.resolve(): path for path in paths}
    opened: set[Path] = set()
    for process in Path("/proc").glob("[0-9]*") if wanted else ():
        with suppress(OSError):  # it has ended, or belongs to another user
            for descriptor in (process / "fd").iterdir():
                with suppress(OSError):  # it was closed in the meantime
                    if (path := wanted.get(descriptor.readlink())) and _is_for_writing(process, descriptor.name):
                        opened.add(path)
    return opened


def _is_for_writing(process: Path, descriptor: str) -> bool:
    flags = (process / "fdinfo" / descriptor).read_text().partition("flags:")[2].split()
    return int(flags[0], 8) & os.O_ACCMODE != os.O_RDONLY


def uploads(folder: Path, below: Path | None = None) -> dict[str, Path]:
    """Return every upload in the folder, or in one folder below it, by key and in order."""
    by_key = {}
    for path in sorted(_files(below or folder), key=str):
        key = key_of(path.relative_to(folder))
        if key is not None:
            by_key[key] = path
    return by_key


def ignored_files(folder: Path) -> list[str]:
    """List files that are neither uploads nor temporary files: their owner should be told."""
    paths = (path.relative_to(folder) for path in _files(folder))
    return sorted(path.as_posix() for path in paths if key_of(path) is None and key_of("articles" / path) is not None)


def keys_touched(folder: Path, paths: Iterable[Path], known: Iterable[str]) -> set[str]:
    """Return the keys of changed paths; a folder stands for its current and its former files.

    known: the former keys.
    """
    rooms = {folder / room for room in ROOMS}
    keys: set[str] = set()
    for path in paths:
        key = key_of(path.relative_to(folder))
        if key is None and path not in rooms:
            continue
        name = key or path.name
        keys.update(former for former in known if f"{former}/".startswith(f"{name}/"))
        if path.is_dir():
            keys.update(uploads(folder, path))
        elif key is not None:
            keys.add(key)
    return keys


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
