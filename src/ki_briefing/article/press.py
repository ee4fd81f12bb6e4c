"""Press releases, in any file: what stands above the headline and from the press contact on is not spoken."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ki_briefing.article import datelines
from ki_briefing.article.boilerplate import is_prose
from ki_briefing.article.elements import Element, ElementKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ki_briefing.article.boilerplate import Boilerplate

REASON = "press release"

_NAME = re.compile(
    r"[\W_]*(?:presse|medien)-?\s?(?:mitteilung|information|info|meldung|dienst|text|aussendung)(?:en)?\b[^!?]{0,80}(?<![.!?])|"
    r"p\s?r\s?e\s?s\s?s\s?e\s?m\s?i\s?t\s?t\s?e\s?i\s?l\s?u\s?n\s?g.{0,60}",
    re.I,
)
_DESK = re.compile(r"(?P<desk>[A-ZÄÖÜ]{2,5}(?:-[A-ZÄÖÜ]{1,6}){0,2}:)\s+(?P<title>\S.*)")
_OTS = re.compile(r"[A-ZÄÖÜ][^()]{1,60}\(ots\)\W*")
_HEAD = re.compile(
    r"(?:(?:nr|nummer|ausgabe|az|kennung)\.?\s*:?\s*)?\d{1,4}\s*[/.-]\s*(?:\d{2}|\d{4})(?:\s*[|,–-].{0,80})?|"
    r"(?:nr|nummer|ausgabe)\.?\s*:?\s*[\d/. -]{1,12}(?:\s*[|,–-].{0,80})?|"
    r"(?:[\wÄÖÜäöüß./() -]{2,50},?\s(?:den\s|am\s)?)?\d{1,2}\.\s?(?:\d{1,2}\.|[A-Za-zä]{3,9})\s?\d{2,4}(?:\s?[–,|"
    r"-]\s?\d{1,2}[:.]\d\d(?: Uhr)?)?(?:\s*[|,–-].{0,60})?|"
    r"(?:zur|mit der bitte um|frei zur) (?:sofortigen )?(?:veröffentlichung|freigabe|verwendung)\b.{0,40}|"
    r"\W*es gilt das gesprochene wort\W*|(?:thema|betreff|datum|ort|seite|an|von|absender|herausgeber)\s*:\s.{1,100}",
    re.I,
)
_SENDER = re.compile(
    r"über (?:die |den |das |uns\b)?.{0,80}|(?:zum|zur) (?:unternehmen|verein|stiftung|person)\b.{0,40}:?|"
    r"unternehmensprofil|kurzprofil",
    re.I,
)
_CONTACT = re.compile(r"(?:ihr |ihre )?(?:kontakt|ansprech)\w*\s*:?", re.I)
_CLOSING = re.compile(r"(?:presse|medien)-?(?:kontakt|stelle)\b", re.I)
_TOP = 8


def mark(elements: Sequence[Element], rules: Boilerplate) -> list[Element]:
    """Give the head and the end of a press release their reasons; other texts stay as they are."""
    top = [index for index, element in enumerate(elements) if not element.reason][:_TOP]
    if not _is_release(elements, top):
        return list(elements)
    found = list(elements)
    first = next((at for at in top if is_prose(elements[at])), top[-1] + 1 if top else 0)
    ots = next((at for at in top if _OTS.fullmatch(elements[at].text)), -1)
    desk = next((at for at in top if _DESK.fullmatch(elements[at].text)), -1)
    for at in range(first):
        text = elements[at].text
        if (at <= ots and at > desk) or _NAME.fullmatch(text) or _HEAD.fullmatch(text):
            found[at] = elements[at].unspoken(REASON)
    found = _closed(found, max(first, ots + 1), rules)
    place = next((at for at in range(first, len(found)) if not found[at].reason and is_prose(found[at])), -1)
    if desk >= 0 and ots >= 0 and (title := _DESK.fullmatch(elements[desk].text)):
        label = Element(ElementKind.PARAGRAPH, title["desk"], reason=REASON)
        found[desk : desk + 1] = [label, replace(elements[desk], kind=ElementKind.HEADING, text=title["title"])]
    return _headlined(datelines.mark_place(found, place) if place > desk else found)


def _is_release(elements: Sequence[Element], top: Sequence[int]) -> bool:
    head = any(_NAME.fullmatch(elements[at].text) or _OTS.fullmatch(elements[at].text) for at in top)
    return head or any(len(element.text) < 80 and _CLOSING.match(element.text) for element in elements)


def _closed(found: list[Element], start: int, rules: Boilerplate) -> list[Element]:
    """Leave out the end: what the sender says of itself, and from the contact on all."""
    reason = ""
    for at in range(start, len(found)):
        element = found[at]
        text = element.text
        opens = element.kind is ElementKind.HEADING or element.bold or len(text) < 100
        if opens and not is_prose(element) and _is_contact(text, rules):
            reason = "press contact"
        elif reason != "press contact" and opens and not is_prose(element) and at > start:
            if _SENDER.fullmatch(text.rstrip(":")):
                reason = "about the sender"
            elif element.kind is ElementKind.HEADING:
                reason = ""
        found[at] = element.unspoken(reason)
    return found


def _is_contact(text: str, rules: Boilerplate) -> bool:
    return rules.block(text, heading=True)[0] == "press contact" or bool(_CONTACT.fullmatch(text))


def _headlined(found: list[Element]) -> list[Element]:
    """Make the first line below the head the headline, if a short one stands there."""
    at = next((at for at, element in enumerate(found) if not element.reason), -1)
    if at < 0 or found[at].kind is not ElementKind.PARAGRAPH or is_prose(found[at]) or len(found[at].text) > 140:
        return found
    if re.search(r"[.!;,:]$", found[at].text):
        return found
    return [*found[:at], replace(found[at], kind=ElementKind.HEADING, level=1), *found[at + 1 :]]
