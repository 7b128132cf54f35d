"""Bring the table up to date with one uploaded file: an article, an author, a page or site.yaml.

Woken by UploadQueue. Reads UploadBucket and NewsTable, and looks in SiteBucket for an object at each alias; writes
NewsTable. Safe to repeat: an event only means "look at this key". The handler reads the upload's row first, then the
current file. It writes only if that row has not changed since, so an older run cannot undo a newer one.
"""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from adapters import clock, dead_letters
from adapters.clients import setting
from adapters.objects import Bucket
from adapters.table import Table
from newsroom import urls
from newsroom.errors import PermanentError, TransientError
from newsroom.publishing.decision import LARGEST, UploadDecision, decide
from newsroom.publishing.upload_state import File, UploadState
from newsroom.rows import SITE_KEY, Row, months_pk, upload_in, upload_key
from newsroom.site import Site, read_with_digest, site_of
from newsroom.upload_messages import is_outdated, is_read, parse_upload_message
from workflows import theme_trial

ATTEMPTS = 8  # to write a row that others keep changing, before the message goes back to the queue
RESERVE = 3.0  # seconds of a run for the work after a theme trial


@cache
def logger() -> Logger:
    return Logger(use_rfc3339=True)


@cache
def news_table() -> Table:
    return Table(setting("NEWS_TABLE"))


@cache
def upload_bucket() -> Bucket:
    return Bucket(setting("UPLOAD_BUCKET"))


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Process a batch of UploadQueue; return the messages whose keys failed, which the queue delivers again."""
    failed: dict[str, Exception] = {}
    for message in event["Records"]:
        try:
            keys = parse_upload_message(message["body"])
        except PermanentError as problem:
            logger().error("not an upload event", body=message["body"], reason=str(problem))
            failed[message["messageId"]] = problem
            continue
        for key in keys:  # all of them, even if an earlier one failed
            if is_too_late(key, context):
                failed[message["messageId"]] = TransientError(f"{key}: no time was left to try it out in this batch")
            elif trouble := why_unusable(key):
                failed[message["messageId"]] = trouble
    return dead_letters.batch_response(event, failed, setting("UPLOAD_DLQ"))


def is_too_late(key: str, context: Any) -> bool:
    """Return True if a theme trial of the file could outlast this run, which would fail the whole batch."""
    return (
        context is not None
        and theme_trial.is_needed(key)
        and context.get_remaining_time_in_millis() / 1000 < theme_trial.TIMEOUT + RESERVE
    )


def why_unusable(key: str) -> Exception | None:
    """Publish one key; return the error if that failed."""
    try:
        publish(key)
    except TransientError as problem:
        logger().warning("try again", key=key, reason=str(problem))
        return problem
    except Exception as problem:  # noqa: BLE001 - an unknown failure is the queue's to repeat
        logger().exception("an upload could not be looked at", key=key)
        return problem
    return None


def publish(key: str) -> None:
    """Read the current state of one key and write the decision about it."""
    for _ in range(ATTEMPTS):
        rows = news_table().get_many([upload_key(key), SITE_KEY])
        upload, settings = upload_in(rows.get(upload_key(key))), rows.get(SITE_KEY)
        stored = upload_bucket().get(key, at_most=LARGEST + 1)
        file = File(stored.body, stored.version, stored.modified) if stored else None
        site = site_in(settings)
        state = UploadState(
            key,
            file,
            upload,
            settings,
            site,
            clock.now(),
            news_table().get_many,
            has_articles,
            theme_trial.read,
            is_anothers,
        )
        decision = decide(state)
        cause = f"{key}@{file.version if file else 'deleted'}"
        if decision.claims and not news_table().transact(decision.claims, cause=cause):
            continue
        news_table().put_many(decision.ahead)
        if news_table().transact(decision.changes, cause=cause):
            logger().info("upload processed", key=key, verdict=decision.verdict, cause=cause)
            if not is_overtaken(decision):
                return
    raise TransientError(f"{key}: its rows kept changing while it was published")


def is_overtaken(decision: UploadDecision) -> bool:
    """Return True if the settings changed while an upload was read with them. The rebuild for the new settings
    may have run before this upload's row was written, and so have missed it."""
    if not is_read(decision.upload):
        return False
    settings = news_table().get(SITE_KEY)
    return is_outdated(decision.upload, read_with_digest(site_in(settings)))


def site_in(settings: Row | None) -> Site:
    """Return the settings in force, from the row that holds them."""
    return site_of(settings.doc if settings else None, setting("SITE_URL"))


def is_anothers(path: str) -> bool:
    """Return True if the site has an object at a path that the newsroom did not write."""
    head = Bucket(setting("SITE_BUCKET")).head(urls.object_key(path))
    return head is not None and not head.is_ours


def has_articles() -> bool:
    """Return True if any article was ever live."""
    return bool(news_table().query(months_pk(urls.WHOLE_SITE), limit=1))
