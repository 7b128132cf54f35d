"""Comments that writers leave in a text for each other. Readers never see them."""

import re
from collections.abc import Callable

from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.markup.code_spans import Spans

NOTHING = "\x03"
"""Stands where something was left out, so that what is around it is read as it was. No page shows it."""

_LIQUID = re.compile(r"\{%-?\s*endcomment\s*-?%\}")
_KRAMDOWN = re.compile(r"\{:/(?:comment)?\}")
_HUGO = re.compile(r"\{\{[<%]\s*/\s*comment\s*[>%]\}\}")
_HUGO_TEMPLATE = re.compile(r"\*/\s*-?\}\}")
_HTML = re.compile(r"--!?>")
_ENDS: dict[str, tuple[re.Pattern[str], str]] = {
    "html": (_HTML, "-->"),
    "obsidian": (re.compile("%%"), "%%"),
    "kramdown": (_KRAMDOWN, "{:/comment}"),
    "liquid": (_LIQUID, "{% endcomment %}"),
    "line": (re.compile(r"%\}"), "%}"),
    "hugo": (_HUGO, "{{< /comment >}}"),
    "template": (_HUGO_TEMPLATE, "*/}}"),
    "handlebars": (re.compile(r"--\}\}"), "--}}"),
    "nunjucks": (re.compile(r"#\}"), "#}"),
    "mdx": (re.compile(r"\*/\}"), "*/}"),
}
"""The end of a comment, by the system it is written for, and the way to write it."""

_TEMPLATES = (
    r"(?P<liquid>\{%-?\s{0,9}comment\s{0,9}-?%\})|(?P<line>\{%-?\s{0,9}#)|(?P<hugo>\{\{[<%]\s{0,9}comment\s{0,9}[>%]\}\})"
    r"|(?P<template>\{\{-?\s{0,9}/\*)|(?P<handlebars>\{\{!--)|(?P<nunjucks>\{#(?=[\s-]))|(?P<mdx>\{/\*)"
)
_IN_HTML = re.compile(_TEMPLATES)
_IN_MARKDOWN = re.compile(
    rf"(?P<html><!--)|(?P<obsidian>(?<![\d%\\])%%(?!%))|(?P<kramdown>\{{::comment\}})|{_TEMPLATES}"
)
_SIGNS = ("<!--", "%%", "{::", "{{!", "{#", "/*", "comment %", "comment -", "comment >", "{% #", "{%#", "{%-")
"""Texts without any of these have no remarks, and looking closer is slow."""
_SHORT = re.compile(r"<!--?-?>")  # an empty HTML comment


def without_private_comments(
    text: str, first_line: int, diagnostics: Diagnostics, code_of: Callable[[str], Spans], *, is_markdown: bool = True
) -> str:
    """The text without remarks, every other line where it was. One that never ends rejects the upload: nobody
    knows how much of the text belongs to it."""
    opening = _IN_MARKDOWN if is_markdown else _IN_HTML
    found = opening.search(text) if _may_have_comments(text) else None
    if not found:
        return text
    code = code_of(text)
    parts: list[str] = []
    endless: set[str] = set()  # kinds whose end does not follow any more
    place = 0
    while found is not None:
        kind = found.lastgroup or ""
        next_ = _end_if_none(found, code, endless)
        if next_ is None:
            next_ = found.end()
            closing = _ENDS[kind][0].search(text, next_)
            if closing:
                lost = text.count("\n", found.start(), closing.end())
                parts += [text[place : found.start()], "<!---->" if kind == "html" else NOTHING, "\n" * lost]
                place = next_ = closing.end()
            elif kind == "nunjucks":
                endless.add(kind)
            else:
                line = first_line + text.count("\n", 0, found.start())
                diagnostics.error(
                    f"the private remark that begins with {found[0]} never ends; write {_ENDS[kind][1]} where it does",
                    line,
                )
                return "".join([*parts, text[place : found.start()]])
        found = opening.search(text, next_)
    return "".join([*parts, text[place:]])


def _may_have_comments(text: str) -> bool:
    return any(sign in text for sign in _SIGNS)


def _end_if_none(opening: re.Match[str], code: Spans, endless: set[str]) -> int | None:
    """Return the place after an opening that begins no comment; None if it begins one."""
    if opening.start() in code or opening.lastgroup in endless:
        return opening.end()
    short = _SHORT.match(opening.string, opening.start()) if opening.lastgroup == "html" else None
    return short.end() if short else None
