"""Pictures of the sound tell the truth, stay small, and can be read by everyone."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from ki_briefing.episode import pictures
from ki_briefing.model.sound import Chapter, Levels, Timeline
from ki_briefing.model.text import SegmentKind

RATE = 48_000
SVG = "{http://www.w3.org/2000/svg}"


def timeline(seconds: float, chapters: int = 3, title: str = "Markt & Börse <live>") -> Timeline:
    frames = round(seconds * RATE)
    edges = [frames * index // chapters for index in range(chapters + 1)]
    return Timeline(
        RATE,
        frames,
        tuple(Chapter(a, b, title, SegmentKind.SECTION) for a, b in itertools.pairwise(edges)),
        (),
    )


def levels(seconds: float) -> Levels:
    wobble = np.sin(np.arange(round(seconds * 10)) / 7)
    loud = -16 + 4 * wobble
    return Levels(loud[3:], loud[29:] / 2 - 8, (0.4 + 0.3 * wobble).astype(np.float32))


def test_waveform_data_is_audiowaveform_version_2() -> None:
    data = json.loads(pictures.waveform_json(levels(60), timeline(60)))

    assert (data["version"], data["bits"], data["channels"], data["sample_rate"]) == (2, 8, 1, RATE)
    assert data["length"] * 2 == len(data["data"])
    assert data["length"] * data["samples_per_pixel"] == 60 * RATE
    assert all(-128 <= low <= 0 <= high <= 127 for low, high in pairs(data["data"]))


def test_a_single_loud_tenth_of_a_second_survives_in_ten_hours() -> None:
    peaks = np.full(360_000, 0.1, np.float32)
    peaks[123_456] = 1.0
    data = json.loads(pictures.waveform_json(Levels(np.zeros(1), np.zeros(1), peaks), timeline(36_000)))

    assert max(data["data"]) == 127
    assert data["data"].index(127) // 2 == 123_456 * RATE // 10 // data["samples_per_pixel"]


@pytest.mark.parametrize("seconds", [0.1, 2, 330, 36_000])
def test_pictures_are_small_well_formed_titled_and_described(seconds: float) -> None:
    time, level = timeline(seconds), levels(seconds)
    drawings = (pictures.waveform_svg(level, time), pictures.loudness_svg(level, time, -16.0))

    assert len(pictures.waveform_json(level, time).encode()) <= 25_000
    for drawing in drawings:
        assert len(drawing.encode()) <= 25_000
        assert "nan" not in drawing
        assert "inf" not in drawing
        root = ElementTree.fromstring(drawing)
        names = root.attrib["aria-labelledby"].split()
        assert [root.findtext(f"./*[@id='{name}']") not in (None, "") for name in names] == [True, True]
        assert [mark.text for mark in root.iter(f"{SVG}title") if "Börse" in (mark.text or "")]


def test_a_bar_is_as_high_as_the_mean_of_its_peaks_against_the_highest() -> None:
    peaks = np.repeat(np.array([0.2, 0.6, 0.0, 0.3], np.float32), 400)
    root = ElementTree.fromstring(pictures.waveform_svg(Levels(np.zeros(1), np.zeros(1), peaks), timeline(160)))
    bars = re.findall(r"M([\d.]+) [\d.]+h[\d.]+v([\d.]+)", root.find(f"{SVG}path").attrib["d"])  # type: ignore[union-attr]

    heights = [float(height) for _, height in bars]

    assert len(bars) == 160
    assert float(bars[80][0]) == pytest.approx(500, abs=2)
    assert [heights[at] / heights[60] for at in (20, 60, 140)] == pytest.approx([1 / 3, 1, 1 / 2], abs=0.01)
    assert heights[100] < heights[20] / 10


def test_a_chapter_is_marked_where_it_starts() -> None:
    root = ElementTree.fromstring(pictures.waveform_svg(levels(100), timeline(100, chapters=4)))

    marks = [(path.attrib["d"], path.findtext(f"{SVG}title")) for path in root.iterfind(f"{SVG}g/{SVG}path")]

    assert [mark for mark, _ in marks] == ["M0 0V160", "M250 0V160", "M500 0V160", "M750 0V160"]
    assert marks[1][1] == "0:25 Markt & Börse <live>"


@pytest.mark.parametrize(
    ("seconds", "times"), [(95, ["0:00 min:s", "0:10", "0:20"]), (5400, ["0:00 h:min:s", "10:00"])]
)
def test_the_loudness_has_axes_with_units_and_a_legend(seconds: float, times: list[str]) -> None:
    root = ElementTree.fromstring(pictures.loudness_svg(levels(seconds), timeline(seconds), -16.0))
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    texts = list(root.iter(f"{SVG}text"))
    words = [each.text for each in texts]

    assert {"LUFS", "−10", "−40", "Momentan (400 ms)", "Kurzzeit (3 s)", "Ziel −16,0 LUFS", "Kapitel"} <= set(words)
    assert [each for each in words if each and ":" in each][: len(times)] == times
    assert all(left <= float(each.attrib["x"]) <= left + width for each in texts)
    assert all(top <= float(each.attrib["y"]) <= top + height for each in texts)


def test_a_thousand_chapters_and_a_silent_or_empty_episode_still_make_a_small_picture() -> None:
    silent = Levels(np.full(97, -120.691), np.full(71, -120.691), np.zeros(100, np.float32))
    empty = Levels(np.zeros(0), np.zeros(0), np.zeros(0, np.float32))

    for level, time in ((silent, timeline(10)), (empty, timeline(0, 1)), (levels(9_000), timeline(9_000, 500))):
        for drawing in (pictures.waveform_svg(level, time), pictures.loudness_svg(level, time, -16.0)):
            ElementTree.fromstring(drawing)
            assert len(drawing.encode()) <= 40_000


def test_pictures_take_their_colours_from_the_page() -> None:
    drawing = pictures.waveform_svg(levels(30), timeline(30)) + pictures.loudness_svg(levels(30), timeline(30), -16.0)

    assert "currentColor" in drawing
    assert "#" not in drawing


def test_the_same_levels_give_the_same_picture() -> None:
    assert pictures.loudness_svg(levels(30), timeline(30), -16) == pictures.loudness_svg(levels(30), timeline(30), -16)


def test_numpy_is_not_imported_until_something_is_drawn() -> None:
    code = "import sys, ki_briefing.episode.pictures; sys.exit('numpy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def pairs(values: list[int]) -> list[tuple[int, int]]:
    return list(zip(values[::2], values[1::2], strict=True))
