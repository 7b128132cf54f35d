"""Templates of other systems become what they mean, or are left out and told by line. No reader sees one."""

import pytest

from newsroom.errors import Rejected
from newsroom.site import default_site
from newsroom.uploads import parser
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.markup.html import from_html
from newsroom.uploads.markup.markdown import from_markdown
from newsroom.uploads.parsed import ParsedArticle
from newsroom.uploads.style import Style

STYLE = Style("https://paper.example")
IMAGE = "https://i.example/a.png"


def body(text: str, permalink: str = "/{yyyy}/{mm}/{slug}/") -> str:
    style = Style("https://paper.example", permalink=permalink)
    return from_markdown(text, 1, "The pier", style, Diagnostics("articles/a.md")).html


def warnings(text: str) -> list[str]:
    proof = Diagnostics("articles/a.md")
    from_markdown(text, 1, "", STYLE, proof)
    return [warning["message"] for warning in proof.warnings]


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("{% post_url 2026-11-05-old-pier %}", "/2026/11/old-pier/"),
        ("{% post_url /news/2026-11-05-old-pier %}", "/2026/11/old-pier/"),
        ("{{ site.baseurl }}{% post_url 2026-11-05-old-pier %}", "/2026/11/old-pier/"),
        ("{{ site.url }}{{ site.baseurl }}/about/", "/about/"),
        ("{% link _posts/2026-11-05-old-pier.md %}", "/2026/11/old-pier/"),
        ("{% link about.md %}", "/about/"),
        ("{% link assets/budget.pdf %}", "/assets/budget.pdf"),
        ('{{< ref "about.md" >}}', "/about/"),
        ('{{< ref "/about/_index.md" >}}', "/about/"),
        ('{{% relref "about.md#staff" %}}', "/about/#staff"),
        ("{{< relref path='posts/2026-11-05-old-pier.md' >}}", "/2026/11/old-pier/"),
        ('{{ "/about/" | relative_url }}', "/about/"),
        ("{{ '/about/' | prepend: site.baseurl | prepend: site.url }}", "/about/"),
        ("{{ site.baseurl }}", "/"),
        ("{{site.url}}/about", "/about/"),
    ],
)
@pytest.mark.parametrize("around", ["[x]({})", '<a href="{}">x</a>', "[x][1]\n\n[1]: {}"])
def test_addresses_written_as_templates_lead_where_they_mean(written: str, path: str, around: str) -> None:
    if '"' in written and around.startswith("<a"):
        around = "<a href='{}'>x</a>" if "'" not in written else around
    text = around.format(written)
    assert f'<a href="{path}">x</a>' in body(text)
    assert warnings(text) == []


def test_a_post_is_found_by_the_permalink_of_the_paper() -> None:
    text = "[x]({% post_url 2026-1-5-old-pier %})"
    assert 'href="/2026/01/05/old-pier/"' in body(text, "/{yyyy}/{mm}/{dd}/{slug}/")
    assert body(text, "/{section}/{slug}/") == "<p>x</p>"


@pytest.mark.parametrize(
    ("written", "html"),
    [
        (
            f'{{{{< figure src="{IMAGE}" alt="Pier" >}}}}',
            f'<figure><img alt="Pier" loading="lazy" src="{IMAGE}"></figure>',
        ),
        (
            f"{{{{< figure src='{IMAGE}' alt='Pier' title='The pier.' caption='At *dawn*' attr='Ann' >}}}}",
            (
                f'<figure><img alt="Pier" loading="lazy" src="{IMAGE}">'
                "<figcaption>The pier. At <em>dawn</em> Ann</figcaption></figure>"
            ),
        ),
        (
            f'{{{{< figure\n  src="{IMAGE}"\n  caption="At dawn"\n>}}}}',
            f'<figure><img alt="At dawn" loading="lazy" src="{IMAGE}"><figcaption>At dawn</figcaption></figure>',
        ),
        (
            f'{{% include figure.html src="{IMAGE}" alt="Pier" %}}',
            f'<figure><img alt="Pier" loading="lazy" src="{IMAGE}"></figure>',
        ),
        (f'{{% image "{IMAGE}", "Pier" %}}', f'<figure><img alt="Pier" loading="lazy" src="{IMAGE}"></figure>'),
        (
            "{{< youtube w7Ft2ymGmfc >}}",
            '<p><a href="https://www.youtube.com/watch?v=w7Ft2ymGmfc" rel="noopener">Watch: a video on YouTube</a></p>',
        ),
        (
            '{{< youtube id="w7Ft2ymGmfc" title="The pier" >}}',
            '<p><a href="https://www.youtube.com/watch?v=w7Ft2ymGmfc" rel="noopener">Watch: The pier</a></p>',
        ),
        (
            "{{< vimeo 146022717 >}}",
            '<p><a href="https://vimeo.com/146022717" rel="noopener">Watch: a video on Vimeo</a></p>',
        ),
        (
            "{% youtube https://www.youtube.com/watch?v=w7Ft2ymGmfc %}",
            '<p><a href="https://www.youtube.com/watch?v=w7Ft2ymGmfc" rel="noopener">Watch: a video on YouTube</a></p>',
        ),
        (
            '{% include video id="w7Ft2ymGmfc" provider="youtube" %}',
            '<p><a href="https://www.youtube.com/watch?v=w7Ft2ymGmfc" rel="noopener">Watch: a video on YouTube</a></p>',
        ),
        (
            '{{ "https://www.youtube.com/embed/w7Ft2ymGmfc" | embed: "The pier" }}',
            '<p><a href="https://www.youtube.com/watch?v=w7Ft2ymGmfc" rel="noopener">Watch: The pier</a></p>',
        ),
        (
            '{{< tweet user="ann" id="1453110110599868418" >}}',
            '<p><a href="https://x.com/ann/status/1453110110599868418" rel="noopener">See: a post by @ann on X</a></p>',
        ),
        (
            "{{< gist ann 50a7482715eac222e230d1e64dd9a89b >}}",
            (
                '<p><a href="https://gist.github.com/ann/50a7482715eac222e230d1e64dd9a89b" rel="noopener">'
                "See: code on GitHub</a></p>"
            ),
        ),
        (
            "{{< instagram CxOWiQNP2MO >}}",
            '<p><a href="https://www.instagram.com/p/CxOWiQNP2MO/" rel="noopener">See: a post on Instagram</a></p>',
        ),
        ("{{< highlight go >}}\nx := 1\n{{< /highlight >}}", "<pre><code>x := 1\n</code></pre>"),
        (
            '{{< highlight go "linenos=table" >}}\n\n    x := 1\n\n{{< / highlight >}}',
            "<pre><code>\n    x := 1\n\n</code></pre>",
        ),
        ("{% highlight python %}\nx = '{{ y }}'\n{% endhighlight %}", "<pre><code>x = '{{ y }}'\n</code></pre>"),
        ("{% highlight md %}\n```\na\n```\n{% endhighlight %}", "<pre><code>```\na\n```\n</code></pre>"),
        ("{% codeblock lang:js %}\nx\n{% endcodeblock %}", "<pre><code>x\n</code></pre>"),
        ("{% raw %}{{ x }} and *y*{% endraw %}", "<p>{{ x }} and <em>y</em></p>"),
        ("{{ site.url }}", '<p><a href="/">https://paper.example</a></p>'),
        ("By {{ page.title }}", "<p>By The pier</p>"),
        ('{{ "{%" }}', "<p>{%</p>"),
        ("{{</* figure */>}}", "<p>{{&lt; figure &gt;}}</p>"),
    ],
)
def test_templates_with_a_plain_meaning_become_it(written: str, html: str) -> None:
    assert body(written) == html
    assert warnings(written) == [] or "page.title" in written


UNKNOWN = [
    "{{< param x >}}",
    '{{< notice "a" >}}',
    "{{% expand %}}",
    "{{< myvideo />}}",
    "{{ page.date }}",
    "{{page.author|upcase}}",
    "{{ content }}",
    "{{{ body }}}",
    "{% include newsletter.html %}",
    '{% image "pier.jpg" %}',
    "{% assign x = 1 %}",
    "{%- toc -%}",
    '{{ "ann" | team_link }}',
    "{{ .Params.x }}",
    '{{< figure src="/pier.jpg" caption="The pier" >}}',
    "{% notknown a='b' %}",
    '{{ "now" | date: "%Y" }}',
    "{{< ref >}}",
]


@pytest.mark.parametrize("written", UNKNOWN)
@pytest.mark.parametrize(
    "around",
    ["Before {} after.", "{} before, after.", "**{} before** after", "Before.\n\n{}\n\nAfter.", "- before {}\n- after"],
)
def test_all_others_are_left_out_and_told_by_line(written: str, around: str) -> None:
    text = around.format(written)
    set_ = body(text)
    assert not any(sign in set_ for sign in ("{", "}", "%", "pier.jpg"))
    assert "efore" in set_
    assert "fter" in set_
    assert set_.count("<strong>") == around.count("**") // 2
    [told] = warnings(text)
    line = text[: text.index("{")].count("\n") + 1
    assert told.startswith(f"articles/a.md, line {line}: the template {written[:2]}")
    assert "means nothing here and was left out" in told


def test_the_same_template_is_told_once_with_all_its_lines() -> None:
    [told] = warnings("{% ad %}\n\na\n\n{% ad %}\n\n{% ad 2 %}")
    assert told.startswith("articles/a.md, line 1: ")
    assert told.endswith("(also on line 5, 7)")


@pytest.mark.parametrize("end", ["notice", "expand", "details"])
def test_what_stands_between_two_unknown_templates_is_kept(end: str) -> None:
    assert body(f'{{{{% {end} "a" %}}}}\n\nText.\n\n{{{{% /{end} %}}}}').strip() == "<p>Text.</p>"


@pytest.mark.parametrize(
    "text",
    [
        "A. {% if page.x %}HIDDEN{% endif %} B.",
        "A.\n\n{% if page.x %}\nHIDDEN\n\n{% else %}\nHIDDEN\n{% endif %}\n\nB.",
        "A. {% unless x %}HIDDEN {% if y %}HIDDEN{% endif %} HIDDEN{% endunless %} B.",
        "A. {% for a in b %}HIDDEN {{ a }}{% endfor %} B.",
        "A. {% capture x %}HIDDEN{% endcapture %} B.",
    ],
)
def test_what_only_a_template_knows_when_to_show_is_left_out_and_told(text: str) -> None:
    set_ = body(text)
    assert "HIDDEN" not in set_
    assert "A." in set_
    assert "B." in set_
    assert any("with all up to" in told for told in warnings(text))


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("Fine.\n\n{{< figure src=", "close it with >}}"),
        ("Fine.\n\n{{ page.title\n\nMore.", "close it with }}"),
        ("Fine.\n\n{% include x", "close it with %}"),
        ("Fine.\n\n{% if x %} y\n\nMore.", "write {% endif %}"),
        ("Fine.\n\n{% highlight go %}\n\nMore.", "close it as its system asks"),
        ("Fine.\n\n{{< highlight go >}}\n\nMore.", "close it as its system asks"),
    ],
)
@pytest.mark.parametrize("key", ["articles/a.md", "articles/a.html"])
def test_a_template_that_never_ends_rejects_the_upload(text: str, remedy: str, key: str) -> None:
    with pytest.raises(Rejected) as rejected:
        parser.parse(key, f"---\ntitle: T\n---\n{text}".encode(), default_site("https://paper.example"))
    assert "line 6: " in str(rejected.value)
    assert remedy in str(rejected.value)


@pytest.mark.parametrize(
    "code",
    [
        "`{}`",
        "``{} ` ``",
        "```\n{}\n```",
        "~~~\n{}\n~~~",
        "    {}",
        "- a\n\n  ```\n  {}\n  ```",
        "> ```\n> {}\n> ```",
        "<pre>{}</pre>",
        "<code>{}</code>",
    ],
)
@pytest.mark.parametrize("written", ["{{ x }}", "{% if x %}", "{{% x %}}", "{{ x", "{% comment %}"])
def test_templates_in_code_are_text(code: str, written: str) -> None:
    text = code.format(written) + "\n\nAfter."
    assert written in body(text)
    assert "After." in body(text)
    assert warnings(text) == []


@pytest.mark.parametrize("href", ["{{ page.url }}", "https://x.example/{{ id }}", "{% url x %}", '{{< unknown "x" >}}'])
def test_a_link_to_where_only_a_template_knows_becomes_its_text(href: str) -> None:
    assert body(f"[there]({href})") == "<p>there</p>"
    assert body(f"<a href='{href}'>there</a>") == "<p>there</p>"
    assert "a link leads nowhere from here" in " ".join(warnings(f"[there](<{href}>)"))


@pytest.mark.parametrize("written", UNKNOWN)
def test_html_shows_no_template_either(written: str) -> None:
    proof = Diagnostics("articles/a.html")
    set_ = from_html(f"<p>One.</p>\n<p>Before {written} after.</p>", 1, "", STYLE, proof).html
    assert "{" not in set_
    assert "after." in set_
    assert proof.warnings[0]["line"] == 2


def test_html_has_videos_paths_and_code() -> None:
    text = ('<p>{{< youtube w7Ft2ymGmfc >}}</p>\n<p><a href="{% post_url 2026-11-05-old-pier %}">x</a></p>'
            "{% highlight html %}<b>{{ x }}</b>{% endhighlight %}")  # fmt: skip
    set_ = from_html(text, 1, "", STYLE, Diagnostics("a")).html
    assert 'href="https://www.youtube.com/watch?v=w7Ft2ymGmfc"' in set_
    assert '<a href="/2026/11/old-pier/">x</a>' in set_
    assert "<pre><code>&lt;b&gt;{{ x }}&lt;/b&gt;</code></pre>" in set_


def test_no_template_is_in_a_summary_or_a_standfirst() -> None:
    raw = b"---\ntitle: T\nstandfirst: 'The {{ page.x }}pier{% ad %} opens'\n---\n{% ad %}\nText {{< x >}}here."
    read = parser.parse("articles/a.md", raw, default_site("https://paper.example"))
    assert isinstance(read, ParsedArticle)
    assert read.standfirst == read.summary == "The pier opens"
    read = parser.parse("articles/a.md", raw.replace(b"standfirst", b"x"), default_site("https://paper.example"))
    assert isinstance(read, ParsedArticle)
    assert read.summary == "Text here."
