"""The parts that articles and pages share: style, headline, body, slug and old addresses."""

import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from urllib.parse import unquote

from newsroom.article import Source
from newsroom.site import Site
from newsroom.slugs import distinct_slug, is_unread, slugify
from newsroom.unicode_text import has_visible_text
from newsroom.uploads import aliases, field_values
from newsroom.uploads.body import Body
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.filenames import FileName
from newsroom.uploads.front_matter.front_matter import FrontMatter
from newsroom.uploads.markup.html import from_html
from newsroom.uploads.markup.markdown import from_markdown
from newsroom.uploads.markup.typography import typeset
from newsroom.uploads.style import Style, style_of

_TAGS = re.compile(r'<(?:[^">]|"[^"]*")*>')
_PATTERN = re.compile(r"[:{}$*]")  # a placeholder in a permalink pattern, as /:year/:title/


def style_of_file(site: Site, language: str | None, key: str) -> Style:
    """Return the style for parsing this file. HTML keeps every character as typed."""
    style = style_of(site, language)
    return replace(style, typography=False) if key.lower().endswith(".html") else style


def typeset_line(line: str, style: Style) -> str:
    """Return a line of plain text in the paper's typography."""
    return typeset(line, style.language) if style.typography else line


def headline_and_body(
    title: str,
    front: FrontMatter,
    style: Style,
    diagnostics: Diagnostics,
    lines: dict[str, int],
    *,
    standfirst: str = "",
) -> tuple[str, Body]:
    """Return the headline and the body. A heading of the body replaces a missing title."""
    title = typeset_line(title, style)
    is_html = diagnostics.key.lower().endswith(".html")
    given = (front.body, front.body_line, title, style, diagnostics)
    body = from_html(*given, standfirst=standfirst) if is_html else from_markdown(*given)
    if title or _is_title_wrong(diagnostics):
        return title or "?", body
    headline = body.heading or body.title
    if not headline:
        diagnostics.error(
            "there is no title; write  title: Harbour budget passed  between two lines of ---",
            lines.get("title", 1),
            "title",
        )
    elif not is_too_long(headline, front.body_line, diagnostics) and body.heading and not is_html:
        lines["title"] = front.body_line
        diagnostics.warning("no title is given, so the first heading is the headline", front.body_line, "title")
    return headline, body


def _is_title_wrong(diagnostics: Diagnostics) -> bool:
    return any(problem.get("field") == "title" for problem in diagnostics.problems)


def is_too_long(headline: str, line: int | None, diagnostics: Diagnostics) -> bool:
    """Return True if a headline is over its limit, and record that."""
    if len(headline) <= field_values.LONGEST_TITLE:
        return False
    message = f"the headline has {len(headline):,} characters; {field_values.LONGEST_TITLE} is the most"
    diagnostics.error(message, line, "title")
    return True


def check_body(
    headline: str, body: Body, front: FrontMatter, diagnostics: Diagnostics, source: Source | None = None
) -> Body:
    """Return the body; empty if nothing in it is visible. Without a visible body, a text whose source is on the web is
    a link post, and any other text is a problem: there is nothing to publish."""
    if headline and not re.search(r"\w", headline):
        diagnostics.warning(f"the headline '{headline[:40]}' has no letters", None, "title")
    if "<img" in body.html or has_visible_text(unescape(_TAGS.sub("", body.html))):
        return body
    if source is None:
        diagnostics.error("there is nothing to publish: no text below the headline", front.body_line)
    elif source["url"] is None:
        diagnostics.error(
            "there is nothing to publish: no text below the headline, and no address of the source to lead "
            "to; write  source_url: https://example.org/story",
            front.body_line,
        )
    return Body()


def id_of(file: FileName) -> str:
    """Return the id of a text that gives none: the names of its folders and its file."""
    return "-".join(distinct_slug(part) for part in file.parts)


def slug_of(
    given: str, name: str, text_id: str, lines: Mapping[str, int], diagnostics: Diagnostics, *, language: str
) -> str:
    """Return the slug from the last part of the given path or address, else from the file's name."""
    last = _last_part(given)
    if given and not _can_be_slug(last):
        diagnostics.warning(
            f"'slug' is '{given[:60]}', which names no address; the file's name is used", lines.get("slug"), "slug"
        )
        last = ""
    written = last or name
    line = lines.get("slug") if last else None
    slug = slugify(written, language)
    if not slug or is_unread(written, language):
        slug = distinct_slug(written, language) or text_id
        diagnostics.warning(
            f"no address can be spelled from '{written[:60]}', so it is '{slug}'; give a 'slug'", line, "slug"
        )
    elif _has_other_letters(written):
        diagnostics.warning(f"the address is spelled in Latin letters: '{written[:60]}' became '{slug}'", line, "slug")
    return slug


def _last_part(address: str) -> str:
    """Return the last part of a path or an address, without the ending of a page's file."""
    path = re.split(r"[?#]", address, maxsplit=1)[0].strip("/").removesuffix("index.html").strip("/")
    return unquote(re.sub(r"\.(?:html?|php|aspx?)\Z", "", path.rpartition("/")[2]))


def _can_be_slug(name: str) -> bool:
    return bool(name) and not _PATTERN.search(name) and name not in {"true", "false"}


def _has_other_letters(text: str) -> bool:
    """Return True if a text has letters other than a to z."""
    return any(character.isalpha() and not character.isascii() for character in text)


def old_addresses(
    given: list[str], front: FrontMatter, site: Site, lines: Mapping[str, int], diagnostics: Diagnostics
) -> list[str]:
    """Return the addresses that redirect to the text: the aliases given, then the complete old addresses."""
    given_addresses = _aliases(given, site, lines, diagnostics)
    return [*given_addresses, *aliases.former(front, site["base_url"], diagnostics)]


def _aliases(given: list[str], site: Site, lines: Mapping[str, int], diagnostics: Diagnostics) -> list[str]:
    paths: dict[str, None] = {}
    for written in given:
        path = field_values.site_path(written if "://" in written else "/" + written.lstrip("/"), site["base_url"])
        if path is None:
            diagnostics.warning(
                f"the alias '{written[:80]}' is no address this site can redirect; it is left out",
                lines.get("aliases"),
                "aliases",
            )
        elif field_values.is_files(path):
            diagnostics.warning(
                f"the alias '{written[:80]}' has the name of a file, which may be the paper's own; it is left "
                "out. Old addresses end in a slash, or as .html, .php and the like do",
                lines.get("aliases"),
                "aliases",
            )
        else:
            paths[path] = None
    return list(paths)
