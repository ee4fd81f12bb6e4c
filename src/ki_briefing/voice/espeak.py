"""The embedded voice: espeak-ng from its wheel, in this process, offline.

Utterance -> Clip at 22,050 Hz with word timings. Where the lexicon has a respelling, that is what the engine is given;
the word's timing still belongs to the word as it is spoken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ki_briefing.errors import ConfigError, SpeechError
from ki_briefing.model import Clip, Utterance, Word
from ki_briefing.voice.espeak_library import SAMPLE_RATE, Library, Notation, library_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ki_briefing.show import Voice
    from ki_briefing.voice.espeak_library import WordEvent

_VOICES = {"": "gmw/de", "de": "gmw/de"}
_FEWEST_PERCENT, _MOST_PERCENT = -50, 150
_MARKS = str.maketrans("[]", "()")  # two brackets would begin phonemes


class EspeakEngine:
    """espeak-ng's German voice: clear, tireless, robotic.

    Raises:
        ConfigError: There is no such voice or rate.
        EngineMissing: The wheel is absent or broken.
    """

    note: ClassVar[str] = "embedded, offline; clear but robotic (espeak-ng, GPL-3.0-or-later)"
    voices: ClassVar[tuple[str, ...]] = ("de",)
    credit: ClassVar[str] = "Stimme: espeak-ng (GPL-3.0-or-later)"
    trained: ClassVar[bool] = False
    at_once: ClassVar[int] = 0  # as many threads as there are cores

    def __init__(self, voice: Voice) -> None:
        if voice.name not in _VOICES:
            raise ConfigError(f"engine 'espeak' has no voice '{voice.name}'", hint='Write: name = "de".')
        if not _FEWEST_PERCENT <= voice.rate <= _MOST_PERCENT:
            raise ConfigError(
                f"a rate of {voice.rate} % is out of range", hint=f"Use {_FEWEST_PERCENT} to {_MOST_PERCENT}."
            )
        self._file = _VOICES[voice.name]
        self._rate = voice.rate
        self.fingerprint = f"espeak {library_version()} de {voice.rate:+d}%"

    def synthesize(self, utterance: Utterance) -> Clip:
        """Say ``utterance.spoken``.

        Raises:
            SpeechError: The library refused, or said nothing.
        """
        import numpy as np

        text, borders = _given(utterance)
        with Library(self._file, self._rate) as library:
            sound, events = library.say(text)
        if not sound:
            raise SpeechError(f"espeak-ng said nothing for: {utterance.spoken[:60]}", hint="Rephrase that sentence.")
        samples = np.frombuffer(sound, np.int16).astype(np.float32) / 32768
        return Clip(samples, SAMPLE_RATE, tuple(_words(events, borders, len(samples))))


def ipa(utterance: Utterance) -> str:
    """Return what the engine says for an utterance, in the International Phonetic Alphabet.

    Raises:
        EngineMissing: The wheel is absent or broken.
    """
    with Library(_VOICES[""]) as library:
        return library.transcribe(_given(utterance)[0], Notation.IPA)


def _given(utterance: Utterance) -> tuple[str, list[tuple[int, int]]]:
    """Return the text for the engine, and (its offset, offset in the spoken form) where each piece begins."""
    pieces: list[str] = []
    borders = [(0, 0)]
    at = length = 0
    for pronunciation in utterance.pronunciations:
        if not pronunciation.respelling:
            continue
        plain = utterance.spoken[at : pronunciation.start]
        pieces += (plain, pronunciation.respelling)
        borders.append((length + len(plain), pronunciation.start))
        length += len(plain) + len(pronunciation.respelling)
        at = pronunciation.end
        borders.append((length, at))
    pieces.append(utterance.spoken[at:])
    return "".join(pieces).translate(_MARKS).replace("\0", " "), borders


def _words(events: Iterable[WordEvent], borders: list[tuple[int, int]], frames: int) -> Iterable[Word]:
    """Yield the words of the spoken form; those of one respelling count as one."""
    begun: list[tuple[int, int, int]] = []
    for event in events:
        start, end = _spoken_range(event.start, event.end, borders)
        if end > start and (not begun or begun[-1][0] < start) and event.frame < frames:
            begun.append((start, end, event.frame))
    for (start, end, onset), following in zip(begun, [*(each[2] for each in begun[1:]), frames], strict=True):
        if following > onset:
            yield Word(start, end, onset, following)


def _spoken_range(start: int, end: int, borders: list[tuple[int, int]]) -> tuple[int, int]:
    for index in range(len(borders) - 1, -1, -1):
        given, spoken = borders[index]
        if start >= given:
            if index % 2:  # inside a respelling: the whole word
                return spoken, borders[index + 1][1]
            return spoken + start - given, spoken + end - given
    return start, end
