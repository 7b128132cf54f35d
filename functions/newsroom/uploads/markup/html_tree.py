"""HTML as a tree of elements: every one closed, none too deep, and nothing in it that a text cannot have.

A tree as browsers make it (HTML5's, by lexbor) was tried and does not fit: they open what was left open again in
every paragraph, so that four thousand paragraphs with a <b> each take 3.6 GB.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Union

from newsroom.uploads.decoding import UNPRINTABLE, tidy

DEEPEST = 60  # levels of elements; a deeper element loses its tag and keeps its text

Node = Union["Element", str]

BESIDE = "beside"  # given to elements whose words are no part of the running text, as those of a player are
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
VOID = frozenset({"br", "embed", "hr", "img", "wbr"})
BLOCKS = HEADINGS | {"aside", "blockquote", "div", "dl", "details", "figure", "hr", "ol", "p", "pre", "section",
                     "table", "ul"}  # fmt: skip
PLAYERS = frozenset({"audio", "embed", "iframe", "object", "video"})
_KEPT = BLOCKS | VOID | {
    "a", "abbr", "b", "bdi", "bdo", "caption", "cite", "code", "dd", "del", "dfn", "dt", "em", "figcaption", "i",
    "ins", "kbd", "li", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "summary",
    "sup", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "var",
}  # fmt: skip
_NOW = {"acronym": "abbr", "big": "span", "center": "div", "font": "span", "nobr": "span", "strike": "s", "tt": "code"}
"""The present names of old tags."""
_STRUCTURE = {"html", "head", "body", "main", "article", "header", "footer", "hgroup", "colgroup", "col", "link",
              "base", "meta", "picture", "smarttagtype", "source"}  # fmt: skip
"""Tags a document may have and a body cannot: left out without a word, their text kept."""
_SILENCED = PLAYERS - VOID | {"script", "style", "noscript", "template", "svg", "math", "select", "textarea", "button",
                              "title", "canvas", "applet", "noframes", "noembed", "xml", "xmp"}  # fmt: skip
"""Elements left out with all they hold; of a player its addresses stay."""
_UNTOLD = PLAYERS | {"title", "xml"}
_WIDGETS = re.compile(
    r"(?:https?:)?//(?:platform\.(?:twitter|x)\.com/|(?:www\.)?instagram\.com/embed|(?:www\.)?tiktok\.com/embed|"
    r"embed\.(?:redditmedia|reddit|bsky)\.(?:com|app)/|connect\.facebook\.net/)",
    re.IGNORECASE,
)
"""Scripts that only dress a quotation which says everything without them."""
_READ = frozenset({
    "alt", "aria-label", "aria-level", "cite", "class", "colspan", "content", "data", "data-aria-level",
    "data-lazy-src", "data-lazy-srcset", "data-original", "data-src", "data-srcset", "datetime", "dir", "height",
    "hidden", "href", "id", "lang", "name", "open", "reversed", "role", "rowspan", "scope", "src", "srcset", "start",
    "style", "title", "value", "width",
})  # fmt: skip

_CELLS = {"td", "th"}
_ENDS: dict[str, tuple[frozenset[str] | set[str], frozenset[str] | set[str]]] = {
    "li": ({"li"}, {"ul", "ol"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "td": (_CELLS, {"tr", "table"}),
    "th": (_CELLS, {"tr", "table"}),
    "tr": ({"tr"}, {"table"}),
    **{part: ({"thead", "tbody", "tfoot"}, {"table"}) for part in ("thead", "tbody", "tfoot")},
    **{block: ({"p"}, BLOCKS - {"p"} | _CELLS | {"li", "dd"}) for block in BLOCKS - HEADINGS},
    **{heading: ({"p"} | HEADINGS, BLOCKS - HEADINGS - {"p"} | _CELLS | {"li", "dd"}) for heading in HEADINGS},
    "a": ({"a"}, {"table"}),
}
"""Which open elements a start tag ends, looking no further out than the nearest of the second set."""

_STRAY = re.compile(r"<(?=[a-zA-Z/!?])(?![^<>]*>)")
_COMMENT = re.compile(r"<!--.*?(?:--!?>|\Z)", re.DOTALL)
_DECLARATION = re.compile(r"<[!?][^<>]*>")


@dataclass(slots=True, eq=False)
class Element:
    """An element and what is inside. One without a tag is what is inside it, and no more.

    line: of the HTML, from 1.
    """

    tag: str
    given: dict[str, str] = field(default_factory=dict)
    line: int = 0
    inside: list[Node] = field(default_factory=list)

    def elements(self) -> Iterator["Element"]:
        """This one and all within it, in the order of the text."""
        yield self
        for node in self.inside:
            if not isinstance(node, str):
                yield from node.elements()

    def text(self) -> str:
        """The words inside."""
        return "".join(node if isinstance(node, str) else node.text() for node in self.inside)

    def classes(self) -> list[str]:
        """Its classes, the first twenty."""
        return self.given["class"].split(maxsplit=20)[:20] if "class" in self.given else []

    def unwrap(self) -> None:
        """Leave out the tag and keep what is inside."""
        self.tag, self.given = "", {}

    def leave_out(self) -> None:
        """Leave out the element with all it holds."""
        self.tag, self.given, self.inside = "", {}, []

    def parts(self) -> list[Node]:
        """List the nodes inside; an element without a tag gives way to the nodes inside it."""
        found: list[Node] = []
        for node in self.inside:
            if isinstance(node, str) or node.tag:
                found.append(node)
            else:
                found += node.parts()
        return found


@dataclass(slots=True)
class Page:
    """A text as a tree, and what its document says besides.

    dropped: the tags that cannot stand in a text, with their lines. swallowed: an element that was never closed and
    had to be left out with all that follows.
    """

    root: Element
    title: str
    description: str
    dropped: dict[str, int]
    swallowed: tuple[str, int] | None


def parse(html: str) -> Page:
    """The tree of a text, a fragment or a whole document."""
    # html.parser's time grows with the square of the number of unclosed tags, so these become text first.
    html = _COMMENT.sub(_lines_alone, html)
    html = _STRAY.sub("&lt;", _DECLARATION.sub(_lines_alone, html))
    parser = _Parser()
    parser.feed(html)
    parser.close()
    swallowed = (parser.silenced, parser.silenced_at) if parser.silenced else None
    return Page(parser.root, tidy("".join(parser.title)), tidy(parser.description), parser.dropped, swallowed)


def _lines_alone(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self.open = [self.root]
        self.title: list[str] = []
        self.description = ""
        self.dropped: dict[str, int] = {}
        self.silenced = ""  # the element that is left out with its content, if one is open
        self.silenced_at = 0
        self.silence = 0
        self.player: Element | None = None
        self.sources: list[str] = []  # other files of the next picture

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = _NOW.get(tag, tag)
        given = {name: UNPRINTABLE.sub("", value or "") for name, value in reversed(attrs) if name in _READ}
        if self.silenced:
            self.silence += tag == self.silenced
            if self.player:
                self.player.inside.append(Element(tag, given, self.player.line))
        elif tag in _SILENCED:
            self._silence(tag, given)
        elif tag in _KEPT:
            self._begin(tag, given)
        else:
            self._note(tag, given)

    def _note(self, tag: str, given: dict[str, str]) -> None:
        """Keep what a tag that cannot stand in a text says about the document or the next picture."""
        if tag not in _STRUCTURE and ":" not in tag:
            self.dropped.setdefault(tag, self.getpos()[0])
        elif tag == "meta" and given.get("name", "").lower() == "description":
            self.description = given.get("content", "")
        elif tag == "source":
            self.sources = [*self.sources[:9], given.get("srcset") or given.get("data-srcset", "")]
        elif tag == "picture":
            self.sources = []

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        self._end_implied(tag)
        if tag == "img" and self.sources:
            given["srcset"] = ", ".join(filter(None, [given.get("srcset", ""), *self.sources]))
        if len(self.open) <= DEEPEST:
            element = Element(tag, given, self.getpos()[0])
            self.open[-1].inside.append(element)
            if tag not in VOID:
                self.open.append(element)

    def _silence(self, tag: str, given: dict[str, str]) -> None:
        self.silenced, self.silence, self.silenced_at = tag, 1, self.getpos()[0]
        dresses = tag == "script" and _WIDGETS.match(given.get("src", ""))
        dressed = tag == "svg" and any("instagram-media" in element.classes() for element in self.open)
        if tag in PLAYERS:
            self.player = Element(tag, given, self.silenced_at)
            self.open[-1].inside.append(self.player)
        elif tag not in _UNTOLD and not dresses and not dressed:
            self.dropped.setdefault(tag, self.silenced_at)

    def handle_endtag(self, tag: str) -> None:
        tag = _NOW.get(tag, tag)
        if tag == "picture":
            self.sources = []
        if self.silenced:
            self.silence -= tag == self.silenced
            if not self.silence:
                self.silenced, self.player = "", None
            return
        for place in range(len(self.open) - 1, 0, -1):
            if self.open[place].tag == tag:
                del self.open[place:]
                break

    def _say(self, data: str) -> None:
        if not self.silenced:
            self.open[-1].inside.append(UNPRINTABLE.sub("", data))
        elif self.silenced == "title":
            self.title.append(data)

    handle_data = _say  # the name that html.parser calls

    def _end_implied(self, tag: str) -> None:
        closers, boundary = _ENDS.get(tag, (set(), set()))
        if not closers:
            return
        for place in range(len(self.open) - 1, 0, -1):
            name = self.open[place].tag
            if name in closers:
                del self.open[place:]
                return
            if name in boundary:
                return
