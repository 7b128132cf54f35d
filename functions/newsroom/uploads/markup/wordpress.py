"""WordPress's own ways: shortcodes, and paragraphs that are parted by blank lines."""

import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from itertools import islice

from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.markup.code_spans import Spans
from newsroom.uploads.markup.embeds import PAGES_BY_ID
from newsroom.uploads.markup.html_tree import BESIDE, BLOCKS, Element, Node
from newsroom.uploads.markup.link_targets import web_target

_SHORTCODE = (
    r"(?<![\[\\!])\[(?P<closing>/?)(?P<name>[a-z][a-z0-9_-]{0,60})"
    r"(?P<said>(?:[^\[\]\"'<>]|\"[^\"\[\]]*\"|'[^'\[\]]*')*+)\]"
)
_IN_HTML = re.compile(_SHORTCODE)
_IN_MARKDOWN = re.compile(rf"{_SHORTCODE}(?![(:]|\[(?!/|[a-z][\w-]*+\s++[\w-]++=))")  # which would be a link
_ATTRIBUTE = re.compile(r"""(?<![\w-])([a-z][\w-]*+)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"']+))""", re.IGNORECASE)
_USUAL = {
    "align", "alt", "cat", "category", "class", "color", "columns", "count", "height", "href", "id", "ids", "lang",
    "language", "limit", "link", "name", "number", "order", "orderby", "size", "slug", "src", "style", "tag", "title",
    "type", "url", "width",
}  # fmt: skip
"""Attributes that make a shortcode of words in brackets even where their value has no quotes."""
_ADDRESS = re.compile(r"(?:https?:)?//[^\s\"'|<>\]]+")
_CAPTIONS = ("caption", "wp_caption")
_LONELY = ("contact-form-7", "gallery", "playlist")  # which say enough without attributes, on a line of their own
_PICTURE = re.compile(
    r"\s*((?:<a\b[^<>]*>\s*)?<img\b[^<>]*>(?:\s*</a>)?|!\[[^\]\n]*\]\([^()\s]*(?:\s+\"[^\"\n]*\")?\)"
    r"|\[!\[[^\]\n]*\]\([^()\s]*\)\]\([^()\s]*\))",
    re.IGNORECASE,
)
_PLAYED = {
    "audio": "audio", "su_audio": "audio", "su_video": "video", "video": "video", "wpvideo": "video",
    **dict.fromkeys((
        "bandcamp", "dailymotion", "embed", "facebook", "googlemap", "googlemaps", "iframe", "instagram", "issuu",
        "kickstarter", "mixcloud", "reddit", "scribd", "slideshare", "soundcloud", "spotify", "su_vimeo", "su_youtube",
        "ted", "tiktok", "tweet", "twitch", "twitter", "ustream", "videopress", "vimeo", "youtube",
    ), "iframe"),
}  # fmt: skip
"""Shortcodes of players, and the element that each is."""
_ADDRESSED = ("src", "url", "mp4", "mp3", "m4v", "m4a", "webm", "ogg", "ogv", "wav", "link")
MOST = 2_000  # shortcodes in one text
MOST_BRACKETS = 20_000  # words in brackets, which may be some
_MOST_NAMES = 20  # of shortcodes that are told


def resolve(
    text: str, first_line: int, diagnostics: Diagnostics, *, code_of: Callable[[str], Spans], is_markdown: bool = True
) -> str:
    """The text with WordPress's shortcodes made what they mean; those that mean nothing here are left out and told.

    What stands in brackets in a sentence stays, and so does code.
    """
    if "[" not in text:
        return text
    found = list(islice(_shortcodes(text, is_markdown), MOST_BRACKETS + 1))
    if len(found) > MOST_BRACKETS:
        diagnostics.fail(f"the text has more than {MOST_BRACKETS:,} words in brackets; split it")
    if found:
        code = code_of(text)
        found = [tag for tag in found if tag.start() not in code]
    partner = _pairs(found)
    out: list[str] = []
    told: dict[str, tuple[int, int]] = {}
    end = taken = 0
    for place, tag in enumerate(found):
        if tag.start() < end or not _is_meant(tag, place in partner, text):
            continue
        taken += 1
        if taken > MOST:
            diagnostics.fail(f"the text has more than {MOST:,} shortcodes of WordPress; write what they stand for")
        closing = found[partner[place]] if place in partner and not tag["closing"] else None
        until, meaning = _meaning(text, tag, closing)
        whole = text[tag.start() : until]
        out += [text[end : tag.start()], meaning, "\n" * (whole.count("\n") - meaning.count("\n"))]
        end = until
        if not meaning and not tag["closing"]:
            line, number = told.get(
                tag["name"], (text.count("\n", 0, tag.start()) + first_line if len(told) < _MOST_NAMES else 0, 0)
            )
            told[tag["name"]] = (line, number + 1)
    for name, (line, number) in list(told.items())[:_MOST_NAMES]:
        times = f", {number:,} times" if number > 1 else ""
        diagnostics.warning(f"the shortcode [{name}] means nothing here and was left out{times}", line)
    return "".join(out) + text[end:]


def _shortcodes(text: str, is_markdown: bool) -> Iterator[re.Match[str]]:
    """List the tags that may be shortcodes, in the order of the text."""
    return (tag for tag in (_IN_MARKDOWN if is_markdown else _IN_HTML).finditer(text) if tag["name"].islower())


def _pairs(found: list[re.Match[str]]) -> dict[int, int]:
    """Map each tag of a pair to the other, both ways."""
    waiting: dict[str, list[int]] = {}
    partner = {}
    for place, tag in enumerate(found):
        if not tag["closing"]:
            waiting.setdefault(tag["name"], []).append(place)
        elif waiting.get(tag["name"]):
            opening = waiting[tag["name"]].pop()
            partner[opening], partner[place] = place, opening
    return partner


def _is_meant(tag: re.Match[str], paired: bool, text: str) -> bool:
    """Return True if this is a shortcode, and not words in brackets."""
    name, said = tag["name"], tag["said"]
    if said and said[0] not in " \t\n\u00a0=/":
        return False
    if paired or said.rstrip().endswith("/") or (tag["closing"] and name in {*_PLAYED, *_CAPTIONS}):
        return True
    if any(not bare or key.lower() in _USUAL for key, _, _, bare in _ATTRIBUTE.findall(said)):
        return True
    if name in _PLAYED:
        return said[:1] == "=" or bool(_ADDRESS.search(said)) or (name in PAGES_BY_ID and bool(_id(said)))
    before, after = text[max(0, tag.start() - 100) : tag.start()], text[tag.end() : tag.end() + 100]
    alone = before.rstrip(" \t")[-1:] in {"", "\n", ">"} and after.lstrip(" \t")[:1] in {"", "\n", "<"}
    return (name in _LONELY or "_" in name) and not said.strip() and alone


def _id(said: str) -> str:
    """The one word that names what is to be played."""
    word = said.strip().removeprefix("=").strip()
    return word if re.fullmatch(r"[\w-]{4,40}", word) and re.search(r"[\dA-Z_-]", word) else ""


def _meaning(text: str, tag: re.Match[str], closing: re.Match[str] | None) -> tuple[int, str]:
    """Return the end of the text that a shortcode covers, and the text that replaces it."""
    name, said = tag["name"], tag["said"]
    given = {key.lower(): double or single or bare for key, double, single, bare in _ATTRIBUTE.findall(said)}
    until, inner_end = (closing.end(), closing.start()) if closing else (tag.end(), tag.end())
    if name in _CAPTIONS and (picture := _PICTURE.match(text, tag.end(), inner_end)):
        words = text[picture.end() : inner_end].strip() or given.get("caption", "")
        above = "\n" * text.count("\n", tag.end(), picture.start(1))
        apart = "\n\n" if picture[1].startswith(("!", "[")) else ""
        return until, f"{above}<figure>{apart}{picture[1]}{apart}<figcaption>{words}</figcaption></figure>{apart}"
    if name in _PLAYED and not tag["closing"]:
        inside = text[tag.end() : min(inner_end, tag.end() + 4_000)]
        address = _address(said, inside, given) or _by_id(name, said, given)
        title = given.get("title", "") or given.get("titles", "")
        return (until, _frame(_PLAYED[name], address, title)) if address else (tag.end(), "")
    if name in {"code", "sourcecode"} and closing:
        code = escape(unescape(text[tag.end() : inner_end].strip()), quote=False)
        return until, f"<pre><code>{code}</code></pre>"
    return tag.end(), ""


def _address(said: str, inside: str, given: dict[str, str]) -> str | None:
    """Return the address of the video or sound: from an attribute, from the shortcode, or from between its tags."""
    named = [given.get(name, "") for name in _ADDRESSED]
    bare = [found[0] for text in (said, inside) if (found := _ADDRESS.search(text))]
    return next((address for address in map(web_target, (*named, *bare)) if address), None)


def _by_id(name: str, said: str, given: dict[str, str]) -> str | None:
    word = _id(given.get("id") or given.get("v") or given.get("video_id") or "" if given else said)
    return PAGES_BY_ID[name] + word if name in PAGES_BY_ID and word else None


def _frame(tag: str, address: str, title: str) -> str:
    return f'<{tag} src="{escape(address)}" title="{escape(title)}"></{tag}>'


_ALONE = re.compile(r"\s*(https?://[^\s<>\"]{1,2000})\s*\Z")
_PARTED = re.compile(r"\n[ \t\xa0]*\n\s*")
_LINE_END = re.compile(r"[ \t]*\n[ \t]*")
_FILLED = {"aside", "blockquote", "div", "section"}  # besides the text itself, what may hold paragraphs so parted


def paragraphs(box: Element) -> None:
    """Makes paragraphs of text that is parted by blank lines alone or by <div>, where that is how a text is written."""
    for node in box.inside:
        if not isinstance(node, str) and node.tag in _FILLED:
            paragraphs(node)
    parts = box.parts()
    runs = list(_runs(parts))
    loose = sum(1 for run in runs if run.tag == "p" and run.line < 0)
    written = sum(1 for run in runs if run.tag == "p") - loose
    if box.tag == "div" and len(runs) == loose == 1 and "footnotes" not in box.classes():
        box.tag = "p"
    if not loose or (box.tag and (loose < 2 or written)):
        return
    box.inside = [_set(run, with_breaks=loose > max(written, 1)) for run in runs]


def _runs(parts: list[Node]) -> Iterator[Element]:
    """The blocks of a box, and a paragraph for each run of other text, of line -1."""
    run: list[Node] = []
    for part in parts:
        if isinstance(part, str):
            first, *others = _PARTED.split(part)
            run.append(first)
            for other in others:
                yield from _run(run)
                run = [other]
        elif part.tag in BLOCKS:
            yield from _run(run)
            run = []
            yield part
        else:
            run.append(part)
    yield from _run(run)


def _run(run: list[Node]) -> Iterator[Element]:
    if any(part.strip() if isinstance(part, str) else True for part in run):
        yield Element("p", {}, -1, run)


def _set(paragraph: Element, *, with_breaks: bool) -> Element:
    if paragraph.line >= 0 or paragraph.tag != "p":
        return paragraph
    paragraph.line = next((part.line for part in paragraph.inside if not isinstance(part, str)), 0)
    parts = paragraph.inside
    if isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    if with_breaks:
        paragraph.inside = [piece for part in parts for piece in _with_breaks(part)]
    return paragraph


def _with_breaks(part: Node) -> Iterator[Node]:
    if not isinstance(part, str):
        if part.tag not in BLOCKS:
            part.inside = [piece for inner in part.inside for piece in _with_breaks(inner)]
        yield part
        return
    for place, line in enumerate(_LINE_END.split(part)):
        if place:
            yield Element("br")
        yield line


def link_addresses(box: Element) -> None:
    """Makes a link of each address that is a paragraph of its own: other systems show what it leads to."""
    for node in box.inside:
        if not isinstance(node, str) and node.tag != "a":
            link_addresses(node)
    if box.tag in {"p", "div", "figure"} and len(box.parts()) == 1 and isinstance(only := box.parts()[0], str):
        found = _ALONE.match(only)
        if found and web_target(found[1]):
            made = Element("a", {"href": found[1], BESIDE: ""}, box.line, [found[1]])
            box.inside = [Element("p", {}, box.line, [made]) if box.tag != "p" else made]
