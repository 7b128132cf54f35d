"""The paragraphs of word processors as HTML: titles, headings and lists become elements."""

import re
from dataclasses import dataclass

from newsroom.uploads.decoding import tidy
from newsroom.uploads.markup.html_tree import Element, Node
from newsroom.uploads.markup.pasted_styles import Style, Styles

_TITLE = re.compile(r"(?:mso)?title\Z", re.IGNORECASE)
_SUBTITLE = re.compile(r"(?:mso)?subtitle\Z", re.IGNORECASE)
_HEADING = re.compile(r"(?:mso)?heading-?([1-6])\Z", re.IGNORECASE)
_DEEPEST_LIST = 9


def contents(root: Element) -> None:
    """Leaves of a page that Google Docs published the document alone, without the banners around it."""
    found = [element for element in root.elements() if element.given.get("id") == "contents"]
    whole = any(name in {"header", "banners", "footer"} for name in (e.given.get("id", "") for e in root.elements()))
    if len(found) == 1 and whole:
        root.inside = found[0].inside


def titles(root: Element, styles: Styles, standfirst: str) -> str:
    """Makes headings of the paragraphs that are such by their style. The subtitle below a leading title, taken out.

    A leading title becomes an h1, which can be the headline. standfirst: as it is given; another subtitle then stays.
    """
    leading, titled, subtitle = True, False, ""
    for element in root.elements():
        if element.tag != "p":
            leading = leading and not any(isinstance(node, str) and node.strip() for node in element.inside)
            titled = titled or (element.tag == "h1" and any(_TITLE.match(name) for name in element.classes()))
            continue
        names = element.classes()
        if leading and any(_TITLE.match(name) for name in names) and element.text().strip():
            element.tag, titled = "h1", True
        elif titled and not subtitle and any(_SUBTITLE.match(name) for name in names):
            said = tidy(element.text())
            if said and (not standfirst or said.casefold() == standfirst.casefold()):
                subtitle = said
                element.leave_out()
        elif level := _level_of_heading(element, names, styles):
            element.tag = f"h{level}"
        elif element.text().strip():
            titled = False
        leading = leading and not element.text().strip()
    return subtitle


def _level_of_heading(element: Element, names: list[str], styles: Styles) -> int:
    if element.given.get("role") == "heading":
        said = element.given.get("aria-level", "2")
    elif "mso-outline-level" in element.given.get("style", ""):
        said = styles.of(element).get("mso-outline-level", "")
    else:
        said = next((found[1] for found in map(_HEADING.match, names) if found), "")
    return int(said) if said in set("123456") else 0


@dataclass(slots=True)
class _Item:
    level: int
    kind: str  # ul or ol
    number: int  # of an ordered item, as written
    list: str  # which list it is of, where the writer's program says so
    element: Element


_SIGNS = "·•●○◦▪■□♦◆➢➔→§Ø–—*\uf0b7\uf0a7\uf0d8\uf0fc\uf076-"  # Word's last ones are of its own fonts
_LETTERS = "ovüq"  # which are bullets too, in those fonts
_NUMBER = r"\(?(?:\d{1,3}|[a-z]|[ivxl]{1,7})[.)]"
_IGNORED = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_MARKER = re.compile(
    rf"\s*(?:[{_SIGNS}][\s\u00a0]+|\(?\d{{1,3}}[.)][\s\u00a0]+|(?:[{_LETTERS}]|{_NUMBER})(?:\s*\u00a0|\s\s)[\s\u00a0]*)",
    re.IGNORECASE,
)
_WIDE = re.compile(r"\s*(?:\d{1,3}(?:\.\d{1,3}){0,8}[.)]?|\S)[\s\u00a0]{2,}")
_MSO_LIST = re.compile(r"(l\d+) level(\d)")
_LIST_CLASS = re.compile(r"MsoList(?:Paragraph|Bullet|Number)", re.IGNORECASE)
_LENGTH = re.compile(r"(-?\d*\.?\d+)(in|pt|cm|px)")
_STEPS = {"in": 0.5, "pt": 36, "cm": 1.27, "px": 48}  # how far a level is set in
_KIX = re.compile(r"lst-kix_\w+-(\d)\Z")


def lists(parent: Element, styles: Styles) -> None:
    """Makes lists of paragraphs that are list items by their style, and of lists that are told apart by level."""
    made: list[Node] = []
    items: list[_Item] = []
    blank: list[Node] = []
    for node in parent.inside:
        if not isinstance(node, str):
            lists(node, styles)
        found = [] if isinstance(node, str) else _items(node, styles)
        if found:
            items += found
            blank = []
        elif items and isinstance(node, str) and not node.strip():
            blank.append(node)
        else:
            made += [*_nested(items), *blank, node]
            items, blank = [], []
    parent.inside = [*made, *_nested(items), *blank]


def _items(node: Element, styles: Styles) -> list[_Item]:
    if node.tag == "p":
        item = _item(node, styles)
        return [item] if item else []
    if node.tag == "div" and any("ListContainerWrapper" in name for name in node.classes()):
        return [item for part in node.inside if not isinstance(part, str) for item in _items(part, styles)]
    if node.tag not in {"ul", "ol"}:
        return []
    kix = next((found for found in map(_KIX.match, node.classes()) if found), None)
    parts = [part for part in node.inside if not isinstance(part, str) and part.tag == "li"]
    number = int(start) if (start := node.given.get("start", "")).isdecimal() and len(start) < 7 else 0
    if kix:
        name = kix[0].rpartition("-")[0]
        return [_Item(int(kix[1]) + 1, node.tag, number + place if number else 0, name, part)
                for place, part in enumerate(parts)]  # fmt: skip
    levels = [part.given.get("data-aria-level", "") for part in parts]
    if parts and all(level in set("123456789") for level in levels):  # Word Online
        return [_Item(int(level), node.tag, number + place if number else 0, "", part)
                for place, (level, part) in enumerate(zip(levels, parts, strict=True))]  # fmt: skip
    return []


def _item(paragraph: Element, styles: Styles) -> _Item | None:
    """The item that a paragraph is, its sign taken off."""
    style = styles.of(paragraph)
    listed = _MSO_LIST.match(style.get("mso-list", ""))
    inset = "text-indent" in style and style["text-indent"].startswith("-") and _has_wide_sign(paragraph)
    if not listed and not inset and not any(_LIST_CLASS.match(name) for name in paragraph.classes()):
        return None
    text = paragraph.text()[:100]
    marked = _first_with(paragraph, _IGNORED)
    if marked is not None:
        sign = marked.text().strip()
        marked.leave_out()
    elif marker := _MARKER.match(text) or (_WIDE.match(text) if inset else None):
        sign = marker[0].strip()
        _take_off(paragraph, marker.end())
    else:
        return None
    ordered = re.search(r"\w[.)]\Z|\A\d", sign)
    number = re.search(r"(\d{1,6})\D?\Z", sign)
    element = Element("li", {}, paragraph.line, paragraph.inside)
    level = int(listed[2]) if listed else _level_of(style)
    return _Item(level, "ol" if ordered else "ul", int(number[1]) if ordered and number else 0,
                 listed[1] if listed else "", element)  # fmt: skip


def _level_of(style: Style) -> int:
    found = _LENGTH.match(style.get("margin-left", "") or _left_of(style.get("margin", "")))
    return max(1, min(round(float(found[1]) / _STEPS[found[2]]), _DEEPEST_LIST)) if found else 1


def _left_of(margin: str) -> str:
    parts = margin.split()
    return parts[3] if len(parts) == 4 else parts[1] if len(parts) > 1 else ""


def _has_wide_sign(paragraph: Element) -> bool:
    """Return True if a paragraph begins as an item of a list does in Word: with a sign and narrow spaces."""
    for node in paragraph.elements():
        if node is not paragraph and "7.0pt" in node.given.get("style", ""):
            return bool(_WIDE.match(paragraph.text()[:100]))
    return False


def _first_with(paragraph: Element, style: re.Pattern[str]) -> Element | None:
    return next((node for node in paragraph.elements() if style.search(node.given.get("style", ""))), None)


def _take_off(element: Element, characters: int) -> int:
    """Takes the first characters off an element's text; how many are still to be taken."""
    for place, node in enumerate(element.inside):
        if characters <= 0:
            break
        if isinstance(node, str):
            element.inside[place] = node[characters:]
            characters -= len(node)
        else:
            characters = _take_off(node, characters)
    return characters


def _nested(items: list[_Item]) -> list[Node]:
    """The lists that items make, one within the other by their levels."""
    outermost: list[Node] = []
    open_lists: list[tuple[_Item, Element]] = []  # the last item of each, and the list
    for item in items:
        while open_lists and open_lists[-1][0].level > item.level:
            open_lists.pop()
        last = open_lists[-1] if open_lists else None
        if last and last[0].level == item.level and _goes_on(last[0], item):
            last[1].inside.append(item.element)
            open_lists[-1] = (item, last[1])
            continue
        if last and last[0].level == item.level:
            open_lists.pop()
        new = Element(item.kind, {}, item.element.line, [item.element])
        if item.kind == "ol" and item.number > 1:
            new.given["start"] = str(item.number)
        container = open_lists[-1][0].element.inside if open_lists else outermost
        container.append(new)
        open_lists.append((item, new))
    return outermost


def _goes_on(last: _Item, item: _Item) -> bool:
    restarts = item.kind == "ol" and item.number == 1 and last.number > 0
    return last.kind == item.kind and last.list == item.list and not restarts
