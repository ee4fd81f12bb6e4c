"""Dates, times of day and years, in every German and ISO form, with the ordinal ending that the context asks for.

Sources: DIN 5008 and ISO 8601 (forms), Duden (Datum: adverbial accusative, weak ending after an article). A day and
month in figures are said with the month's name when the year stands there, else as two ordinals (am dritten
zehnten).
"""

from __future__ import annotations

import re

from ki_briefing.german import grammar
from ki_briefing.german.numbers import cardinal, digits, ordinal, year
from ki_briefing.german.scan import DIGIT, Rule
from ki_briefing.german.tables import any_of, words

MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")

_SHORT = {"jan": 0, "jän": 0, "feb": 1, "feber": 1, "mär": 2, "mrz": 2, "apr": 3, "mai": 4, "jun": 5, "jul": 6,
          "aug": 7, "sep": 8, "sept": 8, "okt": 9, "nov": 10, "dez": 11}  # fmt: skip
_OTHER_NAMES = ("Jänner", "Feber")
_MONTH = rf"(?i:{any_of((*MONTHS, *_OTHER_NAMES))}|{any_of(_SHORT)}(?:\.|(?= \d)))"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_YEAR = r"(?: ?(?P<year>\d{4})(?!\d)| '(?P<short>\d\d)(?!\d))?"
_HOUR, _MINUTE = r"(?:2[0-4]|[01]?\d)", r"[0-5]\d"
_LINK = r" ?(?P<link>[–—/-]|bis(?: zum)?|und|oder) ?"
_ZONES = r"(?: (?P<zone>est|cet|cest|utc|gmt|pst|pdt|edt|cst|mez|mesz)(?!\w))?"
_CALENDAR_WORDS = words(
    """
    am vom bis zum ab seit der den dem des beim zwischen und oder
    """
)
_BEFORE_A_DAY = _CALENDAR_WORDS | grammar.WEEKDAYS | words("stand termin start mo di mi do fr sa so")
_CLOCK_WORDS = words(
    "um ab gegen bis von seit nach vor zwischen und kurz etwa circa heute morgen morgens mittags abends"
)
_SCORES = words(
    """
    verhältnis sieg siegte siegt gewann gewinnt verlor verliert führt führte ergebnis endstand stand niederlage
    satz mit besiegte schlug
    """
)


def month_name(text: str) -> str:
    """Return the month's name for its number, its abbreviation or itself."""
    key = text.rstrip(".")
    if key.isdigit():
        return MONTHS[int(key) - 1]
    if key.lower() in _SHORT:
        return MONTHS[_SHORT[key.lower()]]
    return key.capitalize()


def _year_words(match: re.Match[str]) -> str:
    groups = match.groupdict()
    if groups.get("year"):
        figures = match["year"]
        return " " + year(
            int(figures) if len(figures) == 4 else 2000 + int(figures) if int(figures) < 70 else 1900 + int(figures)
        )
    return f" {digits(match['short'])}" if groups.get("short") else ""


def _say_date(match: re.Match[str]) -> str:
    name = month_name(match["month"])
    ending = grammar.ending(match.string, match.start(), name, is_date=True)
    return f"{ordinal(int(match['day']), ending)} {name}{_year_words(match)}"


def _say_days(match: re.Match[str]) -> str:
    """Several days of one month: 3.–5. Januar, 3./4. Januar."""
    name = month_name(match["month"])
    ending = grammar.ending(match.string, match.start(), name, is_date=True)
    link = {"/": "und"}.get(match["link"], match["link"] if match["link"].isalpha() or " " in match["link"] else "bis")
    return (
        f"{ordinal(int(match['first']), ending)} {link} {ordinal(int(match['day']), ending)} {name}{_year_words(match)}"
    )


def _say_numeric(match: re.Match[str]) -> str | None:
    """A date in figures, 15.03.2026 or 3.10."""
    day, month = int(match["day"]), int(match["month"])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    alone = match.start() == 0 and match.end() == len(match.string)
    if match["year"] and not alone:
        return _say_date(match)
    before = match.string[max(0, match.start() - 24) : match.start()].split()
    if not (match["year"] or alone or _names_a_day(before)):
        return None
    ending = grammar.ending(match.string, match.start(), "Tag", is_date=True)
    full_stop = "." if match[0].endswith(".") and match.end() == len(match.string) and not alone else ""
    return f"{ordinal(day, ending)} {ordinal(month, ending)}{_year_words(match)}{full_stop}"


def _names_a_day(before: list[str]) -> bool:
    """Tell whether a day and a month in figures may follow: *am 3.10.*, *Dienstag, 3.10.*, but not *Opus 4.5.*"""
    last = before[-1].strip("(„") if before else ""
    return last[-1:] in ("", ",", ":", ")") or not last[0].isupper() or last.lower() in _BEFORE_A_DAY


def _say_day_and_month(match: re.Match[str]) -> str | None:
    """3.10 without the last full stop is a date only where a date is expected."""
    alone = match.start() == 0 and match.end() == len(match.string)
    return _say_numeric(match) if alone or grammar.word_before(match.string, match.start()) in _CALENDAR_WORDS else None


def _say_iso(match: re.Match[str]) -> str | None:
    if not (1 <= int(match["month"]) <= 12 and 1 <= int(match["day"]) <= 31):
        return None
    said = _say_date(match)
    if match["hours"]:
        said += f" {_clock(int(match['hours']), int(match['minutes']))}" + (" U T C" if match["utc"] else "")
    return said


def _clock(hours: int, minutes: int) -> str:
    return f"{cardinal(hours, 'ein')} Uhr" + (f" {cardinal(minutes)}" if minutes else "")


def _say_time(match: re.Match[str]) -> str:
    hours, minutes, seconds = int(match["hours"]), int(match["minutes"] or 0), int(match["seconds"] or 0)
    said = _clock(hours, minutes)
    if seconds:
        said = f"{cardinal(hours, 'ein')} Uhr {_counted(minutes, 'Minute')} {_counted(seconds, 'Sekunde')}"
    if match["until"]:
        end = _clock(int(match["until"]), int(match["until_minutes"] or 0))
        start = cardinal(hours, "eins") if not minutes else said
        said = f"{start} bis {end}"
    return said + (" " + " ".join(match["zone"].upper()) if match["zone"] else "")


def _counted(number: int, noun: str) -> str:
    return f"{cardinal(number, 'eine')} {noun}{'' if number == 1 else 'n'}"


def _say_clock(match: re.Match[str]) -> str | None:
    """14:30 without *Uhr*; a score or ratio if the words before say so."""
    before = grammar.words_before(match.string, match.start(), 2)
    hours, minutes = match["hours"], match["minutes"]
    bare = len(hours) == 1 and minutes[0] != "0" and before and before[-1] not in _CLOCK_WORDS
    if bare or _SCORES.intersection(before[-2:]):
        return None
    return _clock(int(hours), int(minutes))


def _say_length(match: re.Match[str]) -> str:
    """1:45 Stunden, 3:30 Minuten."""
    large, small = ("Stunde", "Minute") if match["unit"][0] in "Sh" else ("Minute", "Sekunde")
    rest = int(match["minutes"])
    return _counted(int(match["hours"]), large) + (f" {_counted(rest, small)}" if rest else "")


def _say_duration(match: re.Match[str]) -> str:
    hours = _counted(int(match["hours"]), "Stunde")
    return f"{hours} {_counted(int(match['minutes']), 'Minute')} {_counted(int(match['seconds']), 'Sekunde')}"


def _say_month(match: re.Match[str]) -> str | None:
    return f"{month_name(match['month'])} {year(int(match['year']))}" if 1 <= int(match["month"]) <= 12 else None


def _say_years(match: re.Match[str]) -> str | None:
    """2023–2025, 2026/27, 1998/99."""
    first, last = int(match["first"]), match["last"]
    if not 1000 <= first <= 2199 or (len(last) == 4 and not 0 <= int(last) - first <= 400):
        return None
    if match["link"] == "/" and len(last) == 4 and int(last) - first != 1:
        return None
    end = year(int(last)) if len(last) == 4 else cardinal(int(last)) if last[0] != "0" else digits(last)
    return f"{year(first)}{' ' if match['link'] == '/' else ' bis '}{end}"


def _say_decade(match: re.Match[str]) -> str:
    """1990er-Jahre, die 90er, 10.000er-Cluster."""
    figures = match["n"]
    words_of = year(int(figures)) if len(figures) == 4 else cardinal(int(figures.replace(".", "")))
    return words_of + match["er"] + (" " if match["years"] else "")


def _say_target_year(match: re.Match[str]) -> str:
    """A target year is said in pairs: bis zwanzig dreißig, Agenda zwanzig dreißig."""
    return f"{cardinal(int(match[0][:2]))} {cardinal(int(match[0][2:]))}"


_TIME = rf"(?P<hours>{_HOUR})(?:[:.](?P<minutes>{_MINUTE})(?:[:.](?P<seconds>{_MINUTE}))?)?"
_UNTIL = rf"(?: ?[–—-] ?(?P<until>{_HOUR})(?:[:.](?P<until_minutes>{_MINUTE}))?)?"

DAYS_OF_A_MONTH = Rule(
    "date", (DIGIT,), rf"(?P<first>{_DAY})\.{_LINK}(?P<day>{_DAY})\. ?(?P<month>{_MONTH})(?!\w){_YEAR}", _say_days
)

DAYS_IN_FIGURES = Rule(
    "date",
    (DIGIT,),
    rf"(?P<first>{_DAY})\.?{_LINK}(?P<day>{_DAY})\.(?P<month>0?[1-9]|1[0-2])\.(?P<year>\d{{4}})(?![\d.])",
    _say_days,
)

DAY_AND_MONTH_NAME = Rule("date", (DIGIT,), rf"(?P<day>{_DAY})\. ?(?P<month>{_MONTH})(?!\w){_YEAR}", _say_date)

DATE_IN_FIGURES = Rule(
    "date",
    (DIGIT,),
    rf"(?P<day>{_DAY})\. ?(?P<month>0?[1-9]|1[0-2])\. ?(?P<year>(?:1[5-9]|20|21)\d\d|\d\d)(?![\w]|[.,]\d)",
    _say_numeric,
)

DAY_AND_MONTH_IN_FIGURES = Rule(
    "date", (DIGIT,), rf"(?P<day>{_DAY})\. ?(?P<month>0?[1-9]|1[0-2])\.(?!\d)(?P<year>)", _say_numeric
)

DAY_AND_MONTH_WITHOUT_STOP = Rule(
    "date",
    (DIGIT,),
    rf"(?P<day>{_DAY})\.(?P<month>0?[1-9]|1[0-2])(?P<year>)(?![\w]|[.,:]\d| ?[%€$])",
    _say_day_and_month,
)

ISO_DATE = Rule(
    "date",
    (DIGIT,),
    rf"(?P<year>\d{{4}})-(?P<month>\d\d?)-(?P<day>\d\d?)"
    rf"(?:[T ](?P<hours>{_HOUR}):(?P<minutes>{_MINUTE})(?::\d\d(?:\.\d+)?)?(?P<utc>Z)?)?(?![\w-])",
    _say_iso,
)

DATE_WITH_SLASHES = Rule(
    "date", (DIGIT,), rf"(?P<day>{_DAY})/(?P<month>0?[1-9]|1[0-2])/(?P<year>\d{{4}})(?![\w/])", _say_numeric
)

MONTH_AND_YEAR = Rule("date", (DIGIT,), r"(?P<month>0[1-9]|1[0-2])/(?P<year>(?:19|20)\d\d)(?![\w/])", _say_month)

TIME = Rule("time", (DIGIT,), rf"{_TIME}{_UNTIL} ?Uhr(?!\w){_ZONES}", _say_time)

LENGTH_WITH_SECONDS = Rule(
    "time",
    (DIGIT,),
    rf"(?P<hours>\d{{1,2}}):(?P<minutes>{_MINUTE}):(?P<seconds>{_MINUTE})(?![\w:])"
    r"(?: ?(?:Stunden?|Std\.|h)(?!\w))?",
    _say_duration,
)

LENGTH = Rule(
    "time",
    (DIGIT,),
    rf"(?P<hours>\d{{1,3}}):(?P<minutes>{_MINUTE}) ?(?P<unit>Stunden?|Std\.|h|Minuten?|Min\.|min)(?!\w)",
    _say_length,
)

CLOCK = Rule("time", (DIGIT,), rf"(?P<hours>{_HOUR}):(?P<minutes>{_MINUTE})(?![\w:]|,\d)", _say_clock)

YEARS = Rule(
    "year", (DIGIT,), r"(?P<first>\d{4}) ?(?P<link>[–—/-]|bis) ?(?P<last>\d{4}|\d\d)(?![\w/%]|[.,]\d|-\d)", _say_years
)

DECADE = Rule(
    "decade",
    (DIGIT,),
    r"(?P<n>\d{1,3}(?:\.\d{3}){1,7}|\d{1,4})(?P<er>ern?)(?:(?P<years>-)(?=Jahren?(?![\w-]))|(?!\w))",
    _say_decade,
)

TARGET_YEAR = Rule(
    "year",
    (DIGIT,),
    r"(?=20[3-9]0)(?:(?<=bis )|(?<=Bis )|(?<=Agenda )|(?<=Vision )|(?<=Horizont ))"
    r"\d{4}(?![\w%]|[.,/–-]\d| [A-ZÄÖÜ€$%])",
    _say_target_year,
)
