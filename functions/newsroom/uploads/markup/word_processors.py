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
    titles = _Titles(styles, standfirst)
    for element in root.elements():
        if element.tag == "p":
            titles.read_paragraph(element)
        else:
            titles.read_other(element)
    return titles.subtitle


@dataclass(slots=True)
class _Titles:
    """One pass through a text, which makes headings of paragraphs."""

    styles: Styles
    standfirst: str
    is_leading: bool = True  # no words have come yet
    is_below_title: bool = False
    subtitle: str = ""

    def read_other(self, element: Element) -> None:
        """Note the words and the title in an element that is not a paragraph."""
        has_words = any(isinstance(node, str) and node.strip() for node in element.inside)
        self.is_leading = self.is_leading and not has_words
        if element.tag == "h1" and _has_class(element, _TITLE):
            self.is_below_title = True

    def read_paragraph(self, element: Element) -> None:
        """Make a heading of a paragraph that is one by its style, or take out the subtitle."""
        has_words = bool(element.text().strip())
        if has_words and self.is_leading and _has_class(element, _TITLE):
            element.tag, self.is_below_title = "h1", True
        elif self.is_below_title and not self.subtitle and _has_class(element, _SUBTITLE):
            self._take_subtitle(element)
        elif level := _level_of_heading(element, self.styles):
            element.tag = f"h{level}"
        elif has_words:
            self.is_below_title = False
        self.is_leading = self.is_leading and not element.text().strip()

    def _take_subtitle(self, element: Element) -> None:
        words = tidy(element.text())
        if words and (not self.standfirst or words.casefold() == self.standfirst.casefold()):
            self.subtitle = words
            element.leave_out()


def _has_class(element: Element, pattern: re.Pattern[str]) -> bool:
    return any(map(pattern.match, element.classes()))


def _level_of_heading(element: Element, styles: Styles) -> int:
    """Return the level of the heading that a paragraph is by its role, its style or its class; 0 if it is none."""
    if element.given.get("role") == "heading":
        level = element.given.get("aria-level", "2")
    elif "mso-outline-level" in element.given.get("style", ""):
        level = styles.of(element).get("mso-outline-level", "")
    else:
        level = next((found[1] for found in map(_HEADING.match, element.classes()) if found), "")
    return int(level) if level in set("123456") else 0


@dataclass(slots=True)
class _Item:
    level: int
    kind: str  # ul or ol
    number: int  # the number of an ordered item, as written; else 0
    list: str  # the name of its list, if the program writes one
    element: Element


_SIGNS = "·•●○◦▪■□♦◆➢➔→§Ø–—*\uf0b7\uf0a7\uf0d8\uf0fc\uf076-"  # the last ones are from Word's own fonts
_LETTERS = "ovüq"  # these are bullets in Word's own fonts
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
_STEPS = {"in": 0.5, "pt": 36, "cm": 1.27, "px": 48}  # the indentation of one level, by unit
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
    return _items_of_list(node) if node.tag in {"ul", "ol"} else []


def _items_of_list(node: Element) -> list[_Item]:
    """Return the items of a list that belongs to a deeper one by its class or its attributes."""
    parts = [part for part in node.inside if not isinstance(part, str) and part.tag == "li"]
    name = ""
    if kix := next(filter(None, map(_KIX.match, node.classes())), None):
        name = kix[0].rpartition("-")[0]
        levels = [int(kix[1]) + 1] * len(parts)
    else:  # Word Online
        written = [part.given.get("data-aria-level", "") for part in parts]
        if not set("123456789").issuperset(written):
            return []
        levels = list(map(int, written))
    start = _start_of(node)
    return [
        _Item(level, node.tag, start + place if start else 0, name, part)
        for place, (level, part) in enumerate(zip(levels, parts, strict=True))
    ]


def _start_of(node: Element) -> int:
    """Return the number that a list begins with; 0 if it gives none."""
    start = node.given.get("start", "")
    return int(start) if start.isdecimal() and len(start) < 7 else 0


def _item(paragraph: Element, styles: Styles) -> _Item | None:
    """Return the item that a paragraph is, without its sign; None if it is none."""
    style = styles.of(paragraph)
    of_word = _MSO_LIST.match(style.get("mso-list", ""))
    is_inset = style.get("text-indent", "").startswith("-") and _has_wide_sign(paragraph)
    if not of_word and not is_inset and not _has_class(paragraph, _LIST_CLASS):
        return None
    sign = _take_sign(paragraph, is_inset)
    if sign is None:
        return None
    level, name = (int(of_word[2]), of_word[1]) if of_word else (_level_of(style), "")
    element = Element("li", {}, paragraph.line, paragraph.inside)
    if not re.search(r"\w[.)]\Z|\A\d", sign):
        return _Item(level, "ul", 0, name, element)
    number = re.search(r"(\d{1,6})\D?\Z", sign)
    return _Item(level, "ol", int(number[1]) if number else 0, name, element)


def _take_sign(paragraph: Element, is_inset: bool) -> str | None:
    """Take the sign of an item off its paragraph and return it; None if it has none."""
    marked = _first_with(paragraph, _IGNORED)
    if marked is not None:
        sign = marked.text().strip()
        marked.leave_out()
        return sign
    text = paragraph.text()[:100]
    marker = _MARKER.match(text)
    if marker is None and is_inset:
        marker = _WIDE.match(text)
    if marker is None:
        return None
    _take_off(paragraph, marker.end())
    return marker[0].strip()


def _level_of(style: Style) -> int:
    found = _LENGTH.match(style.get("margin-left", "") or _left_of(style.get("margin", "")))
    return max(1, min(round(float(found[1]) / _STEPS[found[2]]), _DEEPEST_LIST)) if found else 1


def _left_of(margin: str) -> str:
    """Return the left one of the margins in a CSS shorthand of one to four values."""
    parts = margin.split()
    if len(parts) == 4:
        return parts[3]
    return parts[1] if len(parts) > 1 else ""


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
    open_lists: list[tuple[_Item, Element]] = []  # the last item of each open list, and the list
    for item in items:
        while open_lists and open_lists[-1][0].level > item.level:
            open_lists.pop()
        beside = open_lists[-1] if open_lists and open_lists[-1][0].level == item.level else None
        if beside and _goes_on(beside[0], item):
            beside[1].inside.append(item.element)
            open_lists[-1] = (item, beside[1])
            continue
        if beside:
            open_lists.pop()
        new = _new_list(item)
        container = open_lists[-1][0].element.inside if open_lists else outermost
        container.append(new)
        open_lists.append((item, new))
    return outermost


def _new_list(item: _Item) -> Element:
    """Return a list that begins with an item."""
    start = {"start": str(item.number)} if item.kind == "ol" and item.number > 1 else {}
    return Element(item.kind, start, item.element.line, [item.element])


def _goes_on(last: _Item, item: _Item) -> bool:
    restarts = item.kind == "ol" and item.number == 1 and last.number > 0
    return last.kind == item.kind and last.list == item.list and not restarts
