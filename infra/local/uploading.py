"""Upload files to the local cloud's upload bucket, and hear from their receipts what became of them."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.folder import SETTINGS
from newsroom import urls

MISSES = 8  # receipts not there yet, after which a round of looking ends: they come in order, roughly
RECEIPTS = urls.receipt_path("").removesuffix(".json")
ANSWERS = (RECEIPTS, "reports/")  # what the newsroom itself puts beside the uploads


@dataclass(slots=True)
class Uploads:
    """The upload bucket as this run knows it.

    present: the ETag of each key there. expected: the version of each upload whose receipt is awaited.
    """

    s3: Any
    bucket: str
    present: dict[str, str] = field(default_factory=dict)
    expected: dict[str, str] = field(default_factory=dict)

    def look(self) -> None:
        """Learn what is in the bucket."""
        self.present = {key: etag for key, etag in self._listed() if not key.startswith(ANSWERS)}

    def publish(self, files: Mapping[str, Path]) -> list[str]:
        """Upload the files that are new or changed; returns what went wrong, a line each."""
        with ThreadPoolExecutor(4) as hands:
            return [trouble for trouble in hands.map(self._put, files, files.values()) if trouble]

    def withdraw(self, keys: Iterable[str]) -> list[str]:
        """Delete uploads; returns the keys that were there."""
        gone = [key for key in keys if self.present.pop(key, None)]
        for key in gone:
            self.expected.pop(key, None)
            self.s3.delete_object(Bucket=self.bucket, Key=key)
        return gone

    def receipts(self) -> list[dict[str, Any]]:
        """The receipts that have come since last asked, of what was uploaded."""
        found, misses = [], 0
        for key in list(self.expected):
            if receipt := self.receipt_of(key):
                found.append(receipt)
            elif (misses := misses + 1) == MISSES:
                break
        return found

    def receipt_of(self, key: str) -> dict[str, Any] | None:
        """The receipt of what was uploaded last under a key, once it has come; it is not awaited any more then."""
        receipt = self._receipt(key)
        if receipt is None or receipt["version"] != self.expected[key]:
            return None
        del self.expected[key]
        return receipt

    def every_key(self) -> list[str]:
        """Every key that is there or once was."""
        once = {key.removeprefix(RECEIPTS).removesuffix(".json") for key, _ in self._listed(RECEIPTS)}
        return sorted(once | self.present.keys())

    def _listed(self, prefix: str = "") -> Iterator[tuple[str, str]]:
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
            for each in page.get("Contents", []):
                yield each["Key"], each["ETag"].strip('"')

    def _put(self, key: str, path: Path) -> str:
        try:
            content = path.read_bytes()
            etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
            if self.present.get(key) != etag:
                put = self.s3.put_object(Bucket=self.bucket, Key=key, Body=content)
                self.present[key], self.expected[key] = etag, put["VersionId"]
        except FileNotFoundError:
            pass  # gone again, which is noticed by itself
        except (OSError, UnicodeError, ClientError, BotoCoreError) as problem:
            return f"{key}: not uploaded, {problem}"
        return ""

    def _receipt(self, key: str) -> dict[str, Any] | None:
        try:
            receipt: dict[str, Any] = json.load(
                self.s3.get_object(Bucket=self.bucket, Key=urls.receipt_path(key))["Body"]
            )
        except ClientError:
            return None
        return receipt


def verdict(receipt: Mapping[str, Any], site_url: str) -> str:
    """A receipt in words for the terminal, its address on this machine."""
    said = f"{receipt['key']}: {receipt['status']}"
    if receipt["status"] == "published":
        said += f" {site_url}{urlsplit(receipt['url']).path}"
    told = [*receipt["problems"], *(receipt["warnings"] if receipt["key"] == SETTINGS else ())]
    return said + "".join(f"\n  {problem['message']}" for problem in told)
