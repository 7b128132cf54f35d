"""Addresses from texts and settings that pages may show: an unsafe one is left out."""

from newsroom.article import Image, Source
from newsroom.html_links import is_safe_url


def safe_url(url: str | None) -> str | None:
    """Return the address if it is safe to link to; else None."""
    return url if is_safe_url(url) else None


def safe_image(image: Image | None) -> Image | None:
    """Return the image if its address is safe to show; else None."""
    return image if image and is_safe_url(image["url"]) else None


def safe_source(source: Source | None) -> Source | None:
    """Return the source if it is safe to link to; else None."""
    return source if source and is_safe_url(source["url"]) else None
