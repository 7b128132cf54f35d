"""Front matter: the fields of a file and the text below them."""

from dataclasses import dataclass, field

from newsroom.uploads.front_matter.formats import Path, Value

LARGEST = 8 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields of a file and the text below them.

    lines: the line of each value by its path; ("tags", 2) is the third tag. body_line: the first line of the body."""

    values: dict[str, Value] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1
