"""The edit algebra: the only door to pydub, imported when there is music to mix.

Samples -> segments -> samples. pydub edits whole milliseconds, here on 32-bit samples with 12 dB of headroom, so that
nothing clips before the limiter.
"""

from __future__ import annotations

import os
import warnings

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("PATH", os.defpath)  # pydub falls over an environment without, as a bare cron may give it
with warnings.catch_warnings():  # pydub looks for an ffmpeg that we never use, and names an audioop that is leaving
    warnings.simplefilter("ignore")
    from pydub import AudioSegment as AudioSegment

Samples = NDArray[np.float32]

_HEADROOM = 4.0
_FULL_SCALE = 2.0**31
_HIGHEST = np.float32(_FULL_SCALE * (1 - 2**-24))


def to_segment(samples: Samples, rate: int) -> AudioSegment:
    """Return samples as pydub edits them."""
    scaled = samples * np.float32(_FULL_SCALE / _HEADROOM)
    np.clip(scaled, -_FULL_SCALE, _HIGHEST, out=scaled)
    return AudioSegment(data=scaled.astype("<i4").tobytes(), sample_width=4, frame_rate=rate, channels=samples.shape[1])


def silent_segment(milliseconds: int, rate: int, channels: int) -> AudioSegment:
    """Return silence to edit on."""
    return to_segment(np.zeros((milliseconds * rate // 1000, channels), np.float32), rate)


def from_segment(segment: AudioSegment) -> Samples:
    """Return what pydub edited as samples."""
    whole = np.frombuffer(segment.raw_data, "<i4").reshape(-1, segment.channels)
    return np.asarray(whole * np.float32(_HEADROOM / _FULL_SCALE), np.float32)
