"""An episode of a show, its article as it is now -> the corrections of what was on air that it tells."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ki_briefing.base.files import digest, file_digest
from ki_briefing.model.episode import Correction
from ki_briefing.show.record import Deed, Entry, load_record, note_deeds

if TYPE_CHECKING:
    from ki_briefing.model.text import Article
    from ki_briefing.show.workspace import Workspace


def find_corrections(workspace: Workspace, article: Article, *, is_built: bool = False) -> tuple[Correction, ...]:
    """Return the corrections of what was on air: those that listeners know, and what this article would be as one.

    Args:
        is_built: It will be one. Then it is written down since when: every build and the air shall tell the same.
    """
    if workspace.bare:
        return ()
    folder, source = workspace.built.parent, file_digest(workspace.article)
    record = load_record(folder)
    if not record.is_revised(source, digest(*article.wording)):
        return record.corrections
    revision = record.revision(source)
    if revision is None:
        revision = Entry(Deed.REVISED, datetime.now().astimezone().replace(microsecond=0), article=source)
        if is_built:
            note_deeds(workspace.show, folder, revision)
    told = {"", *(each.note for each in record.corrections)}
    notes = (*(each.note for each in reversed(record.revisions)), article.correction)
    note = next((each for each in notes if each not in told), "")
    at = workspace.show.podcast.by_its_clock(revision.at)
    return (*record.corrections, Correction(at, note))
