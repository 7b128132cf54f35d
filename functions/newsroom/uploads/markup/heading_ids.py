"""Ids of headings, and the names that other systems give them.

A link to a heading is copied from GitHub, Jekyll, Hugo, GitLab or Obsidian, and each of them spells and numbers in
its own way. Whatever it says, it leads to the heading it meant.
"""

import re
from collections import defaultdict

from newsroom.slugs import slugify


class Anchors:
    """The ids of a text."""

    def __init__(self, ids: set[str]) -> None:
        self._ids = ids
        self._used: defaultdict[str, int] = defaultdict(int)
        self._places: dict[str, str] = {}
        self._times: defaultdict[str, int] = defaultdict(int)

    def numbered(self, slug: str) -> str:
        """An id that no other has, numbered as GitHub, Jekyll and Hugo do: results, results-1."""
        id = slug
        while id in self._ids:
            self._used[slug] += 1
            id = f"{slug}-{self._used[slug]}"
        self._ids.add(id)
        return id

    def name(self, said: str, id: str) -> None:
        """Notes all that a heading is called elsewhere."""
        for name in dict.fromkeys((_github(said), _kramdown(said), _blackfriday(said), slugify(said))):
            time = self._times[name]
            self._times[name] += 1
            self._places.setdefault(f"{name}-{time}" if time else name, id)
        self._places.setdefault(_loose(said), id)

    def find(self, wanted: str) -> str | None:
        """The id of the heading that a link means, if there is one."""
        if not self._places:
            return None
        wanted = wanted.removeprefix("user-content-")
        names = (wanted, wanted.lower(), slugify(wanted), _loose(wanted), _loose(wanted.rpartition("#")[2]))
        return next((self._places[name] for name in names if name in self._places), None)


def _github(said: str) -> str:
    return re.sub(r"[^\w\- ]", "", said.strip().lower()).replace(" ", "-")


def _kramdown(said: str) -> str:
    bare = re.sub(r"[^a-zA-Z0-9 -]", "", re.sub(r"\A[^a-zA-Z]+", "", said.strip()))
    return bare.replace(" ", "-").lower() or "section"


def _blackfriday(said: str) -> str:
    return re.sub(r"[\W_]+", "-", said.lower()).strip("-")


def _loose(said: str) -> str:
    """The letters of a heading alone, with a sign before them that no other name has."""
    return "=" + re.sub(r"[\W_]+", "", said.casefold())
