"""The inputs of a response: the paper, its secrets, the current time, and the article of a comment."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters import http
from adapters.clients import setting
from adapters.http import Request
from adapters.wire import JsonObject
from newsroom import urls
from newsroom.comment import Action, Comment, CommentTarget
from newsroom.comments.tokens import ModerationAction, held_page_token, moderation_token
from newsroom.rendering import render
from newsroom.rendering.content import OtherChoice, ResponsePage
from newsroom.rows import Row
from newsroom.site import Site
from newsroom.table_keys import comment_key, comment_target_key, page_of_place
from workflows.comments import CommentThreads

LINKS_LAST = 7 * 24 * 60 * 60  # seconds
PAGE_LASTS = 24 * 60 * 60
ACTIONS: tuple[Action, ...] = ("approve", "decline", "spam", "hold")


@dataclass(frozen=True, slots=True)
class ModerationRequest:
    """All inputs of the response to one request.

    readers_secret: signs receipts and readers' links. editors_secret: signs links that decide about comments.
    """

    threads: CommentThreads
    site: Site
    readers_secret: str
    editors_secret: str
    now: datetime

    @property
    def at(self) -> str:
        """The current time in the format of rows."""
        return self.now.isoformat(timespec="milliseconds")

    def comment(self, id: str) -> tuple[Comment, int] | None:
        """Return a comment and its revision."""
        row = self.threads.news.get(comment_key(id))
        return (row.doc, row.rev) if row else None

    def still_held(self, ids: Sequence[str]) -> list[Row[Comment]]:
        """Return those of these comments that are still held, in this order."""
        keys = [comment_key(id) for id in ids]
        rows = self.threads.news.get_many(keys)
        comments = [row for key in keys if (row := rows.find(key))]
        return [row for row in comments if row.doc["status"] == "held"]

    def target(self, comment: Comment) -> CommentTarget | None:
        """Return the article of a comment while the article is live."""
        row = self.threads.news.get(comment_target_key(comment["article"]))
        return row.doc if row else None

    def public_url(self, comment: Comment, target: CommentTarget | None) -> str | None:
        """Return the address of a published comment, or of the article of another. None if the article is not live."""
        if target is None:
            return None
        if comment["status"] != "approved" or not comment["place"]:
            return target["address"]
        return urls.comment_url(target["id"], target["address"], page_of_place(comment["place"]), comment["id"])

    def link(self, comment: str, action: Action, rev: int, expires: int = 0) -> str:
        """Return the path of a signed link. expires: its expiry time, by default the latest that is allowed."""
        expires = expires or self._in(LINKS_LAST)
        signed_action: ModerationAction = {"comment": comment, "action": action, "rev": rev, "expires": expires}
        return f"/api/moderate?t={moderation_token(self.editors_secret, signed_action)}"

    def page_of_held(self) -> str:
        """Return the address of the page of all held comments. It is valid for a day."""
        return f"{setting('SITE_URL')}/api/moderate/held?t={held_page_token(self.editors_secret, self._in(PAGE_LASTS))}"

    def _in(self, seconds: int) -> int:
        return int(self.now.timestamp()) + seconds

    def choices(self, comment: str, rev: int, without: Collection[str], expires: int) -> list[OtherChoice]:
        """Return the signed links for all other actions on a comment. expires: the expiry time of the link that led
        here. Otherwise each visit would extend the week."""
        return [
            {"action": action, "address": self.link(comment, action, rev, expires)}
            for action in ACTIONS
            if action not in without
        ]

    def page(self, status: int, name: ResponsePage, context: Mapping[str, object]) -> JsonObject:
        """Return a page in the paper's design."""
        return http.html_response(status, render.render_response(name, context, self.site))

    def is_foreign(self, request: Request) -> bool:
        """Return True if a page of another site sent a request."""
        return request.is_foreign(self.site["base_url"], setting("SITE_URL"), unless_unnamed=True)

    def turn_away(self, request: Request) -> JsonObject:
        """Return the response to a request from a page of another site."""
        message = "This was sent from another site, and nothing has been done. Open the link itself, and try again."
        if not request.wants_page:
            return http.problem_response(403, message)
        return self.refuse(403, "This was not sent from here", message)

    def refuse(self, status: int, heading: str, message: str, address: str | None = None) -> JsonObject:
        """Return a page that explains politely why nothing was done."""
        return self.page(status, "refused", {"heading": heading, "message": message, "address": address})
