"""What CloudFront's functions do to addresses and answers, done here for the laptop.

The functions stand in infra/template.yaml; tests/infra/addresses.json holds them and these two to one
table of cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Read:
    """Answer with the object at this path, which begins with a slash."""

    path: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """Answer 301 with this location."""

    location: str


def map_address(path: str, query: str = "") -> Read | Redirect:
    """What a reader who asks for `path` gets: `/x/` is stored as `/x/index.html`, `/x` means `/x/`.

    path: still percent-encoded. query: without its question mark.
    """
    last = path.rpartition("/")[2]
    if not last:
        return Read(path + "index.html")
    if last in {".", ".."}:  # no page, and no list of the bucket either
        return Read(f"{path}/index.html")
    if "." in last:
        return Read(path)
    # One slash and no backslash in front: browsers read //name and /\name as another site's address.
    location = "/" + path.lstrip("/\\") + "/"
    return Redirect(f"{location}?{query}" if query else location)


def map_status(metadata: Mapping[str, str]) -> tuple[int, str | None]:
    """The status an object is served with, and the location it leads to if any.

    metadata: as rendering gives it, without the x-amz-meta- in front.
    """
    if "tombstone" in metadata:
        return 410, None
    if "location" in metadata:
        return 301, metadata["location"]
    return 200, None


def page_headers(content_type: str) -> dict[str, str]:
    """The headers of a page, which is for itself alone; all else may be shown by other sites, as feed readers do."""
    return {"cross-origin-resource-policy": "same-origin"} if content_type.startswith("text/html") else {}
