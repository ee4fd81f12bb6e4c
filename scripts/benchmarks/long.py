"""Episodes of ten minutes, an hour and ten hours: what mastering costs, what an edit costs, what memory it takes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

from measure import Contender, Cost, Figure, compare, print_costs, remove, run

import article

PROGRAM = str(Path(sys.executable).with_name("ki-briefing"))
ROUNDS = 3


def measure(work: Path) -> list[Figure]:
    """Return the figures of long episodes; it takes a quarter of an hour."""
    hour = _hour(work / "hour")
    short, long = (_cold(work / f"{minutes}", minutes) for minutes in (10, 600))
    print_costs({**hour, "10 minutes, cold": short, "10 hours, cold": long})
    edited, unchanged = hour["one word edited"], hour["unchanged"]
    return [
        Figure("mastering an hour / lame -q 5, cpu", hour["mastering"].cpu / hour["lame -q 5"].cpu, 1.4),
        Figure("an hour, two cores / one core, wall", hour["two cores"].wall / hour["one core"].wall, 0.6),
        Figure("an hour, one word edited: beyond unchanged, wall", edited.wall - unchanged.wall, 0.35, "s"),
        Figure("an hour, unchanged, wall", unchanged.wall, 0.5, "s"),
        Figure("an hour, unchanged, peak memory", unchanged.peak, 80, "MB"),
        Figure("ten hours / ten minutes, peak memory", long.peak / short.peak, 1.6),
        Figure("ten hours, peak memory", long.peak, 400, "MB"),
    ]


def _hour(folder: Path) -> dict[str, Cost]:
    file, build = _article(folder, 60)
    text = file.read_text(encoding="utf-8")
    numbers = count(10)
    built = folder / "built"

    def edit() -> None:
        file.write_text(text.replace("nannte 1004 Gründe", f"nannte {next(numbers)} Gründe"), encoding="utf-8")

    def forget(*names: str) -> Callable[[], None]:
        return lambda: remove(*(built / name for name in names), *built.glob("*/build.json"))

    run(Contender("first build", build))
    audio, wave = next(built.glob("*/*.mp3")), str(folder / "hour.wav")
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(audio), wave], check=True)
    lame = ("lame", "--quiet", "-q", "5", "-b", "96", "-m", "m", wave, str(folder / "lame.mp3"))
    return compare(
        [
            Contender("one core", build, forget(".cache"), cores=1),
            Contender("two cores", build, forget(".cache"), cores=2),
            Contender("mastering", build, forget(".cache/sound")),
            Contender("lame -q 5", lame),
            Contender("unchanged", build),
            Contender("one word edited", build, edit),
            Contender("unchanged, after the edit", build),
        ],
        ROUNDS,
        warm_up=False,
    )


def _cold(folder: Path, minutes: int) -> Cost:
    _file, build = _article(folder, minutes)
    return run(Contender(f"{minutes} minutes", build))


def _article(folder: Path, minutes: int) -> tuple[Path, tuple[str, ...]]:
    """Return an article file and the command that builds it."""
    folder.mkdir()
    file = folder / "article.md"
    file.write_text(article.write(minutes), encoding="utf-8")
    return file, (PROGRAM, "build", str(file))
