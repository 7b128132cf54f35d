"""Objects in S3: uploads to read, pages and receipts to write."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from botocore.exceptions import ClientError

from adapters.clients import s3

Argument = TypeVar("Argument")
Result = TypeVar("Result")
KEYS = 1000  # the most that S3 lists in one call
_AS_MANY_HEADS = 13  # cost as much as one LIST: a million HEADs cost 40 cents, a million LISTs 5 dollars
_LOST = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
_MISSING = {"NoSuchKey", "404", "NotFound"}


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as it was read. `modified` is in UTC. `version` is None in a bucket without versions."""

    body: bytes
    version: str | None
    modified: datetime


@dataclass(frozen=True, slots=True)
class ObjectHead:
    """The current ETag of an object, which the next write must match, and its metadata if they were requested."""

    etag: str
    metadata: Mapping[str, str]

    @property
    def is_ours(self) -> bool:
        """True if this system wrote the object: its metadata have an edition. Needs the metadata."""
        return "edition" in self.metadata


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket, by name."""

    name: str

    def get(self, key: str, at_most: int) -> StoredObject | None:
        """Return the current object, at most its first `at_most` bytes. Return None if it does not exist."""
        try:
            answer = s3().get_object(Bucket=self.name, Key=key)
        except ClientError as problem:
            if problem.response["Error"]["Code"] in _MISSING:
                return None
            raise
        with answer["Body"] as stream:
            body = stream.read(at_most)
        return StoredObject(body, answer.get("VersionId"), answer["LastModified"])

    def head(self, key: str) -> ObjectHead | None:
        """Return the ETag and metadata of the object at a key. Return None if it does not exist."""
        try:
            answer = s3().head_object(Bucket=self.name, Key=key)
            return ObjectHead(answer["ETag"], answer["Metadata"])
        except ClientError as problem:
            if problem.response["Error"]["Code"] in _MISSING:
                return None
            raise

    def map_concurrently(self, call: Callable[[Argument], Result], arguments: Iterable[Argument]) -> list[Result]:
        """Return the results of many calls to S3, in the order of the arguments."""
        return list(map(call, arguments))

    def head_many(self, keys: Iterable[str]) -> dict[str, ObjectHead | None]:
        """Return the ETags at many keys, without the metadata. Keys that are close to each other are listed a thousand
        at a time; the others are read one by one."""
        heads: dict[str, ObjectHead | None] = {}
        left = sorted(set(keys))
        while len(left) >= _AS_MANY_HEADS:
            listed = self.list_keys(left[0][:-1], KEYS)
            reached = max(listed) if len(listed) == KEYS else left[-1]
            covered = [key for key in left if key <= reached]
            heads |= {key: ObjectHead(listed[key], {}) if key in listed else None for key in covered}
            left = left[len(covered) :]
            if len(covered) < _AS_MANY_HEADS:
                break
        return heads | dict(zip(left, self.map_concurrently(self.head, left), strict=True))

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
        """Write the object if its ETag is still `etag` (None: if it still does not exist).

        Return False if another writer was first. Botocore repeats a request whose response was lost, so that
        other writer may have been this call itself.
        """
        try:
            if etag is None:
                s3().put_object(
                    Bucket=self.name, Key=key, Body=body, ContentType=content_type, CacheControl=cache_control,
                    Metadata=metadata, IfNoneMatch="*",
                )  # fmt: skip
            else:
                s3().put_object(
                    Bucket=self.name, Key=key, Body=body, ContentType=content_type, CacheControl=cache_control,
                    Metadata=metadata, IfMatch=etag,
                )  # fmt: skip
        except ClientError as problem:
            # 404: another process has deleted the object to be replaced. That is a lost race too.
            if problem.response["Error"]["Code"] in _LOST | _MISSING:
                return False
            raise
        return True

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Write an object without a condition."""
        s3().put_object(Bucket=self.name, Key=key, Body=body, ContentType=content_type)

    def list_keys(self, after: str, limit: int) -> dict[str, str]:
        """Return up to `limit` keys (KEYS at most) after `after`, in their order, with their ETags."""
        answer = s3().list_objects_v2(Bucket=self.name, StartAfter=after, MaxKeys=limit)
        return {item["Key"]: item["ETag"] for item in answer.get("Contents", [])}
