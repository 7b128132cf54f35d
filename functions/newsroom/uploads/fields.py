"""The fields of front matter: their names here and in other systems, their validation, and the messages for wrong
values."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationError

from newsroom.names import Written
from newsroom.uploads.decoding import folded, shown, tidy, uncommented
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.field_values import (
    LONGEST_STANDFIRST,
    LONGEST_TITLE,
    Authors,
    TooMany,
    aliases_value,
    authors_value,
    corrections_value,
    flag_value,
    id_value,
    language_value,
    line_reader,
    name_line,
    section_value,
    source_value,
    tags_value,
    web_address,
)
from newsroom.uploads.front_matter.formats import Path, Value
from newsroom.uploads.front_matter.front_matter import FrontMatter
from newsroom.uploads.markup.plain_text import decoded

Title = Annotated[str, BeforeValidator(line_reader(LONGEST_TITLE))]
Line = Annotated[str, BeforeValidator(line_reader(LONGEST_STANDFIRST, lambda text: tidy(decoded(text))))]
Marked = Annotated[str, BeforeValidator(line_reader(LONGEST_STANDFIRST, tidy))]  # may contain Markdown, rendered later
Name = Annotated[str, BeforeValidator(name_line)]
Language = Annotated[str, BeforeValidator(language_value)]
Flag = Annotated[bool, BeforeValidator(flag_value)]
Id = Annotated[str, BeforeValidator(id_value)]

_WRITE_FLAG = "write true or false"
_WRITE_LINE = "write plain text"


class _Fields(BaseModel):
    """A base model. Each description tells the correct form and completes the message about a wrong value."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TextFields(_Fields):
    """The fields of articles and static pages."""

    title: Title = Field("", description=_WRITE_LINE)
    standfirst: Marked = Field("", description=_WRITE_LINE)
    slug: Line = Field("", description="write it as harbour-budget")
    id: Id | None = Field(None, description="write it in small letters, digits and hyphens, as harbour-budget")
    noindex: Flag = Field(False, description=_WRITE_FLAG)
    lang: Language | None = Field(None, description="write a language tag, as en or pt-BR")
    aliases: Annotated[Any, PlainValidator(aliases_value)] = Field(
        default=[], description="write a list of old paths, as /old/harbour/"
    )


class ArticleFields(TextFields):
    """The fields of an article."""

    section: Annotated[Any, PlainValidator(section_value)] = Field(
        default=Written("News", "news"), description="write one name, as World"
    )
    tags: Annotated[Any, PlainValidator(tags_value)] = Field(
        default=[], description="write a list, as [harbour, budget]"
    )
    authors: Annotated[Any, PlainValidator(authors_value)] = Field(
        default=Authors([], []), description="write a name or a list of names"
    )
    source: Annotated[Any, PlainValidator(source_value)] = Field(None, description="write a name or an address")
    source_url: Line = Field("", description="write an address, as https://example.org/story")
    # An image that cannot be shown is left out with a warning, so no value is an error here.
    image: Any = None
    image_alt: Any = None
    image_caption: Any = None
    image_credit: Any = None
    corrections: Annotated[Any, PlainValidator(corrections_value)] = Field(
        default=[], description="write a list of {date: 2026-11-23, text: What was wrong}"
    )
    comments: Flag = Field(True, description=_WRITE_FLAG)


class AuthorFields(_Fields):
    """The fields of a file in authors/."""

    id: Id | None = Field(None, description="write it in small letters, digits and hyphens, as ann-bell")
    name: Name = Field("", description="write the author's name")
    role: Name = Field("", description="write a role, as Political editor")
    bio: Annotated[str, BeforeValidator(line_reader(8_000, tidy))] = Field("", description=_WRITE_LINE)
    url: Annotated[str, BeforeValidator(web_address)] | None = Field(
        None, description="write it as https://example.org/"
    )


ALIASES: dict[str, tuple[str, ...]] = {
    "title": ("headline",),
    "standfirst": ("summary", "description", "deck", "excerpt", "subtitle", "dek"),
    "authors": ("author", "byline"),
    "section": ("category", "categories", "sections"),
    "tags": ("topics", "keywords"),
    "source": ("original_source",),
    "slug": ("url", "permalink"),
    "image": ("featured_image", "hero", "primary_image"),
    "aliases": ("redirect_from", "redirectto"),
    "lang": ("language", "locale"),
}
"""Names in other systems, in lower case, by priority: the first name that has a value is used."""

AUTHOR_ALIASES: dict[str, tuple[str, ...]] = {
    "name": ("title",),
    "role": ("position", "job_title"),
    "bio": ("biography", "description"),
    "url": ("website", "link"),
}

Model = TypeVar("Model", bound=_Fields)


_AS_WRITTEN = frozenset(
    [
        "title",
        "standfirst",
        "section",
        "tags",
        "authors",
        "source",
        "image_alt",
        "image_caption",
        "image_credit",
        "name",
        "role",
        "bio",
    ]
)
"""Text fields, in which ` #` does not begin a comment."""


def _names(aliases: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(folded(name) for field, others in aliases.items() for name in (field, *others))


NAMES, AUTHOR_NAMES = _names(ALIASES), _names(AUTHOR_ALIASES)
"""The folded names, here and in other systems, of the fields that have other names."""

ALL_NAMES = NAMES | {folded(field) for field in ArticleFields.model_fields}
"""The folded names, here and in other systems, of every field of an article."""


def read_fields(
    model: type[Model],
    front: FrontMatter,
    aliases: Mapping[str, tuple[str, ...]],
    zone: str,
    diagnostics: Diagnostics,
    *,
    spent: Collection[str] = (),
) -> tuple[Model, dict[str, int]]:
    """Return the fields of a model from front matter, and the line of each.

    A wrong value is recorded as a problem and its field keeps the default, so that parsing continues.
    One warning lists the unknown fields. spent: the names of fields that have been read already.
    """
    chosen, known = _choose(model, front, aliases, spent)
    lines = {field: front.lines.get((name,), 1) for field, name in chosen.items()}
    _warn_of_unknown(front, known, diagnostics)
    values = {field: _value_of(field, front.values[name]) for field, name in chosen.items()}
    context = {"zone": zone}
    try:
        return model.model_validate(values, context=context), lines
    except ValidationError as error:
        explain(error, model, front.lines, {field: (name,) for field, name in chosen.items()}, diagnostics)
        for part in error.errors(include_url=False):
            values.pop(str(part["loc"][0]), None)
    return model.model_validate(values, context=context), lines


def _choose(
    model: type[Model], front: FrontMatter, aliases: Mapping[str, tuple[str, ...]], spent: Collection[str]
) -> tuple[dict[str, str], set[str]]:
    """Return the name in front matter that each field takes its value from, and every name that is known."""
    written = {folded(name): name for name in reversed(front.values) if name not in spent}
    chosen: dict[str, str] = {}
    known: set[str] = set(spent)
    for field in model.model_fields:
        names = [written[name] for name in map(folded, (field, *aliases.get(field, ()))) if name in written]
        known.update(names)
        filled = next((name for name in names if front.values[name] not in (None, "", [], {})), None)
        if filled is not None:
            chosen[field] = filled
    return chosen, known


def _warn_of_unknown(front: FrontMatter, known: Collection[str], diagnostics: Diagnostics) -> None:
    unknown = [name for name in front.values if name not in known]
    if unknown:
        unknown_names = ", ".join(f"'{name[:60]}'" for name in unknown[:20])
        more = " and more" if len(unknown) > 20 else ""
        diagnostics.warning(f"not used here: {unknown_names}{more}", front.lines.get((unknown[0],)))


def _value_of(field: str, value: Value) -> Value:
    """Return the value of a field without the comment behind it."""
    return uncommented(value) if isinstance(value, str) and field not in _AS_WRITTEN else value


def explain(
    error: ValidationError,
    model: type[BaseModel],
    lines: Mapping[Path, int],
    names: Mapping[str, Path],
    diagnostics: Diagnostics,
) -> None:
    """Record each pydantic error in the paper's own words, once per value."""
    reported: set[Path] = set()
    for part in error.errors(include_url=False):
        loc = tuple(part["loc"])
        path = (*names.get(str(loc[0]), (loc[0],)), *loc[1:])
        while path not in lines and len(path) > 1:
            path = path[:-1]
        if path in reported:
            continue
        reported.add(path)
        written = ".".join(str(step) for step in path if isinstance(step, str))
        reason = part.get("ctx", {}).get("error")
        complaint = str(reason) if isinstance(reason, TooMany) else f"is {shown(part['input'])}; {_hint(model, loc)}"
        diagnostics.error(
            f"'{written}' {complaint}", lines.get(path), ".".join(str(s) for s in loc if isinstance(s, str))
        )


def _hint(model: type[BaseModel], loc: tuple[str | int, ...]) -> str:
    hint = ""
    for step in loc:
        field = model.model_fields.get(str(step))
        if not field:
            break
        hint = field.description or hint
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            model = field.annotation
    return hint or "write it otherwise"
