"""What the voice left out or said twice, on the episode's time axis.

Script, slips of its utterances, Timeline -> marks, in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ki_briefing.model.episode import SlipMark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ki_briefing.model.sound import Cue, Timeline
    from ki_briefing.model.text import Script
    from ki_briefing.voice.heard import Slip


def mark_slips(script: Script, slips: Sequence[Sequence[Slip]], timeline: Timeline) -> Iterator[SlipMark]:
    """Yield each slip with its word and its second."""
    for utterance, cue, found in zip(script.utterances, timeline.cues, slips, strict=True):
        for slip in found:
            written, _ = utterance.written_range(slip.start, slip.end)
            second = round(_frame(cue, written) / timeline.sample_rate, 1)
            yield SlipMark(utterance.spoken[slip.start : slip.end], second, slip.twice)


def _frame(cue: Cue, at: int) -> int:
    """Return when the word before a place in the cue's text ends."""
    return max((word.offset for word in cue.words if word.end <= at), default=cue.start)
