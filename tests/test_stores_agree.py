"""The store in memory answers the adapters as moto does, through botocore and without it, whatever they ask and in
whatever order."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from adapters import email_sender, queues, secrets
from adapters.clients import s3, setting
from adapters.objects import Bucket
from adapters.rate_limits import RateLimiter
from adapters.table import Table
from newsroom.comments.notifications import Mail
from newsroom.errors import PermanentError, TransientError
from newsroom.rows import RowWrite
from newsroom.table_keys import Key
from tests.envelopes import asked_for
from tests.paper import StoreName, a_paper

NEWS, PRIVATE, COUNTERS = Table("news"), Table("private"), RateLimiter("counters")
LONG = "".join(f"{number * 7919 % 1_000_003:x}" for number in range(140_000))  # fills two rows
Call = tuple[Callable[..., Any], tuple[Any, ...]]


def query(pk: str, bound: tuple[str, str], newest_first: bool, limit: int | None) -> Any:
    name, sk = bound
    between = {"after": "2026-10~", "before": sk} if name == "between" else {name: sk}
    return NEWS.query(pk, **between, newest_first=newest_first, limit=limit)  # type: ignore[arg-type]


def scan(of: int, limit: int) -> list[Key]:
    """Every key of the table, walked in pieces: which segment holds which is each store's own affair."""
    found: list[Key] = []
    for segment in range(of):
        piece, after = NEWS.scan(segment, of, None, limit)
        found += piece
        while after:
            piece, after = NEWS.scan(segment, of, after, limit)
            found += piece
    return sorted(found)


def get(bucket: str, key: str, at_most: int) -> Any:
    """An object without its moment and its version's name, which are each store's own affair."""
    stored = Bucket(bucket).get(key, at_most)
    return stored and (stored.body, stored.version is not None)


def etag(bucket: Bucket, key: str) -> str | None:
    stands = bucket.head(key)
    return stands.etag if stands else None


def replace(bucket: str, key: str, body: bytes, token: str) -> Any:
    """Replace under a token: the present one, none, or one that never was."""
    tokens = {"present": etag(Bucket(bucket), key), "none": None, "never": '"d41d8cd98f00b204e9800998ecf8427e"'}
    done = Bucket(bucket).put_if_match(
        key, body, etag=tokens[token], content_type="text/plain", cache_control="no-store", metadata={"of": "tests"}
    )
    return done, etag(Bucket(bucket), key), Bucket(bucket).get(key, 100) is None


def delete(bucket: str, key: str) -> None:
    s3().delete_object(Bucket=bucket, Key=key)


def listed(bucket: str) -> list[str]:
    answers = s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2})
    return [item["Key"] for answer in answers for item in answer.get("Contents", [])]


def send(paths: list[str]) -> list[str]:
    """What comes out of the queue again: a standard queue promises no order."""
    queues.send(setting("RENDER_QUEUE"), [{"page": path} for path in paths])
    return sorted(asked_for())


def transact(news: list[RowWrite], private: list[RowWrite]) -> Any:
    """Changes of two tables in one transaction, and what both hold at their keys afterwards."""
    done = NEWS.transact(news, (PRIVATE, private))
    return done, NEWS.get_many(change.key for change in news), PRIVATE.get_many(change.key for change in private)


def post(to: str, sender: str) -> None:
    email_sender.send(Mail(to, "Ice", "Ice and snow.", {"Auto-Submitted": "auto-generated"}), sender)


def secret(id: str, purpose: secrets.Purpose) -> str:
    return secrets.secret(id, purpose)


def outcome(call: Call) -> Any:
    ask, asked = call
    try:
        return ask(*asked)
    except ClientError as problem:
        return problem.response["Error"]["Code"]
    except (PermanentError, TransientError, KeyError) as problem:
        return type(problem)


def story(store: StoreName, calls: list[Call]) -> list[Any]:
    """Every answer a store gives, then what its stream told and what it holds in the end."""
    with pytest.MonkeyPatch.context() as patch, a_paper(patch, store) as paper:
        answers = [outcome(call) for call in calls]
        told = [record["dynamodb"] for record in paper.stream_records()]
        images = [(record["Keys"], record.get("OldImage"), record.get("NewImage")) for record in told]
        # moto also tells of puts that change nothing, and puts a new page's bare key before it adds to it.
        told_anew = [(key, old, new) for key, old, new in images if new not in (old, key)]
        return [*answers, told_anew, scan(1, 100), paper.store.mails()]


pks = st.sampled_from(["LIST#all", "LIST#tag/é"])
sks = st.sampled_from(["2026-10", "2026-11-01#a", "2026-11-02#b", "2026-12#é", "~", "\U0001f4f0"])
keys = st.builds(Key, pks, sks)
paths = st.sampled_from(["/", "/feed.xml", "/2026/11/korea/"])
docs = st.dictionaries(st.sampled_from(["headline", "é"]), st.text(max_size=4) | st.none(), max_size=2)
changes = (
    st.builds(RowWrite, keys, docs)
    | st.builds(RowWrite, keys, st.none())
    | st.builds(
        RowWrite,
        keys,
        docs,
        expected_rev=st.integers(0, 2),
        body=st.sampled_from([None, "", "Ice.", "Ice and snow.", LONG]),
    )
    | st.builds(RowWrite, keys, docs, owner=st.sampled_from(["article/a", "page/b"]))
)
bounds = st.tuples(st.sampled_from(["prefix", "after", "before", "between"]), sks | st.just("2026-1"))
counter_names, moments = st.sampled_from(["RATE#a", "RATE#b", "SAID#é"]), st.integers(1, 4)
rates = st.dictionaries(counter_names, moments, max_size=2)
buckets = st.sampled_from(["upload", "site"])
objects = st.sampled_from(["index.html", "articles/a b+%.md", "é/\U0001f4f0"])


def calls_of(ask: Callable[..., Any], *asked: st.SearchStrategy[Any]) -> st.SearchStrategy[Call]:
    return st.tuples(st.just(ask), st.tuples(*asked))


writes = (
    calls_of(NEWS.transact, st.lists(changes, min_size=1, max_size=4))
    | calls_of(NEWS.put_many, st.dictionaries(keys, docs, max_size=4))
    | calls_of(NEWS.invalidate, st.lists(paths, max_size=3, unique=True))
    | calls_of(replace, buckets, objects, st.binary(max_size=5), st.sampled_from(["present", "none", "never"]))
    | calls_of(delete, buckets, objects)
)
comments = (
    calls_of(transact, st.lists(changes, min_size=1, max_size=2), st.lists(changes, max_size=2))
    | calls_of(COUNTERS.acquire, st.lists(counter_names, min_size=1, max_size=2, unique=True), rates, moments)
    | calls_of(COUNTERS.release, rates)
    | calls_of(COUNTERS.record, counter_names, moments)
    | calls_of(PRIVATE.get_many, st.lists(keys, max_size=3))
    | calls_of(post, st.just("ann@reader.example"), st.sampled_from(["paper@paper.example", "nobody@paper.example"]))
    | calls_of(secret, st.just("links"), st.sampled_from(secrets.PURPOSES))
)
reads = (
    calls_of(NEWS.get_many, st.lists(keys, max_size=5))
    | calls_of(NEWS.editions, st.lists(paths, max_size=3))
    | calls_of(query, pks, bounds, st.booleans(), st.none() | st.integers(1, 4))
    | calls_of(scan, st.integers(1, 3), st.integers(1, 4))
    | calls_of(get, buckets, objects, st.integers(0, 9))
    | calls_of(listed, buckets)
    | calls_of(send, st.lists(paths, max_size=12))
)

A, B = Key("LIST#all", "2026-11-01#a"), Key("LIST#all", "2026-11-02#b")


# Without shrinking: a story takes moto a fifth of a second, and one of 24 calls can still be read.
@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(calls=st.lists(writes | reads | comments, min_size=12, max_size=24))
@example(  # a text of two rows is read whole, cut short, and its second row goes
    calls=[
        (NEWS.transact, ([RowWrite(A, {}, expected_rev=0, body=LONG), RowWrite(B, {}, owner="article/a")],)),
        (NEWS.get_many, ([A],)),
        (NEWS.transact, ([RowWrite(B, {}, owner="page/b")],)),
        (NEWS.transact, ([RowWrite(A, {}, expected_rev=1, body="Ice.", parts=2)],)),
        (query, ("LIST#all", ("after", "2026"), False, None)),
    ]
)
@example(  # more than the megabyte that one answer holds, in either direction
    calls=[
        *(
            (NEWS.transact, ([RowWrite(Key("LIST#all", f"2026-11-0{day}"), {}, expected_rev=0, body=LONG[:450_000])],))
            for day in range(5)
        ),
        (query, ("LIST#all", ("prefix", "2026"), False, None)),
        (query, ("LIST#all", ("prefix", "2026"), True, None)),
        (query, ("LIST#all", ("before", "2026-11-04"), True, 4)),
        (query, ("LIST#all", ("after", "2026-11-00"), False, 4)),
    ]
)
@example(  # one failed condition of two, and nothing is written
    calls=[
        (NEWS.transact, ([RowWrite(A, {"headline": "Ice"}, expected_rev=0)],)),
        (NEWS.transact, ([RowWrite(B, {}), RowWrite(A, {"headline": "Thaw"}, expected_rev=2)],)),
        (NEWS.get_many, ([A, B],)),
        (NEWS.transact, ([RowWrite(A, {}), RowWrite(A, None)],)),
    ]
)
@example(  # a comment that was said already, one said too soon, and one whose time has come
    calls=[
        (COUNTERS.acquire, (["SAID#é"], {"RATE#a": 3, "RATE#b": 4}, 1)),
        (COUNTERS.acquire, ([], {"RATE#b": 5}, 3)),
        (COUNTERS.release, ({"RATE#b": 3},)),
        (COUNTERS.release, ({"RATE#b": 4},)),
        (COUNTERS.acquire, ([], {"RATE#b": 5}, 3)),
        (COUNTERS.record, ("SAID#é", 9)),
        (COUNTERS.acquire, (["SAID#é"], {"RATE#a": 9}, 8)),
        (COUNTERS.acquire, (["SAID#é"], {"RATE#a": 12}, 9)),
        (
            transact,
            ([RowWrite(A, {}, expected_rev=0)], [RowWrite(A, {"headline": "Ice"}, expected_rev=0), RowWrite(B, {})]),
        ),
        (transact, ([RowWrite(A, {}, expected_rev=1)], [RowWrite(A, {}, expected_rev=0)])),
        (NEWS.get_many, ([A, B],)),
    ]
)
def test_memory_answers_as_moto_does(calls: list[Call]) -> None:
    as_moto_does = story("moto", calls)

    assert story("memory", calls) == as_moto_does
    assert story("bare memory", calls) == as_moto_does
