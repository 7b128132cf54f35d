"""Small inputs that are meant to cost much, and what each one costs.

Run as a program it lets each bomb off in a process of its own, forked from one that has everything
loaded, and tells on standard output, as JSON, the seconds of processor time and the megabytes that
process took by the operating system's own accounting, how often an honest megabyte of prose could
have been read in that time, and how it ended.
"""

import json
import os
import re
import resource
import statistics
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from adapters import http
from newsroom import html_links, messages, slugs
from newsroom.comments import judgement, notifications, protected_names, submissions, tokens
from newsroom.errors import PermanentError, Rejected
from newsroom.rendering import comment_threads
from newsroom.site import default_site
from newsroom.uploads import decoding, parser
from newsroom.uploads.front_matter.front_matter import LARGEST as FRONT
from newsroom.uploads.markup import html, markdown
from newsroom.uploads.site_yaml import LARGEST as SETTINGS
from newsroom.uploads.style import Style
from newsroom.uploads.theme.files import LARGEST as LARGEST_OF_A_THEME

SITE = default_site("https://paper.example")
FULL = decoding.LARGEST - 200  # with room for the front matter
FRAME = '{% extends "base.html" %}{% block main %}PART{% endblock %}'
LONG = 20  # seconds of processor time after which a bomb is stopped, far beyond the bound
MOST = 2.0  # honest megabytes: a second wherever a megabyte of prose takes half of one

Bomb = Callable[[], object]


def article(body: str, key: str = "articles/bomb.md") -> Bomb:
    """An article with this body, as one writes it."""
    return partial(parser.parse, key, f"---\ntitle: Bomb\n---\n{body}\n".encode(), SITE)


def full(part: str, most: int = FULL) -> str:
    """A part again and again, until the file is as large as it may be."""
    return part * (most // len(part.encode()))


def dense(part: str) -> str:
    """A part again and again, until Markdown takes no more signs, or the file is as large as it may be."""
    signs = markdown.signs(part)
    return part * min(FULL // len(part.encode()), markdown.MOST_SIGNS // signs if signs else FULL)


def front(text: str) -> Bomb:
    """An article with this front matter."""
    return partial(parser.parse, "articles/bomb.md", f"---\n{text}\n---\nText.\n".encode(), SITE)


def toml(text: str) -> Bomb:
    """An article with this front matter in TOML."""
    return partial(parser.parse, "articles/bomb.md", f"+++\n{text}\n+++\nText.\n".encode(), SITE)


def settings(text: str) -> Bomb:
    """A site.yaml."""
    return partial(parser.parse, "site.yaml", text.encode(), SITE)


def sent(body: str | bytes, kind: str = http.JSON) -> Bomb:
    """A comment as it is sent, in a body of this kind, checked and shown again."""

    def take() -> None:
        raw = body.encode() if isinstance(body, str) else body
        if len(raw) > submissions.LARGEST_REQUEST:
            submissions.form_values({} if kind == http.JSON else submissions.form_value_beginnings(raw))
            return
        fields = submissions.json_fields(raw) if kind == http.JSON else submissions.form_fields(raw)
        submissions.form_values(fields)
        submissions.validate(fields, submissions.Submission)

    return take


def judged(part: str) -> Bomb:
    """A comment of these words as it arrives, judged by a list of words."""
    text = (part * (submissions.LONGEST["comment"] // len(part) + 1))[: submissions.LONGEST["comment"]]
    letter = messages.SubmittedComment(
        id="0" * 24, article="bomb", parent=None, author=text[:245], email="a@b.example", url=None, text=text,
        notify=False, honeypot=False, at="2026-11-23T09:00:00.000+00:00", address_hash="", writer="",
    )  # fmt: skip
    words = ["a*", "*b", "casino", "赌博", "a", "*", *(f"word{number}" for number in range(1_000))]
    rules = {**SITE["comments"], "hold_words": words, "refuse_words": words}
    doorstep: Any = {"id": "bomb", "open": True}

    def judge() -> None:
        judgement.judge(letter, rules, doorstep)  # type: ignore[arg-type]
        protected_names.protected_name_keys(letter.author)

    return judge


def shown(text: str) -> Bomb:
    """The words of a comment as a page shows them, fifty times: a page of a discussion holds that many."""
    text = text[: submissions.LONGEST["comment"]]

    def show() -> None:
        for _ in range(50):
            comment_threads.paragraphs(text)

    return show


def nested(opening: str, closing: str, times: int) -> str:
    return opening * times + "x" + closing * times


PARTS = {
    "asterisks": "*a ", "strong": "**a**", "emphasis left open": "*a **b ", "closers": "a**b" + "c* ", "underscores": "_a_ ",
    "mixed emphasis": "*a_b*c_", "strikes": "~~a~~ ", "backticks": "`a", "code spans": "`a` ",
    "growing backticks": "", "brackets": "[", "closed brackets": "[]", "links": "[a](b) ", "links left open": "[a](",
    "angle links left open": "[a](<b", "titles left open": "[a](b \"c", "images": "![a](b) ", "nested images": "![", "link in link": "[a [b](c) ",
    "references": "[a] ", "definitions": "[a]: b\n", "undefined references": "[a][b]", "footnotes": "[^a]",
    "autolinks": "<a:b>", "autolinks left open": "<a:", "entities": "&amp;", "bare entities": "&a;", "numbers": "&#1;",
    "backslashes": "\\*", "html": "<b>", "html closed": "<b>a</b>", "html left open": "<b ", "attributes": "<b a=", "comments": "<!--", "comments closed": "<!---->",
    "instructions": "<?", "declarations": "<!A ", "cdata": "<![CDATA[", "tables": "a|b\n-|-\n", "cells": "|a", "rows": "|a|\n",
    "quotes": ">", "quotes in lines": "> a\n", "deep quotes": ">>>>>>>>>> a\n", "lists": "- a\n", "empty lists": "-\n", "lists of lists": "- - - - a\n",
    "numbered": "1. a\n", "headings": "# a\n", "setext": "a\n-\n", "rules": "***\n", "fences": "```\n", "fences of tildes": "~~~\n", "indented": "    a\n",
    "lines": "a\n", "blank lines": "\n", "paragraphs": "a\n\n", "hard breaks": "a\\\n", "loose items": "- a\n\n", "templates": "{{ site.url }} ", "leftovers": "[a]({{ site.url }}/b) ",
    "templates left open": "[a]({{", "hard spaces": "a  \n", "words": "word ", "one word": "w", "spaces": " ", "tabs": "\t", "tabs and text": "\ta", "zero width": "\u200b", "combining": "a\u0301", "emoji": "\U0001f469\u200d",
    "dense prose": "**a** [b](/c) `d` ", "raw images": "<img src=https://a.b/c>", "headings to name": "## a b c\n\n", "anchors": "<a id=x>",
    "fragment links": "[a](#b) ",
    "private remarks": "%%a%% ", "remarks left open": " %%a", "comments in lines": "a <!-- b\n\nc --> ", "liquid comments": "{% comment %}a{% endcomment %} ", "liquid comments left open": "{% comment %} ",
    "shortcodes": "{{< a b >}} ", "shortcodes left open": "{{< a ", "many shortcodes": "{{<a>}}", "figures": "{{< figure src=https://a.b/c >}} ", "conditions": "{% if a %}b{% endif %} ", "conditions left open": "{% if a %} ", "conditions and ends": "{% if a %}{% for a %}{% endif %}",
    "raw": "{% raw %}{{a}}{% endraw %} ", "raw left open": "{% raw %} ", "highlights": "{% highlight a %}b{% endhighlight %}\n", "highlights left open": "{% highlight a %} ", "templates in code": "`{{ a }}` ", "templates and ticks": "`{{ a ", "escaped ticks": "\\`", "paragraphs of ticks": "`a\n\n", "braces": "{", "double braces": "{{", "quoted templates": '{{ "a" | b: "c', "attributes of templates": "{{< a b='c",
    "wiki links": "[[a]] ", "wiki links left open": "[[a|", "embeds": "![[a]] ", "marks": "==a== ", "marks left open": "==a ", "marks never closed": " ==a ==b", "block ids": "a ^b1\n\n", "carets": "^a", "attribute lists": "{:a} ", "attribute lists left open": "{:a", "attributes in lines": "a\n{: .b}\n",
    "callouts": "> [!a] b\n> c\n\n", "callouts in callouts": "> [!a]\n> > [!b]\n", "tasks": "- [ ] a\n", "definitions of terms": "a\n: b\n", "definitions one by one": "a\n: b\n\n", "colons": ":\n", "tables of contents": "[TOC]\n\n", "lists of contents": "* a\n{:toc}\n", "page breaks": "\\newpage\n\n", "named headings": "# a {#b}\n", "braces in headings": "# {{{{{{{{{{\n",
    "bare addresses": "https://a.b/c ", "hosts": "https://a.", "schemes": "https://", "www": "www.a.b ", "mail": "a@b.cd ", "ats": "@a", "mail left open": "a@b.", "long addresses": "https://a.b/(((((((((((((((((((())))))))))))))))))) ", "credentials": "https://a:b", "dots and ats": "a.b@", "closers after addresses": "https://a.b/)))))))))", "escapes in addresses": "https://a.b/\\_",
    "quoted words": "\"a\" ", "quotes left open": " \"a", "single quotes": "'a' ", "apostrophes": "a'b", "quotes in quotes": " \"'", "only quotes": "\"", "only apostrophes": "'", "quotes and emphasis": "*\"*", "dashes": "a--b ", "only dashes": "-", "points": "a...b ", "only points": ".",
    "wide emphasis": "**「a」**の", "wide emphasis left open": "**「", "wide underscores": "_。_の", "wide strikes": "~~。~~の", "selectors": "*\ufe00",
}  # fmt: skip
PARTS["growing backticks"] = " ".join("`" * size for size in range(1, 90))


def markdown_bombs() -> Iterator[tuple[str, Bomb]]:
    for name, part in PARTS.items():
        yield f"Markdown: {name}, at the limit of signs", article(dense(part))
        yield f"Markdown: {name}, at the limit of size", article(full(part))
    for opening, closing in (
        ("*", "*"),
        ("**", "**"),
        ("[", "](a)"),
        ("![", "](a)"),
        ("> ", ""),
        ("- ", ""),
        ("(", ")"),
    ):
        yield f"Markdown: nested {opening.strip()}", article(nested(opening, closing, 40_000))
    yield "Markdown: growing list", article("".join(" " * (2 * depth) + "- a\n" for depth in range(1_200)))
    yield "Markdown: growing quotes", article("".join(">" * depth + " a\n" for depth in range(650)))
    yield "Markdown: one reference, used everywhere", article(f"[a]: /{'b' * 4000}\n\n" + "[a] " * 60_000)
    yield "Markdown: many references", article("".join(f"[{n}]: /b\n" for n in range(40_000)) + "[1] " * 100)
    yield "Markdown: many footnotes", article("".join(f"a[^{n}]\n\n[^{n}]: b\n\n" for n in range(15_000)))
    yield (
        "Markdown: a table of many columns",
        article("|a" * 30_000 + "|\n" + "|-" * 30_000 + "|\n" + "|b" * 30_000 + "|\n"),
    )
    yield (
        "Markdown: a short row for many columns",
        article("|a" * 2_000 + "|\n" + "|-" * 2_000 + "|\n" + "|b|\n" * 20_000),
    )
    yield "Markdown: many headings of one name", article("## same\n\n" * 20_000)
    yield "Markdown: headings of one name, linked by others", article("## A b!\n\n[c](#a-b--1)\n\n" * 2_000)
    yield "Markdown: one remark of the whole text", article("%%" + full("a\n\n", FULL // 4) + "%%")
    yield "Markdown: a list of contents, again and again", article("* a\n{:toc}\n" * 3_000)
    yield "Markdown: contents asked for in one long list", article("* " + "{:toc}\n" * 5_000)
    yield "Markdown: many named templates", article("".join(f"{{{{< a{n} >}}}} " for n in range(1_900)))
    yield "Markdown: links in a long paragraph", article("[a](/b/) " * 25_000)


HTML = {
    "paragraphs": "<p>a", "divs": "<div>", "bold": "<b>", "links": "<a href=/b/>a</a>", "items": "<li>", "cells": "<td>", "tables": "<table>",
    "unknown": "<x>", "void": "<br>", "images": "<img src=https://a.b/c>", "scripts": "<script>", "scripts closed": "<script></script>",
    "comments left open": "<!--", "tags left open": "<a ", "closers": "</p>", "unmatched": "</b>", "headings": "<h2>a</h2>", "ids": "<p id=a>",
    "entities": "&lt;", "ampersands": "&", "numbers": "&#60;", "textarea": "<textarea>", "svg": "<svg>", "math": "<math>", "cdata": "<![CDATA[", "questions": "<?a>",
    "quotes": "<a b='", "lesser": "<", "greater": ">", "slashes": "<a/", "nul-less attributes": "<a b", "styles": "<td style=text-align:>",
    "words": "word ", "formatting": "<b><i><u>", "misnested": "<b><p></b></p>", "definition lists": "<dl><dt>a<dd>b", "spans closed": "<span>a</span>",
    "quoted greater": '<a b=">">', "long entity": "&a" ,
    "code": "<code>", "code closed": "<code>{{a}}</code>", "code and templates": "<code>{{", "templates": "{{ a }}", "templates left open": "{{<", "liquid comments": "{% comment %}", "raw": "{% raw %}", "handlebars": "{{!-- ", "footnotes": "<div class=footnotes>a</div>", "notes in notes": "<div class=footnotes>",
}  # fmt: skip


def html_bombs() -> Iterator[tuple[str, Bomb]]:
    key = "articles/bomb.html"
    for name, part in HTML.items():
        yield f"HTML: {name}, at the limit of size", article(full(part), key)
        times = min(FULL // len(part), html.MOST_TAGS // max(1, part.count("<")) - 10)
        yield f"HTML: {name}, at the limit of tags", article(part * times, key)
    yield "HTML: attributes", article(f"<p {'a=b ' * 300_000}>a", key)
    yield "HTML: distinct attributes", article(f"<p {' '.join(f'a{n}' for n in range(150_000))}>a", key)
    yield "HTML: attributes below the limit", article(full(f"<p {'a ' * 19_000}>a"), key)
    yield "HTML: one long attribute", article(f"<p id={'a' * (FULL - 100)}>a", key)
    yield "HTML: one long class", article(f"<p class='{'a ' * 700_000}'>a", key)
    yield "HTML: one long style", article(f"<td style='{'text-align:' * 100_000}'>a", key)
    yield "HTML: one long address", article(f"<a href='/{'a/' * 700_000}'>a</a>", key)
    yield "HTML: one long address of slashes", article(f"<a href='/{'/' * 1_400_000}'>a</a>", key)
    yield "HTML: many fragments to nowhere", article("<a href=#a>b</a>" * 40_000, key)
    yield (
        "HTML: distinct fragments and ids",
        article("".join(f"<a href=#a{n}>b</a><p id=a{n}>c" for n in range(20_000)), key),
    )
    yield (
        "HTML: distinct fragments to nowhere, below a heading",
        article("<h2>a</h2>" + "".join(f"<a href=#a{n}>b</a>" for n in range(25_000)), key),
    )
    yield "HTML: deep and wide", article(nested("<div>", "</div>", 59) * 1_000, key)
    yield "HTML: text with no end of a tag", article(full("<a b='c' "), key)
    yield "HTML: entities that are long names", article(full("&CounterClockwiseContourIntegral;"), key)


OPENINGS = {
    "comments": "<!---->", "comments of fields": "<!--a: b-->", "comments left open": "<!--", "blank lines": "\n",
    "declarations": "<!doctype a>", "declarations left open": "<!doctype ", "zero widths": "\u200b", "fields": "a: b\n",
    "known fields": "status: maybe\n", "words before a colon": "a " * 20 + ":\n", "fences": "---\n", "fences and fields": "---\ntags: a\n",
    "headings": "# a\n\n", "colons": ":", "tags": "<p>", "metas": "<meta name=a ", "many metas": "<meta name=draft content=x>", "braces": '{"a":',
    "names of attributes": "<meta " + "name=" * 100 + ">",
}  # fmt: skip


def opening_bombs() -> Iterator[tuple[str, Bomb]]:
    for name, part in OPENINGS.items():
        for ext in ("md", "html", "txt"):
            yield f"Opening: {name}, {ext}", partial(parser.parse, f"articles/a.{ext}", full(part).encode(), SITE)


def written_bombs() -> Iterator[tuple[str, Bomb]]:
    room = FRONT - 50
    yield "YAML: quotation marks", front("title: " + "'" * (room - 10))
    yield "YAML: double quotation marks", front('title: "' + '" "' * (room // 3 - 5))
    yield "YAML: hash signs", front("title: a" + " #" * (room // 2 - 10))
    yield "YAML: colons", front("a:" * (room // 2))
    yield "YAML: colons with spaces", front("title: " + "a: " * (room // 3 - 5))
    yield "YAML: brackets opened and closed", front("title: [" + "],[" * (room // 3 - 5) + "] x")
    yield "YAML: lists of signs", front("title: T\ntags: [" + "'a, " * (room // 4 - 10) + "]")
    yield "YAML: lines that go on", front("title: a #\n" + " b\n" * (room // 3 - 10))
    yield "YAML: quotes that go on", front("k: '\n" * (room // 6))
    yield "YAML: fields nobody understands", front("title: T\n" + "\n".join(f"draft{n}: x" for n in range(room // 13)))
    for name, part in {"commas": ", ", "brackets": "(", "digits": "1", "words": "May ", "zones": "A/"}.items():
        yield f"YAML: a date of {name}", front(f"title: T\ndate: '{part * ((FRONT - 80) // len(part))}'")


BORROWED = {
    "bold spans": "<span style=font-weight:700>a</span>", "bold spans left open": "<span style=font-weight:700>a", "bold beside bold": "<b>a</b>", "styles of semicolons": "<i style=';;;;;;;;'>a</i>", "style sheets": "<style>.a{b:c}</style>", "style sheets left open": "<style>",
    "classes": "<p class='a b c d e f'>a", "comments of the desk": "<p><a href=#cmnt_ref1>[a]</a>", "comments in boxes": "<div><p><a href=#cmnt_ref1>[a]</a></p></div>", "signs of comments": "<sup><a href=#cmnt1>[a]</a></sup>", "empty boxes before a comment": "<p><span></span></p>",
    "notes": "<p><a href=#ftnt_ref1>[1]</a>", "deletions": "<del cite=mailto:a>a</del>", "insertions left open": "<ins cite=mailto:a>", "hidden words": "<p hidden>a", "titles": "<p class=title>", "subtitles": "<p class=title>a<p class=subtitle>", "headings by role": "<p role=heading aria-level=3>a",
    "list paragraphs": "<p class=MsoListParagraph>\u00b7&nbsp;a", "deep list paragraphs": "<p style='mso-list:l0 level9 lfo1'>1. a", "list paragraphs of two levels": "<p style='mso-list:l0 level1 lfo1'>o a<p style='mso-list:l0 level9 lfo1'>o a",
    "list paragraphs of no sign": "<p class=MsoListParagraph>aaaaaaaaaa", "lists apart": "<ul class=lst-kix_a-8><li>a</ul>", "lists of Word Online": "<div class=ListContainerWrapper><ul><li data-aria-level=2>a</ul></div>",
    "frames": "<iframe src=https://www.youtube.com/embed/abc></iframe>", "frames of nothing": "<iframe></iframe>", "frames left open": "<iframe src=https://a.b/>", "films": "<video><source src=https://a.b/c></video>", "sources": "<source srcset=a>", "embeds": "<embed src=https://a.b/c>",
    "maps": "<iframe src='https://www.google.com/maps/embed?pb=!2d1.1!3d1.1'></iframe>", "pictures by path": "<img src=a>", "figures of nothing": "<figure><img src=a><figcaption>b</figcaption></figure>", "figures left open": "<figure><img src=a><figcaption>", "linked pictures by path": "<a href=/b/><img src=a></a>",
    "credits": "<p><img src=a><p>Photo: b", "italics below a picture": "<p><img src=a><em>b</em>", "sets": "<img srcset='a 1x, b 2x'>", "pictures of sources": "<picture><source srcset='https://a.b/c 1x'><img src=a></picture>", "captions": "<div class=wp-caption><img src=a><p class=wp-caption-text>b</div>",
    "paragraphs parted by blank lines": "a\n\n", "lines in a text without paragraphs": "a\n", "bold parted by blank lines": "<b>a</b>\n\n", "blank lines in a box": "<div>a\n\nb</div>", "addresses alone": "https://a.b/c\n\n", "line ends and spaces": "\n ", "line breaks": "<p>a</p><br>",
    "shortcodes": "[a b='c']", "shortcodes left open": "[a b='c' ", "shortcodes with quotes left open": "[a b='", "shortcodes of words": "[a b c d e f] ", "pairs of shortcodes": "[a]b[/a]", "pairs left open": "[a b='c'][/b]", "captions left open": "[caption id='a']", "ends of captions": "[/caption]",
    "captions of WordPress": "[caption id='a']<img src=a> b[/caption]", "players of WordPress": "[youtube https://a.b/c]", "embeds of WordPress": "[embed]https://a.b/c[/embed]", "galleries": "\n[gallery]\n", "code of WordPress": "[code]a[/code]", "code left open": "<pre>[a b='c']",
    "redirectors": "<a href='https://www.google.com/url?q=https%3A%2F%2Fa.b'>c</a>", "marks of copiers": "<a href='https://a.b/?fbclid=a&gclid=b'>c</a>", "telephones": "<a href='tel:+1 2 3 4 5'>c</a>",
}  # fmt: skip


def borrowed_bombs() -> Iterator[tuple[str, Bomb]]:
    """What other programs write, and what is read of it."""
    key = "articles/bomb.html"
    for name, part in BORROWED.items():
        yield f"Borrowed: {name}, at the limit of size", article(full(part), key)
        times = min(FULL // len(part.encode()), html.MOST_TAGS * 2 // max(1, part.count("<")) - 10)
        yield f"Borrowed: {name}, at the limit of tags", article(part * times, key)
        if "[" in part:
            yield f"Borrowed: {name}, in Markdown", article(dense(part))
    for name, opening, closing in (
        ("shortcodes", "[a b='c']", "[/a]"),
        ("captions", "[caption id='a']", "[/caption]"),
        ("captions of pictures", "[caption id='a']<img src=a>", "[/caption]"),
        ("embeds", "[embed]", "[/embed]"),
    ):
        yield f"Borrowed: nested {name}", article(nested(opening, closing, 20_000), key)
    for name, sheet in {
        "rules": ".a{font-weight:700}", "braces": "{", "closing braces": "}", "brackets": "[(", "comments left open": "/*", "selectors": ".a,", "quotes": "'\n", "at-rules": "@media{", "urls": "url(", "escapes": "\\a", "declarations": ".a{" + "b:c;" * 300 + "}",
    }.items():  # fmt: skip
        yield f"Borrowed: a style sheet of {name}", article(f"<style>{full(sheet)}</style><p class=a>b", key)
    rules = "".join(f".a{n}{{font-weight:700}}" for n in range(3_000))
    words = "".join(f"<span class='{' '.join(f'a{m}' for m in range(n, n + 20))}'>b</span>" for n in range(2_900))
    yield "Borrowed: many rules for many classes", article(f"<style>{rules}</style>{words}", key)
    yield "Borrowed: distinct styles", article("".join(f"<i style='font-weight:{n}'>a</i>" for n in range(20_000)), key)
    yield "Borrowed: one long style", article(f"<p style='{'a:b;' * 300_000}'>a", key)
    yield "Borrowed: one long set", article(f"<img srcset='{'a 1x,' * 250_000}'>", key)
    yield "Borrowed: one long set of spaces", article(f"<img srcset='a{' ' * 1_400_000}'>", key)
    yield "Borrowed: one film of many sources", article(f"<video>{'<source src=a>' * 50_000}</video>", key)
    yield "Borrowed: one long frame", article(f"<iframe src='https://a.b/{'c' * 1_400_000}'></iframe>", key)
    yield (
        "Borrowed: one frame of many questions",
        article(f"<iframe src='https://w.soundcloud.com/player?{'a=b&' * 300_000}'></iframe>", key),
    )
    yield (
        "Borrowed: a redirector of many questions",
        article(f"<a href='https://www.google.com/url?{'a=b&' * 300_000}'>c</a>", key),
    )
    yield (
        "Borrowed: redirectors in redirectors",
        article(f"<a href='{'https://www.google.com/url?q=' * 40_000}'>c</a>", key),
    )
    yield "Borrowed: a long telephone", article(f"<a href='tel:{'1' * 700_000}{' ' * 700_000}?'>c</a>", key)
    yield "Borrowed: a shortcode of one long word", article(f"[a {'b' * 1_400_000}]", key)
    yield "Borrowed: a shortcode of many words", article(f"[a {'b ' * 700_000}]", key)
    yield "Borrowed: a shortcode of many dashes", article(f"[a {'b-' * 700_000}]", key)
    yield "Borrowed: a shortcode of spaces", article(f"[a b{' ' * 1_400_000}]", key)
    yield (
        "Borrowed: deep boxes that begin with a comment",
        article(
            nested("<div>", "</div>", 59).replace("x", "<p><span></span></p>" * 10_000 + "<a href=#cmnt_ref1>a</a>"),
            key,
        ),
    )
    yield (
        "Borrowed: deep figures of nothing",
        article((nested("<figure>", "</figure>", 59).replace("x", "<img src=a>")) * 400, key),
    )


def field_bombs() -> Iterator[tuple[str, Bomb]]:
    room = FRONT - 50
    yield (
        "YAML: aliases",
        front(
            "a: &a [x, x]\n"
            + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20))
        ),
    )
    yield "YAML: merge keys", front("a: &a {b: c}\nd:\n  <<: [" + "*a, " * 1_000 + "*a]")
    yield "YAML: nested lists", front("title: " + "[" * room)
    yield "YAML: nested mappings", front("title: " + "{a: " * (room // 4))
    yield "YAML: nested by indentation", front("\n".join(" " * depth + "a:" for depth in range(120)))
    yield "YAML: nested dashes", front("a: \n" + "- " * (room // 2))
    yield "YAML: many keys", front("\n".join(f"k{n}: v" for n in range(room // 9)))
    yield "YAML: one key many times", front("k: v\n" * (room // 5))
    yield "YAML: a long line", front("title: " + "a" * (room - 10))
    yield "YAML: a long number", front("title: T\ndate: " + "9" * (room - 20))
    yield "YAML: a long base sixty number", front("title: T\ndate: " + "1:" * (room // 2 - 20))
    yield "YAML: a long quoted line", front('title: "' + "\\u0041" * (room // 6 - 10) + '"')
    yield "YAML: documents", front("title: T\n" + "%YAML 1.1\n" * 100)
    yield "YAML: tags", front("title: !!python/object/apply:os.system ['true']")
    yield "YAML: complex keys", front("? " * (room // 2))
    yield "YAML: tags of one letter", front("title: T\ntags: [" + "a," * (room // 2 - 20) + "]")
    yield "YAML: authors", front("title: T\nauthors: " + "a b and " * (room // 8 - 5))
    for part in (
        "<a ",
        "<b></b>",
        "&a;",
        "&#9;",
        "[[",
        "[[a]]",
        "%%",
        "a@",
        "a@b.cd, ",
        "(a) ",
        "Jr, ",
        "A i ",
        "A/",
        "A B | ",
    ):
        yield f"YAML: a headline of {part}", front("title: '" + part * ((room - 60) // len(part)) + "'")
        yield f"YAML: authors of {part}", front("title: T\nauthors: '" + part * ((room - 60) // len(part)) + "'")
    yield "YAML: tags of signs", front("title: T\ntags: '" + "#a " * (room // 3 - 20) + "'")
    yield "YAML: an address of slashes", front("title: T\npermalink: '" + "/a" * (room // 2 - 20) + "'")
    yield "YAML: spaces in authors", front("title: T\nauthors: 'A" + " " * (room - 40) + "B'")
    yield "YAML: spaces in a date", front("title: T\ndate: '2026-11-23" + " " * (room - 40) + "x'")
    yield "YAML: a standfirst of brackets", front("title: T\nstandfirst: '](" + "[" * 1_900 + "'")
    yield "YAML: a standfirst of tags", front("title: T\nstandfirst: '" + "</a<b " * 300 + "'")
    yield "YAML: a standfirst of templates", front("title: T\nstandfirst: '" + "{{a}}" * 380 + "'")
    yield "YAML: a standfirst of remarks", front("title: T\nstandfirst: '" + "{% comment %}" * 150 + "'")
    yield "YAML: a title of quotes", front("title: |\n  " + "\"'" * 140)
    yield "YAML: a slug of slashes", front("title: T\nslug: '" + "/" * 1_900 + "'")
    yield "YAML: aliases of slashes", front("title: T\naliases: ['" + "//" * 900 + "']")
    yield "YAML: an alias of percents", front("title: T\naliases: ['/" + "%25" * 600 + "']")
    yield "YAML: a section that is spelled at length", front("title: T\nsection: '" + "\ufdfa" * 120 + "'")
    yield "TOML: nested arrays", toml("title = " + "[" * room)
    yield "TOML: nested tables", toml("title = " + "{a=" * (room // 3))
    yield "TOML: dotted keys", toml("a." * (room // 2 - 10) + "b = 1")
    yield "TOML: many keys", toml("\n".join(f"k{n} = 1" for n in range(room // 9)))
    yield "TOML: many tables", toml("\n".join(f"[t{n}]" for n in range(room // 8)))
    yield "TOML: many values in an array", toml("a = [" + "1," * (room // 2 - 20) + "]")
    yield "TOML: a long integer", toml("a = " + "9" * (room - 20))
    yield "TOML: a long hexadecimal", toml("a = 0x" + "f" * (room - 20))
    yield "TOML: a long float", toml("a = 1e" + "9" * (room - 20))
    yield "TOML: one table of many dots", toml("[" + "a." * (room // 2 - 20) + "b]")
    yield "site.yaml: many lines", settings("robots:\n" + "- a\n" * (SETTINGS // 4 - 10))
    yield "site.yaml: many words", settings("comments:\n  hold_words: '" + "a," * (SETTINGS // 2 - 50) + "'")
    yield "site.yaml: nested lists", settings("navigation: " + "[" * (SETTINGS - 50))
    yield "site.yaml: many keys", settings("\n".join(f"k{n}: v" for n in range(SETTINGS // 10)))
    yield "site.yaml: a permalink of braces", settings("permalink: '" + "{slug}" * (SETTINGS // 6 - 50) + "'")
    yield "site.yaml: a contact of dots", settings("contact: '" + "a" * 64 + "@" + "b." * (SETTINGS // 2 - 100) + "'")
    yield "site.yaml: a zone of slashes", settings("timezone: '" + "../" * (SETTINGS // 3 - 50) + "etc/passwd'")


def copy_bombs() -> Iterator[tuple[str, Bomb]]:
    key = "articles/bomb.txt"
    lines = {
        "lines": "a\n", "blank lines": "\n", "sources": "Source: a\n", "form": "Name *\n", "bylines": "By A\n", "spaces": " ", "one line": "a",
        "save my name": "save my name ", "colons": "source :", "names": "Ann Bell\n\n", "bare addresses": "https://a.b/c\n\n", "quotes": "\"a\" ",
        "a byline": "By Ann Bell, and ", "entities": "&amp;", "links": "[[a|",
        "only quotes": "\"", "apostrophes": "'a", "hosts": "https://a.", "ats": "a@", "brackets": "https://a.b/)", "dashes": "a--", "points": "a...",
    }  # fmt: skip
    for name, part in lines.items():
        yield f"Plain copy: {name}", partial(parser.parse, key, full(part).encode(), SITE)
    yield "Plain copy: nothing but line ends", partial(parser.parse, key, b"\r" * FULL, SITE)
    yield "Plain copy: nothing printable", partial(parser.parse, key, b"a" + b"\x01" * FULL, SITE)
    yield "Any file: no UTF-8 at its end", partial(parser.parse, key, b"a\n" * (FULL // 2) + b"\xff", SITE)
    yield "Any file: a long fence", partial(parser.parse, "articles/bomb.md", b"---" + b" " * FULL, SITE)
    yield (
        "Any file: front matter without an end",
        partial(parser.parse, "articles/bomb.md", b"---\n" + b"a: b\n" * 250_000, SITE),
    )
    yield "Any file: a long key", partial(parser.parse, "articles/" + "a/" * 500 + "b.md", b"# A\n\nB", SITE)
    yield (
        "Any file: a far longer key",
        partial(parser.parse, "articles/" + "a/" * 500_000 + "b.md", b"# A\n\nB", SITE),
    )
    yield "Any file: a key of dots", partial(parser.parse, "articles/" + "." * 1_000 + ".md", b"# A\n\nB", SITE)


def comment_bombs() -> Iterator[tuple[str, Bomb]]:
    most = submissions.LARGEST_REQUEST
    yield "Comment: nested JSON lists", sent("[" * (most - 10))
    yield "Comment: nested JSON lists, closed", sent("[" * (most // 2 - 10) + "]" * (most // 2 - 10))
    yield "Comment: nested JSON objects", sent('{"a":' * (most // 5 - 10))
    yield "Comment: nested below a field", sent('{"author":' + "[" * 40_000 + "]" * 40_000 + "}")
    yield "Comment: a huge number", sent('{"author":' + "9" * (most - 100) + "}")
    yield "Comment: a huge exponent", sent('{"author":1e' + "9" * (most - 100) + "}")
    yield "Comment: NaN", sent('{"author":NaN,"parent":-Infinity}')
    yield "Comment: many fields of JSON", sent("{" + ",".join(f'"{n}":1' for n in range(9_000)) + "}")
    yield "Comment: one field many times", sent("{" + ",".join('"a":1' for _ in range(15_000)) + "}")
    yield "Comment: many fields of a form", sent("a=b&" * (most // 4), http.FORM)
    yield "Comment: empty fields of a form", sent("&" * (most - 1), http.FORM)
    yield "Comment: percents", sent("comment=" + "%" * (most - 10), http.FORM)
    yield "Comment: half characters", sent("comment=" + "%ff" * (most // 3 - 10), http.FORM)
    yield "Comment: a mail address of dots", sent(f"author=a&comment=b&email={'a' * 60}@{'b.' * 40_000}", http.FORM)
    yield "Comment: an address of dots", sent(f"author=a&comment=b&email=a@b.c&url=https://{'b.' * 40_000}", http.FORM)
    yield (
        "Comment: an address of brackets",
        sent(f"author=a&comment=b&email=a@b.c&url=https://{'[' * 90_000}", http.FORM),
    )
    yield "Comment: a name of spaces", sent("author=a" + "+" * (most - 100) + "b", http.FORM)
    yield "Comment: the base 64 of nothing", partial(http.parse_request, {
        "requestContext": {"http": {"method": "POST", "sourceIp": "::1"}}, "routeKey": "POST /", "body": "=" * most, "isBase64Encoded": True,
    })  # fmt: skip
    for name, part in {
        "addresses": "https://a.b ", "addresses left open": "https://", "hosts of dots": "https://a" + "." * 200 + " ", "ports": "https://a:" + "1" * 200,
        "at signs": "https://a@", "brackets": "https://a.b/" + "(" * 300, "closers": "https://a.b/" + ")" * 300, "full stops": "https://a.b/" + "." * 3_000,
        "hashes": "https://a.b/" + "#" * 3_000, "percents": "https://a.b/" + "%" * 3_000, "blank lines": "\n \n", "spaces between lines": "\n" + " " * 4_000, "schemes": "http", "lesser": "<", "lines": "a\n",
    }.items():  # fmt: skip
        yield f"Comment shown: {name}", shown(part * (submissions.LONGEST["comment"] // len(part) + 1))


def judged_bombs() -> Iterator[tuple[str, Bomb]]:
    for name, part in {
        "letters": "ca", "casinos": "casinoo ", "Chinese": "赌", "marks": "a\u0301\u0302", "ligatures": "\ufdfa",
        "unseen signs": "\u200b", "spaces": "a  ", "Korean": "카지", "look-alikes": "Аа Вb ", "digits": "0 1 rn ",
    }.items():  # fmt: skip
        yield f"Comment judged: {name}", judged(part)
    for name, body in {
        "percents": b"comment=" + b"%ff" * 1_400_000,
        "ampersands": b"&" * 4_000_000,
        "letters": b"author=a&comment=" + b"a" * 4_000_000,
        "bytes": b"comment=" + b"\xff" * 4_000_000,
    }.items():
        yield f"Comment far too long: {name}", sent(body, http.FORM)


def other_bombs() -> Iterator[tuple[str, Bomb]]:
    body = markup_of_links(20_000)
    yield "Links taken out of a body", partial(html_links.unlink, body, frozenset({"/a/"}), "https://paper.example")
    yield (
        "Quotes that never end in a body",
        partial(html_links.unlink, '<a href="' * 2_000, frozenset({"/a/"}), "https://paper.example"),
    )
    yield "A slug of what is spelled at length", partial(slugs.distinct_slug, "\ufdfa" * 2_000)
    yield "A forged link", partial(tokens.action_of_token, "s" * 64, "." + "A" * 8_000 + ".x")
    yield "A forged link that unpacks", partial(tokens.action_of_token, "s" * 64, ".eJw" + "A" * 8_000 + "." + "x" * 27)
    yield "A letter that is none", partial(messages.parse_submitted_comment, "[" * 200_000)
    yield "A mail that quotes a long comment", partial(notifications._quoted, "\n" * submissions.LONGEST["comment"])


def markup_of_links(number: int) -> str:
    return '<p><a href="/a/">b</a></p>' * number


def theme(name: str, text: str) -> Bomb:
    """A part of a theme."""
    return partial(parser.parse, f"theme/{name}", text.encode(), SITE)


def theme_bombs() -> Iterator[tuple[str, Bomb]]:
    """Templates and styles that end, stop or fill whoever reads them."""
    most = LARGEST_OF_A_THEME - 100
    named = {
        "20,000 minus signs": "{{ " + "-" * 20_000 + "1 }}",
        "20,000 minus signs, apart": "{{ " + "- " * 10_000 + "1 }}",
        "nots": "{% if " + "not " * 7_000 + "heading %}{% endif %}",
        "a long word": "{{ " + "a" * 28_000 + " }}",
        "a long word before a filter": "{{ " + "a" * 28_000 + "|safe }}",
        "a long word, called": "{{ " + "a" * 28_000 + "( }}",
        "long words in conditions": "{% if " + "a" * 28_000 + " %}{% endif %}",
        "doubled by a loop": '{% include "%}{#" ignore missing %}{% set a = "x" %}' + "{% set a = a ~ a %}" * 40
        + '{{ a }}{% include "#}" ignore missing %}',
        "doubled by a block": "{% set a %}x{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 40 + "{{ a }}",
        "dots": "{{ a" + ".a" * 14_000 + " }}",
        "round brackets": "{{ " + "(" * 28_000 + " }}",
        "square brackets": "{{ a" + "[" * 28_000 + " }}",
        "filters": "{{ a" + "|e" * 14_000 + " }}",
        "conditions in conditions": "{% if heading %}" * 1_000 + "{% endif %}" * 1_000,
        "loops in loops": "{% for a in feeds %}" * 700 + "{% endfor %}" * 700,
        "blocks in blocks": "".join(f"{{% block a{number} %}}" for number in range(800)) + "{% endblock %}" * 800,
        "one condition after another": "{% if heading %}" + "{% elif heading %}" * 1_500 + "{% endif %}",
    }  # fmt: skip
    for name, text in named.items():
        yield f"Theme: {name}", theme("notice.html", text)
    for part in ("{{", "{%", "{#", "{{'", '{{"', '{{"\\', "{{ '", "}}", "{{ }}", "{{ heading }}", "{% if", "<link ", "<script", "\n<p on",
                 "<", " on", " onclick ", "data ", "as a ", "'", "{{ 'a' }}", '{% include "notice.html" %}', "<p>", "<b ", "&lt", "&"):  # fmt: skip
        yield f"Theme: again and again {part!r}", theme("notice.html", full(part, most))
        yield (
            f"Theme: again and again in a page {part!r}",
            theme("notice.html", FRAME.replace("PART", full(part, most - 100))),
        )
    styles = ("a{((((", "(", "[", "{", "a{", "}", "a:(", "f(", "url(", "@a ", "@media{", "\\", '"', "'", "/*", "a,", "a{b:c}", "[a=b]", "--",
              "<!--", "#", "0", "u+0?", "\n")  # fmt: skip
    for part in styles:
        yield f"Style: again and again {part!r}", theme("style.css", full(part, most))
    yield "Style: one bracket in another", theme("style.css", "a{" + "(" * 16_000)


def all_bombs() -> Iterator[tuple[str, Bomb]]:
    """Every bomb by its name, one after another: all at once they would weigh on the measurement."""
    for maker in (
        markdown_bombs,
        html_bombs,
        borrowed_bombs,
        field_bombs,
        opening_bombs,
        written_bombs,
        copy_bombs,
        comment_bombs,
        judged_bombs,
        theme_bombs,
        other_bombs,
    ):
        yield from maker()


def let_off(bomb: Bomb) -> dict[str, Any]:
    """What a bomb cost in a process of its own: `seconds` of processor time, `megabytes` at the most, `ended`."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (LONG, LONG))
        os.write(writing, _ended(bomb).encode()[:2_000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        ended = told.read()
    _, status, used = os.wait4(child, 0)
    # What was inherited is counted whole, though some of it is shared; what this process holds now and not the most
    # it ever held, for Linux has a program begin with the most that whoever started it held.
    held = Path("/proc/self/statm")
    inherited = int(held.read_text().split()[1]) * resource.getpagesize() if held.exists() else 0
    return {
        "seconds": used.ru_utime + used.ru_stime,
        "megabytes": (used.ru_maxrss * 1024 + inherited) / 2**20,
        "ended": ended or f"stopped, with status {status}",
    }


def _ended(bomb: Bomb) -> str:
    try:
        bomb()
    except (Rejected, PermanentError, submissions.InvalidForm) as refused:
        return f"refused: {re.sub(r'[^ -~]', '?', str(refused))[:200]}"
    except BaseException as problem:  # noqa: BLE001 - a bomb may end in anything, and the test is to name it
        return f"raised: {type(problem).__name__}: {str(problem)[:200]}"
    return "taken"


def honest_megabyte() -> Bomb:
    """The longest article that a newsroom may well write: a megabyte of plain paragraphs."""
    return article("The council met on Tuesday, and this is what was said there in the evening.\n\n" * 13_000)


def costs(wanted: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each bomb cost whose name holds these words; one that seems dear is let off thrice, and its least counts.

    How fast a machine is, and how busy, is measured in the same run: before, between and after the bombs.
    """
    honest: list[float] = []
    found: dict[str, dict[str, Any]] = {}
    for number, (name, bomb) in enumerate((name, bomb) for name, bomb in all_bombs() if wanted in name):
        if number % 50 == 0:
            honest.append(let_off(honest_megabyte())["seconds"])
        tries = [let_off(bomb)]
        while tries[-1]["seconds"] > MOST * min(honest) and len(tries) < 3:
            tries.append(let_off(bomb))
        found[name] = min(tries, key=lambda cost: float(cost["seconds"]))
    megabyte = statistics.median(honest)
    for name, cost in found.items():
        yield name, cost | {"honest_megabytes": cost["seconds"] / megabyte}


if __name__ == "__main__":
    markdown.from_markdown("warm", 1, "", Style(), parser.Diagnostics("warm"))
    json.dump(dict(costs(sys.argv[1] if len(sys.argv) > 1 else "")), sys.stdout)
