"""What writers leave in a text for each other is never shown, and never swallows what readers should see."""

import pytest

from newsroom.errors import Rejected
from newsroom.site import default_site
from newsroom.uploads import parser
from newsroom.uploads.parsed import ParsedArticle

SITE = default_site("https://paper.example")


def article(text: str, key: str = "articles/a.md", front: str = "") -> ParsedArticle:
    read = parser.parse(key, f"---\ntitle: T\n{front}---\n{text}".encode(), SITE)
    assert isinstance(read, ParsedArticle)
    return read


REMARKS = [
    "%%SECRET%%",
    "%% SECRET %%",
    "%%\nSECRET\n%%",
    "%%\nSECRET\n\nstill SECRET\n\n- SECRET\n%%",
    "%%SECRET `code` SECRET%%",
    "<!-- SECRET -->",
    "<!--SECRET\nSECRET-->",
    "<!-- SECRET\n\nSECRET -->",
    "<!--\n```\nSECRET\n-->",
    "{% comment %}SECRET{% endcomment %}",
    "{%- comment -%}\nSECRET\n\nSECRET\n{%- endcomment -%}",
    "{% # SECRET %}",
    "{% comment %}{{< figure src=SECRET >}}{% endcomment %}",
    "{{/* SECRET */}}",
    "{{- /* SECRET\n\nSECRET */ -}}",
    "{{< comment >}}SECRET\n\nSECRET{{< /comment >}}",
    "{{% comment %}}SECRET{{% /comment %}}",
    "{# SECRET #}",
    "{#- SECRET -#}",
    "{::comment}SECRET{:/comment}",
    "{::comment}\nSECRET\n\nSECRET\n{:/}",
    "{{!-- SECRET --}}",
    "{/* SECRET */}",
]


@pytest.mark.parametrize("remark", REMARKS)
@pytest.mark.parametrize(
    "around",
    [
        "Before {} after.",
        "Before.\n\n{}\n\nAfter.",
        "{}\n\nBefore, after.",
        "Before, after.\n\n{}",
        "- Before {}\n- after",
        "> Before {} after",
        "**Before {} after**",
        "## Before\n{}\nafter",
    ],
)
def test_no_remark_reaches_a_reader(remark: str, around: str) -> None:
    read = article(around.format(remark))
    shown = read.body + read.summary + str(read.warnings) + str(read.links)
    assert "SECRET" not in shown
    assert "%%" not in shown
    assert "efore" in read.body
    assert "fter" in read.body
    assert read.words == 2


@pytest.mark.parametrize("remark", [remark for remark in REMARKS if not remark.startswith(("%%", "{::", "<!"))])
def test_nor_in_an_article_of_html(remark: str) -> None:
    assert "SECRET" not in article(f"<p>Before {remark} after.</p>", "articles/a.html").body


@pytest.mark.parametrize(
    "remark", ["%%SECRET%%", "{% comment %}SECRET{% endcomment %}", "<!-- SECRET -->", "{{/* SECRET */}}"]
)
def test_nor_in_a_standfirst(remark: str) -> None:
    assert article("Text.", front=f"standfirst: 'The pier {remark} opens'\n").standfirst == "The pier opens"


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("Fine.\n\nText %%open\n\nMore.", "write %% where it does"),
        ("Fine.\n\n<!-- open\n\nMore.", "write --> where it does"),
        ("Fine.\n\nText <!-- open", "write --> where it does"),
        ("Fine.\n\n{% comment %} open", "write {% endcomment %} where it does"),
        ("Fine.\n\n{::comment} open", "write {:/comment} where it does"),
        ("Fine.\n\n{{< comment >}} open", "write {{< /comment >}} where it does"),
        ("Fine.\n\n{{/* open", "write */}} where it does"),
    ],
)
def test_a_remark_that_never_ends_is_a_problem_not_a_loss(text: str, remedy: str) -> None:
    with pytest.raises(Rejected) as rejected:
        article(text)
    assert "line 6: " in str(rejected.value)
    assert remedy in str(rejected.value)


def test_a_comment_of_html_that_never_ends_is_a_problem_in_html_too() -> None:
    with pytest.raises(Rejected, match="line 5: a comment that begins with <!-- never ends"):
        article("<p>Fine.</p>\n<p>Text <!-- open</p>\n<p>More.</p>", "articles/a.html")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("`%%a%%`", "%%a%%"),
        ("```\n%%a%%\n```", "%%a%%"),
        ("    %%a%%", "%%a%%"),
        ("- b\n\n  ```\n  %%a%%\n  ```", "%%a%%"),
        ("`{% comment %}`", "{% comment %}"),
        ("`<!--`", "&lt;!--"),
        ("``<!-- ` -->``", "&lt;!-- ` --&gt;"),
        ("\\%%a", "%%a"),
        ("100%% of it", "100%% of it"),
        ("<pre>{{/* a */}}</pre>", "{{/* a */}}"),
    ],
)
def test_what_is_code_or_text_stays(text: str, shown: str) -> None:
    assert shown in article(text).body


def test_warnings_name_the_right_line_below_a_remark() -> None:
    [warning] = article("One.\n\n%%\na\n\nb\n%%\n\n[x](nowhere.html)").warnings
    assert warning["line"] == 12
