"""The paper's mails in plain text: to the editor about held comments, to a writer about replies."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from newsroom.comment import Action, Comment
from newsroom.mail_addresses import NotAnAddress, deliverable
from newsroom.site import Site

AT_MOST = 20  # comments in one mail; the next mail has the next ones, and a page has all
_QUOTED = 600  # characters of a comment
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")

_QUESTIONS: dict[Action, str] = {
    "approve": "Approve",
    "decline": "Decline",
    "spam": "Spam",
    "hold": "Leave it held",
}
# These say that a program sent the mail, so no program answers it: RFC 3834, and the header Exchange uses instead.
_FROM_A_PROGRAM = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address. from_name: the sender's display name. reply_to: the address for answers; if it is
    empty, they go to the paper's sender address."""

    to: str
    subject: str
    text: str
    headers: dict[str, str] = field(default_factory=dict)
    from_name: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class WaitingComment:
    """A comment that waits for the editor, with its article's headline and the link of each action."""

    comment: Comment
    headline: str
    links: dict[Action, str]


@dataclass(frozen=True, slots=True)
class ReplyNotice:
    """A reply to a writer's comment, with its article's headline and the reply's address."""

    reply: Comment
    headline: str
    address: str


def digest(to: str, paper: str, waiting: Sequence[WaitingComment], further: int, page: str) -> Mail:
    """Return the mail that asks the editor about new comments. further: the number of new comments it leaves out.
    page: the address of the moderation queue."""
    count = len(waiting) + further
    more = f"{_count(further, 'more comment')} came meanwhile: the next mail has them." if further else ""
    return _to_editor(to, paper, f"{_count(count, 'comment')} to look at", _parts(waiting, more, page))


def reminder(to: str, paper: str, waiting: Sequence[WaitingComment], further: int, page: str) -> Mail:
    """Return the mail that reminds the editor of comments that still wait. Its links are valid for another week."""
    count = len(waiting) + further
    more = f"Of {_count(further, 'more comment')} the page above tells." if further else ""
    about = f"{_count(count, 'comment')} still wait{'s' if count == 1 else ''}"
    return _to_editor(to, paper, about, _parts(waiting, more, page))


def _parts(waiting: Sequence[WaitingComment], more: str, page: str) -> list[str]:
    everything = f"All that is held, on one page, where many can be decided about at once; for a day:\n{page}"
    lasts = (
        "Each link shows the comment first, and asks. It works until it is used,\n"
        "the comment changes, or a week has passed."
    )
    return [everything, *map(_asked, waiting), *([more] if more else []), lasts]


def _to_editor(to: str, paper: str, about: str, parts: Sequence[str]) -> Mail:
    return Mail(to, _one_line(f"{paper}: {about}"), "\n\n\n".join(parts) + "\n", _FROM_A_PROGRAM, _name(paper))


def _asked(item: WaitingComment) -> str:
    comment = item.comment
    lines = [f"{comment['author']} on “{item.headline}”"]
    if comment["url"]:
        lines.append(comment["url"])
    if comment["reason"]:
        lines.append(f"Held because it {comment['reason']}.")
    choices = [f"{_QUESTIONS[action]}: {address}" for action, address in item.links.items()]
    return "\n".join([*lines, "", _quoted(comment["text"]), "", *choices])


def confirmation_request(to: str, site: Site, *, confirm: str, unsubscribe: str) -> Mail:
    """Return the first mail to an address, which only asks for consent. The person who typed the address may not own
    it, so the mail holds no text from any reader."""
    text = (
        f"Somebody wrote a comment at {_one_line(site['title'])} with this mail address, and asked to be told of "
        "answers. There is one.\n\n"
        f"If that was you, and you want mail of answers, say so here:\n{confirm}\n\n"
        "If it was not, do nothing: this is the only mail that comes.\n\n"
        f"To make sure of that: {unsubscribe}\n"
    )
    return _to_reader(to, site, "Do you want mail of answers to your comments?", text, unsubscribe)


def reply_notification(to: str, site: Site, answers: Sequence[ReplyNotice], further: int, *, unsubscribe: str) -> Mail:
    """Return the mail to a writer whose comments have replies. further: the number of replies it leaves out."""
    count = len(answers) + further
    parts = [
        f"{item.reply['author']} answered your comment on “{item.headline}”:\n\n{_quoted(item.reply['text'])}\n\n"
        f"Read it: {item.address}"
        for item in answers
    ]
    if further:
        parts.append(f"There {'is' if further == 1 else 'are'} {_count(further, 'more answer')}.")
    parts.append(f"No more mail of answers: {unsubscribe}")
    about = "an answer to your comment" if count == 1 else f"{count:,} answers to your comments"
    return _to_reader(to, site, about, "\n\n\n".join(parts) + "\n", unsubscribe)


def _to_reader(to: str, site: Site, about: str, text: str, unsubscribe: str) -> Mail:
    headers = {
        **_FROM_A_PROGRAM,
        "Precedence": "bulk",
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    subject = _one_line(f"{site['title']}: {about}")
    return Mail(to, subject, text, headers, _name(site["title"]), _public_contact(site))


def _public_contact(site: Site) -> str:
    """Return the reply address for readers: the address the paper has published, never an editor's own."""
    try:
        return deliverable((site["contact"] or "").removeprefix("mailto:"))
    except NotAnAddress:
        return ""


def _name(paper: str) -> str:
    return _one_line(paper)[:60].strip()


def _quoted(text: str) -> str:
    shown = text if len(text) <= _QUOTED else text[: _QUOTED - 1].rstrip() + "…"
    return "\n".join(f"> {line}" for line in shown.splitlines())


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _one_line(text: str) -> str:
    """Return a subject or a name that cannot begin another header, even after a mail program decodes it: `=?` begins
    an encoded word, which can hide a line break."""
    return " ".join(_CONTROLS.sub(" ", text.replace("=?", "= ?")).split())[:200]
