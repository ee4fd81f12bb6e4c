"""Samples -> pydub's segments -> samples. The only door to pydub, imported only when there is music to mix.

pydub edits in whole milliseconds. It works on 32-bit samples with 12 dB of headroom, so nothing clips before the
limiter.
"""

from __future__ import annotations

import os
import warnings

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("PATH", os.defpath)  # pydub crashes without it, and a bare cron may not set it
with warnings.catch_warnings():  # about a missing ffmpeg, which we never use, and about audioop, which is deprecated
    warnings.simplefilter("ignore")
    from pydub import AudioSegment as AudioSegment

Samples = NDArray[np.float32]

_HEADROOM = 4.0
_FULL_SCALE = 2.0**31
_HIGHEST = np.float32(_FULL_SCALE * (1 - 2**-24))


def to_segment(samples: Samples, rate: int) -> AudioSegment:
    """Return samples as a segment."""
    scaled = samples * np.float32(_FULL_SCALE / _HEADROOM)
    np.clip(scaled, -_FULL_SCALE, _HIGHEST, out=scaled)
    return AudioSegment(data=scaled.astype("<i4").tobytes(), sample_width=4, frame_rate=rate, channels=samples.shape[1])


def silent_segment(milliseconds: int, rate: int, channels: int) -> AudioSegment:
    """Return silence to edit on."""
    return to_segment(np.zeros((milliseconds * rate // 1000, channels), np.float32), rate)


def from_segment(segment: AudioSegment) -> Samples:
    """Return a segment as samples."""
    whole = np.frombuffer(segment.raw_data, "<i4").reshape(-1, segment.channels)
    return np.asarray(whole * np.float32(_HEADROOM / _FULL_SCALE), np.float32)
