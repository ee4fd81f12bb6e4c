"""One stretch: clips and jingles -> mixed, limited, measured and encoded; kept in the store.

What the codec does is not foreseen but heard: loudness and peaks are those of the decoded MP3, and where one decodes
above the allowed true peak, that moment is limited further and the stretch encoded again.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ki_briefing.files import digest
from ki_briefing.sound import codec, limiter, loudness, mp3
from ki_briefing.sound.level import level
from ki_briefing.sound.music import add_music, open_with
from ki_briefing.sound.polish import polish

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
_ROUNDS = 10
_LEAD_IN = 24  # milliseconds of silence before the first word: the encoder saves bits for it
_SPARE = 0.98  # of the allowed true peak: what one meter reads higher than another


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
        energies: K-weighted energy per MPEG frame of the decoded MP3, as float32 bytes.
        peaks: Likewise the largest magnitude.
        true_peak: Likewise of the whole stretch, full scale 1.0.
        lossless: Store entry with what was encoded, as FLAC; None where nobody asked for it.
    """

    part: Path
    count: int
    heard: tuple[Heard, ...]
    energies: bytes
    peaks: bytes
    true_peak: float
    lossless: Path | None = None


def mix(
    stretch: Stretch, load: Callable[[Take], Clip], sound: Sound, jingles: Jingles, form: mp3.Format, store: Store
) -> Mixed:
    """Return the stretch from the store, or make it."""
    kept = find(stretch.key, form, store, lossless=bool(sound.alternates))
    if kept is not None:
        return kept
    ceiling = 10 ** ((sound.true_peak - _MARGIN) / 20)
    samples, heard = _arrange(stretch, load, sound, jingles, ceiling)
    whole = _whole_frames(limiter.limit(samples, ceiling, form.sample_rate), form)
    stream, played, given = _encode(whole, 10 ** (sound.true_peak / 20) * _SPARE, form)
    flac = codec.encode_flac(given, form.sample_rate) if sound.alternates else b""
    return _keep(stretch.key, played, stream, flac, heard, form, store)


def _encode(whole: Samples, allowed: float, form: mp3.Format) -> tuple[bytes, Samples, Samples]:
    """Return the MP3 frames, what a player makes of them and what was put in: less where a peak grew in the codec."""
    block = form.sample_rate // 1000
    gains = np.ones(len(whole) // block)
    given = whole
    for _ in range(_ROUNDS):
        stream = mp3.encode(given, form)
        played = np.zeros_like(whole)
        played[: -mp3.DELAY] = codec.decode_mp3(stream)[mp3.DELAY :]
        excess = limiter.true_peaks(played, block) / allowed
        encoded = given
        if excess.max(initial=0.0) <= 1:
            break
        gains /= np.maximum(excess, 1.0)
        given = limiter.apply(whole, limiter.gain_curve(gains), block)
    return stream, played, encoded


def _whole_frames(samples: Samples, form: mp3.Format) -> Samples:
    """Return the samples with the silence after them that fills MPEG frames and covers the codec's delay."""
    sounding = int(np.flatnonzero(samples.any(axis=1)).max(initial=0)) + 1
    count = -(-max(len(samples), sounding + mp3.TAIL) // form.frames)
    whole = np.zeros((count * form.frames, form.channels), np.float32)
    whole[: len(samples)] = samples
    return whole


def silence(count: int, form: mp3.Format, store: Store, *, lossless: bool) -> Mixed:
    """Return so many MPEG frames of silence."""
    key = digest("silence 1", repr(form), str(count))
    kept = find(key, form, store, lossless=lossless)
    if kept is not None:
        return kept
    whole = np.zeros((count * form.frames, form.channels), np.float32)
    flac = codec.encode_flac(whole, form.sample_rate) if lossless else b""
    return _keep(key, whole, mp3.encode(whole, form), flac, (), form, store)


def _keep(
    key: str, played: Samples, stream: bytes, flac: bytes, heard: tuple[Heard, ...], form: mp3.Format, store: Store
) -> Mixed:
    """Measure a stretch as it is played, and put it into the store."""
    row = loudness.estimated(played, form.sample_rate, form.frames)
    peaks = np.abs(played).max(axis=1).reshape(-1, form.frames).max(axis=1).astype(np.float32)
    part = store.write(digest(key, "mp3"), stream)
    lossless = store.write(digest(key, "flac"), flac) if flac else None
    count = len(played) // form.frames
    peak = limiter.true_peak(played)
    mixed = Mixed(part, count, heard, row.astype("<f4").tobytes(), peaks.astype("<f4").tobytes(), peak, lossless)
    facts = {"heard": [(each.start, each.end, each.words) for each in heard], "true_peak": mixed.true_peak}
    text = json.dumps(facts).encode()
    store.write(key, struct.pack("<II", count, len(text)) + text + mixed.energies + mixed.peaks)
    return mixed


def find(key: str, form: mp3.Format, store: Store, *, lossless: bool) -> Mixed | None:
    """Return a stretch of the store, or None where it, its MP3 or the FLAC that is wanted is absent or broken."""
    data = store.read(key)
    part = store.path(digest(key, "mp3"))
    if data is None or len(data) < 8:
        return None
    count, length = struct.unpack_from("<II", data)
    if store.size(digest(key, "mp3")) != count * form.size:
        return None
    if lossless and store.size(digest(key, "flac")) <= 0:
        return None
    facts = json.loads(data[8 : 8 + length])
    heard = tuple(Heard(start, end, tuple(tuple(word) for word in words)) for start, end, words in facts["heard"])
    curves = data[8 + length :]
    flac = store.path(digest(key, "flac")) if lossless else None
    return Mixed(part, count, heard, curves[: 4 * count], curves[4 * count :], facts["true_peak"], flac)


def _arrange(
    stretch: Stretch, load: Callable[[Take], Clip], sound: Sound, jingles: Jingles, ceiling: float
) -> tuple[Samples, tuple[Heard, ...]]:
    """Return the stretch before the last limiter, and when each utterance is heard in it."""
    rate = sound.sample_rate
    opening = open_with(stretch.opening, sound, jingles) if stretch.opening else None
    mono, heard = _lay_out(stretch, load, sound, opening.lead if opening else _LEAD_IN)
    target = sound.loudness - 10 * math.log10(sound.channels)
    speech = codec.with_channels(level(mono, [each.start for each in heard], target, ceiling, rate), sound.channels)
    words = [(each.start * 1000 // rate, -(-each.end * 1000 // rate)) for each in heard]
    return add_music(speech, words, opening, stretch, sound, jingles), heard


def _lay_out(
    stretch: Stretch, load: Callable[[Take], Clip], sound: Sound, lead: int
) -> tuple[Samples, tuple[Heard, ...]]:
    """Return the polished clips with their pauses, shape (frames, 1), and when each is heard."""
    millisecond = sound.sample_rate // 1000
    pieces = [np.zeros(lead * millisecond, np.float32)]
    at = lead * millisecond
    heard = []
    for each in stretch.spoken:
        clip = load(each.take)
        polished, trimmed = polish(clip.samples, clip.sample_rate, sound)
        speech = codec.resample(polished, clip.sample_rate, sound.sample_rate)
        pause = np.zeros(max(each.utterance.pause * millisecond, 0), np.float32)
        heard.append(Heard(at, at + len(speech), _words(clip, trimmed, sound.sample_rate, at, len(speech))))
        pieces += (speech, pause)
        at += len(speech) + len(pause)
    pieces[-1] = pieces[-1][_LEAD_IN * millisecond :]  # the next stretch begins with it
    return np.concatenate(pieces)[:, None], tuple(heard)


def _words(clip: Clip, trimmed: int, rate: int, at: int, length: int) -> tuple[tuple[int, int, int, int], ...]:
    """Return the words of a clip in frames of its stretch."""
    scale = rate / clip.sample_rate
    words = []
    for word in clip.words:
        onset, offset = (min(max(0, round((edge - trimmed) * scale)), length) for edge in (word.onset, word.offset))
        if onset < offset:
            words.append((word.start, word.end, at + onset, at + offset))
    return tuple(words)
