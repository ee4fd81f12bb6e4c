"""Which case a date stands in: the ending of its ordinal.

Source: Duden (Datum): weak after an article, *am* or a preposition; the adverbial accusative after a verb and a
weekday; the nominative where no word asks for another case: *Stand erster März*, *Bonn, erster März*.
"""

from __future__ import annotations

import re

from ki_briefing.german import grammar
from ki_briefing.german.tables import words

_NEAR = 90  # letters before a date that can matter
_TOKEN = re.compile(r"[\w'’]+(?:[-/][^\W\d]\w*)*\.?|[^\w\s]")
_WEEKDAY = re.compile(r"(?:(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch|Sonnabend)s?|(?:Mo|Di|Mi|Do|Fr|Sa|So)\.?")
_PART_OF_DATE = re.compile(
    r"\d{1,4}\.?|(?i:januar|jänner|februar|feber|märz|april|mai|juni|juli|august|september|oktober|november|dezember)"
    r"|(?i:jan|jän|feb|mär|mrz|apr|jun|jul|aug|sept?|okt|nov|dez)\.?"
)
_FEAST = re.compile(r"(?i:\w*(?:tag|abend|nacht|wochenende|feier)s?)|Silvester|Neujahr|Ostern|Pfingsten|Advent")
_JOINTS = words("und oder bis sowie bzw. , – - / & u.")
_GOVERNS = grammar.DATE_GOVERNORS | words("a.d. v. d.")
_NOMINATIVE = words("der dieser jener jeder welcher")
_FOCUS = words(
    "einschließlich einschl. inklusive inkl. spätestens frühestens voraussichtlich etwa circa ca. mindestens erst noch"
)
_COPULAS = words("ist war bleibt blieb heißt wäre sei")


def ending(text: str, at: int, end: int) -> str:
    """Return the ending of the ordinal of a date that stands from ``at`` to ``end``: e, en or er."""
    if not text[:at].strip(" („\"'") and not text[end:].strip(" .)“\"'!?"):
        return "en"  # nothing but a date: as when asked for the day
    before = _TOKEN.findall(text[at - _NEAR if at > _NEAR else 0 : at])
    while len(before) > 1 and before[-1] in _JOINTS and _PART_OF_DATE.fullmatch(before[-2]):
        before.pop()
        while before and _PART_OF_DATE.fullmatch(before[-1]):
            before.pop()
    return _after(before)


def _after(before: list[str]) -> str:
    while before and before[-1].lower() in _FOCUS:
        before = before[:-1]
    if before and before[-1] in ("(", "[", ","):
        before = _without_neighbour(before)
        if not before:
            return "er"
    if before and _WEEKDAY.fullmatch(before[-1]):
        before = before[:-1]
        while len(before) > 1 and before[-1] in _JOINTS and _WEEKDAY.fullmatch(before[-2]):
            before = before[:-2]  # "Samstag und Sonntag, 3. und 4. Mai"
        return _after_weekday(before)
    last = before[-1] if before else ""
    small = last.lower()
    if small in _NOMINATIVE:
        return "e"
    return "en" if small in _GOVERNS else "er"


def _without_neighbour(before: list[str]) -> list[str]:
    """Return the words that govern the noun to which a date is added; none if it stands for itself."""
    before = before[:-1]
    if before and _WEEKDAY.fullmatch(before[-1]):
        return before
    if not before or not _FEAST.fullmatch(before[-1]):
        return []
    before = before[:-1]
    while before and before[-1].islower() and before[-1].endswith("en") and before[-1] != "den":
        before = before[:-1]
    governed = before and before[-1].lower() in _GOVERNS
    return before if governed else []


def _after_weekday(before: list[str]) -> str:
    last = before[-1] if before else ""
    if last.lower() in _GOVERNS:
        return "en"
    return "en" if last[:1].islower() and last not in _COPULAS | _NOMINATIVE else "er"
