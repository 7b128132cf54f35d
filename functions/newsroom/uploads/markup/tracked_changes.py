"""Notes that the makers of a document left for each other: comments, deleted words, hidden words. Readers see none."""

import re

from newsroom.uploads.markup.html_tree import BESIDE, HEADINGS, Element
from newsroom.uploads.markup.pasted_styles import Style, Styles, hides

Left = dict[str, tuple[str, int]]
"""Of each kind that was left out, the first: its words and its line."""

WORD_PROCESSOR = re.compile(
    r"\bclass\s*=\s*[\"']?mso|\bmso-[a-z-]{1,40}\s*:|urn:schemas-microsoft-com|docs-internal-guid|"
    r"\bcontent\s*=\s*[\"']?(?:microsoft|libreoffice|openoffice|cocoa html)",
    re.IGNORECASE,
)
"""The signs that a word processor wrote a text. In such a text a deletion is a tracked change, which is not shown."""

_TO_A_COMMENT = re.compile(r"[^#]*#(?:cmnt|_msocom_?|sdcomment)\d+\Z", re.IGNORECASE)
_FROM_A_COMMENT = re.compile(r"[^#]*#(?:cmnt_ref|_msoanchor_?)\d+\Z", re.IGNORECASE)
_COMMENT_CLASSES = {"msocommentreference", "msocomanchor", "msocomtxt", "msocomoff", "msocommenttext",
                    "msocommentsubject"}  # fmt: skip
_DELETED_CLASSES = {"msodel", "trackchangetextdeletion", "trackchangetextdeletionmarker"}
_INSERTED_CLASSES = {"msoins", "trackchangetextinsertion"}
_HOLDS_A_COMMENT = {"p", "div", "li", "dd", "td", "section", "aside"}


def leave_out(element: Element, styles: Styles, tracked: bool, left: Left) -> None:
    """Takes out of an element what is a comment, deleted or hidden.

    tracked: whether what is marked as deleted was so by somebody who tracks changes.
    """
    is_behind = False  # after a comment outside any box: the next paragraph may belong to it
    for node in element.inside:
        if isinstance(node, str):
            continue
        is_comment = _is_comment(node, styles)
        is_behind = (is_behind and not _ends_a_comment(node)) or (is_comment and _is_unboxed(node))
        kind = "comment" if is_comment or is_behind else _kind_of(node, styles, tracked)
        if not kind:
            _keep(node, styles, tracked, left)
            continue
        if words := node.text().strip():
            left.setdefault(kind, (words, node.line))
        node.leave_out()


def _keep(node: Element, styles: Styles, tracked: bool, left: Left) -> None:
    """Keep an element, without the mark of an insertion, and leave out what readers do not see inside it."""
    if _is_inserted(node, tracked):
        node.unwrap()
    leave_out(node, styles, tracked, left)


def _kind_of(node: Element, styles: Styles, tracked: bool) -> str:
    """Return the reason to leave an element out; empty if there is none."""
    if _is_deleted(node, tracked):
        return "deleted"
    return "hidden" if "hidden" in node.given or hides(styles.of(node)) else ""


def _ends_a_comment(node: Element) -> bool:
    return node.tag == "hr" or node.tag in HEADINGS or _is_note(node)


def _is_unboxed(comment: Element) -> bool:
    return comment.tag == "p" and _begins_with(comment, _FROM_A_COMMENT)


def _is_comment(node: Element, styles: Styles) -> bool:
    if node.tag == "a" and (_TO_A_COMMENT.match(href := node.given.get("href", "")) or _FROM_A_COMMENT.match(href)):
        return True
    if not _COMMENT_CLASSES.isdisjoint(name.lower() for name in node.classes()):
        return True
    if _style_of(node, styles).get("mso-element", "").startswith("comment"):
        return True
    return node.tag in _HOLDS_A_COMMENT and _begins_with(node, _FROM_A_COMMENT)


def _style_of(node: Element, styles: Styles) -> Style:
    return styles.of(node) if "style" in node.given else {}


def _begins_with(node: Element, pattern: re.Pattern[str]) -> bool:
    """Return True if the first visible node of an element is a link to such a target."""
    first = _first(node)
    return first is not None and bool(pattern.match(first.given.get("href", "")))


def _first(node: Element) -> Element | None:
    for part in node.inside:
        if isinstance(part, str):
            if part.strip():
                return None
        elif part.tag == "a" and "href" in part.given:
            return part
        elif part.tag == "img":
            return None
        elif (found := _first(part)) or part.text().strip():
            return found
    return None


_FROM_A_NOTE = re.compile(
    r"[^#]*#(?:_?ftnt?_?ref\d+|_?ednt?_?ref\d+|sd(?:foot|end)note\d+anc)\Z", re.IGNORECASE
)  # as Google Docs, Word and LibreOffice name the place of a note's sign


_TO_A_NOTE = re.compile(r"[^#]*#(?:_?ftnt?\d+|_?edn\d+|sd(?:foot|end)note\d+sym)\Z", re.IGNORECASE)


def _is_note(node: Element) -> bool:
    return _begins_with(node, _FROM_A_NOTE)


def mark_notes(element: Element) -> None:
    """Marks the notes of a word processor, and the signs that lead to them, as no part of the running text."""
    for node in element.inside:
        if isinstance(node, str):
            continue
        if node.tag in _HOLDS_A_COMMENT and _is_note(node):
            if node.tag == "p":
                node.inside = [Element("p", node.given, node.line, node.inside)]
                node.tag, node.given = "div", {}
            node.given["class"] = "footnotes"
        elif node.tag == "a" and _TO_A_NOTE.match(node.given.get("href", "")):
            node.given[BESIDE] = ""
        else:
            mark_notes(node)


def _is_deleted(node: Element, tracked: bool) -> bool:
    marked = not _DELETED_CLASSES.isdisjoint(name.lower() for name in node.classes())
    return marked or (node.tag == "del" and _is_tracked(node, tracked))


def _is_inserted(node: Element, tracked: bool) -> bool:
    marked = not _INSERTED_CLASSES.isdisjoint(name.lower() for name in node.classes())
    return (node.tag == "ins" and (marked or _is_tracked(node, tracked))) or (marked and node.tag in {"span", "u"})


def _is_tracked(node: Element, tracked: bool) -> bool:
    return tracked or node.given.get("cite", "").lower().startswith("mailto:")
