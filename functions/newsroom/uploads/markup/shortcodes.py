"""Templates of other systems in a text: Jekyll's Liquid, Hugo's shortcodes, Eleventy's Nunjucks.

Those with a plain meaning become what they mean. All others are left out, and the writer is told of each by line.
"""

import re
from collections.abc import Callable
from html import escape
from urllib.parse import quote

from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.markup.code_spans import Spans
from newsroom.uploads.markup.private_comments import NOTHING
from newsroom.uploads.markup.template_tags import CLOSING, SHIELD, Tag, html_of_tag, parse_tag, url_of_tag
from newsroom.uploads.style import Style

LONGEST = 2_000  # characters of one template
MOST = 2_000  # templates in one text

_OPENING = re.compile(r"\{\{\{|\{\{[<%]?|\{%")
_VERBATIM = re.compile(
    r"\{%-?\s{0,9}(?P<raw>raw|verbatim)\s{0,9}-?%\}|\{%-?\s{0,9}(?P<liquid>highlight|codeblock)\b(?P<how>[^%\n]{0,200})%\}"
    r"|\{\{[<%]\s{0,9}highlight\b(?P<hugo>[^\n>%]{0,200})[>%]\}\}"
)
_CONDITIONAL = {"if", "unless", "case", "for", "tablerow", "capture"}
_AROUND_ADDRESSES = " \t\n\"'()<>"
_ATTRIBUTE = re.compile(r"(?:href|src|cite|poster)\s?=\Z", re.IGNORECASE)
_UNQUOTED = re.compile(r"(?:href|src|cite|poster)=", re.IGNORECASE)


def resolve(
    text: str,
    first_line: int,
    headline: str,
    style: Style,
    diagnostics: Diagnostics,
    *,
    code_of: Callable[[str], Spans],
    is_markdown: bool = True,
) -> str:
    """The text with templates made what they mean, or left out. In code they stay as text."""
    if "{{" not in text and "{%" not in text:
        return text
    if "raw" in text or "verbatim" in text or "highlight" in text or "codeblock" in text:
        text = _without_verbatim(text, first_line, diagnostics, code_of, is_markdown)
    resolving = _Resolving(text, first_line, headline, style, diagnostics, code=code_of(text))
    return resolving.whole().replace(SHIELD, "{")


def without(text: str, style: Style) -> str:
    """A line with templates made what they mean, or left out."""
    return resolve(text, 1, "", style, Diagnostics(""), code_of=lambda _: Spans(()))


def _without_verbatim(
    text: str, first_line: int, diagnostics: Diagnostics, code_of: Callable[[str], Spans], is_markdown: bool
) -> str:
    """The text with code that templates mark set as code, and what they shield taken as it stands."""
    found = _VERBATIM.search(text)
    if not found:
        return text
    code = code_of(text)
    parts: list[str] = []
    place = 0
    while found is not None:
        next_ = found.end()
        if found["raw"] or found.start() not in code:
            end = _end_of_verbatim(found)
            if end is None:
                _refuse_endless(found, first_line, diagnostics)
                break
            parts += [text[place : found.start()], _inside_verbatim(found, end, is_markdown)]
            place = next_ = end.end()
        found = _VERBATIM.search(text, next_)
    return "".join([*parts, text[place:]])


def _end_of_verbatim(opening: re.Match[str]) -> re.Match[str] | None:
    """Return the tag that ends a part of the text that templates leave as it is."""
    name = opening["raw"] or opening["liquid"] or "highlight"
    liquid, hugo = rf"\{{%-?\s{{0,9}}end{name}\s{{0,9}}-?%\}}", r"\{\{[<%]\s{0,9}/\s{0,9}highlight\s{0,9}[>%]\}\}"
    return re.compile(liquid if opening["hugo"] is None else hugo).search(opening.string, opening.end())


def _refuse_endless(opening: re.Match[str], first_line: int, diagnostics: Diagnostics) -> None:
    """Record a problem if code is never closed. A `raw` that is never closed is text."""
    if not opening["raw"]:
        diagnostics.error(
            f"{opening[0]} never ends; close it as its system asks, or mark the code with ```",
            first_line + opening.string.count("\n", 0, opening.start()),
        )


def _inside_verbatim(opening: re.Match[str], end: re.Match[str], is_markdown: bool) -> str:
    """Return what is between two tags: set as code, or without a meaning for templates."""
    text = opening.string
    inside = text[opening.end() : end.start()].replace("{", SHIELD)
    if opening["raw"]:
        return inside
    language = _first_word(opening)
    before = text[text.rfind("\n", 0, opening.start()) + 1 : opening.start()]
    return _as_code(inside, language, before, text[end.end() : end.end() + 1], is_markdown)


def _first_word(opening: re.Match[str]) -> str:
    """Return the first word behind the name of a tag: the language of the code."""
    return next(iter((opening["how"] or opening["hugo"] or "").split()), "")


def _as_code(code: str, language: str, before: str, after: str, is_markdown: bool) -> str:
    if not is_markdown:
        inside = escape(code.strip("\n"), quote=False)
        return f"<pre><code>{inside}</code></pre>"
    is_inline = bool(before.strip())
    longest = max(map(len, re.findall("`+", code)), default=0)
    ticks = "`" * max(1 if is_inline else 3, longest + 1)
    if is_inline and "\n" not in code:
        return f"{ticks} {code.strip()} {ticks}"
    name = language if re.fullmatch(r"[\w+#-]{1,40}", language) else ""
    lead = "\n" if is_inline else ""
    inside = ("" if code.startswith("\n") else "\n") + code + ("" if code.endswith("\n") else "\n")
    return f"{lead}{ticks}{name}{inside}{ticks}" + ("" if after in {"", "\n"} else "\n")


class _Resolving:
    """One pass through the templates of a text."""

    def __init__(
        self, text: str, first_line: int, headline: str, style: Style, diagnostics: Diagnostics, *, code: Spans
    ) -> None:
        self.text, self.first_line, self.headline, self.style = text, first_line, headline, style
        self.diagnostics, self.code = diagnostics, code
        self.public_url = 0  # the end of the part that is done
        self.out: list[str] = []
        self.tail = ""  # the end of the output, which shows the context of a template
        self.untold: dict[str, list[int]] = {}
        self.waiting: list[tuple[str, int, int]] = []  # open conditions: name, place in `out`, line

    def whole(self) -> str:
        """The text without templates."""
        line, counted, tags = self.first_line, 0, 0
        found = _OPENING.search(self.text)
        while found:
            start, next_ = found.start(), found.end()
            if start not in self.code:
                line, counted = line + self.text.count("\n", counted, start), start
                closing = CLOSING[found[0]]
                end = self.text.find(closing, next_, next_ + LONGEST)
                tags += 1
                if tags > MOST:
                    self.diagnostics.fail(
                        f"the text has more than {MOST:,} templates, as {{{{…}}}}; write what they stand for"
                    )
                self._write(self.text[self.public_url : start])
                if end < 0:
                    self.diagnostics.error(
                        f"a template that begins with {found[0]} never ends; close it with {closing}, or "
                        "put it in backticks if it is text",
                        line,
                    )
                    end = self.text.find("\n", next_)
                    self.public_url = next_ = end if end >= 0 else len(self.text)
                else:
                    self.public_url = next_ = end + len(closing)
                    self._take(found[0], self.text[found.end() : end], line)
            found = _OPENING.search(self.text, next_)
        self._write(self.text[self.public_url :])
        self._tell()
        return "".join(self.out)

    def _write(self, piece: str) -> None:
        if piece:
            self.out.append(piece)
            self.tail = (self.tail + piece[-600:])[-600:]

    def _take(self, opening: str, said: str, line: int) -> None:
        tag = parse_tag(opening, said)
        if opening == "{%" and tag.name in _CONDITIONAL:
            self._conditional(tag, line)
            return
        is_address = _begins_address(self.tail)
        value = (
            url_of_tag(tag, self.tail[-1:], self.text[self.public_url : self.public_url + 1], self.style)
            if is_address
            else html_of_tag(tag, self.headline, self.style)
        )
        if value is not None:
            self._write(value)
            return
        if is_address:  # the link is checked later, and then leads nowhere
            self._write(quote(f"{opening}{said}{CLOSING[opening]}", safe=""))
            return
        self._write(NOTHING)
        if not tag.is_end:
            name = tag.name or said.strip()[:30].split("|")[0].strip()
            shown = f"{opening} {name} … {CLOSING[opening]}" if opening != "{{" else f"{{{{ {said.strip()[:40]} }}}}"
            self.untold.setdefault(shown, []).append(line)

    def _conditional(self, tag: Tag, line: int) -> None:
        if not tag.is_end:
            self.waiting.append((tag.name, len(self.out), line))
            self.untold.setdefault(f"{{% {tag.name} … %}}, with all up to {{% end{tag.name} %}},", []).append(line)
        elif any(name == tag.name for name, _, _ in self.waiting[-20:]):
            while self.waiting:
                name, place, _ = self.waiting.pop()
                if name == tag.name:
                    lost = sum(piece.count("\n") for piece in self.out[place:])
                    self.out[place:] = [NOTHING, "\n" * lost]
                    self.tail = ""
                    break

    def _tell(self) -> None:
        for name, place, line in self.waiting[:1]:
            self.diagnostics.error(
                f"{{% {name} %}} never ends; write {{% end{name} %}}, or leave the condition out", line
            )
            del self.out[place:]
        for shown, lines in list(self.untold.items())[:20]:
            more = ", ".join(str(line) for line in lines[1:9]) + (" …" if len(lines) > 9 else "")
            also = f" (also on line {more})" if lines[1:] else ""
            self.diagnostics.warning(
                f"the template {shown} means nothing here and was left out; write what it stood for{also}", lines[0]
            )
        if len(self.untold) > 20:
            self.diagnostics.warning(f"{len(self.untold) - 20:,} more templates mean nothing here and were left out")


def _begins_address(tail: str) -> bool:
    """Return True if the address of a link or an image begins or continues after this text."""
    at = max(tail.rfind(sign) for sign in _AROUND_ADDRESSES)
    bare = tail[: at + 1].rstrip(" \t<\"'")
    is_unquoted = _UNQUOTED.match(tail, at + 1) is not None
    return is_unquoted or bare.endswith(("](", "]:")) or _ATTRIBUTE.search(bare[-12:]) is not None
