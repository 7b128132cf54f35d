"""Emphasis beside Chinese, Japanese and Korean is what its writers mean; Latin text is read as CommonMark has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.markup import markdown_inlines
from newsroom.uploads.markup.markdown import from_markdown
from newsroom.uploads.style import Style


def line(text: str) -> str:
    html = from_markdown(text, 1, "", Style(language="ja"), Diagnostics("articles/a.md")).html
    return html.removeprefix("<p>").removesuffix("</p>")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("これは**「重要」**な点です。", "これは<strong>「重要」</strong>な点です。"),
        ("**延期します。**理由は", "<strong>延期します。</strong>理由は"),
        ("中文**强调：**后文", "中文<strong>强调：</strong>后文"),
        ('한국어 **"강조"**는', '한국어 <strong>"강조"</strong>는'),
        (
            "**[リンク](https://a.example/)**です",
            '<strong><a href="https://a.example/" rel="noopener">リンク</a></strong>です',
        ),
        ("*斜体。*后", "<em>斜体。</em>后"),
        ("~~削除。~~の", "<s>削除。</s>の"),
        ("彼は**「はい」**と言った", "彼は<strong>「はい」</strong>と言った"),
        ("**（注）**後", "<strong>（注）</strong>後"),
        ("**2026年**に", "<strong>2026年</strong>に"),
        ("前文**強調**後文", "前文<strong>強調</strong>後文"),
        ("彼は**「はい」**と言った、**（注）**後", "彼は<strong>「はい」</strong>と言った、<strong>（注）</strong>後"),
        ("请看**《港口》**一书", "请看<strong>《港口》</strong>一书"),
        ("价格**100%**上涨", "价格<strong>100%</strong>上涨"),
        ("运行**`make`**命令", "运行<strong><code>make</code></strong>命令"),
        ("이것은 **(중요)**입니다", "이것은 <strong>(중요)</strong>입니다"),
        ("**시장(市長)**은", "<strong>시장(市長)</strong>은"),
        ("*「斜」*と**『太』**", "<em>「斜」</em>と<strong>『太』</strong>"),
        ("***「両方」***です", "<em><strong>「両方」</strong></em>です"),
        ("これは~~「古い」~~です", "これは<s>「古い」</s>です"),
        ("葛\U000e0100**(葛)**城", "葛\U000e0100<strong>(葛)</strong>城"),
        ("〇\ufe00**(零)**年", "〇\ufe00<strong>(零)</strong>年"),
        ("“\ufe01**重点**”\ufe01吗", "“\ufe01<strong>重点</strong>”\ufe01吗"),
        ("**ハンドル（@ann）**の", "<strong>ハンドル（@ann）</strong>の"),
        ("**Ｆｕｌｌ！**です", "<strong>Ｆｕｌｌ！</strong>です"),
        ("**終わり……**と", "<strong>終わり……</strong>と"),
    ],
)
def test_emphasis_is_what_the_writer_means(text: str, html: str) -> None:
    assert line(text) == html


@pytest.mark.parametrize("text", ["は** 空白 **です", "これは\\*\\*文字\\*\\*です", "5＊3", "二つの ** だけ"])
def test_what_is_no_emphasis_stays_text(text: str) -> None:
    assert "<strong>" not in line(text)
    assert "<em>" not in line(text)


def test_an_underscore_inside_a_word_is_none_in_any_script() -> None:
    assert line("これは_重要_です snake_case_name") == "これは_重要_です snake_case_name"
    assert line("これは _「重要」_ です") == "これは <em>「重要」</em> です"


_PARTS = [
    "*",
    "**",
    "***",
    "_",
    "__",
    "~~",
    " ",
    "\n",
    "a",
    "word",
    "é",
    "ж",
    "☺",
    "😀",
    ".",
    ",",
    "(",
    ")",
    '"',
    "'",
    "“",
    "”",
    "«",
    "»",
    "—",
    "`x`",
    "[a](b)",
    "\\*",
    "&amp;",
    "-",
    "!",
    "¡",
    "1",
]


@given(st.lists(st.sampled_from(_PARTS), max_size=24))
def test_text_in_other_scripts_is_read_to_the_letter_as_commonmark_has_it(parts: list[str]) -> None:
    text = "".join(parts)
    original = MarkdownIt("commonmark").enable(["strikethrough"])
    ours = MarkdownIt("commonmark")
    ours.inline = markdown_inlines.Inline()
    ours.configure("commonmark").enable(["strikethrough"])
    assert ours.render(text) == original.render(text)
