"""Written German -> what is said, with every decision: the verbaliser's front.

Text -> Verbalized. The rules stand in the modules beside this one, each of which knows one kind of writing; ``order``
says which is asked first. What no rule knows is said as it is written. Saying the spoken form again changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ki_briefing.german.order import ORDER
from ki_briefing.german.scan import Scanner
from ki_briefing.german.unicode import normalize
from ki_briefing.model.spans import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROUNDS = 6
_LONGEST = 4096  # letters said at once
_STRETCH = 256  # letters of a longer text that are said at once, roughly: rules may look back to where it begins
_LONGEST_SENTENCE = 1024
_SENTENCE_END = re.compile(r"(?<=[a-zäöüß]{3})[.!?](?= [A-ZÄÖÜ„])")


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
    parts: list[str] = []
    spans: list[Span] = []
    at = length = 0
    for start, end in _stretches(written):
        spoken, found = _say(written[start:end])
        parts += (written[at:start], spoken)  # between two stretches there may be a space
        length += start - at
        spans += (
            Span(each.start + start, each.end + start, each.spoken_start + length, each.spoken_end + length, each.kind)
            for each in found
        )
        length += len(spoken)
        at = end
    return Verbalized(written, "".join(parts), tuple(spans))


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a text of book length is cut: after a sentence, else at a space, else anywhere."""
    start = 0
    while len(text) > _LONGEST and len(text) - start > _LONGEST_SENTENCE:
        ends = _SENTENCE_END.search(text, start + _STRETCH // 2, start + _LONGEST_SENTENCE)
        end = ends.end() if ends else max(text.rfind(" ", start + 1, start + _STRETCH), 0) or start + _STRETCH
        yield start, end
        start = end + (text[end] == " ")
    yield start, len(text)


def _say(written: str) -> tuple[str, list[Span]]:
    """Return the text in words, once and for all: said again it stays."""
    scanner = _scanner()
    first, spans = scanner.say(written)
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
        spans = [Span(0, len(written), 0, len(spoken), "mixed")]
    return spoken, spans


@cache
def _scanner() -> Scanner:
    return Scanner(ORDER)
