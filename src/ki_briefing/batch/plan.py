"""What a batch would take, before it begins: Plan. Nothing of the show is changed, and no service is sent anything.

Every script is written, by the workers. How fast they are is measured with a few episodes, short ones and long ones,
whose sound is thrown away.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ki_briefing.base.errors import BriefingError
from ki_briefing.batch.drafts import Drafts
from ki_briefing.batch.probe import measure_pace
from ki_briefing.batch.tasks import Tasks
from ki_briefing.batch.worker import estimate_unit
from ki_briefing.batch.workers import spread
from ki_briefing.show.catalogue import open_catalogue
from ki_briefing.taking.outcome import Outcome
from ki_briefing.voice.engines import load_speaker
from ki_briefing.voice.spending import Cost, Forecast

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.batch.articles import Candidate
    from ki_briefing.batch.unit import Estimate
    from ki_briefing.batch.workers import Workers
    from ki_briefing.build import Progress
    from ki_briefing.show.settings import Show
    from ki_briefing.taking.outcome import Trouble

_PATIENCE = 30.0  # seconds to wait for somebody else's publication


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
        elif self.episodes:
            lines.append("Time: not measured, because a service speaks, or because none of them can be built")
        return "\n".join(lines)


def plan_batch(
    show: Show,
    sources: Sequence[Path | str],
    workers: Workers,
    room: Path,
    *,
    now: datetime,
    voice: str = "",
    progress: Progress | None = None,
) -> Plan:
    """Return what a batch would take; arguments and errors are those of ``batch_show``."""
    begun, outcome = time.monotonic(), Outcome()
    with open_catalogue(show, patience=_PATIENCE) as catalogue:
        tasks = Tasks(show, sources, catalogue, outcome, room, now=now, here=workers.here, voice=voice)
        drafts = Drafts(tasks, room)
        named: list[Path | Candidate] = [*tasks.episodes(), *tasks.candidates()]
        found: dict[int, Estimate] = {}
        start = 0.0  # seconds until a worker has answered
        units = ((index, drafts.unit(each)) for index, each in enumerate(named))
        for index, estimate in spread(workers, estimate_unit, units):
            start = start or time.monotonic() - begun
            if estimate.error:
                outcome.note(estimate.folder, estimate.error.error)
            else:
                found[index] = estimate
            if progress:
                progress("scripts", len(found), len(named), 0.0)
        wanted = [(named[index], found[index].characters) for index in sorted(found)]
        voices = {voice} | {name for _, name in show.cast.voices}
        can_measure = bool(found) and not any(_is_online(show, name) for name in voices)
        pace = measure_pace(show, wanted, drafts, workers, room, progress) if can_measure else None
    plan = Plan(
        len(found),
        tasks.finished,
        sum(each.characters for each in found.values()),
        sum(each.unspoken for each in found.values()),
        _by_engine(each for estimate in found.values() for each in estimate.voices),
        workers.slots,
        tuple(outcome.troubles),
    )
    if not pace:
        return plan
    return replace(plan, sound=pace.sound, seconds=start + pace.seconds, megabytes=pace.size / 1e6)


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
