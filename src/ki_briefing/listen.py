"""A built episode -> what is heard of each of its sentences.

Its finished MP3 is heard, not the clips: so what went wrong after the voice counts too, music over words for one, and a
copy of the episode without its cache can be judged. The transcript says where each sentence is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from ki_briefing.sound.codec import excerpts
from ki_briefing.voice.hearing.listening import Passage, limits_of, listen, spoken_tokens
from ki_briefing.voice.hearing.recognizer import SAMPLE_RATE
from ki_briefing.voice.hearing.word_errors import WordFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ki_briefing.model.episode import Episode, VoicePart
    from ki_briefing.model.text import Script, Utterance
    from ki_briefing.voice.hearing.recognizer import Recognizer


@dataclass(frozen=True, slots=True)
class HeardSentence:
    """A sentence of the transcript, and what was heard of it.

    Attributes:
        start: When it begins [s].
        text: In its written form.
        heard: In spoken form.
        words: How many words it has as it is spoken.
        errors: How many of them were wrong, lost, doubled or invented.
        score: Letters wrong, per letter.
        voice: Fingerprint of the engine that says it.
        understood: As well as this voice is otherwise, and no word twice.
        faults: The words, in order.
    """

    start: float
    text: str
    heard: str
    words: int
    errors: int
    score: float
    voice: str
    understood: bool
    faults: tuple[WordFault, ...]


def hear_episode(
    audio: Path,
    script: Script,
    episode: Episode,
    parts: Sequence[VoicePart],
    recognizer: Recognizer,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[HeardSentence, ...]:
    """Hear every sentence; none if the transcript is not the script's.

    Args:
        parts: Who says what.

    Raises:
        SoundError: The MP3 cannot be decoded.
    """
    said = list(_by_sentence(script.utterances, [sentence.text for sentence in episode.sentences]))
    if len(said) != len(episode.sentences):
        return ()
    voices = {index: part.fingerprint for part in parts for index in part.utterances}
    firsts = accumulate((len(utterances) for utterances in said), initial=0)
    spoken_by = [voices.get(first, episode.engine) for first, _ in zip(firsts, said, strict=False)]
    passages = [
        Passage(spoken_tokens(utterances), sentence.start / 1000, sentence.end / 1000, limits_of(voice))
        for utterances, sentence, voice in zip(said, episode.sentences, spoken_by, strict=True)
    ]
    with excerpts(audio, SAMPLE_RATE) as read:
        hearings = listen(passages, read, recognizer, progress)
    return tuple(
        HeardSentence(
            round(passage.start, 1),
            sentence.text,
            hearing.comparison.heard,
            hearing.comparison.words,
            hearing.comparison.errors,
            round(hearing.score, 3),
            voice,
            hearing.passes(passage.limits),
            hearing.comparison.faults,
        )
        for sentence, passage, hearing, voice in zip(episode.sentences, passages, hearings, spoken_by, strict=True)
    )


def worst(heard: Sequence[HeardSentence], count: int) -> list[HeardSentence]:
    """Return the sentences that were understood worst, the worst first, of those with an error."""
    wrong = (each for each in heard if each.errors)
    return sorted(wrong, key=lambda each: (each.understood, -each.score))[:count]


def _by_sentence(utterances: Sequence[Utterance], sentences: Sequence[str]) -> Iterator[list[Utterance]]:
    """Yield the utterances of each sentence, as long as they have its words."""
    waiting = list(reversed(utterances))
    for sentence in sentences:
        mine: list[Utterance] = []
        wanted = sentence.split()
        words: list[str] = []
        while waiting and len(words) < len(wanted):
            mine.append(waiting.pop())
            words += mine[-1].written.split()
        if words != wanted:
            return
        yield mine
