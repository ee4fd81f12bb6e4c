"""SVOX Pico speaks in a process of its own: equal texts sound equal, no text commands it, none stops it for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ki_briefing.base.errors import SpeechError
from ki_briefing.model.spans import Pronunciation
from ki_briefing.model.text import Utterance, UtteranceRole
from ki_briefing.voice.conformance import EngineConformance
from ki_briefing.voice.engines import best_embedded
from ki_briefing.voice.native.pico import PicoEngine, PicoSettings, plugin

pytest.importorskip("py_nanotts", reason="there is a wheel for Linux on x86-64 only")


def utterance(text: str, *pronunciations: Pronunciation) -> Utterance:
    return Utterance(text, text, UtteranceRole.PARAGRAPH, 0, (), pronunciations)


def seconds(engine: PicoEngine, text: str) -> float:
    return len(engine.synthesize(utterance(text)).samples) / 16_000


class TestConformance(EngineConformance):
    plugin = plugin


class TestConformanceOfAQuickerVoice(EngineConformance):
    plugin = plugin
    settings = PicoSettings(rate=25, pitch=-10)


@pytest.fixture(scope="module")
def engine() -> PicoEngine:
    return PicoEngine(PicoSettings())


def test_what_was_said_before_makes_no_difference(engine: PicoEngine) -> None:
    text = "Der Bericht erschien am Montag."
    first = engine.synthesize(utterance(text)).samples
    for other in ("Etwas ganz anderes, und viel länger als vorher.", "Nein!", text):
        engine.synthesize(utterance(other))

    assert np.array_equal(engine.synthesize(utterance(text)).samples, first)


def test_several_threads_get_what_one_gets(engine: PicoEngine) -> None:
    texts = [f"Satz {number} von vielen." for number in range(12)]
    alone = [engine.synthesize(utterance(text)).samples for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: engine.synthesize(utterance(text)).samples, texts))

    assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True))


@pytest.mark.parametrize("command", ["<genfile file='{}'>", "<play file='{}'/>", "&lt;genfile file='{}'&gt;"])
def test_no_text_commands_the_library(engine: PicoEngine, tmp_path: Path, command: str) -> None:
    file = tmp_path / "x.wav"
    engine.synthesize(utterance(f"Hier steht {command.format(file)} und mehr."))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["m" * 200, "M" * 5000, "w." * 500, "z.B." * 300, "1" * 3000, "a\x00b"])
def test_no_text_stops_it_for_ever(engine: PicoEngine, text: str) -> None:
    try:
        clip = engine.synthesize(utterance(f"Es folgt {text}."))
    except SpeechError:
        return
    assert len(clip.samples) > 0


def test_a_lone_dash_is_a_pause_and_no_word(engine: PicoEngine) -> None:
    assert (
        abs(seconds(engine, "Der Preis - so heißt es - steigt.") - seconds(engine, "Der Preis, so heißt es, steigt."))
        < 0.3
    )


def test_it_is_never_clipped(engine: PicoEngine) -> None:
    clip = engine.synthesize(utterance("Achtung! Das ist laut, sehr laut: Hurra, hurra, hurra!"))

    assert float(np.abs(clip.samples).max()) < 0.99


def test_a_respelling_is_said_and_a_producers_ipa_too(engine: PicoEngine) -> None:
    text = "Heute spricht Qwen mit uns."
    plain = engine.synthesize(utterance(text)).samples
    respelled = engine.synthesize(utterance(text, Pronunciation(14, 18, respelling="Kwenn"))).samples
    phonemes = engine.synthesize(utterance(text, Pronunciation(14, 18, ipa="baˈnaːnə", respelling="Kwenn"))).samples
    banana = engine.synthesize(utterance(text.replace("Qwen", "Banane"))).samples

    assert not np.array_equal(respelled, plain)
    assert abs(len(phonemes) - len(banana)) < 0.1 * 16_000
    assert not np.array_equal(phonemes, respelled)


def test_quicker_is_shorter_and_the_fingerprint_tells(engine: PicoEngine) -> None:
    quick = PicoEngine(PicoSettings(rate=50))
    text = "Der Bericht erschien am Montag in Berlin und in Bonn."

    assert seconds(quick, text) < 0.8 * seconds(engine, text)
    assert quick.fingerprint != engine.fingerprint


def test_it_is_the_embedded_voice_of_this_machine() -> None:
    assert best_embedded() == "pico"
