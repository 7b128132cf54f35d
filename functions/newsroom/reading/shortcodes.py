"""What other systems write into a text for their own templates to fill in: Jekyll's Liquid, Hugo's shortcodes."""

import re
from urllib.parse import quote

from newsroom.reading.proof import Proof

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LEFTOVER = re.compile(
    r"""((?:\]\(|^\s{0,3}\[[^\]\n]{1,200}\]:)\s*<?|\b(?:href|src)\s*=\s*["']?)"""  # where a destination stands
    r"""\{\{-?\s*(?:site\.(?:baseurl|url)|(["'])([^"'\n]*)\2\s*\|\s*"""
    r"""(?:url|relative_url|absolute_url|prepend:\s*site\.\w+))\s*-?\}\}([^\s"')<>]*)""",
    re.IGNORECASE,
)
TEMPLATE = re.compile(r"\{\{|\{%|%7B%7B|%7B%25", re.IGNORECASE)
_CODE_SPAN = re.compile(r"`[^`]*`")


def resolve(text: str, first_line: int, proof: Proof, code: bool = True) -> str:
    """The text with the destinations that other systems write as templates made plain paths. What
    templates remain are the writer's to judge, and stay as text. code: whether Markdown's code may be in it."""
    if "{{" not in text and "{%" not in text:
        return text
    lines = text.split("\n")
    fence, told = "", False
    for place, line in enumerate(lines):
        opening = _FENCE.match(line) if code else None
        if opening and (not fence or opening[1].startswith(fence)):
            fence = "" if fence else opening[1]
        elif not fence:
            lines[place] = without(line)
            if not told and re.search(r"\{\{|\{%", _CODE_SPAN.sub("", lines[place]) if code else lines[place]):
                told = True
                proof.remark("a template's {{…}} or {% … %} means nothing here and is shown as text; write what it "
                             "stood for", place + first_line)  # fmt: skip
    return "\n".join(lines)


def without(text: str) -> str:
    """A line with the destinations that other systems write as templates made plain paths."""
    return _LEFTOVER.sub(_plain_path, text)


def _plain_path(leftover: re.Match[str]) -> str:
    before, _, path, rest = leftover.groups()
    target = (path or "").strip() + rest
    if not re.match(r"(?:https?:/)?/", target):
        target = "/" + target
    return before + quote(target, safe="/:?#[]@!$&*+,;=%~'")
