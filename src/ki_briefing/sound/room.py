"""What is heard in a pause: the voice's own quiet, over a faint room tone, instead of digital black. Pure.

Both are made of fixed numbers, not of chance: equal speech gives equal sound, on any machine.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ki_briefing.sound.loudness import factor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

LEVEL = -74.0
"""Level of the room tone [dBFS, RMS]."""

_LOOP = 4  # seconds after which the room tone repeats itself
_BAND = (150.0, 5_000.0)  # Hz: below and above it falls by 12 dB per octave
_GRAIN = 0.02  # seconds of the voice's quiet that are taken at a time
_LEAST = 0.06  # seconds of quiet that suffice to fill a pause


def room_tone(frames: int, rate: int) -> Samples:
    """Return the tone of an empty room, shape (frames, 1)."""
    return np.resize(_loop(rate), (frames, 1))


@lru_cache(maxsize=2)
def _loop(rate: int) -> Samples:
    spectrum = np.fft.rfft(_chance(_LOOP * rate) - 0.5)
    frequency = np.fft.rfftfreq(_LOOP * rate, 1 / rate)
    low, high = _BAND
    ratio = np.square(frequency / low)
    spectrum *= ratio / (1 + ratio) / (1 + np.square(frequency / high)) / np.sqrt(np.maximum(frequency, low) / low)
    wave = np.fft.irfft(spectrum)
    return np.asarray(wave * (factor(LEVEL) / np.sqrt(np.mean(np.square(wave)))), np.float32)


def own_quiet(quiet: Samples, frames: int, rate: int) -> Samples:
    """Return so many frames like a voice's noise; digital black if it is that, or if there is too little.

    Grains of it are cross-faded at equal power, in no order that could be heard.

    Args:
        quiet: Its noise, shape (n,).
        rate: Frames per second [Hz].
    """
    grain = 2 * int(_GRAIN * rate / 2)
    filled = np.zeros(frames + 2 * grain, np.float32)
    if len(quiet) < _LEAST * rate or not quiet.any():
        return filled[:frames]
    window = np.sin(np.linspace(0, np.pi, grain, endpoint=False, dtype=np.float32))
    starts = range(0, len(filled) - grain, grain // 2)
    for start, chance in zip(starts, _chance(len(starts)), strict=True):
        at = int(chance * (len(quiet) - grain))
        sign = 1 if int(chance * 4_096) % 2 else -1
        filled[start : start + grain] += sign * window * quiet[at : at + grain]
    return filled[grain // 2 : grain // 2 + frames]


def _chance(count: int) -> NDArray[np.float64]:
    """Return numbers between 0 and 1, always the same."""
    return np.random.PCG64(2026).random_raw(count).astype(np.float64) / 2**64
