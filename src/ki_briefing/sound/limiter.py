"""Samples -> samples whose true peaks stay below a ceiling: a look-ahead limiter, without clicks.

The signal is divided into blocks of a millisecond. A block's true peak determines the gain it needs. Before the block
the gain falls along a straight line, after it the gain rises along a flatter one, so that nothing is cut off and the
pitch periods of a voice share one gain. A gain curve has one value per border between blocks; the leveller can
compute and try curves without touching a sample.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FALL = 0.15  # of full gain per block: look-ahead of some 3 ms for -4 dB
_RISE = 0.01  # of full gain per block: back from -4 dB within 40 ms
_NEAR = 0.8  # of the ceiling: only blocks louder than this are oversampled
_PEAKY = 0.7  # in speech and music, samples reach at least this fraction of the true peak between them
_TAPS = 32
_FACTOR = 4
_BLOCK = 32  # frames that a meter oversamples at a time
_ROWS = 16  # blocks per matrix product: with more, BLAS would start threads of its own
_BATCH = 16 * _ROWS  # blocks at a time, for bounded memory
_SPARE = 0.98  # of the allowed true peak: another meter may read this much higher

Samples = NDArray[np.float32]


def allowed_peak(true_peak: float) -> float:
    """Return the highest magnitude that every meter reads as at most this true peak [dBTP]; full scale is 1.0."""
    return 10 ** (true_peak / 20) * _SPARE


def limit(samples: Samples, ceiling: float, rate: int) -> Samples:
    """Return the samples with no true peak above the ceiling; the same array if there was none.

    Args:
        samples: Shape (frames, channels).
        ceiling: Full scale is 1.0.
        rate: Frames per second [Hz].
    """
    block = rate // 1000
    needed = gains_needed(peaks(samples, block, above=ceiling * _NEAR), ceiling)
    return samples if needed.min(initial=1.0) >= 1.0 else apply(samples, gain_curve(needed), block)


def peaks(samples: Samples, block: int, *, above: float) -> Samples:
    """Return the largest magnitude of each block; where it exceeds a threshold, also between the samples."""
    padded = _whole_blocks(samples, block)
    found = np.maximum.reduceat(np.abs(padded).reshape(-1), np.arange(0, padded.size, block * samples.shape[1]))
    hot = np.flatnonzero(found > above)
    if len(hot):
        for channel in padded.T:
            found[hot] = np.maximum(found[hot], _between(channel, hot, block))
    return np.asarray(found, np.float32)


def true_peak(samples: Samples, *, excerpt: bool = False) -> float:
    """Return the largest magnitude at and between the samples, by fourfold oversampling (BS.1770-5, annex 2).

    Args:
        excerpt: The samples are cut from a longer sound. The first 32 and the last 64 frames are then not measured,
            because the cuts would count as steps; successive excerpts must overlap by these frames.
    """
    found = true_peaks(samples, _BLOCK)
    return float((found[1:-2] if excerpt else found).max(initial=0.0))


def true_peaks(samples: Samples, block: int) -> Samples:
    """Return the largest magnitude of each block; where it may be the largest of all, also between the samples."""
    return peaks(samples, block, above=float(np.abs(samples).max(initial=0.0)) * _PEAKY)


def gains_needed(peaks: NDArray[np.floating], ceiling: float) -> NDArray[np.float64]:
    """Return the gain that each block needs to stay below the ceiling."""
    return np.minimum(1.0, ceiling / np.maximum(peaks.astype(np.float64), 1e-9))


def gain_curve(needed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the gain at each border of the blocks, shape (blocks + 1,); it is linear in between."""
    borders = np.minimum(np.append(needed, 1.0), np.append(1.0, needed))
    steps = np.arange(len(borders))
    risen = np.minimum.accumulate(borders - _RISE * steps) + _RISE * steps
    fallen = np.minimum.accumulate(risen[::-1] - _FALL * steps) + _FALL * steps
    return np.asarray(np.minimum(1.0, fallen[::-1]))


def apply(samples: Samples, curve: NDArray[np.float64], block: int) -> Samples:
    """Return the samples times the gain curve."""
    view = _whole_blocks(samples, block).reshape(-1, block, samples.shape[1]).copy()
    active = np.flatnonzero((curve[:-1] < 1.0) | (curve[1:] < 1.0))
    ramp = np.arange(block, dtype=np.float32) / block
    begin, end = (curve[active + shift].astype(np.float32)[:, None] for shift in (0, 1))
    view[active] *= (begin + (end - begin) * ramp)[:, :, None]
    return np.asarray(view.reshape(-1, samples.shape[1])[: len(samples)])


def _whole_blocks(samples: Samples, block: int) -> Samples:
    missing = -len(samples) % block
    return np.pad(samples, ((0, missing), (0, 0))) if missing else samples


def _between(channel: Samples, blocks: NDArray[np.intp], block: int) -> Samples:
    """Return the largest magnitude between the samples of each of these blocks."""
    padded = np.pad(channel, _TAPS // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, block + _TAPS - 1)
    interpolator = _interpolator(block)
    found = np.empty(len(blocks), np.float32)
    for start in range(0, len(blocks), _BATCH):
        chosen = blocks[start : start + _BATCH]
        rows = np.resize(chosen, (-(-len(chosen) // _ROWS), _ROWS))
        values = np.abs(windows[rows * block] @ interpolator)
        found[start : start + len(chosen)] = values.max(axis=2).ravel()[: len(chosen)]
    return found


def _interpolator(block: int) -> Samples:
    """Return the matrix that interpolates three values after each sample of a block, given its surroundings.

    A windowed sinc of 32 taps; shape (block + taps - 1, 3 * block).
    """
    at = np.arange(_TAPS) - _TAPS // 2
    frame = np.arange(block)[:, None]
    matrix = np.zeros((block + _TAPS - 1, _FACTOR - 1, block), np.float32)
    for phase in range(1, _FACTOR):
        away = at - phase / _FACTOR
        taps = np.sinc(away) * np.i0(6 * np.sqrt(np.maximum(0, 1 - (2 * away / _TAPS) ** 2))) / np.i0(6)
        matrix[frame + np.arange(_TAPS), phase - 1, frame] = taps
    return matrix.reshape(block + _TAPS - 1, -1)
