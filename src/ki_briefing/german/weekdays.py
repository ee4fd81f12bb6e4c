"""Weekdays cut short: Mo.–Fr., Di. u. Do., Sa 9–14 Uhr, jeden Fr., So. und Feiertage.

Source: opening hours and calendars as they are written. *Do*, *Mi*, *So* are words too, so two letters alone are a day
only beside what tells the time; with a full stop also beside another day or after *am*, *jeden*, *ab* ...
"""

from __future__ import annotations

import re

from ki_briefing.german import grammar
from ki_briefing.german.scan import LETTER, WORD, Rule
from ki_briefing.german.tables import words

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")

_NAMES = {name[:2]: name for name in WEEKDAYS}
_NAME = r"(?:[Mm]on|[Dd]iens|[Dd]onners|[Ff]rei|[Ss]ams|[Ss]onn)tags?|[Mm]ittwochs?"
_DAY = r"(?:Mo|Di|Mi|Do|Fr|Sa|So)"
_LINK = r"(?: ?[–-] ?| ?[/+&] ?| bis | und | u\. ?| oder |, ?)"
_FEAST = r"(?P<feast>(?: ?[/+&] ?|- ?und | und | u\. ?|, ?)(?=(?:an )?(?:[Ff]eiertag|[Ff]eiert\.)))?"
_GROUP = re.compile(rf"(?P<day>{_DAY})(?P<dot>\.?)(?P<link>{_LINK}(?={_DAY}(?![\w])))?")
_HOUR = r"(?:2[0-4]|[01]?\d)(?:[.:][0-5]\d)?(?!\d)"
_TIMED = re.compile(
    rf"[.:]?,? ?(?:\(?(?:von|ab|um|bis|je|jeweils|ganztägig) )*{_HOUR}(?: ?(?:[–/,-]|bis|und|u\.) ?(?:{_DAY} )?{_HOUR})* ?(?:Uhr|h\b)"
    r"|,? um (?:2[0-4]|[01]?\d)[.:][0-5]\d(?![\w%€])"
    r"|,? \d{1,2}\. ?(?:\d{1,2}\.|Jan|Jän|Feb|Mär|Mrz|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)"
    r"|,?:? (?:geschlossen|(?:zu|frei|offen)(?=[,.;)]|$)|Ruhetag|geöffnet|ganztägig|vormittags?|nachmittags?|abends?|mittags?)"
)
_DATED = re.compile(r",? ?\(?(?:den |dem )?\d")
_FIGURES = re.compile(
    r",? \(?(?:\d{1,2}\.|\d{1,2}(?:[:.]\d\d)?(?: ?[–-] ?\d{1,2}(?:[:.]\d\d)?)? ?(?:Uhr|h\b)|\d{1,2} ?[–-] ?\d)|[ +/&]* ?(?:und )?Feier"
)
_BEFORE_A_DAY = words("am jeden jedem nächsten kommenden diesen letzten")
_TRIGGERS = words("am jeden jedem ab bis vom zum seit nächsten kommenden diesen letzten diesem nächstem kommendem")


def _say_days(match: re.Match[str]) -> str | None:
    parts = list(_GROUP.finditer(match["days"]))
    text, end = match.string, match.end()
    dotted = all(part["dot"] for part in parts)
    if (
        match["days"] in ("So", "So.")
        and not grammar.word_before(text, match.start())
        and not _FIGURES.match(text, end)
    ):
        return None  # "So um 20 Uhr kam er", "So. 20 Minuten später"
    if not (match["feast"] or _is_spelled(match, parts, dotted=dotted) or _TIMED.match(text, end)):
        return None
    slashes = sum((part["link"] or "").strip() == "/" for part in parts)
    said = ""
    for place, part in enumerate(parts, 2):
        listed = part["link"] == "/" and slashes > 1 and place < len(parts)
        said += _NAMES[part["day"]] + (", " if listed else _said_link(part["link"]))
    if match["feast"]:
        return said + (", " if "," in match["feast"] else " und ")
    return said + ("." if parts[-1]["dot"] and not text[end:].strip(' )"“”«»') else "")


def _is_spelled(match: re.Match[str], parts: list[re.Match[str]], *, dotted: bool) -> bool:
    """Tell whether the days are days whatever follows them."""
    links = [(part["link"] or "").strip() for part in parts[:-1]]
    if links and (dotted or set(links) <= {"–", "-"} or (len(links) > 1 and "," not in links[:1])):
        return True
    if "u." in links:
        return True
    if not links and grammar.word_before(match.string, match.start()) in _BEFORE_A_DAY:
        return True
    return dotted and bool(
        grammar.word_before(match.string, match.start()) in _TRIGGERS or _DATED.match(match.string, match.end())
    )


def _said_link(link: str | None) -> str:
    word = (link or "").strip()
    if word in ("–", "-"):
        return " bis "
    if word in ("/", "+", "&", "u."):
        return " und "
    return ", " if word == "," else f" {word} " if word else ""


DAYS = Rule(
    "weekday", (LETTER, WORD), rf"(?P<days>{_DAY}\.?(?:{_LINK}{_DAY}(?!\w)\.?){{0,6}})(?![\w])(?<!-){_FEAST}", _say_days
)

SPAN_OF_NAMES = Rule(
    "weekday",
    (LETTER,),
    rf"(?P<first>{_NAME})[–-](?P<last>{_NAME})(?![\w-])",
    lambda m: f"{m['first']} bis {m['last']}",
)
