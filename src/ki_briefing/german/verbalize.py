"""Written German -> what is said, with every decision: the verbaliser's front.

Each module beside this one knows one kind of writing and gives its rules; here stands their order. A place in the
text is said by the first rule that knows it. What no rule knows is said as it is written. Saying the spoken form
again changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ki_briefing.german import (
    acronyms,
    addresses,
    dates,
    figures,
    fractions,
    inclusive,
    law,
    money,
    names,
    shorthand,
    symbols,
    units,
)
from ki_briefing.german.dates import MONTHS
from ki_briefing.german.scan import Rule, Scanner
from ki_briefing.german.unicode import normalize
from ki_briefing.model import Span

__all__ = ["MONTHS", "Verbalized", "explain", "verbalize"]

_ROUNDS = 6
_LINKS = ("Uhr", "bis", "und", "oder", "x", "X")
"""Words that tie a figure to the next one as a word of measure does."""


@dataclass(frozen=True, slots=True)
class Verbalized:
    """A text as it is said.

    Attributes:
        written: The text after normalisation; the spans count in it.
        spans: The decisions, in order, without overlap; between them spoken and written are alike.
    """

    written: str
    spoken: str
    spans: tuple[Span, ...]


def verbalize(text: str) -> str:
    """Return a text as it is said."""
    return explain(text).spoken


def explain(text: str) -> Verbalized:
    """Return a text as it is said, with every decision."""
    written = normalize(text)
    scanner = _scanner()
    first, spans = scanner.say(written)
    spoken = first
    for _ in range(_ROUNDS):  # one round proves that it stays; strange texts need more
        again, changes = scanner.say(normalize(spoken))
        if not changes and again == spoken:
            break
        spoken = again
    if spoken != first:
        spans = (Span(0, len(written), 0, len(spoken), "mixed"),)
    return Verbalized(written, spoken, spans)


def _rules() -> tuple[Rule, ...]:
    """Return all rules, the more special ones first."""
    return (
        *addresses.RULES,
        *law.RULES,
        *names.RULES[:1],
        *fractions.RULES[:2],
        *dates.RULES,
        *money.RULES[:-1],
        *fractions.RULES[2:],
        *units.RULES,
        *money.RULES[-1:],
        *shorthand.RULES,
        *names.RULES[1:],
        *symbols.RULES[:5],
        *inclusive.RULES,
        *acronyms.RULES,
        *figures.RULES,
        *symbols.RULES[5:],
    )


@lru_cache(maxsize=1)
def _scanner() -> Scanner:
    measures = (*units.UNITS, *money.CURRENCIES, *money.SCALES, *_LINKS)
    return Scanner(_rules(), frozenset(begin for word in measures for begin in re.findall(r"^[^\W\d_]+", word)))
