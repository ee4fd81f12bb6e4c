"""The music that comes with ki-briefing starts and ends cleanly, is equally loud, and leaves the voice its room."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

JINGLES = Path(str(resources.files("ki_briefing"))) / "data" / "jingles"
RENDER = Path(__file__).parents[2] / "scripts" / "make_jingles"
STYLES = ("bright", "calm", "news")
SECONDS = {"ident": (3.5, 5.0), "stinger": (1.2, 2.0), "outro": (5.0, 6.5), "bed": (15.0, 25.0)}
ENDING = [(style, piece) for style in STYLES for piece in ("ident", "stinger", "outro")]
ALL = [*ENDING, *((style, "bed") for style in STYLES)]


def sound(style: str, piece: str) -> NDArray[np.float64]:
    samples, rate = soundfile.read(JINGLES / style / f"{piece}.flac", always_2d=True)
    assert rate == 48_000
    return np.asarray(samples)


def decibel(power: float) -> float:
    return float(10 * np.log10(power + 1e-20))


def test_all_styles_have_the_same_four_pieces_and_stay_small() -> None:
    files = sorted(JINGLES.rglob("*.flac"))

    assert [str(file.relative_to(JINGLES)) for file in files] == sorted(f"{s}/{p}.flac" for s, p in ALL)
    assert sum(file.stat().st_size for file in files) < 3_000_000
    assert max(file.stat().st_size for file in files) < 600_000


@pytest.mark.parametrize(("style", "piece"), ALL)
def test_a_piece_has_its_length_no_dc_and_no_clipping(style: str, piece: str) -> None:
    samples = sound(style, piece)
    shortest, longest = SECONDS[piece]

    assert shortest <= len(samples) / 48_000 <= longest
    assert np.abs(samples.mean(axis=0)).max() < 1e-4
    assert np.abs(samples).max() < 10 ** (-3 / 20)


@pytest.mark.parametrize(("style", "piece"), ENDING)
def test_a_piece_starts_from_silence_and_dies_away_into_silence(style: str, piece: str) -> None:
    samples = sound(style, piece)

    assert np.abs(samples[0]).max() < 1e-3
    assert decibel((samples[-960:] ** 2).mean()) < -60
    assert np.abs(np.diff(samples, axis=0)).max() < 0.15


@pytest.mark.parametrize("style", STYLES)
def test_a_bed_goes_round_without_a_seam(style: str) -> None:
    bed = sound(style, "bed")[:, 0]
    curvature = np.abs(np.diff(np.concatenate([bed, bed]), 2))

    at_the_seam = curvature[len(bed) - 2 : len(bed)]

    assert at_the_seam.max() <= np.percentile(curvature, 99)
    half = len(bed) // 2 // 4_800 * 4_800
    rolled = np.roll(bed, half)[: 2 * half].reshape(-1, 4_800)
    assert decibel((rolled**2).mean(axis=1).min()) > -45  # no hole either, at the seam or elsewhere


@pytest.mark.parametrize(("style", "piece"), ALL)
def test_a_piece_loses_little_in_mono_and_leaves_the_highest_octave_to_nobody(style: str, piece: str) -> None:
    samples = sound(style, piece)
    power = np.abs(np.fft.rfft(samples, axis=0)) ** 2
    high = np.fft.rfftfreq(len(samples), 1 / 48_000) > 12_000

    assert decibel((samples**2).mean()) - decibel((samples.mean(axis=1) ** 2).mean()) < 1.5
    assert decibel(power[high].sum() / power.sum()) < -60


@pytest.mark.judge("ffmpeg")
@pytest.mark.parametrize(("style", "piece"), ALL)
def test_all_pieces_are_equally_loud(style: str, piece: str) -> None:
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(JINGLES / style / f"{piece}.flac")]
    report = subprocess.run([*command, "-af", "ebur128", "-f", "null", "-"], capture_output=True, text=True, check=True)
    integrated = float(re.findall(r"I:\s+(-?[\d.]+) LUFS", report.stderr)[-1])

    assert integrated == pytest.approx(-20, abs=0.2)


@pytest.mark.parametrize("style", STYLES)
def test_what_is_shipped_is_what_the_score_renders(style: str, tmp_path: Path) -> None:
    command = [sys.executable, str(RENDER), "--into", str(tmp_path), f"{style}/stinger"]
    subprocess.run(command, check=True, capture_output=True)

    again, _rate = soundfile.read(tmp_path / style / "stinger.flac", always_2d=True)

    np.testing.assert_allclose(again, sound(style, "stinger"), atol=3 / 32_768)
