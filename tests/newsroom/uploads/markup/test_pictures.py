"""A picture is shown from the web, and one that cannot be shown leaves nothing behind."""

import pytest

from newsroom.errors import Rejected
from newsroom.site import default_site
from newsroom.uploads.parsed import ParsedArticle
from newsroom.uploads.parser import parse

SITE = default_site("https://paper.example")
PATHS = ["/uploads/mayor.jpg", "mayor.jpg", "../mayor.jpg", "data:image/png;base64,AAAA", "C:\\mayor.jpg", "file:///mayor.jpg",
         "{{ site.baseurl }}/mayor.jpg", "javascript:alert(1)", "https://", "cid:image001.png@01", "blob:https://a/b"]  # fmt: skip


def article(text: str, key: str) -> ParsedArticle:
    manuscript = parse(key, f"---\ntitle: Quay\n---\n{text}".encode(), SITE)
    assert isinstance(manuscript, ParsedArticle)
    return manuscript


def html(text: str) -> str:
    return article(text, "articles/a.html").body.replace("\n", "")


def markdown(text: str) -> str:
    return article(text, "articles/a.md").body.replace("\n", "")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "picture",
    [
        '<img src="{}" alt="GONE">',
        '<p><img src="{}" alt="GONE"></p>',
        '<p><a href="https://x.example/big.jpg"><img src="{}" alt="GONE"></a></p>',
        '<p><img src="{}" alt="GONE"><br><em>GONE caption</em></p>',
        '<p><img src="{}" alt="GONE"><br>Photo: GONE</p>',
        '<p><img src="{}" alt="GONE"></p><p class="caption">GONE</p>',
        '<p><img src="{}" alt="GONE"></p>\n<p><small>Photograph by GONE</small></p>',
        '<p><span style="x"><b><img src="{}" alt="GONE" title="GONE"></b></span></p>',
        '<figure><img src="{}" alt="GONE"><figcaption>GONE <cite>GONE</cite></figcaption></figure>',
        '<figure>\n<a href="/x/"><img src="{}" alt="GONE"></a>\n<figcaption><p>GONE</p></figcaption>\n</figure>',
        '<figure><picture><source srcset="/a.webp"><img src="{}" alt="GONE"></picture><figcaption>GONE</figcaption></figure>',
        '<figure><figure><img src="{}" alt="GONE"><figcaption>GONE</figcaption></figure><figcaption>GONE</figcaption></figure>',
        '<div class="wp-caption alignleft"><a href="/x"><img src="{}" alt="GONE"></a><p class="wp-caption-text">GONE</p></div>',
        '<div class="gallery"><img src="{}" alt="GONE"></div>',
        '<ul><li><img src="{}" alt="GONE"></li></ul>',
        '<h2><img src="{}" alt="GONE"></h2>',
        '<table><tr><td><img src="{}" alt="GONE"></td></tr></table>',
        '<img srcset="/a.jpg 1x, /b.jpg 2x" src="{}" alt="GONE">',
    ],
)  # fmt: skip
def test_a_picture_that_is_not_on_the_web_is_left_out_whole_and_told(picture: str, path: str) -> None:
    said = article(f"<p>Before.</p>\n{picture.format(path)}\n<p>After.</p>", "articles/a.html")
    assert said.body.replace("\n", "") == "<p>Before.</p><p>After.</p>"
    assert (said.summary, said.words, said.links) == ("Before. After.", 2, [])
    [warning] = [each for each in said.warnings if "template" not in each["message"]]
    assert "an image is not on the web and was left out" in warning["message"]
    assert warning["line"] in {5, 6}


@pytest.mark.parametrize(
    "picture",
    ["![GONE](/uploads/mayor.jpg)", "![GONE](mayor.jpg 'GONE')", "![GONE][m]", "![m]", "[![GONE](/mayor.jpg)](/big.jpg)",
     "[![GONE](/mayor.jpg)](https://x.example/)", "![GONE](/mayor.jpg)\n*GONE caption*", "![GONE](/mayor.jpg)\\\n*GONE*",
     "![GONE](/mayor.jpg)\n\n*Photo: GONE*", "![GONE](/mayor.jpg) ![GONE](/mayor2.jpg)", "**![GONE](/mayor.jpg)**",
     "- ![GONE](/mayor.jpg)", "> ![GONE](/mayor.jpg)", "## ![GONE](/mayor.jpg)",
     '<figure>\n\n![GONE](/mayor.jpg)\n\n<figcaption>GONE</figcaption>\n</figure>', "<img src=/mayor.jpg alt=GONE>"],
)  # fmt: skip
def test_a_picture_by_path_in_markdown_is_left_out_whole_and_told(picture: str) -> None:
    said = article(f"Before.\n\n{picture}\n\nAfter.\n\n[m]: /mayor.jpg\n", "articles/a.md")
    assert said.body.replace("\n", "") == "<p>Before.</p><p>After.</p>"
    assert (said.summary, said.words) == ("Before. After.", 2)
    assert "not on the web" in said.warnings[0]["message"]
    assert said.warnings[0]["line"] in {6, 8, 10}


def test_a_picture_in_a_sentence_leaves_the_sentence() -> None:
    assert markdown("Press ![the key](/key.png) twice.") == "<p>Press  twice.</p>"
    assert html("<p>Press <img src=/key.png alt=key> <em>twice</em>.</p>") == "<p>Press  <em>twice</em>.</p>"


def test_a_link_keeps_its_words_beside_a_picture_that_is_gone() -> None:
    assert html("<p><a href=/x/><img src=/a.png alt=GONE> The quay</a></p>") == '<p><a href="/x/"> The quay</a></p>'


def test_a_caption_stays_where_another_picture_is_shown() -> None:
    shown = '<img alt="b" loading="lazy" src="https://x.example/b.png">'
    assert html(f"<figure><img src=/a.png alt=GONE>{shown}<figcaption>Both</figcaption></figure>") == (
        f"<figure>{shown}<figcaption>Both</figcaption></figure>"
    )
    assert html(f"<p><img src=/a.png alt=GONE>{shown}<em>Both</em></p>") == f"<p>{shown}<em>Both</em></p>"


def test_words_after_a_picture_that_speak_of_something_else_stay() -> None:
    assert html("<p><img src=/a.png></p><p>Photographs were forbidden.</p><p><em>Ann Bell</em></p>") == (
        "<p>Photographs were forbidden.</p><p><em>Ann Bell</em></p>"
    )


def test_the_still_of_a_film_still_leads_to_it() -> None:
    assert markdown("[![GONE](/still.jpg)](https://www.youtube.com/watch?v=a)") == (
        '<p><a href="https://www.youtube.com/watch?v=a" rel="noopener">Watch: YouTube</a></p>'
    )


def test_a_text_of_nothing_but_a_picture_by_path_is_rejected() -> None:
    with pytest.raises(Rejected, match="nothing to publish"):
        article("![the quay](/quay.jpg)", "articles/a.md")


@pytest.mark.parametrize(
    ("picture", "src"),
    [
        ("<img src='//x.example/a.jpg'>", "https://x.example/a.jpg"),
        ("<img data-src='https://x.example/a.jpg' src='data:image/gif;base64,R0'>", "https://x.example/a.jpg"),
        ("<img data-lazy-src='//x.example/a.jpg'>", "https://x.example/a.jpg"),
        ("<img data-original='https://x.example/a.jpg' src='/blank.gif'>", "https://x.example/a.jpg"),
        ("<img data-src='https://x.example/a.jpg' src='https://x.example/blank.gif'>", "https://x.example/a.jpg"),
        ("<img data-src='/a.jpg' src='https://x.example/b.jpg'>", "https://x.example/b.jpg"),
        ("<img src='/a.jpg' srcset='https://x.example/s.jpg 300w, https://x.example/l.jpg 1200w, /m.jpg 2000w'>",
         "https://x.example/l.jpg"),
        ("<img data-srcset='https://x.example/s.jpg 1x,\n https://x.example/l.jpg 2x'>", "https://x.example/l.jpg"),
        ("<picture><source srcset='https://x.example/a.webp' type=image/webp><img src='/a.jpg'></picture>",
         "https://x.example/a.webp"),
        ("<picture><source srcset='https://x.example/a.webp'><img src='https://x.example/a.jpg'></picture>",
         "https://x.example/a.jpg"),
    ],
)  # fmt: skip
def test_a_picture_is_shown_from_wherever_it_is_on_the_web(picture: str, src: str) -> None:
    assert html(f"<p>a {picture.replace('<img', '<img alt=Quay')}</p>") == (
        f'<p>a <img alt="Quay" loading="lazy" src="{src}"></p>'
    )


def test_the_sources_of_one_picture_are_not_the_next_ones() -> None:
    text = "<picture><source srcset='https://x.example/a.webp'><img src='/a.jpg'></picture><img src='/b.jpg' alt=GONE>"
    assert html(f"<p>{text}</p>").count("<img") == 1


def test_a_box_of_a_picture_and_its_caption_is_a_figure() -> None:
    assert html(
        '<div id="attachment_1" class="wp-caption" style="width:310px"><img src="https://x.example/a.jpg" alt="Quay">'
        '<p class="wp-caption-text">The quay</p></div>'
    ) == (
        '<figure id="attachment_1"><img alt="Quay" loading="lazy" src="https://x.example/a.jpg">'
        "<figcaption>The quay</figcaption></figure>"
    )
