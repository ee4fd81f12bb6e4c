"""Script, takes -> stretches, the parts that are mixed and encoded in one piece.

A stretch is a few sentences up to a pause, so an edited word costs one stretch and not its whole chapter. A jingle
shares a stretch with the speech that it overlaps. A stretch's key is a digest of everything that shapes its sound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ki_briefing.base.files import digest
from ki_briefing.model.text import SegmentKind, UtteranceRole
from ki_briefing.sound import VERSION
from ki_briefing.sound.codeword import MARK
from ki_briefing.sound.jingle import Part, choose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ki_briefing.model.sound import Take
    from ki_briefing.model.text import Script, Utterance
    from ki_briefing.show.settings import Jingles, Sound
    from ki_briefing.sound.jingle import Jingle

_LONG_PAUSE = 500  # milliseconds: the pause after a paragraph, where a stretch ends
_PAUSE = 250  # milliseconds: the pause in a long paragraph where a stretch may end ...
_SENTENCES = 6  # ... after this many utterances
_MOST = 40  # utterances in a stretch, whatever the pauses ...
_LETTERS = 1500  # ... and letters: some minutes at most, so that memory does not grow with a sentence that never ends


@dataclass(frozen=True, slots=True)
class Line:
    """An utterance with its take."""

    utterance: Utterance
    take: Take


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a chapter that is mixed and encoded in one piece.

    Attributes:
        key: Digest of everything that shapes its sound.
        chapter: Index of its chapter.
        opening: Jingle that runs on under the first words.
        closing: Jingle after the last words.
        bed: Music under the words.
        mark: Key id that its sound is marked with; empty: it is not marked.
    """

    key: str
    chapter: int
    lines: tuple[Line, ...]
    opening: Jingle | None
    closing: Jingle | None
    bed: Jingle | None
    mark: str = ""

    @property
    def seconds(self) -> float:
        """Length of its speech before trimming [s]."""
        return sum(line.take.frames / line.take.sample_rate for line in self.lines)

    @property
    def longest(self) -> float:
        """Its greatest possible length, with pauses and music [s]."""
        pauses = sum(line.utterance.pause for line in self.lines) / 1000
        return self.seconds + pauses + sum(jingle.longest for jingle in (self.opening, self.closing) if jingle)


def make_plan(
    script: Script, takes: Sequence[Take], sound: Sound, jingles: Jingles, folder: Path, mark: str = ""
) -> tuple[Stretch, ...]:
    """Return the stretches of an episode, in order.

    Args:
        mark: Key id to mark the sound with; empty: none.

    Raises:
        ConfigError: A jingle cannot be used.
    """
    ident, stinger, outro, bed = (choose(part, jingles, folder) for part in Part)
    openings = {SegmentKind.INTRO: ident, SegmentKind.SECTION: stinger, SegmentKind.EXPLAINER: stinger}
    if jingles.key_points:
        openings[SegmentKind.KEY_POINTS] = stinger
    stretches = []
    remaining = iter(takes)
    for chapter, segment in enumerate(script.segments):
        lines = [Line(utterance, next(remaining)) for utterance in segment.utterances]
        under = bed if segment.kind is SegmentKind.INTRO else None
        whole = under and len(lines) <= _MOST and _letters(lines) <= _LETTERS
        groups = [lines] if whole else list(_groups(lines))
        for index, group in enumerate(groups):
            music = (
                openings.get(segment.kind) if index == 0 else None,
                outro if index + 1 == len(groups) and segment.kind is SegmentKind.OUTRO else None,
                under if len(groups) == 1 else None,
            )
            key = _key(group, music, sound, jingles)
            key = digest(MARK, mark, key) if mark else key
            stretches.append(Stretch(key, chapter, tuple(group), *music, mark))
    return tuple(stretches)


def _groups(lines: list[Line]) -> Iterator[list[Line]]:
    """Divide a chapter at the ends of its paragraphs; a heading stays with what follows it.

    The text decides, not the length of the speech, so an edited sentence moves no other cut.
    """
    group: list[Line] = []
    for line in lines:
        group.append(line)
        pause = line.utterance.pause
        paragraph = pause >= _LONG_PAUSE and line.utterance.role is not UtteranceRole.HEADING
        full = len(group) >= _MOST or _letters(group) >= _LETTERS
        if paragraph or (pause >= _PAUSE and len(group) >= _SENTENCES) or full:
            yield group
            group = []
    if group:
        yield group


def _letters(lines: list[Line]) -> int:
    return sum(len(line.utterance.spoken) for line in lines)


def _key(group: list[Line], music: tuple[Jingle | None, ...], sound: Sound, jingles: Jingles) -> str:
    speech = [f"{line.take.key} {line.take.fingerprint} {line.utterance.pause}" for line in group]
    if not any(music):
        return digest(VERSION, repr(sound), *speech)
    files = [jingle.digest if jingle else "" for jingle in music]
    settings = replace(jingles, style="", ident="", stinger="", outro="", bed="")
    return digest(VERSION, repr(sound), repr(settings), *files, *speech)
