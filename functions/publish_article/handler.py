"""Bring the table up to date with one uploaded file: an article, an author, a page or site.yaml.

Woken by UploadQueue. Reads UploadBucket and NewsTable, and asks SiteBucket what stands at an alias; writes NewsTable.
Safe to repeat: an event only means "look at this key". The upload's row is read first, then the file
as it is now, and both are written on only if that row is still the same, so no older look can undo
a newer one.
"""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from adapters import clock, parking, trial
from adapters.buckets import Bucket
from adapters.clients import setting
from adapters.tables import Table
from newsroom import pages
from newsroom.errors import PermanentError, TransientError
from newsroom.looking import is_outdated, is_read, keys_of
from newsroom.rows import SITE_KEY, Row, months_pk, upload_in, upload_key
from newsroom.site import Site, read_with_digest, site_of
from publish_article.decision import LARGEST, Decision, decide
from publish_article.look import File, Look

ATTEMPTS = 8  # at a row others keep writing, before the queue is asked to bring the message again
RESERVE = 3.0  # seconds of a run for what follows a trial


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
    """A batch of UploadQueue; messages whose keys could not be looked at now come again."""
    failed: dict[str, Exception] = {}
    for message in event["Records"]:
        try:
            keys = keys_of(message["body"])
        except PermanentError as problem:
            logger().error("not an upload event", body=message["body"], reason=str(problem))
            failed[message["messageId"]] = problem
            continue
        for key in keys:  # each of them, whatever became of the first
            if is_too_late(key, context):
                failed[message["messageId"]] = TransientError(f"{key}: no time was left to try it out in this batch")
            elif trouble := trouble_with(key):
                failed[message["messageId"]] = trouble
    return parking.answer(event, failed, setting("UPLOAD_DLQ"))


def is_too_late(key: str, context: Any) -> bool:
    """Whether this run has less time left than a trial of the file may take, which would take the others along."""
    return (
        context is not None
        and trial.is_needed(key)
        and context.get_remaining_time_in_millis() / 1000 < trial.PATIENCE + RESERVE
    )


def trouble_with(key: str) -> Exception | None:
    """Publish one key; why it could not be done now, if it could not."""
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
    """Look at one key and write what has become of it."""
    for _ in range(ATTEMPTS):
        rows = news_table().get_many([upload_key(key), SITE_KEY])
        upload, settings = upload_in(rows.get(upload_key(key))), rows.get(SITE_KEY)
        stored = upload_bucket().get(key, at_most=LARGEST + 1)
        file = File(stored.body, stored.version, stored.modified) if stored else None
        site = site_in(settings)
        look = Look(
            key, file, upload, settings, site, clock.now(), news_table().get_many, has_articles, trial.read, is_anothers
        )
        decision = decide(look)
        cause = f"{key}@{file.version if file else 'deleted'}"
        if decision.claims and not news_table().transact(decision.claims, cause=cause):
            continue
        news_table().put_many(decision.ahead)
        if news_table().transact(decision.changes, cause=cause):
            logger().info("upload processed", key=key, verdict=decision.verdict, cause=cause)
            if not is_overtaken(decision):
                return
    raise TransientError(f"{key}: its rows kept changing while it was published")


def is_overtaken(decision: Decision) -> bool:
    """Whether the settings changed while an upload was read with them: who then asked for every upload to be
    read again may not have seen this one's row yet."""
    if not is_read(decision.upload):
        return False
    settings = news_table().get(SITE_KEY)
    return is_outdated(decision.upload, read_with_digest(site_in(settings)))


def site_in(settings: Row | None) -> Site:
    """The settings in force, by the row that holds them."""
    return site_of(settings.doc if settings else None, setting("SITE_URL"))


def is_anothers(path: str) -> bool:
    """Whether a file that the paper has not placed stands at a path of the site."""
    stands = Bucket(setting("SITE_BUCKET")).standing(pages.object_key(path))
    return stands is not None and not stands.is_ours


def has_articles() -> bool:
    """Whether any article was ever live."""
    return bool(news_table().query(months_pk(pages.WHOLE_PAPER), limit=1))
