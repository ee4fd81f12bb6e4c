"""Speech -> speech at the programme's loudness, limited.

Each utterance is brought to the same loudness, then the whole stretch, pauses included, to the target. Both depend on
the stretch alone, so an edit elsewhere changes nothing here, and voices, fallbacks and chapters cannot drift apart.
The gains are found from K-weighted energies and true peaks before any sample is touched. The limiter's effect is
predicted: it multiplies the energy of a millisecond by the square of its gain.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ki_briefing.sound import limiter, loudness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

_READING = 100  # milliseconds
_AROUND = 3  # readings of silence before and after, so that a 400 ms window can begin before the first word
_ROUNDS = 12
_NEAR_ENOUGH = 0.02  # LU
_MOST_GAIN = 36.0  # dB: more would only make a recording's noise loud
_MOST_LIMITING = 12.0  # dB that speech may be pushed into the limiter
_LEAST_SLOPE = 0.15  # LU of loudness per decibel of gain, deep in the limiter


def level(samples: Samples, starts: Sequence[int], target: float, ceiling: float, rate: int) -> Samples:
    """Return mono speech at the target loudness, limited.

    Args:
        samples: Shape (frames, 1), silent between the utterances.
        starts: Where each utterance starts [frames].
        target: Programme loudness [LUFS].
        ceiling: Highest true peak, full scale 1.0.
        rate: Frames per second [Hz].
    """
    block = rate // 1000
    energies = loudness.estimated(samples, rate, block)
    borders = [start // block for start in starts] + [len(energies)]
    factors = np.ones(len(energies))
    for start, end in pairwise(borders):
        missing = target - _loudness(energies[start:end])
        factors[start:end] = loudness.factor(min(missing, _MOST_GAIN)) if np.isfinite(missing) else 1.0
    peaks = limiter.peaks(samples, block, above=0.5 * ceiling / float(factors.max(initial=1.0))) * factors
    factor = loudness.factor(_common_gain(energies * np.square(factors), peaks, target, ceiling))
    raised = samples * np.repeat((factors * factor).astype(np.float32), block)[: len(samples), None]
    return limiter.apply(raised, limiter.gain_curve(limiter.gains_needed(peaks * factor, ceiling)), block)


def _common_gain(energies: NDArray[np.floating], peaks: NDArray[np.floating], target: float, ceiling: float) -> float:
    """Return the gain [dB] that gives the target loudness after the limiter, found by the secant method."""
    gain, slope = 0.0, 1.0
    before: tuple[float, float] | None = None
    for _ in range(_ROUNDS):
        curve = limiter.gain_curve(limiter.gains_needed(peaks * loudness.factor(gain), ceiling))
        loud = _loudness(energies * np.square(loudness.factor(gain) / 2 * (curve[1:] + curve[:-1])))
        if not np.isfinite(loud) or abs(target - loud) < _NEAR_ENOUGH:
            break
        if before and abs(gain - before[0]) > 1e-3:
            slope = min(max((loud - before[1]) / (gain - before[0]), _LEAST_SLOPE), 1.0)
        before = gain, loud
        gain = min(gain + (target - loud) / slope, _MOST_LIMITING)
    return gain


def _loudness(energies: NDArray[np.floating]) -> float:
    """Return the gated loudness [LUFS] of energies per millisecond, as if there were silence around them."""
    readings = np.zeros(-(-len(energies) // _READING) + 2 * _AROUND)
    whole = np.zeros((len(readings) - 2 * _AROUND) * _READING)
    whole[: len(energies)] = energies
    readings[_AROUND:-_AROUND] = whole.reshape(-1, _READING).mean(axis=1)
    return loudness.integrated(readings.astype(np.float32))
