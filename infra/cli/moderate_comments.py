"""Moderation on the command line: find comments, decide about them, and erase them completely."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypedDict

from adapters import clock
from adapters.clients import dynamodb, sqs
from adapters.secrets import secret
from adapters.table import Table
from infra.cli import CannotDo
from infra.cli.cloud import Cloud
from newsroom.comment import Comment, PrivateDetails
from newsroom.comments.moderation import EditorAction
from newsroom.comments.tokens import writer_hash
from newsroom.errors import PermanentError, TransientError
from newsroom.messages import SubmittedComment, parse_submitted_comment
from newsroom.rows import Row
from newsroom.table_keys import HELD, comment_key, is_comment, name_of, private_key, writer_partition
from workflows.comments import CommentThreads

MAX_CONCURRENCY = 8  # discussions that are processed in parallel; within one, comments go in order
_SCANNED = 1000  # rows of the table read by one call
_HIDDEN = 60  # seconds for which a dead letter is hidden from other consumers while it is read


class ActionResult(TypedDict):
    """The result of an action. `what`: done, unchanged (it already had that status, or is erased), unknown or
    failed. `message`: the reason of a failure, or the reason why an approved comment is held. `status`: the comment's
    status afterwards."""

    id: str
    what: str
    status: str | None
    message: str


def comment_threads(cloud: Cloud) -> CommentThreads:
    """Return the newsroom's discussions, as the functions use them."""
    if not cloud.private_table:
        raise CannotDo("this newsroom was deployed before it had comments: deploy it again, or 'make run' again")
    return CommentThreads(Table(cloud.news_table), Table(cloud.private_table))


def now() -> str:
    """Return the current time in the format of comments."""
    return clock.now().isoformat(timespec="milliseconds")


def held(threads: CommentThreads) -> Iterator[Comment]:
    """List the comments that wait for an editor, in the order of sending."""
    ids = (row.doc["id"] for row in threads.news.query(HELD))
    return (comment for comment in _read(threads, ids) if comment["status"] == "held")


def every(threads: CommentThreads) -> Iterator[Comment]:
    """List every comment, in no order. Reads the whole table: only the command line may, never a handler."""
    after = None
    while True:
        keys, after = threads.news.scan(0, 1, after, _SCANNED)
        ids = (name_of(key) for key in keys if is_comment(key))
        yield from _read(threads, ids)
        if after is None:
            return


def _read(threads: CommentThreads, ids: Iterable[str]) -> Iterator[Comment]:
    """Return the comments with these ids, in their order."""
    keys = [comment_key(id) for id in ids]
    rows = threads.news.get_many(keys)
    return (comment for key in keys if (comment := rows.doc(key)))


def by_age(comments: Iterable[Comment]) -> list[Comment]:
    """Sort comments from oldest to newest."""
    return sorted(comments, key=lambda comment: (comment["at"], comment["id"]))


def full_comment(
    threads: CommentThreads, ids: Iterable[str]
) -> Iterator[tuple[str, Row[Comment] | None, PrivateDetails | None]]:
    """Yield each comment's row, and its private data from PrivateTable."""
    ids = list(ids)
    rows = threads.news.get_many(map(comment_key, ids))
    private = threads.private.get_many(map(private_key, ids))
    for id in ids:
        yield id, rows.find(comment_key(id)), private.doc(private_key(id))


def decide(threads: CommentThreads, action: EditorAction, ids: Iterable[str]) -> Iterator[ActionResult]:
    """Apply one action to all these comments; yield each result. Goes from oldest to newest within an article, so
    that threads are numbered, and pages filled, in the order of their first comments."""
    by_article: defaultdict[str, list[Comment]] = defaultdict(list)
    for id, row, _ in full_comment(threads, dict.fromkeys(ids)):
        if row:
            by_article[row.doc["article"]].append(row.doc)
        else:
            yield {"id": id, "what": "unknown", "status": None, "message": "there is no such comment"}
    dynamodb()  # created before the threads start, so that they do not each create one
    with ThreadPoolExecutor(MAX_CONCURRENCY) as pool:
        decisions = [
            pool.submit(_decide_in_order, threads, action, by_age(comments)) for comments in by_article.values()
        ]
        for decided in as_completed(decisions):
            yield from decided.result()


def _decide_in_order(threads: CommentThreads, action: EditorAction, comments: Iterable[Comment]) -> list[ActionResult]:
    results: list[ActionResult] = []
    for comment in comments:
        try:
            outcome = threads.moderate(comment["id"], action, now())
            status = outcome.comment["status"] if outcome.comment else None
            # The editor who approves a comment must learn why it is not published.
            is_held = outcome.comment is not None and action == "approve" and status == "held"
            reason = outcome.comment["reason"] if outcome.comment and is_held else ""
            results.append({"id": comment["id"], "what": outcome.what, "status": status, "message": reason})
        except TransientError as problem:
            message = str(problem)
            results.append({"id": comment["id"], "what": "failed", "status": comment["status"], "message": message})
    return results


def of_writer(cloud: Cloud, threads: CommentThreads, email: str) -> tuple[str, list[str]]:
    """Return a writer's hash, and the ids of all their stored comments."""
    if not cloud.link_secret:
        raise CannotDo("this newsroom has no secret to find writers by: deploy it again")
    writer = writer_hash(secret(cloud.link_secret, "readers"), email)
    return writer, [row.doc["id"] for row in threads.private.query(writer_partition(writer))]


def erase_parked(
    cloud: Cloud, threads: CommentThreads, wanted: Callable[[SubmittedComment], bool]
) -> list[ActionResult]:
    """Erase comments that could not be stored and are dead letters: the message, and also the comment that
    a redrive of the message would store."""
    erased: list[ActionResult] = []
    for submitted, handle in _parked(cloud.dead_letters.get("comment", "")):
        if wanted(submitted):
            threads.erase(submitted.id, now())
            sqs().delete_message(QueueUrl=cloud.dead_letters["comment"], ReceiptHandle=handle)
            erased.append({"id": submitted.id, "what": "done", "status": "erased", "message": ""})
    return erased


def _parked(queue: str) -> Iterator[tuple[SubmittedComment, str]]:
    """Yield the comments among the dead letters; make each message visible again after all were read."""
    handles: list[str] = []
    call = {"MaxNumberOfMessages": 10, "VisibilityTimeout": _HIDDEN}
    while queue and (messages := sqs().receive_message(QueueUrl=queue, **call).get("Messages", [])):  # type: ignore[arg-type]
        for message in messages:
            handles.append(message["ReceiptHandle"])
            try:
                yield parse_submitted_comment(message["Body"]), message["ReceiptHandle"]
            except PermanentError:
                continue
    for handle in handles:
        try:
            sqs().change_message_visibility(QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=0)
        except sqs().exceptions.ClientError:
            continue  # deleted in the meantime
