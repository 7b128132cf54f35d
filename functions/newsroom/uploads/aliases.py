"""Old addresses of a text. `permalink` or `url` holds the one address that other sites know."""

import re
from urllib.parse import urlsplit

from newsroom.uploads.decoding import tidy
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.fields import is_files, site_path
from newsroom.uploads.front_matter.front_matter import FrontMatter
from newsroom.uploads.markup.plain_text import decoded

_FIELDS = ("permalink", "url", "slug")
_PATTERN = re.compile(r"[:{}$*\[\]]")  # a placeholder in an address pattern, as /:year/:title/


def former(front: FrontMatter, base_url: str, diagnostics: Diagnostics) -> list[str]:
    """Return the complete old addresses in front matter. Each one redirects to the present address."""
    addresses: dict[str, None] = {}
    for name, value in front.values.items():
        if name.lower() not in _FIELDS or not isinstance(value, str):
            continue
        written = tidy(decoded(value))
        path = _path(written, is_name=name.lower() == "slug")
        if path is None:
            continue
        line = front.lines.get((name,))
        query = _split(written)[1]
        if query and (path == "/" or re.search(r"\.\w{1,5}\Z", path)):
            diagnostics.warning(
                f"'{name}' is '{written[:80]}', and readers who come by it cannot be led on: an address is "
                "known here without what follows its ?",
                line,
                "aliases",
            )
        elif (address := site_path(path, base_url)) and not is_files(address):
            addresses[address] = None
        elif path != "/":
            diagnostics.warning(
                f"'{name}' is '{written[:80]}', which is no address this site can redirect", line, "aliases"
            )
    return list(addresses)


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
