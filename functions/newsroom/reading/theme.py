"""A paper's own templates and style, checked before they are in force.

Whoever uploads them may make every page ugly, and no page unsafe or dear: nothing but what the newsroom
drew safe is written unescaped, nothing runs, nothing is taken from elsewhere but pictures, and no way is
left to make much of little. What a check here does not foresee, a page that fails with its theme meets: it
is drawn with the built-in one.
"""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cache

import tinycss2
from tinycss2 import ast

from newsroom.drawing import press, specimens
from newsroom.drawing.stylesheet import OWN_STYLE
from newsroom.reading.proof import Proof
from newsroom.site import Site

LARGEST = 32 * 1024  # bytes of one file
MOST = 96 * 1024  # of all a theme's files: they stand in one row, with the settings
_MOST_BODIES = 3  # how often one page may hold a text
_LARGEST_PAGE = 1_000_000  # characters of a specimen
_TAGS = frozenset({"extends", "block", "endblock", "if", "elif", "else", "endif", "for", "endfor", "include", "from"})
_FILTERS = frozenset(press.FILTERS) | {
    "capitalize", "default", "e", "escape", "first", "join", "last", "length", "lower", "safe", "title", "trim",
    "upper",
}  # fmt: skip
_DRAWN_SAFE = frozenset({"bio", "body", "html", "structured", "words"})  # what the newsroom itself made HTML of
_WORDS = frozenset({"and", "or", "not", "in", "if", "else", "is"})

_CODE = re.compile(r"\{#.*?#\}|\{\{(.*?)\}\}|\{%[-+]?\s*(\w+)(.*?)%\}", re.DOTALL)
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_LOOP = re.compile(r"\s*\w+(?:\s*,\s*\w+)?\s+in\s+(?:\w+\.)*\w+(?:\[:\d+\])?(?:\s+if\s+[\w. ]+)?\s*-?")
_HTML = {
    r"<\s*(script(?! type=\"application/ld\+json\")|style|iframe|object|embed|base)\b": "no <{0}> may stand in a "
    "theme: readers' browsers would refuse it; write rules in theme/style.css, and leave what runs out",
    r"\s(on\w+|style|srcdoc|formaction)\s*=": "the attribute '{0}' may not stand in a theme: readers' browsers would "
    "refuse it; write rules in theme/style.css, and leave what runs out",
    r"<link\b[^>]*\bhref\s*=\s*[\"']?(https?:|//)": "a theme links to nothing elsewhere ('{0}'): readers' browsers "
    "would refuse it, and nobody is told who reads the paper; use theme/style.css",
    r"(javascript|data)\s*:": "the address '{0}:' may not stand in a theme; lead to a page",
}
"""What may not stand in a template, and what to do instead."""


@cache
def names() -> tuple[str, ...]:
    """The files a theme may have: a template for each kind of page, and the style."""
    libraries = {"parts.html", "discussion.html"}
    return (*sorted({path.name for path in press.TEMPLATES.glob("*.html")} - libraries), OWN_STYLE)


@cache
def _macros() -> frozenset[str]:
    return frozenset(
        name
        for path in press.TEMPLATES.glob("*.html")
        for name in re.findall(r"\{% macro (\w+)", path.read_text(encoding="utf-8"))
    )


def read(text: str, site: Site, proof: Proof) -> tuple[str, str]:
    """The name of the part and its text, as a file `theme/…` has it.

    site: the settings in force, with the rest of the theme. Notes everything found wrong, by line.
    """
    name = proof.key.partition("/")[2]
    if name not in names():
        proof.stop(f"a theme has no such part; it may have {', '.join(f'theme/{each}' for each in names())}")
    whole = sum(len(part.encode()) for other, part in site["theme"].items() if other != name)
    if len(text.encode()) > LARGEST:
        proof.stop(f"the file is longer than {LARGEST // 1024} KB")
    if whole + len(text.encode()) > MOST:
        proof.stop(f"with this file the theme is larger than {MOST // 1024} KB; make another part of it shorter")
    if name == OWN_STYLE:
        _check_style(text, proof)
    else:
        _check_template(text, proof)
        proof.close()
        _try_out(name, {**site, "theme": {**site["theme"], name: text}}, proof)
    return name, text


def _check_style(text: str, proof: Proof) -> None:
    for node in _nodes(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)):
        match node:
            case ast.ParseError():
                proof.refuse(f"this is no CSS: {node.message}", node.source_line)
            case ast.AtRule(lower_at_keyword="import"):
                proof.refuse("@import may not stand in a theme; put all rules in this file", node.source_line)
            case ast.URLToken() | ast.FunctionBlock(lower_name="url"):
                proof.refuse("url(…) may not stand in a theme: a style that asks elsewhere tells who reads; "
                             "draw with colours and borders", node.source_line)  # fmt: skip


def _nodes(found: Iterable[ast.Node]) -> Iterator[ast.Node]:
    for node in found:
        yield node
        for part in ("prelude", "content", "arguments"):
            yield from _nodes(getattr(node, part, None) or [])


def _check_template(text: str, proof: Proof) -> None:
    for pattern, advice in _HTML.items():
        for found in re.finditer(pattern, text, re.IGNORECASE):
            proof.refuse(advice.format(found[1].strip().lower()), _line(text, found.start()))
    callable_names = _macros() | {"super"} | set(re.findall(r"\w+\s+as\s+(\w+)", text))
    for found in _CODE.finditer(text):
        written, tag, rest = found.groups()
        for trouble in _trouble_of_tag(tag, rest) if tag else _trouble_of_value(written or "", callable_names):
            proof.refuse(trouble, _line(text, found.start()))


def _trouble_of_tag(tag: str, rest: str) -> Iterator[str]:
    """What is wrong with one `{% … %}`."""
    plain = _QUOTED.sub("''", rest)
    if tag not in _TAGS:
        yield f"'{{% {tag} %}}' may not stand in a theme; it may use {', '.join(sorted(_TAGS))}"
    elif tag in {"if", "elif"}:
        yield from _trouble_of_value(rest, frozenset())
    elif tag == "for":
        if not _LOOP.fullmatch(plain):
            yield "a loop goes over a list of the page, as  {% for entry in entries %}"
        for name in _DRAWN_SAFE.intersection(re.findall(r"\w+", plain.partition(" in ")[0])):
            yield f"'{name}' is a name the newsroom has given already; call it otherwise"


def _trouble_of_value(code: str, callable_names: AbstractSet[str]) -> Iterator[str]:
    """What is wrong with one `{{ … }}`, or with a condition."""
    plain = _QUOTED.sub("''", code)
    if plain.replace("''", "").count("'") or '"' in plain:
        yield "a text in quotes may hold no braces; write it outside of them"
        return
    if found := re.search(r"[~*{}]|\([^)]*\(", plain):
        yield f"'{found[0]}' may not stand in a theme: it can make much of little"
    for name in re.findall(r"(\w+)\s*\(", plain):
        if name not in callable_names | _WORDS:
            yield f"'{name}()' is nothing a theme can call here; it can call {', '.join(sorted(_macros()))}"
    for name in re.findall(r"\|\s*(\w+)", plain):
        if name not in _FILTERS:
            yield f"there is no filter '{name}' for themes; there are {', '.join(sorted(_FILTERS))}"
    for name in re.findall(r"([^\s|.]*)\s*\|\s*safe\b", plain):
        if name not in _DRAWN_SAFE:
            yield f"'{name or code.strip()}' is not safe as it is; leave '|safe' out"


def _try_out(name: str, site: Site, proof: Proof) -> None:
    """Draw one page of each kind with the theme as it would be."""
    for drawn in specimens.all_drawn(site):
        if drawn.fault:
            line = re.match(rf"{re.escape(name)}, line (\d+)", drawn.fault)
            proof.stop(drawn.fault, int(line[1]) if line else None)
        text = drawn.body.decode()
        if text.count(specimens.BODY) > _MOST_BODIES or len(text) > _LARGEST_PAGE:
            proof.stop("a page holds its text more often than anybody would read it; show it once")


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
