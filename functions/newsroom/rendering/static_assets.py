"""The paper's dress: its stylesheet and its icon, both in the accent colour of site.yaml, and its one script.

An asset's address carries the digest of its bytes, so it can be kept for ever and changes with every change.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from html import escape
from pathlib import Path

from newsroom.rendering.contrast import readable
from newsroom.site import Site

PAPER = "#fffdf9"  # the ground of every page by day
NIGHT = "#151412"  # and by night
OWN_STYLE = "style.css"  # the part of a theme that is in the place of our rules
_ASSETS = Path(__file__).parent / "assets"
_AIR = re.compile(r";?\s*(\})\s*|\s*([{;,])\s*|(:)\s+")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages refer to by an address of its own."""

    path: str  # /assets/{name}.{hash}.{ext}
    body: bytes
    content_type: str


@lru_cache(maxsize=4)
def stylesheet(accent: str, own: str = "") -> Asset:
    """The style of every page. The accent, `#rrggbb`, is darkened or lightened where it could not be read.

    own: the rules of the paper's own theme, which are in the place of ours.
    """
    colours = (
        f":root{{--paper:{PAPER};--accent:{readable(accent, PAPER)}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{--paper:{NIGHT};--accent:{readable(accent, NIGHT)}}}}}\n"
    )
    rules = own or _AIR.sub(r"\1\2\3", _source("style.css"))
    return _asset("style", "css", colours + rules, "text/css; charset=utf-8")


@lru_cache(maxsize=4)
def icon(title: str, accent: str) -> Asset:
    """The paper's initial on its accent colour."""
    drawing = _source("icon.svg").replace("ACCENT", readable(accent, PAPER))
    initial = next((character for character in title if character.isalnum()), "B")
    drawing = drawing.replace("INITIAL", escape(initial.upper()))
    return _asset("icon", "svg", drawing, "image/svg+xml; charset=utf-8")


@cache
def script() -> Asset:
    """What comment forms can do beyond HTML. Nothing depends on it."""
    return _asset("comments", "js", _source("comments.js"), "text/javascript; charset=utf-8")


def assets(site: Site) -> dict[str, Asset]:
    """Every asset that the pages of a paper refer to, by path."""
    style = stylesheet(site["accent"], site["theme"].get(OWN_STYLE, ""))
    return {asset.path: asset for asset in (style, icon(site["title"], site["accent"]), script())}


def _asset(name: str, extension: str, text: str, content_type: str) -> Asset:
    body = text.encode()
    digest = blake2b(body, digest_size=6).hexdigest()
    return Asset(f"/assets/{name}.{digest}.{extension}", body, content_type)


@cache
def _source(name: str) -> str:
    """An asset as it is written, without the indents, remarks and empty lines that only its writers read."""
    lines = map(str.strip, (_ASSETS / name).read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"
