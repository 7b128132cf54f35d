"""The store in memory answers the adapters as moto does, through botocore and without it, whatever they ask and in
whatever order."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from adapters import mail, queues, secrets
from adapters.buckets import Bucket
from adapters.clients import s3, setting
from adapters.counters import Counters
from adapters.tables import Table
from newsroom.discussing.mailbag import Mail
from newsroom.errors import PermanentError, TransientError
from newsroom.rows import Change, Key
from tests.envelopes import asked_for
from tests.paper import StoreName, a_paper

NEWS, PRIVATE, COUNTERS = Table("news"), Table("private"), Counters("counters")
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
    stands = bucket.standing(key)
    return stands.etag if stands else None


def replace(bucket: str, key: str, body: bytes, token: str) -> Any:
    """Replace under a token: the present one, none, or one that never was."""
    tokens = {"present": etag(Bucket(bucket), key), "none": None, "never": '"d41d8cd98f00b204e9800998ecf8427e"'}
    done = Bucket(bucket).replace(
        key, body, token=tokens[token], content_type="text/plain", cache_control="no-store", metadata={"of": "tests"}
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


def transact(news: list[Change], private: list[Change]) -> Any:
    """Changes of two tables in one transaction, and what both hold at their keys afterwards."""
    done = NEWS.transact(news, (PRIVATE, private))
    return done, NEWS.get_many(change.key for change in news), PRIVATE.get_many(change.key for change in private)


def post(to: str, sender: str) -> None:
    mail.send(Mail(to, "Ice", "Ice and snow.", {"Auto-Submitted": "auto-generated"}), sender)


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
    st.builds(Change, keys, docs)
    | st.builds(Change, keys, st.none())
    | st.builds(
        Change, keys, docs, was=st.integers(0, 2), body=st.sampled_from([None, "", "Ice.", "Ice and snow.", LONG])
    )
    | st.builds(Change, keys, docs, owner=st.sampled_from(["article/a", "page/b"]))
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
    | calls_of(NEWS.mark, st.lists(paths, max_size=3, unique=True))
    | calls_of(replace, buckets, objects, st.binary(max_size=5), st.sampled_from(["present", "none", "never"]))
    | calls_of(delete, buckets, objects)
)
comments = (
    calls_of(transact, st.lists(changes, min_size=1, max_size=2), st.lists(changes, max_size=2))
    | calls_of(COUNTERS.take, st.lists(counter_names, min_size=1, max_size=2, unique=True), rates, moments)
    | calls_of(COUNTERS.give_back, rates)
    | calls_of(COUNTERS.note, counter_names, moments)
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
        (NEWS.transact, ([Change(A, {}, was=0, body=LONG), Change(B, {}, owner="article/a")],)),
        (NEWS.get_many, ([A],)),
        (NEWS.transact, ([Change(B, {}, owner="page/b")],)),
        (NEWS.transact, ([Change(A, {}, was=1, body="Ice.", parts=2)],)),
        (query, ("LIST#all", ("after", "2026"), False, None)),
    ]
)
@example(  # more than the megabyte that one answer holds, in either direction
    calls=[
        *(
            (NEWS.transact, ([Change(Key("LIST#all", f"2026-11-0{day}"), {}, was=0, body=LONG[:450_000])],))
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
        (NEWS.transact, ([Change(A, {"headline": "Ice"}, was=0)],)),
        (NEWS.transact, ([Change(B, {}), Change(A, {"headline": "Thaw"}, was=2)],)),
        (NEWS.get_many, ([A, B],)),
        (NEWS.transact, ([Change(A, {}), Change(A, None)],)),
    ]
)
@example(  # a comment that was said already, one said too soon, and one whose time has come
    calls=[
        (COUNTERS.take, (["SAID#é"], {"RATE#a": 3, "RATE#b": 4}, 1)),
        (COUNTERS.take, ([], {"RATE#b": 5}, 3)),
        (COUNTERS.give_back, ({"RATE#b": 3},)),
        (COUNTERS.give_back, ({"RATE#b": 4},)),
        (COUNTERS.take, ([], {"RATE#b": 5}, 3)),
        (COUNTERS.note, ("SAID#é", 9)),
        (COUNTERS.take, (["SAID#é"], {"RATE#a": 9}, 8)),
        (COUNTERS.take, (["SAID#é"], {"RATE#a": 12}, 9)),
        (transact, ([Change(A, {}, was=0)], [Change(A, {"headline": "Ice"}, was=0), Change(B, {})])),
        (transact, ([Change(A, {}, was=1)], [Change(A, {}, was=0)])),
        (NEWS.get_many, ([A, B],)),
    ]
)
def test_memory_answers_as_moto_does(calls: list[Call]) -> None:
    as_moto_does = story("moto", calls)

    assert story("memory", calls) == as_moto_does
    assert story("bare memory", calls) == as_moto_does
