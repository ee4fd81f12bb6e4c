"""What a batch would take, before it begins: Plan. Nothing of the show is changed, and no service is sent anything.

Every script is written, by the workers. How fast they are is measured with a few episodes, short ones and long ones,
whose sound is thrown away.
"""

from __future__ import annotations

import math
import shutil
import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ki_briefing.base.errors import BriefingError, Exit
from ki_briefing.batch.conductor import list_tasks
from ki_briefing.batch.drafts import Drafts
from ki_briefing.batch.unit import Estimate, Unit, receive
from ki_briefing.batch.worker import build_unit, estimate_unit
from ki_briefing.taking.outcome import Outcome, Trouble
from ki_briefing.voice.engines import load_speaker
from ki_briefing.voice.spending import Cost, Forecast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from ki_briefing.batch.articles import Candidate
    from ki_briefing.batch.unit import Outcome as Result
    from ki_briefing.batch.workers import Workers
    from ki_briefing.build import Progress
    from ki_briefing.show.settings import Show

R = TypeVar("R")

_PROBES = 8  # episodes per worker that are built to measure how fast it is
_WARM = 2  # of them, until it has loaded everything


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch would take.

    Attributes:
        episodes: How many would be built.
        finished: How many of those named are finished.
        characters: Of all that would be said.
        unspoken: Those of them that are in no store yet.
        voices: What each voice that costs something would be sent: all, and what is unspoken.
        workers: How many units are worked on at the same moment.
        sound: How long all of it would sound [s]; 0: not measured.
        seconds: How long it would take [s]; 0: not measured.
        megabytes: Size of the finished files [MB]; 0: not measured.
    """

    episodes: int
    finished: int
    characters: int
    unspoken: int
    voices: tuple[Forecast, ...]
    workers: int
    troubles: tuple[Trouble, ...]
    sound: float = 0.0
    seconds: float = 0.0
    megabytes: float = 0.0

    def __str__(self) -> str:
        """Return it as a terminal shows it."""
        known = 100 * (self.characters - self.unspoken) / self.characters if self.characters else 0
        lines = [
            f"Episodes to build: {self.episodes}; finished: {self.finished}; unusable: {len(self.troubles)}",
            f"Characters: {self.characters:,}; spoken already: {known:.0f} %",
            *(str(each) for each in self.voices),
        ]
        if self.seconds:
            lines.append(f"Sound: {timedelta(seconds=round(self.sound))} h, {self.megabytes:,.0f} MB")
            lines.append(f"Time: {timedelta(seconds=round(self.seconds))} h with {self.workers} workers")
        else:
            lines.append("Time: not measured, because its voice is a service")
        return "\n".join(lines)


def plan_batch(
    show: Show,
    sources: Sequence[Path | str],
    workers: Workers,
    room: Path,
    *,
    now: datetime,
    here: bool = True,
    voice: str = "",
    progress: Progress | None = None,
) -> Plan:
    """Return what a batch would take; arguments and errors are those of ``batch_show``."""
    outcome = Outcome()
    tasks = list_tasks(show, sources, room, outcome, now=now, here=here, voice=voice)
    drafts = Drafts(show, tasks, outcome, room, now, here=here)
    wanted: list[Path | Candidate] = [*tasks.episodes(), *tasks.candidates()]
    found: dict[int, Estimate] = {}
    for index, estimate in _spread(workers, estimate_unit, ((i, drafts.unit(each)) for i, each in enumerate(wanted))):
        if estimate.error:
            error = estimate.error
            trouble = Trouble(estimate.folder, error.message, error.hint, Exit(error.exit_code), waits=False)
            outcome.troubles.append(trouble)
        else:
            found[index] = estimate
        if progress:
            progress("scripts", len(found), len(wanted), 0.0)
    characters = sum(each.characters for each in found.values())
    plan = Plan(
        len(found),
        tasks.finished,
        characters,
        sum(each.unspoken for each in found.values()),
        _by_engine(each for estimate in found.values() for each in estimate.voices),
        workers.slots,
        tuple(outcome.troubles),
    )
    if not found or any(_is_online(show, name) for name in {voice} | {name for _, name in show.cast.voices}):
        return plan
    ranked = sorted(found, key=lambda index: found[index].characters)
    count = min(len(ranked), max(workers.slots, min(_PROBES * workers.slots, len(ranked) // 4)))
    chosen = [ranked[(2 * i + 1) * len(ranked) // (2 * count)] for i in range(count)]
    mixed = chosen[::2] + chosen[1::2]  # no long ones only at the end
    probe = _Probe(drafts, workers.slots)
    for index, result in _spread(workers, build_unit, ((i, drafts.unit(wanted[i])) for i in mixed)):
        probe.take(result, found[index].characters)
        if progress:
            progress("measuring", len(probe.ends), count, 0.0)
    return probe.measured(plan)


@dataclass
class _Probe:
    """Measures, with a few episodes, how fast workers are while all of them are at work."""

    drafts: Drafts
    slots: int
    begun: float = field(default_factory=time.monotonic)
    ends: list[tuple[float, int]] = field(default_factory=list)  # seconds, and characters until then
    work: float = 0.0
    sound: float = 0.0
    size: int = 0

    def take(self, result: Result, characters: int) -> None:
        """Do with an episode what a batch does, and note when."""
        if result.built is None:
            return
        self.size += sum(path.stat().st_size for path in Path(result.place).iterdir()) if result.place else 0
        self.size += sum(len(each.content) for each in result.files)
        receive(self.drafts.show, result)
        shutil.rmtree(self.drafts.show.folder / result.folder)
        self.sound += result.built.seconds
        self.work += result.seconds
        before = self.ends[-1][1] if self.ends else 0
        self.ends.append((time.monotonic() - self.begun, before + characters))

    def measured(self, plan: Plan) -> Plan:
        """Return the plan with what was measured."""
        if not self.ends:
            return plan
        characters = self.ends[-1][1]
        share = plan.characters / characters
        warm, last = _WARM * self.slots - 1, len(self.ends) - self.slots  # then the first workers have nothing to do
        if last - warm >= self.slots:
            (begin, before), (end, after) = self.ends[warm], self.ends[last]
            pace = (after - before) / (end - begin)
            seconds = begin - before / pace + plan.characters / pace
        else:
            seconds = math.ceil(plan.episodes / self.slots) * self.work / len(self.ends)
        return replace(plan, sound=self.sound * share, seconds=seconds, megabytes=self.size * share / 1e6)


def _spread(
    workers: Workers, work: Callable[[Unit], R], units: Iterator[tuple[int, Unit | None]]
) -> Iterator[tuple[int, R]]:
    """Have units worked on, and yield what comes of them in the order in which it comes.

    Raises:
        BrokenExecutor: A worker died.
        SpeechError: The cluster has gone.
    """
    at_work: dict[Future[R], int] = {}
    is_over = False
    while at_work or not is_over:
        while not is_over and len(at_work) < 2 * workers.slots:
            index, unit = next(units, (-1, None))
            is_over = index < 0
            if unit:
                at_work[workers.submit(work, unit)] = index
        if at_work:
            done, _ = wait(at_work, timeout=1.0, return_when=FIRST_COMPLETED)
            workers.check()
            for future in done:
                yield at_work.pop(future), future.result()


def _is_online(show: Show, name: str) -> bool:
    try:
        return load_speaker(show.voice_named(name) if name else show.voice).facts.online
    except BriefingError:
        return False


def _by_engine(forecasts: Iterable[Forecast]) -> tuple[Forecast, ...]:
    """Return the sum of what each engine would be sent."""
    sums: dict[str, Forecast] = {}
    for each in forecasts:
        known = sums.get(each.whole.engine)
        sums[each.whole.engine] = (
            Forecast(_sum(known.whole, each.whole), _sum(known.unspoken, each.unspoken)) if known else each
        )
    return tuple(sums.values())


def _sum(one: Cost, other: Cost) -> Cost:
    return Cost(one.engine, one.characters + other.characters, one.price + other.price)
