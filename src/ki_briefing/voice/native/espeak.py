"""The embedded voice: espeak-ng from its wheel, offline, on every core, in processes of its own.

Utterance -> Clip at 22,050 Hz with word timings, and the IPA of what is said. A word's timing belongs to the word as it
is spoken, whatever stands for it in the text that the library gets (``espeak_text``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from ki_briefing.base.errors import ConfigError, NothingToSay
from ki_briefing.base.records import Between
from ki_briefing.model.sound import Clip, Word
from ki_briefing.model.text import Utterance
from ki_briefing.voice.children import Children
from ki_briefing.voice.engine import EngineFacts, Form, Plugin
from ki_briefing.voice.native import espeak_child
from ki_briefing.voice.native.espeak_library import REINSTALL, SAMPLE_RATE, Notation, data_folder, library_version
from ki_briefing.voice.native.espeak_text import LANGUAGE_MARK, clean, mark, transcribed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ki_briefing.voice.native.espeak_text import Stretch

_GERMAN = "gmw/de"
_REVISION = 4  # counts up when equal utterances begin to sound different
_SILENCE = 60  # sample magnitude below which a word is not heard any more
_NO_LETTER = re.compile(r"[\W_]+(?=[^\W_])")
_speakers = Children("ki_briefing.voice.native.espeak_child", "espeak-ng", REINSTALL)


@dataclass(frozen=True, slots=True)
class EspeakSettings:
    """What ``[voice]`` may say of it.

    Attributes:
        name: ``de``, with a variant after ``+`` if wanted: ``de+f4``; empty: ``de``.
        rate: Faster or slower than the voice's own pace [percent].
    """

    name: str = ""
    rate: Annotated[int, Between(-50, 150)] = 0


class EspeakEngine:
    """espeak-ng's German voice: clear, tireless, robotic. Any number of threads may ask at once.

    Raises:
        ConfigError: There is no such voice.
        EngineMissing: The wheel ``espeakng-loader`` is absent or broken.
    """

    def __init__(self, settings: EspeakSettings) -> None:
        self._voice = _voice_file(settings.name)
        self._rate = settings.rate
        self.fingerprint = f"espeak-ng {library_version()} {self._voice} {settings.rate:+d}% r{_REVISION}"

    def synthesize(self, utterance: Utterance) -> Clip:
        """Say ``utterance.spoken``: its pronunciations by IPA, else by language, else by respelling.

        Raises:
            SpeechError: The library refused, or there is nothing to say.
        """
        import numpy as np

        marked = mark(utterance)
        answer = _speakers.ask(espeak_child.request(marked.text, self._voice, self._rate), marked.text)
        sound, events = espeak_child.sound(answer)
        if not events:
            raise NothingToSay(utterance.spoken)
        samples = np.frombuffer(sound, np.int16)
        words = _words(marked.stretches(events, len(samples)), samples)
        return Clip(np.divide(samples, 32768, dtype=np.float32), SAMPLE_RATE, words)


@dataclass(frozen=True, slots=True)
class Sounding:
    """``spoken[start:end]`` of an utterance sounds like ``ipa``: stress marks stand before the vowels."""

    start: int
    end: int
    ipa: str


plugin = Plugin(
    EngineFacts(
        name="espeak",
        note="embedded, offline; clear but robotic (espeak-ng, GPL-3.0-or-later)",
        licence="GPL-3.0-or-later",
        trained=False,
        understands=frozenset(Form),
        word_times=True,
        voices=("de", "de+f4", "de+m3"),  # f2, f3 and f5 sound a little different at each call: a fault of the library
        credit="Stimme: espeak-ng (GPL-3.0-or-later)",
    ),
    EspeakSettings,
    EspeakEngine,
)


def ipa(utterance: Utterance | str) -> str:
    """Return the IPA of what the German voice says, its words separated by spaces, stress marks before the vowels.

    Raises:
        EngineMissing: The wheel is absent or broken.
    """
    text = mark(utterance).text if isinstance(utterance, Utterance) else clean(utterance)
    return " ".join(LANGUAGE_MARK.sub(" ", transcribed(text, _GERMAN, Notation.IPA)).split())


def pronounce(utterance: Utterance) -> tuple[Sounding, ...]:
    """Return how each word sounds that the German voice says, in order: :func:`ipa`, by word.

    Raises:
        EngineMissing: The wheel is absent or broken.
        SpeechError: The library refused, or there is nothing to say.
    """
    marked = mark(utterance)
    answer = _speakers.ask(espeak_child.request(marked.text, _GERMAN), marked.text)
    sound, events = espeak_child.sound(answer)
    said = []
    for each in marked.stretches(events, len(sound) // 2):
        # a lonely hyphen is reported with the word after it
        letters = _NO_LETTER.match(marked.spoken, each.start, each.end)
        sounds = " ".join(LANGUAGE_MARK.sub("", each.ipa).split())
        if sounds:
            said.append(Sounding(letters.end() if letters else each.start, each.end, sounds))
    if not said:
        raise NothingToSay(utterance.spoken)
    return tuple(said)


def variants() -> tuple[str, ...]:
    """Return every name that ``[voice] name`` accepts, the default first.

    Raises:
        EngineMissing: The wheel is absent.
    """
    return ("de", *(f"de+{path.name}" for path in sorted((data_folder() / "voices" / "!v").iterdir())))


def _voice_file(name: str) -> str:
    base, _, variant = name.partition("+")
    if base not in ("", "de") or (variant and f"de+{variant}" not in variants()):
        raise ConfigError(
            f"[voice] name: engine 'espeak' has no voice '{name}'", hint='Write: name = "de", or for example "de+f4".'
        )
    return f"{_GERMAN}+{variant}" if variant else _GERMAN


def _words(said: Sequence[Stretch], samples: NDArray[np.int16]) -> tuple[Word, ...]:
    """Return a word per stretch of the spoken form, each ending with its last sound."""
    words = []
    for each, limit in zip(said, [*(following.frame for following in said[1:]), len(samples)], strict=True):
        heard = (abs(samples[each.frame : limit].astype("int32")) > _SILENCE).nonzero()[0]
        if limit > each.frame:
            end = each.frame + int(heard[-1]) + 1 if len(heard) else limit
            words.append(Word(each.start, each.end, each.frame, end))
    return tuple(words)
