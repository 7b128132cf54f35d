"""Faults made on purpose in the newsroom's own code, to see that the simulation notices.

Each is one function that breaks the product for as long as it is asked to, and says how.
"""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import wraps
from random import Random
from typing import Any

import pytest

from adapters import clock, dead_letters, queues, rate_limits, stream, table
from adapters.clients import dynamodb, s3, setting, sqs
from adapters.objects import Bucket, StoredObject
from adapters.table import Table
from infra.cli import takedowns
from ingest_comment import handler as ingest_comment
from newsroom import invalidation, names
from newsroom.comment import REMEMBERED_FOR
from newsroom.comments import moderation
from newsroom.publishing import article_states, identity, settlement
from newsroom.rendering import render
from newsroom.rows import Rows, RowWrite
from newsroom.table_keys import Key, comment_key, page_key, submitted_name
from plan_pages import handler as plan_pages
from publish_article import handler as publish_article
from render_page import handler as render_page
from tests.simulation import workload
from tests.simulation.workload import Workload
from workflows import comments, follow_up_queries, release
from workflows.comment_intake import Intake
from workflows.comments import CommentThreads, Released
from workflows.publish_upload import Publisher
from workflows.rebuild import Rebuilder

Breaks = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Mutant:
    """A fault, and within how many schedules it is to be caught; at: of which workload, if not of any."""

    name: str
    breaks: Breaks
    within: int
    at: Callable[[Random], Workload] | None


MUTANTS: dict[str, Mutant] = {}


def mutant(within: int = 200, at: Callable[[Random], Workload] | None = None) -> Callable[[Breaks], Breaks]:
    """Register a fault."""

    def register(breaks: Breaks) -> Breaks:
        MUTANTS[breaks.__name__] = Mutant(breaks.__name__, breaks, within, at)
        return breaks

    return register


def _wrap(patch: pytest.MonkeyPatch, owner: Any, name: str, around: Callable[..., Any]) -> None:
    """Put `around(original, *its arguments)` in a function's place."""
    original = getattr(owner, name)
    _replace(patch, owner, name, wraps(original)(lambda *args, **named: around(original, *args, **named)))


def _replace(patch: pytest.MonkeyPatch, owner: Any, name: str, value: Any) -> None:
    """Put something else in the place of code of ours: the one way by which a mutant breaks it.

    Unlike a fault of AWS, which the wire makes, a mutant is a mistake in our own code and has to be made there.
    """
    patch.setattr(owner, name, value)


# ── Publishing ──


@mutant()
def rows_without_condition(patch: pytest.MonkeyPatch) -> None:
    """A row is written whatever has become of it since it was read."""

    def writes(original: Any, table: Table, change: RowWrite, *more: Any, **named: Any) -> Any:
        for write in original(table, change, *more, **named):
            if change.expected_rev is not None and "Put" in write:
                for name in ("ConditionExpression", "ExpressionAttributeValues"):
                    write["Put"].pop(name, None)
            yield write

    _wrap(patch, Table, "writes", writes)


@mutant(within=2000, at=workload.wandering)
def file_before_row(patch: pytest.MonkeyPatch) -> None:
    """publish_article reads the file first, and its row after that."""
    read_before: ContextVar[StoredObject | None] = ContextVar("read_before")

    def publish(original: Any, publisher: Publisher, key: str) -> None:
        read_before.set(Bucket("upload").get(key, 10_000_000))
        original(publisher, key)

    def get(original: Any, bucket: Bucket, key: str, at_most: int) -> Any:
        found = read_before.get(missing)
        read_before.set(missing)
        return original(bucket, key, at_most) if found is missing else found

    missing: Any = object()
    _wrap(patch, Publisher, "publish", publish)
    _wrap(patch, Bucket, "get", get)


@mutant()
def repeated_upload_passed_over(patch: pytest.MonkeyPatch) -> None:
    """A file with the text that was published already is left alone, and its row's revision with it."""

    def transact(original: Any, table: Table, changes: Sequence[RowWrite], *more: Any, **named: Any) -> Any:
        if changes and changes[0].key.sk == "UPLOAD":
            rows = table.get_many(change.key for change in changes)
            if all(_says_the_same(change, rows.get(change.key)) for change in changes):
                return True
        return original(table, changes, *more, **named)

    _wrap(patch, Table, "transact", transact)


def _says_the_same(change: RowWrite, row: Any) -> bool:
    if change.doc is None or row is None:
        return change.doc is None and row is None
    return {**change.doc, "version": 0, "at": 0} == {**row.doc, "version": 0, "at": 0}


@mutant()
def deletion_unseen_leaves_no_row(patch: pytest.MonkeyPatch) -> None:
    """A file that is gone before it was ever looked at is passed over."""

    def transact(original: Any, table: Table, changes: Sequence[RowWrite], *more: Any, **named: Any) -> Any:
        first = changes[0] if changes else None
        if (
            first
            and first.key.sk == "UPLOAD"
            and first.expected_rev == 0
            and (first.doc or {})["verdict"] == "withdrawn"
        ):
            return True
        return original(table, changes, *more, **named)

    _wrap(patch, Table, "transact", transact)


@mutant()
def listings_outside_the_transaction(patch: pytest.MonkeyPatch) -> None:
    """An article's entries in the lists are written once the article is, one after the other."""

    def transact(original: Any, table: Table, changes: Sequence[RowWrite], *more: Any, **named: Any) -> Any:
        listings = [change for change in changes if change.key.pk.startswith("LIST#")]
        own = [change for change in changes if not change.key.pk.startswith("LIST#")]
        if own and not original(table, own, *more, **named):
            return False
        return all(original(table, [listing]) for listing in listings)

    _wrap(patch, Table, "transact", transact)


@mutant()
def embargo_ignored(patch: pytest.MonkeyPatch) -> None:
    """An article with a date to come is published at once."""
    _replace(patch, article_states, "is_past", lambda iso, now: True)


@mutant()
def errors_swallowed_in_a_batch(patch: pytest.MonkeyPatch) -> None:
    """publish_article reports no upload that failed."""

    def handle(original: Any, event: Any, context: Any) -> Any:
        return original(event, context) and {"batchItemFailures": []}

    _wrap(patch, publish_article, "handle", handle)


@mutant()
def release_without_condition(patch: pytest.MonkeyPatch) -> None:
    """release_articles writes the article it read, whatever it is by now."""

    def changes(original: Any, *args: Any) -> Any:
        return [
            replace(change, expected_rev=None) if change.key.sk == "ARTICLE" else change for change in original(*args)
        ]

    _wrap(patch, release, "article_writes", changes)


@mutant(at=workload.unsettled)
def a_takedown_ends_with_the_next_upload(patch: pytest.MonkeyPatch) -> None:
    """An article that was taken down comes back when its file is looked at again."""

    def edit(original: Any, manuscript: Any, before: Any, *more: Any) -> Any:
        return original(manuscript, before and {**before, "takedown": None}, *more)

    _wrap(patch, article_states, "edit_article", edit)


@mutant(within=400, at=workload.contested)
def a_takedown_of_what_is_down_leaves_no_trace(patch: pytest.MonkeyPatch) -> None:
    """Taking down what is down already writes nothing, and a restoring that is late overtakes it."""

    def withdraw(original: Any, table: Table, id: str, reason: str) -> Any:
        _, before = takedowns.find_article(table, id)
        return (before, [], {}) if before["takedown"] else original(table, id, reason)

    _wrap(patch, takedowns, "withdraw", withdraw)


@mutant(at=workload.unsettled)
def a_change_of_the_settings_reads_nothing_again(patch: pytest.MonkeyPatch) -> None:
    """Articles keep the dates and addresses they were published with."""
    _replace(patch, Rebuilder, "_read_again", lambda rebuilder, keys: 0)


@mutant(within=400, at=workload.travelling)
def settings_that_come_while_a_file_is_read_are_not_noticed(patch: pytest.MonkeyPatch) -> None:
    """Who published a file with the settings of a moment ago is done."""
    _replace(patch, Publisher, "_is_overtaken", lambda publisher, decision: False)


@mutant(at=workload.alike)
def names_claimed_without_condition(patch: pytest.MonkeyPatch) -> None:
    """Two names that come at once both get the slug that only one of them can have."""

    def changes(original: Any, settled: names.AssignedSlugs) -> list[RowWrite]:
        return [replace(change, expected_rev=None) for change in original(settled)]

    _wrap(patch, names.AssignedSlugs, "changes", changes)


@mutant(at=workload.alike)
def one_slug_for_two_names(patch: pytest.MonkeyPatch) -> None:
    """A name that is spelled as another has that one's page."""
    _replace(patch, names.Name, "second_slug", property(lambda name: name.slug))


@mutant(at=workload.alike)
def names_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Nobody remembers which name has a slug."""
    _wrap(patch, names.AssignedSlugs, "changes", lambda original, settled: [])


# ── Planning ──


@mutant()
def planned_from_the_new_image_only(patch: pytest.MonkeyPatch) -> None:
    """What a row said before its change plans nothing."""
    _wrap(patch, follow_up_queries, "affected_pages", lambda original, before, after: original(None, after))


@mutant()
def marked_and_asked_at_once(patch: pytest.MonkeyPatch) -> None:
    """Whoever raises an edition asks for the render too; the page's own record asks for nothing."""

    def mark(original: Any, table: Table, paths: Sequence[str], *more: Any, **named: Any) -> None:
        original(table, paths, *more, **named)
        queues.send(setting("RENDER_QUEUE"), [{"page": path} for path in paths])

    _wrap(patch, Table, "invalidate", mark)
    _replace(patch, stream, "edition_of_item", lambda image: 0)


@mutant()
def announced_before_it_is_so(patch: pytest.MonkeyPatch) -> None:
    """Whoever raises an edition asks for the render first."""

    def mark(original: Any, table: Table, paths: Sequence[str], *more: Any, **named: Any) -> None:
        queues.send(setting("RENDER_QUEUE"), [{"page": path} for path in paths])
        original(table, paths, *more, **named)

    _wrap(patch, Table, "invalidate", mark)
    _replace(patch, stream, "edition_of_item", lambda image: 0)


@mutant(within=800, at=workload.wandering)
def only_the_present_address_planned(patch: pytest.MonkeyPatch) -> None:
    """An article that moves again leaves its oldest addresses leading to the one before."""

    def text(original: Any, *told: Any) -> None:
        *where, old, new = told
        original(*where, *({**doc, "addresses": [doc["address"]]} if doc else None for doc in (old, new)))

    plans = dict(invalidation.RULES)
    plans["ARTICLE"] = wraps(plans["ARTICLE"])(lambda *args, original=plans["ARTICLE"]: text(original, *args))
    _replace(patch, invalidation, "RULES", plans)


@mutant()
def comments_keep_their_first_address(patch: pytest.MonkeyPatch) -> None:
    """A change of a discussion plans the page where the article stood when it was first discussed."""
    first: dict[Key, Any] = {}

    class Remembering:
        def __init__(self, table: Table) -> None:
            self._table = table

        def __getattr__(self, name: str) -> Any:
            return getattr(self._table, name)

        def get_many(self, keys: Any) -> Any:
            rows = self._table.get_many(keys)
            return Rows({key: first.setdefault(key, row) if key.sk == "DOORSTEP" else row for key, row in rows.items()})

    _wrap(
        patch,
        follow_up_queries,
        "ask_follow_ups",
        lambda original, affected, table: original(affected, Remembering(table)),
    )


@mutant(within=1000, at=workload.unsettled)
def later_pages_of_a_discussion_are_not_planned(patch: pytest.MonkeyPatch) -> None:
    """A change of a remark plans the page where it is answered, and not the page of the discussion it is on."""
    _wrap(patch, invalidation, "pages_of_comment", lambda original, *args: original(*args)[:1])


@mutant()
def a_failed_plan_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """plan_pages logs what went wrong, and takes the batch for done."""

    def handle(original: Any, event: Any, context: Any) -> None:
        try:
            original(event, context)
        except Exception:  # noqa: BLE001 - this is the fault
            return

    _wrap(patch, plan_pages, "handle", handle)


@mutant()
def refused_messages_are_taken_for_sent(patch: pytest.MonkeyPatch) -> None:
    """What the queue did not take of a batch is not noticed."""

    class Careless:
        exceptions = property(lambda self: sqs().exceptions)

        def send_message_batch(self, **asked: Any) -> Any:
            return {**sqs().send_message_batch(**asked), "Failed": []}

    _replace(patch, queues, "sqs", Careless)


@mutant(within=2000)
def conflicts_are_not_waited_out(patch: pytest.MonkeyPatch) -> None:
    """A page that cannot be marked because others are marking it fails the whole batch."""
    for module in (table, rate_limits):
        _replace(patch, module, "retry_conflicts", lambda write: write())


@mutant()
def editions_are_read_and_then_written(patch: pytest.MonkeyPatch) -> None:
    """Two shards that mark a page at once raise its edition once."""

    def mark(original: Any, table: Table, paths: Sequence[str], *, cause: str = "") -> None:
        for path, edition in {path: table.editions([path]).get(path, 0) for path in paths}.items():
            key = page_key(path)
            dynamodb().put_item(
                TableName=table.name,
                Item={"pk": {"S": key.pk}, "sk": {"S": key.sk}, "edition": {"N": str(edition + 1)}},
            )

    _wrap(patch, Table, "invalidate", mark)


# ── Rendering ──


@mutant()
def pages_without_condition(patch: pytest.MonkeyPatch) -> None:
    """A page is written over whatever stands there by now."""

    def put(original: Any, bucket: Bucket, key: str, body: bytes, *, etag: Any, content_type: str,
            cache_control: str, metadata: Any) -> bool:  # fmt: skip
        s3().put_object(Bucket=bucket.name, Key=key, Body=body, ContentType=content_type,
                        CacheControl=cache_control, Metadata=metadata)  # fmt: skip
        return True

    _wrap(patch, Bucket, "put_if_match", put)


@mutant()
def looked_after_drawing(patch: pytest.MonkeyPatch) -> None:
    """What stands at a page is looked at once it is drawn, just before it is written."""

    def put(original: Any, bucket: Bucket, key: str, body: bytes, *, etag: Any, **more: Any) -> Any:
        stands = bucket.head(key)
        return original(bucket, key, body, etag=stands.etag if stands else None, **more)

    _wrap(patch, Bucket, "put_if_match", put)


@mutant()
def edition_not_in_the_bytes(patch: pytest.MonkeyPatch) -> None:
    """The edition is told beside a page, and not in it."""
    _wrap(patch, render, "render_page", lambda original, page, content, site, edition: original(page, content, site, 0))


@mutant()
def lost_race_is_given_up(patch: pytest.MonkeyPatch) -> None:
    """A page that somebody else wrote meanwhile is taken for drawn."""
    _wrap(patch, Bucket, "put_if_match", lambda original, *args, **named: original(*args, **named) or True)


@mutant()
def deleted_instead_of_gone(patch: pytest.MonkeyPatch) -> None:
    """Where nothing should be any more the page is deleted, and no tombstone stands."""

    def put(original: Any, bucket: Bucket, key: str, body: bytes, *, metadata: Any, **more: Any) -> Any:
        if "tombstone" not in metadata:
            return original(bucket, key, body, metadata=metadata, **more)
        s3().delete_object(Bucket=bucket.name, Key=key)
        return True

    _wrap(patch, Bucket, "put_if_match", put)


@mutant()
def lists_read_from_an_index(patch: pytest.MonkeyPatch) -> None:
    """Lists are read as an index would answer: a moment behind."""

    def query(original: Any, *args: Any, **named: Any) -> Any:
        behind.set(True)
        try:
            return original(*args, **named)
        finally:
            behind.set(False)

    class Behind:
        exceptions = property(lambda self: dynamodb().exceptions)

        def __getattr__(self, name: str) -> Any:
            return getattr(dynamodb(), name)

        def query(self, **asked: Any) -> Any:
            return dynamodb().query(**{**asked, "ConsistentRead": not behind.get()})

    behind = ContextVar("behind", default=False)
    _replace(patch, table, "dynamodb", Behind)
    _wrap(patch, Table, "query", query)


@mutant()
def the_clock_in_a_page(patch: pytest.MonkeyPatch) -> None:
    """An article's page says when it was drawn."""

    def draw(original: Any, page: Any, *args: Any) -> Any:
        drawn = original(page, *args)
        if page.kind != "text":
            return drawn
        return replace(drawn, body=drawn.body + f"<!-- {clock.now()} -->".encode())

    _wrap(patch, render, "render_page", draw)


@mutant(at=workload.garbled)
def what_nobody_can_read_is_tried_again(patch: pytest.MonkeyPatch) -> None:
    """A message that never can be dealt with is tried as often as any other."""
    _replace(patch, dead_letters, "PermanentError", KeyboardInterrupt)


@mutant(at=workload.poisoned)
def one_bad_page_fails_its_neighbours(patch: pytest.MonkeyPatch) -> None:
    """A batch with one page that cannot be drawn now is reported whole."""

    def handle(original: Any, event: Any, context: Any) -> Any:
        answer = original(event, context)
        everybody = [{"itemIdentifier": record["messageId"]} for record in event["Records"]]
        return {"batchItemFailures": everybody if answer["batchItemFailures"] else []}

    _wrap(patch, render_page, "handle", handle)


# ── Comments ──


@mutant()
def mail_address_in_the_public_row(patch: pytest.MonkeyPatch) -> None:
    """A comment's row says where its writer gets their mail."""

    def take_in(original: Any, letter: Any, *args: Any) -> Any:
        decision = original(letter, *args)
        decision.news[0] = replace(decision.news[0], doc={**decision.news[0].doc, "email": letter.email})
        return decision

    _wrap(patch, moderation, "ingest", take_in)


@mutant(at=workload.talkative)
def taken_in_without_condition(patch: pytest.MonkeyPatch) -> None:
    """A comment is stored over itself when its message comes twice."""

    def writes(original: Any, table: Table, change: RowWrite, *more: Any, **named: Any) -> Any:
        for write in original(table, change, *more, **named):
            if change.expected_rev == 0 and change.key.sk == "COMMENT":
                write["Put"].pop("ConditionExpression", None)
            yield write

    _wrap(patch, Table, "writes", writes)


@mutant(at=workload.talkative)
def thanked_before_the_queue_has_it(patch: pytest.MonkeyPatch) -> None:
    """A reader is told that their comment was received though the queue did not take it."""

    def enqueue(original: Any, *args: Any) -> None:
        try:
            original(*args)
        except Exception:  # noqa: BLE001 - this is the fault
            return

    _wrap(patch, Intake, "_enqueue", enqueue)


@mutant(at=workload.talkative)
def noted_before_the_queue_has_it(patch: pytest.MonkeyPatch) -> None:
    """A comment counts as said before it is handed over, so that saying it again is refused."""

    def enqueue(original: Any, intake: Intake, comment: Any, *args: Any) -> None:
        until = int(clock.now().timestamp()) + REMEMBERED_FOR
        intake.rate_limiter.record(submitted_name(comment.id), until)
        original(intake, comment, *args)

    _wrap(patch, Intake, "_enqueue", enqueue)


@mutant(at=workload.talkative)
def replies_wait_for_ever(patch: pytest.MonkeyPatch) -> None:
    """Approving a comment releases no reply that waited for it."""
    _replace(patch, CommentThreads, "release_some_replies", lambda self, id, now, **how: Released(0, is_all=True))


@mutant(within=400, at=workload.talkative)
def replies_wait_for_what_was_declined(patch: pytest.MonkeyPatch) -> None:
    """Only who approves a comment looks at the replies that wait for it."""

    def release_some(original: Any, talks: CommentThreads, id: str, now: str, **how: Any) -> Any:
        row = talks.news.get(comment_key(id))
        is_declined = row is not None and row.doc["status"] in ("spam", "rejected")
        return Released(0, is_all=True) if is_declined else original(talks, id, now, **how)

    _wrap(patch, CommentThreads, "release_some_replies", release_some)


@mutant(at=workload.defiant)
def an_edit_raises_what_an_editor_held(patch: pytest.MonkeyPatch) -> None:
    """A comment that an editor held is judged by the rules alone when its writer mends it."""
    _replace(patch, moderation, "BY_EDITOR", "")


@mutant(at=workload.talkative)
def the_count_without_condition(patch: pytest.MonkeyPatch) -> None:
    """Two comments that are approved at once are counted as one."""

    def changes(original: Any, *args: Any) -> Any:
        return [replace(change, expected_rev=None) if change.key.sk == "TALK" else change for change in original(*args)]

    _wrap(patch, moderation, "comment_writes", changes)


@mutant(at=workload.talkative)
def a_lost_comment_counts_as_taken_in(patch: pytest.MonkeyPatch) -> None:
    """ingest_comment logs what went wrong, and takes the message for done."""

    def handle(original: Any, event: Any, context: Any) -> Any:
        return original(event, context) and {"batchItemFailures": []}

    _wrap(patch, ingest_comment, "handle", handle)


@mutant(at=workload.talkative)
def erasure_forgets_what_is_private(patch: pytest.MonkeyPatch) -> None:
    """An erased comment leaves its writer's address behind in PrivateTable."""

    def decide(original: Any, *args: Any, **named: Any) -> Any:
        return original(*args, **{**named, "with_private": False})

    _wrap(patch, comments.CommentThreads, "decide", decide)


@mutant(at=workload.talkative)
def a_lost_verdict_counts_as_done(patch: pytest.MonkeyPatch) -> None:
    """An editor is told that a comment is what they wanted though the tables never took it."""

    def write(original: Any, *args: Any) -> bool:
        try:
            return bool(original(*args))
        except Exception:  # noqa: BLE001 - this is the fault
            return True

    _wrap(patch, CommentThreads, "_write", write)


@mutant(at=workload.talkative)
def verdicts_without_condition(patch: pytest.MonkeyPatch) -> None:
    """A verdict is written whatever the comment has become since it was read."""

    def writes(original: Any, table: Table, change: RowWrite, *more: Any, **named: Any) -> Any:
        for write in original(table, change, *more, **named):
            if change.expected_rev and change.key.sk == "COMMENT" and "Put" in write:
                for name in ("ConditionExpression", "ExpressionAttributeValues"):
                    write["Put"].pop(name, None)
            yield write

    _wrap(patch, Table, "writes", writes)


@mutant(at=workload.fickle)
def a_verdict_that_changes_nothing_leaves_no_trace(patch: pytest.MonkeyPatch) -> None:
    """A verdict that a comment meets already is not written, and an earlier one that is late overtakes it."""
    _replace(patch, moderation, "_confirmed", lambda comment, look: None)


# ── Moves ──


@mutant(at=workload.moving)
def an_obstacle_that_goes_away_is_not_told_of(patch: pytest.MonkeyPatch) -> None:
    """An upload that waited for another file to go is not looked at again when it has gone."""
    _replace(patch, follow_up_queries, "successors", lambda table, owner: [])


@mutant(within=1000, at=workload.moving)
def who_begins_to_wait_is_not_looked_at_again(patch: pytest.MonkeyPatch) -> None:
    """An upload that begins to wait just after the other file has gone waits for ever."""
    patch.delitem(invalidation.RULES, "SUCCESSOR")


@mutant(at=workload.moving)
def the_same_bytes_are_not_known_again(patch: pytest.MonkeyPatch) -> None:
    """A renamed file is another article."""
    _replace(patch, identity, "find_duplicate", lambda *_, **__: None)


@mutant(at=workload.moving)
def a_file_that_is_there_is_taken_for_gone(patch: pytest.MonkeyPatch) -> None:
    """A copy takes the article over from the file it was copied from."""
    _replace(patch, identity, "is_orphan", lambda *_: True)
    _replace(patch, settlement, "is_orphan", lambda *_: True)


@mutant(at=workload.moving)
def a_file_is_what_its_name_says(patch: pytest.MonkeyPatch) -> None:
    """A file that has moved is another article when it is looked at once more."""

    def identify(original: Any, kind: Any, claimant: Any, upload: Any, *more: Any, **named: Any) -> Any:
        forgotten = upload and replace(upload, doc={**upload.doc, "id": None})
        return original(kind, claimant, forgotten, *more, **named)

    _wrap(patch, settlement, "identify", identify)


@mutant(within=1000, at=workload.moving)
def a_twin_that_is_deleted_leaves_its_address_dead(patch: pytest.MonkeyPatch) -> None:
    """The address that a file had in the middle of a move answers that it is gone."""
    _replace(patch, settlement, "find_duplicate", lambda *_, **__: None)


@mutant(at=workload.moving)
def an_address_is_taken_without_its_owner(patch: pytest.MonkeyPatch) -> None:
    """A text that goes on as another keeps what it wrote, and stands there twice."""
    _replace(patch, settlement, "_retired", lambda row: [])
