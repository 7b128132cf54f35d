"""Uploads to the newsroom, and the receipt of each."""

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TypeVar

from botocore.exceptions import ClientError

from adapters.clients import s3
from adapters.objects import Bucket
from infra.cli import CannotDo
from infra.polling import Poll
from infra.receipt import Receipt
from newsroom import urls

Result = TypeVar("Result")

MAX_CONCURRENCY = 8  # concurrent calls; fewer than the connections of a client
WINDOW = 32  # receipts requested in one round
LARGEST = 4_000_000  # bytes of receipt that are read
_MISSING = {"404", "NoSuchKey", "NotFound", "MethodNotAllowed", "405"}  # 405: the latest version is a delete marker


def upload(bucket: str, files: Mapping[str, Path]) -> Iterator[tuple[str, str | None]]:
    """Upload files, several at once; yield each key with its new version, in order."""

    def put(key: str) -> str | None:
        try:
            with files[key].open("rb") as content:
                return s3().put_object(Bucket=bucket, Key=key, Body=content).get("VersionId")
        except OSError as problem:
            raise CannotDo(f"{files[key]} cannot be read: {problem.strerror}") from problem

    yield from _map_concurrently(put, files)


def withdraw(bucket: str, keys: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """Delete uploads; yield each key with None, which stands for no version."""

    def delete(key: str) -> None:
        s3().delete_object(Bucket=bucket, Key=key)

    yield from _map_concurrently(delete, keys)


def present_version(bucket: str, key: str) -> str | None:
    """Return the current version of an upload; None if there is none."""
    try:
        return s3().head_object(Bucket=bucket, Key=key).get("VersionId")
    except ClientError as problem:
        if problem.response["Error"]["Code"] in _MISSING:
            return None
        raise


def answers(bucket: str, sent: Mapping[str, str | None], seconds: float) -> Iterator[Receipt]:
    """Wait for the receipts of exactly these versions; yield each when it comes.

    sent: the version of each key; None waits for the receipt of its deletion.
    seconds: the longest wait after the last receipt. Uploads without a receipt by then are not yielded.
    A version that a later one has replaced gets the status superseded.
    """
    outstanding, poll = deque(sent), Poll(seconds)
    with _pool() as pool:
        while outstanding:
            keys = [outstanding.popleft() for _ in range(min(WINDOW, len(outstanding)))]
            came = 0
            for key, receipt in zip(keys, pool.map(lambda key: _answer(bucket, key, sent[key]), keys), strict=True):
                if receipt is None:
                    outstanding.append(key)
                else:
                    came += 1
                    yield receipt
            if came * 2 >= len(keys):
                poll.restart()  # most have come, so the next round need not wait
            elif not poll.wait(progress=came > 0):
                return


def _answer(bucket: str, key: str, version: str | None) -> Receipt | None:
    receipt = read(bucket, urls.receipt_path(key))
    if receipt is None or receipt["key"] != key:
        return None
    if receipt["version"] == version:
        return receipt
    if receipt["version"] == present_version(bucket, key):
        return {**receipt, "version": version, "status": "superseded", "problems": [], "warnings": []}
    return None


def read(bucket: str, path: str) -> Receipt | None:
    """Read the receipt at a path, or return None."""
    stored = Bucket(bucket).get(path, at_most=LARGEST)
    if stored is None:
        return None
    try:
        receipt: Receipt = json.loads(stored.body)
    except ValueError as problem:
        raise CannotDo(
            f"{path} in the upload bucket is not a receipt ({problem}): 'broadsheet rebuild' writes it again"
        ) from problem
    return receipt


def unanswered(key: str, version: str | None, seconds: float) -> Receipt:
    """Return a substitute for a receipt that did not come."""
    message = f"{key}: no receipt came within {seconds:g} seconds; 'broadsheet status' shows what is waiting"
    return {
        "key": key,
        "version": version,
        "status": "unanswered",
        "url": None,
        "id": None,
        "problems": [{"line": None, "field": None, "message": message}],
        "warnings": [],
        "at": None,
    }


def listed(bucket: str, prefix: str) -> Iterator[Receipt]:
    """Yield every receipt of keys with this prefix, in order of keys."""
    with _pool() as pool:
        for answer in s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"receipts/{prefix}"):
            paths = (stored["Key"] for stored in answer.get("Contents", []))
            while window := list(islice(paths, WINDOW)):
                yield from filter(None, pool.map(lambda path: read(bucket, path), window))


def _map_concurrently(work: Callable[[str], Result], keys: Iterable[str]) -> Iterator[tuple[str, Result]]:
    keys = list(keys)
    with _pool() as pool:
        yield from zip(keys, pool.map(work, keys), strict=True)


@contextmanager
def _pool() -> Iterator[ThreadPoolExecutor]:
    """Create a thread pool for concurrent calls; after an error, cancel the calls that have not started."""
    pool = ThreadPoolExecutor(MAX_CONCURRENCY)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
