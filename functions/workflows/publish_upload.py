"""Publishing one upload: read its current state, decide, and write the decision."""

from dataclasses import dataclass

from adapters import backoff, clock
from adapters.logs import logger
from adapters.objects import Bucket
from adapters.table import Table
from newsroom import urls
from newsroom.article import is_outdated, is_read
from newsroom.errors import TransientError
from newsroom.publishing.decision import LARGEST, UploadDecision, decide
from newsroom.publishing.index_rows import upload_of
from newsroom.publishing.upload_state import File, UploadState
from newsroom.site import read_with_digest, site_of
from newsroom.table_keys import SITE_KEY, months_partition, upload_key
from workflows import theme_trial

ATTEMPTS = 8  # to write a row that others keep changing, before the message goes back to the queue


@dataclass(frozen=True, slots=True)
class Publisher:
    """The table and the buckets that uploads are published with. site_url: the site's URL by the template."""

    table: Table
    uploads: Bucket
    site: Bucket
    site_url: str

    def publish(self, key: str) -> None:
        """Read the current state of one key and write the decision about it."""
        for _ in backoff.attempts(ATTEMPTS):
            state = self._read(key)
            decision = decide(state)
            cause = f"{key}@{state.file.version if state.file else 'deleted'}"
            if self._write(decision, cause):
                logger().info("upload processed", key=key, verdict=decision.verdict, cause=cause)
                if not self._is_overtaken(decision):
                    return
        raise TransientError(f"{key}: its rows kept changing while it was published")

    def _read(self, key: str) -> UploadState:
        rows = self.table.get_many([upload_key(key), SITE_KEY])
        stored = self.uploads.get(key, at_most=LARGEST + 1)
        settings = rows.find(SITE_KEY)
        return UploadState(
            key,
            file=File(stored.body, stored.version, stored.modified) if stored else None,
            upload=upload_of(rows.find(upload_key(key))),
            settings=settings,
            site=site_of(settings.doc if settings else None, self.site_url),
            now=clock.now(),
            read_rows=self.table.get_many,
            has_articles=self._has_articles,
            read_file=theme_trial.read,
            is_anothers=self._is_anothers,
        )

    def _write(self, decision: UploadDecision, cause: str) -> bool:
        """Return False if a row has changed since it was read."""
        if decision.claims and not self.table.transact(decision.claims, cause=cause):
            return False
        self.table.put_many(decision.ahead)
        return self.table.transact(decision.changes, cause=cause)

    def _is_overtaken(self, decision: UploadDecision) -> bool:
        """Return True if the settings changed while an upload was read with them. The rebuild for the new settings
        may have run before this upload's row was written, and so have missed it."""
        if not is_read(decision.upload):
            return False
        settings = self.table.get(SITE_KEY)
        site = site_of(settings.doc if settings else None, self.site_url)
        return is_outdated(decision.upload, read_with_digest(site))

    def _is_anothers(self, path: str) -> bool:
        """Return True if the site has an object at a path that the newsroom did not write."""
        head = self.site.head(urls.object_key(path))
        return head is not None and not head.is_ours

    def _has_articles(self) -> bool:
        """Return True if any article was ever live."""
        return bool(self.table.query(months_partition(urls.WHOLE_SITE), limit=1))
