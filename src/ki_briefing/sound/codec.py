"""Sound files: the only door to soundfile and soxr. Files -> samples, shape (frames, channels), full scale 1.0."""

from __future__ import annotations

import contextlib
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from ki_briefing.base.errors import SoundError
from ki_briefing.base.noise import silenced

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Samples = NDArray[np.float32]

LONGEST = 60
"""Longest jingle [s]. A bed may be longer: only as much is read as is heard."""

_SHORTEST = 0.1  # seconds
_LARGEST = 512_000_000  # bytes
_RATES = (8_000, 192_000)
_ADVICE = "Export it anew as WAV, FLAC or MP3."
_UNKNOWN = 2**32 - 1  # a WAV's length where its writer could not go back to fill it in
_LOUDEST = 1_000.0  # full scale is 1.0
_LENGTH_IN_LOG = re.compile(r"^(?:data|SSND) *: (\d+) \(should be", re.MULTILINE)


def read_file(path: Path, rate: int, channels: int, *, at_most: float | None = None) -> Samples:
    """Return a WAV, FLAC or MP3 file at this rate and with these channels.

    The decoder is libsndfile, which follows no playlists and opens no other files.

    Args:
        at_most: Read only this many seconds from the beginning; None: refuse a long file.

    Raises:
        SoundError: The file is missing, not a sound file, broken, silent, or too large.
    """
    try:
        with path.open("rb") as file:
            if file.seek(0, 2) > _LARGEST:
                raise SoundError(f"{path} is larger than {_LARGEST // 1_000_000} MB", hint="Use a shorter file.")
            file.seek(0)
            with silenced(), soundfile.SoundFile(file) as sound:
                _check(path, sound, at_most)
                samples = _read(path, sound, rate, channels, at_most)
    except OSError as error:
        raise SoundError(f"cannot read {path}: {error.strerror}", hint="Check its permissions.") from error
    except soundfile.LibsndfileError as error:
        raise SoundError(f"{path} is not a sound file we can read: {error.error_string}", hint=_ADVICE) from error
    if not np.abs(samples).max(initial=0.0) < _LOUDEST:  # also catches NaN
        raise SoundError(f"{path} holds samples that are no sound", hint=_ADVICE)
    samples -= samples.mean(axis=0)
    if not np.abs(samples).max(initial=0.0) > 1e-4:
        raise SoundError(f"{path} is silent", hint="Choose another file, or leave the setting empty.")
    return samples


def _read(path: Path, sound: soundfile.SoundFile, rate: int, channels: int, at_most: float | None) -> Samples:
    """Return the samples at this rate, read second by second so that a 192 kHz file is never in memory as a whole."""
    source = sound.samplerate
    wanted = sound.frames if at_most is None else min(sound.frames, int(at_most * source) + 1)
    stream = soxr.ResampleStream(source, rate, channels, dtype="float32", quality="HQ") if source != rate else None
    pieces, count = [], 0
    while count < wanted:
        block = sound.read(min(source, wanted - count), dtype="float32", always_2d=True)
        if not len(block):
            raise SoundError(f"{path} is cut off: it holds less than it says", hint=_ADVICE)
        count += len(block)
        block = with_channels(block, channels)
        pieces.append(stream.resample_chunk(block, last=count == wanted) if stream else block)
    return np.concatenate(pieces).astype(np.float32, copy=False)


@dataclass(frozen=True, slots=True)
class Playing:
    """A sound file that is being decoded.

    Attributes:
        sample_rate: Frames per second [Hz].
        blocks: Its samples, shape (frames, channels), block by block.
    """

    sample_rate: int
    channels: int
    blocks: Iterator[Samples]


@contextlib.contextmanager
def play(path: Path, seconds: int) -> Iterator[Playing]:
    """Decode a sound file in blocks of this many seconds, as a gapless player does, in constant memory.

    Raises:
        SoundError: It is not a sound file, or is broken.
    """
    try:
        with path.open("rb") as file, silenced(), soundfile.SoundFile(file) as sound:
            yield Playing(sound.samplerate, sound.channels, _blocks(sound, seconds * sound.samplerate))
    except OSError as error:
        raise SoundError(f"cannot read {path}: {error.strerror}", hint="Build the episode first.") from error
    except soundfile.LibsndfileError as error:
        raise SoundError(f"{path} cannot be decoded: {error.error_string}", hint="Build the episode again.") from error


def _blocks(sound: soundfile.SoundFile, frames: int) -> Iterator[Samples]:
    while len(block := sound.read(frames, dtype="float32", always_2d=True)):
        yield block


def encode_flac(samples: Samples, rate: int) -> bytes:
    """Return samples as 16-bit FLAC, the resolution that LAME gets too."""
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format="FLAC", subtype="PCM_16")
    return file.getvalue()


def decode(stream: bytes) -> Samples:
    """Return the samples of an MP3 stream or a FLAC file that we encoded."""
    return np.asarray(soundfile.read(io.BytesIO(stream), dtype="float32", always_2d=True)[0], np.float32)


def _check(path: Path, sound: soundfile.SoundFile, at_most: float | None) -> None:
    if not _RATES[0] <= sound.samplerate <= _RATES[1] or sound.channels not in (1, 2):
        raise SoundError(
            f"{path} has {sound.channels} channels at {sound.samplerate} Hz",
            hint="Export it anew in mono or stereo, at 44100 or 48000 Hz.",
        )
    if _is_cut_off(sound.extra_info):
        raise SoundError(f"{path} is cut off: it holds less than it says", hint=_ADVICE)
    seconds = sound.frames / sound.samplerate
    if seconds < _SHORTEST:
        raise SoundError(f"{path} is shorter than {_SHORTEST} seconds", hint="Use a longer file.")
    if at_most is None and seconds > LONGEST:
        raise SoundError(f"{path} is longer than {LONGEST} seconds", hint="Use a shorter file.")


def _is_cut_off(log: str) -> bool:
    """Tell whether libsndfile noticed, while reading a header, that sound is missing: it says so only in its log."""
    length = _LENGTH_IN_LOG.search(log)
    return "Exiting parser" in log or (length is not None and int(length[1]) != _UNKNOWN)


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
