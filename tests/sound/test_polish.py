"""What polish and ducking do is heard where it should be, and nowhere in the loudness."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ki_briefing.show.settings import Jingles, Sound
from ki_briefing.sound.music import ducking
from ki_briefing.sound.polish import polish
from mastered import master_of, voice_like

RATE = 48_000
OFF = Sound(trim=False, high_pass=False)


@pytest.mark.parametrize(
    "sound",
    [OFF, Sound(), Sound(presence=6.0), Sound(presence=-6.0), Sound(compression=3.0)],
    ids=["off", "default", "presence", "less presence", "compression"],
)
def test_no_polish_changes_the_loudness(tmp_path: Path, sound: Sound) -> None:
    loudness = master_of(tmp_path, sound, Jingles(style="none"), 3).loudness

    assert loudness.integrated == pytest.approx(sound.loudness, abs=0.15)
    assert max(loudness.chapters) - min(loudness.chapters) <= 1


def test_without_polish_a_voice_stays_as_it_was_but_for_its_edges() -> None:
    clip = voice_like(3, 1.0)
    speech, trimmed = polish(clip.samples, clip.sample_rate, OFF)

    assert trimmed == 0
    assert np.array_equal(speech[400:-400], clip.samples[400:-400])
    assert speech[0] == pytest.approx(0, abs=1e-6)


def test_silence_around_a_voice_is_cut_and_told() -> None:
    clip = voice_like(3, 1.0)
    quiet = np.zeros(clip.sample_rate // 2, np.float32)
    speech, trimmed = polish(np.concatenate([quiet, clip.samples, quiet]), clip.sample_rate, Sound())

    assert len(speech) == pytest.approx(len(clip.samples), abs=0.03 * clip.sample_rate)
    assert trimmed == pytest.approx(len(quiet), abs=0.03 * clip.sample_rate)


def test_rumble_goes_and_the_voice_stays() -> None:
    times = np.arange(2 * RATE) / RATE
    levels = {}
    for frequency in (20, 200, 3_000):
        tone = np.sin(2 * np.pi * frequency * times).astype(np.float32)
        speech, _ = polish(tone, RATE, Sound(trim=False))
        levels[frequency] = 20 * np.log10(np.abs(speech[RATE // 2 : -RATE // 2]).max())

    assert levels[20] < -15
    assert levels[200] == pytest.approx(0, abs=1)
    assert levels[3_000] == pytest.approx(0, abs=0.1)


def test_the_bed_steps_back_in_time_stays_and_returns() -> None:
    settings = replace(Jingles(), duck=12.0, attack=250, hold=700, release=600)
    places, factors = zip(*ducking([(3_000, 4_000), (4_500, 5_000)], settings), strict=True)

    def at(millisecond: int) -> float:
        return float(20 * np.log10(np.interp(millisecond, places, factors)))

    assert [at(0), at(2_740), at(6_310), at(9_900)] == pytest.approx([0, 0, 0, 0], abs=0.2)
    assert [at(3_000), at(4_250), at(5_000), at(5_690)] == pytest.approx([-12] * 4, abs=0.2)
    assert -12 < at(2_875) < 0
    assert all(before < after for before, after in pairwise(places))  # never two gains at once: no step
