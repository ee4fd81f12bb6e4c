"""German and ISO forms of a date with its time -> datetime. Without a zone it is the time of Berlin."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONTHS = "januar februar märz april mai juni juli august september oktober november dezember".split()
ZONE = ZoneInfo("Europe/Berlin")

_MONTH = r"(?:jan|feb|mär|mrz|maer|apr|mai|jun|jul|aug|sep|okt|nov|dez)[a-zä]{0,7}"
_ISO = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|\s?[+-]\d\d:?\d\d)?)?")
_DATE = re.compile(
    rf"(?<!\d)(?P<day>[0-3]?\d)\.\s?(?:(?P<number>[01]?\d)\.|(?P<name>{_MONTH})\.?)\s?(?P<year>\d{{4}}|"
    rf"\d{{2}}(?!\d|[.:]\d|\s?(?:uhr|h)\b))?",
    re.I,
)
_TIME = re.compile(
    r"(?<![\d.])(?P<hour>[0-2]?\d)(?:[:.](?P<minute>[0-5]\d))?(?::[0-5]\d)?\s?(?:uhr\b|h\b)\s?(?P<more>[0-5]\d)?", re.I
)
_BARE_TIME = re.compile(r"(?<![\d.:])(?P<hour>[0-2]?\d):(?P<minute>[0-5]\d)(?!\d)(?P<more>)")
_UTC = re.compile(r"\b(?:UTC|GMT)\b")


def find_moment(text: str, year: int = 0, *, until: bool = False) -> datetime | None:
    """Return the first moment that a text names, or None; a day without a time is its midnight.

    Args:
        year: The year of a date that names none; 0: such a date is no moment.
        until: Something lasts until then: a day without a time counts to its end, the next midnight.
    """
    moment = _find(text, year, until=until)
    return at_home(moment) if moment else None


def read_moment(text: str, now: datetime) -> datetime | None:
    """Return the moment that a text is, nothing else; None if it is none. It has a zone only if the text names one.

    Args:
        now: A date without a year is the one nearest to it.
    """
    rest = text
    for part in (_ISO, _UTC, _DATE, _TIME, _BARE_TIME):
        rest = part.sub("", rest, count=1)
    if not set(re.split(r"[\s,]+", rest.lower())) <= {"", "am", "um"}:
        return None
    found = [_find(text, now.year + step) for step in (-1, 0, 1)]
    return min(
        filter(None, found), key=lambda each: abs(each.replace(tzinfo=None) - now.replace(tzinfo=None)), default=None
    )


def _find(text: str, year: int, *, until: bool = False) -> datetime | None:
    iso = _ISO.search(text)
    if iso and ":" in iso[0]:
        try:
            return _in_named_zone(datetime.fromisoformat(iso[0].replace("Z", "+00:00")), text)
        except (ValueError, OverflowError):
            return None
    found = iso or _DATE.search(text)
    if not found:
        return None
    rest = text[found.end() :]
    clock = _TIME.search(rest) or _BARE_TIME.search(rest) or _TIME.search(text[: found.start()])
    hour, minute = 24 if until else 0, 0
    if clock:
        hour, minute = int(clock["hour"]), int(clock["minute"] or clock["more"] or 0)
    if hour > 24 or (hour == 24 and minute):
        return None
    try:
        day = date.fromisoformat(iso[0]) if iso else _day(found, year)
        moment = datetime.combine(day + timedelta(days=hour // 24), time(hour % 24, minute))
    except (ValueError, OverflowError):
        return None
    return _in_named_zone(moment, text)


def _in_named_zone(moment: datetime, text: str) -> datetime:
    return moment.replace(tzinfo=ZoneInfo("UTC")) if moment.tzinfo is None and _UTC.search(text) else moment


def find_year(text: str) -> int:
    """Return the year of the first date in a text that names one, or 0."""
    return next((_year(found["year"]) for found in _DATE.finditer(text) if found["year"]), 0)


def at_home(moment: datetime) -> datetime:
    """Return a moment with its zone: Berlin's, if it names none."""
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def as_named(moment: datetime) -> datetime:
    """Return a moment that was found here or in front matter without the zone that ``at_home`` gave it."""
    return moment.replace(tzinfo=None) if moment.tzinfo is ZONE else moment


def _day(found: re.Match[str], year: int) -> date:
    return date(_year(found["year"]) or year, _month(found), int(found["day"]))


def _year(written: str | None) -> int:
    return int(written or 0) + (2000 if written and len(written) == 2 else 0)


def _month(found: re.Match[str]) -> int:
    if found["number"]:
        return int(found["number"])
    begin = found["name"].lower().replace("mrz", "mär").replace("mae", "mä")[:3]
    return next(number for number, name in enumerate(MONTHS, 1) if name.startswith(begin))
