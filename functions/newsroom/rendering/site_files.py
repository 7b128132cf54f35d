"""Files that every paper has: robots.txt, security.txt, the page for unknown addresses, and the static assets."""

from newsroom.errors import PermanentError
from newsroom.rendering import templating
from newsroom.rendering.content import FOR_EVER, FixedContent, RenderedPage, SecurityContent
from newsroom.rendering.html_page import notice_page
from newsroom.rendering.site_context import SiteContext
from newsroom.urls import Page

_PLAIN = "text/plain; charset=utf-8"


def robots(page: Page, content: FixedContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render robots.txt, with the paper's own lines."""
    body = templating.render_template(
        "robots.txt", paper=site_context.template_context, edition=edition, lines=site_context.site["robots"]
    )
    return RenderedPage(body, _PLAIN)


def security(page: Page, content: SecurityContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render security.txt (RFC 9116)."""
    body = templating.render_template(
        "security.txt",
        paper=site_context.template_context,
        edition=edition,
        contact=_security_contact(site_context),
        expires=content.expires,
    )
    return RenderedPage(body, _PLAIN)


def _security_contact(site_context: SiteContext) -> str:
    """Return the URI for security reports; the front page if the paper has no contact."""
    contact = (site_context.site["contact"] or "").strip()
    if contact.startswith(("https://", "http://", "mailto:", "tel:")):
        return contact
    return f"mailto:{contact}" if "@" in contact else site_context.url("/")


def not_found(page: Page, content: FixedContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Render the page for addresses at which there is nothing."""
    message = "Nothing is at this address. It may have been mistyped, or the link that led here may be old."
    return notice_page("Page not found", message, site_context, edition)


def asset(page: Page, content: FixedContent, site_context: SiteContext, edition: int) -> RenderedPage:
    """Return a static asset. It has no edition, because its address contains its hash.

    Raises PermanentError for an asset that this version does not have.
    """
    assets = site_context.assets
    if page.path not in assets:
        raise PermanentError(f"{page.path}: no such asset; this version has {', '.join(assets)}")
    file = assets[page.path]
    return RenderedPage(file.body, file.content_type, FOR_EVER)
