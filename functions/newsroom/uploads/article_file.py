"""Articles: the files in articles/, in Markdown, HTML or plain copy."""

from collections.abc import Mapping
from dataclasses import dataclass

from newsroom import names
from newsroom.article import Correction, Image, Source
from newsroom.names import Name
from newsroom.site import Site
from newsroom.unicode_text import confusable_scripts
from newsroom.uploads import field_values, fields, filenames
from newsroom.uploads.body import Body, summarise
from newsroom.uploads.decoding import tidy
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.field_values import Authors
from newsroom.uploads.fields import ArticleFields
from newsroom.uploads.filenames import FileName
from newsroom.uploads.front_matter import dates, publication
from newsroom.uploads.front_matter.front_matter import FrontMatter
from newsroom.uploads.markup import plain_copy
from newsroom.uploads.markup.markdown import plain
from newsroom.uploads.parsed import ParsedArticle
from newsroom.uploads.style import Style
from newsroom.uploads.text_parts import (
    check_body,
    headline_and_body,
    id_of,
    is_too_long,
    old_addresses,
    slug_of,
    style_of_file,
    typeset_line,
)


@dataclass(frozen=True, slots=True)
class _Text:
    """The text of an article, with the source and the authors that it or the fields name."""

    headline: str
    standfirst: str
    body: Body
    source: Source | None
    authors: Authors
    biography: str = ""  # sanitised HTML


def parse_article(key: str, front: FrontMatter, site: Site, diagnostics: Diagnostics) -> ParsedArticle:
    """Parse an article from its front matter and body. Raises Rejected with every problem."""
    public = publication.read_publication(key, front, site["timezone"], fields.ALL_NAMES, diagnostics)
    values, lines = fields.read_fields(
        ArticleFields, front, fields.ALIASES, site["timezone"], diagnostics, spent=public.spent
    )
    lines |= public.lines
    file = filenames.parse_file_name(key)
    file_date, file_name = _date_and_name(file, site)
    lang = values.lang or file.lang or None
    language = lang or site["language"]
    style = style_of_file(site, lang, key)
    parse_text = _plain_copy if key.lower().endswith(".txt") else _marked_up
    text = parse_text(values, front, site, style, lines=lines, diagnostics=diagnostics)
    source = _source(text.source, values.source_url, lines, diagnostics)
    _warn_of_authors(text.authors, lines.get("authors"), diagnostics)
    article_id = values.id or id_of(file)
    _check_name(file, values.slug, diagnostics)
    named = _names(values, text.authors, language)
    body = check_body(text.headline, text.body, front, diagnostics, source)
    _warn_of_bare_link(body, text.standfirst, lines.get("source_url"), diagnostics)
    parsed = ParsedArticle(
        key=key,
        id=article_id,
        gives_id=values.id is not None,
        slug=slug_of(values.slug, file_name, article_id, lines, diagnostics, language=language),
        headline=text.headline,
        standfirst=text.standfirst,
        date=public.date or file_date or public.created,
        updated=public.updated,
        publish_at=public.publish_at,
        expires_at=public.expires_at,
        draft=public.held,
        section={"slug": "", "name": ""},
        tags=[],
        authors=[],
        biographies={"": text.biography} if text.biography else {},
        source=source,
        image=_image(values, style, lines, diagnostics),
        aliases=old_addresses(values.aliases, front, site, lines, diagnostics),
        corrections=_corrections(values, style),
        lang=lang,
        noindex=values.noindex,
        comments=values.comments,
        body=body.html,
        words=body.words,
        links=body.links,
        summary=text.standfirst or summarise(body.prose),
        names=named,
        warnings=diagnostics.warnings,
        lines=lines,
    )
    diagnostics.raise_if_errors()
    return parsed.under(names.assign_slugs(named, {}).slugs)


def _date_and_name(file: FileName, site: Site) -> tuple[str | None, str]:
    """Return the date at the start of a file's name, and the name that the slug is made of."""
    day, undated = filenames.dated(file.name)
    date = _file_date(day, site["timezone"]) if day else None
    return date, filenames.in_language(undated if date else file.name, file.lang, site["language"])


def _file_date(written: str, zone: str) -> str | None:
    try:
        return dates.read_moment(written, zone)
    except (ValueError, OverflowError):
        return None


def _marked_up(
    values: ArticleFields,
    front: FrontMatter,
    site: Site,
    style: Style,
    *,
    lines: dict[str, int],
    diagnostics: Diagnostics,
) -> _Text:
    """Return the text of an article in Markdown or HTML."""
    standfirst = plain(values.standfirst, style)
    headline, body = headline_and_body(values.title, front, style, diagnostics, lines, standfirst=standfirst)
    return _Text(headline, standfirst or body.description, body, values.source, values.authors)


def _plain_copy(
    values: ArticleFields,
    front: FrontMatter,
    site: Site,
    style: Style,
    *,
    lines: dict[str, int],
    diagnostics: Diagnostics,
) -> _Text:
    """Return the text of an article in plain copy. Its parts fill the fields that front matter does not give."""
    copy = plain_copy.parse_plain_copy(front.body, front.body_line, values.title, site)
    for name, line in copy.lines.items():
        lines.setdefault(name, line)
    headline = typeset_line(copy.headline, style)
    if not headline:
        diagnostics.error("there is no headline; write it on the first line", None, "title")
    is_too_long(headline, lines.get("title"), diagnostics)
    source: Source | None = values.source
    if not source and copy.source:
        source = field_values.source_of(copy.source, None)
    return _Text(
        headline,
        plain(values.standfirst, style) or typeset_line(copy.standfirst, style),
        plain_copy.body_of(copy.paragraphs, style),
        source,
        field_values.authors_of(copy.author) if copy.author and not values.authors.people else values.authors,
        plain_copy.body_of(copy.biography, style).html,
    )


def _warn_of_authors(authors: Authors, line: int | None, diagnostics: Diagnostics) -> None:
    for remark in authors.remarks:
        diagnostics.warning(remark, line, "authors")
    for author in authors.people:
        if alphabets := confusable_scripts(author.name):
            diagnostics.warning(
                f"the author's name '{author.name}' is in {alphabets} letters, which can look the same; "
                "if that is a slip, write it anew",
                line,
                "authors",
            )


def _warn_of_bare_link(body: Body, standfirst: str, line: int | None, diagnostics: Diagnostics) -> None:
    if not (body.html or standfirst):
        diagnostics.warning(
            "there is no text and no summary, so readers see the headline and the link alone; write a 'standfirst'",
            line,
            "standfirst",
        )


def _corrections(values: ArticleFields, style: Style) -> list[Correction]:
    return [
        {"date": correction["date"], "text": typeset_line(correction["text"], style)}
        for correction in values.corrections
    ]


def _names(values: ArticleFields, authors: Authors, language: str) -> list[Name]:
    """Return the names of the section, the tags and the authors, in this order."""
    return [
        names.named("section", values.section, language),
        *(names.named("tag", tag, language) for tag in values.tags),
        *(names.named("author", author, language) for author in authors.people),
    ]


def _check_name(file: FileName, slug: str, diagnostics: Diagnostics) -> None:
    if file.is_nameless and not slug:
        diagnostics.error(
            "a file called index is named by its folder, and here is none; move it to "
            "articles/harbour-budget/index.md, or give it a 'slug'",
            None,
            "slug",
        )


def _source(source: Source | None, url: str, lines: Mapping[str, int], diagnostics: Diagnostics) -> Source | None:
    """Return the source with its address. url: empty if the file gives none."""
    if not url:
        return source
    given = field_values.source_of(source["name"] if source else "", url)
    if given["url"] is None and not (source is None and field_values.is_host(url)):
        diagnostics.warning(
            f"'source_url' is '{url[:60]}', which is no address; write it as https://example.org/story",
            lines.get("source_url"),
            "source_url",
        )
        return source or given
    return given


def _image(values: ArticleFields, style: Style, lines: Mapping[str, int], diagnostics: Diagnostics) -> Image | None:
    """Return the article's image; None if it cannot be shown. A wrong image never rejects the article."""
    given = values.image if isinstance(values.image, dict) else {"url": values.image}
    url = given.get("url") or given.get("src") or given.get("path")
    if url is None or str(url).lower() in {"true", "false"}:
        return None
    try:
        address = field_values.web_address(url)
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
