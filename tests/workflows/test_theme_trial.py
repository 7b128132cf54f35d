"""A theme is tried out in a process of its own: whatever becomes of that, the function goes on."""

import os

import pytest

from newsroom.errors import Rejected, TransientError
from newsroom.site import default_site
from newsroom.uploads.parsed import ParsedTheme
from tests.replaced import replace
from workflows import theme_trial

SITE = default_site("https://paper.example")
NOTICE = '{% extends "base.html" %}{% block main %}<p>{{ message }}</p>{% endblock %}'


def ending(how: str) -> tuple[str, str]:
    """A trial of a theme that ends in a way no check foresaw."""
    return (
        "-c",
        f"import os, signal\nfrom workflows import theme_trial as trial\ntrial.parser.parse = {how}\ntrial.answer()",
    )


def test_a_good_theme_is_read_as_it_is() -> None:
    assert theme_trial.read("theme/notice.html", NOTICE.encode(), SITE) == ParsedTheme("notice.html", NOTICE)


def test_what_is_wrong_with_a_theme_is_told_by_line() -> None:
    with pytest.raises(Rejected) as refusal:
        theme_trial.read("theme/notice.html", b"<p>\n{{ nothing.here }}", SITE)
    assert refusal.value.problems[0]["line"] == 2


def test_a_theme_that_is_no_text_is_refused_as_any_file() -> None:
    with pytest.raises(Rejected):
        theme_trial.read("theme/notice.html", b"\xff\xfe\x00\xd8", SITE)


@pytest.mark.parametrize(
    "how",
    [
        "lambda *_: os.kill(os.getpid(), signal.SIGSEGV)",
        "lambda *_: os.abort()",
        "lambda *_: 'x' * (1 << 30)",
        "lambda *_: exec('while True: pass')",
        "lambda *a: trial.parser.parse(*a)",
    ],
    ids=["crashes", "aborts", "doubles", "never ends", "recurses"],
)
def test_a_theme_that_ends_its_process_is_refused_and_no_more(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    replace(monkeypatch, "a theme's trial", ending(how))
    with pytest.raises(Rejected, match="more time or memory than there is; make it simpler"):
        theme_trial.read("theme/notice.html", NOTICE.encode(), SITE)


def test_a_trial_that_cannot_even_begin_is_no_fault_of_the_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    replace(monkeypatch, "a theme's trial", ("-c", "import nothing_of_that_name"))
    with pytest.raises(RuntimeError, match="nothing_of_that_name"):
        theme_trial.read("theme/notice.html", NOTICE.encode(), SITE)


def test_a_trial_that_is_given_no_time_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    replace(monkeypatch, "seconds of a theme's trial", 0.01)
    with pytest.raises(TransientError, match="could not be tried out in 0 seconds"):
        theme_trial.read("theme/notice.html", NOTICE.encode(), SITE)


def test_a_trial_knows_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    refusing = "lambda key, *_: trial.Diagnostics(key).fail(','.join(sorted(os.environ)))"
    replace(monkeypatch, "a theme's trial", ending(refusing))
    with pytest.raises(Rejected) as refusal:
        theme_trial.read("theme/notice.html", NOTICE.encode(), SITE)
    assert "AWS" in ",".join(os.environ)
    assert "AWS" not in str(refusal.value)
    assert "PYTHONPATH" in str(refusal.value)
