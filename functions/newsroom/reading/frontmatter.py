"""Front matter: what stands between --- (YAML) or +++ (TOML) at the top of a file.

Every value is read as the writer wrote it, as text: it is for the field to say whether `no` is a
language or a refusal, and whether `2026` is a number, a year or a headline.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import yaml

from newsroom.reading.proof import Proof

LARGEST = 8 * 1024  # bytes
DEEPEST = 8  # levels of lists in lists

Value = str | list["Value"] | dict[str, "Value"] | None
Path = tuple[str | int, ...]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is not in every build
_TABS_BEFORE_NEWLINE = re.compile(r"[ \t]+$", re.MULTILINE)
_NO_NUMBER = "a number is too large to be one; put it in quotes if it is text"
_TOML_PLACE = re.compile(r"\s*\(at line (\d+), column \d+\)| \(at end of document\)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields of a file and the text below them. `lines` knows each value's line by its path:
    ("tags", 2) is the third tag. `body_line` is the line the body starts on."""

    values: dict[str, Value] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1


def split(text: str, proof: Proof) -> FrontMatter:
    """A file's front matter, read, and its body. Raises Rejected when the front matter makes no sense."""
    first, _, rest = text.partition("\n")
    fence = first.rstrip()
    if fence not in {"---", "+++"}:
        return FrontMatter(body=text)
    ends = {"---", "..."} if fence == "---" else {"+++"}
    size = 0
    block: list[str] = []
    for line in rest.split("\n"):
        if line.rstrip() in ends:
            break
        block.append(line)
        size += len(line.encode()) + 1
        if size > LARGEST:
            break
    else:
        proof.stop(f"the front matter opened with {fence} here is never closed; write {fence} after its last field", 1)
    written = "\n".join(block)
    if size > LARGEST:
        proof.stop(f"the front matter is longer than {LARGEST // 1024} KB, or the {fence} that ends it is missing", 1)
    values, lines = (read_yaml if fence == "---" else read_toml)(written, 2, proof)
    body = "\n".join(rest.split("\n")[len(block) + 1 :])
    return FrontMatter(values, lines, body, len(block) + 3)


def read_yaml(text: str, first_line: int, proof: Proof) -> tuple[dict[str, Value], dict[Path, int]]:
    """The mapping a YAML text holds, and the line of each value. first_line: where the text starts."""
    # YAML allows them, and one of PyYAML's two scanners does not.
    text = _TABS_BEFORE_NEWLINE.sub("", text)
    try:
        _refuse_tricks(text, first_line, proof)
        root = yaml.compose(text, _LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = min(mark.line, text.count("\n")) if mark else 0
        if "cannot start any token" in str(error.problem) and "\t" in text.split("\n")[line]:
            proof.stop("a tab stands where YAML allows only spaces; write spaces", line + first_line)
        reason = error.problem or error.context
        proof.stop(f"this is not YAML: {reason}; check colons, quotes and indentation", line + first_line)
    except yaml.YAMLError as error:
        proof.stop(f"this is not YAML: {error}", first_line)
    if root is None:
        return {}, {}
    if not isinstance(root, yaml.MappingNode):
        proof.stop("this is not a list of fields; write them as  title: Harbour budget passed", first_line)
    lines: dict[Path, int] = {}
    return dict(_pairs(root, (), lines, first_line, proof)), lines


def _value(node: yaml.Node, path: Path, lines: dict[Path, int], first_line: int, proof: Proof) -> Value:
    lines.setdefault(path, node.start_mark.line + first_line)
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, path, lines, first_line, proof))
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, place), lines, first_line, proof) for place, item in enumerate(node.value)]
    return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)


def _pairs(
    node: yaml.MappingNode, path: Path, lines: dict[Path, int], first_line: int, proof: Proof
) -> Iterator[tuple[str, Value]]:
    for name, item in node.value:
        line = name.start_mark.line + first_line
        if not isinstance(name, yaml.ScalarNode):
            proof.refuse("a field's name must be one word", line)
            continue
        inner = (*path, str(name.value))
        if inner in lines:
            proof.refuse(f"'{name.value}' is here a second time, first on line {lines[inner]}; keep one", line)
            continue
        lines[inner] = line
        yield str(name.value), _value(item, inner, lines, first_line, proof)


def _refuse_tricks(text: str, first_line: int, proof: Proof) -> None:
    """Anchors and aliases make a small file large, deep nesting makes a reader run out of stack.
    Both are judged on the stream of events, before anything is built."""
    depth = 0
    for event in yaml.parse(text, _LOADER):
        line = first_line + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            proof.stop(f"'{sign}{event.anchor}' is a YAML anchor or alias, which is not accepted; write the value out, "
                       "or put it in quotes if it is text", line)  # fmt: skip
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                proof.stop(f"lists and mappings are nested deeper than {DEEPEST} levels", line)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def read_toml(text: str, first_line: int, proof: Proof) -> tuple[dict[str, Value], dict[Path, int]]:
    """The fields a TOML text holds, and the line of each."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        reason = _TOML_PLACE.sub("", str(error))
        proof.stop(f"this is not TOML: {reason[:1].lower()}{reason[1:]}", line - 1 + first_line)
    except ValueError:  # Python reads no number of more than 4,300 digits
        proof.stop(_NO_NUMBER, first_line)
    except RecursionError:
        proof.stop(f"arrays and tables are nested deeper than {DEEPEST} levels", first_line)
    lines: dict[Path, int] = {}
    written = text.split("\n")

    def value(item: object, path: Path) -> Value:
        if len(path) > DEEPEST:
            proof.stop(f"arrays and tables are nested deeper than {DEEPEST} levels", first_line)
        if isinstance(item, Mapping):
            return {name: noted(inner, (*path, name)) for name, inner in item.items()}
        if isinstance(item, list):
            return [noted(inner, (*path, place)) for place, inner in enumerate(item)]
        return _scalar(item, lines[path], proof)

    def noted(item: object, path: Path) -> Value:
        name = path[-1]
        field = re.compile(rf"\s*\[*[\w.\"' -]*\b{re.escape(str(name))}[\"']?\s*[=\]]")
        found = next((place for place, line in enumerate(written) if field.match(line)), None)
        lines[path] = lines.get(path[:-1], first_line) if found is None else found + first_line
        return value(item, path)

    return {name: noted(item, (name,)) for name, item in document.items()}, lines


def _scalar(item: object, line: int, proof: Proof) -> str:
    if isinstance(item, datetime | date | time):
        return item.isoformat()
    if isinstance(item, int) and item.bit_length() > 64:
        proof.stop(_NO_NUMBER, line)
    return str(item).lower() if isinstance(item, bool) else str(item)
