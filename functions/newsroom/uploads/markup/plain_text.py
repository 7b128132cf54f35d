"""A field's text without the codes of other systems: entities and tags of exporters, links and remarks of Obsidian."""

import re
from html import unescape

from newsroom.uploads.decoding import tidy

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BLOCKS = "br|p|div|hr|h[1-6]|li|ul|ol|blockquote|center"
_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|label|mark|nobr|q|s|samp|small|span|strike|strong"
    "|sub|sup|time|tt|u|var|wbr"
)
_TAG = re.compile(rf"<(/?)(?:({_BLOCKS})|({_INLINE}))(?:\s[^<>]{{0,500}})?/?>", re.IGNORECASE)
_VOID = frozenset({"br", "hr", "wbr"})

_WIKI_LINK = re.compile(r"!?\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{0,300}))?\]\]")
_REMARK = re.compile(r"%%.*?%%", re.DOTALL)


def line_of(text: str) -> str:
    """A text of front matter as one line that readers may see."""
    return tidy(without_obsidian(decoded(without_tags(text))))


def decoded(text: str) -> str:
    """A text with its entities decoded, once: what shows `&amp;amp;` shows `&amp;` afterwards.

    >>> decoded("Q&amp;A &#8211; AT&T"), decoded("&amp;amp; &unknown;")
    ('Q&A – AT&T', '&amp; &unknown;')
    """
    return _ENTITY.sub(lambda code: unescape(code[0]), text) if "&" in text else text


def without_tags(text: str) -> str:
    """A text without the tags of known elements that are opened and closed in it; `a < b` and `<3` stay.

    >>> without_tags("The <em>Ferry</em> is late<br>again"), without_tags("How <b> is used, if x<y")
    ('The Ferry is late again', 'How <b> is used, if x<y')
    """
    if "<" not in text:
        return text
    found = [(slash, (block or inline).lower()) for slash, block, inline in _TAG.findall(text)]
    opened = {name for slash, name in found if not slash}
    plain = _VOID | (opened & {name for slash, name in found if slash})

    def without(tag: re.Match[str]) -> str:
        if (tag[2] or tag[3]).lower() not in plain:
            return tag[0]
        return " " if tag[2] else ""

    return _TAG.sub(without, text)


def without_obsidian(text: str) -> str:
    """A text with Obsidian's links as they are shown, and without its remarks.

    >>> without_obsidian("[[People/Ann Bell]] at [[Harbour#Quay|the quay]] %%check this%%")
    'Ann Bell at the quay '
    """
    if "%%" in text:
        text = _REMARK.sub("", text)
    return _WIKI_LINK.sub(_shown, text) if "[[" in text else text


def _shown(link: re.Match[str]) -> str:
    if link[0].startswith("!"):
        return ""
    note, shown = link[1], link[2]
    if shown and shown.strip():
        return shown.strip()
    name = note.partition("#")[0].rpartition("/")[2].strip() or note.strip("#/ ")
    return name.removesuffix(".md")


def unnested(value: object) -> object:
    """Restore `[[Ann Bell]]`, which YAML reads as a list in a list where it has no quotes."""
    if isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], list) and value[0] and all(isinstance(x, str) for x in value[0]):
            return f"[[{', '.join(value[0])}]]"
        return [unnested(item) for item in value]
    return value
