"""Stretch -> Mixed: clips and jingles are mixed, limited, encoded and measured, and the result is stored.

Loudness and peaks are those of the decoded MP3. Where it exceeds the allowed true peak, that moment is limited further
and the stretch is encoded again.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from ki_briefing.base.files import digest
from ki_briefing.sound import VERSION, codec, limiter, loudness, mp3
from ki_briefing.sound.level import level
from ki_briefing.sound.mark import put_mark
from ki_briefing.sound.plan import Line
from ki_briefing.sound.polish import polish, quiet_around
from ki_briefing.sound.room import own_quiet, room_tone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ki_briefing.base.store import Store
    from ki_briefing.model.sound import Clip, Take
    from ki_briefing.model.text import Utterance
    from ki_briefing.show.settings import Jingles, Sound
    from ki_briefing.sound.plan import Stretch

    Samples = NDArray[np.float32]

_HEAD = struct.Struct("<IId")  # of a store entry: MPEG frames, utterances, true peak
_HEARD = struct.Struct("<III")  # start, end, bytes of word timings
_WORD = struct.Struct("<IIII")  # start, end, onset, offset

_MARGIN = 0.9  # dB below the allowed true peak, for what the lossy codec adds
_ROUNDS = 10
_FURTHER = 1.01  # limit a little more than needed, or rounding keeps a peak just above the allowed one
_LEAD_IN = 24  # milliseconds of silence before the first word, in which the encoder saves bits


@dataclass(frozen=True, slots=True)
class Heard:
    """When an utterance is heard, in frames of its stretch.

    Attributes:
        words: Its word timings, packed, because a long episode has a hundred thousand words.
    """

    start: int
    end: int
    words: bytes

    def timings(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield (start, end, onset, offset) of each word, as in ``Word``."""
        return cast("Iterator[tuple[int, int, int, int]]", _WORD.iter_unpack(self.words))


@dataclass(frozen=True, slots=True)
class Mixed:
    """A finished stretch.

    Attributes:
        part: Store entry with its MPEG frames.
        mpeg_frames: How many there are.
        energies: K-weighted energy of the decoded MP3 per MPEG frame, as float32 bytes.
        peaks: Largest magnitude of the decoded MP3 per MPEG frame, as float32 bytes.
        true_peak: Of the whole decoded stretch, full scale 1.0.
        lossless: Store entry with the encoder's input as FLAC; None if it is not needed.
    """

    part: Path
    mpeg_frames: int
    heard: tuple[Heard, ...]
    energies: bytes
    peaks: bytes
    true_peak: float
    lossless: Path | None = None


def mix_stretch(
    stretch: Stretch, load: Callable[[Take], Clip], sound: Sound, jingles: Jingles, form: mp3.Format, store: Store
) -> Mixed:
    """Return the stretch from the store, or make it."""
    stored = find_stored(stretch.key, form, store, lossless=bool(sound.alternates))
    if stored is not None:
        return stored
    ceiling = loudness.factor(sound.true_peak - _MARGIN)
    samples, heard = _arrange(stretch, load, sound, jingles, ceiling)
    encoded = _encode(_filled_up(samples, form), limiter.allowed_peak(sound.true_peak), form)
    return _store(stretch.key, encoded, heard, form, store, lossless=bool(sound.alternates))


@dataclass(frozen=True, slots=True)
class _Encoded:
    """MPEG frames.

    Attributes:
        given: The encoder's input, turned down where a peak grew in the codec.
        played: The decoder's output.
        true_peak: Of ``played``, full scale 1.0.
    """

    stream: bytes
    given: Samples
    played: Samples
    true_peak: float


def _encode(whole: Samples, allowed: float, form: mp3.Format) -> _Encoded:
    """Return the samples as an MP3 that, decoded, stays below the allowed true peak everywhere."""
    block = form.sample_rate // 1000
    gains = np.ones(len(whole) // block)
    given = whole
    for attempt in range(_ROUNDS):
        stream = mp3.encode(given, form)
        played = _played(stream, whole)
        peaks = limiter.true_peaks(played, block)
        encoded = _Encoded(stream, given, played, float(peaks.max(initial=0.0)))
        if encoded.true_peak <= allowed:
            break
        excess = np.where(peaks > allowed, peaks * _FURTHER / allowed, 1.0)
        gains /= excess ** (1 + attempt)  # more in each round
        given = limiter.apply(whole, limiter.gain_curve(gains), block)
    return encoded


def _played(stream: bytes, whole: Samples) -> Samples:
    """Return what a player makes of a stretch, as long as what was given to the encoder."""
    played = np.zeros_like(whole)
    played[: -mp3.DELAY] = codec.decode(stream)[mp3.DELAY :]
    return played


def _filled_up(samples: Samples, form: mp3.Format) -> Samples:
    """Return the samples in their room, followed by the silence that covers the codec's delay."""
    sounding = int(np.flatnonzero(samples.any(axis=1)).max(initial=0)) + 1
    mpeg_frames = -(-max(len(samples), sounding + mp3.TAIL) // form.length)
    whole = np.zeros((mpeg_frames * form.length, form.channels), np.float32)
    whole[: len(samples)] = samples
    return _in_room(whole, form)


def _in_room(whole: Samples, form: mp3.Format) -> Samples:
    """Add the room tone, but for the tail that the encoder needs silent."""
    whole[: -mp3.TAIL] += room_tone(len(whole) - mp3.TAIL, form.sample_rate)
    return whole


def silence(mpeg_frames: int, form: mp3.Format, store: Store, *, lossless: bool) -> Mixed:
    """Return a stretch in which nobody speaks, with this many MPEG frames."""
    key = digest("silence 3", VERSION, repr(form), str(mpeg_frames))
    stored = find_stored(key, form, store, lossless=lossless)
    if stored is not None:
        return stored
    whole = _in_room(np.zeros((mpeg_frames * form.length, form.channels), np.float32), form)
    played = _played(stream := mp3.encode(whole, form), whole)
    return _store(key, _Encoded(stream, whole, played, float(played.max())), (), form, store, lossless=lossless)


def _store(
    key: str, encoded: _Encoded, heard: tuple[Heard, ...], form: mp3.Format, store: Store, *, lossless: bool
) -> Mixed:
    """Measure a stretch as it is played, and write it to the store."""
    row = loudness.estimated(encoded.played, form.sample_rate, form.length).astype("<f4")
    peaks = limiter.peaks(encoded.played, form.length, above=np.inf).astype("<f4")
    part = store.write(digest(key, "mp3"), encoded.stream)
    flac = store.write(digest(key, "flac"), codec.encode_flac(encoded.given, form.sample_rate)) if lossless else None
    mpeg_frames = len(encoded.played) // form.length
    mixed = Mixed(part, mpeg_frames, heard, row.tobytes(), peaks.tobytes(), encoded.true_peak, flac)
    speech = b"".join(_HEARD.pack(each.start, each.end, len(each.words)) + each.words for each in heard)
    head = _HEAD.pack(mpeg_frames, len(heard), encoded.true_peak)
    store.write(key, head + speech + mixed.energies + mixed.peaks)
    return mixed


def find_stored(key: str, form: mp3.Format, store: Store, *, lossless: bool) -> Mixed | None:
    """Return a stretch from the store, or None if it, its MP3 or the FLAC that is needed is missing or too short.

    The content of MP3 and FLAC is verified only when they are read.
    """
    data = store.read(key)
    if data is None:
        return None
    mpeg_frames, utterances, true_peak = _HEAD.unpack_from(data)
    if store.size(digest(key, "mp3")) != mpeg_frames * form.size:
        return None
    if lossless and store.size(digest(key, "flac")) <= 0:
        return None
    heard = []
    at = _HEAD.size
    for _ in range(utterances):
        start, end, size = _HEARD.unpack_from(data, at)
        at += _HEARD.size
        heard.append(Heard(start, end, data[at : at + size]))
        at += size
    energies, peaks = data[at : at + 4 * mpeg_frames], data[at + 4 * mpeg_frames :]
    flac = store.path(digest(key, "flac")) if lossless else None
    return Mixed(store.path(digest(key, "mp3")), mpeg_frames, tuple(heard), energies, peaks, true_peak, flac)


def _arrange(
    stretch: Stretch, load: Callable[[Take], Clip], sound: Sound, jingles: Jingles, ceiling: float
) -> tuple[Samples, tuple[Heard, ...]]:
    """Return the stretch, mixed and limited, and when each utterance is heard in it."""
    if not (stretch.opening or stretch.closing or stretch.bed):
        return _speech(stretch.lines, load, sound, _LEAD_IN, ceiling, stretch.mark)
    from ki_briefing.sound.music import add_music, open_with

    rate = sound.sample_rate
    opening = open_with(stretch.opening, sound, jingles) if stretch.opening else None
    speech, heard = _speech(stretch.lines, load, sound, opening.lead if opening else _LEAD_IN, ceiling)
    words = [(each.start * 1000 // rate, -(-each.end * 1000 // rate)) for each in heard]
    mixed = add_music(speech, words, opening, stretch, sound, jingles)
    return limiter.limit(put_mark(mixed, stretch.mark, rate) if stretch.mark else mixed, ceiling, rate), heard


def mix_speech(
    utterances: Sequence[Utterance], takes: Sequence[Take], load: Callable[[Take], Clip], sound: Sound
) -> Samples:
    """Return a few utterances as an episode would have them, without music, before they are encoded."""
    lines = [Line(utterance, take) for utterance, take in zip(utterances, takes, strict=True)]
    samples, _ = _speech(lines, load, sound, _LEAD_IN, loudness.factor(sound.true_peak - _MARGIN))
    return samples + room_tone(len(samples), sound.sample_rate)


def _speech(
    lines: Sequence[Line], load: Callable[[Take], Clip], sound: Sound, lead: int, ceiling: float, mark: str = ""
) -> tuple[Samples, tuple[Heard, ...]]:
    """Return the speech, levelled and limited, after ``lead`` ms of silence; and when each utterance is heard.

    A mark is put in first, so it is levelled and limited with the speech.
    """
    mono, heard = _lay_out(lines, load, sound, lead)
    mono = put_mark(mono, mark, sound.sample_rate) if mark else mono
    target = sound.loudness - 10 * math.log10(sound.channels)
    levelled = level(mono, [each.start for each in heard], target, ceiling, sound.sample_rate)
    return codec.with_channels(levelled, sound.channels), heard


def _lay_out(
    lines: Sequence[Line], load: Callable[[Take], Clip], sound: Sound, lead: int
) -> tuple[Samples, tuple[Heard, ...]]:
    """Return the polished clips with their pauses, shape (frames, 1), and when each is heard."""
    millisecond = sound.sample_rate // 1000
    pieces = [np.zeros(lead * millisecond, np.float32)]
    at = lead * millisecond
    heard = []
    for line in lines:
        clip = load(line.take)
        polished, trimmed = polish(clip.samples, clip.sample_rate, sound)
        speech = codec.resample(polished, clip.sample_rate, sound.sample_rate)
        quiet = codec.resample(quiet_around(clip.samples, clip.sample_rate, sound), clip.sample_rate, sound.sample_rate)
        pause = own_quiet(quiet, max(line.utterance.pause * millisecond, 0), sound.sample_rate)
        heard.append(Heard(at, at + len(speech), _words(clip, trimmed, sound.sample_rate, at, len(speech))))
        pieces += (speech, pause)
        at += len(speech) + len(pause)
    pieces[-1] = pieces[-1][_LEAD_IN * millisecond :]  # the next stretch begins with this silence
    return np.concatenate(pieces)[:, None], tuple(heard)


def _words(clip: Clip, trimmed: int, rate: int, at: int, length: int) -> bytes:
    """Return a clip's word timings in frames of its stretch, packed."""
    scale = rate / clip.sample_rate
    words = bytearray()
    for word in clip.words:
        onset, offset = (min(max(0, round((edge - trimmed) * scale)), length) for edge in (word.onset, word.offset))
        if onset < offset:
            words += _WORD.pack(word.start, word.end, at + onset, at + offset)
    return bytes(words)
