"""The content folder: which files in it are uploads, and when a change of one is finished."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

ROOMS = ("articles", "authors", "pages", "theme")
SETTINGS = "site.yaml"

PASSING_ENDINGS = ("~", ".swp", ".swo", ".swx", ".tmp", ".temp", ".bak", ".orig", ".part", ".crdownload", "___")
PASSING_NAMES = frozenset({"4913", "desktop.ini", "Thumbs.db"})  # 4913: vim trying whether it may write here
PASSING_STARTS = (".", "#", "~$")

QUIET = 0.15  # seconds without a further change after which a file is taken to be written whole
GONE = 1.0  # seconds of absence after which a file is taken to be deleted: some editors move it away to save it


@dataclass(frozen=True, slots=True)
class Touch:
    """The last thing noticed about a file: when, on a clock in seconds, and whether it was there."""

    at: float
    there: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """What a moment's look at the touched files comes to; `rest` is still in motion."""

    publish: list[str]
    withdraw: list[str]
    rest: dict[str, Touch]


def key_of(path: PurePath) -> str | None:
    """The key a file is uploaded under, or None for one that is no upload.

    path: relative to the content folder.
    """
    if any(part.startswith(PASSING_STARTS) for part in path.parts):
        return None
    if path.name in PASSING_NAMES or path.name.endswith(PASSING_ENDINGS):
        return None
    key = path.as_posix()
    return key if key == SETTINGS or (len(path.parts) > 1 and path.parts[0] in ROOMS) else None


def settle(touched: Mapping[str, Touch], now: float) -> Settled:
    """Part the touched files into those to publish, those to withdraw, and those to look at later."""
    publish: list[str] = []
    withdraw: list[str] = []
    rest: dict[str, Touch] = {}
    for key, touch in touched.items():
        if now - touch.at < (QUIET if touch.there else GONE):
            rest[key] = touch
        else:
            (publish if touch.there else withdraw).append(key)
    return Settled(sorted(publish), sorted(withdraw), rest)


def uploads(folder: Path, below: Path | None = None) -> dict[str, Path]:
    """Every file in the folder, or in one folder below it, that is an upload, by key and in order."""
    found = ((key_of(path.relative_to(folder)), path) for path in _files(below or folder))
    return {key: path for key, path in sorted(found, key=lambda each: str(each[1])) if key is not None}


def strangers(folder: Path) -> list[str]:
    """Files that are no uploads though nothing marks them as passing: worth a word to their owner."""
    paths = (path.relative_to(folder) for path in _files(folder))
    return sorted(path.as_posix() for path in paths if key_of(path) is None and key_of("articles" / path) is not None)


def keys_touched(folder: Path, paths: Iterable[Path], known: Iterable[str]) -> set[str]:
    """The keys that changed paths stand for; a folder stands for what is in it now and what was.

    known: the keys there were.
    """
    keys: set[str] = set()
    for path in paths:
        key = key_of(path.relative_to(folder))
        if key is not None:
            keys.update(each for each in known if each == key or each.startswith(key + "/"))
            keys.update(uploads(folder, path) if path.is_dir() else [key])
        elif path.name in ROOMS and path.parent == folder:
            keys.update(each for each in known if each.startswith(path.name + "/"))
            keys.update(uploads(folder, path))
    return keys


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
