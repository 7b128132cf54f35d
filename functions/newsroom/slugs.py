"""Addresses are made of slugs: lower-case ASCII letters, digits and single hyphens."""

import re
from hashlib import blake2b

from anyascii import anyascii

LONGEST = 200  # characters; a path of a few such slugs stays well inside the 1,024 bytes of an S3 key
_APOSTROPHES = re.compile(r"['’ʼ]")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def slugify(text: str) -> str:
    """The slug of a text, transliterated to ASCII; empty when nothing in it can be spelled.

    >>> slugify("Élection: l’Île says “no”")
    'election-lile-says-no'
    """
    ascii_text = _APOSTROPHES.sub("", anyascii(_APOSTROPHES.sub("", text))).lower()
    slug = _NOT_SLUG.sub("-", ascii_text).strip("-")
    if len(slug) <= LONGEST:
        return slug
    cut = slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]
    return cut.strip("-")


def distinct_slug(text: str) -> str:
    """A slug that different texts do not share: where slugify loses too much, a digest stands in."""
    slug = slugify(text)
    if slug and len(_NOT_SLUG.sub("-", anyascii(text).lower()).strip("-")) <= LONGEST:
        return slug
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
    return f"{slug}-{digest}".strip("-")
