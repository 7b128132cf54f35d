"""Static assets: the stylesheet and the icon, both in the accent colour of site.yaml, and the only script.

An asset's address contains the hash of its bytes, so it can be cached for ever and changes with every change.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from html import escape
from pathlib import Path

from newsroom.rendering.contrast import readable
from newsroom.site import Site

PAPER = "#fffdf9"  # the background of every page in light mode
NIGHT = "#151412"  # and in dark mode
OWN_STYLE = "style.css"  # the part of a theme that replaces our rules
_ASSETS = Path(__file__).parent / "assets"
_SPACES = re.compile(r";?\s*(\})\s*|\s*([{;,])\s*|(:)\s+")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages link to by its own address."""

    path: str  # /assets/{name}.{hash}.{ext}
    body: bytes
    content_type: str


@lru_cache(maxsize=4)
def stylesheet(accent: str, own: str = "") -> Asset:
    """Return the stylesheet of every page. The accent, `#rrggbb`, is darkened or lightened if it is not readable.

    own: the rules of the paper's own theme, which replace ours.
    """
    colours = (
        f":root{{--paper:{PAPER};--accent:{readable(accent, PAPER)}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{--paper:{NIGHT};--accent:{readable(accent, NIGHT)}}}}}\n"
    )
    rules = own or _SPACES.sub(r"\1\2\3", _source("style.css"))
    return _asset("style", "css", colours + rules, "text/css; charset=utf-8")


@lru_cache(maxsize=4)
def icon(title: str, accent: str) -> Asset:
    """Return the icon: the paper's initial on its accent colour."""
    initial = next((character for character in title if character.isalnum()), "B")
    svg = _source("icon.svg").replace("ACCENT", readable(accent, PAPER)).replace("INITIAL", escape(initial.upper()))
    return _asset("icon", "svg", svg, "image/svg+xml; charset=utf-8")


@cache
def script() -> Asset:
    """Return the script that improves comment forms. They also work without it."""
    return _asset("comments", "js", _source("comments.js"), "text/javascript; charset=utf-8")


def assets(site: Site) -> dict[str, Asset]:
    """Return every asset that the pages of a paper link to, by path."""
    style = stylesheet(site["accent"], site["theme"].get(OWN_STYLE, ""))
    return {asset.path: asset for asset in (style, icon(site["title"], site["accent"]), script())}


def _asset(name: str, extension: str, text: str, content_type: str) -> Asset:
    body = text.encode()
    digest = blake2b(body, digest_size=6).hexdigest()
    return Asset(f"/assets/{name}.{digest}.{extension}", body, content_type)


@cache
def _source(name: str) -> str:
    """Read an asset's source, without indents, comments and empty lines."""
    lines = map(str.strip, (_ASSETS / name).read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"
