"""A quotation and below it who said it -> one quotation that begins with who speaks, as one says it aloud."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ki_briefing.article.elements import Element, ElementKind

if TYPE_CHECKING:
    from collections.abc import Iterable

_DASHED = re.compile(r"(?:[—–―]|-{1,2})\s*(?P<who>[^.!?…]{3,100})")


def attribute(elements: Iterable[Element]) -> list[Element]:
    """Put each attribution before its quotation; one without a quotation is a paragraph."""
    found: list[Element] = []
    first = -1  # where the quotation began that has just been read
    for element in elements:
        who = _who(element) if first >= 0 else ""
        if who:
            found[first] = replace(found[first], text=f"{who}: {found[first].text}", speaker=who.split(",")[0])
            first = -1
        elif element.kind is ElementKind.QUOTE and not element.reason:
            first = len(found) if first < 0 else first
            found.append(element)
        else:
            first = -1
            is_alone = element.kind is ElementKind.ATTRIBUTION
            found.append(replace(element, kind=ElementKind.PARAGRAPH) if is_alone else element)
    return found


def _who(element: Element) -> str:
    """Return who said the quotation above, if an element says that."""
    if element.kind is ElementKind.ATTRIBUTION:
        return element.text.strip(" —–―-:")
    dashed = _DASHED.fullmatch(element.text) if element.kind is ElementKind.QUOTE else None
    return dashed["who"].strip() if dashed else ""
