"""Dates and years, in every German and ISO form, with the ordinal ending that the context asks for.

Sources: DIN 5008 and ISO 8601 (forms), Duden (Datum: adverbial accusative, weak ending after an article). A day and
month in figures are said with the month's name when the year stands there, else as two ordinals (am dritten
zehnten).
"""

from __future__ import annotations

import re

from ki_briefing.german import clock, day_case, grammar
from ki_briefing.german.numbers import cardinal, digits, ordinal, year
from ki_briefing.german.scan import DIGIT, SIGN, Rule
from ki_briefing.german.tables import any_of, words

MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip

_SHORT = {"jan": 0, "jän": 0, "feb": 1, "feber": 1, "mär": 2, "mrz": 2, "apr": 3, "mai": 4, "jun": 5, "jul": 6,
          "aug": 7, "sep": 8, "sept": 8, "okt": 9, "nov": 10, "dez": 11}  # fmt: skip
_OTHER_NAMES = ("Jänner", "Feber")
_MONTH = rf"(?i:{any_of((*MONTHS, *_OTHER_NAMES))}|{any_of(_SHORT)}(?:\.|(?= \d)))"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_YEAR = r"(?: ?(?P<year>\d{4})(?!\d)| '(?P<short>\d\d)(?!\d))?"
_LINK = r" ?(?P<link>[–—/-]|bis(?: zum)?|und|oder) ?"
_CALENDAR_WORDS = words(
    """
    am vom bis zum ab seit der den dem des beim zwischen und oder
    """
)
_BEFORE_A_DAY = _CALENDAR_WORDS | grammar.WEEKDAYS | words("stand termin start mo di mi do fr sa so")

_DEADLINES = ("schluss", "termin", "frist", "beginn", "start", "stand", "ende", "datum", "tag", "ostern", "pfingsten")
_NUMBERED = words(
    """
    version versionen release firmware build kapitel abschnitt punkt punkte ziffer note schnitt wert score ergebnis
    python ios android ipados macos watchos kernel linux software firefox chrome java update
    """
)
_NOT_A_MONTH = ("nummer", "nr", "nr.", "code", "zeichen", "norm", "iso", "din")
_COUNTED = (
    r" ?(?:Uhr|Euro|Dollar|Prozent|Punkte|Meter|Grad|Liter|Sekunden|Minuten|Stunden|Mi(?:o|lli)|Mrd|k?m\b|k?g\b|h\b)"
)
_UNTIL_DAY = re.compile(rf" ?[–—-] ?{_DAY}\.(?:0?[1-9]|1[0-2])\.")
_ENDS_WITH_DATE = re.compile(rf"(?<![\d.]){_DAY}\. ?(?:(?:0?[1-9]|1[0-2])\.|{_MONTH})(?: ?\d{{4}})? ?$")


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
    ending = day_case.ending(match.string, match.start(), match.end())
    return f"{ordinal(int(match['day']), ending)} {name}{_year_words(match)}"


def _say_days(match: re.Match[str]) -> str:
    """Several days of one month: 3.–5. Januar, 3./4. Januar, 3.-5.1."""
    name = month_name(match["month"])
    ending = day_case.ending(match.string, match.start(), match.end())
    link = {"/": "und"}.get(match["link"], match["link"] if match["link"].isalpha() or " " in match["link"] else "bis")
    days = f"{ordinal(int(match['first']), ending)} {link} {ordinal(int(match['day']), ending)}"
    return f"{days} {name}{_year_words(match)}{_full_stop(match)}"


def _say_days_in_figures(match: re.Match[str]) -> str | None:
    """Without a year only days that follow each other are a date: no version, no score."""
    return _say_days(match) if match["year"] or int(match["first"]) < int(match["day"]) else None


def _full_stop(match: re.Match[str]) -> str:
    """Return the full stop that a day and a month in figures share with the end of the sentence."""
    ends = match[0].endswith(".") and match.end() == len(match.string) and match.start() > 0
    return "." if ends and match["month"].isdecimal() else ""


def _say_time_stamp(match: re.Match[str]) -> str | None:
    """07.01.2026 - 09:56:12."""
    if not 1 <= int(match["month"]) <= 12:
        return None
    hours, minutes, seconds = (int(match[name] or 0) for name in ("hours", "minutes", "seconds"))
    ending = day_case.ending(match.string, match.start(), match.end("year"))
    day = f"{ordinal(int(match['day']), ending)} {month_name(match['month'])}{_year_words(match)}"
    return f"{day}, {clock.to_the_second(hours, minutes, seconds)}"


def _say_numeric(match: re.Match[str]) -> str | None:
    """A date in figures, 15.03.2026 or 3.10."""
    day, month = int(match["day"]), int(match["month"])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    alone = match.start() == 0 and match.end() == len(match.string)
    before = match.string[max(0, match.start() - 24) : match.start()].split()
    if before and before[-1].rstrip(":,").rpartition("-")[2].lower() in _NUMBERED:
        return None
    goes_on = _UNTIL_DAY.match(match.string, match.end())
    if not (match["year"] or alone or goes_on or _names_a_day(before)):
        return None
    if match["year"] and not alone:
        return _say_date(match)
    ending = day_case.ending(match.string, match.start(), match.end())
    return f"{ordinal(day, ending)} {ordinal(month, ending)}{_year_words(match)}{_full_stop(match)}"


def _names_a_day(before: list[str]) -> bool:
    """Tell whether a day and a month in figures may follow: *am 3.10.*, *Dienstag, 3.10.*, but not *Opus 4.5.*"""
    last = before[-1].strip("(„") if before else ""
    known = last.lower() in _BEFORE_A_DAY or last.lower().endswith(_DEADLINES)
    return last[-1:] in ("", ",", ":", ")") or last.islower() or not last.isalpha() or known


def _say_day_and_month(match: re.Match[str]) -> str | None:
    """3.10 without the last full stop is a date only where a date is expected."""
    alone = match.start() == 0 and match.end() == len(match.string)
    before = ["", "", *grammar.words_before(match.string, match.start(), 3)]
    last = before[-1]
    if last in ("und", "oder"):  # "am 3.10 und 4.10", but "Python 3.10 und 3.12"
        last = before[-3] if "." in before[-2] else ""
    return _say_numeric(match) if alone or last in _CALENDAR_WORDS else None


def _say_iso(match: re.Match[str]) -> str | None:
    if not (1 <= int(match["month"]) <= 12 and 1 <= int(match["day"]) <= 31):
        return None
    said = _say_date(match)
    if match["hours"]:
        said += f" {clock.of_day(int(match['hours']), int(match['minutes']))}" + (" U T C" if match["utc"] else "")
    return said


def _say_until(match: re.Match[str]) -> str | None:
    """The dash between two dates: 1.6.–31.8."""
    first = _ENDS_WITH_DATE.search(match.string, max(0, match.start() - 24), match.start())
    return "bis" if first and grammar.word_before(match.string, first.start()) not in _NUMBERED else None


def _say_month(match: re.Match[str]) -> str | None:
    return f"{month_name(match['month'])} {year(int(match['year']))}" if 1 <= int(match["month"]) <= 12 else None


def _say_iso_month(match: re.Match[str]) -> str | None:
    """2003-03 is March; 2003-04 are two years that follow each other."""
    if grammar.word_before(match.string, match.start()).endswith(_NOT_A_MONTH):
        return None
    return None if int(match["month"]) == (int(match["year"]) + 1) % 100 else _say_month(match)


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


DAYS_OF_A_MONTH = Rule(
    "date", (DIGIT,), rf"(?P<first>{_DAY})\.{_LINK}(?P<day>{_DAY})\. ?(?P<month>{_MONTH})(?!\w){_YEAR}", _say_days
)

DAYS_IN_FIGURES = Rule(
    "date",
    (DIGIT,),
    rf"(?P<first>{_DAY})\.?{_LINK}(?P<day>{_DAY})\. ?(?P<month>0?[1-9]|1[0-2])\.(?P<year>\d{{4}})(?![\d.])",
    _say_days,
)

DAYS_WITHOUT_YEAR = Rule(
    "date",
    (DIGIT,),
    rf"(?P<first>{_DAY})\.{_LINK}(?P<day>{_DAY})\. ?(?P<month>0?[1-9]|1[0-2])\.(?P<year>)(?! ?\d)",
    _say_days_in_figures,
)

TIME_STAMP = Rule(
    "date",
    (DIGIT,),
    rf"(?P<day>{_DAY})\. ?(?P<month>0?[1-9]|1[0-2])\. ?(?P<year>(?:19|20)\d\d)(?:,? | ?[-–|,/] ?)"
    rf"(?P<hours>{clock.HOUR}):(?P<minutes>{clock.MINUTE})(?::(?P<seconds>{clock.MINUTE}))?(?: ?Uhr|(?![\w:.,]| ?[–-] ?\d))(?!\w)",
    _say_time_stamp,
)

_LIVED = {"*": "geboren", "†": "gestorben"}

BORN_OR_DIED = Rule(
    "date",
    (SIGN,),
    rf"(?P<sign>[*†]) ?(?<![\w)*][*†])(?P<day>{_DAY})\. ?(?P<month>0?[1-9]\b|1[0-2]\b|{_MONTH})\.? ?(?P<year>1[5-9]\d\d|20\d\d)(?!\d)",
    lambda m: f"{_LIVED[m['sign']]} am {ordinal(int(m['day']), 'en')} {month_name(m['month'])}{_year_words(m)}",
)
"""* 4.5.1931, † 2.11.2025."""

BORN_OR_DIED_IN = Rule(
    "date",
    (SIGN,),
    r"(?P<sign>[*†]) ?(?<![\w)*][*†])(?<!\d [*†])(?<!\d [*†] )(?P<year>1[0-9]\d\d|20\d\d)(?![\w.,]\d|\w|\*)",
    lambda m: f"{_LIVED[m['sign']]}{_year_words(m)}",
)
"""(* 1950, † 2020)."""

DAY_AND_MONTH_NAME = Rule("date", (DIGIT,), rf"(?P<day>{_DAY})\. ?(?P<month>{_MONTH})(?!\w){_YEAR}", _say_date)

DATE_IN_FIGURES = Rule(
    "date",
    (DIGIT,),
    rf"(?P<day>{_DAY})\. ?(?P<month>0?[1-9]|1[0-2])\.(?: (?=\d{{4}})|(?<=\d\. \d\.) |(?<=\d\. \d\d\.) )?"
    r"(?P<year>(?:1[5-9]|20|21)\d\d|\d\d)(?![\w]|[.,:]\d)"
    r"(?! ?(?:[–-] ?\d{1,2}|bis \d{1,2}|und \d{1,2})? ?Uhr)",
    _say_numeric,
)

DAY_AND_MONTH_IN_FIGURES = Rule(
    "date", (DIGIT,), rf"(?P<day>{_DAY})\. ?(?P<month>0?[1-9]|1[0-2])\.(?!\d)(?P<year>)", _say_numeric
)

DAY_AND_MONTH_WITHOUT_STOP = Rule(
    "date",
    (DIGIT,),
    rf"(?P<day>{_DAY})\.(?P<month>0?[1-9]|1[0-2])(?P<year>)(?![\w]|[.,:]\d| ?[%€$]|{_COUNTED})",
    _say_day_and_month,
)

ISO_DATE = Rule(
    "date",
    (DIGIT,),
    rf"(?P<year>\d{{4}})-(?P<month>\d\d?)-(?P<day>\d\d?)"
    rf"(?:[T ](?P<hours>{clock.HOUR}):(?P<minutes>{clock.MINUTE})(?::\d\d(?:\.\d+)?)?(?P<utc>Z)?)?(?![\w-])",
    _say_iso,
)

DATE_WITH_SLASHES = Rule(
    "date", (DIGIT,), rf"(?P<day>{_DAY})/(?P<month>0?[1-9]|1[0-2])/(?P<year>\d{{4}})(?![\w/])", _say_numeric
)

MONTH_AND_YEAR = Rule("date", (DIGIT,), r"(?P<month>0[1-9]|1[0-2])/(?P<year>(?:19|20)\d\d)(?![\w/])", _say_month)

ISO_MONTH = Rule("date", (DIGIT,), r"(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])(?![\w/-]|[.,]\d)", _say_iso_month)

UNTIL = Rule(
    "date",
    (SIGN,),
    rf"[–—-] ?(?=(?:(?:(?:Mo|Di|Mi|Do|Fr|Sa|So)\.?|[A-Z][a-z]+(?:tag|woch)),? )?{_DAY}\. ?(?:(?:0?[1-9]|1[0-2])\.|{_MONTH}(?!\w)))",
    _say_until,
)
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
