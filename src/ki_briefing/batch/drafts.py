"""Articles that are no episodes yet -> the units that they would be, for plans and limits."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from ki_briefing.base.errors import BriefingError
from ki_briefing.batch.articles import Candidate
from ki_briefing.batch.unit import pack, pack_show, unpack_files
from ki_briefing.new import new_episode
from ki_briefing.show.reading import load_show

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.batch.tasks import Tasks
    from ki_briefing.batch.unit import Unit
    from ki_briefing.show.settings import Show
    from ki_briefing.taking.outcome import Outcome


class Drafts:
    """Units of articles that are no episodes yet, as they would be; made in a copy of the show that nobody sees."""

    def __init__(self, show: Show, tasks: Tasks, outcome: Outcome, room: Path, now: datetime, *, here: bool) -> None:
        self._tasks, self._outcome, self._now, self._room = tasks, outcome, now, str(room) if here else ""
        folder = room / "draft"
        self._of_show = pack_show(show, shared=str(show.cache) if here else "")
        unpack_files(self._of_show, folder)
        self.show = load_show(folder)

    def unit(self, what: Path | Candidate) -> Unit | None:
        """Return the unit of an episode or an article; None, and it is told, if there can be none."""
        if not isinstance(what, Candidate):
            task = self._tasks.begin(what)
            if task:
                task.held.close()
            return task.unit if task else None
        try:
            folder = new_episode(what.fetch(), self.show, date=what.date, now=self._now)
            unit = pack(self.show, folder, self._of_show, room=self._room)
            shutil.rmtree(folder)
        except BriefingError as error:
            self._outcome.note(what.about, error)
            return None
        return unit
