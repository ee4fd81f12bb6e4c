"""An engine that is listened to: what is not understood is said again in pieces, and the best of it is kept.

Engine -> Engine, so that whoever has utterances spoken does not notice. A voice that swallows or doubles words in one
long sentence seldom does so in its halves; an online voice is asked anew with them. What is still not understood is
kept as it is, and remembered, so that a build can say so, also one that finds the clip in the cache.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ki_briefing.base.errors import SpeechError
from ki_briefing.base.files import digest
from ki_briefing.base.records import RecordError, from_json, to_json
from ki_briefing.base.store import Store
from ki_briefing.model.sound import Clip, Word
from ki_briefing.voice.engine import Speaker
from ki_briefing.voice.hearing.listening import Hearing, hear, limits_of, spoken_tokens
from ki_briefing.voice.hearing.recognizer import at_hearing_rate, load_recognizer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ki_briefing.model.text import Utterance
    from ki_briefing.show.settings import Show
    from ki_briefing.voice.engine import Engine
    from ki_briefing.voice.hearing.recognizer import Recognizer

STORE = "hearings"
"""Where in a show's cache it is remembered what was not understood."""

_REVISION = 2  # counts up when other clips are kept
_ATTEMPTS = (1, 2, 4)  # pieces of the sentence
_BREATH = 0.12  # seconds between pieces
_EDGE = 0.02  # seconds that are left of the silence around a piece
_SILENCE = 0.01  # of its peak
_SPACE = re.compile(r"\s+")
_MARKS = ",;:–—"
_NO_MARK = 0.3  # of the sentence: how much further from the middle a comma may be to be the better place


@dataclass(frozen=True, slots=True)
class Misheard:
    """What was heard of an utterance that was not understood, however it was said.

    Attributes:
        score: Letters wrong, per letter.
    """

    heard: str
    score: float


class ListeningEngine:
    """Says what another engine says, and hears it; any number of threads may ask at once."""

    def __init__(self, engine: Engine, recognizer: Recognizer, store: Store) -> None:
        self._engine = engine
        self._recognizer = recognizer
        self._store = store
        self._limits = limits_of(engine.fingerprint)
        self.fingerprint = f"{engine.fingerprint}, heard by {recognizer.name} r{_REVISION}"

    def synthesize(self, utterance: Utterance) -> Clip:
        """Say ``utterance.spoken``, again in halves and in quarters if it is not understood.

        Raises:
            SpeechError: The engine refused or failed, or there is nothing to say.
        """
        tries: list[tuple[Hearing, Clip]] = []
        for count in _ATTEMPTS:
            pieces = divided(utterance, count)
            if tries and len(pieces) < count:
                break
            try:
                clip = _joined(pieces, [self._engine.synthesize(piece.utterance) for piece in pieces])
            except SpeechError:
                if not tries:
                    raise
                break  # what it said before is better than nothing
            sound = at_hearing_rate(clip.samples, clip.sample_rate)
            hearing = hear(sound, spoken_tokens([utterance]), self._recognizer)
            if hearing.passes(self._limits):
                self._store.path(_key(self.fingerprint, utterance)).unlink(missing_ok=True)
                return clip
            tries.append((hearing, clip))
        hearing, clip = min(tries, key=lambda each: each[0].score)
        misheard = Misheard(hearing.comparison.heard, round(hearing.score, 3))
        self._store.write(_key(self.fingerprint, utterance), to_json(misheard).encode())
        return clip


def listened(speaker: Speaker, show: Show) -> Speaker:
    """Return a speaker that is listened to.

    Raises:
        ConfigError: faster-whisper is not installed, or has no such model.
    """
    recognizer = load_recognizer(show.listening.model)
    return replace(speaker, engine=ListeningEngine(speaker.engine, recognizer, Store(show.cache / STORE)))


def misheard(utterance: Utterance, fingerprint: str, store: Store) -> Misheard | None:
    """Return what was heard of an utterance that was not understood; None if it was, or if nobody listened.

    Args:
        fingerprint: Of the engine that spoke it.
    """
    found = store.read(_key(fingerprint, utterance))
    try:
        return from_json(Misheard, found.decode()) if found else None
    except (RecordError, UnicodeDecodeError):
        return None


def _key(fingerprint: str, utterance: Utterance) -> str:
    return digest(fingerprint, utterance.spoken, to_json(utterance.pronunciations))


@dataclass(frozen=True, slots=True)
class _Piece:
    """``spoken[start:…]`` of an utterance, as an utterance of its own."""

    start: int
    utterance: Utterance


def divided(utterance: Utterance, count: int) -> list[_Piece]:
    """Return an utterance in ``count`` pieces, a power of two; in fewer if there is no place between two words."""
    pieces = [_Piece(0, utterance)]
    while len(pieces) < count:
        halves = [half for piece in pieces for half in _halves(piece)]
        if len(halves) == len(pieces):
            break
        pieces = halves
    return pieces


def _halves(piece: _Piece) -> Iterator[_Piece]:
    """Yield a piece cut near its middle, rather after a comma than between two words, never in a pronunciation."""
    spoken = piece.utterance.spoken
    whole = [(each.start, each.end) for each in piece.utterance.pronunciations]
    places = [
        (match.start(), match.end())
        for match in _SPACE.finditer(spoken)
        if not any(start < match.end() and match.start() < end for start, end in whole)
        and any(map(str.isalnum, spoken[: match.start()]))
        and any(map(str.isalnum, spoken[match.end() :]))
    ]
    if not places:
        yield piece
        return

    def price(place: tuple[int, int]) -> float:
        return abs(place[0] / len(spoken) - 0.5) + (0.0 if spoken[place[0] - 1] in _MARKS else _NO_MARK)

    end, start = min(places, key=price)
    yield _cut(piece, 0, end)
    yield _cut(piece, start, len(spoken))


def _cut(piece: _Piece, start: int, end: int) -> _Piece:
    text = piece.utterance.spoken[start:end]
    mine = (each for each in piece.utterance.pronunciations if start <= each.start and each.end <= end)
    shifted = tuple(replace(each, start=each.start - start, end=each.end - start) for each in mine)
    part = replace(piece.utterance, written=text, spoken=text, spans=(), pronunciations=shifted)
    return _Piece(piece.start + start, part)


def _joined(pieces: Sequence[_Piece], clips: Sequence[Clip]) -> Clip:
    """Return the clips of pieces one after another, a breath between them instead of the silence around them."""
    import numpy as np

    if len(clips) == 1:
        return clips[0]
    rate = clips[0].sample_rate
    breath = np.zeros(round(_BREATH * rate), np.float32)
    sounds: list[NDArray[np.float32]] = []
    words: list[Word] = []
    at = 0
    for piece, clip in zip(pieces, clips, strict=True):
        first, last = _audible(clip)
        for word in clip.words:
            onset, offset = (min(max(frame, first), last) - first + at for frame in (word.onset, word.offset))
            words.append(Word(piece.start + word.start, piece.start + word.end, onset, offset))
        sounds += (clip.samples[first:last], breath)
        at += last - first + len(breath)
    return Clip(np.concatenate(sounds[:-1]), rate, tuple(words))


def _audible(clip: Clip) -> tuple[int, int]:
    """Return the frames between which a clip is heard, with a little of the silence around."""
    import numpy as np

    level = np.abs(clip.samples)
    heard = np.flatnonzero(level > _SILENCE * level.max())
    edge = round(_EDGE * clip.sample_rate)
    return max(0, int(heard[0]) - edge), min(len(level), int(heard[-1]) + 1 + edge)
