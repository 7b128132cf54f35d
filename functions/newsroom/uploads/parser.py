"""The parser: uploads become validated manuscripts.

The same bytes under the same key always give the same result. Other modules apply the clock, the address rows and
other files.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Literal
from urllib.parse import unquote

from newsroom import names, urls
from newsroom.article import Byline, Correction, Image, Source, Term
from newsroom.errors import Problem
from newsroom.names import Name, Written
from newsroom.site import Site
from newsroom.slugs import distinct_slug, is_unread, slugify
from newsroom.unicode_text import confusable_scripts, has_visible_text
from newsroom.uploads import aliases, bylines, fields, filenames, site_yaml
from newsroom.uploads.body import Body, summarise
from newsroom.uploads.decoding import decode, tidy
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.filenames import FileName
from newsroom.uploads.front_matter import dates, locate, publication
from newsroom.uploads.front_matter.front_matter import FrontMatter
from newsroom.uploads.markup import plain_copy
from newsroom.uploads.markup.html import from_html
from newsroom.uploads.markup.markdown import from_markdown, plain
from newsroom.uploads.markup.typography import typeset
from newsroom.uploads.style import Style, style_of

Kind = Literal["article", "author", "page", "site", "theme", "unknown"]

LONGEST_KEY = 1024  # bytes, as in S3

_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("article", re.compile(r"articles/(?:[^/]+/)*[^/]+\.(?:md|markdown|html|txt)\Z", re.IGNORECASE)),
    ("author", re.compile(r"authors/[^/]+\.md\Z", re.IGNORECASE)),
    ("page", re.compile(r"pages/(?:[^/]+/)*[^/]+\.md\Z", re.IGNORECASE)),
    ("site", re.compile(r"site\.yaml\Z")),
    ("theme", re.compile(r"theme/[^/]+\Z")),
)
_TAGS = re.compile(r'<(?:[^">]|"[^"]*")*>')
_PATTERN = re.compile(r"[:{}$*]")  # a placeholder in a permalink pattern, as /:year/:title/


@dataclass(frozen=True)
class ParsedArticle:
    """An article as described by its file. Dates are ISO 8601 in the paper's zone; None if the file gives none.

    id: from the file, else made from its key; gives_id: True if it is from the file. publish_at: the latest of all
    publication moments in the file, past or future. biographies: sanitised HTML by author id, from plain copy.
    lines: the line of each field, by the contract's names.
    """

    key: str
    id: str
    gives_id: bool
    slug: str
    headline: str
    standfirst: str
    date: str | None
    updated: str | None
    publish_at: str | None
    expires_at: str | None
    draft: bool
    section: Term
    tags: list[Term]
    authors: list[Byline]
    biographies: dict[str, str]
    source: Source | None
    image: Image | None
    aliases: list[str]
    corrections: list[Correction]
    lang: str | None
    noindex: bool
    comments: bool
    body: str
    words: int
    links: list[str]
    summary: str
    names: list[Name]  # of the section, the tags and the authors, in this order
    warnings: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def under(self, slugs: Sequence[str]) -> "ParsedArticle":
        """Return the manuscript with the slugs that the paper gave to `names`."""
        named = list(zip(self.names, slugs, strict=True))
        terms: dict[str, dict[str, Term]] = {"section": {}, "tag": {}}
        authors: dict[str, Byline] = {}
        for name, slug in named:
            if name.kind == "author":
                authors.setdefault(slug, {"id": slug, "name": name.name})
            else:
                terms[name.kind].setdefault(slug, {"slug": slug, "name": name.name})
        return replace(
            self,
            section=next(iter(terms["section"].values())),
            tags=list(terms["tag"].values()),
            authors=list(authors.values()),
            biographies=dict(zip(authors, self.biographies.values(), strict=False)),
        )


@dataclass(frozen=True)
class ParsedPage:
    """A static page as described by its file."""

    key: str
    id: str
    gives_id: bool
    slug: str
    address: str
    headline: str
    standfirst: str
    draft: bool
    publish_at: str | None
    expires_at: str | None
    aliases: list[str]
    lang: str | None
    noindex: bool
    body: str
    words: int
    links: list[str]
    warnings: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ParsedAuthor:
    """An author as described by their file. bio: sanitised HTML."""

    key: str
    id: str
    gives_id: bool
    name: str
    role: str
    bio: str
    url: str | None
    names: list[Name]  # the name that `id` is made of, and the shown name
    warnings: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ParsedSite:
    """site.yaml over the defaults. If `base_url` is absent, it is empty and newsroom.site.site_of fills it in."""

    site: Site
    warnings: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ParsedTheme:
    """One of the paper's own templates, or its stylesheet."""

    name: str
    text: str
    warnings: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


ParsedUpload = ParsedArticle | ParsedPage | ParsedAuthor | ParsedSite | ParsedTheme


def kind_of(key: str) -> Kind:
    """Return the kind of an upload under this key."""
    return next((kind for kind, pattern in _KINDS if pattern.match(key)), "unknown")


def parse(key: str, raw: bytes, site: Site) -> ParsedUpload:
    """Parse an uploaded file.

    key: of the upload bucket. raw: the file. site: the current settings.
    Raises Rejected with every problem.
    """
    diagnostics = Diagnostics(key)
    kind = kind_of(key)
    if kind == "unknown":
        diagnostics.fail("this is no file the paper reads; it reads articles/….md, .markdown, .html and .txt, "
                   "authors/….md, pages/….md, theme/…, and site.yaml")  # fmt: skip
    if not {"", ".", ".."}.isdisjoint(key.split("/")) or len(key.encode(errors="replace")) > LONGEST_KEY:
        diagnostics.fail(
            "this is no name for a file; leave out empty parts, '.' and '..', and keep it below 1,024 bytes"
        )
    publication.check_name(key, diagnostics)
    text = decode(raw, diagnostics)
    if kind == "site":
        settled, lines = site_yaml.parse_site_yaml(text, diagnostics)
        diagnostics.raise_if_errors()
        return ParsedSite(settled, diagnostics.warnings, lines)
    if kind == "theme":
        from newsroom.uploads.theme import files  # it renders pages, and its imports are slow

        name, own = files.parse_theme(text, site, diagnostics)
        diagnostics.raise_if_errors()
        return ParsedTheme(name, own, diagnostics.warnings)
    front = locate.split_front_matter(text, fields.AUTHOR_NAMES if kind == "author" else fields.NAMES, diagnostics)
    if kind == "author":
        return _author(key, front, site, diagnostics)
    if kind == "page":
        return _page(key, front, site, diagnostics)
    return _article(key, front, site, diagnostics)


def _article(key: str, front: FrontMatter, site: Site, diagnostics: Diagnostics) -> ParsedArticle:
    public = publication.read_publication(key, front, site["timezone"], fields.ALL_NAMES, diagnostics)
    values, lines = fields.read_fields(
        fields.ArticleFields, front, fields.ALIASES, site["timezone"], diagnostics, spent=public.spent
    )
    lines |= public.lines
    file = filenames.parse_file_name(key)
    day, undated = filenames.dated(file.name)
    file_date = _file_date(day, site["timezone"]) if day else None
    name = filenames.in_language(undated if file_date else file.name, file.lang, site["language"])
    lang = values.lang or file.lang or None
    style = _style(site, lang, key)
    standfirst, source = plain(values.standfirst, style), values.source
    authors, biography = values.authors, ""
    if key.lower().endswith(".txt"):
        copy = plain_copy.parse_plain_copy(front.body, front.body_line, values.title, site)
        lines = {**copy.lines, **lines}
        headline, body = _printed(copy.headline, style), plain_copy.body_of(copy.paragraphs, style)
        standfirst = standfirst or _printed(copy.standfirst, style)
        source = source or (fields.source_of(copy.source, None) if copy.source else None)
        if copy.author and not authors.people:
            authors = fields.authors_of(copy.author)
        biography = plain_copy.body_of(copy.biography, style).html
        if len(headline) > fields.LONGEST_TITLE:
            diagnostics.error(f"the headline has {len(headline):,} characters; {fields.LONGEST_TITLE} is the most",
                         lines.get("title"), "title")  # fmt: skip
        elif not headline:
            diagnostics.error("there is no headline; write it on the first line", None, "title")
    else:
        headline, body = _body(values.title, front, style, diagnostics, lines, standfirst=standfirst)
        standfirst = standfirst or body.description
    if values.source_url:
        source = _source(source, values.source_url, lines, diagnostics)
    for remark in authors.remarks:
        diagnostics.warning(remark, lines.get("authors"), "authors")
    for author in authors.people:
        if alphabets := confusable_scripts(author.name):
            diagnostics.warning(
                f"the author's name '{author.name}' is in {alphabets} letters, which can look the same; "
                "if that is a slip, write it anew",
                lines.get("authors"),
                "authors",
            )
    article_id = values.id or "-".join(distinct_slug(part) for part in file.parts)
    _check_name(file, values.slug, diagnostics)
    language = lang or site["language"]
    named = [
        names.named("section", values.section, language),
        *(names.named("tag", tag, language) for tag in values.tags),
        *(names.named("author", author, language) for author in authors.people),
    ]
    body = _check_body(headline, body, front, diagnostics, source)
    if not (body.html or standfirst):
        diagnostics.warning("there is no text and no summary, so readers see the headline and the link alone; write a "
                     "'standfirst'", lines.get("source_url"), "standfirst")  # fmt: skip
    parsed = ParsedArticle(
        key=key,
        id=article_id,
        gives_id=values.id is not None,
        slug=_slug(values.slug, name, article_id, lines, diagnostics, language=language),
        headline=headline,
        standfirst=standfirst,
        date=public.date or file_date or public.created,
        updated=public.updated,
        publish_at=public.publish_at,
        expires_at=public.expires_at,
        draft=public.held,
        section={"slug": "", "name": ""},
        tags=[],
        authors=[],
        biographies={"": biography} if biography else {},
        source=source,
        image=_image(values, style, lines, diagnostics),
        aliases=[
            *_aliases(values.aliases, site, lines, diagnostics),
            *aliases.former(front, site["base_url"], diagnostics),
        ],
        corrections=[
            {"date": correction["date"], "text": _printed(correction["text"], style)}
            for correction in values.corrections
        ],
        lang=lang,
        noindex=values.noindex,
        comments=values.comments,
        body=body.html,
        words=body.words,
        links=body.links,
        summary=standfirst or summarise(body.prose),
        names=named,
        warnings=diagnostics.warnings,
        lines=lines,
    )
    diagnostics.raise_if_errors()
    return parsed.under(names.settle(named, {}).slugs)


def _page(key: str, front: FrontMatter, site: Site, diagnostics: Diagnostics) -> ParsedPage:
    # An article's fields do no harm on a page.
    public = publication.read_publication(key, front, site["timezone"], fields.ALL_NAMES, diagnostics)
    values, lines = fields.read_fields(
        fields.TextFields, front, fields.ALIASES, site["timezone"], diagnostics, spent=public.spent
    )
    lines |= public.lines
    file = filenames.parse_file_name(key)
    lang = values.lang or file.lang or None
    style = _style(site, lang, key)
    headline, body = _body(values.title, front, style, diagnostics, lines)
    body = _check_body(headline, body, front, diagnostics)
    parts = [distinct_slug(part) for part in file.parts]
    page_id = values.id or "-".join(parts)
    language = lang or site["language"]
    name = filenames.in_language(file.name, file.lang, site["language"])
    slug = _slug(values.slug, name, page_id, lines, diagnostics, language=language)
    if file.is_nameless and not values.slug:
        slug = ""
    address = f"/{'/'.join([*parts[:-1], slug])}/"
    if not slug or urls.parse_path(address).kind != "text" or address.split("/")[1] in urls.RESERVED:
        diagnostics.error(f"the address {address.replace('//', '/')} is one the paper keeps for itself; give the file "
                     "another name or a 'slug'", lines.get("slug"), "slug")  # fmt: skip
    diagnostics.raise_if_errors()
    return ParsedPage(
        key=key,
        id=page_id,
        gives_id=values.id is not None,
        slug=slug,
        address=address,
        headline=headline,
        standfirst=plain(values.standfirst, style),
        draft=public.held,
        publish_at=public.publish_at,
        expires_at=public.expires_at,
        aliases=[
            *_aliases(values.aliases, site, lines, diagnostics),
            *aliases.former(front, site["base_url"], diagnostics),
        ],
        lang=lang,
        noindex=values.noindex,
        body=body.html,
        words=body.words,
        links=body.links,
        warnings=diagnostics.warnings,
        lines=lines,
    )


def _author(key: str, front: FrontMatter, site: Site, diagnostics: Diagnostics) -> ParsedAuthor:
    publication.refuse_held_author(front, diagnostics)
    values, lines = fields.read_fields(fields.AuthorFields, front, fields.AUTHOR_ALIASES, site["timezone"], diagnostics)
    style = style_of(site, None)
    file_name = tidy(key.split("/")[1].rpartition(".")[0])
    body = from_markdown(front.body, front.body_line, values.name, style, diagnostics)
    if not body.html and values.bio:
        body = from_markdown(values.bio, lines["bio"], "", style, diagnostics)
    given = (values.name, body.heading or "", fields.byline(file_name).name)
    shown = next(filter(None, map(bylines.without_addresses, given)), "")
    if not shown:
        diagnostics.error("there is an address and no name; write  name: Ann Bell", lines.get("name"), "name")
    diagnostics.raise_if_errors()
    by_id = values.id or (file_name if names.is_id(file_name) else "")
    own = names.named("author", Written(shown if by_id else file_name, by_id), site["language"])
    shown_name = names.named("author", Written(shown), site["language"])
    return ParsedAuthor(
        key=key,
        id=own.slug,
        gives_id=values.id is not None,
        name=shown,
        role=values.role,
        bio=body.html,
        url=values.url,
        names=[own, shown_name],
        warnings=diagnostics.warnings,
        lines=lines,
    )


def _style(site: Site, language: str | None, key: str) -> Style:
    """Return the style for parsing this file. HTML keeps every character as typed."""
    style = style_of(site, language)
    return replace(style, typography=False) if key.lower().endswith(".html") else style


def _printed(line: str, style: Style) -> str:
    return typeset(line, style.language) if style.typography else line


def _body(
    title: str,
    front: FrontMatter,
    style: Style,
    diagnostics: Diagnostics,
    lines: dict[str, int],
    *,
    standfirst: str = "",
) -> tuple[str, Body]:
    """Return the headline and the body. A heading of the body replaces a missing title."""
    title = _printed(title, style)
    is_html = diagnostics.key.lower().endswith(".html")
    given = (front.body, front.body_line, title, style, diagnostics)
    body = from_html(*given, standfirst=standfirst) if is_html else from_markdown(*given)
    if title or any(problem.get("field") == "title" for problem in diagnostics.problems):
        return title or "?", body
    headline = body.heading or body.title
    if not headline:
        diagnostics.error("there is no title; write  title: Harbour budget passed  between two lines of ---",
                     lines.get("title", 1), "title")  # fmt: skip
    elif len(headline) > fields.LONGEST_TITLE:
        diagnostics.error(f"the headline has {len(headline):,} characters; {fields.LONGEST_TITLE} is the most",
                     front.body_line, "title")  # fmt: skip
    elif body.heading and not is_html:
        lines["title"] = front.body_line
        diagnostics.warning("no title is given, so the first heading is the headline", front.body_line, "title")
    return headline, body


def _check_body(
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


def _file_date(written: str, zone: str) -> str | None:
    try:
        return dates.read_moment(written, zone)
    except (ValueError, OverflowError):
        return None


def _check_name(file: FileName, slug: str, diagnostics: Diagnostics) -> None:
    if file.is_nameless and not slug:
        diagnostics.error("a file called index is named by its folder, and here is none; move it to "
                     "articles/harbour-budget/index.md, or give it a 'slug'", None, "slug")  # fmt: skip


def _slug(
    given: str, name: str, text_id: str, lines: Mapping[str, int], diagnostics: Diagnostics, *, language: str
) -> str:
    """Return the slug from the last part of the given path or address, else from the file's name."""
    last = re.split(r"[?#]", given, maxsplit=1)[0].strip("/").removesuffix("index.html").strip("/").rpartition("/")[2]
    last = unquote(re.sub(r"\.(?:html?|php|aspx?)\Z", "", last))
    if given and (not last or _PATTERN.search(last) or last in {"true", "false"}):
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
    elif any(character.isalpha() and not character.isascii() for character in written):
        diagnostics.warning(f"the address is spelled in Latin letters: '{written[:60]}' became '{slug}'", line, "slug")
    return slug


def _aliases(given: list[str], site: Site, lines: Mapping[str, int], diagnostics: Diagnostics) -> list[str]:
    paths: dict[str, None] = {}
    for written in given:
        path = fields.site_path(written if "://" in written else "/" + written.lstrip("/"), site["base_url"])
        if path is None:
            diagnostics.warning(f"the alias '{written[:80]}' is no address this site can redirect; it is left out",
                         lines.get("aliases"), "aliases")  # fmt: skip
        elif fields.is_files(path):
            diagnostics.warning(
                f"the alias '{written[:80]}' has the name of a file, which may be the paper's own; it is left "
                "out. Old addresses end in a slash, or as .html, .php and the like do",
                lines.get("aliases"),
                "aliases",
            )
        else:
            paths[path] = None
    return list(paths)


def _source(source: Source | None, url: str, lines: Mapping[str, int], diagnostics: Diagnostics) -> Source:
    given = fields.source_of(source["name"] if source else "", url)
    if given["url"] is None and not (source is None and fields.is_host(url)):
        diagnostics.warning(f"'source_url' is '{url[:60]}', which is no address; write it as https://example.org/story",
                     lines.get("source_url"), "source_url")  # fmt: skip
        return source or given
    return given


def _image(
    values: fields.ArticleFields, style: Style, lines: Mapping[str, int], diagnostics: Diagnostics
) -> Image | None:
    """Return the article's image; None if it cannot be shown. A wrong image never rejects the article."""
    given = values.image if isinstance(values.image, dict) else {"url": values.image}
    url = given.get("url") or given.get("src") or given.get("path")
    if url is None or str(url).lower() in {"true", "false"}:
        return None
    try:
        address = fields.web_address(url)
    except ValueError:
        diagnostics.warning(
            f"the image '{tidy(str(url))[:80]}' is not on the web and is left out; give its https:// address",
            lines.get("image"),
            "image",
        )
        return None

    def line(name: str) -> str:
        value = getattr(values, f"image_{name}") or given.get(name)
        return plain(tidy(value), style) if isinstance(value, str) else ""

    return {"url": address, "alt": line("alt"), "caption": line("caption"), "credit": line("credit")}
