"""What a text extractor found on a page -> which elements of our own reading are the article.

The extractor (``article.extraction``) knows which text is the article, but not what it is for; our reader knows
headings, lists, captions and links, but on a page of strangers not where the article ends. An element is spoken if the
extractor found it, or if it is running text in the midst of what it found. All else has a reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from ki_briefing.article.boilerplate import begins_text, is_prose
from ki_briefing.article.elements import Element, ElementKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.etree import _Element

    from ki_briefing.article.boilerplate import Boilerplate

BESIDE = "beside the article"

_NOT_LETTERS = re.compile(r"[\W_]+")
_SHORT = 20  # letters: what is shorter must be a line of its own
_LONG = 200  # letters: of what is longer, most is enough
_WORDS, _MOST = 6, 0.8
_PROSE = 80  # letters of running text that nobody takes for a menu
_HOLDING = 60
_TIME = re.compile(r"[\[(]?(?:\d{1,2}[:.]\d{2}(?: ?Uhr)?|\d{1,2} Uhr)[\])]?")
_ROLES = ("key points", "sources", "explainer")


@dataclass(frozen=True, slots=True)
class Found:
    """An element, and the part of the page in which it stands."""

    element: Element
    place: _Element


class Selection:
    """The text that an extractor found, one paragraph a line."""

    def __init__(self, text: str) -> None:
        lines = list(map(_letters, text.split("\n")))
        self._lines = frozenset(lines)
        self._whole = "".join(lines)

    def holders(self, root: _Element) -> frozenset[_Element]:
        """Return the parts of a page that hold running text of the article, whatever their names say."""
        found: set[_Element] = set()
        for node in root.iter("p", "li", "blockquote"):
            letters = _letters("".join(map(str, node.itertext())))
            if len(letters) >= _HOLDING and letters in self._whole:
                above: _Element | None = node
                while above is not None and above not in found:
                    found.add(above)
                    above = above.getparent()
        return frozenset(found)

    def choose(self, found: Sequence[Found], rules: Boilerplate) -> list[Element]:
        """Return the elements, what is none of the article with its reason; nothing if no running text was found."""
        elements = [each.element for each in found]
        held = [not each.reason and self._holds(each.text) for each in elements]
        if not any(held):
            return []
        places = {each.place for each, is_held in zip(found, held, strict=True) if is_held and _is_long(each.element)}
        first = held.index(True)
        title = _title(elements, first)
        chosen = [
            is_held or (at == title) or (_is_long(each.element) and (each.place in places or title < at < first))
            for at, (each, is_held) in enumerate(zip(found, held, strict=True))
        ]
        _with_headings(found, chosen, places, title)
        self._with_roles(elements, chosen, title, rules)
        _without_ends(found, chosen, held)
        if not any(is_chosen and is_prose(each) for each, is_chosen in zip(elements, chosen, strict=True)):
            return []
        return _joined(
            each if is_chosen or each.reason or each.kind is ElementKind.CAPTION else each.unspoken(BESIDE)
            for each, is_chosen in zip(elements, chosen, strict=True)
        )

    def _holds(self, text: str) -> bool:
        letters = _letters(text)
        if len(letters) < _SHORT:
            return letters in self._lines
        return letters in self._whole or (len(letters) > _LONG and self._holds_most(text))

    def _holds_most(self, text: str) -> bool:
        words = text.split()
        pieces = [_letters(" ".join(words[at : at + _WORDS])) for at in range(0, len(words) - _WORDS + 1, _WORDS)]
        return sum(piece in self._whole for piece in pieces) >= _MOST * len(pieces)

    def _with_roles(self, elements: Sequence[Element], chosen: list[bool], title: int, rules: Boilerplate) -> None:
        """Choose In Kürze, Quellen and the like with what stands under them."""
        going_on = False
        for at, element in enumerate(elements):
            if element.kind is ElementKind.HEADING or len(element.text) < _PROSE:
                role = rules.role(element.text)
                going_on = bool(role) and at > title if element.kind is ElementKind.HEADING or role else going_on
            chosen[at] = chosen[at] or (going_on and not element.reason)


def _joined(elements: Iterable[Element]) -> list[Element]:
    """Return the elements with what stands together beside the article as one: nobody reads a menu line by line."""
    joined: list[Element] = []
    for beside, group in groupby(elements, lambda element: element.reason == BESIDE):
        if beside:
            joined.append(Element(ElementKind.PARAGRAPH, " | ".join(each.text for each in group), reason=BESIDE))
        else:
            joined += group
    return joined


def _with_headings(found: Sequence[Found], chosen: list[bool], places: set[_Element], title: int) -> None:
    """Choose the headings that stand among the running text, above what is chosen."""
    below = False
    held_at: _Element | None = None  # where the sentence below stands: an entry of a live ticker may hold no long one
    for at in range(len(found) - 1, title, -1):
        element, place = found[at].element, found[at].place
        if element.reason:
            continue
        if _is_heading(element) and element.level > 1 and not chosen[at]:
            chosen[at] = below and (place in places or place is held_at)
        elif not chosen[at] and _TIME.fullmatch(element.text):
            chosen[at] = place is held_at
        below = chosen[at]
        held_at = place if below and (is_prose(element) or place is held_at) else None


def _title(elements: Sequence[Element], first: int) -> int:
    """Return where the headline stands: the last of the first level above the text; -1 if there is none."""
    titles = [at for at, each in enumerate(elements[: first + 1]) if is_title(each)]
    return titles[-1] if titles else -1


def _without_ends(found: Sequence[Found], chosen: list[bool], held: Sequence[bool]) -> None:
    """Take out headings without a text, and the short lines after the last running text.

    Short sentences that the extractor found right below running text, in one place with it, end the article.
    """
    follows = list(_follows_text(found))
    below = False
    prose = False
    for at in range(len(found) - 1, -1, -1):
        element = found[at].element
        if not chosen[at] or element.reason:
            continue
        if _is_heading(element):
            chosen[at] = below or is_title(element)
            below = False
        elif not prose and _is_short(element) and not (held[at] and follows[at]):
            chosen[at] = False
        else:
            below = True
            prose = prose or element.kind is not ElementKind.CAPTION


def _follows_text(found: Sequence[Found]) -> Iterator[bool]:
    """Yield of each element whether it is running text, or a sentence in one place with some and right below it."""
    follows, place = False, None
    for each in found:
        sentence = follows and each.place is place and begins_text(each.element.text)
        follows, place = not each.element.reason and (is_prose(each.element) or sentence), each.place
        yield follows


def is_title(element: Element) -> bool:
    """Return whether an element is a heading of the first level."""
    return _is_heading(element) and element.level == 1


def _is_heading(element: Element) -> bool:
    return element.kind is ElementKind.HEADING and not element.reason


def _is_short(element: Element) -> bool:
    return (
        element.kind is ElementKind.PARAGRAPH
        and len(element.text) < _PROSE
        and not is_prose(element)
        and not element.linked  # one of the Quellen
    )


def _is_long(element: Element) -> bool:
    return (
        not element.reason
        and not element.linked
        and element.kind in (ElementKind.PARAGRAPH, ElementKind.QUOTE, ElementKind.HEADING)
        and len(element.text) >= _PROSE
        and (is_prose(element) or element.text.endswith("?"))
    )


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text).lower()
