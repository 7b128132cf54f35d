"""Objects in S3: uploads to read, pages and receipts to place."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from botocore.exceptions import ClientError

from adapters.clients import s3

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
KEYS = 1000  # that S3 tells of in one call
_AS_MANY_HEADS = 13  # cost as much as one LIST: five dollars a million, to forty cents
_LOST = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
_MISSING = {"NoSuchKey", "404", "NotFound"}


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as it was read; `modified` in UTC, `version` None in a bucket without versions."""

    body: bytes
    version: str | None
    modified: datetime


@dataclass(frozen=True, slots=True)
class ObjectHead:
    """An object as it stands: its ETag, the token of the next write, and its metadata, if they were asked for."""

    etag: str
    metadata: Mapping[str, str]

    @property
    def is_ours(self) -> bool:
        """Whether the paper has placed it, if the metadata were asked for: that has the edition."""
        return "edition" in self.metadata


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket, by name."""

    name: str

    def get(self, key: str, at_most: int) -> StoredObject | None:
        """The object as it is now, no more than its first `at_most` bytes; None if there is none."""
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
        """What stands at a key now; None if nothing does."""
        try:
            answer = s3().head_object(Bucket=self.name, Key=key)
            return ObjectHead(answer["ETag"], answer["Metadata"])
        except ClientError as problem:
            if problem.response["Error"]["Code"] in _MISSING:
                return None
            raise

    def map_concurrently(self, ask: Callable[[Asked], Answer], asked: Iterable[Asked]) -> list[Answer]:
        """What many questions to S3 are answered, in their order."""
        return list(map(ask, asked))

    def head_many(self, keys: Iterable[str]) -> dict[str, ObjectHead | None]:
        """What stands at each of many keys now, without its metadata: told by S3 a thousand at a time where they lie
        close to each other, and one by one where they do not."""
        found: dict[str, ObjectHead | None] = {}
        left = sorted(set(keys))
        while len(left) >= _AS_MANY_HEADS:
            listed = self.list_keys(left[0][:-1], KEYS)
            reached = max(listed) if len(listed) == KEYS else left[-1]
            told = [key for key in left if key <= reached]
            found |= {key: ObjectHead(listed[key], {}) if key in listed else None for key in told}
            left = left[len(told) :]
            if len(told) < _AS_MANY_HEADS:
                break
        return found | dict(zip(left, self.map_concurrently(self.head, left), strict=True))

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
        """Write the object if its ETag is still `token` (None: if it still does not exist).

        False when somebody else wrote first. As botocore itself repeats a request whose answer was
        lost, that somebody may have been this very call.
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
            # 404: the object that was to be replaced has gone meanwhile, which is a lost race as well.
            if problem.response["Error"]["Code"] in _LOST | _MISSING:
                return False
            raise
        return True

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Write an object, whatever stands there."""
        s3().put_object(Bucket=self.name, Key=key, Body=body, ContentType=content_type)

    def list_keys(self, after: str, limit: int) -> dict[str, str]:
        """Up to `limit` keys (KEYS at most) in their order, from the first one beyond `after`, and their ETags."""
        answer = s3().list_objects_v2(Bucket=self.name, StartAfter=after, MaxKeys=limit)
        return {item["Key"]: item["ETag"] for item in answer.get("Contents", [])}
