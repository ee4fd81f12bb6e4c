"""The finished sound: as loud as asked, no peak too high, exactly as long as planned, chapters on whole seconds."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ki_briefing.base.errors import ConfigError
from ki_briefing.base.store import read_entry
from ki_briefing.show.settings import Jingles, Sound
from ki_briefing.sound.limiter import limit, true_peak
from ki_briefing.sound.measure import measure
from mastered import master_of, write


@pytest.mark.parametrize(
    "sound",
    [
        Sound(),
        Sound(loudness=-19.0, bit_rate=64),
        Sound(loudness=-14.0, bit_rate=128),
        Sound(channels=2, bit_rate=192),
        Sound(sample_rate=24_000, bit_rate=64),
        Sound(bit_rate=48),  # its frames are too small for an Info header
        Sound(loudness=-23.0, true_peak=-2.0, bit_rate=320),
    ],
    ids=lambda sound: f"{sound.loudness} {sound.sample_rate} {sound.channels} {sound.bit_rate}",
)
@pytest.mark.judge("ffmpeg", "mpg123")
def test_independent_decoders_find_the_planned_length_loudness_and_peak(tmp_path: Path, sound: Sound) -> None:
    master = master_of(tmp_path, sound)
    path = write(master, tmp_path / "a.mp3")

    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-f", "s16le", "-"], capture_output=True, check=True
    )
    assert len(raw.stdout) == master.timeline.frames * 2 * sound.channels
    other = subprocess.run(["mpg123", "-q", "-s", str(path)], capture_output=True, check=True)
    assert len(other.stdout) == len(raw.stdout)
    meter = subprocess.run(
        ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"],
        capture_output=True, text=True, check=True,
    ).stderr  # fmt: skip
    summary = meter[meter.rindex("Summary") :]
    integrated = float(re.findall(r"I:\s+(-?[\d.]+)", summary)[0])
    peak = float(re.findall(r"Peak:\s+(-?[\d.]+)", summary)[0])
    assert integrated == pytest.approx(sound.loudness, abs=0.3)
    assert integrated == pytest.approx(master.loudness.integrated, abs=0.1)
    assert peak <= sound.true_peak


def test_libsndfile_and_miniaudio_decode_exactly_the_planned_samples(tmp_path: Path) -> None:
    import miniaudio

    master = master_of(tmp_path, Sound())
    path = write(master, tmp_path / "a.mp3")

    assert len(soundfile.read(path)[0]) == master.timeline.frames
    assert miniaudio.decode_file(str(path), nchannels=1, sample_rate=48_000).num_frames == master.timeline.frames


def test_chapters_start_in_the_first_frame_after_a_whole_second_and_cover_all(tmp_path: Path) -> None:
    timeline = master_of(tmp_path, Sound()).timeline

    assert timeline.chapters[0].start == 0
    for chapter, following in zip(timeline.chapters, timeline.chapters[1:], strict=False):
        assert chapter.end == following.start
        assert following.start % 48_000 < 1152
    assert timeline.chapters[-1].end == timeline.frames


def test_chapters_are_equally_loud(tmp_path: Path) -> None:
    levels = master_of(tmp_path, Sound()).loudness.chapters

    assert max(levels) - min(levels) <= 1.0


def test_cues_stand_in_order_inside_their_chapters(tmp_path: Path) -> None:
    timeline = master_of(tmp_path, Sound()).timeline

    assert len(timeline.cues) == 25
    for cue in timeline.cues:
        chapter = timeline.chapters[cue.chapter]
        assert chapter.start <= cue.start < cue.end <= chapter.end
    assert all(before.end <= after.start for before, after in zip(timeline.cues, timeline.cues[1:], strict=False))


def test_the_same_master_twice_is_the_same_bytes_and_only_an_edit_is_encoded(tmp_path: Path) -> None:
    first = master_of(tmp_path, Sound())
    stamps = {path: path.stat().st_mtime_ns for path in (tmp_path / "s").rglob("*") if path.is_file()}
    second = master_of(tmp_path, Sound())

    assert write(first, tmp_path / "a").read_bytes() == write(second, tmp_path / "b").read_bytes()
    assert stamps == {path: path.stat().st_mtime_ns for path in (tmp_path / "s").rglob("*") if path.is_file()}


def test_the_number_of_processors_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = []
    for count in (1, 5):
        monkeypatch.setattr("ki_briefing.sound.master.available", lambda count=count: count)
        folder = tmp_path / str(count)
        folder.mkdir()
        files.append(write(master_of(folder, Sound()), folder / "a.mp3"))

    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_broken_stretch_is_made_again(tmp_path: Path) -> None:
    master = master_of(tmp_path, Sound())
    whole = write(master, tmp_path / "a").read_bytes()
    for path in (tmp_path / "s").rglob("*"):
        if path.is_file() and path not in master.parts:
            path.write_bytes(path.read_bytes()[:-7])

    assert write(master_of(tmp_path, Sound()), tmp_path / "b").read_bytes() == whole


def test_no_click_where_stretches_join(tmp_path: Path) -> None:
    master = master_of(tmp_path, Sound(), Jingles(style="none"))
    samples = soundfile.read(write(master, tmp_path / "a.mp3"))[0]
    borders = np.cumsum([len(read_entry(part)) // 288 * 1152 for part in master.parts])[:-1]

    assert len(borders)
    for border in borders:
        around = samples[border - 1100 : border + 20]
        assert np.abs(np.diff(around)).max() < 0.01


def test_a_show_may_do_without_music_or_bring_its_own(tmp_path: Path) -> None:
    times = np.arange(48_000) / 48_000
    soundfile.write(tmp_path / "own.wav", np.sin(2 * np.pi * 440 * times) * 0.3, 48_000)
    silent = master_of(tmp_path, Sound(), Jingles(style="none"))
    own = master_of(tmp_path, Sound(), replace(Jingles(style="none"), ident="own.wav"))

    assert silent.timeline.cues[0].start == 1152
    assert own.timeline.cues[0].start == int((1 - 0.5) * 48_000)


@pytest.mark.parametrize(
    "sound", [Sound(sample_rate=44_100), Sound(bit_rate=97), Sound(sample_rate=24_000, bit_rate=48), Sound(channels=3)]
)
def test_an_impossible_format_says_what_is_possible(tmp_path: Path, sound: Sound) -> None:
    with pytest.raises(ConfigError, match="not possible") as caught:
        master_of(tmp_path, sound)

    assert "Use" in caught.value.hint


def test_the_limiter_keeps_true_peaks_below_its_ceiling_without_touching_the_rest() -> None:
    random = np.random.default_rng(1)
    quiet = 0.1 * random.standard_normal((48_000, 1)).astype(np.float32)
    loud = quiet.copy()
    loud[20_000:20_400] *= 30

    limited = limit(loud, 0.8, 48_000)
    assert true_peak(limited) <= 0.8 * 1.02
    assert np.array_equal(limited[:19_000], quiet[:19_000])
    assert limit(quiet, 0.8, 48_000) is quiet


def test_measuring_a_finished_file_agrees_with_its_prediction(tmp_path: Path) -> None:
    master = master_of(tmp_path, Sound())
    measured = measure(write(master, tmp_path / "a.mp3"))

    assert measured.integrated == pytest.approx(master.loudness.integrated, abs=0.15)
    assert measured.seconds * 48_000 == pytest.approx(master.timeline.frames)
    assert measured.clipped == 0
    assert measured.longest_silence[0] < 2.1
