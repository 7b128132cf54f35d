"""Parsed uploads: what an article, a page, an author, a site.yaml and a theme file say."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from newsroom.article import Byline, Correction, Image, Source, Term
from newsroom.errors import Problem
from newsroom.names import Name
from newsroom.site import Site


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
        """Return the article with the slugs that the paper gave to `names`."""
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
