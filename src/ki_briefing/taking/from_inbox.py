"""A show's inbox -> new episodes. What cannot be used is set aside with its reason; nothing is ignored in silence."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ki_briefing.article import read_article
from ki_briefing.base.errors import AlreadyAnEpisode, ArticleError, BriefingError, StorageError
from ki_briefing.base.files import file_digest, stamp
from ki_briefing.base.hints import quoted
from ki_briefing.intake.inbox import arrivals, check_kind, remove, remove_pictures, set_aside, strangers, was_refused
from ki_briefing.intake.links import ENDINGS
from ki_briefing.new import says_the_same, take_article
from ki_briefing.new.dates import not_moved
from ki_briefing.taking.outcome import DEATHS, of_bug, of_deaths, reason_text

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.show.settings import Show
    from ki_briefing.show.sources import Sources
    from ki_briefing.taking.outcome import Outcome


class Inbox:
    """A show's inbox as one run takes it."""

    def __init__(self, show: Show, sources: Sources, outcome: Outcome, now: datetime) -> None:
        self._show, self._sources, self._outcome, self._now = show, sources, outcome, now
        self._suspects: list[Path] = []

    def take(self) -> None:
        """Take what is there, but for the articles over which the program died.

        Raises:
            StorageError: The inbox cannot be read.
        """
        before = len(self._outcome.taken), len(self._outcome.corrected)
        for path in arrivals(self._show.inbox):
            if self._sources.deaths(_about(path)):
                self._suspects.append(path)
            else:
                self._take(path)
        episodes = (*self._outcome.taken[before[0] :], *self._outcome.corrected[before[1] :])
        remove_pictures(self._show.inbox, episodes)
        for path, error in strangers(self._show.inbox):
            self._outcome.tell(path, error.message, error.hint)

    def take_suspects(self) -> bool:
        """Take the articles over which the program died; tell whether there were any."""
        suspects, self._suspects = self._suspects, []
        for path in suspects:
            self._take(path)
        return bool(suspects)

    def _take(self, path: Path) -> None:
        """Make an article an episode, or correct one; it leaves the inbox once the episode's folder is complete."""
        about = _about(path)
        deaths = self._sources.begin(about)
        try:
            if deaths >= DEATHS:
                self._set_aside(path, of_deaths(deaths, path))
                return
            check_kind(path)
            digest = file_digest(path) if os.access(path, os.R_OK) else ""
            self._outcome.take(take_article(path, self._show, now=self._now))
            remove(path, digest)
        except AlreadyAnEpisode as known:
            self._take_again(path, known, was_killed=deaths > 0)
        except BriefingError as error:
            if isinstance(error, ArticleError) and not error.passing:
                self._set_aside(path, error)
            elif path.exists():  # no fault of the article: it stays in the inbox
                self._outcome.note(path, error)
        except Exception as bug:
            self._outcome.bugs.append(bug)
            self._set_aside(path, of_bug(bug))
        finally:  # also after Ctrl-C and SIGTERM, which do not count as deaths
            self._sources.end(about)

    def _take_again(self, path: Path, known: AlreadyAnEpisode, *, was_killed: bool) -> None:
        """Remove an article that is an episode already; set it aside if the episode's copy has been edited.

        Args:
            was_killed: It is there because the run that took it was killed.
        """
        try:
            digest = file_digest(path)
            article = None if path.suffix.lower() in ENDINGS else read_article(path, self._show.article)
            if article is None or says_the_same(known.folder, article, self._show):
                remove(path, digest)
                if not was_killed:
                    dated = not_moved(known.folder, article, self._show, self._now) if article else ""
                    message = "; ".join(filter(None, (known.message, dated, "this copy is deleted")))
                    self._outcome.tell(path, message, "")
                return
        except BriefingError as error:
            self._outcome.note(path, error)
            return
        known.hint = (
            "It has been edited in that folder. "
            f"To go back to this text: ki-briefing correct {quoted(known.folder)} FILE"
        )
        self._set_aside(path, known)

    def _set_aside(self, path: Path, error: BriefingError) -> None:
        try:
            is_known = was_refused(path, reason_text(error))
            place = set_aside(path, reason_text(error))
            if not is_known:
                self._outcome.note(place, error)
        except StorageError as refusal:
            self._outcome.note(path, refusal)


def _about(path: Path) -> str:
    """Return what an article in the inbox is remembered by until somebody changes it, as valid text."""
    return f"inbox/{path.name} {stamp(str(path))}".encode("utf-8", "replace").decode()
