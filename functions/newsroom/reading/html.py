"""From HTML to the sanitised HTML of a body.

HTML is read into a tree, what other programs mean by it is made what it means on a page, and it is written anew.
Here a newspaper decides where links lead, which images are shown and how headings rank; nh3 has the last word on
what is safe.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from urllib.parse import unquote

import nh3

from newsroom.links import OTHER_SCHEMES, address_of
from newsroom.reading import pictures, players, reviewing, shortcodes, wordpress, wordprocessors
from newsroom.reading.addresses import leads_to
from newsroom.reading.body import Body, count_words
from newsroom.reading.decoding import tidy
from newsroom.reading.proof import Proof
from newsroom.reading.styles import Styles, emphasise
from newsroom.reading.tree import BESIDE, BLOCKS, HEADINGS, VOID, Element, Node, Page, parse
from newsroom.slugs import slugify

MOST_TAGS = 30_000  # in one text
MOST_AMPERSANDS = 50_000  # in one text; the sanitiser takes the square of their number
LARGEST = 4_000_000  # characters of HTML; repeated references can make a short text long

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
_NOT_PROSE = HEADINGS | {"figcaption", "caption", "table", "pre", "section", "sup"}
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

_THE_PAGES_OWN = re.compile(r"(main|comments?|months|respond|(comment|desk|reply)-.*|text-.*)\Z")
_ID = re.compile(r"[A-Za-z_][\w:.-]{0,99}\Z")
_ALIGN = re.compile(r"text-align:\s*(left|center|right)")
_LONG_TAG = re.compile(r"<[a-zA-Z](?:[^<>\s/]*+[\s/]++){20000}")

_LEFT_OUT = {
    "link": ("a link leads nowhere from here and became its text; write /2026/11/name/ or https://…",
             "links lead nowhere from here and became their text, first of them"),
    "fragment": ("a link to a place that is not in this text became its text",
                 "links to places that are not in this text became their text, first of them"),
    "image": ("an image is not on the web and was left out; give its https:// address",
              "images are not on the web and were left out; give their https:// addresses, first of them"),
    "player": ("a player became a link to what it plays", "players became links to what they play, first of them"),
    "no player": ("a player of nothing on the web was left out; give its https:// address",
                  "players of nothing on the web were left out; give their https:// addresses, first of them"),
    "comment": ("a comment of those who made the document was left out", ""),
    "deleted": ("what a reviewer deleted was left out; accept or reject the changes before you save", ""),
    "hidden": ("a hidden part of the document was left out", ""),
}  # fmt: skip
"""What is said of each kind that was left out or changed: of one, and of many."""

Found = list[tuple[str, int]]
"""What was left out or changed, in its own words, with its line."""


def from_html(text: str, first_line: int, headline: str, base_url: str, proof: Proof, *, standfirst: str = "") -> Body:
    """A body from HTML, a fragment or a whole document, whose h1 may be the headline wherever it stands.

    standfirst: as it is given besides; else a subtitle below the title is one.
    """
    text = shortcodes.resolve(text, first_line, proof, code=False)
    text = wordpress.resolve(text, first_line, proof, markdown=False)
    return typeset(
        text, None, first_line, proof, headline=headline, base_url=base_url, anywhere=True, standfirst=standfirst
    )


def typeset(
    html: str, source: str | None, first_line: int, proof: Proof, *, headline: str, base_url: str, anywhere: bool,
    standfirst: str = "",
) -> Body:  # fmt: skip
    """The body from HTML.

    source: the writer's own text, where warnings find their lines; None where it is the HTML. anywhere: whether the
    headline's h1 may stand further down than at the top.
    """
    if len(html) > LARGEST or html.count("<") > 2 * MOST_TAGS:
        proof.stop(f"the text has {html.count('<') // 2:,} elements; {MOST_TAGS:,} is the most, so split it")
    if _LONG_TAG.search(html):
        proof.stop("a tag has thousands of attributes; leave them out")
    page = parse(html)
    found: dict[str, Found] = {kind: [] for kind in _LEFT_OUT}
    subtitle = _understand(page, html, found, anywhere, standfirst)
    heading = _take_headline(page.root, headline, anywhere)
    _rank(page.root)
    links = _lead(page.root, base_url, found)
    _neaten(page.root)
    writer = _Writer()
    writer.write(page.root)
    written = "".join(writer.out)
    if (ampersands := written.count("&amp;")) > MOST_AMPERSANDS:
        proof.stop(f"the text has {ampersands:,} ampersands; {MOST_AMPERSANDS:,} is the most, so split it")
    safe = nh3.clean(
        written,
        tags=set(_ATTRIBUTES),
        attributes={"*": _ANYWHERE, **_ATTRIBUTES},
        allowed_classes=_CLASSES,
        url_schemes={"http", "https", *OTHER_SCHEMES},
        link_rel=None,
    ).strip()
    _tell(page, found, source, first_line, proof)
    return Body(
        html=safe,
        words=count_words("".join(writer.text)),
        links=links,
        prose="".join(writer.prose).strip(),
        heading=heading,
        title=page.title,
        description=subtitle or page.description,
    )


def _understand(page: Page, html: str, found: dict[str, Found], whole: bool, standfirst: str) -> str:
    """Makes of a tree what its writer's programs mean by it. The subtitle, where it is the standfirst.

    whole: whether the HTML is all that the writer wrote, and not Markdown's.
    """
    styles = Styles(html)
    left: reviewing.Left = {}
    reviews = any(element.tag in {"del", "ins"} for element in page.root.elements())
    tracked = reviews and bool(reviewing.WORD_PROCESSOR.search(html))
    reviewing.leave_out(page.root, styles, tracked, left)
    for kind, first in left.items():
        found[kind].append(first)
    subtitle = ""
    if whole:
        wordprocessors.contents(page.root)
        subtitle = wordprocessors.titles(page.root, styles, standfirst)
        wordprocessors.lists(page.root, styles)
    reviewing.mark_notes(page.root)
    emphasise(page.root, styles)
    if whole:
        wordpress.paragraphs(page.root)
    wordpress.link_addresses(page.root)
    players.to_links(page.root, found["player"], found["no player"])
    pictures.show(page.root, found["image"])
    return subtitle


def _tell(page: Page, found: dict[str, Found], source: str | None, first_line: int, proof: Proof) -> None:
    """What was left out or changed, one warning for each kind, with the line of the first."""

    def line_of(wanted: Iterable[str], line: int) -> int | None:
        if source is None:
            return line + first_line - 1 if line else None
        place = max((source.find(each) for each in wanted if each), default=-1)
        return None if place < 0 else source.count("\n", 0, place) + first_line

    def line_of_tag(name: str, line: int) -> int | None:
        tag = re.search(rf"<{re.escape(name)}\b", source, re.IGNORECASE) if source else None
        return line_of([tag[0]] if tag else [], line)

    for kind, (one, many) in _LEFT_OUT.items():
        if found[kind]:
            first, line = found[kind][0]
            wanted = (first, unquote(first), escape(first), first.split("\n", 1)[0][:40])
            count = "" if len(found[kind]) == 1 else f"{len(found[kind]):,} "
            proof.remark(f"{count}{many if count else one} ('{tidy(unquote(first))[:80]}')", line_of(wanted, line))
    if page.dropped:
        first = next(iter(page.dropped))
        names = ", ".join(f"<{name[:40]}>" for name in list(page.dropped)[:10])
        proof.remark(f"{names} cannot stand in an article and was left out", line_of_tag(first, page.dropped[first]))
    if page.swallowed:
        name, line = page.swallowed
        proof.refuse(f"<{name}> swallows the text after it; write </{name}>, or `<{name}>` in backticks if it is text",
                     line_of_tag(name, line))  # fmt: skip


def _take_headline(root: Element, headline: str, anywhere: bool) -> str | None:
    """The first h1, taken out, if it is the headline or there is none; else None."""
    before = False
    for element in root.elements():
        if element.tag in HEADINGS and element.tag != "h1" and not anywhere:
            return None
        if element.tag == "h1":
            said = tidy(element.text())
            if (before and not anywhere) or not said or (headline and said.casefold() != headline.casefold()):
                return None
            element.leave_out()
            return said
        before = before or any(isinstance(node, str) and node.strip() for node in element.inside)
    return None


def _rank(root: Element) -> None:
    """Gives every element an id of its own or none, and every heading one, below the page's own h1."""
    headings = [element for element in root.elements() if element.tag in HEADINGS]
    shift = any(heading.tag == "h1" for heading in headings)
    ids: set[str] = set()
    for element in root.elements():
        id = element.given.get("id") or (element.given.get("name", "") if element.tag == "a" else "")
        own = _renamed(id) if _ID.match(id) else ""
        element.given.pop("id", None)
        if own and own not in ids:
            ids.add(own)
            element.given["id"] = own
    used: dict[str, int] = {}
    for heading in headings:
        heading.tag = f"h{min(int(heading.tag[1]) + shift, 6)}"
        if "id" not in heading.given:
            slug = id = _renamed(slugify(heading.text()) or "part")
            while id in ids:
                used[slug] = used.get(slug, 1) + 1
                id = f"{slug}-{used[slug]}"
            ids.add(id)
            heading.given["id"] = id


def _lead(root: Element, base_url: str, found: dict[str, Found]) -> list[str]:
    """Judges every link; the addresses of this site that they lead to."""
    ids = {element.given["id"] for element in root.elements() if "id" in element.given}
    links: dict[str, None] = {}
    for element in root.elements():
        given = element.given
        given.pop("rel", None)
        if element.tag != "a" or "href" not in given:
            if element.tag == "a" and "id" not in given:
                element.unwrap()  # an anchor without a name
            continue
        href = leads_to(given["href"], base_url)
        if href is None:
            found["link"].append((given["href"], element.line))
            element.unwrap()
        elif href.startswith("#"):
            wanted = unquote(href[1:].partition(":~:")[0])
            # Elsewhere headings are named at greater length.
            own = next((own for own in (_renamed(wanted), _renamed(slugify(wanted))) if own in ids), None)
            if own:
                given["href"] = f"#{own}"
            elif wanted not in {"top", "comments", "main"}:
                found["fragment"].append((href, element.line))
                element.unwrap()
        else:
            given["href"] = href
            if href.startswith("/"):
                links.setdefault(address_of(href, base_url) or "/")
            elif href.startswith("http"):
                given["rel"] = "noopener"
    return list(links)


def _neaten(element: Element) -> bool:
    """Leaves out what is empty and tags that say nothing; whether anything of the element is to be seen."""
    seen = element.tag in {"hr", "img"} or (element.tag == "a" and "href" not in element.given)
    for node in element.inside:
        seen = (bool(node.strip()) if isinstance(node, str) else _neaten(node)) or seen
    if element.tag == "span" and _ANYWHERE.isdisjoint(element.given):
        element.unwrap()
    if element.tag in _EMPHASIS and not seen:
        element.unwrap()
    elif element.tag in _NEVER_EMPTY and not seen:
        element.leave_out()
    if len(element.inside) > 1:
        element.inside = list(_joined(_without_gaps(element.parts())))
    only_holds = element.tag == "div" and _ANYWHERE.isdisjoint(element.given) and "footnotes" not in element.classes()
    if only_holds and not any(_is_loose(node) for node in element.inside):
        element.unwrap()
    return seen


def _is_loose(node: Node) -> bool:
    """Whether a node is words, or stands among words, rather than a block."""
    return bool(node.strip()) if isinstance(node, str) else node.tag not in BLOCKS


def _without_gaps(parts: list[Node]) -> Iterator[Node]:
    """Nodes without the line breaks that only keep blocks apart."""
    gap: list[Node] | None = []
    for part in parts:
        if not isinstance(part, str) and part.tag in BLOCKS:
            yield from (node for node in gap or () if isinstance(node, str))
            gap = []
            yield part
        elif gap is None:
            yield part
        else:
            gap.append(part)
            if _is_loose(part) and (isinstance(part, str) or part.tag != "br"):
                yield from gap
                gap = None
    yield from (node for node in gap or () if isinstance(node, str) or len(parts) == len(gap or ()))


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
    """Writes a tree as HTML, and keeps the words that readers see and those a summary is made of."""

    out: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)

    def write(self, element: Element, is_text: bool = True, is_prose: bool = True) -> None:
        """Writes an element. is_text, is_prose: whether its words count, and are of the running text."""
        tag = element.tag
        if tag in _BREAKS:
            self._break()
        if tag:
            self.out.append(_start(element))
        if tag in VOID:
            return
        notes = tag == "div" and "footnotes" in element.classes()
        is_text = is_text and not notes
        is_prose = is_prose and is_text and tag not in _NOT_PROSE and BESIDE not in element.given
        for node in element.inside:
            if isinstance(node, str):
                self.out.append(escape(node, quote=False))
                if is_text:
                    self.text.append(node)
                if is_prose:
                    self.prose.append(node)
            else:
                self.write(node, is_text, is_prose)
        if tag:
            self.out.append(f"</{tag}>")
        if tag in _BREAKS:
            self._break()

    def _break(self) -> None:
        self.text.append("\n")
        self.prose.append("\n")


def _start(element: Element) -> str:
    tag, given = element.tag, element.given
    names = _ATTRIBUTES.get(tag, set())
    kept = {name: value for name, value in given.items() if name in names or (name in _ANYWHERE and value)}
    classes = {*element.classes()}
    if tag in {"td", "th"} and (align := _ALIGN.search(given.get("style", ""))):
        classes.add(f"align-{align[1]}")
    if fitting := sorted(classes & _CLASSES.get(tag, set())):
        kept["class"] = " ".join(fitting)
    return f"<{tag}" + "".join(f' {key}="{escape(value)}"' for key, value in sorted(kept.items())) + ">"


def _renamed(id: str) -> str:
    return f"text-{id}" if _THE_PAGES_OWN.match(id) else id
