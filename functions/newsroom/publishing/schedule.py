"""Timed changes of an article: its release, its expiry, its time in the news, the end of its discussion."""

from datetime import datetime, timedelta

from newsroom.article import Article

NEWS_LASTS = timedelta(days=2)  # how long an article belongs in a news sitemap


def apply_transitions(article: Article, now: datetime, close_after_days: int | None) -> Article:
    """Return the article after all changes that are due by `now`; the same object if no change is due.

    close_after_days: the current rule, the number of days after which discussions close; None means never.
    """
    after = _released(article, now)
    after = _expired(after, now)
    if _is_due(after["news_until"], now):
        after = {**after, "news_until": None}
    if after["status"] == "published" and after["comments"] and comments_closed(after["date"], now, close_after_days):
        after = {**after, "comments": False}
    return after


def _released(article: Article, now: datetime) -> Article:
    if article["status"] != "scheduled" or not _is_due(article["publish_at"], now):
        return article
    in_news = news_until(article["date"], now)
    return {**article, "status": "published", "ever_live": True, "publish_at": None, "news_until": in_news}


def _expired(article: Article, now: datetime) -> Article:
    if article["status"] != "published" or not _is_due(article["expires_at"], now):
        return article
    return {**article, "status": "withdrawn", "news_until": None}


def _is_due(iso: str | None, now: datetime) -> bool:
    return iso is not None and is_past(iso, now)


def comments_closed(date: str, now: datetime, close_after_days: int | None) -> bool:
    """Return True if the rule has closed the discussion of an article with this date."""
    return close_after_days is not None and datetime.fromisoformat(date) + timedelta(days=close_after_days) <= now


def news_until(date: str, now: datetime) -> str | None:
    """Return the time when an article with this date leaves the news sitemap; None if that time is past."""
    stale = datetime.fromisoformat(date) + NEWS_LASTS
    return stale.isoformat() if stale > now else None


def is_past(iso: str, now: datetime) -> bool:
    """Return True if a moment (ISO 8601 with its offset) is past or is now."""
    return datetime.fromisoformat(iso) <= now
