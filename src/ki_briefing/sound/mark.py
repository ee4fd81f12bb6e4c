"""Samples, key id -> samples with an inaudible mark, from which ``mark_search`` reads the key id again in any copy.

Time is divided into rows of 12 ms and the band of speech into cells of 83 Hz. In each cell the sound is made a little
louder or softer, in the next row the other way round, so that what is constant in a sound, and an equaliser, cancel
out. Which way is the pattern: some cells are always the same and are there to be found, the others carry the signs of
the codeword. The pattern begins anew with every stretch and repeats as long as the stretch lasts, so a stretch sounds
the same wherever it stands.

It is not heard, because (measured by ``scripts/benchmarks/mark.py``)

- a cell changes by at most 0.7 dB, and by at most 15 % of what it changes by itself from row to row: where a tone is
  held, by hardly more than its floor of 0.17 dB. A change of level is heard from about 1 dB, a trembling of a held tone
  from about 0.3 dB (Zwicker and Fastl, Psychoacoustics);
- the change as a whole stays 30 dB below a stretch, and 26 dB below the sound in each 6 ms, so it is not heard before
  an onset either; in pauses there is none.

The pattern is public: whoever wants to can remove or forge a mark. It tells honest people where a copy comes from; the
proof is the signature.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ki_briefing.sound import codeword

ROW = 12
"""Length of a row [ms]. A frame of the transform is two rows long, so its bins are 41.7 Hz wide."""

PAIRS = 64
"""Pairs of opposite rows after which the pattern repeats."""

CELLS = 90
"""Cells of a row."""

LOWEST = 12
"""The first bin of the lowest cell: 500 Hz. The highest cell ends at 8 kHz."""

WIDTH = 2
"""Bins of a cell."""

_LEAST, _MOST = 0.02, 0.08  # relative change of a cell
_SHARE = 0.15  # of its own change from row to row
_BELOW = 10 ** (-30 / 20)  # the mark's amplitude, relative to the whole stretch ...
_BELOW_BLOCK = 10 ** (-26 / 20)  # ... and to the sound in each 6 ms
_PAUSE = 10 ** (-50 / 20)  # relative to the loudest block: there is no mark below this
_BATCH = 128  # frames that are transformed at a time, for bounded memory
_TINY = 1e-12

Samples = NDArray[np.float32]


@lru_cache(maxsize=1)
def pattern() -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Return the chip of each cell, +1 or -1, and which sign of the codeword it carries.

    A cell that carries -1 carries none and is always the same. Both arrays have the shape (PAIRS, CELLS). They are made
    of SHAKE-256, which will be the same in twenty years.
    """
    count = PAIRS * CELLS
    stream = np.frombuffer(hashlib.shake_256(codeword.MARK.encode()).digest(8 * count), "<u8")
    chips = np.where(stream & 1, np.float32(1), np.float32(-1))
    carried = np.empty(count, np.intp)
    order = np.argsort(stream, kind="stable")
    fixed = count // 3
    carried[order[:fixed]] = -1
    carried[order[fixed:]] = np.arange(count - fixed) % codeword.SIGNS
    return chips.reshape(PAIRS, CELLS), carried.reshape(PAIRS, CELLS)


def rows_of(key_id: str) -> NDArray[np.float32]:
    """Return which way each cell of each row is changed for a key id, +1 or -1, shape (2 * PAIRS, CELLS)."""
    chips, carried = pattern()
    signs = np.append(codeword.encode(key_id), np.float32(1))
    pairs = chips * signs[carried]
    return np.stack([pairs, -pairs], axis=1).reshape(2 * PAIRS, CELLS)


def put_mark(samples: Samples, key_id: str, rate: int) -> Samples:
    """Return the samples of a stretch with the mark of a key id, as long and as loud as before.

    Args:
        samples: Shape (frames, channels).
        key_id: ``codeword.KEY_DIGITS`` hexadecimal digits.
        rate: Frames per second [Hz], at least 24,000.
    """
    row = rate * ROW // 1000
    count = -(-len(samples) // row) + 1
    padded = np.zeros((samples.shape[1], (count + 1) * row), np.float32)
    padded[:, row : row + len(samples)] = samples.T
    loudest = float(_powers(padded, row).max(initial=0.0))
    change = np.zeros_like(padded)
    directions = rows_of(key_id)
    for first in range(0, count, _BATCH):
        last = min(first + _BATCH, count)
        around = slice(max(first - 1, 0), min(last + 1, count))
        changed = _changes(padded, around, row, directions)[:, first - around.start : last - around.start]
        shape = len(padded), -1
        change[:, first * row : last * row] += changed[..., :row].reshape(shape)
        change[:, (first + 1) * row : (last + 1) * row] += changed[..., row:].reshape(shape)
    _keep_below(change, padded, row // 2, loudest * _PAUSE**2)
    whole = np.sqrt(_powers(padded, row).sum() / max(float(_powers(change, row).sum()), _TINY))
    change *= np.float32(min(1.0, _BELOW * whole))
    return samples + change[:, row : row + len(samples)].T


def _changes(padded: Samples, frames: slice, row: int, directions: Samples) -> Samples:
    """Return what is added in each of these frames, to be overlapped, shape (channels, frames, 2 * row)."""
    window = np.sin(np.pi / (2 * row) * (np.arange(2 * row) + 0.5)).astype(np.float32)
    views = np.lib.stride_tricks.sliding_window_view(padded, 2 * row, axis=1)
    band = slice(LOWEST, LOWEST + CELLS * WIDTH)
    spectrum = np.fft.rfft(views[:, frames.start * row : frames.stop * row : row] * window)[..., band]
    powers = (spectrum * spectrum.conj()).real.sum(axis=0)
    steps = np.abs(np.diff(np.log(powers[:, ::WIDTH] + powers[:, 1::WIDTH] + np.float32(_TINY)), axis=0)) / 2
    own = (np.concatenate([steps[:1], steps]) + np.concatenate([steps, steps[-1:]])) / 2
    turned = directions[np.arange(frames.start, frames.stop) % len(directions)]
    changes = np.zeros((*spectrum.shape[:2], row + 1), np.complex64)
    changes[..., band] = spectrum * np.repeat(np.clip(_SHARE * own, _LEAST, _MOST) * turned, WIDTH, axis=1)
    return np.asarray(np.fft.irfft(changes, n=2 * row) * window, np.float32)


def _keep_below(change: Samples, samples: Samples, block: int, least: float) -> None:
    """Reduce a change wherever it is too loud beside the sound in the same block; to nothing in a pause."""
    sound, ours = _powers(samples, block), _powers(change, block)
    gains = np.minimum(1, _BELOW_BLOCK * np.sqrt(sound / np.maximum(ours, _TINY)))
    gains[sound <= least] = 0
    borders = np.minimum(np.append(gains, 0), np.append(0, gains)).astype(np.float32)
    ramp = np.arange(block, dtype=np.float32) / block
    change *= (borders[:-1, None] + np.diff(borders)[:, None] * ramp).reshape(-1)


def _powers(samples: Samples, block: int) -> Samples:
    """Return the mean square of each block, over all channels."""
    view = samples.reshape(len(samples), -1, block)
    return np.asarray(np.einsum("cbs,cbs->b", view, view) / (block * len(samples)), np.float32)
