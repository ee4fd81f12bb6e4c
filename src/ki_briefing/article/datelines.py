"""The place, and often the day, in front of a report's first sentence: "Berlin (dpa) - ", "CELLE. ", "Ulm, 2. Mai. ".

Elements -> elements in which it is one of its own, with a reason: it is never spoken.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ki_briefing.article.agency import DATELINE
from ki_briefing.article.boilerplate import is_prose
from ki_briefing.article.elements import Element, ElementKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

REASON = "dateline"

_PLACE = (
    r"(?:Bad |Sankt |St\. )?(?!(?:Prof|Dr|Nr|Dipl|Priv|Univ|Ing|Abs|Art)\b)[A-ZÄÖÜ][a-zäöüß]+"
    r"(?:[-/][A-ZÄÖÜ][a-zäöüß]+)*(?: (?:am|an der|in|ob der|bei) [A-ZÄÖÜ][\w-]+| a\. ?[\w.]+| ?\([\w. -]{2,20}\))?"
)
_CAPITALS = r"[A-ZÄÖÜ]{4,}(?:[ /-][A-ZÄÖÜ]{2,}){0,3}"
_DAY = r"(?:den |am )?\d{1,2}\.\s?(?:\d{1,2}\.|[A-Z][a-zä]{2,8}\.?)\s?(?:\d{4})?"
_SENTENCE = r"\s+(?=[A-ZÄÖÜ„»\"“]\S)"
_OPENING = re.compile(
    rf"(?P<dateline>(?:{_PLACE}|{_CAPITALS}),\s{_DAY}\s?[.:–—-]|\({_PLACE}[,/]\s?{_DAY}\)|{_CAPITALS}(?:\.|\s?[–—-]))"
    rf"{_SENTENCE}"
)
_PLACE_ALONE = re.compile(rf"(?P<dateline>{_PLACE}\.){_SENTENCE}")


def mark(elements: Iterable[Element]) -> Iterator[Element]:
    """Yield the elements with agencies' datelines apart, and that of others in front of the first running text."""
    opening = True
    for element in elements:
        plain = element.kind is ElementKind.PARAGRAPH and not element.reason
        found = DATELINE.match(element.text) if plain else None
        if plain and opening and is_prose(element):
            found = found or _OPENING.match(element.text)
            opening = False
        yield from _parted(element, found)


def mark_place(elements: Sequence[Element], at: int) -> list[Element]:
    """Return the elements with a place apart in front of one: in a press release that alone is a dateline."""
    found = _PLACE_ALONE.match(elements[at].text) if not elements[at].reason else None
    return [*elements[:at], *_parted(elements[at], found), *elements[at + 1 :]]


def _parted(element: Element, found: re.Match[str] | None) -> Iterator[Element]:
    if found:
        yield Element(ElementKind.PARAGRAPH, found["dateline"], reason=REASON)
        element = replace(element, text=element.text[found.end() :])
    yield element
