"""WordPress's bodies and shortcodes mean on a page what they meant there, or are left out and told."""

import pytest

from newsroom.site import Site, default_site
from newsroom.uploads.parsed import ParsedArticle
from newsroom.uploads.parser import parse

SITE: Site = {**default_site("https://paper.example"), "typography": False}
IMG = '<img src="https://x.example/a.jpg" alt="Quay" />'
SHOWN = '<img alt="Quay" loading="lazy" src="https://x.example/a.jpg">'


def article(text: str, key: str = "articles/a.html") -> ParsedArticle:
    manuscript = parse(key, f"---\ntitle: Quay\n---\n{text}".encode(), SITE)
    assert isinstance(manuscript, ParsedArticle)
    return manuscript


def body(text: str, key: str = "articles/a.html") -> str:
    return article(text, key).body.replace("\n", "")


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
        ("One.\n \t\nTwo.\n\n\n\nThree.\n", "<p>One.</p><p>Two.</p><p>Three.</p>"),
        ("One\nmore.\n\nTwo.", "<p>One<br>more.</p><p>Two.</p>"),
        ("<b>One</b> and\n<i>more</i>.\n\nTwo.", "<p><b>One</b> and<br><i>more</i>.</p><p>Two.</p>"),
        ("One.\n\n<h2>Costs</h2>\nTwo.\n\nThree.", '<p>One.</p><h2 id="costs">Costs</h2><p>Two.</p><p>Three.</p>'),
        ("One.\n<ul>\n<li>a</li>\n</ul>\nTwo.", "<p>One.</p><ul><li>a</li></ul><p>Two.</p>"),
        ("One.\n\n<blockquote>Quoted.\n\nTwice.</blockquote>\n\nTwo.",
         "<p>One.</p><blockquote><p>Quoted.</p><p>Twice.</p></blockquote><p>Two.</p>"),
        ("One.\n\n<div class='x'>a\n\nb</div>", "<p>One.</p><p>a</p><p>b</p>"),
        ("One.\n<!--more-->\nTwo.\n\n<!--nextpage-->\n\nThree.", "<p>One.</p><p>Two.</p><p>Three.</p>"),
        ("<!-- wp:paragraph {\"dropCap\":true} -->\n<p>One.</p>\n<!-- /wp:paragraph -->", "<p>One.</p>"),
        (f"One.\n\n{IMG}\n\nTwo.", f"<p>One.</p><p>{SHOWN}</p><p>Two.</p>"),
        ("One.\n\n<p style='text-align:center'>Two.</p>\n\nThree.", "<p>One.</p><p>Two.</p><p>Three.</p>"),
        ("Only one.", "<p>Only one.</p>"),
        ("Only one\nand a line.", "<p>Only oneand a line.</p>"),
        ("<p>One\nline.</p>\n\n<p>Two.</p>", "<p>Oneline.</p><p>Two.</p>"),
        ("<p>One.</p>\n\nloose\nline\n\n<p>Two.</p>", "<p>One.</p><p>looseline</p><p>Two.</p>"),
        ("<p>One.</p>\n\nloose\n\n<p>Two.</p>", "<p>One.</p><p>loose</p><p>Two.</p>"),
    ],
)  # fmt: skip
def test_paragraphs_parted_by_blank_lines_are_paragraphs(text: str, made: str) -> None:
    assert body(text) == made


def test_code_keeps_its_blank_lines() -> None:
    assert (
        "<pre>a\n\n  b\n[gallery ids='1']</pre>"
        in article("One.\n\n<pre>a\n\n  b\n[gallery ids='1']</pre>\n\nTwo.").body
    )


@pytest.mark.parametrize("key", ["articles/a.html", "articles/a.md"])
@pytest.mark.parametrize(
    ("text", "made"),
    [
        (f'[caption id="attachment_1" align="alignleft" width="300"]{IMG} The <b>quay</b>[/caption]',
         f"<figure>{SHOWN}<figcaption>The <b>quay</b></figcaption></figure>"),
        (f'[caption width="300" caption="The quay"]{IMG}[/caption]',
         f"<figure>{SHOWN}<figcaption>The quay</figcaption></figure>"),
        (f'[wp_caption id="a"]<a href="https://x.example/b.jpg">{IMG}</a> The quay[/wp_caption]',
         f'<figure><a href="https://x.example/b.jpg" rel="noopener">{SHOWN}</a><figcaption>The quay</figcaption></figure>'),
        ('[caption id="a"]<img src="/a.jpg" alt="GONE" /> GONE[/caption]', ""),
        ('[caption id="a"]<a href="/x"><img src="/a.jpg" alt="GONE" /></a> GONE[/caption]', ""),
    ],
)  # fmt: skip
def test_a_caption_is_a_figures_or_goes_with_its_picture(key: str, text: str, made: str) -> None:
    assert body(f"Before.\n\n{text}\n\nAfter.", key) == f"<p>Before.</p>{made}<p>After.</p>"


def test_a_caption_around_markdowns_picture_is_a_figures() -> None:
    assert body('[caption id="a"]![Quay](https://x.example/a.jpg) The quay[/caption]', "articles/a.md") == (
        f"<figure><p>{SHOWN}</p><figcaption>The quay</figcaption></figure>"
    )


@pytest.mark.parametrize("key", ["articles/a.html", "articles/a.md"])
@pytest.mark.parametrize(
    ("text", "address", "words"),
    [
        ("[embed]https://www.youtube.com/watch?v=a[/embed]", "https://www.youtube.com/watch?v=a", "Watch: YouTube"),
        ('[embed width="123"]\nhttps://vimeo.com/1\n[/embed]', "https://vimeo.com/1", "Watch: Vimeo"),
        ("[embed]https://x.example/a[/embed]", "https://x.example/a", "See: x.example"),
        ("[youtube https://www.youtube.com/watch?v=a]", "https://www.youtube.com/watch?v=a", "Watch: YouTube"),
        ("[youtube=https://www.youtube.com/watch?v=a]", "https://www.youtube.com/watch?v=a", "Watch: YouTube"),
        ('[youtube id="dQw4w9WgXcQ"]', "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "Watch: YouTube"),
        ("[youtube dQw4w9WgXcQ]", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "Watch: YouTube"),
        ("[vimeo 12345]", "https://vimeo.com/12345", "Watch: Vimeo"),
        ('[audio src="https://x.example/a.mp3"]', "https://x.example/a.mp3", "Listen: x.example"),
        ('[audio mp3="https://x.example/a.mp3"][/audio]', "https://x.example/a.mp3", "Listen: x.example"),
        ("[audio https://x.example/a.mp3]", "https://x.example/a.mp3", "Listen: x.example"),
        ('[video width="640" mp4="https://x.example/a.mp4"][/video]', "https://x.example/a.mp4", "Watch: x.example"),
        ('[soundcloud url="https://soundcloud.com/quay/tide" params="a=b" /]', "https://soundcloud.com/quay/tide",
         "Listen: SoundCloud"),
        ("[tweet https://twitter.com/ann/status/1]", "https://twitter.com/ann/status/1", "See: Twitter"),
        ('[iframe src="https://x.example/map" title="The quay"]', "https://x.example/map", "See: The quay"),
    ],
)  # fmt: skip
def test_a_players_shortcode_is_a_link(key: str, text: str, address: str, words: str) -> None:
    assert body(f"Before.\n\n{text}\n\nAfter.", key) == (
        f'<p>Before.</p><p><a href="{address}" rel="noopener">{words}</a></p><p>After.</p>'
    )


@pytest.mark.parametrize("key", ["articles/a.html", "articles/a.md"])
@pytest.mark.parametrize(
    "text",
    ['[gallery ids="1,2,3"]', "[gallery]", "[gallery columns=3 link=file]", '[playlist type="video" ids="1"]',
     '[gravityform id="1" title="false"]', '[contact-form-7 id="12" title="Contact &quot;us&quot;"]', "[gravityform id=1]",
     '[ninja_form id=2 /]', "[su_divider /]", "[contact_form]", "[embed]/film.mp4[/embed]".replace("/film.mp4", ""),
     '[video src="/film.mp4"]', '[audio mp3="javascript:alert(1)"]', '[wpforms id="5" title="x"]',
     '[vc_row el_class="x"][vc_column width="1/2"][/vc_column][/vc_row]', "[et_pb_code admin_label='x'][/et_pb_code]"],
)  # fmt: skip
def test_other_shortcodes_are_left_out_and_told_by_line(key: str, text: str) -> None:
    said = article(f"Before.\n\n{text}\n\nAfter.", key)
    assert said.body.replace("\n", "") == "<p>Before.</p><p>After.</p>"
    assert (said.summary, said.words) == ("Before. After.", 2)
    assert "means nothing here and was left out" in said.warnings[0]["message"]
    assert said.warnings[0]["line"] == 6


def test_words_that_a_shortcode_dresses_are_kept() -> None:
    text = 'Before.\n\n[su_note note_color="#fff"]Kept <b>words</b>[/su_note] and [highlight]these[/highlight].'
    assert body(text) == "<p>Before.</p><p>Kept <b>words</b> and these.</p>"


def test_a_listing_is_code() -> None:
    assert "<pre><code>a[0] = b &lt; c</code></pre>" in body(
        'One.\n\n[code language="js"]a[0] = b &lt; c[/code]\n\nTwo.'
    )


@pytest.mark.parametrize("key", ["articles/a.html", "articles/a.md"])
@pytest.mark.parametrize(
    "words",
    ["[sic]", "[1]", "[the mayor]", "[Video]", "[video]", "[audio]", "[emphasis added]", "[he said &quot;no&quot;]", "[x, y]",
     "[n = 5]", "[where n=5]", "[a/b]", "[editor’s note: see below]", "[…]", "[Gallery ids]", "[off-camera]", "[embed]", "[youtube]",
     "[the so-called gallery]", "[note: a=b]", "[Source: Tide Wire]", "[caption]", "[don't know]", "[sic] and [sic]",
     "[gallery] of portraits"],
)  # fmt: skip
def test_words_in_brackets_stay(key: str, words: str) -> None:
    said = article(f"He said {words} that.", key)
    assert said.body == f"<p>He said {words} that.</p>".replace("&quot;", '"')
    assert said.warnings == []


@pytest.mark.parametrize(
    "text",
    ["`[gallery ids='1']`", "```\n[gallery ids='1']\n```", "~~~\n[gallery ids='1']\n~~~"],
)
def test_shortcodes_in_code_are_what_the_writer_meant(text: str) -> None:
    said = article(text, "articles/a.md")
    assert "[gallery ids='1']" in said.body
    assert said.warnings == []


def test_a_link_of_markdown_is_no_shortcode() -> None:
    text = '[a b="c"](https://x.example/) and [a id=1][r]\n\n[r]: https://x.example/r'
    assert body(text, "articles/a.md").count("<a href") == 2


def test_lines_are_told_as_they_stand_in_the_file() -> None:
    said = article(
        "One.\n\n[gallery ids='1'\ncolumns='2']\n\n[caption id='a']\n<img src='/a.jpg'>\n[/caption]\n\n<img src='/b.jpg'>"
    )
    assert [warning["line"] for warning in said.warnings] == [6, 10]
