"""Engines keep the promises of the port, ours and the one that CONTRIBUTING shows; the kit names each broken one."""

from __future__ import annotations

import importlib
import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any

import numpy as np
import pytest

import google_translate as google
import strangers
from ki_briefing.base.errors import ConfigError, SpeechError
from ki_briefing.base.records import Between
from ki_briefing.model.sound import Clip, Word
from ki_briefing.model.text import Utterance
from ki_briefing.voice import conformance
from ki_briefing.voice.conformance import BrokenPromise, EngineConformance, check_plugin
from ki_briefing.voice.engine import Engine, EngineFacts, Form, Plugin, SecretName, read_secret
from ki_briefing.voice.native import espeak
from ki_briefing.voice.online import gtts


class TestEspeak(EngineConformance):
    plugin = espeak.plugin


class TestEspeakWithSettings(EngineConformance):
    plugin = espeak.plugin
    settings = espeak.EspeakSettings(name="de+f4", rate=20)


class TestGtts(EngineConformance):
    plugin = gtts.plugin

    @pytest.fixture(autouse=True)
    def _service(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Put a service on loopback in Google's place."""
        service = google.GoogleTranslate(tmp_path, lambda _number, text: google.answer(text))
        monkeypatch.setenv("HTTPS_PROXY", service.proxy)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(service.bundle))
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        yield
        service.close()


def test_the_engine_that_contributing_shows_is_short_and_keeps_every_promise(
    tone_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tone_site)
    tone = importlib.import_module("tone")

    check_plugin(tone.plugin)
    check_plugin(tone.plugin, tone.Settings(pitch=220))
    assert len([line for line in (strangers.ENGINE + strangers.ENTRY_POINT).splitlines() if line]) <= 30


def test_a_stranger_tests_an_engine_as_contributing_says(tone_site: Path, tmp_path: Path) -> None:
    (tmp_path / "test_tone.py").write_text(strangers.TEST, encoding="utf-8")
    pytest_ = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n0", "-v", "--rootdir", str(tmp_path)]
    done = subprocess.run(
        [*pytest_, tmp_path / "test_tone.py"],
        env={**os.environ, "PYTHONPATH": str(tone_site)}, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout
    assert "test_engine[threads_get_the_same_samples] PASSED" in done.stdout
    assert "11 passed" in done.stdout


def test_the_kit_needs_no_pytest() -> None:
    code = "import sys, ki_briefing.voice.conformance; assert 'pytest' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


# --- engines that break a promise -------------------------------------------------------------------------------------

RATE = 22_050
FACTS = EngineFacts(name="odd", note="an odd one", licence="CC0-1.0", trained=False, understands=frozenset())


@dataclass(frozen=True)
class Settings:
    pitch: Annotated[int, Between(50, 1000)] = 440
    key: SecretName = ""


class Good:
    """A tone as long as its text; the engines below each break one promise."""

    def __init__(self, settings: Settings) -> None:
        self.pitch = settings.pitch
        self.key = read_secret(settings.key) if settings.key else ""

    @property
    def fingerprint(self) -> str:
        return f"odd 1 {self.pitch} Hz"

    def tone(self, text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        letters = sum(map(str.isalnum, text))
        if not letters:
            raise SpeechError("there is nothing to say", hint="Rephrase that sentence.")
        phase = 2 * np.pi * self.pitch * np.arange(letters * RATE * 8 // 100) / RATE
        return (0.2 * np.sin(phase)).astype(np.float32)

    def synthesize(self, utterance: Utterance) -> Clip:
        return Clip(self.tone(utterance.spoken), RATE)


def fault(make: Callable[[Settings], Engine], **facts: Any) -> str:
    """Return what the kit says of an engine."""
    with pytest.raises(BrokenPromise) as caught:
        check_plugin(Plugin(replace(FACTS, **facts), Settings, make))
    return str(caught.value)


def returning(change: Callable[[Clip, Utterance], Clip]) -> type[Good]:
    """Return an engine that changes what it should return."""

    class Changed(Good):
        def synthesize(self, utterance: Utterance) -> Clip:
            return change(super().synthesize(utterance), utterance)

    return Changed


def test_an_engine_that_breaks_no_promise_is_not_blamed() -> None:
    check_plugin(Plugin(FACTS, Settings, Good))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param(lambda c, _: Clip(c.samples * 0, RATE), "is silent when asked for 'Das Unternehmen", id="silent"),
        pytest.param(lambda c, _: Clip(c.samples * np.float32("nan"), RATE), "returns NaN or infinity", id="NaN"),
        pytest.param(lambda c, _: Clip(c.samples, 0), "returns a sample rate of 0;", id="no rate"),
        pytest.param(lambda c, _: Clip(np.repeat(c.samples, 6), RATE), "s: 0.03 to 0.3 s a letter", id="wrong rate"),
        pytest.param(lambda c, _: Clip(c.samples[:2000], RATE), "letters in 0.1 s", id="only the beginning"),
        pytest.param(lambda c, _: Clip(c.samples[:0], RATE), "returns no samples", id="empty"),
        pytest.param(lambda c, _: Clip(c.samples.astype(np.float64), RATE), "samples of float64", id="float64"),
        pytest.param(lambda c, _: Clip(c.samples[:, None], RATE), "not float32 in one row", id="two dimensions"),
        pytest.param(lambda c, _: c.samples, "returns ndarray, no Clip", id="bare samples"),
        pytest.param(lambda c, _: Clip(c.samples, RATE, (Word(0, 3, 0, 9),)), "tells word times, but", id="words"),
    ],
)
def test_sound_that_is_no_speech_is_named(change: Callable[[Clip, Utterance], Clip], sentence: str) -> None:
    said = fault(returning(change))

    assert said.startswith("engine 'odd' ")
    assert sentence in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "tells no word times"),
        ((Word(0, 3, 0, 10**9),), "outside its text or its sound"),
        ((Word(4, 7, 900, 1000), Word(0, 3, 0, 800)), "not in order"),
    ],
)
def test_word_times_that_cannot_be_are_named(words: tuple[Word, ...], sentence: str) -> None:
    assert sentence in fault(returning(lambda clip, _: Clip(clip.samples, RATE, words)), word_times=True)


def test_a_state_between_calls_is_named() -> None:
    class Remembering(Good):
        calls = itertools.count()

        def synthesize(self, utterance: Utterance) -> Clip:
            return Clip(self.tone(utterance.spoken) * np.float32(0.99 ** next(self.calls)), RATE)

    assert "otherwise after other sentences: it holds a state" in fault(Remembering)


def test_an_engine_that_is_another_one_each_time_it_is_made_is_named() -> None:
    numbers = itertools.count(1)

    class Counted(Good):
        def __init__(self, settings: Settings) -> None:
            super().__init__(settings)
            self.number = next(numbers)

    class Named(Counted):
        @property
        def fingerprint(self) -> str:
            return f"odd {self.number}"

    class Heard(Counted):
        def synthesize(self, utterance: Utterance) -> Clip:
            return Clip(self.tone(utterance.spoken) / np.float32(self.number), RATE)

    assert "made twice, has two fingerprints" in fault(Named)
    assert "made twice with one fingerprint, says" in fault(Heard)


def test_a_buffer_that_is_used_again_is_named() -> None:
    class Buffered(Good):
        buffer = np.zeros(10 * 60 * RATE, np.float32)

        def synthesize(self, utterance: Utterance) -> Clip:
            tone = self.tone(utterance.spoken)
            tone *= 1 / np.float32(len(utterance.spoken) % 7 + 1)
            self.buffer[: len(tone)] = tone
            return Clip(self.buffer[: len(tone)], RATE)

    assert "writes into a clip that it has returned" in fault(Buffered)


def test_an_engine_for_one_thread_at_a_time_is_named_unless_it_says_so() -> None:
    class Shared(Good):
        text = ""

        def synthesize(self, utterance: Utterance) -> Clip:
            self.text = utterance.spoken
            time.sleep(0.01)
            return Clip(self.tone(self.text), RATE)

    assert "otherwise while other threads ask" in fault(Shared)
    check_plugin(Plugin(replace(FACTS, at_once=1), Settings, Shared))


def test_a_secret_in_the_fingerprint_is_named() -> None:
    class Leaking(Good):
        @property
        def fingerprint(self) -> str:
            return f"odd {self.key}"

    class Hashing(Good):
        @property
        def fingerprint(self) -> str:
            return f"odd {sum(self.key.encode())}"

    assert "writes the secret of its setting 'key' into its fingerprint" in fault(Leaking)
    assert "has another fingerprint for another secret of its setting 'key'" in fault(Hashing)


def test_pronunciations_that_are_not_as_its_facts_say_are_named() -> None:
    respelling = returning(lambda _, utterance: Clip(Good(Settings()).tone(utterance.respelled), RATE))

    assert "minds a pronunciation's respelling, but its facts say that it does not" in fault(respelling)
    assert "does not mind a pronunciation's ipa" in fault(Good, understands=frozenset({Form.IPA}))
    check_plugin(Plugin(replace(FACTS, understands=frozenset({Form.RESPELLING})), Settings, respelling))


def test_an_error_of_the_wrong_kind_is_named() -> None:
    class Crashing(Good):
        def tone(self, text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
            text.encode()
            return super().tone(text)

    class Terse(Good):
        def synthesize(self, utterance: Utterance) -> Clip:
            if not utterance.spoken:
                raise SpeechError("no")
            return super().synthesize(utterance)

    assert "raises UnicodeEncodeError" in fault(Crashing)
    assert "refuses '' without a hint: no" in fault(Terse)


def test_an_engine_that_never_answers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    asked_enough = threading.Event()

    class Stuck(Good):
        def synthesize(self, utterance: Utterance) -> Clip:
            if "xxx" in utterance.spoken:
                asked_enough.wait()
            return super().synthesize(utterance)

    monkeypatch.setattr(conformance, "_PATIENCE", 2)
    said = fault(Stuck)
    asked_enough.set()
    assert "has not answered within 2 s to 'xxx" in said


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"name": "two words"}, "has no name of one word"),
        ({"note": ""}, "what it is"),
        ({"licence": " "}, "under what licence"),
        ({"at_once": -1}, "-1 threads"),
    ],
)
def test_facts_that_are_missing_are_named(facts: dict[str, object], sentence: str) -> None:
    assert sentence in fault(Good, **facts)


def test_settings_that_show_toml_could_not_hold_are_named() -> None:
    @dataclass(frozen=True)
    class Ours:
        fallback: str = ""

    @dataclass(frozen=True)
    class Bare:
        pitch: int

    @dataclass
    class Loose:
        pitch: int = 440

    @dataclass(frozen=True)
    class OutOfRange:
        pitch: Annotated[int, Between(50, 100)] = 440

    def said(settings: Any) -> str:
        with pytest.raises(BrokenPromise) as caught:
            check_plugin(Plugin(FACTS, settings, lambda _: Good(Settings())))
        return str(caught.value)

    assert "has a setting 'fallback': that key of [voice] is ours" in said(Ours)
    assert "'pitch' is missing" in said(Bare)
    assert "has Settings that are not frozen" in said(Loose)
    assert "must be from 50 to 100, not 440" in said(OutOfRange)
    assert "has Settings that are no dataclass" in said(SimpleNamespace)


# --- secrets ----------------------------------------------------------------------------------------------------------


def test_a_secret_is_found_in_the_environment_or_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("from a file\n", encoding="utf-8")
    monkeypatch.setenv("ODD_KEY_FILE", str(tmp_path / "key"))
    assert read_secret("ODD_KEY") == "from a file"

    monkeypatch.setenv("ODD_KEY", "from the environment")
    assert read_secret("ODD_KEY") == "from the environment"


@pytest.mark.parametrize("file", ["", "/does/not/exist"])
def test_a_secret_that_is_not_there_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    monkeypatch.setenv("ODD_KEY_FILE", file)

    with pytest.raises(ConfigError, match="ODD_KEY") as caught:
        read_secret("ODD_KEY")
    assert caught.value.hint
