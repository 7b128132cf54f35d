"""The judgement of a comment by the paper's rules."""

import re

from newsroom.comment import CommentStatus, CommentTarget
from newsroom.comments.reasons import STAFF
from newsroom.mail_addresses import compared
from newsroom.messages import SubmittedComment
from newsroom.site import CommentRules
from newsroom.unicode_text import confusable_scripts, folded, has_word

_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


def judge(
    submitted: SubmittedComment,
    rules: CommentRules,
    target: CommentTarget | None,
    *,
    is_staff: bool = False,
    is_signed_as_ours: bool = False,
) -> tuple[CommentStatus, str]:
    """Return the status that the paper's rules give a comment, and the reason. The reason holds nothing private."""
    if submitted.honeypot:
        return "spam", "filled in the field that no reader sees"
    public_text = folded(f"{submitted.author}\n{submitted.url or ''}\n{submitted.text}")
    email = folded(f"{submitted.email}\n{compared(submitted.email)}")
    if reason := _listed(rules["refuse_words"], public_text, email, "comes from a mail address that is refused"):
        return "rejected", reason
    if target is None or not target["open"]:
        return "held", "arrived when comments were closed"
    if reason := _listed(rules["hold_words"], public_text, email, "comes from a mail address to look at"):
        return "held", reason
    if reason := _doubtful_writer(submitted.author, is_staff, is_signed_as_ours):
        return "held", reason
    if reason := _too_many_links(submitted.text, rules["links_to_hold"]):
        return "held", reason
    return "held" if rules["moderation"] == "all" else "approved", ""


def _too_many_links(text: str, links_to_hold: int) -> str:
    """Return the reason to hold a comment for its links; empty if it has few. links_to_hold: 0 allows any number."""
    links = len(_LINK.findall(text))
    return f"holds {links} links" if 0 < links_to_hold <= links else ""


def _doubtful_writer(author: str, is_staff: bool, is_signed_as_ours: bool) -> str:
    """Return the reason for an editor to review who wrote a comment; empty if there is none."""
    if is_staff:
        return STAFF
    if alphabets := confusable_scripts(author):
        return f"is signed in {alphabets} letters, which can look the same"
    return "is signed with a name of the paper’s own" if is_signed_as_ours else ""


def _listed(words: list[str], public_text: str, email: str, reason_of_email: str) -> str:
    """Return the reason if a comment has one of these words; empty if it has none. The reason quotes no word of the
    mail address, which is private."""
    if word := _first_match(words, public_text):
        return f"says “{word}”"
    return reason_of_email if _first_match(words, email) else ""


def _first_match(words: list[str], text: str) -> str | None:
    """Return the first of these words or phrases that a folded text contains."""
    return next((word for word in words if has_word(text, folded(word))), None)


def is_of_staff(email: str, rules: CommentRules) -> bool:
    """Return True if a mail address belongs to the paper's staff. Nothing proves that the writer owns it: the
    editor has to decide that."""
    return compared(email) in map(compared, rules["staff"])
