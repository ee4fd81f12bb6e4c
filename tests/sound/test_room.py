"""A pause sounds like the room the voice stands in, and music ends where it should."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from ki_briefing.base.store import Store
from ki_briefing.model.sound import Clip, Timeline
from ki_briefing.show.settings import Jingles, Sound
from ki_briefing.sound.master import make_master
from ki_briefing.sound.polish import polish
from mastered import master_of, script_of, write

RATE = 48_000
BARE = Jingles(style="none")
EDGE = 2_880  # frames beside the speech, where it rings out

Samples = NDArray[np.float32]


def decibels(samples: Samples) -> float:
    return float(20 * np.log10(max(np.sqrt(np.mean(np.square(samples, dtype=np.float64))), 1e-7)))


def played(path: Path) -> Samples:
    return np.asarray(soundfile.read(path, dtype="float32")[0], np.float32)


def pauses(samples: Samples, timeline: Timeline) -> list[float]:
    """Return the level of each pause between two utterances [dBFS]."""
    pairs = zip(timeline.cues, timeline.cues[1:], strict=False)
    return [decibels(samples[before.end + EDGE : after.start - EDGE]) for before, after in pairs]


def test_no_pause_is_digital_black_and_none_can_be_heard(tmp_path: Path) -> None:
    master = master_of(tmp_path, Sound(), BARE)
    levels = pauses(played(write(master, tmp_path / "a.mp3")), master.timeline)

    assert len(levels) == 24  # those before chapters too
    assert min(levels) > -80
    assert max(levels) < -70
    assert master.loudness.integrated == pytest.approx(-16, abs=0.1)


def test_a_voice_with_noise_keeps_it_in_its_pauses(tmp_path: Path) -> None:
    script, takes, loud_and_soft = script_of(3)
    clips = {
        key: Clip(clip.samples * np.float32(0.9 / np.abs(clip.samples).max()), clip.sample_rate)
        for key, clip in loud_and_soft.items()
    }
    noise = np.random.default_rng(5)

    def noisy(clip: Clip) -> Clip:
        quiet = np.zeros(clip.sample_rate // 4, np.float32)
        samples = np.concatenate((quiet, clip.samples, quiet))
        return Clip(samples + 1e-3 * noise.standard_normal(len(samples)).astype(np.float32), clip.sample_rate)

    noisy_clips = {key: noisy(clip) for key, clip in clips.items()}
    master = make_master(
        script, takes, lambda take: noisy_clips[take.key], Sound(), BARE, folder=tmp_path, store=Store(tmp_path / "s")
    )
    samples = played(write(master, tmp_path / "a.mp3"))

    cues = master.timeline.cues
    for take, before, after in zip(takes, cues, cues[1:], strict=False):
        if before.chapter == after.chapter:
            clip = noisy_clips[take.key]
            said, _ = polish(clip.samples, clip.sample_rate, Sound())
            gain = decibels(samples[before.start : before.end]) - decibels(said)
            pause = samples[before.end + EDGE : after.start - EDGE]
            assert decibels(pause) == pytest.approx(-60 + gain, abs=3)  # the limiter holds the speech, not the noise
            assert decibels(pause[: len(pause) // 2]) == pytest.approx(decibels(pause[len(pause) // 2 :]), abs=1.5)


def test_the_bed_ends_with_the_last_word_of_the_intro(tmp_path: Path) -> None:
    master = master_of(tmp_path, Sound(), replace(Jingles(), ident="none", stinger="none"))
    samples = played(write(master, tmp_path / "a.mp3"))
    last = max(cue.end for cue in master.timeline.cues if cue.chapter == 0)
    first, second = master.timeline.cues[:2]

    assert decibels(samples[first.end + 4_800 : second.start - 4_800]) > -50  # the bed, between two sentences
    assert decibels(samples[last + EDGE : master.timeline.chapters[1].start]) < -70


@pytest.mark.parametrize("wanted", [True, False])
def test_a_stinger_leads_to_in_kuerze_unless_the_show_wants_none(tmp_path: Path, wanted: bool) -> None:
    master = master_of(tmp_path, Sound(), replace(Jingles(), key_points=wanted))
    samples = played(write(master, tmp_path / "a.mp3"))
    start = master.timeline.chapters[1].start
    first = next(cue.start for cue in master.timeline.cues if cue.chapter == 1)

    assert (first - start > RATE / 4) is wanted
    assert (decibels(samples[start : start + RATE // 50]) > -70 or decibels(samples[start:first]) > -30) is wanted
    assert max(master.loudness.chapters) - min(master.loudness.chapters) <= 1
