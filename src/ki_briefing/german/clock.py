"""Times of day and lengths of time: 9.30 Uhr, von 7.30 bis 9 Uhr, 20 h, 1:45 Stunden, 1:23,456 Minuten.

Source: DIN 5008 (Uhrzeit). One *Uhr* governs all the times that are joined before it. Hours and minutes before *h* are
a time of day where one is expected (um 20 h), else a length (nach 20 h).
"""

from __future__ import annotations

import re

from ki_briefing.german import grammar
from ki_briefing.german.numbers import cardinal, digits
from ki_briefing.german.scan import DIGIT, SIGN, Rule
from ki_briefing.german.tables import words

HOUR, MINUTE = r"(?:2[0-4]|[01]?\d)", r"[0-5]\d"
_ZONES = r"(?: (?P<zone>est|cet|cest|utc|gmt|pst|pdt|edt|cst|mez|mesz)(?!\w))?"
_CLOCK_WORDS = words(
    "um ab gegen bis von seit nach vor zwischen und kurz etwa circa heute morgen morgens mittags abends"
)
_SCORES = words(
    """
    verhältnis sieg siegte siegt gewann gewinnt verlor verliert führt führte ergebnis endstand stand niederlage
    satz mit besiegte schlug
    """
)
_TIME_EXPECTED = re.compile(
    r"(?:\b(?:[Uu]m|[Aa]b|[Gg]egen|(?:[Mm]on|[Dd]iens|[Dd]onners|[Ff]rei|[Ss]ams|[Ss]onn)tags?|[Mm]ittwochs?"
    r"|(?:Mo|Di|Mi|Do|Fr|Sa|So)\.?|[Hh]eute|[Mm]orgen|[Aa]bends|Uhrzeit|Beginn|Einlass|Start|Anpfiff|Treffpunkt|Abfahrt)"
    r"|\d\.|\b(?:19|20)\d\d|(?:ber|uar|März|April|Mai|Juni|Juli|August))[:,]? $"
)


def of_day(hours: int, minutes: int) -> str:
    """Return a time of day: neun Uhr dreißig."""
    return f"{cardinal(hours, 'ein')} Uhr" + (f" {cardinal(minutes)}" if minutes else "")


def to_the_second(hours: int, minutes: int, seconds: int) -> str:
    """Return the time of a time stamp: neun Uhr sechsundfünfzig und zwölf Sekunden."""
    return of_day(hours, minutes) + (f" und {_counted(seconds, 'Sekunde')}" if seconds else "")


def _say_time(match: re.Match[str]) -> str:
    hours, minutes, seconds = int(match["hours"]), int(match["minutes"] or 0), int(match["seconds"] or 0)
    said = of_day(hours, minutes)
    if seconds:
        said = f"{cardinal(hours, 'ein')} Uhr {_counted(minutes, 'Minute')} {_counted(seconds, 'Sekunde')}"
    if match["until"]:
        end = of_day(int(match["until"]), int(match["until_minutes"] or 0))
        start = cardinal(hours, "eins") if not minutes else said
        said = f"{start} bis {end}"
    return said + (" " + " ".join(match["zone"].upper()) if match["zone"] else "")


def _say_joined(match: re.Match[str]) -> str | None:
    """7.30 bis 9 Uhr, 9.00 bis 12.00 und 14.00 bis 18.00 Uhr, 6, 12 und 18 Uhr."""
    times = _PART.findall(match["times"])
    if all(link in (", ", "") for *_, link in times) or (match["unit"] == "h" and not _time_expected(match)):
        return None  # "in Raum 3, 9 Uhr"; "10 bis 12 h"
    said = ""
    for place, (hours, minutes, link) in enumerate(times):
        ends = times[place + 1][1] if _UNTIL_LINK.fullmatch(link) else None
        bare = not minutes or (ends is not None and (_is_full(ends) or link != " bis "))
        if not link:
            said += of_day(int(hours), int(minutes or 0))
        elif _is_full(minutes) and bare:
            said += cardinal(int(hours))
        else:
            said += of_day(int(hours), int(minutes))
        said += _said_link(link)
    return said


def _is_full(minutes: str) -> bool:
    return not minutes.strip("0")


def _said_link(link: str) -> str:
    word = link.strip()
    if word in ("–", "—", "-"):
        return " bis "
    if word in ("/", "u.", "+", "&"):
        return " und "
    return {"": "", ",": ", ", "bzw.": " beziehungsweise "}.get(word, f" {word} ")


def _counted(number: int, noun: str) -> str:
    return f"{cardinal(number, 'eine')} {noun}{'' if number == 1 else 'n'}"


def _say_short_hours(match: re.Match[str]) -> str | None:
    """20 h, 19:30 h where a time of day is expected."""
    expected = _time_expected(match) or _spans_a_night(match)
    return of_day(int(match["hours"]), int(match["minutes"] or 0)) if expected else None


def _spans_a_night(match: re.Match[str]) -> bool:
    """Tell whether it is one of two times of which the first is the later: *von 22 h bis 5 h*; lengths grow."""
    text, hours = match.string, int(match["hours"])
    if match.start() > 3 and (until := _UNTIL_HOUR.match(text, match.end())):
        return text[match.start() - 4 : match.start()].lower() == "von " and hours > int(until[1])
    since = _SINCE_HOUR.search(text, max(0, match.start() - 24), match.start())
    return since is not None and int(since[1]) > hours


_UNTIL_HOUR = re.compile(rf" bis (?:morgens |früh )?({HOUR})(?:[:.]{MINUTE})? ?h\b")
_SINCE_HOUR = re.compile(rf"\b[Vv]on ({HOUR})(?:[:.]{MINUTE})? ?h bis (?:morgens |früh )?$")


def _time_expected(match: re.Match[str]) -> bool:
    return bool(_TIME_EXPECTED.search(match.string[max(0, match.start() - 24) : match.start()]))


_SETS = re.compile(r"\d:\d{1,2},? \((?:\d{1,2}:\d{1,2}[,;/]? ?){0,6}$")
"""Before a set of a match: *3:1 (25:19, 22:25,*."""
_LISTED_BEFORE = re.compile(r"(?:\d{1,2}:\d{1,2}(?:[,;/] ?| und )){1,6}$")
_LISTED_AFTER = re.compile(r"(?:(?:[,;/] ?| und )\d{1,2}:\d{1,2}){1,6}(?!\d)")
_NO_TIME = re.compile(r"(?<!\d)(?:2[5-9]|[3-9]\d):|:[6-9]\d")


def _is_a_set(match: re.Match[str]) -> bool:
    """Tell whether it stands among the sets of a match: after its score, or in a list with what is no time of day."""
    text, near = match.string, max(0, match.start() - 60)
    if _SETS.search(text, near, match.start()):
        return True
    before, after = _LISTED_BEFORE.search(text, near, match.start()), _LISTED_AFTER.match(text, match.end())
    return any(part and _NO_TIME.search(part[0]) for part in (before, after))


def _say_clock(match: re.Match[str]) -> str | None:
    """14:30 without *Uhr*; a score or ratio if the words before say so."""
    before = grammar.words_before(match.string, match.start(), 2)
    hours, minutes = match["hours"], match["minutes"]
    bare = len(hours) == 1 and minutes[0] != "0" and before and before[-1] not in _CLOCK_WORDS
    if bare or _SCORES.intersection(before[-2:]) or _is_a_set(match):
        return None
    return of_day(int(hours), int(minutes))


def _say_length(match: re.Match[str]) -> str:
    """1:45 Stunden, 3:30 Minuten."""
    large, small = ("Stunde", "Minute") if match["unit"][0] in "Sh" else ("Minute", "Sekunde")
    rest = int(match["minutes"])
    return _counted(int(match["hours"]), large) + (f" {_counted(rest, small)}" if rest else "")


def _say_lap(match: re.Match[str]) -> str:
    """1:23,456 Minuten, 2:03:59,5."""
    dative = grammar.governed(match.string, match.start()) == "dat"
    said = []
    for name, noun in (("hours", "Stunde"), ("minutes", "Minute")):
        if match[name]:
            number = int(match[name])
            said.append(f"{cardinal(number, 'einer' if dative else 'eine')} {noun}{'' if number == 1 else 'n'}")
    return f"{' '.join(said)} {cardinal(int(match['seconds']))} Komma {digits(match['fraction'])} Sekunden"


def _say_duration(match: re.Match[str]) -> str:
    hours = _counted(int(match["hours"]), "Stunde")
    return f"{hours} {_counted(int(match['minutes']), 'Minute')} {_counted(int(match['seconds']), 'Sekunde')}"


_TIME = rf"(?P<hours>{HOUR})(?:[:.](?P<minutes>{MINUTE})(?:[:.](?P<seconds>{MINUTE}))?)?"
_UNTIL = rf"(?: ?[–—-] ?(?P<until>{HOUR})(?:[:.](?P<until_minutes>{MINUTE}))?)?"
_ONE_TIME = rf"{HOUR}(?:[:.]{MINUTE})?(?!\d)"
_LINKS = r"(?: ?[–—/+&-] ?|, | bis | und | oder | u\. | bzw\. )"
_PART = re.compile(rf"({HOUR})(?:[:.]({MINUTE}))?(?!\d)({_LINKS}|)")
_UNTIL_LINK = re.compile(r" ?[–—-] ?| bis ")

JOINED_TIMES = Rule(
    "time", (DIGIT,), rf"(?P<times>{_ONE_TIME}(?:{_LINKS}{_ONE_TIME}){{1,7}}) ?(?P<unit>Uhr|h)(?!\w)", _say_joined
)

TIME = Rule("time", (DIGIT,), rf"{_TIME}{_UNTIL} ?Uhr(?!\w){_ZONES}", _say_time)

UNTIL = Rule(
    "time",
    (SIGN,),
    rf"[–—-] ?(?={HOUR}(?:[:.]{MINUTE})? ?Uhr(?!\w))",
    lambda m: "bis" if m.string[max(0, m.start() - 4) : m.start()].rstrip().endswith("Uhr") else None,
)
"""The dash between two times: 22 Uhr – 6 Uhr."""

_PROGRAMME = re.compile(r"[A-ZÄÖÜ]\w+(?: \d| eins| Info)?, $")

TIME_OF_A_PROGRAMME = Rule(
    "time",
    (DIGIT,),
    rf"(?P<hours>{HOUR})[.:](?P<minutes>{MINUTE})(?=: [„»A-ZÄÖÜ])",
    lambda m: (
        of_day(int(m["hours"]), int(m["minutes"]))
        if _PROGRAMME.search(m.string[max(0, m.start() - 24) : m.start()])
        else None
    ),
)
"""ZDF, 22.15: Die Reportage."""

_CHANGES = re.compile(
    r"\b(?:stieg|sank|fiel|wuchs|nahm|legt|kletter|erhöh|verbesser|verschlechter|verlänger|verkürz|reduzier|mehr|weniger)"
)

TIME_AFTER_UM = Rule(
    "time",
    (DIGIT,),
    rf"(?<=\b[Uu]m )(?P<hours>{HOUR})\.(?P<minutes>{MINUTE})(?![\w.,:]\w|\.\d)(?= [a-zäöüß(]|[,.;)]|$)",
    lambda m: (
        None
        if _CHANGES.search(m.string, max(0, m.start() - 60), m.start())
        or re.match(r" auf \d", m.string[m.end() : m.end() + 6])
        else of_day(int(m["hours"]), int(m["minutes"]))
    ),
)
"""Um 20.15 im Ersten, without *Uhr*."""

SHORT_HOURS = Rule("time", (DIGIT,), rf"(?P<hours>{HOUR})(?:[:.](?P<minutes>{MINUTE}))? ?h(?![\w/])", _say_short_hours)

LAP = Rule(
    "time",
    (DIGIT,),
    rf"(?:(?P<hours>\d):)?(?P<minutes>\d{{1,2}}):(?P<seconds>{MINUTE}),(?P<fraction>\d{{1,3}})(?![\w:]|,\d)"
    r"(?: ?(?:Minuten?|Min\.|min|Stunden?|Std\.|h)(?!\w))?",
    _say_lap,
)

LENGTH_WITH_SECONDS = Rule(
    "time",
    (DIGIT,),
    rf"(?P<hours>\d{{1,2}}):(?P<minutes>{MINUTE}):(?P<seconds>{MINUTE})(?![\w:])"
    r"(?: ?(?:Stunden?|Std\.|h)(?!\w))?",
    _say_duration,
)

LENGTH = Rule(
    "time",
    (DIGIT,),
    rf"(?P<hours>\d{{1,3}}):(?P<minutes>{MINUTE}) ?(?P<unit>Stunden?|Std\.|h|Minuten?|Min\.|min)(?!\w)",
    _say_length,
)

CLOCK = Rule("time", (DIGIT,), rf"(?P<hours>{HOUR}):(?P<minutes>{MINUTE})(?![\w:]|,\d)", _say_clock)
