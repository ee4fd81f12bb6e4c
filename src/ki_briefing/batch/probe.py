"""Episodes that would be built -> Pace, measured with a few of them, which find what the show's store has.

Their sound is thrown away: nothing of it gets into the show's store.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.batch.pace import Sample, choose, forecast
from ki_briefing.batch.unit import receive, sharing
from ki_briefing.batch.worker import build_unit
from ki_briefing.batch.workers import spread
from ki_briefing.show.workspace import BUILT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ki_briefing.batch.articles import Candidate
    from ki_briefing.batch.drafts import Drafts
    from ki_briefing.batch.unit import Result, Unit
    from ki_briefing.batch.workers import Workers
    from ki_briefing.build import Progress
    from ki_briefing.show.settings import Show


@dataclass(frozen=True, slots=True)
class Pace:
    """What episodes come to.

    Attributes:
        seconds: How long they take [s].
        sound: How long they sound [s].
        size: Of their files [bytes].
    """

    seconds: float
    sound: float
    size: float


def measure_pace(
    show: Show,
    wanted: Sequence[tuple[Path | Candidate, int]],
    drafts: Drafts,
    workers: Workers,
    room: Path,
    progress: Progress | None,
) -> Pace | None:
    """Build a few episodes; None if none of them can be built.

    Args:
        wanted: What is to be built, and how many characters are said in it.
    """
    probe = _Probe(drafts, _copied(show.cache, room / "probes") if workers.here else "")
    characters = [each for _what, each in wanted]
    chosen = choose(characters, workers.slots)
    for index, result in spread(workers, build_unit, probe.units((each, wanted[each][0]) for each in chosen)):
        probe.take(result, characters[index])
        if progress:
            progress("measuring", len(probe.samples), len(chosen), 0.0)
    if not probe.samples:
        return None
    seconds = forecast(probe.samples, characters, workers.slots, probe.busy / len(probe.samples))
    share = sum(characters) / sum(each.characters for each in probe.samples)
    return Pace(seconds, probe.sound * share, probe.size * share)


class _Probe:
    """Does with episodes what a batch does, and measures.

    Attributes:
        busy: How long this process was busy with them [s].
    """

    def __init__(self, drafts: Drafts, store: str) -> None:
        self._drafts, self._store = drafts, store
        self.samples: list[Sample] = []
        self.sound, self.size, self.busy = 0.0, 0, 0.0

    def units(self, chosen: Iterator[tuple[int, Path | Candidate]]) -> Iterator[tuple[int, Unit | None]]:
        for index, what in chosen:
            begun = time.monotonic()
            unit = self._drafts.unit(what)
            self.busy += time.monotonic() - begun
            yield index, sharing(unit, self._store) if unit else None

    def take(self, result: Result, characters: int) -> None:
        if result.built is None:
            return
        begun = time.monotonic()
        receive(self._drafts.show, result)
        self.busy += time.monotonic() - begun
        folder = self._drafts.show.folder / result.folder
        self.size += sum(path.stat().st_size for path in (folder / BUILT).iterdir())
        shutil.rmtree(folder)
        self.sound += result.built.seconds
        self.samples.append(Sample(characters, result.seconds, result.worker))


def _copied(cache: Path, store: Path) -> str:
    """Make a store that begins with what a cache has, without its bytes."""
    store.mkdir()
    for name in ("clips", "sound"):
        if (cache / name).is_dir():
            shutil.copytree(cache / name, store / name, copy_function=_link)
    return str(store)


def _link(source: str, target: str) -> None:
    with suppress(OSError):  # somebody else deleted it, or the file system has no links: then it is spoken again
        os.link(source, target)
