"""A theme's own style, checked: it may look as it likes, ask nothing of anybody, and tell nobody what a form holds."""

import re
from collections.abc import Iterator, Sequence

import tinycss2
from tinycss2 import ast

from newsroom.uploads.diagnostics import Diagnostics

MOST_PROBLEMS = 50  # of one file that are told: nobody reads more, and they stand in one row
_DEEPEST = 50  # brackets in brackets
_AT_RULES = frozenset({
    "charset", "container", "counter-style", "font-feature-values", "keyframes", "layer", "media", "page",
    "position-try", "property", "scope", "starting-style", "supports", "view-transition", "-webkit-keyframes",
    "-moz-keyframes", "annotation", "character-variant", "historical-forms", "ornaments", "styleset", "stylistic",
    "swash", "top-left", "top-center", "top-right", "bottom-left", "bottom-center", "bottom-right",
})  # fmt: skip
_ASKS = re.compile(r"url|src|image|fade|element|paint|expression|domain|regexp")
"""In the name of every function by which a style can ask for something, of all browsers and of any prefix."""
_AN_ADDRESS = re.compile(r"//|\\\\|\s*(https?|ftp|wss?|data|blob|file|filesystem|javascript)\s*:", re.IGNORECASE)
_OF_FORMS = frozenset({"action", "checked", "formaction", "selected", "value"})
_COMPARISONS = frozenset({"=", "~=", "|=", "^=", "$=", "*="})


def check(text: str, diagnostics: Diagnostics) -> None:
    """Note everything that may not stand in a style, by its line."""
    try:
        rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    except ValueError:  # of a number that Python takes for an attack
        diagnostics.fail("this is no CSS: a number in it has thousands of digits")
    for node, depth in _nodes(rules):
        if depth > _DEEPEST:
            diagnostics.error(f"more than {_DEEPEST} brackets stand in each other; write it flatter", node.source_line)
            return
        if trouble := _trouble(node):
            diagnostics.error(trouble, node.source_line)
            if len(diagnostics.problems) == MOST_PROBLEMS:
                return


def _trouble(node: ast.Node) -> str:
    match node:
        case ast.ParseError():
            return f"this is no CSS: {node.message}"
        case ast.AtRule(lower_at_keyword="import"):
            return "@import may not stand in a theme; put all rules in this file"
        case ast.AtRule(lower_at_keyword=name) | ast.AtKeywordToken(lower_value=name) if name not in _AT_RULES:
            return f"@{name} may not stand in a theme; leave it out"
        case ast.URLToken():
            return _asks("url")
        case ast.FunctionBlock(lower_name=name) if _ASKS.search(name):
            return _asks(name)
        case ast.StringToken(value=value) if _AN_ADDRESS.match(value) or "//" in value:
            return "an address may not stand in a style; leave it out"
        case ast.SquareBracketsBlock(content=content) if name := _compared(content):
            return f"[{name}…] may not stand in a theme: a style can tell others what a form holds; use a class"
    return ""


def _asks(function: str) -> str:
    return (
        f"{function}(…) may not stand in a theme: a style that asks elsewhere tells who reads; "
        "draw with colours and borders"
    )


def _compared(content: list[ast.Node]) -> str:
    """The attribute of a form whose value a selector looks at; empty where there is none."""
    names = [node.lower_value for node in content if isinstance(node, ast.IdentToken)]
    compares = any(isinstance(node, ast.LiteralToken) and node.value in _COMPARISONS for node in content)
    return next((name for name in names[:2] if name in _OF_FORMS), "") if compares else ""


def _nodes(found: Sequence[ast.Node]) -> Iterator[tuple[ast.Node, int]]:
    """Every node with its depth, in the order they are written."""
    ahead: list[tuple[ast.Node, int]] = [(node, 0) for node in reversed(found)]
    while ahead:
        node, depth = ahead.pop()
        yield node, depth
        parts = [inner for part in ("prelude", "content", "arguments") for inner in getattr(node, part, None) or []]
        ahead += [(inner, depth + 1) for inner in reversed(parts)]
