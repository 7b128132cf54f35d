"""Template rendering. The templates use only features that Jinja2 also supports."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from minijinja import Environment, TemplateError, load_from_path

from newsroom.rendering import dates, languages

TEMPLATES = Path(__file__).parent / "templates"
_UNPRINTABLE = bytes({*range(0x20), 0x7F} - {*b"\t\n\r"})  # XML parsers reject them, and HTML checkers report them
_NONCHARACTERS = ("\ufffe", "\uffff")
_JSON_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_WORDS_A_MINUTE = 230

Theme = tuple[tuple[str, str], ...]
"""A paper's own templates, by name; each replaces ours."""
FUEL = 100_000  # instructions for one page of a theme; the longest of ours takes a tenth of it

TemplateValue = Any
"""A value that a template shows: the engine converts whatever it is given."""
Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
JsonObject = dict[str, Json]


def render_template(template: str, /, **values: TemplateValue) -> bytes:
    """Render a template with the values, as UTF-8 without characters that break parsers.

    Every value except Markup is escaped: no template can declare a value safe.
    """
    return _printable(_environment().render_template(template, **values))


def render_with_theme(
    template: str, theme: Theme, /, *, paper: Mapping[str, object], edition: int | None, **values: TemplateValue
) -> tuple[bytes, str]:
    """Render with a paper's own templates. If they fail, render with ours and also return the reason.

    The result always contains the edition, and never a part that theme_safety forbids.
    """
    problem = ""
    if theme:
        try:
            text = _theme_environment(theme).render_template(template, paper=paper, edition=edition, **values)
        except TemplateError as error:
            problem = f"{error.name}, line {error.line}: {error.message}"
        else:
            page = _printable(text)
            location = str(values["location"]) if template == "redirect.html" else ""
            problem = _problem_of(page, template, edition, str(paper["base_url"]), location)
            if not problem:
                return page, ""
    return render_template(template, paper=paper, edition=edition, **values), problem


def _problem_of(page: bytes, template: str, edition: int | None, base_url: str, location: str) -> str:
    """Return the reason why a page of a theme may not be shown; empty if there is none."""
    if f'<meta name="edition" content="{edition}">'.encode() not in page:
        return 'base.html has to keep  <meta name="edition" content="{{ edition }}">'
    from newsroom.rendering import theme_safety  # late, because only papers with a theme need its parser

    problem = next(theme_safety.unsafe_parts(page.decode(), base_url, location), "")
    return f"a page that {template} draws: {problem}" if problem else ""


def _printable(text: str) -> bytes:
    # The engine escapes slashes too. In escaped text `&#x2f;` can mean nothing else, and plain ones keep pages small.
    for noncharacter in _NONCHARACTERS:
        if noncharacter in text:
            text = text.replace(noncharacter, "")
    return text.replace("&#x2f;", "/").encode().translate(None, _UNPRINTABLE)


def json_text(value: Json, *, indent: int | None = None) -> str:
    """Return JSON that is safe anywhere: it cannot end a script element or a line of a script."""
    separators = None if indent else (",", ":")
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    for character, escape in _JSON_ESCAPES.items():
        text = text.replace(character, escape)
    return text


def reading_minutes(words: int) -> int:
    """Return the reading time of a text of `words` words, in whole minutes, at least one."""
    return max(1, -(-words // _WORDS_A_MINUTE))


FILTERS: dict[str, Callable[..., object]] = {
    "in_words": dates.in_words,
    "day": dates.day_in_words,
    "month_name": dates.month_name,
    "rss_date": dates.for_rss,
    "direction": languages.direction,
    "minutes": reading_minutes,
    "safe": lambda value: value,  # replaces the engine's own, for older themes that still use it
}
"""The filters that templates may use."""


@cache
def _environment() -> Environment:
    return _new_environment(load_from_path(TEMPLATES))


@lru_cache(maxsize=2)
def _theme_environment(theme: Theme) -> Environment:
    own, built_in = dict(theme), load_from_path(TEMPLATES)
    return _new_environment(lambda name: own.get(name) or built_in(name), FUEL)


def _new_environment(loader: Callable[[str], str | None], fuel: int | None = None) -> Environment:
    return Environment(
        loader=loader,
        fuel=fuel,
        filters=FILTERS,
        undefined_behavior="strict",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
