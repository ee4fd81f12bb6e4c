"""Show's folder -> RunReport: the unattended run, which cron starts.

Articles in the inbox and in feeds become episodes, new and edited episodes are built and checked, and those that pass
go on air. If one fails, the reason is noted and the others go on. Only one run at a time works on a show, but meanwhile
anybody may build, number or publish by hand. A run that dies is completed by the next.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from ki_briefing import __version__
from ki_briefing.base.errors import BriefingError, CheckError, Exit, Locked, StorageError
from ki_briefing.base.files import stamp, write_atomically
from ki_briefing.episode.addresses import asset_path
from ki_briefing.episode.built import BUILD_FILE, read_record
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.intake.inbox import is_complete
from ki_briefing.publication.mirror import mirror_show
from ki_briefing.publication.publisher import require_address
from ki_briefing.publish import publish_show
from ki_briefing.show.catalogue import Catalogue, Pending, State
from ki_briefing.show.lock import run_lock, show_lock
from ki_briefing.show.reading import SHOW_FILE, load_episode
from ki_briefing.show.runs import LoggedRun, LoggedTrouble
from ki_briefing.show.sources import Sources
from ki_briefing.show.workspace import BUILT, LEXICON_FILE, REASON_FILE, find_show
from ki_briefing.taking.from_inbox import Inbox
from ki_briefing.taking.outcome import DEATHS, Outcome, Trouble, of_bug, of_deaths, reason_text
from ki_briefing.watch.after import Watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.build import Progress
    from ki_briefing.episode.built import Built
    from ki_briefing.publication.mirror import Mirrored
    from ki_briefing.publication.publisher import Publication
    from ki_briefing.show.settings import Show
    from ki_briefing.taking.from_feeds import Feeds

_BUILD = f"{BUILT}/{BUILD_FILE}"
_PATIENCE = 30.0  # seconds to wait for somebody else's publication
_RECENT = timedelta(days=7)  # so long after its date an episode is replaced when its own voice is back


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did.

    Attributes:
        taken: Folders of the new episodes, from the inbox and from feeds.
        built: Folders of the episodes that were built.
        degraded: Folders of those in which a fallback voice speaks; they are on air.
        publication: What was done to the public folder; None if that failed.
        troubles: What went wrong in this run, or is to be known.
        failed: Folders of all episodes that somebody must fix, those of earlier runs too.
        bugs: What went wrong through a bug of ours.
        mirrors: What was done to each of the show's targets.
    """

    taken: tuple[Path, ...]
    built: tuple[Path, ...]
    degraded: tuple[Path, ...]
    publication: Publication | None
    troubles: tuple[Trouble, ...]
    failed: tuple[Path, ...]
    bugs: tuple[Exception, ...]
    mirrors: tuple[Mirrored, ...] = ()

    def messages(self, *, again: bool) -> tuple[str, ...]:
        """Return what somebody must be told; ``again``: also what the previous run reported."""
        return (
            *(str(trouble) for trouble in self.troubles if again or trouble.is_news),
            *(f"{folder}: spoken with the help of a fallback voice" for folder in self.degraded),
        )

    def __str__(self) -> str:
        written = len(self.publication.written) if self.publication else 0
        waiting = self.publication.waiting if self.publication else ()
        return "\n".join(
            (
                *(f"built: {folder}" for folder in self.built),
                *(f"waits for its date: {built.parent}" for built in waiting),
                *(f"not on air as it is: {folder}, see its {REASON_FILE}" for folder in self.failed),
                f"{len(self.taken)} new, {len(self.built)} built, {written} files published.",
            )
        )

    @property
    def exit_code(self) -> Exit:
        """The first trouble's; without trouble it shows whether the fallback voice speaks."""
        if self.bugs:
            return Exit.BUG
        if failures := [each.exit_code for each in self.troubles if each.exit_code]:
            return failures[0]
        return Exit.DEGRADED if self.degraded else Exit.DONE


def run_show(folder: Path, *, now: datetime, progress: Progress | None = None, backfill: int = 0) -> RunReport:
    """Bring a show up to date.

    Args:
        now: The present, with its time zone: the date of new episodes.
        progress: Called with the stage, how much of it is done, and how much there is.
        backfill: Of how many articles of each feed, the newest, there shall be episodes; 0: of those that are new.

    Raises:
        ConfigError: There is no show, or its settings cannot be used.
        Locked: Another run is at work on the show.
        StorageError: The show's folder cannot be used at all.
    """
    show = find_show(folder)
    require_address(show)
    with run_lock(show), Sources(show) as sources:
        watch, begun = Watch(show, now), time.monotonic()
        try:
            report = _Run(show, now, progress).work(sources, backfill)
        except BriefingError as error:
            trouble = LoggedTrouble(str(show.folder), error.message, error.hint, error.exit_code)
            aborted = LoggedRun(now, time.monotonic() - begun, __version__, error.exit_code, troubles=(trouble,))
            watch.after_run(aborted)
            raise
        untold = watch.after_run(_logged(report, now, time.monotonic() - begun))
    troubles = (
        Trouble(
            f"{show.folder}: {each.way}", each.message, each.hint, Exit.UNAVAILABLE, waits=False, is_news=each.is_news
        )
        for each in untold
    )
    return replace(report, troubles=(*report.troubles, *troubles))


def _logged(report: RunReport, began: datetime, seconds: float) -> LoggedRun:
    def names(folders: tuple[Path, ...]) -> tuple[str, ...]:
        return tuple(folder.name for folder in folders)

    done = report.publication
    return LoggedRun(
        began=began,
        seconds=round(seconds, 3),
        version=__version__,
        exit_code=report.exit_code,
        taken=names(report.taken),
        built=names(report.built),
        degraded=names(report.degraded),
        failed=names(report.failed),
        episodes=done.episodes if done else None,
        written=len(done.written) if done else 0,
        removed=len(done.removed) if done else 0,
        troubles=tuple(
            LoggedTrouble(str(each.path), each.message, each.hint, each.exit_code) for each in report.troubles
        ),
    )


class _Run:
    """One run; used under the run's lock."""

    def __init__(self, show: Show, now: datetime, progress: Progress | None) -> None:
        self._show, self._now, self._progress = show, now, progress
        settings = (stamp(str(show.folder / name)) for name in (SHOW_FILE, LEXICON_FILE))
        self._context = " ".join((__version__, *settings))
        self._hour = f"{now.astimezone(UTC):%Y-%m-%dT%H}"  # a voice that was away is asked again once an hour
        self._tried: set[Path] = set()
        self._passed: set[Path] = set()
        self._outcome = Outcome()
        self._built: list[Path] = []
        self._degraded: list[Path] = []

    def work(self, sources: Sources, backfill: int) -> RunReport:
        """Take in articles, build, publish, in this order; then the same with all over which the program died."""
        intakes: list[Inbox | Feeds] = [Inbox(self._show, sources, self._outcome, self._now)]
        if self._show.feeds:
            from ki_briefing.taking.from_feeds import Feeds

            intakes.append(
                Feeds(self._show, sources, self._outcome, self._now, context=self._context, backfill=backfill)
            )
        for intake in intakes:
            intake.take()
        with show_lock(self._show, patience=_PATIENCE):
            memory = Catalogue(self._show)
        with memory as catalogue:
            publication = self._bring_on_air(catalogue, lambda pending: not pending.deaths)
            if sum(intake.take_suspects() for intake in intakes) or self._are_left(catalogue):
                with show_lock(self._show, patience=_PATIENCE):
                    catalogue.refresh()
                publication = _joined(publication, self._bring_on_air(catalogue, lambda _: True))
            for problem in publication.problems if publication else ():
                self._outcome.note(problem.folder.parent, problem.error)
            mirrors = self._mirror()
            news = catalogue.news(trouble.key for trouble in self._outcome.troubles)
            failed = catalogue.failed()
        troubles = (replace(each, is_news=each.key in news) for each in self._outcome.troubles)
        return RunReport(
            taken=tuple(self._outcome.taken),
            built=tuple(self._built),
            degraded=tuple(self._degraded),
            publication=publication,
            troubles=tuple(troubles),
            failed=failed,
            bugs=tuple(self._outcome.bugs),
            mirrors=mirrors,
        )

    def _bring_on_air(self, catalogue: Catalogue, fit: Callable[[Pending], bool]) -> Publication | None:
        """Build and check new and edited episodes, if they are fit for it, and publish; None if that failed."""
        pending = list(catalogue.pending(_BUILD, self._context, self._hour))
        due = [each for each in pending if each.folder not in self._tried and fit(each)]
        for done, each in enumerate(due):
            if self._progress:
                self._progress("episodes", done, len(due), 0.0)
            self._tried.add(each.folder)
            if each.state is not State.UNKNOWN and not is_complete(each.source):
                continue  # somebody is editing it: the next run takes it
            if each.state is not State.UNKNOWN or not _is_on_air(each.folder, self._show):
                self._build(catalogue, each)
            else:
                self._end(catalogue, each.folder, self._state(each.folder))
                self._passed.add(each.folder)
        unfit = (each.folder for each in pending if each.folder not in self._passed)
        return self._publish(frozenset((*unfit, *catalogue.failed())))

    def _are_left(self, catalogue: Catalogue) -> bool:
        """Tell whether there are episodes over which the program died before."""
        return any(each.folder not in self._tried for each in catalogue.pending(_BUILD, self._context, self._hour))

    def _build(self, catalogue: Catalogue, pending: Pending) -> None:
        folder = pending.folder
        catalogue.begin(folder)
        state = State.UNKNOWN
        try:
            if pending.deaths >= DEATHS:
                raise of_deaths(pending.deaths, folder)
            built = _build_and_check(folder, self._progress)
            state = self._state(folder)
            self._passed.add(folder)
            (folder / REASON_FILE).unlink(missing_ok=True)
            self._remember(pending, built)
        except Locked:  # somebody is building it by hand: the next run looks at it again
            pass
        except BriefingError as error:
            if error.passing:
                self._outcome.note(folder, error)
            else:
                state = State.FAILED
                self._give_up(folder, error)
        except Exception as bug:
            state = State.FAILED
            self._outcome.bugs.append(bug)
            self._give_up(folder, of_bug(bug))
        finally:  # also after Ctrl-C and SIGTERM, which do not count as deaths
            self._end(catalogue, folder, state)

    def _end(self, catalogue: Catalogue, folder: Path, state: State) -> None:
        catalogue.end(folder, state, _BUILD, self._context, self._hour)

    def _state(self, folder: Path) -> State:
        """Return how a finished episode is remembered: degraded ones are tried again, unless they are old."""
        try:
            recent = self._now - load_episode(folder).date < _RECENT
            return State.DEGRADED if recent and read_record(folder / BUILT).degraded else State.PASSED
        except BriefingError:  # an older version's record
            return State.PASSED

    def _remember(self, pending: Pending, built: Built) -> None:
        if not built.unchanged:
            self._built.append(pending.folder)
        if built.degraded and not (built.unchanged and pending.state is State.DEGRADED):  # that was said already
            self._degraded.append(pending.folder)

    def _give_up(self, folder: Path, error: BriefingError) -> None:
        self._outcome.note(folder, error)
        with contextlib.suppress(StorageError):  # the trouble is reported anyway
            write_atomically(folder / REASON_FILE, reason_text(error).encode("utf-8", "replace"))

    # --- the publication ---

    def _publish(self, unfit: frozenset[Path]) -> Publication | None:
        try:
            return publish_show(self._show.folder, now=self._now, held=unfit, patience=_PATIENCE)
        except BriefingError as error:
            self._outcome.note(self._show.public, error)
            return None

    def _mirror(self) -> tuple[Mirrored, ...]:
        """Bring the show's targets up to date; one that fails holds up nothing, and the next run goes on."""
        mirrors = mirror_show(self._show)
        for mirror in mirrors:
            about = f"target '{mirror.target}'"
            if mirror.error:
                self._outcome.note(about, mirror.error)
            if mirror.left_out:
                names = ", ".join(mirror.left_out)
                self._outcome.tell(about, f"cannot be mirrored: {names}", "Only files whose names are ASCII can be.")
        return mirrors


def _joined(first: Publication | None, second: Publication | None) -> Publication | None:
    """Return what two publications of one run did."""
    if not (first and second):
        return second
    return replace(second, written=(*first.written, *second.written), removed=(*first.removed, *second.removed))


def _build_and_check(folder: Path, progress: Progress | None) -> Built:
    """Build an episode and check it; raise CheckError unless it passes."""
    from ki_briefing.build import build_episode
    from ki_briefing.check import Mark, check_episode

    built = build_episode(folder, progress=progress)
    findings = [finding for finding in check_episode(folder).findings if finding.mark is Mark.FAIL]
    if findings:
        raise CheckError(
            f"{folder} does not pass the check: " + "; ".join(f"{each.name}: {each.value}" for each in findings),
            hint=" ".join(dict.fromkeys(each.advice for each in findings)),
        )
    return built


def _is_on_air(folder: Path, show: Show) -> bool:
    """Tell whether an episode that the catalogue does not know yet is on air as its article and facts are now."""
    try:
        facts = load_episode(folder)
        release = read_release(folder / BUILT / RELEASE_FILE)
        article = hashlib.sha256((folder / facts.source).read_bytes()).hexdigest()
        audio = (show.public / asset_path(facts.slug, release.audio)).stat()
    except (OSError, BriefingError):
        return False
    episode = release.episode
    wanted = (facts.guid, facts.number, facts.date, facts.slug, facts.season, article, release.audio.size)
    known = (episode.guid, episode.number, episode.date, episode.slug, episode.season, episode.article_digest)
    return (*known, audio.st_size) == wanted and facts.title in ("", episode.title)
