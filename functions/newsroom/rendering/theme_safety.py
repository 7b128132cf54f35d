"""Safety checks for pages that a paper's own theme has rendered.

A page is parsed as browsers parse it, so the style of the theme's code makes no difference. No code may run, only
pictures may come from another site, forms go to the paper alone, and no page redirects by itself.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

CANARY = "canary"  # it is in the name of an element or attribute only if a reader's text became code

_FORBIDDEN_ELEMENTS = frozenset({
    "animate", "animatemotion", "animatetransform", "applet", "audio", "base", "embed", "feimage", "fencedframe",
    "foreignobject", "frame", "frameset", "iframe", "listing", "math", "noembed", "noframes", "noscript", "object",
    "plaintext", "portal", "set", "style", "template", "use", "video", "xmp",
})  # fmt: skip
"""Elements that run code, load from elsewhere, or are parsed differently by a browser that runs scripts."""
_FORBIDDEN_ATTRIBUTES = frozenset({
    "archive", "attributionsrc", "background", "classid", "codebase", "dynsrc", "formaction", "lowsrc", "manifest",
    "nonce", "ping", "profile", "shadowrootmode", "srcdoc", "style", "xml:base",
})  # fmt: skip
_ADDRESS_ATTRIBUTES = frozenset(
    {"action", "cite", "data", "longdesc", "poster", "src"}
)  # attributes that hold an address
_LOADING_RELATIONS = frozenset({"apple-touch-icon", "apple-touch-icon-precomposed", "icon", "manifest", "mask-icon",
                                "shortcut", "stylesheet"})  # fmt: skip
_ALLOWED_RELATIONS = _LOADING_RELATIONS | {
    "alternate", "amphtml", "author", "bookmark", "canonical", "help", "home", "hub", "license", "me", "next",
    "original-source", "pingback", "prev", "privacy-policy", "search", "self", "shortlink", "syndication", "tag",
    "terms-of-service", "up", "webmention",
}  # fmt: skip
_ALLOWED_REFERRER_POLICIES = frozenset(
    {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
)
_ALLOWED_SCHEMES = frozenset({"", "http", "https", "mailto", "tel"})
_STRIPPED = "".join(map(chr, range(0x21)))  # characters that browsers strip before and after an address
_OWN_SCRIPT = re.compile(r"/assets/comments\.[0-9a-f]+\.js")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")
_CANDIDATE = re.compile(r"[^\s,]\S*")  # an address in a srcset; it also matches descriptors, which are harmless


def unsafe_parts(page: str, base_url: str, location: str = "") -> Iterator[str]:
    """List the problems of a page; each text says what to do.

    base_url: the paper's. location: the target, if the page is a redirect.
    """
    for node in _nodes(page):
        tag, attributes = _tag(node), _attributes(node)
        yield from _problems_of_names(tag, attributes)
        match tag:
            case "script":
                yield from _problems_of_script(attributes, node.text())
            case "meta":
                yield from _problems_of_meta(attributes, location)
            case "link":
                yield from _problems_of_link(attributes, base_url)
            case "form" if not _is_own(attributes.get("action", ""), base_url):
                yield "its form is sent to another site; send it to an address of the paper"
        yield from _problems_of_addresses(tag, attributes, base_url)


def foreign_addresses(page: str, base_url: str, readers_own: frozenset[str]) -> list[tuple[str, str]]:
    """List the addresses on other sites that a page links to or loads, each with its element.

    readers_own: addresses from readers. Only links to exactly these are left out.
    """
    foreign = []
    for node in _nodes(page):
        tag = _tag(node)
        for address in _addresses(tag, _attributes(node)):
            is_readers_link = tag == "a" and address in readers_own
            if not is_readers_link and not _is_own(address, base_url):
                foreign.append((tag, address))
    return foreign


def _nodes(page: str) -> Iterator[LexborNode]:
    root = LexborHTMLParser(page).root
    return root.traverse(include_text=False) if root else iter(())


def _tag(node: LexborNode) -> str:
    return (node.tag or "").lower()


def _attributes(node: LexborNode) -> Mapping[str, str]:
    return {name.lower(): value or "" for name, value in node.attributes.items()}


def _problems_of_names(tag: str, attributes: Mapping[str, str]) -> Iterator[str]:
    if CANARY in tag or any(CANARY in name for name in attributes):
        yield "what somebody wrote is code in it; show it as text, and in quotes where it is an attribute's value"
    if tag in _FORBIDDEN_ELEMENTS:
        yield f"no <{tag}> may stand in it; leave it out"
    for name in attributes:
        if name in _FORBIDDEN_ATTRIBUTES or name.startswith("on"):
            yield f"the attribute '{name}' may not stand in it; write rules in theme/style.css, and leave what runs out"
    if attributes.get("referrerpolicy", "no-referrer").lower() not in _ALLOWED_REFERRER_POLICIES:
        yield "its referrerpolicy tells other sites which page a reader was on; leave it out"


def _problems_of_script(attributes: Mapping[str, str], text: str) -> Iterator[str]:
    is_data = attributes.get("type") == "application/ld+json" and "src" not in attributes
    is_ours = _OWN_SCRIPT.fullmatch(attributes.get("src", ""))
    if not is_ours and not is_data:
        yield "no <script> may stand in it but ours; leave it out"
    elif is_ours and text.strip():
        yield "no <script> may have words of its own; leave them out"


def _problems_of_meta(attributes: Mapping[str, str], location: str) -> Iterator[str]:
    if "http-equiv" in attributes:
        kind, content = attributes["http-equiv"].lower(), attributes.get("content", "")
        if not (location and kind == "refresh" and content == f"0; url={location}"):
            yield f'no <meta http-equiv="{kind}"> may stand in it; leave it out'
    is_referrer = attributes.get("name", "").strip().lower() == "referrer"
    if is_referrer and attributes.get("content", "").strip().lower() not in _ALLOWED_REFERRER_POLICIES:
        yield 'its <meta name="referrer"> tells other sites which page a reader was on; leave it out'
    if attributes.get("charset", "utf-8").lower() != "utf-8":
        yield "a page is written in UTF-8; leave <meta charset> as it is"


def _problems_of_link(attributes: Mapping[str, str], base_url: str) -> Iterator[str]:
    relations = set(attributes.get("rel", "").lower().split())
    if unknown := sorted(relations - _ALLOWED_RELATIONS):
        yield f'no <link rel="{unknown[0]}"> may stand in it; leave it out'
    elif relations & _LOADING_RELATIONS and not _is_own(attributes.get("href", ""), base_url):
        yield "a theme links to nothing elsewhere; nobody is told who reads the paper, so use theme/style.css"


def _problems_of_addresses(tag: str, attributes: Mapping[str, str], base_url: str) -> Iterator[str]:
    for address in _addresses(tag, attributes):
        if not _is_own(address, base_url) and "<" in address and "\n" in address.strip(_STRIPPED):
            yield "an address on another site holds a part of the page; close it with the quotation mark it began with"
        if (scheme := _scheme(address)) not in _ALLOWED_SCHEMES:
            yield f"the address '{scheme}:' may not stand in it; lead to a page"


def _addresses(tag: str, attributes: Mapping[str, str]) -> Iterator[str]:
    for name, value in attributes.items():
        if name in {"srcset", "imagesrcset"}:
            yield from _CANDIDATE.findall(value)
        elif name in _ADDRESS_ATTRIBUTES or _is_href(name) or (tag == "meta" and _is_web_content(name, value)):
            yield value


def _is_href(name: str) -> bool:
    """Return True for `href`, also with a namespace as in `xlink:href`."""
    return name.rpartition(":")[2] == "href"


def _is_web_content(name: str, value: str) -> bool:
    """Return True if an attribute of a <meta> is a web address, such as that of a preview picture."""
    return name == "content" and _scheme(value) in {"http", "https"}


def _normalised(address: str) -> str:
    """Normalise an address as browsers do."""
    return address.strip(_STRIPPED).replace("\t", "").replace("\n", "").replace("\r", "").replace("\\", "/")


def _scheme(address: str) -> str:
    match = _SCHEME.match(_normalised(address).lower())
    return match[1] if match else ""


def _is_own(address: str, base_url: str) -> bool:
    """Return True if an address is on the paper's own site."""
    url = _normalised(address)
    if url.startswith("//"):
        url = f"https:{url}"
    scheme = _scheme(url)
    if not scheme:
        return True
    try:
        return urlsplit(url.lower()).netloc == urlsplit(base_url.lower()).netloc and scheme in {"http", "https"}
    except ValueError:
        return False
