"""`broadsheet restore-rows`: rows from a restored backup of a table back into the paper's own.

A backup of DynamoDB is restored as a new table, and nothing in the stack knows that one. So its rows are copied:
those that are missing, and those that had a later revision there. Nothing present is ever overwritten by something
older, and nothing that was erased comes back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer
from botocore.exceptions import ClientError

from adapters.clients import dynamodb
from adapters.table import Table
from infra.cli import CannotDo, cloud, rebuilds
from infra.cli.terminal import LOCAL, AsJson, Stack, State, counted, out, print_json, progress, say
from newsroom import urls
from newsroom.rows import Key, article_key, author_key, comment_key, decode, list_pk, static_key, upload_key

Item = dict[str, Any]

_NEVER_REMOVED = ("ADDRESS#", "MONTHS#", "LINK#", "NAME#look/")
"""Rows that are written once and kept: one that is missing was lost."""
_OF_A_MOMENT = ("REBUILD#", "OUT-TRAY")
"""Rows whose time is over: accounts of rebuilds, and mail, which was sent."""


@dataclass
class Restored:
    """How many rows came back, how many were there as new or newer, and how many were left where they are."""

    restored: int = 0
    there: int = 0
    left: int = 0
    rebuild: str | None = None
    as_then: set[Key] = field(default_factory=set, repr=False)
    """The rows that others follow from, so far as they are now as they were in the backup."""
    addresses: set[str] = field(default_factory=set, repr=False)


def restore_rows(
    source: Annotated[str, typer.Option("--from", metavar="TABLE", help="The table that a backup was restored to.")],
    *,
    prefix: Annotated[
        str, typer.Option("--prefix", metavar="PK", help="Only rows whose key begins so, and what follows from them.")
    ] = "",
    private: Annotated[
        bool, typer.Option("--private", help="Into PrivateTable: what readers told in confidence.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    state: State = LOCAL,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Copy rows that are missing, or were newer, from a restored backup; then have every page compared."""
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
    found = copy.found
    if found.restored and not private:
        found.rebuild = rebuilds.ask(newsroom, rebuilds.chosen(None, None, []))
    told = {"restored": found.restored, "there": found.there, "left": found.left, "rebuild": found.rebuild}
    if as_json:
        print_json(told)
        return
    out(f"{found.restored} rows restored, {found.there} were there as new or newer, {found.left} left out")
    if found.rebuild:
        say(f"Every page is being compared with the tables; see reports/rebuild-{found.rebuild}.json when it is done.")


@dataclass
class TableRestore:
    """One copying of rows. news: where it is seen whether a comment was erased."""

    source: str
    target: Table
    news: Table
    is_private: bool
    found: Restored = field(default_factory=Restored)

    def run(self, prefix: str) -> Iterator[Item]:
        """Copy what may come back; yields each row once it was seen to. First what others follow from."""
        for item in self._rows():
            if _leads(item) and item["pk"]["S"].startswith(prefix):
                self._bring_back(item)
                yield item
        for item in self._rows():
            if not _leads(item) and not _is_of_a_moment(item) and not _is_part(item):
                if self._followed_by(item) & self.found.as_then or self._is_static_entry(item):
                    self._put([item], "attribute_not_exists(pk)", {})
                elif not prefix:
                    self.found.left += 1
                yield item

    def _bring_back(self, item: Item) -> None:
        if self.is_private and not self._may_be_known(item):
            self.found.left += 1
            return
        condition, values = "attribute_not_exists(pk)", {}
        for counter in ("rev", "edition"):
            if counter in item:
                condition, values = f"{condition} OR {counter} < :now", {":now": item[counter]}
        is_back = self._put([item, *self._parts(item)], condition, values)
        if "rev" in item and (is_back or self._rev_now(item) == item["rev"]):
            self.found.as_then.add(_key(item))
            if item["pk"]["S"].startswith("STATIC#"):
                self.found.addresses.add(decode(item["doc"]["S"])["address"])

    def _put(self, items: list[Item], condition: str, values: Item) -> bool:
        """Write a row and what its text is spread over, if the row is missing or was newer; whether it was."""
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
            self.found.there += 1
            return False
        self.found.restored += 1
        return True

    def _parts(self, item: Item) -> list[Item]:
        """The further rows of a long text."""
        keys = [(item["pk"]["S"], f"{item['sk']['S']}#{number}") for number in range(1, _number(item, "parts"))]
        parts = [self._item(self.source, Key(*key)) for key in keys]
        return [part for part in parts if part]

    def _rev_now(self, item: Item) -> Any:
        return (self._item(self.target.name, _key(item)) or {}).get("rev")

    def _item(self, table: str, key: Key) -> Item | None:
        stored: Any = {"pk": {"S": key.pk}, "sk": {"S": key.sk}}
        return dynamodb().get_item(TableName=table, Key=stored, ConsistentRead=True).get("Item")

    def _may_be_known(self, item: Item) -> bool:
        """Decide whether what a reader told may be kept: of a comment that is there and was not erased, and that mail
        is not wanted, or was not answered."""
        if item["pk"]["S"].startswith("MAILING#"):
            return bool(decode(item["doc"]["S"])["state"] != "confirmed")
        row = self.news.get(_key(item))
        return row is not None and row.doc.get("status") != "erased"

    def _followed_by(self, item: Item) -> set[Key]:
        """What a row may follow from."""
        doc = decode(item["doc"]["S"]) if "doc" in item else {}
        id = item["sk"]["S"] if item["pk"]["S"].startswith("WRITER#") else doc.get("id", "")
        upload = {upload_key(doc["key"])} if doc.get("key") else set()
        return {article_key(id), static_key(id), author_key(id), comment_key(id), *upload}

    def _is_static_entry(self, item: Item) -> bool:
        return item["pk"]["S"] == list_pk(urls.PAGES) and item["sk"]["S"] in self.found.addresses

    def _rows(self) -> Iterator[Item]:
        call: dict[str, Any] = {"TableName": self.source, "ConsistentRead": True}
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


def _key(item: Item) -> Key:
    return Key(item["pk"]["S"], item["sk"]["S"])


def _number(item: Item, name: str) -> int:
    return int(item.get(name, {}).get("N", 0))


def _leads(item: Item) -> bool:
    """Decide whether a row stands for itself; every other follows from one that does, in the same transaction."""
    pk = item["pk"]["S"]
    return not _is_of_a_moment(item) and ("rev" in item or "edition" in item or pk.startswith(_NEVER_REMOVED))


def _is_of_a_moment(item: Item) -> bool:
    return bool(item["pk"]["S"].startswith(_OF_A_MOMENT))


def _is_part(item: Item) -> bool:
    """Decide whether a row is a further part of a long text, which goes with the first."""
    return "body" in item and "doc" not in item
