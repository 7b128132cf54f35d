"""From HTML to the sanitised HTML of a body.

HTML is read into a tree, what other programs mean by it is made what it means on a page, and it is written anew.
Here a newspaper decides where links lead, which images are shown and how headings rank; nh3 has the last word on
what is safe.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import unquote

from newsroom.html_links import path_of_link
from newsroom.slugs import slugify
from newsroom.uploads.body import Body, count_words
from newsroom.uploads.decoding import tidy
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.markup import (
    code_spans,
    embeds,
    html_writer,
    pictures,
    private_comments,
    shortcodes,
    tracked_changes,
    word_processors,
    wordpress,
)
from newsroom.uploads.markup.heading_ids import Anchors
from newsroom.uploads.markup.html_tree import HEADINGS, PLAYERS, Element, Page, parse
from newsroom.uploads.markup.link_targets import target_of
from newsroom.uploads.markup.pasted_styles import Styles, emphasise
from newsroom.uploads.style import Style

MOST_TAGS = 30_000  # in one text
MOST_PLAYERS = 500  # in one text
MOST_AMPERSANDS = 50_000  # in one text; the sanitiser's time grows with the square of their number
LARGEST = 4_000_000  # characters of HTML; repeated link references can make a short text long

_THE_PAGES_OWN = re.compile(r"(main|comments?|months|respond|(comment|desk|reply)-.*|text-.*)\Z")
_ID = re.compile(r"\w[\w:.-]{0,99}\Z")
_TAG = re.compile(r"<[a-zA-Z]")
_LONG_TAG = re.compile(r"<[a-zA-Z](?:[^<>\s/]*+[\s/]++){20000}")

_COMMENT_ENDS = re.compile("--!?>")

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
"""The warning for each kind of part that was left out or changed: for one, and for many."""

Found = list[tuple[str, int]]
"""A part that was left out or changed, in its own words, with its line."""


def from_html(
    text: str, first_line: int, headline: str, style: Style, diagnostics: Diagnostics, *, standfirst: str = ""
) -> Body:
    """A body from HTML, a fragment or a whole document, whose h1 may be the headline wherever it stands.

    standfirst: as it is given besides; else a subtitle below the title is one.
    """
    text = private_comments.without_private_comments(text, first_line, diagnostics, _code_of, is_markdown=False)
    text = shortcodes.resolve(text, first_line, headline, style, diagnostics, code_of=_code_of, is_markdown=False)
    text = wordpress.resolve(text, first_line, diagnostics, code_of=_code_of, is_markdown=False)
    return typeset(
        text,
        None,
        first_line,
        diagnostics,
        headline=headline,
        base_url=style.base_url,
        anywhere=True,
        standfirst=standfirst,
    )


def _code_of(text: str) -> code_spans.Spans:
    return code_spans.Spans(code_spans.in_elements(text))


def typeset(
    html: str,
    source: str | None,
    first_line: int,
    diagnostics: Diagnostics,
    *,
    headline: str,
    base_url: str,
    anywhere: bool,
    standfirst: str = "",
) -> Body:
    """The body from HTML.

    source: the writer's own text, where warnings find their lines; None where it is the HTML. anywhere: whether the
    headline's h1 may stand further down than at the top.
    """
    tags = max(html.count("<") // 2, sum(1 for _ in _TAG.finditer(html)))
    if len(html) > LARGEST or tags > MOST_TAGS:
        diagnostics.fail(f"the text has {tags:,} elements; {MOST_TAGS:,} is the most, so split it")
    if _LONG_TAG.search(html):
        diagnostics.fail("a tag has thousands of attributes; leave them out")
    _check_comments(html, source, first_line, diagnostics)
    page = parse(html)
    if (number := sum(element.tag in PLAYERS for element in page.root.elements())) > MOST_PLAYERS:
        diagnostics.fail(f"the text has {number:,} players; {MOST_PLAYERS:,} is the most, so split it")
    found: dict[str, Found] = {kind: [] for kind in _LEFT_OUT}
    subtitle = _understand(page, html, found, anywhere, standfirst)
    heading = _take_headline(page.root, headline, anywhere)
    links = _lead(page.root, base_url, _rank(page.root), found)
    written = html_writer.write(page.root)
    if (ampersands := written.html.count("&amp;")) > MOST_AMPERSANDS:
        diagnostics.fail(f"the text has {ampersands:,} ampersands; {MOST_AMPERSANDS:,} is the most, so split it")
    _tell(page, found, source, first_line, diagnostics)
    return Body(
        html=html_writer.sanitise(written.html),
        words=count_words(written.text),
        links=links,
        prose=written.prose,
        heading=heading,
        title=page.title,
        description=subtitle or page.description,
    )


def _check_comments(html: str, source: str | None, first_line: int, diagnostics: Diagnostics) -> None:
    """Refuses a comment that never ends: nobody knows how much of the text belongs to it."""
    start = html.find("<!--")
    while start >= 0:
        end = _COMMENT_ENDS.search(html, start + 4)
        if not end:
            text, place = (html, start) if source is None else (source, max(source.rfind("<!--"), 0))
            line = text.count("\n", 0, place) + first_line
            diagnostics.error("a comment that begins with <!-- never ends; write --> where it does", line)
            return
        start = html.find("<!--", end.end())


def _understand(page: Page, html: str, found: dict[str, Found], whole: bool, standfirst: str) -> str:
    """Makes of a tree what its writer's programs mean by it. The subtitle, where it is the standfirst.

    whole: whether the HTML is all that the writer wrote, and not Markdown's.
    """
    styles = Styles(html)
    left: tracked_changes.Left = {}
    reviews = any(element.tag in {"del", "ins"} for element in page.root.elements())
    tracked = reviews and bool(tracked_changes.WORD_PROCESSOR.search(html))
    tracked_changes.leave_out(page.root, styles, tracked, left)
    for kind, first in left.items():
        found[kind].append(first)
    subtitle = ""
    if whole:
        word_processors.contents(page.root)
        subtitle = word_processors.titles(page.root, styles, standfirst)
        word_processors.lists(page.root, styles)
    tracked_changes.mark_notes(page.root)
    emphasise(page.root, styles)
    if whole:
        wordpress.paragraphs(page.root)
    wordpress.link_addresses(page.root)
    embeds.players_to_links(page.root, found["player"], found["no player"])
    pictures.show_pictures(page.root, found["image"])
    return subtitle


def _tell(page: Page, found: dict[str, Found], source: str | None, first_line: int, diagnostics: Diagnostics) -> None:
    """Warn of the parts that were left out or changed: once for each kind, with the line of the first."""

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
            diagnostics.warning(
                f"{count}{many if count else one} ('{tidy(unquote(first))[:80]}')", line_of(wanted, line)
            )
    if page.dropped:
        first = next(iter(page.dropped))
        names = ", ".join(f"<{name[:40]}>" for name in list(page.dropped)[:10])
        diagnostics.warning(
            f"{names} cannot stand in an article and was left out", line_of_tag(first, page.dropped[first])
        )
    if page.swallowed:
        name, line = page.swallowed
        diagnostics.error(
            f"<{name}> swallows the text after it; write </{name}>, or `<{name}>` in backticks if it is text",
            line_of_tag(name, line),
        )


def _take_headline(root: Element, headline: str, anywhere: bool) -> str | None:
    """The first h1, taken out, if it is the headline or there is none; else None."""
    is_first = True
    for element in root.elements():
        if element.tag == "h1":
            return _take_out(element, headline) if is_first or anywhere else None
        if element.tag in HEADINGS and not anywhere:
            return None
        is_first = is_first and not any(isinstance(node, str) and node.strip() for node in element.inside)
    return None


def _take_out(heading: Element, headline: str) -> str | None:
    """Take a heading out and return its words, if it has any and is the headline or there is none; else None."""
    words = tidy(heading.text())
    if not words or (headline and _bare(words) != _bare(headline)):
        return None
    heading.leave_out()
    return words


def _bare(line: str) -> str:
    """A line without punctuation, which a writer may type differently in a title and in a heading."""
    return re.sub(r"[\W_]+", " ", line.casefold()).strip() or line


def _rank(root: Element) -> Anchors:
    """Gives every element an id of its own or none, and every heading one, below the page's own h1."""
    headings = [element for element in root.elements() if element.tag in HEADINGS]
    shift = any(heading.tag == "h1" for heading in headings)
    anchors = Anchors(_keep_ids(root))
    for heading in headings:
        heading.tag = f"h{min(int(heading.tag[1]) + shift, 6)}"
        words = heading.text()
        if "id" not in heading.given:
            heading.given["id"] = anchors.numbered(_renamed(slugify(words) or "part"))
        anchors.name(words, heading.given["id"])
    return anchors


def _keep_ids(root: Element) -> set[str]:
    """Keep the first of each id and remove the others. Return the ids."""
    ids: set[str] = set()
    for element in root.elements():
        name = element.given.get("name", "") if element.tag == "a" else ""
        id = element.given.get("id") or name
        own = _renamed(id) if _ID.match(id) else ""
        element.given.pop("id", None)
        if own and own not in ids:
            ids.add(own)
            element.given["id"] = own
    return ids


def _lead(root: Element, base_url: str, anchors: Anchors, found: dict[str, Found]) -> list[str]:
    """Judges every link; the addresses of this site that they lead to."""
    ids = {element.given["id"] for element in root.elements() if "id" in element.given}
    links: dict[str, None] = {}
    for element in _links(root):
        href = target_of(element.given["href"], base_url)
        if href is None:
            found["link"].append((element.given["href"], element.line))
            element.unwrap()
        elif href.startswith("#"):
            _lead_to_place(element, href, anchors, ids, found)
        else:
            element.given["href"] = href
            if href.startswith("/"):
                links.setdefault(path_of_link(href, base_url) or "/")
            elif href.startswith("http"):
                element.given["rel"] = "noopener"
    return list(links)


def _links(root: Element) -> Iterator[Element]:
    """Yield every link, without its `rel`. An anchor without a name loses its tag."""
    for element in root.elements():
        element.given.pop("rel", None)
        if element.tag == "a" and "href" in element.given:
            yield element
        elif element.tag == "a" and "id" not in element.given:
            element.unwrap()


def _lead_to_place(link: Element, href: str, anchors: Anchors, ids: set[str], found: dict[str, Found]) -> None:
    """Judge a link to a place in this text."""
    wanted = unquote(href[1:].partition(":~:")[0])
    renamed = _renamed(wanted)
    own = renamed if renamed in ids else anchors.find(wanted)
    if own:
        link.given["href"] = f"#{own}"
    elif wanted not in {"top", "comments", "main"}:
        found["fragment"].append((href, link.line))
        link.unwrap()


def _renamed(id: str) -> str:
    return f"text-{id}" if _THE_PAGES_OWN.match(id) else id
