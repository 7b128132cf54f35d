"""What other systems write into the fields of front matter comes out as their readers saw it."""

import pytest

from newsroom.uploads.markup.plain_text import line_of, unnested


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("The harbour &#8211; Q&amp;A", "The harbour – Q&A"),
        ("Q&#038;A", "Q&A"),
        ("Q&#x26;A", "Q&A"),
        ("Se&aacute;n O&#8217;Brien", "Seán O’Brien"),
        ("Half&nbsp;past&nbsp; nine", "Half past nine"),
        ("&lt;b&gt; is a tag", "<b> is a tag"),
        ("&quot;Yes&quot;, she said", '"Yes", she said'),
        ("&amp;amp; &amp;#8211;", "&amp; &#8211;"),
        ("AT&T, R&D, Q&notes and &unknown; &;", "AT&T, R&D, Q&notes and &unknown; &;"),
        ("Har&#7;bour&#8238; &#0;", "Harbour \ufffd"),
        ("The <em>Ferry</em> is <strong class='x'>late</strong>", "The Ferry is late"),
        ("Two lines<br>one title<br />", "Two lines one title"),
        ("<p>A paragraph</p><p>And another</p>", "A paragraph And another"),
        ('<a href="https://a.example">A link</a>', "A link"),
        ("<EM>Loud</EM>", "Loud"),
        ("a < b and b > a", "a < b and b > a"),
        ("I <3 the harbour", "I <3 the harbour"),
        ("How <em> is used", "How <em> is used"),
        ("<nobody@example.org> wrote", "<nobody@example.org> wrote"),
        ("x<y and y>z", "x<y and y>z"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("[[Ann Bell]]", "Ann Bell"),
        ("[[People/Ann Bell]]", "Ann Bell"),
        ("[[Harbour|the harbour]] and [[Quay#History]]", "the harbour and Quay"),
        ("[[Note.md]] ![[picture.png]]", "Note"),
        ("Before %%a private remark%%after", "Before after"),
        ("100%% sure and [brackets] [[", "100%% sure and [brackets] [["),
    ],
)
def test_a_line_is_shown_as_its_writer_saw_it(written: str, shown: str) -> None:
    assert line_of(written) == shown


@pytest.mark.parametrize(
    ("read", "written"),
    [
        ([["Ann Bell"]], "[[Ann Bell]]"),
        ([["Ann Bell|Ann"]], "[[Ann Bell|Ann]]"),
        ([["Bell", "Ann"]], "[[Bell, Ann]]"),
        ([[["Ann Bell"]], [["Bo Carr"]]], ["[[Ann Bell]]", "[[Bo Carr]]"]),
        (["Ann Bell", "Bo Carr"], ["Ann Bell", "Bo Carr"]),
        ([["a"], ["b"]], [["a"], ["b"]]),
        ("Ann Bell", "Ann Bell"),
        ([], []),
        (None, None),
    ],
)
def test_a_link_without_quotes_is_no_list_in_a_list(read: object, written: object) -> None:
    assert unnested(read) == written
