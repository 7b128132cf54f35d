"""The messages of UploadQueue: requests to process uploads, in the format of S3 notifications.

A message names a key and has no data of the file; the file is read when the message is processed. So an extra
message does no harm, and neither does a message for a deleted key.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from newsroom.errors import PermanentError


def upload_message(key: str) -> dict[str, Any]:
    """Return the message that requests to process one upload again."""
    return {"Records": [{"s3": {"object": {"key": quote_plus(key, safe="/")}}}]}


def is_outdated(upload: Mapping[str, Any], read_with: str) -> bool:
    """Return True if an upload was read with settings other than these.

    upload: its row's content. read_with: the digest of the current settings.
    """
    return is_read(upload) and upload.get("read_with") != read_with


def is_read(upload: Mapping[str, Any]) -> bool:
    """Return True if an upload exists and its kind depends on the settings."""
    return upload.get("kind") in ("article", "page", "author") and upload.get("verdict") != "withdrawn"


def parse_upload_message(body: str) -> list[str]:
    """Return the decoded keys that a message names; none for the test event that S3 sends first.

    A key that ends in a slash is skipped: consoles and file managers create one for each folder, and it is no file.
    Raises PermanentError if the message is no S3 notification.
    """
    try:
        notification = json.loads(body)
        records = [] if notification.get("Event") == "s3:TestEvent" else notification["Records"]
        keys = [unquote_plus(record["s3"]["object"]["key"]) for record in records]
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise PermanentError(f"not an S3 notification: {problem!r}") from problem
    return list(dict.fromkeys(key for key in keys if not key.endswith("/")))
