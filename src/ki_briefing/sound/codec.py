"""Sound files and the edit algebra: the only door to soundfile, soxr and pydub.

Files -> samples, shape (frames, channels), float32, full scale 1.0. pydub edits whole milliseconds on 32-bit samples
with 12 dB of headroom, so that nothing clips before the limiter.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from ki_briefing.errors import SoundError

with warnings.catch_warnings():  # pydub looks for an ffmpeg that we never use, and names an audioop that is leaving
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

if TYPE_CHECKING:
    from pathlib import Path

Samples = NDArray[np.float32]

_LONGEST = 15 * 60  # seconds of a producer's file
_LARGEST = 512_000_000  # bytes
_RATES = (8_000, 192_000)
_HEADROOM = 4.0
_FULL_SCALE = 2.0**31
_ADVICE = "Export it anew as WAV, FLAC or MP3."


def read_file(path: Path, rate: int, channels: int) -> Samples:
    """Return a WAV, FLAC or MP3 file at this rate and with these channels.

    The decoder is libsndfile: it follows no playlists and opens no other file.

    Raises:
        SoundError: It is absent, no sound, broken, silent, or too large.
    """
    try:
        with path.open("rb") as file:
            if file.seek(0, 2) > _LARGEST:
                raise SoundError(f"{path} is larger than {_LARGEST // 1_000_000} MB", hint="Use a shorter file.")
            file.seek(0)
            with soundfile.SoundFile(file) as sound:
                _check(path, sound)
                samples = sound.read(dtype="float32", always_2d=True)
                if len(samples) < sound.frames:
                    raise SoundError(f"{path} is cut off: it holds less than it says", hint=_ADVICE)
                source = sound.samplerate
    except OSError as error:
        raise SoundError(f"cannot read {path}: {error.strerror}", hint="Check the path in show.toml.") from error
    except soundfile.LibsndfileError as error:
        raise SoundError(f"{path} is no sound file we can read: {error.error_string}", hint=_ADVICE) from error
    if not np.isfinite(samples).all():
        raise SoundError(f"{path} holds samples that are not numbers", hint=_ADVICE)
    if not np.abs(samples).max(initial=0.0) > 1e-4:
        raise SoundError(f"{path} is silent", hint="Choose another file, or leave the setting empty.")
    samples -= samples.mean(axis=0)
    return resample(with_channels(samples, channels), source, rate)


def decode_mp3(stream: bytes) -> Samples:
    """Return the samples of MP3 frames that we encoded."""
    return np.asarray(soundfile.read(io.BytesIO(stream), dtype="float32", always_2d=True)[0], np.float32)


def _check(path: Path, sound: soundfile.SoundFile) -> None:
    if not _RATES[0] <= sound.samplerate <= _RATES[1] or sound.channels not in (1, 2):
        raise SoundError(f"{path} has {sound.channels} channels at {sound.samplerate} Hz", hint=_ADVICE)
    if not 0 < sound.frames <= _LONGEST * sound.samplerate:
        raise SoundError(f"{path} is longer than {_LONGEST // 60} minutes or empty", hint="Use a shorter file.")


def resample(samples: Samples, source: int, target: int) -> Samples:
    """Return the samples at another rate."""
    if source == target:
        return samples
    return np.asarray(soxr.resample(samples, source, target, quality="HQ"), np.float32)


def with_channels(samples: Samples, channels: int) -> Samples:
    """Return the samples in mono or stereo."""
    if samples.shape[1] == channels:
        return samples
    if channels == 1:
        return np.asarray(samples.mean(axis=1, keepdims=True), np.float32)
    return np.repeat(samples, channels, axis=1)


def to_segment(samples: Samples, rate: int) -> AudioSegment:
    """Return samples as pydub edits them."""
    scaled = np.clip(samples.astype(np.float64) / _HEADROOM, -1, 1 - 2**-31) * _FULL_SCALE
    return AudioSegment(data=scaled.astype("<i4").tobytes(), sample_width=4, frame_rate=rate, channels=samples.shape[1])


def silent_segment(milliseconds: int, rate: int, channels: int) -> AudioSegment:
    """Return silence to edit on."""
    return to_segment(np.zeros((milliseconds * rate // 1000, channels), np.float32), rate)


def from_segment(segment: AudioSegment) -> Samples:
    """Return what pydub edited as samples."""
    whole = np.frombuffer(segment.raw_data, "<i4").reshape(-1, segment.channels)
    return (whole * (_HEADROOM / _FULL_SCALE)).astype(np.float32)
