"""A look-ahead limiter on true peaks: samples -> samples that stay below a ceiling, without a click.

The signal is looked at in blocks of 32 frames. A block's gain is what its true peak needs; the gain curve is the
minimum over the neighbourhood, smoothed over the same length, so it never rises above what any block needs.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_BLOCK = 32  # frames
_REACH = 8  # blocks of look-ahead and release: 5 ms at 48 kHz
_NEAR = 0.7  # of the ceiling: only blocks louder than this are oversampled
_TAPS = 32

Samples = NDArray[np.float32]


def limit(samples: Samples, ceiling: float) -> Samples:
    """Return the samples with no true peak above the ceiling.

    Args:
        samples: Shape (frames, channels).
        ceiling: Full scale is 1.0.
    """
    blocks = -(-len(samples) // _BLOCK)
    padded = np.zeros((blocks * _BLOCK, samples.shape[1]), np.float32)
    padded[: len(samples)] = samples
    peaks = np.abs(padded).max(axis=1).reshape(blocks, _BLOCK).max(axis=1)
    hot = np.flatnonzero(peaks > ceiling * _NEAR)
    if not len(hot):
        return samples
    for channel in padded.T:
        peaks[hot] = np.maximum(peaks[hot], _oversampled_peaks(channel, hot))
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9)).astype(np.float32)
    if needed.min() >= 1.0:
        return samples
    gain = _smooth(needed)
    following = np.append(gain[1:], gain[-1])
    ramp = (np.arange(_BLOCK, dtype=np.float32) + 0.5) / _BLOCK
    active = np.flatnonzero((gain < 1) | (following < 1))
    curve = gain[active, None] + (following - gain)[active, None] * ramp
    view = padded.reshape(blocks, _BLOCK, samples.shape[1])
    view[active] *= curve[:, :, None]
    return padded[: len(samples)]


def true_peak(samples: Samples) -> float:
    """Return the largest magnitude between and at the samples, by fourfold oversampling (BS.1770-5, annex 2)."""
    blocks = -(-len(samples) // _BLOCK)
    if not blocks:
        return 0.0
    padded = np.zeros((blocks * _BLOCK, samples.shape[1]), np.float32)
    padded[: len(samples)] = samples
    peaks = np.abs(padded).max(axis=1).reshape(blocks, _BLOCK).max(axis=1)
    hot = np.flatnonzero(peaks >= peaks.max() * _NEAR)
    between = max(float(_oversampled_peaks(channel, hot).max()) for channel in padded.T)
    return max(float(peaks.max()), between)


def _smooth(needed: Samples) -> Samples:
    wide = _REACH + 2  # two spare blocks: both ends of every ramp lie at or below what the block between needs
    around = np.pad(needed, wide, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(around, 2 * wide + 1).min(axis=1)
    window = np.hanning(2 * _REACH + 3)[1:-1]
    smooth = np.convolve(np.pad(lowest, _REACH, mode="edge"), window / window.sum(), "valid")
    return smooth.astype(np.float32)


def _oversampled_peaks(channel: Samples, blocks: NDArray[np.intp]) -> Samples:
    """Return the largest magnitude between the samples of each of these blocks."""
    padded = np.pad(channel, (_TAPS // 2, _TAPS // 2 + _BLOCK))
    peaks = np.empty(len(blocks), np.float32)
    for start in range(0, len(blocks), 2048):  # bounded memory
        chosen = blocks[start : start + 2048]
        around = np.lib.stride_tricks.sliding_window_view(padded, _BLOCK + _TAPS)[chosen * _BLOCK]
        windows = np.lib.stride_tricks.sliding_window_view(around, _TAPS, axis=1)[:, : _BLOCK + 1]
        peaks[start : start + len(chosen)] = np.abs(windows @ _interpolator()).max(axis=(1, 2))
    return peaks


@lru_cache(maxsize=1)
def _interpolator() -> Samples:
    """Return a windowed-sinc filter for a quarter, half and three quarters of the way, shape (taps, 3)."""
    at = np.arange(-_TAPS // 2, _TAPS // 2) + 1
    phases = [np.sinc(at - share) * np.kaiser(_TAPS + 1, 6)[:_TAPS] for share in (0.25, 0.5, 0.75)]
    return np.stack(phases, axis=1).astype(np.float32)
