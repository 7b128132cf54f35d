"""Old addresses of a text. `permalink` or `url` holds the one address that other sites know."""

import re
from urllib.parse import urlsplit

from newsroom.uploads.decoding import tidy
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.field_values import is_files, site_path
from newsroom.uploads.front_matter.front_matter import FrontMatter
from newsroom.uploads.markup.plain_text import decoded

_FIELDS = ("permalink", "url", "slug")
_PATTERN = re.compile(r"[:{}$*\[\]]")  # a placeholder in an address pattern, as /:year/:title/


def former(front: FrontMatter, base_url: str, diagnostics: Diagnostics) -> list[str]:
    """Return the complete old addresses in front matter. Each one redirects to the present address."""
    addresses: dict[str, None] = {}
    for name, value in front.values.items():
        if name.lower() in _FIELDS and isinstance(value, str):
            address = _former_address(name, tidy(decoded(value)), front.lines.get((name,)), base_url, diagnostics)
            if address:
                addresses[address] = None
    return list(addresses)


def _former_address(name: str, written: str, line: int | None, base_url: str, diagnostics: Diagnostics) -> str | None:
    """Return the old address in one field; None if it has none, or one that cannot be redirected."""
    path = _path(written, is_name=name.lower() == "slug")
    if path is None:
        return None
    if _split(written)[1] and (path == "/" or re.search(r"\.\w{1,5}\Z", path)):
        diagnostics.warning(
            f"'{name}' is '{written[:80]}', and readers who come by it cannot be led on: an address is "
            "known here without what follows its ?",
            line,
            "aliases",
        )
        return None
    address = site_path(path, base_url)
    if address and not is_files(address):
        return address
    if path != "/":
        diagnostics.warning(
            f"'{name}' is '{written[:80]}', which is no address this site can redirect", line, "aliases"
        )
    return None


def _path(written: str, *, is_name: bool) -> str | None:
    """Return the path of a complete address; None for a bare name and for a pattern."""
    path = _split(written)[0]
    is_full = written.startswith("/") or "://" in written
    if not is_full and (is_name or ("/" not in path and not re.search(r"\.html?\Z", path))):
        return None
    return None if _PATTERN.search(path) else "/" + path.lstrip("/")


def _split(written: str) -> tuple[str, str]:
    """Return the path and the query of an address. The host is ignored."""
    if "://" in written or written.startswith("//"):
        try:
            parts = urlsplit(written)
        except ValueError:
            return "{}", ""
        return parts.path or "/", parts.query
    path, _, rest = written.partition("#")[0].partition("?")
    return path, rest
