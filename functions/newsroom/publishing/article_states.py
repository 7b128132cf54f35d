"""What an upload makes of an article or a static page: the decisions, as values.

A manuscript is what a file says; an article is what the paper holds. Between them stand the article
as it was (its published date and addresses stay), the addresses others own, and the moment.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from newsroom import urls
from newsroom.article import Article, Author, StaticPage, Status, Text
from newsroom.errors import Blocked, Problem, problem_with
from newsroom.names import Shared
from newsroom.publishing.schedule import comments_closed, is_past, news_until
from newsroom.rows import Doc, moment, owner_of
from newsroom.site import Site
from newsroom.unicode_text import are_distinguishable
from newsroom.uploads.parser import ParsedArticle, ParsedAuthor, ParsedPage


def address_of(parsed: ParsedArticle, date: str, site: Site) -> str:
    """The address the paper's permalink gives an article; date is ISO 8601 in the paper's zone."""
    path = site["permalink"].format(
        yyyy=date[:4],
        mm=date[5:7],
        dd=date[8:10],
        slug=parsed.slug,
        section=parsed.section["slug"],
        id=parsed.id,
    )
    return f"/{path.strip('/')}/"


def date_of(parsed: ParsedArticle, before: Article | None, uploaded: datetime, site: Site) -> str:
    """When an article was published: what the file says, else what was true before, else its last change or its
    upload, whichever was first: an archive that only knows its changes is not to come out dated today."""
    if said := parsed.date or parsed.publish_at:
        return said
    zone = ZoneInfo(site["timezone"])
    if before and before["ever_live"]:
        return datetime.fromisoformat(before["date"]).astimezone(zone).isoformat(timespec="seconds")
    return min(filter(None, (parsed.updated, uploaded.astimezone(zone).isoformat(timespec="seconds"))), key=moment)


def updated_of(parsed: ParsedArticle, date: str, now: datetime) -> str | None:
    """When an article was last changed, if that can be true: not before its date, and not in the future."""
    updated = parsed.updated
    if updated is None or moment(updated) < moment(date) or not is_past(updated, now):
        return None
    return updated


def edit_article(
    parsed: ParsedArticle, before: Article | None, uploaded: datetime, now: datetime, site: Site
) -> Article:
    """The article as an upload leaves it.

    before: the article of this id as it stands, or None. uploaded, now: in UTC.
    """
    # Two clocks never agree quite: by S3's an upload may come a moment after it is looked at by ours,
    # and an article without a date is not to wait for that.
    date = date_of(parsed, before, min(uploaded, now), site)
    address = address_of(parsed, date, site)
    waits_for = max(filter(None, (parsed.publish_at, date)), key=moment)
    takedown = before["takedown"] if before else None
    status: Status = "published"
    if takedown:
        status = "withdrawn"
    elif parsed.draft:
        status = "draft"
    elif parsed.expires_at and is_past(parsed.expires_at, now):
        status = "withdrawn"
    elif not is_past(waits_for, now):
        status = "scheduled"
    live = status == "published"
    closed = comments_closed(date, now, site["comments"]["close_after_days"])
    return {
        "id": parsed.id,
        "key": parsed.key,
        "status": status,
        "ever_live": live or bool(before and before["ever_live"]),
        "headline": parsed.headline,
        "standfirst": parsed.standfirst,
        "summary": parsed.summary,
        "date": date,
        "updated": updated_of(parsed, date, now),
        "publish_at": waits_for if status == "scheduled" else None,
        "expires_at": parsed.expires_at,
        "news_until": news_until(date, now) if live else None,
        "section": parsed.section,
        "tags": parsed.tags,
        "authors": parsed.authors,
        "source": parsed.source,
        "image": parsed.image,
        "corrections": parsed.corrections,
        "address": address,
        "addresses": _addresses(before, [address, *parsed.aliases]),
        "lang": parsed.lang,
        "noindex": parsed.noindex,
        "comments": parsed.comments and not closed,
        "body": parsed.body,
        "words": parsed.words,
        "links": parsed.links,
        "biographies": parsed.biographies,
        "takedown": takedown,
    }


def edit_page(parsed: ParsedPage, before: StaticPage | None, now: datetime) -> StaticPage:
    """The static page as an upload leaves it. Pages are not released by the clock: one that is not due is a draft."""
    live = not parsed.draft and not clock_warnings(parsed, now)
    return {
        "id": parsed.id,
        "key": parsed.key,
        "status": "published" if live else "draft",
        "ever_live": live or bool(before and before["ever_live"]),
        "headline": parsed.headline,
        "standfirst": parsed.standfirst,
        "address": parsed.address,
        "addresses": _addresses(before, [parsed.address, *parsed.aliases]),
        "lang": parsed.lang,
        "noindex": parsed.noindex,
        "body": parsed.body,
        "words": parsed.words,
        "links": parsed.links,
    }


def clock_warnings(parsed: ParsedPage, now: datetime) -> list[Problem]:
    """Warnings of the dates that keep a static page off the site now."""
    found = []
    if parsed.publish_at and not is_past(parsed.publish_at, now):
        message = (
            f"the page is dated {parsed.publish_at}; pages are not scheduled, so it is kept as a draft, and is "
            "published when it is uploaded again after that"
        )
        found.append(_remark(parsed, "date", message))
    if parsed.expires_at and is_past(parsed.expires_at, now):
        message = f"the page expired at {parsed.expires_at}, so it is kept as a draft"
        found.append(_remark(parsed, "expires_at", message))
    return found


def date_warnings(parsed: ParsedArticle, after: Article, now: datetime) -> list[Problem]:
    """A warning if the article cannot have been changed when it says it was."""
    if parsed.updated is None or updated_of(parsed, after["date"], now):
        return []
    reason = "is in the future" if not is_past(parsed.updated, now) else f"is before its date, {after['date']}"
    return [_remark(parsed, "updated", f"'updated' is {parsed.updated}, which {reason}; it is left out")]


def _remark(parsed: ParsedArticle | ParsedPage | ParsedAuthor, name: str, message: str) -> Problem:
    return problem_with(parsed.key, message, parsed.lines.get(name), name)


def _addresses(before: Text | None, present: list[str]) -> list[str]:
    return list(dict.fromkeys([*(before["addresses"] if before else []), *present]))


def edit_author(parsed: ParsedAuthor) -> Author:
    """The author as their file describes them."""
    return {
        "id": parsed.id,
        "name": parsed.name,
        "role": parsed.role,
        "bio": parsed.bio,
        "url": parsed.url,
        "key": parsed.key,
    }


def withdraw_article(before: Article) -> Article:
    """The article once its file is deleted. Nothing of its text is kept: the file brings it back."""
    return {**before, "status": "withdrawn", "publish_at": None, "news_until": None, "body": "", "links": [],
            "biographies": {}}  # fmt: skip


def take_down(before: Article, reason: str, now: datetime) -> Article:
    """The article as an operator takes it down; as it was if it is down already. Nothing of its text is kept."""
    takedown = before["takedown"] or {"reason": reason, "at": now.isoformat(timespec="seconds")}
    return {**withdraw_article(before), "takedown": takedown}


def restore(before: Article) -> Article:
    """The article free to come back: still withdrawn, until its file is looked at again."""
    return {**before, "takedown": None}


def withdraw_page(before: StaticPage) -> StaticPage:
    """The static page once its file is deleted."""
    return {**before, "status": "withdrawn", "body": "", "links": []}


def withdraw_author(before: Author) -> Author:
    """The author once their file is deleted: a name on articles again."""
    return {**before, "role": "", "bio": "", "url": None, "key": None}


def check_addresses(
    text: Text, kind: str, claims: Mapping[str, Doc], free: Collection[str], lines: Mapping[str, int]
) -> None:
    """Rejects a text at an address that the paper keeps for itself or that belongs to another.

    claims: the address rows that exist, by path. free: the owners whose addresses it may take over, their files being
    gone.
    """
    problems, holders = [], []
    for path in text["addresses"]:
        name = "slug" if path == text["address"] else "aliases"
        claim = claims.get(path)
        if claim and claim["owner"] != owner_of(kind, text["id"]) and claim["owner"] not in free:
            holders.append(claim["owner"])
            trouble = f"belongs to {are_distinguishable(claim['key'], text['key'])} already"
            remedy = (
                f"choose another '{name}', or delete that file if this one replaces it: the {claim['kind']} then goes "
                f"on here with its comments"
            )
        elif path.strip("/").split("/")[0] in urls.RESERVED or urls.parse_path(path).kind != "text":
            trouble, remedy = "is one the paper keeps for itself", f"choose another '{name}'"
        else:
            continue
        problems.append(problem_with(text["key"], f"the address {path} {trouble}; {remedy}", lines.get(name), name))
    if problems:
        raise Blocked(holders, *problems)


def files_in_the_way(parsed: ParsedArticle | ParsedPage, paths: Iterable[str]) -> list[Problem]:
    """What to tell the writer of aliases at which files of the site's owner stand."""
    return [
        _remark(
            parsed,
            "aliases",
            f"at the alias '{path}' a file stands that the paper has not placed; it is left as it is and does not lead "
            "here. Take the alias out, or delete that file from the site bucket and run 'broadsheet rebuild'",
        )
        for path in paths
    ]


def shared_names(parsed: ParsedArticle | ParsedAuthor, shared: Iterable[Shared]) -> list[Problem]:
    """What to tell the writer of names that are spelled as others are."""
    fields = {"author": "authors", "tag": "tags", "section": "section"}
    problems = []
    for name, slug, other in shared:
        message = (
            f"'{name.name}' shares the address of '{other}' when it is spelled, so it has its own, "
            f"/{name.kind}/{slug}/; if the two are one, write {name.slug} for both"
        )
        problems.append(_remark(parsed, fields[name.kind], message))
    return problems
