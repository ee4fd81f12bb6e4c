"""Script and takes -> stretches: what is mixed and encoded in one piece.

A stretch is a few sentences up to a pause, so an edited word costs one stretch, not its chapter; jingles and the
speech they overlap share a stretch. It is named by everything that shapes its sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.files import digest
from ki_briefing.model import SegmentKind
from ki_briefing.sound.jingle import Part, choose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ki_briefing.model import Script, Take, Utterance
    from ki_briefing.show import Jingles, Sound
    from ki_briefing.sound.jingle import Jingle

_FORMAT = "stretch 1"
_ENOUGH = 12.0  # seconds of speech after which a stretch ends at the next pause
_LONG_PAUSE = 500  # milliseconds: where a stretch may end


@dataclass(frozen=True, slots=True)
class Spoken:
    """An utterance with its take."""

    utterance: Utterance
    take: Take


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is mixed and encoded in one piece.

    Attributes:
        key: Digest of everything that shapes its sound.
        chapter: Index of its chapter.
        opening: Jingle that runs into the first words.
        closing: Jingle after the last words.
        last: It ends its chapter.
    """

    key: str
    chapter: int
    spoken: tuple[Spoken, ...]
    opening: Jingle | None
    closing: Jingle | None
    last: bool


def make_plan(
    script: Script, takes: Sequence[Take], sound: Sound, jingles: Jingles, folder: Path
) -> tuple[Stretch, ...]:
    """Return the stretches of an episode, in order.

    Raises:
        ConfigError: There is no such style of jingles.
        StorageError: A jingle cannot be read.
    """
    ident = choose(Part.IDENT, jingles, folder)
    stinger = choose(Part.STINGER, jingles, folder)
    outro = choose(Part.OUTRO, jingles, folder)
    openings = {SegmentKind.INTRO: ident, SegmentKind.SECTION: stinger, SegmentKind.EXPLAINER: stinger}
    stretches = []
    remaining = iter(takes)
    for chapter, segment in enumerate(script.segments):
        spoken = [Spoken(utterance, next(remaining)) for utterance in segment.utterances]
        groups = list(_groups(spoken))
        for index, group in enumerate(groups):
            last = index + 1 == len(groups)
            opening = openings.get(segment.kind) if index == 0 else None
            closing = outro if last and segment.kind is SegmentKind.OUTRO else None
            key = _key(group, opening, closing, sound, jingles)
            stretches.append(Stretch(key, chapter, tuple(group), opening, closing, last))
    return tuple(stretches)


def _groups(spoken: list[Spoken]) -> Iterator[list[Spoken]]:
    group: list[Spoken] = []
    seconds = 0.0
    for each in spoken:
        group.append(each)
        seconds += each.take.frames / each.take.sample_rate
        if seconds >= _ENOUGH and each.utterance.pause >= _LONG_PAUSE:
            yield group
            group, seconds = [], 0.0
    if group:
        yield group


def _key(group: list[Spoken], opening: Jingle | None, closing: Jingle | None, sound: Sound, jingles: Jingles) -> str:
    music = [jingle.digest if jingle else "" for jingle in (opening, closing)]
    speech = [f"{each.take.key} {each.utterance.pause}" for each in group]
    return digest(_FORMAT, repr(sound), str(jingles.overlap), str(jingles.duck), str(jingles.level), *music, *speech)
