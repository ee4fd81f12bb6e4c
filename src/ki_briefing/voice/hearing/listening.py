"""Is what was said understood? Passages of speech, heard and compared with their spoken form.

Utterances, sound at 16 kHz -> hearings. A recogniser is no perfect ear, and each voice is understood as well as it is:
a passage fails if it is heard worse than any of that voice's was in good episodes (``data/listening.toml``), if words
are heard twice in it, or wholly other ones. Passages are heard some at a time, as a recogniser that knows what came
before hears best; one that fails is heard once more, alone, and so are its neighbours.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.records import from_plain
from ki_briefing.voice.hearing.recognizer import LONGEST, SAMPLE_RATE
from ki_briefing.voice.hearing.word_errors import Comparison, Fault, compare, compare_each, heard_tokens, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ki_briefing.model.text import Utterance
    from ki_briefing.voice.hearing.recognizer import Recognizer
    from ki_briefing.voice.hearing.word_errors import Token

_LIMITS = Path(__file__).parents[2] / "data" / "listening.toml"
_SHORT = 40  # letters: a name alone, misheard, is no lost sentence
_MARGIN = 0.1  # seconds before and after a passage
_GAP = 0.5  # seconds between passages that are heard together


@dataclass(frozen=True, slots=True)
class Limits:
    """How badly a voice may be understood.

    Attributes:
        passage: Letters wrong, per letter of a passage.
        lost: Letters lost one after the other.
        unlike: Words one after the other, heard as wholly other ones.
        episode: Words wrong, per word of an episode.
    """

    passage: float
    lost: int
    unlike: int
    episode: float


@dataclass(frozen=True, slots=True)
class Passage:
    """Something that was to be said, and where it stands.

    Attributes:
        start: When it begins [s].
        end: When it ends [s].
        limits: Of the voice that says it.
    """

    tokens: tuple[Token, ...]
    start: float
    end: float
    limits: Limits


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was heard of a passage."""

    comparison: Comparison

    @property
    def score(self) -> float:
        """Letters wrong, per letter; short passages count as if they had ``_SHORT``."""
        return self.comparison.letter_errors / max(_SHORT, self.comparison.letters)

    @property
    def longest_loss(self) -> int:
        """How many letters were lost one after the other."""
        lost = (each.said for each in self.comparison.faults if each.fault is Fault.LOST)
        return max((sum(map(str.isalnum, said)) for said in lost), default=0)

    def passes(self, limits: Limits) -> bool:
        """Tell whether it was understood as well as this voice is understood otherwise, and no word heard twice."""
        doubled = any(each.fault is Fault.DOUBLED for each in self.comparison.faults)
        silent = bool(self.comparison.words) and not self.comparison.heard
        whole = self.longest_loss <= limits.lost and self.comparison.unlike <= limits.unlike
        return self.score <= limits.passage and whole and not doubled and not silent


def limits_of(fingerprint: str) -> Limits:
    """Return the limits of the engine with this fingerprint, or of an unknown voice."""
    known = _known_limits()
    return known.get(fingerprint.partition(" ")[0], known["default"])


@cache
def _known_limits() -> dict[str, Limits]:
    tables = tomllib.loads(_LIMITS.read_text(encoding="utf-8"))["voices"]
    return {name: from_plain(Limits, table) for name, table in tables.items()}


def spoken_tokens(utterances: Iterable[Utterance]) -> tuple[Token, ...]:
    """Return the words of utterances, as they are compared; what has a pronunciation counts as a name."""
    return tuple(
        token
        for utterance in utterances
        for token in tokens(utterance.spoken, [(each.start, each.end) for each in utterance.pronunciations])
    )


def listen(
    passages: Sequence[Passage],
    read: Callable[[float, float], NDArray[np.float32]],
    recognizer: Recognizer,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Hearing, ...]:
    """Hear every passage.

    Args:
        read: Returns the mono sound at 16 kHz from one second to another.
        progress: Told how many passages of how many were heard.
    """
    hearings: list[Hearing] = []
    for group in _together(passages):
        hearings += _heard_again(group, list(_hear(group, read, recognizer)), read, recognizer)
        if progress:
            progress(len(hearings), len(passages))
    return tuple(hearings)


def _heard_again(
    group: Sequence[Passage],
    hearings: list[Hearing],
    read: Callable[[float, float], NDArray[np.float32]],
    recognizer: Recognizer,
) -> list[Hearing]:
    """Hear alone what failed, and its neighbours: what was heard of them may have been its words, or theirs."""
    waiting = [index for index, each in enumerate(hearings) if not each.passes(group[index].limits)]
    done: set[int] = set()
    while waiting:
        index = waiting.pop()
        if index in done or not 0 <= index < len(group):
            continue
        done.add(index)
        limits, together = group[index].limits, hearings[index]
        (hearings[index],) = _hear([group[index]], read, recognizer)
        if not (together.passes(limits) and hearings[index].passes(limits)):
            waiting += (index - 1, index + 1)
    return hearings


def hear(sound: NDArray[np.float32], said: Sequence[Token], recognizer: Recognizer) -> Hearing:
    """Hear one sound at 16 kHz."""
    return Hearing(compare(said, heard_tokens(recognizer.hear(sound))))


def _together(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    """Yield passages in groups that the recogniser hears in one piece."""
    group: list[Passage] = []
    seconds = 0.0
    for passage in passages:
        length = passage.end - passage.start + 2 * _MARGIN + _GAP
        if group and seconds + length > LONGEST:
            yield group
            group, seconds = [], 0.0
        group.append(passage)
        seconds += length
    if group:
        yield group


def _hear(
    group: Sequence[Passage], read: Callable[[float, float], NDArray[np.float32]], recognizer: Recognizer
) -> tuple[Hearing, ...]:
    import numpy as np

    gap = np.zeros(round(_GAP * SAMPLE_RATE), np.float32)
    pieces = [piece for each in group for piece in (read(max(0.0, each.start - _MARGIN), each.end + _MARGIN), gap)]
    heard = heard_tokens(recognizer.hear(np.concatenate(pieces)))
    return tuple(map(Hearing, compare_each([each.tokens for each in group], heard)))
