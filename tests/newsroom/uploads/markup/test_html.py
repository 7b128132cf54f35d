"""A body is safe HTML whose links lead somewhere, whatever it was written in."""

import re

import pytest

from newsroom.errors import Rejected
from newsroom.uploads.body import Body
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.markup.html import from_html
from newsroom.uploads.markup.markdown import from_markdown
from newsroom.uploads.markup.plain_copy import body_of
from newsroom.uploads.style import Style

STYLE = Style("https://paper.example")


def body(text: str, proof: Diagnostics | None = None) -> Body:
    return from_markdown(text, 5, "A headline", STYLE, proof or Diagnostics("articles/a.md"))


def html(text: str, proof: Diagnostics | None = None) -> str:
    return from_html(text, 5, "A headline", STYLE, proof or Diagnostics("articles/a.html")).html


def warnings(text: str) -> list[str]:
    proof = Diagnostics("articles/a.md")
    body(text, proof)
    return [warning["message"] for warning in proof.warnings]


def test_tables_footnotes_and_strikethrough_are_set() -> None:
    set_ = body("| a | b |\n|:-:|--:|\n| 1 | 2 |\n\n~~no~~ yes[^1]\n\n[^1]: A note.").html
    assert '<td class="align-right">2</td>' in set_
    assert "<s>no</s>" in set_
    assert '<sup class="footnote-ref"><a href="#fn1" id="fnref1">[1]</a></sup>' in set_
    assert '<li class="footnote-item" id="fn1">' in set_
    assert "style" not in set_


def test_headings_have_ids_of_their_own_and_none_is_the_pages_headline() -> None:
    set_ = body("# One\n\n## Two\n\n## Two\n\n<h2 id='kept'>Three</h2>\n\n[up](#two-1) [kept](#kept)").html
    assert '<h2 id="one">One</h2>' in set_
    assert '<h3 id="two">Two</h3>' in set_
    assert '<h3 id="two-1">Two</h3>' in set_
    assert '<h3 id="kept">Three</h3>' in set_
    assert '<a href="#two-1">up</a> <a href="#kept">kept</a>' in set_


@pytest.mark.parametrize("id", ["main", "comments", "comment-12", "respond"])
def test_an_id_of_the_text_never_takes_one_of_the_page_around_it(id: str) -> None:
    set_ = body(f"<p id='{id}'>x</p>\n\n## {id}\n\n[there](#{id})").html
    assert f'id="{id}"' not in set_
    assert f'<p id="text-{id}">' in set_
    assert f'<a href="#text-{id}">there</a>' in set_


def test_ids_are_not_given_twice() -> None:
    assert html("<p id=a>x<p id=a>y").count('id="a"') == 1


@pytest.mark.parametrize(
    ("href", "became", "link"),
    [
        ("/2026/11/korea", "/2026/11/korea/", "/2026/11/korea/"),
        ("/2026/11/korea?a=1#top", "/2026/11/korea/?a=1#top", "/2026/11/korea/"),
        ("/a/paper.pdf", "/a/paper.pdf", "/a/paper.pdf"),
        ("https://paper.example/about", "/about/", "/about/"),
        ("http://paper.example", "/", "/"),
        ("//other.example/x", "https://other.example/x", None),
        ("https://paper.example.evil.example/x", "https://paper.example.evil.example/x", None),
        ("mailto:desk@paper.example", "mailto:desk@paper.example", None),
    ],
)
def test_links_lead_where_the_page_will_be(href: str, became: str, link: str | None) -> None:
    set_ = body(f"[there]({href})")
    assert f'href="{became}"' in set_.html
    assert set_.links == ([link] if link else [])
    assert ('rel="noopener"' in set_.html) == became.startswith("https:")


@pytest.mark.parametrize(
    "href",
    ["korea.html", "../x/", "javascript:alert(1)", "data:text/html,x", "{{page.url}}", "https://x.example/{{id}}",
     "#nowhere", "tel:", "http://[", "ftp://x.example/", "https://x.example:port/"],
)  # fmt: skip
def test_a_link_that_leads_nowhere_becomes_its_text_with_a_warning(href: str) -> None:
    for text in (f"\n\n[there]({href})", f"\n\n<a href='{href}'>there</a>"):
        if "](" in text and ":" in href and not href.startswith(("http", "tel", "ftp", "#", "{")):
            continue  # Markdown itself takes it for text
        proof = Diagnostics("articles/a.md")
        assert "<a" not in body(text, proof).html
        assert "there" in body(text).html
        assert proof.warnings[0]["line"] == 7


def test_many_lost_links_make_one_warning() -> None:
    assert len([w for w in warnings("[a](x.html) [b](y.html)\n\n[c](z.html)") if "3 links" in w]) == 1


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ('[x]({{ "/2015/09/04/quay/" | url }})', "/2015/09/04/quay/"),
        ("[x]({{ '/quay/' | relative_url }})", "/quay/"),
        ('[x]({{ "/quay/#two" | absolute_url }})', "/quay/#two"),
        ('[x]({{ "/quay/" | prepend: site.baseurl }})', "/quay/"),
        ("[x]({{site.baseurl}}/quay/)", "/quay/"),
        ("[x]({{ site.baseurl }})", "/"),
        ('<a href="{{ "/quay/" | url }}">x</a>', "/quay/"),
        ("[x][1]\n\n[1]: {{ site.baseurl }}/quay/", "/quay/"),
    ],
)
def test_addresses_written_as_templates_elsewhere_become_plain_paths(written: str, path: str) -> None:
    proof = Diagnostics("articles/a.md")
    assert f'<a href="{path}">x</a>' in body(written, proof).html
    assert proof.warnings == []


def test_other_templates_are_left_out_and_told_by_line() -> None:
    text = "Fine.\n\n{% image 'a.png' %} and {{ page.date }}\n\n{{ page.date }} again"
    assert "{" not in body(text).html
    assert "again" in body(text).html
    image, date = warnings(text)
    assert image.startswith("articles/a.md, line 7: the template {% image … %} means nothing here and was left out")
    assert "{{ page.date }}" in date
    assert "(also on line 9)" in date


def test_templates_in_code_are_what_the_writer_meant() -> None:
    text = '```\n[x]({{ "/quay/" | url }})\n```\n\n`{{ x }}`'
    assert "{{ &quot;/quay/&quot;" in body(text).html or '{{ "/quay/"' in body(text).html
    assert warnings(text) == []


def test_images_come_from_the_web_and_load_late() -> None:
    assert (
        '<img alt="Quay" loading="lazy" src="https://img.example/a.png">'
        in body("![Quay](https://img.example/a.png)").html
    )


@pytest.mark.parametrize("src", ["/a.png", "a.png", "data:image/png;base64,AAAA"])
def test_an_image_that_cannot_be_shown_leaves_the_sentence_around_it(src: str) -> None:
    proof = Diagnostics("articles/a.md")
    assert body(f"See the quay ![the quay]({src}).", proof).html == "<p>See the quay .</p>"
    assert "<img" not in body(f"![the quay]({src})").html
    assert html(f"<figure><img src='{src}'></figure><p>x</p>") == "<p>x</p>"


@pytest.mark.parametrize(
    "attack",
    ["<script>alert(1)</script>", "<iframe src=https://x.example></iframe>", "<style>p{}</style>",
     "<form action=/x><input name=a></form>", "<object data=x></object>", "<svg onload=alert(1)></svg>"],
)  # fmt: skip
def test_what_has_no_place_in_an_article_is_left_out_and_said(attack: str) -> None:
    proof = Diagnostics("articles/a.md")
    set_ = body(f"Fine.\n\n{attack}\n\nStill here.", proof).html
    assert not re.search(r"alert|<[fios]", set_)
    assert "Still here." in set_
    assert proof.warnings[0]["line"] == 7


@pytest.mark.parametrize(
    "attack",
    ["<p onclick=alert(1)>x</p>", "<a href='java&#10;script:alert(1)'>x</a>", "<img src=x onerror=alert(1)>",
     "<a href=' javascript:alert(1)'>x</a>", "<p style='position:fixed'>x</p>", "<math><mtext><b>x</b></math>x",
     "<a href='https://x.example' target=_blank rel=opener>x</a>",
     "<img src='https://x.example/a' srcset=x>",
     "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<b title='<img src=x onerror=alert(1)>'>x</b>"],
)  # fmt: skip
def test_nothing_that_acts_survives(attack: str) -> None:
    set_ = html(f"<p>Fine.</p>{attack}")
    for sign in ('<img src="x', "onclick=", "script:", "style", "target", "opener>", "srcset", "<math"):
        assert sign not in set_.replace("&lt;img", "")


def test_an_element_that_swallows_the_rest_is_a_problem_not_a_loss() -> None:
    proof = Diagnostics("articles/a.md")
    body("Use the <svg> tag.\n\nMuch more text.", proof)
    with pytest.raises(Rejected, match="line 5: <svg> swallows the text after it"):
        proof.raise_if_errors()


def test_unclosed_and_crossed_tags_are_put_in_order() -> None:
    assert html("<p><b>a<i>b</b>c<p>d<ul><li>e<li>f") == (
        "<p><b>a<i>b</i></b>c</p><p>d</p><ul><li>e</li><li>f</li></ul>"
    )


def test_five_hundred_unclosed_list_items_are_all_kept() -> None:
    assert html("<ul>" + "<li>a" * 500).count("<li>") == 500


def test_words_are_those_a_reader_sees() -> None:
    assert body("Two words <!-- not these --> and <script>nor these</script> `code`.").words == 4


def test_paragraphs_of_plain_text_mean_what_they_say() -> None:
    assert body_of(["a < b & *c*"], STYLE).html == "<p>a &lt; b &amp; *c*</p>"
