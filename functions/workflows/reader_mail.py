"""Mail to writers whose comments were answered: only to addresses that were confirmed, and once an hour at most.

The first mail to an address only asks for confirmation, because its owner may be another person than the writer. The
result is stored under the hash of the address, with the answers that are not mailed yet.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from adapters.clients import setting
from newsroom.comment import PrivateDetails, ReaderMail
from newsroom.comments import notifications
from newsroom.comments.notifications import ReplyNotice
from newsroom.comments.tokens import subscribe_token, unsubscribe_token
from newsroom.errors import TransientError
from newsroom.rows import Doc, Row, RowWrite, comment_key, outbox_key, reader_mail_key
from workflows.moderation_request import ModerationRequest
from workflows.outbox import OutboxRun

AT_ONCE = 100  # answers, or readers, in one run
APART = timedelta(hours=1)
_ATTEMPTS = 12


def note_answers(run: OutboxRun, things: Sequence[Row]) -> None:
    """Add published answers to the pending mail of the writers of their parents. Mail the writers who may be mailed
    now, and ask the writers who were never asked."""
    by_writer: defaultdict[str, list[Row]] = defaultdict(list)
    address: dict[str, str] = {}
    unwanted: list[Row] = []
    for thing in things[:AT_ONCE]:
        wanted = _parent_to_notify(run.desk, thing.doc["id"])
        if wanted and setting("SENDER_EMAIL"):
            by_writer[wanted["writer"]].append(thing)
            address[wanted["writer"]] = wanted["email"]
        else:
            unwanted.append(thing)
    run.delete(unwanted)
    for writer, theirs in by_writer.items():
        _process_reader(run, writer, theirs, address[writer])


def mail_pending(run: OutboxRun, things: Sequence[Row]) -> None:
    """Mail readers who have pending answers."""
    for thing in things[:AT_ONCE]:
        _process_reader(run, thing.doc["id"], [thing])


def subscribe(desk: ModerationRequest, writer: str) -> None:
    """Record that the owner of an address confirmed it. The pending answers may be mailed now."""
    _set_state(desk, writer, "confirmed")


def unsubscribe(desk: ModerationRequest, writer: str) -> None:
    """Record that a reader wants no mail, even if somebody enters their address again."""
    _set_state(desk, writer, "stopped")


def _process_reader(run: OutboxRun, writer: str, things: Sequence[Row], address: str = "") -> None:
    """Do the due tasks of one reader. Mail is sent first and recorded after: it may come twice, but is never lost."""
    desk = run.desk
    row = desk.threads.private.get(reader_mail_key(writer))
    mailing = cast(ReaderMail, row.doc) if row else None
    after = _with_answers(mailing, [thing.doc["id"] for thing in things if thing.doc["kind"] == "reply"])
    later: list[RowWrite] = []
    try:
        if mailing is None:
            if address and run.send(notifications.confirmation_request(address, desk.site, **_links(desk, writer))):
                after["mailed_at"] = desk.at
            else:
                run.delete(things)
                return
        elif mailing["state"] == "stopped":
            after |= {"pending": [], "further": 0}
        elif mailing["state"] == "confirmed" and after["pending"]:
            if (due := _next_mail_at(mailing)) > desk.at:
                later = [RowWrite(outbox_key("mail", due, writer), {"kind": "mail", "id": writer})]
            else:
                _mail(run, writer, after)
    except TransientError as problem:
        run.postpone(things, str(problem))
        return
    own = RowWrite(reader_mail_key(writer), cast(Doc, after), expected_rev=row.rev if row else 0)
    deleted = [RowWrite(thing.key, None) for thing in things if thing.key not in {write.key for write in later}]
    # If the reader confirmed or refused at this moment, the transaction fails and the next run repeats it.
    desk.threads.private.transact([*([own] if after != mailing else []), *deleted, *later])


def _mail(run: OutboxRun, writer: str, mailing: ReaderMail) -> None:
    """Mail a reader their pending answers, as far as they are still published."""
    desk = run.desk
    answers: list[ReplyNotice] = []
    to = ""
    for id in mailing["pending"]:
        stored, theirs = desk.comment(id), _parent_to_notify(desk, id)
        target = desk.target(stored[0]) if stored else None
        if stored and theirs and theirs["writer"] == writer and target:
            address = desk.site["base_url"] + (desk.public_url(stored[0], target) or "")
            answers.append(ReplyNotice(stored[0], target["headline"], address))
            to = theirs["email"]
    if answers:
        stop = _links(desk, writer)["unsubscribe"]
        run.send(notifications.reply_notification(to, desk.site, answers, mailing["further"], unsubscribe=stop))
        mailing["mailed_at"] = desk.at
    mailing |= {"pending": [], "further": 0}


def _with_answers(mailing: ReaderMail | None, answers: Sequence[str]) -> ReaderMail:
    """Return the mail state of a reader with more pending answers."""
    before: ReaderMail = mailing or {"state": "asked", "mailed_at": "", "pending": [], "further": 0}
    pending = list(dict.fromkeys([*before["pending"], *answers]))
    further = before["further"] + max(0, len(pending) - notifications.AT_MOST)
    return {**before, "pending": pending[: notifications.AT_MOST], "further": further}


def _next_mail_at(mailing: ReaderMail) -> str:
    """Return the earliest time for the next mail to a reader."""
    if not mailing["mailed_at"]:
        return ""
    return (datetime.fromisoformat(mailing["mailed_at"]) + APART).isoformat(timespec="milliseconds")


def _parent_to_notify(desk: ModerationRequest, reply: str) -> PrivateDetails | None:
    """Return the private details of the parent of a reply, if its writer wants mail and did not write the reply.
    Otherwise, or if the reply is no longer published, return None."""
    stored = desk.comment(reply)
    if stored is None or stored[0]["status"] != "approved" or not stored[0]["parent"]:
        return None
    answered, answerer = comment_key(stored[0]["parent"]), comment_key(reply)
    rows = desk.threads.private.get_many([answered, answerer])
    theirs = cast(PrivateDetails, rows[answered].doc) if answered in rows else None
    by = rows[answerer].doc["writer"] if answerer in rows else None
    return theirs if theirs and theirs["notify"] and theirs["writer"] != by and desk.target(stored[0]) else None


def _links(desk: ModerationRequest, writer: str) -> dict[str, str]:
    site = setting("SITE_URL")
    return {
        "confirm": f"{site}/api/subscribe?t={subscribe_token(desk.readers_secret, writer)}",
        "unsubscribe": f"{site}/api/unsubscribe?t={unsubscribe_token(desk.readers_secret, writer)}",
    }


def _set_state(desk: ModerationRequest, writer: str, state: str) -> None:
    private = desk.threads.private
    for _ in range(_ATTEMPTS):
        row = private.get(reader_mail_key(writer))
        before = _with_answers(cast(ReaderMail, row.doc) if row else None, [])
        if row and before["state"] == state:
            return
        after = cast(Doc, {**before, "state": state, "mailed_at": ""})
        if state == "stopped":
            after |= {"pending": [], "further": 0}
        changes = [RowWrite(reader_mail_key(writer), after, expected_rev=row.rev if row else 0)]
        if after["pending"]:
            changes.append(RowWrite(outbox_key("mail", desk.at, writer), {"kind": "mail", "id": writer}))
        if private.transact(changes):
            return
    raise TransientError("what is kept of a reader's mail kept changing; try again")
