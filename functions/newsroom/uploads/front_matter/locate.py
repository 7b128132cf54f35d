"""The top of a file: the place and the format of its front matter.

Front matter is between --- (YAML), between +++ (TOML) or in { } (JSON). Only blank lines, comments and declarations may
come before it. It can also be lines such as `Status: draft`, at the top (Pelican, MultiMarkdown) or below the first
heading (Notion). If text in another place near the top looks like front matter, the upload is rejected, because readers
must never see front matter.
"""

import json
import re
from collections.abc import Collection, Iterator
from html import unescape

from newsroom.uploads.decoding import folded, tidy
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.front_matter.as_written import as_written
from newsroom.uploads.front_matter.formats import Path, Value, read_json, read_toml, read_yaml
from newsroom.uploads.front_matter.front_matter import LARGEST, FrontMatter
from newsroom.uploads.front_matter.property_lines import Block, block_at
from newsroom.uploads.front_matter.visibility import names, understand

_UNSEEN = "\u00ad\u200b-\u200f\u2060\ufeff"
_SKIPPED = re.compile(
    rf"[\s{_UNSEEN}]+|<!--.*?-->|<!doctype\b[^>]{{0,300}}>|<\?xml\b[^>]{{0,300}}\?>", re.IGNORECASE | re.DOTALL
)
_FENCE = re.compile(r"(---|\+\+\+)[ \t]*(ya?ml|toml|json)?\Z", re.IGNORECASE)
_ODD_FENCE = re.compile(r"(?:-{4,}|[—–]{1,3}|={3,}|;;;|-{3}\s*\w{1,12})\Z")
_HEADING = re.compile(r"#{1,2}[ \t]+\S|<h1\b", re.IGNORECASE)
_UNDERLINE = re.compile(r"(?:=+|-{2,})[ \t]*\Z")
_CODE = re.compile(r"[ ]{0,3}(```|~~~)|.{0,200}<pre\b", re.IGNORECASE)
_META = re.compile(r"<meta\b[^>]{0,600}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""\b(name|property|content)\s*=\s*(?:"([^"]{0,300})"|'([^']{0,300})'|([^\s"'>]{1,300}))""", re.IGNORECASE
)
_NOTION = re.compile(r"<table\b[^>]{0,100}\bclass=[\"']?properties\b", re.IGNORECASE)
_ENDS = frozenset({"---", "+++", "..."})
_INDENTED = ("    ", "\t")  # indented like this, a line is code in Markdown
_NEAR = 60  # lines from the top that are searched for front matter
_MOST_COMMENTS = 50  # that are searched for fields
_HEAD = 20_000  # characters of an HTML file that are searched for its <head>


def split_front_matter(text: str, ours: Collection[str], diagnostics: Diagnostics) -> FrontMatter:
    """Return a file's parsed front matter and its body. Raise Rejected if the front matter cannot be parsed.

    ours: the folded names of the fields of such a file, apart from the fields about publication.
    """
    known = names().union(ours)
    start, comments = _preamble(text, known)
    at = text.count("\n", 0, start)
    lines = text.split("\n")
    if start < len(text):
        lines[at] = text[start:].split("\n", 1)[0]
    else:
        at = len(lines)
    front = _fenced(lines, at, known, diagnostics) or _json(text, start, diagnostics)
    if front is None:
        front = _unfenced(lines, at, comments, known, diagnostics) or FrontMatter(body=text)
    elif comments:
        diagnostics.fail(f"the comment holds front matter too, '{comments[0].first}'; write it among the other fields",
                   comments[0].line)  # fmt: skip
    _refuse_leftovers(front, known, diagnostics)
    if diagnostics.key.lower().endswith(".html"):
        _add_meta(front, diagnostics)
    return front


def _bare(line: str) -> str:
    return line.strip(f" \t\xa0{_UNSEEN.replace('-', '')}\u200c\u200d\u200e")


def _preamble(text: str, known: Collection[str]) -> tuple[int, list[Block]]:
    """Return the end of the blank lines, comments and declarations at the top, and the comments that contain fields."""
    place, line, seen, comments = 0, 1, 0, []
    while match := _SKIPPED.match(text, place):
        if match[0].startswith("<!--") and len(match[0]) <= LARGEST and ":" in match[0] and seen < _MOST_COMMENTS:
            seen += 1
            inner = match[0][4:-3].split("\n")
            first = next((at for at, inner_line in enumerate(inner) if inner_line.strip(" \t-")), len(inner))
            block = block_at(inner, first, line)
            if block and block.is_front_matter(known):
                comments.append(block)
        place = match.end()
        line += match[0].count("\n")
    return place, comments


def _fenced(lines: list[str], at: int, known: Collection[str], diagnostics: Diagnostics) -> FrontMatter | None:
    """Return the parsed front matter between fences that begin at a line; None if there is no fence."""
    fence = _bare(lines[at]) if at < len(lines) else ""
    match = _FENCE.match(fence)
    if not match:
        _refuse_odd_fence(fence, lines, at, known, diagnostics)
        return None
    sign = match[1]
    end = _end_of_fenced(lines, at, sign, diagnostics)
    language = (match[2] or {"---": "yaml", "+++": "toml"}[sign]).lower().replace("yml", "yaml")
    values, places = _read(language, "\n".join(lines[at + 1 : end]), at + 2, known, diagnostics)
    return FrontMatter(values, places, "\n".join(lines[end + 1 :]), end + 2)


def _refuse_odd_fence(fence: str, lines: list[str], at: int, known: Collection[str], diagnostics: Diagnostics) -> None:
    """Reject the upload if front matter stands below a line that is not a fence here."""
    block = block_at(lines, at + 1) if _ODD_FENCE.match(fence) else None
    if fence == ";;;" or (block and block.is_front_matter(known)):
        diagnostics.fail(
            f"front matter does not stand below '{fence[:20]}'; write --- above and below its fields", at + 1
        )


def _end_of_fenced(lines: list[str], at: int, sign: str, diagnostics: Diagnostics) -> int:
    """Return the place of the line that closes the front matter opened at a place. Lines count from 1."""
    ends = {"---", "..."} if sign == "---" else {sign}
    size, end = 0, at + 1
    while end < len(lines) and _bare(lines[end]) not in ends and size <= LARGEST:
        size += len(lines[end].encode()) + 1
        end += 1
    if size > LARGEST:
        diagnostics.fail(
            f"the front matter is longer than {LARGEST // 1024} KB, or the {sign} that ends it is missing", at + 1
        )
    if end == len(lines):
        diagnostics.fail(
            f"the front matter opened with {sign} here is never closed; write {sign} after its last field", at + 1
        )
    return end


def _read(
    language: str, text: str, first_line: int, known: Collection[str], diagnostics: Diagnostics
) -> tuple[dict[str, Value], dict[Path, int]]:
    text = re.sub(rf"^[{_UNSEEN}]+", "", text, flags=re.MULTILINE)
    if language == "yaml":
        return read_yaml(as_written(text, first_line, known, diagnostics), first_line, diagnostics)
    return (read_toml if language == "toml" else read_json)(text, first_line, diagnostics)


def _json(text: str, start: int, diagnostics: Diagnostics) -> FrontMatter | None:
    """Return the parsed front matter in braces, as in Hugo; None if the text does not begin with it."""
    if not re.match(r"\{\s*\"", text[start : start + 200]):
        return None
    window, line = text[start : start + LARGEST], text.count("\n", 0, start) + 1
    try:
        _, end = json.JSONDecoder().raw_decode(window)
    except (ValueError, RecursionError):
        end = len(window)
    values, lines = read_json(window[:end], line, diagnostics)
    rest = text[start + end :]
    return FrontMatter(values, lines, rest.lstrip(" \t;").removeprefix("\n"), line + window[:end].count("\n") + 1)


def _unfenced(
    lines: list[str], at: int, comments: list[Block], known: Collection[str], diagnostics: Diagnostics
) -> FrontMatter | None:
    """Return fields in separate lines, in a comment, at the top or below the first heading; None if there are none."""
    if comments:
        return FrontMatter(*comments[0].read(diagnostics), "\n".join(lines[at:]), at + 1)
    for place, below_heading in _places(lines, at, diagnostics.key):
        opened = bool(_FENCE.match(_bare(lines[place])))
        if (block := block_at(lines, place + opened)) is None:
            continue
        closed = block.end < len(lines) and _bare(lines[block.end]) in _ENDS
        if block.is_front_matter(known, marks_only=below_heading and diagnostics.key.lower().endswith(".txt")):
            end = block.end + closed
            kept = [*(lines[:place] if below_heading else [""] * place), *[""] * (end - place), *lines[end:]]
            return FrontMatter(*block.read(diagnostics), "\n".join(kept), 1)
        if doubtful := block.doubtful():
            name, value, line = doubtful
            diagnostics.fail(
                f"'{name}: {value}' looks like front matter and is not understood; write the fields between two "
                "lines of --- at the top, or begin the text with other words",
                line,
            )
    return None


def _places(lines: list[str], at: int, key: str) -> Iterator[tuple[int, bool]]:
    """Yield the places where fields may be without a fence: at the top, and below the first heading."""
    name = key.lower()
    if name.endswith(".html"):
        at = _start_of_html(lines, at)
    if at >= len(lines):
        return
    yield at, False
    below = at + 1
    if not _HEADING.match(lines[at].lstrip()) and not name.endswith(".txt"):
        if below >= len(lines) or not _UNDERLINE.match(lines[below]):
            return
        below += 1
    while below < len(lines) and not _bare(lines[below]):
        below += 1
    if below < len(lines):
        yield below, True


def _start_of_html(lines: list[str], at: int) -> int:
    """Return the place of the first line of HTML below its <head> that has text."""
    head = next((place for place, line in enumerate(lines[: 10 * _NEAR]) if "</head>" in line.lower()), None)
    at = at if head is None else head + 1
    while at < len(lines) and not re.sub(r"<[^>]{0,300}>", "", lines[at]).strip():
        at += 1
    return at


def _refuse_leftovers(front: FrontMatter, known: Collection[str], diagnostics: Diagnostics) -> None:
    """Reject the upload if a part of the text looks like front matter."""
    leftover = next(_leftovers(front, known, diagnostics.key), None)
    if leftover:
        diagnostics.fail(
            f"'{leftover.first}' looks like front matter, and it stands in the text; write the fields between "
            "two lines of --- at the top of the file",
            leftover.line,
        )


def _leftovers(front: FrontMatter, known: Collection[str], key: str) -> Iterator[Block]:
    """Yield the parts of a text that look like front matter: more of them if the file has front matter already."""
    lines = front.body.split("\n", _NEAR)[:_NEAR]
    at = next((place for place, line in enumerate(lines) if _bare(line)), len(lines))
    if front.values:
        for place, _ in _places(lines, at, key):
            block = block_at(lines, place, front.body_line)
            if block and block.holds():
                yield block
    for block in _fenced_blocks(lines, front.body_line):
        if block.holds() if front.values else block.is_front_matter(known):
            yield block


def _fenced_blocks(lines: list[str], first_line: int) -> Iterator[Block]:
    """Yield the runs of fields between two fences in a text. In code there are none."""
    is_code = False
    for place, line in enumerate(lines):
        is_code ^= bool(_CODE.match(line))
        if is_code or line.startswith(_INDENTED) or not _FENCE.match(_bare(line)):
            continue
        block = block_at(lines, place + 1, first_line)
        if block and block.end < len(lines) and _bare(lines[block.end]) in _ENDS:
            yield block


def _add_meta(front: FrontMatter, diagnostics: Diagnostics) -> None:
    """Add the publication fields in an HTML file's <meta>, as Pelican reads them, unless they are silent or public."""
    if notion := _NOTION.search(front.body[:_HEAD]):
        line = front.body_line + front.body.count("\n", 0, notion.start())
        diagnostics.fail(
            "Notion's table of properties is not read; export the page as Markdown, or take the table out and "
            "write its fields between two lines of --- at the top",
            line,
        )
    head = front.body[:_HEAD].partition("</head>")[0]
    for match in _META.finditer(head):
        name, value = _field_of_meta(match[0])
        if folded(name) not in names() or name in front.values:
            continue
        if understand(folded(name), value, "UTC") not in {None, "silent", "public"}:
            front.values[name] = value
            front.lines[name,] = front.body_line + head.count("\n", 0, match.start())


def _field_of_meta(tag: str) -> tuple[str, str]:
    """Return the name and the value in a <meta>."""
    parts = {part[1].lower(): unescape(part[2] or part[3] or part[4] or "") for part in _ATTRIBUTE.finditer(tag)}
    return tidy(parts.get("name") or parts.get("property") or ""), parts.get("content", "")
