"""The comment form of articles, comment pages and reply pages."""

from collections.abc import Sequence
from typing import TypedDict

from newsroom.comment import HONEYPOT, LONGEST, FormProblem, FormValues

_EMPTY: FormValues = {"author": "", "email": "", "url": "", "comment": "", "parent": "", "notify": False}


class CommentForm(TypedDict):
    """A comment form for its template. `problems` holds the text below each field; empty if there is none."""

    action: str
    parent: str
    given: FormValues
    problems: dict[str, str]
    longest: dict[str, int]
    trap: str


def comment_form(
    article_id: str, parent: str = "", given: FormValues = _EMPTY, problems: Sequence[FormProblem] = ()
) -> CommentForm:
    """Return the form for comments on an article: empty, or with the submitted values and their problems."""
    return form_to(f"/api/articles/{article_id}/comments", parent, given, problems)


def form_to(action: str, parent: str, given: FormValues, problems: Sequence[FormProblem]) -> CommentForm:
    """Return a comment form that is sent to an address. parent: the id of the comment that it replies to, or empty."""
    return {
        "action": action,
        "parent": parent,
        "given": given,
        "problems": {field: _messages(field, problems) for field in LONGEST},
        "longest": LONGEST,
        "trap": HONEYPOT,
    }


def _messages(field: str, problems: Sequence[FormProblem]) -> str:
    return " ".join(problem["message"] for problem in problems if problem["field"] == field)


def encodable(given: FormValues) -> FormValues:
    """Replace each lone surrogate in the submitted values with a question mark, because no page can hold one."""
    return {
        "author": _encodable(given["author"]),
        "email": _encodable(given["email"]),
        "url": _encodable(given["url"]),
        "comment": _encodable(given["comment"]),
        "parent": _encodable(given["parent"]),
        "notify": given["notify"],
    }


def _encodable(text: str) -> str:
    return text.encode(errors="replace").decode()
