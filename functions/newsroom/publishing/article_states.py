"""The new state of an article or a static page after an upload, as values.

A parsed file is the content of an upload; an article is the paper's record. The new record also depends on
the earlier article (its published date and addresses stay), the addresses of other owners, and the time.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from newsroom import urls
from newsroom.article import AddressClaim, Article, Author, StaticPage, Status, Text
from newsroom.errors import Blocked, Problem, problem_with
from newsroom.names import Shared
from newsroom.publishing.index_rows import moment
from newsroom.publishing.schedule import comments_closed, is_past, news_until
from newsroom.site import Site
from newsroom.table_keys import owner_of
from newsroom.unicode_text import distinguishable
from newsroom.uploads.parsed import ParsedArticle, ParsedAuthor, ParsedPage


def address_of(parsed: ParsedArticle, date: str, site: Site) -> str:
    """Return an article's address by the paper's permalink; date is ISO 8601 in the paper's timezone."""
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
    """Return an article's publication date: from the file, or else from the earlier article, or else the earlier of
    its last change and its upload, so that an archive that only has dates of changes does not get today's date."""
    if given := parsed.date or parsed.publish_at:
        return given
    zone = ZoneInfo(site["timezone"])
    if before and before["ever_live"]:
        return datetime.fromisoformat(before["date"]).astimezone(zone).isoformat(timespec="seconds")
    return min(filter(None, (parsed.updated, uploaded.astimezone(zone).isoformat(timespec="seconds"))), key=moment)


def updated_of(parsed: ParsedArticle, date: str, now: datetime) -> str | None:
    """Return the time of an article's last change, if it is possible: not before its date and not in the future."""
    updated = parsed.updated
    if updated is None or moment(updated) < moment(date) or not is_past(updated, now):
        return None
    return updated


def edit_article(
    parsed: ParsedArticle, before: Article | None, uploaded: datetime, now: datetime, site: Site
) -> Article:
    """Return the article after an upload.

    before: the current article with this id, or None. uploaded, now: in UTC.
    """
    # Two clocks never agree exactly: by S3's clock, an upload may be a moment later than our `now`.
    # An article without a date must not be scheduled because of that.
    date = date_of(parsed, before, min(uploaded, now), site)
    address = address_of(parsed, date, site)
    waits_for = max(filter(None, (parsed.publish_at, date)), key=moment)
    takedown = before["takedown"] if before else None
    status: Status = "withdrawn" if takedown else _status(parsed, waits_for, now)
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


def _status(parsed: ParsedArticle, waits_for: str, now: datetime) -> Status:
    """Return the status that a file gives its article. waits_for: the time of its release."""
    if parsed.draft:
        return "draft"
    if parsed.expires_at and is_past(parsed.expires_at, now):
        return "withdrawn"
    return "published" if is_past(waits_for, now) else "scheduled"


def edit_page(parsed: ParsedPage, before: StaticPage | None, now: datetime) -> StaticPage:
    """Return the static page after an upload. The clock does not release pages: a page that is not due is a draft."""
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
    """Return warnings about the dates that keep a static page off the site now."""
    warnings = []
    if parsed.publish_at and not is_past(parsed.publish_at, now):
        message = (
            f"the page is dated {parsed.publish_at}; pages are not scheduled, so it is kept as a draft, and is "
            "published when it is uploaded again after that"
        )
        warnings.append(_warning(parsed, "date", message))
    if parsed.expires_at and is_past(parsed.expires_at, now):
        message = f"the page expired at {parsed.expires_at}, so it is kept as a draft"
        warnings.append(_warning(parsed, "expires_at", message))
    return warnings


def date_warnings(parsed: ParsedArticle, after: Article, now: datetime) -> list[Problem]:
    """Return a warning if the article's date of change is impossible."""
    if parsed.updated is None or updated_of(parsed, after["date"], now):
        return []
    reason = "is in the future" if not is_past(parsed.updated, now) else f"is before its date, {after['date']}"
    return [_warning(parsed, "updated", f"'updated' is {parsed.updated}, which {reason}; it is left out")]


def _warning(parsed: ParsedArticle | ParsedPage | ParsedAuthor, name: str, message: str) -> Problem:
    return problem_with(parsed.key, message, parsed.lines.get(name), name)


def _addresses(before: Text | None, present: list[str]) -> list[str]:
    return list(dict.fromkeys([*(before["addresses"] if before else []), *present]))


def edit_author(parsed: ParsedAuthor) -> Author:
    """Return the author as their file describes them."""
    return {
        "id": parsed.id,
        "name": parsed.name,
        "role": parsed.role,
        "bio": parsed.bio,
        "url": parsed.url,
        "key": parsed.key,
    }


def withdraw_article(before: Article) -> Article:
    """Return the article after its file is deleted. Its text is not kept; a new upload of the file restores it."""
    return {
        **before,
        "status": "withdrawn",
        "publish_at": None,
        "news_until": None,
        "body": "",
        "links": [],
        "biographies": {},
    }


def take_down(before: Article, reason: str, now: datetime) -> Article:
    """Return the article after an operator takes it down. An earlier takedown stays as it was. The text is not kept."""
    takedown = before["takedown"] or {"reason": reason, "at": now.isoformat(timespec="seconds")}
    return {**withdraw_article(before), "takedown": takedown}


def restore(before: Article) -> Article:
    """Return the article without its takedown. It stays withdrawn until its file is processed again."""
    return {**before, "takedown": None}


def withdraw_page(before: StaticPage) -> StaticPage:
    """Return the static page after its file is deleted."""
    return {**before, "status": "withdrawn", "body": "", "links": []}


def withdraw_author(before: Author) -> Author:
    """Return the author after their file is deleted: only the name on articles remains."""
    return {**before, "role": "", "bio": "", "url": None, "key": None}


def check_addresses(
    text: Text, kind: str, claims: Mapping[str, AddressClaim], free: Collection[str], lines: Mapping[str, int]
) -> None:
    """Reject a text at an address that is reserved or that belongs to another owner.

    claims: the existing address rows, by path. free: the owners whose addresses it may take over, because their files
    are deleted.
    """
    problems, holders = [], []
    for path in text["addresses"]:
        field = "slug" if path == text["address"] else "aliases"
        claim = claims.get(path)
        if claim and claim["owner"] != owner_of(kind, text["id"]) and claim["owner"] not in free:
            holders.append(claim["owner"])
            trouble = f"belongs to {distinguishable(claim['key'], text['key'])} already"
            remedy = (
                f"choose another '{field}', or delete that file if this one replaces it: the {claim['kind']} then goes "
                f"on here with its comments"
            )
        elif path.strip("/").split("/")[0] in urls.RESERVED or urls.parse_path(path).kind != "text":
            trouble, remedy = "is one the paper keeps for itself", f"choose another '{field}'"
        else:
            continue
        problems.append(problem_with(text["key"], f"the address {path} {trouble}; {remedy}", lines.get(field), field))
    if problems:
        raise Blocked(holders, *problems)


def files_in_the_way(parsed: ParsedArticle | ParsedPage, paths: Iterable[str]) -> list[Problem]:
    """Return warnings for the writer about aliases where the site's owner has files."""
    return [
        _warning(
            parsed,
            "aliases",
            f"at the alias '{path}' a file stands that the paper has not placed; it is left as it is and does not lead "
            "here. Take the alias out, or delete that file from the site bucket and run 'broadsheet rebuild'",
        )
        for path in paths
    ]


def shared_names(parsed: ParsedArticle | ParsedAuthor, shared: Iterable[Shared]) -> list[Problem]:
    """Return warnings for the writer about names that have the same spelling as other names."""
    fields = {"author": "authors", "tag": "tags", "section": "section"}
    problems = []
    for name, slug, other in shared:
        message = (
            f"'{name.name}' shares the address of '{other}' when it is spelled, so it has its own, "
            f"/{name.kind}/{slug}/; if the two are one, write {name.slug} for both"
        )
        problems.append(_warning(parsed, fields[name.kind], message))
    return problems
