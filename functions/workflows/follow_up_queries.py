"""Which lists have an entry among those that their fronts and feeds show: asked of the table, in few queries."""

from collections.abc import Iterable

from adapters.table import Table
from newsroom import urls
from newsroom.rows import list_pk


def lists_with_changed_fronts(table: Table, entries: Iterable[tuple[str, str]]) -> list[str]:
    """The lists of which one of these entries (list, sk) is or was among the newest: than which fewer are newer than
    a front holds. Whatever is in a list is in the whole paper as well: where few are newer there, as of most that is
    news, no list need be asked."""
    newest: dict[str, str] = {}
    for list_name, sk in entries:
        newest[list_name] = max(sk, newest.get(list_name, ""))
    if not newest or _is_among_newest(table, urls.WHOLE_SITE, min(newest.values())):
        return [*newest]
    return [list_name for list_name, sk in sorted(newest.items()) if _is_among_newest(table, list_name, sk)]


def _is_among_newest(table: Table, list_name: str, sk: str) -> bool:
    return len(table.query(list_pk(list_name), after=sk, limit=urls.NEWEST)) < urls.NEWEST
