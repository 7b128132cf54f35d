"""The pictures of a text: those on the web are shown, and any other is left out whole, with its caption and credit."""

import re

from newsroom.uploads.decoding import tidy
from newsroom.uploads.markup import embeds
from newsroom.uploads.markup.html_tree import HEADINGS, Element, Node
from newsroom.uploads.markup.link_targets import web_target

_LAZY = ("data-src", "data-lazy-src", "data-original", "src")
_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_CANDIDATE = re.compile(r"(\S{1,2000})(?:\s+(\d{1,6}(?:\.\d{1,3})?)[wx])?\s*(?:,|\Z)")
_FIGURE = re.compile(r"wp-caption|(?:image|photo|picture|captioned)-(?:block|image|wrap)|captioned")
_CAPTION = re.compile(r"(?:^|[-_])(?:fig)?caption|(?:^|[-_])credits?(?:$|[-_])", re.IGNORECASE)
_CREDIT = re.compile(
    r"\W{0,3}(?:©|(?:photo(?:graph|graphy)?s?|pictures?|images?|illustrations?|graphics?|foto|credits?)"
    r"(?: (?:by|credits?|courtesy)\b|\s?[:/©]))",
    re.IGNORECASE,
)
_ASIDE = {
    "br",
    "cite",
    "em",
    "figcaption",
    "i",
    "small",
}  # a paragraph that belongs to a picture may also contain these
_EMPTIED = HEADINGS | {
    "", "a", "aside", "b", "blockquote", "cite", "code", "dd", "del", "div", "dl", "em", "figure", "i", "ins", "li",
    "mark", "ol", "p", "q", "s", "section", "small", "span", "strong", "sub", "sup", "table", "u", "ul",
}  # fmt: skip


def show_pictures(root: Element, lost: list[tuple[str, int]]) -> None:
    """Gives every picture its address on the web, and leaves out whole those that have none.

    lost: the addresses of those, with their lines.
    """
    _as_figures(root)
    _show(root, lost)


def _as_figures(root: Element) -> None:
    """Makes figures of the boxes that other systems make for a picture and its caption."""
    for box in root.elements():
        if box.tag == "div" and any(map(_FIGURE.match, box.classes())):
            captions = [part for part in box.parts() if not isinstance(part, str) and _is_caption(part)]
            if len(captions) == 1 and _has_picture(box):
                box.tag, captions[0].tag = "figure", "figcaption"


def _has_picture(box: Element) -> bool:
    return any(element.tag == "img" for element in box.elements())


def _is_caption(element: Element) -> bool:
    return element.tag in {"figcaption", "p", "div"} and (
        element.tag == "figcaption" or any(_CAPTION.search(name) for name in element.classes())
    )


def _show(parent: Element, lost: list[tuple[str, int]]) -> bool:
    """Return True if anything was left out of an element."""
    is_missing = False
    is_bare = False  # a picture was left out, and the next node may be about it
    for node in parent.inside:
        if isinstance(node, str):
            is_bare = is_bare and not node.strip()
        elif is_bare and _speaks_of_a_picture(node):
            node.leave_out()
        else:
            is_robbed = _is_robbed(node, lost)
            is_missing = is_missing or is_robbed
            if node.tag not in _EMPTIED or is_to_be_seen(node):
                is_bare = False
            elif is_robbed:
                node.leave_out()
                is_bare = True
    return is_missing


def _is_robbed(node: Element, lost: list[tuple[str, int]]) -> bool:
    """Show the pictures of a node. Return True if one was left out, with the words about it."""
    is_robbed = not _is_shown(node, lost) if node.tag == "img" else _show(node, lost)
    if is_robbed:
        _leave_out_words(node)
    return is_robbed


def _speaks_of_a_picture(node: Element) -> bool:
    return _is_caption(node) or (node.tag == "p" and bool(_CREDIT.match(node.text()[:200])))


def _leave_out_words(node: Element) -> None:
    """Leaves out of what held a picture what speaks of it; a link around a film's still leads to the film."""
    if node.tag == "p" and _CREDIT.match(node.text()[:200]):
        node.inside = []
    elif node.tag == "figure" or _is_its_own(node):
        _leave_out_captions(node)
    elif node.tag == "a" and not is_to_be_seen(node):
        address = web_target(node.given.get("href", ""))
        if address and embeds.is_player(address):
            node.inside = list(embeds.player_link(address, "", "", node.line).inside)


def _is_shown(image: Element, lost: list[tuple[str, int]]) -> bool:
    """Give a picture its address on the web; leave it out and return False if it has none."""
    given = image.given
    address = _address_of(given)
    if address is None:
        lost.append((given.get("src") or given.get("data-src", ""), image.line))
        image.leave_out()
        return False
    kept: dict[str, str] = {name: given[name] for name in ("id", "class", "title", "lang", "dir") if name in given}
    sizes = {name: given[name] for name in ("width", "height") if re.fullmatch(r"\d{1,5}", given.get(name, ""))}
    image.given = {**kept, **sizes, "src": address, "alt": tidy(given.get("alt", "")), "loading": "lazy"}
    return True


def _address_of(given: dict[str, str]) -> str | None:
    """Return the address of a picture on the web: the one that is loaded late, else the largest of a set."""
    single = next(filter(None, (web_target(given.get(name, "")) for name in _LAZY)), None)
    return single or next(filter(None, (_largest(given.get(name, "")) for name in _SETS)), None)


def _largest(candidates: str) -> str | None:
    found = [(float(size or 1), url) for url, size in _CANDIDATE.findall(candidates[:20_000])[:50]]
    on_web = [(size, address) for size, url in found if (address := web_target(url.strip(",")))]
    return max(on_web)[1] if on_web else None


def _is_its_own(element: Element) -> bool:
    """Return True if a paragraph belongs to a picture: beside it there is only a line in italics or small print."""
    return element.tag == "p" and all(
        not part.strip() if isinstance(part, str) else part.tag in _ASIDE for part in element.parts()
    )


def _leave_out_captions(box: Element) -> None:
    """Leaves out of a figure or paragraph what speaks of the picture that is gone, unless another is shown in it."""
    captions: list[Element] = []
    others: list[Node] = []
    for part in box.parts():
        if not isinstance(part, str) and part.tag in _ASIDE:
            captions.append(part)
        else:
            others.append(part)
    if not any(map(_is_node_to_be_seen, others)):
        for caption in captions:
            caption.leave_out()


def _is_node_to_be_seen(node: Node) -> bool:
    return bool(node.strip()) if isinstance(node, str) else is_to_be_seen(node)


def is_to_be_seen(element: Element) -> bool:
    """Return True if readers see anything of an element."""
    if element.tag in {"hr", "img"} or (element.tag == "a" and "href" not in element.given and _anchors(element)):
        return True
    return any(map(_is_node_to_be_seen, element.inside))


def _anchors(element: Element) -> bool:
    return bool(element.given.get("id") or element.given.get("name"))
