"""The meaning of templates of Jekyll, Hugo and Eleventy, where it is plain."""

import re
from html import escape
from typing import NamedTuple
from urllib.parse import quote

from newsroom.slugs import slugify
from newsroom.uploads.markup.embeds import PAGES_BY_ID
from newsroom.uploads.markup.private_comments import NOTHING
from newsroom.uploads.style import Style

CLOSING = {"{{{": "}}}", "{{<": ">}}", "{{%": "%}}", "{{": "}}", "{%": "%}"}
"""The end of a template, by its beginning."""
SHIELD = "\x02"
"""Stands for a brace that means itself."""
_ARGUMENT = re.compile(r"""(?:([\w-]{1,40})\s{0,9}(?:=|:(?=[\s"']))\s{0,9})?("[^"]*"|'[^']*'|`[^`]*`|[^\s"'`,]+)""")
_NAME = re.compile(r"/?\s{0,9}[\w./-]{1,80}")
_STRING = re.compile(r"""\s{0,9}(["'])(.*?)\1\s{0,9}(\|.*)?\Z""", re.DOTALL)
_OWN_FILTER = re.compile(r"""\|\s{0,9}\w{1,40}\s{0,9}(?::\s{0,9}(["'])(.{0,300}?)\1\s{0,9})?\Z""")
_FILTERS = re.compile(
    r"(?:\|\s{0,9}(?:url|relative_url|absolute_url|relURL|absURL|escape|strip|uri_escape|"
    r"(?:prepend|append)\s{0,9}:\s{0,9}site\.(?:base)?url)\s{0,9}){1,9}\Z"
)
_DATED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})-(.+)\Z")
_ON_THE_WEB = re.compile(r"https?://\w", re.IGNORECASE)
_VIDEOS = {"youtube": "YouTube", "vimeo": "Vimeo"}


class Tag(NamedTuple):
    """One template: which system's, its name without a slash, its arguments, and what they are called."""

    opening: str
    name: str
    is_end: bool
    said: str  # everything between its signs
    arguments: list[str]
    named: dict[str, str]

    def get(self, *names: str, place: int = 0) -> str:
        """An argument by its name, else by its place among those without one."""
        found = next((self.named[name] for name in names if self.named.get(name)), "")
        return found or (self.arguments[place] if 0 <= place < len(self.arguments) else "")


def url_of_tag(tag: Tag, before: str, after: str, style: Style) -> str | None:
    """Return the address that a template stands for between these two signs."""
    if tag.opening not in {"{{", "{{{"}:
        return _path(tag, style)
    expression = tag.said.strip(" -")
    if expression in {"site.url", "site.baseurl", "site.base_url", "$.Site.BaseURL", ".Site.BaseURL"}:
        return "" if after in {"/", "{"} else "/"
    path = _string_of(expression)
    if path is None:
        return None
    target = path.strip() if _ON_THE_WEB.match(path.strip()) else "/" + path.strip().removeprefix("/")
    return quote(target.removeprefix("/") if before == "/" else target, safe="/:?#[]@!$&*+,;=%~'")


def _path(tag: Tag, style: Style) -> str | None:
    if tag.name in {"ref", "relref", "post_url", "link"} and not tag.is_end:
        written = tag.get("path", place=0)
        return _path_of(written, style) if written else None
    return None


def html_of_tag(tag: Tag, headline: str, style: Style) -> str | None:
    """Return the HTML that a template stands for in running text; None if it is not known."""
    if tag.opening in {"{{", "{{{"}:
        return _value(tag.said.strip(" -"), headline, style)
    if tag.said.strip().startswith("/*"):
        inside = tag.said.strip().removeprefix("/*").removesuffix("*/").strip()
        return f"{tag.opening} {inside} {CLOSING[tag.opening]}".replace("{", SHIELD)
    if tag.is_end:
        return None
    name = tag.name.lower()
    if path := _path(tag, style):
        return path
    if name == "figure":
        return _figure(tag.get("src", "link", place=0), tag)
    if name in {"image", "img"}:
        return _figure(tag.get("src", "url", place=0), tag, alt=tag.get("alt", place=1))
    if name in {"include", "include_cached"}:
        return _include(tag)
    if name in _VIDEOS:
        return _video(name, tag.get("id", place=0), tag)
    return _post(name, tag)


def _value(expression: str, headline: str, style: Style) -> str | None:
    if expression in {"site.url", "site.baseurl", "site.base_url"}:
        return style.base_url if expression == "site.url" else ""
    if expression in {"page.title", "title", ".Title", "$.Title"}:
        return headline or None
    return _value_of_string(expression, style)


def _value_of_string(expression: str, style: Style) -> str | None:
    """Return the value of a string, which may have filters behind it."""
    string = _STRING.match(expression)
    if not string:
        return None
    if not string[3]:
        return string[2].replace("{", SHIELD)
    path = _string_of(expression)
    if path is None:
        return _embedded(string[2], string[3])
    return path if "absolute_url" not in expression else style.base_url + "/" + path.removeprefix("/")


def _embedded(address: str, filters: str) -> str | None:
    """Return a link to the content that a filter of the site's own would show in its place."""
    named = _OWN_FILTER.match(filters)
    if not named or not _ON_THE_WEB.match(address):
        return None
    tag = Tag("{{", "", False, "", [address], {"title": named[2] or ""})
    for name in _VIDEOS:
        if name in address and (video := _video(name, address, tag)):
            return video
    return _html(f'<a href="{escape(address)}">{escape(named[2] or address, quote=False)}</a>')


def _figure(src: str, tag: Tag, alt: str = "") -> str | None:
    if not _ON_THE_WEB.match(src):
        return None
    said = [tag.get(name, place=-1) for name in ("title", "caption", "attr")]
    caption = " ".join(part for part in said if part)
    alt = alt or tag.get("alt", place=-1) or caption
    caption = f"<figcaption>{caption}</figcaption>" if caption else ""
    return _html(f'<figure><img src="{escape(src)}" alt="{escape(alt)}">{caption}</figure>')


def _include(tag: Tag) -> str | None:
    what = tag.get("file", place=0).lower()
    if "figure" in what or "image" in what or "img" in what:
        return _figure(tag.get("src", "image_path", "url", "file", place=-1), tag)
    for name in _VIDEOS:
        if name in what or tag.get("provider", place=-1).lower() == name:
            return _video(name, tag.get("id", "video", "video_id", place=-1), tag)
    return None


def _video(name: str, id: str, tag: Tag) -> str | None:
    given = re.search(r"(?:[?&]v=|youtu\.be/|embed/|vimeo\.com/)?([\w-]{4,40})\Z", id.partition("&")[0])
    if not given:
        return None
    title = tag.get("title", "caption", place=-1) or f"a video on {_VIDEOS[name]}"
    return _html(f'<a href="{PAGES_BY_ID[name]}{given[1]}">Watch: {escape(title, quote=False)}</a>')


def _post(name: str, tag: Tag) -> str | None:
    """A post or a listing elsewhere, as a link to it."""
    if name in {"tweet", "twitter", "x", "twitter_simple", "x_simple"}:
        return _tweet(tag)
    if name == "gist":
        path = "/".join(part.strip("/") for part in tag.arguments[:2])
        if re.fullmatch(r"[\w/-]{5,100}", path):
            return _html(f'<a href="https://gist.github.com/{path}">See: code on GitHub</a>')
    if name == "instagram" and re.fullmatch(r"[\w-]{5,40}", id := tag.get("id", place=0)):
        return _html(f'<a href="{PAGES_BY_ID["instagram"]}{id}/">See: a post on Instagram</a>')
    return None


def _tweet(tag: Tag) -> str | None:
    number = re.search(r"(\d{5,25})\D{0,5}\Z", tag.get("id", place=1) or tag.get("user", place=0))
    if not number:
        return None
    user = tag.get("user", place=-1)
    if not re.fullmatch(r"\w{1,40}", user):
        return _html(f'<a href="https://x.com/i/status/{number[1]}">See: a post on X</a>')
    return _html(f'<a href="https://x.com/{user}/status/{number[1]}">See: a post by @{user} on X</a>')


def _html(html: str) -> str:
    return NOTHING + html  # Markdown does not read a line that begins with a tag


def parse_tag(opening: str, said: str) -> Tag:
    inside = said.strip().strip("-").strip()
    is_liquid = opening == "{%"
    named = _NAME.match(inside) if opening not in {"{{", "{{{"} else None
    name = named[0] if named else ""
    is_end = name.startswith(("/", "end")) if is_liquid else name.startswith("/")
    arguments, by_name = [], {}
    for argument in _ARGUMENT.finditer(inside[len(name) :].removesuffix("/") if name else ""):
        value = argument[2][1:-1] if argument[2][0] in "\"'`" else argument[2]
        if argument[1]:
            by_name[argument[1].lower()] = value
        else:
            arguments.append(value)
    bare = name.lstrip("/").strip()
    return Tag(opening, bare.removeprefix("end") if is_liquid and is_end else bare, is_end, said, arguments, by_name)


def _string_of(expression: str) -> str | None:
    """The address in `"/about/" | relative_url`."""
    string = _STRING.match(expression)
    return string[2] if string and string[3] and _FILTERS.match(string[3]) else None


def _path_of(written: str, style: Style) -> str | None:
    """The address that another file of the paper has, as `2026-11-05-old-pier` or `about.md` name it."""
    path, mark, place = written.partition("#")
    if not path:
        return mark + place
    if re.search(r"\.(?!md\Z|markdown\Z|html?\Z|org\Z|adoc\Z)\w{2,5}\Z", path):
        return "/" + path.lstrip("/")
    parts = _parts_of(path)
    if not parts:
        return "/"
    if dated := _DATED.match(parts[-1]):
        address = _address_of_dated(dated, style.permalink)
        return None if address is None else address + mark + place
    if parts[-1] in {"index", "_index"}:
        parts.pop()
    kept = [part for part in parts if part not in {"_posts", "_pages", "content"}]
    return "/" + "".join(f"{part}/" for part in kept) + mark + place


def _parts_of(path: str) -> list[str]:
    """Return the names in a path, without the ending of the file."""
    bare = re.sub(r"\.\w{2,8}\Z", "", path).strip("/")
    return [part for part in bare.split("/") if part not in {"", ".", ".."}]


def _address_of_dated(name: re.Match[str], permalink: str) -> str | None:
    """Return the address of a text by its file's name; None if the permalink needs more than its day and its slug."""
    year, month, day, slug = name.groups()
    given = {"yyyy": year, "mm": f"{int(month):02}", "dd": f"{int(day):02}", "slug": slugify(slug)}
    if not set(re.findall(r"\{(\w+)\}", permalink)) <= set(given):
        return None
    return permalink.format(**given)
