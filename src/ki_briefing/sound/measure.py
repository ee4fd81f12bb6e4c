"""A finished MP3 -> Measured. It is decoded block by block, so memory does not grow with its length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ki_briefing.sound import codec, limiter, loudness

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_STEP = 0.01  # seconds between the meter's readings: fine enough to find the loudest 400 ms within 0.1 LU
_BLOCK = 30  # seconds decoded at a time
_SWING = 10  # readings that the next block starts with again, while the filter settles
_QUIET = 10 ** (-55 / 20)
_CLIPPED = 32_767 / 32_768
_CLIPPED_RUN = 4  # consecutive samples at full scale are clipping, fewer are chance


@dataclass(frozen=True, slots=True)
class Measured:
    """The meter's readings.

    Attributes:
        seconds: Length as a gapless decoder plays it.
        integrated: Programme loudness [LUFS].
        true_peak: Highest true peak [dBTP].
        range: Loudness range [LU].
        momentary: Highest momentary loudness [LUFS].
        short_term: Highest short-term loudness [LUFS].
        longest_silence: Length [s] and beginning [s] of the longest silence.
        clipped: Number of runs of samples at full scale.
    """

    seconds: float
    integrated: float
    true_peak: float
    range: float
    momentary: float
    short_term: float
    longest_silence: tuple[float, float]
    clipped: int


def measure(path: Path) -> Measured:
    """Measure a sound file.

    Raises:
        SoundError: It is not a sound file, or is broken.
    """
    with codec.play(path, _BLOCK) as playing:
        return _measure(playing)


def _measure(playing: codec.Playing) -> Measured:
    rate, total = playing.sample_rate, 0
    slices = round(rate * _STEP)
    before = np.zeros((_SWING * slices, playing.channels), np.float32)
    rows: list[NDArray[np.float32]] = []
    quiet: list[NDArray[np.bool_]] = []
    peak, clipped = 0.0, 0
    for block in playing.blocks:
        total += len(block)
        missing = -len(block) % slices  # only in the very last block
        heard = np.concatenate((before, block, np.zeros((missing, playing.channels), np.float32)))
        rows.append(loudness.energies(heard, rate, slices)[_SWING:])
        quiet.append((np.abs(heard[len(before) :]).max(axis=1) < _QUIET).reshape(-1, slices).all(axis=1))
        peak = max(peak, limiter.true_peak(heard, excerpt=True))
        clipped += _clipped_runs(heard[len(before) - _CLIPPED_RUN :])
        before = heard[-len(before) :]
    peak = max(peak, limiter.true_peak(np.concatenate((before, np.zeros_like(before))), excerpt=True))
    row = np.concatenate(rows) if rows else np.zeros(0, np.float32)
    tenths = loudness.resampled(row, _STEP)
    return Measured(
        seconds=total / rate,
        integrated=loudness.integrated(tenths),
        true_peak=float(20 * np.log10(max(peak, 1e-6))),
        range=loudness.loudness_range(tenths),
        momentary=float(loudness.momentary(row, _STEP).max(initial=-np.inf)),
        short_term=float(loudness.short_term(row, _STEP).max(initial=-np.inf)),
        longest_silence=_longest(np.concatenate(quiet), _STEP) if quiet else (0.0, 0.0),
        clipped=clipped,
    )


def _clipped_runs(samples: NDArray[np.float32]) -> int:
    """Return how many runs reach the length that counts; the first samples were already looked at before."""
    full = (np.abs(samples).max(axis=1) >= _CLIPPED).astype(np.int8)
    runs = np.convolve(full, np.ones(_CLIPPED_RUN, np.int8), "valid") == _CLIPPED_RUN
    return int(np.count_nonzero(runs[1:] & ~runs[:-1]))


def _longest(quiet: NDArray[np.bool_], step: float) -> tuple[float, float]:
    """Return length and beginning of the longest run of true values [s]."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False])).astype(np.int8)))
    lengths = edges[1::2] - edges[::2]
    if not len(lengths):
        return 0.0, 0.0
    longest = int(lengths.argmax())
    return float(lengths[longest] * step), float(edges[2 * longest] * step)
