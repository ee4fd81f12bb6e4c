"""What archive.py measured -> docs/growth.svg, and the table in docs/growth.md: growth.py FIGURES.json

Time and memory over the number of episodes, both axes logarithmic: a line that does not rise costs no more in a long
show than in a short one, a diagonal one grows as the show does.
"""

from __future__ import annotations

import json
import math
import re
import sys
from pathlib import Path
from typing import Any

from ki_briefing.base.markup import escape

DOCS = Path(__file__).parents[2] / "docs"
LINES = {
    "status": "#0072b2",
    "run, nothing to do": "#009e73",
    "publish, nothing new": "#cc79a7",
    "publish, one more episode": "#d55e00",
    "run, one article": "#000000",
    "build, the sound alone": "#999999",
}  # colours that are told apart whoever sees them (Okabe and Ito)
WIDTH, HEIGHT, LEFT, TOP, PANEL, GAP, BOTTOM = 960, 470, 64, 44, 380, 92, 300
_TABLE = re.compile(r"(?<=<!-- figures -->\n).*(?=<!-- end -->)", re.DOTALL)


class Panel:
    """One of the two charts: a figure over the number of episodes."""

    def __init__(self, left: float, counts: list[int], low: float, high: float) -> None:
        self._left, self._counts, self._low, self._high = left, counts, low, high

    def x(self, count: float) -> float:
        """Return where a number of episodes stands."""
        first, last = math.log(self._counts[0]), math.log(self._counts[-1])
        return self._left + PANEL * (math.log(count) - first) / (last - first)

    def y(self, value: float) -> float:
        """Return where a figure stands."""
        low, high = math.log(self._low), math.log(self._high)
        return TOP + BOTTOM * (high - math.log(value)) / (high - low)

    def draw_frame(self, title: str, ticks: list[float]) -> list[str]:
        """Return the axes with their numbers and what they count."""
        right, middle = self._left + PANEL, self._left + PANEL / 2
        drawn = [f'<text x="{self._left}" y="{TOP - 16}" font-weight="600">{escape(title)}</text>']
        for value in ticks:
            y = self.y(value)
            drawn.append(f'<path stroke="currentColor" stroke-opacity=".2" d="M{self._left} {y:.1f}H{right}"/>')
            drawn.append(f'<text x="{self._left - 8}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
        for count in self._counts:
            x = self.x(count)
            drawn.append(f'<path stroke="currentColor" stroke-opacity=".2" d="M{x:.1f} {TOP}V{TOP + BOTTOM}"/>')
            drawn.append(f'<text x="{x:.1f}" y="{TOP + BOTTOM + 20}" text-anchor="middle">{count:,}</text>')
        drawn.append(f'<text x="{middle}" y="{TOP + BOTTOM + 40}" text-anchor="middle">episodes in the show</text>')
        return drawn

    def draw_line(self, name: str, colour: str, values: list[float]) -> list[str]:
        """Return a line through what was measured, each point with its figure."""
        points = list(zip(map(self.x, self._counts), map(self.y, values), strict=True))
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        shade = "currentColor" if colour == "#000000" else colour
        told = (f"<title>{escape(name)}: {value:.3g}</title>" for value in values)
        marks = (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{shade}">{label}</circle>'
            for (x, y), label in zip(points, told, strict=True)
        )
        return [f'<polyline points="{path}" fill="none" stroke="{shade}" stroke-width="2"/>', *marks]


def draw(kept: dict[str, Any]) -> str:
    """Return the picture: processor time on the left, memory on the right, the names of the lines below."""
    costs = {int(count): of for count, of in kept["costs"].items()}
    counts, seconds, memory = sorted(costs), [0.1, 0.2, 0.5, 1, 2, 5], [20, 50, 100, 200]
    panels = (
        (Panel(LEFT, counts, 0.1, 5), "cpu", "Processor time [s]", seconds),
        (Panel(LEFT + PANEL + GAP, counts, 20, 200), "peak", "Memory at most [MB]", memory),
    )
    drawn: list[str] = []
    for panel, figure, title, ticks in panels:
        drawn += panel.draw_frame(title, list(map(float, ticks)))
        for name, colour in LINES.items():
            drawn += panel.draw_line(name, colour, [costs[count][name][figure] for count in counts])
    for at, (name, colour) in enumerate(LINES.items()):
        x, y = LEFT + at % 3 * 290, TOP + BOTTOM + 72 + at // 3 * 24
        shade = "currentColor" if colour == "#000000" else colour
        drawn.append(
            f'<path stroke="{shade}" stroke-width="2" d="M{x} {y - 4}h24"/><text x="{x + 32}" y="{y}">{name}</text>'
        )
    title = f"What commands cost in shows of {counts[0]:,} to {counts[-1]:,} episodes"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="growth-title"><title id="growth-title">{title}</title>'
        "<style>svg{color:#222;background:#fff}@media(prefers-color-scheme:dark){svg{color:#ddd;background:#111}}</style>"
        f'<g fill="currentColor" font-family="system-ui,sans-serif" font-size="14">{"".join(drawn)}</g></svg>\n'
    )


def tabulate(kept: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    counts = sorted(map(int, kept["costs"]))
    names = kept["costs"][str(counts[0])]
    lines = [
        f"Medians of {kept['rounds']} runs, the first publication of one: seconds on the clock / seconds of processor",
        "time / megabytes at most of one process, on",
        f"{kept['machine']}.",
        "",
        "| | " + " | ".join(f"{count:,} episodes" for count in counts) + " |",
        "|---|" + "---|" * len(counts),
    ]
    for name in names:
        costs = (kept["costs"][str(count)][name] for count in counts)
        cells = (f"{each['wall']:.2f} / {each['cpu']:.2f} / {each['peak']:.0f}" for each in costs)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Draw and write."""
    kept = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    (DOCS / "growth.svg").write_text(draw(kept), encoding="utf-8")
    page = DOCS / "growth.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(_TABLE.sub(lambda _: tabulate(kept), text), encoding="utf-8")


if __name__ == "__main__":
    main()
