"""Date formats for readers and feeds, made only from the ISO 8601 dates of the rows.

An article's date is already in the paper's zone, with its offset. A comment's date is in UTC and is converted.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_MONTHS = ("January", "February", "March", "April", "May", "June", "July",
           "August", "September", "October", "November", "December")  # fmt: skip
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def instant(iso: str) -> datetime:
    """Parse an ISO 8601 date; a date without a zone counts as UTC."""
    moment = datetime.fromisoformat(iso)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def in_zone(iso: str, zone: str) -> str:
    """Convert a date to a time zone, in ISO 8601.

    >>> in_zone("2026-11-23T04:34:00.000+00:00", "Europe/Berlin")
    '2026-11-23T05:34:00.000+01:00'
    """
    moment = instant(iso)
    local = moment.astimezone(ZoneInfo(zone))
    return iso if local.utcoffset() == moment.utcoffset() else local.isoformat(timespec="milliseconds")


def in_words(iso: str) -> str:
    """Format a date as `23 November 2026, 09:30 GMT+1`.

    Exactly midnight means that the writer gave only a day, so only the day is shown.
    """
    moment = datetime.fromisoformat(iso)
    if not (moment.hour or moment.minute or moment.second):
        return _day(moment)
    return f"{_day(moment)}, {moment.hour:02}:{moment.minute:02}{_zone(moment)}"


def day_in_words(iso: str) -> str:
    """Format a day as `23 November 2026`."""
    return _day(datetime.fromisoformat(iso))


def month_name(month: str) -> str:
    """Convert `2026-11` to `November`."""
    return _MONTHS[int(month[5:7]) - 1]


def month_in_words(month: str) -> str:
    """Convert `2026-11` to `November 2026`."""
    return f"{month_name(month)} {month[:4]}"


def for_rss(iso: str) -> str:
    """Format a date for RSS (RFC 822): `Mon, 23 Nov 2026 09:30:00 +0000`.

    By hand: email.utils gives the same but costs more than the rest of a feed; strftime's names follow the locale.
    """
    moment = instant(iso)
    month = _MONTHS[moment.month - 1][:3]
    return f"{_WEEKDAYS[moment.weekday()]}, {moment.day:02} {month} {moment:%Y %H:%M:%S %z}"


def _day(moment: datetime) -> str:
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def _zone(moment: datetime) -> str:
    offset = moment.utcoffset()
    if offset is None:
        return ""
    minutes = round(offset.total_seconds() / 60)
    if not minutes:
        return " GMT"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "−"
    return f" GMT{sign}{hours}:{rest:02}" if rest else f" GMT{sign}{hours}"
