"""Mail addresses: what is one, how SES is given it, and when two are the same person's."""

import pytest

from newsroom.comments import submissions
from newsroom.comments.submissions import InvalidForm, Submission
from newsroom.comments.tokens import writer_hash
from newsroom.errors import Rejected
from newsroom.mail_addresses import NotAnAddress, compared, deliverable, mail_address
from newsroom.uploads import site_yaml
from newsroom.uploads.diagnostics import Diagnostics

NONE = [
    "", "@", "anna", "anna@", "@mail.example", "anna@localhost", "anna@@mail.example", "a@b@c.example",
    "a..b@mail.example", ".a@mail.example", "a.@mail.example", "a@b..c", "a@.mail.example", "a@mail.example.",
    "a@[127.0.0.1]", "a@[127.0.0.1].c", "a@[IPv6:::1]", "a@127.0.0.1", "a@10.1", "a@-mail.example", "a@mail-.example",
    "a@ma_il.example", "=?utf-8?q?x?=@b.c", "a@=?utf-8?q?x?=.c", "a b@mail.example", "a@mail example.org",
    '"a b"@mail.example', "a@mail.example\nBcc: b@mail.example", "a@mail.example\x00", "a,b@mail.example",
    "<a@b.example>", "a@mail.example, b@mail.example", "a;b@mail.example", "a:b@mail.example", "a(b)@mail.example",
    "a\\b@mail.example",
    "x" * 65 + "@mail.example",
    "ü" * 33 + "@mail.example", "a@" + "x" * 64 + ".example", "a@" + "m." * 127 + "example",
    "a@xn--a.example", "a@xn--\u00fc.example", "a@\u2488.example", "a@mail\u3002.example", "\u201ca\u201d@mail.example",
]  # fmt: skip

SAME = [
    ("a@b.c", "a@b.c"),
    ("anna@mail.example", " Anna@MAIL.example "),
    ("anna@mail.example", "\uff41nna@mail.example"),
    ("anna@mail.example", "anna@mail\uff0eexample"),
    ("anna@mail.example", "anna@mail\u3002example"),
    ("anna@mail.example", "anna@mail.example\u200b"),
    ("anna@mail.example", "\ufeffanna@mail.example\u2060"),
    ("anna@mail.example", "an\u00adna@ma\u200dil.example"),
    ("anna@m\u00fcller.example", "anna@xn--mller-kva.example"),
    ("anna@m\u00fcller.example", "anna@mu\u0308ller.example"),
    ("anna@m\u00fcller.example", "anna@M\u00dcLLER.example"),
    ("j\u00fcrgen@mail.example", "ju\u0308rgen@mail.example"),
]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_mail_address_is_refused(text: str) -> None:
    with pytest.raises(NotAnAddress):
        mail_address(text)
    with pytest.raises(InvalidForm) as refused:
        submissions.validate({"author": "Anna", "email": text, "comment": "Words."}, Submission)
    assert [problem["field"] for problem in refused.value.problems] == ["email"]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_persons_address_is_found_however_it_is_written(one: str, other: str) -> None:
    assert writer_hash("s", one) == writer_hash("s", other)
    assert compared(mail_address(other)) == compared(one)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Anna.Berg+news@Mail.example", "Anna.Berg+news@mail.example"),
        ("anna@m\u00fcller.example", "anna@xn--mller-kva.example"),
        ("anna@stra\u00dfe.example", "anna@xn--strae-oqa.example"),
        ("anna@\u4f8b\u3048.\u30c6\u30b9\u30c8", "anna@xn--r8jz45g.xn--zckzah"),
        ("anna@\u03b4\u03bf\u03ba\u03b9\u03bc\u03ae.example", "anna@xn--jxalpdlp.example"),
        ("o'neil@mail.example", "o'neil@mail.example"),
        ("anna@mail.example\u200b", "anna@mail.example"),
    ],
)
def test_ses_is_given_an_address_in_ascii(text: str, sent: str) -> None:
    assert deliverable(text) == sent
    assert submissions.validate({"author": "A", "email": text, "comment": "W", "notify": "yes"}, Submission).notify


@pytest.mark.parametrize("local", ["j\u00fcrgen", "\u5f20\u4f1f", "\u043c\u0438\u0440", "caf\u00e9.au.lait"])
def test_whose_address_cannot_be_mailed_may_write_but_is_told_when_they_want_mail(local: str) -> None:
    sent = {"author": "A", "email": f"{local}@mail.example", "comment": "W"}

    assert submissions.validate(sent, Submission).email == f"{local}@mail.example"
    with pytest.raises(InvalidForm, match="a to z before the @") as refused:
        submissions.validate({**sent, "notify": "yes"}, Submission)
    assert [problem["field"] for problem in refused.value.problems] == ["email"]


@pytest.mark.parametrize(
    "text", ["j\u00fcrgen@paper.example", "a..b@paper.example", "a@[127.0.0.1]", "a@b@c.example", "a@localhost"]
)
def test_an_editors_address_that_cannot_be_mailed_is_refused_in_words(text: str) -> None:
    with pytest.raises(Rejected, match=r"notify.*write one mail address"):
        site_yaml.parse_site_yaml(f"comments: {{notify: '{text}'}}\n", Diagnostics("site.yaml"))


@pytest.mark.parametrize("field", ["contact", "comments.staff"])
@pytest.mark.parametrize("text", ["a..b@paper.example", "a@[127.0.0.1]", "a@b@c.example", "a@localhost"])
def test_every_other_address_in_the_settings_is_one_too(field: str, text: str) -> None:
    said = f"contact: '{text}'\n" if field == "contact" else f"comments: {{staff: ['{text}']}}\n"
    with pytest.raises(Rejected):
        site_yaml.parse_site_yaml(said, Diagnostics("site.yaml"))


def test_settings_take_addresses_of_any_language() -> None:
    said = "contact: post@m\u00fcller.example\ncomments: {notify: desk@m\u00fcller.example\u200b}\n"
    site, _ = site_yaml.parse_site_yaml(said, Diagnostics("site.yaml"))
    assert site["contact"] == "post@m\u00fcller.example"
    assert site["comments"]["notify"] == "desk@m\u00fcller.example"
