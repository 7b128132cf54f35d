"""The values of fields: the form of each, and the parts of it that count."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import ValidationInfo

from newsroom import urls
from newsroom.article import Correction, Source
from newsroom.html_links import path_of_link
from newsroom.names import Written, fold, is_id
from newsroom.slugs import distinct_slug
from newsroom.uploads import bylines
from newsroom.uploads.decoding import tidy
from newsroom.uploads.front_matter.dates import read_moment
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


class TooMany(ValueError):
    """A value over a field's limit. The error text completes a sentence that begins with the field."""

    def __init__(self, count: int, most: int, things: str = "entries") -> None:
        super().__init__(f"has {count:,} {things}; {most:,} is the most")


def line_reader(most: int, clean: Callable[[str], str] = line_of) -> Callable[[object], str]:
    """Return a reader of one line with at most so many characters."""

    def read(value: object) -> str:
        value = unnested(value)
        if not isinstance(value, str):
            raise ValueError(value)
        text = clean(value)
        if len(text) > most:
            raise TooMany(len(text), most, "characters")
        return text

    return read


name_line = line_reader(LONGEST_NAME)


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
        raise TooMany(len(filled), most)
    return filled


def _distinct(items: list[_T], key: Callable[[_T], str]) -> list[_T]:
    return list({key(item): item for item in reversed(items)}.values())[::-1]


def tags_value(value: object) -> list[Written]:
    """Return the tags in a field, each once."""
    items = _items(value, MOST_TAGS, lambda text: line_of(text).split(","))
    names = [name_line(name) for item in items for name in _hashtags(item)]
    terms = _distinct([_tag(name) for name in names if name], lambda term: fold(term.name))
    if len(terms) > MOST_TAGS:
        raise TooMany(len(terms), MOST_TAGS)
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


def section_value(value: object) -> Written:
    """Return the section in a field: the first name in it."""
    names = _items(value, 1000)
    name = name_line(names[0]) if names else ""
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
    return Authors([byline(name_line(name)) for name in names], remarks)


def authors_value(value: object) -> Authors:
    """Return the authors in a field: a byline, or a list of names, ids and mappings."""
    people: list[Written] = []
    remarks: list[str] = []
    is_list = isinstance(unnested(value), list)
    for item in _items(value, MOST_AUTHORS):
        parsed = _authors_of_item(item, is_list)
        people += parsed.people
        remarks += parsed.remarks
    if len(people) > MOST_AUTHORS:
        raise TooMany(len(people), MOST_AUTHORS)
    named = [person for person in people if person.name]
    return Authors(_distinct(named, lambda person: person.id or fold(person.name)), remarks)


def _authors_of_item(item: object, is_list: bool) -> Authors:
    """Return the authors in one entry of the field."""
    if isinstance(item, str):
        return authors_of(item, of_list=is_list)
    if not isinstance(item, dict):
        raise ValueError(item)  # noqa: TRY004, RUF100 - pydantic takes no TypeError
    id = item.get("id") or item.get("slug")
    parsed = authors_of(name_line(item.get("name") or id), of_list=True)
    if id and len(parsed.people) == 1:
        return Authors([Written(parsed.people[0].name, distinct_slug(name_line(id)))], parsed.remarks)
    return parsed


def source_value(value: object) -> Source:
    """Return the source in a field: a name, an address, or a mapping of both."""
    if isinstance(value, dict):
        name, url = value.get("name") or value.get("title"), value.get("url")
        return source_of(name_line(name or url), _name_or_url(url) if url else None)
    return source_of(_name_or_url(value), None)


_name_or_url = line_reader(2_000)
_address = line_reader(2_000, lambda text: tidy(decoded(text)))


def aliases_value(value: object) -> list[str]:
    """Return the old addresses in a field, as written."""
    return [_address(item) for item in _items(value, MOST_ALIASES)]


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


def corrections_value(value: object, info: ValidationInfo[dict[str, str]]) -> list[Correction]:
    """Return the corrections in a field, with their dates in the paper's zone."""
    corrections: list[Correction] = []
    for item in _items(value, MOST_CORRECTIONS):
        if not isinstance(item, dict) or not item.get("text"):
            raise ValueError(value)
        corrections.append(
            {"date": read_moment(item.get("date"), info.context["zone"]), "text": line_reader(5_000)(item["text"])}
        )
    return corrections


def language_value(value: object) -> str:
    """Return a language tag; raise ValueError for anything else."""
    text = tidy(value).replace("_", "-") if isinstance(value, str) else ""
    if not _LANGUAGE.match(text):
        raise ValueError(value)
    return text


def id_value(value: object) -> str:
    """Return an id; raise ValueError for anything else."""
    if not isinstance(value, str) or not is_id(value.strip()):
        raise ValueError(value)
    return value.strip()


def flag_value(value: object) -> object:
    """Return a flag for pydantic to read. `open` and `closed` are those of comments in other systems."""
    return {"open": "true", "closed": "false"}.get(value.strip().lower(), value) if isinstance(value, str) else value
