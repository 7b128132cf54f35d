"""The little of a document's style that is meaning: bold, italic, struck through, raised, lowered, hidden.

Word processors write their emphasis as classes of a style sheet, or into the style of each word. Rules for a class
are read, and nothing else of CSS.
"""

import re
from collections.abc import Iterator

from newsroom.uploads.markup.html_tree import BLOCKS, HEADINGS, Element

LARGEST = 100_000  # characters; a longer style sheet is not read to its end
_OPENING = re.compile(r"<style\b[^<>]*>", re.IGNORECASE)
_CLOSING = re.compile(r"</style", re.IGNORECASE)
_SELECTOR = re.compile(r"\s*(\w*\.[\w-]+)\s*\Z")

Style = dict[str, str]


class Styles:
    """The rules of a document's style sheets, for classes and for tags with a class."""

    def __init__(self, html: str) -> None:
        self.rules: dict[str, Style] = {}
        sheets = "\n".join(_sheets(html))[:LARGEST]
        if "." not in sheets:
            return
        import tinycss2  # imported here because few texts need it

        for rule in tinycss2.parse_stylesheet(sheets, skip_comments=True, skip_whitespace=True):
            if rule.type == "qualified-rule":
                said = _declared(tinycss2.serialize(rule.content))
                for selector in tinycss2.serialize(rule.prelude).split(",")[:100] if said else ():
                    if found := _SELECTOR.match(selector):
                        self.rules[found[1]] = self.rules.get(found[1], {}) | said

    def of(self, element: Element) -> Style:
        """Return the style of an element: its own, and that of the rules for its classes."""
        said: Style = {}
        if self.rules:
            for name in element.classes():
                said |= self.rules.get(f".{name}", {}) | self.rules.get(f"{element.tag}.{name}", {})
        if "style" in element.given:
            said |= _declared(element.given["style"])
        return said


def _sheets(html: str) -> Iterator[str]:
    end = 0
    while opening := _OPENING.search(html, end):
        closing = _CLOSING.search(html, opening.end())
        if not closing:
            return
        yield html[opening.end() : closing.start()]
        end = closing.end()


def _declared(style: str) -> Style:
    said = {}
    for declaration in style.split(";", 200)[:200]:
        name, colon, value = declaration.partition(":")
        if colon:
            said[name.strip().lower()] = value[:200].strip().lower().removesuffix("!important").strip()
    return said


def hides(style: Style) -> bool:
    """Return True if this style hides an element from readers."""
    return (
        style.get("display") == "none"
        or style.get("visibility") in {"hidden", "collapse"}
        or style.get("mso-hide") in {"all", "screen"}
    )


_NAMES = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "s": "s", "del": "s", "sup": "sup", "sub": "sub"}
_WORDS = (
    "span",
    "a",
    "sup",
    "sub",
    "p",
    "u",
    "cite",
    "small",
)  # a style of these applies to words and not to a whole block
_BOLD = re.compile(r"bold|bolder|[6-9]00\b")
_SLANTED = re.compile(r"italic|oblique")
_UPRIGHT = re.compile(r"(normal|lighter|[1-5]00)\Z")


def emphasise(element: Element, styles: Styles, already: frozenset[str] = frozenset()) -> None:
    """Makes elements of what styles say of words, and takes off those that a style undoes."""
    for node in element.inside:
        if isinstance(node, str):
            continue
        style = styles.of(node)
        has = already | {"strong"} if node.tag in HEADINGS or node.tag == "th" else already
        if name := _NAMES.get(node.tag):
            undone = {"strong": "font-weight", "em": "font-style"}.get(name)
            if undone and _UPRIGHT.match(style.get(undone, "")):
                node.unwrap()  # Google Docs puts such a <b> around everything that is copied
            else:
                has |= {name}
        added = _told(style) - has if _can_emphasise(node, style) else set()
        emphasise(node, styles, has | added)
        for name in sorted(added, reverse=True):
            node.inside = [Element(name, {}, node.line, node.inside)]


def _can_emphasise(node: Element, style: Style) -> bool:
    return bool(style) and node.tag in _WORDS and not _holds_blocks(node)


def _told(style: Style) -> set[str]:
    font = style.get("font", "")
    decorated = style.get("text-decoration", "") + style.get("text-decoration-line", "")
    raised = style.get("vertical-align", "")
    told = {
        "strong": _BOLD.match(style.get("font-weight", "")) or _BOLD.search(font),
        "em": _SLANTED.match(style.get("font-style", "")) or _SLANTED.search(font),
        "s": "line-through" in decorated,
        "sup": raised == "super",
        "sub": raised == "sub",
    }
    return {name for name, so in told.items() if so}


def _holds_blocks(element: Element) -> bool:
    return any(not isinstance(node, str) and node.tag in BLOCKS for node in element.inside)
