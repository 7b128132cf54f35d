"""The press: fills the templates of the newsroom. They keep to what Jinja2 understands too."""

import json
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from minijinja import Environment, TemplateError, load_from_path

from newsroom.rendering import dates, languages

TEMPLATES = Path(__file__).parent / "templates"
_UNPRINTABLE = bytes({*range(0x20), 0x7F} - {*b"\t\n\r"})  # no XML reader takes them, no HTML checker likes them
_NONCHARACTERS = ("\ufffe", "\uffff")
_JSON_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_WORDS_A_MINUTE = 230


Theme = tuple[tuple[str, str], ...]
"""A paper's own templates, by name; each stands in the place of ours."""
FUEL = 100_000  # instructions for one page of a theme; the longest of ours takes a tenth of it


def render_template(template: str, /, **values: Any) -> bytes:
    """The page a template makes of the values, as UTF-8 without characters that break readers.

    Every value is escaped, but those that come as Markup: no template can declare one safe.
    """
    return _printable(_environment().render_template(template, **values))


def render_with_theme(template: str, theme: Theme, /, **values: Any) -> tuple[bytes, str]:
    """The same by a paper's own templates, and why they could not be used, if so: then ours are.

    Whatever a theme does, the edition stands in the page, and nothing that a page may not do.
    """
    if not theme:
        return render_template(template, **values), ""
    try:
        page = _printable(_dressed(theme).render_template(template, **values))
    except TemplateError as problem:
        return render_template(template, **values), f"{problem.name}, line {problem.line}: {problem.message}"
    mark = f'<meta name="edition" content="{values["edition"]}">'
    if mark.encode() not in page:
        return render_template(
            template, **values
        ), 'base.html has to keep  <meta name="edition" content="{{ edition }}">'
    from newsroom.rendering import theme_safety  # which brings a parser that only papers with a theme need

    location = values["location"] if template == "redirect.html" else ""
    if trouble := next(theme_safety.unsafe_parts(page.decode(), values["paper"]["base_url"], location), ""):
        return render_template(template, **values), f"a page that {template} draws: {trouble}"
    return page, ""


def _printable(text: str) -> bytes:
    # The engine escapes slashes too. In escaped text `&#x2f;` can mean nothing else, and plain ones keep pages small.
    for noncharacter in _NONCHARACTERS:
        if noncharacter in text:
            text = text.replace(noncharacter, "")
    return text.replace("&#x2f;", "/").encode().translate(None, _UNPRINTABLE)


def json_text(value: object, *, indent: int | None = None) -> str:
    """JSON that can stand anywhere: nothing in it can end a script element or a line of a script."""
    separators = None if indent else (",", ":")
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    for character, escape in _JSON_ESCAPES.items():
        text = text.replace(character, escape)
    return text


def reading_minutes(words: int) -> int:
    """How long a text of so many words takes, in whole minutes, at least one."""
    return max(1, -(-words // _WORDS_A_MINUTE))


FILTERS: dict[str, Callable[[Any], Any]] = {
    "in_words": dates.in_words,
    "day": dates.day_in_words,
    "month_name": dates.month_name,
    "rss_date": dates.for_rss,
    "direction": languages.direction,
    "minutes": reading_minutes,
    "safe": lambda value: value,  # in the place of the engine's own, for themes written when it was of use
}
"""What the templates may ask of a value."""


@cache
def _environment() -> Environment:
    return _made(load_from_path(TEMPLATES))


@lru_cache(maxsize=2)
def _dressed(theme: Theme) -> Environment:
    own, built_in = dict(theme), load_from_path(TEMPLATES)
    return _made(lambda name: own.get(name) or built_in(name), FUEL)


def _made(loader: Callable[[str], str | None], fuel: int | None = None) -> Environment:
    return Environment(
        loader=loader,
        fuel=fuel,
        filters=FILTERS,
        undefined_behavior="strict",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
