"""Front matter: the fields of a file, and the text below them."""

from dataclasses import dataclass, field

from newsroom.uploads.front_matter.formats import Path, Value

LARGEST = 8 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields of a file and the text below them. `lines` knows each value's line by its path:
    ("tags", 2) is the third tag. `body_line` is the line the body starts on."""

    values: dict[str, Value] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1
