"""The embedded voice: espeak-ng from its wheel, offline, on every core, in processes of its own.

Utterance -> Clip at 22,050 Hz with word timings, and the IPA of what is said. A pronunciation becomes ``[[mnemonics]]``
in the text, also for words in another language (``[[_^_en …]]``): unlike a change of voice by SSML that keeps the
sentence in one breath and one melody. A word's timing still belongs to the word as it is spoken.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from ki_briefing.base.errors import ConfigError, NothingToSay
from ki_briefing.base.records import Between
from ki_briefing.model.sound import Clip, Word
from ki_briefing.model.text import Utterance
from ki_briefing.voice.children import Children
from ki_briefing.voice.engine import EngineFacts, Form, Plugin
from ki_briefing.voice.native import espeak_child
from ki_briefing.voice.native.espeak_library import (
    REINSTALL,
    SAMPLE_RATE,
    Notation,
    WordEvent,
    data_folder,
    library_version,
)
from ki_briefing.voice.native.mnemonics import is_english, mnemonics

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ki_briefing.model.spans import Pronunciation

_GERMAN = "gmw/de"
_REVISION = 4  # counts up when equal utterances begin to sound different
_SWITCH = SAMPLE_RATE // 20  # a switch of language takes 7 ms
_SILENCE = 60  # sample magnitude below which a word is not heard any more
_TAGS = {"zh": "cmn", "no": "nb"}  # BCP 47 -> the library's name
_GOES_ON = re.compile(
    r"(?:[-'’][^\W_]+|\.[^\W\d_]\b)+"
)  # of KI-Chef, geht's and C.H. the library reports the first part only
_LONELY_HYPHEN = re.compile(r"(?<![^\W_])-(\s*)$")  # it, not the word after it, is reported
_LINKED = re.compile(r"\s*([^\W_]+)")  # a word after a lonely hyphen is reported as that hyphen
_REST = re.compile(r"[^\W_]*")  # of a word of more than 31 letters, or with an apostrophe before its second one
_TOGETHER = re.compile(
    r"\b(?:noch nicht|nicht mehr|nicht nur|gar nicht|es ist|of (?:an?|the)|out of|this one|to be|with the)\b",
    re.IGNORECASE,
)
"""What the library's dictionaries hold as one word, those of the words that they call English included."""

_NO_LETTER = re.compile(r"[\W_]+(?=[^\W_])")
_speakers = Children("ki_briefing.voice.native.espeak_child", "espeak-ng", REINSTALL)
_readers = Children("ki_briefing.voice.native.espeak_child reading", "espeak-ng", REINSTALL)

_COMMANDS = frozenset("[]_")
_MOST_SOUNDS = 100
"""Sounds and stress marks in a word: over 200 of them the library writes where it must not, in English over 159."""

_DOTTED = re.compile(r"((?:[^\W\d_]\.){19}[^\W\d_])\.(?=[^\W\d_]\.)")
"""Twenty dotted letters, and more to come: over 160 bytes of them the library writes where it must not."""
_LANGUAGE_MARK = re.compile(r"\([a-z][a-z0-9-]*\)")


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

        marked = _mark(utterance)
        answer = _speakers.ask(espeak_child.request(marked.text, self._voice, self._rate), marked.text)
        sound, events = espeak_child.sound(answer)
        if not events:
            raise NothingToSay(utterance.spoken)
        samples = np.frombuffer(sound, np.int16)
        words = _words(marked, events, samples)
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
    marked = _mark(utterance) if isinstance(utterance, Utterance) else _Marked(_clean(utterance), (), utterance)
    return " ".join(_LANGUAGE_MARK.sub(" ", _transcribed(marked.text, _GERMAN, Notation.IPA)).split())


def pronounce(utterance: Utterance) -> tuple[Sounding, ...]:
    """Return how each word sounds that the German voice says, in order: :func:`ipa`, by word.

    Raises:
        EngineMissing: The wheel is absent or broken.
        SpeechError: The library refused, or there is nothing to say.
    """
    marked = _mark(utterance)
    answer = _speakers.ask(espeak_child.request(marked.text, _GERMAN), marked.text)
    sound, events = espeak_child.sound(answer)
    said = []
    for start, end, _, ipa in _begun(marked, events, len(sound) // 2):
        letters = _NO_LETTER.match(marked.spoken, start, end)  # a lonely hyphen is reported with the word after it
        sounds = " ".join(_LANGUAGE_MARK.sub("", ipa).split())
        if sounds:
            said.append(Sounding(letters.end() if letters else start, end, sounds))
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


# --- text with phonemes in it, and the way back -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Marked:
    """Text as the library gets it, and the way back.

    Attributes:
        inserts: (start, end, spoken start, spoken end) of what stands for a stretch of the spoken form.
    """

    text: str
    inserts: tuple[tuple[int, int, int, int], ...]
    spoken: str

    def spoken_range(self, event: WordEvent) -> tuple[int, int]:
        """Return the range of the spoken form that is said from a word event on."""
        insert = next((each for each in self.inserts if event.start < each[1]), None)
        if insert and insert[0] <= event.start:
            end = insert[1]
        elif together := _TOGETHER.match(self.text, event.start):
            end = together.end()
        else:
            end = min(event.end, insert[0] if insert else len(self.text))
            if self.text[end - 1].isalnum() and (word := _REST.match(self.text, end)):
                end = word.end()
            elif not any(map(str.isalnum, self.text[event.start : end])) and (linked := _LINKED.match(self.text, end)):
                end = linked.end()
        if goes_on := _GOES_ON.match(self.text, end):
            end = goes_on.end()
        return self._spoken_at(event.start, end=False), self._spoken_at(end, end=True)

    def passed_switch(self, event: WordEvent, until: int) -> WordEvent:
        """Return what a word event that lasts until a frame reports: after a long switch of language, the next word."""
        if until - event.frame < _SWITCH or self.text[event.start : event.end] != "_^_de":
            return event
        linked = _LINKED.match(self.text, self.text.index("]]", event.start) + 2)
        return WordEvent(linked.start(1), linked.end(1), event.frame, event.ipa) if linked else event

    def _spoken_at(self, at: int, *, end: bool) -> int:
        shift = 0
        for first, last, spoken_first, spoken_last in self.inserts:
            if at < first + end:
                break
            if at < last + end:
                return spoken_last if end else spoken_first
            shift = spoken_last - last
        return min(at + shift, len(self.spoken))


def _mark(utterance: Utterance) -> _Marked:
    spoken = _clean(utterance.spoken)
    pieces: list[str] = []
    inserts: list[tuple[int, int, int, int]] = []
    at = length = 0
    for each in utterance.pronunciations:
        if not at <= each.start < each.end <= len(spoken):
            continue
        insert = _insert(spoken[each.start : each.end], each)
        if not insert:
            continue
        between = spoken[at : each.start]
        if insert.startswith("[["):
            between = _LONELY_HYPHEN.sub(r" \1", between)
            if between[-1:] != " " and each.start > 0:
                insert = (
                    f" {insert}"  # right after a bracket, quote or hyphen the library says something else, or nothing
                )
        pieces += (between, insert)
        length += each.start - at
        inserts.append((length, length + len(insert), each.start, each.end))
        length += len(insert)
        at = each.end
    return _Marked("".join(pieces) + spoken[at:], tuple(inserts), spoken)


def _insert(word: str, how: Pronunciation) -> str:
    """Return what to write instead of a word, or nothing if the voice shall read it on its own."""
    if how.ipa and (phonemes := mnemonics(how.ipa, how.language)) and all(map(_is_short, phonemes.split())):
        return f"[[_^_en {phonemes} _^_de]]" if is_english(how.language) else f"[[{phonemes}]]"
    if how.language and not how.language.lower().startswith("de") and (phonemes := _foreign(word, how.language)):
        return phonemes
    return _clean(how.respelling)


def _is_short(word: str) -> bool:
    """Tell whether the library has room for a word's mnemonics."""
    return sum(map(word.count, "|',")) < _MOST_SOUNDS


def _clean(text: str) -> str:
    """Replace by spaces, one for one, what would be a command to the library: brackets, control and private signs.

    Underscores too: they are not said, but the library reports them instead of the word after them. And what would make
    it write where it must not.
    """
    text = _DOTTED.sub(r"\1 ", text)
    if text.isprintable() and not _COMMANDS.intersection(text):
        return text
    return "".join(
        " " if char in _COMMANDS or unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") else char for char in text
    )


# --- transcription ----------------------------------------------------------------------------------------------------


def _transcribed(text: str, voice: str, notation: Notation) -> str:
    return _readers.ask(espeak_child.request(text, voice, notation=notation), text).decode()


@lru_cache(maxsize=8)  # to look for a language costs 1 ms
def _reader(language: str) -> str:
    """Return the voice file of a language, or nothing if there is none."""
    found = [path for path in (data_folder() / "lang").glob("*/*") if path.name == language]
    return f"{found[0].parent.name}/{language}" if found else ""


def _foreign(word: str, language: str) -> str:
    """Return a word as another language's phonemes, without regional differences, or nothing if nobody reads it."""
    tag = language.lower().split("-")[0]
    tag = _TAGS.get(tag, tag)
    voice = _reader(tag)
    phonemes = _LANGUAGE_MARK.sub(" ", _transcribed(word, voice, Notation.MNEMONICS)) if voice else ""
    return f"[[_^_{tag} {phonemes.strip()} _^_de]]" if phonemes.strip() else ""


# --- word timings -----------------------------------------------------------------------------------------------------


def _begun(marked: _Marked, events: tuple[WordEvent, ...], frames: int) -> list[tuple[int, int, int, str]]:
    """Turn word events into (start, end, first frame, IPA): one per stretch of the spoken form, in order.

    A word that the library says again stands again, so that it is found.
    """
    begun: list[tuple[int, int, int, str]] = []
    reported = -1
    ends = [*(event.frame for event in events[1:]), frames]
    for event in map(marked.passed_switch, events, ends):
        start, end = marked.spoken_range(event)
        again = event.start < reported  # equal: it is spelled, or its number is said, in pieces
        before = begun[-1] if begun else (0, 0, 0, "")
        if end <= start or event.frame >= frames or (start < before[1] and not again):
            if begun:  # the same number, pronunciation or compound
                space = " " * (" " in marked.spoken[before[0] : before[1]])
                begun[-1] = (*before[:3], before[3] + space + event.ipa)
            continue
        reported = event.start
        if begun and marked.spoken[before[1] : start] == "-":  # a compound with a pronunciation in it
            begun[-1] = (before[0], end, before[2], before[3] + event.ipa)
        else:
            begun.append((start, end, event.frame, event.ipa))
    return begun


def _words(marked: _Marked, events: tuple[WordEvent, ...], samples: NDArray[np.int16]) -> tuple[Word, ...]:
    """Return a word per stretch of the spoken form, each ending with its last sound."""
    begun = _begun(marked, events, len(samples))
    words = []
    for (start, end, onset, _), limit in zip(begun, [*(each[2] for each in begun[1:]), len(samples)], strict=True):
        heard = (abs(samples[onset:limit].astype("int32")) > _SILENCE).nonzero()[0]
        if limit > onset:
            words.append(Word(start, end, onset, onset + int(heard[-1]) + 1 if len(heard) else limit))
    return tuple(words)
