"""Mail addresses: those that site.yaml names and those that readers write, read and compared in one way."""

import re
from unicodedata import category, normalize

from newsroom.unicode_text import INVISIBLE

LONGEST_LOCAL, LONGEST_DOMAIN = 64, 253  # octets, after RFC 5321 and RFC 1035

_PLAIN = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_ASCII_LOCAL = re.compile(rf"{_PLAIN}+(?:\.{_PLAIN}+)*\Z")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
_JOINERS = "\u200c\u200d"


class NotAnAddress(ValueError):
    """A text that is no mail address of somebody at a named host."""


def mail_address(text: str) -> str:
    """A mail address as it was written, without what nobody sees in it; raises NotAnAddress.

    Letters of any language may stand on both sides of the @. Quoted names, comments and hosts by number may not:
    hardly any mail program writes them, and header injection does.
    """
    tidy = _tidy(text)
    local, at, domain = tidy.rpartition("@")
    if not at or not _is_local(local):
        raise NotAnAddress(text)
    ascii_domain(domain)
    return tidy


def deliverable(text: str) -> str:
    """A mail address as SES takes it: ASCII, the domain in Punycode; raises NotAnAddress where there is no such form.

    >>> deliverable("anna@m\u00fcller.example")
    'anna@xn--mller-kva.example'
    """
    local, _, domain = mail_address(text).rpartition("@")
    if not local.isascii():
        raise NotAnAddress(text)
    return f"{local}@{ascii_domain(domain)}"


def compared(text: str) -> str:
    """A mail address in the form that is the same however its owner writes it. What is no address is only tidied."""
    tidy = _tidy(text).lower()
    local, _, domain = tidy.rpartition("@")
    try:
        return f"{local}@{ascii_domain(domain)}"
    except NotAnAddress:
        return tidy


def ascii_domain(domain: str) -> str:
    """A host name in ASCII, after IDNA 2008; raises NotAnAddress for what is none, an address by number included."""
    if not domain or len(domain) > LONGEST_DOMAIN:
        raise NotAnAddress(domain)
    name = domain.lower()
    if not name.isascii() or "xn--" in name:
        import idna  # here, since few addresses need its tables

        try:
            name = idna.encode(name, uts46=True, std3_rules=True).decode()
        except (idna.IDNAError, UnicodeError) as problem:
            raise NotAnAddress(domain) from problem
    labels = name.split(".")
    if len(name) > LONGEST_DOMAIN or len(labels) < 2 or labels[-1].isdecimal() or not all(map(_LABEL.match, labels)):
        raise NotAnAddress(domain)
    return name


def _tidy(text: str) -> str:
    seen = INVISIBLE.sub("", normalize("NFKC", text))
    return normalize("NFKC", "".join(sign for sign in seen if sign not in _JOINERS)).strip()


def _is_local(local: str) -> bool:
    """Whether this may stand before the @. `=?` begins an encoded word, in which a line's end can hide."""
    if len(local.encode(errors="replace")) > LONGEST_LOCAL or "=?" in local:
        return False
    plain = "".join("a" if not sign.isascii() and category(sign)[0] in "LMN" else sign for sign in local)
    return bool(_ASCII_LOCAL.match(plain))
