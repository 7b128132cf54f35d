"""The sanitised HTML of a tree, and the words in it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape

import nh3

from newsroom.html_links import OTHER_SCHEMES
from newsroom.uploads.markup.html_tree import BESIDE, BLOCKS, HEADINGS, VOID, Element, Node

_ATTRIBUTES: dict[str, set[str]] = {
    **{tag: set() for tag in (
        "aside", "b", "bdi", "bdo", "br", "caption", "cite", "code", "dd", "dfn", "div", "dl", "dt", "em",
        "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr", "i", "kbd", "li", "mark", "p", "pre", "rp", "rt",
        "ruby", "s", "samp", "section", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody",
        "tfoot", "thead", "tr", "u", "ul", "var", "wbr",
    )},
    "a": {"href", "title", "rel"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "img": {"src", "alt", "title", "width", "height", "loading"},
    "ol": {"start", "reversed"},
    "q": {"cite"},
    "del": {"datetime"},
    "ins": {"datetime"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "details": {"open"},
}  # fmt: skip
_CLASSES = {
    "sup": {"footnote-ref"},
    "hr": {"footnotes-sep"},
    "div": {"footnotes"},
    "ol": {"footnotes-list"},
    "li": {"footnote-item"},
    "a": {"footnote-backref"},
    "td": {"align-left", "align-center", "align-right"},
    "th": {"align-left", "align-center", "align-right"},
}
_ANYWHERE = {"id", "lang", "dir"}
_BREAKS = BLOCKS | {"br", "caption", "dd", "dt", "figcaption", "img", "li", "summary", "td", "th", "tr"}
_NOTES = {"footnotes", "footnotes-list", "footnote-ref", "footnote-backref"}
"""Classes of footnotes and of the signs that lead to them: no words of the text."""
_NOT_PROSE = HEADINGS | {"aside", "figcaption", "caption", "table", "pre", "section", "sup"}
_NEVER_EMPTY = HEADINGS | {
    "a",
    "blockquote",
    "cite",
    "code",
    "figure",
    "ol",
    "p",
    "q",
    "small",
    "sub",
    "sup",
    "u",
    "ul",
}
_EMPHASIS = {"b", "em", "i", "s", "strong"}

_ALIGN = re.compile(r"text-align:\s*(left|center|right)")


@dataclass(slots=True)
class Written:
    """A tree as HTML that is not yet sanitised, the words that readers see, and those a summary is made of."""

    html: str
    text: str
    prose: str


def write(root: Element) -> Written:
    """Writes a tree without what is empty in it."""
    _neaten(root)
    writer = _Writer()
    writer.write(root)
    return Written("".join(writer.out), "".join(writer.text), "".join(writer.prose).strip())


def sanitise(html: str) -> str:
    """The HTML without all that a text may not have: the last word on what is safe."""
    return nh3.clean(
        html,
        tags=set(_ATTRIBUTES),
        attributes={"*": _ANYWHERE, **_ATTRIBUTES},
        allowed_classes=_CLASSES,
        url_schemes={"http", "https", *OTHER_SCHEMES},
        link_rel=None,
    ).strip()


def _neaten(element: Element) -> bool:
    """Leave out what is empty and tags without effect. Return True if readers see anything of the element."""
    is_visible = element.tag in {"hr", "img"} or _is_anchor(element)
    for node in element.inside:
        is_visible = (bool(node.strip()) if isinstance(node, str) else _neaten(node)) or is_visible
    if element.tag == "span" and _ANYWHERE.isdisjoint(element.given):
        element.unwrap()
    if not is_visible:
        _leave_out_empty(element)
    if len(element.inside) > 1:
        element.inside = list(_joined(_without_gaps(element.parts())))
    if _only_holds_blocks(element):
        element.unwrap()
    return is_visible


def _is_anchor(element: Element) -> bool:
    return element.tag == "a" and "href" not in element.given


def _leave_out_empty(element: Element) -> None:
    if element.tag in _EMPHASIS:
        element.unwrap()
    elif element.tag in _NEVER_EMPTY:
        element.leave_out()


def _only_holds_blocks(element: Element) -> bool:
    """Return True if an element is a box without a meaning around blocks."""
    is_plain_box = element.tag == "div" and _ANYWHERE.isdisjoint(element.given)
    return is_plain_box and "footnotes" not in element.classes() and not any(map(_is_loose, element.inside))


def _is_loose(node: Node) -> bool:
    """Return True if a node is text or an inline element, and not a block."""
    return bool(node.strip()) if isinstance(node, str) else node.tag not in BLOCKS


def _without_gaps(parts: list[Node]) -> Iterator[Node]:
    """Yield nodes without the line breaks that only keep blocks apart."""
    gap: list[Node] | None = []  # the nodes since the last block; None if there are words among them
    for part in parts:
        if not isinstance(part, str) and part.tag in BLOCKS:
            yield from _texts(gap)
            gap = []
            yield part
        elif gap is None:
            yield part
        elif _is_loose(part) and not _is_line_break(part):
            yield from [*gap, part]
            gap = None
        else:
            gap.append(part)
    if gap is not None:
        yield from gap if len(gap) == len(parts) else _texts(gap)


def _is_line_break(node: Node) -> bool:
    return not isinstance(node, str) and node.tag == "br"


def _texts(nodes: list[Node] | None) -> list[Node]:
    return [node for node in nodes or () if isinstance(node, str)]


def _joined(parts: Iterable[Node]) -> Iterator[Node]:
    """Nodes, words emphasised one after another in the same way made one: word processors part them at will."""
    last: Node = ""
    for part in parts:
        if isinstance(part, str) or isinstance(last, str) or not _emphasise_alike(last, part):
            if part:
                yield part
                last = part
        else:
            last.inside += part.inside


def _emphasise_alike(one: Element, other: Element) -> bool:
    return one.tag == other.tag and one.tag in _EMPHASIS and not one.given and not other.given


@dataclass(slots=True)
class _Writer:
    out: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)

    def write(self, element: Element, is_text: bool = True, is_prose: bool = True) -> None:
        """Writes an element. is_text, is_prose: whether its words count, and are of the running text."""
        tag = element.tag
        if tag in _BREAKS:
            self._break()
        self.out.append(_start(element))
        if tag in VOID:
            return
        is_text = is_text and _NOTES.isdisjoint(element.classes())
        is_prose = is_prose and is_text and _is_prose(element)
        for node in element.inside:
            if isinstance(node, str):
                self._write_words(node, is_text, is_prose)
            else:
                self.write(node, is_text, is_prose)
        if tag:
            self.out.append(f"</{tag}>")
        if tag in _BREAKS:
            self._break()

    def _write_words(self, words: str, is_text: bool, is_prose: bool) -> None:
        self.out.append(escape(words, quote=False))
        if is_text:
            self.text.append(words)
        if is_prose:
            self.prose.append(words)

    def _break(self) -> None:
        self.text.append("\n")
        self.prose.append("\n")


def _is_prose(element: Element) -> bool:
    return element.tag not in _NOT_PROSE and BESIDE not in element.given


def _start(element: Element) -> str:
    """Return the start tag of an element; empty for one without a tag."""
    tag, given = element.tag, element.given
    if not tag:
        return ""
    names = _ATTRIBUTES.get(tag, set())
    kept = {name: value for name, value in given.items() if name in names or (name in _ANYWHERE and value)}
    classes = {*element.classes()}
    if tag in {"td", "th"} and (align := _ALIGN.search(given.get("style", ""))):
        classes.add(f"align-{align[1]}")
    if fitting := sorted(classes & _CLASSES.get(tag, set())):
        kept["class"] = " ".join(fitting)
    return f"<{tag}" + "".join(f' {key}="{escape(value)}"' for key, value in sorted(kept.items())) + ">"
