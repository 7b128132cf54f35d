"""Visibility: the fields that decide if and when a text is public, here and in the systems that people come from.

The tables cover Jekyll, Hugo, Eleventy, Astro, Ghost, WordPress exports, Obsidian with Publish and Quartz, Notion,
Pelican, Decap CMS, Hexo, Zola, Nikola, Cobalt and Docusaurus. If a field means "not public" in one of these systems,
the text is held back, whatever the other fields say. A field that looks like one of these and is not understood rejects
the upload: a text that is published by mistake cannot be recalled, and a rejected upload costs a moment.

Names and words are compared only by their letters and digits: `publishDate`, `publish_date` and `Publish Date` are one
name.
"""

import re
from datetime import UTC
from functools import cache
from typing import Literal

from newsroom.uploads.decoding import folded, uncommented
from newsroom.uploads.front_matter import dates
from newsroom.uploads.front_matter.formats import Value

HELD_IF_TRUE = (
    "draft", "isDraft", "drafts", "private", "isPrivate", "hidden", "isHidden", "unlisted", "unpublished", "unpublish",
    "archived", "trashed", "deleted", "expired", "embargo", "embargoed", "scheduled", "pending", "wip", "noPublish",
    "eleventyExcludeFromCollections",
)  # fmt: skip
"""Fields that hold a text back when they are true."""

HELD_IF_FALSE = (
    "published", "publish", "isPublished", "public", "isPublic", "visible", "isVisible", "dg-publish", "released",
    "release", "listed", "live", "isLive", "posted", "approved", "render", "build", "output", "permalink",
)  # fmt: skip
"""Fields that hold a text back when they are false."""

HELD_BY_WORD = (
    "status", "post_status", "page_status", "publish_status", "publication_status", "published_status",
    "draft_status", "content_status", "article_status", "editorial_status", "workflow_status", "review_status",
    "wp:status", "visibility", "post_visibility", "publish_state", "publication_state", "state", "stage", "phase",
    "workflow", "workflow_state", "access", "progress",
)  # fmt: skip
"""Fields that hold a text back if their value is one of HELD_WORDS."""

LOOSE = (
    "drafts", "archived", "trashed", "deleted", "expired", "pending", "wip", "listed", "live", "isLive", "posted",
    "approved", "render", "build", "output", "permalink", "state", "stage", "phase", "workflow", "workflow_state",
    "access", "progress",
)  # fmt: skip
"""Fields of the tables above that often mean other things (`state: Ohio`). Values not understood are ignored."""

HELD_WORDS = (
    "draft", "drafts", "drafted", "drafting", "auto-draft", "pending", "pending review", "pending publish", "private",
    "hidden", "future", "scheduled", "trash", "trashed", "deleted", "removed", "inherit", "unpublished", "unpublish",
    "not published", "unlisted", "in review", "review", "needs review", "ready for review", "under review",
    "waiting", "waiting for review", "on hold", "hold", "held", "embargo", "embargoed", "idea", "ideas", "archived",
    "archive", "expired", "withdrawn", "retracted", "rejected", "cancelled", "canceled", "in progress",
    "work in progress", "wip", "to do", "not started", "backlog", "planned", "planning", "outline", "writing",
    "editing", "incomplete", "unfinished", "offline", "disabled", "inactive", "internal", "members", "paid",
    "subscribers", "tiers", "sent", "password", "password protected", "protected", "restricted", "secret",
    "confidential",
)  # fmt: skip
"""Words that hold a text back."""

PUBLIC_WORDS = ("published", "publish", "public", "live", "done", "online", "posted", "released", "visible", "listed")
"""Words that mean that a text is public."""

HELD_IF_FILLED = ("password", "post_password", "passphrase")
"""Fields that hold a text back when they have any value but false."""

HELD_BUILDS = {"render": ("never", "link", "false"), "list": ("never", "local", "false")}
"""Values in Hugo's `build` that hold a text back, by the name of the setting."""

HELD_FOLDERS = ("_drafts", "_draft", "drafts", "draft")
"""Folders that hold back every text in them."""

PUBLISHED = (
    "date", "published", "publish_date", "pubDate", "published_at", "published_on", "published_date",
    "published_time", "article:published_time", "publish_on", "publish", "publish_time", "publish_from",
    "date_published", "publish_at", "publication_date", "publishing_date", "publication_time", "publish_datetime",
    "release_date", "release_at", "release", "released", "released_at", "go_live", "go_live_at", "live_at",
    "post_date", "post_date_gmt", "date_gmt", "wp:post_date", "wp:post_date_gmt", "posted", "posted_at", "posted_on",
    "embargo", "embargoed", "embargo_until", "embargoed_until", "embargo_date", "hold_until",
    "scheduled", "scheduled_at", "scheduled_for", "scheduled_date", "schedule", "schedule_at", "schedule_date",
)  # fmt: skip
"""Fields for the date of publication, by priority: the first field that is present dates the text."""

CREATED = ("created", "created_at", "created_on", "created_date", "created_time", "date_created", "creation_date")
"""Fields for the date of creation. It dates the text if no better date is present."""

MODIFIED = (
    "updated", "updated_at", "updated_on", "updated_date", "updated_time", "date_updated", "last_updated",
    "modified", "modified_at", "modified_on", "modified_date", "modified_time", "date_modified", "last_modified",
    "article:modified_time", "lastmod", "last_edited", "last_edited_time", "post_modified", "post_modified_gmt",
    "modified_gmt",
)  # fmt: skip
"""Fields for the date of the last change, by priority: the first field that is present counts."""

EXPIRES = (
    "expires_at", "expires", "expires_on", "expire", "expired", "expiry", "expiry_date", "expiration",
    "expiration_date", "expire_at", "expire_on", "expire_date", "unpublish", "unpublish_at", "unpublish_on",
    "unpublish_date", "unpublished", "unpublished_at", "archive_at", "archive_date",
)  # fmt: skip
"""Fields for the date of expiry; the earliest date counts."""

UPLOAD_TIME = ("Last Modified", "Created", "git Last Modified", "git Created")
"""Values that Eleventy uses instead of a date for the time of the file. Here they mean the time of the upload."""

NEVER = ("never", "none", "no", "false")
"""Values that mean that a text does not expire."""

HARMLESS = (
    "published_in", "published_by", "published_as", "published_url", "first_published_in", "originally_published_in",
    "status_code", "http_status", "comment_status", "ping_status", "press_release", "press_releases", "release_notes",
    "release_version", "draft_pick", "draft_picks", "hidden_gem", "hidden_gems", "private_school",
)  # fmt: skip
"""Fields that only look like fields of these tables."""

Role = Literal["published", "created", "modified", "expires"]

_LOOKS = re.compile(
    r"draft|publish(?!er|inghouse)|pubdate|private|hidden|unlist|visib|embargo|schedul|releas|status|expir|golive"
)
_LOUD = frozenset({"draft", "drafts", "autodraft", "unpublished", "notpublished", "donotpublish", "embargoed"})
_TRUE, _FALSE = frozenset({"true", "yes", "on", "1", "y", "t"}), frozenset({"false", "no", "off", "0", "n", "f"})
Verdict = Literal["held", "public", "upload", "silent"] | dates.Moment


def roles() -> dict[Role, dict[str, int]]:
    """Return the fields of each role by their folded names, with the rank of each field in its role."""
    return {"published": ranks(PUBLISHED), "created": ranks(CREATED), "modified": ranks(MODIFIED),
            "expires": ranks(EXPIRES)}  # fmt: skip


@cache
def ranks(table: tuple[str, ...]) -> dict[str, int]:
    """Return the folded names or words of a table, with the place of each."""
    return {folded(name): place for place, name in reversed(list(enumerate(table)))}


def names() -> frozenset[str]:
    """Return the folded name of every field of the tables."""
    return _union(HELD_IF_TRUE, HELD_IF_FALSE, HELD_BY_WORD, HELD_IF_FILLED, PUBLISHED, CREATED, MODIFIED, EXPIRES)


@cache
def _union(*tables: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for table in tables for word in ranks(table))


def understand(word: str, value: Value, zone: str) -> Verdict | None:
    """Return the meaning of a field of the tables; None if it is not understood. word: its folded name."""
    if value in (None, "", [], {}):
        return "silent"
    if isinstance(value, list | dict):
        return _judge_items(word, value, zone)
    return _judge_text(word, uncommented(value) or value, zone)


def _judge_items(word: str, value: list[Value] | dict[str, Value], zone: str) -> Verdict | None:
    """Return the meaning of a list or a mapping. Notion writes a status in a mapping, and several systems write it in a
    list of one."""
    if isinstance(value, dict) and word == "build":
        return _judge_build(value)
    if not is_flag(word):
        return None
    items = value if isinstance(value, list) else list(value.values())
    verdicts = [_judge_text(word, item, zone) for item in items if isinstance(item, str)]
    return next((verdict for verdict in ("held", "public") if verdict in verdicts), None)


def _judge_build(value: dict[str, Value]) -> Verdict:
    """Return the meaning of Hugo's `build`."""
    settings = {folded(name): folded(str(item)) for name, item in value.items()}
    return "held" if any(settings.get(name) in words for name, words in HELD_BUILDS.items()) else "public"


def _judge_text(word: str, text: str, zone: str) -> Verdict | None:
    answer = folded(text)
    if word in ranks(HELD_IF_FILLED):
        return "silent" if answer == "false" else "held"
    for table, holding, freeing in ((HELD_IF_TRUE, _TRUE, _FALSE), (HELD_IF_FALSE, _FALSE, _TRUE)):
        if word in ranks(table) and answer in holding | freeing:
            return "held" if answer in holding else "public"
    if is_flag(word) and (verdict := _judge_word(answer)):
        return verdict
    role = role_of(word)
    return _judge_date(role, text, zone, word) if role else None


def _judge_word(answer: str) -> Literal["held", "public"] | None:
    if answer in ranks(HELD_WORDS):
        return "held"
    return "public" if answer in ranks(PUBLIC_WORDS) else None


def _judge_date(role: Role, text: str, zone: str, word: str) -> Verdict | None:
    answer = folded(text)
    if answer in ranks(UPLOAD_TIME):
        return "upload"
    if (role == "expires" and answer in ranks(NEVER)) or (role in {"created", "modified"} and answer in _FALSE):
        return "silent"
    try:
        # WordPress writes its _gmt fields without a zone.
        return dates.read_date(text, zone, UTC if word.endswith("gmt") else None)
    except (ValueError, OverflowError):
        return None


def is_flag(word: str) -> bool:
    """Return True if the field with this folded name can decide by a flag or a word if a text is public."""
    return any(word in ranks(table) for table in (HELD_IF_TRUE, HELD_IF_FALSE, HELD_BY_WORD))


def role_of(word: str) -> Role | None:
    """Return the role of a date in the field with this folded name; None if it has no role."""
    return next((role for role, known in roles().items() if word in known), None)


def is_suspect(word: str, value: Value) -> bool:
    """Return True if a field that is not in the tables looks like one of them."""
    if word in ranks(HARMLESS) or value in (None, "", [], {}):
        return False
    return bool(_LOOKS.search(word)) or (isinstance(value, str) and folded(value) in _LOUD)
