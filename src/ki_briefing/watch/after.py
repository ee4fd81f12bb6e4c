"""What happened on air -> run log, health files, notices, heartbeat."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ki_briefing.base.database import TornDatabase
from ki_briefing.base.errors import BriefingError, ConfigError, StorageError
from ki_briefing.base.records import to_json
from ki_briefing.episode.addresses import Addresses
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.intake.inbox import failed_files
from ki_briefing.publication.ledger import LEDGER_FILE, Ledger
from ki_briefing.publication.target import FolderTarget
from ki_briefing.show.notify import Event
from ki_briefing.show.record import load_record
from ki_briefing.show.runs import log_run, logged_runs
from ki_briefing.watch.health import HEALTH_FILE, HEALTH_PAGE, Health, health_page
from ki_briefing.watch.notices import Notice, Untold
from ki_briefing.watch.outbox import Outbox
from ki_briefing.watch.status import read_status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.publication.ledger import PublishedState
    from ki_briefing.show.runs import LoggedRun
    from ki_briefing.show.settings import Show
    from ki_briefing.watch.status import Status


class Watch:
    """Looks at what is on air before and after a command, and tells what changed."""

    def __init__(self, show: Show, now: datetime) -> None:
        """Look at what is on air now.

        Args:
            now: The present, with its time zone.
        """
        self._show, self._now = show, now
        settings = show.notify
        self._ways: dict[str, Callable[[Show, Sequence[Notice], datetime], None]] = {}
        if settings.webhook:
            from ki_briefing.watch import webhook

            self._ways["webhook"] = webhook.post
        if settings.mail.to:
            from ki_briefing.watch import mail

            self._ways["mail"] = mail.send
        self._before = _public(show) if self._ways else {}

    def after_publication(self) -> tuple[Untold, ...]:
        """Tell what has changed on air; return the ways on which that failed."""
        return self._tell(list(self._changes()), None)

    def after_run(self, run: LoggedRun, lasting: Iterable[Notice] = ()) -> tuple[Untold, ...]:
        """Log a run, write the health files, and tell what happened; return what of this failed.

        Call it under the run's lock.

        Args:
            lasting: What somebody must do that is no failure, e.g. approve an episode.
        """
        missed = list(self._missed())
        run = replace(run, set_aside=tuple(_as_text(path) for path, _ in failed_files(self._show.inbox)))
        problems: list[Untold] = []
        try:
            log_run(self._show, run)
        except StorageError as error:
            problems.append(Untold("log", error.message, error.hint))
        try:
            if self._ways or self._show.notify.health:
                status = read_status(self._show, self._now)
                self._write_health(status, run)
                failures = _failures(status, run, self._now)
                problems += self._tell([*missed, *self._changes()], [*lasting, *failures])
        except StorageError as error:
            problems.append(Untold("status", error.message, error.hint))
        if self._show.notify.heartbeat and run.is_good:
            problems += self._beat()
        return tuple(problems)

    def _missed(self) -> Iterator[Notice]:
        """Yield that there was no good run for too long before this one; said once, by the first that runs again."""
        most = timedelta(hours=self._show.notify.missed_after)
        if not most:
            return
        runs = list(logged_runs(self._show))
        good = next((run for run in runs if run.is_good), None)
        latest = runs[0].began if runs else None
        if good and latest and self._now - good.began > most >= latest - good.began:
            text = f"No run of this show was good from {good.began:%d.%m.%Y %H:%M} to {self._now:%d.%m.%Y %H:%M}."
            yield Notice(Event.MISSED, str(self._show.folder), text, self._now)

    def _changes(self) -> Iterator[Notice]:
        """Yield what came on air, was corrected or is gone since the beginning."""
        if not self._ways:
            return
        addresses = Addresses.of(self._show.publication.base_url)
        after = _public(self._show)
        for folder, state in after.items():
            old = self._before.get(folder)
            if old and state.digest.startswith(old.digest):
                continue
            if old and not self._is_correction(folder):
                continue
            title = self._title(state)
            event = Event.CORRECTED if old else Event.AIRED
            text = f"{title}: {'a corrected version is on air' if old else 'on air'}: {addresses.episode(state.slug)}"
            yield Notice(event, str(self._show.folder / folder), text, self._now)
        for folder in self._before.keys() - after.keys():
            text = f"{self._before[folder].slug}: no longer on air"
            yield Notice(Event.WITHDRAWN, str(self._show.folder / folder), text, self._now)
        self._before = after

    def _is_correction(self, folder: str) -> bool:
        """Tell whether what is on air says something else than before, and was not only made anew."""
        try:
            return load_record((self._show.folder / folder).parent).came_corrected
        except BriefingError:  # nobody knows
            return True

    def _title(self, state: PublishedState) -> str:
        try:
            return read_release(self._show.folder / state.folder / RELEASE_FILE).episode.title
        except BriefingError:
            return state.slug

    def _write_health(self, status: Status, run: LoggedRun) -> None:
        if not self._show.notify.health:
            return
        health, public = Health.of(status, run), FolderTarget(self._show.public)
        public.put(HEALTH_FILE, to_json(health, 2).encode() + b"\n")
        public.put(HEALTH_PAGE, health_page(health, self._show.podcast).encode("utf-8", "replace"))

    def _tell(self, happened: Sequence[Notice], lasting: Sequence[Notice] | None) -> tuple[Untold, ...]:
        """Tell it on every way; what failed before is told as well."""
        wanted = self._show.notify.events
        problems = []
        for way, tell in self._ways.items():
            with Outbox(self._show) as outbox:
                chosen = None if lasting is None else [each for each in lasting if each.event in wanted]
                outbox.post(way, [each for each in happened if each.event in wanted], chosen, self._now)
                due = outbox.due(way, self._now)
                try:
                    if due:
                        tell(self._show, due, self._now)
                        outbox.note_told(way, due, self._now)
                except BriefingError as error:
                    problems.append(_untold(way, error, outbox))
        return tuple(problems)

    def _beat(self) -> Iterator[Untold]:
        from ki_briefing.watch.webhook import beat

        with Outbox(self._show) as outbox:
            try:
                beat(self._show)
                outbox.note_told("heartbeat", (), self._now)
            except BriefingError as error:
                yield _untold("heartbeat", error, outbox)


def _as_text(path: Path) -> str:
    """Return a file's name as valid text."""
    return path.name.encode("utf-8", "replace").decode()


def _untold(way: str, error: BriefingError, outbox: Outbox) -> Untold:
    hint = error.hint if isinstance(error, ConfigError) else f"{error.hint} The next run tells it.".strip()
    return Untold(way, error.message, hint, is_news=outbox.note_failure(way))


def _failures(status: Status, run: LoggedRun, now: datetime) -> Iterator[Notice]:
    """Yield what somebody must mend, and what this run could not do."""
    reasons = {(broken.about, broken.reason) for broken in status.broken}
    reasons |= {(each.about, each.message) for each in run.troubles if each.exit_code}
    for about, reason in sorted(reasons):
        yield Notice(Event.FAILED, about, f"{reason}.", now)


def _public(show: Show) -> dict[str, PublishedState]:
    """Return what is on air, by the path of its built folder below the show's folder."""
    path = show.cache / LEDGER_FILE
    if not path.is_file():
        return {}
    try:
        with Ledger(path) as ledger:
            return {each.folder: each for each in ledger.published()}
    except TornDatabase:  # the next publication rebuilds it
        return {}
