"""Stand-ins that tests of several stages share: an engine of tones, and utterances for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ki_briefing.model.sound import Clip, Word
from ki_briefing.model.spans import Pronunciation
from ki_briefing.model.text import Utterance, UtteranceRole
from ki_briefing.voice.engine import Engine, EngineFacts, Form, Speaker

if TYPE_CHECKING:
    from collections.abc import Callable


class ToneEngine:
    """Says every letter as 10 ms of 440 Hz at -20 dBFS, so that tests can count; remembers what it was asked."""

    sample_rate = 22_050

    def __init__(
        self,
        fingerprint: str = "tone 1",
        fails: Callable[[str], Exception | None] | None = None,
    ) -> None:
        """Take what makes it fail: a function of the spoken form that returns the error to raise, or None."""
        self.fingerprint = fingerprint
        self.said: list[str] = []
        self._fails = fails

    def synthesize(self, utterance: Utterance) -> Clip:
        """Return a tone as long as the text, with one word timing per word."""
        self.said.append(utterance.spoken)
        if self._fails and (error := self._fails(utterance.spoken)):
            raise error
        step = self.sample_rate // 100
        t = np.arange(len(utterance.spoken) * step)
        wave = 0.1 * np.sin(2 * np.pi * 440 * t / self.sample_rate)
        words = []
        at = 0
        for word in utterance.spoken.split():
            start = utterance.spoken.index(word, at)
            at = start + len(word)
            words.append(Word(start, at, start * step, at * step))
        return Clip(wave.astype(np.float32), self.sample_rate, tuple(words))


def speaker(engine: Engine, at_once: int = 0, understands: frozenset[Form] = frozenset(Form)) -> Speaker:
    """Return an engine with facts to speak by."""
    facts = EngineFacts(
        name="tone", note="tones", licence="CC0-1.0", trained=False, understands=understands, at_once=at_once
    )
    return Speaker(facts, engine)


def utterance(text: str, *pronunciations: Pronunciation, written: str = "", pause: int = 350) -> Utterance:
    """Return a paragraph's utterance; written and spoken alike unless told otherwise."""
    return Utterance(written or text, text, UtteranceRole.PARAGRAPH, pause, (), pronunciations)
