"""Mail to the editor: new comments, at most twenty in a mail and one mail a minute, and a daily reminder of all
comments that still wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.backoff import attempts
from adapters.clients import setting
from adapters.logs import logger
from newsroom.comment import Comment, EditorMail
from newsroom.comments import notifications
from newsroom.comments.mail_states import REMINDED_AFTER, reminded_from
from newsroom.comments.notifications import WaitingComment
from newsroom.comments.reasons import WAITS
from newsroom.errors import TransientError
from newsroom.rows import Row, RowWrite, rev_of
from newsroom.table_keys import EDITOR_MAIL_KEY, HELD, NEXT_DIGEST, due_at, outbox_key, time_sk
from workflows.moderation_request import ACTIONS, ModerationRequest
from workflows.outbox import GIVE_UP_AFTER, OutboxRun, Task

LOOKED_AT = 200  # comments that are read for one mail
COUNTED = 1000  # held comments at most, for the number in the reminder's subject
PUT_ASIDE_AT_ONCE = 50  # each needs two of the 100 rows of a transaction
MOST_RENEWED, RENEWED_AFTER = 20, timedelta(hours=1)  # at most so many comments get new links in this time
ATTEMPTS = 12


def send_editor_mail(run: OutboxRun, tasks: Sequence[Task]) -> None:
    """Mail the next new comments. If there are none, send a reminder of waiting comments once a day."""
    moderation = run.moderation
    to = editor(moderation)
    if not to:
        run.delete(tasks)
        return
    row = moderation.threads.private.get(EDITOR_MAIL_KEY)
    mail = row.doc if row else None
    digest = _next_digest(moderation, mail, tasks)
    try:
        after = _send(run, to, mail, digest)
    except TransientError as problem:
        run.failed.append(str(problem))
        _give_up(run, row, tasks)
        return
    if digest.is_followed:
        after = {**(after or reminded_from(None, moderation.now + REMINDED_AFTER)), "more": True}
    _keep(run, row, after)
    _move_to_next_digest(run, [task for task in tasks if task.doc["id"] in digest.left])
    run.delete([task for task in digest.tasks if task.doc["id"] not in digest.left])


@dataclass(frozen=True, slots=True)
class Digest:
    """The comments of the next mail. tasks: all that were considered. shown: the comments in the mail. left: the ids of
    comments that did not fit. has_more: earlier comments wait for another digest."""

    tasks: list[Task]
    shown: list[Row[Comment]]
    left: set[str]
    has_more: bool

    @property
    def is_followed(self) -> bool:
        """True if comments are left for another digest."""
        return self.has_more or bool(self.left)


def _next_digest(moderation: ModerationRequest, mail: EditorMail | None, tasks: Sequence[Task]) -> Digest:
    left_over = moderation.threads.private.query(NEXT_DIGEST, limit=LOOKED_AT) if mail and mail["more"] else []
    considered = [*left_over, *tasks]
    ids = list(dict.fromkeys(task.doc["id"] for task in considered))
    held = moderation.still_held(ids[:LOOKED_AT])
    left = {row.doc["id"] for row in held[notifications.AT_MOST :]} | {*ids[LOOKED_AT:]}
    return Digest(considered, held[: notifications.AT_MOST], left, len(left_over) == LOOKED_AT)


def _send(run: OutboxRun, to: str, mail: EditorMail | None, digest: Digest) -> EditorMail | None:
    """Send the digest, or a reminder if it is due; return the state of the mail after that."""
    moderation = run.moderation
    if not digest.shown:
        return _remind(run, to, mail) if mail else None
    comments = _shown(moderation, digest.shown)
    run.send(notifications.digest(to, moderation.site["title"], comments, len(digest.left), moderation.page_of_held()))
    return reminded_from(mail, moderation.now + REMINDED_AFTER)


def editor(moderation: ModerationRequest) -> str:
    """Return the address for questions about comments. It is empty if there is none, or if mail cannot be sent."""
    return (moderation.site["comments"]["notify"] or setting("EDITOR_EMAIL")) if setting("SENDER_EMAIL") else ""


def renew(moderation: ModerationRequest, comment: str) -> bool:
    """Put a comment into the next mail, which has fresh links. Return False if that was requested within the
    last hour: the holder of an expired link must not fill the editor's mailbox."""
    private = moderation.threads.private
    begun = (moderation.now - RENEWED_AFTER).isoformat(timespec="milliseconds")
    for _ in attempts(ATTEMPTS):
        row = private.get(EDITOR_MAIL_KEY)
        mail = row.doc if row else reminded_from(None, moderation.now + REMINDED_AFTER)
        recent = {id: at for id, at in mail["renewed"].items() if at > begun}
        if comment in recent or len(recent) >= MOST_RENEWED:
            return False
        after: EditorMail = {**mail, "renewed": {**recent, comment: moderation.at}}
        own = RowWrite(EDITOR_MAIL_KEY, after, expected_rev=rev_of(row))
        task = RowWrite(outbox_key("held", moderation.at, comment), {"kind": "held", "id": comment})
        if private.transact([own, task]):
            return True
    raise TransientError("the mail to the editor kept changing; try again")


def _remind(run: OutboxRun, to: str, mail: EditorMail) -> EditorMail | None:
    """Mail a reminder of held comments if it is due. Repeat it every day until no comment is held."""
    moderation = run.moderation
    if mail["at"] > moderation.at:
        return {**mail, "more": False}
    held = moderation.threads.news.query(HELD, limit=COUNTED)
    if not held:
        return None
    rows = moderation.still_held([row.doc["id"] for row in held[:LOOKED_AT]])
    to_decide = [row for row in rows if row.doc["reason"] != WAITS]
    if not to_decide:  # their parents are decided on, and the clock will release them soon
        return {**mail, "more": False}
    shown = to_decide[: notifications.AT_MOST]
    further = len(to_decide) + max(0, len(held) - LOOKED_AT) - len(shown)
    run.send(
        notifications.reminder(
            to, moderation.site["title"], _shown(moderation, shown), further, moderation.page_of_held()
        )
    )
    return {**reminded_from(None, moderation.now + REMINDED_AFTER), "renewed": mail["renewed"]}


def _keep(run: OutboxRun, row: Row[EditorMail] | None, after: EditorMail | None) -> None:
    if after != (row.doc if row else None):
        change = RowWrite(EDITOR_MAIL_KEY, after, expected_rev=rev_of(row))
        run.moderation.threads.private.transact([change])


def _move_to_next_digest(run: OutboxRun, tasks: Sequence[Task]) -> None:
    """Move comments that did not fit in this mail out of the outbox, so that they do not block other tasks there."""
    for start in range(0, len(tasks), PUT_ASIDE_AT_ONCE):
        writes: list[RowWrite] = []
        for task in tasks[start : start + PUT_ASIDE_AT_ONCE]:
            aside = NEXT_DIGEST.key(time_sk(due_at(task.key), task.doc["id"]))
            writes += [RowWrite(task.key, None), RowWrite(aside, {"id": task.doc["id"]})]
        run.moderation.threads.private.transact(writes)


def _give_up(run: OutboxRun, row: Row[EditorMail] | None, tasks: Sequence[Task]) -> None:
    """Leave comments that could not be mailed for a day to the reminder."""
    oldest = run.moderation.now - GIVE_UP_AFTER
    given_up = [task for task in tasks if datetime.fromisoformat(due_at(task.key)) < oldest]
    if given_up:
        run.given_up += len(given_up)
        logger().error("given up after a day", tasks=len(given_up), reason=run.failed[-1])
        _keep(run, row, reminded_from(row.doc if row else None, run.moderation.now))
        run.delete(given_up)


def _shown(moderation: ModerationRequest, rows: Sequence[Row[Comment]]) -> list[WaitingComment]:
    return [_waiting(moderation, row.doc, row.rev) for row in rows]


def _waiting(moderation: ModerationRequest, comment: Comment, rev: int) -> WaitingComment:
    target = moderation.target(comment)
    # Links lead to the API, whose address may differ from the paper's own base address.
    links = {action: setting("SITE_URL") + moderation.link(comment["id"], action, rev) for action in ACTIONS}
    return WaitingComment(comment, target["headline"] if target else comment["article"], links)
