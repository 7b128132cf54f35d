"""Whichever way an object is asked for, the answers are the same: over the net, from one served store."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters import clients, obstore_objects
from adapters.objects import Bucket
from adapters.obstore_objects import ObstoreBucket
from infra.pack import ROOT
from tests.paper import ENVIRONMENT, forget_clients

NAMES = [
    "index.html",
    "2026/11/korea/index.html",
    "a b+%.html",
    "é/\U0001f4f0/index.html",
    "a~b#c?d'(e)!*.html",
    "100%25",
]
ODD = ["articles//x.md", "a/./b", "a/../b", "a/", "a\x01b"]


@pytest.fixture(scope="module")
def _served() -> Iterator[None]:
    """A store in a process of its own, which every client asks for the rest of the module."""
    command = [sys.executable, "-m", "tests.served_memory"]
    with (
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as store,
        pytest.MonkeyPatch.context() as patch,
    ):
        assert store.stdin
        assert store.stdout
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setenv("AWS_ENDPOINT_URL", store.stdout.readline().strip())
        forget_clients()
        yield
        forget_clients()
        store.stdin.close()


def asked(bucket: Bucket, key: str, body: bytes, token: str) -> Any:
    """What one attempt to replace an object comes to, and how it stands then."""
    stands = bucket.head(key)
    tokens = {"present": stands.etag if stands else None, "none": None, "never": f'"{"0" * 32}"'}
    done = bucket.put_if_match(
        key, body, etag=tokens[token], content_type="text/html; charset=utf-8", cache_control="max-age=9",
        metadata={"edition": "7", "location": "/x/"},
    )  # fmt: skip
    return done, bucket.head(key)


def headers(bucket: str, key: str) -> Any:
    answer = clients.s3().head_object(Bucket=bucket, Key=key)
    return answer["ContentType"], answer["CacheControl"], answer["Metadata"]


@pytest.mark.usefixtures("_served")
@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(NAMES), st.binary(max_size=9), st.sampled_from(["present", "none", "never"])),
        max_size=6,
    )
)
def test_a_page_is_replaced_the_fast_way_exactly_where_it_is_replaced_the_usual_way(
    attempts: list[tuple[str, bytes, str]],
) -> None:
    for bucket in ("site", "upload"):
        empty(bucket)
    usual, fast = Bucket("site"), ObstoreBucket("upload")

    assert [asked(fast, *attempt) for attempt in attempts] == [asked(usual, *attempt) for attempt in attempts]
    for key in {key for key, _, _ in attempts if usual.head(key)}:
        assert headers("upload", key) == headers("site", key)


def walked(bucket: Bucket, limit: int) -> list[tuple[str, str]]:
    """Everything a bucket holds, listed in pieces."""
    found: list[tuple[str, str]] = []
    while piece := bucket.list_keys(found[-1][0] if found else "", limit):
        found += piece.items()
    return found


def empty(bucket: str) -> None:
    for key, _ in walked(Bucket(bucket), 1000):
        clients.s3().delete_object(Bucket=bucket, Key=key)


@pytest.mark.usefixtures("_served")
@pytest.mark.parametrize("odd", [[], ["articles//x.md", "a/./b"]], ids=["names as ours", "odd ones among them"])
@pytest.mark.parametrize("limit", [2, 1000])
def test_a_bucket_is_listed_alike_both_ways(odd: list[str], limit: int) -> None:
    empty("site")
    for key in [*NAMES, *odd]:
        Bucket("site").put(key, key.encode(), "text/plain")

    assert walked(ObstoreBucket("site"), limit) == walked(Bucket("site"), limit)
    assert len(walked(Bucket("site"), limit)) == len(NAMES + odd)


@pytest.mark.usefixtures("_served")
def test_what_stands_at_many_keys_is_told_in_a_few_calls_where_they_lie_together() -> None:
    empty("site")
    near = [f"2026/11/story-{number}/index.html" for number in range(40)]
    for key in near[::2]:
        Bucket("site").put(key, key.encode(), "text/plain")
    clients.calls().clear()

    told = ObstoreBucket("site").head_many(near)

    assert clients.calls() == {"ListObjectsV2": 1}
    assert {key: stands and stands.etag for key, stands in told.items()} == {
        key: stands and stands.etag for key, stands in ((key, Bucket("site").head(key)) for key in near)
    }


@pytest.mark.usefixtures("_served")
@pytest.mark.parametrize("key", ODD)
def test_an_object_with_a_name_of_its_own_kind_is_written_under_that_name(key: str) -> None:
    empty("site")

    assert asked(ObstoreBucket("site"), key, b"odd", "none")[0]
    assert clients.s3().get_object(Bucket="site", Key=key)["Body"].read() == b"odd"


def test_only_names_that_obstore_would_change_or_refuse_go_the_usual_way() -> None:
    assert [key for key in [*NAMES, *ODD] if not obstore_objects.is_nameable(key)] == [*ODD]
