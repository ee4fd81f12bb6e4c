"""A date as some feed writes it -> the moment that is meant, and whether it had to be understood first.

RSS wants RFC 2822. What else stands there is read where only one thing can be meant: ISO 8601, names of zones, German
or English names of months, no zone at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

_LONGEST = 100  # letters that are looked at
_FIRST = 1970  # no feed is older
_NOBODY_KNOWS = datetime(2000, 1, 1, tzinfo=UTC)  # for the first item of a feed without any date
_HOURS = {"z": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2}
_HOURS |= {"eet": 2, "eest": 3, "edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_GERMAN = {"mär": 3, "mrz": 3, "mae": 3, "mai": 5, "okt": 10, "dez": 12, "jän": 1}
_DAYS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2})\.?[\s-]+(?P<name>[^\W\d_]{3,})\.?[\s,-]+(?P<year>\d{4})"),
    re.compile(r"(?P<name>[^\W\d_]{3,})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"),
)
_TIME = re.compile(r"(?<!\d)(\d{1,2}):(\d\d)(?::(\d\d))?(?:[.,]\d+)?(?:\s*([ap])\.?m\b)?", re.I)
_OFFSET = re.compile(r"(?:GMT|UTC)?\s*([+-])(\d\d):?(\d\d)\b")
_ZONE = re.compile(r"\(?([A-Z]{1,4})\b", re.I)


@dataclass(frozen=True, slots=True)
class FeedDate:
    """A date of a feed.

    Attributes:
        moment: With its time zone; None: nobody can tell which one is meant.
        as_usual: It was written as RSS wants it.
        day: At least the day is clear; at noon.
    """

    moment: datetime | None
    as_usual: bool = False
    day: datetime | None = None


def read_date(text: str, zone: tzinfo) -> FeedDate:
    """Read a date.

    Args:
        zone: What is meant if no zone is named.
    """
    text = text[:_LONGEST]
    try:
        usual = parsedate_to_datetime(text)
        if usual.tzinfo and usual.year >= _FIRST and re.search(r"\d:\d\d", text):
            return FeedDate(usual, as_usual=True)
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    day, end = _day(text)
    if day is None:
        return FeedDate(None)
    at = _TIME.search(text, end)
    if not at:
        return FeedDate(None, day=day.replace(tzinfo=zone))
    clock, offset = _clock(at), _offset(text[at.end() :])
    if clock is None:
        return FeedDate(None, day=day.replace(tzinfo=offset or zone))
    return FeedDate(datetime.combine(day, clock, offset or zone))


def in_order(moments: Sequence[datetime | None]) -> list[datetime]:
    """Return the moments of a feed's items, with one in place of each that is missing: between those of its neighbours.

    Args:
        moments: In the feed's order, the newest or the oldest first.
    """
    known = [(index, each) for index, each in enumerate(moments) if each]
    if not known:
        return [_NOBODY_KNOWS - timedelta(minutes=index) for index in range(len(moments))]
    (first, begin), (last, end) = known[0], known[-1]
    step = timedelta(minutes=-1 if begin >= end else 1)
    filled = [begin + step * (index - first) for index in range(first)]
    for (index, moment), (following, next_one) in pairwise(known):
        gap = (next_one - moment) / (following - index)
        filled += [(moment + gap * count).replace(microsecond=0) for count in range(following - index)]
    return filled + [end + step * count for count in range(len(moments) - last)]


def _day(text: str) -> tuple[datetime | None, int]:
    """Return the day at noon, and where it ends in the text."""
    for form in _DAYS:
        found = form.search(text)
        if not found:
            continue
        given = found.groupdict()
        month = int(given["month"]) if "month" in given else _month(given["name"])
        try:
            day = datetime(int(given["year"]), month, int(given["day"]), 12)
        except ValueError:
            continue
        if day.year >= _FIRST:
            return day, found.end()
    return None, 0


def _month(name: str) -> int:
    start = name.casefold()[:3]
    return _MONTHS.index(start) + 1 if start in _MONTHS else _GERMAN.get(start, 0)


def _clock(found: re.Match[str]) -> time | None:
    hour, minute, second = (int(each or 0) for each in found.groups()[:3])
    if found[4]:
        hour = hour % 12 + 12 * (found[4] in "pP")
    try:
        return time(hour, minute, min(second, 59))  # 60: a leap second
    except ValueError:
        return None


def _offset(text: str) -> timezone | None:
    if found := _OFFSET.search(text):
        minutes = int(found[2]) * 60 + int(found[3])
        if minutes < 24 * 60:
            return _east(-minutes if found[1] == "-" else minutes)
    for name in _ZONE.findall(text):
        if name.lower() in _HOURS:
            return _east(60 * _HOURS[name.lower()])
    return None


def _east(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes))
