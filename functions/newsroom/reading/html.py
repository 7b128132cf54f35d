"""From HTML to the sanitised HTML of a body.

HTML is walked once, tag by tag, and written anew with nothing left open, and nh3 has the last word. The walk
decides what a newspaper decides (where links lead, which images can be shown, how headings rank); nh3 decides
what is safe.
"""

import re
from html import escape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urlsplit

import nh3

from newsroom.links import address_of
from newsroom.reading import shortcodes
from newsroom.reading.body import Body, count_words
from newsroom.reading.decoding import UNPRINTABLE, tidy
from newsroom.reading.proof import Proof
from newsroom.slugs import slugify

MOST_TAGS = 30_000  # in one text
MOST_AMPERSANDS = 50_000  # in one text; the sanitiser takes the square of their number
LARGEST = 4_000_000  # characters of HTML; repeated references can make a short text long
DEEPEST = 60  # elements in elements; what is deeper keeps its text and loses its tag

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
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_KEPT = {*_ATTRIBUTES, "h1"}
_VOID = {"br", "hr", "img", "wbr"}
_STRUCTURE = {"html", "head", "body", "main", "article", "header", "footer", "hgroup", "colgroup", "col", "link",
              "base", "picture", "source"}  # fmt: skip
"""Tags a document may have and a body cannot: left out without a word, their text kept."""
_SILENCED = {"script", "style", "iframe", "noscript", "template", "svg", "math", "object", "select", "textarea",
             "button", "title", "audio", "video", "canvas", "applet", "noframes", "noembed", "xmp"}  # fmt: skip
"""Elements left out with all they hold."""
_BLOCKS = _HEADINGS | {"aside", "blockquote", "div", "dl", "details", "figure", "hr", "ol", "p", "pre", "section",
                       "table", "ul"}  # fmt: skip
_BREAKS = _BLOCKS | {"br", "caption", "dd", "dt", "figcaption", "img", "li", "summary", "td", "th", "tr"}
_NOT_PROSE = _HEADINGS | {"figcaption", "caption", "table", "pre", "section", "sup"}
_CELLS = {"td", "th"}
_ENDS: dict[str, tuple[set[str], set[str]]] = {
    "li": ({"li"}, {"ul", "ol"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "td": (_CELLS, {"tr", "table"}),
    "th": (_CELLS, {"tr", "table"}),
    "tr": ({"tr"}, {"table"}),
    **{part: ({"thead", "tbody", "tfoot"}, {"table"}) for part in ("thead", "tbody", "tfoot")},
    **{block: ({"p"}, _BLOCKS - {"p"} | _CELLS | {"li", "dd"}) for block in _BLOCKS - _HEADINGS},
    **{heading: ({"p"} | _HEADINGS, _BLOCKS - _HEADINGS - {"p"} | _CELLS | {"li", "dd"}) for heading in _HEADINGS},
    "a": ({"a"}, {"table"}),
}
"""Which open elements a start tag ends, looking no further out than the nearest of the second set."""

_THE_PAGES_OWN = re.compile(r"(main|comments?|months|respond|(comment|desk|reply)-.*|text-.*)\Z")
_ID = re.compile(r"[A-Za-z][\w:.-]{0,99}\Z")
_ALIGN = re.compile(r"text-align:\s*(left|center|right)")
_HOST = re.compile(r"[\w.-]+\Z|[0-9a-f:.]+\Z")
_STRAY = re.compile(r"<(?=[a-zA-Z/!?])(?![^<>]*>)")
_LONG_TAG = re.compile(r"<[a-zA-Z](?:[^<>\s/]*+[\s/]++){20000}")
_COMMENT = re.compile(r"<!--.*?(?:--!?>|\Z)", re.DOTALL)
_DECLARATION = re.compile(r"<[!?][^<>]*>")


def from_html(text: str, first_line: int, headline: str, base_url: str, proof: Proof) -> Body:
    """A body from HTML, a fragment or a whole document, whose h1 may be the headline wherever it stands."""
    text = shortcodes.resolve(text, first_line, proof, code=False)
    return typeset(text, text, first_line, proof, headline=headline, base_url=base_url, anywhere=True)


def typeset(
    html: str, source: str, first_line: int, proof: Proof, *, headline: str, base_url: str, anywhere: bool
) -> Body:
    """The body from HTML.

    source: the writer's own text, where warnings find their lines. anywhere: whether the headline's h1 may stand
    further down than at the top.
    """
    if len(html) > LARGEST or html.count("<") > 2 * MOST_TAGS:
        proof.stop(f"the text has {html.count('<') // 2:,} elements; {MOST_TAGS:,} is the most, so split it")
    if _LONG_TAG.search(html):
        proof.stop("a tag has thousands of attributes; leave them out")
    # html.parser takes the square of their number over tags that never end, so these become text first.
    html = _STRAY.sub("&lt;", _DECLARATION.sub("", _COMMENT.sub("", html)))
    walk = _Walk(base_url)
    walk.feed(html)
    walk.close()
    heading = walk.finish(headline, anywhere)
    written = "".join(walk.out)
    if (ampersands := written.count("&amp;")) > MOST_AMPERSANDS:
        proof.stop(f"the text has {ampersands:,} ampersands; {MOST_AMPERSANDS:,} is the most, so split it")
    safe = nh3.clean(
        written,
        tags=set(_ATTRIBUTES),
        attributes={"*": _ANYWHERE, **_ATTRIBUTES},
        allowed_classes=_CLASSES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    ).strip()
    _tell(walk, source, first_line, proof)
    return Body(
        html=safe,
        words=count_words("".join(walk.text)),
        links=list(walk.links),
        prose="".join(walk.prose).strip(),
        heading=heading,
        title=tidy("".join(walk.title)),
        description=tidy(walk.description),
    )


def _tell(walk: "_Walk", source: str, first_line: int, proof: Proof) -> None:
    """What the walk left out, one warning for each kind, with the line of the first."""

    def line_at(place: int) -> int | None:
        return None if place < 0 else source.count("\n", 0, place) + first_line

    def line_of_tag(name: str) -> int | None:
        found = re.search(rf"<{re.escape(name)}\b", source, re.IGNORECASE)
        return line_at(found.start()) if found else None

    def told(kind: str, one: str, many: str) -> None:
        targets = walk.lost.get(kind)
        if not targets:
            return
        first = targets[0]
        line = line_at(max(source.find(first), source.find(unquote(first))) if first else -1)
        count = "" if len(targets) == 1 else f"{len(targets):,} "
        proof.remark(f"{count}{one if len(targets) == 1 else many} ('{tidy(unquote(first))[:80]}')", line)

    told("link", "a link leads nowhere from here and became its text; write /2026/11/name/ or https://…",
         "links lead nowhere from here and became their text, first of them")  # fmt: skip
    told("fragment", "a link to a place that is not in this text became its text",
         "links to places that are not in this text became their text, first of them")  # fmt: skip
    told("image", "an image is not on the web and was left out; give its https:// address",
         "images are not on the web and were left out; give their https:// addresses, first of them")  # fmt: skip
    if walk.dropped:
        first = next(iter(walk.dropped))
        names = ", ".join(f"<{name[:40]}>" for name in list(walk.dropped)[:10])
        proof.remark(f"{names} cannot stand in an article and was left out", line_of_tag(first))
    if walk.silenced:
        proof.refuse(f"<{walk.silenced}> swallows the text after it; write </{walk.silenced}>, or `<{walk.silenced}>` "
                     "in backticks if it is text", line_of_tag(walk.silenced))  # fmt: skip


class _Walk(HTMLParser):
    """Writes HTML anew, every element closed, every link and image judged."""

    def __init__(self, base_url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base_url = base_url
        self.out: list[str] = []
        self.open: list[tuple[str, int]] = []  # elements not yet closed, and their place in `out`
        self.text: list[str] = []
        self.prose: list[str] = []
        self.title: list[str] = []
        self.description = ""
        self.links: dict[str, None] = {}
        self.lost: dict[str, list[str]] = {}
        self.dropped: dict[str, None] = {}
        self.silenced = ""  # the element being left out, with all it holds
        self.silence = 0
        self.ids: set[str] = set()
        self.headings: list[dict[str, Any]] = []
        self.fragments: dict[int, str] = {}  # place in `out` of links within the text
        self.ends: dict[int, int] = {}  # place of a start tag → of its end tag

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.silenced:
            self.silence += tag == self.silenced
            return
        given = {name: UNPRINTABLE.sub("", value or "") for name, value in reversed(attrs)}
        if tag == "meta":
            if given.get("name", "").lower() == "description":
                self.description = given.get("content", "")
        elif tag in _SILENCED:
            self.silenced, self.silence = tag, 1
            if tag != "title":
                self.dropped[tag] = None
        elif tag in _KEPT:
            self._end_implied(tag)
            if len(self.open) < DEEPEST:
                self._start(tag, given)
        elif tag not in _STRUCTURE:
            self.dropped[tag] = None

    def handle_endtag(self, tag: str) -> None:
        if self.silenced:
            self.silence -= tag == self.silenced
            if not self.silence:
                self.silenced = ""
            return
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place][0] == tag:
                self._end_down_to(place)
                break

    def _say(self, said: str) -> None:
        if self.silenced:
            if self.silenced == "title":
                self.title.append(said)
            return
        said = UNPRINTABLE.sub("", said)
        self.out.append(escape(said, quote=False))
        self.text.append(said)
        if _NOT_PROSE.isdisjoint(tag for tag, _ in self.open):
            self.prose.append(said)

    handle_data = _say  # type: ignore[assignment]  # html.parser's name for it, and for its argument

    def _start(self, tag: str, given: dict[str, str]) -> None:
        if tag in _BREAKS:
            self._break()
        kept = {name: given[name] for name in _ATTRIBUTES.get(tag, set()) if name in given}
        kept |= {name: given[name] for name in ("lang", "dir") if given.get(name)}
        id = given.get("id") or (given.get("name", "") if tag == "a" else "")
        if id and (own := self._own_id(id)):
            kept["id"] = own
        classes = {*given.get("class", "").split()}
        if tag in _CELLS and (align := _ALIGN.search(given.get("style", ""))):
            classes.add(f"align-{align[1]}")
        if fitting := sorted(classes & _CLASSES.get(tag, set())):
            kept["class"] = " ".join(fitting)
        if tag == "img":
            if not self._image(kept):
                return
        elif tag == "a" and not self._link(kept):
            return
        place = len(self.out)
        self.out.append(_tag(tag, kept))
        if tag in _VOID:
            return
        self.open.append((tag, place))
        if tag in _HEADINGS:
            leading = not "".join(self.text).strip() if len(self.headings) == 0 else False
            start = {"place": place, "level": int(tag[1]), "kept": kept, "text": len(self.text), "leading": leading}
            self.headings.append({**start, "until": None})

    def _image(self, kept: dict[str, str]) -> bool:
        src = kept.get("src", "").strip()
        kept["alt"] = tidy(kept.get("alt", ""))
        if _on_the_web(src):
            for name in ("width", "height"):
                if not re.fullmatch(r"\d{1,5}", kept.get(name, "1")):
                    del kept[name]
            kept.update(src=src, loading="lazy")
            return True
        self.lost.setdefault("image", []).append(src)
        if kept["alt"]:
            self._say(kept["alt"])
        return False

    def _link(self, kept: dict[str, str]) -> bool:
        kept.pop("rel", None)
        if "href" not in kept:
            return "id" in kept  # an anchor
        href = _address(kept["href"], self.base_url)
        if href is None:
            self.lost.setdefault("link", []).append(kept["href"])
            return False
        if href.startswith("#"):
            self.fragments[len(self.out)] = href
        elif href.startswith("/"):
            self.links.setdefault(address_of(href, self.base_url) or "/")
        elif not href.startswith("mailto:"):
            kept["rel"] = "noopener"
        kept["href"] = href
        return True

    def _own_id(self, id: str) -> str:
        """The id as given, unless the page around the text has it; empty if odd or taken already."""
        if not _ID.match(id):
            return ""
        own = _renamed(id)
        if own in self.ids:
            return ""
        self.ids.add(own)
        return own

    def _end_implied(self, tag: str) -> None:
        closers, boundary = _ENDS.get(tag, (set(), set()))
        if not closers:
            return
        for place in range(len(self.open) - 1, -1, -1):
            name = self.open[place][0]
            if name in closers:
                self._end_down_to(place)
                return
            if name in boundary:
                return

    def _end_down_to(self, place: int) -> None:
        while len(self.open) > place:
            tag, start = self.open.pop()
            if tag in {"p", "figure"} and not "".join(self.out[start + 1 :]).strip():
                del self.out[start:]  # all that stood here was left out
                continue
            self.ends[start] = len(self.out)
            self.out.append(f"</{tag}>")
            if tag in _BREAKS:
                self._break()
            for heading in self.headings[-3:] if tag in _HEADINGS else ():
                if heading["place"] == start:
                    heading["until"] = len(self.text)

    def _break(self) -> None:
        self.text.append("\n")
        self.prose.append("\n")

    def finish(self, headline: str, anywhere: bool) -> str | None:
        """Closes, ranks and names what only the whole text can; the h1 taken out as headline, if any.

        anywhere: whether the headline's h1 may stand further down than at the top.
        """
        self._end_down_to(0)
        taken = self._take_headline(headline, anywhere)
        shift = any(heading["level"] == 1 for heading in self.headings)
        used: dict[str, int] = {}
        for heading in self.headings:
            level = min(heading["level"] + shift, 6)
            if "id" not in heading["kept"]:
                slug = _renamed(slugify("".join(self.text[heading["text"] : heading["until"]])) or "part")
                id = slug
                while id in self.ids:
                    used[slug] = used.get(slug, 1) + 1
                    id = f"{slug}-{used[slug]}"
                self.ids.add(id)
                heading["kept"]["id"] = id
            self.out[heading["place"]] = _tag(f"h{level}", heading["kept"])
            self.out[self.ends[heading["place"]]] = f"</h{level}>"
        for place, fragment in self.fragments.items():
            wanted = unquote(fragment[1:].partition(":~:")[0])
            # Elsewhere headings are named at greater length.
            own = next((own for own in (_renamed(wanted), _renamed(slugify(wanted))) if own in self.ids), None)
            if own:
                self.out[place] = self.out[place].replace(f'href="{escape(fragment)}"', f'href="#{escape(own)}"', 1)
            elif wanted not in {"top", "comments", "main"}:
                self.lost.setdefault("fragment", []).append(fragment)
                self.out[place] = self.out[self.ends[place]] = ""
        return taken

    def _take_headline(self, headline: str, anywhere: bool) -> str | None:
        first = next((heading for heading in self.headings if heading["level"] == 1), None)
        if not first or not (anywhere or first["leading"]):
            return None
        said = tidy("".join(self.text[first["text"] : first["until"]]))
        if not said or (headline and said.casefold() != headline.casefold()):
            return None
        for place in range(first["place"], self.ends[first["place"]] + 1):
            self.out[place] = ""
            self.fragments.pop(place, None)
        self.text[first["text"] : first["until"]] = [""] * (first["until"] - first["text"])
        self.headings.remove(first)
        return said


def _tag(name: str, attributes: dict[str, str]) -> str:
    return f"<{name}" + "".join(f' {key}="{escape(value)}"' for key, value in sorted(attributes.items())) + ">"


def _renamed(id: str) -> str:
    return f"text-{id}" if _THE_PAGES_OWN.match(id) else id


def _on_the_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        odd = parts.port == 0  # asked because a port that is no number raises here
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(_HOST.match(host))
        and not odd
        and not shortcodes.TEMPLATE.search(url)
    )


def _address(href: str, base_url: str) -> str | None:
    """Where a link leads: a path of this site, a fragment, a web or mail address; None for nowhere."""
    href = href.strip().replace("\n", "")
    if shortcodes.TEMPLATE.search(href):
        return None
    if re.match(r"[/\\]{2}", href):
        href = "https://" + href.lstrip("/\\")
    if href.startswith("#"):
        return href if len(href) > 1 else None
    if href.lower().startswith("mailto:"):
        return href if "@" in href else None
    path = href.replace("\\", "/") if href.startswith(("/", "\\")) else _own_path(href, base_url)
    if path is None:
        return href if _on_the_web(href) else None
    bare = re.split(r"[?#]", path, maxsplit=1)[0]
    address = address_of(re.sub(r"/{2,}", "/", bare) or "/", "") or "/"
    return address + path[len(bare) :]


def _own_path(href: str, base_url: str) -> str | None:
    """The path of an absolute link to this site, whichever of http and https it was written with."""
    if not base_url or not _on_the_web(href):
        return None
    rest = re.sub(r"\Ahttps?:", "", href)
    base = re.sub(r"\Ahttps?:", "", base_url)
    if rest != base and not rest.startswith((base + "/", base + "?", base + "#")):
        return None
    path = rest[len(base) :]
    return path if path.startswith("/") else "/" + path
