"""Upload files to the local cloud's upload bucket, and read their receipts."""

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
from infra.receipt import Receipt
from newsroom import urls

MISSES = 8  # missing receipts that end a round of requests: receipts come roughly in order
RECEIPTS = urls.receipt_path("").removesuffix(".json")
ANSWERS = (RECEIPTS, "reports/")  # prefixes of the newsroom's own objects beside the uploads


@dataclass(slots=True)
class Uploads:
    """The upload bucket as known to this run.

    present: the ETag of each key there. expected: the version of each upload whose receipt is awaited.
    """

    s3: Any
    bucket: str
    present: dict[str, str] = field(default_factory=dict)
    expected: dict[str, str] = field(default_factory=dict)

    def look(self) -> None:
        """List the bucket."""
        self.present = {key: etag for key, etag in self._listed() if not key.startswith(ANSWERS)}

    def publish(self, files: Mapping[str, Path]) -> list[str]:
        """Upload the files that are new or changed; return the errors, one line each."""
        with ThreadPoolExecutor(4) as pool:
            return [error for error in pool.map(self._put, files, files.values()) if error]

    def withdraw(self, keys: Iterable[str]) -> list[str]:
        """Delete uploads; return the keys that existed."""
        gone = [key for key in keys if self.present.pop(key, None)]
        for key in gone:
            self.expected.pop(key, None)
            self.s3.delete_object(Bucket=self.bucket, Key=key)
        return gone

    def receipts(self) -> list[Receipt]:
        """Return the awaited receipts that have come since the last call."""
        came, misses = [], 0
        for key in list(self.expected):
            if receipt := self.receipt_of(key):
                came.append(receipt)
            elif (misses := misses + 1) == MISSES:
                break
        return came

    def receipt_of(self, key: str) -> Receipt | None:
        """Return the receipt of the latest upload of a key if it has come, and stop waiting for it; else None."""
        receipt = self._receipt(key)
        if receipt is None or receipt["version"] != self.expected[key]:
            return None
        del self.expected[key]
        return receipt

    def every_key(self) -> list[str]:
        """Return every key that exists or once existed."""
        once = {key.removeprefix(RECEIPTS).removesuffix(".json") for key, _ in self._listed(RECEIPTS)}
        return sorted(once | self.present.keys())

    def _listed(self, prefix: str = "") -> Iterator[tuple[str, str]]:
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
            for stored in page.get("Contents", []):
                yield stored["Key"], stored["ETag"].strip('"')

    def _put(self, key: str, path: Path) -> str:
        try:
            content = path.read_bytes()
            etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
            if self.present.get(key) != etag:
                put = self.s3.put_object(Bucket=self.bucket, Key=key, Body=content)
                self.present[key], self.expected[key] = etag, put["VersionId"]
        except FileNotFoundError:
            pass  # deleted in the meantime, which the watch notices
        except (OSError, UnicodeError, ClientError, BotoCoreError) as problem:
            return f"{key}: not uploaded, {problem}"
        return ""

    def _receipt(self, key: str) -> Receipt | None:
        try:
            receipt: Receipt = json.load(self.s3.get_object(Bucket=self.bucket, Key=urls.receipt_path(key))["Body"])
        except ClientError:
            return None
        return receipt


def receipt_text(receipt: Receipt, site_url: str) -> str:
    """Return a receipt as text for the terminal, with its address on this machine."""
    text = f"{receipt['key']}: {receipt['status']}"
    if receipt["status"] == "published" and receipt["url"]:
        text += f" {site_url}{urlsplit(receipt['url']).path}"
    problems = [*receipt["problems"], *(receipt["warnings"] if receipt["key"] == SETTINGS else ())]
    return text + "".join(f"\n  {problem['message']}" for problem in problems)
