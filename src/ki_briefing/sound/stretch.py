"""One stretch: clips and jingles -> mixed, limited, measured and encoded; kept in the store.

The speech of each take is levelled on its own (gated loudness, until the limiter agrees), so an edit changes nothing
but its own stretch, and chapters cannot drift apart. Jingles are levelled alike and step back under the words.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ki_briefing.files import digest
from ki_briefing.sound import codec, loudness, mp3
from ki_briefing.sound.limiter import limit, true_peak

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from ki_briefing.files import Store
    from ki_briefing.model import Clip, Take
    from ki_briefing.show import Jingles, Sound
    from ki_briefing.sound.plan import Stretch

    Samples = NDArray[np.float32]

_MARGIN = 0.9  # dB between the limiter's ceiling and what the lossy codec may add
_SPEECH_LIFT = 0.4  # LU: what the pauses between the words take off the programme's loudness
_ROUNDS = 5
_SPARE = 0.98  # of the allowed true peak: what one meter reads higher than another
_LEVELLING_ROUNDS = 10
_OVERSTEP = 1.5
_NEAR_ENOUGH = 0.15  # LU
_LOUDEST_GAIN = 30.0  # dB
_FLOOR = 10 ** (-48 / 20)  # of a take's peak: quieter than this is not speech
_EDGE = 0.012  # seconds kept around the first and last sound, and faded
_HIGH_PASS = 60.0  # Hz
_FADE = 250  # milliseconds in which a jingle steps back
_AFTER_SPEECH = 350  # milliseconds between the last word and the closing jingle


@dataclass(frozen=True, slots=True)
class Heard:
    """When an utterance is heard, in frames of its stretch; words are (start, end, onset, offset) as in ``Word``."""

    start: int
    end: int
    words: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Mixed:
    """A finished stretch.

    Attributes:
        part: Store entry with its MP3 frames.
        count: How many MPEG frames it has.
        energies: K-weighted energy per MPEG frame, as float32 bytes.
        peaks: Largest magnitude per MPEG frame, as float32 bytes.
        true_peak: Of the decoded MP3, full scale 1.0.
    """

    part: Path
    count: int
    heard: tuple[Heard, ...]
    energies: bytes
    peaks: bytes
    true_peak: float


def mix(
    stretch: Stretch, load: Callable[[Take], Clip], sound: Sound, jingles: Jingles, form: mp3.Format, store: Store
) -> Mixed:
    """Return the stretch from the store, or make it."""
    kept = find(stretch.key, form, store)
    if kept is not None:
        return kept
    ceiling = 10 ** ((sound.true_peak - _MARGIN) / 20)
    samples, heard = _arrange(stretch, load, sound, jingles, ceiling)
    count = -(-(len(samples) + mp3.TAIL) // form.frames)
    whole = np.zeros((count * form.frames, form.channels), np.float32)
    allowed = 10 ** (sound.true_peak / 20)
    for _ in range(_ROUNDS):
        whole[: len(samples)] = limit(samples, ceiling)
        stream = mp3.encode(whole, form)
        peak = true_peak(codec.decode_mp3(stream))
        if peak <= allowed * _SPARE:
            break
        ceiling *= allowed * _SPARE / peak  # this material grows in the codec: ask for less
    return _keep(stretch.key, whole, stream, peak, heard, form, store)


def silence(count: int, form: mp3.Format, store: Store) -> Mixed:
    """Return so many MPEG frames of silence."""
    key = digest("silence 1", repr(form), str(count))
    kept = find(key, form, store)
    whole = np.zeros((count * form.frames, form.channels), np.float32)
    return kept or _keep(key, whole, mp3.encode(whole, form), 0.0, (), form, store)


def _keep(
    key: str, whole: Samples, stream: bytes, peak: float, heard: tuple[Heard, ...], form: mp3.Format, store: Store
) -> Mixed:
    """Measure a stretch and put it into the store."""
    row = loudness.energies(whole, form.sample_rate, form.frames)
    peaks = np.abs(whole).max(axis=1).reshape(-1, form.frames).max(axis=1).astype(np.float32)
    part = store.write(digest(key, "mp3"), stream)
    count = len(whole) // form.frames
    mixed = Mixed(part, count, heard, row.astype("<f4").tobytes(), peaks.astype("<f4").tobytes(), peak)
    facts = {"heard": [(each.start, each.end, each.words) for each in heard], "true_peak": mixed.true_peak}
    text = json.dumps(facts).encode()
    store.write(key, struct.pack("<II", count, len(text)) + text + mixed.energies + mixed.peaks)
    return mixed


def find(key: str, form: mp3.Format, store: Store) -> Mixed | None:
    """Return a stretch of the store, or None where it or its MP3 is absent or broken."""
    data = store.read(key)
    part = store.path(digest(key, "mp3"))
    if data is None or len(data) < 8:
        return None
    count, length = struct.unpack_from("<II", data)
    if store.size(digest(key, "mp3")) != count * form.size:
        return None
    facts = json.loads(data[8 : 8 + length])
    heard = tuple(Heard(start, end, tuple(tuple(word) for word in words)) for start, end, words in facts["heard"])
    curves = data[8 + length :]
    return Mixed(part, count, heard, curves[: 4 * count], curves[4 * count :], facts["true_peak"])


def _arrange(
    stretch: Stretch, load: Callable[[Take], Clip], sound: Sound, jingles: Jingles, ceiling: float
) -> tuple[Samples, tuple[Heard, ...]]:
    """Return the stretch before the last limiter, and when each utterance is heard in it."""
    rate, millisecond = sound.sample_rate, sound.sample_rate // 1000
    lead = 0
    music = []
    if stretch.opening:
        segment = codec.to_segment(stretch.opening.load(sound, sound.loudness + jingles.level), rate)
        overlap = min(jingles.overlap, len(segment) // 2)
        lead = len(segment) - overlap
        segment = segment.fade(to_gain=-jingles.duck, start=max(0, lead - _FADE), duration=_FADE).fade_out(overlap)
        music.append((0, segment))
    at = lead * millisecond
    pieces: list[tuple[int, Samples]] = []
    heard = []
    for each in stretch.spoken:
        samples, words = _speech(load(each.take), sound, ceiling)
        pieces.append((at, samples))
        moved = tuple((start, end, at + onset, at + offset) for start, end, onset, offset in words)
        heard.append(Heard(at, at + len(samples), moved))
        at += len(samples) + each.utterance.pause * millisecond
    if stretch.closing:
        begin = -(-heard[-1].end // millisecond) + _AFTER_SPEECH
        segment = codec.to_segment(stretch.closing.load(sound, sound.loudness + jingles.level), rate)
        music.append((begin, segment))
        at = max(at, (begin + len(segment)) * millisecond)
    mixed = np.zeros((at, sound.channels), np.float32)
    for start, samples in pieces:
        mixed[start : start + len(samples)] += samples
    if music:
        canvas = codec.to_segment(mixed, rate)
        for start, segment in music:
            canvas = canvas.overlay(segment, position=start)
        mixed = codec.from_segment(canvas)
    return mixed, tuple(heard)


def _speech(clip: Clip, sound: Sound, ceiling: float) -> tuple[Samples, list[tuple[int, int, int, int]]]:
    """Return a clip trimmed, at the episode's rate and level, and its words in frames of the result."""
    start, end = _audible(clip.samples, clip.sample_rate)
    speech = clip.samples[start:end, None]
    if sound.high_pass:
        speech = _without_rumble(speech, clip.sample_rate)
    speech = codec.resample(speech, clip.sample_rate, sound.sample_rate)
    fade = min(len(speech) // 2, int(_EDGE * sound.sample_rate))
    ramp = np.linspace(0, 1, fade, dtype=np.float32)[:, None]
    speech = speech.copy()
    speech[:fade] *= ramp
    speech[len(speech) - fade :] *= ramp[::-1]
    speech = codec.with_channels(_levelled(speech, sound, ceiling), sound.channels)
    scale = sound.sample_rate / clip.sample_rate
    words = []
    for word in clip.words:
        onset, offset = (min(max(0, round((at - start) * scale)), len(speech)) for at in (word.onset, word.offset))
        if onset < offset:
            words.append((word.start, word.end, onset, offset))
    return speech, words


def _levelled(speech: Samples, sound: Sound, ceiling: float) -> Samples:
    """Return mono speech at the programme's loudness, limited; more rounds make up for what the limiter took."""
    target = sound.loudness + _SPEECH_LIFT - 10 * np.log10(sound.channels)
    every = sound.sample_rate // 24_000  # a voice has next to nothing above 12 kHz: half the samples tell its level
    slices = 2_400
    gain = 0.0
    limited = speech
    for round_ in range(_LEVELLING_ROUNDS):
        heard = limited[::every]
        padded = np.zeros(((-(-len(heard) // slices) + 3) * slices, 1), np.float32)
        padded[: len(heard)] = heard
        level = loudness.integrated(loudness.energies(padded, 24_000, slices))
        if not np.isfinite(level):
            return speech
        if abs(target - level) < _NEAR_ENOUGH:
            break
        # Once the limiter works, a decibel more gain is less than a decibel more loudness.
        step = (target - level) * (_OVERSTEP if round_ else 1.0)
        gain = min(gain + step, _LOUDEST_GAIN)
        limited = limit(speech * np.float32(10 ** (gain / 20)), ceiling)
    return limited


def _audible(samples: Samples, rate: int) -> tuple[int, int]:
    """Return where the first sound begins and the last one ends."""
    loud = np.flatnonzero(np.abs(samples) > _FLOOR * np.abs(samples).max(initial=1e-6))
    if not len(loud):
        return 0, len(samples)
    edge = int(_EDGE * rate)
    return max(0, int(loud[0]) - edge), min(len(samples), int(loud[-1]) + 1 + edge)


def _without_rumble(speech: Samples, rate: int) -> Samples:
    """Return the speech through a gentle high-pass of the second order, without phase shift."""
    size = 1 << (len(speech) + rate // 10).bit_length()
    ratio = (np.arange(size // 2 + 1) * rate / size / _HIGH_PASS) ** 2
    filtered = np.fft.irfft(np.fft.rfft(speech[:, 0], size) * (ratio / (1 + ratio)), size)[: len(speech)]
    return filtered.astype(np.float32)[:, None]
