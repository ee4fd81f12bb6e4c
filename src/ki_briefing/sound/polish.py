"""A clip -> the same speech trimmed, without rumble, and with soft edges. Pure.

Loudness is set afterwards, so nothing here changes the loudness of the programme.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ki_briefing.sound import limiter
from ki_briefing.sound.filter import overlap_save

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ki_briefing.show.settings import Sound

    Samples = NDArray[np.float32]

_FLOOR = 10 ** (-48 / 20)  # of a clip's peak: quieter than this is not speech
_EDGE = 0.012  # seconds kept around the first and last sound, and faded
_RUMBLE = 60.0  # Hz
_ECHO = 0.04  # seconds after which the high-pass filter's response has fallen by 130 dB
_PRESENCE = (3_500.0, 0.9)  # centre [Hz] and width to either side [octaves]: where consonants are told apart
_KNEE = 10 ** (-8 / 20)  # of a clip's peak: what is louder is compressed


def polish(samples: Samples, rate: int, sound: Sound) -> tuple[Samples, int]:
    """Return the polished speech, and how many frames were trimmed off its beginning.

    Args:
        samples: Mono, shape (frames,). NaN and infinities count as silence.
        rate: Frames per second [Hz].
    """
    if not np.isfinite(samples).all():
        samples = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
    start, end = _audible(samples, rate) if sound.trim else (0, len(samples))
    speech = _equalised(samples[start:end], rate, sound)
    if sound.compression > 1:
        speech = _compressed(speech, rate, sound.compression)
    fade = min(len(speech) // 2, int(_EDGE * rate))
    ramp = np.sin(np.linspace(0, np.pi / 2, fade, dtype=np.float32)) ** 2
    speech[:fade] *= ramp
    speech[len(speech) - fade :] *= ramp[::-1]
    return speech, start


def quiet_around(samples: Samples, rate: int, sound: Sound) -> Samples:
    """Return what a voice's noise is like, shape (n,): the quieter half of what stands before and after its speech."""
    length = int(_EDGE * rate)
    pieces = samples[: len(samples) // length * length].reshape(-1, length)
    levels = np.sqrt(np.square(pieces).mean(axis=1))
    said = np.flatnonzero(levels > _FLOOR * np.abs(samples).max(initial=0.0))
    around = np.concatenate((pieces[: said[0]], pieces[said[-1] + 1 :])) if len(said) else pieces[:0]
    if not around.any():
        return samples[:0]
    levels = np.square(around).mean(axis=1)
    return _equalised(around[levels <= np.median(levels)].reshape(-1), rate, sound)


def _audible(samples: Samples, rate: int) -> tuple[int, int]:
    """Return where the first sound begins and the last one ends."""
    loud = np.flatnonzero(np.abs(samples) > _FLOOR * np.abs(samples).max(initial=1e-6))
    if not len(loud):
        return 0, len(samples)
    edge = int(_EDGE * rate)
    return max(0, int(loud[0]) - edge), min(len(samples), int(loud[-1]) + 1 + edge)


def _equalised(samples: Samples, rate: int, sound: Sound) -> Samples:
    """Return a copy of the samples without rumble and with more or less presence, without phase shift."""
    if not sound.high_pass and not sound.presence:
        return samples.copy()
    reach = int(_ECHO * rate)
    response = _response(rate, sound.high_pass, sound.presence)
    return overlap_save(samples, response, past=reach, future=reach)


def _response(rate: int, high_pass: bool, presence: float) -> Samples:
    """Return the response of the second-order high-pass and the presence boost, for transforms of at least 0.32 s."""
    size = 1 << int(8 * _ECHO * rate).bit_length()
    frequency = np.arange(size // 2 + 1) * (rate / size)
    response = np.ones_like(frequency)
    if high_pass:
        ratio = np.square(frequency / _RUMBLE)
        response *= ratio / (1 + ratio)
    if presence:
        centre, width = _PRESENCE
        octaves = np.log2(np.maximum(frequency, 1) / centre)
        response *= 10 ** (presence / 20 * np.exp(-((octaves / width) ** 2)))
    return response.astype(np.float32)


def _compressed(samples: Samples, rate: int, ratio: float) -> Samples:
    """Return the samples with everything above the knee reduced by a ratio, with the limiter's ballistics."""
    block = rate // 1000
    peaks = limiter.peaks(samples[:, None], block, above=np.inf).astype(np.float64)
    knee = _KNEE * peaks.max(initial=0.0)
    over = np.maximum(peaks / knee, 1.0) if knee else np.ones_like(peaks)
    return limiter.apply(samples[:, None], limiter.gain_curve(over ** (1 / ratio - 1)), block)[:, 0]
