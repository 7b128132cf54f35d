"""The parser: uploads become validated parsed uploads.

The same bytes under the same key always give the same result. Other modules apply the clock, the address rows and
other files.
"""

import re
from typing import Literal

from newsroom.site import Site
from newsroom.uploads import article_file, author_file, fields, page_file, site_yaml
from newsroom.uploads.decoding import decode
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.front_matter import locate, publication
from newsroom.uploads.parsed import ParsedSite, ParsedTheme, ParsedUpload

Kind = Literal["article", "author", "page", "site", "theme", "unknown"]

LONGEST_KEY = 1024  # bytes, as in S3

_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("article", re.compile(r"articles/(?:[^/]+/)*[^/]+\.(?:md|markdown|html|txt)\Z", re.IGNORECASE)),
    ("author", re.compile(r"authors/[^/]+\.md\Z", re.IGNORECASE)),
    ("page", re.compile(r"pages/(?:[^/]+/)*[^/]+\.md\Z", re.IGNORECASE)),
    ("site", re.compile(r"site\.yaml\Z")),
    ("theme", re.compile(r"theme/[^/]+\Z")),
)


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
    _check_key(key, kind, diagnostics)
    text = decode(raw, diagnostics)
    if kind == "site":
        settings, lines = site_yaml.parse_site_yaml(text, diagnostics)
        diagnostics.raise_if_errors()
        return ParsedSite(settings, diagnostics.warnings, lines)
    if kind == "theme":
        from newsroom.uploads.theme import files  # it renders pages, and its imports are slow

        name, own = files.parse_theme(text, site, diagnostics)
        diagnostics.raise_if_errors()
        return ParsedTheme(name, own, diagnostics.warnings)
    front = locate.split_front_matter(text, fields.AUTHOR_NAMES if kind == "author" else fields.NAMES, diagnostics)
    if kind == "author":
        return author_file.parse_author(key, front, site, diagnostics)
    if kind == "page":
        return page_file.parse_page(key, front, site, diagnostics)
    return article_file.parse_article(key, front, site, diagnostics)


def _check_key(key: str, kind: Kind, diagnostics: Diagnostics) -> None:
    """Reject an upload whose key names no kind of upload, or no file."""
    if kind == "unknown":
        diagnostics.fail(
            "this is no file the paper reads; it reads articles/….md, .markdown, .html and .txt, "
            "authors/….md, pages/….md, theme/…, and site.yaml"
        )
    if not {"", ".", ".."}.isdisjoint(key.split("/")) or len(key.encode(errors="replace")) > LONGEST_KEY:
        diagnostics.fail(
            "this is no name for a file; leave out empty parts, '.' and '..', and keep it below 1,024 bytes"
        )
    publication.check_name(key, diagnostics)
