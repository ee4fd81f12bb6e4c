"""A channel, a frequency response -> the filtered channel, by fast convolution. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_BATCH = 4  # transforms at a time: they stay in the processor's cache


def overlap_save(
    channel: NDArray[np.float32], response: NDArray[np.inexact], *, past: int, future: int = 0
) -> NDArray[np.float32]:
    """Return the filtered channel, as long as before, as if there were silence around it.

    Args:
        channel: Shape (frames,).
        response: At even steps from 0 to half the sample rate, shape (n / 2 + 1,) for transforms of n frames.
        past: How many earlier frames affect a frame; with ``future`` less than n.
        future: How many later frames affect a frame, for a filter without phase shift.
    """
    size = 2 * (len(response) - 1)
    step = size - past - future
    count = -(-len(channel) // step)
    padded = np.zeros(past + count * step + future, np.float32)
    padded[past : past + len(channel)] = channel
    windows = np.lib.stride_tricks.sliding_window_view(padded, size)[::step]
    filtered = np.empty((count, step), np.float32)
    for start in range(0, count, _BATCH):
        spectrum = np.fft.rfft(windows[start : start + _BATCH], axis=1)
        spectrum *= response
        filtered[start : start + _BATCH] = np.fft.irfft(spectrum, size, axis=1)[:, past : past + step]
    return filtered.reshape(-1)[: len(channel)]
