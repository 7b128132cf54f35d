"""Validation of a theme's template. It checks the source text, so that every problem has a line.

One tokenizer finds the start and the end of code. It refuses source that the engine could tokenize in another way. The
rendered page is checked separately (`newsroom.rendering.theme_safety`).
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import islice

from newsroom.rendering import templating
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.theme.stylesheet import MOST_PROBLEMS

LONGEST_TAG = 400  # characters of one {{ … }} or {% … %}
_MOST_OPERATORS = 20  # in one run
_TAGS = frozenset({"extends", "block", "endblock", "if", "elif", "else", "endif", "for", "endfor", "include", "from"})
_FILTERS = frozenset(templating.FILTERS) | {
    "capitalize", "default", "e", "escape", "first", "join", "last", "length", "lower", "title", "trim", "upper",
}  # fmt: skip
_RENDERED_SAFE = frozenset(
    {"bio", "body", "html", "structured", "words"}
)  # names whose HTML the newsroom itself rendered
_WORDS = frozenset({"and", "or", "not", "in", "if", "else", "is"})

_OPENS = re.compile(r"\{[{%#]")
_ENDS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_NEXT = re.compile(r"\"(?:[^\"\\]|\\.){0,400}+\"|'(?:[^'\\]|\\.){0,400}+'|[}%]\}", re.DOTALL)
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", re.DOTALL)
_DELIMITER = re.compile(r"\{[{%#]|[}%#]\}")
_OPERATORS = re.compile(rf"(?:(?:[-+!<>=/%^|,.:()\[\]]|\bnot\b)\s*){{{_MOST_OPERATORS + 1}}}")
_LOOP = re.compile(r"\s*\w+(?:\s*,\s*\w+)?\s+in\s+(?:\w+\.)*\w+(?:\[:\d+\])?(?:\s+if\s+[\w. ]+)?\s*-?")
_NAME = r"\s*(?:\"[\w.-]+\"|'[\w.-]+')\s*"
_IMPORTED = r"\s*\w+(?:\s+as\s+\w+)?\s*"
_OTHERS = {
    "extends": (re.compile(rf"{_NAME}-?"), '{% extends "base.html" %}'),
    "include": (re.compile(rf"{_NAME}(?:ignore\s+missing\s*)?-?"), '{% include "notice.html" %}'),
    "from": (re.compile(rf"{_NAME}import\s{_IMPORTED}(?:,{_IMPORTED})*-?"), '{% from "parts.html" import byline %}'),
}
"""The form of a tag that names another template, and an example."""
_HTML = {
    r"<\s*(script(?! type=\"application/ld\+json\")|style|iframe|object|embed|base)\b": "no <{0}> may stand in a "
    "theme: readers' browsers would refuse it; write rules in theme/style.css, and leave what runs out",
    r"\s(on\w+|style|srcdoc|formaction)\s*=": "the attribute '{0}' may not stand in a theme: readers' browsers would "
    "refuse it; write rules in theme/style.css, and leave what runs out",
    r"<link\b[^<>]*\bhref\s*=\s*[\"']?(https?:|//)": "a theme links to nothing elsewhere ('{0}'): readers' browsers "
    "would refuse it, and nobody is told who reads the paper; use theme/style.css",
    r"\b(javascript|data)\s*:": "the address '{0}:' may not stand in a theme; lead to a page",
}
"""HTML that a template must not contain, and the advice for each. The check of the rendered page finds all of it in any
spelling; the check here adds the line."""


@cache
def macros() -> frozenset[str]:
    """List the built-in macros that a template can call."""
    return frozenset(
        name
        for path in templating.TEMPLATES.glob("*.html")
        for name in re.findall(r"\{% macro (\w+)", path.read_text(encoding="utf-8"))
    )


def check(text: str, diagnostics: Diagnostics) -> None:
    """Record everything that a template must not contain, with its line."""
    for problem, at in islice(_problems(text), MOST_PROBLEMS):
        diagnostics.error(problem, text.count("\n", 0, at) + 1)


def _problems(text: str) -> Iterator[tuple[str, int]]:
    """Yield every problem and its position."""
    for pattern, advice in _HTML.items():
        for found in re.finditer(pattern, text, re.IGNORECASE):
            yield advice.format(found[1].strip().lower()), found.start()
    callable_names = macros() | {"super"} | set(re.findall(r"\bas\s+(\w+)", text))
    for opened, code, at in _code(text):
        yield from ((problem, at) for problem in _problems_of_code(opened, code, callable_names))


def _code(text: str) -> Iterator[tuple[str, str | None, int]]:
    """Yield each piece of code: its opening sign, its content (None if it never ends) and its position."""
    at = 0
    while opened := _OPENS.search(text, at):
        kind, start = opened[0], opened.end()
        if kind == "{#":
            end = text.find("#}", start)
        else:
            end = next((match.start() for match in _NEXT.finditer(text, start) if match[0].endswith("}")), -1)
        if end < 0:
            yield kind, None, opened.start()
            return
        stray = "" if text.startswith(_ENDS[kind], end) else "}"  # a wrong end stays in, to be refused
        yield kind, text[start:end] + stray, opened.start()
        at = end + 2


def _problems_of_code(opened: str, code: str | None, callable_names: AbstractSet[str]) -> Iterator[str]:
    """Yield the problems of one piece of code."""
    if code is None:
        yield f"syntax error: '{opened}' is never closed; end it with '{_ENDS[opened]}'"
    elif opened == "{#":
        return
    elif len(code) > LONGEST_TAG:
        yield f"'{opened}' holds {len(code):,} characters; {LONGEST_TAG} is the most, so write it in parts"
    elif any(_DELIMITER.search(quoted) for quoted in _QUOTED.findall(code)):
        yield "a text in quotes may hold no braces; write it outside of them"
    elif _OPERATORS.search(_QUOTED.sub("''", code)):
        yield f"more than {_MOST_OPERATORS} signs stand together; leave them out"
    elif opened == "{{":
        yield from _problems_of_value(code, callable_names)
    elif tag := re.match(r"[-+]?\s*(\w+)", code):
        yield from _problems_of_tag(tag[1], code[tag.end() :])
    else:
        yield "'{% %}' has to begin with a word"


def _problems_of_tag(tag: str, rest: str) -> Iterator[str]:
    """Yield the problems of one `{% … %}`."""
    plain = _QUOTED.sub("''", rest)
    if tag not in _TAGS:
        yield f"'{{% {tag} %}}' may not stand in a theme; it may use {', '.join(sorted(_TAGS))}"
    elif tag in {"if", "elif"}:
        yield from _problems_of_value(rest, frozenset())
    elif tag in _OTHERS:
        form, example = _OTHERS[tag]
        if not form.fullmatch(rest):
            yield f"'{tag}' names another template by its name alone, as  {example}"
    elif tag == "for":
        if not _LOOP.fullmatch(plain):
            yield "a loop goes over a list of the page, as  {% for entry in entries %}"
        for name in _RENDERED_SAFE.intersection(re.findall(r"\w+", plain.partition(" in ")[0])):
            yield f"'{name}' is a name the newsroom has given already; call it otherwise"
    elif not re.fullmatch(r"[\s\w-]*", rest):
        yield f"'{tag}' takes a name and nothing more"


def _problems_of_value(code: str, callable_names: AbstractSet[str]) -> Iterator[str]:
    """Yield the problems of one `{{ … }}`, or of a condition."""
    plain = _QUOTED.sub("''", code)
    if plain.replace("''", "").count("'") or '"' in plain:
        yield "a text in quotes may hold no braces; write it outside of them"
        return
    if found := re.search(r"[~*{}]|\([^)]*\(", plain):
        yield f"'{found[0]}' may not stand in a theme: it can make much of little"
    yield from _problems_of_names(plain, code, callable_names)


def _problems_of_names(plain: str, code: str, callable_names: AbstractSet[str]) -> Iterator[str]:
    """Yield the problems of the functions and filters in a value. plain: the code with its texts left out."""
    for name in re.findall(r"(\w+)\s*\(", plain):
        if name not in callable_names | _WORDS:
            yield f"'{name}()' is nothing a theme can call here; it can call {', '.join(sorted(macros()))}"
    for name in re.findall(r"\|\s*(\w+)", plain):
        if name not in _FILTERS:
            yield f"there is no filter '{name}' for themes; there are {', '.join(sorted(_FILTERS))}"
    for name in re.findall(r"([^\s|.]*)\s*\|\s*safe\b", plain):
        if name not in _RENDERED_SAFE:
            yield f"'{name or code.strip()}' is not safe as it is; leave '|safe' out"
