"""The messages of UploadQueue: requests to look at uploads, in the form in which S3 tells of them.

A message names a key and says nothing of the file: whoever looks reads the file as it is then. So it does
no harm to ask once too often, or for a key that nothing stands at any more.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from newsroom.errors import PermanentError


def upload_message(key: str) -> dict[str, Any]:
    """The message that has one upload looked at again."""
    return {"Records": [{"s3": {"object": {"key": quote_plus(key, safe="/")}}}]}


def is_outdated(upload: Mapping[str, Any], read_with: str) -> bool:
    """Whether an upload was read with other settings than these.

    upload: its row's content. read_with: the digest of the settings in force.
    """
    return is_read(upload) and upload.get("read_with") != read_with


def is_read(upload: Mapping[str, Any]) -> bool:
    """Whether an upload is there and of a kind that is read with the settings."""
    return upload.get("kind") in ("article", "page", "author") and upload.get("verdict") != "withdrawn"


def parse_upload_message(body: str) -> list[str]:
    """The keys a message names, decoded; none in the test event that S3 sends at first.

    A key that ends in a slash is left out: consoles and file managers make one for each folder, and it is no file.
    Raises PermanentError for what is no S3 notification.
    """
    try:
        notification = json.loads(body)
        records = [] if notification.get("Event") == "s3:TestEvent" else notification["Records"]
        keys = [unquote_plus(record["s3"]["object"]["key"]) for record in records]
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise PermanentError(f"not an S3 notification: {problem!r}") from problem
    return list(dict.fromkeys(key for key in keys if not key.endswith("/")))
