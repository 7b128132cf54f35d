"""Mail to writers whose comments were answered: only to addresses that were confirmed, and once an hour at most.

The first mail to an address only asks, since whoever typed it in need not own it. What became of that is kept by the
hash of the address, with the answers that wait to be told of.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from adapters.clients import setting
from moderate_comment.pages import Desk
from moderate_comment.tray import Round
from newsroom.comment import Mailing, Private
from newsroom.discussing import mailbag
from newsroom.discussing.mailbag import Answered
from newsroom.discussing.seals import subscribe_link, unsubscribe_link
from newsroom.errors import TransientError
from newsroom.rows import Change, Doc, Row, comment_key, errand_key, mailing_key

AT_ONCE = 100  # answers, or readers, to a tick
APART = timedelta(hours=1)
_ATTEMPTS = 12


def note_answers(this: Round, things: Sequence[Row]) -> None:
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
    this.cross_out(unwanted)
    for writer, theirs in by_writer.items():
        _settle(this, writer, theirs, address[writer])


def mail_pending(this: Round, things: Sequence[Row]) -> None:
    """Mail readers for whom answers have gathered."""
    for thing in things[:AT_ONCE]:
        _settle(this, thing.doc["id"], [thing])


def subscribe(desk: Desk, writer: str) -> None:
    """Note that an address is its owner's to be mailed at, and that what they were asked about may be told them now."""
    _note(desk, writer, "confirmed")


def unsubscribe(desk: Desk, writer: str) -> None:
    """Note that a reader wants no mail, whatever is asked for with their address."""
    _note(desk, writer, "stopped")


def _settle(this: Round, writer: str, things: Sequence[Row], address: str = "") -> None:
    """Do for one reader what is due. The mail goes first and is noted after: it may come twice, and is never lost."""
    desk = this.desk
    row = desk.discussions.private.get(mailing_key(writer))
    mailing = cast(Mailing, row.doc) if row else None
    after = _with(mailing, [thing.doc["id"] for thing in things if thing.doc["kind"] == "reply"])
    later: list[Change] = []
    try:
        if mailing is None:
            if address and this.send(mailbag.may_we(address, desk.site, **_links(desk, writer))):
                after["mailed_at"] = desk.at
            else:
                this.cross_out(things)
                return
        elif mailing["state"] == "stopped":
            after |= {"pending": [], "further": 0}
        elif mailing["state"] == "confirmed" and after["pending"]:
            if (due := _next(mailing)) > desk.at:
                later = [Change(errand_key("mail", due, writer), {"kind": "mail", "id": writer})]
            else:
                _mail(this, writer, after)
    except TransientError as problem:
        this.put_back(things, str(problem))
        return
    own = Change(mailing_key(writer), cast(Doc, after), was=row.rev if row else 0)
    crossed_out = [Change(thing.key, None) for thing in things if thing.key not in {each.key for each in later}]
    # Where the reader said yes or no at this moment, the next tick does it again.
    desk.discussions.private.transact([*([own] if after != mailing else []), *crossed_out, *later])


def _mail(this: Round, writer: str, mailing: Mailing) -> None:
    """Tell a reader of the answers that have gathered, as far as those still stand."""
    desk = this.desk
    answers: list[Answered] = []
    to = ""
    for id in mailing["pending"]:
        found, theirs = desk.comment(id), _wanted(desk, id)
        doorstep = desk.doorstep(found[0]) if found else None
        if found and theirs and theirs["writer"] == writer and doorstep:
            address = desk.site["base_url"] + (desk.place(found[0], doorstep) or "")
            answers.append(Answered(found[0], doorstep["headline"], address))
            to = theirs["email"]
    if answers:
        stop = _links(desk, writer)["unsubscribe"]
        this.send(mailbag.answered(to, desk.site, answers, mailing["further"], unsubscribe=stop))
        mailing["mailed_at"] = desk.at
    mailing |= {"pending": [], "further": 0}


def _with(mailing: Mailing | None, answers: Sequence[str]) -> Mailing:
    """The mail to a reader with more answers to be told of."""
    before: Mailing = mailing or {"state": "asked", "mailed_at": "", "pending": [], "further": 0}
    pending = list(dict.fromkeys([*before["pending"], *answers]))
    further = before["further"] + max(0, len(pending) - mailbag.AT_MOST)
    return {**before, "pending": pending[: mailbag.AT_MOST], "further": further}


def _next(mailing: Mailing) -> str:
    """When a reader may be mailed again."""
    if not mailing["mailed_at"]:
        return ""
    return (datetime.fromisoformat(mailing["mailed_at"]) + APART).isoformat(timespec="milliseconds")


def _wanted(desk: Desk, reply: str) -> Private | None:
    """What is private about the comment that was answered, if its writer asked to be told and this is not their own
    answer; None if not, or if the answer is not published any more."""
    found = desk.comment(reply)
    if found is None or found[0]["status"] != "approved" or not found[0]["parent"]:
        return None
    answered, answerer = comment_key(found[0]["parent"]), comment_key(reply)
    rows = desk.discussions.private.get_many([answered, answerer])
    theirs = cast(Private, rows[answered].doc) if answered in rows else None
    by = rows[answerer].doc["writer"] if answerer in rows else None
    return theirs if theirs and theirs["notify"] and theirs["writer"] != by and desk.doorstep(found[0]) else None


def _links(desk: Desk, writer: str) -> dict[str, str]:
    site = setting("SITE_URL")
    return {
        "confirm": f"{site}/api/subscribe?t={subscribe_link(desk.readers_secret, writer)}",
        "unsubscribe": f"{site}/api/unsubscribe?t={unsubscribe_link(desk.readers_secret, writer)}",
    }


def _note(desk: Desk, writer: str, state: str) -> None:
    private = desk.discussions.private
    for _ in range(_ATTEMPTS):
        row = private.get(mailing_key(writer))
        before = _with(cast(Mailing, row.doc) if row else None, [])
        if row and before["state"] == state:
            return
        after = cast(Doc, {**before, "state": state, "mailed_at": ""})
        if state == "stopped":
            after |= {"pending": [], "further": 0}
        changes = [Change(mailing_key(writer), after, was=row.rev if row else 0)]
        if after["pending"]:
            changes.append(Change(errand_key("mail", desk.at, writer), {"kind": "mail", "id": writer}))
        if private.transact(changes):
            return
    raise TransientError("what is kept of a reader's mail kept changing; try again")
