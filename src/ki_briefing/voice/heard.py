"""Was every word said, and once? The voice's own word times, compared with the spoken form.

Spoken form, words -> the words that were left out or said twice. Pure. A word is a run of letters and digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ki_briefing.model.sound import Word

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Slip:
    """``spoken[start:end]`` was left out, or said twice."""

    start: int
    end: int
    twice: bool = False


def slips(spoken: str, words: Sequence[Word]) -> tuple[Slip, ...]:
    """Return what a voice that tells its word times did not say as it should, in order."""
    said = bytearray(len(spoken))
    for word in words:
        said[word.start : word.end] = b"\1" * (word.end - word.start)
    found = [Slip(*word.span()) for word in _WORD.finditer(spoken) if not any(said[word.start() : word.end()])]
    found += (Slip(word.start, word.end, True) for before, word in pairwise(words) if word.start < before.end)
    return tuple(sorted(found, key=lambda slip: slip.start))
