"""The placement of a comment in its discussion: its page and its thread, which never change afterwards."""

from newsroom.comment import Comment, ThreadCounter
from newsroom.comments.comment_state import CommentState
from newsroom.table_keys import Place, parse_place

MOST_REPLIES = 100
"""Replies on one page of a thread. When it is full, later replies go on the last page and link back."""


def place_comment(comment: Comment, parent: Comment | None, state: CommentState) -> tuple[Comment, ThreadCounter]:
    """Give the comment its permanent place: in its parent's thread, or in a new thread on the last page. A thread
    whose page is full also continues there, so that no page grows without bound and only the last page changes."""
    parent_place = parse_place(parent["place"] or "") if parent else None
    if parent and parent_place and state.reply_count < MOST_REPLIES:
        counter = state.thread_counter
        page, thread, root = parent_place.page, parent_place.thread, parent["root"]
    else:
        counter = _with_new_thread(state.thread_counter, state.rules["per_page"])
        page, thread, root = counter["pages"], counter["threads"], comment["id"]
    place = str(Place(page, thread, comment["at"], comment["id"]))
    placed: Comment = {**comment, "root": root, "place": place, "parent": None, "depth": 1, "answers_on": None}
    if parent and parent_place:
        placed["parent"] = comment["parent"]
        placed["depth"] = min(parent["depth"] + 1, state.rules["depth"])
        placed["answers_on"] = parent_place.page if parent_place.page != page else None
    return placed, counter


def _with_new_thread(counter: ThreadCounter, per_page: int) -> ThreadCounter:
    """Return the counter after a new thread, which begins a new page if the last page is full."""
    counted: ThreadCounter = {**counter, "threads": counter["threads"] + 1}
    if counter["pages"] == 0 or counter["on_last"] >= per_page:
        counted["pages"] += 1
        counted["on_last"] = 1
    else:
        counted["on_last"] += 1
    return counted
