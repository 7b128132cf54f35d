"""`broadsheet restore-rows`: copy rows from a restored backup into the newsroom's own table.

DynamoDB restores a backup as a new table, which nothing in the stack uses. So this command copies its rows:
rows that are missing, and rows that had a later revision in the backup. A row is never overwritten by an older
one, and erased data is not restored.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer
from botocore.exceptions import ClientError

from adapters.clients import dynamodb
from adapters.table import Table
from infra.cli import CannotDo, cloud, rebuilds
from infra.cli.terminal import LOCAL, AsJson, Stack, State, Yes, counted, out, print_json, progress, say
from newsroom.rows import decode
from newsroom.table_keys import (
    Key,
    article_key,
    author_key,
    comment_key,
    pages_partition,
    static_key,
    upload_key,
)

Item = dict[str, Any]

_NEVER_REMOVED = ("ADDRESS#", "MONTHS#", "LINK#", "NAME#look/")
"""Rows that are written once and never deleted: a missing one was lost."""
_TEMPORARY = ("REBUILD#", "OUT-TRAY")
"""Rows that are out of date: progress of rebuilds, and mail, which was sent."""


@dataclass
class RestoreCounts:
    """The numbers of rows that were restored, that were present and as new or newer, and that were not copied."""

    restored: int = 0
    there: int = 0
    left: int = 0
    rebuild: str | None = None
    as_then: set[Key[object]] = field(default_factory=set, repr=False)
    """The primary rows that now equal their copies in the backup; derived rows depend on these."""
    addresses: set[str] = field(default_factory=set, repr=False)


def restore_rows(
    source: Annotated[str, typer.Option("--from", metavar="TABLE", help="The table that a backup was restored to.")],
    *,
    prefix: Annotated[
        str, typer.Option("--prefix", metavar="PK", help="Only rows whose key begins with PK, and their derived rows.")
    ] = "",
    private: Annotated[
        bool, typer.Option("--private", help="Restore into PrivateTable, which holds readers' private data.")
    ] = False,
    yes: Yes = False,
    state: State = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Copy rows that are missing, or were newer, from a restored backup; then start a rebuild of every page."""
    newsroom = cloud.find(state, stack)
    target = newsroom.private_table if private else newsroom.news_table
    if source == target:
        raise CannotDo(f"{source} is the paper's own table: name the one that the backup was restored to")
    if not yes:
        typer.confirm(f"Copy rows from {source} into {target}?", abort=True, err=True)
    with progress() as bars:
        task = bars.add_task("copying rows", total=None)
        copy = TableRestore(source, Table(target), Table(newsroom.news_table), is_private=private)
        for _ in counted(copy.run(prefix), bars, task):
            pass
    counts = copy.counts
    if counts.restored and not private:
        counts.rebuild = rebuilds.ask(newsroom, rebuilds.chosen(None, None, []))
    if as_json:
        print_json({
            "restored": counts.restored, "there": counts.there, "left": counts.left, "rebuild": counts.rebuild
        })  # fmt: skip
        return
    out(f"{counts.restored} rows restored, {counts.there} were there as new or newer, {counts.left} left out")
    if counts.rebuild:
        say(f"Every page is being compared with the tables; see reports/rebuild-{counts.rebuild}.json when it is done.")


@dataclass
class TableRestore:
    """One run of copying. news: the table that shows which comments were erased."""

    source: str
    target: Table
    news: Table
    is_private: bool
    counts: RestoreCounts = field(default_factory=RestoreCounts)

    def run(self, prefix: str) -> Iterator[Item]:
        """Copy the rows that may be restored; yield each row after it was processed. Primary rows come first."""
        for item in self._rows():
            if _is_primary(item) and item["pk"]["S"].startswith(prefix):
                self._restore_primary(item)
                yield item
        for item in self._rows():
            if _is_derived(item):
                if self._primary_keys(item) & self.counts.as_then or self._is_static_entry(item):
                    self._put([item], "attribute_not_exists(pk)", {})
                elif not prefix:
                    self.counts.left += 1
                yield item

    def _restore_primary(self, item: Item) -> None:
        if self.is_private and not self._may_be_restored(item):
            self.counts.left += 1
            return
        condition, values = "attribute_not_exists(pk)", {}
        for counter in ("rev", "edition"):
            if counter in item:
                condition, values = f"{condition} OR {counter} < :now", {":now": item[counter]}
        is_restored = self._put([item, *self._parts(item)], condition, values)
        if "rev" in item and (is_restored or self._rev_now(item) == item["rev"]):
            self.counts.as_then.add(_key(item))
            if item["pk"]["S"].startswith("STATIC#"):
                self.counts.addresses.add(decode(item["doc"]["S"])["address"])

    def _put(self, items: list[Item], condition: str, values: Item) -> bool:
        """Write a row and the other rows of its text if the condition holds; return True if they were written."""
        name = self.target.name
        first: Any = {"Put": {"TableName": name, "Item": items[0], "ConditionExpression": condition}}
        if values:
            first["Put"]["ExpressionAttributeValues"] = values
        rest: list[Any] = [{"Put": {"TableName": name, "Item": item}} for item in items[1:]]
        try:
            dynamodb().transact_write_items(TransactItems=[first, *rest])
        except dynamodb().exceptions.TransactionCanceledException as problem:
            codes = {reason.get("Code", "None") for reason in problem.response.get("CancellationReasons", [])}
            if not codes <= {"None", "ConditionalCheckFailed"}:
                raise
            self.counts.there += 1
            return False
        self.counts.restored += 1
        return True

    def _parts(self, item: Item) -> list[Item]:
        """Return the further rows of a long text."""
        keys = [(item["pk"]["S"], f"{item['sk']['S']}#{number}") for number in range(1, _number(item, "parts"))]
        parts = [self._item(self.source, Key(*key)) for key in keys]
        return [part for part in parts if part]

    def _rev_now(self, item: Item) -> Any:
        return (self._item(self.target.name, _key(item)) or {}).get("rev")

    def _item(self, table: str, key: Key[object]) -> Item | None:
        stored: Any = {"pk": {"S": key.pk}, "sk": {"S": key.sk}}
        return dynamodb().get_item(TableName=table, Key=stored, ConsistentRead=True).get("Item")

    def _may_be_restored(self, item: Item) -> bool:
        """Return True if a reader's private data may be restored: data of a comment that exists and was not erased,
        and a refused or unanswered subscription, but never a confirmed one."""
        if item["pk"]["S"].startswith("MAILING#"):
            return bool(decode(item["doc"]["S"])["state"] != "confirmed")
        row = self.news.get(_key(item))
        return row is not None and row.doc.get("status") != "erased"

    def _primary_keys(self, item: Item) -> set[Key[object]]:
        """Return the keys of the primary rows from which a row may be derived."""
        doc = decode(item["doc"]["S"]) if "doc" in item else {}
        id = item["sk"]["S"] if item["pk"]["S"].startswith("WRITER#") else doc.get("id", "")
        upload = {upload_key(doc["key"])} if doc.get("key") else set()
        return {article_key(id), static_key(id), author_key(id), comment_key(id), *upload}

    def _is_static_entry(self, item: Item) -> bool:
        return item["pk"]["S"] == pages_partition() and item["sk"]["S"] in self.counts.addresses

    def _rows(self) -> Iterator[Item]:
        call: Item = {"TableName": self.source, "ConsistentRead": True}
        while True:
            try:
                answer = dynamodb().scan(**call)
            except ClientError as problem:
                if problem.response["Error"]["Code"] == "ResourceNotFoundException":
                    raise CannotDo(
                        f"there is no table {self.source}: restore a backup to it with 'aws dynamodb "
                        "restore-table-to-point-in-time'"
                    ) from problem
                raise
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            call["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _key(item: Item) -> Key[Any]:
    return Key(item["pk"]["S"], item["sk"]["S"])


def _number(item: Item, name: str) -> int:
    return int(item.get(name, {}).get("N", 0))


def _is_primary(item: Item) -> bool:
    """Return True for a primary row; every other row is derived from one, and written in its transaction."""
    pk = item["pk"]["S"]
    return not _is_temporary(item) and ("rev" in item or "edition" in item or pk.startswith(_NEVER_REMOVED))


def _is_derived(item: Item) -> bool:
    """Return True for a row that is written with a primary row and says the same in another form."""
    return not _is_primary(item) and not _is_temporary(item) and not _is_part(item)


def _is_temporary(item: Item) -> bool:
    return bool(item["pk"]["S"].startswith(_TEMPORARY))


def _is_part(item: Item) -> bool:
    """Return True for a further part of a long text, which is copied with the first part."""
    return "body" in item and "doc" not in item
