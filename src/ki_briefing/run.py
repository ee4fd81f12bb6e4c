"""Show's folder -> RunReport: the unattended run, which cron starts.

Articles in the inbox become episodes, new and edited episodes are built and checked, and those that pass go on air. If
one fails, the reason is noted and the others go on. Only one run at a time works on a show, but meanwhile anybody may
build, number or publish by hand. A run that dies is completed by the next.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ki_briefing import __version__
from ki_briefing.base.errors import (
    AlreadyAnEpisode,
    ArticleError,
    BriefingError,
    CheckError,
    Exit,
    Locked,
    StorageError,
)
from ki_briefing.base.files import file_digest, stamp, write_atomically
from ki_briefing.episode.addresses import asset_path
from ki_briefing.episode.built import BUILD_FILE
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.intake.inbox import arrivals, check_kind, is_complete, remove, set_aside
from ki_briefing.new import new_episode
from ki_briefing.publication.publisher import require_address
from ki_briefing.publish import publish_show
from ki_briefing.show.catalogue import Catalogue, Pending, State
from ki_briefing.show.lock import run_lock, show_lock
from ki_briefing.show.reading import SHOW_FILE, load_episode
from ki_briefing.show.workspace import BUILT, LEXICON_FILE, find_show

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.build import Progress
    from ki_briefing.episode.built import Built
    from ki_briefing.publication.publisher import Publication
    from ki_briefing.show.settings import Show

REASON_FILE = "reason.txt"
"""File beside the article that says why its episode is not on air as it is now."""

_BUILD = f"{BUILT}/{BUILD_FILE}"
_PATIENCE = 30.0  # seconds to wait for somebody else's publication
_DEATHS = 3  # after dying this often over an episode, the program counts it as failed


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong with one article or episode.

    Attributes:
        path: Where the article or episode is now.
        waits: The next run tries again; if not, a run does when the article, the episode or a setting has changed.
        is_news: The previous run did not report it.
    """

    path: Path
    message: str
    hint: str
    exit_code: Exit
    waits: bool
    is_news: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """What distinguishes it from other troubles, as valid text, which file names need not be."""
        path, message = (text.encode("utf-8", "replace").decode() for text in (str(self.path), self.message))
        return path, message

    def __str__(self) -> str:
        hint = f"{self.hint} The next run tries again." if self.waits else self.hint
        return f"{self.path}: {self.message}\n  {hint.strip()}"


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did.

    Attributes:
        taken: Folders of the new episodes from the inbox.
        built: Folders of the episodes that were built.
        degraded: Folders of those in which the fallback voice speaks too; they are on air.
        publication: What was done to the public folder; None if that failed.
        troubles: What went wrong in this run.
        failed: Folders of all episodes that somebody must fix, those of earlier runs too.
        bugs: What went wrong through a bug of ours.
    """

    taken: tuple[Path, ...]
    built: tuple[Path, ...]
    degraded: tuple[Path, ...]
    publication: Publication | None
    troubles: tuple[Trouble, ...]
    failed: tuple[Path, ...]
    bugs: tuple[Exception, ...]

    def messages(self, *, again: bool) -> tuple[str, ...]:
        """Return what somebody must be told; ``again``: also what the previous run reported."""
        return (
            *(str(trouble) for trouble in self.troubles if again or trouble.is_news),
            *(f"{folder}: spoken with the help of the fallback voice" for folder in self.degraded),
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
        if self.troubles:
            return self.troubles[0].exit_code
        return Exit.DEGRADED if self.degraded else Exit.DONE


def run_show(folder: Path, *, now: datetime, progress: Progress | None = None) -> RunReport:
    """Bring a show up to date.

    Args:
        now: The present, with its time zone: the date of new episodes.
        progress: Called with the stage, how much of it is done, and how much there is.

    Raises:
        ConfigError: There is no show, or its settings cannot be used.
        Locked: Another run is at work on the show.
        StorageError: The show's folder cannot be used at all.
    """
    show = find_show(folder)
    require_address(show)
    with run_lock(show):
        return _Run(show, now, progress).work()


class _Run:
    """One run; used under the run's lock."""

    def __init__(self, show: Show, now: datetime, progress: Progress | None) -> None:
        self._show, self._now, self._progress = show, now, progress
        settings = (stamp(str(show.folder / name)) for name in (SHOW_FILE, LEXICON_FILE))
        self._context = " ".join((__version__, *settings))
        self._passed: set[Path] = set()
        self._taken: list[Path] = []
        self._built: list[Path] = []
        self._degraded: list[Path] = []
        self._troubles: list[Trouble] = []
        self._bugs: list[Exception] = []

    def work(self) -> RunReport:
        """Take in the inbox, build, publish, in this order."""
        for path in arrivals(self._show.inbox):
            self._take(path)
        with show_lock(self._show, patience=_PATIENCE):
            memory = Catalogue(self._show)
        with memory as catalogue:
            unfit = self._build_all(catalogue)
            publication = self._publish(unfit)
            news = catalogue.news(trouble.key for trouble in self._troubles)
            failed = catalogue.failed()
        troubles = (replace(each, is_news=each.key in news) for each in self._troubles)
        return RunReport(
            taken=tuple(self._taken),
            built=tuple(self._built),
            degraded=tuple(self._degraded),
            publication=publication,
            troubles=tuple(troubles),
            failed=failed,
            bugs=tuple(self._bugs),
        )

    def _note(self, path: Path, error: BriefingError) -> None:
        trouble = Trouble(path, error.message, error.hint, error.exit_code, waits=error.passing)
        self._troubles.append(trouble)

    # --- the inbox ---

    def _take(self, path: Path) -> None:
        """Make an article an episode; it leaves the inbox once the episode's folder is complete."""
        try:
            check_kind(path)
            self._taken.append(new_episode(path, self._show, now=self._now))
            remove(path)
        except AlreadyAnEpisode as known:
            self._take_again(path, known)
        except BriefingError as error:
            if isinstance(error, ArticleError) and not error.passing:
                self._set_aside(path, error)
            elif path.exists():  # no fault of the article: it stays in the inbox
                self._note(path, error)
        except Exception as bug:
            self._bugs.append(bug)
            self._set_aside(path, _of_bug(bug))

    def _take_again(self, path: Path, known: AlreadyAnEpisode) -> None:
        """Remove an article that a killed run left in the inbox; set it aside if the episode's copy has been edited."""
        try:
            if file_digest(path) == file_digest(known.folder / load_episode(known.folder).source):
                remove(path)
                return
        except BriefingError as error:
            self._note(path, error)
            return
        self._set_aside(path, known)

    def _set_aside(self, path: Path, error: BriefingError) -> None:
        try:
            self._note(set_aside(path, _reason_text(error)), error)
        except StorageError as refusal:
            self._note(path, refusal)

    # --- the episodes ---

    def _build_all(self, catalogue: Catalogue) -> frozenset[Path]:
        """Build and check new and edited episodes; return the folders of those that must not go on air as they are."""
        pending = sorted(catalogue.pending(_BUILD, self._context), key=lambda each: each.deaths)
        for done, each in enumerate(pending):
            if self._progress:
                self._progress("episodes", done, len(pending), 0.0)
            if each.state is not State.UNKNOWN and not is_complete(each.source):
                continue  # somebody is editing it: the next run takes it
            if each.state is not State.UNKNOWN or not _is_on_air(each.folder, self._show):
                self._build(catalogue, each)
            else:
                catalogue.end(each.folder, State.PASSED, _BUILD, self._context)
                self._passed.add(each.folder)
        return frozenset((*(each.folder for each in pending if each.folder not in self._passed), *catalogue.failed()))

    def _build(self, catalogue: Catalogue, pending: Pending) -> None:
        folder = pending.folder
        catalogue.begin(folder)
        state = State.UNKNOWN
        try:
            if pending.deaths >= _DEATHS:
                raise BriefingError(
                    f"ki-briefing died {pending.deaths} times while it was at {folder}",
                    hint="Is there enough memory? Change the article, or build it by hand to see why.",
                )
            built = _build_and_check(folder, self._progress)
            state = State.PASSED
            self._passed.add(folder)
            (folder / REASON_FILE).unlink(missing_ok=True)
            self._remember(folder, built)
        except Locked:  # somebody is building it by hand: the next run looks at it again
            pass
        except BriefingError as error:
            if error.passing:
                self._note(folder, error)
            else:
                state = State.FAILED
                self._give_up(folder, error)
        except Exception as bug:
            state = State.FAILED
            self._bugs.append(bug)
            self._give_up(folder, _of_bug(bug))
        finally:  # also after Ctrl-C and SIGTERM, which do not count as deaths
            catalogue.end(folder, state, _BUILD, self._context)

    def _remember(self, folder: Path, built: Built) -> None:
        if not built.unchanged:
            self._built.append(folder)
        if built.degraded:
            self._degraded.append(folder)

    def _give_up(self, folder: Path, error: BriefingError) -> None:
        self._note(folder, error)
        with contextlib.suppress(StorageError):  # the trouble is reported anyway
            write_atomically(folder / REASON_FILE, _reason_text(error).encode("utf-8", "replace"))

    # --- the publication ---

    def _publish(self, unfit: frozenset[Path]) -> Publication | None:
        try:
            publication = publish_show(self._show.folder, now=self._now, held=unfit, patience=_PATIENCE)
        except BriefingError as error:
            self._note(self._show.public, error)
            return None
        for problem in publication.problems:
            self._note(problem.folder.parent, problem.error)
        return publication


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


def _of_bug(bug: Exception) -> BriefingError:
    return BriefingError(f"a bug of ki-briefing: {type(bug).__name__}: {bug}", hint="Please report it.")


def _reason_text(error: BriefingError) -> str:
    return f"{error.message}\n{error.hint}\n" if error.hint else f"{error.message}\n"
