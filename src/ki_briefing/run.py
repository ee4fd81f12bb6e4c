"""Show's folder -> RunReport: the unattended run, which cron starts.

Articles in the inbox and in feeds become episodes, new and edited episodes are built and checked, and those that pass
go on air. If one fails, the reason is noted and the others go on. Only one run at a time works on a show, but meanwhile
anybody may build, number or publish by hand. A run that dies is completed by the next.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from ki_briefing import __version__
from ki_briefing.base.errors import BriefingError, CheckError, Exit, Locked, StorageError
from ki_briefing.base.files import digest, file_digest, stamp, write_atomically
from ki_briefing.episode.addresses import asset_path
from ki_briefing.episode.built import BUILD_FILE, read_record
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.intake.inbox import is_complete
from ki_briefing.publication.gate import require_address
from ki_briefing.publish import Inspection, publish_show
from ki_briefing.show.catalogue import Catalogue, Pending, State
from ki_briefing.show.lock import run_lock, show_lock
from ki_briefing.show.notify import Event
from ki_briefing.show.reading import SHOW_FILE, load_episode
from ki_briefing.show.record import load_record
from ki_briefing.show.runs import LoggedRun, LoggedTrouble
from ki_briefing.show.sources import Sources
from ki_briefing.show.workspace import BUILT, LEXICON_FILE, REASON_FILE, TEMPLATES, find_show
from ki_briefing.taking.from_inbox import Inbox
from ki_briefing.taking.outcome import DEATHS, Outcome, Trouble, is_passing, of_bug, of_deaths, reason_text
from ki_briefing.taking.report import RunReport, joined, logged
from ki_briefing.watch.after import Watch
from ki_briefing.watch.broken import is_settled
from ki_briefing.watch.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.build import Progress
    from ki_briefing.episode.built import Built
    from ki_briefing.publication.mirror import Mirrored
    from ki_briefing.publication.report import Publication
    from ki_briefing.show.settings import Show
    from ki_briefing.taking.from_feeds import Feeds

_BUILD = f"{BUILT}/{BUILD_FILE}"
_PATIENCE = 30.0  # seconds to wait for somebody else's publication
_RECENT = timedelta(days=7)  # so long after its date an episode is replaced when its own voice is back


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
        held = report.publication.held if report.publication else ()
        asked = [
            Notice(Event.APPROVAL, str(each.folder), f"{each.announcement}. {each.hint}", now)
            for each in held
            if each.needs_somebody
        ]
        untold = watch.after_run(logged(report, now, time.monotonic() - begun), asked)
    troubles = (
        Trouble(
            f"{show.folder}: {each.way}", each.message, each.hint, Exit.UNAVAILABLE, waits=False, is_news=each.is_news
        )
        for each in untold
    )
    return replace(report, troubles=(*report.troubles, *troubles))


class _Run:
    """One run; used under the run's lock."""

    def __init__(self, show: Show, now: datetime, progress: Progress | None) -> None:
        self._show, self._now, self._progress = show, now, progress
        settings = (stamp(str(show.folder / name)) for name in (SHOW_FILE, LEXICON_FILE))
        self._settings = " ".join((__version__, *settings))
        shared = (stamp(str(path), rights=True) for path in _shared_inputs(show))
        self._context = f"{now.astimezone(UTC):%Y-%m-%d} {digest(self._settings, *shared)}"  # at least once a day
        self._hour = f"{now.astimezone(UTC):%Y-%m-%dT%H}"  # a voice that was away is asked again once an hour
        self._inspection = Inspection()
        self._tried: set[Path] = set()
        self._left = False  # there are episodes over which the program died before
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
                Feeds(self._show, sources, self._outcome, self._now, context=self._settings, backfill=backfill)
            )
        for intake in intakes:
            intake.take()
        with show_lock(self._show, patience=_PATIENCE):
            memory = Catalogue(self._show)
        with memory as catalogue:
            publication = self._bring_on_air(catalogue, lambda pending: not pending.deaths)
            if sum(intake.take_suspects() for intake in intakes) or self._left:
                with show_lock(self._show, patience=_PATIENCE):
                    catalogue.refresh()
                publication = joined(publication, self._bring_on_air(catalogue, lambda _: True))
            self._note(publication, catalogue)
            mirrors = self._mirror()
            news = catalogue.news(trouble.key for trouble in self._outcome.troubles)
            failed = tuple(folder for folder in catalogue.failed() if not is_settled(folder))
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
            corrected=tuple(self._outcome.corrected),
        )

    def _bring_on_air(self, catalogue: Catalogue, fit: Callable[[Pending], bool]) -> Publication | None:
        """Build and check new and edited episodes, if they are fit for it, and publish; None if that failed."""
        pending = list(catalogue.pending(_BUILD, self._context, self._hour))
        due = [each for each in pending if each.folder not in self._tried and fit(each)]
        self._left = any(each.folder not in self._tried and not fit(each) for each in pending)
        for done, each in enumerate(due):
            if self._progress:
                self._progress("episodes", done, len(due), 0.0)
            self._tried.add(each.folder)
            if _is_withdrawn(each.folder):
                continue
            is_edited = each.state is not State.UNKNOWN and each.folder not in self._outcome.corrected
            if is_edited and not is_complete(each.source):
                continue  # somebody is editing it: the next run takes it
            if each.state is not State.UNKNOWN or not _is_on_air(each.folder, self._show):
                self._build(catalogue, each)
            else:
                self._end(catalogue, each.folder, self._state(each.folder))
                self._passed.add(each.folder)
        unfit = (each.folder for each in pending if each.folder not in self._passed)
        failed = (folder for folder in catalogue.failed() if not is_settled(folder))
        return self._publish(frozenset((*unfit, *failed)))

    def _build(self, catalogue: Catalogue, pending: Pending) -> None:
        folder = pending.folder
        catalogue.begin(folder)
        state = State.UNKNOWN
        try:
            if pending.deaths >= DEATHS:
                raise of_deaths(pending.deaths, folder)
            built = self._build_and_check(folder)
            state = self._state(folder)
            self._passed.add(folder)
            (folder / REASON_FILE).unlink(missing_ok=True)
            self._remember(pending, built)
        except Locked:  # somebody is building it by hand: the next run looks at it again
            pass
        except BriefingError as error:
            if is_passing(error):
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

    def _build_and_check(self, folder: Path) -> Built:
        """Build an episode and check it; raise CheckError unless it passes."""
        from ki_briefing.build import build_episode

        built = build_episode(folder, progress=self._progress)
        if findings := self._inspection.failed(folder):
            raise CheckError(
                f"{folder} does not pass the check: " + "; ".join(f"{each.name}: {each.value}" for each in findings),
                hint=" ".join(dict.fromkeys(each.advice for each in findings)),
            )
        return built

    def _end(self, catalogue: Catalogue, folder: Path, state: State) -> None:
        catalogue.end(folder, state, _BUILD, self._context, self._hour)

    def _state(self, folder: Path) -> State:
        """Return how a finished episode is remembered: degraded ones are tried again, unless they are old."""
        try:
            recent = self._now - load_episode(folder).date < _RECENT
            record = read_record(folder / BUILT)
            return State.DEGRADED if record.unstamped or (recent and record.degraded) else State.PASSED
        except BriefingError:  # an older version's record
            return State.PASSED

    def _remember(self, pending: Pending, built: Built) -> None:
        if not built.unchanged:
            self._built.append(pending.folder)
            for warning in built.warnings:
                self._outcome.tell(pending.folder, warning, "")
        if built.unchanged and pending.state is State.DEGRADED:  # that was said already
            return
        if built.degraded:
            self._degraded.append(pending.folder)
        if built.unstamped:
            hint = "It goes on air as it is. Later runs ask again, and add it without changing the sound."
            self._outcome.tell(pending.folder, built.unstamped, hint)

    def _give_up(self, folder: Path, error: BriefingError) -> None:
        if _was_aired(folder):
            error.hint = f"{error.hint} What is on air of it stays.".strip()
        self._outcome.note(folder, error)
        with contextlib.suppress(StorageError):  # the trouble is reported anyway
            write_atomically(folder / REASON_FILE, reason_text(error).encode("utf-8", "replace"))

    # --- the publication ---

    def _publish(self, unfit: frozenset[Path]) -> Publication | None:
        try:
            return publish_show(
                self._show.folder, now=self._now, held=unfit, patience=_PATIENCE, inspection=self._inspection
            )
        except BriefingError as error:
            self._outcome.note(self._show.public, error)
            return None

    def _mirror(self) -> tuple[Mirrored, ...]:
        """Bring the show's targets up to date; one that fails holds up nothing, and the next run goes on."""
        if not self._show.targets:
            return ()
        from ki_briefing.publication.mirror import mirror_show

        mirrors = mirror_show(self._show)
        for mirror in mirrors:
            about = f"target '{mirror.target}'"
            if mirror.error:
                self._outcome.note(about, mirror.error)
            if mirror.left_out:
                names = ", ".join(mirror.left_out)
                self._outcome.tell(about, f"cannot be mirrored: {names}", "Only files whose names are ASCII can be.")
        return mirrors

    def _note(self, publication: Publication | None, catalogue: Catalogue) -> None:
        """Note what could not go on air, and what waits for somebody who may not know it."""
        for problem in publication.problems if publication else ():
            folder = problem.folder.parent
            if isinstance(problem.error, CheckError):
                self._give_up(folder, problem.error)
                self._end(catalogue, folder, State.FAILED)
            else:
                self._outcome.note(folder, problem.error)
        for held in publication.held if publication else ():
            if held.needs_somebody:
                self._outcome.tell(held.folder, held.announcement, held.hint)


def _shared_inputs(show: Show) -> Iterator[Path]:
    """Yield the files that may be why any episode of the show failed."""
    jingles, signing = show.jingles, show.signing
    music = (jingles.ident, jingles.stinger, jingles.outro, jingles.bed)
    names = (SHOW_FILE, LEXICON_FILE, show.podcast.cover, *music, signing.key, signing.certificate)
    yield from (show.folder / name for name in names if name)
    yield from sorted((show.folder / TEMPLATES).glob("*"))


def _is_withdrawn(folder: Path) -> bool:
    try:
        return load_record(folder).withdrawal is not None
    except BriefingError:  # publishing will say what is wrong
        return False


def _was_aired(folder: Path) -> bool:
    try:
        record = load_record(folder)
    except BriefingError:
        return False
    return record.was_aired and not record.left_air


def _is_on_air(folder: Path, show: Show) -> bool:
    """Tell whether an episode that the catalogue does not know yet is on air as its article and facts are now."""
    try:
        facts = load_episode(folder)
        release = read_release(folder / BUILT / RELEASE_FILE)
        article = hashlib.sha256((folder / facts.source).read_bytes()).hexdigest()
        path = load_record(folder).enclosure or asset_path(facts.slug, release.audio)
        audio = file_digest(show.public / path)
    except (OSError, BriefingError):
        return False
    episode = release.episode
    wanted = (facts.guid, facts.number, facts.date, facts.slug, facts.season, article, release.audio.digest)
    known = (episode.guid, episode.number, episode.date, episode.slug, episode.season, episode.article_digest)
    return (*known, audio) == wanted and facts.title in ("", episode.title)
