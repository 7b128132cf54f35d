"""The same bucket for a seventh of the processor time, through obstore, a library in Rust.

A function that writes many pages spends most of its time on calls to S3. A HEAD and a PUT cost a millisecond each
in boto3. The calls here are the same, with the same conditions for replacing an object. obstore does not accept keys
with empty parts, with "." or ".." as a part, or with control characters; for these keys boto3 is used.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

import obstore
from obstore.exceptions import AlreadyExistsError, InvalidPathError, PreconditionError
from obstore.store import S3Store

from adapters.clients import calls
from adapters.objects import Argument, Bucket, ObjectHead, Result

if TYPE_CHECKING:
    from obstore import UpdateVersion

MAX_CONCURRENCY = 16  # calls to S3: each waits some tens of milliseconds, and costs a tenth of one in processor time
_NAMEABLE = re.compile(r"(?!.*(?:^|/)\.{0,2}(?:/|$))[^\x00-\x1f\x7f]+", re.DOTALL)
_HEADERS = frozenset({"Content-Type", "Cache-Control"})  # obstore returns them together with an object's metadata


@cache
def _store(bucket: str) -> S3Store:
    """Return a store with the same timeouts as adapters.clients. Credentials and region come from the function."""
    local = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http:")
    return S3Store(
        bucket,
        client_options={"allow_http": local, "connect_timeout": "3s", "timeout": "10s"},
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=20)},
    )


@cache
def _executor() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MAX_CONCURRENCY)


def is_nameable(key: str) -> bool:
    """Return True if obstore uses a key unchanged."""
    return _NAMEABLE.fullmatch(key) is not None


class ObstoreBucket(Bucket):
    """One bucket, by name. Methods that obstore does not make faster are inherited."""

    def map_concurrently(self, call: Callable[[Argument], Result], arguments: Iterable[Argument]) -> list[Result]:
        return list(_executor().map(call, arguments))

    def head(self, key: str) -> ObjectHead | None:
        if not is_nameable(key):
            return Bucket.head(self, key)
        calls()["HeadObject"] += 1
        try:
            answer = obstore.get(_store(self.name), key, options={"head": True})
        except FileNotFoundError:
            return None
        metadata = {name: value for name, value in answer.attributes.items() if name not in _HEADERS}
        return ObjectHead(str(answer.meta["e_tag"]), metadata)

    def list_keys(self, after: str, limit: int) -> dict[str, str]:
        if after and not is_nameable(after):
            return Bucket.list_keys(self, after, limit)
        chunks = obstore.list(_store(self.name), offset=after, chunk_size=limit)
        try:
            listed = {item["path"]: str(item["e_tag"]) for item in next(iter(chunks), [])}
        except InvalidPathError:  # one of the keys is not valid in obstore
            return Bucket.list_keys(self, after, limit)
        calls()["ListObjectsV2"] += 1
        return listed

    def put_if_match(
        self,
        key: str,
        body: bytes,
        *,
        etag: str | None,
        content_type: str,
        cache_control: str,
        metadata: Mapping[str, str],
    ) -> bool:
        if not is_nameable(key):
            return Bucket.put_if_match(
                self, key, body, etag=etag, content_type=content_type, cache_control=cache_control, metadata=metadata
            )
        calls()["PutObject"] += 1
        mode: Literal["create"] | UpdateVersion = "create" if etag is None else {"e_tag": etag}
        attributes = {"Content-Type": content_type, "Cache-Control": cache_control, **metadata}
        try:
            obstore.put(_store(self.name), key, body, attributes=attributes, mode=mode, use_multipart=False)
        except (AlreadyExistsError, PreconditionError):  # the latter also if the object was deleted
            return False
        return True
