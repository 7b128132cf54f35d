"""The formats of front matter: YAML, TOML and JSON, parsed into fields with their lines.

Every value stays text, as the writer wrote it. The field decides if `no` is a language or a flag, and if `2026` is a
number, a year or a headline.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from functools import partial
from typing import Any

import yaml

from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.front_matter.as_written import mended

DEEPEST = 8  # levels of lists in lists

Value = str | list["Value"] | dict[str, "Value"] | None
Path = tuple[str | int, ...]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # not every build has the C loader
_TABS_BEFORE_NEWLINE = re.compile(r"[ \t]+$", re.MULTILINE)
_NO_NUMBER = "a number is too large to be one; put it in quotes if it is text"
_TOML_PLACE = re.compile(r"\s*\(at line (\d+), column \d+\)| \(at end of document\)")
_TOO_CLOSE = re.compile(r"\s*([\w-]{1,60}):(\S.*)")


def read_yaml(text: str, first_line: int, diagnostics: Diagnostics) -> tuple[dict[str, Value], dict[Path, int]]:
    """Return the mapping in a YAML text, and the line of each value. first_line: the line of the text's start."""
    # YAML allows these tabs, but one of PyYAML's two scanners does not.
    text = _TABS_BEFORE_NEWLINE.sub("", text)
    try:
        _refuse_tricks(text, first_line, diagnostics)
        root = yaml.compose(text, _LOADER)
    except yaml.MarkedYAMLError as error:
        message, place = _in_plain_words(error, text.split("\n"))
        diagnostics.fail(message, place + first_line)
    except yaml.YAMLError:
        diagnostics.fail("there is a sign here that front matter cannot hold; write the fields anew", first_line)
    if root is None:
        return {}, {}
    if not isinstance(root, yaml.MappingNode):
        close = _TOO_CLOSE.match(text.lstrip("\n").partition("\n")[0])
        hint = f"{close[1]}: {close[2]}" if close else "title: Harbour budget passed"
        diagnostics.fail(f"this is not a list of fields; write them as  {hint}", first_line)
    lines: dict[Path, int] = {}
    return dict(_pairs(root, (), lines, first_line, diagnostics)), lines


def _in_plain_words(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[str, int]:
    """Return advice about a line that is not YAML, and its place. YAML's own messages do not help writers."""
    problem, context = str(error.problem), str(error.context)
    place = _place_of(error.problem_mark, error.context_mark, lines)
    start = _place_of(error.context_mark, error.problem_mark, lines)
    line = lines[place]
    if _is_stray_tab(problem, line):
        return "a tab stands where YAML allows only spaces; write spaces", place
    if "quoted scalar" in context and "end of stream" in problem:
        return "the quotation mark that opens here is never closed; close it, or leave it out", start
    if "flow" in context and "%" not in problem and not _after_bracket(lines[start]):
        return "the bracket that opens here is not closed, or a comma is missing; write  [harbour, budget]", start
    if "expected ':'" in problem:
        return _advice_without_colon(lines[start]), start
    return _advice_on_value(problem, lines, place, start if "flow" in context else place)


def _place_of(mark: yaml.Mark | None, other: yaml.Mark | None, lines: list[str]) -> int:
    """Return the place of the first mark that there is."""
    known = mark or other
    return min(known.line if known else 0, len(lines) - 1)


def _is_stray_tab(problem: str, line: str) -> bool:
    return "\t" in line and ("cannot start any token" in problem or "tab character" in problem)


def _advice_without_colon(line: str) -> str:
    if close := _TOO_CLOSE.match(line):
        return f"there is no space after the colon; write  {close[1]}: {close[2]}"
    return "this line is no field; write it as  name: value"


def _advice_on_value(problem: str, lines: list[str], place: int, value_place: int) -> tuple[str, int]:
    """Return advice about a line that begins too far right, or about a value that needs quotes, and its place."""
    above = next((other for other in reversed(lines[:place]) if other.strip()), "")
    if "mapping values" in problem and above and _indent(lines[place]) > _indent(above):
        return "this line begins further right than the one above it; begin both at the same place", place
    if ready := mended(lines[value_place]):
        return f"put the value in quotes:  {ready[:300]}", value_place
    return "this line cannot be read as a field; write it as  name: value, below the ones above it", place


def _after_bracket(line: str) -> bool:
    return bool(re.search(r"[\]}]\s*[^\s\]},#]", line))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _value(node: yaml.Node, path: Path, lines: dict[Path, int], first_line: int, diagnostics: Diagnostics) -> Value:
    lines.setdefault(path, node.start_mark.line + first_line)
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, path, lines, first_line, diagnostics))
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, place), lines, first_line, diagnostics) for place, item in enumerate(node.value)]
    return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)


def _pairs(
    node: yaml.MappingNode, path: Path, lines: dict[Path, int], first_line: int, diagnostics: Diagnostics
) -> Iterator[tuple[str, Value]]:
    for name, item in node.value:
        line = name.start_mark.line + first_line
        if not isinstance(name, yaml.ScalarNode):
            diagnostics.error("a field's name must be one word", line)
            continue
        inner = (*path, str(name.value))
        if inner in lines:
            diagnostics.error(f"'{name.value}' is here a second time, first on line {lines[inner]}; keep one", line)
            continue
        lines[inner] = line
        yield str(name.value), _value(item, inner, lines, first_line, diagnostics)


def _refuse_tricks(text: str, first_line: int, diagnostics: Diagnostics) -> None:
    """Refuse anchors and aliases, which make a small file large, and deep nesting, which exhausts the parser's stack.
    The check uses the stream of events, before any object is built."""
    depth = 0
    for event in yaml.parse(text, _LOADER):
        line = first_line + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.NodeEvent):
            _refuse_node_signs(event, line, diagnostics)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                diagnostics.fail(f"lists and mappings are nested deeper than {DEEPEST} levels", line)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _refuse_node_signs(event: yaml.NodeEvent, line: int, diagnostics: Diagnostics) -> None:
    """Refuse an anchor, an alias and a tag."""
    if event.anchor:
        sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
        diagnostics.fail(
            f"'{sign}{event.anchor}' is a YAML anchor or alias, which is not accepted; write the value out, "
            "or put it in quotes if it is text",
            line,
        )
    if getattr(event, "tag", None) not in {None, "!"}:
        diagnostics.fail("a value here begins with !, which is a sign of YAML's own; put the value in quotes", line)


def read_toml(text: str, first_line: int, diagnostics: Diagnostics) -> tuple[dict[str, Value], dict[Path, int]]:
    """Return the fields in a TOML text, and the line of each."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        message, line = _toml_in_plain_words(str(error), text.split("\n"), line)
        diagnostics.fail(message, line - 1 + first_line)
    except ValueError:  # Python reads no number of more than 4,300 digits
        diagnostics.fail(_NO_NUMBER, first_line)
    except RecursionError:
        diagnostics.fail(f"lists and mappings are nested deeper than {DEEPEST} levels", first_line)
    return _walk(document, text, first_line, diagnostics)


def read_json(text: str, first_line: int, diagnostics: Diagnostics) -> tuple[dict[str, Value], dict[Path, int]]:
    """Return the fields in a JSON text, and the line of each."""
    try:
        document = json.loads(text, object_pairs_hook=partial(_once, first_line=first_line, diagnostics=diagnostics))
    except json.JSONDecodeError as error:
        diagnostics.fail(
            "the front matter in { } cannot be read from here on; check commas and quotation marks, or write "
            "the fields between two lines of ---",
            error.lineno - 1 + first_line,
        )
    except ValueError:  # Python reads no number of more than 4,300 digits
        diagnostics.fail(_NO_NUMBER, first_line)
    except RecursionError:
        diagnostics.fail(f"lists and mappings are nested deeper than {DEEPEST} levels", first_line)
    return _walk(document, text, first_line, diagnostics)


def _once(pairs: list[tuple[str, object]], first_line: int, diagnostics: Diagnostics) -> dict[str, object]:
    """Return the fields of one JSON mapping. Record duplicate names, because JSON would keep only the last one."""
    fields: dict[str, object] = {}
    for name, value in pairs:
        if name in fields:
            diagnostics.error(f"'{name[:60]}' is here a second time; keep one", first_line)
        fields[name] = value
    return fields


def _toml_in_plain_words(problem: str, lines: list[str], number: int) -> tuple[str, int]:
    """Return advice about a line that is not TOML, and its number; the first line is 1."""
    number = min(number, len(lines))
    pair = re.match(r"\s*([\w.-]+)\s*([=:])\s*(\S.*)\Z", lines[number - 1])
    if "overwrite" in problem or "twice" in problem or "mutate" in problem:
        name = f"'{pair[1]}'" if pair else "this field"
        return f"{name} is here a second time; keep one", number
    if "nclosed array" in problem:
        number = _unclosed_line(lines, number)
        return 'the bracket that opens here is not closed, or a comma is missing; write  ["harbour", "budget"]', number
    if pair:
        value = pair[3].strip("\"'").replace("\\", "\\\\").replace('"', '\\"')
        return f'put the value in quotes:  {pair[1]} = "{value[:300]}"', number
    if "Unterminated" in problem or "Illegal character" in problem:
        return "the quotation mark that opens here is never closed; close it", number
    return 'this line cannot be read as a field; write it as  name = "value"', number


def _unclosed_line(lines: list[str], number: int) -> int:
    """Return the number of the nearest line, from this one upwards, that opens a bracket; else this number."""
    opening = (at for at in range(number, 0, -1) if lines[at - 1].count("[") > lines[at - 1].count("]"))
    return next(opening, number)


def _walk(
    document: Mapping[str, object], text: str, first_line: int, diagnostics: Diagnostics
) -> tuple[dict[str, Value], dict[Path, int]]:
    """Return the values of a document as text, and the line of each. The line is found by the field's name."""
    lines: dict[Path, int] = {}
    written = text.split("\n")

    def value(item: object, path: Path) -> Value:
        if len(path) > DEEPEST:
            diagnostics.fail(f"lists and mappings are nested deeper than {DEEPEST} levels", first_line)
        if isinstance(item, Mapping):
            return {name: noted(inner, (*path, name)) for name, inner in item.items()}
        if isinstance(item, list):
            return [noted(inner, (*path, place)) for place, inner in enumerate(item)]
        return _scalar(item, lines[path], diagnostics)

    def noted(item: object, path: Path) -> Value:
        name = path[-1]
        field = re.compile(rf"\s*\[*{{?[\w.\"' -]*\b{re.escape(str(name))}[\"']?\s*[=\]:]")
        found = next((place for place, line in enumerate(written) if field.match(line)), None)
        lines[path] = lines.get(path[:-1], first_line) if found is None else found + first_line
        return value(item, path)

    return {name: noted(item, (name,)) for name, item in document.items()}, lines


def _scalar(item: object, line: int, diagnostics: Diagnostics) -> str | None:
    if item is None:
        return None
    if isinstance(item, datetime | date | time):
        return item.isoformat()
    if isinstance(item, int) and item.bit_length() > 64:
        diagnostics.fail(_NO_NUMBER, line)
    return str(item).lower() if isinstance(item, bool) else str(item)
