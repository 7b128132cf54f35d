"""The upload keys of the files named on the command line."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from infra.cli import CannotDo
from infra.local import folder


def uploads(named: Iterable[Path], prefix: str) -> dict[str, Path]:
    """Return every file to upload, by key, with settings and authors before the articles that need them.

    named: files, which are always uploaded, and folders, whose temporary editor files are skipped.
    prefix: the key prefix of a file outside the newsroom's own folders.
    Raises CannotDo if a file is missing, and if two files have the same key.
    """
    if not prefix.startswith(tuple(f"{room}/" for room in folder.ROOMS)):
        rooms = ", ".join(f"{room}/" for room in folder.ROOMS)
        raise CannotDo(f"--prefix is '{prefix}', where nobody looks for uploads: begin it with one of {rooms}")
    by_key: dict[str, Path] = {}
    for path, place in _files(named):
        key = key_of(path, place, prefix if prefix.endswith("/") else prefix + "/")
        if key in by_key and by_key[key].resolve() != path.resolve():
            raise CannotDo(
                f"{by_key[key]} and {path} would both be {key}: publish them one after the other, or rename one"
            )
        by_key[key] = path
    if not by_key:
        raise CannotDo("there is no file to upload in " + ", ".join(map(str, named)))
    return dict(sorted(by_key.items(), key=lambda item: (_ORDER[item[0].split("/")[0]], item[0])))


_ORDER = {folder.SETTINGS: 0, "theme": 1, "authors": 2, "pages": 3, "articles": 4}


def key_of(path: Path, place: Path, prefix: str) -> str:
    """Return the upload key of a file: its path from the nearest parent folder named articles, authors, pages
    or theme; else its `place` under the prefix."""
    parts = path.absolute().parts
    for depth in range(len(parts) - 2, -1, -1):
        if parts[depth] in folder.ROOMS:
            return "/".join(parts[depth:])
    return folder.SETTINGS if path.name == folder.SETTINGS else prefix + place.as_posix()


def _files(named: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    """List every file, and its path relative to the named folder."""
    for given in named:
        if given.is_file():
            yield given, Path(given.name)
        elif given.is_dir():
            for path in sorted(given.rglob("*")):
                place = path.relative_to(given)
                if path.is_file() and folder.key_of("articles" / place) is not None:
                    yield path, place
        else:
            raise CannotDo(f"{given}: there is no such file or folder")
