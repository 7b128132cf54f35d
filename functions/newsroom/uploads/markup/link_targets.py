"""The targets of the links of a text."""

import re
from urllib.parse import parse_qs

from newsroom.html_links import OTHER_SCHEMES, path_of_link
from newsroom.web_addresses import FORBIDDEN, is_web_address

_TEMPLATE = re.compile(
    r"\{\{|\{%|%7B%7B|%7B%25", re.IGNORECASE
)  # an address that another system would complete; it leads nowhere
_OTHER = re.compile(rf"({'|'.join(OTHER_SCHEMES)}):(.*)\Z", re.IGNORECASE)
_NUMBER = re.compile(r"(?=[^?;]*\d)[\w+*#(),./ %;=?&-]+\Z")
_NOT_TYPED = re.compile(r"[\t\n\r]")  # browsers remove these everywhere in an address

_REDIRECTORS = tuple((re.compile(pattern, re.IGNORECASE), names) for pattern, names in (
    (r"(?:www\.)?google(?:\.[a-z]{2,3}){1,2}/url", ("q", "url")),
    (r"(?:l|lm)\.(?:facebook|instagram|messenger)\.com/(?:l\.php)?", ("u",)),
    (r"(?:www\.)?facebook\.com/(?:l|flx/warn)(?:\.php)?/?", ("u",)),
    (r"[\w.-]+\.safelinks\.protection\.(?:outlook|office365)\.(?:com|us)/(?:GetUrlReputation)?", ("url",)),
    (r"statics\.teams\.cdn\.(?:office|live)\.(?:net|com)/evergreen-assets/safelinks/.*", ("url",)),
    (r"t\.umblr\.com/redirect", ("z",)),
    (r"(?:href\.li|exit\.sc)/", ("url",)),
    (r"out\.reddit\.com/.*", ("url",)),
    (r"(?:www\.)?slack-redir\.net/link", ("url",)),
    (r"(?:www\.|m\.)?youtube\.com/redirect", ("q",)),
    (r"(?:www\.)?linkedin\.com/(?:redir/redirect|safety/go)/?", ("url",)),
    (r"(?:www\.)?duckduckgo\.com/l/", ("uddg",)),
    (r"(?:www\.)?vk\.com/away(?:\.php)?", ("to",)),
    (r"steamcommunity\.com/linkfilter/?", ("url", "u")),
))  # fmt: skip
"""Addresses that only count who comes by and lead on: host and path, and the parameter that names the goal."""
_COUNTERS = re.compile(
    r"google|facebook|instagram|messenger|safelinks|umblr|href\.li|exit\.sc|reddit|slack|youtube|linkedin|duckduckgo|"
    r"vk\.com|steamcommunity",
    re.IGNORECASE,
)
"""A part of the host of each, for a first look."""
_AMP = re.compile(r"https?://(?:www\.)?google(?:\.[a-z]{2,3}){1,2}/amp/(s/)?", re.IGNORECASE)
_COPIERS = re.compile(
    r"(?:fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|twclid|ttclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok)="
)
"""Parameters that tell whose link was copied. What names a campaign (utm_…) may be the writer's own, and stays."""


def on_the_web(url: str) -> bool:
    """Return True if a link to this is one to the web. Browsers encode spaces and other signs themselves."""
    return is_web_address(FORBIDDEN.sub("%20", url)) and not _TEMPLATE.search(url)


def web_target(written: str) -> str | None:
    """The whole address of something on the web; None for a path, for what is no address, and for what would run."""
    url = _NOT_TYPED.sub("", written).strip()
    if re.match(r"[/\\]{2}", url):
        url = "https://" + url.lstrip("/\\")
    return url if on_the_web(url) else None


def target_of(href: str, base_url: str) -> str | None:
    """Return the target of a link: a path of this site, a fragment, or an address of the web, of mail, of a telephone
    or of a calendar; None if it has none."""
    href = _NOT_TYPED.sub("", href).strip()
    if _TEMPLATE.search(href):
        return None
    if href.startswith("#"):
        return href if len(href) > 1 else None
    if other := _OTHER.match(href):
        return _other(other[1].lower(), other[2])
    href = _straight(web_target(href) or href)
    path = href.replace("\\", "/") if href.startswith(("/", "\\")) else _own_path(href, base_url)
    if path is None:
        return href if on_the_web(href) else None
    return _canonical(path)


def _canonical(path: str) -> str:
    """Return a path of this site in canonical form, with its query and its fragment."""
    bare = re.split(r"[?#]", path, maxsplit=1)[0]
    address = path_of_link(re.sub(r"/{2,}", "/", bare) or "/", "") or "/"
    return address + path[len(bare) :]


def _other(scheme: str, rest: str) -> str | None:
    """A link that another program opens than the browser, if it says whom."""
    if scheme == "mailto":
        fits = "@" in rest
    elif scheme == "webcal":
        fits = on_the_web(f"https:{rest}")
    else:
        number, mark, more = rest.partition("?")
        rest = re.sub(r"\s|%20", "", number) + mark + more.replace(" ", "%20")
        fits = bool(_NUMBER.match(rest))
    return f"{scheme}:{rest}" if fits else None


def _straight(url: str) -> str:
    """The address that one leads on to which only counts who comes by; else the same, without the copier's mark."""
    for _ in range(4):
        further = _goal(url)
        if not further:
            break
        url = further
    if "?" not in url or not _COPIERS.search(url):
        return url
    before, _, query = url.partition("?")
    query, mark, fragment = query.partition("#")
    query = "&".join(part for part in query.split("&") if not _COPIERS.match(part))
    return before + ("?" + query if query else "") + mark + fragment


def _goal(url: str) -> str | None:
    """Return the address that one with a counter leads on to; None if it leads nowhere else."""
    if not url.lower().startswith(("http://", "https://")):
        return None
    if amp := _AMP.match(url):
        scheme = "https" if amp[1] else "http"
        return web_target(f"{scheme}://{url[amp.end() :]}")
    whole = url.partition("://")[2]
    place, _, query = whole.partition("#")[0].partition("?")
    if not query or len(place) > 300 or not _COUNTERS.search(place):
        return None
    return _named_goal(place, query)


def _named_goal(place: str, query: str) -> str | None:
    """Return the first web address in the parameters that name the goal of a counter."""
    names = next((names for pattern, names in _REDIRECTORS if pattern.fullmatch(place)), ())
    try:
        values = parse_qs(query, max_num_fields=50) if names else {}
    except ValueError:
        return None
    written = [value for name in names for value in values.get(name, [])]
    return next(filter(None, map(web_target, written)), None)


def _own_path(href: str, base_url: str) -> str | None:
    """The path of an absolute link to this site, whichever of http and https it was written with."""
    if not base_url or not on_the_web(href):
        return None
    rest = re.sub(r"\Ahttps?:", "", href)
    base = re.sub(r"\Ahttps?:", "", base_url)
    if rest != base and not rest.startswith((base + "/", base + "?", base + "#")):
        return None
    path = rest[len(base) :]
    return path if path.startswith("/") else "/" + path
