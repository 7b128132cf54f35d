"""The mapping of addresses and responses by CloudFront's functions, repeated here for the local site.

Those functions are infra/edge/rewrite_url.js and map_status.js; tests/infra/edge/addresses.json has one table of
test cases for them and for these two.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Read:
    """An answer with the object at this path, which begins with a slash."""

    path: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """A 301 answer with this location."""

    location: str


def rewrite_url(path: str, query: str = "") -> Read | Redirect:
    """Return the answer to a request for `path`: `/x/` is stored as `/x/index.html`, `/x` means `/x/`.

    path: percent-encoded. query: without its question mark.
    """
    last = path.rpartition("/")[2]
    if not last:
        return Read(path + "index.html")
    if last in {".", ".."}:  # neither a page nor a list of the bucket
        return Read(f"{path}/index.html")
    if "." in last:
        return Read(path)
    # One slash and no backslash in front: browsers read //name and /\name as another site's address.
    location = "/" + path.lstrip("/\\") + "/"
    return Redirect(f"{location}?{query}" if query else location)


def map_status(metadata: Mapping[str, str]) -> tuple[int, str | None]:
    """Return the status of an object's response, and its redirect location if any.

    metadata: as rendering sets it, without the prefix x-amz-meta-.
    """
    if "tombstone" in metadata:
        return 410, None
    if "location" in metadata:
        return 301, metadata["location"]
    return 200, None


def page_headers(content_type: str) -> dict[str, str]:
    """Return the headers of a page, which no other site may embed; other files may be used by other sites."""
    return {"cross-origin-resource-policy": "same-origin"} if content_type.startswith("text/html") else {}
