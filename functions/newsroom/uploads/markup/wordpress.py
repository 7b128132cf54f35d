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
_IN_MARKDOWN = re.compile(rf"{_SHORTCODE}(?![(:]|\[(?!/|[a-z][\w-]*+\s++[\w-]++=))")  # not followed by a link's address
_ATTRIBUTE = re.compile(r"""(?<![\w-])([a-z][\w-]*+)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"']+))""", re.IGNORECASE)
_USUAL = {
    "align", "alt", "cat", "category", "class", "color", "columns", "count", "height", "href", "id", "ids", "lang",
    "language", "limit", "link", "name", "number", "order", "orderby", "size", "slug", "src", "style", "tag", "title",
    "type", "url", "width",
}  # fmt: skip
"""Attributes that make a shortcode of words in brackets even where their value has no quotes."""
_ADDRESS = re.compile(r"(?:https?:)?//[^\s\"'|<>\]]+")
_CAPTIONS = ("caption", "wp_caption")
_LONELY = ("contact-form-7", "gallery", "playlist")  # shortcodes that may stand alone on a line without attributes
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
MOST_BRACKETS = 20_000  # words in brackets, each of which may be a shortcode
_MOST_NAMES = 20  # names of shortcodes in warnings


def resolve(
    text: str, first_line: int, diagnostics: Diagnostics, *, code_of: Callable[[str], Spans], is_markdown: bool = True
) -> str:
    """The text with WordPress's shortcodes made what they mean; those that mean nothing here are left out and told.

    What stands in brackets in a sentence stays, and so does code.
    """
    if "[" not in text:
        return text
    tags = _shortcodes(text, code_of, is_markdown, diagnostics)
    partner = _pairs(tags)
    out: list[str] = []
    left_out: dict[str, list[int]] = {}
    end = resolved = 0
    for place, tag in enumerate(tags):
        if tag.start() < end or not _is_meant(tag, place in partner, text):
            continue
        resolved += 1
        if resolved > MOST:
            diagnostics.fail(f"the text has more than {MOST:,} shortcodes of WordPress; write what they stand for")
        closing = None if tag["closing"] else partner.get(place)
        until, meaning = _meaning(text, tag, None if closing is None else tags[closing])
        lines = text.count("\n", tag.start(), until)
        out += [text[end : tag.start()], meaning, "\n" * (lines - meaning.count("\n"))]
        end = until
        if not meaning and not tag["closing"]:
            left_out.setdefault(tag["name"], []).append(tag.start())
    _warn_of_left_out(left_out, text, first_line, diagnostics)
    return "".join(out) + text[end:]


def _warn_of_left_out(left_out: dict[str, list[int]], text: str, first_line: int, diagnostics: Diagnostics) -> None:
    """Warn of the shortcodes that were left out: once for each name, with the line of the first."""
    for name, places in islice(left_out.items(), _MOST_NAMES):
        times = f", {len(places):,} times" if len(places) > 1 else ""
        line = text.count("\n", 0, places[0]) + first_line
        diagnostics.warning(f"the shortcode [{name}] means nothing here and was left out{times}", line)


def _shortcodes(
    text: str, code_of: Callable[[str], Spans], is_markdown: bool, diagnostics: Diagnostics
) -> list[re.Match[str]]:
    """List the tags outside code that may be shortcodes, in the order of the text."""
    pattern = _IN_MARKDOWN if is_markdown else _IN_HTML
    tags = list(islice((tag for tag in pattern.finditer(text) if tag["name"].islower()), MOST_BRACKETS + 1))
    if len(tags) > MOST_BRACKETS:
        diagnostics.fail(f"the text has more than {MOST_BRACKETS:,} words in brackets; split it")
    code = code_of(text) if tags else ()
    return [tag for tag in tags if tag.start() not in code]


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
    if paired or said.rstrip().endswith("/") or _is_known_end(tag):
        return True
    if any(not bare or key.lower() in _USUAL for key, _, _, bare in _ATTRIBUTE.findall(said)):
        return True
    return _names_what_plays(name, said) if name in _PLAYED else _is_on_its_own(tag, text)


def _is_known_end(tag: re.Match[str]) -> bool:
    return bool(tag["closing"]) and tag["name"] in {*_PLAYED, *_CAPTIONS}


def _names_what_plays(name: str, said: str) -> bool:
    return said[:1] == "=" or bool(_ADDRESS.search(said)) or (name in PAGES_BY_ID and bool(_id(said)))


def _is_on_its_own(tag: re.Match[str], text: str) -> bool:
    """Return True if a shortcode without attributes has its line for itself and a name that says enough."""
    before, after = text[max(0, tag.start() - 100) : tag.start()], text[tag.end() : tag.end() + 100]
    is_alone = before.rstrip(" \t")[-1:] in {"", "\n", ">"} and after.lstrip(" \t")[:1] in {"", "\n", "<"}
    return (tag["name"] in _LONELY or "_" in tag["name"]) and not tag["said"].strip() and is_alone


def _id(said: str) -> str:
    """The one word that names what is to be played."""
    word = said.strip().removeprefix("=").strip()
    return word if re.fullmatch(r"[\w-]{4,40}", word) and re.search(r"[\dA-Z_-]", word) else ""


def _meaning(text: str, tag: re.Match[str], closing: re.Match[str] | None) -> tuple[int, str]:
    """Return the end of the text that a shortcode covers, and the text that replaces it."""
    name, said = tag["name"], tag["said"]
    given = _attributes(said)
    until, inner_end = (closing.end(), closing.start()) if closing else (tag.end(), tag.end())
    if name in _CAPTIONS and (picture := _PICTURE.match(text, tag.end(), inner_end)):
        return until, _figure(text, tag, picture, text[picture.end() : inner_end].strip() or given.get("caption", ""))
    if name in _PLAYED and not tag["closing"]:
        inside = text[tag.end() : min(inner_end, tag.end() + 4_000)]
        player = _player(name, said, inside, given)
        return (until, player) if player else (tag.end(), "")
    if name in {"code", "sourcecode"} and closing:
        code = escape(unescape(text[tag.end() : inner_end].strip()), quote=False)
        return until, f"<pre><code>{code}</code></pre>"
    return tag.end(), ""


def _attributes(said: str) -> dict[str, str]:
    return {key.lower(): double or single or bare for key, double, single, bare in _ATTRIBUTE.findall(said)}


def _figure(text: str, tag: re.Match[str], picture: re.Match[str], caption: str) -> str:
    """Return a picture and its caption as a figure, with the lines above the picture."""
    above = "\n" * text.count("\n", tag.end(), picture.start(1))
    apart = "\n\n" if picture[1].startswith(("!", "[")) else ""  # Markdown is read only between blank lines
    return f"{above}<figure>{apart}{picture[1]}{apart}<figcaption>{caption}</figcaption></figure>{apart}"


def _player(name: str, said: str, inside: str, given: dict[str, str]) -> str:
    """Return the player that a shortcode stands for; empty if it names nothing to play."""
    address = _address(said, inside, given) or _by_id(name, said, given)
    return _frame(_PLAYED[name], address, given.get("title", "") or given.get("titles", "")) if address else ""


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
_FILLED = {"aside", "blockquote", "div", "section"}  # boxes that may contain paragraphs of this kind


def paragraphs(box: Element) -> None:
    """Makes paragraphs of text that is parted by blank lines alone or by <div>, where that is how a text is written."""
    for node in box.inside:
        if not isinstance(node, str) and node.tag in _FILLED:
            paragraphs(node)
    runs = list(_runs(box.parts()))
    loose = sum(map(_is_loose, runs))
    written = sum(run.tag == "p" for run in runs) - loose
    if _is_one_paragraph(box, runs):
        box.tag = "p"
    if not loose or (box.tag and not _is_written_so(loose, written)):
        return
    box.inside = [_set(run, with_breaks=loose > max(written, 1)) for run in runs]


def _is_written_so(loose: int, written: int) -> bool:
    """Return True if a box parts its text by blank lines alone: it has several such paragraphs and no other."""
    return loose > 1 and not written


def _is_one_paragraph(box: Element, runs: list[Element]) -> bool:
    """Return True if a <div> holds one run of text and nothing else."""
    is_plain_box = box.tag == "div" and "footnotes" not in box.classes()
    return is_plain_box and len(runs) == 1 and _is_loose(runs[0])


def _is_loose(run: Element) -> bool:
    """Return True if a paragraph was made of a run of text."""
    return run.tag == "p" and run.line < 0


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
