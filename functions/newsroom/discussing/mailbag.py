"""What the paper mails: to the editor, of comments that wait; to a writer, of an answer. Plain text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from newsroom.comment import Action, Comment

AT_MOST = 20  # comments to one mail to the editor; the desk has the rest
_QUOTED = 600  # characters of a comment
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")

_QUESTIONS: dict[Action, str] = {"approve": "Approve", "decline": "Decline", "spam": "Spam", "hold": "Keep"}


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address."""

    to: str
    subject: str
    text: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A comment that waits for the editor: the article it is on, and the address behind each choice."""

    comment: Comment
    headline: str
    links: dict[Action, str]


def digest(to: str, paper: str, waiting: Sequence[Waiting], further: int) -> Mail:
    """The mail that asks the editor about new comments. further: how many more have come than it shows."""
    count = len(waiting) + further
    subject = f"{paper}: {_count(count, 'comment')} to look at"
    parts = [_asked(item) for item in waiting]
    if further:
        parts.append(f"{_count(further, 'more comment')} came meanwhile: broadsheet comments list --held")
    parts.append(
        "Each link shows the comment first, and asks. It works until it is used,\n"
        "the comment changes, or a week has passed."
    )
    return Mail(to, _one_line(subject), "\n\n\n".join(parts) + "\n")


def _asked(item: Waiting) -> str:
    comment = item.comment
    lines = [f"{comment['author']} on “{item.headline}”"]
    if comment["url"]:
        lines.append(comment["url"])
    if comment["reason"]:
        lines.append(f"Held because it {comment['reason']}.")
    choices = [f"{_QUESTIONS[action]}: {address}" for action, address in item.links.items()]
    return "\n".join([*lines, "", _quoted(comment["text"]), "", *choices])


def answered(to: str, paper: str, *, headline: str, reply: Comment, address: str, unsubscribe: str) -> Mail:
    """The mail to a writer whose comment was answered. address: where the answer is to be read."""
    text = (
        f"{reply['author']} answered your comment on “{headline}”:\n\n{_quoted(reply['text'])}\n\n"
        f"Read it: {address}\n\nNo more mail of answers to this comment: {unsubscribe}\n"
    )
    headers = {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return Mail(to, _one_line(f"{paper}: {reply['author']} answered your comment"), text, headers)


def _quoted(text: str) -> str:
    shown = text if len(text) <= _QUOTED else text[: _QUOTED - 1].rstrip() + "…"
    return "\n".join(f"> {line}" for line in shown.splitlines())


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _one_line(text: str) -> str:
    """A subject: what a writer calls themselves cannot begin another header in it, nor can what mail programs would
    make of it: `=?` begins an encoded word, in which a line's end can hide."""
    return " ".join(_CONTROLS.sub(" ", text.replace("=?", "= ?")).split())[:200]
