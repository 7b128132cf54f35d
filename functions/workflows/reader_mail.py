"""Mail to writers whose comments were answered: only to addresses that were confirmed, and once an hour at most.

The first mail to an address only asks, since whoever typed it in need not own it. What became of that is kept by the
hash of the address, with the answers that wait to be told of.
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

AT_ONCE = 100  # answers, or readers, to a tick
APART = timedelta(hours=1)
_ATTEMPTS = 12


def note_answers(this: OutboxRun, things: Sequence[Row]) -> None:
    """Put answers that were published with what is to be mailed to the writers of what they answer. Mail those who
    may be mailed now, and ask those who were never asked."""
    by_writer: defaultdict[str, list[Row]] = defaultdict(list)
    address: dict[str, str] = {}
    unwanted: list[Row] = []
    for thing in things[:AT_ONCE]:
        wanted = _wanted(this.desk, thing.doc["id"])
        if wanted and setting("SENDER_EMAIL"):
            by_writer[wanted["writer"]].append(thing)
            address[wanted["writer"]] = wanted["email"]
        else:
            unwanted.append(thing)
    this.delete(unwanted)
    for writer, theirs in by_writer.items():
        _settle(this, writer, theirs, address[writer])


def mail_pending(this: OutboxRun, things: Sequence[Row]) -> None:
    """Mail readers for whom answers have gathered."""
    for thing in things[:AT_ONCE]:
        _settle(this, thing.doc["id"], [thing])


def subscribe(desk: ModerationRequest, writer: str) -> None:
    """Note that an address is its owner's to be mailed at, and that what they were asked about may be told them now."""
    _note(desk, writer, "confirmed")


def unsubscribe(desk: ModerationRequest, writer: str) -> None:
    """Note that a reader wants no mail, whatever is asked for with their address."""
    _note(desk, writer, "stopped")


def _settle(this: OutboxRun, writer: str, things: Sequence[Row], address: str = "") -> None:
    """Do for one reader what is due. The mail goes first and is noted after: it may come twice, and is never lost."""
    desk = this.desk
    row = desk.threads.private.get(reader_mail_key(writer))
    mailing = cast(ReaderMail, row.doc) if row else None
    after = _with(mailing, [thing.doc["id"] for thing in things if thing.doc["kind"] == "reply"])
    later: list[RowWrite] = []
    try:
        if mailing is None:
            if address and this.send(notifications.confirmation_request(address, desk.site, **_links(desk, writer))):
                after["mailed_at"] = desk.at
            else:
                this.delete(things)
                return
        elif mailing["state"] == "stopped":
            after |= {"pending": [], "further": 0}
        elif mailing["state"] == "confirmed" and after["pending"]:
            if (due := _next(mailing)) > desk.at:
                later = [RowWrite(outbox_key("mail", due, writer), {"kind": "mail", "id": writer})]
            else:
                _mail(this, writer, after)
    except TransientError as problem:
        this.postpone(things, str(problem))
        return
    own = RowWrite(reader_mail_key(writer), cast(Doc, after), expected_rev=row.rev if row else 0)
    crossed_out = [RowWrite(thing.key, None) for thing in things if thing.key not in {each.key for each in later}]
    # Where the reader said yes or no at this moment, the next tick does it again.
    desk.threads.private.transact([*([own] if after != mailing else []), *crossed_out, *later])


def _mail(this: OutboxRun, writer: str, mailing: ReaderMail) -> None:
    """Tell a reader of the answers that have gathered, as far as those still stand."""
    desk = this.desk
    answers: list[ReplyNotice] = []
    to = ""
    for id in mailing["pending"]:
        found, theirs = desk.comment(id), _wanted(desk, id)
        target = desk.target(found[0]) if found else None
        if found and theirs and theirs["writer"] == writer and target:
            address = desk.site["base_url"] + (desk.public_url(found[0], target) or "")
            answers.append(ReplyNotice(found[0], target["headline"], address))
            to = theirs["email"]
    if answers:
        stop = _links(desk, writer)["unsubscribe"]
        this.send(notifications.reply_notification(to, desk.site, answers, mailing["further"], unsubscribe=stop))
        mailing["mailed_at"] = desk.at
    mailing |= {"pending": [], "further": 0}


def _with(mailing: ReaderMail | None, answers: Sequence[str]) -> ReaderMail:
    """The mail to a reader with more answers to be told of."""
    before: ReaderMail = mailing or {"state": "asked", "mailed_at": "", "pending": [], "further": 0}
    pending = list(dict.fromkeys([*before["pending"], *answers]))
    further = before["further"] + max(0, len(pending) - notifications.AT_MOST)
    return {**before, "pending": pending[: notifications.AT_MOST], "further": further}


def _next(mailing: ReaderMail) -> str:
    """When a reader may be mailed again."""
    if not mailing["mailed_at"]:
        return ""
    return (datetime.fromisoformat(mailing["mailed_at"]) + APART).isoformat(timespec="milliseconds")


def _wanted(desk: ModerationRequest, reply: str) -> PrivateDetails | None:
    """What is private about the comment that was answered, if its writer asked to be told and this is not their own
    answer; None if not, or if the answer is not published any more."""
    found = desk.comment(reply)
    if found is None or found[0]["status"] != "approved" or not found[0]["parent"]:
        return None
    answered, answerer = comment_key(found[0]["parent"]), comment_key(reply)
    rows = desk.threads.private.get_many([answered, answerer])
    theirs = cast(PrivateDetails, rows[answered].doc) if answered in rows else None
    by = rows[answerer].doc["writer"] if answerer in rows else None
    return theirs if theirs and theirs["notify"] and theirs["writer"] != by and desk.target(found[0]) else None


def _links(desk: ModerationRequest, writer: str) -> dict[str, str]:
    site = setting("SITE_URL")
    return {
        "confirm": f"{site}/api/subscribe?t={subscribe_token(desk.readers_secret, writer)}",
        "unsubscribe": f"{site}/api/unsubscribe?t={unsubscribe_token(desk.readers_secret, writer)}",
    }


def _note(desk: ModerationRequest, writer: str, state: str) -> None:
    private = desk.threads.private
    for _ in range(_ATTEMPTS):
        row = private.get(reader_mail_key(writer))
        before = _with(cast(ReaderMail, row.doc) if row else None, [])
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
