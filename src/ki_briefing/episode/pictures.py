"""Levels, Timeline -> the episode's waveform and its loudness over time, as JSON and SVG. Pure.

The levels were measured while the episode was mastered, so nothing is decoded again. An SVG takes its colours from the
page around it (``currentColor`` and CSS custom properties), so it can be read on light and dark backgrounds. It has a
title and a description for those who cannot see it. JSON: audiowaveform data format, version 2.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ki_briefing.base.markup import escape
from ki_briefing.episode import clock

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ki_briefing.model.sound import Levels, Timeline

    Series = NDArray[np.float64]

_PER_SECOND = 10  # levels hold one value per 100 ms
_JSON_POINTS = 2_000
_CURVE_POINTS = 600
_BARS = 160
_BAR = 0.68  # width of a bar as a fraction of its place; the rest is a gap
_WIDTH, _HEIGHT = 1000, 160
_LOUDEST, _QUIETEST = 0.0, -48.0  # ends of the loudness axis [LUFS]
_LONGEST_TITLE = 60
_MOST_TITLES = 100  # with more chapters, their marks have no names, so that the picture stays small


def waveform_json(levels: Levels, timeline: Timeline) -> str:
    """Return the waveform as audiowaveform data: 8 bits, at most 2,000 pairs of minimum and maximum."""
    peaks, blocks = _reduced(levels.peaks, _JSON_POINTS)
    heights = [min(127, round(float(peak) * 127)) for peak in peaks]
    document = {
        "version": 2,
        "channels": 1,
        "sample_rate": timeline.sample_rate,
        "samples_per_pixel": blocks * timeline.sample_rate // _PER_SECOND,
        "bits": 8,
        "length": len(heights),
        "data": [value for height in heights for value in (-height, height)],
    }
    return json.dumps(document, separators=(",", ":"))


def waveform_svg(levels: Levels, timeline: Timeline) -> str:
    """Return the waveform with chapter marks; colours: ``--waveform`` and ``--chapter-mark``.

    The height of each of up to 160 bars is the mean of the peaks within it, relative to the highest bar. Their maximum
    would give a straight line, because speech is limited to the same peak everywhere.
    """
    heights, blocks = _reduced(levels.peaks, _BARS, mean=True)
    highest = max(float(heights.max(initial=0.0)), 1e-3)
    step = _WIDTH * blocks / _PER_SECOND / max(timeline.frames / timeline.sample_rate, 1e-9)
    middle = _HEIGHT / 2
    bars = []
    for index, height in enumerate(heights):
        tall = max(2.0, float(height) / highest * (middle - 4))
        left = min(_WIDTH - step * _BAR, (index + (1 - _BAR) / 2) * step)
        bars.append(f"M{left:.4g} {middle - tall:.4g}h{step * _BAR:.3g}v{2 * tall:.4g}h{-step * _BAR:.3g}z")
    shape = f'<path fill="var(--waveform,currentColor)" d="{"".join(bars)}"/>'
    title = "Wellenform der Folge"
    description = f"Dauer {_duration(timeline)}, {_chapters_in_words(timeline)}."
    return _picture("waveform", title, description, shape + _chapter_marks(timeline), distorts=True)


def loudness_svg(levels: Levels, timeline: Timeline, target: float) -> str:
    """Return momentary and short-term loudness over time, with the target [LUFS] and the chapter marks.

    Where several values share a point, the loudest is drawn. Colours: ``--momentary``, ``--short-term``, ``--target``
    and ``--chapter-mark``.
    """
    curves = "".join(
        f'<polyline fill="none" stroke="var(--{name},currentColor)" stroke-width="{width}" '
        f'stroke-opacity="{opacity}" points="{_curve(series, timeline)}"><title>{label}</title></polyline>'
        for name, series, width, opacity, label in (
            ("momentary", levels.momentary, "1", ".45", "Momentane Lautheit (400 ms)"),
            ("short-term", levels.short_term, "2.5", "1", "Kurzzeit-Lautheit (3 s)"),
        )
    )
    aim = _height_of(target)
    line = (
        f'<path stroke="var(--target,currentColor)" stroke-dasharray="8 5" d="M0 {aim:.4g}H{_WIDTH}">'
        f"<title>Ziel {_decimal(target)} LUFS</title></path>"
    )
    title = "Lautheit der Folge über die Zeit"
    loudest = float(levels.short_term.max(initial=-70.0))
    description = (
        f"Dauer {_duration(timeline)}, Ziel {_decimal(target)} LUFS, "
        f"höchste Kurzzeit-Lautheit {_decimal(loudest)} LUFS, {_chapters_in_words(timeline)}."
    )
    return _picture("loudness", title, description, _scale() + _chapter_marks(timeline) + line + curves)


def _reduced(values: NDArray[np.floating], most: int, *, mean: bool = False) -> tuple[Series, int]:
    """Return the largest, or the mean, of each run of values, so that at most ``most`` remain, and the run's length."""
    import numpy as np

    run = max(1, -(-len(values) // most))
    starts = np.arange(0, len(values), run)
    if not len(starts):
        return np.zeros(0), run
    numbers = values.astype(np.float64)
    if mean:
        return np.add.reduceat(numbers, starts) / np.diff([*starts, len(values)]), run
    return np.maximum.reduceat(numbers, starts), run


def _across(count: int, blocks: int, timeline: Timeline) -> list[float]:
    """Return where the middle of each run of blocks is on the time axis."""
    seconds = max(timeline.frames / timeline.sample_rate, 1e-9)
    return [min(_WIDTH, _WIDTH * (index + 0.5) * blocks / _PER_SECOND / seconds) for index in range(count)]


def _curve(series: Series, timeline: Timeline) -> str:
    values, blocks = _reduced(series, _CURVE_POINTS)
    offset = max(0.0, (timeline.frames / timeline.sample_rate * _PER_SECOND - len(series)) / 2)  # windows are centred
    shift = _WIDTH * offset / max(timeline.frames / timeline.sample_rate * _PER_SECOND, 1e-9)
    x = _across(len(values), blocks, timeline)
    return " ".join(
        f"{min(_WIDTH, at + shift):.4g},{_height_of(float(value)):.4g}" for at, value in zip(x, values, strict=True)
    )


def _height_of(loudness: float) -> float:
    inside = min(_LOUDEST, max(_QUIETEST, loudness))
    return 4 + (_HEIGHT - 8) * (_LOUDEST - inside) / (_LOUDEST - _QUIETEST)


def _scale() -> str:
    """Return faint lines at round loudness values, each with its number."""
    lines = [
        f'<path stroke="currentColor" stroke-opacity=".15" d="M0 {_height_of(value):.4g}H{_WIDTH}"/>'
        f'<text x="4" y="{_height_of(value) - 3:.4g}">{_decimal(value, digits=0)}</text>'
        for value in (-10.0, -20.0, -30.0, -40.0)
    ]
    return f'<g fill="currentColor" fill-opacity=".6" font-family="sans-serif" font-size="10">{"".join(lines)}</g>'


def _chapter_marks(timeline: Timeline) -> str:
    named = len(timeline.chapters) <= _MOST_TITLES
    marks = []
    for chapter in timeline.chapters:
        at = _WIDTH * chapter.start / max(timeline.frames, 1)
        text = f"{clock.short(chapter.start // timeline.sample_rate)} {_shortened(chapter.title)}"
        name = f"<title>{escape(text)}</title>" if named else ""
        marks.append(f'<path d="M{at:.4g} 0V{_HEIGHT}">{name}</path>')
    return f'<g stroke="var(--chapter-mark,currentColor)" stroke-opacity=".55">{"".join(marks)}</g>'


def _picture(name: str, title: str, description: str, drawing: str, *, distorts: bool = False) -> str:
    fit = ' preserveAspectRatio="none"' if distorts else ""  # fine for a waveform, not for letters
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc"{fit}>'
        f'<title id="{name}-title">{title}</title><desc id="{name}-desc">{escape(description)}</desc>{drawing}</svg>\n'
    )


def _chapters_in_words(timeline: Timeline) -> str:
    return "1 Kapitel" if len(timeline.chapters) == 1 else f"{len(timeline.chapters)} Kapitel"


def _shortened(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1].rstrip() + "…"


def _duration(timeline: Timeline) -> str:
    return clock.short(round(timeline.frames / timeline.sample_rate))


def _decimal(value: float, *, digits: int = 1) -> str:
    """Return a number in German notation, with a real minus sign."""
    return f"{value:.{digits}f}".replace("-", "−").replace(".", ",")
