"""A text longer than a service takes -> pieces, and their sound -> one sound. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

_CLAUSE = re.compile(r"[,;:.!?–—](?=\s)")
_FADE = 0.002  # seconds


@dataclass(frozen=True, slots=True)
class Heard:
    """A word that a service says it spoke, from frame ``onset`` to ``offset``."""

    text: str
    onset: int
    offset: int


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """A piece's sound: mono samples, float32, shape (frames,), their rate [Hz], and its words if the service tells."""

    samples: NDArray[np.float32]
    sample_rate: int
    heard: tuple[Heard, ...] = ()


def cut(text: str, most: int) -> list[str]:
    """Cut a text where a clause or at least a word ends, into pieces of at most ``most`` letters.

    A piece without a letter or a digit is left out; white space becomes one space.
    """
    pieces = []
    text = " ".join(text.split())
    while len(text) > most:
        window = text[: most + 1]
        clauses = [match.end() for match in _CLAUSE.finditer(window) if most // 3 < match.end() <= most]
        at = clauses[-1] if clauses else window.rfind(" ")
        if at <= 0:
            at = most  # a word longer than the service takes
        pieces.append(text[:at].strip())
        text = text[at:].strip()
    return [piece for piece in (*pieces, text) if any(letter.isalnum() for letter in piece)]


def join(pieces: Sequence[Spoken]) -> Spoken:
    """Return the pieces one after another; 2 ms of fade on both sides of a join keep it from clicking.

    Raises:
        ValueError: They have several sample rates.
    """
    import numpy as np

    rates = {piece.sample_rate for piece in pieces}
    if len(rates) > 1:
        raise ValueError(f"several sample rates: {rates}")
    rate = rates.pop()
    frames = min(round(_FADE * rate), *(len(piece.samples) // 2 for piece in pieces))
    ramp = np.linspace(0, 1, frames, dtype=np.float32)
    faded = [piece.samples.copy() for piece in pieces]
    for before, after in pairwise(faded):
        before[len(before) - frames :] *= ramp[::-1]
        after[:frames] *= ramp
    starts = accumulate((len(each) for each in faded), initial=0)
    heard = [
        replace(word, onset=word.onset + at, offset=word.offset + at)
        for piece, at in zip(pieces, starts, strict=False)
        for word in piece.heard
    ]
    return Spoken(np.concatenate(faded), rate, tuple(heard))
