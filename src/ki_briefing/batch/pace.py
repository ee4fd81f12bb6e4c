"""Episodes that were built to measure -> how long a batch takes.

A worker needs so long for an episode and so long for each character of it (least squares), and longer for its first.
Workers share the episodes as they will: the next one goes to whoever is free.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from statistics import fmean, linear_regression
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_FEWEST, _MOST = 3, 8  # episodes a worker that are measured, besides its first


@dataclass(frozen=True, slots=True)
class Sample:
    """An episode that was built.

    Attributes:
        characters: Of what is said in it.
        seconds: How long its worker took [s].
    """

    characters: int
    seconds: float
    worker: str


def choose(characters: Sequence[int], slots: int) -> list[int]:
    """Return the indices of episodes of all lengths to be built, in an order that mixes them.

    Args:
        characters: Of each episode.
        slots: How many are built at the same moment.
    """
    ranked = sorted(range(len(characters)), key=characters.__getitem__)
    first_and_last = 2 * slots - 1
    count = min(len(ranked), first_and_last + max(_FEWEST * slots, min(_MOST * slots, len(ranked) // 4)))
    chosen = [ranked[(2 * each + 1) * len(ranked) // (2 * count)] for each in range(count)]
    return chosen[1::2] + chosen[::2]


def forecast(samples: Sequence[Sample], characters: Sequence[int], slots: int, conducting: float) -> float:
    """Return how long it takes to build episodes [s].

    Args:
        samples: In the order in which they were finished; not none.
        characters: Of each episode, in the order in which they will be built.
        slots: How many are built at the same moment.
        conducting: How long the conductor is busy with each [s].
    """
    cold = list({each.worker: each for each in reversed(samples)}.values())
    full = samples[: len(samples) - slots + 1]  # then some workers had nothing to do, and left the machine to others
    each, character = _fit([sample for sample in full if sample not in cold] or samples)
    lateness = max(sample.seconds - each - character * sample.characters for sample in cold)
    ends = [0.0] * slots
    for count in characters:
        heapq.heapreplace(ends, ends[0] + each + character * count)
    return max(0.0, lateness) + max(max(ends), conducting * len(characters))


def _fit(samples: Sequence[Sample]) -> tuple[float, float]:
    """Return how long a worker needs for an episode, and for each of its characters [s]; neither is negative."""
    characters, seconds = [each.characters for each in samples], [each.seconds for each in samples]
    if len(set(characters)) > 1:
        character, episode = linear_regression(characters, seconds)
        if character > 0 and episode >= 0:
            return episode, character
        if character > 0:
            return 0.0, sum(seconds) / sum(characters)
    return fmean(seconds), 0.0
