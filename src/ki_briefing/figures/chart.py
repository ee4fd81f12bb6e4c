"""Figures -> a picture of the downloads per day or month, as SVG. Pure.

Its colours are those of the page around it (``currentColor``, ``--bar``), so it can be read on light and dark.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from ki_briefing.base.markup import escape

if TYPE_CHECKING:
    from ki_briefing.figures.downloads import Figures

_WIDTH, _HEIGHT = 1000, 320
_LEFT, _TOP, _RIGHT, _BOTTOM = 56, 44, 16, 36  # space for the numbers, the title and the days
_BAR = 0.72  # width of a bar as a fraction of its place
_MOST_DAYS = 92  # a longer time is shown by months
_LABELS = 12
_MONTHS = "Jan. Feb. März Apr. Mai Juni Juli Aug. Sep. Okt. Nov. Dez.".split()


def write_chart(figures: Figures, podcast: str) -> str:
    """Return the downloads over the time of the log, also where there were none."""
    bars = _bars(figures)
    step = _round_step(max((many for _, many in bars), default=0))
    top = max(step, -(-max((many for _, many in bars), default=0) // step) * step)
    room, place = _HEIGHT - _TOP - _BOTTOM, (_WIDTH - _LEFT - _RIGHT) / max(len(bars), 1)
    every = -(-len(bars) // _LABELS) or 1
    drawn = []
    for value in range(0, top + 1, step):
        y = _HEIGHT - _BOTTOM - room * value / top
        drawn.append(f'<path stroke="currentColor" stroke-opacity=".2" d="M{_LEFT} {y:.4g}H{_WIDTH - _RIGHT}"/>')
        drawn.append(f'<text x="{_LEFT - 8}" y="{y + 4:.4g}" text-anchor="end">{_number(value)}</text>')
    for at, (label, many) in enumerate(bars):
        tall, left = room * many / top, _LEFT + place * (at + (1 - _BAR) / 2)
        drawn.append(
            f'<rect x="{left:.5g}" y="{_HEIGHT - _BOTTOM - tall:.5g}" width="{place * _BAR:.4g}" height="{tall:.4g}"'
            f' fill="var(--bar,currentColor)" fill-opacity=".75"><title>{label}: {_number(many)}</title></rect>'
        )
        if at % every == 0:
            middle = _LEFT + place * (at + 0.5)
            drawn.append(f'<text x="{middle:.5g}" y="{_HEIGHT - 12}" text-anchor="middle">{label}</text>')
    title, total = f"Downloads von {podcast}", _number(figures.downloads)
    span = f"{bars[0][0]} bis {bars[-1][0]}" if bars else "kein Tag"
    description = f"{span}, zusammen {total} Downloads nach den Regeln des IAB."
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-labelledby="downloads-title downloads-desc"><title id="downloads-title">{escape(title)}</title>'
        f'<desc id="downloads-desc">{description}</desc>'
        f'<g fill="currentColor" font-family="system-ui,sans-serif" font-size="13">'
        f'<text x="{_LEFT}" y="24" font-size="16" font-weight="600">{escape(title)}: {total}</text>'
        f"{''.join(drawn)}</g></svg>\n"
    )


def _bars(figures: Figures) -> list[tuple[str, int]]:
    """Return each day, or each month, with its downloads."""
    if not figures.begin:
        return []
    first, last = date.fromisoformat(figures.begin[:10]), date.fromisoformat(figures.end[:10])
    known = {each.name: each.downloads for each in figures.days}
    days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    if len(days) <= _MOST_DAYS:
        return [(f"{day.day}.{day.month}.", known.get(day.isoformat(), 0)) for day in days]
    months: dict[str, int] = {}
    for day in days:
        label = f"{_MONTHS[day.month - 1]} {day.year}"
        months[label] = months.get(label, 0) + known.get(day.isoformat(), 0)
    return list(months.items())


def _round_step(highest: int) -> int:
    """Return the distance of about four lines: 1, 2 or 5 times a power of ten."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if highest <= 5 * step:
                return step
        size *= 10


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")
