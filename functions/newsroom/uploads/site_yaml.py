"""site.yaml: the paper's own settings, parsed and validated."""

import re
from typing import Annotated, Any, Literal, cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from newsroom.mail_addresses import NotAnAddress, deliverable, mail_address
from newsroom.site import DEFAULT_PERMALINK, Site
from newsroom.uploads.decoding import tidy
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.field_values import web_address
from newsroom.uploads.fields import Flag, Language, explain
from newsroom.uploads.front_matter.formats import Value, read_yaml
from newsroom.uploads.markup.plain_text import line_of

LARGEST = 64 * 1024  # bytes
TOKENS = {"yyyy", "mm", "dd", "slug", "section", "id"}  # of a permalink


def _text(value: object) -> object:
    return tidy(value) if isinstance(value, str) else value


def _shown(value: object) -> object:
    return line_of(value) if isinstance(value, str) else value


def _base_url(value: object) -> str:
    url = web_address(value).rstrip("/")
    if "?" in url or "#" in url:
        raise ValueError(value)
    return url


def _timezone(value: object) -> str:
    try:
        return ZoneInfo(str(_text(value))).key
    except (KeyError, OSError) as unknown:  # a folder of zones, as Europe, raises OSError
        raise ValueError(value) from unknown


def _permalink(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(value)  # noqa: TRY004, RUF100 - pydantic takes no TypeError
    path = f"/{tidy(value).strip('/')}/"
    tokens = set(re.findall(r"\{(\w*)\}", path))
    bare = re.sub(r"\{\w*\}", "", path)
    if not tokens <= TOKENS or tokens.isdisjoint({"slug", "id"}) or not re.fullmatch(r"[a-z0-9/-]*", bare):
        raise ValueError(value)
    if "//" in path:
        raise ValueError(value)
    return path


def _accent(value: object) -> str:
    match = re.fullmatch(r"#([0-9a-f]{6}|[0-9a-f]{3})", str(_text(value)).lower())
    if not match:
        raise ValueError(value)
    digits = match[1]
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def _lines(value: object) -> object:
    return [line for line in value.split("\n") if line.strip()] if isinstance(value, str) else value or []


def _words(value: object) -> object:
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value or []


def _links(value: object) -> object:
    """Return links given as {title, url}, {label or name, url} or {Title: url} in one form."""
    items = [{name: url} for name, url in value.items()] if isinstance(value, dict) else value
    return [_link(item) for item in items] if isinstance(items, list) else items


def _link(item: object) -> object:
    if isinstance(item, dict) and "url" in item:
        title = next((item[name] for name in ("title", "label", "name") if item.get(name)), None)
        return {"title": title, "url": item["url"]}
    if isinstance(item, dict) and len(item) == 1:
        [(title, url)] = item.items()
        return {"title": title, "url": url}
    return item


def _link_url(value: object) -> str:
    text = str(_text(value))
    if re.match(r"/(?!/)[^\s<>\"\\]*\Z", text):
        return text
    return f"mailto:{_mail(text[7:])}" if text.startswith("mailto:") else web_address(text)


def _contact(value: object) -> str:
    text = str(_text(value))
    try:
        return _mail(text)
    except NotAnAddress:
        return _link_url(text)


def _mail(value: object) -> str:
    return mail_address(str(_text(value)))


def _mailbox(value: object) -> str:
    """Return a mail address that can receive mail; raise NotAnAddress otherwise."""
    deliverable(address := _mail(value))
    return address


Text = Annotated[str, BeforeValidator(_shown), Field(max_length=2_000)]
Short = Annotated[str, BeforeValidator(_shown), Field(max_length=200)]
Exact = Annotated[str, BeforeValidator(_text), Field(max_length=2_000)]  # readers do not see it, so it stays as written
Word = Annotated[str, BeforeValidator(_text), Field(max_length=200)]
WebAddress = Annotated[str, BeforeValidator(web_address)]

_LIST_OF_LINKS = "write a list of {title: About, url: /about/}"
_LIST_OF_WORDS = "write a list of words"


class _Settings(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Link(_Settings):
    title: Short
    url: Annotated[str, BeforeValidator(_link_url)]


class _Publisher(_Settings):
    name: Short = Field("", description="write a name")
    logo: WebAddress | None = Field(None, description="write it as https://example.org/logo.png")


class _CommentRules(_Settings):
    moderation: Literal["all", "none"] = Field("all", description="write all or none")
    seconds_between: int = Field(15, ge=0, le=86_400, description="write seconds, from 0 to 86400")
    links_to_hold: int = Field(2, ge=0, le=1_000, description="write a number from 0 to 1000")
    close_after_days: int | None = Field(None, ge=0, le=36_500, description="write a number of days")
    hold_words: Annotated[list[Word], BeforeValidator(_words)] = Field([], description=_LIST_OF_WORDS)
    refuse_words: Annotated[list[Word], BeforeValidator(_words)] = Field([], description=_LIST_OF_WORDS)
    per_page: int = Field(50, ge=1, le=200, description="write a number from 1 to 200")
    depth: int = Field(5, ge=1, le=10, description="write a number from 1 to 10")
    notify: Annotated[str, BeforeValidator(_mailbox)] | None = Field(
        None, description="write one mail address, with no other letters than a to z before the @"
    )
    staff: Annotated[list[Annotated[str, BeforeValidator(_mail)]], BeforeValidator(_words)] = Field(
        [], max_length=200, description="write a list of mail addresses"
    )


class SiteSettings(_Settings):
    """Every key of site.yaml. Each description says what to write instead of a wrong value."""

    title: Short = Field("Broadsheet", min_length=1, description="write the paper's name")
    tagline: Text = Field("", description="write plain text")
    base_url: Annotated[str, BeforeValidator(_base_url)] = Field("", description="write it as https://paper.example")
    language: Language = Field("en", description="write a language tag, as en or pt-BR")
    timezone: Annotated[str, BeforeValidator(_timezone)] = Field("UTC", description="write it as Europe/Lisbon or UTC")
    permalink: Annotated[str, BeforeValidator(_permalink)] = Field(
        DEFAULT_PERMALINK,
        description="write it of small letters, slashes and {yyyy} {mm} {dd} {slug} {section} {id}, with {slug} or "
        "{id} among them, as /{yyyy}/{mm}/{slug}/",
    )
    description: Text = Field("", description="write plain text")
    publisher: _Publisher = Field(_Publisher(), description="write {name: …, logo: https://…}")
    navigation: Annotated[list[_Link], BeforeValidator(_links), Field(max_length=50)] = Field(
        [], description=_LIST_OF_LINKS
    )
    footer: Text = Field("", description="write plain text")
    accent: Annotated[str, BeforeValidator(_accent)] = Field("#8a1c1c", description="write a colour, as #8a1c1c")
    feeds: Literal["full", "summary"] = Field("full", description="write full or summary")
    typography: Flag = Field(True, description="write true or false")
    social: Annotated[list[_Link], BeforeValidator(_links), Field(max_length=50)] = Field(
        [], description=_LIST_OF_LINKS
    )
    contact: Annotated[str, BeforeValidator(_contact)] | None = Field(
        None, description="write a mail address or an https address"
    )
    robots: Annotated[list[Exact], BeforeValidator(_lines)] = Field(
        [], description="write further lines for robots.txt, as a list or a text"
    )
    comments: _CommentRules = Field(_CommentRules(), description="write {moderation: all, …}")


def parse_site_yaml(text: str, diagnostics: Diagnostics) -> tuple[Site, dict[str, int]]:
    """Return the settings in a site.yaml and the line of each. Absent settings take their defaults.

    If `base_url` is absent, it is empty and the deployment fills it in.
    """
    if len(text.encode()) > LARGEST:
        diagnostics.fail(f"the file is longer than {LARGEST // 1024} KB")
    values, lines = read_yaml(text, 1, diagnostics)
    given = cast(dict[str, Any], _given(values))
    if unknown := _unknown_settings(given):
        unknown_names = ", ".join(f"'{'.'.join(path)[:80]}'" for path in unknown[:20])
        diagnostics.warning(f"not used here: {unknown_names}", lines.get(unknown[0]))
    try:
        site = {**SiteSettings.model_validate(given).model_dump(), "theme": {}}
    except ValidationError as error:
        explain(error, SiteSettings, lines, {}, diagnostics)
        diagnostics.raise_if_errors()
        raise
    return cast(Site, site), {str(path[0]): line for path, line in lines.items() if len(path) == 1}


def _unknown_settings(given: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the paths of the settings that are not used here."""
    unknown: list[tuple[str, ...]] = [(name,) for name in given if name not in SiteSettings.model_fields]
    for name, model in (("comments", _CommentRules), ("publisher", _Publisher)):
        inner = given.get(name)
        if isinstance(inner, dict):
            unknown += [(name, key) for key in inner if key not in model.model_fields]
    return unknown


def _given(value: Value) -> Value:
    """Return the settings without the blank keys. A blank key means the default."""
    if isinstance(value, dict):
        return {name: _given(inner) for name, inner in value.items() if inner is not None}
    return value
