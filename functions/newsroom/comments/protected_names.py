"""Whose name a comment is signed with: one of the paper's own is not every reader's to use."""

from collections.abc import Container

from newsroom.lookalikes import forms, looked_up
from newsroom.names import form_key
from newsroom.rows import Key
from newsroom.site import Site


def protected_name_keys(name: str) -> list[Key]:
    """The rows of which there is one if somebody who writes for the paper has this name, or one like it."""
    return [form_key(form) for form in looked_up(name)]


def is_ours(name: str, rows: Container[Key], site: Site) -> bool:
    """Whether a name is that of somebody who writes for the paper, or the paper's. rows: those of `own_keys`."""
    papers = {form for own in (site["title"], site["publisher"]["name"]) for form in forms(own)}
    return any(key in rows for key in protected_name_keys(name)) or not papers.isdisjoint(looked_up(name))
