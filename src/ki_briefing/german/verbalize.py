"""Written German -> what is said, with every decision: the verbaliser's front.

Each module beside this one knows one kind of writing and gives its rules; here stands their order. A place in the
text is said by the first rule that knows it. What no rule knows is said as it is written. Saying the spoken form
again changes nothing.
"""

from __future__ import annotations

import gc
import re
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from ki_briefing.base.processors import spread
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
from ki_briefing.model.spans import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ki_briefing.german.scan import Piece

__all__ = ["MONTHS", "Verbalized", "explain", "verbalize"]

_ROUNDS = 6
_LONGEST = 4096  # letters said at once
_STRETCH = 256
_LONGEST_SENTENCE = 1024
_BATCH = 100  # stretches that are sent to another processor at once; fewer are sooner said here
_SENTENCE_END = re.compile(r"(?<=[a-zäöüß]{3})[.!?](?= [A-ZÄÖÜ„])")
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
    written = normalize(text)
    if len(written) <= _LONGEST:
        return _say(written)[0]
    return "".join([spoken for _, spoken, _ in _said(written, _speak_batch)])


def explain(text: str) -> Verbalized:
    """Return a text as it is said, with every decision."""
    written = normalize(text)
    if len(written) <= _LONGEST:
        spoken, pieces = _say(written)
        return Verbalized(written, spoken, tuple([Span(*piece) for piece in pieces]))
    parts: list[str] = []
    spans: list[Span] = []
    length = 0
    with _no_search_for_cycles():
        for start, spoken, pieces in _said(written, _say_batch):
            spans += [
                Span(first + start, last + start, spoken_first + length, spoken_last + length, kind)
                for first, last, spoken_first, spoken_last, kind in pieces
            ]
            parts.append(spoken)
            length += len(spoken)
    return Verbalized(written, "".join(parts), tuple(spans))


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Half a million values that stay: to look at them again and again for cycles costs as much as making them."""
    searches = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searches:
            gc.enable()


def _said(
    written: str, say_batch: Callable[[tuple[str, ...]], list[tuple[str, list[Piece]]]]
) -> Iterator[tuple[int, str, list[Piece]]]:
    """Yield where a stretch of a long text begins, what is said for it, and its pieces as they count from there."""
    bounds = tuple(_stretches(written))
    stretches = (written[start:end] for start, end in bounds)
    batches = iter(lambda: tuple(islice(stretches, _BATCH)), ())
    said = chain.from_iterable((spread if len(bounds) > _BATCH else map)(say_batch, batches))
    for (start, _), (spoken, pieces) in zip(bounds, said, strict=True):
        if start and written[start - 1] == " ":
            yield start - 1, " ", []
        yield start, spoken, pieces


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a text of book length is cut: after a sentence, else at a space, else anywhere."""
    start = 0
    while len(text) - start > _LONGEST_SENTENCE:
        ends = _SENTENCE_END.search(text, start + _STRETCH // 2, start + _LONGEST_SENTENCE)
        end = ends.end() if ends else max(text.rfind(" ", start + 1, start + _STRETCH), 0) or start + _STRETCH
        yield start, end
        start = end + (text[end] == " ")
    yield start, len(text)


def _say(written: str) -> tuple[str, list[Piece]]:
    """Return the text in words, once and for all: said again it stays."""
    scanner = _scanner()
    first, pieces = scanner.say(written)
    spoken, said = first, written
    for _ in range(_ROUNDS):  # one round proves that it stays; strange texts need more
        text = normalize(spoken)
        if text == said:
            break
        said = text
        again, changes = scanner.say(text)
        if not changes and again == spoken:
            break
        spoken = again
    if spoken != first:
        pieces = [(0, len(written), 0, len(spoken), "mixed")]
    return spoken, pieces


_say_again = lru_cache(maxsize=64)(_say)
"""A hostile text repeats itself a hundred thousand times."""


def _say_batch(stretches: tuple[str, ...]) -> list[tuple[str, list[Piece]]]:
    return [_say_again(stretch) for stretch in stretches]


def _speak_batch(stretches: tuple[str, ...]) -> list[tuple[str, list[Piece]]]:
    """Return the same without the pieces, which cost more to send than the words."""
    return [(_say_again(stretch)[0], []) for stretch in stretches]


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
