"""Levels, Timeline -> the episode's waveform and its loudness over time, as JSON and SVG. Pure.

The levels were measured while the episode was mastered, so nothing is decoded again. An SVG takes its colours from the
page around it (``currentColor`` and CSS custom properties), so it can be read on light and dark backgrounds. It has a
title and a description for those who cannot see it. JSON: audiowaveform data format, version 2.
"""

from __future__ import annotations

import json
import math
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
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400)  # between times on an axis [s]
_MOST_TIMES = 10
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
    """Return momentary and short-term loudness over time, with the target [LUFS], chapter marks, axes and a legend.

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
    drawing = _scale() + _times(timeline) + _chapter_marks(timeline) + line + curves + _legend(target)
    return _picture("loudness", title, description, drawing, margins=(52, 26, 8, 30))


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


def _curve(series: Series, timeline: Timeline) -> str:
    values, blocks = _reduced(series, _CURVE_POINTS)
    tenths = timeline.frames / timeline.sample_rate * _PER_SECOND
    offset = max(0.0, (tenths - len(series)) / 2)  # windows are centred
    return " ".join(
        f"{min(_WIDTH, _WIDTH * ((index + 0.5) * blocks + offset) / max(tenths, 1e-9)):.4g},{_height_of(value):.4g}"
        for index, value in enumerate(values.tolist())
    )


def _height_of(loudness: float) -> float:
    inside = min(_LOUDEST, max(_QUIETEST, loudness))
    return 4 + (_HEIGHT - 8) * (_LOUDEST - inside) / (_LOUDEST - _QUIETEST)


def _scale() -> str:
    """Return the axis of loudness: faint lines at round values, each with its number, and the unit above them."""
    lines = [
        f'<path stroke="currentColor" stroke-opacity=".15" d="M0 {_height_of(value):.4g}H{_WIDTH}"/>'
        f'<text x="-7" y="{_height_of(value) + 4:.4g}">{_decimal(value, digits=0)}</text>'
        for value in (-10.0, -20.0, -30.0, -40.0)
    ]
    return _letters(f'<text x="-7" y="-11">LUFS</text>{"".join(lines)}', anchor="end")


def _times(timeline: Timeline) -> str:
    """Return the axis of time: marks at round times, at most ten, each with its time, in minutes and seconds."""
    seconds = timeline.frames / timeline.sample_rate
    step = next((each for each in _STEPS if seconds / each <= _MOST_TIMES), _STEPS[-1])
    unit = "h:min:s" if seconds >= 3600 else "min:s"
    marks = [
        f'<path stroke="currentColor" d="M{at:.4g} {_HEIGHT}v4"/>'
        f'<text x="{at:.4g}" y="{_HEIGHT + 17}">{clock.short(second)}{f" {unit}" if not second else ""}</text>'
        for second in range(0, math.ceil(seconds), step)
        for at in (_WIDTH * second / max(seconds, 1e-9),)
    ]
    axes = f'<path fill="none" stroke="currentColor" stroke-opacity=".6" d="M0 0V{_HEIGHT}H{_WIDTH}"/>'
    return axes + _letters("".join(marks), anchor="middle")


def _legend(target: float) -> str:
    """Return which line is what, above the curves."""
    entries = (
        (0, "momentary", 'stroke-opacity=".45"', "h28", "Momentan (400 ms)"),
        (190, "short-term", 'stroke-width="2.5"', "h28", "Kurzzeit (3 s)"),
        (350, "target", 'stroke-dasharray="8 5"', "h28", f"Ziel {_decimal(target)} LUFS"),
        (520, "chapter-mark", 'stroke-opacity=".55"', "m14 -6v12", "Kapitel"),
    )
    keys = (
        f'<path stroke="var(--{name},currentColor)" {look} d="M{x} -14{line}"/><text x="{x + 36}" y="-10">{text}</text>'
        for x, name, look, line, text in entries
    )
    return _letters("".join(keys), anchor="start")


def _letters(inside: str, *, anchor: str) -> str:
    font = f'font-family="sans-serif" font-size="12" text-anchor="{anchor}"'
    return f'<g fill="currentColor" {font}>{inside}</g>'


def _chapter_marks(timeline: Timeline) -> str:
    named = len(timeline.chapters) <= _MOST_TITLES
    marks = []
    for chapter in timeline.chapters:
        at = _WIDTH * chapter.start / max(timeline.frames, 1)
        text = f"{clock.short(chapter.start // timeline.sample_rate)} {_shortened(chapter.title)}"
        name = f"<title>{escape(text)}</title>" if named else ""
        marks.append(f'<path d="M{at:.4g} 0V{_HEIGHT}">{name}</path>')
    return f'<g stroke="var(--chapter-mark,currentColor)" stroke-opacity=".55">{"".join(marks)}</g>'


def _picture(
    name: str,
    title: str,
    description: str,
    drawing: str,
    *,
    margins: tuple[int, int, int, int] = (0, 0, 0, 0),
    distorts: bool = False,
) -> str:
    """Return the document; ``margins`` are left, above, right and below the curves."""
    left, top, right, bottom = margins
    box = f"{-left} {-top} {left + _WIDTH + right} {top + _HEIGHT + bottom}"
    fit = ' preserveAspectRatio="none"' if distorts else ""  # fine for a waveform, not for letters
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" '
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
