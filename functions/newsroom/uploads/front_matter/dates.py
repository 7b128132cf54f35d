"""Dates as people and export tools write them, and the moment of each.

Only the written parts count: no part comes from today's date, and the order of day and month is never guessed. General
parsers (dateutil, dateparser) do both, so this module lists the accepted forms.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from newsroom.uploads.decoding import tidy

HINT = "write it as 2026-11-23 or 2026-11-23T09:30+01:00"

_MONTHS = ("january", "february", "march", "april", "may", "june", "july",
           "august", "september", "october", "november", "december")  # fmt: skip

OFFSETS = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3,
    "msk": 3, "sgt": 8, "hkt": 8, "awst": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8,
    "hst": -10,
}  # fmt: skip
"""Hours from UTC. The American names have the meaning in RFC 5322, and BST is British Summer Time. IST can be Indian,
Irish or Israeli time, so it is not in this table."""

_ZONE = (
    r"(?:(?P<name>[A-Za-z]{1,5}(?![A-Za-z/]))?\s?(?:(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?)?"
    r"|(?P<place>[A-Z][A-Za-z_]{1,20}/[A-Za-z_/+-]{1,40}))"
)
_TIME = re.compile(
    r"(?:(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2})(?:[.,]\d{1,12})?)?|(?P<ch>\d{2})(?P<cm>\d{2})(?P<cs>\d{2})?(?!\d)"
    r"|(?P<ah>\d{1,2})(?=\s?[AaPp]\.?[Mm]))"
    r"(?:\s?(?P<half>[AaPp])\.?[Mm]\b\.?)?\s?" + _ZONE + r"\Z",
    re.ASCII,
)
_WEEKDAY = re.compile(r"(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,?\s", re.IGNORECASE)
_REMARK = re.compile(r"\s?(?:\([^()]{0,60}\)|\[(?P<place>[\w/+-]{1,60})\])\Z", re.ASCII)

_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_FORMS = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})(?P<sep>[-/.])(?P<number>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)",
        r"(?P<year>\d{4})(?P<number>\d{2})(?P<day>\d{2})(?=\Z|[ T]|\d{4}(?:\d\d)?\Z)",
        r"(?P<year>\d{4})[-/](?P<number>\d{2})\Z",
        r"(?P<first>\d{1,2})(?P<sep>[-/.])(?P<second>\d{1,2})(?P=sep)(?P<year>\d{4})(?!\d)",
        rf"{_DAY}(?:\s(?:of\s)?|-){_MONTH}(?:,?\s|-){_YEAR}(?!\d)",
        rf"{_MONTH}\s{_DAY},?\s{_YEAR}(?!\d)",
        rf"{_MONTH}\s{_DAY}\s(?P<clock>\d{{1,2}}:\d{{2}}:\d{{2}})(?:\s(?P<clockzone>[A-Z]{{1,5}}))?\s{_YEAR}\Z",
    )
)
_SECONDS = re.compile(r"\d{10}(?:\d{3})?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in the paper's zone as ISO 8601. skipped: the clocks jumped over it, so it was moved to later."""

    iso: str
    skipped: bool = False


class Ambiguous(ValueError):
    """A date that can mean two days. The error text completes a sentence that begins with the field."""

    def __init__(self, text: str, year: int, first: int, second: int) -> None:
        super().__init__(
            f"is '{text}', which is one day to some readers and another to others; write it as "
            f"{year}-{second:02}-{first:02} or as {year}-{first:02}-{second:02}"
        )


def read_moment(value: object, zone: str) -> str:
    """Return a date in the paper's zone as ISO 8601; raise ValueError if it is not a date."""
    return read_date(value, zone).iso


def read_date(value: object, zone: str, spoken: tzinfo | None = None) -> Moment:
    """Return the moment of a date; raise ValueError if it is not a date.

    zone: the paper's. spoken: the zone for a time without one; the default is the paper's. A day alone begins at
    midnight, and a month alone begins on its first day. A time that the clocks jump over is moved later by the length
    of the jump, as in RFC 5545. If a time occurs twice, the first counts.
    """
    if not isinstance(value, str) or len(value) > 200:
        raise ValueError(value)
    local = ZoneInfo(zone)
    text = tidy(value)
    if _SECONDS.match(text):
        return Moment(_written(datetime.fromtimestamp(int(text[:10]), UTC), local))
    text, place = _without_additions(text)
    day, rest = _day(text)
    rest = re.sub(r"\A(?:T|,?\s(?:at\s)?)(?=\d)", "", rest, flags=re.IGNORECASE).strip()
    local_time, named = _time(day, rest) if rest else (day, None)
    if not 1000 <= local_time.year <= 9000:
        raise ValueError(value)
    local_time = local_time.replace(tzinfo=_named_zone(named, place) or spoken or local)
    instant = local_time.astimezone(UTC)
    existing_time = instant.astimezone(local_time.tzinfo)
    skipped = bool(rest) and existing_time.replace(tzinfo=None) != local_time.replace(tzinfo=None)
    return Moment(_written(instant, local), skipped)


def _without_additions(text: str) -> tuple[str, str | None]:
    """Return a date without the weekday before it and the remark in brackets behind it, and the place in the remark."""
    place: str | None = None
    if remark := _REMARK.search(text):
        text, place = text[: remark.start()], remark["place"]
    if weekday := _WEEKDAY.match(text):
        text = text[weekday.end() :]
    return text, place


def instant(iso: str) -> datetime:
    """Return a moment as a datetime, for comparison."""
    return datetime.fromisoformat(iso)


def _day(text: str) -> tuple[datetime, str]:
    """Return the day at the start of a text, and the rest of the text."""
    match = next(filter(None, (form.match(text) for form in _FORMS)), None)
    if match is None:
        raise ValueError(text)
    parts = match.groupdict()
    if parts.get("first"):
        month, day = _month_and_day(match)
    else:
        month = int(parts["number"]) if parts.get("number") else _month(parts["month"])
        day = int(parts.get("day") or 1)
    clock = " ".join(filter(None, (parts.get("clock"), parts.get("clockzone"))))
    # The zone is known only after the time.
    return datetime(int(parts["year"]), month, day), clock or text[match.end() :]  # noqa: DTZ001


def _month_and_day(match: re.Match[str]) -> tuple[int, int]:
    """Return the month and the day of a date in three numbers. With dots the day always comes first. With slashes or
    hyphens only the numbers can show the order."""
    first, second = int(match["first"]), int(match["second"])
    if match["sep"] == "." or first > 12:
        return second, first
    if second <= 12 and first != second:
        raise Ambiguous(match[0], int(match["year"]), first, second)
    return first, second


def _month(name: str) -> int:
    short = {"sept": "sep"}.get(name.lower(), name.lower())
    for place, month in enumerate(_MONTHS, 1):
        if short in {month, month[:3]}:
            return place
    raise ValueError(name)


def _time(day: datetime, text: str) -> tuple[datetime, tzinfo | None]:
    """Return a day at the time in a text, and the zone in the text."""
    match = _TIME.match(text) or _TIME.match(f"00:00 {text}")
    if not match:
        raise ValueError(text)
    minute, second = int(match["m"] or match["cm"] or 0), int(match["s"] or match["cs"] or 0)
    return day.replace(hour=_hour(match), minute=minute, second=second), _zone(match)


def _hour(time: re.Match[str]) -> int:
    hour = int(time["h"] or time["ch"] or time["ah"])
    if not time["half"]:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(time.string)
    return hour % 12 + (12 if time["half"] in "pP" else 0)


def _zone(time: re.Match[str]) -> tzinfo | None:
    """Return the zone of a time: a place, an offset or a name; None if there is none."""
    if time["place"]:
        return _place(time["place"])
    name = (time["name"] or "").lower()
    if time["hours"]:
        if name not in {"", "utc", "gmt"}:
            raise ValueError(time.string)
        offset = timedelta(hours=int(time["hours"]), minutes=int(time["minutes"] or 0))
        return timezone(-offset if time["sign"] == "-" else offset)
    if not name:
        return None
    if name not in OFFSETS:
        raise ValueError(time.string)
    return timezone(timedelta(hours=OFFSETS[name]))


def _named_zone(named: tzinfo | None, place: str | None) -> tzinfo | None:
    """Return the zone of a time: the one beside it, else the one in the remark."""
    return _place(place) if named is None and place else named


def _place(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (OSError, KeyError) as error:
        raise ValueError(name) from error


def _written(instant: datetime, local: tzinfo) -> str:
    local_time = instant.astimezone(local)
    # Before about 1900 the offsets of local mean times have seconds, which RFC 3339 cannot express.
    offset = local_time.utcoffset() or timedelta()
    whole = timedelta(minutes=round(offset.total_seconds() / 60))
    return (local_time if whole == offset else local_time.replace(tzinfo=timezone(whole))).isoformat(timespec="seconds")
