"""Which uploads the files named on the command line are: a key for each."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from infra.cli import CannotDo
from infra.local import folder


def uploads(named: Iterable[Path], prefix: str) -> dict[str, Path]:
    """Every file to upload, by key, settings and authors before the articles that need them.

    named: files, which go as they are, and folders, of which go what editors leave behind does not.
    prefix: where a file goes that lies in none of the newsroom's own folders.
    Raises CannotDo for what cannot be read, and for two files that would be one upload.
    """
    if not prefix.startswith(tuple(f"{room}/" for room in folder.ROOMS)):
        rooms = ", ".join(f"{room}/" for room in folder.ROOMS)
        raise CannotDo(f"--prefix is '{prefix}', where nobody looks for uploads: begin it with one of {rooms}")
    found: dict[str, Path] = {}
    for path, place in _files(named):
        key = key_of(path, place, prefix if prefix.endswith("/") else prefix + "/")
        if key in found and found[key].resolve() != path.resolve():
            raise CannotDo(
                f"{found[key]} and {path} would both be {key}: publish them one after the other, or rename one"
            )
        found[key] = path
    if not found:
        raise CannotDo("there is no file to upload in " + ", ".join(map(str, named)))
    return dict(sorted(found.items(), key=lambda each: (_ORDER[each[0].split("/")[0]], each[0])))


_ORDER = {folder.SETTINGS: 0, "theme": 1, "authors": 2, "pages": 3, "articles": 4}


def key_of(path: Path, place: Path, prefix: str) -> str:
    """The key a file is uploaded under: its path from the nearest folder around it that is named
    articles, authors, pages or theme; else its `place` under the prefix."""
    parts = path.absolute().parts
    for depth in range(len(parts) - 2, -1, -1):
        if parts[depth] in folder.ROOMS:
            return "/".join(parts[depth:])
    return folder.SETTINGS if path.name == folder.SETTINGS else prefix + place.as_posix()


def _files(named: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    """Every file, and its place in the folder that was named."""
    for each in named:
        if each.is_file():
            yield each, Path(each.name)
        elif each.is_dir():
            for path in sorted(each.rglob("*")):
                place = path.relative_to(each)
                if path.is_file() and folder.key_of("articles" / place) is not None:
                    yield path, place
        else:
            raise CannotDo(f"{each}: there is no such file or folder")
