"""Dates as readers and feeds want them, from the ISO 8601 of the rows and nothing else.

An article's date is already in the paper's zone and says its own offset; a comment's is in UTC, and brought there.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_MONTHS = ("January", "February", "March", "April", "May", "June", "July",
           "August", "September", "October", "November", "December")  # fmt: skip
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def instant(iso: str) -> datetime:
    """The point in time an ISO 8601 date names; a date without a zone is taken as UTC."""
    moment = datetime.fromisoformat(iso)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def in_zone(iso: str, zone: str) -> str:
    """The same point in time as clocks in a zone tell it, in ISO 8601.

    >>> in_zone("2026-11-23T04:34:00.000+00:00", "Europe/Berlin")
    '2026-11-23T05:34:00.000+01:00'
    """
    moment = instant(iso)
    local = moment.astimezone(ZoneInfo(zone))
    return iso if local.utcoffset() == moment.utcoffset() else local.isoformat(timespec="milliseconds")


def in_words(iso: str) -> str:
    """`23 November 2026, 09:30 GMT+1`.

    Exactly midnight is what a writer gets who gave only a day, so only the day is shown.
    """
    moment = datetime.fromisoformat(iso)
    if not (moment.hour or moment.minute or moment.second):
        return _day(moment)
    return f"{_day(moment)}, {moment.hour:02}:{moment.minute:02}{_zone(moment)}"


def day_in_words(iso: str) -> str:
    """`23 November 2026`."""
    return _day(datetime.fromisoformat(iso))


def month_name(month: str) -> str:
    """`2026-11` → `November`."""
    return _MONTHS[int(month[5:7]) - 1]


def month_in_words(month: str) -> str:
    """`2026-11` → `November 2026`."""
    return f"{month_name(month)} {month[:4]}"


def for_rss(iso: str) -> str:
    """`Mon, 23 Nov 2026 09:30:00 +0000`, as RFC 822 wrote dates and RSS still does.

    By hand: email.utils says the same, but costs more than all else in a feed, and strftime's names follow the locale.
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
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "−"
    return " GMT" + (f"{sign}{hours}" if minutes else "") + (f":{rest:02}" if rest else "")
