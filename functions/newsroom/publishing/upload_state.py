"""One look at an upload: all that is known of it before anything is decided."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from newsroom.rows import Key, Row
from newsroom.site import Site
from newsroom.uploads.parser import ParsedUpload

ReadRows = Callable[[Iterable[Key]], dict[Key, Row]]
"""Reads rows strongly; the ones that exist."""


ReadFile = Callable[[str, bytes, Site], ParsedUpload]
"""Reads the file of a key, with the settings in force."""


@dataclass(frozen=True, slots=True)
class File:
    """The upload as it is now; `version` is the bucket's, `modified` in UTC."""

    body: bytes
    version: str | None
    modified: datetime


@dataclass(frozen=True, slots=True)
class UploadState:
    """Everything one look at a key finds.

    file: None when it is deleted. upload, settings: the rows of this upload and of site.yaml, read
    before the file was. now: in UTC. read_rows: for what only the file's content says is needed.
    has_articles: asks whether any article was ever live. read_file: makes a manuscript of the file. is_anothers: asks
    whether a file that the paper has not placed stands at a path of the site.
    """

    key: str
    file: File | None
    upload: Row | None
    settings: Row | None
    site: Site
    now: datetime
    read_rows: ReadRows
    has_articles: Callable[[], bool]
    read_file: ReadFile
    is_anothers: Callable[[str], bool]

    @property
    def fingerprint(self) -> str:
        """A digest of the file's bytes, by which it is known again under another name; empty when it is deleted."""
        return blake2b(self.file.body, digest_size=16).hexdigest() if self.file else ""

    @property
    def former_fingerprint(self) -> str:
        """The same of the file that was last accepted under this key; empty if none was."""
        return (self.upload.doc["fingerprint"] or "") if self.upload else ""

    @property
    def theme(self) -> dict[str, str]:
        """The paper's own templates and style as they are in force, by name."""
        return self.site["theme"]

    @property
    def earlier_id(self) -> str | None:
        """The id of the article, page or author this key has stood for so far."""
        return self.upload.doc["id"] if self.upload else None
