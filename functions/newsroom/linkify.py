"""Web and mail addresses in plain text, found by GitHub's rules."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from newsroom.web_addresses import percent_encoded

_NO_PART = (
    r"\s<>\"`\\\u201c-\u201f\xab\xbb\u2039\u203a\u202a-\u202e\u2066-\u2069"  # quotes, and signs that reverse text
    r"\u3000-\u3003\u3008-\u3011\u3014-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"  # as 。and ）
)
_ADDRESS = re.compile(
    rf"(?<![A-Za-z0-9_@./-])(?P<scheme>(?i:https?)://|(?i:www)\.)(?P<host>\w[\w.-]{{0,250}}+)(?::\d{{1,5}}+)?+"
    rf"(?P<path>[/?#][^{_NO_PART}]*+)?+"
    r"|(?<![A-Za-z0-9_@./+-])(?:(?i:mailto):)?(?P<mail>[A-Za-z0-9._+-]{1,64}+@(?!\dx\.)"
    r"(?:[A-Za-z0-9-]{1,63}+\.){1,8}[A-Za-z]{2,24}+)(?![A-Za-z0-9_@-])"
)
_HINT = re.compile(r"://|www\.|@", re.IGNORECASE)
_CREDENTIALS = re.compile(r"[^\s/?#<>\"@]{0,300}+@")
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_AFTER_AN_ADDRESS = frozenset(".,;:!?*_~'…’") | frozenset(_CLOSERS)


class FoundLink(NamedTuple):
    """An address in a text, from `start` to `end`, and its URL."""

    start: int
    end: int
    url: str


def find(text: str) -> Iterator[FoundLink]:
    """Find the addresses in a text: with http:// or https://, with www., and of mail. A bare host does not count."""
    if not _HINT.search(text):
        return
    match = _ADDRESS.search(text)
    while match is not None:
        start, end = match.span()
        if match["mail"]:
            yield FoundLink(start, end, f"mailto:{match['mail']}")
        elif not match["path"] and (secret := _CREDENTIALS.match(text, end)):
            end = secret.end()  # a name and a password before the host must not be published
        else:
            host = _host(match["host"])
            is_whole = host == match["host"]
            address = _without_what_follows(match[0] if is_whole else match["scheme"] + host)
            end = start + len(address)
            if "://" in match["scheme"]:
                yield FoundLink(start, end, percent_encoded(address))
            elif "." in host.strip("."):
                yield FoundLink(start, end, percent_encoded(f"http://{address}"))
        match = _ADDRESS.search(text, end)


def _host(written: str) -> str:
    """Return the host without the text that follows it: a Japanese sentence continues without a space."""
    for place in range(1, len(written)):
        before, sign = written[place - 1], written[place]
        if _is_wide(sign) and not _is_wide(before) and before != ".":
            return written[:place]
    return written


def _is_wide(sign: str) -> bool:
    return sign >= "\u1100" and not "\u1e00" <= sign < "\u2000"


def _without_what_follows(address: str) -> str:
    """Return the address without the full stop of its sentence and without a bracket that opened before it."""
    counts = {sign: address.count(sign) for pair in _CLOSERS.items() for sign in pair}
    end = len(address)
    while address[end - 1] in _AFTER_AN_ADDRESS:
        last = address[end - 1]
        if last in _CLOSERS:
            if counts[last] <= counts[_CLOSERS[last]]:
                break
            counts[last] -= 1
        end -= 1
    return address[:end]
