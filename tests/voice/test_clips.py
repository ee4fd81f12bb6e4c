"""Every sentence is spoken once: by content, in parallel, whatever breaks in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest

from fakes import ToneEngine, speaker, utterance
from ki_briefing.base.errors import SpeechError, StorageError
from ki_briefing.base.files import sweep_leftovers
from ki_briefing.base.store import Store
from ki_briefing.model.sound import Clip, Word
from ki_briefing.model.spans import Pronunciation
from ki_briefing.model.text import Utterance
from ki_briefing.voice.clips import load_clip, speak
from ki_briefing.voice.engine import Form
from ki_briefing.voice.native.espeak import EspeakEngine, EspeakSettings

TEXTS = tuple(f"Das ist Satz Nummer {word}." for word in ("eins", "zwei", "drei", "vier", "fünf", "sechs"))
SCRIPT = tuple(utterance(text) for text in TEXTS)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "clips")


def entries(store: Store) -> list[Path]:
    return sorted(path for path in store.folder.rglob("*") if path.is_file())


def test_takes_stand_in_the_order_of_the_script(store: Store) -> None:
    speech = speak(SCRIPT, speaker(ToneEngine()), store)

    assert speech.spoken == 6
    for text, take in zip(TEXTS, speech.takes, strict=True):
        assert take.frames == len(text) * 220
        assert take.sample_rate == 22_050
        assert take.fingerprint == "tone 1"


def test_what_was_said_is_not_said_again(store: Store) -> None:
    first = speak(SCRIPT, speaker(ToneEngine()), store)
    engine = ToneEngine()
    second = speak(SCRIPT, speaker(engine), store)

    assert second.takes == first.takes
    assert second.spoken == 0
    assert engine.said == []


def test_an_edit_of_one_word_speaks_one_sentence(store: Store) -> None:
    speak(SCRIPT, speaker(ToneEngine()), store)
    edited = (*SCRIPT[:2], utterance("Das ist ein anderer Satz."), *SCRIPT[3:])
    engine = ToneEngine()

    assert speak(edited, speaker(engine), store).spoken == 1
    assert engine.said == ["Das ist ein anderer Satz."]


def test_equal_utterances_are_spoken_once(store: Store) -> None:
    engine = ToneEngine()
    script = (SCRIPT[0], SCRIPT[1], SCRIPT[0], utterance(TEXTS[0], written="1.", pause=9))
    speech = speak(script, speaker(engine), store)

    assert sorted(engine.said) == sorted(TEXTS[:2])
    assert speech.takes[0] == speech.takes[2] == speech.takes[3]


def test_another_voice_or_pronunciation_is_another_clip(store: Store) -> None:
    known = speak(SCRIPT[:1], speaker(ToneEngine()), store)
    voice = speak(SCRIPT[:1], speaker(ToneEngine("tone 2")), store)
    said = speak((utterance(TEXTS[0], Pronunciation(0, 3, ipa="das")),), speaker(ToneEngine()), store)

    assert len({known.takes[0].key, voice.takes[0].key, said.takes[0].key}) == 3


def test_an_engine_is_asked_again_only_for_forms_that_it_understands(store: Store) -> None:
    reader = speaker(ToneEngine(), understands=frozenset({Form.RESPELLING}))
    speak(SCRIPT[:1], reader, store)

    assert speak((utterance(TEXTS[0], Pronunciation(0, 3, ipa="das")),), reader, store).spoken == 0
    assert speak((utterance(TEXTS[0], Pronunciation(0, 3, respelling="dass")),), reader, store).spoken == 1


def test_a_clip_comes_back_to_the_sample(store: Store) -> None:
    engine = EspeakEngine(EspeakSettings())
    said = engine.synthesize(SCRIPT[0])

    clip = load_clip(speak(SCRIPT[:1], speaker(engine), store).takes[0])

    assert np.array_equal(clip.samples, said.samples)
    assert clip.samples.dtype == np.float32
    assert clip.words == said.words
    assert clip.sample_rate == 22_050


def test_a_clip_above_full_scale_is_not_clipped(store: Store) -> None:
    class Loud(ToneEngine):
        def synthesize(self, utterance: Utterance) -> Clip:
            clip = super().synthesize(utterance)
            return Clip(clip.samples * 13, clip.sample_rate)

    clip = load_clip(speak(SCRIPT[:1], speaker(Loud()), store).takes[0])

    assert np.abs(clip.samples).max() == pytest.approx(1.3, abs=0.001)


@pytest.mark.parametrize("damage", [b"", b"KIB2", b"x" * 5000])
def test_a_torn_or_foreign_entry_is_spoken_anew(store: Store, damage: bytes) -> None:
    takes = speak(SCRIPT, speaker(ToneEngine()), store).takes
    takes[3].path.write_bytes(damage)
    engine = ToneEngine()

    assert speak(SCRIPT, speaker(engine), store).takes == takes
    assert engine.said == [TEXTS[3]]


def test_a_changed_byte_is_found_when_the_clip_is_loaded_and_then_spoken_anew(store: Store) -> None:
    take = speak(SCRIPT, speaker(ToneEngine()), store).takes[2]
    data = bytearray(take.path.read_bytes())
    data[-100] ^= 1
    take.path.write_bytes(data)

    with pytest.raises(StorageError):
        load_clip(take)
    engine = ToneEngine()
    assert load_clip(speak(SCRIPT, speaker(engine), store).takes[2]).sample_rate == 22_050
    assert engine.said == [TEXTS[2]]


def test_the_first_failure_ends_it_and_what_was_spoken_stays(store: Store) -> None:
    def fail(text: str) -> Exception | None:
        return SpeechError("no") if text == TEXTS[4] else None

    with pytest.raises(SpeechError, match="no"):
        speak(SCRIPT, speaker(ToneEngine(fails=fail), at_once=1), store)
    again = ToneEngine()
    speak(SCRIPT, speaker(again), store)
    assert again.said == list(TEXTS[4:])


@pytest.mark.parametrize("samples", [[], [float("nan")], [float("inf"), 0.0], [[0.0], [0.0]]])
def test_an_engine_that_returns_no_sound_has_failed(store: Store, samples: list[float]) -> None:
    class Odd(ToneEngine):
        def synthesize(self, utterance: Utterance) -> Clip:
            return Clip(np.array(samples, np.float32), 22_050)

    with pytest.raises(SpeechError, match="no sound"):
        speak(SCRIPT[:1], speaker(Odd()), store)


def test_impossible_word_timings_are_not_kept(store: Store) -> None:
    class Odd(ToneEngine):
        def synthesize(self, utterance: Utterance) -> Clip:
            words = (Word(0, 2, 0, 10), Word(5, 2, 0, 10), Word(0, 2, -5, 10), Word(0, 2, 0, 10_000))
            return Clip(np.zeros(100, np.float32), 22_050, words)

    assert load_clip(speak(SCRIPT[:1], speaker(Odd()), store).takes[0]).words == (Word(0, 2, 0, 10),)


@pytest.mark.parametrize("text", ["", " ", "…", "–", "\0", "\ud800"])
def test_what_has_no_letter_is_a_moment_of_silence(store: Store, text: str) -> None:
    engine = ToneEngine()
    clip = load_clip(speak((utterance(text),), speaker(engine), store).takes[0])

    assert engine.said == []
    assert not clip.samples.any()
    assert 0 < len(clip.samples) <= clip.sample_rate // 10


def test_progress_counts_to_the_end_and_tells_how_long_it_sounds(store: Store) -> None:
    seen: list[tuple[int, int, float]] = []
    takes = speak(SCRIPT, speaker(ToneEngine()), store, progress=lambda *how_far: seen.append(how_far)).takes

    assert [each[:2] for each in seen] == [(n, 6) for n in range(1, 7)]
    assert [each[2] for each in seen] == sorted(each[2] for each in seen)
    assert seen[-1][2] == pytest.approx(sum(take.frames / take.sample_rate for take in takes))


def test_two_at_once_in_one_store_do_not_disturb_each_other(store: Store) -> None:
    results: list[object] = []
    engine = speaker(EspeakEngine(EspeakSettings()))
    threads = [threading.Thread(target=lambda: results.append(speak(SCRIPT, engine, store).takes)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == 3
    assert results[0] == results[1] == results[2]
    assert len(entries(store)) == 6


def test_a_refusing_disk_is_said(tmp_path: Path) -> None:
    (tmp_path / "clips").write_text("a file where the folder should be")

    with pytest.raises(StorageError):
        speak(SCRIPT, speaker(ToneEngine()), Store(tmp_path / "clips"))


SPEAKING = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from fakes import ToneEngine, speaker, utterance
    from ki_briefing.base.store import Store
    from ki_briefing.voice.clips import speak

    class Slow(ToneEngine):
        def synthesize(self, utterance):
            clip = super().synthesize(utterance)
            if "Nummer 3" in utterance.spoken:
                print("begun", flush=True)
                time.sleep(60)
            return clip

    speak([utterance(f"Satz Nummer {n}.") for n in range(40)], speaker(Slow()), Store(Path(sys.argv[1])))
    """
)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_or_killed_it_stops_at_once_and_the_next_run_goes_on(store: Store, sent: signal.Signals) -> None:
    tests = str(Path(__file__).parents[1])
    process = subprocess.Popen(
        [sys.executable, "-c", SPEAKING, str(store.folder)],
        env={**os.environ, "PYTHONPATH": tests},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline().startswith("begun")  # several threads may say so at once
    process.send_signal(sent)
    assert process.wait(timeout=20) != 0
    process.stdout.close()

    sweep_leftovers(store.folder)
    kept = len(entries(store))
    script = [utterance(f"Satz Nummer {n}.") for n in range(40)]
    speech = speak(script, speaker(ToneEngine()), store)
    assert speech.spoken == 40 - kept < 40
    assert all(len(load_clip(take).samples) for take in speech.takes)


def test_a_warm_call_needs_neither_numpy_nor_an_engine(store: Store) -> None:
    speak(SCRIPT, speaker(ToneEngine()), store)
    code = textwrap.dedent(
        f"""
        import sys
        from pathlib import Path
        from ki_briefing.base.store import Store
        from ki_briefing.model.text import Utterance, UtteranceRole
        from ki_briefing.voice.clips import speak
        from ki_briefing.voice.engine import EngineFacts, Form, Speaker
        class Silent:
            fingerprint = "tone 1"
        texts = {TEXTS!r}
        script = [Utterance(t, t, UtteranceRole.PARAGRAPH, 0) for t in texts]
        facts = EngineFacts(name="x", note="x", licence="", trained=False, understands=frozenset(Form))
        assert speak(script, Speaker(facts, Silent()), Store(Path({str(store.folder)!r}))).spoken == 0
        assert "numpy" not in sys.modules
        """
    )
    subprocess.run([sys.executable, "-c", code], check=True)
