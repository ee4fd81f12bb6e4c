"""Levelled speech, jingles, bed -> the mix, made with pydub.

Positions here are whole milliseconds, as in pydub; at 48 and 24 kHz they are also whole frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ki_briefing.sound import edit
from ki_briefing.sound.loudness import factor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ki_briefing.show.settings import Jingles, Sound
    from ki_briefing.sound.edit import AudioSegment
    from ki_briefing.sound.jingle import Jingle
    from ki_briefing.sound.plan import Stretch

_AFTER_SPEECH = 350  # milliseconds between the last word and the closing jingle
_BED_IN = 600  # milliseconds in which the bed fades in under the end of the ident
_BED_OUT = 2_000  # milliseconds in which it fades out under the last words: it ends with them


@dataclass(frozen=True, slots=True)
class Opening:
    """The jingle before a stretch's first words, which begin after ``lead`` [ms]."""

    segment: AudioSegment
    lead: int


def open_with(jingle: Jingle, sound: Sound, jingles: Jingles) -> Opening:
    """Return an opening jingle that gets softer and fades out under the first words.

    Raises:
        ConfigError: The file cannot be used.
    """
    samples = jingle.load(sound, sound.loudness + jingles.level)
    length = len(samples) * 1000 // sound.sample_rate
    overlap = min(jingles.overlap, length // 2)
    lead = length - overlap
    if overlap:
        attack = min(jingles.attack, lead)
        gains = [(lead - attack, 1.0), (lead, factor(-jingles.duck)), (length, 0.0)]
        samples = _shaped(samples, gains, sound.sample_rate)
    return Opening(edit.to_segment(samples, sound.sample_rate), lead)


def add_music(
    speech: NDArray[np.float32], words: Sequence[tuple[int, int]], opening: Opening | None,
    stretch: Stretch, sound: Sound, jingles: Jingles,
) -> NDArray[np.float32]:  # fmt: skip
    """Return a stretch with its music; longer than the speech if the music rings on.

    Args:
        speech: Shape (frames, channels).
        words: When somebody speaks: first and last millisecond of each utterance, in order.

    Raises:
        ConfigError: A file cannot be used.
    """
    rate = sound.sample_rate
    layers = [(0, opening.segment)] if opening else []
    end = words[-1][1]
    if stretch.bed:
        begin = max(0, words[0][0] - _BED_IN) if opening else 0
        length = end - begin
        bed = stretch.bed.load(sound, sound.loudness + jingles.bed_level, length)
        bed = _shaped(bed, [(0, 0.0), (_BED_IN, 1.0)], rate)
        bed = _shaped(bed, [(length - _BED_OUT, 1.0), (length, 0.0)], rate)
        heard = [(start - begin, stop - begin) for start, stop in words]
        layers.append((begin, edit.to_segment(_shaped(bed, ducking(heard, jingles), rate), rate)))
    if stretch.closing:
        segment = edit.to_segment(stretch.closing.load(sound, sound.loudness + jingles.level), rate)
        layers.append((end + _AFTER_SPEECH, segment))
    canvas = edit.to_segment(speech, rate)
    longest = max(begin + len(segment) for begin, segment in layers)
    if longest > len(canvas):
        canvas += edit.silent_segment(longest - len(canvas), rate, sound.channels)
    for begin, segment in layers:
        canvas = canvas.overlay(segment, position=begin)
    return edit.from_segment(canvas)


def ducking(words: Sequence[tuple[int, int]], jingles: Jingles) -> list[tuple[int, float]]:
    """Return the gain of a bed that gets softer under words: (millisecond, factor), linear in between.

    It falls within ``attack`` before the first word, stays down for ``hold`` after the last, and comes back within
    ``release``. It stays down in a gap that is too short for this.
    """
    attack, hold, release = jingles.attack, jingles.hold, jingles.release
    spans: list[tuple[int, int]] = []
    for start, end in words:
        if spans and start - attack < spans[-1][1] + hold + release:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    low = factor(-jingles.duck)
    gains: list[tuple[int, float]] = []
    for start, end in spans:
        gains += ((start - attack, 1.0), (start, low), (end + hold, low), (end + hold + release, 1.0))
    return gains


def _shaped(samples: NDArray[np.float32], gains: Sequence[tuple[int, float]], rate: int) -> NDArray[np.float32]:
    """Return the samples times a gain curve. pydub's own fades would change in steps of a millisecond, and slowly."""
    places, factors = zip(*gains, strict=True)
    curve = np.interp(np.arange(len(samples)) * (1000 / rate), places, factors).astype(np.float32)
    return np.asarray(samples * curve[:, None], np.float32)
