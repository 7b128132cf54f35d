"""NewsTable's adapter: conditions, transactions, long texts, queries and editions."""

from base64 import b64decode
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from botocore.exceptions import ClientError

from adapters import clients
from adapters.table import Table
from newsroom.errors import TransientError
from newsroom.rows import Row, RowWrite
from newsroom.table_keys import Key
from tests.paper import Paper

LONG = Random(7).randbytes(400_000).hex()  # compresses to some 450 KB: two rows
LONGER = Random(8).randbytes(800_000).hex()  # three


@pytest.fixture(scope="module")
def table(shared_paper: Paper) -> Table:
    return Table("news")


def row(table: Table, key: Key) -> Row:
    found = table.get(key)
    assert found is not None
    return found


def items(pk: str) -> list[dict[str, Any]]:
    answer = clients.dynamodb().query(
        TableName="news",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": pk}},
        ConsistentRead=True,
    )
    return list(answer["Items"])


# ── Conditions ──


def test_a_row_that_must_be_new_is_written_once(table: Table) -> None:
    key = Key("NEW", "NEW")

    assert table.get(key) is None
    assert table.transact([RowWrite(key, {"by": "first"}, expected_rev=0)])
    assert not table.transact([RowWrite(key, {"by": "second"}, expected_rev=0)])
    assert row(table, key) == Row(key, {"by": "first"}, rev=1)


def test_each_write_raises_the_revision_and_an_older_look_cannot_write(table: Table) -> None:
    key = Key("REV", "REV")
    for was in range(3):
        assert table.transact([RowWrite(key, {"look": was}, expected_rev=was)])

    assert not table.transact([RowWrite(key, {"look": "slow"}, expected_rev=1)])
    assert not table.transact([RowWrite(key, {"look": "from nowhere"}, expected_rev=7)])
    assert row(table, key) == Row(key, {"look": 2}, rev=3)


def test_a_row_that_has_gone_cannot_be_written_by_who_saw_it(table: Table) -> None:
    key = Key("WENT", "WENT")
    table.transact([RowWrite(key, {}, expected_rev=0)])
    table.transact([RowWrite(key, None)])

    assert not table.transact([RowWrite(key, {}, expected_rev=1)])
    assert table.get(key) is None


def test_an_address_is_for_whoever_claims_it_first_and_stays_theirs(table: Table) -> None:
    key = Key("ADDRESS#/x/", "ADDRESS")

    assert table.transact([RowWrite(key, {"live": True}, owner="article/x")])
    assert not table.transact([RowWrite(key, {"live": True}, owner="page/x")])
    assert table.transact([RowWrite(key, {"live": False}, owner="article/x")])
    assert row(table, key).doc == {"live": False}


def test_a_change_without_a_condition_writes_whatever_is_there(table: Table) -> None:
    key = Key("PLAIN", "PLAIN")

    for doc in ({"n": 1}, {"n": 2}):
        assert table.transact([RowWrite(key, doc)])

    assert row(table, key) == Row(key, {"n": 2}, rev=0)


def test_deleting_what_is_not_there_is_no_error(table: Table) -> None:
    assert table.transact([RowWrite(Key("NEVER", "NEVER"), None)])


def test_a_transaction_with_one_lost_condition_writes_nothing(table: Table) -> None:
    taken, free, doomed = (Key("TOGETHER", name) for name in ("taken", "free", "doomed"))
    table.transact([RowWrite(taken, {}, expected_rev=0), RowWrite(doomed, {})])

    assert not table.transact(
        [RowWrite(free, {}, expected_rev=0), RowWrite(doomed, None), RowWrite(taken, {}, expected_rev=0)]
    )
    assert set(table.get_many([taken, free, doomed])) == {taken, doomed}


def cancelled(*codes: str) -> dict[str, Any]:
    """What a transaction fails of that is cancelled for these reasons."""
    reasons = [{"Code": code} for code in codes]
    return {"error": "TransactionCanceledException", "message": "cancelled", "CancellationReasons": reasons}


IN_PROGRESS = {"error": "TransactionInProgressException", "message": "in progress"}


@pytest.mark.parametrize("codes", [("None", "TransactionConflict"), ("ConditionalCheckFailed", "TransactionConflict")])
def test_another_writer_at_one_of_the_rows_is_a_lost_race(
    table: Table, shared_paper: Paper, codes: tuple[str, ...]
) -> None:
    with shared_paper.aws.fail("TransactWriteItems", **cancelled(*codes)):
        assert not table.transact([RowWrite(Key("X", "X"), {})])


def test_a_transaction_that_is_still_under_way_is_a_lost_race(table: Table, shared_paper: Paper) -> None:
    with shared_paper.aws.fail("TransactWriteItems", **IN_PROGRESS):
        assert not table.transact([RowWrite(Key("X", "X"), {})])


@pytest.mark.parametrize("codes", [("ThrottlingError",), ("ConditionalCheckFailed", "ValidationError")], ids=str)
def test_a_transaction_cancelled_for_any_other_reason_raises(
    table: Table, shared_paper: Paper, codes: tuple[str, ...]
) -> None:
    with (
        shared_paper.aws.fail("TransactWriteItems", **cancelled(*codes)),
        pytest.raises(ClientError, match="cancelled"),
    ):
        table.transact([RowWrite(Key("X", "X"), {})])


def test_a_row_larger_than_dynamodb_takes_raises_and_is_no_lost_race(table: Table) -> None:
    with pytest.raises(ClientError):
        table.transact([RowWrite(Key("HUGE", "HUGE"), {"text": "x" * 500_000})])


def test_more_than_a_transaction_holds_is_refused_before_anything_is_written(table: Table) -> None:
    changes = [RowWrite(Key("MANY", f"{number:03}"), {}) for number in range(101)]

    with pytest.raises(ValueError, match="101 rows"):
        table.transact(changes)
    assert items("MANY") == []


# ── Editions ──


def test_each_mark_raises_the_editions_of_its_pages_by_one(table: Table) -> None:
    table.invalidate(["/a/", "/b/"])
    table.invalidate(["/b/"])

    assert table.editions(["/a/", "/b/", "/never-marked/"]) == {"/a/": 1, "/b/": 2}


def test_more_pages_than_one_transaction_takes_are_marked(table: Table) -> None:
    crowd = [f"/crowd/{number}/" for number in range(130)]
    table.invalidate(crowd)

    assert table.editions(crowd) == dict.fromkeys(crowd, 1)


@pytest.mark.parametrize("problem", ["cancelled", "in progress"])
def test_pages_somebody_else_is_marking_too_are_marked_one_by_one(
    table: Table, shared_paper: Paper, problem: str
) -> None:
    met = cancelled("None", "TransactionConflict") if problem == "cancelled" else IN_PROGRESS
    paths = [f"/{problem.replace(' ', '-')}/{number}/" for number in range(3)]

    with shared_paper.aws.fail("TransactWriteItems", **met):
        table.invalidate(paths)

    assert table.editions(paths) == dict.fromkeys(paths, 1)


def test_a_mark_that_fails_for_another_reason_raises(table: Table, shared_paper: Paper) -> None:
    with (
        shared_paper.aws.fail("TransactWriteItems", error="ThrottlingException", message="slow down"),
        pytest.raises(ClientError, match="slow down"),
    ):
        table.invalidate(["/throttled/"])
    assert table.editions(["/throttled/"]) == {}


# ── Many rows ──


def test_more_rows_than_one_call_takes_are_written_and_read_and_the_missing_are_left_out(table: Table) -> None:
    rows = {Key(f"CROWD#{number}", "CROWD"): {"n": number} for number in range(130)}
    table.put_many(rows)

    found = table.get_many([*rows, Key("CROWD#never", "CROWD"), *rows])

    assert {key: row.doc for key, row in found.items()} == rows


def test_nothing_asked_for_is_nothing_found_without_a_call(table: Table, shared_paper: Paper) -> None:
    before = sum(shared_paper.calls.values())

    assert table.get_many([]) == {}
    assert table.editions([]) == {}
    table.put_many({})
    table.invalidate([])

    assert sum(shared_paper.calls.values()) == before


def leaving(sound: Callable[..., Any], left_out: str, answer: str) -> Callable[..., Any]:
    """A batch call that leaves all but one of its rows undone."""

    def call(request: dict[str, Any]) -> Any:
        asked = request["RequestItems"]["news"]
        rows = asked["Keys"] if answer == "Responses" else asked
        now, later = rows[:1], rows[1:]
        wrapped = (lambda some: {**asked, "Keys": some}) if answer == "Responses" else (lambda some: some)
        return {**sound(RequestItems={"news": wrapped(now)}), left_out: {"news": wrapped(later)}}

    return call


def test_what_dynamodb_left_undone_is_asked_for_again(table: Table, shared_paper: Paper) -> None:
    client, aws = clients.dynamodb(), shared_paper.aws
    rows = {Key("SLOW", str(number)): {"n": number} for number in range(5)}

    with aws.answer("BatchWriteItem", leaving(client.batch_write_item, "UnprocessedItems", ""), times=2):
        table.put_many(rows)

    with aws.answer("BatchGetItem", leaving(client.batch_get_item, "UnprocessedKeys", "Responses"), times=2):
        found = table.get_many(rows)

    assert {key: row.doc for key, row in found.items()} == rows


def test_a_table_that_never_finishes_is_given_up_for_now(table: Table, shared_paper: Paper) -> None:
    def nothing_done(asked: dict[str, Any]) -> Any:
        return {"Responses": {}, **dict.fromkeys(("UnprocessedKeys", "UnprocessedItems"), asked["RequestItems"])}

    with shared_paper.aws.answer("BatchWriteItem BatchGetItem", nothing_done) as fault:
        with pytest.raises(TransientError, match="unwritten"):
            table.put_many({Key("STUCK", "1"): {}})
        with pytest.raises(TransientError, match="unread"):
            table.get_many([Key("STUCK", "1"), Key("STUCK", "2")])
    asked = fault.asked
    assert len(asked) <= 40


# ── Queries ──


@pytest.fixture(scope="module")
def days(table: Table) -> list[str]:
    """A list with one row for each of these days, oldest first."""
    written = [f"2026-{month:02}-{day:02}" for month in (10, 11) for day in range(1, 6)]
    table.put_many({Key("LIST#days", sk): {"day": sk} for sk in reversed(written)} | {Key("LIST#days-off", "2026"): {}})
    return written


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ({}, slice(None)),
        ({"newest_first": True}, slice(None, None, -1)),
        ({"limit": 3}, slice(3)),
        ({"limit": 3, "newest_first": True}, slice(None, -4, -1)),
        ({"limit": 30}, slice(None)),
        ({"prefix": "2026-11"}, slice(5, None)),
        ({"prefix": "2026-11", "newest_first": True, "limit": 2}, slice(None, -3, -1)),
        ({"prefix": "2027"}, slice(0)),
        ({"after": "2026-10-05"}, slice(5, None)),
        ({"after": "2026-10-05", "limit": 1}, slice(5, 6)),
        ({"before": "2026-10-05"}, slice(4)),
        ({"before": "2026-10-05", "newest_first": True, "limit": 1}, slice(3, 4)),
        ({"before": "2026-10-04T23:59"}, slice(4)),
        ({"after": "2026-11-05"}, slice(0)),
    ],
    ids=str,
)
def test_a_query_gives_the_rows_asked_for_in_their_order(
    table: Table, days: list[str], question: dict[str, Any], answer: slice
) -> None:
    assert [row.key.sk for row in table.query("LIST#days", **question)] == days[answer]


def test_a_scan_in_strands_and_pieces_meets_every_row_once(table: Table, days: list[str]) -> None:
    met: list[Key] = []
    for segment in range(3):
        reached: Key | None = None
        for _ in range(100):
            keys, reached = table.scan(segment, 3, reached, 40)
            assert len(keys) <= 40
            met += keys
            if reached is None:
                break
    whole, _ = table.scan(0, 1, None, 10_000)

    assert {Key("LIST#days", day) for day in days} < set(met)
    assert sorted(met) == sorted(whole)


def test_every_read_is_a_strong_one(table: Table, days: list[str]) -> None:
    asked: list[dict[str, Any]] = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        batch = params.get("RequestItems", {}).get("news")
        asked.append({"call": model.name, **(batch or params)})

    events = clients.dynamodb().meta.events
    events.register("provide-client-params.dynamodb.*", note)
    try:
        key = Key("LIST#days", days[0])
        table.get(key)
        table.get_many([key, Key("LIST#days", days[1])])
        table.editions(["/", "/about/"])
        table.query("LIST#days")
        table.scan(0, 4, None, 10)
    finally:
        events.unregister("provide-client-params.dynamodb.*", note)

    assert {call["call"] for call in asked} == {"GetItem", "BatchGetItem", "Query", "Scan"}
    assert [call for call in asked if not call["ConsistentRead"] or "IndexName" in call] == []


# ── Much text: last, since moto copies its whole table in every transaction ──


def test_a_short_text_stands_in_its_own_row(table: Table) -> None:
    key = Key("ARTICLE#short", "ARTICLE")
    table.transact([RowWrite(key, {}, expected_rev=0, body="Nobody had skates. 霧笛")])

    assert row(table, key) == Row(key, {}, rev=1, body="Nobody had skates. 霧笛", parts=1)
    assert len(items("ARTICLE#short")) == 1


def test_a_long_text_is_spread_over_rows_and_comes_back_whole(table: Table) -> None:
    key, other = Key("ARTICLE#long", "ARTICLE"), Key("ARTICLE#other", "ARTICLE")
    table.transact([RowWrite(key, {}, expected_rev=0, body=LONGER), RowWrite(other, {}, body="Short.")])

    assert row(table, key) == Row(key, {}, rev=1, body=LONGER, parts=3)
    assert {found.body for found in table.get_many([key, other]).values()} == {LONGER, "Short."}
    assert [len(b64decode(item["body"]["B"])) <= 350_000 for item in items("ARTICLE#long")] == [True] * 3


def test_a_text_that_shrinks_and_grows_leaves_no_row_of_its_past(table: Table) -> None:
    key = Key("ARTICLE#restless", "ARTICLE")
    parts, counts = 1, []
    for was, body in enumerate([LONGER, LONG, "Cut short.", LONG, ""]):
        assert table.transact([RowWrite(key, {}, expected_rev=was, body=body, parts=parts)])
        found = row(table, key)
        assert (found.body or "") == body
        parts = found.parts
        counts.append(len(items("ARTICLE#restless")))

    assert counts == [3, 2, 1, 2, 1]


def test_a_text_replaced_while_its_rows_were_read_is_never_a_mixture(table: Table) -> None:
    key = Key("ARTICLE#torn", "ARTICLE")
    table.transact([RowWrite(key, {}, body=LONGER)])
    stored = {item["sk"]["S"]: item for item in items("ARTICLE#torn")}
    table.transact([RowWrite(key, {}, body=LONG, parts=3)])
    client = clients.dynamodb()

    client.put_item(TableName="news", Item=stored["ARTICLE#1"])  # one row is of the older text
    with pytest.raises(TransientError, match="ARTICLE#torn changed while it was read"):
        table.get(key)

    client.delete_item(TableName="news", Key={"pk": {"S": "ARTICLE#torn"}, "sk": {"S": "ARTICLE#1"}})
    with pytest.raises(TransientError, match="ARTICLE#torn changed while it was read"):
        table.get(key)


def test_a_query_goes_on_where_an_answer_was_full_and_no_further_than_its_limit(
    table: Table, shared_paper: Paper
) -> None:
    for number in range(5):
        table.put_many({Key("LIST#heavy", str(number)): {"text": "x" * 390_000}})
    shared_paper.calls.clear()

    assert [row.key.sk for row in table.query("LIST#heavy")] == ["0", "1", "2", "3", "4"]
    assert shared_paper.calls["dynamodb.Query"] > 1
    assert [row.key.sk for row in table.query("LIST#heavy", limit=4)] == ["0", "1", "2", "3"]
