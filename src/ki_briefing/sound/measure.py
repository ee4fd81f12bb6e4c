"""A finished MP3 -> what a meter says of it; decoded block by block, so memory does not grow with its length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from ki_briefing.base.errors import SoundError
from ki_briefing.sound import loudness
from ki_briefing.sound.limiter import true_peak

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

_STEP = 0.01  # seconds between the meter's readings: no 400 ms are missed by more than 0.1 LU
_BLOCK = 30  # seconds decoded at a time
_SWING = 10  # readings
_QUIET = 10 ** (-55 / 20)
_CLIPPED = 32_767 / 32_768
_CLIPPED_RUN = 4  # samples at full scale in a row are clipping, fewer are chance


@dataclass(frozen=True, slots=True)
class Measured:
    """What a meter says.

    Attributes:
        seconds: Length as a gapless decoder plays it.
        integrated: Programme loudness [LUFS].
        true_peak: Highest true peak [dBTP].
        range: Loudness range [LU].
        momentary: Highest momentary loudness [LUFS].
        short_term: Highest short-term loudness [LUFS].
        longest_silence: Length [s] and beginning [s] of the longest silence.
        clipped: How many runs of samples stand at full scale.
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
        SoundError: It is no sound file, or broken.
    """
    try:
        with path.open("rb") as file, soundfile.SoundFile(file) as sound:
            return _measure(sound)
    except OSError as error:
        raise SoundError(f"cannot read {path}: {error.strerror}", hint="Build the episode first.") from error
    except soundfile.LibsndfileError as error:
        raise SoundError(f"{path} cannot be decoded: {error.error_string}", hint="Build the episode again.") from error


def _measure(sound: soundfile.SoundFile) -> Measured:
    rate, total = sound.samplerate, 0
    slices = round(rate * _STEP)
    before = np.zeros((_SWING * slices, sound.channels), np.float32)
    rows: list[NDArray[np.float32]] = []
    quiet: list[NDArray[np.bool_]] = []
    peak, clipped = 0.0, 0
    for block in _blocks(sound, _BLOCK * rate):
        total += len(block)
        whole = np.zeros((len(before) + -(-len(block) // slices) * slices, sound.channels), np.float32)
        whole[: len(before)] = before  # the filter swings in on what was heard before
        whole[len(before) : len(before) + len(block)] = block
        rows.append(loudness.energies(whole, rate, slices)[_SWING:])
        quiet.append((np.abs(whole[len(before) :]).max(axis=1) < _QUIET).reshape(-1, slices).all(axis=1))
        peak = max(peak, true_peak(whole))
        clipped += _clipped_runs(block)
        before = whole[-len(before) :]
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


def _blocks(sound: soundfile.SoundFile, frames: int) -> Iterator[NDArray[np.float32]]:
    while len(block := sound.read(frames, dtype="float32", always_2d=True)):
        yield block


def _clipped_runs(block: NDArray[np.float32]) -> int:
    full = (np.abs(block).max(axis=1) >= _CLIPPED).astype(np.int8)
    runs = np.convolve(full, np.ones(_CLIPPED_RUN, np.int8), "valid") == _CLIPPED_RUN
    return int(np.count_nonzero(runs[1:] & ~runs[:-1]) + (runs[:1].sum() if len(runs) else 0))


def _longest(quiet: NDArray[np.bool_], step: float) -> tuple[float, float]:
    """Return length and beginning of the longest run of true values [s]."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False])).astype(np.int8)))
    lengths = edges[1::2] - edges[::2]
    if not len(lengths):
        return 0.0, 0.0
    longest = int(lengths.argmax())
    return float(lengths[longest] * step), float(edges[2 * longest] * step)
