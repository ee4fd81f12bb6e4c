"""Lines that hold an article back: "Sperrfrist: 12. März 2026, 10:00 Uhr" -> a moment.

Elements -> elements with a reason, and the latest moment. Whether anything waits for it is decided elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ki_briefing.article import mail
from ki_briefing.article.moments import find_moment, find_year

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ki_briefing.article.elements import Element

REASON = "embargo"
UNREADABLE = "embargo whose time cannot be read"

_BEFORE = (
    r"(?:(?:betreff|subject|wg|fwd?|aw|re):\s*)*"
    r"[\W_]*(?:achtung|hinweis|wichtig|bitte(?: die)? (?:beachten|sperrfrist beachten))?[\W_]*"
)
_NAMED = re.compile(
    rf"{_BEFORE}(?:sperrfrist|sperrvermerk|embargo(?:ed)?)\b(?!\s(?:gegen|für|auf|der|des|gegenüber))|"
    rf"{_BEFORE}(?:diese (?:mitteilung|meldung|information) ist )?(?:bis zum|bis) .{{0,60}}\b(?:gesperrt|sperrfrist)\b",
    re.I,
)
_HELD = re.compile(
    rf"{_BEFORE}(?:gesperrt bis|frei(?:gabe|gegeben)? (?:ab|zum?|für|am)\b|nicht (?:zur veröffentlichung )?vor\b|"
    rf"nicht (?:zur|zum) \w+ (?:bis|vor)\b|(?:zur )?(?:veröffentlichung|abdruck|verwendung) (?:frei |erst )?ab\b|"
    rf"veröffentlichung (?:nicht vor|frühestens)\b)",
    re.I,
)
_UNTIL = re.compile(r"\bbis\b", re.I)
_FREE = re.compile(r"\b(?:keine|entfällt|aufgehoben|ab sofort|sofort frei)\b", re.I)
_LONGEST = 200
_LONGEST_TIME = 60
_HEAD = 12  # elements in which a line without the word may hold back
_SENTENCE = re.compile(r"[a-zäöüß]{3,}[.!?]\s+[A-ZÄÖÜ]")


def mark(elements: Sequence[Element], year: int = 0) -> tuple[list[Element], datetime | None]:
    """Return the elements, those that hold back with the reason, and until when.

    Args:
        year: That of the article, for a date that names none.
    """
    year = year or next(filter(None, (find_year(element.text) for element in elements[:_HEAD])), 0)
    reasons: dict[int, str] = {}
    moments: list[datetime] = []
    for index, element in enumerate(elements):
        if not _is_embargo(element, in_head=index < _HEAD):
            continue
        until = bool(_UNTIL.search(element.text))
        moment = find_moment(element.text, year, until=until)
        if not moment and index + 1 < len(elements) and len(elements[index + 1].text) <= _LONGEST_TIME:
            moment = find_moment(elements[index + 1].text, year, until=until)
            reasons |= {index + 1: REASON} if moment else {}
        reasons[index] = REASON if moment or _FREE.search(element.text) else UNREADABLE
        moments += [moment] if moment else []
    marked = [replace(each, reason=reasons.get(index, each.reason)) for index, each in enumerate(elements)]
    return marked, max(moments, default=None)


def _is_embargo(element: Element, *, in_head: bool) -> bool:
    text = element.text
    if len(text) > _LONGEST or element.reason not in ("", mail.HEAD, mail.LETTER) or _SENTENCE.search(text):
        return False
    if _NAMED.match(text):
        return bool(re.search(r"\d|:\s*$|:|!", text)) or len(text.split()) <= 3
    return in_head and bool(_HELD.match(text)) and find_moment(text, 2000) is not None
