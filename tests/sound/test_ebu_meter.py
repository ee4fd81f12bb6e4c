"""Our meter reads what EBU Tech 3341 and Tech 3342 ask of a meter, on signals made here from their descriptions.

Left out are their recordings of real programmes (3341 cases 7 and 8, 3342 cases 5 and 6), which cannot be made, and
five channels (3341 case 6), which a podcast does not have.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from ki_briefing.sound import loudness
from ki_briefing.sound.measure import Measured, measure

RATES = (48_000, 24_000)
Samples = NDArray[np.float64]


def tones(rate: int, *parts: tuple[float | None, float]) -> Samples:
    """Return a stereo sine of 1 kHz in parts of (level of each channel [dBFS], or None for silence; seconds)."""
    edges = np.round(np.cumsum([seconds for _, seconds in parts]) * rate).astype(int)
    levels = np.repeat([0.0 if level is None else 10 ** (level / 20) for level, _ in parts], np.diff(edges, prepend=0))
    sine = levels * np.sin(2 * np.pi * 1000 * np.arange(edges[-1]) / rate)
    return np.repeat(sine[:, None], 2, axis=1)


def meter(folder: Path, samples: Samples, rate: int = 48_000) -> Measured:
    soundfile.write(folder / "signal.wav", samples, rate, subtype="FLOAT")
    return measure(folder / "signal.wav")


def energies(samples: Samples, rate: int, step: float) -> NDArray[np.float32]:
    slices = round(rate * step)
    whole = samples[: len(samples) // slices * slices].astype(np.float32)
    return loudness.energies(whole, rate, slices)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_3341_cases_1_and_2_a_steady_tone_reads_the_same_on_all_three_scales(
    tmp_path: Path, rate: int, level: float
) -> None:
    measured = meter(tmp_path, tones(rate, (level, 20)), rate)

    assert [measured.momentary, measured.short_term, measured.integrated] == pytest.approx([level] * 3, abs=0.1)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(
    "parts",
    [
        ((-36, 10), (-23, 60), (-36, 10)),
        ((-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)),
        ((-26, 20), (-20, 20.1), (-26, 20)),
    ],
    ids=["case 3", "case 4", "case 5"],
)
def test_3341_cases_3_to_5_quiet_parts_are_gated(
    tmp_path: Path, rate: int, parts: tuple[tuple[float, float], ...]
) -> None:
    assert meter(tmp_path, tones(rate, *parts), rate).integrated == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("rate", RATES)
def test_3341_case_9_short_term_is_a_window_of_3_seconds(rate: int) -> None:
    row = energies(tones(rate, *[(-20, 1.34), (-30, 1.66)] * 5), rate, 0.01)

    assert loudness.short_term(row, 0.01) == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("rate", RATES)
def test_3341_case_12_momentary_is_a_window_of_400_milliseconds(rate: int) -> None:
    row = energies(tones(rate, *[(-20, 0.18), (-30, 0.22)] * 25), rate, 0.01)

    assert loudness.momentary(row, 0.01) == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("index", range(20))
def test_3341_case_10_no_3_seconds_are_missed(tmp_path: Path, index: int) -> None:
    measured = meter(tmp_path, tones(48_000, (None, index * 0.15), (-23, 3), (None, 1)))

    assert measured.short_term == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("index", range(20))
def test_3341_case_13_no_400_milliseconds_are_missed(tmp_path: Path, index: int) -> None:
    measured = meter(tmp_path, tones(48_000, (None, index * 0.02), (-23, 0.4), (None, 1)))

    assert measured.momentary == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize(("seconds", "silence"), [(3.0, 0.15), (0.4, 0.02)], ids=["case 11", "case 14"])
def test_3341_cases_11_and_14_a_rising_row_of_tones_is_followed(seconds: float, silence: float) -> None:
    levels = range(-38, -18)
    parts = [part for index, level in enumerate(levels)
             for part in ((None, index * silence), (level, seconds), (None, 3 - index * silence))]  # fmt: skip
    row = energies(tones(48_000, *parts), 48_000, 0.01)
    readings = loudness.short_term(row, 0.01) if seconds == 3 else loudness.momentary(row, 0.01)
    ends = np.cumsum([seconds + 3] * len(levels))

    heard = [readings[: round((end - seconds) * 100)].max() for end in ends]

    assert heard == pytest.approx(list(levels), abs=0.1)


@pytest.mark.parametrize(
    ("divisor", "peak", "phase", "expected"),
    [(4, 0.5, 0.0, -6.0), (4, 0.5, 45.0, -6.0), (6, 0.5, 60.0, -6.0), (8, 0.5, 67.5, -6.0), (4, 1.41, 45.0, 3.0)],
    ids=["case 15", "case 16", "case 17", "case 18", "case 19"],
)
def test_3341_cases_15_to_19_true_peaks_between_the_samples(
    tmp_path: Path, divisor: int, peak: float, phase: float, expected: float
) -> None:
    sine = peak * np.sin(2 * np.pi * np.arange(48_000) / divisor + np.radians(phase))
    fade = np.minimum(1, np.arange(48_000) / 2_400)
    samples = np.repeat((sine * fade * fade[::-1])[:, None], 2, axis=1)

    assert expected - 0.4 <= meter(tmp_path, samples).true_peak <= expected + 0.2


@pytest.mark.parametrize("offset", range(4))
def test_3341_cases_20_to_23_a_single_peak_wherever_it_falls(tmp_path: Path, offset: int) -> None:
    """A sine of fs/6 with one period twice as high, band-limited at four times the rate, then every fourth sample."""
    at = np.arange(4 * 4_800)
    sine = np.sin(2 * np.pi * at / 24) * np.where((at >= 9_600) & (at < 9_624), 1.0, 0.5)
    spectrum = np.fft.rfft(sine)
    spectrum[np.fft.rfftfreq(len(at)) > 0.11] = 0  # of 4 fs: below half of fs
    smooth = np.fft.irfft(spectrum, len(at))
    finely = np.abs(np.fft.irfft(spectrum, 16 * len(at))).max() * 16
    samples = np.repeat((smooth / finely)[offset::4, None], 2, axis=1)

    assert -0.4 <= meter(tmp_path, samples).true_peak <= 0.2


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (((-20, 20), (-30, 20)), 10),
        (((-20, 20), (-15, 20)), 5),
        (((-40, 20), (-20, 20)), 20),
        (((-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)), 15),
    ],
    ids=["case 1", "case 2", "case 3", "case 4"],
)
def test_3342_cases_1_to_4_the_range_of_steps(
    tmp_path: Path, rate: int, parts: tuple[tuple[float, float], ...], expected: float
) -> None:
    assert meter(tmp_path, tones(rate, *parts), rate).range == pytest.approx(expected, abs=1)


def test_bs1770_a_full_scale_sine_of_997_hz_in_one_channel_reads_minus_3(tmp_path: Path) -> None:
    sine = np.sin(2 * np.pi * 997 * np.arange(48_000 * 20) / 48_000)[:, None]

    assert meter(tmp_path, sine).integrated == pytest.approx(-3.01, abs=0.05)


def test_silence_and_a_sound_shorter_than_a_window_have_no_loudness(tmp_path: Path) -> None:
    for samples in (np.zeros((48_000, 1)), tones(48_000, (-23, 0.3)), np.zeros((0, 1))):
        measured = meter(tmp_path, samples)
        assert measured.integrated == -np.inf
        assert measured.range == 0
        assert measured.short_term < -100
