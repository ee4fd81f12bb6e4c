"""What is heard of the embedded voice between two sentences, and what compression does to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from fakes import speaker
from ki_briefing.base.store import Store
from ki_briefing.model.sound import Master
from ki_briefing.model.text import Script, Segment, SegmentKind, Utterance, UtteranceRole
from ki_briefing.show.settings import Jingles, Sound
from ki_briefing.sound.limiter import true_peak
from ki_briefing.sound.master import make_master
from ki_briefing.voice.clips import load_clip, speak
from ki_briefing.voice.native.espeak import EspeakEngine, EspeakSettings
from mastered import write

SENTENCES = (
    ("Die Forscher stellten am Montag ein neues Modell vor.", 350),
    ("Es spricht.", 600),
    ("Stabil, schnell und still.", 350),
    ("Fachleute bleiben trotzdem skeptisch, denn viele Fragen sind noch offen.", 750),
    ("Ob es hält, was es verspricht, zeigt sich erst in einigen Wochen.", 600),
)


@pytest.fixture(scope="module", params=[0, 60], ids=["own pace", "fast"])
def said(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Script, Path, int]:
    utterances = tuple(Utterance(text, text, UtteranceRole.PARAGRAPH, pause) for text, pause in SENTENCES)
    script = Script("Titel", (Segment(SegmentKind.SECTION, "Titel", utterances),), ())
    return script, tmp_path_factory.mktemp("speech"), request.param


def mastered(said: tuple[Script, Path, int], sound: Sound) -> tuple[Master, NDArray[np.float32]]:
    """Return the sentences mastered without music, and what a player makes of them."""
    script, folder, rate = said
    speech = speak(script.utterances, speaker(EspeakEngine(EspeakSettings(rate=rate))), Store(folder / "clips"))
    bare = Jingles(style="none")
    master = make_master(script, speech.takes, load_clip, sound, bare, folder=folder, store=Store(folder / "sound"))
    return master, soundfile.read(write(master, folder / "a.mp3"), dtype="float32")[0]


def test_pauses_are_as_long_as_asked_whatever_silence_the_voice_adds(said: tuple[Script, Path, int]) -> None:
    master, samples = mastered(said, Sound())
    cues = master.timeline.cues
    loud = np.abs(samples) > 10 ** (-45 / 20)

    for (_text, pause), before, after in zip(SENTENCES, cues, cues[1:], strict=False):
        middle = (before.end + after.start) // 2
        last = np.flatnonzero(loud[:middle])[-1]
        first = middle + np.flatnonzero(loud[middle:])[0]
        assert (first - last) / 48 == pytest.approx(pause, abs=60)


def test_compression_evens_out_a_voice_and_leaves_its_loudness(said: tuple[Script, Path, int]) -> None:
    spread = {}
    for ratio in (1.0, 4.0):
        master, samples = mastered(said, replace(Sound(), compression=ratio, loudness=-23.0))
        assert master.loudness.integrated == pytest.approx(-23, abs=0.2)
        levels = np.sqrt(np.mean(np.square(samples[: len(samples) // 960 * 960].reshape(-1, 960)), axis=1))
        spread[ratio] = 20 * np.log10(np.percentile(levels, 99) / np.percentile(levels, 60))

    assert spread[4.0] < spread[1.0] - 1


def test_no_peak_grows_in_the_codec_where_least_room_is_left(said: tuple[Script, Path, int]) -> None:
    master, samples = mastered(said, Sound(loudness=-14.0, bit_rate=32, compression=6.0))

    assert 20 * np.log10(true_peak(samples[:, None])) <= -1
    assert master.loudness.true_peak <= -1
