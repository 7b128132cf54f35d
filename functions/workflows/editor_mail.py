"""Mail to the editor: new comments, at most twenty in a mail and one mail a minute, and a daily reminder of all
comments that still wait."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from adapters.clients import setting
from newsroom.comment import Comment, EditorMail
from newsroom.comments import notifications
from newsroom.comments.moderation import WAITS
from newsroom.comments.notifications import WaitingComment
from newsroom.errors import TransientError
from newsroom.rows import EDITOR_MAIL_KEY, HELD, NEXT_DIGEST, Doc, Key, Row, RowWrite, comment_key, outbox_key
from workflows.moderation_request import ACTIONS, ModerationRequest
from workflows.outbox import GIVE_UP_AFTER, OutboxRun, due_at

LOOKED_AT = 200  # comments that are read for one mail
COUNTED = 1000  # held comments at most, for the number in the reminder's subject
PUT_ASIDE_AT_ONCE = 50  # each needs two of the 100 rows of a transaction
MOST_RENEWED, RENEWED_AFTER = 20, timedelta(hours=1)  # at most so many comments get new links in this time
ATTEMPTS = 12
REMINDED_AFTER = timedelta(days=1)


def send_editor_mail(run: OutboxRun, things: Sequence[Row]) -> None:
    """Mail the next new comments. If there are none, send a reminder of waiting comments once a day."""
    to, desk = editor(run.desk), run.desk
    if not to:
        run.delete(things)
        return
    private = desk.threads.private
    row = private.get(EDITOR_MAIL_KEY)
    mail = cast(EditorMail, row.doc) if row else None
    left_over = private.query(NEXT_DIGEST, limit=LOOKED_AT) if mail and mail["more"] else []
    new = [*left_over, *things]
    ids = list(dict.fromkeys(thing.doc["id"] for thing in new))
    held = _still_held(desk, ids[:LOOKED_AT])
    shown, left = (
        held[: notifications.AT_MOST],
        {row.doc["id"] for row in held[notifications.AT_MOST :]} | {*ids[LOOKED_AT:]},
    )
    try:
        if shown:
            run.send(notifications.digest(to, desk.site["title"], _shown(desk, shown), len(left), desk.page_of_held()))
            after: EditorMail | None = _begun(mail, desk.now + REMINDED_AFTER)
        else:
            after = _remind(run, to, mail) if mail else None
    except TransientError as problem:
        run.failed.append(str(problem))
        _give_up(
            run, row, [thing for thing in things if desk.now - datetime.fromisoformat(due_at(thing)) > GIVE_UP_AFTER]
        )
        return
    if left or len(left_over) == LOOKED_AT:
        after = {**(after or _begun(None, desk.now + REMINDED_AFTER)), "more": True}
    _keep(run, row, after)
    _move_to_next_digest(run, [thing for thing in things if thing.doc["id"] in left])
    run.delete([thing for thing in new if thing.doc["id"] not in left])


def editor(desk: ModerationRequest) -> str:
    """Return the address for questions about comments. It is empty if there is none, or if mail cannot be sent."""
    return (desk.site["comments"]["notify"] or setting("EDITOR_EMAIL")) if setting("SENDER_EMAIL") else ""


def renew(desk: ModerationRequest, comment: str) -> bool:
    """Put a comment into the next mail, which has fresh links. Return False if that was requested within the
    last hour: the holder of an expired link must not fill the editor's mailbox."""
    private = desk.threads.private
    begun = (desk.now - RENEWED_AFTER).isoformat(timespec="milliseconds")
    for _ in range(ATTEMPTS):
        row = private.get(EDITOR_MAIL_KEY)
        mail = cast(EditorMail, row.doc) if row else _begun(None, desk.now + REMINDED_AFTER)
        recent = {id: at for id, at in mail["renewed"].items() if at > begun}
        if comment in recent or len(recent) >= MOST_RENEWED:
            return False
        after: EditorMail = {**mail, "renewed": {**recent, comment: desk.at}}
        own = RowWrite(EDITOR_MAIL_KEY, cast(Doc, after), expected_rev=row.rev if row else 0)
        if private.transact([own, RowWrite(outbox_key("held", desk.at, comment), {"kind": "held", "id": comment})]):
            return True
    raise TransientError("the mail to the editor kept changing; try again")


def _begun(mail: EditorMail | None, remind_at: datetime) -> EditorMail:
    """Return the state of the editor's mail after a mail. Reminders begin, unless they have begun already."""
    at = mail["at"] if mail else remind_at.isoformat(timespec="milliseconds")
    return {"at": at, "more": False, "renewed": mail["renewed"] if mail else {}}


def _remind(run: OutboxRun, to: str, mail: EditorMail) -> EditorMail | None:
    """Mail a reminder of held comments if it is due. Repeat it every day until no comment is held."""
    desk = run.desk
    if mail["at"] > desk.at:
        return {**mail, "more": False}
    held = desk.threads.news.query(HELD, limit=COUNTED)
    if not held:
        return None
    rows = _still_held(desk, [row.doc["id"] for row in held[:LOOKED_AT]])
    to_decide = [row for row in rows if row.doc["reason"] != WAITS]
    if not to_decide:  # their parents are decided on, and the clock will release them soon
        return {**mail, "more": False}
    shown = to_decide[: notifications.AT_MOST]
    further = len(to_decide) + max(0, len(held) - LOOKED_AT) - len(shown)
    run.send(notifications.reminder(to, desk.site["title"], _shown(desk, shown), further, desk.page_of_held()))
    return {**_begun(None, desk.now + REMINDED_AFTER), "renewed": mail["renewed"]}


def _keep(run: OutboxRun, row: Row | None, after: EditorMail | None) -> None:
    if after != (row.doc if row else None):
        change = RowWrite(EDITOR_MAIL_KEY, cast(Doc | None, after), expected_rev=row.rev if row else 0)
        run.desk.threads.private.transact([change])


def _move_to_next_digest(run: OutboxRun, things: Sequence[Row]) -> None:
    """Move comments that did not fit in this mail out of the outbox, so that they do not block other tasks there."""
    for start in range(0, len(things), PUT_ASIDE_AT_ONCE):
        moved: list[RowWrite] = []
        for thing in things[start : start + PUT_ASIDE_AT_ONCE]:
            aside = Key(NEXT_DIGEST, f"{due_at(thing)}#{thing.doc['id']}")
            moved += [RowWrite(thing.key, None), RowWrite(aside, {"id": thing.doc["id"]})]
        run.desk.threads.private.transact(moved)


def _give_up(run: OutboxRun, row: Row | None, things: Sequence[Row]) -> None:
    """Leave comments that could not be mailed for a day to the reminder."""
    if things:
        run.given_up += len(things)
        run.log.error("given up after a day", things=len(things), reason=run.failed[-1])
        _keep(run, row, _begun(cast(EditorMail, row.doc) if row else None, run.desk.now))
        run.delete(things)


def _still_held(desk: ModerationRequest, ids: Sequence[str]) -> list[Row]:
    """Return the comments that are still held, in this order."""
    keys = [comment_key(id) for id in ids]
    rows = desk.threads.news.get_many(keys)
    return [rows[key] for key in keys if key in rows and rows[key].doc["status"] == "held"]


def _shown(desk: ModerationRequest, rows: Sequence[Row]) -> list[WaitingComment]:
    return [_waiting(desk, cast(Comment, row.doc), row.rev) for row in rows]


def _waiting(desk: ModerationRequest, comment: Comment, rev: int) -> WaitingComment:
    target = desk.target(comment)
    # Links lead to the API, whose address may differ from the paper's own base address.
    links = {action: setting("SITE_URL") + desk.link(comment["id"], action, rev) for action in ACTIONS}
    return WaitingComment(comment, target["headline"] if target else comment["article"], links)
