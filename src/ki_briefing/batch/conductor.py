"""Show, sources, workers -> BatchReport: many episodes, built by whoever can.

Articles become episodes here, in the order of their dates, so that the result is the same whoever builds them. Each is
built and checked as a unit of its own; what comes back is put in its place at once, so a batch that is ended goes on
where it was. One bad article stops no other, and a worker that dies costs a second try of its unit.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ki_briefing.base.errors import BriefingError, CheckError, StorageError
from ki_briefing.base.files import lock, write_atomically
from ki_briefing.base.store import prune_stores
from ki_briefing.batch.drafts import Drafts
from ki_briefing.batch.purse import Limits, Purse
from ki_briefing.batch.report import BatchReport, Made
from ki_briefing.batch.tasks import Tasks
from ki_briefing.batch.unit import Failure, Result, worker_died
from ki_briefing.batch.worker import build_unit
from ki_briefing.german.lexicon import load_lexicon
from ki_briefing.publication.gate import check_rules
from ki_briefing.show.catalogue import State, open_catalogue
from ki_briefing.show.record import Deed, Entry, note_deeds
from ki_briefing.show.workspace import REASON_FILE, lexicons_in
from ki_briefing.taking.outcome import Outcome, of_bug, reason_text
from ki_briefing.voice.cast import load_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.batch.articles import Candidate
    from ki_briefing.batch.tasks import Task
    from ki_briefing.batch.workers import Workers
    from ki_briefing.build import Progress
    from ki_briefing.episode.built import Built
    from ki_briefing.show.settings import Show

_PATIENCE = 30.0  # seconds to wait for somebody else's publication
_TICK = 1.0  # seconds after which limits and workers are looked at
_OFTEN = 50  # episodes after which the catalogue is told
_HOUR = 3600.0  # seconds


@contextlib.contextmanager
def batch_room(show: Show) -> Iterator[Path]:
    """Lend an empty folder for temporary files; only one batch at a time works on a show.

    Raises:
        Locked: Another one is at work.
    """
    with lock(show.cache / "batch.lock", f"a batch of {show.folder}"):
        room = show.cache / "batch"
        shutil.rmtree(room, ignore_errors=True)  # left by a killed one
        room.mkdir(parents=True)
        try:
            yield room
        finally:
            shutil.rmtree(room, ignore_errors=True)


def batch_show(
    show: Show,
    sources: Sequence[Path | str],
    workers: Workers,
    room: Path,
    *,
    now: datetime,
    limits: Limits | None = None,
    voice: str = "",
    progress: Progress | None = None,
) -> BatchReport:
    """Make articles episodes, and build them.

    Args:
        sources: Files, folders, addresses of pages and feeds; none: whatever is due in the show.
        room: An empty folder, as :func:`batch_room` lends it.
        now: The present, with its time zone: the date of articles that have none.
        voice: Re-voice episodes with this one: those that are named, or all.
        progress: Called with the stage, how many episodes are done, how many there are, and how long they sound [s].

    Raises:
        ConfigError: There is no such voice, or a setting cannot be used.
        EngineMissing: A voice of this machine cannot speak, and nobody stands in.
        Locked: Another ki-briefing is numbering or publishing.
        SpeechError: The cluster has gone.
        StorageError: The disk refused.
    """
    begun, outcome = time.monotonic(), Outcome()
    load_lexicon(*lexicons_in(show.folder))  # what no episode could be built with is refused before there is one
    if workers.here:
        load_parts(show)
    limits = limits or Limits()
    with open_catalogue(show, patience=_PATIENCE) as catalogue:
        tasks = Tasks(show, sources, catalogue, outcome, room, now=now, here=workers.here, voice=voice)
        purse = Purse(show, Drafts(tasks, room), limits.cost, voice)
        batch = _Batch(tasks, workers, limits, purse, progress)
        try:
            batch.work()
        finally:
            batch.remember()
    return batch.report(time.monotonic() - begun)


@dataclass
class _Batch:
    tasks: Tasks
    workers: Workers
    limits: Limits
    purse: Purse
    progress: Progress | None
    made: list[Made] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)
    begins: deque[float] = field(default_factory=deque)  # of the last hour
    at_work: dict[Future[Result], Task] = field(default_factory=dict)
    suspects: list[Task] = field(default_factory=list)  # a worker died while these were at work
    alone: bool = False  # a suspect is at work, and nothing else
    states: dict[Path, State] = field(default_factory=dict)
    sound: float = 0.0  # seconds
    handled: int = 0
    repeated: int = 0
    ended_by: str = ""

    def work(self) -> None:
        """Do everything that is due, as far as the limits allow."""
        waiting = self._waiting()
        is_over = False
        try:
            while self.at_work or self.suspects or not is_over:
                is_over = self._fill(waiting) or is_over
                if not self.at_work:
                    time.sleep(0 if is_over or self.suspects else _TICK)
                    continue
                done, _ = wait(self.at_work, timeout=_TICK, return_when=FIRST_COMPLETED)
                self._take(done)
                self.workers.check()
        finally:
            for task in self.at_work.values():
                task.held.close()

    def _waiting(self) -> Iterator[Path | Candidate]:
        yield from self.tasks.episodes()
        yield from self.tasks.candidates()

    def _fill(self, waiting: Iterator[Path | Candidate]) -> bool:
        """Give the workers what they have room for; return whether there is nothing more to begin."""
        if self.alone or (self.suspects and self.at_work):
            return False
        if self.suspects:
            self.workers.renew()
            self.alone = True
            self.repeated += 1
            self._submit(self.suspects.pop(0))
            return False
        while len(self.at_work) < 2 * self.workers.slots and not self.suspects:
            if self._is_over_time():
                return True
            if self._must_wait():
                return False
            what = next(waiting, None)
            if what is None:
                return True
            if refusal := self.purse.refusal(what):
                self.ended_by = refusal
                return True
            task = self.tasks.begin(what)
            if task:
                self.begins.append(time.monotonic())
                self._submit(task)
            else:
                self.handled += 1
        return False

    def _submit(self, task: Task) -> None:
        try:
            self.at_work[self.workers.submit(build_unit, task.unit)] = task
        except BrokenExecutor:
            self.suspects.append(task)

    def _is_over_time(self) -> bool:
        if time.monotonic() - self.begun < self.limits.seconds:
            return False
        self.ended_by = "the time is up"
        return True

    def _must_wait(self) -> bool:
        hour_ago = time.monotonic() - _HOUR
        while self.begins and self.begins[0] < hour_ago:
            self.begins.popleft()
        return bool(self.limits.per_hour) and len(self.begins) >= self.limits.per_hour

    def _take(self, done: set[Future[Result]]) -> None:
        """Put in its place what has come back."""
        was_alone, self.alone = self.alone, self.alone and not done
        for future in done:
            task = self.at_work.pop(future)
            try:
                result = future.result()
            except BrokenExecutor:
                if not was_alone:
                    self.suspects.append(task)
                    continue
                self.workers.renew()
                result = _failed(task, worker_died())
            except BriefingError as error:
                result = _failed(task, error)
            except Exception as bug:  # e.g. of an executor, or on the way
                result = _failed(task, of_bug(bug))
            with task.held:
                self._finish(task, result)
            self.handled += 1
            if self.progress:
                self.progress("episodes", self.handled, self.tasks.total, self.sound)
        if len(self.states) >= _OFTEN:
            self.remember()

    def _finish(self, task: Task, result: Result) -> None:
        folder, error = task.folder, result.error.error if result.error else None
        if result.built:
            try:
                self.tasks.finish(task, result)
                self._note(task, result, result.built)
            except StorageError:
                raise
            except BriefingError as damage:
                error = damage
        if error is None:
            return
        self.tasks.outcome.note(folder, error)
        self.states[folder] = State.UNKNOWN if error.passing else State.FAILED
        if not error.passing:
            write_atomically(folder / REASON_FILE, reason_text(error).encode("utf-8", "replace"))

    def _note(self, task: Task, result: Result, built: Built) -> None:
        """Note what is finished: in the episode's record, for the catalogue, and for the report."""
        show, folder, now = self.tasks.show, task.folder, self.tasks.now
        if result.failed:
            raise CheckError(f"{folder} does not pass the check: " + "; ".join(result.failed), hint=result.advice)
        audio = next(each.digest for each in built.outputs if each.name == built.audio.name)
        entries = [Entry(Deed.PASSED, now, audio=audio, note=check_rules(show.sound))]
        if task.facts:
            entries.insert(0, Entry(Deed.REVOICED, now, audio=audio, note=", ".join(v.voice for v in built.voices)))
        note_deeds(show, folder, *entries)
        (folder / REASON_FILE).unlink(missing_ok=True)
        self.states[folder] = State.DEGRADED if built.degraded else State.PASSED
        self.made.append(Made(folder, built.seconds, result.seconds, result.worker, bool(built.degraded)))
        self.sound += built.seconds

    def remember(self) -> None:
        """Remember what is finished, and keep the cache small."""
        self.tasks.remember(self.states)
        self.states.clear()
        prune_stores(self.tasks.show.cache, self.tasks.show.storage.cache_bytes, in_use=False)

    def report(self, seconds: float) -> BatchReport:
        """Return what was done.

        Args:
            seconds: How long it took.
        """
        return BatchReport(
            made=tuple(self.made),
            finished=self.tasks.finished,
            left=self.tasks.total - self.handled,
            repeated=self.repeated,
            troubles=tuple(self.tasks.outcome.troubles),
            seconds=seconds,
            price=self.purse.spent,
            limit=self.ended_by,
        )


def _failed(task: Task, error: BriefingError) -> Result:
    return Result(task.folder.name, error=Failure.of(error))
