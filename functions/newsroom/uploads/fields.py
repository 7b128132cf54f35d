"""The fields of front matter: their names here and in other systems, their validation, and the messages for wrong
values."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Annotated, Any, NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationError, ValidationInfo

from newsroom import urls
from newsroom.article import Correction, Source
from newsroom.html_links import path_of_link
from newsroom.names import Written, fold, is_id
from newsroom.slugs import distinct_slug
from newsroom.uploads import bylines
from newsroom.uploads.decoding import folded, shown, tidy, uncommented
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.front_matter.dates import read_moment
from newsroom.uploads.front_matter.formats import Path
from newsroom.uploads.front_matter.front_matter import FrontMatter
from newsroom.uploads.markup.plain_text import decoded, line_of, unnested
from newsroom.web_addresses import is_web_address

LONGEST_TITLE = 300
LONGEST_STANDFIRST = 2_000
LONGEST_NAME = 120  # of a section, tag, author or source
MOST_TAGS, MOST_AUTHORS, MOST_ALIASES, MOST_CORRECTIONS = 20, 10, 20, 50
LONGEST_ADDRESS = 900  # bytes; an S3 key can have 1,024

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*\Z")
_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\Z", re.IGNORECASE)
_OLD_PAGE = re.compile(r"\.(?:[xs]?html?|php\d?|phtml|aspx?|jspx?|cfml?|cgi|pl|do|page)\Z", re.IGNORECASE)
_T = TypeVar("_T")


def web_address(value: object) -> str:
    """Return an http or https address; raise ValueError for anything else."""
    text = tidy(decoded(value)) if isinstance(value, str) else ""
    # A theme may write the address into a style between single quotes.
    if not is_web_address(text) or "'" in text:
        raise ValueError(value)
    return text


def host_of(url: str) -> str:
    """Return the host of an http address without `www.`, as readers know it."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


def site_path(text: str, base_url: str) -> str | None:
    """Return the address on this site for an old path; None if the path is not on this site."""
    link_path = path_of_link(text, base_url)
    if not link_path:
        return None
    path = re.sub(r"/{2,}", "/", tidy(unquote(link_path))).removesuffix("index.html")
    parts = path.strip("/").split("/")
    if not {".", ".."}.isdisjoint(parts) or parts[0] in urls.RESERVED or len(path.encode()) > LONGEST_ADDRESS:
        return None
    return path if urls.parse_path(path).kind == "text" else None


def is_files(address: str) -> bool:
    """Return True if an old address names a file and not a page. The file may be one of the owner's."""
    return not address.endswith("/") and not _OLD_PAGE.search(address)


class _TooMany(ValueError):
    """A value over a field's limit. The error text completes a sentence that begins with the field."""

    def __init__(self, count: int, most: int, things: str = "entries") -> None:
        super().__init__(f"has {count:,} {things}; {most:,} is the most")


def _line(most: int, clean: Callable[[str], str] = line_of) -> Callable[[object], str]:
    def read(value: object) -> str:
        value = unnested(value)
        if not isinstance(value, str):
            raise ValueError(value)
        text = clean(value)
        if len(text) > most:
            raise _TooMany(len(text), most, "characters")
        return text

    return read


_name = _line(LONGEST_NAME)


def _items(value: object, most: int, split: Callable[[str], list[str]] | None = None) -> list[Any]:
    """Return a value, or a list of values, as a list without the empty ones."""
    value = unnested(value)
    if isinstance(value, str):
        value = split(value) if split else [value]
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        raise ValueError(value)  # noqa: TRY004, RUF100 - pydantic takes no TypeError
    filled = [item for item in value if item not in (None, "", [], {})]
    if len(filled) > most:
        raise _TooMany(len(filled), most)
    return filled


def _distinct(items: list[_T], key: Callable[[_T], str]) -> list[_T]:
    return list({key(item): item for item in reversed(items)}.values())[::-1]


def _tags(value: object) -> list[Written]:
    items = _items(value, MOST_TAGS, lambda text: line_of(text).split(","))
    names = [_name(name) for item in items for name in _hashtags(item)]
    terms = _distinct([_tag(name) for name in names if name], lambda term: fold(term.name))
    if len(terms) > MOST_TAGS:
        raise _TooMany(len(terms), MOST_TAGS)
    return terms


def _hashtags(item: object) -> list[object]:
    """Return `harbour` for `#harbour`, and two tags for `#harbour #ice`."""
    words = line_of(item).split() if isinstance(item, str) else []
    if not words or not words[0].startswith("#"):
        return [item]
    tags = words if all(word.startswith("#") for word in words) else [" ".join(words)]
    return [tag if tag.lstrip("#").isdigit() else tag.lstrip("#") for tag in tags]


def _tag(name: str) -> Written:
    return Written(name, name if is_id(name) else "")


def _section(value: object) -> Written:
    names = _items(value, 1000)
    name = _name(names[0]) if names else ""
    if not name:
        raise ValueError(value)
    shown = name.replace("-", " ") if is_id(name) else name
    return Written(shown[0].upper() + shown[1:], name if is_id(name) else "")


def byline(name: str) -> Written:
    """Return an author as written. An id such as mel-choyce is shown as Mel Choyce; a single word stays the same."""
    shown = " ".join(part.capitalize() for part in name.split("-")) if is_id(name) and "-" in name else name
    return Written(tidy(shown) or name, name if is_id(name) else "")


class Authors(NamedTuple):
    """The authors in a file, and the remarks about them for its writer."""

    people: list[Written]
    remarks: list[str]


def authors_of(text: str, *, of_list: bool = False) -> Authors:
    """Return the authors in a byline, or in one entry of a list of authors."""
    names, remarks = bylines.parse_byline(line_of(text), of_list=of_list)
    return Authors([byline(_name(name)) for name in names], remarks)


def _authors(value: object) -> Authors:
    people: list[Written] = []
    remarks: list[str] = []
    is_list = isinstance(unnested(value), list)
    for item in _items(value, MOST_AUTHORS):
        if isinstance(item, dict):
            given = item.get("id") or item.get("slug")
            parsed = authors_of(_name(item.get("name") or given), of_list=True)
            remarks += parsed.remarks
            is_one = given and len(parsed.people) == 1
            people += [Written(parsed.people[0].name, distinct_slug(_name(given)))] if is_one else parsed.people
        elif isinstance(item, str):
            parsed = authors_of(item, of_list=is_list)
            people += parsed.people
            remarks += parsed.remarks
        else:
            raise ValueError(value)
    if len(people) > MOST_AUTHORS:
        raise _TooMany(len(people), MOST_AUTHORS)
    return Authors(
        _distinct([person for person in people if person.name], lambda person: person.id or fold(person.name)), remarks
    )


def _source(value: object) -> Source:
    if isinstance(value, dict):
        name, url = value.get("name") or value.get("title"), value.get("url")
        return source_of(_name(name or url), _name_or_url(url) if url else None)
    return source_of(_name_or_url(value), None)


_name_or_url = _line(2_000)
_address = _line(2_000, lambda text: tidy(decoded(text)))


def source_of(name: str, url: str | None) -> Source:
    """Return a source from the given values. An address is never made from a name or a bare host."""
    for candidate in (url, name):
        try:
            address = web_address(candidate)
        except ValueError:
            continue
        return {"name": host_of(address) if name in (candidate, "") else name, "url": address}
    return {"name": name or url or "", "url": None}


def is_host(text: str) -> bool:
    """Return True if a text is a bare host, as vietnews.example."""
    return bool(_HOST.match(text))


def _corrections(value: object, info: ValidationInfo[dict[str, str]]) -> list[Correction]:
    corrections: list[Correction] = []
    for item in _items(value, MOST_CORRECTIONS):
        if not isinstance(item, dict) or not item.get("text"):
            raise ValueError(value)
        corrections.append(
            {"date": read_moment(item.get("date"), info.context["zone"]), "text": _line(5_000)(item["text"])}
        )
    return corrections


def _lang(value: object) -> str:
    text = tidy(value).replace("_", "-") if isinstance(value, str) else ""
    if not _LANGUAGE.match(text):
        raise ValueError(value)
    return text


def _id(value: object) -> str:
    if not isinstance(value, str) or not is_id(value.strip()):
        raise ValueError(value)
    return value.strip()


def _flag(value: object) -> object:
    return {"open": "true", "closed": "false"}.get(value.strip().lower(), value) if isinstance(value, str) else value


Title = Annotated[str, BeforeValidator(_line(LONGEST_TITLE))]
Line = Annotated[str, BeforeValidator(_line(LONGEST_STANDFIRST, lambda text: tidy(decoded(text))))]
Marked = Annotated[str, BeforeValidator(_line(LONGEST_STANDFIRST, tidy))]  # may contain Markdown, rendered later
Name = Annotated[str, BeforeValidator(_name)]
Language = Annotated[str, BeforeValidator(_lang)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Id = Annotated[str, BeforeValidator(_id)]

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
    aliases: Annotated[list[str], PlainValidator(lambda value: [_address(v) for v in _items(value, MOST_ALIASES)])]\
        = Field(default=[], description="write a list of old paths, as /old/harbour/")  # fmt: skip


class ArticleFields(TextFields):
    """The fields of an article."""

    section: Annotated[Any, PlainValidator(_section)] = Field(
        default=Written("News", "news"), description="write one name, as World"
    )
    tags: Annotated[Any, PlainValidator(_tags)] = Field(default=[], description="write a list, as [harbour, budget]")
    authors: Annotated[Any, PlainValidator(_authors)] = Field(
        default=Authors([], []), description="write a name or a list of names"
    )
    source: Annotated[Any, PlainValidator(_source)] = Field(None, description="write a name or an address")
    source_url: Line = Field("", description="write an address, as https://example.org/story")
    # An image that cannot be shown is left out with a warning, so no value is an error here.
    image: Any = None
    image_alt: Any = None
    image_caption: Any = None
    image_credit: Any = None
    corrections: Annotated[Any, PlainValidator(_corrections)] = Field(
        default=[], description="write a list of {date: 2026-11-23, text: What was wrong}"
    )
    comments: Flag = Field(True, description=_WRITE_FLAG)


class AuthorFields(_Fields):
    """The fields of a file in authors/."""

    id: Id | None = Field(None, description="write it in small letters, digits and hyphens, as ann-bell")
    name: Name = Field("", description="write the author's name")
    role: Name = Field("", description="write a role, as Political editor")
    bio: Annotated[str, BeforeValidator(_line(8_000, tidy))] = Field("", description=_WRITE_LINE)
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


_AS_WRITTEN = frozenset({"title", "standfirst", "section", "tags", "authors", "source", "image_alt", "image_caption",
                         "image_credit", "name", "role", "bio"})  # fmt: skip
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
    written = {folded(name): name for name in reversed(front.values) if name not in spent}
    chosen: dict[str, str] = {}
    known: set[str] = set(spent)
    for field in model.model_fields:
        names = [written[name] for name in map(folded, (field, *aliases.get(field, ()))) if name in written]
        known.update(names)
        filled = [name for name in names if front.values[name] not in (None, "", [], {})]
        if filled:
            chosen[field] = filled[0]
    lines = {field: front.lines.get((name,), 1) for field, name in chosen.items()}
    unknown = [name for name in front.values if name not in known]
    if unknown:
        unknown_names = ", ".join(f"'{name[:60]}'" for name in unknown[:20]) + (
            " and more" if len(unknown) > 20 else ""
        )
        diagnostics.warning(f"not used here: {unknown_names}", front.lines.get((unknown[0],)))
    values = {field: front.values[name] for field, name in chosen.items()}
    for field, value in values.items():
        if isinstance(value, str) and field not in _AS_WRITTEN:
            values[field] = uncommented(value)
    context = {"zone": zone}
    try:
        return model.model_validate(values, context=context), lines
    except ValidationError as error:
        explain(error, model, front.lines, {field: (name,) for field, name in chosen.items()}, diagnostics)
        for part in error.errors(include_url=False):
            values.pop(str(part["loc"][0]), None)
    return model.model_validate(values, context=context), lines


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
        complaint = str(reason) if isinstance(reason, _TooMany) else f"is {shown(part['input'])}; {_hint(model, loc)}"
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
