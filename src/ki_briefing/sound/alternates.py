"""Lossless stretches -> the episode as Opus or M4A. The only door to PyAV.

What the MP3 was made from is encoded, not the MP3, so no generation is lost. The whole episode is encoded in constant
memory, and equal stretches give equal bytes. The result is decoded; where a true peak is too high, the input is turned
down and encoded again.
"""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from ki_briefing.base.errors import ConfigError, LibraryMissing, SoundError
from ki_briefing.base.files import write_atomically
from ki_briefing.base.hints import to_install
from ki_briefing.base.store import read_entry
from ki_briefing.sound import codec, limiter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from ki_briefing.model.sound import Master
    from ki_briefing.show.settings import Sound

_ROUNDS = 6
_CHUNK = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a format is made.

    Attributes:
        share: Its bit rate as a fraction of the MP3's.
        options: Of the encoder. For AAC, the fast one of FFmpeg's coders adds the least to peaks.
    """

    encoder: str
    container: str
    share: float
    options: tuple[tuple[str, str], ...]


_KINDS = {
    "opus": _Kind("libopus", "ogg", 0.5, (("vbr", "on"),)),
    "m4a": _Kind("aac", "ipod", 1.0, (("aac_coder", "fast"),)),
}


@dataclass(frozen=True, slots=True)
class Label:
    """The file's metadata.

    Attributes:
        texts: Title, artist, album and so on, under FFmpeg's names.
        chapters: Start [ms] and title of each.
    """

    texts: tuple[tuple[str, str], ...]
    chapters: tuple[tuple[int, str], ...]


def check_alternates(sound: Sound) -> None:
    """Make sure that the formats the show asks for can be made.

    Raises:
        ConfigError: One is unknown, or PyAV is not installed.
    """
    for name in sound.alternates:
        if name not in _KINDS:
            raise ConfigError(
                f"[sound] alternates: there is no format {name!r:.99}", hint=f"There are: {', '.join(sorted(_KINDS))}."
            )
    if sound.alternates and find_spec("av") is None:
        raise ConfigError(
            "[sound] alternates: they need PyAV, which is not installed",
            hint=to_install("ki-briefing[alternates]"),
        )


@contextlib.contextmanager
def play(path: Path) -> Iterator[codec.Playing]:
    """Decode a sound file of a kind that ``codec.play`` does not know, e.g. M4A, in constant memory.

    Raises:
        LibraryMissing: PyAV is not installed.
        SoundError: It is not a sound file, or is broken.
    """
    try:
        import av
    except ImportError as error:
        raise LibraryMissing(f"{path.suffix or path} needs PyAV, which is not installed", extra="alternates") from error
    try:
        with path.open("rb") as file, av.open(file, "r") as container:
            if not container.streams.audio:
                raise SoundError(f"{path} holds no sound", hint="Check the path.")
            resampler = av.AudioResampler(format="fltp")
            context = container.streams.audio[0].codec_context
            frames = (piece for decoded in container.decode(audio=0) for piece in resampler.resample(decoded))
            yield codec.Playing(
                context.sample_rate,
                context.channels,
                (np.asarray(frame.to_ndarray().T, np.float32) for frame in frames),
            )
    except (OSError, av.error.FFmpegError) as error:
        raise SoundError(
            f"{path} cannot be decoded: {error.strerror}", hint="Check that it is a sound file."
        ) from error


def write_alternate(path: Path, master: Master, sound: Sound, label: Label) -> None:
    """Write the episode in the format that the path's suffix names.

    Raises:
        BrokenEntry: A stretch was broken.
        StorageError: The disk refused.
    """
    kind = _KINDS[path.suffix[1:]]
    allowed = limiter.allowed_peak(sound.true_peak)
    gains: dict[int, float] = {}
    for attempt in range(_ROUNDS):
        with tempfile.TemporaryFile() as file:
            _encode(file, kind, master, label, gains)
            peaks = _high_peaks(file, allowed)
            if not peaks or attempt + 1 == _ROUNDS:
                file.seek(0)
                write_atomically(path, iter(lambda file=file: file.read(_CHUNK), b""))  # type: ignore[misc]
                return
        for millisecond, peak in peaks.items():
            gains[millisecond] = gains.get(millisecond, 1.0) * allowed / peak


def _encode(file: IO[bytes], kind: _Kind, master: Master, label: Label, gains: dict[int, float]) -> None:
    import av

    rate, layout = master.timeline.sample_rate, "mono" if master.channels == 1 else "stereo"
    with av.open(file, "w", format=kind.container, container_options={"fflags": "+bitexact"}) as container:
        container.metadata.update(dict(label.texts))
        container.set_chapters(_chapters(label, round(master.timeline.frames * 1000 / rate)))
        stream: Any = container.add_stream(kind.encoder, rate=rate, layout=layout, options=dict(kind.options))
        stream.bit_rate = round(master.bit_rate * 1000 * kind.share)
        at = 0
        for samples in _pieces(master, gains):
            piece = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout=layout)
            piece.sample_rate, piece.pts = rate, at
            at += len(samples)
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))


def _pieces(master: Master, gains: dict[int, float]) -> Iterator[NDArray[np.float32]]:
    """Yield the samples of the stretches, exactly as many as the timeline has, with a gain per millisecond applied."""
    left, at = master.timeline.frames, 0
    block = master.timeline.sample_rate // 1000
    for part in master.lossless:
        samples = codec.decode(read_entry(part))[:left]
        left -= len(samples)
        needed = np.array([gains.get(at + index, 1.0) for index in range(-(-len(samples) // block))])
        at += len(needed)
        if len(samples):
            yield np.ascontiguousarray(limiter.apply(samples, limiter.gain_curve(needed), block))


def _chapters(label: Label, length: int) -> list[Any]:
    ends = [start for start, _title in label.chapters[1:]] + [length]
    return [
        {"id": number, "start": start, "end": end, "time_base": Fraction(1, 1000), "metadata": {"title": title}}
        for number, ((start, title), end) in enumerate(zip(label.chapters, ends, strict=True))
    ]


def _high_peaks(file: IO[bytes], allowed: float) -> dict[int, float]:
    """Return the true peak of each millisecond whose peak, as a player decodes the file, is higher than allowed."""
    import av

    file.seek(0)
    found: dict[int, float] = {}
    at, heard = 0, np.zeros((0, 1), np.float32)  # samples not yet measured, and the millisecond where they begin
    with av.open(file, "r") as container:
        resampler = av.AudioResampler(format="fltp")
        for decoded in container.decode(audio=0):
            block = decoded.sample_rate // 1000
            pieces = [piece.to_ndarray().T for piece in resampler.resample(decoded)]
            heard = np.concatenate([heard.reshape(-1, pieces[0].shape[1]), *pieces])
            if len(heard) >= decoded.sample_rate:
                whole = len(heard) // block
                peaks = limiter.true_peaks(heard[: whole * block], block)
                found |= {at + int(i): float(peaks[i]) for i in np.flatnonzero(peaks[:-1] > allowed) if i or not at}
                heard = heard[(whole - 2) * block :]
                at += whole - 2
    peaks = limiter.true_peaks(heard, block)
    return found | {at + int(i): float(peaks[i]) for i in np.flatnonzero(peaks > allowed) if i or not at}
