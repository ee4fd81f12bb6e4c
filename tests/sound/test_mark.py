"""The mark: who made a sound is found in its copies, nobody is named where there is none, and nobody hears it."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from espeak_speech import RATE as SPOKEN
from espeak_speech import mp3, speech
from fakes import speaker
from ki_briefing.base.store import Store
from ki_briefing.model.sound import Master
from ki_briefing.model.text import Script, Segment, SegmentKind, Utterance, UtteranceRole
from ki_briefing.show.settings import Jingles, Sound
from ki_briefing.sound import codec, codeword, loudness
from ki_briefing.sound.alternates import Label, play, write_alternate
from ki_briefing.sound.mark import put_mark
from ki_briefing.sound.mark_search import find_mark
from ki_briefing.sound.master import make_master
from ki_briefing.sound.plan import make_plan
from ki_briefing.voice.clips import load_clip, speak
from ki_briefing.voice.native.espeak import EspeakEngine, EspeakSettings
from mastered import script_of, write

KEY_ID, OTHER = "0123456789", "fedcba9876"
TEXT = (
    "Die Forscher stellten am Montag ein neues Modell vor, das mit deutlich weniger Rechenzeit auskommt. "
    "Fachleute bleiben trotzdem skeptisch, denn viele Fragen sind noch offen, und Messungen fehlen. "
)

Samples = NDArray[np.float32]


@pytest.fixture(scope="module")
def plain() -> Samples:
    """Speech of some thirty seconds at 48 kHz, shape (frames, 1)."""
    spoken = [speech(TEXT, rate)[0] for rate in (0, 10, -10)]
    return codec.resample(np.concatenate(spoken)[:, None], SPOKEN, 48_000)


@pytest.fixture(scope="module")
def marked(plain: Samples) -> Samples:
    """As an episode has it: each stretch begins anew, and they are joined on whole MPEG frames."""
    cuts = [0, 1152 * 211, 1152 * 640, len(plain)]
    return np.concatenate([put_mark(plain[a:b], KEY_ID, 48_000) for a, b in pairwise(cuts)])


def read(samples: Samples, rate: int = 48_000) -> str:
    found = find_mark(np.array_split(samples, 7), rate)
    return found.key_id if found else ""


def test_a_mark_is_read_and_where_there_is_none_nobody_is_named(plain: Samples, marked: Samples) -> None:
    assert read(marked) == KEY_ID
    assert read(plain) == ""
    assert read(put_mark(plain, OTHER, 48_000)) == OTHER
    assert read(np.zeros((480_000, 1), np.float32)) == ""
    assert read(np.full((480_000, 2), np.nan, np.float32)) == ""
    assert read(marked[:10]) == ""


def test_a_mark_outlives_a_low_bit_rate_and_a_cut(marked: Samples) -> None:
    converted = codec.decode(mp3(codec.resample(marked, 48_000, SPOKEN)[:, 0], 48))

    assert read(converted, SPOKEN) == KEY_ID
    assert read(marked[123_457 : 123_457 + 20 * 48_000]) == KEY_ID


@pytest.mark.judge("ffmpeg")
def test_a_mark_outlives_another_rate_level_and_tempo(marked: Samples, tmp_path: Path) -> None:
    given, changed = tmp_path / "given.flac", tmp_path / "changed.flac"
    given.write_bytes(codec.encode_flac(marked, 48_000))
    filters = "atempo=1.02,volume=-12dB,treble=g=-6"
    subprocess.run(["ffmpeg", "-v", "error", "-i", given, "-af", filters, "-ar", "44100", changed], check=True)

    assert read(codec.decode(changed.read_bytes()), 44_100) == KEY_ID


def test_a_mark_is_far_below_the_sound_and_changes_neither_length_nor_loudness(plain: Samples) -> None:
    pause = np.zeros((48_000, 1), np.float32)
    given = np.concatenate([plain[: 10 * 48_000], pause, plain[10 * 48_000 :]])
    after = put_mark(given, KEY_ID, 48_000)
    change = after - given

    assert after.shape == given.shape
    assert 10 * np.log10(np.square(change).sum() / np.square(given).sum()) <= -30
    assert not change[10 * 48_000 + 2400 : 11 * 48_000 - 2400].any()
    louder, loud = (loudness.integrated(loudness.energies(each, 48_000, 4800)) for each in (after, given))
    assert louder == pytest.approx(loud, abs=0.05)
    np.testing.assert_array_equal(after, put_mark(given, KEY_ID, 48_000))


def test_both_sides_of_a_stereo_sound_are_marked_alike(plain: Samples) -> None:
    both = put_mark(codec.with_channels(plain, 2), KEY_ID, 48_000)

    np.testing.assert_array_equal(both[:, 0], both[:, 1])
    assert read(both) == KEY_ID


def test_signs_that_were_misheard_are_corrected_or_nobody_is_named() -> None:
    random = np.random.default_rng(1)
    signs = codeword.encode(KEY_ID)
    few = np.where(random.permutation(codeword.SIGNS) < 30, -signs, signs)

    assert codeword.decode(few) == KEY_ID
    assert [codeword.decode(random.standard_normal(codeword.SIGNS)) for _ in range(20)] == [""] * 20
    assert codeword.decode(np.zeros(codeword.SIGNS)) == ""


def test_a_stretch_is_made_anew_for_another_key_and_stays_as_it_was_without_one() -> None:
    script, takes, _clips = script_of(2)

    def keys(mark: str) -> list[str]:
        return [each.key for each in make_plan(script, takes, Sound(), Jingles(), Path(), mark)]

    assert keys("") == [each.key for each in make_plan(script, takes, Sound(), Jingles(), Path())]
    assert not set(keys("")) & set(keys(KEY_ID))
    assert not set(keys(OTHER)) & set(keys(KEY_ID))
    assert keys(KEY_ID) == keys(KEY_ID)


def test_an_episode_and_its_alternates_carry_the_mark_and_keep_length_and_level(tmp_path: Path) -> None:
    sound, bare = Sound(alternates=("m4a",)), Jingles(style="none")
    utterances = tuple(Utterance(text, text, UtteranceRole.PARAGRAPH, 600) for text in (TEXT, TEXT, f"Ja. {TEXT}"))
    script = Script("Titel", (Segment(SegmentKind.SECTION, "Titel", utterances),), ())
    takes = speak(utterances, speaker(EspeakEngine(EspeakSettings())), Store(tmp_path / "c")).takes
    store = Store(tmp_path / "s")

    def mastered(mark: str) -> Master:
        return make_master(script, takes, load_clip, sound, bare, folder=tmp_path, store=store, mark=mark)

    master, unmarked = mastered(KEY_ID), mastered("")
    write_alternate(tmp_path / "a.m4a", master, sound, Label((), ((0, "Titel"),)))

    assert master.timeline == unmarked.timeline
    assert master.loudness.integrated == pytest.approx(unmarked.loudness.integrated, abs=0.05)
    assert master.loudness.true_peak <= sound.true_peak
    for playing in (codec.play(write(master, tmp_path / "a.mp3"), 10), play(tmp_path / "a.m4a")):
        with playing as sounding:
            assert read(np.concatenate([*sounding.blocks]), sounding.sample_rate) == KEY_ID
