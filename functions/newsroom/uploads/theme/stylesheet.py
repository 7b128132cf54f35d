"""Validation of a theme's style. It may set any look, but it must not make requests or reveal what a form contains."""

import re
from collections.abc import Iterator, Sequence

import tinycss2
from tinycss2 import ast

from newsroom.uploads.diagnostics import Diagnostics

MOST_PROBLEMS = 50  # reported for one file: nobody reads more, and one row stores them
_DEEPEST = 50  # levels of nested brackets
_AT_RULES = frozenset({
    "charset", "container", "counter-style", "font-feature-values", "keyframes", "layer", "media", "page",
    "position-try", "property", "scope", "starting-style", "supports", "view-transition", "-webkit-keyframes",
    "-moz-keyframes", "annotation", "character-variant", "historical-forms", "ornaments", "styleset", "stylistic",
    "swash", "top-left", "top-center", "top-right", "bottom-left", "bottom-center", "bottom-right",
})  # fmt: skip
_REQUESTS = re.compile(r"url|src|image|fade|element|paint|expression|domain|regexp")
"""Parts of the names of all functions that make a request, in every browser and with every prefix."""
_ADDRESS = re.compile(r"//|\\\\|\s*(https?|ftp|wss?|data|blob|file|filesystem|javascript)\s*:", re.IGNORECASE)
_OF_FORMS = frozenset({"action", "checked", "formaction", "selected", "value"})
_COMPARISONS = frozenset({"=", "~=", "|=", "^=", "$=", "*="})


def check(text: str, diagnostics: Diagnostics) -> None:
    """Record everything that a style must not contain, with its line."""
    try:
        rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    except ValueError:  # Python refuses very long numbers as an attack
        diagnostics.fail("this is no CSS: a number in it has thousands of digits")
    for node, depth in _nodes(rules):
        if depth > _DEEPEST:
            diagnostics.error(f"more than {_DEEPEST} brackets stand in each other; write it flatter", node.source_line)
            return
        if problem := _problem(node):
            diagnostics.error(problem, node.source_line)
            if len(diagnostics.problems) == MOST_PROBLEMS:
                return


def _problem(node: ast.Node) -> str:
    match node:
        case ast.ParseError():
            return f"this is no CSS: {node.message}"
        case ast.AtRule(lower_at_keyword="import"):
            return "@import may not stand in a theme; put all rules in this file"
        case ast.AtRule(lower_at_keyword=name) | ast.AtKeywordToken(lower_value=name) if name not in _AT_RULES:
            return f"@{name} may not stand in a theme; leave it out"
        case ast.URLToken():
            return _request_refused("url")
        case ast.FunctionBlock(lower_name=name) if _REQUESTS.search(name):
            return _request_refused(name)
        case ast.StringToken(value=value) if _ADDRESS.match(value) or "//" in value:
            return "an address may not stand in a style; leave it out"
        case ast.SquareBracketsBlock(content=content) if name := _compared(content):
            return f"[{name}…] may not stand in a theme: a style can tell others what a form holds; use a class"
    return ""


def _request_refused(function: str) -> str:
    return (
        f"{function}(…) may not stand in a theme: a style that asks elsewhere tells who reads; "
        "draw with colours and borders"
    )


def _compared(content: list[ast.Node]) -> str:
    """Return the form attribute whose value a selector compares; empty if there is none."""
    names = [node.lower_value for node in content if isinstance(node, ast.IdentToken)]
    compares = any(isinstance(node, ast.LiteralToken) and node.value in _COMPARISONS for node in content)
    return next((name for name in names[:2] if name in _OF_FORMS), "") if compares else ""


def _nodes(rules: Sequence[ast.Node]) -> Iterator[tuple[ast.Node, int]]:
    """Yield every node with its depth, in source order."""
    pending: list[tuple[ast.Node, int]] = [(node, 0) for node in reversed(rules)]
    while pending:
        node, depth = pending.pop()
        yield node, depth
        parts = [inner for part in ("prelude", "content", "arguments") for inner in getattr(node, part, None) or []]
        pending += [(inner, depth + 1) for inner in reversed(parts)]
