"""Articles that are no episodes yet -> the units that they would be, for plans and limits."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from ki_briefing.base.errors import BriefingError
from ki_briefing.batch.articles import Candidate
from ki_briefing.batch.unit import pack, unpack_files
from ki_briefing.new import new_episode
from ki_briefing.show.reading import load_show

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.batch.tasks import Tasks
    from ki_briefing.batch.unit import Unit


class Drafts:
    """Units of articles that are no episodes yet, as they would be; made in a copy of the show that nobody sees."""

    def __init__(self, tasks: Tasks, room: Path) -> None:
        """Make the copy in a folder for temporary files."""
        self._tasks = tasks
        unpack_files(tasks.of_show, room / "draft")
        self.show = load_show(room / "draft")

    def unit(self, what: Path | Candidate) -> Unit | None:
        """Return the unit of an episode or an article; None, and it is told, if there can be none."""
        if not isinstance(what, Candidate):
            task = self._tasks.begin(what)
            if task:
                task.held.close()
            return task.unit if task else None
        try:
            folder = new_episode(what.fetch(), self.show, date=what.date, now=self._tasks.now)
            unit = pack(self.show, folder, self._tasks.of_show, room=self._tasks.room)
            shutil.rmtree(folder)
        except BriefingError as error:
            self._tasks.outcome.note(what.about, error)
            return None
        return unit
