"""One rule says what a web address is, for uploads, settings, readers and pages."""

import pytest

from newsroom.web_addresses import is_web_address, percent_encoded


@pytest.mark.parametrize(
    "text",
    [
        "https://paper.example",
        "HTTP://Paper.Example/A",
        "http://localhost:8080/a",
        "http://127.0.0.1/",
        "https://[2001:db8::1]:8443/a",
        "https://münchen.example/straße?q=ö#top",
        "https://x.example/@ann/Murphy's_(law)?a=b@c",
    ],
)
def test_an_address_that_a_browser_opens_is_a_web_address(text: str) -> None:
    assert is_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "paper.example", "//paper.example/", "/a/", "https://", "https:///a", "https:paper.example", "ftp://x.example/",
        "javascript://x.example/%0aalert(1)", "https://x.example:0/", "https://x.example:port/",
        "https://x.example:99999/", "https://[::1/", "https://ann@x.example/", "https://ann:word@x.example/",
        "https://good.example%2f@x.example/", "https://x.example/a b", "https://x.example/\n", "\x01https://x.example/",
        "https://x.example\\@y.example/", 'https://x.example/"a', "https://x.example/<a>", "https://x.example/`a`",
        "https://x.example/{{ url }}", "https://x.example/\u202egnp.exe", "https://x\u200b.example/",
        "https://x y.example/",
    ],
)  # fmt: skip
def test_anything_else_is_none(text: str) -> None:
    assert not is_web_address(text)


def test_a_url_keeps_its_own_escapes_and_gains_those_it_lacks() -> None:
    assert percent_encoded("https://x.example/a%20b%/[c]#d#e") == "https://x.example/a%20b%25/%5Bc%5D#d%23e"
