"""Mail addresses, from site.yaml and from readers, parsed and compared in the same way."""

import re
from unicodedata import category, normalize

from newsroom.unicode_text import INVISIBLE

LONGEST_LOCAL, LONGEST_DOMAIN = 64, 253  # octets, after RFC 5321 and RFC 1035

_PLAIN = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_ASCII_LOCAL = re.compile(rf"{_PLAIN}+(?:\.{_PLAIN}+)*\Z")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
_JOINERS = "\u200c\u200d"


class NotAnAddress(ValueError):
    """A text that is not a mail address at a named host."""


def mail_address(text: str) -> str:
    """Return a mail address as it was written, without invisible signs; raise NotAnAddress if it is none.

    Both sides of the @ may have letters of any language. Quoted names, comments and numeric hosts are refused:
    mail programs rarely write them, but header injection does.
    """
    tidy = _tidy(text)
    local, at, domain = tidy.rpartition("@")
    if not at or not _is_local(local):
        raise NotAnAddress(text)
    ascii_domain(domain)
    return tidy


def deliverable(text: str) -> str:
    """Return a mail address in the form that SES accepts: ASCII, with the domain in Punycode; raise NotAnAddress if
    the address has no such form.

    >>> deliverable("anna@m\u00fcller.example")
    'anna@xn--mller-kva.example'
    """
    local, _, domain = mail_address(text).rpartition("@")
    if not local.isascii():
        raise NotAnAddress(text)
    return f"{local}@{ascii_domain(domain)}"


def compared(text: str) -> str:
    """Return a mail address in its normal form for comparison. A text that is not an address is only tidied."""
    tidy = _tidy(text).lower()
    local, _, domain = tidy.rpartition("@")
    try:
        return f"{local}@{ascii_domain(domain)}"
    except NotAnAddress:
        return tidy


def ascii_domain(domain: str) -> str:
    """Return a host name in ASCII, by IDNA 2008; raise NotAnAddress if it is none. Numeric addresses are refused."""
    if not domain or len(domain) > LONGEST_DOMAIN:
        raise NotAnAddress(domain)
    name = domain.lower()
    if not name.isascii() or "xn--" in name:
        import idna  # imported here because few addresses need its tables

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
    """Return True if this may come before the @. `=?` begins an encoded word, which can hide a line break."""
    if len(local.encode(errors="replace")) > LONGEST_LOCAL or "=?" in local:
        return False
    plain = "".join("a" if not sign.isascii() and category(sign)[0] in "LMN" else sign for sign in local)
    return bool(_ASCII_LOCAL.match(plain))
