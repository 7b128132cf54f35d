"""Static pages: the files in pages/."""

from newsroom import urls
from newsroom.site import Site
from newsroom.slugs import distinct_slug
from newsroom.uploads import fields, filenames
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.front_matter import publication
from newsroom.uploads.front_matter.front_matter import FrontMatter
from newsroom.uploads.markup.markdown import plain
from newsroom.uploads.parsed import ParsedPage
from newsroom.uploads.text_parts import check_body, headline_and_body, id_of, old_addresses, slug_of, style_of_file


def parse_page(key: str, front: FrontMatter, site: Site, diagnostics: Diagnostics) -> ParsedPage:
    """Parse a page from its front matter and body. Raises Rejected with every problem."""
    # An article's fields do no harm on a page.
    public = publication.read_publication(key, front, site["timezone"], fields.ALL_NAMES, diagnostics)
    values, lines = fields.read_fields(
        fields.TextFields, front, fields.ALIASES, site["timezone"], diagnostics, spent=public.spent
    )
    lines |= public.lines
    file = filenames.parse_file_name(key)
    lang = values.lang or file.lang or None
    style = style_of_file(site, lang, key)
    headline, body = headline_and_body(values.title, front, style, diagnostics, lines)
    body = check_body(headline, body, front, diagnostics)
    parts = [distinct_slug(part) for part in file.parts]
    page_id = values.id or id_of(file)
    language = lang or site["language"]
    name = filenames.in_language(file.name, file.lang, site["language"])
    slug = slug_of(values.slug, name, page_id, lines, diagnostics, language=language)
    if file.is_nameless and not values.slug:
        slug = ""
    address = f"/{'/'.join([*parts[:-1], slug])}/"
    if not slug or _is_reserved(address):
        diagnostics.error(
            f"the address {address.replace('//', '/')} is one the paper keeps for itself; give the file "
            "another name or a 'slug'",
            lines.get("slug"),
            "slug",
        )
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
        aliases=old_addresses(values.aliases, front, site, lines, diagnostics),
        lang=lang,
        noindex=values.noindex,
        body=body.html,
        words=body.words,
        links=body.links,
        warnings=diagnostics.warnings,
        lines=lines,
    )


def _is_reserved(address: str) -> bool:
    """Return True if the paper keeps an address for pages of its own."""
    return urls.parse_path(address).kind != "text" or address.split("/")[1] in urls.RESERVED
