"""Authors: the files in authors/."""

from newsroom import names
from newsroom.names import Written
from newsroom.site import Site
from newsroom.uploads import bylines, field_values, fields
from newsroom.uploads.decoding import tidy
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.front_matter import publication
from newsroom.uploads.front_matter.front_matter import FrontMatter
from newsroom.uploads.markup.markdown import from_markdown
from newsroom.uploads.parsed import ParsedAuthor
from newsroom.uploads.style import style_of


def parse_author(key: str, front: FrontMatter, site: Site, diagnostics: Diagnostics) -> ParsedAuthor:
    """Parse an author from their front matter and biography. Raises Rejected with every problem."""
    publication.refuse_held_author(front, diagnostics)
    values, lines = fields.read_fields(fields.AuthorFields, front, fields.AUTHOR_ALIASES, site["timezone"], diagnostics)
    style = style_of(site, None)
    file_name = tidy(key.split("/")[1].rpartition(".")[0])
    body = from_markdown(front.body, front.body_line, values.name, style, diagnostics)
    if not body.html and values.bio:
        body = from_markdown(values.bio, lines["bio"], "", style, diagnostics)
    given = (values.name, body.heading or "", field_values.byline(file_name).name)
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
