"""The state of an upload before the decision about it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from newsroom.article import Upload
from newsroom.rows import Doc, Row, Rows
from newsroom.site import Site
from newsroom.table_keys import Key
from newsroom.uploads.parsed import ParsedUpload

ReadRows = Callable[[Iterable[Key[object]]], Rows]
"""Reads rows with strong consistency, and returns the existing ones."""


ReadFile = Callable[[str, bytes, Site], ParsedUpload]
"""Reads the file of a key, with the current settings."""


@dataclass(frozen=True, slots=True)
class File:
    """The current file of an upload; `version` is the bucket's, `modified` is in UTC."""

    body: bytes
    version: str | None
    modified: datetime


@dataclass(frozen=True, slots=True)
class UploadState:
    """The data from one look at a key.

    file: None if it is deleted. upload, settings: the rows of this upload and of site.yaml, read
    before the file. now: in UTC. read_rows: reads the rows that only the file's content names.
    has_articles: returns True if any article was ever live. read_file: parses the file. is_anothers: returns True
    if a path of the site has a file that the paper has not placed.
    """

    key: str
    file: File | None
    upload: Row[Upload] | None
    settings: Row[Doc] | None
    site: Site
    now: datetime
    read_rows: ReadRows
    has_articles: Callable[[], bool]
    read_file: ReadFile
    is_anothers: Callable[[str], bool]

    @property
    def fingerprint(self) -> str:
        """A digest of the file's bytes, which identifies it under another name; empty if the file is deleted."""
        return blake2b(self.file.body, digest_size=16).hexdigest() if self.file else ""

    @property
    def former_fingerprint(self) -> str:
        """The fingerprint of the file that was last accepted under this key; empty if none was."""
        return (self.upload.doc["fingerprint"] or "") if self.upload else ""

    @property
    def theme(self) -> dict[str, str]:
        """The paper's own current templates and style, by name."""
        return self.site["theme"]

    @property
    def earlier_id(self) -> str | None:
        """The id of the article, page or author of this key so far."""
        return self.upload.doc["id"] if self.upload else None
