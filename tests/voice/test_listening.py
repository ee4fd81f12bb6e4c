"""A good voice is understood; what is lost, doubled, drowned or foreign is not; what fails is said again.

Heard by whisper base, which costs a second and a half for each time that it is asked.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fakes import utterance
from ki_briefing.base.errors import ConfigError, SpeechError
from ki_briefing.base.store import Store
from ki_briefing.model.sound import Clip
from ki_briefing.model.spans import Pronunciation
from ki_briefing.voice.children import Children
from ki_briefing.voice.heard import slips
from ki_briefing.voice.hearing.listened import ListeningEngine, divided, misheard
from ki_briefing.voice.hearing.listening import Hearing, Passage, limits_of, listen, spoken_tokens
from ki_briefing.voice.hearing.recognizer import SAMPLE_RATE, Recognizer, at_hearing_rate, load_recognizer
from ki_briefing.voice.hearing.word_errors import Fault
from ki_briefing.voice.native import espeak_child
from ki_briefing.voice.native.espeak import EspeakEngine, EspeakSettings
from ki_briefing.voice.native.pico import PicoEngine, PicoSettings
from whisper_model import whisper_model

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ki_briefing.model.text import Utterance
    from ki_briefing.voice.engine import Engine

GOOD = "Die Regierung hat gestern ein neues Gesetz beschlossen."
LATER = "Im Sommer fahren viele Familien an das Meer."
REPLACED = "Die Regierung hat gestern ein neues Kartoffelsalat Zitrone."
STUTTERED = "Die Regierung hat gestern ein neues Gesetz ein neues Gesetz beschlossen."
ENGLISH = "The weather in the north will be cold and rainy until the weekend."


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return load_recognizer(str(whisper_model()))


@pytest.fixture(scope="module")
def engine() -> EspeakEngine:
    return EspeakEngine(EspeakSettings())


@pytest.fixture(scope="module")
def pico() -> PicoEngine:
    return PicoEngine(PicoSettings())


def sound(engine: Engine, text: str) -> NDArray[np.float32]:
    clip = engine.synthesize(utterance(text))
    return at_hearing_rate(clip.samples, clip.sample_rate)


def english() -> NDArray[np.float32]:
    children = Children("ki_briefing.voice.native.espeak_child", "espeak-ng", "")
    samples, _ = espeak_child.sound(children.ask(espeak_child.request(ENGLISH, "gmw/en-US"), ENGLISH))
    return at_hearing_rate(np.divide(np.frombuffer(samples, np.int16), 32768, dtype=np.float32), 22_050)


def hearings(recognizer: Recognizer, engine: Engine, *said: tuple[str, NDArray[np.float32]]) -> tuple[Hearing, ...]:
    """Return what is heard of sounds, one after the other, that should say these texts."""
    limits = limits_of(engine.fingerprint)
    quiet = np.zeros(SAMPLE_RATE // 2, np.float32)
    whole = np.concatenate([piece for _, each in said for piece in (quiet, each)])
    ends = np.cumsum([(len(quiet) + len(each)) / SAMPLE_RATE for _, each in said])
    passages = [
        Passage(spoken_tokens([utterance(text)]), float(end) - len(each) / SAMPLE_RATE, float(end), limits)
        for (text, each), end in zip(said, ends, strict=True)
    ]

    def read(start: float, end: float) -> NDArray[np.float32]:
        return whole[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]

    return listen(passages, read, recognizer)


def test_a_good_voice_passes_and_what_is_lost_doubled_drowned_foreign_or_replaced_does_not(
    recognizer: Recognizer, pico: PicoEngine
) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 3 * SAMPLE_RATE).astype(np.float32)
    nothing = np.zeros(2 * SAMPLE_RATE, np.float32)

    found = hearings(
        recognizer,
        pico,
        (LATER, sound(pico, LATER)),
        (GOOD, sound(pico, STUTTERED)),
        (GOOD, nothing),
        (GOOD, noise),
        (GOOD, english()),
        (GOOD, sound(pico, REPLACED)),
    )

    passed = [each.passes(limits_of(pico.fingerprint)) for each in found]
    assert passed == [True, False, False, False, False, False]
    assert found[-1].comparison.unlike == 2
    assert Fault.DOUBLED in [each.fault for each in found[1].comparison.faults]


def test_a_voice_may_be_understood_as_badly_as_it_is_and_no_worse() -> None:
    pico, espeak, unknown = map(
        limits_of, ("svox-pico 0.1.1 de-DE +0% +0% r1", "espeak-ng 1.52 gmw/de +0% r4", "new 1")
    )

    assert pico.passage < espeak.passage < 1
    assert pico.episode < espeak.episode < 1
    assert unknown == pico


def test_sound_at_another_rate_is_the_same_sound_at_the_recognizers() -> None:
    time = np.arange(22_050) / 22_050
    tone = np.sin(2 * np.pi * 440 * time).astype(np.float32)

    heard = at_hearing_rate(tone, 22_050)

    assert heard.shape == (SAMPLE_RATE,)
    assert np.abs(heard - np.sin(2 * np.pi * 440 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)).max() < 1e-4


# --- said again -------------------------------------------------------------------------------------------------------


@dataclass
class Swallowing:
    """Says only the first word of what is long, as a voice that loses its thread."""

    engine: EspeakEngine
    longest: int
    fingerprint: str = "swallowing 1"

    def synthesize(self, utterance: Utterance) -> Clip:
        """Say as much of it as it can keep in mind."""
        clip = self.engine.synthesize(utterance)
        if len(utterance.spoken) <= self.longest:
            return clip
        return Clip(clip.samples[: clip.words[0].offset], clip.sample_rate, clip.words[:1])


def test_what_is_not_understood_is_said_again_in_pieces_each_word_once(
    recognizer: Recognizer, engine: EspeakEngine, tmp_path: Path
) -> None:
    said = utterance("Im Sommer fahren viele Familien an das Meer, im Winter bleiben die meisten zu Hause.")
    listening = ListeningEngine(Swallowing(engine, 60), recognizer, Store(tmp_path))

    clip = listening.synthesize(said)

    assert slips(said.spoken, clip.words) == ()
    assert [word.onset for word in clip.words] == sorted(word.onset for word in clip.words)
    assert clip.words[-1].offset <= len(clip.samples)
    assert misheard(said, listening.fingerprint, Store(tmp_path)) is None
    assert len(clip.samples) > 1.5 * len(Swallowing(engine, 60).synthesize(said).samples)


def test_what_stays_misheard_is_kept_and_remembered_until_it_is_understood(
    recognizer: Recognizer, engine: EspeakEngine, tmp_path: Path
) -> None:
    said = utterance("Im Sommer fahren sehr viele Familien mit ihren Kindern für einige Wochen an das Meer.")
    listening = ListeningEngine(Swallowing(engine, 1), recognizer, Store(tmp_path))

    clip = listening.synthesize(said)

    assert len(clip.samples)
    found = misheard(said, listening.fingerprint, Store(tmp_path))
    assert found is not None
    assert found.score > limits_of(listening.fingerprint).passage

    healthy = ListeningEngine(Swallowing(engine, 200), recognizer, Store(tmp_path))
    assert healthy.fingerprint == listening.fingerprint
    healthy.synthesize(said)
    assert misheard(said, listening.fingerprint, Store(tmp_path)) is None


def test_an_engine_that_refuses_a_piece_has_said_the_whole_and_that_is_kept(
    recognizer: Recognizer, engine: EspeakEngine, tmp_path: Path
) -> None:
    class Refusing(Swallowing):
        def synthesize(self, utterance: Utterance) -> Clip:
            if utterance.spoken != LATER:
                raise SpeechError("no", hint="no")
            return super().synthesize(utterance)

    said = utterance(LATER)
    clip = ListeningEngine(Refusing(engine, 2), recognizer, Store(tmp_path)).synthesize(said)

    assert np.array_equal(clip.samples, Swallowing(engine, 2).synthesize(said).samples)
    with pytest.raises(SpeechError):
        ListeningEngine(Refusing(engine, 2), recognizer, Store(tmp_path)).synthesize(utterance(GOOD))


def test_a_sentence_is_divided_after_a_comma_and_never_in_a_name() -> None:
    text = "Das sagte Black Forest Labs, eine Firma aus Freiburg, am Dienstag in Berlin."
    said = utterance(text, Pronunciation(10, 27, ipa="blæk ˈfɔrɪst læps"))

    halves = [piece.utterance for piece in divided(said, 2)]
    assert [each.spoken for each in halves] == [text[:28], text[29:]]
    assert halves[0].pronunciations == said.pronunciations
    for count in (2, 4, 64):
        pieces = divided(said, count)
        assert all(text[piece.start :].startswith(piece.utterance.spoken) for piece in pieces)
        assert " ".join(piece.utterance.spoken for piece in pieces) == text
        assert any("Black Forest Labs" in piece.utterance.spoken for piece in pieces)
    assert len(divided(utterance("Donaudampfschifffahrt"), 4)) == 1


# --- what is not there ------------------------------------------------------------------------------------------------


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no folder .*nowhere") as caught:
        Recognizer(str(tmp_path / "nowhere"))

    assert "[listening] model" in caught.value.hint


def test_without_the_extra_it_is_said_what_to_install() -> None:
    code = (
        "import sys; sys.modules['faster_whisper'] = None\n"
        "from ki_briefing.base.errors import ConfigError\n"
        "from ki_briefing.voice.hearing.recognizer import load_recognizer\n"
        "try: load_recognizer('base')\n"
        "except ConfigError as error: print(error.message, error.hint)"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert "faster-whisper" in told
    assert "pip install 'ki-briefing[listen]'" in told
