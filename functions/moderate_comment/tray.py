"""The out-tray: what is to be mailed, or done, because a comment came or was approved."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import cast

from aws_lambda_powertools import Logger

from adapters import mail
from adapters.clients import setting
from moderate_comment.pages import ACTIONS, Desk
from newsroom.comment import Comment
from newsroom.discussing import mailbag
from newsroom.discussing.mailbag import Waiting
from newsroom.discussing.seals import unsubscribe_link
from newsroom.errors import TransientError
from newsroom.rows import OUT_TRAY, Change, Row, comment_key, doorstep_key

AT_ONCE = 1000  # things in the tray to a tick; the rest is for the next
MAILS_AT_ONCE = 100  # to writers whose comments were answered
KEPT_FOR = timedelta(days=1)  # what could not be mailed for so long is given up
RELEASED_AT_ONCE = 300  # replies that waited for what they answer
ON_ITS_WAY = timedelta(minutes=1)  # how long a comment that is answered, and not there, may still be under way
_CROSSED_OUT_AT_ONCE = 100


def empty(desk: Desk, log: Logger) -> int:
    """Do what lies in the tray: one mail to the editor at most, one to each writer who was answered.

    Returns how many mails were sent. Raises TransientError once all is tried, if any could not be.
    """
    things = desk.discussions.private.query(OUT_TRAY, limit=AT_ONCE)
    kinds: dict[str, list[Row]] = {"held": [], "reply": [], "answers": []}
    for thing in things:
        kinds[thing.doc["kind"]].append(thing)
    failed: list[str] = []
    sent = _mail_editor(desk, kinds["held"], failed)
    for thing in kinds["reply"][:MAILS_AT_ONCE]:
        sent += _mail_writer(desk, thing, failed)
    _release(desk, kinds["answers"], failed)
    stale = [thing for thing in things if _age(desk, thing) > KEPT_FOR]
    if failed and stale:
        log.error("given up after a day", things=len(stale), reason=failed[0])
        _cross_out(desk, stale)
    if things:
        log.info("out-tray looked through", things=len(things), sent=sent, failed=len(failed))
    if failed:
        raise TransientError(f"{len(failed)} things could not be done: {failed[0]}")
    return sent


def _age(desk: Desk, thing: Row) -> timedelta:
    return desk.now - datetime.fromisoformat(thing.key.sk.partition("#")[0])


def _release(desk: Desk, things: Sequence[Row], failed: list[str]) -> None:
    """Decide on the replies that wait, once for each comment however many errands ask for it."""
    by_parent: defaultdict[str, list[Row]] = defaultdict(list)
    for thing in things:
        by_parent[thing.doc["id"]].append(thing)
    left, done = RELEASED_AT_ONCE, list[Row]()
    for id, errands in by_parent.items():
        may_come = _age(desk, errands[0]) < ON_ITS_WAY
        try:
            released = desk.discussions.release_some(id, desk.at, parent_may_come=may_come, most=left)
        except TransientError as problem:
            failed.append(str(problem))
            continue
        left -= released.count
        if released.is_all:
            done += errands
        if left <= 0:
            break
    _cross_out(desk, done)


def _mail_editor(desk: Desk, things: Sequence[Row], failed: list[str]) -> int:
    to, sender = desk.site["comments"]["notify"] or setting("EDITOR_EMAIL"), setting("SENDER_EMAIL")
    waiting = _still_held(desk, things) if to and sender else []
    if waiting:
        shown = [_shown(desk, row) for row in waiting[: mailbag.AT_MOST]]
        try:
            mail.send(mailbag.digest(to, desk.site["title"], shown, len(waiting) - len(shown)), sender)
        except TransientError as problem:
            failed.append(str(problem))
            return 0
    _cross_out(desk, things)
    return 1 if waiting else 0


def _still_held(desk: Desk, things: Iterable[Row]) -> list[Row]:
    """The comments that nobody has decided about meanwhile, in the order they came."""
    keys = list(dict.fromkeys(comment_key(thing.doc["id"]) for thing in things))
    rows = desk.discussions.news.get_many(keys)
    return [rows[key] for key in keys if key in rows and rows[key].doc["status"] == "held"]


def _shown(desk: Desk, row: Row) -> Waiting:
    comment = cast(Comment, row.doc)
    doorstep = desk.doorstep(comment)
    # Links lead to where the API is, which need not be where the paper says that it lives.
    links = {action: setting("SITE_URL") + desk.link(comment["id"], action, row.rev) for action in ACTIONS}
    return Waiting(comment, doorstep["headline"] if doorstep else comment["article"], links)


def _mail_writer(desk: Desk, thing: Row, failed: list[str]) -> int:
    """Tell a writer that they were answered, if they asked to be told and it was not by themselves."""
    news, private = desk.discussions.news, desk.discussions.private
    row, sender = news.get(comment_key(thing.doc["id"])), setting("SENDER_EMAIL")
    reply = cast(Comment, row.doc) if row and row.doc["status"] == "approved" and row.doc["parent"] else None
    sent = 0
    if reply and sender:
        answered, answerer = comment_key(reply["parent"] or ""), comment_key(reply["id"])
        theirs = private.get_many([answered, answerer])
        doorstep = news.get(doorstep_key(reply["article"]))
        wanted = answered in theirs and theirs[answered].doc["notify"]
        own = (
            answerer in theirs
            and answered in theirs
            and theirs[answerer].doc["writer"] == theirs[answered].doc["writer"]
        )
        if wanted and not own and doorstep:
            try:
                mail.send(
                    mailbag.answered(
                        theirs[answered].doc["email"],
                        desk.site["title"],
                        headline=doorstep.doc["headline"],
                        reply=reply,
                        address=desk.site["base_url"] + (desk.place(reply, desk.doorstep(reply)) or ""),
                        unsubscribe=f"{setting('SITE_URL')}/api/unsubscribe?t="
                        + unsubscribe_link(desk.secret, reply["parent"] or ""),
                    ),
                    sender,
                )
            except TransientError as problem:
                failed.append(str(problem))
                return 0
            sent = 1
    _cross_out(desk, [thing])
    return sent


def _cross_out(desk: Desk, things: Sequence[Row]) -> None:
    for start in range(0, len(things), _CROSSED_OUT_AT_ONCE):
        gone = [Change(thing.key, None) for thing in things[start : start + _CROSSED_OUT_AT_ONCE]]
        desk.discussions.private.transact(gone)
