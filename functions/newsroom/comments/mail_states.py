"""The state of the mail to the editor and to each reader, and the next step for a reader.

The first mail to a reader only asks for confirmation. Later mails bring the replies to their comments, once an hour at
most.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from newsroom.comment import EditorMail, ReaderMail
from newsroom.comments.notifications import AT_MOST

REMINDED_AFTER = timedelta(days=1)
APART = timedelta(hours=1)  # mails to one reader

ReaderStep = Literal["ask", "mail", "wait", "record"]
"""The next step for a reader. ask: for confirmation. mail: send the pending replies. wait: send them after the pause.
record: send nothing."""


def reminded_from(mail: EditorMail | None, remind_at: datetime) -> EditorMail:
    """Return the state of the editor's mail after a mail. Reminders begin, unless they have begun already."""
    at = mail["at"] if mail else remind_at.isoformat(timespec="milliseconds")
    return {"at": at, "more": False, "renewed": mail["renewed"] if mail else {}}


def with_replies(mail: ReaderMail | None, replies: Sequence[str]) -> ReaderMail:
    """Return the state of a reader's mail with more pending replies. A reader who stopped the mail has none."""
    before: ReaderMail = mail or {"state": "asked", "mailed_at": "", "pending": [], "further": 0}
    if before["state"] == "stopped":
        return without_replies(before)
    pending = list(dict.fromkeys([*before["pending"], *replies]))
    further = before["further"] + max(0, len(pending) - AT_MOST)
    return {**before, "pending": pending[:AT_MOST], "further": further}


def without_replies(mail: ReaderMail) -> ReaderMail:
    """Return the state of a reader's mail with no pending replies."""
    return {**mail, "pending": [], "further": 0}


def next_step(before: ReaderMail | None, after: ReaderMail, now: str) -> ReaderStep:
    """Return the next step for a reader. after: the state with the new replies."""
    if before is None:
        return "ask"
    if before["state"] != "confirmed" or not after["pending"]:
        return "record"
    return "wait" if next_mail_at(before) > now else "mail"


def next_mail_at(mail: ReaderMail) -> str:
    """Return the earliest time for the next mail to a reader."""
    if not mail["mailed_at"]:
        return ""
    return (datetime.fromisoformat(mail["mailed_at"]) + APART).isoformat(timespec="milliseconds")
