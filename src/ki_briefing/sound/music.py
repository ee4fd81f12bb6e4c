"""Jingles and the bed around and under the words: levelled speech -> the mix. pydub is the edit algebra.

Places are whole milliseconds here, as pydub counts; at 48 and 24 kHz they are whole frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.sound import codec

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ki_briefing.show import Jingles, Sound
    from ki_briefing.sound.codec import AudioSegment
    from ki_briefing.sound.plan import Stretch

_AFTER_SPEECH = 350  # milliseconds between the last word and the closing jingle
_BED_IN = 600  # milliseconds in which the bed rises under the end of the ident
_BED_TAIL = 2_200  # milliseconds the bed is heard after the last word
_BED_OUT = 1_500  # of them, in which it fades


@dataclass(frozen=True, slots=True)
class Opening:
    """The jingle before a stretch's first words.

    Attributes:
        lead: When the words begin [ms].
    """

    segment: AudioSegment
    lead: int


def open_stretch(stretch: Stretch, sound: Sound, jingles: Jingles) -> Opening | None:
    """Return the stretch's opening jingle, stepping back and fading under the first words.

    Raises:
        SoundError: The file cannot be used.
    """
    if stretch.opening is None:
        return None
    segment = codec.to_segment(stretch.opening.load(sound, sound.loudness + jingles.level), sound.sample_rate)
    overlap = min(jingles.overlap, len(segment) // 2)
    lead = len(segment) - overlap
    attack = min(jingles.attack, lead)
    if overlap:
        segment = segment.fade(to_gain=-jingles.duck, start=lead - attack, duration=attack).fade_out(overlap)
    return Opening(segment, lead)


def add_music(
    speech: NDArray[np.float32], words: Sequence[tuple[int, int]], opening: Opening | None,
    stretch: Stretch, sound: Sound, jingles: Jingles,
) -> NDArray[np.float32]:  # fmt: skip
    """Return the stretch with its music; longer than the speech where the music rings on.

    Args:
        speech: Shape (frames, channels).
        words: When something is said: first and last millisecond of each utterance, in order.

    Raises:
        SoundError: A file cannot be used.
    """
    rate = sound.sample_rate
    layers = [(0, opening.segment)] if opening else []
    end = words[-1][1]
    if stretch.bed:
        begin = max(0, words[0][0] - _BED_IN) if opening else 0
        length = end + _BED_TAIL - begin
        bed = codec.to_segment(stretch.bed.load(sound, sound.loudness + jingles.bed_level, length), rate)
        heard = [(start - begin, stop - begin) for start, stop in words]
        layers.append((begin, duck(bed, heard, jingles).fade_in(_BED_IN).fade_out(_BED_OUT)))
    if stretch.closing:
        segment = codec.to_segment(stretch.closing.load(sound, sound.loudness + jingles.level), rate)
        layers.append((end + _AFTER_SPEECH, segment))
    if not layers:
        return speech
    canvas = codec.to_segment(speech, rate)
    longest = max(begin + len(segment) for begin, segment in layers)
    if longest > len(canvas):
        canvas += codec.silent_segment(longest - len(canvas), rate, sound.channels)
    for begin, segment in layers:
        canvas = canvas.overlay(segment, position=begin)
    return codec.from_segment(canvas)


def duck(bed: AudioSegment, words: Sequence[tuple[int, int]], jingles: Jingles) -> AudioSegment:
    """Return the bed, stepping back while something is said.

    It falls within ``attack`` before the first word, stays down for ``hold`` after the last, and comes back within
    ``release``; a gap that leaves no room for this is bridged.
    """
    attack, hold, release = jingles.attack, jingles.hold, jingles.release
    spans: list[tuple[int, int]] = []
    for start, end in words:
        if spans and start - attack < spans[-1][1] + hold + release:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    for start, end in spans:
        fall = max(0, start - attack)
        if start <= 0:
            bed = bed.apply_gain(-jingles.duck)
        else:
            bed = bed.fade(to_gain=-jingles.duck, start=fall, duration=start - fall)
        if end + hold + release < len(bed):
            bed = bed.fade(to_gain=jingles.duck, start=end + hold, duration=release)
    return bed
