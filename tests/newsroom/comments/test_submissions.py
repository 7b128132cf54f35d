"""What may be sent as a comment, and what is said about the rest."""

import json
from dataclasses import asdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsroom import messages
from newsroom.comments import submissions
from newsroom.comments.submissions import InvalidForm, Submission
from newsroom.errors import PermanentError

GOOD = {"author": "Wim", "email": "wim@reader.example", "comment": "Seven centimetres."}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40), lambda inner: st.lists(inner, max_size=3)
)


def problems(**fields: object) -> dict[str | None, str]:
    """What is wrong with a good comment but for these fields."""
    with pytest.raises(InvalidForm) as refused:
        submissions.validate({**GOOD, **fields}, Submission)
    return {problem["field"]: problem["message"] for problem in refused.value.problems}


@settings(suppress_health_check=[HealthCheck.too_slow])  # of which a busy machine is to blame
@given(st.dictionaries(st.sampled_from([*GOOD, "url", "parent", "notify", "topic", "x"]), ANYTHING))
def test_whatever_is_sent_is_refused_in_words_or_fits_the_queue_and_the_tables(fields: dict[str, object]) -> None:
    submissions.form_values(fields)["comment"].encode()
    try:
        submission = submissions.validate({**GOOD, **fields}, Submission)
    except InvalidForm as refused:
        found = refused.problems
    else:
        found = [{"field": None, "message": "none"}]
        for name, most in submissions.LONGEST.items():
            assert len(getattr(submission, name) or "") <= most + len("https://") * (name == "url")
        assert "\0" not in "".join(map(str, asdict(submission).values()))
    assert found
    assert all(problem["message"] for problem in found)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_form_or_json_or_refused_in_words(body: bytes) -> None:
    for read in (submissions.form_fields, submissions.json_fields):
        try:
            submissions.form_values(read(body))
        except InvalidForm as refused:
            said = str(refused)
        else:
            said = "taken"
        assert said


def test_everything_wrong_is_said_at_once() -> None:
    found = problems(author=" ", email="wim at reader", url="ftp://reader.example", comment="\n")
    assert set(found) == {"author", "email", "url", "comment"}


@pytest.mark.parametrize("character", ["\0", "\x0b", "\ud800", "\ufffe", "\uffff"])
def test_characters_that_nothing_can_carry_are_refused(character: str) -> None:
    assert f"U+{ord(character):04X}" in problems(comment=f"a{character}b")["comment"]


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "javascript://x.example/%0aalert(1)", "https://", "https://a b.example", "http://[::1",
     "https://reader.example@other.example", "mailto:wim@reader.example", "https://x.example/\"onclick", "wim"],
)  # fmt: skip
def test_a_website_is_one_on_the_web(url: str) -> None:
    assert set(problems(url=url)) == {"url"}


@pytest.mark.parametrize(
    ("url", "kept"),
    [("", None), (" ", None), ("reader.example", "https://reader.example"), ("http://reader.example/a?b#c",) * 2],
)
def test_a_website_may_be_left_out_or_written_without_its_scheme(url: str, kept: str | None) -> None:
    assert submissions.validate({**GOOD, "url": url}, Submission).url == kept


def test_lines_end_alike_and_names_are_one_line() -> None:
    submission = submissions.validate({**GOOD, "author": " Wim \n Dekker ", "comment": "a\r\n\r\nb\rc"}, Submission)
    assert (submission.author, submission.comment) == ("Wim Dekker", "a\n\nb\nc")


@pytest.mark.parametrize("sign", ["'", "’", "(", ")", ",", ";", "!", "*", "~", "$", "&", "@"])
def test_a_website_may_have_any_sign_in_its_path_that_the_web_has(sign: str) -> None:
    url = f"https://reader.example/wiki/Murphy{sign}s_law"
    assert submissions.validate({**GOOD, "url": url}, Submission).url == url


BLANK = ["", " \n ", "\u200b", "\u200e\u202e", "\u2800", "\u3164", "\u00a0\u3000", "\u2060\ufeff", "\u115f\u1160\uffa0",
         "\u200c\u200d", "\ufe0f", "\u034f", "\u00ad", "\U000e0041", "\u2028", "\u180e", "\u0301",
         "\U0001d159"]  # fmt: skip


@pytest.mark.parametrize("form", [Submission, submissions.Edit])
@pytest.mark.parametrize("blank", BLANK, ids=ascii)
def test_a_comment_in_which_there_is_nothing_to_see_is_none(blank: str, form: type[submissions.Edit]) -> None:
    with pytest.raises(InvalidForm, match="Write your comment"):
        submissions.validate({**GOOD, "comment": blank}, form)


@pytest.mark.parametrize("words", ["👍", "…", "漢", "ا", "👩\u200d🚒", "\u200bOK", "e\u0301", "\U0001fae9"], ids=ascii)
def test_a_comment_of_one_sign_is_one(words: str) -> None:
    assert submissions.validate({**GOOD, "comment": words}, Submission).comment == words


SCOTLAND = "🏴" + "".join(map(chr, (*(0xE0000 + ord(letter) for letter in "gbsct"), 0xE007F)))
NAMES = ["علی\u200cرضا", "👩\u200d🚒 Ann", "渡邉\U000e0100", f"Ann {SCOTLAND}", "ᠮᠣᠩᠭᠣᠯ\u180b", "ශ්\u200dරී"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_keeps_what_its_letters_need(name: str) -> None:
    assert submissions.validate({**GOOD, "author": name}, Submission).author == name


@pytest.mark.parametrize("name", ["W\u200bim", "Wim\U000e0100", "W\U000e0067im", "\u202eWim", "Wi\u180bm"], ids=ascii)
def test_a_name_loses_what_nobody_sees_and_none_needs(name: str) -> None:
    assert submissions.validate({**GOOD, "author": name}, Submission).author == "Wim"


@pytest.mark.parametrize("parent", ["0", "", 0, None])
def test_a_comment_that_answers_none_may_say_so_in_any_usual_way(parent: object) -> None:
    assert submissions.validate({**GOOD, "parent": parent}, Submission).parent is None


@pytest.mark.parametrize("body", ["", "[]", "{}", json.dumps({"email": "wim@reader.example"}), "wim@reader.example"])
def test_a_message_that_is_no_letter_is_named_without_its_words(body: str) -> None:
    with pytest.raises(PermanentError) as refused:
        messages.parse_submitted_comment(body)
    assert "reader.example" not in str(refused.value)
