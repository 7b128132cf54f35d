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
_ASIDE = {"br", "cite", "em", "figcaption", "i", "small"}  # what a picture's own paragraph may hold besides
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
        if box.tag == "div" and any(_FIGURE.match(name) for name in box.classes()):
            captions = [part for part in box.parts() if not isinstance(part, str) and _is_caption(part)]
            if len(captions) == 1 and any(element.tag == "img" for element in box.elements()):
                box.tag, captions[0].tag = "figure", "figcaption"


def _is_caption(element: Element) -> bool:
    return element.tag in {"figcaption", "p", "div"} and (
        element.tag == "figcaption" or any(_CAPTION.search(name) for name in element.classes())
    )


def _show(parent: Element, lost: list[tuple[str, int]]) -> bool:
    """Return True if anything was left out of an element."""
    missing = False
    bare = False  # a picture was left out, and what follows it may speak of it
    for node in parent.inside:
        if isinstance(node, str):
            bare = bare and not node.strip()
        elif bare and _speaks_of_a_picture(node):
            node.leave_out()
        else:
            robbed = not _is_shown(node, lost) if node.tag == "img" else _show(node, lost)
            if robbed:
                _leave_out_words(node)
                missing = True
            empty = node.tag in _EMPTIED and not is_to_be_seen(node)
            bare = empty and (robbed or bare)
            if empty and robbed:
                node.leave_out()
    return missing


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
    given = image.given
    found = next((url for url in (web_target(given.get(name, "")) for name in _LAZY) if url), None)
    found = found or next((url for url in (_largest(given.get(name, "")) for name in _SETS) if url), None)
    if found is None:
        lost.append((given.get("src") or given.get("data-src", ""), image.line))
        image.leave_out()
        return False
    image.given = {name: given[name] for name in ("id", "class", "title", "lang", "dir") if name in given}
    image.given |= {name: given[name] for name in ("width", "height") if re.fullmatch(r"\d{1,5}", given.get(name, ""))}
    image.given |= {"src": found, "alt": tidy(given.get("alt", "")), "loading": "lazy"}
    return True


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
    captions = [part for part in box.parts() if not isinstance(part, str) and part.tag in _ASIDE]
    words = {id(part) for part in captions}
    others: list[Node] = [part for part in box.parts() if isinstance(part, str) or id(part) not in words]
    if not any(part.strip() if isinstance(part, str) else is_to_be_seen(part) for part in others):
        for caption in captions:
            caption.leave_out()


def is_to_be_seen(element: Element) -> bool:
    """Return True if readers see anything of an element."""
    if element.tag in {"hr", "img"} or (element.tag == "a" and "href" not in element.given and _anchors(element)):
        return True
    return any(node.strip() if isinstance(node, str) else is_to_be_seen(node) for node in element.inside)


def _anchors(element: Element) -> bool:
    return bool(element.given.get("id") or element.given.get("name"))
