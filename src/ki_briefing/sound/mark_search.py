"""Sound -> the key id of the mark in it, if there is one: in any copy, cut anywhere, at any level and rate. Pure.

The sound is looked at in parts of two minutes, so memory does not grow with its length; what the parts tell adds up,
and the search ends with the first valid checksum. The pattern begins anew with each stretch of an episode and drifts
where somebody changed the tempo, so in each part it is followed (Viterbi's algorithm again, over its place in time),
first by the cells that are always the same, then also by the signs as they were heard.

A checksum is looked at only where the pattern was followed better than chance does, and at most 16 times in a file. One
in 2^24 words of noise has a valid checksum, so even if everything were looked at, a sound without a mark would be taken
for a marked one less than once in a million files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ki_briefing.sound import codec, codeword
from ki_briefing.sound.mark import CELLS, LOWEST, PAIRS, ROW, WIDTH, pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Samples = NDArray[np.float32]

CHANCE = 0.25
"""The likelihood that chance seldom exceeds; docs/verify.md has the figures."""

_RATE = 24_000  # frames per second at which a mark is looked for: the highest cell ends at 8 kHz
_STEP = 72  # frames between two looks: 3 ms
_LOOKS = ROW * _RATE // 1000 // _STEP  # in a row
_PART = 120  # seconds
_LEAST = 2  # seconds: a shorter part tells nothing
_TRIES = 16
_TEMPI = (1.0, 0.99, 1.01, 0.98, 1.02)  # length of a row, relative to what it was; half a percent beside is near enough

_BATCH = 128  # frames that are transformed at a time
_CLIP = 2.0  # times the usual deviation
_PAUSE = 1e-5  # of the power of loud rows: no mark is expected below this
_FAINT = np.float32(1e-3)  # of a cell's power when it is loud: below this a copy holds the codec's noise
_AROUND = 3  # neighbours above and below
_CALM = 0.3  # of the usual contrast
_TINY = 1e-12

_ROUNDS = 3  # in the first the signs are unknown, in the others they are as heard in the one before
_WINDOW = 64  # pairs of rows that are judged together: 1.5 s
_EXPECTED = 0.2  # correlation that a pair of rows of a weak mark has, in standard deviations
_JUMP = 8.0  # what a new beginning of the pattern costs, as a log-likelihood ...
_DRIFT = 1.0  # ... and what a drift by 3 ms costs, per window
_FASTEST = 3  # the greatest drift in a window [3 ms]


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that was read.

    Attributes:
        key_id: Of the certificate of the show that made the sound, ``codeword.KEY_DIGITS`` hexadecimal digits.
        seconds: How much sound it took to read it [s].
    """

    key_id: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Trace:
    """What a part of a sound tells.

    Attributes:
        likelihood: Of the pattern that was followed, against chance: logarithm of the ratio, per window.
        signs: What was heard of the codeword, shape (codeword.SIGNS,); nothing where that is no better than chance.
    """

    likelihood: float
    signs: NDArray[np.float64]


def find_mark(blocks: Iterable[Samples], rate: int) -> Mark | None:
    """Return the mark of a sound, or None if there is none.

    Args:
        blocks: The sound, piece by piece, shape (frames, channels) each.
        rate: Frames per second [Hz].
    """
    heard = {tempo: np.zeros(codeword.SIGNS) for tempo in _TEMPI}
    seconds, tries = 0.0, 0
    for part in _parts(blocks, rate):
        seconds += len(part) / _RATE
        seen = see(part)
        for tempo in _TEMPI:
            traced = trace(seen, tempo)
            if traced.likelihood > CHANCE and tries < _TRIES:
                tries += 1
                heard[tempo] += (traced.likelihood - CHANCE) * traced.signs
                if key_id := codeword.decode(heard[tempo]):
                    return Mark(key_id, seconds)
    return None


def _parts(blocks: Iterable[Samples], rate: int) -> Iterator[Samples]:
    """Yield the sound in mono at 24 kHz, in parts of two minutes, shape (frames,)."""
    gathered: list[Samples] = []
    frames = 0
    for block in blocks:
        gathered.append(np.nan_to_num(codec.with_channels(block, 1)))
        frames += len(block)
        if frames >= _PART * rate:
            yield codec.resample(np.concatenate(gathered), rate, _RATE)[:, 0]
            gathered, frames = [], 0
    if frames >= _LEAST * rate:
        yield codec.resample(np.concatenate(gathered), rate, _RATE)[:, 0]


def trace(seen: Samples, tempo: float = 1.0) -> Trace:
    """Return what a part of a sound tells about a mark.

    Args:
        seen: As ``see`` returns it.
        tempo: How much longer a row is than it was.
    """
    pair = 2 * _LOOKS
    pairs = int((len(seen) - pair) / (pair * tempo))
    places = np.round(np.arange(pairs) * (pair * tempo)).astype(np.intp)
    chips, carried = pattern()
    signs: NDArray[np.float64] = np.zeros(codeword.SIGNS)
    likelihood = -np.inf
    for turn in range(_ROUNDS):
        known = np.append(np.clip(signs / (np.sqrt(np.mean(np.square(signs))) + _TINY), -1, 1), 1.0)
        wanted = (chips * known[carried]).astype(np.float32)
        found = (seen @ wanted.T)[places[:, None] + np.arange(pair)]
        looks, starts, followed = _follow(found / (found.std() + _TINY))
        likelihood = likelihood if turn else followed
        if likelihood <= CHANCE:
            break
        rows = (np.arange(pairs) - starts) % PAIRS
        chosen = seen[places + looks]
        weights = np.maximum(np.convolve((chosen * wanted[rows]).sum(axis=0), np.ones(15) / 15, "same"), 0)
        heard = chosen * chips[rows] * (weights / (weights.max(initial=0.0) + _TINY))
        totals = np.bincount(carried[rows].reshape(-1) + 1, heard.reshape(-1), codeword.SIGNS + 1)
        signs = np.asarray(totals[1:], np.float64)
    return Trace(likelihood, signs)


def see(samples: Samples) -> Samples:
    """Return how much louder each cell is than in the next row, every 3 ms, shape (looks, CELLS).

    In standard deviations, compared with its neighbours, and with the rows before and after the two; less in moments in
    which everything changes.

    Args:
        samples: Mono at 24 kHz, shape (frames,), at least two seconds.
    """
    loud, powers = _cells(samples)
    width = 2 * _AROUND + 1
    sums = np.cumsum(np.pad(loud, ((0, 0), (_AROUND + 1, _AROUND)), mode="edge"), axis=1)
    loud -= (sums[:, width:] - sums[:, :-width]) / width
    row = _LOOKS
    before, now, then, after = (loud[index * row : len(loud) - (3 - index) * row] for index in range(4))
    contrast = now - then - (before - after) / 5
    power = np.minimum(powers[row : len(powers) - 2 * row], powers[2 * row : len(powers) - row])
    sounding = power > _PAUSE * np.percentile(powers, 95)
    contrast[~sounding] = 0
    contrast /= np.abs(contrast).mean(axis=0) * (len(sounding) / max(sounding.sum(), 1)) * 1.25 + _TINY
    contrast /= np.maximum(np.abs(contrast).mean(axis=1, keepdims=True), _CALM)
    return np.asarray(np.clip(contrast, -_CLIP, _CLIP), np.float32)


def _cells(samples: Samples) -> tuple[Samples, Samples]:
    """Return the logarithm of each cell's amplitude, every 3 ms, and the power of all cells together."""
    frame = 2 * _LOOKS * _STEP
    views = np.lib.stride_tricks.sliding_window_view(samples, frame)[::_STEP]
    window = np.hanning(frame + 1)[:-1].astype(np.float32)
    powers = np.empty((len(views), CELLS), np.float32)
    for start in range(0, len(views), _BATCH):
        spectrum = np.fft.rfft(views[start : start + _BATCH] * window)[:, LOWEST : LOWEST + CELLS * WIDTH]
        bins = (spectrum * spectrum.conj()).real
        powers[start : start + _BATCH] = bins[:, ::WIDTH] + bins[:, 1::WIDTH]
    faint = _FAINT * np.percentile(powers, 95, axis=0) + _TINY
    return np.asarray(np.log(powers + faint) / 2, np.float32), np.asarray(powers.sum(axis=1))


def _follow(found: Samples) -> tuple[NDArray[np.intp], NDArray[np.intp], float]:
    """Return where the pattern is in each pair: which of its looks, and which pair is its first; and how likely it is.

    Args:
        found: How much each look of each pair is like each pair of the pattern, shape (pairs, looks, PAIRS).
    """
    pairs, looks, _ = found.shape
    shift = (np.arange(pairs)[:, None] - np.arange(PAIRS)) % PAIRS
    found = np.take_along_axis(
        found, shift[:, None, :], axis=2
    )  # the last axis is now the pair where the pattern began
    windows = -(-pairs // _WINDOW)
    whole = np.pad(found, ((0, windows * _WINDOW - pairs), (0, 0), (0, 0)))
    sums = whole.reshape(windows, _WINDOW, looks, PAIRS).sum(axis=1)
    likelihoods = _EXPECTED * sums.transpose(0, 2, 1).reshape(windows, -1) - _WINDOW * _EXPECTED**2 / 2
    states = likelihoods.shape[1]
    drifts = np.arange(-_FASTEST, _FASTEST + 1)
    came = np.empty((windows, states), np.intp)
    best = np.zeros(states)
    for index, likelihood in enumerate(likelihoods):
        reached = np.stack([np.roll(best, drift) - _DRIFT * abs(int(drift)) for drift in drifts])
        choice = reached.argmax(axis=0)
        origin = (np.arange(states) - drifts[choice]) % states
        top = int(best.argmax())
        jumps = best[top] - _JUMP > reached.max(axis=0)
        came[index] = np.where(jumps, top, origin)
        best = np.where(jumps, best[top] - _JUMP, reached.max(axis=0)) + likelihood
    path = np.empty(windows, np.intp)
    at = int(best.argmax())
    for index in reversed(range(windows)):
        path[index] = at
        at = came[index, at]
    starts, chosen = np.divmod(np.repeat(path, _WINDOW)[:pairs], looks)
    return chosen, starts, float(best.max()) / windows
