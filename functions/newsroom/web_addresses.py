"""Web addresses, from uploads, site.yaml and readers, judged by one rule."""

import re
from urllib.parse import urlsplit

from newsroom.unicode_text import INVISIBLE

FORBIDDEN = re.compile(rf"[\x00-\x20\x7f\s<>\"`{{}}\\]|{INVISIBLE.pattern}")
"""Signs that a web address must not contain. A browser percent-encodes them before it opens an address."""

_HOST = re.compile(r"[\w.-]+\Z|[0-9a-f:.]+\Z")
_NOT_LINKABLE = re.compile(r"[\[\]{}|^]|%(?![0-9a-f]{2})", re.IGNORECASE)


def is_web_address(text: str) -> bool:
    """Return True if a text is a complete http or https address that a browser can open.

    A name or a password before the host is refused: it may be secret, and `https://bank.example@thief.example/` leads
    to thief.example.
    """
    if FORBIDDEN.search(text):
        return False
    try:
        parts = urlsplit(text)
        port = parts.port  # raises ValueError if it is not a number up to 65535
    except ValueError:
        return False
    is_on_the_web = parts.scheme in {"http", "https"} and port != 0 and "@" not in parts.netloc
    return is_on_the_web and bool(_HOST.match(parts.hostname or ""))


def percent_encoded(url: str) -> str:
    """Return the URL with the signs that a URL must not contain percent-encoded."""
    page, mark, place = url.partition("#")
    return _NOT_LINKABLE.sub(lambda sign: f"%{ord(sign[0]):02X}", page + mark + place.replace("#", "%23"))
