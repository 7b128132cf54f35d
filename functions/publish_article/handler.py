"""Bring the table up to date with one uploaded file: an article, an author, a page or site.yaml.

Woken by UploadQueue. Reads UploadBucket and NewsTable, and looks in SiteBucket for an object at each alias; writes
NewsTable. Safe to repeat: an event only means "look at this key". The upload's row is read first, then the current
file. It is written only if that row has not changed since, so an older run cannot undo a newer one.
"""

from functools import cache

from adapters.batches import Batch
from adapters.clients import setting
from adapters.logs import with_context
from adapters.objects import Bucket
from adapters.table import Table
from adapters.wire import Context, JsonObject
from newsroom.errors import TransientError
from newsroom.messages import parse_upload_message
from workflows import theme_trial
from workflows.publish_upload import Publisher

RESERVE = 3.0  # seconds of a run for the work after a theme trial


@cache
def publisher() -> Publisher:
    table, uploads, site = (
        Table(setting("NEWS_TABLE")),
        Bucket(setting("UPLOAD_BUCKET")),
        Bucket(setting("SITE_BUCKET")),
    )
    return Publisher(table, uploads, site, setting("SITE_URL"))


@with_context
def handle(event: JsonObject, context: Context | None) -> JsonObject:
    """Process a batch of UploadQueue; return the messages whose keys failed, which the queue delivers again."""
    batch = Batch.parse(event, parse_upload_message)
    batch.process(lambda _, keys: publish(keys, context))
    return batch.response(setting("UPLOAD_DLQ"))


def publish(keys: list[str], context: Context | None) -> None:
    """Publish the keys of one message: all of them, even if one fails. Raises the last failure."""
    failure: Exception | None = None
    for key in keys:
        try:
            if is_too_late(key, context):
                raise TransientError(f"{key}: no time was left to try it out in this batch")
            publisher().publish(key)
        except Exception as problem:  # noqa: BLE001 - it is raised after the other keys
            failure = problem
    if failure:
        raise failure


def is_too_late(key: str, context: Context | None) -> bool:
    """Return True if a theme trial of the file could outlast this run, which would fail the whole batch."""
    if context is None or not theme_trial.is_needed(key):
        return False
    return context.get_remaining_time_in_millis() / 1000 < theme_trial.TIMEOUT + RESERVE
