"""A long file is measured block by block, and reads as if it had been measured at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ki_briefing.sound import loudness
from ki_briefing.sound.measure import measure

Samples = NDArray[np.float32]

RATE = 24_000
BORDERS = (30, 60)  # seconds: where the meter's blocks end
LENGTH = 61


def faded(samples: NDArray[np.float64], rate: int = RATE) -> Samples:
    """Return the samples with ends that are no steps."""
    ramp = np.sin(np.linspace(0, np.pi / 2, rate // 10)) ** 2
    samples[: len(ramp)] *= ramp
    samples[-len(ramp) :] *= ramp[::-1]
    return samples.astype(np.float32)


def tone(frequency: float, peak: float, phase: float = 0.0, rate: int = RATE) -> NDArray[np.float64]:
    return peak * np.sin(2 * np.pi * frequency * np.arange(LENGTH * rate) / rate + phase)


def judged(samples: Samples) -> float:
    """Return the true peak by sixteenfold oversampling [dBTP], but for half a second at both ends, which are cuts."""
    finely = soxr.resample(samples, 1, 16, quality="VHQ")[8 * RATE : -8 * RATE]
    return float(20 * np.log10(np.abs(finely).max()))


def read(folder: Path, samples: Samples, rate: int = RATE) -> float:
    soundfile.write(folder / "signal.wav", samples, rate, subtype="FLOAT")
    return measure(folder / "signal.wav").true_peak


@pytest.mark.parametrize("rate", [RATE, 48_000])
@pytest.mark.parametrize("phase", np.linspace(0, np.pi, 7, endpoint=False))
def test_where_a_block_is_cut_no_step_is_heard(tmp_path: Path, phase: float, rate: int) -> None:
    """A low tone leaves the samples little to hide between them, but a cut at its crest would overshoot by a tenth."""
    samples = faded(tone(300.01, 0.8, phase, rate), rate)

    assert read(tmp_path, samples, rate) == pytest.approx(20 * np.log10(0.8), abs=0.05)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    border=st.sampled_from(BORDERS),
    offset=st.integers(-60, 60),
    frequency=st.floats(100, RATE / 4),
    phase=st.floats(0, 2 * np.pi),
    width=st.integers(20, 2_000),
)
def test_a_peak_at_or_near_a_border_is_found_and_none_is_invented(
    tmp_path: Path, border: int, offset: int, frequency: float, phase: float, width: int
) -> None:
    at = np.arange(LENGTH * RATE) - border * RATE - offset
    burst = 0.6 * np.exp(-((at / width) ** 2)) * np.cos(2 * np.pi * frequency * at / RATE + phase)
    samples = faded(tone(220, 0.3) + burst)
    peak = judged(samples[(border - 1) * RATE :][: 2 * RATE])

    assert peak - 0.3 <= read(tmp_path, samples) <= peak + 0.1


def test_loudness_does_not_depend_on_the_blocks(tmp_path: Path) -> None:
    noise = 0.1 * np.random.default_rng(3).standard_normal(LENGTH * RATE)
    samples = faded(noise * (1 + np.sin(np.arange(len(noise)) / RATE)))
    soundfile.write(tmp_path / "signal.wav", samples, RATE, subtype="FLOAT")
    measured = measure(tmp_path / "signal.wav")

    at_once = loudness.energies(samples[:, None], RATE, RATE // 100)

    assert measured.integrated == pytest.approx(loudness.integrated(loudness.resampled(at_once, 0.01)), abs=0.001)
    assert measured.momentary == pytest.approx(loudness.momentary(at_once, 0.01).max(), abs=0.001)


@pytest.mark.parametrize("begin", [-4, -3, -2, -1, 0, 1])
def test_a_clipped_place_is_counted_once_wherever_it_lies(tmp_path: Path, begin: int) -> None:
    samples = faded(tone(220, 0.3))
    at = BORDERS[0] * RATE + begin
    samples[at : at + 4] = 1.0
    soundfile.write(tmp_path / "signal.wav", samples, RATE, subtype="FLOAT")

    assert measure(tmp_path / "signal.wav").clipped == 1
