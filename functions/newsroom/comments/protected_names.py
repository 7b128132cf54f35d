"""Protected names: readers may not sign comments with a name that belongs to the paper or its writers."""

from collections.abc import Container

from newsroom.lookalikes import forms, looked_up
from newsroom.site import Site
from newsroom.table_keys import Key, lookalike_key


def protected_name_keys(name: str) -> list[Key[object]]:
    """Return the keys to look up: a row exists if a writer of the paper has this or a similar name."""
    return [lookalike_key(form) for form in looked_up(name)]


def is_ours(name: str, rows: Container[Key[object]], site: Site) -> bool:
    """Return True if a name belongs to the paper or one of its writers. rows: those of `protected_name_keys`."""
    papers = {form for own in (site["title"], site["publisher"]["name"]) for form in forms(own)}
    return any(form in papers or lookalike_key(form) in rows for form in looked_up(name))
