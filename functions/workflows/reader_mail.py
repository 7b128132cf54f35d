"""Mail to writers whose comments have replies: only to addresses that were confirmed, and once an hour at most.

The first mail to an address only asks for confirmation, because its owner may be another person than the writer. The
result is stored under the hash of the address, with the replies that are not mailed yet.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

from adapters.backoff import attempts
from adapters.clients import setting
from newsroom.comment import PrivateDetails, ReaderMail
from newsroom.comments import mail_states, notifications
from newsroom.comments.mail_states import ReaderStep
from newsroom.comments.notifications import ReplyNotice
from newsroom.comments.tokens import subscribe_token, unsubscribe_token
from newsroom.errors import TransientError
from newsroom.rows import RowWrite, rev_of
from newsroom.table_keys import outbox_key, private_key, reader_mail_key
from workflows.moderation_request import ModerationRequest
from workflows.outbox import OutboxRun, Task

AT_ONCE = 100  # replies, or readers, in one run
_ATTEMPTS = 12


def note_replies(run: OutboxRun, tasks: Sequence[Task]) -> None:
    """Add published replies to the pending mail of the writers of their parents. Mail the writers who may be mailed
    now, and ask the writers who were never asked."""
    by_writer: defaultdict[str, list[Task]] = defaultdict(list)
    address: dict[str, str] = {}
    unwanted: list[Task] = []
    for task in tasks[:AT_ONCE]:
        wanted = _parent_to_notify(run.moderation, task.doc["id"])
        if wanted and setting("SENDER_EMAIL"):
            by_writer[wanted["writer"]].append(task)
            address[wanted["writer"]] = wanted["email"]
        else:
            unwanted.append(task)
    run.delete(unwanted)
    for writer, theirs in by_writer.items():
        _process_reader(run, writer, theirs, address[writer])


def mail_pending(run: OutboxRun, tasks: Sequence[Task]) -> None:
    """Mail readers who have pending replies."""
    for task in tasks[:AT_ONCE]:
        _process_reader(run, task.doc["id"], [task])


def subscribe(moderation: ModerationRequest, writer: str) -> None:
    """Record that the owner of an address confirmed it. The pending replies may be mailed now."""
    _set_state(moderation, writer, "confirmed")


def unsubscribe(moderation: ModerationRequest, writer: str) -> None:
    """Record that a reader wants no mail, even if somebody enters their address again."""
    _set_state(moderation, writer, "stopped")


def _process_reader(run: OutboxRun, writer: str, tasks: Sequence[Task], address: str = "") -> None:
    """Do the due tasks of one reader. Mail is sent first and recorded after: it may come twice, but is never lost.

    address: the reader's mail address, which is needed only to ask for confirmation.
    """
    moderation = run.moderation
    row = moderation.threads.private.get(reader_mail_key(writer))
    before = row.doc if row else None
    with_new = mail_states.with_replies(before, [task.doc["id"] for task in tasks if task.doc["kind"] == "reply"])
    step = mail_states.next_step(before, with_new, moderation.at)
    try:
        after = _send(run, step, writer, with_new, address)
    except TransientError as problem:
        run.postpone(tasks, str(problem))
        return
    if after is None:
        run.delete(tasks)
        return
    later = [_mail_task(writer, mail_states.next_mail_at(after))] if step == "wait" else []
    own = [RowWrite(reader_mail_key(writer), after, expected_rev=rev_of(row))] if after != before else []
    # If the reader confirmed or refused at this moment, the transaction fails and the next run repeats it.
    moderation.threads.private.transact([*own, *_replaced(tasks, later)])


def _replaced(tasks: Sequence[Task], later: list[RowWrite]) -> list[RowWrite]:
    """Return the writes that put later tasks in the place of tasks that are done."""
    kept = {write.key for write in later}
    return [*(RowWrite(task.key, None) for task in tasks if task.key not in kept), *later]


def _send(run: OutboxRun, step: ReaderStep, writer: str, mail: ReaderMail, address: str) -> ReaderMail | None:
    """Send the mail that a step needs. Return the state after it; None if the reader cannot be asked."""
    moderation = run.moderation
    if step == "ask":
        links = _links(moderation, writer)
        is_asked = address and run.send(notifications.confirmation_request(address, moderation.site, **links))
        return {**mail, "mailed_at": moderation.at} if is_asked else None
    if step != "mail":
        return mail
    to, replies = _published_replies(moderation, writer, mail["pending"])
    after = mail_states.without_replies(mail)
    if not replies:
        return after
    stop = _links(moderation, writer)["unsubscribe"]
    run.send(notifications.reply_notification(to, moderation.site, replies, mail["further"], unsubscribe=stop))
    return {**after, "mailed_at": moderation.at}


def _published_replies(moderation: ModerationRequest, writer: str, ids: Sequence[str]) -> tuple[str, list[ReplyNotice]]:
    """Return the mail address of a reader, and the replies to them that are still published."""
    replies: list[ReplyNotice] = []
    to = ""
    for id in ids:
        stored, theirs = moderation.comment(id), _parent_to_notify(moderation, id)
        target = moderation.target(stored[0]) if stored else None
        if stored and theirs and theirs["writer"] == writer and target:
            address = moderation.site["base_url"] + (moderation.public_url(stored[0], target) or "")
            replies.append(ReplyNotice(stored[0], target["headline"], address))
            to = theirs["email"]
    return to, replies


def _mail_task(writer: str, at: str) -> RowWrite:
    """Return the outbox task that mails a reader."""
    return RowWrite(outbox_key("mail", at, writer), {"kind": "mail", "id": writer})


def _parent_to_notify(moderation: ModerationRequest, reply: str) -> PrivateDetails | None:
    """Return the private details of the parent of a reply, if its writer wants mail and did not write the reply.
    Otherwise, or if the reply is no longer published, return None."""
    stored = moderation.comment(reply)
    if stored is None or stored[0]["status"] != "approved" or not stored[0]["parent"]:
        return None
    parent, own = private_key(stored[0]["parent"]), private_key(reply)
    rows = moderation.threads.private.get_many([parent, own])
    theirs, replier = rows.doc(parent), rows.doc(own)
    if theirs is None or not theirs["notify"]:
        return None
    if replier and replier["writer"] == theirs["writer"]:
        return None
    return theirs if moderation.target(stored[0]) else None


def _links(moderation: ModerationRequest, writer: str) -> dict[str, str]:
    site = setting("SITE_URL")
    return {
        "confirm": f"{site}/api/subscribe?t={subscribe_token(moderation.readers_secret, writer)}",
        "unsubscribe": f"{site}/api/unsubscribe?t={unsubscribe_token(moderation.readers_secret, writer)}",
    }


def _set_state(moderation: ModerationRequest, writer: str, state: Literal["confirmed", "stopped"]) -> None:
    private = moderation.threads.private
    for _ in attempts(_ATTEMPTS):
        row = private.get(reader_mail_key(writer))
        before = mail_states.with_replies(row.doc if row else None, [])
        if row and before["state"] == state:
            return
        after: ReaderMail = {**before, "state": state, "mailed_at": ""}
        if state == "stopped":
            after = mail_states.without_replies(after)
        changes = [RowWrite(reader_mail_key(writer), after, expected_rev=rev_of(row))]
        if after["pending"]:
            changes.append(_mail_task(writer, moderation.at))
        if private.transact(changes):
            return
    raise TransientError("what is kept of a reader's mail kept changing; try again")
